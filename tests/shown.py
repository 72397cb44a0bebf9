"""Pages that show files and commands, played from top to bottom: what is written into a page is what then happens.

A fenced block with a file's name above it is a file to write. A `console` block holds commands with what they print,
where a line of three dots stands for any lines. Between the comments `excerpt` stand lines of a file that a command has
written.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

from command_line import advise

FENCED = re.compile(r"(?:^`(?P<file>[\w./-]+)`:\n\n)?^```(?P<kind>\w*)\n(?P<text>.*?)^```$", re.M | re.S)
EXCERPT = re.compile(
    r"^(?P<open><!-- excerpt: (?P<source>\S+), (?P<count>\d+) lines from (?P<start>.+) -->)\n.*?^<!-- /excerpt -->$",
    re.M | re.S,
)
PART = re.compile(f"{FENCED.pattern}|{EXCERPT.pattern}", re.M | re.S)
FILES = ("yaml", "json")
DOTS = "..."
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Author",
    "GIT_AUTHOR_EMAIL": "author@example.org",
    "GIT_COMMITTER_NAME": "Author",
    "GIT_COMMITTER_EMAIL": "author@example.org",
}


def shows(expected: str, printed: str) -> bool:
    """Return whether what was printed is as shown; a line of three dots stands for any lines."""
    parts = [re.escape(line) + "\n" if line != DOTS else "(?:.*\n)*" for line in expected.splitlines()]
    return re.fullmatch("".join(parts), printed) is not None


def shown(expected: str, printed: str) -> str:
    """Return what a page is to show: what it shows where that is true, else as many lines at head and end."""
    if shows(expected, printed):
        return expected
    lines, now = expected.splitlines(), printed.splitlines()
    if DOTS not in lines:
        return printed
    head, tail = lines.index(DOTS), lines[::-1].index(DOTS)
    kept = [*now[:head], DOTS, *(now[-tail:] if tail else [])]
    return "\n".join(kept) + "\n"


def play(page: str) -> tuple[str, list[int]]:
    """Write the files and run the commands of a page in the current folder.

    Returns the page with what its commands print, and their exit codes.
    """
    codes: list[int] = []

    def renewed(block: re.Match[str]) -> str:
        text = block["text"]
        if block["source"]:
            lines = _excerpt(Path(block["source"]), block["start"], int(block["count"]))
            return f"{block['open']}\n\n{lines}\n<!-- /excerpt -->"
        if block["file"] and block["kind"] in FILES:
            Path(block["file"]).parent.mkdir(parents=True, exist_ok=True)
            Path(block["file"]).write_text(text, encoding="utf-8")
        elif block["kind"] == "console":
            text = "".join(_again(part, codes) for part in re.split(r"^(?=\$ )", text, flags=re.M) if part)
        return block[0].removesuffix(f"{block['text']}```") + text + "```"

    return PART.sub(renewed, page), codes


def commands(page: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of the console blocks of a page, each with what it is shown to print."""
    for block in FENCED.finditer(page):
        if block["kind"] == "console":
            yield from re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block["text"], re.M)


def _again(part: str, codes: list[int]) -> str:
    command, _, expected = part.removeprefix("$ ").partition("\n")
    program, *arguments = shlex.split(command)
    if program == "advise":
        outcome = advise(*arguments)
        codes.append(outcome.code)
        printed = outcome.out + outcome.err
    else:
        assert program in ("git", "mkdir"), f"a command that tests do not run: {command}"
        environment = {**os.environ, **GIT}
        done = subprocess.run([program, *arguments], capture_output=True, text=True, check=True, env=environment)
        codes.append(0)
        printed = done.stdout
    return f"$ {command}\n{shown(expected, printed)}"


def _excerpt(path: Path, start: str, count: int) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(start))
    return "\n".join(lines[first : first + count]) + "\n"
