"""The HTML page: the markdown document itself, as one file that loads nothing, runs nothing and can be printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from advisor import where
from advisor.documents.page.article import Heading, article_of
from advisor.fingerprint import opened, parted

if TYPE_CHECKING:
    from jinja2 import Environment

_FIELD: Final = re.compile(r"^(status|date): *(['\"]?)(.+?)\2 *$", re.MULTILINE)


def page_of(document: str, figures: Mapping[str, str]) -> str:
    """Return a markdown document as a page; the same document gives the same bytes.

    `figures` holds the text of SVG files under the names by which the document links them. A picture that is not among
    them is shown as its words. A fingerprint under the document is left out, for it vouches for the markdown; a page is
    sealed as a document is, `sealed(page_of(document, figures), fingerprint)`.
    """
    from markupsafe import Markup

    text, _, _ = opened(document)
    front, rest = parted(text)
    fields = {key: value for key, _, value in _FIELD.findall(front)}
    article = article_of(rest, figures)
    shell = _environment().get_template("page.html.j2")
    page = shell.render(
        title=article.title,
        status=fields.get("status"),
        date=fields.get("date"),
        style=Markup(_style()),
        heading=Markup(article.heading),
        lead=Markup(article.lead),
        body=Markup(article.body),
        contents=_nested(article.contents),
    )
    return page.rstrip("\n") + "\n"


def _nested(headings: tuple[Heading, ...]) -> list[tuple[Heading, list[Heading]]]:
    """Return the sections, each with the headings below it."""
    sections: list[tuple[Heading, list[Heading]]] = []
    for heading in headings:
        if heading.level == 2:
            sections.append((heading, []))
        elif heading.level == 3 and sections:
            sections[-1][1].append(heading)
    return sections


@lru_cache(maxsize=1)
def _style() -> str:
    return (where.TEMPLATES / "html" / "page.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(where.TEMPLATES / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
