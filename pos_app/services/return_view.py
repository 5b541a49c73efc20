"""What a return shows before it is paid back: the sale, what is left of it, and what would be given."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from retail.returns.left import LineLeft
from retail.returns.priced_return import PricedReturn
from retail.returns.record import Condition, Return, ReturnReason
from retail.returns.refund import Refund
from retail.sale import Sale, SaleLine
from sync.protocol import OtherReceipt


class Known(StrEnum):
    """What is known of what came back at other tills."""

    ASKING = "asking"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True, slots=True)
class FoundReceipt:
    """What the centre has of a receipt: the sale, and what came back of it at any till.

    `others` are the other sales of the same order, by receipt number.
    """

    sale: Sale
    returns: tuple[Return, ...] = ()
    others: tuple[OtherReceipt, ...] = ()

    @property
    def receipts(self) -> tuple[OtherReceipt, ...]:
        """Return all of them, this one first."""
        sale = self.sale
        this = OtherReceipt(
            receipt_number=sale.receipt_number,
            completed_at=sale.completed_at,
            total_minor=sale.total_minor,
        )
        return (this, *self.others)


@dataclass(frozen=True, slots=True)
class LineBack:
    """A line of the sale, what is left of it, and how much of that comes back now."""

    line: SaleLine
    left: LineLeft
    quantity: Decimal = Decimal(0)
    reason: ReturnReason = ReturnReason.CHANGED_MIND
    condition: Condition = Condition.SELLABLE


@dataclass(frozen=True, slots=True)
class ReturnView:
    """An open return. `refused` is why it cannot be paid back as it stands (a code), empty when it can.

    `outside` is the code of what the policy does not allow and somebody may lift. `priced` and `refund` are
    None while nothing is chosen or it is refused.
    """

    sale: Sale
    lines: tuple[LineBack, ...]
    known: Known
    priced: PricedReturn | None = None
    refund: Refund | None = None
    refused: str = ""
    outside: str = ""

    @property
    def cash_minor(self) -> int:
        """Return what leaves the drawer."""
        return self.refund.cash_minor if self.refund is not None else 0

    @property
    def given_minor(self) -> int:
        """Return what the customer is given."""
        return self.refund.given_minor if self.refund is not None else 0

    @property
    def nothing_left(self) -> bool:
        """True when all of the sale has come back before."""
        return not any(each.left.quantity_left for each in self.lines)
