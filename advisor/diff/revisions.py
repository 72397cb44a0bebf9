"""Files as they stand at a Git revision: `main:examples/x.advise.json`. Nothing is checked out, nothing is fetched."""

from __future__ import annotations

import os
import subprocess
from typing import Final

from advisor.errors import Place, fail, one_line
from advisor.files import decode
from advisor.limits import MAX_FILE_BYTES, MAX_SHOWN_PATH

_ACCEPTED: Final = "a file, -, or REVISION:PATH in a Git work tree, the path from its root or with ./ in front"
_QUIET: Final = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
_SECONDS: Final = 30


def path_in(reference: str) -> str | None:
    """Return the path of `REVISION:PATH`; None where a file of that very name exists, or there is no such form."""
    revision, colon, path = reference.partition(":")
    return path if colon and revision and path and not os.path.lexists(reference) else None


def read_revision(reference: str) -> str:
    """Return the text of a file at a revision; raises InputError with what Git says where there is none.

    The object is read as it is stored: no filter and no other program of the repository's configuration is run.
    """
    place = Place(one_line(reference, MAX_SHOWN_PATH))
    try:
        size = int(_git("-s", reference, place))
        if size > MAX_FILE_BYTES:
            raise fail("the file is too large.", place, accepted=f"at most {MAX_FILE_BYTES:,} bytes")
        return decode(_git("blob", reference, place), place.source)
    except FileNotFoundError:
        raise fail("no such file, and Git is not installed to read a revision.", place, accepted=_ACCEPTED) from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise fail(f"Git could not be asked: {one_line(error)}.", place, accepted=_ACCEPTED) from None


def _git(what: str, reference: str, place: Place) -> bytes:
    done = subprocess.run(
        ["git", "cat-file", what, "--end-of-options", reference],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_SECONDS,
        check=False,
        env={**os.environ, **_QUIET},
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        reason = one_line(said.removeprefix("fatal: ").rstrip("."), 200) or "it does not say why"
        raise fail(f"no such file, and Git finds no such revision: {reason}.", place, accepted=_ACCEPTED)
    return done.stdout
