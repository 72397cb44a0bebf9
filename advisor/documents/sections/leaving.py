"""What follows when the current model stops serving: the date, what can take over, and what carries over."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property

from advisor.costs.projection import Cost
from advisor.documents.sections.parts import Row, Table
from advisor.documents.sections.section import Section
from advisor.documents.setting import cited, prose
from advisor.documents.text import Markdown, code, link
from advisor.fit import build_weeks
from advisor.wording import NOT_ESTABLISHED, amount, plural, tenths

DAYS_A_WEEK = Decimal(7)


class Leaving(Section):
    """What follows when the current model stops serving."""

    @cached_property
    def headline(self) -> Markdown | None:
        """The day on which the current model stops serving, and the days left; nothing where it serves to the end."""
        ending = self.it.ending
        if ending is None:
            return None
        source = link(ending.event.source_title, ending.event.source_url)
        return Markdown(
            f"**{code(ending.model.id)} stops serving on {ending.day}, in {plural(ending.days_left, 'day')}.** "
            f"What runs on it has to run on something else by then ({source}, read {ending.event.verified_at})."
        )

    @cached_property
    def table(self) -> Table:
        """What can follow: each plan with its model, work, month and total."""
        columns = (
            "What can follow",
            "Model",
            "Work for one person",
            "In time, before waiting",
            "USD a month",
            "Total, USD",
        )
        heads = tuple(map(Markdown, columns))
        if self.it.ending is None:
            return Table(heads, "llllrr", ())
        weeks_left = Decimal(self.it.ending.days_left) / DAYS_A_WEEK
        return Table(heads, "llllrr", tuple(self._row(name, cost, weeks_left) for name, cost in self._followers()))

    def _followers(self) -> Iterable[tuple[str, Cost]]:
        for name, cost in self.plans().items():
            if name == "current" or name in self.not_applicable:
                continue
            if cost.plan.retrieval and self.facts.get("knowledge_needed") == "none":
                continue
            yield name, cost

    def _row(self, name: str, cost: Cost, weeks_left: Decimal) -> Row:
        weeks = build_weeks(cost)
        model = code(cost.plan.model.id) if cost.plan.model else Markdown(NOT_ESTABLISHED)
        return Row(
            (
                self.plan_name(name),
                model,
                Markdown(plural(tenths(weeks), "week")),
                Markdown("yes" if weeks <= weeks_left else f"{plural(tenths(weeks - weeks_left), 'week')} late"),
                Markdown(amount(cost.total.monthly_usd)),
                Markdown(amount(cost.printed_total)),
            )
        )

    @cached_property
    def carries_over(self) -> Markdown:
        """What can be taken along to another model, and what cannot."""
        texts = self.pack.ending
        legacy = texts.tuned if self.it.ending is not None and self.it.ending.model.tuned else texts.untuned
        kept = "\n".join(f"- {prose(text)}" for text in legacy.carries_over)
        lost = "\n".join(f"- {prose(text)}" for text in legacy.lost)
        return Markdown(f"What carries over:\n\n{kept}\n\nWhat does not:\n\n{lost}\n\n({cited(texts.source)})")
