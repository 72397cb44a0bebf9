"""A folder for what can be made again: parsed prices and compiled templates. Without such a folder nothing is kept."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any


def folder() -> Path | None:
    """Return the user's own cache folder of this program, or None where there is none to write to."""
    home = os.environ.get("XDG_CACHE_HOME")
    try:
        path = (Path(home) if home else Path.home() / ".cache") / "llm-advisor"
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        owned = not hasattr(os, "getuid") or path.stat().st_uid == os.getuid()
    except (OSError, RuntimeError):
        return None
    return path if owned and os.access(path, os.W_OK) else None


def load(name: str) -> Any:
    """Return what was kept under a name, or None where nothing usable is."""
    place = folder()
    if place is None:
        return None
    try:
        return json.loads((place / f"{name}.json").read_bytes())
    except (OSError, ValueError):
        return None


def keep(name: str, value: Any) -> None:
    """Keep JSON values under a name; where that fails, they are simply made again the next time."""
    place = folder()
    if place is None:
        return
    with contextlib.suppress(OSError):
        handle, temporary = tempfile.mkstemp(dir=place, suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(value, stream, separators=(",", ":"))
            Path(temporary).replace(place / f"{name}.json")
        finally:
            Path(temporary).unlink(missing_ok=True)
