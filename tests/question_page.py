"""The reference of the answers file in markdown, made from the questions of the built-in pack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rule_pages import GENERATED, prose, worded

from advisor.conditions import ALWAYS, facts_of
from advisor.derived import DERIVED, IN_MISTAKES
from advisor.documents.text import escape
from advisor.packs.pack import Pack
from advisor.questions import Assumption, Question
from advisor.rulebook import entries, theme_of
from advisor.wording import flat, number
from advisor.workload import PRICED_BY

ELSEWHERE: Final = {
    "considering": "the search for mistakes, in what is on the table",
    "current_monthly_spend": "the check of the invoice",
}
"""What reads an answer that neither a cost nor a condition reads."""

INTRODUCTION: Final = """\
# The answers file

{generated}

`NAME.advise.json` holds what you know about one workload. `advise new` writes it; you may as well write and change it
by hand:

```json
{{
  "$schema": "answers.schema.json",
  "version": "1",
  "as_of": "2026-11-23",
  "project": "Ticket triage",
  "notes": {{"queries_per_day": "Gateway log, October average"}},
  "task_type": "classification",
  "queries_per_day": [15000, 25000],
  "evaluation_set": true,
  "considering": ["fine_tuning"]
}}
```

- `as_of` is the day of all prices; without it, the day of the run. `version` is that of this form. `$schema` names the
  JSON Schema that editors check the file with: `advise schema answers > answers.schema.json` writes it.
- Every other key is the id of a question below. An unknown one, or one given twice, is an error with its place.
- **A number may be a range**, `[low, high]`. Costs take its middle and show both ends; a rule that the whole range does
  not settle is unknown.
- **What you do not know stays out.** To rules it is unknown, never "no". Costs take what is said here under "Assumed
  without it", and the document lists it.
- A question that does not apply, given the other answers, is ignored, and an answer to it is kept and listed.
- On the command line, `--set KEY=VALUE` takes `20k`, `1.2M`, `1_000`, `40%`, ranges as `200..500`, lists with commas.
- "Read by" names the rules and mistakes that test an answer. Those on money read all that costs read, beside it.

[Your own pack](own-rules.md) may add questions and word these anew.
"""


def page(pack: Pack) -> str:
    """Return the text of `docs/answers.md`."""
    lines = [INTRODUCTION.format(generated=GENERATED)]
    for section in pack.questionnaire.sections:
        lines.append(f"## {escape(section.title)}\n")
        for question in pack.questionnaire.questions:
            if question.section == section.id:
                lines += [*about(pack, question), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def about(pack: Pack, question: Question) -> Iterator[str]:
    """Yield the lines of one question."""
    yield f"### `{question.id}`"
    yield ""
    yield f"**{escape(flat(question.prompt))}** {prose(question.hint)}"
    yield ""
    if question.choices:
        yield from ("| Value | Means |", "| --- | --- |")
        yield from (f"| `{choice.value}` | {escape(choice.note)} |" for choice in question.choices)
        yield ""
    else:
        yield f"- **Value:** {value(question)}"
    if question.example:
        yield f"- **For example:** `{question.example}`"
    if question.show != ALWAYS:
        lines = [line.replace("../answers.md", "").replace("../", "") for line in worded(question.show, 0)]
        words = [line.strip().removeprefix("- ") for line in lines]
        yield f"- **Asked when** {' '.join(words[:1])} {'; '.join(words[1:])}".rstrip() + "."
    yield f"- **Asked because:** {prose(question.why)}"
    if question.assumption:
        yield f"- **Assumed without it:** {assumed(question.assumption)}"
    elsewhere = ELSEWHERE.get(question.id, "the document alone")
    yield f"- **Read by:** {', '.join(readers(pack, question)) or elsewhere}."


def value(question: Question) -> str:
    """Return what may be answered to a question that is no choice."""
    domain = question.domain
    match question.kind:
        case "number":
            low, high = (end if end is None else number(end) for end in (domain.low, domain.high))
            bounds = f"from {low} to {high}" if low and high else f"from {low} on" if low else f"up to {high}"
            whole = "a whole number" if domain.integer else "a number"
            return f"{whole} {bounds} ({question.unit}), or a range"
        case "bool":
            return "`true` or `false`"
        case "strategies":
            return "a list of " + ", ".join(f"`{name}`" for name in domain.values)
        case "providers":
            return "a list of providers of the price book"
        case "model":
            return "a model of the price book (`advise prices show MODEL`)"
        case "notes":
            return "an object with a text for each question id"
        case _:
            return "a text"


def assumed(assumption: Assumption) -> str:
    """Return what costs use without an answer, and why."""
    said = f"{_plain(assumption.value)}. " if assumption.value is not None else ""
    if assumption.by and assumption.table:
        cases = ", ".join(f"{key} {_plain(each)}" for key, each in assumption.table.items())
        other = f"; else {_plain(assumption.value)}" if assumption.value is not None else ""
        said = f"by `{assumption.by}`: {cases}{other}. "
    if assumption.low is not None and assumption.high is not None:
        said += f"Low {number(assumption.low)}, high {number(assumption.high)}. "
    return said + prose(assumption.why)


def readers(pack: Pack, question: Question) -> Iterator[str]:
    """Yield what reads the answer: costs, and rules and mistakes whose conditions test it or what follows from it."""
    if question.id in PRICED_BY:
        yield "[costs](costs.md)"
    inputs = {fact.id: fact.inputs for fact in (*DERIVED, *IN_MISTAKES)}
    for entry in entries(pack):
        if question.id in {name for fact in facts_of(entry.when) for name in (fact, *inputs.get(fact, ()))}:
            yield f"[`{entry.id}`](rules/{theme_of(entry)}.md#{entry.id})"


def _plain(text: str) -> str:
    """Return a value of the pack, a number with its thousands grouped."""
    return f"{int(text):,}" if text.isdigit() else f"`{text}`" if not text.replace(".", "").isdigit() else text
