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
from advisor.columns.bounds import Bounds, Kinds, Proof
from advisor.columns.doubt import Bits, Floats
from advisor.columns.facts import PER_YEAR, Known, derived_columns
from advisor.columns.frame import Entry, Frame, Shows, of_some, taken
from advisor.columns.plans import Places
from advisor.columns.winners import open_of
from advisor.compilers.columns import Column, Columns
from advisor.conditions import cells, tests_of, thresholds_of
from advisor.derived import DERIVED, WHICH_MODEL
from advisor.facts import FactBase, unpriced_facts
from advisor.packs.pack import Pack
from advisor.points import constant_for
from advisor.questions import STRATEGIES, Question
from advisor.scoring import Scorer
from advisor.workload import CACHED_PROMPT_LIMIT, NEEDED
from advisor.worlds import kinds_of_answers

CLEAR, LIKELY, TOO_CLOSE, OPEN = range(4)
VERDICTS: Final = ("clear", "likely", "too_close")

STAGES: Final = ((4, None), (24, 0), (24, 5))
"""How many completions are drawn for a workload, after bounds that split it up so often, before it is searched."""

_PATIENCE: Final = 6
"""Rounds in which fewer workloads than rounds are decided before no more are drawn: a search takes as long as one."""

_KEPT: Final = 0.5
"""Share of the answers sought that a random completion keeps."""

_COSTS: Final = frozenset(fact.id for fact in DERIVED if fact.cost)


@dataclass(frozen=True)
class _View:
    """Cases as far as every completion agrees: what may turn out otherwise is unknown. `free` are the derived facts
    that completions move in ways that are not followed up, and where; `costs` facts made of money, as they stand."""

    columns: Mapping[str, Column]
    free: Mapping[str, Bits]
    costs: Mapping[str, Column]

    def take(self, rows: Places) -> _View:
        """Return some of the cases."""
        return _View(
            {fact: of_some(column, rows) for fact, column in self.columns.items()},
            {fact: taken(where, rows) for fact, where in self.free.items()},
            {fact: of_some(column, rows) for fact, column in self.costs.items()},
        )

    @property
    def costs_free(self) -> Bits:
        """Where every fact made of money may turn out to be anything."""
        found = np.ones(1, np.bool_)
        for name in _COSTS:
            found = found & self.free[name]
        return found


def searched(case: int, known: Known, answers: Answers, pack: Pack, winner: str) -> str:
    """Return the verdict of a case that is no tie in points and any of whose costs may turn out otherwise, so that
    nothing has to be priced for it."""
    limit, tunable, calls, tuned, ends = (column[0] for column in known.take(np.array([case])))
    base = FactBase(
        pack.questionnaire,
        answers.values,
        dict.fromkeys(_COSTS),
        pack.examples_needed,
        Decimal(float(limit)),
        bool(tunable),
        Decimal(str(calls)),
        bool(tuned),
        bool(ends),
    )
    scorer = Scorer(pack, base)
    if not any(scorer.can_win(strategy) for strategy in STRATEGIES if strategy != winner):
        return VERDICTS[CLEAR]
    return VERDICTS[LIKELY if scorer.can_win(winner) else TOO_CLOSE]


