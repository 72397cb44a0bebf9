"""Which documents are meant by the paths of `advise check`. The standard library alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from advisor.naming import DOCUMENT_ENDINGS, ENDING, stem_of


class Target(NamedTuple):
    """An answers file and the document that belongs to it."""

    answers: Path
    document: Path


def targets(paths: Iterable[str]) -> tuple[Target, ...]:
    """Return what is to be checked, each once: a document, those of an answers file, or all below a folder. A picture
    stands for its document.

    An answers file without any document stands with the markdown one that is missing. Raises InputError for a folder
    without any answers file, and for what is no name of one.
    """
    found: dict[str, Target] = {}
    for path in paths:
        for target in _meant(path):
            found.setdefault(os.path.normpath(target.document), target)
    return tuple(found.values())


def _meant(path: str) -> Iterator[Target]:
    if _is_folder(path):
        for answers in _below(path):
            yield from _documents(answers)
        return
    picture = Path(path)
    if picture.suffix == ".svg" and picture.parent.name:
        path = f"{picture.parent}.md"
    for ending in DOCUMENT_ENDINGS.values():
        if path.endswith(ending):
            yield Target(Path(path.removesuffix(ending) + ENDING), Path(path))
            return
    yield from _documents(Path(path))


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def _documents(answers: Path) -> Iterator[Target]:
    """Yield the documents beside an answers file."""
    stem = stem_of(answers.name)
    if not stem or str(answers) == "-":
        from advisor.errors import Place, fail

        raise fail("is no answers file with a document beside it.", Place(str(answers)), accepted="NAME.advise.json")
    markdown, page = (answers.with_name(stem + ending) for ending in DOCUMENT_ENDINGS.values())
    there = [document for document in (markdown, page) if os.path.lexists(document)]
    yield from (Target(answers, document) for document in there or [markdown])


def _below(folder: str) -> list[Path]:
    """Return the answers files below a folder, sorted; hidden folders and files are not looked at."""
    found = sorted(_walk(folder))
    if not found:
        from advisor.errors import Place, fail

        raise fail("the folder holds no answers file.", Place(folder), accepted="NAME.advise.json in it or below")
    return found


def _walk(folder: str) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(place, name) for name in names if name.endswith(ENDING) and not name.startswith("."))
