"""Texts of a pack and names of models come out as text, in markdown, on a page, in charts and in a terminal."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command_line import advise
from page_reader import PageReader
from test_markdown_safety import BIDI_CONTROLS, CONTROLS, NASTY, Shown
from test_page import assert_sound

from advisor.answers import read_answers
from advisor.assessment import assess
from advisor.documents.bundle import Bundle, bundle
from advisor.fingerprint import BUILT_IN, Form, Style, opened
from advisor.packs.pack import EndingText, InvoiceText, Legacy, Pack, Remedy, Source
from advisor.packs.reader import load_pack
from advisor.pricebook.book import PriceBook, load_book

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ("support-classifier", "legal-research", "unexplained-invoice", "hasty-plan")
TEXTS = {name: text for name, text in NASTY.items() if "{" not in text and not name.startswith("4,000")}
TAG = re.compile(r"<[^>]*>?")
DOCUMENT = Path("w.advise.md")


def said_by(pack: Pack, words: str) -> Pack:
    """Return a pack that says the same words everywhere where it may say what it likes."""
    source = Source(title=words, date=words, url="https://x.example/a")

    def legacy(it: Legacy) -> Legacy:
        return Legacy(carries_over=(words,) * len(it.carries_over), lost=(words,) * len(it.lost))

    def remedy(it: Remedy) -> Remedy:
        return it.model_copy(update={"step": words, "exit_criterion": words})

    questions = tuple(
        replace(question, prompt=words, hint=words, why=words) for question in pack.questionnaire.questions
    )
    return replace(
        pack,
        title=words,
        version=words,
        strategies=tuple(it.model_copy(update={"name": words, "summary": words}) for it in pack.strategies),
        rules=tuple(replace(rule, title=words, because=words, source=source) for rule in pack.rules),
        mistakes=tuple(
            replace(it, title=words, because=words, avoid=words, source=source, remedy=remedy(it.remedy))
            for it in pack.mistakes
        ),
        steps=tuple(replace(it, step=words, why=words, exit_criterion=words, source=source) for it in pack.steps),
        dimensions=tuple(
            replace(
                it,
                title=words,
                cells={name: tuple(replace(cell, text=words) for cell in cells) for name, cells in it.cells.items()},
            )
            for it in pack.dimensions
        ),
        invoice=InvoiceText(tolerance=pack.invoice.tolerance, missing=(words,), beyond=(words,), source=source),
        ending=EndingText(tuned=legacy(pack.ending.tuned), untuned=legacy(pack.ending.untuned), source=source),
        questionnaire=replace(pack.questionnaire, questions=questions),
    )


@cache
def ground() -> tuple[Pack, PriceBook]:
    book = load_book()
    return load_pack(providers=book.providers), book


@cache
def written(example: str, words: str, form: Form = "md", template: str = BUILT_IN[0]) -> Bundle:
    pack, book = ground()
    answers = read_answers(ROOT / "examples" / f"{example}.advise.json", pack.questionnaire)
    return bundle(
        assess(answers, said_by(pack, words), book, answers.as_of or date(2026, 11, 25)),
        Style(form, template),
        DOCUMENT,
    )


def frame(shown: Shown) -> list[object]:
    """Return the structure of a document without addresses; of raw HTML its tags."""
    return [TAG.findall(str(each[0])) if len(each) == 1 else each[:2] for each in shown.structure]


CASES = [("support-classifier", text) for text in TEXTS.values()] + [
    (name, " ".join(TEXTS.values())) for name in EXAMPLES
]


@pytest.mark.parametrize(("example", "nasty"), CASES, ids=[*TEXTS, *EXAMPLES])
def test_texts_of_a_pack_change_nothing_around_them(example: str, nasty: str) -> None:
    shown, plain = Shown(written(example, nasty).text), Shown(written(example, "Alpha Beta").text)
    assert frame(shown) == frame(plain)
    assert "$" not in shown.text
    assert not CONTROLS.search(shown.text.replace("\n", ""))
    assert not BIDI_CONTROLS & set(map(unicodedata.bidirectional, shown.text))


@pytest.mark.parametrize("nasty", TEXTS.values(), ids=TEXTS)
def test_charts_stay_well_formed_and_say_the_same_number_of_things(nasty: str) -> None:
    for name, svg in written("support-classifier", nasty).pictures.items():
        plain = written("support-classifier", "Alpha Beta").pictures[name]
        assert drawn(svg) == drawn(plain)


def drawn(svg: str) -> list[str]:
    """Return the elements of a chart but for its lines of text, whose number follows their length."""
    return [each.tag for each in ElementTree.fromstring(svg).iter() if not each.tag.endswith("text")]


@pytest.mark.parametrize("nasty", TEXTS.values(), ids=TEXTS)
def test_a_page_stays_sound(nasty: str) -> None:
    reader = PageReader(written("support-classifier", nasty, "html").text)
    assert_sound(reader)
    assert "<script" not in reader.page.lower()


def overlay(folder: Path, words: str) -> Path:
    """Return a file of own prices for a model of one's own that is called anything."""
    said, model = json.dumps(words), json.dumps(f"ft:house/{words}")
    prices = {"input": "0.01", "output": "0.02", "training": "0.5"}
    rows = "".join(
        f"- {{id: h/{kind}, provider: house, model: {model}, kind: {kind}, price: {price}, unit: 1M tokens, "
        f"source_title: {said}, source_url: 'https://x.example', verified_at: 2026-11-01, confidence: A, "
        f"note: {said}}}\n"
        for kind, price in prices.items()
    )
    file = folder / "own.yaml"
    file.write_text(f"models:\n- {{id: {model}, provider: house, base: openai/gpt-6-luna}}\nrows:\n{rows}", "utf-8")
    return file


@pytest.mark.parametrize("nasty", TEXTS.values(), ids=TEXTS)
def test_names_of_models_and_texts_of_rows_are_text_too(nasty: str, tmp_path: Path) -> None:
    answers = tmp_path / "w.advise.json"
    found = []
    for words in ("Alpha Beta", nasty):
        said = {"as_of": "2026-11-23", "current_model": f"ft:house/{words}", "queries_per_day": 5}
        answers.write_text(json.dumps(said), encoding="utf-8")
        found.append(advise("run", answers, "-o", "-", "--chart", "mermaid", "--prices", overlay(tmp_path, words)))
        assert "Traceback" not in found[-1].err
    assert found[0].code == 0, found[0].err
    if found[1].code == 0:
        assert frame(Shown(opened(found[1].out)[0])) == frame(Shown(opened(found[0].out)[0]))
        assert "$" not in re.sub(r"`[^`\n]*`", "", opened(found[1].out)[0])
    else:
        assert found[1].code == 2
        assert str(answers) in found[1].err or "own.yaml" in found[1].err
