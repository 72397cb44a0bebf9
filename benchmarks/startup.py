"""How long `advise run` takes beside importing what it stands on, as a ratio of medians over alternating runs.

The target is at most 1.5 on second and later runs, with numpy not imported.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLE = Path(__file__).parent.parent / "examples" / "support-classifier.advise.json"
IMPORTS = "import typer,yaml,jinja2,pydantic,genai_prices"


def seconds(command: list[str]) -> float:
    """Return the wall time of a process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Print both medians, their ratio, and the ratio of the fastest runs."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    with tempfile.TemporaryDirectory() as folder:
        run = [sys.executable, "-m", "advisor", "run", str(EXAMPLE), "-o", str(Path(folder) / "document.md")]
        imports = [sys.executable, "-c", IMPORTS]
        for command in (run, imports):
            seconds(command)
        pairs = [(seconds(run), seconds(imports)) for _ in range(runs)]
        timed = [sys.executable, "-X", "importtime", *run[1:]]
        loaded = subprocess.run(timed, check=True, capture_output=True, text=True)
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    fastest, their_fastest = (min(side) for side in zip(*pairs, strict=True))
    print(f"advise run {mine:.3f} s, imports {theirs:.3f} s, ratio {mine / theirs:.2f} (target 1.5)")
    print(f"fastest of {runs}: {fastest:.3f} s, {their_fastest:.3f} s, ratio {fastest / their_fastest:.2f}")
    print("numpy imported:", "yes" if "| numpy" in loaded.stderr else "no")


if __name__ == "__main__":
    main()
