"""How much of the invoice the answers explain: volume, tokens and prices as stated, against what is really paid."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from advisor.conditions import Range, Value, ends_of
from advisor.costs.alternatives import Alternative
from advisor.workload import Workload

_SHARE: Final = Decimal("0.0001")


@dataclass(frozen=True)
class InvoiceCheck:
    """What `current` costs a month by the answers, beside the invoice; `share` is explained ÷ paid, a range where the
    invoice is one. `explained_usd` leaves labour out: an invoice of a model provider has none."""

    explained_usd: Decimal
    paid_usd: Decimal | Range
    share: Decimal | Range

    def standing(self, tolerance: Decimal) -> Literal["below", "matches", "above"]:
        """Return whether the answers explain too little, about all, or more than all of the invoice."""
        ends = ends_of(self.share)
        if ends[-1] < 1 - tolerance:
            return "below"
        return "above" if ends[0] > 1 + tolerance else "matches"


def check_invoice(current: Alternative, workload: Workload, spend: Value) -> InvoiceCheck | None:
    """Return the comparison, or None where there is no invoice, no price, or no provider who could have sent one."""
    explained = current.cost.api.monthly_usd
    if explained is None or workload.on_premises:
        return None
    if isinstance(spend, Decimal) and spend > 0:
        return InvoiceCheck(explained, spend, (explained / spend).quantize(_SHARE))
    if isinstance(spend, Range) and spend.low > 0:
        shares = Range((explained / spend.high).quantize(_SHARE), (explained / spend.low).quantize(_SHARE))
        return InvoiceCheck(explained, spend, shares)
    return None
