"""The interview as a state machine, and the plain front end that asks it line by line."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.asking import Left
from advisor.conditions import Range, Value
from advisor.errors import InputError, Place
from advisor.interview import Interview
from advisor.packs.pack import Pack
from advisor.packs.questionnaire import QuestionnaireReader
from advisor.plain import HELP, converse
from advisor.questions import Questionnaire
from advisor.quick import COSTED, MOST, QuickWay
from advisor.replies import parse_text
from advisor.sources import ANSWERS_FILE, COMMAND_LINE, DRAFT, Source, chained, changed
from advisor.trees import parse_yaml

SHORT: Questionnaire = QuestionnaireReader().read(
    parse_yaml(
        """
sections:
- {id: first, title: The first part}
- {id: second, title: The second part}
questions:
- {id: project, section: first, type: text, prompt: Name?, hint: Short., why: It heads the page.}
- id: data
  section: first
  type: choice
  choices: [{value: none, note: Nothing}, {value: some, note: A little}, {value: much, note: A lot}]
  prompt: Data?
  hint: Look.
  why: It counts.
- id: size
  section: first
  type: number
  unit: rows
  min: 0
  max: 1000000000
  prompt: How many?
  hint: Count.
  why: Size matters.
  example: "500"
  show: {fact: data, in: [some, much]}
- id: clean
  section: first
  type: bool
  prompt: Clean?
  hint: Sample.
  why: Errors are learned.
  show: {fact: size, ge: 100}