class Verdicts:
    """Tells verdicts by a pack; compiled once."""

    def __init__(self, pack: Pack, rules: Columns) -> None:
        self.pack = pack
        self.rules = rules
        tests = [test for rule in pack.rules for test in tests_of(rule.when)]
        self.tests = tests
        self.constants = np.array([constant_for(name, pack) for name in STRATEGIES], np.float64)
        self.shows = Shows(pack.questionnaire)

    def of(
        self,
        frame: Frame,
        known: Known,
        money: Mapping[str, Floats],
        winner: Places,
        margin: NDArray[np.int64],
    ) -> tuple[NDArray[np.int64], Bits]:
        """Return verdicts of cases whose winners and margins are known, `OPEN` where nothing here proves one, and where
        any cost may turn out otherwise. `money` are the facts made of it."""
        rows = frame.rows
        view = self._view(frame, known, {fact: Column(values) for fact, values in money.items()})
        frame = Frame(rows, {name: entry for name, entry in frame.entries.items() if name in self._read})
        decided = self.rules.decide(view.columns, rows, with_open=True)
        assert decided.open is not None
        found = np.where(self.bounds.ahead(decided.fired, decided.open, winner), CLEAR, OPEN)
        found[(margin >= 0) & (margin < self.pack.decisive_margin)] = TOO_CLOSE
        for rounds, splits in STAGES:
            left = np.flatnonzero(found == OPEN)
            sought: dict[str, Floats] = {}
            if splits is not None and len(left):
                some = frame.take(left), view.take(left), known.take(left)
                allowed = self.bounds.allowed(self._answered(*some), self._ranges(some[0]), len(left))
                proof = self.bounds.prove(some[1].columns, winner[left], allowed, splits)
                found[left[proof.ahead]] = CLEAR
                left, sought = left[~proof.ahead], self._sought(proof)
            if self._drawable and len(left):
                some = frame.take(left), view.take(left), known.take(left)
                found[left] = self._drawn(*some, winner[left], sought, rounds)
        return found, np.broadcast_to(view.costs_free, rows)

    def _view(self, frame: Frame, known: Known, costs: Mapping[str, Column]) -> _View:
        """Return what all completions agree on: a question that may turn out not to be asked is unknown."""
        entries: dict[str, Entry] = {}
        asked: dict[str, Bits] = {}
        for question in self.pack.questionnaire.questions:
            if question.id not in frame.entries:
                continue
            entry = replace(frame[question.id], hidden=None)
            asked[question.id] = np.ones(1, np.bool_)
            shown = self.shows.of(question.id, entries, frame.rows)
            if shown is not None:
                surely, asked[question.id] = shown
                unknown = np.nan if entry.words is None else -1
                values = np.where(surely, entry.values, unknown).astype(entry.values.dtype)
                entry = Entry(values, entry.words, ~asked[question.id])
            entries[question.id] = entry
        unanswered = {name: asked[name] & ~entry.known for name, entry in entries.items()}
        free = self._free(known, unanswered, entries)
        view = Frame(frame.rows, entries, frame.assumed)
        derived = {**costs, **derived_columns(view, known, self.pack.examples_needed)}
        columns = {
            fact: _unknown_where(derived[fact], free.get(fact), self.rules.domains[fact].kind == "number")
            if fact in derived
            else entries[fact].column(fact, self.rules)
            for fact in self.rules.facts
            if fact in derived or fact in entries
        }
        return _View(columns, free, costs)

    def _free(self, known: Known, unanswered: Mapping[str, Bits], entries: Mapping[str, Entry]) -> dict[str, Bits]:
        """Return where derived facts are free, as `facts.free_facts` says for one case."""
        found: dict[str, Bits] = {}
        for fact in DERIVED:
            free = np.zeros(1, np.bool_)
            for name in NEEDED if fact.cost else fact.assumes:
                open_ = unanswered.get(name, np.zeros(1, np.bool_))
                if fact.id == "knowledge_fits_prompt" and name in WHICH_MODEL:
                    open_ = open_ & known.current_ends
                free = free | open_
            if fact.id == "knowledge_fits_prompt":
                tokens = entries["knowledge_tokens"]
                with np.errstate(invalid="ignore"):
                    free = free & ~(tokens.known & (tokens.values > float(CACHED_PROMPT_LIMIT)))
            found[fact.id] = free
        return found

    def _answered(self, frame: Frame, view: _View, known: Known) -> dict[str, Column]:
        """Return answers to questions that may turn out not to be asked, as if they were, and what follows from them as
        far as all completions agree on it."""
        asked = Frame(frame.rows, {name: replace(entry, hidden=None) for name, entry in frame.entries.items()})
        derived = derived_columns(asked, known, self.pack.examples_needed)
        found = {
            fact: _unknown_where(column, view.free.get(fact), self.rules.domains[fact].kind == "number")
            for fact, column in derived.items()
            if fact in self.rules.facts
        }
        return found | {
            name: asked[name].column(name, self.rules) for name in self.shows.conditions if name in self.rules.facts
        }

    def _ranges(self, frame: Frame) -> dict[str, tuple[Floats, Floats]]:
        """Return between which ends facts lie that follow from two answers of which one is open."""
        if "quality_gap" not in self.rules.facts:
            return {}
        current, target = (frame[name].values for name in ("current_quality", "target_quality"))
        low = np.where(np.isnan(target), 0.0, target) - np.where(np.isnan(current), 1.0, current)
        high = np.where(np.isnan(target), 1.0, target) - np.where(np.isnan(current), 0.0, current)
        return {"quality_gap": (np.round(low, 12), np.round(high, 12))}

    def _sought(self, proof: Proof) -> dict[str, Floats]:
        """Return what is sought in the cases that are not proved; for a derived fact that rises or falls with answers,
        and is sought at one of its ends, those at theirs."""
        found = {name: values[~proof.ahead] for name, values in proof.sought.items()}
        for fact in DERIVED:
            if fact.id not in found or fact.cost:
                continue
            values = found[fact.id]
            ends = self._fact_kinds[fact.id][[0, -1]]
            for names, (low, high) in ((fact.rises_with, ends), (fact.falls_with, ends[::-1])):
                for name in (name for name in names if name in self._read):
                    kinds = self._kinds[name]
                    own = np.where(values == low, kinds[0], np.where(values == high, kinds[-1], np.nan))
                    found[name] = np.where(np.isnan(found[name]), own, found[name]) if name in found else own
        return found

    @cached_property
    def bounds(self) -> Bounds:
        """Return what bounds points."""
        return Bounds(self.pack, self.rules, Kinds(self._kinds, self._fact_kinds, frozenset(self.shows.conditions)))

    @cached_property
    def _drawable(self) -> bool:
        """Whether completions can be drawn: no rule reads a list or a name."""
        return all(domain.kind not in ("list", "name") for domain in self.rules.domains.values())

    @cached_property
    def _read(self) -> frozenset[str]:
        """Return the questions that rules read, whose facts follow from them, or that decide whether one is asked."""
        found = set(self.rules.facts)
        found |= {name for fact in DERIVED if fact.id in found and not fact.cost for name in fact.inputs}
        found |= {"knowledge_tokens", "labelled_examples", "task_type", "queries_per_day", *PER_YEAR}
        found |= {"current_quality", "target_quality"}
        for question in reversed(self.pack.questionnaire.questions):
            if question.id in found and question.id in self.shows.conditions:
                found |= set(self.shows.conditions[question.id].facts)
        return frozenset(found)

    @cached_property
    def _kinds(self) -> dict[str, NDArray[Any]]:
        """Return for each question that a rule, or whether another is asked, depends on, the kinds of its answers."""
        base = unpriced_facts(self.pack.questionnaire, {}, self.pack.examples_needed)
        conditions = [rule.when for rule in self.pack.rules]
        found = {}
        for question in self.pack.questionnaire.questions:
            if question.domain.kind not in ("number", "choice", "bool") or question.id not in self._read:
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
            else:
                found[fact.id] = np.arange(max(2, len(fact.domain.values)))
        return found

    def _drawn(
        self, frame: Frame, view: _View, known: Known, winner: Places, sought: Mapping[str, Floats], rounds: int
    ) -> NDArray[np.int64]:
        """Return `LIKELY` where completions are found in which the winner wins and in which it does not; the first have
        the answers `sought` for each strategy."""
        rng = np.random.default_rng(1)
        found = np.full(frame.rows, OPEN)
        won, lost = np.zeros(frame.rows, np.bool_), np.zeros(frame.rows, np.bool_)
        left, counts = np.arange(frame.rows), []
        for turn in range(rounds):
            wanted = {name: values[left, turn % len(STRATEGIES)] for name, values in sought.items()}
            if turn >= len(STRATEGIES):
                for name, values in wanted.items():
                    wanted[name] = np.where(rng.random(len(left)) < _KEPT, values, np.nan)
            scores, open_ = self._completed(frame.take(left), view.take(left), known.take(left), wanted, rng)
            here = np.where(open_, scores, -np.inf).argmax(axis=1)
            won[left] |= here == winner[left]
            lost[left] |= here != winner[left]
            found[won & lost] = LIKELY
            counts.append(len(left))
            left = np.flatnonzero(found == OPEN)
            if not len(left) or (turn >= _PATIENCE and counts[-_PATIENCE] - len(left) < _PATIENCE):
                break
        return found

    def _completed(
        self,
        frame: Frame,
        view: _View,
        known: Known,
        wanted: Mapping[str, Floats],
        rng: np.random.Generator,
    ) -> tuple[Any, Bits]:
        """Return scores, and which strategies are open, in one completion of every case, with answers that are wanted,
        and others at random."""
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
                drawn = kinds[rng.integers(0, len(kinds), rows)]
                if question.id in wanted:
                    drawn = np.where(np.isnan(wanted[question.id]), drawn, wanted[question.id])
                values = np.where(missing, drawn, values).astype(values.dtype)
            shown = self.shows.of(question.id, entries, rows)
            entries[question.id] = Entry(values, entry.words, None if shown is None else ~shown[1])
        completed = Frame(rows, entries, frame.assumed)
        derived = {**view.costs, **derived_columns(completed, known, self.pack.examples_needed)}
        for fact in DERIVED:
            if fact.id not in self.rules.facts:
                continue
            said = derived.get(fact.id, Column(np.full(1, np.nan)))
            if fact.domain.kind == "number":
                kinds = self._fact_kinds[fact.id]
                drawn = kinds[rng.integers(0, len(kinds), rows)]
            else:
                drawn = rng.integers(0, 2, rows).astype(np.int8)
            if fact.id in wanted:
                drawn = np.where(np.isnan(wanted[fact.id]), drawn, wanted[fact.id]).astype(drawn.dtype)
            if fact.id == "knowledge_fits_prompt":
                tokens = entries["knowledge_tokens"].values
                drawn = np.where(tokens > float(CACHED_PROMPT_LIMIT), 0, drawn)
            derived[fact.id] = Column(np.where(view.free[fact.id], drawn, said.values), said.not_applicable)
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
