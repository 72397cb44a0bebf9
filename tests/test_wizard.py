"""The wizard in process: what keys do, what stands on the screen, and that it answers at once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from prompt_toolkit.application import Application
from prompt_toolkit.output import ColorDepth
from wizard_driver import BACK, DOWN, ENTER, FINISH, LEAVE, UNSURE, UP, play, seconds_to_answer, session, text_of

from advisor.asking import Session, ask
from advisor.cli.door import SEARCH
from advisor.config_search import Search
from advisor.errors import Stopped
from advisor.wizard import leaning
from advisor.wizard.application import colour_depth
from advisor.wizard.leaning import leaning_of
from advisor.wizard.lines import ascii_only, cut, width_of, wrapped
from advisor.wizard.models import model_names
from advisor.wizard.panel import WIDTH, panel
from advisor.wizard.view import View

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
BOT = Path("bot.advise.json")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    SEARCH.set(Search(None, True))


def example() -> Session:
    """Return a session that edits an answers file with most answers."""
    name = "support-classifier.advise.json"
    shutil.copy(EXAMPLES / name, name)
    return session(Path(name), task="edit")


def drafted() -> dict[str, object]:
    return dict(json.loads(Path(".bot.advise.draft.json").read_text()))


def shown(view: View, columns: int = 80, rows: int = 24) -> str:
    return "\n".join(text_of(view, columns, rows))


def test_straight_through_the_quick_way_to_the_check_page() -> None:
    it = session(BOT)
    left = play(it, "1", ENTER, "7", ENTER, "3", ENTER, "2M", ENTER, *[ENTER] * 5, "w", choose=True)
    assert not left
    assert it.interview.values == {"task_type": "qa", "knowledge_needed": "changing", "knowledge_tokens": 2_000_000}
    assert it.interview.current is None


def test_straight_through_the_full_way_asks_every_question_that_is_shown() -> None:
    it = session(BOT)
    assert not play(it, "2", ENTER, *[ENTER] * len(it.interview.asked), "w", choose=True)
    assert it.interview.values == {"project": "bot"}
    assert it.interview.passed == {question.id for question in it.interview.shown} - {"project"}


def test_back_over_a_condition_restores_the_answer_and_keeps_the_later_one() -> None:
    it = session(BOT, asks=["knowledge_needed", "knowledge_tokens"])
    left = play(it, "3", ENTER, "2M", ENTER, BACK, BACK, "1", ENTER, LEAVE)
    assert left
    assert it.interview.values["knowledge_needed"] == "none"
    assert it.interview.values["knowledge_tokens"] == 2_000_000
    assert it.interview.hidden == ["knowledge_tokens"]
    view = View(it, choose=False, confirm=True)
    assert "Kept, not counted, its question is not shown: knowledge_tokens = 2,000,000" in shown(view, 100)


def test_a_change_at_the_check_page_asks_what_it_brings_up_and_returns() -> None:
    it = example()
    number = next(row.number for row in it.review().rows if row.question.id == "knowledge_needed")
    view = View(it, choose=False, confirm=True)
    for digit in str(number):
        view.digit(digit)
    view.enter()
    assert view.question is not None
    assert view.question.id == "knowledge_needed"
    view.digit("3")
    view.enter()
    for name in ("knowledge_tokens", "knowledge_change"):
        assert view.question.id == name
        view.not_sure()
    assert view.page == "check"
    assert it.interview.values["knowledge_needed"] == "changing"
    assert it.interview.sources["knowledge_needed"] == "answered now"


def test_a_model_is_filtered_by_words_and_taken_by_enter() -> None:
    it = session(BOT, asks=["current_model"])
    assert not play(it, "/mini 4.1", DOWN, UP, ENTER, "w")
    assert it.interview.values["current_model"] == "openai/gpt-4.1-mini"


def test_an_unknown_model_is_refused_beside_the_field() -> None:
    it = session(BOT, asks=["current_model"])
    view = View(it, choose=False, confirm=True)
    view.type("gpt-4oo")
    view.enter()
    assert "! unknown model 'gpt-4oo'. Did you mean 'gpt-4o'?" in shown(view, 120)
    view.type("gpt-4o")
    assert "!" not in shown(view)


def test_bad_input_is_explained_under_the_field_and_stays_there() -> None:
    view = View(session(BOT, asks=["queries_per_day"]), choose=False, confirm=True)
    view.type("lots")
    view.enter()
    lines = text_of(view, 100)
    field = lines.index("<lots>")
    assert lines[field + 1].startswith("! 'lots' is not an answer to 'queries_per_day'. Accepted: a number")
    assert any("Example: 20000" in line for line in lines[field + 1 : field + 4])
    view.type("20k")
    assert text_of(view, 100)[field + 1] == "  = 20,000 (requests a day)"
    view.enter()
    assert view.interview.values["queries_per_day"] == 20_000


def test_leaving_keeps_a_draft_of_every_answer_and_says_how_to_go_on() -> None:
    it = session(BOT, asks=["task_type", "queries_per_day"])
    with pytest.raises(Stopped, match=r"advise new bot\.advise\.json --resume") as stopped:
        ask(it, lambda at: play_until_left(at, "1", "1", ENTER, "99", LEAVE), lambda text: None)
    assert stopped.value.exit_code == 130
    assert drafted()["task_type"] == "other"
    assert "queries_per_day" not in drafted()
    assert Path(".bot.advise.draft.json").stat().st_mode & 0o777 == 0o600


def play_until_left(it: Session, *keys: str) -> None:
    from advisor.asking import Left

    assert play(it, *keys)
    raise Left


def test_an_error_behind_a_key_reaches_the_caller_and_the_draft_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    it = session(BOT, asks=["task_type", "queries_per_day"])

    def broken(text: str) -> None:
        raise ZeroDivisionError

    def front(at: Session) -> None:
        at.interview.answer("qa")
        monkeypatch.setattr(at.interview, "answer", broken)
        play(at, "5", ENTER)

    with pytest.raises(ZeroDivisionError):
        ask(it, front, lambda text: None)
    assert drafted()["task_type"] == "qa"


def test_enter_alone_answers_nothing_but_keeps_what_stands() -> None:
    it = example()
    before = dict(it.interview.values)
    names = [question.id for question in it.interview.shown]
    it.interview.only(names)
    assert not play(it, *[ENTER] * len(names), "w")
    assert it.interview.values == before


def test_not_sure_takes_an_answer_away() -> None:
    it = example()
    it.interview.only(["queries_per_day", "task_type"])
    play(it, UNSURE, "0", ENTER, "w")
    assert not {"queries_per_day", "task_type"} & it.interview.values.keys()


def test_control_z_suspends(monkeypatch: pytest.MonkeyPatch) -> None:
    suspended: list[bool] = []
    monkeypatch.setattr(Application, "suspend_to_background", lambda app, group=True: suspended.append(group))
    assert play(session(BOT), "\x1a", LEAVE)
    assert suspended


def test_two_digits_pick_the_tenth_and_not_the_first() -> None:
    it = session(BOT, asks=["tuning_access"])
    assert not play(it, "2", "1", "0", ENTER, "w")
    names = it.interview.questionnaire["tuning_access"].domain.values
    assert it.interview.values["tuning_access"] == (names[1], names[9])


def test_what_was_typed_and_not_entered_is_there_again_or_taken() -> None:
    it = session(BOT, asks=["queries_per_day", "prompt_tokens"])
    view = View(it, choose=False, confirm=True)
    view.enter()
    view.type("888")
    view.back()
    view.enter()
    assert (view.typed, it.interview.values.get("prompt_tokens")) == ("888", None)
    view.finish()
    assert view.page == "check"
    assert it.interview.values["prompt_tokens"] == 888


def test_an_answer_that_is_refused_keeps_the_page_where_it_is() -> None:
    it = session(BOT, asks=["queries_per_day"])
    view = View(it, choose=False, confirm=True)
    view.type("20.000")
    view.finish()
    assert view.page == "question"
    assert "can be read as 20 and as 20,000. Accepted: 20 or 20,000." in view.message


def test_a_file_that_is_there_by_now_is_said_on_the_check_page() -> None:
    it = session(None, "task_type=qa")
    view = View(it, choose=False, confirm=True)
    view.finish()
    Path("workload.advise.md").write_text("mine")
    view.write()
    assert view.page == "check"
    assert "workload.advise.md: exists already; nothing was changed." in view.message
    assert "--set project=NAME" in view.message


def test_a_draft_is_kept_by_one_interview_only() -> None:
    one, other = session(BOT), session(BOT)
    one.interview.answer("first")
    other.interview.answer("second")
    assert one.keep() == ""
    assert "is the draft of another interview" in other.keep()
    view = View(other, choose=False, confirm=True)
    view.not_sure()
    assert "Nothing is being saved: .bot.advise.draft.json" in view.message
    assert drafted()["project"] == "first"


def test_a_model_that_ends_is_marked_in_the_list_and_on_the_check_page() -> None:
    it = session(BOT, "current_model=gpt-4.1-mini", asks=["small_model"])
    view = View(it, choose=False, confirm=True)
    view.type("gpt-4.1-mini")
    assert "stops serving on 2027-01-14" in shown(view, 110)
    view.finish()
    assert "gpt-4.1-mini (command line); stops serving on 2027-01-14" in shown(view, 110, 90)
    offered = model_names(it.desk.book, "current_model", it.desk.as_of)
    assert not [name for name in offered if "image" in name or name.endswith("/ada")]


def test_space_and_digits_pick_several() -> None:
    it = session(BOT, asks=["considering"])
    play(it, "2", DOWN, " ", ENTER, "w")
    assert it.interview.values["considering"] == ("rag", "fine_tuning")


def test_finishing_early_leads_to_the_check_page() -> None:
    it = session(BOT)
    assert not play(it, "my bot", ENTER, FINISH, "w")
    assert it.interview.values == {"project": "my bot"}


def test_the_check_page_offers_to_answer_what_was_not_asked() -> None:
    it = session(BOT, asks=["task_type"])
    view = View(it, choose=False, confirm=True)
    view.not_sure()
    count = len(it.interview.rest)
    assert f"a ask the {count} left" in shown(view, 100)
    view.ask_the_rest()
    assert f"1 of {count}" in shown(view)
    for _ in range(count):
        view.not_sure()
    assert view.page == "check"
    assert it.interview.rest == []
    assert "a ask the" not in shown(view, 100)
    assert "task_type                not sure" in shown(view, 100, 80)


def test_without_confirmation_it_ends_after_the_last_question() -> None:
    it = session(BOT, asks=["task_type"])
    assert not play(it, "1", ENTER, confirm=False)
    assert it.interview.values["task_type"] == "classification"


def test_help_says_why_it_is_asked_and_what_it_feeds() -> None:
    view = View(session(BOT, asks=["labelled_examples"]), choose=False, confirm=True)
    view.help()
    text = shown(view, 100, 30)
    assert "Too few examples speak against tuning" in text
    assert "costs assume 500" in text
    assert "Rules that read it: " in text
    view.enter()
    assert not view.helping
    assert "labelled_examples" not in view.interview.settled


def test_the_check_page_names_source_and_assumption_and_what_the_last_key_does() -> None:
    view = View(example(), choose=False, confirm=True)
    assert view.review
    assert view.review.rows[view.cursor].state != "given", "the cursor is at the first gap"
    text = shown(view, 100, 80)
    assert "task_type                classification (answers file)" in text
    assert "horizon_months           not answered; costs assume 12" in text
    assert "upfront_budget           not answered" in text
    assert "  w  Write support-classifier.advise.json and .md" in text


@pytest.mark.parametrize("columns", [40, 57, 79, 110])
def test_no_line_is_wider_than_the_screen_and_all_of_them_fit(columns: int) -> None:
    it = example()
    names = [question.id for question in it.interview.shown]
    for name in names:
        it.interview.only([name])
        view = View(it, choose=False, confirm=True)
        for helping in (False, True):
            view.helping = helping
            lines = text_of(view, columns, 24)
            assert max(map(width_of, lines)) <= columns, name
            assert len(lines) < 24, (name, helping)
            assert any("Ctrl-C" in line for line in lines)
    it.interview.finish()
    lines = text_of(View(it, choose=False, confirm=True), columns, 24)
    assert max(map(width_of, lines)) <= columns
    assert len(lines) < 24


def test_without_utf_8_every_mark_has_a_likeness() -> None:
    view = View(example(), choose=False, confirm=True)
    view.move(-view.cursor - 1)
    text = ascii_only(shown(view))
    assert text.isascii()
    assert "> w  Write" in text
    assert "?" not in text


def test_hostile_text_is_shown_as_text() -> None:
    it = session(BOT, "project=a\x1b[31mb\u202ec")
    text = shown(View(it, choose=False, confirm=True), 100) + cut("a\x1b[31m\n", 50)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_wide_characters_are_counted_by_columns() -> None:
    assert width_of(cut("模型模型模型", 7)) <= 7
    assert all(width_of("".join(part for _, part in line)) <= 7 for line in wrapped("模型模型 模型模型模型", 7))


def test_the_panel_gives_order_margin_and_monthly_cost_and_waits_until_enough_is_known() -> None:
    it = example()
    now, more = leaning_of(it.desk, it.answers)
    text = "\n".join("".join(part for _, part in line) for line in panel(now, it.interview))
    assert "1. Fine-tuning" in text
    assert "Margin 16, decisive from 3." in text
    assert "USD 651.00" in text
    assert more().next_question == "small_model_tried"
    assert max(width_of(line) for line in text.splitlines()) <= WIDTH
    fresh, _ = leaning_of(it.desk, session(BOT).answers)
    assert not fresh.enough
    assert "Too early to tell" in str(panel(fresh, it.interview))


def test_the_panel_offers_to_finish_only_where_no_open_answer_can_change_the_leader() -> None:
    it = example()
    offered = "No open answer can change this."
    assert offered not in str(panel(leaning_of(it.desk, it.answers)[0], it.interview)).replace("'), ('", " ")
    settings = ("knowledge_needed=none", "prompting_tried=no", "failing=none", "citations_required=no")
    sure = session(BOT, *settings, "tenant_isolation=no")
    now, _ = leaning_of(sure.desk, sure.answers)
    possible = now.recommendation.possible_strategies
    assert now.settled == (possible == ("prompt_engineering",))
    assert now.settled
    assert any("No open answer can change" in part for line in panel(now, sure.interview) for _, part in line)


def test_every_key_is_answered_with_the_panel_at_work() -> None:
    it = example()
    it.interview.only([question.id for question in it.interview.shown])
    keys = [DOWN, UP, "?", "?", ENTER, DOWN, ENTER, BACK, UP, ENTER, "1", "2", ENTER] * 2
    times = seconds_to_answer(it, keys)
    assert len(times) == len(keys)
    assert max(times) < 5


def test_the_thread_behind_the_panel_looks_at_the_latest_answers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    it = example()
    seen: list[object] = []
    real = leaning.leaning_of

    def noted(desk: object, answers: object) -> object:
        seen.append(answers)
        return real(it.desk, it.answers)

    monkeypatch.setattr(leaning, "leaning_of", noted)
    times = seconds_to_answer(it, [UP] * 6)
    assert times
    assert seen


@pytest.mark.parametrize(
    ("env", "depth"),
    [
        ({}, None),
        ({"NO_COLOR": "1"}, ColorDepth.MONOCHROME),
        ({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, ColorDepth.MONOCHROME),
        ({"CLICOLOR": "0"}, ColorDepth.MONOCHROME),
        ({"CLICOLOR_FORCE": "1"}, ColorDepth.DEPTH_8_BIT),
        ({"CLICOLOR_FORCE": "0"}, None),
    ],
    ids=str,
)
def test_the_environment_decides_on_colours(
    env: dict[str, str], depth: ColorDepth | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert colour_depth() is depth


def test_typing_closes_help_and_shows_the_field_again() -> None:
    view = View(session(BOT, asks=["queries_per_day"]), choose=False, confirm=True)
    view.help()
    assert "<>" not in text_of(view)
    view.type("2")
    assert "<2>" in text_of(view)


def test_a_broken_assessment_leaves_the_questions_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(desk: object, answers: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(leaning, "leaning_of", broken)
    it = session(BOT, asks=["task_type"])
    assert not play(it, "1", ENTER, "w")
    assert it.interview.values["task_type"] == "classification"
