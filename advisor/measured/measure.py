"""A measure: a number that answers a question, with what it was counted in, by which method, and how far off it is."""

from __future__ import annotations

from typing import Final, NamedTuple

NOTED: Final = "Measured: "
"""How the note of a measure begins; what stands before it in a note was written by a person."""


COUNTED: Final = {
    "prompt_tokens": "@FILE counts them in the fixed part of the prompt.",
    "input_tokens": "@FILE counts them in calls, JSON a line.",
    "output_tokens": "@FILE counts them in calls, JSON a line.",
    "knowledge_tokens": "@FOLDER counts them in its text files.",
    "labelled_examples": "@FILE counts them, JSON a line.",
    "example_tokens": "@FILE counts them in examples, JSON a line.",
}
"""The questions that may be answered with a file, and what a person is told of it."""

_CALLS: Final = (
    'A line of the file is a call as it was logged: {"messages": [{"role": "user", "content": "..."}, '
    '{"role": "assistant", "content": "..."}]} or {"input": "...", "output": "..."}.'
)
_EXAMPLES: Final = 'A line of the file is one labelled example, such as {"input": "...", "output": "..."}.'

FORMS: Final = {
    "prompt_tokens": "The file holds the fixed part of the prompt as plain text.",
    "input_tokens": _CALLS,
    "output_tokens": _CALLS,
    "knowledge_tokens": "The folder holds the knowledge as text files.",
    "labelled_examples": _EXAMPLES,
    "example_tokens": _EXAMPLES,
}
"""What such a file has to look like."""


class Measure(NamedTuple):
    """A counted answer: `basis` says what it was counted in, `method` how and how far off that may be (empty where
    nothing but lines was counted), `option` which option asked for it."""

    question: str
    value: int
    basis: str
    option: str
    method: str = ""

    @property
    def note(self) -> str:
        """Return what stands beside the answer."""
        how = f" Counted with {self.method}." if self.method else ""
        return f"{NOTED}{self.basis}.{how}"
