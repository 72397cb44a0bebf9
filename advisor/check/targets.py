"""Which documents are meant by the paths of `advise check`. The standard library alone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from advisor.naming import DOCUMENT_ENDING, ENDING, stem_of


class Target(NamedTuple):
    """An answers file and the document that belongs to it."""

    answers: Path
    document: Path


def targets(paths: Iterable[str]) -> tuple[Target, ...]:
    """Return what is to be checked, each once: an answers file, a document, or all answers files below a folder.

    Raises InputError for a folder without any, and for what is no name of an answers file.
    """
    found: dict[str, Target] = {}
    for path in paths:
        for answers in _below(path) if _is_folder(path) else [_answers(path)]:
            found.setdefault(os.path.normpath(answers), _target(answers))
    return tuple(found.values())


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def _answers(path: str) -> Path:
    return Path(path.removesuffix(DOCUMENT_ENDING) + ENDING if path.endswith(DOCUMENT_ENDING) else path)


def _target(answers: Path) -> Target:
    stem = stem_of(answers.name)
    if not stem or str(answers) == "-":
        from advisor.errors import Place, fail

        raise fail("is no answers file with a document beside it.", Place(str(answers)), accepted="NAME.advise.json")
    return Target(answers, answers.with_name(stem + DOCUMENT_ENDING))


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
