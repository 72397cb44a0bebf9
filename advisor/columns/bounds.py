"""How far points can move however open rules turn out, for many cases: proofs that a winner wins in every completion.

Rules that read one open answer beside what is known are looked at together: the answer is one of a few kinds, so the
least they add up to is found by trying these. Any other open rule counts as fired or not, whichever is worse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from advisor.columns.doubt import Bits, Floats
from advisor.columns.facts import PER_YEAR
from advisor.columns.frame import of_some
from advisor.columns.plans import Places
from advisor.compilers.columns import Column, Columns, Decisions
from advisor.conditions import facts_of
from advisor.derived import DERIVED
from advisor.packs.pack import ADDS, PAIR, Pack
from advisor.points import constant_for, weight_for
from advisor.questions import STRATEGIES
from advisor.workload import CHANGES_PER_YEAR

Allowed = Mapping[str, Bits]
"""Which outcomes there can be, by source: a row for each outcome and a column for each case."""

_FAR: Final = 1e6
"""Points by which a strategy is behind that a gate closes."""

_DERIVED: Final = frozenset(fact.id for fact in DERIVED)


@dataclass(frozen=True)
class Kinds:
    """Values that between them bring out all that rules can make of answers, by question, and of derived facts; NaN is
    unknown. `hideable` are questions that may not be asked."""

    answers: Mapping[str, NDArray[Any]]
    facts: Mapping[str, NDArray[Any]]
    hideable: frozenset[str]


@dataclass(frozen=True)
class _Source:
    """An answer and what follows from it alone, or another derived fact, which are open together.

    `readers` are the rules that read it; `outcomes` columns of one value, by fact, for all that they can make of it.
    `values` holds the value of every outcome, NaN where it is unknown or the question is not asked; where that is
    possible, it is `hideable`, and the last outcome. `kinds` are all values with the place of the outcome of each.
    """

    name: str
    facts: tuple[str, ...]
    readers: list[int]
    rules: Columns
    outcomes: list[dict[str, Column]]
    values: Floats
    kinds: list[tuple[float, int]]
    hideable: bool

    def like(self, own: Mapping[str, Column], rows: int) -> Bits:
        """Return which outcomes are as good as some values to every rule: a row for each outcome."""
        literals = self.rules.decide(own, rows).literals
        return np.stack([(literals == self.rules.decide(each, 1).literals).all(axis=0) for each in self.outcomes])


@dataclass(frozen=True)
class Proof:
    """`ahead` is where the winner wins in every completion; `lead` bounds its lead over each strategy, a column for
    each, its own holding less for more points. `sought` are values by source that serve a strategy best against the
    winner, and the winner best by itself, NaN where there are none."""

    ahead: Bits
    lead: Floats
    sought: dict[str, Floats]

    def seek(self, source: str, rows: Places, values: Floats) -> None:
        """Note what serves strategies best in some cases."""
        if source not in self.sought:
            self.sought[source] = np.full(self.lead.shape, np.nan)
        self.sought[source][rows] = values


@dataclass(frozen=True)
class _Cases:
    """Cases as a proof goes through them. `roots` are the cases from which others were split off; what is not `live`
    can not come about."""

    columns: Mapping[str, Column]
    winner: Places
    allowed: Allowed
    roots: Places
    live: Bits

    def take(self, rows: Places) -> _Cases:
        """Return some cases, any of them any number of times, in memory of their own."""
        allowed = {name: some[:, rows] for name, some in self.allowed.items()}
        columns = {fact: _writable(column, rows) for fact, column in self.columns.items()}
        return _Cases(columns, self.winner[rows], allowed, self.roots[rows], self.live[rows])


@dataclass
class _Sums:
    """Bounds on points, a row for each case: on those of every strategy, and on the winner's lead over it."""

    least: Floats
    most: Floats
    lead: Floats


