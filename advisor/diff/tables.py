"""The rows that text and comment print alike."""

from __future__ import annotations

from advisor.contract import Amount
from advisor.diff.contract import Difference, State
from advisor.diff.words import Words, months, plus, signed, signed_percent, signed_points, spoken, total
from advisor.packs.pack import ADDS
from advisor.wording import VERDICTS, amount, usd

STATE_HEADS = ("", "Before", "After", "Change")
SCORE_HEADS = ("Points", "Before", "After", "Change")
LINE_HEADS = ("Cost line, USD", "Before", "After", "By price", "By quantity")

Cells = tuple[str, ...]


def state_rows(words: Words) -> list[Cells]:
    """Return both sides beside each other, with the change of what is a number; some rows only where they differ."""
    found = words.found
    old, new = found.old, found.new
    share = f" ({signed_percent(found.monthly_share)})" if found.monthly_share else ""
    rows = [
        ("Recommendation", words.names[old.strategy], words.names[new.strategy], "moved" if found.moved else ""),
        ("Verdict", VERDICTS[old.verdict], VERDICTS[new.verdict], ""),
        ("Margin", words.margin(old), words.margin(new), ""),
        ("Runs on", _model(words, old), _model(words, new), ""),
        ("To build", usd(old.upfront_usd), usd(new.upfront_usd), _moved(old.upfront_usd, new.upfront_usd)),
        ("A month", usd(old.monthly_usd), usd(new.monthly_usd), f"{_moved(old.monthly_usd, new.monthly_usd)}{share}"),
        (_horizon(found), total(old), total(new), _moved(old.horizon_usd, new.horizon_usd)),
        ("Prices of", words.free(old.as_of), words.free(new.as_of), ""),
    ]
    return [row for row in rows if row[0] not in ("Runs on", "Prices of", "Verdict") or row[1] != row[2]]


def _model(words: Words, state: State) -> str:
    return words.code(state.model) if state.model else "no model that can be tuned"


def _moved(old: Amount, new: Amount) -> str:
    return "" if old is None or new is None or old == new else signed(new - old)


def _horizon(found: Difference) -> str:
    if found.old.months == found.new.months:
        return f"Over {months(found.new)}"
    return f"Over {found.old.months}, then {months(found.new)}"


def line_rows(words: Words) -> list[Cells]:
    """Return the cost lines that differ, in USD, each under its kind. Models are named by the row of both sides."""
    rows: list[Cells] = []
    for line in words.found.lines:
        label = line.label
        for model in (words.found.new.model, words.found.old.model):
            label = label.replace(model, "the model") if model else label
        one_sided = "new" if not line.old_usd else "gone" if not line.new_usd else plus(line.change_usd)
        split = ("", one_sided)
        if line.by_price_usd is not None and line.by_quantity_usd is not None:
            split = (plus(line.by_price_usd), plus(line.by_quantity_usd))
        rows.append((words.free(f"{line.kind}: {label}"), amount(line.old_usd), amount(line.new_usd), *split))
    return rows


def score_rows(words: Words) -> list[Cells]:
    """Return the strategies whose score moved, or that were closed or opened."""
    rows: list[Cells] = []
    for entry in words.found.scores:
        before, after = (_closed_by(words, names) for names in (entry.old_ruled_out, entry.new_ruled_out))
        if (entry.old_score, before) != (entry.new_score, after):
            was, now = (f", ruled out by {names}" if names else "" for names in (before, after))
            opened = ", open" if was and not now else ""
            cells = f"{entry.old_score}{was}", f"{entry.new_score}{now}{opened}"
            rows.append((words.names[entry.strategy], *cells, signed_points(entry.new_score - entry.old_score)))
    return rows


def _closed_by(words: Words, names: tuple[str, ...]) -> str:
    """Return the gates that close a strategy, and the techniques of it that are below the adoption floor."""
    return ", ".join(f"{words.names[name]} below its floor" if name in ADDS else words.code(name) for name in names)


def assumption_rows(words: Words) -> list[Cells]:
    """Return what costs assume otherwise for answers that are missing on both sides."""
    return [
        (words.code(entry.answer), words.free(spoken(entry.old)), words.free(spoken(entry.new)))
        for entry in words.found.assumptions
        if entry.old is not None and entry.new is not None
    ]


def mistake_title(words: Words, index: int) -> str:
    """Return a mistake with what happens to it: that it applies now or no longer, and the money at stake."""
    mistake = words.found.mistakes[index]
    through = f", through {words.through(mistake.causes)}" if mistake.causes else ""
    head = f"{words.code(mistake.mistake)} ({mistake.severity})"
    stakes = (mistake.old_at_stake_usd, mistake.new_at_stake_usd)
    if mistake.change == "at_stake":
        return f"{head}: {usd(stakes[1])} at stake, before {usd(stakes[0])}{through}"
    stake = stakes[0] if mistake.change == "stopped" else stakes[1]
    money = f": {usd(stake)} at stake" if stake else ""
    return f"{head} {'applies no longer' if mistake.change == 'stopped' else 'applies now'}{money}{through}"
