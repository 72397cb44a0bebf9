"""Markdown documents, rendered by Jinja2 from one view; everything that is not ours is escaped on the way out."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from advisor import where
from advisor.assessment import Assessment
from advisor.documents.text import finish
from advisor.documents.view import view_of

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment


def render(assessment: Assessment) -> str:
    """Return the markdown document of an assessment; the same assessment gives the same bytes."""
    template = _environment().get_template("document.md.j2")
    text = template.render(view=view_of(assessment))
    lines = [line.rstrip() for line in text.splitlines()]
    squeezed = [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]
    return "\n".join(squeezed).strip("\n") + "\n"


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
    """Return a cache of compiled templates in the user's cache folder, or None where there is no such place."""
    from jinja2 import FileSystemBytecodeCache

    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folder = Path(home) / "llm-advisor"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        owned = not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder)) if owned and os.access(folder, os.W_OK) else None
