"""How long commands take from start to end, as ratios of medians over alternating runs.

`run` is held against importing what it stands on (target 1.5, numpy not imported), and every command against a bare
`python -c pass`. The first question of the wizard, in a pseudo-terminal, has 35 times that.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pexpect

EXAMPLE = str(Path(__file__).parent.parent / "examples" / "support-classifier.advise.json")
IMPORTS = "import typer,yaml,jinja2,pydantic,genai_prices"
ADVISE = [sys.executable, "-m", "advisor"]
FIRST_QUESTION = "first question"


def seconds(command: list[str]) -> float:
    """Return the wall time of a process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def first_question(folder: Path) -> float:
    """Return how long it takes until the wizard's first question is on the screen."""
    environment = {**os.environ, "TERM": "xterm-256color"}
    start = time.perf_counter()
    wizard = pexpect.spawn(ADVISE[0], [*ADVISE[1:], "new", "--quick", str(folder / "fresh")], env=environment)
    wizard.expect(b"1 of at most")
    taken = time.perf_counter() - start
    wizard.kill(signal.SIGKILL)
    wizard.close()
    return taken


def _configured(folder: Path) -> Path:
    """Return an answers file with its document, both under a configuration with rules of its own."""
    (folder / "house").mkdir()
    (folder / "house" / "pack.yaml").write_text("name: house\nversion: '1'\n")
    (folder / "advise.toml").write_text('rules = "house"\n')
    file = folder / "configured.advise.json"
    file.write_bytes(Path(EXAMPLE).read_bytes())
    seconds([*ADVISE, "run", str(file)])
    return file


def main() -> None:
    """Print the medians of all commands with their ratios, and whether numpy was imported."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "imports": [sys.executable, "-c", IMPORTS],
            "run": [*ADVISE, "run", EXAMPLE, "-o", str(Path(folder) / "document.md")],
            "check, unchanged": [*ADVISE, "check", EXAMPLE],
            "check, configured": [*ADVISE, "check", str(_configured(Path(folder)))],
            "run --format json": [*ADVISE, "run", EXAMPLE, "--format", "json"],
            "explain": [*ADVISE, "explain", EXAMPLE],
            "compare": [*ADVISE, "compare", EXAMPLE, "--model", "gpt-4o", "--model", "gpt-6-luna"],
            "rules list": [*ADVISE, "rules", "list"],
            "prices list": [*ADVISE, "prices", "list"],
            "faq": [*ADVISE, "faq"],
            "--help": [*ADVISE, "--help"],
        }
        for command in commands.values():
            seconds(command)
        rounds = [
            {
                **{name: seconds(command) for name, command in commands.items()},
                FIRST_QUESTION: first_question(Path(folder)),
            }
            for _ in range(runs)
        ]
        timed = [sys.executable, "-X", "importtime", *commands["run"][1:]]
        loaded = subprocess.run(timed, check=True, capture_output=True, text=True)
    medians = {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}
    print(f"{'':18}  median s  × bare python  × imports   (medians of {runs} alternating runs)")
    for name, median in medians.items():
        bare, imports = median / medians["python -c pass"], median / medians["imports"]
        print(f"{name:18}  {median:8.3f}  {bare:13.1f}  {imports:9.2f}")
    print("numpy imported:", "yes" if "| numpy" in loaded.stderr else "no")


if __name__ == "__main__":
    main()
