"""The documentation holds: links and anchors lead somewhere, command lines parse, every page can be found.

What pages show of the program is tested where it is made: tutorials, commands, rules, figures, fields.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer.main
from command_line import advise

from advisor.cli import app

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
TEXTS = [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")), *PAGES]
"""Pages that other pages name already and that are written elsewhere; take them out once they are here."""

LABELS = {"advise single", "advise columns", "advise single, in a loop"}
"""Names of our engines in docs/engines.md, which are no commands."""

LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```+)(\w*)\n(.*?)^\1$", re.M | re.S)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
ROOT_COMMAND: Any = typer.main.get_command(app)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def prose(path: Path) -> str:
    """Return a page without its code: fenced blocks, spans and comments."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return SPAN.sub("``", re.sub(r"<!--.*?-->", "", text, flags=re.S))


def anchors(path: Path) -> set[str]:
    """Return the anchors of a page, as GitHub makes them of headings, and those set by hand."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    found: dict[str, int] = {}
    made = set(re.findall(r'<a id="([^"]+)">', text))
    for heading in re.findall(r"^#{1,6} +(.*?) *#*$", text, re.M):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        made.add(slug if slug not in found else f"{slug}-{found[slug]}")
        found[slug] = found.get(slug, 0) + 1
    return made


def links(path: Path) -> Iterator[str]:
    yield from LINK.findall(prose(path))


def command_lines(path: Path) -> Iterator[str]:
    """Yield every line of a page that calls `advise`: in shell and console blocks, in other code, and in spans."""
    text = path.read_text(encoding="utf-8")
    for _, kind, block in FENCE.findall(text):
        if kind == "text":
            continue
        start = r"^\$ " if kind == "console" else r"^(?:\$ |[-\w. ]*: |- )?"
        yield from re.findall(rf"{start}(?:[\w./]*/)?(advise (?:[a-z-].*))$", block, re.M)
    for span in SPAN.findall(FENCE.sub("", text)):
        if re.match(r"advise( |$)", span) and span not in LABELS:
            yield span


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in links(path):
        if re.match(r"(https?|mailto):", target):
            assert re.fullmatch(r"https://[\w.-]+\.\w+(/\S*)?|mailto:\S+@\S+", target), target
            continue
        name, _, anchor = target.partition("#")
        place = (path.parent / name).resolve() if name else path
        assert place.is_relative_to(ROOT), target
        assert place.exists(), f"{named(path)}: {target}"
        if anchor and place.suffix == ".md":
            assert anchor in anchors(place), f"{named(path)}: {target}"


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_links_only_what_is_in_docs_so_that_the_site_holds_together(path: Path) -> None:
    for target in links(path):
        if not re.match(r"[a-z]+:", target) and target.partition("#")[0]:
            assert (path.parent / target.partition("#")[0]).resolve().is_relative_to(DOCS), target


def test_every_page_can_be_reached_from_the_first() -> None:
    reached, ahead = set(), [DOCS / "index.md"]
    while ahead:
        page = ahead.pop()
        if page in reached or not page.is_file():
            continue
        reached.add(page)
        if page.suffix == ".md":
            ahead += [(page.parent / target.partition("#")[0]).resolve() for target in links(page) if ":" not in target]
    everything = {path for path in DOCS.rglob("*") if path.is_file()}
    assert [named(path) for path in sorted(everything - reached)] == []


@cache
def options_of(command: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the options of a command as its help lists them, each with its choices if it has a closed set of them."""
    lines = re.findall(r"^  (-\S.*)$", advise(*command, "--help").out, re.M)
    heads = [re.match(r"(?:(-\w), )?(--[a-z-]+)(?: <([\w|-]+)>)?", line) for line in lines]
    return {
        name: [] if (head[3] or "") in ("", "list") else head[3].split("|")
        for head in heads
        if head
        for name in (head[1], head[2])
        if name
    }


def understood(line: str) -> None:
    """Assert that the live program has the command and the options of a line; `a|b` stands for either."""
    if either := re.search(r"([\w-]+)\|([\w-]+)", line):
        for part in either.groups():
            understood(line[: either.start()] + part + line[either.end() :])
        return
    words = shlex.split(re.sub(r" [|>;#&].*| \\$", "", line).replace("[", "").replace("]", "").replace("…", ""))[1:]
    command = ROOT_COMMAND
    name: tuple[str, ...] = ()
    while words and words[0] in getattr(command, "commands", {}):
        command, name, words = command.commands[words[0]], (*name, words[0]), words[1:]
    known = options_of(name)
    if hasattr(command, "commands") and words:
        assert words[0] in known, f"there is no command {words[0]!r} in {line!r}"
    for word, following in pairwise([*words, ""]):
        option, _, value = word.partition("=")
        if not option.startswith("-") or option in ("-", "--"):
            continue
        assert option in known, f"there is no option {option!r} in {line!r}"
        said = value or following
        assert not known[option] or said in known[option] or not said or said.isupper(), line


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_every_command_line_is_one_that_the_program_understands(path: Path) -> None:
    for line in command_lines(path):
        understood(line)


@pytest.mark.parametrize(
    "line", ["advise rnu x", "advise run x --fromat md", "advise run x --format pdf", "advise rules shwo x"]
)
def test_a_command_line_that_is_none_is_noticed(line: str) -> None:
    with pytest.raises(AssertionError):
        understood(line)


def test_command_lines_are_found() -> None:
    assert sum(1 for path in TEXTS for _ in command_lines(path)) > 150


@pytest.mark.parametrize("path", TEXTS, ids=named)
def test_a_page_names_no_machine_and_writes_amounts_as_documents_do(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/tmp/|/home/\w|/root\b", text)
    assert "$" not in re.sub(r"\$(schema|ref|defs|\{|\()", "", prose(path))
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not re.search(r"[ \t]+$", text, re.M)
    assert text.startswith("# ") or path.name == "README.md"


def test_the_page_for_reviewers_names_every_section_of_a_document() -> None:
    template = (ROOT / "templates" / "markdown" / "madr.md.j2").read_text(encoding="utf-8")
    page = (DOCS / "read-a-recommendation.md").read_text(encoding="utf-8")
    table = page.partition("## What each section says")[2].partition("\n## ")[0]
    told = [name for row in re.findall(r"^\| ([A-Z][^|]*) \|", table, re.M) for name in row.split(", ")]
    assert [name for name in re.findall(r"^##+ (.*)$", template, re.M) if name not in told] == []


def test_the_overlay_that_the_page_on_prices_shows_is_accepted(tmp_path: Path) -> None:
    page = (DOCS / "prices.md").read_text(encoding="utf-8")
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(next(block for _, kind, block in FENCE.findall(page) if kind == "yaml"), encoding="utf-8")
    outcome = advise("prices", "list", "--prices", overlay, "--as-of", "2026-11-23")
    assert outcome.code == 0, outcome.err
    assert "contract/terra/input" in outcome.out
