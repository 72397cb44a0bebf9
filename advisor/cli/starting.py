"""`advise init`: what a team needs to keep answers and documents in its repository."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from advisor.cli.door import ground, put, style_of
from advisor.config import shown
from advisor.config_search import nearest
from advisor.errors import InputError, Place, fail
from advisor.files import is_folder, read_text, write_atomically
from advisor.starter import EXAMPLE, Host, Piece, configuration, hooks, host_of, is_added, pipeline, top_of


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", readable=False, help="Where answers files are to lie; else here.")
    ] = Path(),
    ci: Annotated[
        Host | None, typer.Option("--ci", help="Whose CI file to write; else what the repository shows, or github.")
    ] = None,
) -> None:
    """Set up a repository: configuration, example, pre-commit hook and CI file. Nothing is overwritten."""
    from importlib.metadata import version

    _need_folder(folder)
    top, number = top_of(folder), version("llm-advisor")
    held_by = nearest(folder.resolve())
    settled = [] if held_by else [configuration(folder)]
    checks = [hooks(top, number), *pipeline(top, ci or host_of(top), number)]
    example = _example(folder)
    whole = not any(_is_there(piece) for piece in example)
    new = [piece for piece in (*settled, *(example if whole else ()), *checks) if not _is_there(piece)]
    left = [piece for piece in (*example, *checks) if piece not in new and _is_there(piece)]
    to_add = [piece for piece in left if piece.addition and not is_added(read_text(piece.path))]
    _write(new)
    for piece in new:
        typer.echo(f"Wrote {shown(piece.path)}: {piece.does}.", err=True)
    if held_by:
        typer.echo(f"Left {shown(held_by)} as it is: it holds for this folder.", err=True)
    for piece in left:
        typer.echo(f"Left {shown(piece.path)} as it is.", err=True)
    for piece in to_add:
        put(f"# To add to {shown(piece.path)}:\n{piece.addition}\n")
    typer.echo(_next(folder), err=True)


def _need_folder(folder: Path) -> None:
    """Raise InputError unless files can be written to a folder, or to one that can be made there."""
    accepted = "a folder that can be written to, or a name for a new one"
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if os.path.lexists(place))
    if not is_folder(there):
        raise fail("is no folder; nothing was written.", Place(str(folder)), accepted=accepted)
    if not os.access(there, os.W_OK | os.X_OK):
        raise fail("cannot be written to; nothing was written.", Place(str(folder)), accepted=accepted)


def _example(folder: Path) -> tuple[Piece, ...]:
    """Return answers to look at, of today, and what the configuration of the folder makes of them."""
    from dataclasses import replace

    from advisor import where
    from advisor.answers import document_path, read_answers, to_json
    from advisor.documents.bundle import sealed_bundle
    from advisor.naming import picture_path

    path = folder / EXAMPLE
    document = document_path(path)
    base = ground(None, None, path)
    style = style_of(base.settings, document)
    questionnaire = base.pack.questionnaire
    answers = replace(read_answers(where.EXAMPLE, questionnaire), as_of=date.today(), source=str(path))
    written = to_json(answers, questionnaire)
    assessment = base.assess(answers, None)
    made = sealed_bundle(assessment, base.stock, (path.name, written.encode()), style, document)
    return (
        Piece(path, written, "answers to look at and change"),
        Piece(document, made.text, "their document"),
        *(Piece(picture_path(document, name), svg, "a picture of it") for name, svg in made.pictures.items()),
    )


def _is_there(piece: Piece) -> bool:
    return os.path.lexists(piece.path)


def _write(pieces: Sequence[Piece]) -> None:
    """Write all files or, where one cannot be written, none."""
    done: list[Path] = []
    try:
        for piece in pieces:
            try:
                piece.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise fail(f"cannot be written: {error.strerror}.", Place(str(piece.path))) from None
            write_atomically(piece.path, piece.text)
            done.append(piece.path)
    except InputError:
        for path in done:
            path.unlink(missing_ok=True)
        raise


def _next(folder: Path) -> str:
    commands = {
        shlex.join(["advise", "new", str(folder / "NAME")]): "asks about a workload of yours",
        shlex.join(
            ["advise", "run", str(folder / EXAMPLE)]
        ): "writes the document again, after a change of the answers",
        shlex.join(["advise", "check", str(folder)]): "says what CI will say",
    }
    width = max(map(len, commands))
    return "\n".join(["Next:", *(f"  {command:{width}}  {does}" for command, does in commands.items())])
