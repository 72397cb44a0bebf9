"""Which configuration holds for a file: the one that was named, or the nearest from its folder upwards."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from advisor.config import NAME, SHARED_NAME, Config
from advisor.config_reader import read, tables_of


class Search(NamedTuple):
    """How configuration is found: the file that was named, none at all (`isolated`), or the nearest one."""

    named: Path | None = None
    isolated: bool = False

    def config(self, file: Path | str | None = None) -> Config:
        """Return what holds for a file, or in the working directory where there is none or it is standard input.

        Raises InputError with the place of what is wrong in the configuration.
        """
        if self.isolated:
            return Config()
        path = self.named or nearest(folder_of(file))
        return Config() if path is None else read(path)


def nearest(folder: Path) -> Path | None:
    """Return the nearest configuration from a folder upwards; above a folder that holds `.git` none is looked for.

    Within a folder `advise.toml` comes before `pyproject.toml`, which counts where it has a table `tool.advise`.
    """
    for place in (folder, *folder.parents):
        own, shared = place / NAME, place / SHARED_NAME
        if _is_file(own):
            return own
        if _is_file(shared) and tables_of(shared) is not None:
            return shared
        if is_root(place):
            return None
    return None


def is_root(folder: Path) -> bool:
    """Return whether a folder is the top of a repository; in a work tree `.git` is a file."""
    return os.path.lexists(folder / ".git")


def folder_of(file: Path | str | None) -> Path:
    """Return the folder in which a file is named, absolute: a link lies where it stands, not where it leads."""
    try:
        if file is None or str(file) == "-":
            return Path.cwd()
        return Path(os.path.abspath(file)).parent  # noqa: PTH100 - `resolve` would follow links
    except OSError:
        from advisor.errors import fail

        raise fail("the working directory is gone.", accepted="a folder that exists") from None


def _is_file(path: Path) -> bool:
    """Return whether a path is a regular file; what cannot be looked at is none."""
    return os.path.isfile(path)  # noqa: PTH113 - that of pathlib raises where a folder may not be entered
