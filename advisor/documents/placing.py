"""Writing a document with its pictures: what readers wrote stays, what is no longer shown goes."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from advisor.errors import InputError
from advisor.files import read_raw, write_together
from advisor.fingerprint import digest, opened, with_front_of
from advisor.naming import picture_path, pictures_folder


def place(document: Path, text: str, pictures: Mapping[str, str]) -> bool:
    """Write a document and the pictures beside it, keeping its front matter; return whether anything changed.

    Pictures that the document in its place was written with, and that were not touched since, are removed where they
    are no longer shown. Raises InputError where something cannot be written.
    """
    standing = _standing(document)
    drawn = {picture_path(document, name): svg for name, svg in pictures.items()}
    changed = write_together({document: with_front_of(standing, text), **drawn}, pictures_folder(document))
    _, written, _ = opened(standing)
    for name, mark in (written.pictures if written else {}).items():
        if name not in pictures:
            _remove(picture_path(document, name), mark)
    if not pictures:
        with contextlib.suppress(OSError):
            pictures_folder(document).rmdir()
    return changed


def _standing(document: Path) -> str:
    """Return the text of the document that is to be replaced; nothing where there is none that can be read."""
    try:
        return read_raw(document).decode("utf-8", "replace").replace("\r\n", "\n")
    except InputError:
        return ""


def _remove(file: Path, mark: str) -> None:
    with contextlib.suppress(OSError):
        if file.is_file() and digest([file.read_bytes()]) == mark:
            file.unlink()
