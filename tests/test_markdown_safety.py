"""Free text in a document is text: it adds no structure, no link, no HTML, no mathematics, and stays readable."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest
from command_line import advise
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from advisor.answers import answers_from
from advisor.assessment import Assessment, assess
from advisor.documents.markdown import render
from advisor.fingerprint import opened, without_front
from advisor.packs.reader import load_pack
from advisor.pricebook.book import load_book

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
NOTED = "queries_per_day"
BIDI_CONTROLS = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))
CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
TEXT_TOKENS = frozenset(("text", "text_special"))
NASTY = {
    "heading": "# Alpha\n## Beta",
    "underlined heading": "Alpha\n=====\nBeta\n-----",
    "table": "Alpha\n\n| a | b |\n|---|---|\n| c | Beta |",
    "pipe": "Alpha|Beta||x|",
    "escaped pipe": "Alpha\\|Beta\\\\|x",
    "backslashes": "Alpha\\\\\\ Beta\\",
    "HTML": "<h1>Alpha</h1><!-- Beta --><details open>",
    "script": "<script>Alpha(1)</script><img src=x onerror=Beta()>",
    "processing instruction": "<?Alpha ?><![CDATA[Beta]]>",
    "autolink": "<https://Alpha.example/Beta>",
    "bare link": "https://Alpha.example www.Beta.example a@b.example",
    "backticks": "`Alpha` ``Beta`` ```x",
    "fence": "```\nAlpha\n```\n~~~\nBeta",
    "link": "[Alpha](https://x.example) [Beta][1]\n\n[1]: https://y.example",
    "javascript link": "[Alpha](javascript:Beta)",
    "image": "![Alpha](https://x.example/Beta.png)",
    "template code": "{{ Alpha }} {% for x in Beta %}{% endfor %} {# x #}",
    "format code": "{project} %s {0} Alpha {Beta!r}",
    "emphasis": "*Alpha* **Beta** _x_ __y__ ~~z~~",
    "inside a word": "Alpha_Beta_x a*b*c é_x_é",
    "list": "- Alpha\n* x\n+ y\n1. Beta\n2) z",
    "quote": "> Alpha\n> Beta",
    "rule": "Alpha\n\n---\n\nBeta\n***",
    "line ends": "Alpha\nx\r\ny\rBeta",
    "hard break": "Alpha  \nx\\\nBeta",
    "Unicode line ends": "Alpha\u2028x\u2029y\x85z\x0bv\x0cw\x1cBeta",
    "control characters": "Alpha\x00\x07\x1b[31m\x7fBeta",
    "dollars": "Alpha costs $5, $$x^2$$ and $`y`$, Beta",
    "entities": "Alpha &lt;b&gt; &#36; &amp;amp; &copy Beta",
    "right to left": "Alpha \u202eateB\u202c \u2066x\u2069 \u200fBeta",
    "zero width": "Alpha\u200b\ufeff\u2060Beta",
    "tabs": "\tAlpha\t\tBeta",
    "indented code": "    Alpha\n    Beta",
    "emoji": ":+1: 🚀 Alpha @user #12 GH-1 Beta",
    "footnote": "Alpha[^1] Beta\n\n[^1]: x",
    "4,000 characters": ("Alpha Beta $|*_`<[ " * 250)[:4000],
    "4,000 dollars": "Alpha Beta " + "$" * 3989,
    "4,000 bars": "Alpha Beta " + "|" * 3989,
}
SPECIAL = "|\\`*_{}[]()#+-=.!<>&$~:/@^%;'\"\n\r\t \u2028\x85\u202e\x0bab1é"
NASTY_TEXTS = st.text(max_size=200) | st.text(SPECIAL, max_size=60)


@lru_cache(maxsize=1)
def harmless() -> Assessment:
    """Return an assessment whose project and note are plain words."""
    book = load_book()
    pack = load_pack(providers=book.providers)
    values = {
        "project": "Alpha Beta",
        NOTED: 500_000,
        "task_type": "classification",
        "considering": ["fine_tuning"],
        "knowledge_needed": "changing",
        "notes": {NOTED: "Alpha Beta"},
    }
    return assess(answers_from(values, pack.questionnaire), pack, book, date(2026, 11, 23))


def document(project: str, note: str) -> str:
    """Return the same document with other free texts in it."""
    it = harmless()
    values = {**it.answers.values, "project": project}
    return render(replace(it, answers=replace(it.answers, values=values, notes={NOTED: note})))


class Shown:
    """A document as a reader of markdown sees it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = PARSER.parse(without_front(text))

    @property
    def structure(self) -> list[tuple[object, ...]]:
        """All but words: blocks, and inside them links, code, emphasis and HTML."""
        found: list[tuple[object, ...]] = []
        for token in self.tokens:
            found.append((token.type, token.tag, token.level))
            if token.type == "html_block":
                found.append((token.content,))
            found += [
                (child.type, child.level, child.attrGet("href") or child.attrGet("src"))
                for child in token.children or ()
                if child.type not in TEXT_TOKENS
            ]
        return found

    @property
    def title(self) -> str:
        return visible(self.tokens[1])

    @property
    def project(self) -> str:
        """The title without the strategy before the name."""
        return self.title.partition(" for")[2].strip()

    @property
    def note(self) -> str:
        """The words in the note's cell of the table of answers."""
        inlines = [token for token in self.tokens if token.type == "inline"]
        row = max(
            index
            for index, token in enumerate(inlines)
            if token.content == f"`{NOTED}`" and inlines[index + 2].content == "given"
        )
        return visible(inlines[row + 3])


