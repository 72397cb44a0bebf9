"""What the first screen says: verdict, margin, money, warnings, the first experiment."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.costs.projection import Cost
from advisor.documents.setting import Setting
from advisor.documents.text import Markdown, code
from advisor.wording import either, number, plural, usd


class Summary(Setting):
    """What the first screen says: verdict, margin, money, warnings, the first experiment."""

    def verdict(self) -> str:
        """Return the verdict in words."""
        return {"clear": "clear", "likely": "likely", "too_close": "too close to call"}[self.recommendation.verdict]

    def verdict_words(self) -> Markdown:
        recommendation = self.recommendation
        if recommendation.verdict == "clear":
            return Markdown("No answer that is still open can change it.")
        others = [self.names[name] for name in recommendation.possible_strategies if name != recommendation.strategy]
        words = f"The answers still open could move it to {either(others)}." if others else ""
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

    def margin_words(self) -> Markdown:
        recommendation = self.recommendation
        points = plural(recommendation.score, "point")
        if recommendation.runner_up is None or recommendation.margin is None:
            return Markdown(f"{points}; no other strategy is open")
        rival = self.names[recommendation.runner_up]
        return Markdown(
            f"{points}, {recommendation.margin} ahead of {rival} (decisive from {self.pack.decisive_margin})"
        )

    def runs_on(self, cost: Cost) -> Markdown:
        if self.workload.on_premises:
            return Markdown(f"{plural(number(self.workload.gpus.value), 'GPU')} of your own, not sized here")
        if cost.plan.model is None:
            return Markdown("no model that you can tune")
        chosen = cost.plan.tuning and any(entry.answer == "tuned_model" for entry in self.it.assumed)
        why = " (the cheapest fully priced model you can tune; its quality is not assessed here)" if chosen else ""
        return Markdown(code(cost.plan.model.id) + why)

    def money(self) -> Markdown:
        cost = self.it.recommended_cost
        if not cost.priced:
            known = f"At least {usd(cost.printed())} over {self.months_words}; the" if cost.printed() else "The"
            return Markdown(f"{known} total is not established, because prices are missing (see Assumptions)")
        total = cost.total
        words = f"{usd(cost.printed_total)} over {self.months_words}"
        if self.workload.labour_counts:
            words += f" ({usd(cost.printed(api=True))} of it without labour)"
        return Markdown(
            f"{words}: {usd(cost.printed('build'))} to build, {usd(cost.printed('run'))} to run "
            f"({usd(total.monthly_usd)} a month at today's volume), {usd(cost.printed('maintain'))} to maintain"
        )

    def repaid(self) -> Markdown | None:
        """Return whether what is built is repaid against the best alternative, where it is not."""
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

    def warnings(self) -> Iterable[Markdown]:
        cost = self.it.recommended_cost
        if cost.plan.tuning and cost.ends:
            yield Markdown(
                f"{code(cost.plan.model.id if cost.plan.model else '')} stops serving on {cost.ends}; "
                "one forced re-tune is priced in that month."
            )
        last = self.it.book.availability(cost.plan.model, self.it.as_of, None).last_job if cost.plan.model else None
        if cost.plan.tuning and last and cost.months and f"{last.date:%Y-%m}" <= cost.months[-1].month:
            yield Markdown(
                f"No new tuning job can start after {last.date}; retraining later than that is priced here "
                "as if it could."
            )
        for entry in self.it.assumed:
            if entry.answer == "tuned_model" and self.it.answers.values.get("tuned_model"):
                yield Markdown(f"Tuned model: {entry.why}.")
        in_prompt = next(entry for entry in self.it.alternatives if entry.id == "full_context")
        if not cost.plan.retrieval and in_prompt.applies and in_prompt.cost.priced:
            yield Markdown(
                f"The {number(self.workload.knowledge_tokens.value)} tokens of knowledge are not in this cost. Sent "
                f"with every call, they bring the current model to {usd(in_prompt.cost.printed())} over "
                f"{self.months_words}."
            )
        if not cost.plan.tuning and not cost.plan.retrieval and self.facts.get("prompting_tried") == "yes_insufficient":
            yield Markdown(
                "Prompting was answered as insufficient; what further work on the prompt costs is not priced here."
            )
        tried, failing = self.facts.get("prompting_tried"), self.facts.get("failing")
        if failing in ("cost", "latency") and tried == "yes_insufficient":
            yield Markdown(
                f"The answers disagree: by {code('failing')} quality is fine, by {code('prompting_tried')} it is not."
            )
        if self.it.answers.values.get("queries_per_day") is None:
            yield Markdown(
                "The volume is not answered: costs stand on an assumed "
                f"{number(self.workload.queries_per_day.value)} requests a day and earn no points."
            )

    def first_experiment(self) -> Markdown | None:
        step = next((step for step in self.it.roadmap if step.totals), None)
        return None if step is None else Markdown(f"{step.step} {step.totals}")
