"""What a shell offers for a word that is being typed: question ids, their values, and models."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextvars import ContextVar

MOST = 40
"""Models that are offered at once."""

_KEY: ContextVar[str] = ContextVar("key", default="")
"""The question whose value alone is being typed, where a shell has cut it off its value."""


def rejoin(environment: MutableMapping[str, str]) -> None:
    """Undo what bash does to `--set KEY=VALUE`: it takes `=` for a break between words, and completes the value alone.

    What is left in COMP_WORDS is `--set VALUE`; the key is kept for `settings`.
    """
    if environment.get("_ADVISE_COMPLETE") != "complete_bash":
        return
    at = int(environment["COMP_CWORD"])
    words = environment["COMP_WORDS"].split("\n")[: at + 1]
    value = words.pop() if words[-1:] != ["="] else ""
    if words[-1:] != ["="] or len(words) < 2:
        return
    _KEY.set(words[-2])
    front = words[:-2]
    if front[-1:] == ["="]:  # --set=KEY=VALUE
        front.pop()
    environment["COMP_WORDS"] = "\n".join([*front, value])
    environment["COMP_CWORD"] = str(len(front))


def question_ids(incomplete: str) -> list[tuple[str, str]]:
    """Return the questions that begin with a word, each with its prompt."""
    return [(name, prompt) for name, prompt in _questions() if name.startswith(incomplete)]


def settings(incomplete: str) -> list[tuple[str, str]]:
    """Return `KEY=` for the questions that begin with a word, or `KEY=VALUE` where that is one question alone: a shell
    then writes what these have in common, without the space that it puts after a single word."""
    if cut_off := _KEY.get():
        return [(value, note) for value, note in _values(cut_off, incomplete) if value.startswith(incomplete)]
    key, equals, typed = incomplete.partition("=")
    if not equals:
        begun = question_ids(incomplete)
        values = _values(begun[0][0], "") if len(begun) == 1 else []
        if len(values) < 2:
            return [(f"{name}=", prompt) for name, prompt in begun]
        key = begun[0][0]
    return [(f"{key}={value}", note) for value, note in _values(key, typed) if value.startswith(typed)]


def models(incomplete: str) -> list[str]:
    """Return the models whose id begins with what was typed."""
    from advisor.pricebook.base import VENDORS
    from advisor.pricebook.book import load_book

    book = load_book()
    sold = [name for vendor in VENDORS for name in book.base.sold_by(vendor)]
    names = [*sold, *(row.id for row in book.rows.models)]
    return [name for name in names if name.startswith(incomplete)][:MOST]


def _questions() -> Iterator[tuple[str, str]]:
    from advisor.packs.reader import load_pack

    found = load_pack().questionnaire.questions
    return ((question.id, question.prompt) for question in found if question.kind != "notes")


def _values(key: str, typed: str) -> list[tuple[str, str]]:
    from advisor.packs.reader import load_pack
    from advisor.prompts import choices

    questionnaire = load_pack().questionnaire
    if key not in questionnaire.ids:
        return []
    if questionnaire[key].kind == "model":
        return [(name, "") for name in models(typed)]
    return choices(questionnaire[key])
