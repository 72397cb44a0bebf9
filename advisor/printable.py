"""Text as a terminal can show it. Needed before anything else is imported, so the standard library alone."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return a text with control characters and line breaks written out: what it quotes may hold anything."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
