"""A pack: the questions, rules, mistakes and texts that carry the judgement, read from YAML and checked as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, Literal

from pydantic import Field

from advisor.compilers.single import Decider, decider
from advisor.conditions import Condition, Domain
from advisor.derived import derived_domains
from advisor.errors import Place, fail, nearest_name, one_line
from advisor.questions import Questionnaire
from advisor.records import Named, Record

TECHNIQUES: Final = ("prompt_engineering", "rag", "fine_tuning")
PAIR: Final = "rag_and_fine_tuning"
ADDS: Final[Mapping[str, tuple[str, ...]]] = {
    "prompt_engineering": (),
    "rag": ("rag",),
    "fine_tuning": ("fine_tuning",),
    PAIR: ("rag", "fine_tuning"),
}
"""What each strategy adds to prompting, which is part of every one."""


AtStake = Literal[
    "tuning_build",
    "wasted_run",
    "dearer_base",
    "extra_epochs",
    "missing_runs",
    "premium",
    "upfront_over",
    "monthly_over",
    "hosting",
    "untuned_saving",
    "retraining_excess",
    "uncached",
    "unbatched",
    "none",
]
StepCost = Literal[
    "none",
    "evaluation_set",
    "prompt",
    "rag_build",
    "tuning_build",
    "one_training_run",
    "switch_experiment",
    "successor_experiment",
]


class Source(Record):
    """Where a fact comes from: a title, an address where there is one, a date, and a line of our own checklists."""

    title: str
    url: str | None = None
    date: str
    ref: str | None = None


class Scale(Record):
    """The published scale of points."""

    hint: int
    weak: int
    fair: int
    strong: int
    decisive: int

    @property
    def weights(self) -> tuple[int, ...]:
        """Return the weights, the lightest first."""
        return tuple(sorted((self.hint, self.weak, self.fair, self.strong, self.decisive)))

    def allows(self, points: int) -> bool:
        return abs(points) in self.weights


class LabelTarget(Record):
    """How many labelled examples a task type needs before tuning it is more than a pilot."""

    examples: int = Field(ge=1)
    source: Source


class InvoiceText(Record):
    """From which gap on the invoice and the answers do not agree, and what such a gap usually hides, in either way."""

    tolerance: Decimal
    missing: tuple[str, ...]
    beyond: tuple[str, ...]
    source: Source


class Legacy(Record):
    """What can be taken along when a model stops serving, and what is lost with it."""

    carries_over: tuple[str, ...]
    lost: tuple[str, ...]


class EndingText(Record):
    """What is left of a tuned and of an untuned model when it stops serving."""

    tuned: Legacy
    untuned: Legacy
    source: Source


class FaqEntry(Named):
    """A question that teams ask, its answer in paragraphs of plain text, and the rules and mistakes that act on it."""

    question: str
    answer: tuple[str, ...]
    sources: tuple[Source, ...]
    see: tuple[str, ...] = ()


class StrategyText(Named):
    """How a strategy is called and described."""

    name: str
    techniques: tuple[str, ...]
    summary: str


class RuleTests(Record):
    """Sets of answers under which a rule must, and must not, fire."""

    fires: tuple[dict[str, Any], ...] = ()
    not_fires: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule: when its condition is true it gives points, or closes a technique if it is a gate."""

    id: str
    title: str
    theme: str
    when: Condition
    points: Mapping[str, int]
    gate: str | None
    because: str
    source: Source
    tests: RuleTests


@dataclass(frozen=True)
class Need:
    """A case that needs something beyond prompting: where its condition holds, another strategy must be able to win."""

    id: str
    title: str
    when: Condition


class Direction(Record):
    """What more of a fact does to the points of a technique, whatever else is answered. More of a choice is a later
    value of its question, more of a truth value is true."""

    fact: str
    technique: str
    more: Literal["helps", "hurts"]


class Remedy(Record):
    """What must be done first when the recommendation itself carries a mistake. `moves` names the steps of the roadmap
    that do it: the first of them that applies is moved to the head, and these texts are not needed."""

    step: str
    exit_criterion: str
    moves: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mistake:
    """A known costly error: which strategies commit it when, the money at stake, and how to avoid it."""

    id: str
    title: str
    severity: Literal["high", "medium", "low"]
    commits: tuple[str, ...]
    when: Condition
    because: str
    avoid: str
    at_stake: AtStake
    remedy: Remedy
    source: Source


@dataclass(frozen=True)
class Step:
    """A step of the roadmap; it is left out only where its condition is false. `first` sets it before the remedies."""

    id: str
    when: Condition
    step: str
    why: str
    exit_criterion: str
    cost: StepCost
    first: bool
    source: Source


@dataclass(frozen=True)
class Variant:
    """One wording of a cell, and when it applies."""

    when: Condition
    text: str


@dataclass(frozen=True)
class Dimension:
    """A row of the comparison table: for each strategy its wordings, the first that applies being printed."""

    id: str
    title: str
    cells: Mapping[str, tuple[Variant, ...]]
    source: Source


@dataclass(frozen=True)
class Pack:
    """Everything a pack holds, checked. `digest` identifies its content, whatever the order of its rules. `places` find
    where a rule stands; each reads its file once more."""

    name: str
    version: str
    title: str
    digest: str
    scale: Scale
    adoption_floor: int
    complexity_charge: int
    decisive_margin: int
    label_targets: Mapping[str, LabelTarget]
    invoice: InvoiceText
    ending: EndingText
    strategies: tuple[StrategyText, ...]
    questionnaire: Questionnaire
    rules: tuple[Rule, ...]
    mistakes: tuple[Mistake, ...]
    steps: tuple[Step, ...]
    dimensions: tuple[Dimension, ...]
    faq: tuple[FaqEntry, ...]
    needs: tuple[Need, ...] = ()
    directions: tuple[Direction, ...] = ()
    places: Mapping[str, Callable[..., Place]] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def domains(self) -> dict[str, Domain]:
        """Return the domain of every fact that a rule of this pack may test."""
        return {**self.questionnaire.domains(), **derived_domains()}

    @cached_property
    def decide(self) -> Decider:
        """Return what decides all rules at once for one set of facts."""
        return decider([rule.when for rule in self.rules], self.domains)

    @cached_property
    def names(self) -> dict[str, str]:
        """Return how the strategies are called."""
        return {strategy.id: strategy.name for strategy in self.strategies}

    @cached_property
    def examples_needed(self) -> dict[str, int]:
        """Return from how many labelled examples on each task type has enough."""
        return {task_type: target.examples for task_type, target in self.label_targets.items()}

    def strategy(self, strategy_id: str) -> StrategyText:
        return next(strategy for strategy in self.strategies if strategy.id == strategy_id)

    def place_of(self, rule_id: str, *inner: str | int) -> Place:
        """Return the file, line and column of a rule, or of a value in it; of a rule from no file the pack's name."""
        find = self.places.get(rule_id)
        return Place(self.name) if find is None else find(*inner)

    def rule(self, rule_id: str, place: Place | None = None) -> Rule:
        """Return a rule by id; raises InputError with the nearest name when there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise fail(
            f"the pack '{self.name}' has no rule '{one_line(rule_id)}'.",
            place,
            accepted="a rule id, as `advise explain FILE` lists them",
            nearest=nearest_name(rule_id, [rule.id for rule in self.rules]),
        )
