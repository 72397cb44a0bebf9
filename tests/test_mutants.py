"""What breaks the built-in pack is noticed by loading it, by its cases, or by the proofs."""

from __future__ import annotations

from mutants import KINDS, mutants, noticed_by

from advisor.pricebook.book import load_book


def test_nearly_every_way_of_breaking_the_pack_is_noticed() -> None:
    providers = tuple(load_book().providers)
    made = list(mutants(2 * len(KINDS), seed=1))
    missed = [f"{mutant.kind}: {mutant.what}" for mutant in made if noticed_by(mutant, providers) is None]
    assert len({mutant.kind for mutant in made}) > 0.8 * len(KINDS)
    assert len(missed) <= 0.05 * len(made), missed
