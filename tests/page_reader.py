"""A page as a browser reads it: its tags with their attributes, what is nested wrongly, and its words by place."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final, NamedTuple

VOID: Final = frozenset(("meta", "br", "hr", "img", "wbr", "rect", "path"))


class Tag(NamedTuple):
    """A tag that opens, and its attributes."""

    name: str
    attributes: dict[str, str]


class PageReader(HTMLParser):
    """What a page holds. `misplaced` names the ends that close another element than the one that is open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.tags: list[Tag] = []
        self.misplaced: list[str] = []
        self.comments: list[str] = []
        self._open: list[Tag] = []
        self._words: list[tuple[tuple[Tag, ...], str]] = []
        self.feed(page)
        self.close()
        self.misplaced += [tag.name for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Tag(tag, {key: value or "" for key, value in attrs})
        self.tags.append(found)
        if tag not in VOID:
            self._open.append(found)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1].name == tag:
            self._open.pop()
        else:
            self.misplaced.append(tag)

    def handle_data(self, data: str) -> None:
        self._words.append((tuple(self._open), data))

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def words(self, inside: str, without: tuple[str, ...] = ()) -> str:
        """Return the words inside elements of a name or class, without those inside others, spaces made one."""
        found = [
            data
            for path, data in self._words
            if any(_is(tag, inside) for tag in path) and not any(_is(tag, name) for tag in path for name in without)
        ]
        return re.sub(r"\s+", " ", "".join(found)).strip()

    def named(self, name: str) -> list[Tag]:
        """Return the elements of a name or class."""
        return [tag for tag in self.tags if _is(tag, name)]

    @property
    def ids(self) -> list[str]:
        return [tag.attributes["id"] for tag in self.tags if "id" in tag.attributes]

    @property
    def targets(self) -> set[str]:
        """What links and pictures lead to."""
        return {tag.attributes[key] for tag in self.tags for key in ("href", "src") if key in tag.attributes}


def _is(tag: Tag, name: str) -> bool:
    return tag.name == name or name in tag.attributes.get("class", "").split()
