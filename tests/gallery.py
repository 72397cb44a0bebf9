"""Charts to look at: those of all examples and of extreme cases, written into a folder with a page that shows them.

`python tests/gallery.py FOLDER`; the page follows the theme of the browser.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from pathlib import Path

from advisor.answers import read_answers, with_settings
from advisor.assessment import Assessment, assess
from advisor.documents.figures.drawn import figures_of
from advisor.packs.pack import Pack
from advisor.packs.reader import load_pack
from advisor.pricebook.book import PriceBook, load_book

ROOT = Path(__file__).resolve().parent.parent

EXTREMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "five-years": ("brand-voice-writer", ("horizon_months=60", "monthly_growth=0.05")),
    "one-month": ("support-classifier", ("horizon_months=1",)),
    "two-months-dying": ("dying-fine-tune", ("horizon_months=2",)),
    "no-model-to-tune": ("support-classifier", ("tuning_access=mistral",)),
    "unpriced-training": ("support-classifier", ("tuned_model=ft:aws/nova-lite",)),
    "free-labour": ("support-knowledge-base", ("engineer_hourly_cost=0",)),
    "ranges": ("too-close-to-call", ("queries_per_day=1000..90000", "labelled_examples=200..5000")),
    "no-requests": ("too-close-to-call", ("queries_per_day=0",)),
    "huge": ("support-classifier", ("queries_per_day=900000000",)),
    "shrinking": ("brand-voice-writer", ("monthly_growth=-0.3",)),
    "retraining-often": ("support-classifier", ("requirement_change=daily", "horizon_months=36")),
}
"""Cases at the ends of what can be answered: an example, and what is answered otherwise."""

LONG = "The exceedingly long-winded & <b>hostile</b> “strategy” named by a committee \x07 of 日本語 speakers"


def cases(pack: Pack, book: PriceBook) -> Iterator[tuple[str, Assessment]]:
    """Yield the examples and the extreme cases, each with its name."""
    for file in sorted((ROOT / "examples").glob("*.advise.json")):
        yield file.name.partition(".")[0], assessed(file.name.partition(".")[0], (), pack, book)
    for name, (example, settings) in EXTREMES.items():
        yield name, assessed(example, settings, pack, book)
    yield "hostile-names", assessed("support-classifier", (), with_names(pack, LONG), book)
    yield "hostile-names-many", assessed("too-close-to-call", (), with_names(pack, LONG), book)


def assessed(example: str, settings: tuple[str, ...], pack: Pack, book: PriceBook) -> Assessment:
    """Return the assessment of an example with other answers."""
    answers = read_answers(ROOT / "examples" / f"{example}.advise.json", pack.questionnaire)
    changed = with_settings(answers, settings, pack.questionnaire)
    assert answers.as_of is not None
    return assess(changed, pack, book, answers.as_of)


def with_names(pack: Pack, name: str) -> Pack:
    """Return a pack whose strategies and rules are all called alike, but for a number in front."""
    strategies = tuple(
        entry.model_copy(update={"name": f"{number} {name}"}) for number, entry in enumerate(pack.strategies, 1)
    )
    rules = tuple(replace(rule, title=name) for rule in pack.rules)
    return replace(pack, strategies=strategies, rules=rules)


def main(folder: Path) -> None:
    book = load_book()
    pack = load_pack(providers=book.providers)
    parts = ["<!doctype html><meta charset=utf-8><meta name=color-scheme content='light dark'><title>Charts</title>"]
    for case, assessment in cases(pack, book):
        parts.append(f"<h2>{case}</h2>")
        (folder / case).mkdir(parents=True, exist_ok=True)
        for figure in figures_of(assessment):
            file = folder / case / f"{figure.name}.svg"
            file.write_text(figure.svg, encoding="utf-8")
            parts.append(f"<p><img width=860 src='{case}/{file.name}' alt='{escape(figure.alt, quote=True)}'></p>")
    (folder / "index.html").write_text("\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
