"""What templates may print: sections of a document, each with named texts, tables and lists, made when printed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from advisor.assessment import Assessment
from advisor.conditions import NotApplicable, Value
from advisor.documents.setting import Setting
from advisor.documents.text import Markdown, escape


class Printable:
    """An object whose fields templates may print: its public cached properties, and nothing else of it."""

    @classmethod
    def fields(cls) -> dict[str, cached_property[Any]]:
        """Return the fields by name, in the order in which they are written down."""
        found = {name: value for kind in reversed(cls.__mro__) for name, value in vars(kind).items()}
        return {name: it for name, it in found.items() if isinstance(it, cached_property) and not name.startswith("_")}


class Section(Setting, Printable):
    """A part of a document. The names of strategies come from packs and are escaped here; `plain_names` are not."""

    names: Mapping[str, Markdown]

    def __init__(self, assessment: Assessment) -> None:
        super().__init__(assessment)
        self.plain_names = dict(self.names)
        self.names = {name: escape(words) for name, words in self.plain_names.items()}

    def answer(self, name: str) -> Value:
        """Return an answer; None where it is not given or does not apply."""
        value = self.facts.get(name)
        return None if isinstance(value, NotApplicable) else value

    def plan_name(self, name: str) -> Markdown:
        """Return the name of a plan for a table, the recommended one in bold."""
        words = self.names[name]
        return Markdown(f"**{words}**") if name == self.recommendation.strategy else words

    def rule(self, rule: str) -> Markdown:
        """Return a rule's id, or that of the complexity charge, as a link to its row in the table of rules."""
        return Markdown(f"[`{rule}`](#rule-{rule})")