def visible(token: Token) -> str:
    """Return the words of an inline token as they are read."""
    return "".join(child.content for child in token.children or () if child.type in TEXT_TOKENS)


def ascii_of(text: str) -> list[str]:
    """Return the characters that can neither be lost nor replaced."""
    return [character for character in text if "!" <= character <= "~"]


@lru_cache(maxsize=len(NASTY))
def shown_twice(nasty: str) -> Shown:
    """Return the document with the same text as project and as note."""
    return Shown(document(nasty, nasty))


@lru_cache(maxsize=1)
def plain() -> tuple[list[tuple[object, ...]], int]:
    """Return the structure and the number of lines of the document with plain words."""
    text = document("Alpha Beta", "Alpha Beta")
    return Shown(text).structure, len(text.splitlines())


def assert_harmless(shown: Shown) -> None:
    assert (shown.structure, len(shown.text.splitlines())) == plain()
    assert "$" not in shown.text
    assert not any(unicodedata.bidirectional(character) in BIDI_CONTROLS for character in shown.text)
    assert not CONTROLS.search(shown.text)


def test_plain_words_are_found_where_they_belong() -> None:
    shown = Shown(document("My project", "From the gateway logs"))
    assert shown.project == "My project"
    assert shown.note == "From the gateway logs"
    assert shown.structure != Shown(shown.text.replace("My project", "My *project*")).structure


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_free_text_stays_text(nasty: str) -> None:
    shown = shown_twice(nasty)
    assert_harmless(shown)
    for words in (shown.title, shown.note):
        assert "Alpha" in words
        assert "Beta" in words or "ateB" in words


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_free_text_is_shown_as_it_was_written(nasty: str) -> None:
    shown = shown_twice(nasty)
    assert ascii_of(shown.project) == ascii_of(nasty)
    assert ascii_of(shown.note) == ascii_of(nasty)


@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(project=NASTY_TEXTS, note=NASTY_TEXTS)
@example(project="|", note="\\")
@example(project="\u2028", note="\u202e|")
def test_no_text_changes_the_document_around_it(project: str, note: str) -> None:
    shown = Shown(document(project, note))
    assert_harmless(shown)
    assert ascii_of(shown.note) == ascii_of(note)
    assert not ascii_of(project) or ascii_of(shown.project) == ascii_of(project)


@pytest.mark.parametrize("blank", [" \n ", "\u2028", "\u202e", "\u200b\u200f", "\x00", "\ufeff"], ids=ascii)
def test_a_project_without_a_visible_character_gets_the_name_of_the_file(blank: str) -> None:
    assert Shown(document(blank, "")).project == "answers"


@pytest.mark.parametrize("name", ["naïve café", "日本語 要約", "Ελληνικά", "سؤال جواب", "🚀 desk"])
def test_words_of_any_script_are_shown_as_they_are(name: str) -> None:
    assert Shown(document(name, name)).project == name
    assert Shown(document(name, name)).note == name


@pytest.mark.parametrize("nasty", ["x|y", "# a <b> $1 {{ 7 * 7 }}", "a\u2028b"])
def test_a_file_with_nasty_text_gives_a_document_of_the_same_structure(nasty: str, tmp_path: Path) -> None:
    found = []
    for project in ("Alpha", nasty):
        file = tmp_path / "w.advise.json"
        file.write_text(json.dumps({"as_of": "2026-11-23", "project": project, "notes": {"project": project}}))
        outcome = advise("run", file, "-o", "-")
        assert outcome.code == 0
        assert "$" not in outcome.out
        found.append(Shown(opened(outcome.out)[0]))
        assert "49" not in found[-1].title
    assert found[0].structure == found[1].structure


def test_a_file_name_is_free_text_too(tmp_path: Path) -> None:
    found = []
    for name in ("plain", "# $x *a* `b` <i> [c](d)"):
        (tmp_path / f"{name}.advise.json").write_text('{"as_of": "2026-11-23", "queries_per_day": 5}')
        assert advise("run", tmp_path / f"{name}.advise.json").code == 0
        found.append(Shown(opened((tmp_path / f"{name}.advise.md").read_text())[0]))
    plain, nasty = ([each[:2] for each in shown.structure] for shown in found)
    assert plain == nasty
    assert "$" not in found[1].text
