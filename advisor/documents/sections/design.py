"""What design documents ask for beside the decision: goals, what is no goal, and concerns that cut across."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Final

from advisor.documents.sections.section import Section
from advisor.documents.text import Markdown, code, escape
from advisor.wording import number, say

_PRIVACY: Final = {
    "none": "no restriction is stated; hosted models are allowed",
    "regulated": "the data is regulated, so every provider that sees it has to be approved",
    "on_premises": "nothing may leave the premises, so every strategy runs on your own GPUs",
}
_LATENCY: Final = {
    "none": "nobody waits for the answer",
    "interactive": "a person waits for the answer",
    "realtime": "the answer is needed in real time",
}


class Design(Section):
    """What design documents ask for beside the decision: goals, what is no goal, and concerns that cut across."""

    @cached_property
    def goals(self) -> tuple[Markdown, ...]:
        """What has to be reached, from the answers, and what this document does not try to do."""
        return tuple(Markdown(line) for line in (*self._goals(), *self._non_goals()))

    def _goals(self) -> Iterator[str]:
        volume = number(self.workload.queries_per_day.value)
        growth = self.workload.monthly_growth.value
        growing = f", growing by {say(growth, 'share')} a month" if growth else ""
        yield f"Goal: serve {volume} requests a day over {self.months_words}{growing}."
        target = self.answer("target_quality")
        if target is None:
            yield "Goal: a quality on the evaluation set that is still to be agreed on (not answered)."
        else:
            yield f"Goal: a quality of at least {say(target, 'share')} on the evaluation set."
        for name, words in (("upfront_budget", "to build"), ("monthly_budget", "a month to run")):
            if (limit := self.answer(name)) is not None:
                yield f"Goal: stay within {say(limit, 'usd')} {words}."
        if (weeks := self.answer("deadline_weeks")) is not None:
            yield f"Goal: run within {say(weeks)} weeks."
        for name, words in (
            ("citations_required", "answers cite their sources"),
            ("style_specific", "answers keep a voice that readers notice"),
        ):
            if self.answer(name) is True:
                yield f"Goal: {words}."

    def _non_goals(self) -> Iterator[str]:
        if self.answer("knowledge_needed") == "none":
            yield "Non-goal: bringing in knowledge; the requests hold everything that is needed."
        yield "Non-goal: measuring quality. Rules and prices are weighed here; only an evaluation set measures answers."

    @cached_property
    def concerns(self) -> tuple[Markdown, ...]:
        """Privacy, isolation, latency, dependence on a model, and effort for changes, from the answers."""
        found = (
            ("Privacy", self._chosen("privacy", _PRIVACY)),
            ("Tenant isolation", self._said("tenant_isolation")),
            ("Latency", self._chosen("latency", _LATENCY)),
            ("Dependence", self._dependence()),
            ("Change", f"requirements change {self._said('requirement_change')}"),
        )
        return tuple(Markdown(f"**{name}:** {words}.") for name, words in found)

    def _dependence(self) -> str:
        model = self.it.recommended_cost.plan.model
        if self.workload.on_premises or model is None:
            return "models and GPUs of your own"
        end = self.it.book.ends(model, self.it.as_of)
        known = f"stops serving on {end.date}" if end and end.date != date.max else "no end of its service is announced"
        return f"it runs on {code(model.id)}; as of {self.it.as_of}, {known}"

    def _chosen(self, name: str, words: dict[str, str]) -> str:
        value = self.answer(name)
        return words.get(str(value), escape(say(value)))

    def _said(self, name: str) -> str:
        return escape(say(self.answer(name)))
