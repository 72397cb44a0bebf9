"""Markdown documents, rendered by Jinja2 from one view; everything that is not ours is escaped on the way out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from advisor import cache, where
from advisor.assessment import Assessment
from advisor.documents.seal import fingerprint_of
from advisor.documents.text import finish
from advisor.documents.view import view_of
from advisor.fingerprint import Inputs, sealed

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment


def render(assessment: Assessment, inputs: Inputs | None = None) -> str:
    """Return the markdown document of an assessment; the same assessment gives the same bytes.

    It ends on a fingerprint where the files that it is made from are known, as `inputs`.
    """
    template = _environment().get_template("document.md.j2")
    text = template.render(view=view_of(assessment))
    lines = [line.rstrip() for line in text.splitlines()]
    squeezed = [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]
    document = "\n".join(squeezed).strip("\n") + "\n"
    return document if inputs is None else sealed(document, fingerprint_of(assessment, inputs))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(where.TEMPLATES / "markdown"),
        autoescape=False,
        finalize=finish,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_cache(),
    )


def _cache() -> BytecodeCache | None:
    """Return a cache of compiled templates, or None where there is no folder for one."""
    from jinja2 import FileSystemBytecodeCache

    folder = cache.folder()
    return FileSystemBytecodeCache(str(folder)) if folder else None
