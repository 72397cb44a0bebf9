"""How long a key of the interview takes until the screen is drawn again, with the panel at work: 50 ms at most.

Takes the driver of the tests: `PYTHONPATH=tests python benchmarks/keystrokes.py`.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from pathlib import Path

from wizard_driver import BACK, DOWN, ENTER, UP, seconds_to_answer, session

from advisor.cli.door import SEARCH
from advisor.config_search import Search

ROOT = Path(__file__).resolve().parent.parent
KEYS = (DOWN, UP, "?", "?", ENTER, DOWN, ENTER, BACK, UP, ENTER, "1", "2", ENTER)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "support-classifier.advise.json"
        shutil.copy(ROOT / "examples" / file.name, file)
        SEARCH.set(Search(None, True))
        it = session(file, task="edit")
        it.interview.only([question.id for question in it.interview.shown])
        times = sorted(1000 * seconds for seconds in seconds_to_answer(it, KEYS * 8))
    print(f"{len(times)} keys: median {statistics.median(times):.1f} ms, longest {times[-1]:.1f} ms")


if __name__ == "__main__":
    main()
