"""`docs/rules/`, `docs/faq.md` and `docs/answers.md` say what the pack says; `just golden` writes them again."""

from __future__ import annotations

import os
import re
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from command_line import advise
from cost_lines import EXAMPLES, FORMULAS, VARIANTS
from gallery import assessed
from question_page import page
from rule_pages import STAKES, faq_page, pages

from advisor.assessment import Assessment
from advisor.condition_reader import read_condition
from advisor.conditions import All
from advisor.costs.ledger import ZERO
from advisor.derived import IN_MISTAKES, derived_domains
from advisor.errors import Place
from advisor.packs.pack import AtStake, Pack
from advisor.pricebook.book import PriceBook
from advisor.replies import parse_text
from advisor.rulebook import entries
from advisor.trees import parse_yaml

DOCS = Path(__file__).resolve().parent.parent / "docs"
FOLDER = DOCS / "rules"


def others(pack: Pack) -> dict[str, str]:
    return {"faq.md": faq_page(pack), "answers.md": page(pack)}


@pytest.fixture(autouse=True, scope="module")
def renewed(pack: Pack) -> None:
    """Write the pages again where that is asked for."""
    if os.environ.get("UPDATE_GOLDEN"):
        FOLDER.mkdir(exist_ok=True)
        for path in FOLDER.glob("*.md"):
            path.unlink()
        for name, text in pages(pack).items():
            (FOLDER / name).write_text(text, encoding="utf-8")
        for name, text in others(pack).items():
            (DOCS / name).write_text(text, encoding="utf-8")


def test_the_pages_are_those_of_the_pack(pack: Pack) -> None:
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()} == pages(pack)
    for name, text in others(pack).items():
        assert (DOCS / name).read_text(encoding="utf-8") == text


def test_every_rule_and_mistake_has_a_heading_of_its_own_and_a_line_in_the_index(pack: Pack) -> None:
    texts = pages(pack)
    headings = re.findall(r"^## `(.+)`$", "\n".join(texts.values()), re.M)
    assert headings == [entry.id for entry in entries(pack)]
    for entry in entries(pack):
        assert f"#{entry.id})" in texts["README.md"]


def test_how_the_money_at_stake_is_worked_out_is_said_for_every_kind_of_it() -> None:
    assert set(STAKES) == set(get_args(AtStake))


def test_the_condition_that_a_page_shows_is_the_one_that_is_tested(pack: Pack) -> None:
    text = "".join(pages(pack).values())
    domains = {**pack.domains, **derived_domains(*IN_MISTAKES)}
    for entry in entries(pack):
        section = text.partition(f"\n## `{entry.id}`\n")[2].partition("\n## ")[0]
        block = re.search(r"^```yaml\n(.*?)^```$", section, re.M | re.S)
        if block is None:
            assert entry.when == All(())
            continue
        tree = parse_yaml(block[1], entry.id)
        assert read_condition(tree.value["when"], domains, tree, "when") == entry.when


def test_every_question_has_a_heading_and_the_file_that_the_page_shows_is_accepted(pack: Pack, tmp_path: Path) -> None:
    text = page(pack)
    headings = re.findall(r"^### `(.+)`$", text, re.M)
    assert sorted(headings) == sorted(pack.questionnaire.ids)
    shown = re.findall(r"^```json\n(.*?)^```$", text, re.M | re.S)
    file = tmp_path / "w.advise.json"
    file.write_text(shown[0], encoding="utf-8")
    outcome = advise("run", file, "-o", "-")
    assert outcome.code == 0, outcome.err


def test_every_example_of_a_question_is_an_answer_to_it(pack: Pack) -> None:
    place = Place("docs/answers.md")
    for question in pack.questionnaire.questions:
        if question.example is not None and question.kind != "notes":
            assert parse_text(question, question.example, place) is not None


def test_the_money_at_stake_is_worked_out_as_the_page_says(pack: Pack, book: PriceBook) -> None:
    found = [assessed(name, settings, pack, book) for name in EXAMPLES for settings in VARIANTS.values()]
    checked = set()
    for assessment in found:
        for each in assessment.mistakes:
            worked_out = stake(each.mistake.at_stake, each.staked_by, assessment)
            if worked_out is not None and each.at_stake_usd is not None:
                assert abs(worked_out - each.at_stake_usd) <= Decimal("0.01"), each.mistake.id
                checked.add(each.mistake.at_stake)
    assert len(checked) >= 6, checked


def stake(kind: str, strategy: str, found: Assessment) -> Decimal | None:
    """Return the money at stake by the formula of the page, None for one that needs another projection."""
    cost, workload, best = found.costs[strategy], found.workload, found.best_alternative
    amounts = {
        line_id: sum((line.amount_usd for line in cost.lines if line.id == line_id), ZERO) for line_id in FORMULAS
    }
    runs, epochs = workload.training_runs.value, workload.epochs.value
    run_usd = sum((month.run_usd for month in cost.months), ZERO)
    budgets = {name: found.facts.get(name) for name in ("upfront_budget", "monthly_budget")}
    upfront, monthly = (value if isinstance(value, Decimal) else ZERO for value in budgets.values())
    total, switch = cost.printed_total, found.alternatives[1].cost.printed_total
    evaluated_run = (amounts["training"] + amounts["evaluation_input"] + amounts["evaluation_output"]) / runs
    retrained = ("retraining", "reevaluation_input", "reevaluation_output", "retrain")
    saved = sum((month.run_usd for month in best.cost.months), ZERO) - run_usd if best else ZERO
    formulas = {
        "tuning_build": cost.total.upfront_usd,
        "wasted_run": evaluated_run + amounts["labels"] + amounts["label_review"],
        "extra_epochs": (epochs - 4) / epochs * (amounts["training"] + amounts["retraining"]),
        "missing_runs": (5 - runs) * amounts["training"] / runs,
        "upfront_over": cost.printed("build") - upfront,
        "monthly_over": max(ZERO, run_usd - monthly * workload.months),
        "hosting": amounts["hosting"],
        "untuned_saving": total - switch if total is not None and switch is not None else None,
        "retraining_excess": sum((amounts[name] for name in retrained), ZERO) - saved,
    }
    return formulas.get(kind)
