"""The context of the decision: the workload in a few lines, from its answers alone."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property

from advisor.documents.sections.section import Section
from advisor.documents.text import Markdown, code, escape
from advisor.wording import either, number, say
from advisor.workload import Number


class Problem(Section):
    """The context of the decision: the workload in a few lines, from its answers alone."""

    @cached_property
    def lines(self) -> tuple[Markdown, ...]:
        """Task, volume, tokens, knowledge, quality so far, data and limits; what is not answered is said to be so."""
        return tuple(
            Markdown(f"**{name}:** {words}.")
            for name, words in (
                ("Task", self._task()),
                ("Volume", self._volume()),
                ("Knowledge", self._knowledge()),
                ("Quality so far", self._quality()),
                ("Examples", self._examples()),
                ("Runs on", self._model()),
            )
        )

    @cached_property
    def question(self) -> Markdown:
        """The question that the document answers."""
        names = either(self.names[name] for name in self.it.costs)
        return Markdown(f"Which of these fits the workload, and what does it cost: {names}?")

    @cached_property
    def considering(self) -> Markdown | None:
        """What the design proposes today; nothing where that is not answered."""
        said = self.it.answers.values.get("considering")
        if not isinstance(said, tuple) or not said:
            return None
        return Markdown(f"The design proposes today: {', '.join(self.names[name] for name in said)}.")

    def _task(self) -> str:
        words = [self._say("task_type", "kind")]
        words += [f"breadth {self._say('task_breadth', '')}", f"output format {self._say('output_format', '')}"]
        return "; ".join((*words, f"change of requirements {self._say('requirement_change', '')}"))

    def _volume(self) -> str:
        workload = self.workload
        calls = workload.calls_per_request
        each = "one model call" if calls.value == 1 else f"{self._number(calls)} model calls"
        tokens = (
            f"{self._number(workload.prompt_tokens)} tokens of prompt, {self._number(workload.input_tokens)} of input "
            f"and {self._number(workload.output_tokens)} of output"
        )
        growth = workload.monthly_growth.value
        growing = f", growing by {say(growth, 'share')} a month" if growth else ""
        return f"{self._number(workload.queries_per_day)} requests a day{growing}, each {each} with {tokens}"

    def _knowledge(self) -> str:
        needed = self.answer("knowledge_needed")
        if needed is None:
            return "whether knowledge beyond the request is needed is not answered"
        if needed == "none":
            return "none is needed beyond what the request brings"
        size = f"{self._number(self.workload.knowledge_tokens)} tokens"
        pace = self.answer("knowledge_change")
        changing = f", changing ({say(pace)})" if needed == "changing" and isinstance(pace, str) else f", {say(needed)}"
        return f"needed{changing}; {size}"

    def _quality(self) -> str:
        tried = {
            "no": "prompting has not been tried in earnest",
            "yes_insufficient": "prompting was tried and does not suffice",
            "yes_good_enough": "prompting was tried and is good enough",
        }
        said = tried.get(str(self.answer("prompting_tried")), "whether prompting was tried is not answered")
        failing = self.answer("failing")
        wrong = "what fails is not answered" if failing is None else f"what fails: {say(failing)}"
        current, target = self.answer("current_quality"), self.answer("target_quality")
        scores = f"; measured {say(current, 'share')}, wanted {say(target, 'share')}" if current or target else ""
        return f"{said}; {wrong}{scores}"

    def _examples(self) -> str:
        quality = self.answer("data_quality")
        kind = "" if quality is None else f", {say(quality)}"
        held = {True: "an evaluation set exists", False: "there is no evaluation set"}
        known = self.answer("evaluation_set")
        evaluation = held[known] if isinstance(known, bool) else "whether an evaluation set exists is not answered"
        return f"{self._number(self.workload.labelled_examples)} labelled{kind}; {evaluation}"

    def _model(self) -> str:
        if self.workload.on_premises:
            return "GPUs of your own"
        assumed = any(entry.answer == "current_model" for entry in self.it.assumed)
        given = self.it.answers.values.get("current_model") is not None
        return f"{code(self.it.models.current.id)}{' (assumed)' if assumed and not given else ''}"

    def _say(self, name: str, what: str) -> str:
        value = self.answer(name)
        return f"{what} not answered".strip() if value is None else escape(say(value))

    def _number(self, it: Number) -> str:
        """Return a number that costs stand on, with where it comes from unless it was answered as one."""
        value = it.value if isinstance(it.value, Decimal) else Decimal(it.value)
        origin = {"given": "", "range": " (middle of a range)"}.get(it.origin, f" ({it.origin})")
        return f"{number(value)}{origin}"
