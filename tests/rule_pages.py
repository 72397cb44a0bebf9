"""The reference of the built-in pack in markdown: a page for each theme, each rule and mistake under its own anchor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from advisor.conditions import All, AnyOf, Condition, Test
from advisor.derived import DERIVED, IN_MISTAKES
from advisor.documents.text import escape, link
from advisor.packs.pack import FaqEntry, Mistake, Pack, Rule, Source
from advisor.rulebook import Entry, entries, theme_of
from advisor.wording import either, flat, plural, say_fact

ROOT: Final = Path(__file__).resolve().parent.parent
COMPUTED: Final = frozenset(fact.id for fact in (*DERIVED, *IN_MISTAKES))
GENERATED: Final = "<!-- Written from the built-in pack by `just golden`; change rules/, not this page. -->"
MISTAKES: Final = "mistakes"

OPERATORS: Final = {
    "eq": "is",
    "ne": "is not",
    "in": "is",
    "not_in": "is neither",
    "lt": "is below",
    "le": "is at most",
    "gt": "is above",
    "ge": "is at least",
    "between": "lies between",
}

STAKES: Final = {
    "tuning_build": "The whole build total of the strategy: it is spent before anyone knows whether it was needed.",
    "wasted_run": "One training run with its evaluation, and the labelling and review of its examples.",
    "dearer_base": "Total over the horizon on the base model named − total on the cheapest one you can tune.",
    "extra_epochs": "(epochs − 4) ÷ epochs × training, over all planned runs and retrainings.",
    "missing_runs": "(5 − training runs planned) × the training bill of one run.",
    "premium": "Σ (tuned rate − base rate) × tokens of the tuned model, over the horizon.",
    "upfront_over": "Build total − `upfront_budget`.",
    "monthly_over": "Running over the horizon − `monthly_budget` × months, and no less than 0.",
    "hosting": "The hosting lines over the horizon.",
    "untuned_saving": "Total of the strategy − total of the smaller model, untuned, over the horizon.",
    "retraining_excess": "Retraining over the horizon − what the tuned model saves on running against the best "
    "alternative.",
    "uncached": "Total of the current model as it is − its total with 80 % of the prompt read from the cache.",
    "unbatched": "Total of the strategy as planned − its total with every call sent in batch.",
    "none": "Nothing that has a price here: the cost is a wrong direction, not an amount.",
}
"""How the money at stake is worked out, by the name that a mistake gives it."""


def pages(pack: Pack) -> dict[str, str]:
    """Return the text of every page of `docs/rules/`, by file name."""
    themes = list(dict.fromkeys(theme_of(entry) for entry in entries(pack)))
    return {"README.md": index(pack, themes), **{f"{theme}.md": theme_page(pack, theme) for theme in themes}}


def index(pack: Pack, themes: list[str]) -> str:
    """Return the list of all rules and mistakes by theme."""
    scale = ", ".join(f"{points} {name}" for name, points in pack.scale.model_dump().items())
    lines = [
        "# Rules and mistakes",
        "",
        GENERATED,
        "",
        f"{len(pack.rules)} rules and {len(pack.mistakes)} known mistakes, built-in pack {pack.version}.",
        f"Points are on the scale {scale};",
        "[How scoring works](../scoring.md) says what becomes of them. A rule that closes a technique is a gate: it",
        "counts whatever the points. `advise explain FILE` shows which of them fire for your workload,",
        "`advise rules show ID` prints one in a terminal. [Your own pack](../own-rules.md) adds or replaces some.",
    ]
    for theme in themes:
        lines += ["", f"## [{heading(theme)}]({theme}.md)", "", about(theme), ""]
        last = "Severity" if theme == MISTAKES else "Effect"
        lines += [f"| {'Mistake' if theme == MISTAKES else 'Rule'} | Says | {last} |", "| --- | --- | --- |"]
        for entry in entries(pack, theme):
            lines.append(f"| [`{entry.id}`]({theme}.md#{entry.id}) | {escape(entry.title)} | {effect(entry)} |")
    return "\n".join(lines) + "\n"


def theme_page(pack: Pack, theme: str) -> str:
    """Return the page of one theme."""
    lines = [f"# {heading(theme)}", "", GENERATED, "", about(theme), ""]
    lines.append("All themes: [Rules and mistakes](README.md).")
    for entry in entries(pack, theme):
        lines += [
            "",
            f"## `{entry.id}`",
            "",
            *(mistake(pack, entry) if isinstance(entry, Mistake) else rule(pack, entry)),
        ]
    return "\n".join(lines) + "\n"


def rule(pack: Pack, found: Rule) -> Iterator[str]:
    """Yield the lines of a rule below its heading."""
    yield f"**{escape(found.title)}.** {effect(found, pack)}."
    yield ""
    yield prose(found.because)
    yield ""
    yield from condition(found.when)
    for words, cases in (("Fires on", found.tests.fires), ("Does not fire on", found.tests.not_fires)):
        if cases:
            yield ""
            yield f"{words}: {'; '.join(case_words(case) for case in cases)}."
    yield ""
    yield source(found.source)


def mistake(pack: Pack, found: Mistake) -> Iterator[str]:
    """Yield the lines of a mistake below its heading."""
    committed = either(pack.names[strategy] for strategy in found.commits)
    yield f"**{escape(found.title)}.** Severity {found.severity}; made by a plan with {committed}."
    yield ""
    yield prose(found.because)
    yield ""
    yield from condition(found.when, "Found")
    yield ""
    yield f"**Money at stake:** {STAKES[found.at_stake]}"
    yield ""
    yield f"**Instead:** {prose(found.avoid)}"
    yield ""
    yield f"**If the recommendation carries it:** {prose(found.remedy.step)}"
    yield f"Done when: {prose(found.remedy.exit_criterion)}"
    yield ""
    yield source(found.source)


def effect(found: Entry, pack: Pack | None = None) -> str:
    """Return what a rule or a mistake does, with the words of the scale where a pack is given."""
    if isinstance(found, Mistake):
        return found.severity
    if found.gate:
        return f"Gate: closes `{found.gate}`"
    names = {} if pack is None else {points: name for name, points in pack.scale.model_dump().items()}
    said = (
        f"`{name}` {points:+d}" + (f" ({names[abs(points)]})" if abs(points) in names else "")
        for name, points in found.points.items()
    )
    return ", ".join(said)


def condition(when: Condition, verb: str = "Fires") -> Iterator[str]:
    """Yield a condition in words, then as it is written in a pack."""
    if when == All(()):
        yield f"{verb} always."
        return
    words = list(worded(when, 0))
    if len(words) == 1:
        yield f"{verb} when {words[0].removeprefix('- ')}."
    else:
        head, *rest = words
        yield f"{verb} when {head.removeprefix('- ')}"
        yield ""
        yield from (line.removeprefix("  ") for line in rest)
    yield ""
    yield "```yaml"
    if isinstance(when, Test):
        yield f"when: {leaf(when)}"
    else:
        yield "when:"
        yield from written(when, 1)
    yield "```"


def worded(when: Condition, depth: int) -> Iterator[str]:
    """Yield a condition as a list in words."""
    pad = "  " * depth + "- "
    match when:
        case Test(fact, op, constant):
            yield f"{pad}{fact_words(fact)} {OPERATORS[op]} {constant_words(fact, op, constant)}"
        case All(parts) | AnyOf(parts):
            yield f"{pad}{'all of these hold' if isinstance(when, All) else 'any of these holds'}:"
            for part in parts:
                yield from worded(part, depth + 1)
        case _:
            yield f"{pad}this does not hold:"
            yield from worded(when.part, depth + 1)


def fact_words(fact: str) -> str:
    """Return a fact with a link to the computed facts, or to its question."""
    return f"[`{fact}`](../{'facts.md' if fact in COMPUTED else f'answers.md#{fact}'})"


def constant_words(fact: str, op: str, constant: Any) -> str:
    """Return what a fact is compared with, in words."""
    parts = [say_fact(fact, part) for part in (constant if isinstance(constant, tuple) else (constant,))]
    if op == "between":
        return " and ".join(parts)
    return " nor ".join(parts) if op == "not_in" else either(parts)


def written(when: Condition, depth: int) -> Iterator[str]:
    """Yield a condition as YAML, one comparison a line."""
    pad = "  " * depth
    match when:
        case Test():
            yield f"{pad}{leaf(when)}"
        case All(parts) | AnyOf(parts):
            yield f"{pad}{'all' if isinstance(when, All) else 'any'}:"
            for part in parts:
                first, *rest = written(part, depth + 1)
                yield f"{pad}- {first.lstrip()}"
                yield from rest
        case _:
            yield f"{pad}not:"
            yield from written(when.part, depth + 1)


def leaf(test: Test) -> str:
    """Return a comparison as YAML."""
    parts = test.constant if isinstance(test.constant, tuple) else (test.constant,)
    said = ", ".join(plain(part) for part in parts)
    return f"{{fact: {test.fact}, {test.op}: {f'[{said}]' if isinstance(test.constant, tuple) else said}}}"


def plain(value: Any) -> str:
    """Return a constant as it is written in YAML."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def case_words(case: dict[str, Any]) -> str:
    """Return the answers of a case."""
    said = (
        f"`{name}: {' to '.join(map(str, value)) if isinstance(value, list) else value}`"
        for name, value in case.items()
    )
    return ", ".join(said) or "no answers at all"


