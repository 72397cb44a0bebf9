"""Writing documents with their pictures: all or nothing, what readers wrote stays, what is no longer shown goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import advise, snapshot

PICTURES = {f"work.advise/{name}.svg" for name in ("cost-split", "cumulative-cost", "flips", "points")}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    answers = {"as_of": "2026-11-23", "task_type": "routing", "queries_per_day": 20_000, "knowledge_needed": "none"}
    Path("work.advise.json").write_text(json.dumps(answers))
    return tmp_path


def run(*options: str) -> None:
    outcome = advise("run", "work.advise.json", *options)
    assert outcome.code == 0, outcome.err


def test_what_cannot_be_written_keeps_everything_else_from_being_written(folder: Path) -> None:
    Path("work.advise/points.svg").mkdir(parents=True)
    before = snapshot(folder)
    outcome = advise("run", "work.advise.json")
    assert outcome.code == 2
    assert "work.advise/points.svg: is not a regular file" in outcome.err
    assert snapshot(folder) == before


def test_a_file_where_the_folder_of_pictures_belongs_is_named(folder: Path) -> None:
    Path("work.advise").write_text("mine")
    outcome = advise("run", "work.advise.json")
    assert outcome.code == 2
    assert "work.advise: the folder cannot be made" in outcome.err
    assert sorted(snapshot(folder)) == ["work.advise", "work.advise.json"]


def test_pictures_that_are_no_longer_shown_go_and_others_stay(folder: Path) -> None:
    run()
    assert snapshot(folder).keys() >= PICTURES
    Path("work.advise/points.svg").write_text("mine now")
    Path("work.advise/other.svg").write_text("mine")
    run("--chart", "none")
    assert {path for path in snapshot(folder) if "/" in path} == {"work.advise/points.svg", "work.advise/other.svg"}


def test_an_empty_folder_of_pictures_goes_too(folder: Path) -> None:
    run()
    run("--chart", "mermaid")
    assert not Path("work.advise").exists()


def test_the_status_is_its_readers_and_no_edit(folder: Path) -> None:
    run()
    text = Path("work.advise.md").read_text()
    accepted = text.replace("status: proposed\n", "status: accepted\ndecision-makers: [A, B]\n")
    Path("work.advise.md").write_text(accepted)
    assert advise("check", ".", "--today", "2026-11-23").code == 0
    run()
    assert Path("work.advise.md").read_text() == accepted
    run("--set", "queries_per_day=7")
    assert Path("work.advise.md").read_text().startswith("---\nstatus: accepted\ndecision-makers: [A, B]\n---\n")
    run("--format", "html")
    assert "proposed" not in Path("work.advise.html").read_text().partition("<!-- advise")[0]


@pytest.mark.parametrize("options", [("--template", "brief", "--chart", "none"), ("--format", "html"), ()])
def test_a_stale_document_names_the_command_that_renews_it(options: tuple[str, ...], folder: Path) -> None:
    run(*options)
    file = Path("work.advise.json")
    file.write_text(file.read_text().replace("20000", "21000"))
    outcome = advise("check", ".")
    command = " ".join(("advise", "run", "work.advise.json", *options))
    assert f"`{command}` renews it" in outcome.out
    run(*options)
    assert advise("check", ".").code == 0


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_text("<svg/>")], ids=["missing", "edited"])
def test_a_picture_that_is_missing_or_edited_makes_its_document_stale(harm: object, folder: Path) -> None:
    run()
    harm(Path("work.advise/points.svg"))  # type: ignore[operator]
    for path in (".", "work.advise/points.svg"):
        outcome = advise("check", path)
        assert outcome.code == 1
        assert "Not there or not as written: work.advise/points.svg." in outcome.out


def test_a_folder_of_results_holds_no_answers_files(folder: Path) -> None:
    Path("out").mkdir()
    run("--format", "json", "-o", "out")
    assert [path.name for path in Path("out").iterdir()] == ["work.result.json"]
