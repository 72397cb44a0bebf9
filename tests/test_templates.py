"""Users' own templates: what they get is what docs/templates.md says, and what they do wrong is said with its place.

`UPDATE_GOLDEN=1` writes the tables of the page again.
"""

from __future__ import annotations

import inspect
import os
import re
import typing
from collections.abc import Iterable
from pathlib import Path
from types import NoneType, UnionType

import pytest
from command_line import advise, snapshot

from advisor.documents.sections import parts
from advisor.documents.templates import ENDING, FOLDER
from advisor.documents.text import Markdown
from advisor.documents.view import PRINTABLE
from advisor.fingerprint import BUILT_IN, opened

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "templates.md"
EXAMPLE = ROOT / "examples" / "support-knowledge-base.advise.json"
BEGIN = "<!-- fields -->\n"
RECORDS = (
    parts.Table,
    parts.Row,
    parts.Driver,
    parts.Lines,
    parts.Payback,
    parts.MistakeFound,
    parts.RolloutStep,
    parts.Weighed,
)


def type_words(hint: object) -> str:
    """Return the type of a field as the page says it."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, UnionType):
        return type_words(next(each for each in inner if each is not NoneType)) + ", or nothing"
    if origin is tuple:
        return f"list of {type_words(inner[0])}"
    if hint in (Markdown, str):
        return "text"
    return f"`{next(record for record in RECORDS if record is hint).__name__}`"


def fields_text() -> str:
    """Return the tables of the page: every section with its fields, then the records that fields hold."""
    lines: list[str] = []
    for name, section in PRINTABLE.items():
        about = inspect.getdoc(section)
        lines += ["", f"## `{name}`", "", about.splitlines()[0] if about else "", "", "| Field | Is | Holds |"]
        lines += ["| --- | --- | --- |"]
        for field, made in section.fields().items():
            hint = typing.get_type_hints(made.func)["return"]
            words = " ".join((made.func.__doc__ or "").split())
            assert words, f"{name}.{field} has no words"
            lines.append(f"| `{name}.{field}` | {type_words(hint)} | {words} |")
    lines += ["", "## Records"]
    for record in RECORDS:
        head, *described = (inspect.getdoc(record) or "").split("\n\n")
        told = dict(line.split(": ", 1) for line in " ".join(described).splitlines()) if described else {}
        lines += ["", f"### `{record.__name__}`", "", head, "", "| Field | Is | Holds |", "| --- | --- | --- |"]
        hints = typing.get_type_hints(record)
        assert set(told) == set(hints), record
        lines += [f"| `{field}` | {type_words(hint)} | {told[field]} |" for field, hint in hints.items()]
    return "\n".join(lines[1:]) + "\n"


def described(name: str) -> Iterable[str]:
    return re.findall(rf"`{name}\.([a-z_]+)`", PAGE.read_text(encoding="utf-8"))


def test_the_page_says_what_templates_get() -> None:
    text = PAGE.read_text(encoding="utf-8")
    head = text.partition(BEGIN)[0]
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(head + BEGIN + fields_text(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == head + BEGIN + fields_text()


@pytest.mark.parametrize("name", PRINTABLE)
def test_every_field_can_be_printed_and_holds_what_the_page_says(name: str, tmp_path: Path) -> None:
    fields = list(described(name))
    assert fields
    own = tmp_path / "all.md.j2"
    own.write_text("".join(f"{field}: {{{{ {name}.{field} is defined }}}}\n" for field in fields))
    outcome = advise("run", EXAMPLE, "-o", "-", "--template", own)
    assert outcome.code == 0, outcome.err
    assert opened(outcome.out)[0].count(": True\n") == len(fields)


def test_every_built_in_template_is_there_and_every_part_is_used() -> None:
    assert {path.name.removesuffix(ENDING) for path in FOLDER.glob(f"[!_]*{ENDING}")} == set(BUILT_IN)
    source = "".join(path.read_text() for path in FOLDER.glob("*.j2"))
    unused = [path.name for path in FOLDER.glob("_*.j2") if f'"{path.name}"' not in source]
    assert not unused


def test_every_field_is_used_by_a_built_in_template_or_by_another_field() -> None:
    source = "".join(path.read_text() for path in FOLDER.glob("*.j2"))
    code = "".join(path.read_text() for path in (ROOT / "advisor" / "documents").rglob("*.py"))
    unused = [
        f"{name}.{field}"
        for name, section in PRINTABLE.items()
        for field in section.fields()
        if f"{name}.{field}" not in source and not re.search(rf"(self|headline|\(self\.it\)|it)\.{field}\b", code)
    ]
    assert not unused


def test_an_own_template_includes_the_built_in_parts_and_those_beside_it(tmp_path: Path) -> None:
    (tmp_path / "_mine.md.j2").write_text("Mine: {{ headline.name }}\n")
    own = tmp_path / "own.md.j2"
    own.write_text('# {{ headline.title }}\n{% include "_mine.md.j2" %}\n{% include "_mistakes.md.j2" %}\n')
    outcome = advise("run", EXAMPLE, "-o", "-", "--template", own)
    assert outcome.code == 0, outcome.err
    assert "Mine: RAG" in outcome.out
    assert "known mistakes are looked for" in outcome.out or "**At stake" in outcome.out


BROKEN = {
    "{% if %}": (1, "Expected an expression"),
    "a\n{{ headline.nme }}": (2, "'headline' has no field 'nme'. Did you mean 'name'?"),
    "a\nb\n{{ headlin.name }}": (3, "there is no 'headlin'. Did you mean 'headline'?"),
    "{{ headline.it }}": (1, "'headline' has no field 'it'"),
    "{{ headline.pack.rules }}": (1, "'headline' has no field 'pack'"),
    "{{ headline.names }}": (1, "'headline' has no field 'names'"),
    "{{ headline.__class__.__mro__ }}": (1, "'headline' has no field '__class__'"),
    "{{ costs.lines._asdict() }}": (1, "there is no field '_asdict' here"),
    "{{ ''.__class__ }}": (1, "is unsafe"),
    "{% for step in rollout.steps %}\n{{ step.price }}{% endfor %}": (2, "there is no field 'price' here"),
    '{% include "nothing.j2" %}': (1, "there is no file 'nothing.j2' to include"),
    '{% include "/etc/passwd" %}': (1, "to include"),
    '{% include "../secret.txt" %}': (1, "to include"),
    "{{ 1 / 0 }}": (1, "ZeroDivisionError"),
    "{{ range(10000000) | list }}": (1, "Range too big"),
    '{% extends "own.md.j2" %}': (1, "RecursionError"),
    "{{ headline.title.nothing() }}": (1, "a text or a list has no 'nothing'"),
    "{% set headline.title = 1 %}": (1, ""),
    "{{ lipsum() }}": (1, "there is no 'lipsum'"),
    "{{ cycler.__init__.__globals__ }}": (1, "is unsafe"),
    "{{ headline }}": (1, "a Headline is no text"),
    "{{ rollout.steps }}": (1, "a tuple is no text"),
    "{{ headline.title.upper }}": (1, "is no text"),
    "{{ [1, 2] | random }}": (1, "No filter named 'random'"),
    '{% include "link.j2" %}': (1, "there is no file 'link.j2' to include"),
}


@pytest.mark.parametrize("source", BROKEN)
def test_what_is_wrong_in_a_template_is_said_with_file_and_line(source: str, tmp_path: Path) -> None:
    line, words = BROKEN[source]
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "templates"
    folder.mkdir()
    own = folder / "own.md.j2"
    own.write_text(source)
    (folder / "link.j2").symlink_to(tmp_path / "secret.txt")
    file = tmp_path / "w.advise.json"
    file.write_text(EXAMPLE.read_text())
    before = snapshot(tmp_path)
    outcome = advise("run", file, "--template", own)
    assert outcome.code == 2
    assert outcome.err.startswith(f"error: {own}:{line}: ")
    assert words in outcome.err
    assert "Traceback" not in outcome.err
    assert "secret" not in outcome.out + outcome.err.replace("secret.txt", "")
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("given", ["mdar", "nothing.md.j2", ".", "/"])
def test_a_template_that_is_not_there_is_named_with_what_there_is(given: str) -> None:
    outcome = advise("run", EXAMPLE, "-o", "-", "--template", given)
    assert outcome.code == 2
    assert "madr, design-doc, brief, or the path of a file that ends in .j2" in outcome.err
    assert ("Did you mean 'madr'" in outcome.err) == (given == "mdar")


def test_a_template_that_is_no_text_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.md.j2"
    own.write_bytes(b"a\xff")
    outcome = advise("run", EXAMPLE, "-o", "-", "--template", own)
    assert outcome.code == 2
    assert "/own.md.j2:1:2: the byte 0xFF is not UTF-8 text" in outcome.err


def test_only_files_that_are_called_templates_are_taken(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "own.md.j2").symlink_to(tmp_path / "secret.txt")
    for name in ("secret.txt", "own.md.j2"):
        outcome = advise("run", EXAMPLE, "-o", "-", "--template", tmp_path / name)
        assert outcome.code == 2
        assert "that ends in .j2" in outcome.err


def test_what_a_filter_makes_of_a_text_is_text_again(tmp_path: Path) -> None:
    own = tmp_path / "own.md.j2"
    own.write_text('{{ "<b>" }} {{ "*a*" | upper }} {{ ["`x`"] | join }}\n')
    outcome = advise("run", EXAMPLE, "-o", "-", "--template", own)
    assert opened(outcome.out)[0] == "&lt;b&gt; \\*A\\* \\`x\\`\n"