- {id: share, section: second, type: number, min: 0, max: 1, prompt: Share?, hint: H., why: W.}
- {id: plans, section: second, type: strategies, prompt: Plans?, hint: All of them., why: Risks.}
- {id: notes, section: second, type: notes, prompt: Notes?, hint: H., why: W.}
""",
        "short.yaml",
    )
)


def at(interview: Interview) -> str | None:
    return interview.current.id if interview.current else None


def answered(*texts: str) -> Interview:
    """Return an interview in which these were typed; an empty text stands for not sure."""
    interview = Interview(SHORT)
    for text in texts:
        if text:
            interview.answer(text)
        else:
            interview.not_sure()
    return interview


FULL = ("bot", "some", "500", "yes", "0.4", "rag, fine_tuning")


def test_straight_through_every_shown_question_is_asked_once_in_order() -> None:
    interview = Interview(SHORT)
    seen = []
    for number, text in enumerate(FULL, 1):
        assert interview.position[0] == number
        seen.append(at(interview))
        interview.answer(text)
    assert seen == ["project", "data", "size", "clean", "share", "plans"]
    assert interview.current is None
    assert interview.position == (6, 6)
    assert interview.values == {
        "project": "bot",
        "data": "some",
        "size": Decimal(500),
        "clean": True,
        "share": Decimal("0.4"),
        "plans": ("rag", "fine_tuning"),
    }


def test_the_built_in_questionnaire_takes_its_own_examples_from_end_to_end(pack: Pack) -> None:
    interview = Interview(pack.questionnaire)
    asked = 0
    while (question := interview.current) is not None:
        assert question.example is not None
        interview.answer(question.example)
        assert interview.values[question.id] is not None
        asked += 1
    assert asked == len(interview.asked)
    assert interview.position == (asked, asked)


def test_after_the_last_question_nothing_more_is_taken() -> None:
    interview = answered(*FULL)
    for step in (interview.not_sure, interview.keep, lambda: interview.answer("x")):
        with pytest.raises(ValueError, match="over"):
            step()


def test_back_returns_to_the_question_before_and_restores_its_answer() -> None:
    interview = answered("bot", "some", "500")
    assert interview.back() is True
    assert at(interview) == "size"
    assert interview.values["size"] == Decimal(500)
    interview.keep()
    assert at(interview) == "clean"
    assert interview.values["size"] == Decimal(500)


def test_back_from_the_end_reaches_the_last_question_and_at_the_start_stays() -> None:
    interview = answered(*FULL)
    visited = []
    while interview.back():
        visited.append(at(interview))
    assert visited == ["plans", "share", "clean", "size", "data", "project"]
    assert at(interview) == "project"
    assert interview.back() is False


def test_back_over_a_condition_skips_what_is_hidden() -> None:
    interview = answered("bot", "none")
    assert at(interview) == "share"
    interview.back()
    assert at(interview) == "data"


def test_a_changed_condition_hides_questions_and_keeps_their_answers_for_later() -> None:
    interview = answered(*FULL)
    assert interview.jump("data")
    interview.answer("none")
    assert at(interview) == "share"
    assert interview.position == (3, 4)
    assert interview.values["size"] == Decimal(500)
    interview.back()
    interview.answer("much")
    assert at(interview) == "size"
    assert interview.values["size"] == Decimal(500)
    assert interview.position == (3, 6)


def test_a_question_behind_a_hidden_one_is_hidden_whatever_was_answered_there() -> None:
    interview = answered("bot", "some", "500")
    assert "clean" in [question.id for question in interview.asked]
    interview.jump("data")
    interview.answer("none")
    assert [question.id for question in interview.asked] == ["project", "data", "share", "plans"]


@pytest.mark.parametrize(
    ("size", "following"), [("99", "share"), ("100", "clean"), ("50..500", "clean"), ("", "clean")]
)
def test_a_question_is_skipped_only_when_its_condition_is_false(size: str, following: str) -> None:
    assert at(answered("bot", "some", size)) == following


def test_jump_goes_to_a_shown_question_and_refuses_a_hidden_or_unknown_one() -> None:
    interview = answered("bot", "none")
    assert interview.jump("plans") is True
    assert at(interview) == "plans"
    for name in ("size", "notes", "nonsense"):
        assert interview.jump(name) is False
        assert at(interview) == "plans"
    assert interview.jump("project") is True
    assert at(interview) == "project"


def test_not_sure_leaves_the_question_out_and_takes_an_earlier_answer_away() -> None:
    interview = answered("bot", "some", "500")
    interview.back()
    interview.not_sure()
    assert "size" not in interview.values
    assert at(interview) == "clean"


def test_a_refused_answer_leaves_the_interview_where_and_as_it_was() -> None:
    interview = answered("bot")
    before = dict(interview.values)
    with pytest.raises(InputError, match="Did you mean 'some'"):
        interview.answer("soem")
    assert at(interview) == "data"
    assert interview.values == before


def test_skipped_questions_are_never_asked() -> None:
    interview = Interview(SHORT, {"project": "bot"}, skipped=frozenset({"project", "share"}))
    assert at(interview) == "data"
    assert interview.jump("share") is False
    assert interview.back() is False


moves = st.lists(
    st.sampled_from(["none", "some", "500", "yes", "0.5", "rag", "?unsure", "<back", ">keep"]), max_size=25
)


@given(moves)
def test_whatever_is_done_the_current_question_is_one_that_is_shown(steps: list[str]) -> None:
    interview = Interview(SHORT)
    for step in steps:
        if interview.current is None and step != "<back":
            break
        if step == "<back":
            interview.back()
        elif step == ">keep":
            interview.keep()
        elif step == "?unsure":
            interview.not_sure()
        else:
            try:
                interview.answer(step)
            except InputError:
                continue
        asked = [question.id for question in interview.asked]
        place, count = interview.position
        assert count == len(asked)
        assert interview.current is None or asked[place - 1] == interview.current.id


def typed(question: str, text: str) -> Value:
    return parse_text(SHORT[question], text, Place("answer"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("500k", 500_000),
        ("1.2M", 1_200_000),
        ("1_000", 1000),
        ("1,000", 1000),
        ("1,200,000", 1_200_000),
        ("  42 ", 42),
        ("0.3B", 300_000_000),
        ("2K", 2000),
        ("1e3", 1000),
        ("0", 0),
        ("007", 7),
    ],
)
def test_numbers_may_be_written_as_people_write_them(text: str, value: int) -> None:
    assert typed("size", text) == Decimal(value)


@pytest.mark.parametrize(("text", "value"), [("40%", "0.4"), ("40 %", "0.4"), ("0.5%", "0.005"), ("100%", "1")])
def test_shares_may_be_written_as_percentages(text: str, value: str) -> None:
    assert typed("share", text) == Decimal(value)


@pytest.mark.parametrize(
    ("question", "text", "low", "high"),
    [
        ("size", "200..500", "200", "500"),
        ("size", "[200, 500]", "200", "500"),
        ("size", "1k..1.5M", "1000", "1500000"),
        ("size", "[1_000, 2k]", "1000", "2000"),
        ("size", "1,000 .. 2,000", "1000", "2000"),
        ("share", "20%..40%", "0.2", "0.4"),
        ("share", "[0.2, 40%]", "0.2", "0.4"),
    ],
)
def test_numbers_may_be_ranges(question: str, text: str, low: str, high: str) -> None:
    assert typed(question, text) == Range(Decimal(low), Decimal(high))


def test_a_range_of_one_point_is_that_number() -> None:
    assert typed("size", "200..200") == Decimal(200)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("size", "many"),
        ("size", ""),
        ("size", "-1"),
        ("size", "2B"),
        ("size", "500..200"),
        ("size", "1..2..3"),
        ("size", "200.."),
        ("size", "[200]x"),
        ("size", "[1, 2, 3]"),
        ("size", "NaN"),
        ("size", "Infinity"),
        ("size", "1e99"),
        ("size", "12x"),
        ("size", "１２"),
        ("share", "1.5"),
        ("share", "140%"),
        ("share", "50..60"),
        # A comma that groups no thousands may be meant as a decimal point: 1,5 must not become 15.
        ("size", "1,5"),
        ("size", "10,00"),
        ("size", "1 2"),
        ("clean", "perhaps"),
        ("clean", "1"),
        ("data", "Some"),
        ("plans", "rag, rag"),
        ("plans", "rga"),
        ("notes", "x"),
    ],
)
def test_what_is_no_answer_is_refused(question: str, text: str) -> None:
    with pytest.raises(InputError):
        typed(question, text)


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("Y", True), ("TRUE", True), ("no", False), ("n", False), ("false", False)]
)
def test_yes_and_no_are_understood(text: str, value: bool) -> None:
    assert typed("clean", text) is value


def talk(
    lines: list[str], values: Mapping[str, Value] | None = None, offered: Mapping[str, str] | None = None
) -> tuple[Interview, str]:
    """Hold the conversation with these lines; return the interview and everything that was written."""
    interview = Interview(SHORT, dict(values or {}), offered or {})
    written: list[str] = []
    rest = iter(lines)

    def read() -> str:
        line = next(rest, None)
        if line is None:
            raise EOFError
        return line

    try:
        converse(interview, read, written.append)
    except Left:
        written.append("LEFT")
    assert next(rest, None) is None, "not every line was read"
    return interview, "\n".join(written)


def test_a_plain_conversation_by_numbers_and_by_words_gives_the_same_answers() -> None:
    by_word, _ = talk(["bot", "some", "500", "yes", "40%", "rag, fine_tuning"])
    by_number, _ = talk(["bot", "2", "500", "y", "0.4", "2,3"])
    assert by_word.values == by_number.values
    assert by_number.values["data"] == "some"
    assert by_number.values["plans"] == ("rag", "fine_tuning")


def test_a_plain_conversation_says_where_it_is_and_what_may_be_chosen() -> None:
    _, text = talk(["bot", "1", "", ""])
    assert text.startswith(HELP)
    headings = [line for line in text.splitlines() if line.startswith("==")]
    assert headings == ["== The first part ==", "== The second part =="]
    assert "[2 of 6] Data?\n  Look.\n  1. none - Nothing\n  2. some - A little\n  3. much - A lot\ndata:" in text
    assert "[3 of 4] Share?" in text
    assert "  2. rag\n" in text


def test_enter_is_not_sure_without_a_value_keeps_a_given_one_and_takes_an_offered_one() -> None:
    given_value: dict[str, Value] = {"data": "much"}
    interview, text = talk(["", "", "", "", "", ""], given_value, {"size": "2k", "data": "none"})
    assert interview.values == {"data": "much", "size": Decimal(2000)}
    assert "Now: much (Enter keeps it)" in text
    assert "Enter takes: 2k" in text


def test_not_sure_in_words_takes_a_given_answer_away() -> None:
    interview, _ = talk(["bot", "Not sure", "", "", "", ""], {"data": "much"})
    assert interview.values == {"project": "bot"}


def test_b_goes_back_and_says_so_at_the_first_question() -> None:
    interview, text = talk(["b", "bto", "B", "bot", "1", "", ""])
    assert text.count("This is the first question.") == 1
    assert text.count("[1 of 6] Name?") == 3
    assert "Now: bto (Enter keeps it)" in text
    assert interview.values == {"project": "bot", "data": "none"}


def test_a_question_mark_explains_and_asks_again() -> None:
    interview, text = talk(["bot", "2", "?", "500", "", "", ""])
    assert (
        "Size matters.\nAccepted: a number from 0 to 1,000,000,000 (rows), or a range low..high. Example: 500" in text
    )
    assert text.count("How many? (rows)") == 2
    assert interview.values["size"] == Decimal(500)


@pytest.mark.parametrize(
    ("wrong", "named"), [("soem", "soem"), ("4", "4"), ("0", "0"), ("1,2", "none, some"), ("²", "²")]
)
def test_bad_input_is_explained_and_asked_again(wrong: str, named: str) -> None:
    interview, text = talk(["bot", wrong, "1", "", ""])
    (said,) = [line for line in text.splitlines() if line.startswith("! ")]
    assert named in said
    assert "not an answer to 'data'." in said
    assert "Accepted: none, some, much." in said
    assert text.count("] Data?") == 2
    assert interview.values == {"project": "bot", "data": "none"}


@pytest.mark.parametrize("lines", [["bot", "2", "q"], ["bot", "2", "Q"], ["bot", "2"]], ids=["q", "Q", "end of input"])
def test_leaving_and_the_end_of_input_raise_left_and_keep_what_was_answered(lines: list[str]) -> None:
    interview, text = talk(lines)
    assert text.endswith("LEFT")
    assert interview.values == {"project": "bot", "data": "some"}
    assert at(interview) == "size"


def test_an_interrupt_from_the_keyboard_leaves_too() -> None:
    def interrupted() -> str:
        raise KeyboardInterrupt

    with pytest.raises(Left):
        converse(Interview(SHORT), interrupted, lambda text: None)


def detoured(values: dict[str, Value], *names: str) -> Interview:
    interview = Interview(SHORT, values)
    assert interview.only(names)
    return interview


def test_a_change_returns_to_the_check_page_after_what_it_brings_up() -> None:
    interview = detoured({"project": "bot", "data": "none", "share": Decimal("0.5")}, "data")
    interview.answer("some")
    assert at(interview) == "size"
    interview.answer("500")
    assert at(interview) == "clean"
    interview.not_sure()
    assert interview.current is None
    assert interview.values["share"] == Decimal("0.5")


def test_back_leaves_a_change_and_enters_it_again_from_the_check_page() -> None:
    interview = detoured({"data": "some"}, "data")
    assert interview.back() is True
    assert interview.current is None
    interview.change("size")
    interview.answer("7")
    assert interview.current is None
    assert interview.back() is True
    assert at(interview) == "size"


def test_an_answer_that_becomes_hidden_is_kept_and_listed_and_comes_back() -> None:
    interview = detoured({"data": "some", "size": Decimal(500), "clean": True}, "data")
    interview.answer("none")
    assert interview.hidden == ["size", "clean"]
    assert interview.values["size"] == Decimal(500)
    interview.change("data")
    interview.answer("much")
    assert interview.hidden == []
    assert interview.current is None


def test_a_detour_asks_only_what_is_named_and_shown() -> None:
    interview = Interview(SHORT, {"data": "none"})
    assert interview.only(["size"]) is False
    assert interview.only(["share", "size", "plans"]) is True
    assert at(interview) == "share"
    interview.keep()
    assert at(interview) == "plans"
    interview.keep()
    assert interview.current is None


def test_left_open_is_settled_and_not_asked_again_on_the_way_on() -> None:
    interview = answered("bot")
    interview.not_sure()
    again = Interview(SHORT, dict(interview.values), passed=set(interview.passed))
    again.skip_settled()
    assert at(again) == "size"


def test_sources_form_one_chain_and_name_themselves() -> None:
    values, names = chained(
        [
            Source(COMMAND_LINE, {"data": "much", "size": None}),
            Source(DRAFT, {"data": "some", "project": "bot"}),
            Source(ANSWERS_FILE, {"project": "old", "size": Decimal(1), "share": Decimal(1)}),
        ]
    )
    assert values == {"data": "much", "project": "bot", "share": Decimal(1)}
    assert names == {"data": COMMAND_LINE, "project": DRAFT, "share": ANSWERS_FILE}
    assert changed({"a": 1, "b": True}, {"b": True, "c": "x"}) == {"a": None, "c": "x"}


@pytest.mark.parametrize("pick", [0, -1, None], ids=["first", "last", "not sure"])
def test_the_quick_way_asks_at_most_eight_and_always_task_volume_prompt_and_model(pick: int | None, pack: Pack) -> None:
    interview = Interview(pack.questionnaire)
    interview.take_the_quick_way(QuickWay(pack, frozenset({"project"})))
    asked = []
    while (question := interview.current) is not None:
        asked.append(question.id)
        if pick is None:
            interview.not_sure()
        elif question.kind == "bool":
            interview.answer("yes")
        else:
            other = "gpt-4o" if question.kind == "model" else "500"
            interview.answer(question.domain.values[pick] if question.domain.values else other)
    assert len(asked) == len(set(asked)) == MOST
    assert set(COSTED) <= set(asked)
    assert asked[0] == "task_type"


def test_the_quick_way_follows_the_answers(pack: Pack) -> None:
    choose = QuickWay(pack, frozenset({"project"}))
    assert QuickWay(pack)({}, []) == "project"
    asked = ["task_type", "knowledge_needed"]
    assert choose({"knowledge_needed": "changing"}, asked) == "knowledge_tokens"
    assert choose({"knowledge_needed": "none"}, asked) != "knowledge_tokens"


def test_back_on_the_quick_way_restores_the_answer(pack: Pack) -> None:
    interview = Interview(pack.questionnaire)
    interview.take_the_quick_way(QuickWay(pack, frozenset({"project", "task_type"})))
    interview.answer("changing")
    interview.answer("2M")
    assert interview.back() is True
    assert at(interview) == "knowledge_tokens"
    assert interview.back() is True
    assert at(interview) == "knowledge_needed"
    assert interview.values["knowledge_tokens"] == Decimal(2_000_000)
    assert interview.back() is False
