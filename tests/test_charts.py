"""Charts: scales and ticks, room for words, colours that can be told apart, and SVG that is well formed whatever it
says."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from drawings import labels, meeting, outside
from hypothesis import given
from hypothesis import strategies as some

from advisor.charts.bar import Bar, BarChart, bar_chart, whole_up_to
from advisor.charts.diverging import DivergingChart, Item, diverging_chart
from advisor.charts.frame import Words
from advisor.charts.lettering import fitted, pushed_apart, width_of, wrapped
from advisor.charts.line import Crossing, Curve, LineChart, line_chart
from advisor.charts.scale import Linear, Logarithmic, ceiling, short
from advisor.charts.style import DARK, DASHES, LIGHT, Palette
from advisor.charts.svg import coordinate, escape
from advisor.charts.track import Interval, Label, Track, TrackChart, track_chart

AMOUNTS = some.integers(0, 10**14).map(lambda cents: cents / 100)
POSITIVE = some.floats(1e-3, 1e12)
TEXTS = some.text(max_size=80) | some.sampled_from(
    (
        "<script>alert(1)</script>",
        "a & b \"c\" 'd'",
        "\x00\x07\ud800\ufffe",
        "日本語" * 20,
        "W" * 200,
        "]]>",
        "<!--",
        "",
    )
)


@given(some.floats(-1e9, 1e9), POSITIVE, some.integers(2, 12))
def test_linear_ticks_are_few_increase_and_lie_inside(low: float, span: float, most: int) -> None:
    scale = Linear(low, low + max(span, abs(low) / 1e6), 0, 100)
    ticks = scale.ticks(most)
    assert len(ticks) <= most
    assert ticks == sorted(set(ticks))
    assert all(scale.low <= tick <= scale.high for tick in ticks)
    assert ticks == scale.ticks(most)


@given(POSITIVE, some.floats(1.5, 1e9), some.integers(3, 12))
def test_logarithmic_ticks_are_few_increase_and_lie_inside(low: float, factor: float, most: int) -> None:
    scale = Logarithmic(low, low * factor, 0, 100)
    ticks = scale.ticks(most)
    assert len(ticks) <= most
    assert ticks == sorted(set(ticks))
    assert all(scale.low <= tick <= scale.high for tick in ticks)


@given(POSITIVE, POSITIVE, POSITIVE)
def test_scales_keep_the_order_of_values(one: float, other: float, high: float) -> None:
    one, other = sorted((one, other))
    assert Linear(0, high, 0, 100)(one) <= Linear(0, high, 0, 100)(other)
    assert Logarithmic(1e-4, high, 0, 100)(one) <= Logarithmic(1e-4, high, 0, 100)(other)


@given(POSITIVE, some.integers(2, 10))
def test_an_axis_ends_on_a_tick_at_or_above_the_highest_value(value: float, most: int) -> None:
    top = ceiling(value, most)
    assert value * (1 - 1e-9) <= top <= 2 * value * most
    assert Linear(0, top, 0, 1).ticks(most)[-1] == pytest.approx(top)


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (0.5, "0.5"), (250, "250"), (999, "999"), (1000, "1k"), (2500, "2.5k"), (1.25e6, "1.25M"), (3e9, "3B")],
)
def test_ticks_are_written_short(value: float, words: str) -> None:
    assert short(value) == words


@given(some.lists(some.floats(-50, 350), max_size=8))
def test_labels_are_pushed_apart_in_their_order(wanted: list[float]) -> None:
    heights = [17.0 + 14 * (number % 3) for number in range(len(wanted))]
    placed = pushed_apart(wanted, heights, 0, 400)
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    for above, below in itertools.pairwise(order):
        assert placed[below] - placed[above] >= (heights[above] + heights[below]) / 2 - 1e-6
    assert all(placed[index] + heights[index] / 2 <= 400 + 1e-6 for index in order)


def test_a_label_with_room_stays_where_it_is_wanted() -> None:
    assert pushed_apart([50, 200], [17, 17], 0, 300) == [50, 200]


@given(TEXTS, some.floats(30, 800), some.sampled_from((11, 12, 16)), some.booleans())
def test_a_fitted_text_is_no_wider_than_its_room(text: str, width: float, size: float, bold: bool) -> None:
    assert width_of(fitted(text, width, size, bold=bold), size, bold=bold) <= width
    assert all(width_of(line, size) <= width for line in wrapped(text, width, size, 3))
    assert len(wrapped(text, width, size, 3)) <= 3


def test_an_amount_is_not_broken_from_its_currency() -> None:
    lines = wrapped("It comes to USD 1,000.00", width_of("It comes to USD", 12), 12, 2)
    assert lines == ["It comes to", "USD 1,000.00"]


@pytest.mark.parametrize(("value", "words"), [(12.0, "12"), (0.04, "0"), (-0.04, "0"), (1.26, "1.3"), (-3.5, "-3.5")])
def test_coordinates_have_at_most_one_decimal(value: float, words: str) -> None:
    assert coordinate(value) == words


def test_text_is_escaped_and_kept_on_one_line() -> None:
    assert escape('a <b>\n&\x00\ud800"c"') == "a &lt;b&gt; &amp; &quot;c&quot;"


def _luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_marks_stand_out_from_what_is_behind_them(palette: Palette) -> None:
    assert all(_contrast(colour, palette.paper) >= 4.5 for colour in (palette.ink, palette.muted))
    assert all(_contrast(palette.paper, colour) >= 4.5 for colour in palette.series)
    marks = (*palette.series, *palette.parts, palette.gain, palette.loss, palette.axis)
    assert all(_contrast(colour, palette.paper) >= 3 for colour in marks)


_SIGHTS = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""How linear red, green and blue are seen (Machado, Oliveira and Fernandes 2009, severity 1)."""


