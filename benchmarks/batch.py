"""Many workloads in one file: seconds, rows a second and the most memory of `advise run --batch`, all its processes.

The file is drawn from one seed: what an inventory of workloads would hold, a quarter of the answers left out.
"""

from __future__ import annotations

import json
import math
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from advisor.packs.reader import load_pack
from advisor.pricebook.book import load_book
from advisor.questions import Questionnaire

MODELS = ("gpt-6.1-terra", "gpt-6-luna", "claude-sonnet-4-5", "gemini-2.5-pro", "gpt-4.1-mini")
LEFT_OUT = 0.25

NUMBERS = {
    "queries_per_day": (50, 500_000),
    "prompt_tokens": (100, 6_000),
    "input_tokens": (50, 4_000),
    "output_tokens": (5, 1_500),
    "knowledge_tokens": (20_000, 50_000_000),
    "labelled_examples": (50, 20_000),
    "horizon_months": (6, 36),
    "upfront_budget": (2_000, 200_000),
    "monthly_budget": (200, 50_000),
    "deadline_weeks": (2, 40),
}
SHARES = ("batchable_share", "current_quality", "target_quality")
WORDS = (
    "task_type",
    "task_breadth",
    "knowledge_needed",
    "knowledge_change",
    "requirement_change",
    "output_format",
    "prompting_tried",
    "small_model_tried",
    "failing",
    "data_quality",
    "latency",
)
YES_OR_NO = ("style_specific", "evaluation_set", "citations_required", "tenant_isolation")


def rows(count: int, questionnaire: Questionnaire, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Yield workloads as a batch file holds them."""
    rng = random.Random(seed)
    for number in range(count):
        row: dict[str, Any] = {"project": f"workload-{number + 1}"}
        for name, (low, high) in NUMBERS.items():
            row[name] = round(math.exp(rng.uniform(math.log(low), math.log(high))))
        for name in SHARES:
            row[name] = round(rng.random(), 2)
        for name in WORDS:
            row[name] = rng.choice(questionnaire[name].domain.values)
        for name in YES_OR_NO:
            row[name] = rng.random() < 0.5
        row["current_model"] = rng.choice(MODELS)
        row["monthly_growth"] = rng.choice((0, 0, 0.02, 0.05))
        yield {name: value for name, value in row.items() if name == "project" or rng.random() >= LEFT_OUT}


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    options = sys.argv[2:]
    questionnaire = load_pack(providers=load_book().providers).questionnaire
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder, "rows.jsonl"), Path(folder, "out.jsonl")
        with path.open("w") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows(count, questionnaire))
        command = [sys.executable, "-m", "advisor", "run", "--batch", str(path), "--as-of", "2026-11-25"]
        start = time.perf_counter()
        running = subprocess.Popen([*command, "-o", str(out), *options])
        most = 0
        while running.poll() is None:
            most = max(most, memory_kib(running.pid))
            time.sleep(0.2)
        seconds = time.perf_counter() - start
        assert running.returncode == 0
        written = sum(1 for _ in out.open())
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{written:,} rows in {seconds:.1f} s, {written / seconds:,.0f} rows a second; CPU "
        f"{used.ru_utime + used.ru_stime:.1f} s; at most {most / 1024:,.0f} MiB in all processes"
    )


def memory_kib(process: int) -> int:
    """Return the memory of a process and those it started: what several share counts once (Linux)."""
    try:
        used = Path(f"/proc/{process}/smaps_rollup").read_text()
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return 0
    own = next((int(line.split()[1]) for line in used.splitlines() if line.startswith("Pss:")), 0)
    return own + sum(memory_kib(int(child)) for child in children)


if __name__ == "__main__":
    main()
