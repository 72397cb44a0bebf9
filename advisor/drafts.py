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


def draft_of(file: Path | None) -> Path:
    """Return where an interview keeps what was answered before its end."""
    return Path(".workload.advise.draft.json") if file is None else file.with_name(f".{stem(file)}.advise.draft.json")


def read_draft(path: Path, questionnaire: Questionnaire) -> Draft:
    """Read a draft; raises InputError as for an answers file."""
    tree = parse_json(read_text(path), str(path))
    if not isinstance(tree.value, dict):
        return Draft(check_answers(tree, questionnaire))
    value = dict(tree.value)
    passed, way = value.pop("asked", []), value.pop("way", "full")
    before = _before(tree, value.pop("before"), questionnaire) if "before" in value else None
    answers = check_answers(Tree(tree.source, value, tree.locate), questionnaire)
    known = passed if isinstance(passed, list) else []
    return Draft(answers, tuple(name for name in known if name in questionnaire.ids), way == "quick", before)


def write_draft(path: Path, draft: Draft, questionnaire: Questionnaire) -> None:
    """Write a draft, whole or not at all, readable by its owner only; raises InputError where that cannot be done."""
    content = to_object(draft.answers, questionnaire)
    content["asked"] = [name for name in questionnaire.ids if name in draft.passed]
    content["way"] = "quick" if draft.quick else "full"
    if draft.before is not None:
        content["before"] = to_object(draft.before, questionnaire, None)
    write_atomically(path, dump(content) + "\n", mode=PRIVATE)


def _before(tree: Tree, raw: Any, questionnaire: Questionnaire) -> Answers:
    return check_answers(Tree(tree.source, raw, lambda path: tree.locate(("before", *path))), questionnaire)


def _over(file: Mapping[str, T], before: Mapping[str, T], after: Mapping[str, T]) -> dict[str, T]:
    laid = {**file, **changed(before, after)}
    return {key: value for key, value in laid.items() if value is not None}
