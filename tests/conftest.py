"""Shared ground of the tests: one cache folder of their own, the built-in pack and the price book, loaded once."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ["LC_ALL"] = "C.UTF-8"
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="advise-tests-")

from advisor.packs.pack import Pack
from advisor.packs.reader import load_pack
from advisor.pricebook.book import PriceBook, load_book

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("default", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", deadline=None, max_examples=3000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def book() -> PriceBook:
    return load_book()


@pytest.fixture(scope="session")
def pack(book: PriceBook) -> Pack:
    return load_pack(providers=book.providers)


@pytest.fixture(scope="session")
def examples() -> Path:
    return ROOT / "examples"


@pytest.fixture(scope="module")
def few_scenarios() -> Iterator[None]:
    """Draw few scenarios for results and documents, where thousands of them are made from random ranges."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("advisor.whatif.SCENARIOS", 50)
        yield
