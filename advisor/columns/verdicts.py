"""How firm recommendations are, for many workloads: what bounds and drawn completions prove; the rest is searched.

A verdict is `clear` where no completion has another winner, and `likely` where one does (`recommendation`). Bounds on
points prove the first for most workloads, a few completions drawn at random the second: a completion with another
winner is a proof. Where neither shows it, the single path searches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from advisor.answers import Answers
from advisor.columns.doubt import Bits, Floats
from advisor.columns.facts import Known, derived_columns, known_of
from advisor.columns.frame import Entry, Frame, taken
from advisor.columns.plans import Places, Plans
from advisor.columns.winners import open_of
from advisor.compilers.columns import Column, Columns
from advisor.conditions import ALWAYS, cells, tests_of, thresholds_of
from advisor.derived import DERIVED, WHICH_MODEL
from advisor.facts import FactBase, unpriced_facts
from advisor.packs.pack import ADDS, PAIR, Pack
from advisor.points import constant_for, weight_for
from advisor.questions import STRATEGIES, Question
from advisor.scoring import Scorer
from advisor.workload import CACHED_PROMPT_LIMIT, NEEDED
from advisor.worlds import kinds_of_answers

CLEAR, LIKELY, TOO_CLOSE, OPEN = range(4)
VERDICTS: Final = ("clear", "likely", "too_close")

ROUNDS: Final = 48
"""Completions that are drawn for a workload before it is left to the search."""

_COSTS: Final = frozenset(fact.id for fact in DERIVED if fact.cost)


@dataclass(frozen=True)
class _View:
    """Cases as far as every completion agrees: what may turn out otherwise is unknown. `free` are the derived facts
    that completions move in ways that are not followed up, and where."""

    columns: Mapping[str, Column]
    free: Mapping[str, Bits]

    @property
    def costs_free(self) -> Bits:
        """Where every fact made of money may turn out to be anything."""
        found = np.ones(1, np.bool_)
        for name in _COSTS:
            found = found & self.free[name]
        return found


@dataclass(frozen=True)
class Searchable:
    """What the search of completions takes of each case beside its answers, so that nothing has to be priced for it.

    With `costs_free` any cost may turn out otherwise; without it the single path has to price the case.
    """

    prompt_limit: Floats
    tunable: Bits
    calls_per_request: Floats
    costs_free: Bits
    current_tuned: Bits
    current_ends: Bits

    def verdict(self, case: int, answers: Answers, pack: Pack, winner: str) -> str | None:
        """Return the verdict of a case that is no tie in points, None where it has to be priced."""
        if not self.costs_free[case]:
            return None
        base = FactBase(
            pack.questionnaire,
            answers.values,
            dict.fromkeys(_COSTS),
            pack.examples_needed,
            Decimal(float(self.prompt_limit[case])),
            bool(self.tunable[case]),
            Decimal(str(self.calls_per_request[case])),
            bool(self.current_tuned[case]),
            bool(self.current_ends[case]),
        )
        possible = Scorer(pack, base).possible
        if winner not in possible:
            return VERDICTS[TOO_CLOSE]
        return VERDICTS[CLEAR if possible == (winner,) else LIKELY]


def _flags(plans: Plans) -> tuple[bool, bool]:
    """Return whether the current model is a tuned one, and whether its end is announced."""
    current, costing = plans.named.untuned.current, plans.costing
    return current.tuned, costing.book.ends(current, costing.as_of) is not None


class Verdicts:
    """Tells verdicts by a pack; compiled once."""

    def __init__(self, pack: Pack, rules: Columns) -> None:
        self.pack = pack
        self.rules = rules
        tests = [test for rule in pack.rules for test in tests_of(rule.when)]
        self.tests = tests
        self.weights = np.array([[weight_for(name, rule) for rule in pack.rules] for name in STRATEGIES], np.float64)
        self.constants = np.array([constant_for(name, pack) for name in STRATEGIES], np.float64)
        self.gates = {
            name: [place for place, rule in enumerate(pack.rules) if rule.gate == name] for name in ADDS[PAIR]
        }
        domains = pack.questionnaire.domains()
        self.shows = {
            question.id: Columns([question.show], domains)
            for question in pack.questionnaire.questions
            if question.show is not ALWAYS and question.id in domains
        }

    def of(
        self, frame: Frame, plans: Plans, facts: Mapping[str, Column], winner: Places, margin: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], Searchable]:
        """Return verdicts of cases whose winners and margins are known, `OPEN` where nothing here proves one, and what
        a search of those takes."""
        rows = frame.rows
        view = self._view(frame, plans, facts)
        decided = self.rules.decide(view.columns, rows, with_open=True)
        assert decided.open is not None
        found = np.where(self._sure(decided.fired, decided.open, winner), CLEAR, OPEN)
        found[(margin >= 0) & (margin < self.pack.decisive_margin)] = TOO_CLOSE
        if self._drawable:
            left = np.flatnonzero(found == OPEN)
            if len(left):
                found[left] = self._drawn(frame.take(left), view, plans, facts, left, winner[left])
        known = known_of(plans)
        return found, Searchable(
            np.broadcast_to(known.prompt_limit, rows),
            np.broadcast_to(known.tunable, rows),
            np.broadcast_to(known.calls_per_request, rows),
            np.broadcast_to(view.costs_free, rows),
            *(np.full(rows, flag) for flag in _flags(plans)),
        )

    def _sure(self, fired: Bits, open_: Bits, winner: Places) -> Bits:
        """Return where the winner wins however open rules turn out."""
        certain, maybe = fired.T.astype(np.float64), (open_ & ~fired).T.astype(np.float64)
        cases = np.arange(len(winner))
        least = certain @ self.weights.T + maybe @ np.minimum(self.weights, 0).T + self.constants
        most = certain @ self.weights.T + maybe @ np.maximum(self.weights, 0).T + self.constants
        shut = np.zeros((len(winner), len(STRATEGIES)), np.bool_)
        surely_open = np.ones_like(shut)
        for place, strategy in enumerate(STRATEGIES):
            for technique in ADDS[strategy]:
                own = STRATEGIES.index(technique)
                shut[:, place] |= (most[:, own] < self.pack.adoption_floor) | fired[self.gates[technique]].any(axis=0)
                surely_open[:, place] &= least[:, own] >= self.pack.adoption_floor
                surely_open[:, place] &= ~open_[self.gates[technique]].any(axis=0)
        ahead = surely_open[cases, winner]
        for other in range(len(STRATEGIES)):
            lead = self.weights[winner] - self.weights[other]
            least_lead = (certain * lead + maybe * np.minimum(lead, 0)).sum(axis=1)
            least_lead += self.constants[winner] - self.constants[other]
            beaten = (least_lead > 0) | ((least_lead == 0) & (winner < other))
            ahead &= beaten | shut[:, other] | (winner == other)
        return ahead

    def _view(self, frame: Frame, plans: Plans, facts: Mapping[str, Column]) -> _View:
        """Return what all completions agree on: a question that may turn out not to be asked is unknown."""
        entries: dict[str, Entry] = {}
        asked: dict[str, Bits] = {}
        for question in self.pack.questionnaire.questions:
            if question.id not in frame.entries:
                continue
            entry = replace(frame[question.id], hidden=None)
            asked[question.id] = np.ones(1, np.bool_)
            if question.id in self.shows:
                shows = self.shows[question.id]
                columns = {fact: entries[fact].column(fact, shows) for fact in shows.facts if fact in entries}
                decided = shows.decide(columns, frame.rows, with_open=True)
                assert decided.open is not None
                unknown = np.nan if entry.words is None else -1
                values = np.where(decided.fired[0], entry.values, unknown).astype(entry.values.dtype)
                asked[question.id] = decided.open[0].copy()
                entry = Entry(values, entry.words, ~asked[question.id])
            entries[question.id] = entry
        unanswered = {name: asked[name] & ~entry.known for name, entry in entries.items()}
        free = self._free(plans, unanswered, entries)
        view = Frame(frame.rows, entries, frame.assumed)
        derived = {**facts, **derived_columns(view, known_of(plans), self.pack.examples_needed)}
        columns = {
            fact: _unknown_where(derived[fact], free.get(fact), self.rules.domains[fact].kind == "number")
            if fact in derived
            else entries[fact].column(fact, self.rules)
            for fact in self.rules.facts
            if fact in derived or fact in entries
        }
        return _View(columns, free)

    def _free(self, plans: Plans, unanswered: Mapping[str, Bits], entries: Mapping[str, Entry]) -> dict[str, Bits]:
        """Return where derived facts are free, as `facts.free_facts` says for one case."""
        ends = plans.costing.book.ends(plans.named.untuned.current, plans.costing.as_of) is not None
        found: dict[str, Bits] = {}
        for fact in DERIVED:
            names = NEEDED if fact.cost else fact.assumes
            if fact.id == "knowledge_fits_prompt" and not ends:
                names = tuple(name for name in names if name not in WHICH_MODEL)
            free = np.zeros(1, np.bool_)
            for name in names:
                free = free | unanswered.get(name, np.zeros(1, np.bool_))
            if fact.id == "knowledge_fits_prompt":
                tokens = entries["knowledge_tokens"]
                with np.errstate(invalid="ignore"):
                    free = free & ~(tokens.known & (tokens.values > float(CACHED_PROMPT_LIMIT)))
            found[fact.id] = free
        return found

    @cached_property
    def _drawable(self) -> bool:
        """Whether completions can be drawn: no rule reads a list or a name."""
        return all(domain.kind not in ("list", "name") for domain in self.rules.domains.values())

    @cached_property
    def _kinds(self) -> dict[str, NDArray[Any]]:
        """Return for each question that a rule, or whether another is asked, depends on, the kinds of its answers."""
        base = unpriced_facts(self.pack.questionnaire, {}, self.pack.examples_needed)
        conditions = [rule.when for rule in self.pack.rules]
        found = {}
        for question in self.pack.questionnaire.questions:
            if question.domain.kind not in ("number", "choice", "bool") or question.kind in ("text", "notes"):
                continue
            kinds = [value for value in kinds_of_answers(base, question.id, conditions) if value is not None]
            found[question.id] = np.array([_code(question, kind) for kind in kinds])
        return found

    @cached_property
    def _fact_kinds(self) -> dict[str, NDArray[np.float64]]:
        """Return values of free facts that between them bring out all that rules can make of them, NaN for unknown."""
        found = {}
        for fact in DERIVED:
            if fact.domain.kind == "number":
                values = [
                    float(value)
                    for value in cells(fact.domain, thresholds_of(self.tests, fact.id))
                    if isinstance(value, Decimal)
                ]
                found[fact.id] = np.array([*values, *([np.nan] if fact.cost else [])])
        return found

    def _drawn(
        self,
        frame: Frame,
        view: _View,
        plans: Plans,
        facts: Mapping[str, Column],
        cases: Places,
        winner: Places,
    ) -> NDArray[np.int64]:
        """Return `LIKELY` where completions are found in which the winner wins and in which it does not."""
        rng = np.random.default_rng(1)
        found = np.full(len(cases), OPEN)
        won, lost = np.zeros(len(cases), np.bool_), np.zeros(len(cases), np.bool_)
        costs = {name: column for name, column in facts.items() if name in _COSTS}
        known = known_of(plans)
        left = np.arange(len(cases))
        for _ in range(ROUNDS):
            own = cases[left]
            free = {name: taken(where, own) for name, where in view.free.items()}
            money = {name: Column(taken(column.values, own)) for name, column in costs.items()}
            scores, open_ = self._completed(frame.take(left), known.take(own), money, free, rng)
            here = np.where(open_, scores, -np.inf).argmax(axis=1)
            won[left] |= here == winner[left]
            lost[left] |= here != winner[left]
            found[won & lost] = LIKELY
            left = np.flatnonzero(found == OPEN)
            if not len(left):
                break
        return found

    def _completed(
        self,
        frame: Frame,
        known: Known,
        costs: Mapping[str, Column],
        free: Mapping[str, Bits],
        rng: np.random.Generator,
    ) -> tuple[Any, Bits]:
        """Return scores, and which strategies are open, in one completion of every case."""
        rows = frame.rows
        entries: dict[str, Entry] = {}
        for question in self.pack.questionnaire.questions:
            entry = frame.entries.get(question.id)
            if entry is None:
                continue
            values = np.broadcast_to(entry.values, rows)
            if question.id in self._kinds:
                kinds = self._kinds[question.id]
                missing = np.isnan(values) if entry.words is None else values < 0
                values = np.where(missing, kinds[rng.integers(0, len(kinds), rows)], values).astype(values.dtype)
            hidden = None
            if question.id in self.shows:
                shows = self.shows[question.id]
                columns = {fact: entries[fact].column(fact, shows) for fact in shows.facts if fact in entries}
                decided = shows.decide(columns, rows, with_open=True)
                assert decided.open is not None
                hidden = ~decided.open[0]
            entries[question.id] = Entry(values, entry.words, hidden)
        completed = Frame(rows, entries, frame.assumed)
        derived = {**costs, **derived_columns(completed, known, self.pack.examples_needed)}
        for fact in DERIVED:
            if fact.id not in self.rules.facts:
                continue
            said = derived.get(fact.id, Column(np.full(1, np.nan)))
            if fact.domain.kind == "number":
                kinds = self._fact_kinds[fact.id]
                drawn: NDArray[Any] = kinds[rng.integers(0, len(kinds), rows)]
            else:
                drawn = rng.integers(0, 2, rows).astype(np.int8)
            if fact.id == "knowledge_fits_prompt":
                tokens = entries["knowledge_tokens"].values
                drawn = np.where(tokens > float(CACHED_PROMPT_LIMIT), 0, drawn)
            derived[fact.id] = Column(np.where(free[fact.id], drawn, said.values), said.not_applicable)
        columns = {
            fact: derived[fact] if fact in derived else entries[fact].column(fact, self.rules)
            for fact in self.rules.facts
            if fact in derived or fact in entries
        }
        decided = self.rules.decide(columns, rows)
        scores = decided.scores + self.constants
        return scores, open_of(scores, decided.fired, self.pack)


def _unknown_where(column: Column, where: Bits | None, number: bool) -> Column:
    if where is None or not where.any():
        return column
    return Column(np.where(where, np.nan if number else -1, column.values), column.not_applicable)


def _code(question: Question, value: Any) -> float:
    """Return how an entry holds an answer."""
    if question.domain.kind == "number":
        return float(value)
    return float((False, True).index(value) if question.domain.kind == "bool" else question.domain.values.index(value))
