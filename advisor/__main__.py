"""The door: `advise`, and `python -m advisor`."""

from __future__ import annotations

import gc
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line. Collecting garbage during a start of half a second only costs time, so it is off."""
    gc.disable()
    from advisor.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
