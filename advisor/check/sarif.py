"""Findings as SARIF 2.1.0, which code scanning of GitHub and other viewers of analyses read."""

from __future__ import annotations

import json
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from advisor.check.findings import ALWAYS, CODES, FAIL_ON, Checked, Finding
from advisor.check.text import where
from advisor.fingerprint import digest
from advisor.printable import printable

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE: Final = "%SRCROOT%"
_IDS: Final = tuple(CODES)


def sarif_of(checked: tuple[Checked, ...]) -> str:
    """Return a log of one run with a result for each finding, files being named from the working directory."""
    results = [_result(entry, finding) for entry in checked for finding in entry.findings]
    run = {
        "tool": {"driver": {"name": "advise", "version": version("llm-advisor"), "rules": [*map(_rule, CODES)]}},
        "originalUriBaseIds": {_BASE: {"description": {"text": "The folder in which advise check was run."}}},
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, Any]:
    meaning = CODES[code]
    whole = meaning[0].upper() + meaning[1:] + "."
    fails = code in FAIL_ON or code == ALWAYS
    return {
        "id": code,
        "shortDescription": {"text": whole},
        "fullDescription": {"text": f"{whole} {_HELP[code]}"},
        "help": {"text": _HELP[code]},
        "defaultConfiguration": {"level": "error" if fails else "warning"},
    }


_RENEW: Final = "Run `advise run` on the answers file, read what changed, and commit the document with the answers."
_LOOK: Final = "The calendar alone brought this; read the document again before you rely on it."
_HELP: Final = {
    "invalid": "The message says what is accepted; until it is mended the document cannot be judged.",
    "missing-document": "Run `advise run` on the answers file and commit the document beside it.",
    "stale": _RENEW,
    "flipped": f"{_RENEW} Whoever decided by the old recommendation should know.",
    "cost-moved": f"{_RENEW} Whoever gave the budget should know.",
    "inputs-changed": "Run `advise run` on the answers file when it suits you; only the fingerprint changes.",
    "prices-old": f"{_LOOK} `advise prices check` lists the rows.",
    "review-due": _LOOK,
    "model-retiring": f"{_LOOK} What runs on the model has to run on something else by then.",
    "tuning-closed": f"{_LOOK} `advise compare FILE --all-tunable --as-of DATE` lists what can be tuned on a day.",
}


def _result(entry: Checked, finding: Finding) -> dict[str, Any]:
    file, line = where(entry, finding)
    uri = _uri(file)
    return {
        "ruleId": finding.code,
        "ruleIndex": _IDS.index(finding.code),
        "level": entry.severity(finding),
        "message": {"text": "\n".join(map(_text, (finding.message, *finding.causes)))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri, "uriBaseId": _BASE},
                    "region": {"startLine": line or 1},
                }
            }
        ],
        "partialFingerprints": {"adviseFinding/v1": _identity(uri, finding)},
    }


def _uri(file: str) -> str:
    """Return a file as a URI relative to the working directory; a name may hold bytes that are no text."""
    relative = os.path.relpath(file) if Path(file).is_absolute() else os.path.normpath(file)
    return quote(os.fsencode(Path(relative).as_posix()))


def _text(line: str) -> str:
    """Return a line of a message; what it quotes cannot make a link, which SARIF writes as [text](target)."""
    return printable(line).replace("](", "] (")


def _identity(uri: str, finding: Finding) -> str:
    """Return what a finding is known by in the next run: amounts and causes may differ then."""
    message = "" if finding.code in _ONE_EACH else finding.message
    return digest(part.encode() for part in (uri, finding.code, message))


_ONE_EACH: Final = ("missing-document", "stale", "flipped", "cost-moved", "inputs-changed")
"""The codes that a document has at most once, whatever the message says."""
