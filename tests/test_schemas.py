"""The data files that ship keep to the published schemas, as an editor with a YAML language server would check them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from advisor.cases import read_cases
from advisor.errors import InputError

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    "rules": sorted((ROOT / "rules").glob("*.yaml")),
    "prices": sorted((ROOT / "pricing").glob("*.yaml")),
    "cases": sorted((ROOT / "tests" / "cases").glob("*.yaml")),
}


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: `no` is a text, a day is a text, numbers are numbers."""


CoreLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=CoreLoader)


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((ROOT / "docs" / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


@pytest.mark.parametrize(
    ("name", "path"),
    [(name, path) for name, paths in FILES.items() for path in paths],
    ids=lambda value: str(value)[-40:],
)
def test_a_data_file_keeps_to_its_schema_and_names_it(name: str, path: Path) -> None:
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    named = path.parent / first.removeprefix("# yaml-language-server: $schema=")
    assert named.resolve() == ROOT / "docs" / "schemas" / f"{name}.schema.json"
    validator(name).validate(read(path))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("rules", {"rules": [{"id": "a", "title": "a", "when": {"fact": "x"}, "because": "b", "source": {}}]}),
        ("rules", {"faq": [{"id": "a"}]}),
        ("prices", {"rows": [{"id": "a", "price": "cheap"}]}),
        ("prices", {"row": []}),
        ("cases", {"cases": [{"id": "a", "expected": ["magic"]}]}),
    ],
)
def test_a_schema_refuses_what_the_reader_refuses(name: str, wrong: dict[str, Any]) -> None:
    assert list(validator(name).iter_errors(wrong))


def test_cases_are_read_with_their_place_when_wrong(tmp_path: Path) -> None:
    assert len(read_cases(ROOT / "tests" / "cases" / "dev.yaml")) == 78
    bad = tmp_path / "cases.yaml"
    bad.write_text("cases:\n- id: a\n  kind: rumour\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"cases\.yaml:3:3:cases\.0\.kind"):
        read_cases(bad)
