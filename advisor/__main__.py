"""The door: `advise`, and `python -m advisor`. What is simplest is answered here, before anything is imported."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line without what only costs time in a start of half a second: collecting garbage, and
    looking through every installed package for plugins of pydantic."""
    gc.disable()
    if sys.argv[1:2] == ["check"]:
        from advisor.check.quick import door

        if door(sys.argv[2:]):
            sys.exit(0)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from advisor.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
