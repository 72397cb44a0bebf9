"""A document with the pictures that lie beside it, as files that are written together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from advisor.assessment import Assessment
from advisor.costs.ledger import exact
from advisor.documents.figures.drawn import figures_of
from advisor.documents.markdown import render
from advisor.documents.seal import fingerprint_of
from advisor.documents.sections.charts import Charts
from advisor.documents.templates import template_named
from advisor.fingerprint import Style, sealed, without_front
from advisor.inputs import Stock
from advisor.naming import pictures_folder


class Bundle(NamedTuple):
    """The text of a document, and the SVG of its pictures by name."""

    text: str
    pictures: Mapping[str, str]


@exact
def bundle(assessment: Assessment, style: Style, document: Path) -> Bundle:
    """Return a document as it is written to a path, without a fingerprint, and its pictures; a page holds them itself.

    Raises InputError for a template that is not there or cannot be printed.
    """
    figures = {figure.name: figure for figure in figures_of(assessment)} if style.chart != "none" else {}
    folder = pictures_folder(document).name
    template = template_named(style.template, document.parent)
    charts = Charts(figures, style.chart, folder)
    text = render(assessment, template, charts)
    pictures = {name: figure.svg for name, figure in figures.items() if charts.link(figure) in text}
    if style.form == "md":
        return Bundle(text, pictures)
    from advisor.documents.page.shell import page_of

    return Bundle(page_of(without_front(text), {charts.path(name): svg for name, svg in pictures.items()}), {})


def sealed_bundle(
    assessment: Assessment,
    stock: Stock,
    answers: tuple[str, bytes],
    style: Style,
    document: Path,
    settings: Iterable[str] = (),
) -> Bundle:
    """Return a document as `bundle` does, with its fingerprint under it; `answers` are the name of the answers file and
    what it holds, `settings` the answers that were set over it."""
    made = bundle(assessment, style, document)
    inputs = stock.inputs(*answers, style, document, settings)
    return made._replace(text=sealed(made.text, fingerprint_of(assessment, inputs, style, made.pictures)))
