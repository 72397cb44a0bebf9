"""The first screen: what to do, how firmly, what it costs, what would change it, what to approve now."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

from advisor.answers import project_name
from advisor.documents.sections.changes import Changes
from advisor.documents.sections.fitting import Fitting
from advisor.documents.sections.mistakes import Mistakes
from advisor.documents.sections.section import Section
from advisor.documents.setting import prose
from advisor.documents.text import Markdown, code, escape
from advisor.limits import ENOUGH_ANSWERED
from advisor.pricebook.book import NOT_DATED
from advisor.roadmap import RoadmapStep
from advisor.wording import NOT_ESTABLISHED, VERDICTS, either, number, percent, plural, usd

FIRST_FLIPS = 2
"""Changes of the recommendation that the first screen names."""


class Headline(Section):
    """The whole answer: what to do, how firmly, what it costs, what would change it, what to approve now."""

    @cached_property
    def title(self) -> Markdown:
        """Outcome and problem: `Use fine-tuning for Support ticket classifier`."""
        return Markdown(f"{self.choice} for {escape(project_name(self.it.answers))}")

    @cached_property
    def choice(self) -> Markdown:
        """What to do: `Use fine-tuning`."""
        name = self.names[self.recommendation.strategy]
        return Markdown(f"Use {name if name[1:2].isupper() else name[:1].lower() + name[1:]}")

    @cached_property
    def name(self) -> Markdown:
        """The name of the recommended strategy."""
        return self.names[self.recommendation.strategy]

    @cached_property
    def runs_on(self) -> Markdown:
        """The model that it runs on."""
        cost = self.it.recommended_cost
        if self.workload.on_premises:
            return Markdown(f"{plural(number(self.workload.gpus.value), 'GPU')} of your own, not sized here")
        if cost.plan.model is None:
            return Markdown("no model that you can tune")
        chosen = cost.plan.tuning and any(entry.answer == "tuned_model" for entry in self.it.assumed)
        why = " (the cheapest fully priced model you can tune; its quality is not assessed here)" if chosen else ""
        return Markdown(code(cost.plan.model.id) + why)

    @cached_property
    def verdict(self) -> Markdown:
        """`clear`, `likely` or `too close to call`."""
        return Markdown(VERDICTS[self.recommendation.verdict])

    @cached_property
    def verdict_words(self) -> Markdown:
        """What the verdict means here: whether answers that are still open can change the recommendation."""
        recommendation = self.recommendation
        if self.it.answered_share < ENOUGH_ANSWERED:
            return Markdown(f"Too little is answered to rely on it. {self._open_words}".strip())
        if recommendation.verdict == "clear":
            return Markdown("No answer that is still open can change it.")
        words = self._open_words
        if recommendation.verdict == "likely":
            return Markdown(words or "It could not be shown that no open answer changes it.")
        if recommendation.strategy not in recommendation.possible_strategies:
            return Markdown("It rests on answers that are missing: once they are given, something else wins. " + words)
        question = self.it.next_question
        ahead = "one ahead in points" if recommendation.margin else "simpler one"
        separates = f" The answer to {code(question.answer)} would separate them." if question else ""
        first = f"Read it as a tie between {self.names[recommendation.strategy]}"
        rival = f" and {self.names[recommendation.runner_up]}" if recommendation.runner_up else ""
        return Markdown(f"{first}{rival}; the {ahead} is named first.{separates} {words}".strip())

    @property
    def _open_words(self) -> str:
        """To which other strategies open answers could move the recommendation."""
        found = self.recommendation
        others = [self.names[name] for name in found.possible_strategies if name != found.strategy]
        return f"The answers still open could move it to {either(others)}." if others else ""

    @cached_property
    def margin(self) -> Markdown:
        """The points, and how far ahead they are of the next open strategy."""
        recommendation = self.recommendation
        points = plural(recommendation.score, "point")
        if recommendation.runner_up is None or recommendation.margin is None:
            return Markdown(f"{points}; no other strategy is open")
        rival = self.names[recommendation.runner_up]
        return Markdown(
            f"{points}, {recommendation.margin} ahead of {rival} (decisive from {self.pack.decisive_margin})"
        )

    @cached_property
    def price_dates(self) -> Markdown:
        """The day of all prices, and since when the oldest of those behind the amounts has not been looked up."""
        dates = [
            line.rate.verified_at
            for cost in self.shown_plans()
            for line in cost.lines
            if not line.rate.id.startswith("labour/") and line.rate.verified_at != NOT_DATED
        ]
        oldest = f", the oldest of them verified on {min(dates)}" if dates else ""
        return Markdown(f"at prices as known on {self.it.as_of}{oldest}")

    @cached_property
    def confidence(self) -> Markdown:
        """How much of it was answered, and on how many assumed values the costs stand."""
        share = (self.it.answered_share * 100).quantize(Decimal(1))
        count = plural(len(self.it.assumed), "value")
        return Markdown(f"{share} % of the questions that count are answered; costs assume {count}")

    @cached_property
    def monthly(self) -> Markdown:
        """What it costs a month at today's volume, to run and to maintain."""
        total = self.it.recommended_cost.total
        if total.monthly_usd is None or total.maintain_monthly_usd is None:
            return Markdown(NOT_ESTABLISHED)
        return Markdown(f"{usd(total.monthly_usd)} to run and {usd(total.maintain_monthly_usd)} to maintain")

    @cached_property
    def cost(self) -> Markdown:
        """The month, the building and the total over the horizon, with and without labour."""
        cost = self.it.recommended_cost
        if not cost.priced:
            known = f"at least {usd(cost.printed())} over {self.months_words}; the" if cost.printed() else "the"
            return Markdown(f"{known} total is not established, because prices are missing")
        labour = f", {usd(cost.printed(api=True))} of it without labour" if self.workload.labour_counts else ""
        build = f"after {usd(cost.printed('build'))} to build" if cost.printed("build") else "with nothing to build"
        return Markdown(f"{self.monthly} a month, {build}: {usd(cost.printed_total)} over {self.months_words}{labour}")

    @cached_property
    def against_today(self) -> Markdown | None:
        """What it saves or adds a month against today's model; nothing where a price is missing."""
        current, mine = self.it.alternatives[0].cost, self.it.recommended_cost
        now, run, model = current.total.monthly_usd, mine.total.monthly_usd, current.plan.model
        kept, upkeep = current.total.maintain_monthly_usd, mine.total.maintain_monthly_usd
        if now is None or run is None or kept is None or upkeep is None or model is None or self.workload.on_premises:
            return None
        assumed = any(entry.answer == "current_model" and entry.value == model.id for entry in self.it.assumed)
        today = f"{usd(now)} a month to run on {code(model.id)}{' (assumed)' if assumed else ''}"
        if run == now and upkeep == kept:
            return Markdown(f"{today}; this costs the same")
        share = f" ({percent(abs(run - now) / now)})" if now and run != now else ""
        return Markdown(
            f"{today}; this takes {_more(run - now)}{share} to run, {_more(run + upkeep - now - kept)} with upkeep"
        )

    @cached_property
    def until_then(self) -> Markdown | None:
        """What today's model goes on costing until traffic is moved; nothing where it does not end."""
        monthly = self.it.alternatives[0].cost.total.monthly_usd
        if self.it.ending is None or not monthly:
            return None
        return Markdown(
            f"{usd(monthly / 30)} a day on today's model, beside these totals: they count each option as serving from "
            "the first month on, whatever the time to build"
        )

    @cached_property
    def proposed(self) -> Markdown | None:
        """What the design proposes, where it is something else; nothing where it agrees or is not answered."""
        said = self.it.answers.values.get("considering")
        if not isinstance(said, tuple) or not said or self.recommendation.strategy in said:
            return None
        return Markdown(f"{', '.join(self.names[name] for name in said)}, which this document advises against")

    @cached_property
    def flips(self) -> Markdown:
        """The nearest changes that lead to another recommendation, at most two."""
        return Changes(self.it).nearest(FIRST_FLIPS)

    @cached_property
    def to_approve(self) -> Markdown:
        """What has to be approved now: the steps up to the first experiment, or the whole building where none is."""
        steps, build = self.it.roadmap, self.it.recommended_cost
        first = next((index for index, step in enumerate(steps) if step.totals), None)
        if first is None:
            amount = usd(build.printed("build") if build.priced else None)
            return Markdown(f"{amount} to build it, step by step as the rollout says")
        count = "step" if first == 0 else f"{first + 1} steps"
        cost = self._cost_of(steps[: first + 1])
        known = build.priced and build.printed("build")
        whole = f"; building it all comes to {usd(build.printed('build'))}" if known else ""
        if known and sum((step.cost_usd or 0 for step in steps[: first + 1]), Decimal(0)) > build.printed("build"):
            whole += ", beside which the experiment is billed for its calls"
        return Markdown(
            f"the first {count} of the rollout, up to the first experiment: {cost} where a step has a price of its own"
            f"{whole}"
        )

    def _cost_of(self, steps: tuple[RoadmapStep, ...]) -> str:
        """Return what steps cost together, at least what is known where an amount of theirs has no price."""
        billed = {step.id for step in self.pack.steps if step.cost != "none"}
        known = sum((step.cost_usd for step in steps if step.cost_usd is not None), Decimal(0))
        if any(step.cost_usd is None and step.id in billed for step in steps):
            return f"at least {usd(known)}" if known else f"an amount that is {NOT_ESTABLISHED}"
        return usd(known)

    @cached_property
    def repaid(self) -> Markdown | None:
        """That what is built is never repaid against the best alternative; nothing where it is, or is not meant to."""
        cost, current = self.it.recommended_cost, self.it.alternatives[0]
        versus = "current" if cost.plan.retrieval and current.applies else "best_alternative"
        best = current if versus == "current" else self.it.best_alternative
        entry = next((entry for entry in self.it.break_evens[cost.plan.id] if entry.versus == versus), None)
        adds = cost.plan.retrieval or cost.plan.tuning
        if best is None or entry is None or entry.reachable or not adds or entry.upfront_usd is None:
            return None
        more = cost.printed() - best.cost.printed()
        why = "the knowledge that it brings" if cost.plan.retrieval else "quality"
        return Markdown(
            f"it comes to {usd(more)} more than {self.names[best.id]} over {self.months_words}, and no saving repays "
            f"it; the case rests on {why}, which is not measured here"
        )

    @cached_property
    def limits(self) -> Markdown | None:
        """How it fits budgets and deadline; nothing where none is answered."""
        return Fitting(self.it).line()

    @cached_property
    def invoice(self) -> Markdown | None:
        """That the answers do not explain the invoice; nothing where they do or none is answered."""
        return Fitting(self.it).invoice_line()

    @cached_property
    def mistakes(self) -> tuple[Markdown, ...]:
        """The mistakes by title: those that come with the recommendation, then those in what else is planned."""
        return tuple(Mistakes(self.it).named())

    @cached_property
    def first_experiment(self) -> Markdown | None:
        """The first experiment, and what it may lead to; nothing where the rollout has none."""
        step = next((step for step in self.it.roadmap if step.totals), None)
        return None if step is None else prose(f"{step.step} {step.totals}")

    @cached_property
    def warnings(self) -> tuple[Markdown, ...]:
        """What a reader must know before relying on it."""
        found = (
            self._own_gpus(),
            self._retuned(),
            self._last_job(),
            self._replaced(),
            self._knowledge_left_out(),
            self._prompting_insufficient(),
            self._contradiction(),
            self._volume_assumed(),
        )
        return tuple(Markdown(words) for words in found if words)

    def _own_gpus(self) -> str | None:
        if not self.workload.on_premises:
            return None
        return (
            "GPUs are valued at the market's typical price by the hour. Where they stand in the house already, that is "
            "no new spend; the price table shows how far sellers differ."
        )

    def _retuned(self) -> str | None:
        cost = self.it.recommended_cost
        if not cost.plan.tuning or not cost.ends:
            return None
        model = code(cost.plan.model.id if cost.plan.model else "")
        return f"{model} stops serving on {cost.ends}; one forced re-tune is priced in that month."

    def _last_job(self) -> str | None:
        cost = self.it.recommended_cost
        last = self.it.book.availability(cost.plan.model, self.it.as_of, None).last_job if cost.plan.model else None
        if not (cost.plan.tuning and last and cost.months and f"{last.date:%Y-%m}" <= cost.months[-1].month):
            return None
        return (
            f"No new tuning job can start after {last.date}; retraining later than that is priced here as if it could."
        )

    def _replaced(self) -> str | None:
        entry = next((entry for entry in self.it.assumed if entry.answer == "tuned_model"), None)
        asked = self.it.answers.values.get("tuned_model")
        return f"Tuned model: {escape(entry.why)}." if entry and asked else None

    def _knowledge_left_out(self) -> str | None:
        in_prompt = next(entry for entry in self.it.alternatives if entry.id == "full_context")
        if self.it.recommended_cost.plan.retrieval or not in_prompt.applies or not in_prompt.cost.priced:
            return None
        return (
            f"The {number(self.workload.knowledge_tokens.value)} tokens of knowledge are not in this cost. Sent "
            f"with every call, they bring the current model to {usd(in_prompt.cost.printed())} over "
            f"{self.months_words}."
        )

    def _prompting_insufficient(self) -> str | None:
        plan = self.it.recommended_cost.plan
        if plan.tuning or plan.retrieval or self.facts.get("prompting_tried") != "yes_insufficient":
            return None
        return "Prompting was answered as insufficient; what further work on the prompt costs is not priced here."

    def _contradiction(self) -> str | None:
        tried, failing = self.facts.get("prompting_tried"), self.facts.get("failing")
        if failing not in ("cost", "latency") or tried != "yes_insufficient":
            return None
        return f"The answers disagree: by {code('failing')} quality is fine, by {code('prompting_tried')} it is not."

    def _volume_assumed(self) -> str | None:
        if self.it.answers.values.get("queries_per_day") is not None:
            return None
        volume = number(self.workload.queries_per_day.value)
        return f"The volume is not answered: costs stand on an assumed {volume} requests a day and earn no points."


def _more(amount: Decimal) -> str:
    return f"{usd(abs(amount))} {'more' if amount > 0 else 'less'}"
