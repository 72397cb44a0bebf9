"""The quick way: a document whose inputs have the digests in its fingerprint is what they give.

Nothing is parsed but the fingerprint and a configuration, and nothing beyond the standard library is imported.
"""

from __future__ import annotations

import os
import sys
from datetime import date

from advisor.check.findings import FAIL_ON, Checked, Finding, exit_code
from advisor.check.targets import Target, targets
from advisor.config import VARIABLES
from advisor.config_search import Search
from advisor.fingerprint import FORMAT, Fingerprint, digest, opened
from advisor.inputs import Stock, read_bytes, stock
from advisor.naming import picture_path


def door(arguments: list[str]) -> bool:
    """Answer a check of nothing but paths, and return whether it could be answered: every document is unchanged.

    Anything else - options, settings in the environment, findings that fail, files that cannot be read - is left to the
    command itself.
    """
    if not arguments or any(argument.startswith("-") for argument in arguments) or sys.stdout is None:
        return False
    if any(name in os.environ for name in VARIABLES):
        return False
    try:
        checked = _checked(arguments)
        if checked is None or exit_code(checked):
            return False
        from advisor.check.text import text_of

        sys.stdout.buffer.write(text_of(checked).encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
    except Exception:  # whatever it is, the command itself meets it again and says what is wrong
        return False
    return True


def _checked(paths: list[str]) -> tuple[Checked, ...] | None:
    """Return what is found about every document of the paths; None where one of them may have changed."""
    today, stocks, checked = date.today().isoformat(), {}, []
    for target in targets(paths):
        config = Search().config(target.answers)
        stood_on = config.rules, config.prices
        if stood_on not in stocks:
            stocks[stood_on] = stock(*stood_on)
        fail_on = frozenset(FAIL_ON) if config.fail_on is None else config.fail_on
        found = quick(target, stocks[stood_on], today, fail_on)
        if found is None:
            return None
        checked.append(found)
    return tuple(checked)


def quick(target: Target, held: Stock, today: str, fail_on: frozenset[str]) -> Checked | None:
    """Return what the calendar says of a document that is what its inputs give; None where that is not certain.

    Raises OSError for files that cannot be read.
    """
    _, written, intact = opened(read_bytes(target.document).decode("utf-8"))
    if written is None or not intact or written.format != FORMAT or not held.token_prices:
        return None
    answers = read_bytes(target.answers)
    if held.inputs(target.answers.name, answers, written.style, target.document) != written.inputs:
        return None
    for name, mark in written.pictures.items():
        if digest([read_bytes(picture_path(target.document, name))]) != mark:
            return None
    return Checked(str(target.answers), str(target.document), due(written, today), fail_on)


def due(fingerprint: Fingerprint, today: str) -> tuple[Finding, ...]:
    """Return the warnings that the calendar has brought by a day (YYYY-MM-DD)."""
    return tuple(Finding(entry.code, entry.text) for entry in fingerprint.calendar if entry.since <= today)
