"""The answers of one workload: read from a file, set from the command line, written back, described by a schema."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from advisor.conditions import NOT_APPLICABLE, Range, Value
from advisor.errors import InputError, Place, Problem, fail, nearest_name, one_line
from advisor.files import read_text
from advisor.fingerprint import Form
from advisor.limits import MAX_TEXT
from advisor.naming import DOCUMENT_ENDINGS, ENDING, stem_of
from advisor.plain_json import dump
from advisor.printable import visible
from advisor.questions import Question, Questionnaire
from advisor.records import DIALECT
from advisor.replies import accepted, check_value, parse_text
from advisor.trees import Tree, parse_json

VERSION: Final = "1"
SCHEMA_ADDRESS: Final = "answers.schema.json"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HEAD: Final = ("$schema", "version", "as_of")


@dataclass(frozen=True)
class Answers:
    """What the user said: `values` by question id (a missing id is unknown), texts in `notes`, and where it stood."""

    source: str
    values: Mapping[str, Value] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    as_of: date | None = None
    places: Mapping[str, Place] = field(default_factory=dict)

    def place(self, question_id: str) -> Place:
        return self.places.get(question_id) or Place(self.source, key=question_id)

    def visible(self, questionnaire: Questionnaire) -> dict[str, Value]:
        """Return the values that count: a question that is hidden by the others is not applicable."""
        shown = questionnaire.shown(self.values)
        return {key: NOT_APPLICABLE if shown[key] is False else self.values.get(key) for key in questionnaire.ids}

    @property
    def digest(self) -> str:
        """Return a digest of what was answered, whatever the layout of the file."""
        day = self.as_of.isoformat() if self.as_of else None
        values = {key: plain(value) for key, value in sorted(self.values.items())}
        content = dump([values, dict(sorted(self.notes.items())), day], None)
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def project_name(answers: Answers) -> str:
    """Return the project's name: the answer, else the name of the file without its ending."""
    given = answers.values.get("project")
    if isinstance(given, str) and visible(given):
        return given
    name = Path(answers.source).name
    return name.removesuffix(ENDING).removesuffix(".json") or "workload"


def stem(file: Path) -> str:
    """Return the name of an answers file without its ending; raises InputError for a path without a name."""
    if not file.name or file.name == "..":
        raise fail("is a directory, a file is needed.", Place(str(file)))
    name = stem_of(file.name)
    if not name:
        raise fail("has no name before its ending.", Place(str(file)), accepted="NAME.advise.json")
    return name


def document_path(file: Path, form: Form = "md") -> Path:
    """Return the document that belongs to an answers file."""
    return file.with_name(stem(file) + DOCUMENT_ENDINGS[form])


def read_answers(path: Path | str, questionnaire: Questionnaire) -> Answers:
    """Read an answers file (`-` is standard input); raises InputError with file:line:column:key for what is wrong."""
    return check_answers(
        parse_json(read_text(path), "standard input" if str(path) == "-" else str(path)), questionnaire
    )


def answers_from(values: Mapping[str, Any], questionnaire: Questionnaire, source: str = "answers") -> Answers:
    """Read answers given as a mapping, as by `advise(...)`; the same checks as for a file."""
    return check_answers(Tree(source, dict(values), lambda path: None), questionnaire)


def check_answers(tree: Tree, questionnaire: Questionnaire) -> Answers:
    """Check a parsed answers file against the questions; all problems at once."""
    if not isinstance(tree.value, dict):
        raise fail("an object of question ids and answers is needed.", tree.place())
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    notes: dict[str, str] = {}
    as_of: date | None = None
    for key, raw in tree.value.items():
        place = tree.place(key)
        try:
            if key == "as_of":
                as_of = read_date(raw, place)
            elif key == "version":
                _check_version(raw, place)
            elif key == "notes":
                notes = _notes(raw, questionnaire, tree)
            elif key in questionnaire.ids:
                values[key] = check_value(questionnaire[key], raw, place)
            elif key == "$schema":
                if not isinstance(raw, str):
                    raise fail("'$schema' is not a text.", place, accepted="the address of a schema")
            else:
                known = (*_HEAD, *questionnaire.ids)
                raise fail(
                    f"unknown key '{one_line(key)}'.",
                    place,
                    nearest=nearest_name(key, known),
                    accepted="the ids of the questionnaire (see `advise schema answers`)",
                )
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    places = {key: tree.place(key) for key in values}
    return Answers(tree.source, {key: values[key] for key in questionnaire.ids if key in values}, notes, as_of, places)


def read_date(raw: Any, place: Place) -> date:
    """Read a day written YYYY-MM-DD."""
    try:
        if isinstance(raw, str) and _DAY.fullmatch(raw):
            day = date.fromisoformat(raw)
            if 2000 <= day.year <= 2100:
                return day
    except ValueError:
        pass
    raise fail(f"'{one_line(raw)}' is not a day.", place, accepted="YYYY-MM-DD, such as 2026-11-23, from 2000 to 2100")


