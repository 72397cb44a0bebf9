"""Should an LLM workload stay with prompting, add retrieval, be fine-tuned, or combine them - and what does it cost?

`from advisor import advise` gives the same result as the command line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from advisor.result import advise

__all__ = ["advise"]


def __getattr__(name: str) -> Any:
    """Import `advise` when it is first asked for, so that importing the package costs nothing."""
    if name == "advise":
        from advisor.result import advise

        return advise
    raise AttributeError(f"module 'advisor' has no attribute '{name}'")
