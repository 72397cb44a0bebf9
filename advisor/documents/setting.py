"""What every section of a document needs: the assessment, names, and a few ways of putting things."""

from __future__ import annotations

from advisor.assessment import Assessment
from advisor.costs.projection import Cost
from advisor.documents.text import Markdown


class Setting:
    """An assessment with the names under which its plans are printed."""

    def __init__(self, assessment: Assessment) -> None:
        self.it = assessment
        self.pack = assessment.pack
        self.workload = assessment.workload
        self.recommendation = assessment.recommendation
        self.facts = assessment.facts
        self.names = {strategy.id: strategy.name for strategy in self.pack.strategies}
        self.names |= {"current": "Current model, as it is", "switch_model": "Smaller model, untuned"}
        self.months_words = f"{self.workload.months} months" if self.workload.months > 1 else "1 month"

    def plans(self) -> dict[str, Cost]:
        """Return the costs of strategies and alternatives, in the order of all tables."""
        return {**self.it.costs, **{entry.id: entry.cost for entry in self.it.alternatives}}

    def plan_name(self, name: str) -> Markdown:
        """Return the name of a plan for a table, the recommended one in bold."""
        words = self.names[name]
        return Markdown(f"**{words}**" if name == self.recommendation.strategy else words)


def either(names: list[str]) -> str:
    """Return names joined by commas and a last "or"."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " or " + names[-1]


def prose(text: str) -> str:
    """Return text of the pack on one line, a bare dollar sign made harmless."""
    return " ".join(text.split()).replace("$", "USD ")