def prose(text: str) -> str:
    """Return a text of the pack as markdown, its placeholders as names of facts."""
    parts = re.split(r"( ?\{\w+\} ?)", flat(text))
    return "".join(
        re.sub(r"\{(\w+)\}", r"`\1`", part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def source(found: Source) -> str:
    """Return a source with its date, and the lines of our own pages that it stands for."""
    said = f"Source: {link(found.title, found.url)}, {found.date}."
    pages_of = {"S": "../seed.md", "H": "../heuristics.md"}
    refs = [f"[{ref}]({pages_of[ref[0]]})" for ref in re.findall(r"\b[SH]\d+\b", found.ref or "")]
    return f"{said} See {', '.join(refs)}." if refs else said


def heading(theme: str) -> str:
    """Return how a theme is called."""
    return theme.replace("-", " ").capitalize()


def about(theme: str) -> str:
    """Return the sentence that a file of rules begins with."""
    lines = (ROOT / "rules" / f"{theme}.yaml").read_text(encoding="utf-8").splitlines()
    return escape(lines[1].removeprefix("# "))


def faq_page(pack: Pack) -> str:
    """Return the page of frequent questions."""
    lines = [
        "# Frequent questions",
        "",
        GENERATED,
        "",
        f"{plural(len(pack.faq), 'question')} that teams ask before they decide. `advise faq TOPIC` prints an answer.",
    ]
    for entry in pack.faq:
        lines += ["", *faq_entry(pack, entry)]
    return "\n".join(lines) + "\n"


def faq_entry(pack: Pack, entry: FaqEntry) -> Iterator[str]:
    """Yield a question with its answer, its sources, and the rules, mistakes and steps that act on it."""
    yield f"## {escape(entry.question)}"
    for paragraph in entry.answer:
        yield ""
        yield escape(flat(paragraph))
    yield ""
    yield f"`advise faq {entry.id}`. Sources:"
    yield ""
    for each in entry.sources:
        yield f"- {link(each.title, each.url)}, {each.date}"
    if entry.see:
        known = {found.id: theme_of(found) for found in entries(pack)}
        acting = (f"[`{name}`](rules/{known[name]}.md#{name})" if name in known else f"`{name}`" for name in entry.see)
        yield ""
        yield f"Rules, mistakes and steps of the rollout that act on it: {', '.join(acting)}."
