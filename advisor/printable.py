"""Text as a terminal can show it. Needed before anything else is imported, so the standard library alone."""

from __future__ import annotations

import os
from typing import Any


def printable(text: str) -> str:
    """Return a text with control characters and line breaks written out: what it quotes may hold anything."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def visible(text: str) -> str:
    """Return a text as it can be shown on one line: no control characters, no invisible ones, single spaces."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def speaks_unicode(stream: Any) -> bool:
    """Return whether a stream can show more than ASCII: by its encoding, unless the locale is said to be the C one,
    which Python takes for UTF-8."""
    named = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := os.environ.get(name))), "")
    encoding = getattr(stream, "encoding", None) or "ascii"
    return "utf" in encoding.lower() and named not in ("C", "POSIX")
