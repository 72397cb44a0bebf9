"""How values beyond a limit are refused, in the same words for YAML and JSON."""

from __future__ import annotations

from advisor.errors import InputError, KeyPath, Place, fail, one_line
from advisor.limits import MAX_DEPTH, MAX_KEYS, MAX_SHOWN_KEY


def dotted(path: KeyPath) -> str | None:
    """Return the keys that lead to a value as they are shown, `rules.3.when`; None at the top."""
    return one_line(".".join(one_line(part) for part in path), MAX_SHOWN_KEY) or None


def too_deep(place: Place) -> InputError:
    """Return the refusal of nesting beyond `MAX_DEPTH`."""
    return fail("nested too deeply.", place, accepted=f"at most {MAX_DEPTH} levels")


def control(character: str, place: Place) -> InputError:
    """Return the refusal of a control character."""
    return fail(f"the control character U+{ord(character):04X} stands here.", place, accepted="printable text")


def too_long(place: Place, limit: int) -> InputError:
    """Return the refusal of a number with more characters than its limit."""
    return fail("the number has too many digits.", place, accepted=f"at most {limit} characters")


def too_many_keys(place: Place) -> InputError:
    """Return the refusal of a mapping beyond `MAX_KEYS`."""
    return fail("there are too many keys.", place, accepted=f"at most {MAX_KEYS:,} in one mapping")


def too_many_values(place: Place, limit: int) -> InputError:
    """Return the refusal of a file with more values than its limit."""
    return fail("the file holds too many values.", place, accepted=f"at most {limit:,} keys and values")
