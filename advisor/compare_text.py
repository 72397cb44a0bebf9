"""A comparison of models as plain text or markdown."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from advisor.compare import Compared, Comparison
from advisor.wording import NOT_ESTABLISHED, number, percent, plural, usd, usd_per_thousand

MOST_COLUMNS: Final = 4
"""Models that are set side by side in columns; more get a row each."""


def to_table(comparison: Comparison) -> str:
    """Return a comparison as plain text: a column for each of a few models, a row for each of many."""
    lines = [f"Prices of {comparison.as_of}; savings against {comparison.models[0].resolved_id}", ""]
    if len(comparison.models) > MOST_COLUMNS:
        cells = [_LIST_HEADS, *(_list_cells(entry) for entry in comparison.models)]
    else:
        cells = [("", *(entry.model for entry in comparison.models))]
        cells += [(label, *(show(entry) for entry in comparison.models)) for label, show in _ROWS]
    widths = [max(len(row[index]) for row in cells) for index in range(len(cells[0]))]
    for first, *others in cells:
        columns = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
        lines.append("  ".join(columns).rstrip())
    notes = _notes(comparison)
    return "\n".join([*lines, *(["", *notes] if notes else [])]) + "\n"


def to_markdown(comparison: Comparison) -> str:
    """Return a comparison as a markdown table, a row a model."""
    heads, *rows = [_LIST_HEADS, *(_list_cells(entry) for entry in comparison.models)]
    lines = [
        f"Prices of {comparison.as_of}; savings against `{comparison.models[0].resolved_id}`.",
        "",
        "| " + " | ".join(heads) + " |",
        "| --- |" + " ---: |" * (len(heads) - 1),
        *(f"| `{name}` | " + " | ".join(cells) + " |" for name, *cells in rows),
    ]
    notes = [f"- {note}" for note in _notes(comparison)]
    return "\n".join([*lines, *(["", *notes] if notes else [])]) + "\n"


def _notes(comparison: Comparison) -> list[str]:
    """Return the warnings, each with the models that it is about."""
    about: dict[str, list[str]] = {}
    for entry in comparison.models:
        for warning in entry.warnings:
            about.setdefault(warning, []).append(entry.resolved_id)
    return [f"{', '.join(models)}: {warning}" for warning, models in about.items()]


_LIST_HEADS = ("Model", "1,000 requests", "A month", "Training, no labour", "Saved a year", "Repaid after")


def _list_cells(entry: Compared) -> tuple[str, ...]:
    return (
        entry.resolved_id,
        usd_per_thousand(entry.per_request_usd),
        usd(entry.monthly_usd),
        _training_words(entry),
        usd(entry.saving_yearly_usd),
        _break_even_words(entry),
    )


def _training_words(entry: Compared) -> str:
    if entry.training is None:
        return "-"
    if entry.training.total_usd is None:
        return NOT_ESTABLISHED
    return f"{usd(entry.training.total_usd)} ({plural(number(entry.training.runs), 'run')})"


def _break_even_words(entry: Compared) -> str:
    if entry.break_even is None:
        return "-"
    hours = entry.break_even.hours
    if hours < 1:
        return f"{number((hours * 60).quantize(Decimal('0.01')))} minutes"
    if hours < 48:
        return f"{number(hours.quantize(Decimal('0.01')))} hours"
    return f"{number(entry.break_even.days.quantize(Decimal('0.1')))} days"


_ROWS = (
    ("resolved to", lambda entry: entry.resolved_id),
    ("1,000 requests", lambda entry: usd_per_thousand(entry.per_request_usd)),
    ("a day", lambda entry: usd(entry.daily_usd)),
    ("a month (30 days)", lambda entry: usd(entry.monthly_usd)),
    ("  of it hosting", lambda entry: usd(entry.hosting_monthly_usd)),
    ("a year (12 × 30 days)", lambda entry: usd(entry.yearly_usd)),
    ("a calendar year", lambda entry: usd(entry.calendar_year_usd)),
    ("training, without labour", _training_words),
    ("saved a month", lambda entry: usd(entry.saving_monthly_usd)),
    ("saved a year (12 × 30 days)", lambda entry: usd(entry.saving_yearly_usd)),
    ("saved a calendar year", lambda entry: usd(entry.saving_calendar_year_usd)),
    ("saved", lambda entry: NOT_ESTABLISHED if entry.saving_share is None else percent(entry.saving_share)),
    ("training repaid after", _break_even_words),
    ("  requests", lambda entry: "-" if entry.break_even is None else number(entry.break_even.requests)),
)
