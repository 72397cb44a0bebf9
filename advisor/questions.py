"""The questionnaire as data: what is asked, which answers exist, when a question is shown, what costs assume.

The answers model, its JSON Schema, the interview and the facts that rules may test all come from these questions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, Literal

from advisor.condition_reader import read_condition
from advisor.conditions import ALWAYS, NOT_APPLICABLE, Condition, Domain, Range, Value, evaluate
from advisor.errors import InputError, Place, Problem, fail, nearest_name, one_line
from advisor.limits import MAX_SHOWN_DIGITS, MAX_TEXT
from advisor.plain_json import plain_number
from advisor.records import Record, read_records
from advisor.trees import Tree

Kind = Literal["text", "notes", "strategies", "choice", "number", "bool", "model", "providers"]

STRATEGIES: Final = ("prompt_engineering", "rag", "fine_tuning", "rag_and_fine_tuning")
"""Every strategy, the simpler first: the order of ties and of all tables."""

_SUFFIXES: Final = {"k": Decimal(1_000), "m": Decimal(1_000_000), "b": Decimal(1_000_000_000)}
_DIGITS: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,6}|[0-9]{1,3}(?:_[0-9]{3}){1,6}|[0-9]{1,20})"
_NUMBER: Final = re.compile(rf"([+-]?{_DIGITS}(?:\.[0-9]{{1,20}})?(?:e[+-]?[0-9]{{1,2}})?)([kmb]|\s?%|)", re.IGNORECASE)


class Choice(Record):
    """One value of a choice question, with a line that explains it."""

    value: str
    note: str


class Assumption(Record):
    """What costs use when a question is not answered, and why: a constant, a table on another answer, or a formula."""

    why: str
    value: str | None = None
    by: str | None = None
    table: dict[str, str] | None = None
    formula: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None


class Section(Record):
    """A group of questions."""

    id: str
    title: str


class QuestionEntry(Record):
    id: str
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


class QuestionsFile(Record):
    """What the questions file holds."""

    sections: tuple[Section, ...]
    questions: tuple[QuestionEntry, ...]


@dataclass(frozen=True)
class Question:
    """One question. `show` says for which earlier answers it is asked; `assumption` is what costs use without it."""

    id: str
    section: str
    kind: Kind
    prompt: str
    hint: str
    why: str
    domain: Domain
    show: Condition
    example: str | None = None
    unit: str | None = None
    choices: tuple[Choice, ...] = ()
    assumption: Assumption | None = None


@dataclass(frozen=True)
class Questionnaire:
    """All sections and questions, in the order they are asked."""

    sections: tuple[Section, ...]
    questions: tuple[Question, ...]

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    def __getitem__(self, question_id: str) -> Question:
        return self._by_id[question_id]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._by_id)

    def domains(self) -> dict[str, Domain]:
        """Return the answers that rules may test; free texts are not among them."""
        return {question.id: question.domain for question in self.questions if question.kind not in ("text", "notes")}

    def shown(self, values: Mapping[str, Value]) -> dict[str, bool | None]:
        """Return for every question whether it is shown: True, False, or None when that is unknown.

        A question whose show condition is unknown is asked all the same.
        """
        seen: dict[str, bool | None] = {}
        visible: dict[str, Value] = {}
        for question in self.questions:
            seen[question.id] = True if question.show is ALWAYS else evaluate(question.show, visible)
            visible[question.id] = NOT_APPLICABLE if seen[question.id] is False else values.get(question.id)
        return seen


def read_questionnaire(tree: Tree, provider_ids: Iterable[str] = ()) -> Questionnaire:
    """Read the questions file; raises InputError with file:line:column for whatever is wrong in it."""
    sections = read_records(Section, tree, "sections", ("questions",))
    raws = read_records(QuestionEntry, tree, "questions", ("sections",))
    problems: list[Problem] = []
    questions: list[Question] = []
    domains: dict[str, Domain] = {}
    section_ids = [section.id for section in sections]
    for index, raw in enumerate(raws):
        path = ("questions", index)
        if raw.id in (question.id for question in questions):
            problems.append(Problem(f"the question '{raw.id}' is there twice.", tree.place(*path, "id")))
        if raw.section not in section_ids:
            problems.append(
                Problem(
                    f"unknown section '{raw.section}'.",
                    tree.place(*path, "section"),
                    ", ".join(section_ids),
                    nearest_name(raw.section, section_ids),
                )
            )
        if raw.min is not None and raw.max is not None and raw.min > raw.max:
            problems.append(Problem("min is more than max.", tree.place(*path, "min")))
        if (raw.type == "choice") != bool(raw.choices):
            problems.append(Problem("'choices' belong to questions of type choice.", tree.place(*path)))
        show: Condition = ALWAYS
        if raw.show is not None:
            try:
                show = read_condition(raw.show, domains, tree, *path, "show")
            except InputError as error:
                problems.extend(error.problems)
        question = Question(
            raw.id,
            raw.section,
            raw.type,
            raw.prompt,
            raw.hint,
            raw.why,
            _domain(raw, provider_ids),
            show,
            raw.example,
            raw.unit,
            raw.choices,
            raw.assumption,
        )
        problems.extend(_assumption_problems(question, domains, tree, path))
        questions.append(question)
        if raw.type not in ("text", "notes"):
            domains.setdefault(raw.id, question.domain)
    if problems:
        raise InputError(problems)
    return Questionnaire(sections, tuple(questions))


def _domain(raw: QuestionEntry, provider_ids: Iterable[str]) -> Domain:
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
            return Domain("list", tuple(provider_ids))
        case _:
            return Domain("name")


def _assumption_problems(
    question: Question, earlier: Mapping[str, Domain], tree: Tree, path: tuple[str | int, ...]
) -> Iterable[Problem]:
    assumption = question.assumption
    if assumption is None:
        return
    here = (*path, "assumption")
    if (assumption.by is None) != (assumption.table is None):
        yield Problem("'by' and 'table' go together.", tree.place(*here))
    elif assumption.by is not None and assumption.table is not None:
        table_domain = earlier.get(assumption.by)
        if table_domain is None:
            yield Problem(
                f"'by' names no earlier question: '{assumption.by}'.",
                tree.place(*here),
                nearest=nearest_name(assumption.by, earlier),
            )
        else:
            for key in assumption.table:
                if key not in table_domain.values:
                    yield Problem(
                        f"'{one_line(key)}' is not a value of '{assumption.by}'.",
                        tree.place(*here),
                        ", ".join(table_domain.values),
                        nearest_name(key, table_domain.values),
                    )
    if assumption.formula is None and assumption.value is None:
        yield Problem("an assumption needs a 'value' or a 'formula'.", tree.place(*here))
    for value in (assumption.value, *(assumption.table or {}).values()):
        if value is not None and question.kind in ("number", "choice", "bool"):
            try:
                parse_text(question, value, Place(tree.source))
            except InputError as error:
                yield from (replace(problem, place=tree.place(*here)) for problem in error.problems)


def accepted(question: Question) -> str:
    """Return in words what a question accepts."""
    domain = question.domain
    match question.kind:
        case "choice":
            return ", ".join(domain.values)
        case "bool":
            return "true, false"
        case "strategies" | "providers":
            return "a list of " + (", ".join(domain.values) or "provider ids")
        case "number":
            low = "" if domain.low is None else f" from {domain.low:,f}"
            high = "" if domain.high is None else f" to {domain.high:,f}"
            whole = "a whole number" if domain.integer else "a number"
            unit = f" ({question.unit})" if question.unit else ""
            return f"{whole}{low}{high}{unit}, or a range [low, high]"
        case "model":
            return "a model id of the price book, such as gpt-4o"
        case "notes":
            return 'an object of question ids and texts, such as {"queries_per_day": "from the gateway logs"}'
        case _:
            return f"text of at most {MAX_TEXT} characters"


def check_value(question: Question, raw: Any, place: Place) -> Value:
    """Turn a value of an answers file into an answer; raises InputError when the question does not accept it."""
    wrong = fail(
        f"{one_line(_shown(raw))} is not an answer to '{question.id}'.",
        place,
        accepted=accepted(question),
        nearest=nearest_name(raw, question.domain.values)
        if isinstance(raw, str) and question.kind == "choice"
        else None,
    )
    match question.kind:
        case "number":
            return _number_or_range(question, raw, place, wrong)
        case "bool":
            if isinstance(raw, bool):
                return raw
        case "choice":
            if isinstance(raw, str) and raw in question.domain.values:
                return raw
        case "strategies" | "providers":
            if isinstance(raw, list) and all(isinstance(item, str) for item in raw) and len(set(raw)) == len(raw):
                known = question.domain.values
                strange = [item for item in raw if known and item not in known]
                if strange:
                    raise fail(
                        f"'{one_line(strange[0])}' is not an answer to '{question.id}'.",
                        place,
                        accepted=accepted(question),
                        nearest=nearest_name(strange[0], known),
                    )
                return tuple(raw)
        case _:
            if isinstance(raw, str) and len(raw) <= MAX_TEXT and (raw.strip() or question.kind == "text"):
                if any("\ud800" <= character <= "\udfff" for character in raw):
                    raise fail(f"the answer to '{question.id}' is not valid text.", place, accepted="UTF-8")
                return raw
    raise wrong


def _number_or_range(question: Question, raw: Any, place: Place, wrong: InputError) -> Value:
    if isinstance(raw, list):
        if len(raw) != 2:
            raise wrong
        low, high = (_number(question, end, place, wrong) for end in raw)
        if low > high:
            raise fail(
                f"the range of '{question.id}' is upside down: {low:f} is more than {high:f}.",
                place,
                accepted="[low, high] with low ≤ high",
            )
        return low if low == high else Range(low, high)
    return _number(question, raw, place, wrong)


def _number(question: Question, raw: Any, place: Place, wrong: InputError) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
        raise wrong
    number = Decimal(str(raw))
    if not number.is_finite():
        raise wrong
    domain = question.domain
    if (domain.low is not None and number < domain.low) or (domain.high is not None and number > domain.high):
        raise fail(
            f"{one_line(_shown(number))} is out of bounds for '{question.id}'.", place, accepted=accepted(question)
        )
    if domain.integer and number != number.to_integral_value():
        raise fail(
            f"{one_line(_shown(number))} is not a whole number, and '{question.id}' needs one.",
            place,
            accepted=accepted(question),
        )
    return number


def parse_text(question: Question, text: str, place: Place) -> Value:
    """Turn what a person typed (or gave to `--set`) into an answer.

    Numbers may be written 500k, 1.2M, 1_000, 1,000, 40%, and as a range 200..500 or [200, 500].
    """
    text = text.strip()
    wrong = fail(
        f"'{one_line(text)}' is not an answer to '{question.id}'.",
        place,
        accepted=accepted(question),
        nearest=nearest_name(text, question.domain.values),
    )
    match question.kind:
        case "number":
            bracketed = text.startswith("[") and text.endswith("]")
            parts = text[1:-1].split(",") if bracketed else text.split("..")
            numbers = [_parse_number(part, question.domain, wrong) for part in parts]
            return check_value(question, numbers if len(numbers) > 1 else numbers[0], place)
        case "bool":
            lower = text.lower()
            if lower in ("true", "yes", "y"):
                return True
            if lower in ("false", "no", "n"):
                return False
            raise wrong
        case "strategies" | "providers":
            items = [item.strip().strip("\"'") for item in text.strip("[]").split(",") if item.strip()]
            return check_value(question, items, place)
        case "notes":
            raise wrong
        case _:
            return check_value(question, text, place)


def _parse_number(text: str, domain: Domain, wrong: InputError) -> Decimal:
    match = _NUMBER.fullmatch(text.strip())
    if not match or (match[2].endswith("%") and not _is_share(domain)):
        raise wrong
    number = Decimal(match[1].replace("_", "").replace(",", ""))
    suffix = match[2].strip().lower()
    return number / 100 if suffix == "%" else number * _SUFFIXES.get(suffix, Decimal(1))


def _is_share(domain: Domain) -> bool:
    return domain.low is not None and domain.high is not None and domain.low >= -1 and domain.high <= 1


def _shown(raw: Any) -> str:
    if isinstance(raw, bool):
        return str(raw).lower()
    if isinstance(raw, list | tuple):
        return "[" + ", ".join(_shown(item) for item in raw) + "]"
    if isinstance(raw, Mapping):
        return "an object"
    if isinstance(raw, Decimal):
        return plain_number(raw) if raw.is_finite() and raw.adjusted() < MAX_SHOWN_DIGITS else "this number"
    return "null" if raw is None else str(raw)
