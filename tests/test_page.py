"""The HTML page: the same words as the markdown, sound and self-contained, whatever free text and templates hold."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from page_reader import PageReader
from test_markdown_safety import NASTY, NASTY_TEXTS, PARSER, ascii_of
from test_markdown_safety import document as document_with

from advisor.documents.page.shell import page_of
from advisor.fingerprint import opened, sealed, without_front

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.advise.md"))
SAMPLE = (ROOT / "tests" / "page" / "sample.md").read_text(encoding="utf-8")
CHART = (ROOT / "tests" / "page" / "cumulative-cost.svg").read_text(encoding="utf-8")
FIGURES = {"sample.advise/cumulative-cost.svg": CHART}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHELL = names("html head meta title style body main header nav div")
WORDS = names(
    "h1 h2 h3 h4 h5 h6 p ul ol li a strong em s code pre time wbr br hr blockquote table thead tbody tr th td "
    "details summary figure figcaption img"
)
DRAWING = names("svg title desc style defs pattern rect path polyline polygon text g line circle")
ATTRIBUTES = names("id class href scope role aria-label tabindex open start src alt title style")
TARGET = re.compile(r"https?://|mailto:|#|[^:]*$")


@cache
def page_of_example(file: Path) -> PageReader:
    folder = file.with_suffix("")
    pictures = {f"{folder.name}/{path.name}": path.read_text(encoding="utf-8") for path in folder.iterdir()}
    return PageReader(page_of(file.read_text(encoding="utf-8"), pictures))


@cache
def sample() -> PageReader:
    return PageReader(page_of(SAMPLE, FIGURES))


def page_with(markdown: str) -> PageReader:
    return PageReader(page_of(f"# Title\n\n{markdown}\n", {}))


def assert_sound(reader: PageReader) -> None:
    """Assert what holds for every page: well nested, ids once, links lead somewhere, nothing runs or is loaded."""
    assert reader.misplaced == []
    assert len(reader.ids) == len(set(reader.ids))
    assert {target[1:] for target in reader.targets if target.startswith("#")} <= set(reader.ids)
    assert {tag.name for tag in reader.tags} <= SHELL | WORDS | DRAWING
    body = reader.tags[next(at for at, tag in enumerate(reader.tags) if tag.name == "body") :]
    assert {key for tag in body if tag.name in WORDS for key in tag.attributes} <= ATTRIBUTES
    assert all(TARGET.match(target) or target.startswith("data:image/") for target in reader.targets)
    assert [tag.attributes["content"] for tag in reader.tags if "http-equiv" in tag.attributes] == [POLICY]
    assert not re.search(r"url\((?!#)|@import", reader.words("style") + str(reader.tags))
    assert len(reader.named("main")) == len(reader.named("h1")) == 1
    assert reader.page.startswith("<!DOCTYPE html>\n")
    assert reader.page.endswith("</html>\n")
    assert "\r" not in reader.page


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name.partition(".")[0])
def test_the_page_of_an_example_is_sound(file: Path) -> None:
    reader = page_of_example(file)
    assert_sound(reader)
    assert reader.words("title", without=("svg",)) == reader.words("h1")


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name.partition(".")[0])
def test_a_page_says_what_its_document_says(file: Path) -> None:
    text, _, _ = opened(file.read_text(encoding="utf-8"))
    plain = PageReader(f"<main>{PARSER.render(without_front(text))}</main>").words("main")
    plain = re.sub(r"\[!\w+\]", "", plain)
    said = page_of_example(file).words("main", without=("nav", "kind", "figure", "status"))
    assert said.replace(" ", "") == plain.replace(" ", "")


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name.partition(".")[0])
def test_a_page_is_small_beside_its_document(file: Path) -> None:
    style = len((ROOT / "templates" / "html" / "page.css").read_bytes())
    drawn = sum(len(path.read_bytes()) for path in file.with_suffix("").iterdir())
    markup = len(page_of_example(file).page.encode()) - style - len(file.read_bytes()) - drawn
    assert style < 10_000
    assert markup < 0.5 * len(file.read_bytes())


def test_the_sample_is_the_page_that_reviewers_have_read() -> None:
    golden = ROOT / "tests" / "page" / "sample.html"
    body = page_of(SAMPLE, FIGURES).partition("<body>\n")[2].partition("</body>")[0]
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(body, encoding="utf-8", newline="\n")
    assert golden.read_text(encoding="utf-8") == body
    assert_sound(sample())


def test_the_same_document_gives_the_same_bytes_however_its_lines_end() -> None:
    assert page_of(SAMPLE, FIGURES) == page_of(SAMPLE, FIGURES)
    assert page_of(SAMPLE.replace("\n", "\r\n"), FIGURES) == page_of(SAMPLE, FIGURES)


def test_the_parser_is_imported_only_when_a_page_is_made() -> None:
    code = (
        "import sys, advisor.documents.page.shell; assert not {'markdown_it', 'jinja2', 'markupsafe'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_page_is_sealed_as_a_document_is() -> None:
    text, fingerprint, _ = opened(EXAMPLES[0].read_text(encoding="utf-8"))
    assert fingerprint is not None
    page = page_of(text, {})
    assert page == page_of(EXAMPLES[0].read_text(encoding="utf-8"), {})
    whole = sealed(page, fingerprint)
    assert opened(whole) == (page, fingerprint, True)
    assert opened(whole.replace("USD", "EUR", 1))[2] is False
    reader = PageReader(whole)
    assert reader.misplaced == []
    assert [comment.strip().startswith("advise fingerprint") for comment in reader.comments] == [True]


def test_front_matter_becomes_a_line_and_nothing_else() -> None:
    assert sample().words("status") == "Status: proposed, 2026-11-23"
    assert "status: proposed" not in sample().words("main")
    bare = PageReader(page_of(SAMPLE.partition("---\n\n")[2], FIGURES))
    assert bare.named("status") == []
    assert bare.words("main") == sample().words("main", without=("status",))


def test_front_matter_is_text() -> None:
    reader = PageReader(page_of('---\nstatus: "<b>{{ 1 }} & more"\n---\n\n# Title\n', {}))
    assert reader.words("status") == "Status: <b>{{ 1 }} & more"
    assert_sound(reader)


def test_a_rule_at_the_beginning_is_no_front_matter() -> None:
    assert len(page_with("x\n\n---\n\nstatus: y\n").named("hr")) == 1
    assert len(PageReader(page_of("---\n\n# Title\n", {})).named("hr")) == 1


def test_alerts_are_call_outs_of_their_kind() -> None:
    kinds = [tag.attributes["class"] for tag in sample().named("callout")]
    assert kinds == ["callout warning", "callout important", "callout note", "callout"]
    assert sample().words("kind") == "WarningIn shortNote"
    assert "[!" not in sample().words("main")


@pytest.mark.parametrize(
    "quotation",
    ["> \\[!WARNING\\]\n> x", "> [!WARNING] x", "> [!DANGER]\n> x", "> x\n> [!NOTE]", "> - [!NOTE]", "> [!note]\n> x"],
)
def test_what_is_no_alert_stays_a_quotation(quotation: str) -> None:
    reader = page_with(quotation)
    assert [tag.attributes["class"] for tag in reader.named("callout")] == ["callout"]
    assert "[!" in reader.words("callout")


def test_the_table_of_contents_leads_to_the_sections() -> None:
    links = [tag.attributes["href"] for tag in sample().named("a") if tag.attributes.get("href", "").startswith("#")]
    assert links[:5] == [
        "#considered-options",
        "#decision-outcome",
        "#consequences",
        "#consequences-1",
        "#more-information",
    ]
    assert sample().words("nav").startswith("Contents Considered Options Decision Outcome Consequences")
    assert page_with("No sections.").named("nav") == []


@pytest.mark.parametrize(
    ("markdown", "ids"),
    [
        ("## A b\n\n## A b\n\n## A b", ["a-b", "a-b-1", "a-b-2"]),
        ("## A-1\n\n## A\n\n## A", ["a-1", "a", "a-2"]),
        ("## `x_y` & **z**, (w)", ["x_y--z-w"]),
        ("## ???", ["section"]),
        ('<a id="a"></a>\n\n## A\n\n<a id="a"></a>', ["a", "a-1"]),
        ("## 日本 é", ["日本-é"]),
    ],
)
def test_ids_are_those_of_github_and_unique(markdown: str, ids: list[str]) -> None:
    assert page_with(markdown).ids[-len(ids) :] == ids
    assert page_with(markdown).ids == ["title", *ids]


def test_tables_tell_what_their_cells_are() -> None:
    options, months, _ = (tag for tag in sample().tags if tag.name == "table")
    assert options.attributes["class"].split() == ["n2", "k2", "n4", "k4"]
    assert months.attributes["class"].split() == ["n2", "k2", "n3", "k3"]
    heads = [tag.attributes["scope"] for tag in sample().named("th")]
    assert heads == ["col"] * 4 + ["row"] * 2 + ["col"] * 3 + ["row"] + ["col"] * 2
    assert len(sample().named("pick")) == 1
    assert sample().words("pick").startswith("Fine-tuning")


def test_wide_tables_can_be_scrolled_by_keyboard_and_have_names() -> None:
    regions = sample().named("scroll")
    assert all((tag.attributes["role"], tag.attributes["tabindex"]) == ("region", "0") for tag in regions)
    assert [tag.attributes["aria-label"] for tag in regions] == [
        "Considered Options, table",
        "Month by month, <cumulative>, table",
    ]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name.partition(".")[0])
def test_no_two_tables_have_the_same_name(file: Path) -> None:
    labels = [tag.attributes["aria-label"] for tag in page_of_example(file).named("scroll")]
    assert len(labels) == len(set(labels)) > 5


def test_a_picture_of_ours_is_a_figure_as_wide_as_its_place() -> None:
    svg = next(tag for tag in sample().tags if tag.name == "svg")
    assert svg.attributes["viewbox"] == "0 0 720 240"
    assert not {"width", "height"} & set(svg.attributes)
    assert "<?xml" not in sample().page


def test_a_picture_that_says_its_words_itself_has_no_caption() -> None:
    assert not sample().named("figcaption")
    page = PageReader(page_of("# T\n\n![Other words](c.svg)\n", {"c.svg": CHART}))
    assert page.words("figcaption") == "Other words"


def test_a_picture_is_found_by_a_name_that_links_write_differently() -> None:
    page = page_of("# T\n\n![x](a%20b.advise/c.svg)\n", {"a b.advise/c.svg": CHART})
    assert len(PageReader(page).named("figure")) == 1


def test_a_picture_that_is_linked_twice_is_drawn_once() -> None:
    reader = PageReader(page_of("# T\n\n![x](c.svg)\n\n![again](c.svg)\n", {"c.svg": CHART}))
    assert_sound(reader)
    assert len(reader.named("figure")) == 1
    assert reader.words("lead").endswith("x again")


@pytest.mark.parametrize("source", ["https://example.org/x.png", "other.svg", "//example.org/x.png"])
def test_a_picture_from_elsewhere_is_its_words(source: str) -> None:
    reader = page_with(f"![Words of it]({source}) and ![more]({source})")
    assert reader.words("div") == "Words of it and more"
    assert reader.named("img") == reader.named("figure") == []


def test_an_embedded_picture_is_kept() -> None:
    assert [tag.name for tag in page_with("![x](data:image/png;base64,AAAA)").named("img")] == ["img"]
    assert page_with("![x](data:image/svg+xml;base64,AAAA)").named("img") == []


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "x <script>alert(1)</script> y",
        "<img src=x onerror=alert(1)>",
        "x <img src=x onerror=alert(1)>",
        "<svg onload=alert(1)></svg>",
        "<iframe src=https://example.org></iframe>",
        "<style>@import 'https://example.org'</style>",
        "<link rel=stylesheet href=https://example.org>",
        "<meta http-equiv=refresh content=0>",
        "<base href=https://example.org>",
        '<a href="javascript:alert(1)">x</a>',
        '<a id="x" onclick="alert(1)">x</a>',
        '<a id="x&quot; onclick=alert(1)">x</a>',
        "<details ontoggle=alert(1)>\n\nx\n\n</details>",
        "<details><summary onclick=alert(1)>x</summary></details>",
        "<!-- --><script>alert(1)</script><!-- -->",
        "<details>\n<summary>x</summary>\n<script>alert(1)</script>\n</details>",
        "<details>\n\nnever closed",
        "<details>\n<summary>never closed\n\nx\n\n</details>\n</summary>\n\n## y\n\n<details>",
        "</details>\n\n</details>",
        "<summary>x</summary>",
        "x <details> y",
        "</div></main></body><h1>x</h1>",
        "[x](javascript:alert(1))",
        "[x](  JaVaScRiPt:alert(1))",
        "[x](java&Tab;script:alert(1))",
        "[x](vbscript:x) [y](data:text/html,x) [z](file:///etc/passwd)",
        "<javascript:alert(1)>",
        '[x](https://example.org/"onclick=alert(1))',
        '[x](https://example.org "title\\" onclick=x")',
        "```<script>\n</code><script>x</script>\n```",
        "`</code><script>x</script>`",
        '## <script>x</script>\n\n## x" onclick="y',
        '| <script> | x" y |\n| --- | :-: |\n| </td> | <b>z</b> |',
    ],
)
def test_no_markdown_puts_more_into_a_page_than_documents_use(markdown: str) -> None:
    assert_sound(page_with(markdown))


def test_raw_html_that_is_not_ours_is_shown() -> None:
    reader = page_with("<b>bold</b> &amp; <i>x</i>\n\n<div>block &lt;</div>")
    assert reader.words("div") == "<b>bold</b> & <i>x</i> <div>block <</div>"


@cache
def plain_structure() -> list[str]:
    return structure(PageReader(page_of(document_with("Alpha Beta", "Alpha Beta"), {})))


def structure(reader: PageReader) -> list[str]:
    """Return the tags of a page but for those that only say where words may break."""
    return [tag.name for tag in reader.tags if tag.name not in ("wbr", "time")]


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_free_text_stays_text_in_a_page(nasty: str) -> None:
    reader = PageReader(page_of(document_with(nasty, nasty), {}))
    assert_sound(reader)
    assert structure(reader) == plain_structure()
    assert ascii_of(reader.words("h1").partition(" for")[2]) == ascii_of(nasty)
    assert reader.words("title", without=("svg",)) == reader.words("h1").replace("\u00a0", " ")


@settings(max_examples=25)
@given(project=NASTY_TEXTS, note=NASTY_TEXTS)
def test_no_free_text_changes_the_page_around_it(project: str, note: str) -> None:
    reader = PageReader(page_of(document_with(project, note), {}))
    assert_sound(reader)
    assert structure(reader) == plain_structure()


@settings(max_examples=200)
@given(markdown=NASTY_TEXTS)
def test_no_markdown_at_all_breaks_a_page(markdown: str) -> None:
    """Templates of a user's own are markdown as well, and may hold anything."""
    reader = PageReader(page_of(f"# Title\n\n{markdown}", {}))
    assert reader.misplaced == []
    assert {tag.name for tag in reader.tags} <= SHELL | WORDS
    assert len(reader.ids) == len(set(reader.ids))
