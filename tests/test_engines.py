"""Arrow in and out: each engine's example on the page gives what `run --batch` gives; nothing silently goes missing."""

from __future__ import annotations

import importlib.util
import json
import os
import pickle
import re
import shutil
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command_line import advise
from terminal import ROOT
from workloads import workloads

from advisor.answers import to_object
from advisor.errors import InputError
from advisor.packs.pack import Pack
from advisor.portfolio.arrow import ERROR, Decider
from advisor.portfolio.tables import SCHEMA
from advisor.pricebook.book import PriceBook

PAGE = (ROOT / "docs" / "arrow.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
ON = ("--as-of", "2026-11-25")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def block(engine: str) -> dict[str, Any]:
    """Run the page's example for an engine, after the one that writes the workloads; return what it leaves."""
    names: dict[str, Any] = {}
    exec(BLOCKS[0], names)
    exec(next(code for code in BLOCKS if engine in code), names)
    return names


def batch() -> list[dict[str, Any]]:
    """Return what the command gives for the workloads of the page."""
    rows = pq.read_table("workloads.parquet").drop_columns(["id"]).to_pylist()
    kept = [{key: value for key, value in row.items() if value is not None} for row in rows]
    Path("rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in kept))
    return [json.loads(line) for line in advise("run", "--batch", "rows.jsonl", *ON).out.splitlines()]


def same(found: list[dict[str, Any]]) -> None:
    expected = {row["row"]: row for row in batch()}
    assert [row["id"] for row in found] == [101, 102, 103]
    for row in found:
        if row["row"] not in expected:
            assert "letter is not an answer to 'task_type'" in row["error"]
            assert row["strategy"] is None
            continue
        assert row["error"] is None
        for key, value in expected[row["row"]].items():
            there = list(row[key]) if isinstance(value, list) else floats(row)[key]
            assert there == value, key


def floats(row: dict[str, Any]) -> dict[str, Any]:
    return {key: float(value) if isinstance(value, Decimal) else value for key, value in row.items()}


def test_duckdb() -> None:
    names = block("duckdb")
    assert [row[:2] for row in names["spend"].fetchall()] == [("prompt_engineering", 1), ("rag", 1), (None, 1)]
    same(names["decide"].reader(pq.read_table("workloads.parquet").to_reader()).read_all().to_pylist())


def test_polars() -> None:
    same(block("polars")["found"].to_dicts())


@pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None, reason="pyspark or Java is not there"
)
def test_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    names = block("pyspark")
    try:
        same([row.asDict() for row in names["found"].sort("id").collect()])
    finally:
        names["spark"].stop()


def test_batches_of_any_size_give_the_same_rows() -> None:
    exec(BLOCKS[0], {})
    table = pq.read_table("workloads.parquet")
    decide = Decider("2026-11-25", keep=("id",))
    once = pa.Table.from_batches(decide(table.to_batches()))
    assert pa.Table.from_batches(decide(table.to_batches(max_chunksize=1))) == once
    assert pa.Table.from_batches(pickle.loads(pickle.dumps(decide))(table.to_batches())) == once
    assert once.schema == pa.schema([table.schema.field("id"), *SCHEMA, ERROR])


ODD: dict[str, tuple[pa.Array, Callable[[dict[str, Any]], bool]]] = {
    "a range": (pa.array([[100.0, 9000.0]]), lambda row: row["verdict"] is not None),
    "a decimal": (pa.array([Decimal("100.5")]), lambda row: row["verdict"] is not None),
    "not a number": (pa.array([float("nan")]), lambda row: "queries_per_day" in row["error"]),
    "text": (pa.array(["many"]), lambda row: "queries_per_day" in row["error"]),
    "negative": (pa.array([-1]), lambda row: "out of bounds" in row["error"]),
    "nothing": (pa.nulls(1), lambda row: row["verdict"] is not None),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_read_or_told(name: str) -> None:
    column, holds = ODD[name]
    rows = pa.RecordBatch.from_arrays([column], ["queries_per_day"])
    (found,) = Decider("2026-11-25")([rows])
    (row,) = found.to_pylist()
    assert (row["error"] is None) == (row["strategy"] is not None)
    assert holds(row)


def test_a_column_that_is_no_question_is_refused() -> None:
    rows = pa.RecordBatch.from_pydict({"task_tpye": ["qa"]})
    with pytest.raises(InputError, match="task_tpye"):
        list(Decider("2026-11-25")([rows]))


def test_parquet_in_and_out_says_the_same_as_json_lines(pack: Pack, book: PriceBook) -> None:
    cases = workloads(21, 12, pack.questionnaire, book)
    rows = [to_object(case, pack.questionnaire, None) for case in cases]
    ids = pack.questionnaire.ids
    plain = [floats({key: value for key, value in row.items() if key in ids}) for row in rows]
    Path("work.jsonl").write_text("".join(json.dumps(row) + "\n" for row in plain))
    names = sorted(set().union(*plain))
    pq.write_table(pa.table({name: [row.get(name) for row in plain] for name in names}), "work.parquet")
    lines, again = (
        [json.loads(line) for line in advise("run", "--batch", file, *ON, seconds=60).out.splitlines()]
        for file in ("work.jsonl", "work.parquet")
    )
    assert again == lines
    assert advise("run", "--batch", "work.parquet", *ON, "-o", "out.parquet", seconds=60).code == 0
    table = pq.read_table("out.parquet")
    assert table.schema == SCHEMA
    for row, line in zip(table.to_pylist(), lines, strict=True):
        assert floats(row) == line


def test_without_pyarrow_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for name in ("extra", "tables", "arrow"):
        monkeypatch.delitem(sys.modules, f"advisor.portfolio.{name}", raising=False)
    Path("work.parquet").touch()
    outcome = advise("run", "--batch", "work.parquet", *ON)
    assert outcome.code == 2
    assert "pip install 'llm-advisor[arrow]'" in outcome.err


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b"PAR1 not"), "no Parquet file that can be read"),
        (lambda path: pq.write_table(pa.table({"nonsense": [1]}), path), "the column 'nonsense'"),
        (lambda path: None, "cannot be read"),
    ],
    ids=["broken", "unknown column", "missing"],
)
def test_bad_parquet_is_explained(make: Callable[[Path], None], said: str) -> None:
    make(Path("work.parquet"))
    outcome = advise("run", "--batch", "work.parquet", *ON)
    assert outcome.code == 2
    assert said in outcome.err
    assert "Traceback" not in outcome.err
