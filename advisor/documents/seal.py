"""The fingerprint of an assessment: what its document was made from, what it says, and what lies ahead of it."""

from __future__ import annotations

from advisor.answers import visible
from advisor.assessment import FROM_OPTION, Assessment, review_by
from advisor.costs.ledger import exact
from advisor.documents.basis import pack_words
from advisor.documents.calendar import calendar_of
from advisor.fingerprint import FORMAT, Fingerprint, Headline, Inputs, Versions
from advisor.wording import cents


@exact
def fingerprint_of(assessment: Assessment, inputs: Inputs) -> Fingerprint:
    """Return the fingerprint of a document that was made from some inputs."""
    it = assessment
    total = it.recommended_cost.total.horizon_usd
    amount = it.recommended_cost.known_usd if total is None else total
    strategy = it.recommendation.strategy
    name = visible(it.pack.strategy(strategy).name)
    return Fingerprint(
        FORMAT,
        it.as_of.isoformat(),
        it.as_of_from == FROM_OPTION,
        review_by(it.as_of, it.ending).isoformat(),
        Headline(strategy, name, it.workload.months, str(cents(amount)), total is not None),
        inputs,
        Versions(pack_words(it.pack), it.pack.digest, it.book.rows.digest, it.book.base.version),
        calendar_of(it),
    )
