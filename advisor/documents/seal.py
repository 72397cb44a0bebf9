"""The fingerprint of an assessment: what its document was made from, what it says, and what lies ahead of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advisor.answers import plain
from advisor.assessment import FROM_OPTION, Assessment, review_by
from advisor.costs.ledger import exact
from advisor.documents.calendar import calendar_of
from advisor.documents.sections.basis import pack_words
from advisor.documents.setting import Setting
from advisor.fingerprint import FORMAT, Fingerprint, Headline, Inputs, Parts, Style, Versions, digest
from advisor.plain_json import dump
from advisor.printable import visible
from advisor.rulebook import Entry, rule_json
from advisor.wording import cents


@exact
def fingerprint_of(assessment: Assessment, inputs: Inputs, style: Style, pictures: Mapping[str, str]) -> Fingerprint:
    """Return the fingerprint of a document that was made from some inputs, with the pictures beside it by name."""
    it = assessment
    total = it.recommended_cost.total.horizon_usd
    amount = it.recommended_cost.known_usd if total is None else total
    strategy = it.recommendation.strategy
    name = visible(it.pack.strategy(strategy).name)
    return Fingerprint(
        FORMAT,
        style,
        it.as_of.isoformat(),
        it.as_of_from == FROM_OPTION,
        review_by(it.as_of, it.ending).isoformat(),
        Headline(strategy, name, it.workload.months, str(cents(amount)), total is not None),
        inputs,
        Versions(visible(pack_words(it.pack)), it.pack.digest, it.book.rows.digest, it.book.base.version),
        _parts(it),
        {name: digest([text.encode()]) for name, text in pictures.items()},
        calendar_of(it),
    )


def _parts(it: Assessment) -> Parts:
    """Return digests of all that is answered, of every rule and mistake, and of the price rows behind the amounts."""
    said = {name: [plain(value), it.answers.notes.get(name)] for name, value in it.answers.values.items()}
    noted = {name: [None, note] for name, note in it.answers.notes.items() if name not in said}
    entries: tuple[Entry, ...] = (*it.pack.rules, *it.pack.mistakes)
    rules = {entry.id: {**rule_json(entry), "tests": None} for entry in entries}
    prices: dict[str, list[Any]] = {}
    for cost in Setting(it).shown_plans():
        for line in cost.lines:
            rate = [str(line.rate.unit_usd), line.rate.unit, line.rate.source_title, line.rate.verified_at]
            if rate not in prices.setdefault(line.rate.id, []):
                prices[line.rate.id].append(rate)
    day = {} if it.answers.as_of is None else {"as_of": it.answers.as_of.isoformat()}
    return Parts(_digests({**day, **said, **noted}), _digests(rules), _digests(dict(sorted(prices.items()))))


def _digests(parts: Mapping[str, Any]) -> dict[str, str]:
    """Return a short digest of each part: enough to tell that it changed."""
    return {name: digest([dump(part, None).encode("utf-8", "surrogatepass")])[:8] for name, part in parts.items()}
