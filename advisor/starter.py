"""What `advise init` puts into a repository: each file with its text, and what to add where a file is there already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from advisor import where
from advisor.config import KEYS, NAME, Key
from advisor.config_search import is_root

EXAMPLE: Final = "example.advise.json"
_GITLAB: Final = re.compile(r"^\s*url\s*=.*gitlab", re.MULTILINE | re.IGNORECASE)
_WIDTH: Final = 100


class Host(StrEnum):
    """Whose CI runs the check."""

    github = "github"
    gitlab = "gitlab"
    none = "none"


class Piece(NamedTuple):
    """A file to be written, its text, what it is for, and what somebody would add to one that is there already."""

    path: Path
    text: str
    does: str
    addition: str = ""


def top_of(folder: Path) -> Path:
    """Return the top of the repository that a folder lies in; the folder itself where it is in none."""
    return next((place for place in folder.resolve().parents if is_root(place) and not is_root(folder)), folder)


def host_of(top: Path) -> Host:
    """Return whose CI a repository uses: GitLab where it has its file or its remote, else GitHub."""
    if (top / ".gitlab-ci.yml").is_file():
        return Host.gitlab
    try:
        remotes = (top / ".git" / "config").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return Host.github
    return Host.gitlab if _GITLAB.search(remotes) else Host.github


def configuration(folder: Path) -> Piece:
    """Return a configuration that names every key and settles nothing."""
    lines = [
        "# What holds for the documents of advise in this folder and below it. What is left out keeps its default; the",
        "# command line and ADVISE_... in the environment count more. Paths start from the folder of this file.",
    ]
    table = ""
    for key in KEYS:
        if key.table != table:
            table = key.table
            lines += ["", f"[{table}]"]
        lines += ["", *_commented(key)]
    return Piece(folder / NAME, "\n".join(lines) + "\n", "what holds for the documents here, all commented out")


def _commented(key: Key) -> Iterator[str]:
    text = f"{key.does} Takes {key.takes}."
    line = "#"
    for word in text.split():
        if len(line) + 1 + len(word) > _WIDTH:
            yield line
            line = "#"
        line += f" {word}"
    yield line
    yield f"# {key.name} = {key.example}"


def hooks(top: Path, version: str) -> Piece:
    """Return the configuration of pre-commit, with the check as its only hook."""
    hook = _starter("pre-commit.yaml", version)
    return Piece(top / ".pre-commit-config.yaml", f"repos:\n{hook}", "the check before each commit", hook)


def pipeline(top: Path, host: Host, version: str) -> tuple[Piece, ...]:
    """Return the file of a CI that runs the check, if one is wanted."""
    if host is Host.none:
        return ()
    text = _starter(f"{host}.yml", version)
    path = ".gitlab-ci.yml" if host is Host.gitlab else ".github/workflows/advise.yml"
    return (Piece(top / path, text, "the check in CI", text),)


def is_added(text: str) -> bool:
    """Return whether the file of a hook or a CI runs the check already."""
    return "advise check" in text or "advise-check" in text


def _starter(name: str, version: str) -> str:
    return (where.STARTERS / name).read_text(encoding="utf-8").replace("@VERSION@", version)
