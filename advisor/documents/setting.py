"""What every part of a document needs: the assessment, names, and a few ways of putting things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from advisor.assessment import Assessment
from advisor.costs.projection import Cost
from advisor.documents.text import Markdown, escape, link
from advisor.packs.pack import Source
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
    """An assessment with the names under which its plans are printed, as plain text."""

    names: Mapping[str, str]

    def __init__(self, assessment: Assessment) -> None:
        self.it = assessment
        self.pack = assessment.pack
        self.workload = assessment.workload
        self.recommendation = assessment.recommendation
        self.facts = assessment.facts
        names = {**self.pack.names, **ALTERNATIVES}
        for entry in assessment.alternatives:
            if entry.id == "current" and entry.cost.ends and not entry.applies:
                names["current"] += f" (until {entry.cost.ends})"
        self.names = names
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


def prose(text: str) -> Markdown:
    """Return a text of a pack as text on one line."""
    return escape(flat(text))


def cited(source: Source) -> Markdown:
    """Return a source of a pack: its title, linked where it has an address, and its date."""
    return Markdown(f"{link(source.title, source.url)}, {escape(source.date)}" if source.title else "")
