"""A difference for programs: JSON by the contract."""

from __future__ import annotations

from advisor.contract import as_plain
from advisor.diff.contract import Difference
from advisor.plain_json import dump


def json_of(found: Difference) -> str:
    """Return the difference as JSON."""
    return dump(as_plain(found)) + "\n"
