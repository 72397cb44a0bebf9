"""Pages in headless Chromium: accessible in light and dark (axe-core), no wider than a phone, and whole on paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import chromium
import pytest
from pypdf import PdfReader

from advisor.documents.page.shell import page_of

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "tests" / "page"
PHONE_PIXELS = 380
MEASURE = """
const wide = [...document.querySelectorAll("body *")]
  .filter(element => !element.parentElement.closest(".scroll, svg, pre"))
  .filter(element => element.getBoundingClientRect().right > innerWidth)
  .map(element => element.outerHTML.slice(0, 100));
return { wide, width: document.documentElement.scrollWidth, window: innerWidth };
"""

pytestmark = pytest.mark.skipif(chromium.executable() is None, reason="Chromium is not installed")


@cache
def page(name: str) -> str:
    if name == "sample":
        chart = (SAMPLE / "cumulative-cost.svg").read_text(encoding="utf-8")
        return page_of((SAMPLE / "sample.md").read_text(encoding="utf-8"), {"sample.advise/cumulative-cost.svg": chart})
    return page_of((ROOT / "examples" / f"{name}.advise.md").read_text(encoding="utf-8"), {})


def audit(text: str, folder: Path, *, dark: bool) -> Mapping[str, Any]:
    """Return what axe-core finds in a page, as rule ids with their elements."""
    axe = chromium.axe()
    if axe is None:
        pytest.skip("axe-core is not installed; `just browser` installs it")
    told = """
    const result = await axe.run(document, { resultTypes: ["violations"] });
    const found = result.violations.flatMap(rule => rule.nodes.map(node => [rule.id, node.html.slice(0, 200)]));
    return { found, passes: result.passes.length, dark: matchMedia("(prefers-color-scheme: dark)").matches };
    """
    return chromium.probed(text, axe.replace("</script", "<\\/script") + ";" + told, folder, dark=dark)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["sample", "support-classifier", "hasty-plan"])
def test_axe_finds_nothing_and_the_policy_refuses_nothing(name: str, dark: bool, tmp_path: Path) -> None:
    seen = audit(page(name), tmp_path, dark=dark)
    assert seen["dark"] is dark
    assert seen["found"] == []
    assert seen["refused"] == []
    assert seen["passes"] > 20


@pytest.mark.parametrize(
    ("old", "new", "dark", "rule"),
    [
        ('lang="en"', "", False, "html-has-lang"),
        ("--quiet: #55616f", "--quiet: #b5bcc4", False, "color-contrast"),
        ("--quiet: #a4afba", "--quiet: #4a545e", True, "color-contrast"),
        ('tabindex="0"', 'style="width: 9rem"', False, "scrollable-region-focusable"),
    ],
)
def test_axe_would_find_it(old: str, new: str, dark: bool, rule: str, tmp_path: Path) -> None:
    assert old in page("sample")
    assert rule in {found for found, _ in audit(page("sample").replace(old, new), tmp_path, dark=dark)["found"]}


def test_the_policy_refuses_what_comes_from_outside(tmp_path: Path) -> None:
    link = '<link rel="stylesheet" href="https://example.org/x.css"><img src="https://example.org/x.png" alt="">'
    turn = "await new Promise(go => setTimeout(go, 50));"
    until = f"for (let turn = 0; turn < 100 && found.refused.length < 2; turn++) {turn}"
    seen = chromium.probed(page("sample").replace("<main>", f"{link}<main>"), f"{until} return {{}};", tmp_path)
    assert set(seen["refused"]) == {"style-src-elem", "img-src"}


@pytest.mark.parametrize("name", ["sample", "support-classifier", "hasty-plan"])
def test_a_page_is_no_wider_than_a_phone(name: str, tmp_path: Path) -> None:
    seen = chromium.probed_in_frame(page(name), MEASURE, tmp_path, PHONE_PIXELS)
    assert seen["window"] == PHONE_PIXELS
    assert seen["width"] <= PHONE_PIXELS
    assert seen["wide"] == []


def test_words_without_an_end_make_no_page_wider(tmp_path: Path) -> None:
    word = "x" * 300
    parts = ("> [!NOTE]\n> {0}", "- {0}", "1. `{0}`", "| a | {0} |\n| --- | --- |\n| {0} | `{0}` |", "![{0}](c.svg)")
    folded = "<details>\n<summary>{0}</summary>\n\n[{0}](https://example.org/)\n\n</details>\n\n```\n{0}\n```"
    text = "---\nstatus: {0}\n---\n\n# {0}\n\n## {0}\n\n" + "\n\n".join((*parts, folded))
    drawn = (SAMPLE / "cumulative-cost.svg").read_text(encoding="utf-8")
    endless = page_of(text.replace("{0}", word), {"c.svg": drawn})
    seen = chromium.probed_in_frame(endless, MEASURE, tmp_path, PHONE_PIXELS)
    assert (seen["width"], seen["wide"]) == (PHONE_PIXELS, [])


def test_a_page_that_is_too_wide_would_be_seen(tmp_path: Path) -> None:
    wide = page("sample").replace("A quotation.", "A" * 200 + '<span style="white-space: nowrap">' + "b " * 200)
    assert chromium.probed_in_frame(wide, MEASURE, tmp_path, PHONE_PIXELS)["width"] > PHONE_PIXELS


@pytest.mark.parametrize("name", ["support-classifier", "hasty-plan"])
def test_paper_holds_closed_fold_outs_page_numbers_and_the_targets_of_links(name: str, tmp_path: Path) -> None:
    sheets = PdfReader(chromium.printed(page(name), tmp_path)).pages
    text = "".join(unicodedata.normalize("NFKC", "".join(sheet.extract_text() for sheet in sheets)).split())
    assert 5 < len(sheets) < 30
    assert f"1/{len(sheets)}" in text
    assert "https://costhawk.ai/glossary/fine-tuning" in text
    folds = re.findall(r"<details>.*?</details>", page(name), re.DOTALL)
    amounts = re.findall(r"<td[^>]*>([0-9,]+\.[0-9]{2})</td>", "".join(folds))
    assert len(amounts) > 50
    assert all(amount in text for amount in amounts)