def _check_version(raw: Any, place: Place) -> None:
    if str(raw) != VERSION:
        shown = "null" if raw is None else one_line(raw)
        raise fail(f"answers of version {shown} cannot be read.", place, accepted=f'"{VERSION}"')


def _notes(raw: Any, questionnaire: Questionnaire, tree: Tree) -> dict[str, str]:
    if not isinstance(raw, dict):
        raise fail("'notes' is not an object.", tree.place("notes"), accepted=accepted(questionnaire["notes"]))
    problems = []
    for key, text in raw.items():
        place = tree.place("notes", key)
        if key not in questionnaire.ids:
            problems.append(
                Problem(
                    f"no question is called '{one_line(key)}'.", place, nearest=nearest_name(key, questionnaire.ids)
                )
            )
        elif not isinstance(text, str) or len(text) > MAX_TEXT:
            problems.append(Problem(f"the note on '{key}' is not a text of at most {MAX_TEXT} characters.", place))
    if problems:
        raise InputError(problems)
    return dict(raw)


def with_settings(answers: Answers, settings: Iterable[str], questionnaire: Questionnaire) -> Answers:
    """Return the answers with `KEY=VALUE` settings of the command line over them; an empty value, or `not sure`, takes
    an answer away."""
    values, places = dict(answers.values), dict(answers.places)
    problems: list[Problem] = []
    for setting in settings:
        key, equals, text = setting.partition("=")
        place = Place("--set", key=key)
        if not equals:
            problems.append(Problem(f"'{one_line(setting)}' is not KEY=VALUE.", Place("--set")))
        elif key == "notes":
            problems.append(Problem("notes are written in the answers file.", place, "the id of another question"))
        elif key not in questionnaire.ids:
            problems.append(
                Problem(
                    f"unknown question '{one_line(key)}'.",
                    Place("--set"),
                    "the ids of the questionnaire (see `advise schema answers`)",
                    nearest_name(key, questionnaire.ids),
                )
            )
        elif not text or text.strip().lower() == "not sure":
            values.pop(key, None)
        else:
            try:
                values[key], places[key] = parse_text(questionnaire[key], text, place), place
            except InputError as error:
                problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    ordered = {key: values[key] for key in questionnaire.ids if key in values}
    return replace(answers, values=ordered, places=places)


def to_json(answers: Answers, questionnaire: Questionnaire, schema: str | None = SCHEMA_ADDRESS) -> str:
    """Return the text of an answers file."""
    return dump(to_object(answers, questionnaire, schema)) + "\n"


def to_object(answers: Answers, questionnaire: Questionnaire, schema: str | None = SCHEMA_ADDRESS) -> dict[str, Any]:
    """Return what an answers file holds: head, then answers in the order of the questions, then notes."""
    head: dict[str, Any] = {**({} if schema is None else {"$schema": schema}), "version": VERSION}
    if answers.as_of:
        head["as_of"] = answers.as_of.isoformat()
    body = {key: plain(answers.values[key]) for key in questionnaire.ids if key in answers.values}
    tail = {"notes": dict(answers.notes)} if answers.notes else {}
    return {**head, **body, **tail}


def plain(value: Value) -> Any:
    """Return an answer as JSON has it: a range is a list of two numbers."""
    if isinstance(value, Range):
        return [value.low, value.high]
    return list(value) if isinstance(value, tuple) else value


def answers_schema(questionnaire: Questionnaire) -> dict[str, Any]:
    """Return the JSON Schema of answers files, with descriptions that editors show."""
    properties: dict[str, Any] = {
        "$schema": {"type": "string", "description": "Address of this schema, for editors."},
        "version": {"const": VERSION, "description": "Version of this format."},
        "as_of": {"type": "string", "format": "date", "description": "The date of all prices, YYYY-MM-DD."},
    }
    for question in questionnaire.questions:
        description = f"{question.prompt} {question.hint}"
        if question.unit:
            description += f" Unit: {question.unit}."
        properties[question.id] = {"description": description, **_schema_of(question)}
    properties["notes"]["propertyNames"] = {"enum": list(questionnaire.ids)}
    return {
        "$schema": DIALECT,
        "title": "Answers of one workload",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _schema_of(question: Question) -> dict[str, Any]:
    domain = question.domain
    match question.kind:
        case "bool":
            return {"type": "boolean"}
        case "choice":
            return {"enum": list(domain.values), "enumDescriptions": [choice.note for choice in question.choices]}
        case "strategies" | "providers":
            items = {"enum": list(domain.values)} if domain.values else {"type": "string"}
            return {"type": "array", "items": items, "uniqueItems": True}
        case "notes":
            return {"type": "object", "additionalProperties": {"type": "string", "maxLength": MAX_TEXT}}
        case "number":
            number: dict[str, Any] = {"type": "integer" if domain.integer else "number"}
            number |= {} if domain.low is None else {"minimum": domain.low}
            number |= {} if domain.high is None else {"maximum": domain.high}
            return {"anyOf": [number, {"type": "array", "items": number, "minItems": 2, "maxItems": 2}]}
        case _:
            return {"type": "string", "maxLength": MAX_TEXT, **({"minLength": 1} if question.kind == "model" else {})}
