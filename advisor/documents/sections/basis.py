"""What it all rests on: assumptions, answers, prices, hours of work and versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cached_property

from advisor.assessment import review_by
from advisor.conditions import NotApplicable, Range, Value
from advisor.costs.ledger import Line
from advisor.costs.retrieval import CANDIDATES, CHANGED_SHARE, CHUNK_TOKENS, DIMENSIONS, OVERLAP_TOKENS
from advisor.costs.tuning import HELD_OUT_SHARE
from advisor.documents.sections.parts import Row, Table
from advisor.documents.sections.section import Section
from advisor.documents.setting import cited, prose
from advisor.documents.text import Markdown, cell, code, escape, link
from advisor.packs.pack import PAIR, Pack
from advisor.pricebook.book import NOT_DATED, Rate
from advisor.recommendation import CHARGE_SOURCE, charge_text
from advisor.scoring import CHARGE
from advisor.wording import either, number, percent, plural, say, say_fact, usd_exact
from advisor.workload import Number


class Basis(Section):
    """What it all rests on: assumptions, answers, prices, hours of work and versions."""

    @cached_property
    def assumptions(self) -> Table:
        """What costs assume where an answer is missing: answer, value and reason."""
        given = self.it.answers.values
        rows = []
        for entry in self.it.assumed:
            instead = " in place of the answer" if given.get(entry.answer) is not None else ""
            name = Markdown(f"{code(entry.answer)}{instead}")
            rows.append(Row((name, cell(escape(say(entry.value))), cell(escape(entry.why)))))
        return _table(("Answer", "Assumed", "Why"), "lll", tuple(rows))

    @cached_property
    def answers(self) -> Table:
        """Every question with its answer, whether it was given, assumed or left open, and its note."""
        questionnaire, given = self.pack.questionnaire, self.it.answers
        visible = given.visible(questionnaire)
        assumed = {entry.answer: entry.value for entry in self.it.assumed}
        rows = []
        for question in questionnaire.questions:
            if question.kind == "notes":
                continue
            value, state = _answer_state(visible.get(question.id), question.id, assumed)
            words = f"{value} {_unit(question.unit, value)}" if question.unit and value else value
            middle = getattr(self.workload, question.id, None) if state == "range" else None
            if isinstance(middle, Number):
                words += f", priced at {say(middle.value)}"
            note = given.notes.get(question.id, "")
            rows.append(Row((code(question.id), cell(escape(words)), Markdown(state), cell(escape(note)))))
        return _table(("Question", "Answer", "State", "Note"), "llll", tuple(rows))

    @cached_property
    def ignored(self) -> tuple[Markdown, ...]:
        """The answers that do not apply, given the others; they are kept and ignored."""
        return tuple(self._ignored())

    def _ignored(self) -> Iterable[Markdown]:
        visible = self.it.answers.visible(self.pack.questionnaire)
        for name, value in self.it.answers.values.items():
            if isinstance(visible[name], NotApplicable):
                yield Markdown(
                    f"{code(name)} = {escape(say(value))}: the question does not apply, given the other "
                    "answers; the answer is kept and ignored."
                )

    @cached_property
    def open_words(self) -> Markdown:
        """Which share of the questions is answered, and what could still be recommended."""
        share = (self.it.answered_share * 100).quantize(Decimal(1))
        possible = [self.names[name] for name in self.recommendation.possible_strategies]
        several = f"the answer could still be {either(possible)}"
        still = several if len(possible) > 1 else "no open answer changes the recommendation"
        return Markdown(f"{share} % of the questions that rules or costs read are answered; {still}.")

    @cached_property
    def constants(self) -> Markdown:
        """The fixed quantities of the cost formulas, which no answer changes."""
        return Markdown(
            f"Fixed in the formulas: chunks of {number(CHUNK_TOKENS)} tokens with {number(OVERLAP_TOKENS)} of overlap, "
            f"{number(DIMENSIONS)} dimensions, {number(CANDIDATES)} candidates reranked a call, "
            f"{percent(CHANGED_SHARE)} of the knowledge re-embedded at each change, each training run evaluated on "
            f"{percent(HELD_OUT_SHARE)} of the examples. Serving is priced from the first month on, whatever the time "
            "to build, and quality is not measured here."
        )

    @cached_property
    def rules(self) -> Table:
        """Every rule that fired, and the complexity charge: what it says, its points or what it closes, its source."""
        scorer = self.it.scorer
        rows = []
        for rule in sorted(scorer.fired(scorer.states), key=lambda rule: (rule.theme, rule.id)):
            effect = ", ".join(f"{self.names[name]} {points:+d}" for name, points in rule.points.items())
            closes = f"closes {self.names[rule.gate]}" if rule.gate else ""
            anchor = Markdown(f'<a id="rule-{rule.id}"></a>`{rule.id}`')
            rows.append(Row((anchor, cell(prose(rule.title)), cell(effect or closes), cell(cited(rule.source)))))
        charged = Markdown(f"{self.names[PAIR]} -{self.pack.complexity_charge}")
        anchor = Markdown(f'<a id="rule-{CHARGE}"></a>`{CHARGE}`')
        rows.append(Row((anchor, cell(escape(charge_text(self.pack))), charged, cited(CHARGE_SOURCE))))
        return _table(("Rule", "What it says", "Effect", "Source"), "llll", tuple(rows))

    @cached_property
    def quiet_rules(self) -> Markdown:
        """How many rules did not fire, and those that would need an answer."""
        states = self.it.scorer.states
        open_ = [code(rule.id) for rule in self.pack.rules if states[rule.id] is None]
        silent = sum(state is False for state in states.values())
        waiting = f" {plural(len(open_), 'rule')} cannot be decided for lack of an answer: {', '.join(open_)}."
        return Markdown(f"{plural(silent, 'rule')} did not fire.{waiting if open_ else ''}")

    @cached_property
    def prices(self) -> Table:
        """Every price row behind the amounts: price, source, the day it was verified, grade."""
        rates: dict[str, Rate] = {}
        for cost in self.shown_plans():
            rates.update({f"{line.rate.id} {line.rate.unit_usd}": line.rate for line in cost.lines if not _hours(line)})
        rows = []
        for rate in sorted(rates.values(), key=lambda rate: (rate.id, rate.unit_usd)):
            date = rate.verified_at if rate.dated else f"{rate.verified_at}, not dated for {self.it.as_of}"
            if rate.verified_at == NOT_DATED:
                date = f"not dated (genai-prices {self.it.book.base.version})"
            note = f" {escape(rate.note)}" if rate.note else ""
            spread = f" (from {usd_exact(rate.spread[0])} to {usd_exact(rate.spread[1])})" if rate.spread else ""
            rows.append(
                Row(
                    (
                        code(rate.id),
                        Markdown(f"{usd_exact(rate.unit_usd)} per {escape(rate.unit)}{spread}"),
                        cell(f"{link(rate.source_title, rate.source_url)}{note}"),
                        Markdown(date),
                        Markdown(rate.confidence),
                    )
                )
            )
        return _table(("Price row", "Price", "Source", "Verified", "Grade"), "lrlll", tuple(rows))

    @cached_property
    def work(self) -> Table:
        """The hours of work that are assumed, with reasons."""
        work: dict[str, tuple[str, Rate]] = {}
        for cost in self.shown_plans():
            work.update({line.rate.id: (line.label, line.rate) for line in cost.lines if _hours(line)})
        rows = []
        for label, rate in work.values():
            labour = self.it.book.labour(rate.id.removeprefix("labour/"))
            hours = (
                f"{number(labour.hours or Decimal(0))} h" if labour.minutes is None else f"{number(labour.minutes)} min"
            )
            rows.append(Row((cell(escape(label)), Markdown(hours), cell(escape(labour.why)))))
        return _table(("Work", "Assumed", "Why"), "lrl", tuple(rows))

    @cached_property
    def provenance(self) -> tuple[Markdown, ...]:
        """The versions and digests of rules, answers and prices, and the day of the next review."""
        return tuple(self._provenance())

    def _provenance(self) -> Iterable[Markdown]:
        book = self.it.book
        yield Markdown(f"Rules: {pack_words(self.pack)}, digest {code(self.pack.digest)}")
        yield Markdown(f"Answers: digest {code(self.it.answers.digest)}")
        yield Markdown(f"Prices: genai-prices {book.base.version} under our own rows, digest {code(book.rows.digest)}")
        yield Markdown(f"Review by {review_by(self.it.as_of, self.it.ending)}")


def _table(heads: tuple[str, ...], align: str, rows: tuple[Row, ...]) -> Table:
    return Table(tuple(map(Markdown, heads)), align, rows)


def pack_words(pack: Pack) -> Markdown:
    """Return the title, name and version of a pack."""
    return Markdown(f"{escape(pack.title)}, {escape(pack.name)} {escape(pack.version)}")


def _unit(unit: str, value: str) -> str:
    """Return a unit in the singular after 1: `1 run`, `1 model call a request`."""
    if value != "1":
        return unit
    head, space, rest = unit.partition(" a ") if " a " in unit else (unit, "", "")
    return head.removesuffix("s") + space + rest


def _hours(line: Line) -> bool:
    return line.rate.id.startswith("labour/")


def _answer_state(value: Value, name: str, assumed: Mapping[str, Decimal | str | tuple[str, ...]]) -> tuple[str, str]:
    if isinstance(value, NotApplicable):
        return "", "not applicable"
    if value is None:
        return (say(assumed[name]), "assumed") if name in assumed else ("", "not answered")
    return say_fact(name, value), "range" if isinstance(value, Range) else "given"
