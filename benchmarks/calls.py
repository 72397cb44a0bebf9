"""What one call costs inside the process: scoring, projecting one plan, a whole assessment, a document.

Each is the best mean of several batches, and is given as a multiple of pricing one sample request with genai-prices,
so that figures from machines of different speed can be set side by side.
"""

from __future__ import annotations

import sys
import timeit
from collections.abc import Callable
from pathlib import Path

from genai_prices import Usage, calc_price

from advisor.answers import read_answers
from advisor.assessment import assess
from advisor.compare import compare
from advisor.costs.alternatives import strategy_plans
from advisor.costs.ledger import exact
from advisor.costs.models import choose_models
from advisor.costs.projection import Plan, Projector
from advisor.documents.markdown import render
from advisor.packs.reader import load_pack
from advisor.pricebook.book import load_book
from advisor.recommendation import recommend
from advisor.result import result_of
from advisor.scoring import Scorer
from advisor.selection import all_tunable, of_provider
from advisor.workload_reader import workload_of

EXAMPLE = Path(__file__).parent.parent / "examples" / "support-knowledge-base.advise.json"


def best_ms(call: Callable[[], object], batches: int) -> float:
    """Return the least mean time of a call over some batches, in milliseconds."""
    timer = timeit.Timer(call)
    count, _ = timer.autorange()
    return min(timer.repeat(batches, count)) / count * 1000


def main() -> None:
    """Print milliseconds per call and the multiple of a `calc_price` call."""
    batches = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    book = load_book()
    pack = load_pack(providers=book.providers)
    answers = read_answers(EXAMPLE, pack.questionnaire)
    day = answers.as_of
    assert day is not None
    assessment = assess(answers, pack, book, day)
    base = assessment.scorer.base
    workload = workload_of(answers, pack.questionnaire, pack.examples_needed)
    projector = Projector(book, workload, day)
    plan = strategy_plans(choose_models(answers, projector))["rag_and_fine_tuning"]
    project = exact(lambda: projector.cost(plan))
    calls: dict[str, Callable[[], object]] = {
        "genai_prices.calc_price": lambda: calc_price(Usage(input_tokens=1000, output_tokens=100), "gpt-4o"),
        "scores and recommendation": lambda: recommend(Scorer(pack, base)),
        "projection of one plan": project,
        "whole assessment": lambda: assess(answers, pack, book, day),
        "result as JSON values": lambda: result_of(assessment).to_dict(),
        "document": lambda: render(assessment),
    }
    fifty = [
        *all_tunable(book, day, None),
        *of_provider(book, "openai", day, None),
        *of_provider(book, "aws", day, None),
    ]
    assert len(fifty) >= 50
    calls["compare 50 models"] = lambda: compare(fifty[:50], answers, workload, book, day)
    calls["project 50 models"] = exact(
        lambda: [projector.expected(Plan("prompt_engineering", book.resolve(name))) for name in fifty[:50]]
    )
    times = {name: best_ms(call, batches) for name, call in calls.items()}
    unit = times["genai_prices.calc_price"]
    print(f"{'':26}  ms a call  × calc_price   ({EXAMPLE.name}, best of {batches})")
    for name, spent in times.items():
        print(f"{name:26}  {spent:9.3f}  {spent / unit:12.1f}")


if __name__ == "__main__":
    main()
