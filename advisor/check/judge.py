"""The slow way: a document is made anew from its inputs, and what differs is said with its cause."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import unified_diff
from pathlib import Path
from typing import Final

from advisor.answers import Answers, read_answers
from advisor.assessment import FROM_OPTION, Assessment, assess
from advisor.check.causes import causes_of, changed_answers
from advisor.check.findings import Checked, Finding
from advisor.check.quick import due, quick
from advisor.check.targets import Target
from advisor.documents.bundle import Bundle, bundle
from advisor.documents.seal import fingerprint_of
from advisor.errors import InputError, Place, fail
from advisor.files import read_raw, read_text
from advisor.fingerprint import (
    BUILT_IN,
    Fingerprint,
    Headline,
    Inputs,
    Style,
    digest,
    opened,
    sealed,
    with_front_of,
    without_front,
)
from advisor.inputs import Stock
from advisor.limits import MAX_SHOWN_PROBLEMS
from advisor.naming import DOCUMENT_ENDINGS, picture_path
from advisor.packs.pack import Pack
from advisor.pricebook.book import PriceBook
from advisor.wording import percent, usd


@dataclass(frozen=True)
class Judge:
    """What documents are held against: rules and prices with their digests, the day of the check, how far (as a share)
    a cost may move, the codes that fail, and whether differences are wanted."""

    pack: Pack
    book: PriceBook
    held: Stock
    today: date
    tolerance: Decimal
    fail_on: frozenset[str]
    wants_diff: bool

    def check(self, target: Target) -> Checked:
        """Return what is found about a document; what is wrong with its files is a finding too."""
        findings: tuple[Finding, ...]
        diff = None
        try:
            if (found := self._quick(target)) is not None:
                return found
            answers = read_answers(target.answers, self.pack.questionnaire)
            if _is_missing(target.document):
                self._anew(answers, None)
                writes = _renewing(target, _style(target.document))
                findings = (Finding("missing-document", f"{target.document} is missing; `{writes}` writes it."),)
            else:
                findings, diff = self._compared(target, answers)
        except InputError as error:
            findings = tuple(_invalid(target, error))
        return Checked(str(target.answers), str(target.document), findings, self.fail_on, diff)

    def _quick(self, target: Target) -> Checked | None:
        try:
            return quick(target, self.held, self.today.isoformat(), self.fail_on)
        except (OSError, ValueError):
            return None

    def _compared(self, target: Target, answers: Answers) -> tuple[tuple[Finding, ...], str | None]:
        """Return the findings about a document that may not be what its inputs give, and the difference if wanted."""
        standing = read_text(target.document).replace("\r\n", "\n")
        text, old, intact = opened(standing)
        style = old.style if old else _style(target.document)
        if style.template not in BUILT_IN and not (target.document.parent / style.template).is_file():
            why = f"was written with the template '{style.template}', which is not there."
            raise fail(why, Place(str(target.document)), accepted="that file, or a document written anew")
        assessment = self._anew(answers, old)
        made = bundle(assessment, style, target.document)
        new = fingerprint_of(assessment, self._inputs(target, style), style, made.pictures)
        pictures = tuple(_pictures_that_differ(target.document, made))
        causes = causes_of(old, intact, new, pictures)
        findings: list[Finding] = []
        if old is not None and intact and not pictures and _with_versions(made.text, new, old) == without_front(text):
            if (old.inputs, old.format) != (new.inputs, new.format):
                findings.append(Finding("inputs-changed", _UNHARMED, causes))
        else:
            line = _line_of(answers, old, new) if old is not None else None
            stale = f"{_STALE} `{_renewing(target, style)}` renews it."
            findings.append(Finding("stale", stale, causes, line))
            if old is not None:
                findings += _moved(old.headline, new.headline, self.tolerance, causes, line)
        findings += due(new, self.today.isoformat())
        written = with_front_of(standing, sealed(made.text, new))
        return tuple(findings), _diff(target, standing, written) if self.wants_diff else None

    def _inputs(self, target: Target, style: Style) -> Inputs:
        try:
            return self.held.inputs(target.answers.name, read_raw(target.answers), style, target.document)
        except OSError as error:
            raise fail(f"cannot be read: {error.strerror or 'no such file'}.", Place(style.template)) from None

    def _anew(self, answers: Answers, old: Fingerprint | None) -> Assessment:
        """Return the assessment as of the document's own day, unless the answers name another one.

        A document without a day, from answers without one, is held against the day of the check.
        """
        written = date.fromisoformat(old.as_of) if old else None
        if old is not None and old.as_of_given and written:
            return assess(answers, self.pack, self.book, written, FROM_OPTION)
        return assess(answers, self.pack, self.book, answers.as_of or written or self.today)


_STALE: Final = "the document is not what its inputs give;"
_UNHARMED: Final = "nothing in the document depends on what changed; `advise run` renews its fingerprint."


def _is_missing(document: Path) -> bool:
    try:
        document.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _style(document: Path) -> Style:
    """Return how a document without a fingerprint would be written."""
    return Style("html") if document.name.endswith(DOCUMENT_ENDINGS["html"]) else Style()


def _renewing(target: Target, style: Style) -> str:
    """Return the command that writes a document anew in its own form."""
    usual = Style()
    options = ["--format", style.form] if style.form != usual.form else []
    if style.template != usual.template:
        own = os.path.normpath(target.document.parent / style.template)
        options += ["--template", style.template if style.template in BUILT_IN else own]
    options += ["--chart", style.chart] if style.chart != usual.chart else []
    return shlex.join(["advise", "run", str(target.answers), *options])


def _pictures_that_differ(document: Path, made: Bundle) -> Iterator[str]:
    """Yield the pictures of a document that are not there, or not as they would be written."""
    for name, svg in made.pictures.items():
        file = picture_path(document, name)
        try:
            same = file.is_file() and digest([file.read_bytes()]) == digest([svg.encode()])
        except OSError:
            same = False
        if not same:
            yield f"{file.parent.name}/{file.name}"


def _with_versions(text: str, new: Fingerprint, old: Fingerprint) -> str:
    """Return a text without its front matter, in which the versions of its inputs are those of another fingerprint."""
    for now, then in zip(new.versions.printed(), old.versions.printed(), strict=True):
        text = text.replace(now, then)
    return without_front(text)


def _line_of(answers: Answers, old: Fingerprint, new: Fingerprint) -> int | None:
    """Return the line of the answer that changed, where there is a single one."""
    changed = changed_answers(old, new)
    return answers.place(changed[0]).line if len(changed) == 1 else None


def _invalid(target: Target, error: InputError) -> Iterator[Finding]:
    """Yield what is wrong with the files of a document, with the line where it is in the answers."""
    for problem in error.problems[:MAX_SHOWN_PROBLEMS]:
        place = problem.place
        if place is None or place.source != str(target.answers):
            yield Finding("invalid", str(problem))
        else:
            key = f"{place.key}: " if place.key else ""
            yield Finding("invalid", key + str(replace(problem, place=None)), line=place.line)
    if (rest := len(error.problems) - MAX_SHOWN_PROBLEMS) > 0:
        yield Finding("invalid", f"and {rest:,} more.")


def _diff(target: Target, standing: str, written: str) -> str:
    old, new = standing.splitlines(keepends=True), written.splitlines(keepends=True)
    return "".join(unified_diff(old, new, str(target.document), "what `advise run` would write"))


def _moved(
    old: Headline, new: Headline, tolerance: Decimal, causes: tuple[str, ...], line: int | None
) -> Iterator[Finding]:
    """Yield that the recommendation flipped, and that its cost moved further than tolerated or can be told no more."""
    if old.strategy != new.strategy:
        yield Finding("flipped", f"the recommendation flipped from {old.name} to {new.name}.", causes, line)
    before, after = Decimal(old.usd), Decimal(new.usd)
    comparable = old.complete == new.complete
    if comparable and abs(after - before) <= tolerance * before:
        return
    share = ""
    if comparable and before:
        moved = (after - before) / before
        share = f", {'+' if moved > 0 else ''}{percent(moved)} where {percent(tolerance)} is tolerated"
    yield Finding("cost-moved", f"the cost moved from {_cost(old)} to {_cost(new)}{share}.", causes, line)


def _cost(headline: Headline) -> str:
    bound = "" if headline.complete else "at least "
    return f"{bound}{usd(Decimal(headline.usd))} over {headline.months} months ({headline.name})"
