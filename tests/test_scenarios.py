"""Scenarios calculated by hand: `tests/scenarios/*.yaml`, every line expected, the arithmetic in their comments.

A scenario gives answers, a day and perhaps an overlay of prices, and for some strategies and alternatives all lines
with quantity, unit price and amount; totals, months and break-evens where they are the point. What is expected is never
taken from the program.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from advisor import advise
from advisor.contract import Cost, Result

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))


class TextLoader(yaml.SafeLoader):
    """YAML whose scalars stay text, so that no amount goes through a float."""


TextLoader.yaml_implicit_resolvers = {}


def read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=TextLoader)
    return loaded


def typed(value: Any) -> Any:
    """Return an answer as JSON has it: numbers as Decimal, `yes` and `no` of truth as `true` and `false`."""
    if isinstance(value, list):
        return [typed(item) for item in value]
    if value in ("true", "false"):
        return value == "true"
    try:
        return Decimal(value)
    except ArithmeticError:
        return value


def result_of(scenario: dict[str, Any], tmp_path: Path) -> Result:
    overlay = None
    if "overlay" in scenario:
        overlay = tmp_path / "overlay.yaml"
        overlay.write_text(yaml.safe_dump(scenario["overlay"]), encoding="utf-8")
    answers = {key: typed(value) for key, value in scenario["answers"].items()}
    return advise(answers, as_of=scenario["as_of"], prices=overlay)


def costs_of(result: Result) -> dict[str, Cost]:
    return {
        **{entry.strategy: entry.cost for entry in result.strategies},
        **{entry.id: entry.cost for entry in result.alternatives},
    }


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_line_is_as_calculated_by_hand(path: Path, tmp_path: Path) -> None:
    scenario = read(path)
    costs = costs_of(result_of(scenario, tmp_path))
    for name, expected in scenario["expect"].items():
        lines = [
            (line.id, line.kind, line.quantity, line.unit_price_usd, line.amount_usd) for line in costs[name].lines
        ]
        wanted = [
            (identity, kind, Decimal(quantity), Decimal(price), Decimal(amount))
            for identity, kind, quantity, price, amount in expected["lines"]
        ]
        assert lines == wanted, name


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_totals_months_and_break_evens_are_as_calculated_by_hand(path: Path, tmp_path: Path) -> None:
    scenario = read(path)
    result = result_of(scenario, tmp_path)
    costs = costs_of(result)
    models: dict[str, str | None] = {entry.strategy: entry.model for entry in result.strategies}
    models |= {entry.id: entry.model for entry in result.alternatives}
    for name, expected in scenario["expect"].items():
        cost = costs[name]
        if "model" in expected:
            assert models[name] == expected["model"]
        for field, amount in expected.get("totals", {}).items():
            assert getattr(cost, field) == Decimal(amount), f"{name}: {field}"
        for month, cumulative in expected.get("cumulative", {}).items():
            found = next(entry for entry in cost.months if entry.month == month)
            assert found.cumulative_usd == Decimal(cumulative), f"{name}: {month}"
        for versus, wanted in expected.get("break_even", {}).items():
            entry = next(entry for entry in cost.break_evens if entry.versus == versus)
            for field, value in wanted.items():
                found_value = getattr(entry, field)
                shown = "none" if found_value is None else str(found_value).lower()
                same = (
                    Decimal(shown) == Decimal(value)
                    if field in ("days", "requests") and shown != "none"
                    else shown == value
                )
                assert same, f"{name} against {versus}: {field} is {shown}"


def test_the_scenarios_cover_what_they_are_for() -> None:
    assert len(SCENARIOS) >= 12
