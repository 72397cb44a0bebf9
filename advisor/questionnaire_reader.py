"""Reading the questions file, and checking it as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from advisor.condition_reader import read_condition
from advisor.conditions import ALWAYS, Condition, Domain
from advisor.errors import InputError, Place, Problem, nearest_name, one_line
from advisor.questions import STRATEGIES, Assumption, Choice, Kind, Question, Questionnaire, Section
from advisor.records import Record, read_records
from advisor.replies import parse_text
from advisor.trees import Tree


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
    neutral: bool = False


class QuestionsFile(Record):
    """What the questions file holds."""

    sections: tuple[Section, ...]
    questions: tuple[QuestionEntry, ...]


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
            raw.neutral,
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
