"""Digests of the files that a document is made from, read as bytes: nothing is parsed, so that it is quick.

Like `fingerprint`, this needs the standard library alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from advisor import where
from advisor.fingerprint import BUILT_IN, Inputs, Style, digest
from advisor.limits import MAX_FILE_BYTES


class Stock(NamedTuple):
    """The rules, prices and templates that documents are made with, as digests, and the version of token prices;
    `page` is the shell of HTML pages."""

    rules: str
    prices: str
    token_prices: str
    templates: str
    page: str

    def inputs(self, name: str, answers: bytes, style: Style, document: Path, settings: Iterable[str] = ()) -> Inputs:
        """Return what a document is made from, given the name of its answers file, what that holds, how and where it is
        written, and answers that were set over the file's.

        Raises OSError where a user's own template cannot be read; those beside it count, as it may include them.
        """
        said = digest([_bytes(name), answers, *map(_bytes, settings)])
        parts = [self.templates.encode()]
        if style.form == "html":
            parts.append(self.page.encode())
        if style.template not in BUILT_IN:
            own = document.parent / style.template
            parts += [read_bytes(own), *_folder(own.parent, (".j2",))]
        return Inputs(said, self.rules, self.prices, self.token_prices, digest(parts))


def stock(rules: Path | None, prices: Path | None) -> Stock:
    """Return what documents are made with; `rules` and `prices` are a user's own, over the built-in ones.

    Raises OSError where a file cannot be read.
    """
    own_rules = [] if rules is None else [*_folder(rules, (".yaml",))]
    own_prices = [] if prices is None else [read_bytes(prices)]
    return Stock(
        digest([*_folder(where.RULES, (".yaml",)), *own_rules]),
        digest([*_folder(where.PRICING, (".yaml",)), *own_prices]),
        _token_prices(),
        digest(_folder(where.TEMPLATES / "markdown", (".j2",))),
        digest(_folder(where.TEMPLATES / "html", (".j2", ".css"))),
    )


def read_bytes(path: Path) -> bytes:
    """Return what a regular file holds; raises OSError for anything else."""
    if not path.is_file():
        raise FileNotFoundError(path)
    with path.open("rb") as stream:
        return stream.read(MAX_FILE_BYTES + 1)


def _bytes(text: str) -> bytes:
    """Return a name or a setting of the command line as bytes; either may hold bytes that are no text."""
    return text.encode("utf-8", "surrogatepass")


def _folder(folder: Path, endings: tuple[str, ...]) -> Iterator[bytes]:
    """Yield the names and contents of the files of a folder, by name."""
    for path in sorted(folder.iterdir()):
        if path.name.endswith(endings):
            yield _bytes(path.name)
            yield read_bytes(path)


def _token_prices() -> str:
    """Return the version of genai-prices, as the folder beside the library names it; "" where none does.

    `importlib.metadata` would say the same and takes as long to import as everything else here together.
    """
    for folder in map(Path, sys.path):
        try:
            found = sorted(folder.glob("genai_prices-*.dist-info")) if folder.is_dir() else []
        except OSError:
            continue
        if found:
            return found[0].name.removeprefix("genai_prices-").removesuffix(".dist-info")
    return ""
