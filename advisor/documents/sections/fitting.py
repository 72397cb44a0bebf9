"""What the answers allow and what was paid: budgets, deadline and invoice, against what is projected."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, Literal

from advisor.conditions import Range, Value, ends_of
from advisor.documents.sections.parts import Row, Table
from advisor.documents.sections.section import Section
from advisor.documents.setting import prose
from advisor.documents.text import Markdown, code
from advisor.fit import Fit
from advisor.wording import plural, say, tenths, usd

Form = Literal["usd", "weeks"]

ALLOWANCES: Final = ("upfront_budget", "monthly_budget", "deadline_weeks")
_FORMS: Final[tuple[Form, ...]] = ("usd", "usd", "weeks")


class Fitting(Section):
    """What the answers allow and what was paid: budgets, deadline and invoice, against what is projected."""

    def line(self) -> Markdown | None:
        """Return how the recommendation fits what is allowed; None where nothing is said about it."""
        fit = self.it.fits[self.recommendation.strategy]
        subjects = (
            "build",
            "a month of running at today's volume",
            f"work, {_words((fit.build_weeks,), 'weeks')} for one person",
        )
        words = [
            f"{subject}: {standing(over, form)}"
            for subject, name, over, form in zip(subjects, ALLOWANCES, _overs(fit), _FORMS, strict=True)
            if self._allowed(name) is not None
        ]
        if fit.over_from and not _exceeds(fit.monthly_over_usd):
            words.append(f"growth or a price step takes the month over its budget from {fit.over_from} on")
        if self._allowed("deadline_weeks") is not None:
            words[-1] += ", before the waiting that the rollout asks for"
        return Markdown("; ".join(words)) if words else None

    def table(self) -> Table:
        """Return what each strategy takes of what is allowed; no rows where nothing is said about it."""
        allowances = [self._allowed(name) for name in ALLOWANCES]
        given = [index for index, allowed in enumerate(allowances) if allowed is not None]
        heads = ("Build, budget {}", "Run a month, budget {}", "Work for one person, {} to the deadline")
        titles = [
            head.format(" to ".join(_words((end,), form) for end in ends_of(allowed)))
            for head, allowed, form in zip(heads, allowances, _FORMS, strict=True)
            if allowed is not None
        ]
        rows = []
        for name, fit in self.it.fits.items() if given else ():
            cost = self.it.costs[name]
            build, month = (cost.printed("build"), cost.total.monthly_usd) if cost.priced else (None, None)
            needed = (usd(build), usd(month), _words((fit.build_weeks,), "weeks"))
            states = [standing(over, form) for over, form in zip(_overs(fit), _FORMS, strict=True)]
            if fit.over_from and not _exceeds(fit.monthly_over_usd):
                states[1] += f", over from {fit.over_from} on"
            cells = [Markdown(f"{needed[index]}: {states[index]}") for index in given]
            rows.append(Row((self.plan_name(name), *cells)))
        return Table(tuple(map(Markdown, ("Option", *titles))), "l" + "l" * len(given), tuple(rows))

    def invoice(self) -> Iterable[Markdown]:
        """Yield how much of the invoice the answers explain, and what the difference usually is."""
        check, texts = self.it.invoice, self.pack.invoice
        if check is None:
            if self._allowed("current_monthly_spend") is not None:
                yield Markdown("The invoice is not compared: there is no price or no amount to compare it with.")
            return
        gap = self._unexplained()
        yield Markdown(
            f"Your tokens explain {say(check.share, 'share')} of the invoice: {usd(check.explained_usd)} of "
            f"{say(check.paid_usd, 'usd')} for 30 days on "
            f"{code(self.it.models.current.id)}, at stated volume and prices of {self.it.as_of}, without labour."
        )
        match check.standing(texts.tolerance):
            case "below":
                if gap is not None:
                    yield Markdown(
                        f"The {usd(gap)} a month that the answers do not explain is in none of the amounts of this "
                        "document; if it stays, each month is that much dearer."
                    )
                yield _listed("What is missing is usually", texts.missing)
            case "above":
                yield _listed("What makes the answers come to more is usually", texts.beyond)
            case _:
                yield Markdown("That is close enough to rest a decision on.")

    def invoice_line(self) -> Markdown | None:
        """Return the first sentence on the invoice, where the answers do not explain it."""
        check = self.it.invoice
        if check is None or check.standing(self.pack.invoice.tolerance) == "matches":
            return None
        share, paid = say(check.share, "share"), say(check.paid_usd, "usd")
        return Markdown(
            f"your tokens explain {share} of the {paid} paid a month; The invoice, below, lists what usually makes up "
            "the rest"
        )

    def _unexplained(self) -> Decimal | None:
        """Return what the invoice holds beyond the answers, where it is one amount."""
        check = self.it.invoice
        return check.paid_usd - check.explained_usd if check and isinstance(check.paid_usd, Decimal) else None

    def _allowed(self, name: str) -> Decimal | Range | None:
        value = self.facts.get(name)
        return value if isinstance(value, Decimal | Range) else None


def _listed(head: str, entries: tuple[str, ...]) -> Markdown:
    return Markdown("\n".join((f"{head}:", "", *(f"- {prose(entry)}" for entry in entries))))


def standing(over: Value, form: Form) -> str:
    """Return in words whether something fits: by how much it is over its limit, or what is to spare."""
    ends = ends_of(over) if isinstance(over, Decimal | Range) else ()
    if not ends:
        return "not comparable, as prices are missing"
    if all(end > 0 for end in ends):
        return f"{_words(ends, form)} over"
    if all(end <= 0 for end in ends):
        return (
            f"{_words(tuple(-end for end in reversed(ends)), form)} to spare" if any(ends) else "exactly at its limit"
        )
    return f"between {_words((-ends[0],), form)} to spare and {_words((ends[-1],), form)} over"


def _words(amounts: tuple[Decimal, ...], form: Form) -> str:
    if form == "weeks":
        return plural(" to ".join(tenths(amount) for amount in amounts), "week")
    return " to ".join(usd(amount) for amount in amounts)


def _exceeds(over: Value) -> bool:
    return isinstance(over, Decimal | Range) and all(end > 0 for end in ends_of(over))


def _overs(fit: Fit) -> tuple[Value, Value, Value]:
    return fit.upfront_over_usd, fit.monthly_over_usd, fit.weeks_over
