"""`advise run --batch`: every row is what `assess` makes of it alone; bad rows are named and lose nothing."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import advise
from shown import play
from terminal import ROOT
from workloads import workloads

from advisor.answers import Answers, to_object
from advisor.assessment import assess
from advisor.columns.frame import frame_of
from advisor.columns.street import Street
from advisor.columns.verdicts import OPEN, VERDICTS
from advisor.conditions import Range
from advisor.errors import InputError
from advisor.packs.pack import Pack
from advisor.plain_json import dump
from advisor.portfolio import workers
from advisor.portfolio.batch import Batch
from advisor.portfolio.files import chunks_of
from advisor.portfolio.outcomes import AMOUNTS, Outcomes
from advisor.portfolio.workers import Work, decided
from advisor.pricebook.book import PriceBook
from advisor.wording import VERDICTS as VERDICTS_SHOWN

DAY = date(2026, 11, 25)
ON = ("--as-of", DAY.isoformat())


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(cases: list[Answers], pack: Pack, name: str = "work.jsonl") -> Path:
    path = Path(name)
    rows = (to_object(case, pack.questionnaire, None) for case in cases)
    path.write_text("".join(dump(row, None) + "\n" for row in rows))
    return path


def expected(number: int, answers: Answers, pack: Pack, book: PriceBook, day: date = DAY) -> dict[str, Any]:
    """Return the row that the single path gives."""
    it = assess(answers, pack, book, day)
    found, cost = it.recommendation, it.recommended_cost

    def cents(amount: Decimal | None) -> float | None:
        return None if amount is None else float(amount.quantize(Decimal("0.01"), ROUND_HALF_EVEN))

    return {
        "row": number,
        "project": answers.values.get("project"),
        "strategy": found.strategy,
        "verdict": found.verdict,
        "score": found.score,
        "margin": found.margin,
        "upfront_usd": cents(cost.total.upfront_usd),
        "monthly_usd": cents(cost.total.monthly_usd),
        "horizon_usd": cents(cost.total.horizon_usd),
        "horizon_api_usd": cents(cost.api.horizon_usd),
        "mistakes": [entry.mistake.id for entry in it.mistakes],
    }


def rows_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_row_is_what_it_is_alone(pack: Pack, book: PriceBook) -> None:
    cases = workloads(11, 25, pack.questionnaire, book)
    outcome = advise("run", "--batch", written(cases, pack), *ON, seconds=60)
    assert outcome.code == 0
    assert rows_of(outcome.out) == [expected(number, case, pack, book) for number, case in enumerate(cases, 1)]
    assert "25 rows decided; prices of 2026-11-25" in outcome.err


def test_columns_leave_little_to_the_single_path_and_say_nothing_wrong(pack: Pack, book: PriceBook) -> None:
    cases = workloads(12, 40, pack.questionnaire, book)
    decided = Street(pack, book, DAY, whole=True).decide(frame_of(cases, pack.questionnaire))
    assert decided.doubtful.mean() < 0.04
    assert (decided.verdict == OPEN).mean() < 0.15
    for case in np.flatnonzero(~decided.doubtful):
        it = assess(cases[case], pack, book, DAY)
        if decided.verdict[case] != OPEN:
            assert VERDICTS[decided.verdict[case]] == it.recommendation.verdict
        committed = zip(pack.mistakes, decided.mistakes[:, case], strict=True)
        assert [entry.id for entry, found in committed if found] == [entry.mistake.id for entry in it.mistakes]


def test_ranges_and_days_of_rows_are_kept(pack: Pack, book: PriceBook) -> None:
    (case,) = workloads(13, 1, pack.questionnaire, book)
    volume = Range(Decimal(100), Decimal(9_000))
    ranged = replace(case, values={**case.values, "project": "ranged", "queries_per_day": volume})
    earlier = replace(case, as_of=date(2026, 3, 1))
    path = written([ranged, earlier], pack)
    rows = rows_of(advise("run", "--batch", path).out)
    assert rows[0] == expected(1, ranged, pack, book, date.today())
    assert rows[1] == expected(2, earlier, pack, book, date(2026, 3, 1))
    assert rows_of(advise("run", "--batch", path, *ON).out)[1] == expected(2, earlier, pack, book)


def test_csv_in_and_out_says_the_same_as_json_lines(pack: Pack, book: PriceBook) -> None:
    cases = workloads(14, 12, pack.questionnaire, book)
    lines = rows_of(advise("run", "--batch", written(cases, pack), *ON, seconds=60).out)
    names = [name for name in pack.questionnaire.ids if name != "notes"]
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(names)
    for case in cases:
        shown = {key: ", ".join(value) if isinstance(value, tuple) else value for key, value in case.values.items()}
        table.writerow(shown.get(name, "") for name in names)
    Path("work.csv").write_text(text.getvalue())
    assert rows_of(advise("run", "--batch", "work.csv", *ON, seconds=60).out) == lines
    outcome = advise("run", "--batch", "work.csv", *ON, "-o", "out.csv", seconds=60)
    assert (outcome.code, outcome.out) == (0, "")
    with Path("out.csv").open(newline="") as file:
        for row, line in zip(csv.DictReader(file), lines, strict=True):
            assert row["mistakes"].split() == line["mistakes"]
            assert {row["strategy"], row["verdict"]} == {line["strategy"], line["verdict"]}
            assert row["margin"] == ("" if line["margin"] is None else str(line["margin"]))
            assert row["horizon_usd"] == ("" if line["horizon_usd"] is None else f"{line['horizon_usd']:.2f}")


BAD = {
    '{"task_type": "qaa"}': "Did you mean 'qa'?",
    '{"task_tpye": "qa"}': "unknown key 'task_tpye'",
    '{"task_type": "qa", "task_type": "chat"}': "a key stands twice",
    '{"queries_per_day": NaN}': "NaN is no number",
    '{"queries_per_day": -4}': "out of bounds",
    '{"current_model": "gpt-40"}': "unknown model 'gpt-40'",
    '{"version": "9"}': "version 9",
    "[1]": "an object of question ids",
    '{"notes": "why"}': "notes",
    '{"task_type": "q': "the line may be cut off",
}


def test_bad_rows_are_named_with_their_line_and_the_others_come_out(pack: Pack) -> None:
    good = '{"task_type": "qa"}'
    Path("work.jsonl").write_text("\n".join([good, *BAD, "", good]))
    outcome = advise("run", "--batch", "work.jsonl", *ON)
    assert outcome.code == 0
    assert [row["row"] for row in rows_of(outcome.out)] == [1, len(BAD) + 2]
    for line, said in enumerate(BAD.values(), 2):
        assert any(f"work.jsonl:{line}" in told and said in told for told in outcome.err.splitlines()), said
    assert f"2 rows decided, {len(BAD)} bad" in outcome.err
    strict = advise("run", "--batch", "work.jsonl", *ON, "--strict")
    assert strict.code == 2
    assert [row["row"] for row in rows_of(strict.out)] == [1]
    assert "work.jsonl:2" in strict.err


def test_a_file_that_is_cut_off_loses_no_finished_row(pack: Pack, book: PriceBook) -> None:
    cases = workloads(15, 4, pack.questionnaire, book)
    path = written(cases, pack)
    whole = rows_of(advise("run", "--batch", path, *ON).out)
    text = path.read_bytes()
    path.write_bytes(text[: text.rindex(b"\n", 0, -1) + 30])
    assert rows_of(advise("run", "--batch", path, *ON).out) == whole[:3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("task_type,nonsense\nqa,1\n", "the column 'nonsense'"),
        ("task_type,task_type\nqa,qa\n", "the column 'task_type'"),
        ('task_type\n"qa\n', "not valid CSV"),
        ("task_type,queries_per_day\nqa\n", "1 cells and the head 2"),
        ("queries_per_day\nlots\n", "'lots' is not an answer"),
        ("as_of\nyesterday\n", "as_of"),
    ],
)
def test_bad_csv_is_explained(text: str, said: str) -> None:
    Path("work.csv").write_text(text)
    outcome = advise("run", "--batch", "work.csv", *ON)
    assert said in outcome.err
    assert outcome.out == ""
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--batch", "work.txt"), "Accepted: .jsonl, .csv"),
        (("--batch", "nothing.jsonl"), "nothing.jsonl"),
        (("--batch", "work.jsonl", "x.advise.json"), "goes with -o, --strict"),
        (("--batch", "work.jsonl", "-o", "out.txt"), "Accepted: .jsonl, .csv"),
        (("--batch", "work.jsonl", "-o", "no/such/out.csv"), "cannot be written"),
        (("--strict",), "goes with --batch"),
        (("--summary", "x.md"), "goes with --batch"),
        (("--jobs", "2"), "goes with --batch"),
        (("--batch", "work.jsonl", "--format", "html"), "goes with -o, --strict"),
        (("--batch", "work.jsonl", "--jobs", "0"), "--jobs"),
        ((), "nothing is named to run"),
    ],
)
def test_what_does_not_go_is_refused(words: tuple[str, ...], said: str) -> None:
    Path("work.jsonl").write_text("{}\n")
    Path("work.txt").write_text("{}\n")
    outcome = advise("run", *words)
    assert outcome.code == 2
    assert said in outcome.err
    assert outcome.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ("nothing.jsonl", "-o", "kept.jsonl"),
        ("latin.jsonl", "-o", "kept.jsonl"),
        ("work.txt", "-o", "kept.jsonl"),
        ("bad.jsonl", "-o", "kept.jsonl", "--strict"),
        ("kept.jsonl", "-o", "kept.jsonl"),
        ("kept.jsonl", "-o", "linked.jsonl"),
        ("work.jsonl", "-o", "kept.jsonl", "--summary", "linked.jsonl"),
    ],
    ids=" ".join,
)
def test_bad_input_leaves_an_output_that_was_there(words: tuple[str, ...]) -> None:
    kept = Path("kept.jsonl")
    kept.write_text("{}\n")
    Path("linked.jsonl").symlink_to(kept)
    Path("latin.jsonl").write_bytes(b'{"project": "caf\xe9"}\n')
    Path("work.txt").write_text("{}\n")
    Path("work.jsonl").write_text('{"task_type": "qa"}\n')
    Path("bad.jsonl").write_text('{"task_type": "qaa"}\n{}\n')
    assert advise("run", "--batch", *words, *ON).code == 2
    assert kept.read_text() == "{}\n"


@pytest.mark.parametrize(("name", "lines"), [("out.jsonl", 0), ("out.csv", 1)])
def test_no_rows_in_are_no_rows_out(name: str, lines: int) -> None:
    Path("work.jsonl").write_text("")
    outcome = advise("run", "--batch", "work.jsonl", "-o", name, *ON)
    assert (outcome.code, outcome.out) == (0, "")
    assert "0 rows decided" in outcome.err
    assert len(Path(name).read_text().splitlines()) == lines


def test_the_page_shows_what_the_command_prints() -> None:
    path = ROOT / "docs" / "batch.md"
    page = path.read_text(encoding="utf-8")
    played, codes = play(page)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(played, encoding="utf-8")
        page = played
    assert played == page
    assert codes == [0]


def test_a_model_without_its_price_is_no_zero() -> None:
    Path("work.jsonl").write_text('{"current_model": "ft:google/gemma-3-27b"}\n')
    (row,) = rows_of(advise("run", "--batch", "work.jsonl", *ON).out)
    assert row["strategy"] == "prompt_engineering"
    assert (row["monthly_usd"], row["horizon_usd"]) == (None, None)


def test_several_processes_give_the_same_rows_in_the_same_order(pack: Pack, book: PriceBook) -> None:
    cases = workloads(16, 20, pack.questionnaire, book)
    path = written(cases, pack)
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines[:7], '{"task_type": "qaa"}\n', "\n", *lines[7:]]))
    work = Work(partial(Batch, pack, book, DAY), Outcomes.json_lines, strict=False)
    alone, many = (list(decided(chunks_of(path, pack.questionnaire, 4), work, count)) for count in (1, 2))
    assert len(many) == 6
    assert [done.written for done in many] == [done.written for done in alone]
    assert [[str(problem) for problem in done.bad] for done in many] == [
        [str(problem) for problem in done.bad] for done in alone
    ]
    assert [done.tally for done in many] == [done.tally for done in alone]
    numbers = [row["row"] for done in many for row in rows_of(done.written)]
    assert numbers == [number for number in range(1, 22) if number != 8]
    strict = list(decided(chunks_of(path, pack.questionnaire, 4), replace(work, strict=True), 2))
    assert [done.ended is not None for done in strict] == [False, True, False, False, False, False]
    assert [row["row"] for row in rows_of(strict[1].written)] == [5, 6, 7]


def test_what_is_written_stays_when_it_is_stopped(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*words: Any) -> Iterator[Any]:
        yield from decided(*words)
        raise KeyboardInterrupt

    monkeypatch.setattr(workers, "decided", stopped)
    Path("work.jsonl").write_text("{}\n{}\n")
    outcome = advise("run", "--batch", "work.jsonl", *ON, "-o", "out.jsonl")
    assert (outcome.code, outcome.err) == (130, "Stopped; 2 rows are written.\n")
    assert len(Path("out.jsonl").read_text().splitlines()) == 2


def _killed(made: Outcomes) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


def test_a_process_that_is_killed_is_told(pack: Pack, book: PriceBook) -> None:
    path = written(workloads(17, 4, pack.questionnaire, book), pack)
    work = Work(partial(Batch, pack, book, DAY), _killed, strict=False)
    with pytest.raises(InputError, match="was ended"):
        list(decided(chunks_of(path, pack.questionnaire, 2), work, 2))


def test_the_summary_adds_up_to_the_rows(pack: Pack, book: PriceBook) -> None:
    cases = workloads(18, 30, pack.questionnaire, book)
    outcome = advise("run", "--batch", written(cases, pack), *ON, "--summary", "sum.md", seconds=60)
    assert "Wrote sum.md" in outcome.err
    rows, text = rows_of(outcome.out), Path("sum.md").read_text()
    tables = {head: shown_table(text, head) for head in ("Spend", "How firm", "Largest savings", "Mistakes")}
    for strategy, name in pack.names.items():
        own = [row for row in rows if row["strategy"] == strategy]
        if own:
            priced = [row for row in own if row["horizon_usd"] is not None]
            sums = [sum(Decimal(str(row[field])) for row in priced) for field in AMOUNTS]
            cells = [str(len(own)), *(f"{amount:,.2f}" for amount in sums)]
            assert tables["Spend"][name] == cells
    assert tables["Spend"]["All"][0] == str(len(rows))
    counts = Counter(row["verdict"] for row in rows)
    assert [tables["How firm"][words][0] for words in VERDICTS_SHOWN.values()] == [
        str(counts[verdict]) for verdict in VERDICTS_SHOWN
    ]
    shared = Counter(mistake for row in rows for mistake in row["mistakes"])
    assert {cells[0].strip("`"): int(cells[1]) for cells in tables["Mistakes"].values()} == shared
    savings = []
    for number, case in enumerate(cases, 1):
        it = assess(case, pack, book, DAY)
        today, then = it.alternatives[0].cost.total.monthly_usd, it.recommended_cost.total.monthly_usd
        if today is not None and then is not None and then < today:
            savings.append((today - then, number))
    largest = [str(number) for _, number in sorted(savings, key=lambda saving: -saving[0])[:10]]
    assert list(tables["Largest savings"]) == largest


def shown_table(text: str, head: str) -> dict[str, list[str]]:
    """Return the rows of the table under a head, by their first cell."""
    part = next(part for part in text.split("\n## ") if part.startswith(head))
    lines = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("|")]
    return {first: rest for first, *rest in lines[2:]}


def test_a_name_that_is_markup_stays_a_name_in_the_summary() -> None:
    row = {"project": "<b>|*x*", "current_model": "gpt-4o", "queries_per_day": 9000, "batchable_share": 1}
    Path("work.jsonl").write_text(json.dumps(row) + "\n")
    assert advise("run", "--batch", "work.jsonl", *ON, "--summary", "sum.md").code == 0
    text = Path("sum.md").read_text()
    assert "<b>" not in text
    assert "Largest savings" in text


def test_the_environment_of_documents_does_not_stop_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISE_FORMAT", "html")
    Path("work.jsonl").write_text("{}\n")
    assert advise("run", "--batch", "work.jsonl", *ON).code == 0