class Bounds:
    """Bounds points by the rules of a pack; compiled once."""

    def __init__(self, pack: Pack, rules: Columns, kinds: Kinds) -> None:
        self.rules = rules
        self.floor = pack.adoption_floor
        self.weights = np.array([[weight_for(name, rule) for name in STRATEGIES] for rule in pack.rules], np.float64)
        self.constants = np.array([constant_for(name, pack) for name in STRATEGIES], np.float64)
        self.gates = {
            name: [place for place, rule in enumerate(pack.rules) if rule.gate == name] for name in ADDS[PAIR]
        }
        self.closes = np.array([[rule.gate in ADDS[name] for name in STRATEGIES] for rule in pack.rules])
        self.sources = list(_sources(pack, rules, kinds))
        covered = {fact for source in self.sources for fact in source.facts}
        self.others = {
            fact: [place for place, rule in enumerate(pack.rules) if fact in facts_of(rule.when)]
            for fact in rules.facts
            if fact not in covered
        }
        """Facts that no source has: lists and names, which leave open whatever reads them."""

    def ahead(self, fired: Bits, open_: Bits, winner: Places) -> Bits:
        """Return where the winner wins however open rules turn out."""
        sums = self._certain(fired, winner)
        self._add_each(sums, open_ & ~fired, winner)
        return self._wins(sums, fired, open_, winner)

    def allowed(
        self, answered: Mapping[str, Column], ranges: Mapping[str, tuple[Floats, Floats]], rows: int
    ) -> Allowed:
        """Return which outcomes there can be where fewer than all can. `answered` are answers that may turn out not to
        be asked, and what follows from them: theirs or none. `ranges` are ends between which a derived fact lies."""
        found = {}
        for source in self.sources:
            own = {fact: answered[fact] for fact in source.facts if fact in answered}
            if source.hideable and len(own) == len(source.facts):
                same = source.like(own, rows)
                same[-1] = True
                found[source.name] = same | self._unknown(source.facts, own, rows)
            if source.name in ranges:
                low, high = ranges[source.name]
                within = source.like({source.name: Column(low)}, rows) | source.like({source.name: Column(high)}, rows)
                for value, place in source.kinds:
                    within[place] |= (low <= value) & (value <= high)
                within[-1] = True
                found[source.name] = found.get(source.name, True) & within
        return found

    def prove(self, columns: Mapping[str, Column], winner: Places, allowed: Allowed, splits: int) -> Proof:
        """Return where the winner wins whatever is open turns out to be, and what would serve each strategy best.

        Where rules read several open sources, one of these is split up into its outcomes, `splits` times at most.
        """
        rows = len(winner)
        return self._prove(_Cases(columns, winner, allowed, np.arange(rows), np.ones(rows, np.bool_)), splits)

    def _prove(self, cases: _Cases, splits: int) -> Proof:
        columns, winner = cases.columns, cases.winner
        rows = len(winner)
        decided = self.rules.decide(columns, rows, with_open=True)
        assert decided.open is not None
        fired, open_ = decided.fired, decided.open
        sums, maybe = self._certain(fired, winner), open_ & ~fired
        unknown = {source.name: self._unknown(source.facts, columns, rows) for source in self.sources}
        count = np.zeros(maybe.shape, np.int8)
        for source in self.sources:
            count[source.readers] += unknown[source.name]
        for fact, readers in self.others.items():
            count[readers] += 2 * self._unknown((fact,), columns, rows)
        alone, shared = maybe & (count == 1), maybe & (count > 1)
        self._add_each(sums, maybe & (count != 1), winner)
        sought: dict[str, Floats] = {}
        for source in self.sources:
            where = np.flatnonzero(unknown[source.name] & alone[source.readers].any(axis=0))
            if len(where):
                best = self._add_source(source, sums, cases, alone, where)
                sought[source.name] = np.full((rows, len(STRATEGIES)), np.nan)
                sought[source.name][where] = source.values[best]
        found = Proof(self._wins(sums, fired, open_, winner) | ~cases.live, sums.lead, sought)
        hopeful = ~found.ahead & shared.any(axis=0)
        lost = np.unique(cases.roots[~found.ahead & ~hopeful])
        left = np.flatnonzero(hopeful & ~np.isin(cases.roots, lost))
        if splits and len(left):
            weight = np.stack(
                [unknown[source.name][left] * shared[source.readers][:, left].sum(axis=0) for source in self.sources]
            )
            self._split(found, cases, left, weight.argmax(axis=0), splits - 1)
        return found

    def _split(self, found: Proof, cases: _Cases, left: Places, chosen: Places, splits: int) -> None:
        """Prove some cases outcome by outcome of the source chosen for each, and note what comes of it."""
        parts = [(source, left[chosen == place]) for place, source in enumerate(self.sources)]
        parts = [(source, rows) for source, rows in parts if len(rows)]
        inner = cases.take(np.concatenate([np.tile(rows, len(source.values)) for source, rows in parts]))
        spans = []
        end = 0
        for source, rows in parts:
            first = end
            for place, outcome in enumerate(source.outcomes):
                here = slice(end, end := end + len(rows))
                for fact, column in outcome.items():
                    if fact in inner.columns:
                        _write(inner.columns[fact], here, column)
                if source.name in cases.allowed:
                    inner.live[here] &= cases.allowed[source.name][place, rows]
            spans.append((source, rows, slice(first, end)))
        proof = self._prove(inner, splits)
        for source, rows, span in spans:
            shape = len(source.values), len(rows)
            ahead, lead = proof.ahead[span].reshape(shape), proof.lead[span].reshape(*shape, -1)
            found.ahead[rows] = ahead.all(axis=0)
            worst = np.where(ahead[:, :, None], np.inf, lead).argmin(axis=0)
            found.lead[rows] = np.take_along_axis(lead, worst[None], axis=0)[0]
            for name, values in proof.sought.items():
                own = values[span].reshape(*shape, -1)
                found.seek(name, rows, np.take_along_axis(own, worst[None], axis=0)[0])
            found.seek(source.name, rows, source.values[worst])

    def _unknown(self, facts: Iterable[str], columns: Mapping[str, Column], rows: int) -> Bits:
        """Return where any of some facts is unknown."""
        found = np.zeros(rows, np.bool_)
        for fact in facts:
            if fact not in columns:
                return np.ones(rows, np.bool_)
            values, hidden = columns[fact].values, columns[fact].not_applicable
            missing = np.isnan(values) if self.rules.domains[fact].kind == "number" else values < 0
            found |= missing if hidden is None else missing & ~hidden
        return found

    def _certain(self, fired: Bits, winner: Places) -> _Sums:
        points = fired.T.astype(np.float64) @ self.weights + self.constants
        return _Sums(points, points.copy(), points[np.arange(len(winner)), winner][:, None] - points)

    def _add_each(self, sums: _Sums, maybe: Bits, winner: Places) -> None:
        """Add rules each of which may fire or not."""
        counted = maybe.T.astype(np.float64)
        sums.least += counted @ np.minimum(self.weights, 0)
        sums.most += counted @ np.maximum(self.weights, 0)
        for place in np.unique(winner):
            rows = winner == place
            lead = self.weights[:, [place]] - self.weights
            sums.lead[rows] += counted[rows] @ np.minimum(lead, 0)

    def _add_source(
        self,
        source: _Source,
        sums: _Sums,
        cases: _Cases,
        alone: Bits,
        where: Places,
    ) -> Places:
        """Add the rules in some cases that what one source turns out to be decides; return for each case and strategy
        the outcome with the least lead over it."""
        weights, counted = self.weights[source.readers], alone[source.readers][:, where]
        each, winner = np.arange(len(where)), cases.winner[where]
        beside = {fact: of_some(cases.columns[fact], where) for fact in source.rules.facts if fact in cases.columns}
        gates = self.closes[source.readers]
        space: Decisions | None = None
        table = np.empty((len(source.outcomes), len(where), len(STRATEGIES)))
        shut = np.zeros(table.shape, np.bool_) if gates.any() else None
        for place, outcome in enumerate(source.outcomes):
            space = source.rules.decide({**beside, **outcome}, len(where), out=space)
            fires = (space.fired & counted).T
            np.matmul(fires, weights, out=table[place])
            if shut is not None:
                np.matmul(fires, gates, out=shut[place])
        own = table[:, each, winner]
        lead = own[:, :, None] - table
        lead[:, each, winner] = -own
        least = most = table
        if shut is not None:
            lead[shut] = _FAR
        if source.name in cases.allowed:
            cannot = ~cases.allowed[source.name][:, where]
            lead[cannot] = _FAR
            least, most = table.copy(), table
            least[cannot], most[cannot] = np.inf, -np.inf
        sums.least[where] += least.min(axis=0)
        sums.most[where] += most.max(axis=0)
        sums.lead[where] += lead.min(axis=0)
        best: Places = lead.argmin(axis=0)
        return best

    def _wins(self, sums: _Sums, fired: Bits, open_: Bits, winner: Places) -> Bits:
        """Return where bounds leave no other strategy to win."""
        shape = (len(winner), len(STRATEGIES))
        shut, surely_open = np.zeros(shape, np.bool_), np.ones(shape, np.bool_)
        for place, strategy in enumerate(STRATEGIES):
            for technique in ADDS[strategy]:
                own, gates = STRATEGIES.index(technique), self.gates[technique]
                shut[:, place] |= (sums.most[:, own] < self.floor) | fired[gates].any(axis=0)
                surely_open[:, place] &= (sums.least[:, own] >= self.floor) & ~open_[gates].any(axis=0)
        places = np.arange(len(STRATEGIES))
        beaten = (sums.lead > 0) | ((sums.lead == 0) & (winner[:, None] < places))
        others = (beaten | shut | (winner[:, None] == places)).all(axis=1)
        ahead: Bits = surely_open[np.arange(len(winner)), winner] & others
        return ahead


