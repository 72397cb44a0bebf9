"""Markdown documents: a template's text with tidy lines; the same assessment gives the same bytes."""

from __future__ import annotations

from advisor.assessment import Assessment
from advisor.costs.ledger import exact
from advisor.documents.sections.charts import Charts
from advisor.documents.templates import Template, printed
from advisor.documents.view import view_of
from advisor.fingerprint import BUILT_IN

MADR = Template(BUILT_IN[0])
NO_CHARTS = Charts({}, "none", "")


@exact
def render(assessment: Assessment, template: Template = MADR, charts: Charts = NO_CHARTS) -> str:
    """Return the markdown document of an assessment; raises InputError for what is wrong in a user's template."""
    return tidied(printed(template, view_of(assessment, charts)))


def tidied(text: str) -> str:
    """Return markdown without trailing blanks, and never two empty lines in a row."""
    lines = [line.rstrip() for line in text.splitlines()]
    squeezed = [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]
    return "\n".join(squeezed).strip("\n") + "\n"
