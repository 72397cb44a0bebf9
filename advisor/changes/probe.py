"""Which strategy wins once an answer is another one: by the rules alone where they settle it, else with the costs.

Costs are dear, so they are followed only where they matter: where the rules that read them could still change the
winner. Then only the facts that these rules read are computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from itertools import product
from typing import Final

from advisor.conditions import Test, Value, cells, evaluate, evaluate_test, facts_of, tests_of, thresholds_of
from advisor.cost_facts import COST_FACTS, Bound, Excess, cost_facts, volume_is_answered
from advisor.costs.ledger import ZERO
from advisor.costs.models import trial_of
from advisor.costs.projection import Cost, Plan
from advisor.derived import DERIVED
from advisor.packs.pack import ADDS, Rule
from advisor.points import weight_for
from advisor.priced import MODELS_BY, Priced
from advisor.questions import STRATEGIES, Questionnaire
from advisor.scoring import Scorer, State
from advisor.workload import PRICED_BY

_DOMAINS: Final = {fact.id: fact.domain for fact in DERIVED if fact.cost}
MOST_MONTHS: Final = 1500
"""Months of projections after which costs are followed no further than to locate the changes that show already: at a
horizon of a year, 125 values of all answers together."""

_ASSUMED: Final = frozenset((*MODELS_BY, *(name for fact in DERIVED if not fact.cost for name in fact.assumes)))
_UNKNOWN: Final[Mapping[str, Value]] = dict.fromkeys(COST_FACTS)

Side = tuple[str, Bound, bool | None]
"""A cost, a bound, and whether the cost is past it; None where it is unknown."""


@dataclass(frozen=True)
class Spot:
    """What the rules make of one value of an answer as long as costs are unknown. `waiting` are the rules that can
    matter and that a cost may still decide; `priced` is what costs follow from, None where they stay as they are."""

    facts: Mapping[str, Value]
    states: Mapping[str, State]
    waiting: tuple[Rule, ...]
    priced: Priced | None

    @cached_property
    def rules(self) -> object:
        """Return all on which the winner depends beside the costs: values with the same are alike to the rules."""
        read = tuple(self.facts.get(fact) for rule in self.waiting for fact in facts_of(rule.when))
        return tuple(self.states.values()), read


@dataclass(frozen=True)
class Outcome:
    """The winner at one value, and the costs that decided."""

    winner: str
    spot: Spot
    costs: Mapping[str, Value]

    @cached_property
    def choice(self) -> tuple[Plan | None, Plan | None]:
        """Return the best alternative and the model to tune, where it matters: each the plan that won by its cost."""
        priced = self.spot.priced
        if priced is None or not any(COST_FACTS[name].tuning for name in self.costs):
            return None, None
        tuned = priced.models.tuned
        return priced.best.cost.plan if priced.best else None, trial_of(tuned) if tuned else None

    def horizon_usd(self, plan: Plan) -> Decimal:
        """Return what a plan comes to here; 0 where it has no price."""
        assert self.spot.priced is not None
        return self.spot.priced.projector.expected(plan).total.horizon_usd or ZERO

    def structure(self, fact: str) -> object:
        """Return all that a cost is made of but the amounts: where it is the same at two values, so are the regimes
        that prices are in, and every cost is linear from one to the other in what it is linear in."""
        return self._structures[COST_FACTS[fact].tuning]

    @cached_property
    def _structures(self) -> dict[bool, object]:
        priced = self.spot.priced
        if priced is None:
            return {True: None, False: None}
        lines = {key: _lines(cost) for key, cost in priced.projector.known.items()}
        applying = frozenset(offer.plan.id for offer in priced.offers.values() if offer.applies)
        chosen = tuple(plan and plan.key for plan in self.choice)
        tuning = (chosen, applying, frozenset(item for item in lines.items() if item[0][0] != "rag"))
        in_prompt = "full_context" in applying
        compared = frozenset(item for item in lines.items() if item[0][0] in ("rag", "full_context", "current"))
        return {True: tuning, False: (in_prompt, compared)}

    def has_floor(self, fact: str) -> bool:
        """Return whether a cost is billed up to a minimum, which bends it where nothing shows it."""
        known = self.spot.priced.projector.known if self.spot.priced else {}
        floored = any(line.id == "vector_minimum" for cost in known.values() for line in cost.lines)
        return floored and not COST_FACTS[fact].tuning

    @cached_property
    def bounds(self) -> tuple[tuple[str, Bound], ...]:
        """Return the costs that the waiting rules compare, each with a number that it is compared with."""
        tests = (test for rule in self.spot.waiting for test in tests_of(rule.when) if test.fact in COST_FACTS)
        return tuple(dict.fromkeys((test.fact, bound) for test in tests for bound in _bounds(test)))

    def excess(self, fact: str, bound: Bound) -> Excess | None:
        """Return by how much a cost is past a bound."""
        return COST_FACTS[fact].excess(self.spot.priced, bound) if self.spot.priced else None

    def past(self, fact: str, bound: Bound) -> bool | None:
        """Return whether a cost is past a bound."""
        return _past(fact, self.costs.get(fact), bound)


def _lines(cost: Cost) -> object:
    """Return the lines of a cost with their prices, but for that of an hour of work, which is an answer itself."""
    lines = tuple(
        (line.kind, line.id, line.rate.id, None if line.rate.id.startswith("labour/") else line.unit_price_usd)
        for line in cost.lines
    )
    return lines, tuple(gap.line for gap in cost.gaps)


def _past(fact: str, value: Value, bound: Bound) -> bool | None:
    return evaluate(Test(fact, "ge" if bound.reached else "gt", bound.number), {fact: value})


def _bounds(test: Test) -> tuple[Bound, ...]:
    match test.op:
        case "gt" | "le":
            return (Bound(test.constant),)
        case "lt" | "ge":
            return (Bound(test.constant, reached=True),)
        case "between":
            return Bound(test.constant[0], reached=True), Bound(test.constant[1])
        case _:
            numbers = test.constant if isinstance(test.constant, tuple) else (test.constant,)
            return tuple(Bound(number, reached) for number in numbers for reached in (True, False))


class Probe:
    """Tries other answers. Without `priced` costs are held as they are."""

    def __init__(self, scorer: Scorer, priced: Priced | None = None) -> None:
        self.scorer = scorer
        self.priced = priced
        self.questionnaire: Questionnaire = scorer.base.questionnaire
        self.now = scorer.winner(scorer.states)
        conditions = (entry.when for entry in scorer.pack.rules)
        shows = (question.show for question in self.questionnaire.questions)
        self.tests = tuple(test for condition in (*conditions, *shows) for test in tests_of(condition))
        self._reading = [rule for rule in scorer.pack.rules if not _UNKNOWN.keys().isdisjoint(facts_of(rule.when))]
        self._uncosted = replace(scorer.base, costs=_UNKNOWN)
        self._months = 0
        self._winners: dict[tuple[State, ...], str] = {}
        self._settled: dict[object, frozenset[str]] = {}

    def moves_costs(self, question: str) -> bool:
        """Return whether costs follow an answer, by itself or through what it shows and hides."""
        return self.priced is not None and self._reaches(question, PRICED_BY)

    def is_read(self, question: str) -> bool:
        """Return whether a rule reads an answer, by itself or through a fact that follows from it."""
        return question in self._read

    @cached_property
    def _read(self) -> frozenset[str]:
        facts = {test.fact for test in self.tests}
        return frozenset(facts | {name for fact in DERIVED if fact.id in facts for name in fact.inputs})

    def _reaches(self, question: str, names: frozenset[str]) -> bool:
        """Return whether an answer is among some, or decides whether one of them is shown or what is assumed for it."""
        return question in names or any(self._reaches(other, names) for other in self._followers.get(question, ()))

    @cached_property
    def _followers(self) -> dict[str, list[str]]:
        """Return for questions those of which they decide whether they are shown, or what is assumed for them."""
        found: dict[str, list[str]] = {}
        for question in self.questionnaire.questions:
            by = question.assumption.by if question.assumption else None
            for name in {*facts_of(question.show), *((by,) if by else ())}:
                found.setdefault(name, []).append(question.id)
        return found

    def winner(self, question: str, value: Value) -> str:
        """Return the strategy that wins with one answer replaced."""
        spot = self.spot(question, value)
        return self.settled(spot) or self.outcome(spot).winner

    def spot(self, question: str, value: Value) -> Spot:
        """Return what the rules make of a value as long as costs are unknown."""
        base, priced = self._uncosted, None
        if self.moves_costs(question):
            assert self.priced is not None
            same = self.priced.answers.values.get(question) == value
            priced = self.priced if same else self.priced.replaced(question, value)
            if not same and self._reaches(question, _ASSUMED):
                base = priced.fact_base(_UNKNOWN)
        facts = base.with_answers({question: value})
        states = self.scorer.states_of(facts)
        waiting = [rule for rule in self._reading if states[rule.id] is None]
        return Spot(facts, states, tuple(self._mattering(waiting, states)), priced)

    def _mattering(self, waiting: list[Rule], states: Mapping[str, State]) -> Iterator[Rule]:
        """Yield the rules that give points to, or may close, a strategy that no gate has closed yet."""
        gates = {rule.gate for rule in self.scorer.fired(states)} if waiting else set()
        names = {name for strategy in STRATEGIES if gates.isdisjoint(ADDS[strategy]) for name in _scored(strategy)}
        yield from (rule for rule in waiting if rule.gate in names or not names.isdisjoint(rule.points))

    def outcome(self, spot: Spot) -> Outcome:
        """Return the winner with what the costs come to."""
        wanted = _cost_names(spot.waiting)
        if spot.priced is None:
            costs = {name: self.scorer.base.costs.get(name) for name in wanted}
        else:
            costs = cost_facts(spot.priced, wanted)
            self._months += spot.priced.workload.months
        return Outcome(self._winner(spot, self._decided(spot, costs)), spot, costs)

    def rest(self) -> None:
        """Begin another search, which must not depend on what was searched before."""
        self._months = 0

    @property
    def tired(self) -> bool:
        """Return whether so much has been worked out in a search that it should come to an end."""
        return self._months >= MOST_MONTHS

    def settled(self, spot: Spot) -> str | None:
        """Return the strategy that wins whatever the costs are, or None where they decide."""
        if not spot.waiting or (spot.priced is not None and not volume_is_answered(spot.priced)):
            return self._winner(spot, ())
        found = self.possible(spot, frozenset())
        return next(iter(found)) if len(found) == 1 else None

    def possible(self, spot: Spot, sides: frozenset[Side]) -> frozenset[str]:
        """Return the strategies that win for some costs, given on which sides of some bounds these are."""
        key = (spot.rules, sides)
        if key not in self._settled:
            self._settled[key] = frozenset(self._possible(spot, sides))
        return self._settled[key]

    def _possible(self, spot: Spot, sides: frozenset[Side]) -> Iterator[str]:
        if sure := self._sure(spot):
            yield sure
            return
        names = _cost_names(spot.waiting)
        tests = [test for rule in spot.waiting for test in tests_of(rule.when)]
        kinds = [_kinds(name, [test for test in tests if test.fact == name], sides) for name in names]
        ways = {self._decided(spot, dict(zip(names, values, strict=True))) for values in product(*kinds)}
        yield from (self._winner(spot, states) for states in ways)

    def _sure(self, spot: Spot) -> str | None:
        """Return the strategy that wins whichever of the waiting rules fire, or None where points do not show it."""
        scorer, states, waiting = self.scorer, spot.states, spot.waiting
        winner, floor = self._winner(spot, ()), scorer.pack.adoption_floor
        least = {name: sum(min(0, rule.points.get(name, 0)) for rule in waiting) for name in ADDS[winner]}
        if any(rule.gate for rule in waiting) or any(
            scorer.score(name, states) + lost < floor for name, lost in least.items()
        ):
            return None
        for other in STRATEGIES:
            lead = scorer.score(winner, states) - scorer.score(other, states)
            lead += sum(min(0, weight_for(winner, rule) - weight_for(other, rule)) for rule in waiting)
            if lead > 0 or (lead == 0 and STRATEGIES.index(winner) <= STRATEGIES.index(other)):
                continue
            most = {name: sum(max(0, rule.points.get(name, 0)) for rule in waiting) for name in ADDS[other]}
            closed = any(scorer.score(name, states) + won < floor for name, won in most.items())
            if not closed and not scorer.obstacles(other, states)[0]:
                return None
        return winner

    def _decided(self, spot: Spot, costs: Mapping[str, Value]) -> tuple[State, ...]:
        """Return the states of the waiting rules once costs are known."""
        facts = {**spot.facts, **costs}
        return tuple(evaluate(rule.when, facts) for rule in spot.waiting)

    def _winner(self, spot: Spot, decided: tuple[State, ...]) -> str:
        states = {**spot.states, **{rule.id: state for rule, state in zip(spot.waiting, decided, strict=False)}}
        key = tuple(state is True for state in states.values())
        if key not in self._winners:
            self._winners[key] = self.scorer.winner(states)
        return self._winners[key]


def _kinds(name: str, tests: list[Test], sides: frozenset[Side]) -> list[Value]:
    """Return values of a cost on given sides of its bounds that between them bring out all that some comparisons can
    make of it; None is an unknown cost."""
    found: dict[tuple[State, ...], Value] = {}
    for value in (*cells(_DOMAINS[name], thresholds_of(tests, name)), None):
        if all(fact != name or _past(fact, value, bound) is side for fact, bound, side in sides):
            found.setdefault(tuple(evaluate_test(test, value) for test in tests), value)
    return list(found.values())


def _scored(strategy: str) -> tuple[str, ...]:
    """Return the names under which rules give points that count for a strategy."""
    return strategy, *ADDS[strategy]


def _cost_names(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Return the facts made of money that some rules read, in the order of their declaration."""
    read = {fact for rule in rules for fact in facts_of(rule.when)}
    return tuple(name for name in COST_FACTS if name in read)
