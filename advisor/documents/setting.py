"""What every section of a document needs: the assessment, names, and a few ways of putting things."""

from __future__ import annotations

from typing import Final

from advisor.assessment import Assessment
from advisor.costs.projection import Cost
from advisor.documents.text import Markdown
from advisor.wording import flat

ALTERNATIVES: Final = {
    "current": "Current model, as it is",
    "switch_model": "Smaller model, untuned",
    "cached_prompt": "Prompt cached",
    "batch": "Calls batched",
    "full_context": "Knowledge in the prompt",
    "rag_on_small": "RAG on the smaller model",
}
"""How the alternatives are called."""


class Setting:
    """An assessment with the names under which its plans are printed."""

    def __init__(self, assessment: Assessment) -> None:
        self.it = assessment
        self.pack = assessment.pack
        self.workload = assessment.workload
        self.recommendation = assessment.recommendation
        self.facts = assessment.facts
        self.names = {**self.pack.names, **ALTERNATIVES}
        for entry in assessment.alternatives:
            if entry.id == "current" and entry.cost.ends and not entry.applies:
                self.names["current"] += f" (until {entry.cost.ends})"
        self.not_applicable = {entry.id for entry in assessment.alternatives if not entry.applies} - {"current"}
        self.months_words = f"{self.workload.months} months" if self.workload.months > 1 else "1 month"

    def plans(self) -> dict[str, Cost]:
        """Return the costs of strategies and alternatives, in the order of all tables."""
        others = {entry.id: entry.cost for entry in self.it.alternatives}
        if self.it.retrieval_on_small is not None:
            others["rag_on_small"] = self.it.retrieval_on_small
        return {**self.it.costs, **others}

    def shown_plans(self) -> list[Cost]:
        """Return the costs of the plans whose amounts are printed."""
        return [cost for name, cost in self.plans().items() if name not in self.not_applicable]

    def plan_name(self, name: str) -> Markdown:
        """Return the name of a plan for a table, the recommended one in bold."""
        words = self.names[name]
        return Markdown(f"**{words}**" if name == self.recommendation.strategy else words)


def prose(text: str) -> str:
    """Return text of the pack on one line, a bare dollar sign made harmless."""
    return flat(text).replace("$", "USD ")
