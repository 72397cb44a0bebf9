"""What a team settles for its own files: `advise.toml`, or the table `tool.advise` of `pyproject.toml`.

The chain, from what counts most: command line, environment (`ADVISE_...`), this file, default. The command line and
the environment are read in `cli`, what the file says in `config_reader`. `check` needs both before anything else is
imported, so they and what they import at once get by on the standard library.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple, get_args

from advisor.check.strictness import CHOICES, PERCENTAGE
from advisor.fingerprint import BUILT_IN, Chart

NAME: Final = "advise.toml"
SHARED_NAME: Final = "pyproject.toml"
TEMPLATES: Final = BUILT_IN
CHARTS: Final[tuple[Chart, ...]] = get_args(Chart)
FORMATS: Final = ("md", "html", "json")
_PATH: Final = "a path"


class Key(NamedTuple):
    """A key of the configuration: the table it stands in, what it does and takes, and an example as TOML writes it.

    Its option and its environment variable follow from its name.
    """

    table: str
    name: str
    does: str
    takes: str
    example: str

    @property
    def dotted(self) -> str:
        return f"{self.table}.{self.name}" if self.table else self.name

    @property
    def option(self) -> str:
        return f"--{self.name}"

    @property
    def variable(self) -> str:
        return "ADVISE_" + self.name.upper().replace("-", "_")


KEYS: Final = (
    Key("", "rules", "An own pack of rules, questions and texts, laid over the built-in one.", _PATH, '"our-rules"'),
    Key("", "prices", "Own price rows and discounts, laid over the built-in ones.", _PATH, '"our-prices.yaml"'),
    Key("", "template", "How documents are laid out.", f"{', '.join(TEMPLATES)}, or {_PATH}", '"madr"'),
    Key("", "chart", "How the charts are drawn.", ", ".join(CHARTS), '"svg"'),
    Key("", "format", "What `advise run` writes.", ", ".join(FORMATS), '"md"'),
    Key(
        "check",
        "fail-on",
        "What makes `advise check` exit with 1.",
        f"a list of {', '.join(CHOICES)}",
        '["missing-document", "stale", "flipped", "cost-moved"]',
    ),
    Key("check", "tolerance", "How far the cost of the recommendation may move.", PERCENTAGE, '"10%"'),
)
"""Every key, in the order in which they are told."""

VARIABLES: Final = ("ADVISE_CONFIG", "ADVISE_ISOLATED", *(key.variable for key in KEYS))
"""Every environment variable that stands for an option."""


class Config(NamedTuple):
    """What a file settles; None is what it leaves to the defaults. Paths hold from the working directory."""

    rules: Path | None = None
    prices: Path | None = None
    template: str | None = None
    chart: Chart | None = None
    format: str | None = None
    fail_on: frozenset[str] | None = None
    tolerance: str | None = None


def shown(path: Path) -> Path:
    """Return a path as messages name it: from the working directory where it lies below that, else absolute."""
    here = Path.cwd()
    return path.relative_to(here) if path != here and path.is_relative_to(here) else path
