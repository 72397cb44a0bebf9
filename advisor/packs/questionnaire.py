"""Reading the questions of a pack, and those that another pack adds or words anew, and checking them as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from advisor.condition_reader import read_condition
from advisor.conditions import ALWAYS, Condition, Domain
from advisor.errors import InputError, Place, Problem, nearest_name, one_line
from advisor.packs.layers import Entry, Part, Spot, read_part
from advisor.questions import STRATEGIES, Assumption, Choice, Kind, Question, Questionnaire, Section
from advisor.records import Named, Record
from advisor.replies import parse_text
from advisor.trees import Tree

_FIXED: Final = ("section", "type", "unit", "min", "max", "integer", "show")
"""What a pack may not change of a question that it does not add."""

_OWN_KINDS: Final = ("text", "choice", "number", "bool")
"""The types that an added question may have; the others stand for things that costs read."""


class QuestionEntry(Named):
    section: str
    type: Kind
    prompt: str
    hint: str
    why: str
    example: str | None = None
    unit: str | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    integer: bool = False
    choices: tuple[Choice, ...] = ()
    show: Any = None
    assumption: Assumption | None = None
    neutral: bool = False


class QuestionChange(Named):
    """What another pack may word anew of a question."""

    prompt: str | None = None
    hint: str | None = None
    why: str | None = None
    example: str | None = None
    choices: tuple[Choice, ...] = ()
    assumption: Assumption | None = None
    neutral: bool = False


class QuestionsFile(Record):
    """What the questions file holds."""

    sections: tuple[Section, ...] = ()
    questions: tuple[QuestionEntry | QuestionChange, ...]


class QuestionnaireReader:
    """Reads the questions files of a pack's layers and notes what is wrong in them.

    `taken` are names that a question must not have, since other facts or keys have them.
    """

    def __init__(self, providers: Iterable[str] = (), taken: Iterable[str] = ()) -> None:
        self.providers = tuple(providers)
        self.taken = frozenset(taken)
        self.problems: list[Problem] = []
        self.broken: frozenset[str] = frozenset()
        self.raw: list[Mapping[str, Any]] = []

    def read(self, base: Tree, added: Tree | None = None) -> Questionnaire:
        """Return the questions of `base`, with those of `added` in their sections, after the others."""
        sections = self._sections(base, added)
        part = read_part(QuestionEntry, [[base]], "questions", "question", self.problems, ("sections",))
        entries = list(part)
        if added is not None:
            entries = self._with(added, part)
        self.broken = part.broken
        self.raw = [entry.raw for entry in (*sections, *entries)]
        questions: dict[str, Question] = {}
        for entry in entries:
            questions[entry.record.id] = self._question(entry, sections, questions)
        return Questionnaire(tuple(each.record for each in sections), tuple(questions.values()))

    def _sections(self, base: Tree, added: Tree | None) -> Part[Section]:
        with_sections = added is not None and isinstance(added.value, dict) and "sections" in added.value
        layers = [[base], [added]] if added is not None and with_sections else [[base]]
        return read_part(Section, layers, "sections", "section", self.problems, ("questions",))

    def _with(self, added: Tree, part: Part[QuestionEntry]) -> list[Entry[QuestionEntry]]:
        """Return the entries with those of another pack among them: changed in place, added to their section."""
        below = dict(part.entries)
        entries = read_part(
            QuestionEntry, [[_completed(added, below)]], "questions", "question", self.problems, ("sections",)
        )
        part.ids |= entries.ids
        for entry in entries:
            name = entry.record.id
            if name in below:
                self.problems += _change_problems(entry, below)
            else:
                self.problems += self._own_problems(entry)
            part.entries[name] = entry
        ordered: list[Entry[QuestionEntry]] = [part.entries[name] for name in below]
        for entry in entries:
            if entry.record.id not in below:
                sections = [other.record.section for other in ordered]
                last = max((at for at, section in enumerate(sections) if section == entry.record.section), default=None)
                ordered.insert(len(ordered) if last is None else last + 1, entry)
        return ordered

    def _own_problems(self, entry: Entry[QuestionEntry]) -> Iterable[Problem]:
        raw, spot = entry.record, entry.spot
        if raw.id in self.taken:
            yield Problem(f"the name '{raw.id}' is taken.", spot.at("id").place, "another id")
        if raw.type not in _OWN_KINDS:
            yield Problem(
                f"an added question cannot be of type {raw.type}.", spot.at("type").place, ", ".join(_OWN_KINDS)
            )
        if raw.assumption is not None:
            yield Problem(
                "costs do not read an added question, so it has no 'assumption'.", spot.at("assumption").place
            )

    def _question(
        self, entry: Entry[QuestionEntry], sections: Part[Section], earlier: Mapping[str, Question]
    ) -> Question:
        raw, spot = entry.record, entry.spot
        if raw.section not in sections.ids:
            self._note(
                f"unknown section '{one_line(raw.section)}'.",
                spot.at("section"),
                ", ".join(sections.ids),
                nearest_name(raw.section, sections.ids),
            )
        if raw.min is not None and raw.max is not None and raw.min > raw.max:
            self._note("min is more than max.", spot.at("min"))
        if (raw.type == "choice") != bool(raw.choices):
            self._note("'choices' belong to questions of type choice.", spot)
        values = [choice.value for choice in raw.choices]
        for index, value in enumerate(values):
            if value in values[:index]:
                self._note(f"the choice '{one_line(value)}' is there twice.", spot.at("choices", index, "value"))
        show: Condition = ALWAYS
        if raw.show is not None:
            domains = {name: other.domain for name, other in earlier.items() if other.kind not in ("text", "notes")}
            try:
                show = read_condition(raw.show, domains, spot.tree, *spot.path, "show")
            except InputError as error:
                self.problems += error.problems
        question = Question(
            raw.id,
            raw.section,
            raw.type,
            raw.prompt,
            raw.hint,
            raw.why,
            self._domain(raw),
            show,
            raw.example,
            raw.unit,
            raw.choices,
            raw.assumption,
            raw.neutral,
        )
        self.problems += _assumption_problems(question, earlier, spot.at("assumption"))
        return question

    def _domain(self, raw: QuestionEntry) -> Domain:
        match raw.type:
            case "number":
                return Domain("number", (), raw.min, raw.max, raw.integer)
            case "bool":
                return Domain("bool")
            case "choice":
                return Domain("choice", tuple(choice.value for choice in raw.choices))
            case "strategies":
                return Domain("list", STRATEGIES)
            case "providers":
                return Domain("list", self.providers)
            case _:
                return Domain("name")

    def _note(self, message: str, spot: Spot, accepted: str | None = None, nearest: str | None = None) -> None:
        self.problems.append(Problem(message, spot.place, accepted, nearest))


def _completed(added: Tree, below: Mapping[str, Entry[QuestionEntry]]) -> Tree:
    """Return a questions file in which what it leaves out of a known question is filled in."""
    raws = added.value.get("questions") if isinstance(added.value, dict) else None
    if not isinstance(raws, list):
        return added

    def whole(raw: Any) -> Any:
        known = below.get(raw["id"]) if isinstance(raw, dict) and isinstance(raw.get("id"), str) else None
        return raw if known is None else {**known.raw, **raw}

    return replace(added, value={**added.value, "questions": [whole(raw) for raw in raws]})


def _change_problems(entry: Entry[QuestionEntry], below: Mapping[str, Entry[QuestionEntry]]) -> Iterable[Problem]:
    """Yield what an entry changes that belongs to the pack below: what the question means, and what costs read."""
    new, spot = entry.record, entry.spot
    old = below[new.id].record
    accepted = "prompt, hint, why, example, assumption, and the notes of its choices"
    for key in _FIXED:
        if getattr(new, key) != getattr(old, key):
            yield Problem(f"the {key} of the question '{new.id}' cannot be changed.", spot.at(key).place, accepted)
    if [choice.value for choice in new.choices] != [choice.value for choice in old.choices]:
        yield Problem(f"the values of '{new.id}' cannot be changed.", spot.at("choices").place, accepted)
    if new.assumption == old.assumption:
        return
    here = spot.at("assumption")
    if old.assumption is None:
        yield Problem(f"costs do not read '{new.id}', so they assume nothing for it.", here.place)
    elif new.assumption is None:
        yield Problem(f"costs need an assumption for '{new.id}'.", here.place)
    elif old.assumption.formula and new.type != "number" and new.assumption.formula != old.assumption.formula:
        yield Problem(f"the assumption of '{new.id}' is worked out and stays '{old.assumption.formula}'.", here.place)
    elif new.assumption.formula not in (None, old.assumption.formula):
        yield Problem(
            f"'{new.id}' is not worked out by '{one_line(new.assumption.formula)}'.",
            here.place,
            f"formula: {old.assumption.formula}, or a value" if old.assumption.formula else "a value",
        )
    elif new.assumption.by not in (None, *below):
        yield Problem(f"costs do not read the added question '{one_line(new.assumption.by)}'.", here.place)


def _assumption_problems(question: Question, earlier: Mapping[str, Question], here: Spot) -> Iterable[Problem]:
    assumption = question.assumption
    if assumption is None:
        return
    if (assumption.by is None) != (assumption.table is None):
        yield Problem("'by' and 'table' go together.", here.place)
    elif assumption.by is not None and assumption.table is not None:
        yield from _table_problems(assumption.by, assumption.table, earlier, here)
    if assumption.formula is None and assumption.value is None:
        yield Problem("an assumption needs a 'value' or a 'formula'.", here.place)
    for value in (assumption.value, *(assumption.table or {}).values()):
        if value is not None and question.kind in ("number", "choice", "bool"):
            yield from _value_problems(question, value, here)


def _table_problems(
    by: str, table: Mapping[str, str], earlier: Mapping[str, Question], here: Spot
) -> Iterable[Problem]:
    if by not in earlier:
        yield Problem(f"'by' names no earlier question: '{by}'.", here.place, nearest=nearest_name(by, earlier))
        return
    if earlier[by].assumption is None:
        yield Problem(f"'by' names a question for which costs assume nothing: '{by}'.", here.place)
    values = earlier[by].domain.values
    for key in table:
        if key not in values:
            yield Problem(
                f"'{one_line(key)}' is not a value of '{by}'.", here.place, ", ".join(values), nearest_name(key, values)
            )


def _value_problems(question: Question, value: str, here: Spot) -> Iterable[Problem]:
    assumption = question.assumption
    assert assumption is not None
    try:
        parsed = parse_text(question, value, Place(here.tree.source))
    except InputError as error:
        yield from (replace(problem, place=here.place) for problem in error.problems)
        return
    if question.kind == "number" and not isinstance(parsed, Decimal):
        yield Problem("an assumption is a single number; its range is 'low' and 'high'.", here.place)
    elif isinstance(parsed, Decimal) and value == assumption.value:
        low, high = question.domain.low, question.domain.high
        for name, end, least, most in (("low", assumption.low, low, parsed), ("high", assumption.high, parsed, high)):
            if end is not None and ((least is not None and end < least) or (most is not None and end > most)):
                yield Problem(
                    f"'{name}' lies outside the domain, or on the wrong side of 'value'.", here.at(name).place
                )
