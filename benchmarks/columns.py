"""Many cases at once: scenarios with scores and costs, a page of `whatif`, random workloads on columns.

Milliseconds of the best of several runs; beside them the single path on the same workloads, for the ratio.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from workloads import workloads

from advisor.answers import Answers, read_answers
from advisor.assessment import assess
from advisor.columns.frame import frame_of
from advisor.columns.street import Street
from advisor.conditions import Range
from advisor.cost_facts import cost_facts
from advisor.costs.ledger import exact
from advisor.packs.reader import load_pack
from advisor.pricebook.book import load_book
from advisor.priced import Priced
from advisor.questions import STRATEGIES
from advisor.scoring import Scorer
from advisor.whatif.page import WhatIf
from advisor.whatif.spread import spread_of
from advisor.whatif.text import whatif_text

EXAMPLES = Path(__file__).parent.parent / "examples"
RANGED = ("queries_per_day", "prompt_tokens", "input_tokens", "output_tokens", "monthly_growth")


def best_ms(call: Callable[[], object], runs: int) -> float:
    """Return the least time of several calls, in milliseconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def main() -> None:
    """Print the figures."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    book = load_book()
    pack = load_pack(providers=book.providers)
    for file in sorted(EXAMPLES.glob("*.advise.json")):
        answers = read_answers(file, pack.questionnaire)
        assert answers.as_of is not None
        ranged = replace(answers, values={**answers.values, **{name: _range(answers, name) for name in RANGED}})
        priced = Priced(ranged, pack.questionnaire, pack.examples_needed, book, answers.as_of)
        scenarios = best_ms(lambda priced=priced: exact(spread_of)(priced, pack), runs)  # type: ignore[misc]

        def page(answers: Answers = answers) -> str:
            assert answers.as_of is not None
            return whatif_text(WhatIf(assess(answers, pack, book, answers.as_of)))

        name = file.name.partition(".")[0]
        print(f"{name:24} 10,000 scenarios {scenarios:6.0f} ms   page {best_ms(page, runs):6.0f} ms")
    cases = workloads(1, 2_000, pack.questionnaire, book)
    street = Street(pack, book, answers.as_of)
    frame = frame_of(cases, pack.questionnaire)
    columns = best_ms(lambda: street.decide(frame), 1) / len(cases)

    @exact
    def single() -> list[Any]:
        return [
            _alone(Priced(case, pack.questionnaire, pack.examples_needed, book, street.as_of)) for case in cases[:50]
        ]

    def _alone(one: Priced) -> Any:
        scorer = Scorer(pack, one.fact_base(cost_facts(one)))
        return scorer.winner(scorer.states), [one.strategy(name) for name in STRATEGIES]

    alone = best_ms(single, 1) / 50
    ratio = f"{alone / columns:.0f} x"
    print(f"random workloads of many models: {columns:.2f} ms each on columns, {alone:.1f} ms alone, {ratio}")


def _range(answers: Answers, name: str) -> Range:
    """Return a range around an answer."""
    if name == "monthly_growth":
        return Range(Decimal(0), Decimal("0.05"))
    given = answers.values.get(name)
    middle = given if isinstance(given, Decimal) and given > 0 else Decimal(500)
    return Range(middle / 2, middle * 2)


if __name__ == "__main__":
    main()
