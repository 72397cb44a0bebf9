"""Which document belongs to which answers file, by their names alone."""

from __future__ import annotations

from typing import Final

ENDING: Final = ".advise.json"
DOCUMENT_ENDING: Final = ".advise.md"


def stem_of(name: str) -> str:
    """Return the name of an answers file without its ending; nothing is left of `.advise.json`."""
    return name.removesuffix(".json").removesuffix(".advise")
