"""A folder of knowledge: which of its files are text, how much of it, and what is left out."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Final

from advisor.errors import InputError, Place, fail, one_line
from advisor.files import is_folder, read_large_text
from advisor.limits import MAX_KNOWLEDGE_BYTES, MAX_KNOWLEDGE_ENTRIES, MAX_MEASURED_BYTES, MAX_SHOWN_PATH

HTML_ENDINGS: Final = frozenset({".htm", ".html", ".xhtml"})
TEXT_ENDINGS: Final = HTML_ENDINGS | {
    *(".adoc", ".asciidoc", ".markdown", ".md", ".mdx", ".org", ".rst", ".tex", ".text", ".txt"),
    *(".csv", ".json", ".jsonl", ".log", ".tsv", ".xml", ".yaml", ".yml"),
}
"""What is read, by the ending of a name. Whatever else there is (PDF, office files, pictures) has to be turned into
text first, as an index has to have it as well."""

_HIDDEN: Final = re.compile(r"<(script|style)\b|<!--", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]*>")
_BLANK: Final = re.compile(r"\s+")


@dataclass
class Shelf:
    """The text files of a folder in the order of their paths, their bytes, and how much is left out of what kind.

    Going through `texts` adds to `left_out` what turns out not to be text, and counts in `read` what is.
    """

    files: list[Path] = field(default_factory=list)
    size: int = 0
    read: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def texts(self) -> Iterator[str]:
        """Yield the text of each file, HTML without its tags; a file that is no UTF-8 text is left out."""
        for path in self.files:
            try:
                text = read_large_text(path, MAX_MEASURED_BYTES)
            except InputError:
                self.left_out["unreadable or not UTF-8"] += 1
                continue
            self.read += 1
            yield without_tags(text) if path.suffix.lower() in HTML_ENDINGS else text


def shelf(folder: Path) -> Shelf:
    """Find the text files under a folder; hidden ones are passed over, links are not followed.

    Raises InputError when there is no such folder, or it holds more than is read.
    """
    shown = one_line(folder, MAX_SHOWN_PATH)
    if not is_folder(folder):
        raise fail("is not a folder.", Place(shown), accepted="a folder with the knowledge as text files")
    found = Shelf()
    waiting = [folder]
    entries = 0
    while waiting:
        for entry in _entries(waiting.pop(), found):
            entries += 1
            if entries > MAX_KNOWLEDGE_ENTRIES:
                raise fail("the folder holds too much.", Place(shown), accepted=f"{MAX_KNOWLEDGE_ENTRIES:,} files")
            _sort_in(entry, waiting, found)
            if found.size > MAX_KNOWLEDGE_BYTES:
                most = f"at most {MAX_KNOWLEDGE_BYTES:,} bytes of text; measure a part and multiply"
                raise fail("the folder holds too much text.", Place(shown), accepted=most)
    found.files.sort()
    return found


def _entries(folder: Path, found: Shelf) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        found.left_out["unreadable folders"] += 1
        return []


def _sort_in(entry: os.DirEntry[str], waiting: list[Path], found: Shelf) -> None:
    """Put an entry of a folder where it belongs: among the folders to go through, the files, or what is left out."""
    if entry.name.startswith("."):
        found.left_out["hidden"] += 1
        return
    try:
        info = entry.stat(follow_symlinks=False)
    except OSError:
        found.left_out["unreadable or not UTF-8"] += 1
        return
    ending = Path(entry.name).suffix.lower()
    if stat.S_ISDIR(info.st_mode):
        waiting.append(Path(entry.path))
    elif stat.S_ISLNK(info.st_mode):
        found.left_out["links"] += 1
    elif not stat.S_ISREG(info.st_mode):
        found.left_out["no regular file"] += 1
    elif ending not in TEXT_ENDINGS:
        plain = re.fullmatch(r"\.[a-z0-9]{1,8}", ending)
        found.left_out[ending if plain else "of another kind"] += 1
    elif info.st_size > MAX_MEASURED_BYTES:
        found.left_out[f"over {MAX_MEASURED_BYTES:,} bytes"] += 1
    else:
        found.files.append(Path(entry.path))
        found.size += info.st_size


def without_tags(html: str) -> str:
    """Return the text of a page of HTML: no tags, scripts, styles or comments, runs of white space as one space."""
    kept: list[str] = []
    at = 0
    while opening := _HIDDEN.search(html, at):
        kept.append(html[at : opening.start()])
        end = rf"</{opening[1]}[^<>]*>?" if opening[1] else "-->"
        closing = re.compile(end, re.IGNORECASE).search(html, opening.end())
        at = closing.end() if closing else len(html)
    kept.append(html[at:])
    return _BLANK.sub(" ", unescape(_TAG.sub(" ", "".join(kept)))).strip()
