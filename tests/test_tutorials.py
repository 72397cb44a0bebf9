"""The tutorials do what they show: their files are written and their commands run, in order, in an empty folder."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from command_line import advise

DOCS = Path(__file__).resolve().parent.parent / "docs"
BLOCK = re.compile(r"(?:^`(?P<file>[\w./-]+)`:\n\n)?^```(?P<kind>yaml|console)\n(?P<text>.*?)^```$", re.M | re.S)


def blocks(name: str) -> list[re.Match[str]]:
    return list(BLOCK.finditer((DOCS / name).read_text(encoding="utf-8")))


def shows(expected: str, printed: str) -> bool:
    """Return whether what was printed is as shown; a line of three dots stands for any lines."""
    parts = [re.escape(line) + "\n" if line != "..." else "(?:.*\n)*" for line in expected.splitlines()]
    return re.fullmatch("".join(parts), printed) is not None


@pytest.mark.parametrize("name", ["own-rules.md"])
def test_a_tutorial_does_what_it_shows(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands, found = 0, blocks(name)
    assert (DOCS / name).read_text(encoding="utf-8").count("```") == 2 * len(found)
    for block in found:
        if block["kind"] == "yaml":
            assert block["file"], f"a file without a name: {block['text'][:60]}"
            Path(block["file"]).parent.mkdir(exist_ok=True)
            Path(block["file"]).write_text(block["text"], encoding="utf-8")
            continue
        for part in re.split(r"^\$ advise ", block["text"], flags=re.M)[1:]:
            command, _, expected = part.partition("\n")
            outcome = advise(*shlex.split(command))
            commands += 1
            assert shows(expected, outcome.out + outcome.err), f"{command}\n{outcome.out}{outcome.err}"
            fails = re.search("error:|error V|expected:", expected) is not None
            assert bool(outcome.code) == fails, f"{command} ended with {outcome.code}\n{outcome.out}{outcome.err}"
    assert commands >= 6


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n...\n", "a\nb\nc\n", True),
        ("...\nb\n", "a\nb\n", True),
        ("...\nb\n", "a\nc\n", False),
    ],
)
def test_what_is_shown_is_held_against_what_is_printed(expected: str, printed: str, same: bool) -> None:
    assert shows(expected, printed) is same
