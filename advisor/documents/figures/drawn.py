"""The charts of the recommendation document, drawn from the amounts and words that it prints."""

from __future__ import annotations

from advisor.assessment import Assessment
from advisor.costs.ledger import exact
from advisor.documents.figures.costs import CostFigures
from advisor.documents.figures.figure import Figure
from advisor.documents.figures.reasons import ReasonFigures

__all__ = ["Figure", "figures_of"]


@exact
def figures_of(assessment: Assessment) -> tuple[Figure, ...]:
    """Return the charts of an assessment, without those that would have nothing to show."""
    costs, reasons = CostFigures(assessment), ReasonFigures(assessment)
    found = (costs.cumulative(), costs.split(), reasons.points(), reasons.flips())
    return tuple(figure for figure in found if figure is not None)
