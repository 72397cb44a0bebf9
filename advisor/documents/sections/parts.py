"""What sections are made of: tables, and entries of lists with named texts. Every text in them is escaped already."""

from __future__ import annotations

from typing import NamedTuple

from advisor.documents.text import Markdown


class Row(NamedTuple):
    """A row of a table.

    cells: one text for each head.
    """

    cells: tuple[Markdown, ...]


class Table(NamedTuple):
    """A table, printed by `{% set table = … %}{% include "_table.md.j2" %}`.

    heads: the head of each column.
    align: a letter for each column, `l` or `r`.
    rows: the rows.
    """

    heads: tuple[Markdown, ...]
    align: str
    rows: tuple[Row, ...]


class Driver(NamedTuple):
    """A reason for or against what is recommended.

    points: what it contributes to the margin, with its sign.
    because: the reason in a sentence or two.
    rule: the id of its rule, linked to the table of rules.
    answers: the answers and derived facts that the rule reads, with their values.
    source: title, address and date.
    """

    points: Markdown
    because: Markdown
    rule: Markdown
    answers: Markdown
    source: Markdown


class Lines(NamedTuple):
    """The cost lines of one plan.

    name: the plan.
    summary: the plan and what follows, for the `<summary>` of a fold, where HTML stands.
    table: kind, line, quantity, unit price, amount and price row.
    total: what the printed amounts add up to.
    """

    name: Markdown
    summary: Markdown
    table: Table
    total: Markdown


class Payback(NamedTuple):
    """A break-even with the numbers put in.

    name: the plan that has to pay back.
    versus: the plan that it is held against.
    steps: the calculation, a step a line.
    verdict: when it is ahead for good, or that it never is, and why.
    """

    name: Markdown
    versus: Markdown
    steps: tuple[Markdown, ...]
    verdict: Markdown


class MistakeFound(NamedTuple):
    """A mistake that applies.

    title: what the mistake is.
    severity: `high`, `medium` or `low`.
    committed_by: the strategies of the plan that make it.
    because: why it applies here.
    avoid: what to do instead.
    at_stake: the money at stake, or nothing where it cannot be told.
    source: title, address and date.
    """

    title: Markdown
    severity: Markdown
    committed_by: Markdown
    because: Markdown
    avoid: Markdown
    at_stake: Markdown | None
    source: Markdown


class RolloutStep(NamedTuple):
    """A step of the rollout.

    step: what to do.
    why: why it is done.
    exit_criterion: when it is done.
    cost: what it costs, or nothing where it takes no money.
    label: `Precondition`, `First experiment`, both, or nothing.
    source: title, address and date.
    """

    step: Markdown
    why: Markdown
    exit_criterion: Markdown
    cost: Markdown | None
    label: Markdown
    source: Markdown


class Weighed(NamedTuple):
    """An option with what speaks for and against it.

    name: the strategy or alternative.
    standing: how it stands, in points and in what closes it.
    good: what speaks for it.
    neutral: what speaks neither way.
    bad: what speaks against it.
    """

    name: Markdown
    standing: Markdown
    good: tuple[Markdown, ...]
    neutral: tuple[Markdown, ...]
    bad: tuple[Markdown, ...]
