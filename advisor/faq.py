"""The questions that teams ask before they decide, with the pack's dated answers."""

from __future__ import annotations

import textwrap
from typing import Any

from advisor.errors import Place, fail, nearest_name, one_line
from advisor.packs.pack import FaqEntry, Pack
from advisor.wording import WIDTH, flat


def topic(pack: Pack, name: str) -> FaqEntry:
    """Return the entry on a topic; raises InputError with the nearest name when there is none."""
    known = {entry.id: entry for entry in pack.faq}
    if name not in known:
        raise fail(
            f"the pack '{pack.name}' answers no question on '{one_line(name)}'.",
            Place("faq"),
            accepted=", ".join(known) or "nothing",
            nearest=nearest_name(name, known),
        )
    return known[name]


def topics_text(pack: Pack) -> str:
    """Return the topics, a line each."""
    width = max((len(entry.id) for entry in pack.faq), default=0)
    lines = [f"{entry.id.ljust(width)}  {entry.question}" for entry in pack.faq]
    return "\n".join([*lines, "", "advise faq TOPIC prints an answer."]) + "\n"


def answer_text(entry: FaqEntry) -> str:
    """Return a question with its answer, the sources and where the rules act on it."""
    paragraphs = [textwrap.fill(flat(text), WIDTH) for text in entry.answer]
    lines = [entry.question, "", "\n\n".join(paragraphs), "", "Sources"]
    for source in entry.sources:
        lines.append(f"  {source.title}, {source.date}" + (f", {source.url}" if source.url else ""))
    if entry.see:
        lines += ["", f"Rules, mistakes and steps that act on it: {', '.join(entry.see)}"]
    return "\n".join(lines) + "\n"


def faq_json(entries: tuple[FaqEntry, ...]) -> dict[str, Any]:
    """Return entries as plain values."""
    plain = [{**entry.model_dump(), "answer": [flat(text) for text in entry.answer]} for entry in entries]
    return {"faq": plain}
