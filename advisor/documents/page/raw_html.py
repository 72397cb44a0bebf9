"""Raw HTML in markdown: the few tags that documents use are made anew, everything else is shown as text."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final

_ID: Final = r"[A-Za-z][\w.:-]*"
_KNOWN: Final = re.compile(
    rf'<!--.*?-->|<br\s*/?>|<a\s+id="(?P<id>{_ID})"\s*>|</a>'
    r"|(?P<opens><details(?P<open>\s+open)?\s*>)|(?P<closes></details>)|(?P<summary></?summary>)",
    re.DOTALL | re.ASCII,
)
_SUMMARY: Final = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)


class Ids:
    """The ids of one page: no two elements get the same."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken

    def anchor(self, wanted: str) -> str | None:
        """Return the id of an anchor that a document sets itself, or None where it is taken."""
        if wanted in self._taken:
            return None
        self._taken.add(wanted)
        return wanted

    def heading(self, words: str) -> str:
        """Return the id of a heading, the one that GitHub gives it unless that is taken."""
        slug = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-") or "section"
        found, count = slug, 0
        while self.anchor(found) is None:
            count += 1
            found = f"{slug}-{count}"
        return found


class RawHtml:
    """What is left of a document's raw HTML, read from its beginning to its end."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._in_summary = False
        self.folds: list[str] = []
        """The summaries of the fold-outs that are open at this place, outermost first."""

    def inline(self, html: str) -> str:
        """Return HTML that stands inside a line: line breaks and empty anchors are kept."""
        return self._kept(html, folds=False)

    def block(self, html: str) -> str:
        """Return HTML that stands on lines of its own: fold-outs are kept as well."""
        return self._kept(html, folds=True)

    def rest(self) -> str:
        """Return the ends of what is still open."""
        return "".join(f"{self._fold_ends()}\n" for _ in tuple(self.folds))

    def _kept(self, html: str, *, folds: bool) -> str:
        parts, end = [], 0
        for match in _KNOWN.finditer(html):
            parts.append(_as_text(html[end : match.start()]))
            is_fold = match["opens"] or match["closes"] or match["summary"]
            parts.append(self._tag(match) if folds or not is_fold else _as_text(match[0]))
            end = match.end()
        return "".join((*parts, _as_text(html[end:])))

    def _tag(self, match: re.Match[str]) -> str:
        if match["opens"]:
            summary = _SUMMARY.search(match.string, match.end())
            self.folds.append(unescape(summary[1]).strip() if summary else "")
            return "<details open>" if match["open"] else "<details>"
        if match["closes"]:
            return self._fold_ends()
        if match["summary"]:
            return self._summary(begins=match["summary"] == "<summary>")
        if match["id"]:
            name = self._ids.anchor(match["id"])
            return f'<a id="{name}"></a>' if name else ""
        return "<br>" if match[0].startswith("<br") else ""

    def _summary(self, *, begins: bool) -> str:
        if not self.folds or begins == self._in_summary:
            return ""
        self._in_summary = begins
        return "<summary>" if begins else "</summary>"

    def _fold_ends(self) -> str:
        if not self.folds:
            return ""
        summary = self._summary(begins=False)
        self.folds.pop()
        return f"{summary}</details>"


def _as_text(html: str) -> str:
    """Return HTML that shows the same characters as text; entities keep their meaning."""
    return escape(unescape(html), quote=False)
