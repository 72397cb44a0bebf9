"""Which documents and pictures belong to which answers file, by their names alone. The standard library alone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ENDING: Final = ".advise.json"
DOCUMENT_ENDINGS: Final = {"md": ".advise.md", "html": ".advise.html"}
"""The ending of a document by its form."""


def stem_of(name: str) -> str:
    """Return the name of an answers file without its ending; nothing is left of `.advise.json`."""
    return name.removesuffix(".json").removesuffix(".advise")


def pictures_folder(document: Path) -> Path:
    """Return the folder in which the pictures of a document lie: `NAME.advise` beside `NAME.advise.md`."""
    name = document.name.removesuffix(".md")
    return document.with_name(name if name != document.name else f"{name}.charts")


def picture_path(document: Path, name: str) -> Path:
    """Return the file of a picture of a document."""
    return pictures_folder(document) / f"{name}.svg"