def _seen(colour: str, sight: str) -> tuple[float, float, float]:
    """Return a colour in CIE Lab as an eye sees it."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    rgb = [min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0.0), 1.0) for row in _SIGHTS[sight]]
    rows = ((0.4339, 0.3762, 0.1899), (0.2126, 0.7152, 0.0722), (0.0177, 0.1095, 0.8729))
    x, y, z = (sum(a * b for a, b in zip(row, rgb, strict=True)) for row in rows)
    fx, fy, fz = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("sight", _SIGHTS)
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_that_stand_side_by_side_can_be_told_apart_by_every_eye(palette: Palette, sight: str) -> None:
    for colours in (palette.series, palette.parts, (palette.gain, palette.loss)):
        for one, other in itertools.combinations(colours, 2):
            pairs = zip(_seen(one, sight), _seen(other, sight), strict=True)
            assert sum((a - b) ** 2 for a, b in pairs) ** 0.5 >= 15, (one, other)


def test_every_series_has_a_dash_pattern_of_its_own() -> None:
    assert len(set(DASHES)) == len(DASHES) == len(LIGHT.series) == len(DARK.series)


@some.composite
def line_charts(draw: some.DrawFn) -> str:
    months = draw(some.integers(1, 60))
    curves = []
    for series in range(draw(some.integers(1, 6))):
        steps = draw(some.lists(AMOUNTS, min_size=1, max_size=months))
        points = list(enumerate(itertools.accumulate(steps, initial=draw(AMOUNTS))))
        stops = series == 3 and len(points) - 1 < months
        label = tuple(draw(some.lists(TEXTS, min_size=1, max_size=3)))
        curves.append(Curve(label, series, tuple(points), series == 0, stops, series > 3))
    crossings = [
        Crossing(month, dict(curves[0].points).get(month, 0.0), draw(TEXTS))
        for month in draw(some.sets(some.integers(1, months), max_size=2))
    ]
    names = tuple(f"{2026 + number // 12}-{number % 12 + 1:02}" for number in range(months))
    return line_chart(LineChart(_words(draw), "USD", names, tuple(curves), tuple(crossings)))


@some.composite
def bar_charts(draw: some.DrawFn) -> str:
    bars = []
    for number in range(draw(some.integers(1, 9))):
        parts = draw(some.tuples(AMOUNTS, AMOUNTS, AMOUNTS) | some.just(()))
        known = bool(parts) and draw(some.booleans())
        bars.append(Bar(draw(TEXTS), draw(TEXTS), parts, draw(TEXTS), draw(TEXTS), known, number == 0))
    return bar_chart(BarChart(_words(draw), "USD", ("Build", "Run", "Maintain"), tuple(bars)))


@some.composite
def diverging_charts(draw: some.DrawFn) -> str:
    values = draw(some.lists(some.integers(-40, 40), max_size=10))
    items = tuple(Item(draw(TEXTS), draw(TEXTS), value) for value in values)
    total = Item("Margin", draw(TEXTS), sum(values))
    return diverging_chart(DivergingChart(_words(draw), (draw(TEXTS), draw(TEXTS)), items, total))


@some.composite
def track_charts(draw: some.DrawFn) -> str:
    entries = tuple((draw(TEXTS), series) for series in range(4))
    tracks = []
    for _ in range(draw(some.integers(1, 10))):
        cuts = [0.0, *sorted(draw(some.sets(some.floats(0.01, 0.99), max_size=6))), 1.0]
        intervals = tuple(Interval(low, high, draw(some.integers(0, 3))) for low, high in itertools.pairwise(cuts))
        marks = tuple(Label(at, draw(TEXTS), draw(some.booleans())) for at in cuts)
        now = tuple(sorted(draw(some.lists(some.floats(0, 1), min_size=1, max_size=2))))
        opens = (draw(some.booleans()), draw(some.booleans()))
        tracks.append(Track(draw(TEXTS), draw(TEXTS), intervals, marks, now, opens, opens[0]))
    return track_chart(TrackChart(_words(draw), entries, tuple(tracks)))


def _words(draw: some.DrawFn) -> Words:
    return Words("some-chart", draw(TEXTS), draw(TEXTS), tuple(draw(some.lists(TEXTS, max_size=3))))


CHARTS = line_charts() | bar_charts() | diverging_charts() | track_charts()


@given(CHARTS)
def test_a_chart_is_well_formed_and_has_one_element_a_line(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {"width", "height"}.isdisjoint(root.keys())
    assert {element.tag.rpartition("}")[2] for element in root.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "text", "line", "polyline", "polygon", "circle", "pattern")
    }
    lines = svg.splitlines()
    assert svg.endswith("</svg>\n")
    assert all(line == line.strip() for line in lines)
    assert all(line.count("<") <= 2 for line in lines)
    assert not re.search(
        r"\d\.\d\d", "".join(line for line in lines if not line.startswith(("<text", "<title", "<desc")))
    )


@given(CHARTS)
def test_styles_and_ids_stay_inside_their_chart(svg: str) -> None:
    style = svg.partition("<style>\n")[2].partition("</style>")[0].splitlines()
    assert all(re.match(r"#some-chart |@media \(prefers-color-scheme: dark\) \{$|\}$", line) for line in style)
    assert all(name.startswith("some-chart") for name in re.findall(r'(?<= id=")[^"]*', svg))
    used = {name for names in re.findall(r' class="([^"]*)"', svg) for name in names.split()}
    assert {line.split()[1].removeprefix(".") for line in style if line.startswith("#")} - {"text"} <= used


@given(CHARTS)
def test_no_text_leaves_the_page(svg: str) -> None:
    assert outside(svg) == []


@given(CHARTS)
def test_labels_do_not_meet(svg: str) -> None:
    assert meeting(svg) == []


def test_an_unknown_bar_is_drawn_open_and_never_as_nothing() -> None:
    bars = (Bar("a", "", (5.0, 5.0, 5.0), "USD 15.00"), Bar("b", "", (), "not established", known=False))
    svg = bar_chart(BarChart(Words("c", "t", "d"), "USD", ("Build", "Run", "Maintain"), bars))
    assert svg.count('fill="url(#c-hatch-faint)"') == 1
    assert "not established" in [label.text for label in labels(svg)]
    whole = bar_chart(BarChart(Words("c", "t", "d"), "USD", ("Build", "Run", "Maintain"), bars[:1]))
    assert "c-hatch-faint" not in whole


@pytest.mark.parametrize(
    ("lengths", "strong", "limit"),
    [
        ((85, 981, 30, 230, 22, 11), 2, 230),
        ((24, 75, 18, 43), 2, 75),
        ((148e6, 1730e6, 56e3, 237e6, 40e6, 15e6), 2, 237e6),
        ((0, 0), 0, 1),
    ],
)
def test_a_bar_that_dwarfs_the_others_is_broken(lengths: tuple[float, ...], strong: int, limit: float) -> None:
    bars = tuple(Bar("", "", (length,), "", strong=number == strong) for number, length in enumerate(lengths))
    assert whole_up_to(bars) == limit


def test_a_logarithmic_axis_says_so() -> None:
    near = (Curve(("a",), 0, ((0, 10), (1, 100))), Curve(("b",), 1, ((0, 10), (1, 1000))))
    far = (*near, Curve(("c",), 2, ((0, 10), (1, 10000))))
    drawn = [line_chart(LineChart(Words("c", "t", "d"), "USD", ("2026-12",), curves, ())) for curves in (near, far)]
    assert ["logarithmic" in svg for svg in drawn] == [False, True]


def test_a_minor_line_that_costs_nothing_stands_at_the_foot_of_a_logarithmic_axis() -> None:
    ends = {"low": 1.0, "high": 100.0, "nothing": 0.0}
    curves = [
        Curve((name,), number, ((0, 0.0), (1, end)), minor=not end) for number, (name, end) in enumerate(ends.items())
    ]
    svg = line_chart(LineChart(Words("some-chart", "Title", "Words", ()), "USD", ("2026-01",), tuple(curves), ()))
    assert "logarithmic" in svg
    assert "nothing" in [label.text for label in labels(svg)]


def test_drawing_code_knows_nothing_of_the_project() -> None:
    folder = Path(__file__).resolve().parent.parent / "advisor" / "charts"
    imports = re.findall(
        r"^\s*(?:from|import) (advisor[\w.]*)", "\n".join(f.read_text() for f in folder.glob("*.py")), re.M
    )
    assert imports
    assert all(name.startswith("advisor.charts.") for name in imports)