def _sources(pack: Pack, rules: Columns, kinds: Kinds) -> Iterator[_Source]:
    """Yield what may be open, but for lists and names."""
    read = [facts_of(rule.when) for rule in pack.rules]
    for name in dict.fromkeys((*kinds.answers, *kinds.facts)):
        if name in PER_YEAR.values():
            continue
        facts = tuple(fact for fact in (name, PER_YEAR.get(name)) if fact in rules.facts)
        readers = [place for place, own in enumerate(read) if set(own) & set(facts)]
        if not readers:
            continue
        own = rules.only(readers)
        outcomes: list[dict[str, Column]] = []
        values: list[float] = []
        places: dict[bytes, int] = {}
        every: list[tuple[float, int]] = []
        for value in (kinds.facts[name] if name in _DERIVED else kinds.answers[name]).tolist():
            columns = {fact: _column(fact, name, value, pack, rules) for fact in facts}
            literals = own.decide(columns, 1).literals.tobytes()
            if literals not in places:
                places[literals] = len(outcomes)
                outcomes.append(columns)
                values.append(float(value))
            every.append((float(value), places[literals]))
        hideable = name in kinds.hideable or name in _DERIVED
        if hideable:
            outcomes.append({fact: _not_asked(fact, rules) for fact in facts})
            values.append(np.nan)
        yield _Source(name, facts, readers, own, outcomes, np.array(values), every, hideable)


def _column(fact: str, source: str, value: Any, pack: Pack, rules: Columns) -> Column:
    if fact != source:
        value = float(CHANGES_PER_YEAR[str(pack.questionnaire[source].domain.values[int(value)])])
    return Column(np.array([value], _type(fact, rules)))


def _not_asked(fact: str, rules: Columns) -> Column:
    return Column(np.zeros(1, _type(fact, rules)), np.ones(1, np.bool_))


def _type(fact: str, rules: Columns) -> Any:
    return np.float64 if rules.domains[fact].kind == "number" else np.int64


def _writable(column: Column, rows: Places) -> Column:
    """Return some cases of a column with memory of their own for every one of them."""

    def own(values: NDArray[Any]) -> NDArray[Any]:
        return np.repeat(values, len(rows)) if len(values) == 1 else values[rows]

    hidden = np.zeros(1, np.bool_) if column.not_applicable is None else column.not_applicable
    return Column(own(column.values), own(hidden))


def _write(column: Column, where: slice, value: Column) -> None:
    assert column.not_applicable is not None
    column.values[where] = value.values
    column.not_applicable[where] = False if value.not_applicable is None else value.not_applicable
