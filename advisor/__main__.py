"""The door: `advise`, and `python -m advisor`."""

from __future__ import annotations

import gc
import os
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line without what only costs time in a start of half a second: collecting garbage, and
    looking through every installed package for plugins of pydantic."""
    gc.disable()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from advisor.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
