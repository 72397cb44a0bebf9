"""Measures as answers: beside what else was answered, each with its note, and the note only as long as it is true."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from advisor.answers import Answers
from advisor.conditions import Value
from advisor.errors import Place, fail
from advisor.limits import MAX_TEXT
from advisor.measured.measure import NOTED, Measure
from advisor.questions import Questionnaire
from advisor.replies import check_value


def with_measures(
    answers: Answers, measures: Iterable[Measure], given: Collection[str], questionnaire: Questionnaire
) -> Answers:
    """Return the answers with measures over them; what is `given` on the command line stands above a measure.

    A note of a person stays, with the measure behind it; an older measure gives way. Raises InputError for a number
    that its question does not accept, and for a note that leaves no room.
    """
    values, places = dict(answers.values), dict(answers.places)
    notes = {key: note for key, text in answers.notes.items() if (note := _own(text) if key in given else text)}
    for measure in measures:
        key = measure.question
        if key in given:
            continue
        places[key] = Place(measure.option, key=key)
        values[key] = check_value(questionnaire[key], measure.value, places[key])
        notes[key] = " ".join(filter(None, (_own(notes.get(key, "")), measure.note)))
        if len(notes[key]) > MAX_TEXT:
            raise fail(f"the note on '{key}' leaves no room for the measure.", places[key])
    ordered = {key: values[key] for key in questionnaire.ids if key in values}
    noted = {key: notes[key] for key in questionnaire.ids if key in notes}
    return replace(answers, values=ordered, places=places, notes=noted)


def answered_anew(before: Answers, values: Mapping[str, Value]) -> Answers:
    """Return answers with other values; where a value is another one, the note no longer says that it was measured."""
    notes = {
        key: note
        for key, text in before.notes.items()
        if (note := text if values.get(key) == before.values.get(key) else _own(text))
    }
    return replace(before, values=values, notes=notes)


def _own(note: str) -> str:
    """Return what a person wrote in a note."""
    return note.partition(NOTED)[0].rstrip()
