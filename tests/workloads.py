"""Random workloads, many of them, from one seed: answers of every kind, most of them plausible, some at their ends."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from advisor.answers import Answers
from advisor.pricebook.book import PriceBook
from advisor.questions import STRATEGIES, Question, Questionnaire

MODELS = (
    "openai/gpt-6.1-terra",
    "openai/gpt-6-luna",
    "openai/gpt-4o",
    "openai/gpt-4.1-mini",
    "anthropic/claude-sonnet-4-5",
    "google/gemini-2.5-pro",
    "deepseek/deepseek-chat",
    "ft:openai/gpt-4o-mini",
    "ft:azure/gpt-oss-20b",
)
"""Models with tiers, with batch and cache prices, with an end, and tuned ones."""

_USUAL = {"prompt_tokens": 40_000, "input_tokens": 20_000, "output_tokens": 20_000, "retrieved_tokens": 20_000}
"""Greatest numbers of tokens that are drawn: a request still fits a model."""


def workloads(seed: int, count: int, questionnaire: Questionnaire, book: PriceBook) -> list[Answers]:
    """Return random workloads without ranges."""
    rng = random.Random(seed)
    return [Answers("workload", dict(_values(rng, questionnaire, book))) for _ in range(count)]


def _values(rng: random.Random, questionnaire: Questionnaire, book: PriceBook) -> Iterator[tuple[str, Any]]:
    answered = rng.choice([0.2, 0.5, 0.8, 1.0])
    for question in questionnaire.questions:
        if rng.random() > answered or (question.id == "privacy" and rng.random() < 0.5):
            continue
        match question.kind:
            case "number":
                yield question.id, number(rng, question)
            case "choice":
                yield question.id, rng.choice(question.domain.values)
            case "bool":
                yield question.id, rng.random() < 0.5
            case "model":
                tuned = [row.id for row in book.rows.models]
                yield question.id, rng.choice(tuned if question.id == "tuned_model" else MODELS)
            case "providers":
                yield question.id, tuple(rng.sample(book.providers, rng.randint(1, 3)))
            case "strategies":
                yield question.id, tuple(rng.sample(STRATEGIES, rng.randint(1, 3)))


def number(rng: random.Random, question: Question) -> Decimal:
    """Return a number that a question accepts: an end, a share of three digits, or one of any magnitude."""
    domain = question.domain
    low = domain.low or Decimal(0)
    high = min(domain.high or Decimal(10**7), Decimal(_USUAL.get(question.id, 10**7)))
    if rng.random() < 0.1:
        return rng.choice([low, high])
    if question.id == "monthly_growth":
        low, high = Decimal("-0.1"), Decimal("0.2")
    if high <= 1:
        return low + Decimal(str(round(rng.random(), rng.choice([1, 3])))) * (high - low)
    magnitude = rng.uniform(math.log(max(1.0, float(low))), math.log(float(high)))
    drawn = Decimal(math.exp(magnitude)).quantize(Decimal(1 if domain.integer or rng.random() < 0.7 else "0.1"))
    return min(max(drawn, low), high)
