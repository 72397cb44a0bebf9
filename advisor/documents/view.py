"""What templates may print about an assessment: sections by the name under which templates know them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from advisor.assessment import Assessment
from advisor.documents.sections.basis import Basis
from advisor.documents.sections.changes import Changes
from advisor.documents.sections.charts import Charts
from advisor.documents.sections.costs import Costs
from advisor.documents.sections.design import Design
from advisor.documents.sections.drivers import Drivers
from advisor.documents.sections.headline import Headline
from advisor.documents.sections.leaving import Leaving
from advisor.documents.sections.mistakes import Mistakes
from advisor.documents.sections.options import Options
from advisor.documents.sections.outcome import Outcome
from advisor.documents.sections.payback import BreakEvens
from advisor.documents.sections.problem import Problem
from advisor.documents.sections.pros_and_cons import ProsAndCons
from advisor.documents.sections.rollout import Rollout
from advisor.documents.sections.section import Printable, Section

SECTIONS: Final[Mapping[str, type[Section]]] = {
    "headline": Headline,
    "options": Options,
    "context": Problem,
    "ending": Leaving,
    "drivers": Drivers,
    "outcome": Outcome,
    "design": Design,
    "mistakes": Mistakes,
    "changes": Changes,
    "costs": Costs,
    "break_evens": BreakEvens,
    "pros_and_cons": ProsAndCons,
    "rollout": Rollout,
    "basis": Basis,
}
"""The sections of an assessment, in the order in which a document brings them; `charts` is printed beside them."""

CHARTS: Final = "charts"
"""The name under which templates know the charts."""

PRINTABLE: Final[Mapping[str, type[Printable]]] = {**SECTIONS, CHARTS: Charts}
"""Everything that templates may print."""


def view_of(assessment: Assessment, charts: Charts) -> dict[str, Printable]:
    """Return what templates may print about an assessment. Printed totals are sums of printed lines."""
    return {CHARTS: charts, **{name: section(assessment) for name, section in SECTIONS.items()}}
