"""Figures: the charts of the examples and of extreme cases say what the document says, and hide nothing."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from drawings import labels, meeting, outside
from gallery import assessed, cases

from advisor.assessment import Assessment
from advisor.costs.ledger import KINDS
from advisor.documents.figures.drawn import Figure, figures_of
from advisor.documents.markdown import render
from advisor.documents.sections.costs import Costs
from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook
from advisor.wording import usd

Drawn = dict[str, tuple[Assessment, dict[str, Figure]]]

AMOUNT = re.compile(r"USD [\d,]+\.\d\d(?![\dkMBT])")


@pytest.fixture(scope="module")
def drawn(pack: Pack, book: PriceBook) -> Drawn:
    """Return all cases of the gallery with their figures."""
    found = {}
    for name, assessment in cases(pack, book):
        found[name] = (assessment, {figure.name: figure for figure in figures_of(assessment)})
    return found


def test_figures_come_in_a_fixed_order_under_their_names(drawn: Drawn) -> None:
    assert list(drawn["support-classifier"][1]) == ["cumulative-cost", "cost-split", "points", "flips"]


def test_no_text_leaves_the_page_or_meets_another(drawn: Drawn) -> None:
    for name, (_, figures) in drawn.items():
        for figure in figures.values():
            assert outside(figure.svg) == [], (name, figure.name)
            assert meeting(figure.svg) == [], (name, figure.name)


def test_the_same_assessment_gives_the_same_bytes(pack: Pack, book: PriceBook) -> None:
    for example in ("support-classifier", "too-close-to-call"):
        assert figures_of(assessed(example, (), pack, book)) == figures_of(assessed(example, (), pack, book))


def test_the_conclusion_stands_in_the_file(drawn: Drawn) -> None:
    for _, figures in drawn.values():
        for figure in figures.values():
            assert figure.svg.endswith("</svg>\n")
            assert "\n" not in figure.alt
            assert figure.alt.endswith(".")
            desc = re.search(r"<desc[^>]*>(.*)</desc>", figure.svg)
            assert desc is not None
            plain = desc[1].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
            assert plain == " ".join("".join(c if c.isprintable() else " " for c in figure.alt).split())


def test_every_amount_in_a_chart_of_costs_is_printed_in_the_document_too(drawn: Drawn) -> None:
    for name, (assessment, figures) in drawn.items():
        document = render(assessment)
        printed = {f"USD {amount}" for amount in re.findall(r"[\d,]+\.\d\d", document)}
        shown = {amount for key in ("cost-split", "cumulative-cost") for amount in AMOUNT.findall(_said(figures[key]))}
        assert shown - printed <= _derived(assessment), name


def _said(figure: Figure) -> str:
    return "\n".join((*(label.text for label in labels(figure.svg)), figure.alt, figure.legend or ""))


def _derived(assessment: Assessment) -> set[str]:
    """Return the differences of printed totals that charts say: labour, and what is more than the best alternative."""
    costs = [*assessment.costs.values(), *(entry.cost for entry in assessment.alternatives)]
    costs += [assessment.retrieval_on_small] if assessment.retrieval_on_small else []
    found = {cost.printed() - cost.printed(api=True) for cost in costs}
    if assessment.best_alternative is not None:
        found.add(abs(assessment.recommended_cost.printed() - assessment.best_alternative.cost.printed()))
    return {usd(amount) for amount in found}


def test_bars_show_the_totals_of_the_table_of_costs_in_its_order(drawn: Drawn) -> None:
    for assessment, figures in drawn.values():
        rows = Costs(assessment).totals.rows
        texts = [label.text for label in labels(figures["cost-split"].svg)]
        totals = [text for text in texts if re.match(r"(at least )?USD [\d,]+\.\d\d$|not established$", text)]
        assert [total.replace("USD ", "") for total in totals] == [row.cells[4] for row in rows]


def test_lines_end_on_the_totals_and_pass_the_printed_months(drawn: Drawn) -> None:
    for name in ("support-classifier", "brand-voice-writer", "too-close-to-call"):
        assessment, figures = drawn[name]
        months, mermaid = Costs(assessment).months, figures["cumulative-cost"].mermaid
        assert mermaid is not None
        lines = {title: amounts.split(", ") for title, amounts in re.findall(r'line "([^"]*)" \[([^]]*)\]', mermaid)}
        for number, head in enumerate(months.heads):
            if head in lines:
                assert [f"{Decimal(amount):,.2f}" for amount in lines[head]] == [
                    row.cells[number] for row in months.rows
                ]


def test_the_parts_of_a_bar_are_as_long_as_their_amounts(drawn: Drawn) -> None:
    assessment, figures = drawn["brand-voice-writer"]
    cost = assessment.costs["rag"]
    pieces = re.findall(r'<rect class="part\d".* width="([\d.]+)" height="18"', figures["cost-split"].svg)
    widths = [float(width) for width in pieces]
    ours = [width + 1 for width in widths[2:5]]
    whole = sum(ours)
    for kind, width in zip(KINDS, ours, strict=True):
        assert width / whole == pytest.approx(float(cost.printed(kind) / cost.printed()), abs=0.01)


def test_what_has_no_price_is_open_and_never_a_line_or_a_zero(drawn: Drawn) -> None:
    assessment, figures = drawn["unpriced-training"]
    split = [label.text for label in labels(figures["cost-split"].svg)]
    assert f"at least {usd(assessment.recommended_cost.printed())}" in split
    assert figures["cost-split"].svg.count("hatch-faint)") == 2
    lines = figures["cumulative-cost"]
    assert "not established" in lines.alt
    assert "Fine-tuning" not in (lines.mermaid or "")
    assert [label.text for label in labels(lines.svg) if "Fine-tuning" in label.text] == [
        "The total of Fine-tuning is not established, because prices are missing; lines show what is priced.",
        "Not drawn, as prices are missing: Fine-tuning, RAG and fine-tuning.",
    ]
    nothing = [label.text for label in labels(drawn["no-model-to-tune"][1]["cost-split"].svg)]
    assert nothing.count("not established") == 2
    assert "USD 0.00" not in nothing


def test_the_line_of_a_model_that_ends_stops_on_that_day(drawn: Drawn) -> None:
    assessment, figures = drawn["support-classifier"]
    texts = [label.text for label in labels(figures["cumulative-cost"].svg)]
    assert "USD 22,500.00, ends 2027-01-14" in texts
    assert "Current model" not in (figures["cumulative-cost"].mermaid or "")
    assert "Not drawn, as it ends: Current model, as it is (until 2027-01-14)." in (
        figures["cumulative-cost"].legend or ""
    )
    assert assessment.alternatives[0].cost.ends is not None


def test_break_evens_are_marked_where_the_document_has_them(drawn: Drawn) -> None:
    assessment, figures = drawn["brand-voice-writer"]
    texts = [label.text for label in labels(figures["cumulative-cost"].svg)]
    others = ("Current model, as it is", "Calls batched")
    for entry, other in zip(assessment.break_evens["fine_tuning"], others, strict=True):
        assert f"ahead of {other} from {entry.month} on" in texts
    assert not [text for text in _texts(drawn, "too-close-to-call", "cumulative-cost") if text.startswith("ahead of")]


def _texts(drawn: Drawn, case: str, name: str) -> list[str]:
    return [label.text for label in labels(drawn[case][1][name].svg)]


def test_points_add_up_to_the_margin_or_the_score(drawn: Drawn) -> None:
    for assessment, figures in drawn.values():
        if "points" not in figures:
            continue
        texts = [label.text for label in labels(figures["points"].svg)]
        numbers = [int(text.replace("−", "-")) for text in texts if re.fullmatch(r"[+−]\d+|0", text)]
        found = assessment.recommendation
        assert numbers[-1] == sum(numbers[:-1]) == (found.score if found.margin is None else found.margin)


def test_many_reasons_are_summed_up_in_a_last_bar(pack: Pack, book: PriceBook, monkeypatch: pytest.MonkeyPatch) -> None:
    import advisor.documents.figures.reasons as room

    monkeypatch.setattr(room, "MOST_REASONS", 4)
    figures = {figure.name: figure for figure in figures_of(assessed("support-classifier", (), pack, book))}
    texts = [label.text for label in labels(figures["points"].svg)]
    numbers = [int(text.replace("−", "-")) for text in texts if re.fullmatch(r"[+−]\d+|0", text)]
    assert "the other 6" in texts
    assert numbers[-1] == sum(numbers[:-1]) == 16


def test_every_answer_that_changes_the_recommendation_has_its_track(drawn: Drawn) -> None:
    for assessment, figures in drawn.values():
        changing = {flip.answer for flip in assessment.flips if flip.nearest is not None}
        if not changing:
            assert "flips" not in figures
            continue
        texts = [label.text for label in labels(figures["flips"].svg)]
        assert len(changing & set(texts)) == min(len(changing), 10)


def test_thresholds_stand_under_their_tracks(drawn: Drawn) -> None:
    texts = _texts(drawn, "too-close-to-call", "flips")
    assert {"1,000", "50,000", "about 24,270", "271,500", "about 195,900"} <= set(texts)
    assert "No value of any of the other 7 answers changes the recommendation by itself." in texts
    assert "On a logarithmic scale: output_tokens, prompt_tokens, input_tokens." in texts


def test_mermaid_has_a_legend_in_words_and_equal_columns(drawn: Drawn) -> None:
    for _, figures in drawn.values():
        figure = figures["cumulative-cost"]
        assert (figure.mermaid is None) == (figure.legend is None)
        if figure.mermaid is None or figure.legend is None:
            continue
        head, title, months, amounts, *lines = figure.mermaid.splitlines()
        assert head == "xychart-beta"
        assert title.startswith('    title "')
        assert amounts.startswith('    y-axis "USD" 0 --> ')
        for line in lines:
            assert re.fullmatch(r'    line "[^"`<>&#;\\]+" \[\d+\.\d\d(, \d+\.\d\d)*\]', line)
            count = int(months.rpartition(" --> ")[2]) if " --> " in months else months.count(", ") + 1
            assert line.rpartition("[")[2].count(", ") + 1 == count > 1


def test_mermaid_is_left_out_where_there_is_nothing_to_join(drawn: Drawn) -> None:
    assert drawn["one-month"][1]["cumulative-cost"].mermaid is None
    assert all(figure.mermaid is None for figure in drawn["prototype"][1].values() if figure.name != "cumulative-cost")


def test_hostile_names_come_out_as_text(drawn: Drawn) -> None:
    for case in ("hostile-names", "hostile-names-many"):
        for figure in drawn[case][1].values():
            assert "<b>" not in figure.svg
            assert "\x07" not in figure.svg
            assert "<b>" not in (figure.mermaid or "")


def test_the_project_is_no_part_of_a_chart(pack: Pack, book: PriceBook) -> None:
    plain = figures_of(assessed("prototype", (), pack, book))
    assert figures_of(assessed("prototype", ("project=<script>",), pack, book)) == plain
