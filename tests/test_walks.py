"""One set of answers, however it is given: the engine, the lines, the screen and `--set` end in the same file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from wizard_driver import session

from advisor.answers import Answers, to_json, with_settings
from advisor.asking import Session
from advisor.cli.door import SEARCH
from advisor.conditions import Range, Value
from advisor.config_search import Search
from advisor.interview import Interview
from advisor.plain import hold
from advisor.questions import Question
from advisor.wizard.view import View

DAY = date(2026, 11, 23)
STEPS = st.lists(
    st.tuples(st.sampled_from(["answer", "answer", "answer", "open", "back"]), st.integers(0, 7)), max_size=70
)
CHANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 7)), max_size=3)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    SEARCH.set(Search(None, True))


def text_for(question: Question, pick: int) -> str:
    """Return one of several answers to a question, as a person types it."""
    domain = question.domain
    match question.kind:
        case "bool":
            return ("yes", "no")[pick % 2]
        case "choice":
            return domain.values[pick % len(domain.values)]
        case "strategies" | "providers":
            return ", ".join(domain.values[index] for index in sorted({pick % 4, pick % 3}))
        case "model":
            return "gpt-4o" if question.id != "tuned_model" else "ft:openai/gpt-4o"
        case "text":
            return f"bot {pick}"
    low = domain.low or Decimal(0)
    high = min(domain.high or Decimal(1_000_000), low + (1 if not domain.integer and (domain.high or 2) <= 1 else 50))
    return (f"{low}", f"{high}", f"{low}..{high}")[pick % 3]


def typed(value: Value) -> str:
    """Return a value as `--set` takes it."""
    if isinstance(value, Range):
        return f"{value.low}..{value.high}"
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


Move = tuple[str, str]


def walked(interview: Interview, steps: list[tuple[str, int]], changes: list[tuple[int, int]]) -> Iterator[Move]:
    """Walk through an interview; yield what was done at each question, and at the check page."""
    rest = iter(steps)
    while (question := interview.current) is not None:
        move, pick = next(rest, ("open", 0))
        yield from _moved(interview, question, move, pick)
    for number, pick in changes:
        shown = interview.shown
        chosen = shown[number % len(shown)]
        interview.change(chosen.id)
        yield "change", str(number % len(shown) + 1)
        yield from _moved(interview, chosen, "answer", pick)
        while (question := interview.current) is not None:
            yield from _moved(interview, question, "open", 0)


def _moved(interview: Interview, question: Question, move: str, pick: int) -> Iterator[Move]:
    if move == "answer":
        text = text_for(question, pick)
        interview.answer(text)
        yield "answer", text
    elif move == "open":
        interview.not_sure()
        yield "open", ""
    else:
        interview.back()
        yield "back", ""


def by_lines(it: Session, moves: list[Move]) -> None:
    words = {"open": "not sure", "back": "b"}
    lines = iter([words.get(move, text) for move, text in moves] + ["w"])
    hold(it, lambda: next(lines), lambda text: None, piped=True)


def on_screen(it: Session, moves: list[Move]) -> None:
    view = View(it, choose=False, confirm=True)
    for move, text in moves:
        match move:
            case "open":
                view.not_sure()
            case "back":
                view.back()
            case "change":
                for digit in text:
                    view.digit(digit)
                view.enter()
            case _:
                choose(view, text)
                view.enter()
    assert view.page == "check"


def choose(view: View, text: str) -> None:
    """Choose or type an answer by keys."""
    names = [name for name, _ in view.entries]
    if view.several:
        for name in [*view.picked]:
            view.cursor = names.index(name)
            view.toggle()
        for name in text.split(", "):
            view.cursor = names.index(name)
            view.toggle()
    elif view.listed:
        for digit in str(names.index(text) + 1):
            view.digit(digit)
    else:
        view.type(text)
        if view.question is not None and view.question.kind == "model":
            view.cursor = len(view.entries)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([], [(40, 3)])
@given(STEPS, CHANGES)
def test_engine_lines_screen_and_settings_end_in_the_same_answers_file(
    steps: list[tuple[str, int]], changes: list[tuple[int, int]]
) -> None:
    questionnaire = session(Path("walk.advise.json")).interview.questionnaire
    engine = Interview(questionnaire)
    moves = list(walked(engine, steps, changes))

    def file_of(values: dict[str, Value]) -> str:
        ordered = {key: values[key] for key in questionnaire.ids if key in values}
        return to_json(Answers("x", ordered, as_of=DAY), questionnaire)

    expected = file_of(engine.values)
    given = [f"{key}={typed(value)}" for key, value in engine.values.items()]
    assert to_json(with_settings(Answers("x", as_of=DAY), given, questionnaire), questionnaire) == expected
    for front in (by_lines, on_screen):
        it = session(Path("walk.advise.json"))
        it.interview.offered = {}
        front(it, moves)
        assert file_of(it.interview.values) == expected, front.__name__
        assert it.interview.sources.keys() == it.interview.values.keys()
