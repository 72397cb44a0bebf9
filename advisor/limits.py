"""How much is read, how deep, how long: every limit on input, in one place, with what it is for.

All are far above what an honest file holds and low enough that the worst file is answered within a few seconds.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

MAX_FILE_BYTES: Final = 4_000_000
"""Bytes of the largest file that is read; a questionnaire or a rule pack is a hundred times smaller."""

MAX_FOLDER_FILES: Final = 200
"""YAML files in a folder of rules or prices; the built-in pack has about ten."""

MAX_FOLDER_CHARACTERS: Final = 4_000_000
"""Characters of all YAML files of a folder together, so that many files cost no more than the largest one."""

MAX_DEPTH: Final = 40
"""Levels of lists and mappings inside each other; deeper input would end in the interpreter's own recursion limit."""

MAX_KEYS: Final = 1_000
"""Keys of one mapping; each unknown one is compared with every known name to find the one that was meant."""

MAX_JSON_VALUES: Final = 200_000
"""Keys and values of an answers file, which are checked one question at a time; a full one holds a few hundred."""

MAX_YAML_VALUES: Final = 50_000
"""Keys and values of a YAML file, where each may break several rules of its schema; our largest file holds 3,000."""

MAX_NUMBER_LENGTH: Final = 40
"""Characters of the longest number that is read: arithmetic on a million digits would not end."""

MAX_RESULT_NUMBER_LENGTH: Final = 120
"""Characters of the longest number of a result: quantities under growth have all the digits of their sums."""

MAX_EXPONENT: Final = 30
"""Numbers nearer to 0 than 1e-30, other than 0, are taken for slips of the pen."""

MAX_DATA_EXPONENT: Final = 14
"""Largest power of ten of a number in a YAML file (USD, points, days): costs are reckoned with 28 digits, and a price
of 1e16 times all requests of five years no longer fits. Answers have the bounds of their questions instead."""

MAX_TEXT: Final = 4_000
"""Characters of the longest text answer or note."""

MAX_SHOWN_DIGITS: Final = 40
"""Digits of the longest number that a message quotes."""

MAX_SHOWN_PATH: Final = 800
"""Characters of a path that a message names; a longer one is cut."""

MAX_SHOWN_KEY: Final = 200
"""Characters of a dotted key that a message names; a longer one is cut."""

MAX_SHOWN_PROBLEM: Final = 2_000
"""Characters of one problem, as printed."""

MAX_SHOWN_PROBLEMS: Final = 50
"""Problems that are printed; what is wrong more often than that is wrong in the same way, so the rest is counted."""

MAX_MEASURED_BYTES: Final = 64_000_000
"""Bytes of the largest file whose tokens are counted, such as a training set."""

MAX_RECORDS: Final = 500_000
"""Lines of samples or training examples; more of them would not make their mean better known."""

MAX_COUNTED_CHARACTERS: Final = 8_000_000
"""Characters that a vocabulary counts one by one, in about four seconds; of more text an even share is counted."""

MAX_KNOWLEDGE_BYTES: Final = 512_000_000
"""Bytes of all text files of a folder of knowledge; they are read one after the other."""

MAX_KNOWLEDGE_ENTRIES: Final = 200_000
"""Files and folders in a folder of knowledge, those that are left out included."""

ENOUGH_ANSWERED: Final = Decimal("0.1")
"""The share of the questions that rules and costs read from which a recommendation is worth looking at."""
