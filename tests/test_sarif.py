"""`advise check --output-format sarif`: valid by the schema of OASIS, deterministic, and safe whatever files hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Outcome, advise
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from advisor.check.findings import CODES, FAIL_ON, Checked, Finding
from advisor.check.sarif import sarif_of

SCHEMA = Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json"
VALIDATOR = Draft4Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
ANSWERS: dict[str, Any] = {
    "as_of": "2026-11-23",
    "project": "Ticket router",
    "task_type": "routing",
    "queries_per_day": 20_000,
    "knowledge_needed": "none",
}
OPTIONS = ("--output-format", "sarif", "--today", "2026-11-25")


def write(path: str, **changes: Any) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(json.dumps(ANSWERS | changes, indent=2))


def log(outcome: Outcome, code: int) -> dict[str, Any]:
    """Return a SARIF log, checked against its schema."""
    assert outcome.code == code, outcome
    return checked(outcome.out)


def checked(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    VALIDATOR.validate(found)
    return found


def results(found: dict[str, Any]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = found["runs"][0]["results"]
    return entries


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write("docs/work.advise.json")
    assert advise("run", "docs/work.advise.json").code == 0
    return tmp_path


def test_every_code_is_a_rule_with_what_to_do(folder: Path) -> None:
    found = log(advise("check", ".", *OPTIONS), 0)
    rules = found["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CODES)
    for rule in rules:
        fails = rule["id"] in (*FAIL_ON, "invalid")
        assert rule["defaultConfiguration"]["level"] == ("error" if fails else "warning")
        assert rule["shortDescription"]["text"].lower() == f"{CODES[rule['id']]}.".lower()
        assert rule["help"]["text"].endswith(".")
        assert "helpUri" not in rule


def test_a_result_has_level_cause_place_and_rule(folder: Path) -> None:
    write("docs/work.advise.json", queries_per_day=40_000)
    found = log(advise("check", ".", *OPTIONS), 1)
    stale, moved, *_ = results(found)
    rules = found["runs"][0]["tool"]["driver"]["rules"]
    assert [stale["ruleId"], moved["ruleId"]] == ["stale", "cost-moved"]
    assert [rules[entry["ruleIndex"]]["id"] for entry in (stale, moved)] == ["stale", "cost-moved"]
    assert stale["level"] == "error"
    assert stale["message"]["text"].splitlines()[1] == "The answers changed: queries_per_day."
    assert stale["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "docs/work.advise.json", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 5},
    }
    assert "%SRCROOT%" in found["runs"][0]["originalUriBaseIds"]


def test_the_level_is_that_of_the_check(folder: Path) -> None:
    write("docs/work.advise.json", queries_per_day=40_000)
    found = log(advise("check", ".", *OPTIONS, "--fail-on", "cost-moved"), 1)
    assert [entry["level"] for entry in results(found)[:2]] == ["warning", "error"]


def test_a_finding_is_known_again_when_amounts_and_paths_are_written_otherwise(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("docs/work.advise.json", queries_per_day=40_000)
    first = results(log(advise("check", ".", *OPTIONS), 1))
    write("docs/work.advise.json", queries_per_day=80_000)
    same = [
        results(log(advise("check", path, *OPTIONS), 1))
        for path in ("./docs", "docs/../docs/work.advise.json", folder / "docs")
    ]
    known = [entry["partialFingerprints"] for entry in first]
    assert all([entry["partialFingerprints"] for entry in entries] == known for entries in same)
    assert len({json.dumps(entry) for entry in known}) == len(known)
    assert first[1]["message"] != same[0][1]["message"]


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("two words", "two%20words.advise.json"),
        ("a:b", "a%3Ab.advise.json"),
        ("50%", "50%25.advise.json"),
        ("größe", "gr%C3%B6%C3%9Fe.advise.json"),
        ("a#b?c", "a%23b%3Fc.advise.json"),
        ("a\nb", "a%0Ab.advise.json"),
        ("odd\udcff", "odd%FF.advise.json"),
    ],
)
def test_a_name_is_a_relative_uri(name: str, uri: str, folder: Path) -> None:
    write(f"{name}.advise.json")
    (entry,) = results(log(advise("check", f"{name}.advise.json", *OPTIONS), 1))
    assert entry["ruleId"] == "missing-document"
    assert entry["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_the_same_check_gives_the_same_bytes(folder: Path) -> None:
    write("docs/work.advise.json", queries_per_day=40_000)
    write("docs/bad.advise.json", task_type="dancing")
    first, second = (advise("check", ".", *OPTIONS) for _ in range(2))
    assert (first.code, first.out) == (2, second.out)
    assert str(folder) not in first.out


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.builds(Finding, st.sampled_from(list(CODES)), TEXTS, st.lists(TEXTS).map(tuple), st.none())))
def test_whatever_messages_hold_stays_a_line_of_plain_text(findings: list[Finding]) -> None:
    found = checked(sarif_of((Checked("a.advise.json", "a.advise.md", tuple(findings)),)))
    for entry, finding in zip(results(found), findings, strict=True):
        text = entry["message"]["text"]
        assert len(text.split("\n")) == 1 + len(finding.causes)
        assert all(character == "\n" or character.isprintable() for character in text)
        assert "](" not in text
