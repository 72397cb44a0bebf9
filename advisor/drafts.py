"""Drafts: what was answered so far, kept beside the answers file until that is written.

A draft is an answers file with more keys: `asked`, the questions that were asked and left open; `way`, whether the
interview is a quick one; and, where a file is being edited, `before`, what that said when the edit began.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from advisor.answers import Answers, check_answers, stem, to_object
from advisor.errors import InputError, Place, fail
from advisor.files import read_text, write_atomically
from advisor.plain_json import dump
from advisor.questions import Questionnaire
from advisor.sources import T, changed
from advisor.trees import Tree, parse_json

PRIVATE: Final = 0o600


@dataclass(frozen=True)
class Draft:
    """The answers so far, the questions that were asked and left open, whether this is a quick interview, and what the
    answers file said when its edit began."""

    answers: Answers
    passed: tuple[str, ...] = ()
    quick: bool = False
    before: Answers | None = None

    def over(self, file: Answers) -> Answers:
        """Return the answers of the draft over a file that may have changed since: what was answered, noted or taken
        away in the edit stands, and for the rest what the file says now."""
        if self.before is None:
            return self.answers
        before, after = self.before, self.answers
        return replace(
            after,
            values=_over(file.values, before.values, after.values),
            notes=_over(file.notes, before.notes, after.notes),
            as_of=file.as_of if after.as_of == before.as_of else after.as_of,
        )


@dataclass
class DraftFile:
    """Where an interview keeps its draft; `text` is what it has read or written there last."""

    path: Path
    text: str | None = None

    def read(self, questionnaire: Questionnaire) -> Draft:
        """Read the draft; raises InputError as for an answers file."""
        self.text = read_text(self.path)
        try:
            return read_draft(self.text, str(self.path), questionnaire)
        except InputError as error:
            first = error.problems[0]
            way = "a draft as `advise` writes it; move it away to begin again"
            raise InputError([replace(first, accepted=first.accepted or way), *error.problems[1:]]) from None

    def write(self, draft: Draft, questionnaire: Questionnaire) -> None:
        """Write the draft, whole or not at all, readable by its owner only; raises InputError where that cannot be
        done, and where somebody else has written there."""
        if (self.path.exists() or self.path.is_symlink()) and (self.text is None or read_text(self.path) != self.text):
            raise fail(
                "is the draft of another interview, which goes on elsewhere; it was left alone.", Place(str(self.path))
            )
        text = text_of(draft, questionnaire)
        write_atomically(self.path, text, mode=PRIVATE)
        self.text = text


def draft_of(file: Path | None) -> Path:
    """Return where an interview keeps what was answered before its end."""
    return Path(".workload.advise.draft.json") if file is None else file.with_name(f".{stem(file)}.advise.draft.json")


def read_draft(text: str, source: str, questionnaire: Questionnaire) -> Draft:
    """Read the text of a draft; raises InputError as for an answers file."""
    tree = parse_json(text, source)
    if not isinstance(tree.value, dict):
        return Draft(check_answers(tree, questionnaire))
    value = dict(tree.value)
    passed, way = value.pop("asked", []), value.pop("way", "full")
    before = _before(tree, value.pop("before"), questionnaire) if "before" in value else None
    answers = check_answers(Tree(tree.source, value, tree.locate), questionnaire)
    known = passed if isinstance(passed, list) else []
    return Draft(answers, tuple(name for name in known if name in questionnaire.ids), way == "quick", before)


def text_of(draft: Draft, questionnaire: Questionnaire) -> str:
    """Return the text of a draft."""
    content = to_object(draft.answers, questionnaire)
    content["asked"] = [name for name in questionnaire.ids if name in draft.passed]
    content["way"] = "quick" if draft.quick else "full"
    if draft.before is not None:
        content["before"] = to_object(draft.before, questionnaire, None)
    return dump(content) + "\n"


def _before(tree: Tree, raw: Any, questionnaire: Questionnaire) -> Answers:
    return check_answers(Tree(tree.source, raw, lambda path: tree.locate(("before", *path))), questionnaire)


def _over(file: Mapping[str, T], before: Mapping[str, T], after: Mapping[str, T]) -> dict[str, T]:
    laid = {**file, **changed(before, after)}
    return {key: value for key, value in laid.items() if value is not None}
