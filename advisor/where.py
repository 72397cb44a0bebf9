"""Where the data folders lie: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_data"
_ROOT = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent

RULES = _ROOT / "rules"
PRICING = _ROOT / "pricing"
TEMPLATES = _ROOT / "templates"
EXAMPLE = _ROOT / "examples" / "prototype.advise.json"
STARTERS = TEMPLATES / "init"
