"""The facts: one vocabulary for the journal on disk and for the wire.

A fact is never changed once shipped. A new field gets a default; a new meaning gets a new kind or a
higher version in `SCHEMA_VERSIONS`. Frozen JSON samples of each version live in `tests/golden`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from retail.pickup.steps import Step
from retail.returns.record import Return
from retail.sale import Sale, TenderKind

OF_RETURN: Final = "return:"
"""Before the id of the return that an attempt at a terminal pays back."""


class TillEnrolled(msgspec.Struct, frozen=True, kw_only=True, tag="till.enrolled", tag_field="kind"):
    """A new journal began on this device (first install, or a restore)."""

    store_id: str
    till_id: str
    till_number: int
    software_version: str


class SaleCompleted(msgspec.Struct, frozen=True, kw_only=True, tag="sale.completed", tag_field="kind"):
    """A sale is paid. From here on it exists, whatever happens to paper or network."""

    sale: Sale


class SaleReturned(msgspec.Struct, frozen=True, kw_only=True, tag="sale.returned", tag_field="kind"):
    """Goods came back and were paid for, or a whole sale was undone; the sale itself stays as it is."""

    returned: Return


class BasketVoided(msgspec.Struct, frozen=True, kw_only=True, tag="basket.voided", tag_field="kind"):
    """An open basket was given up; kept because voids are how tills are cheated.

    `approved_by` is who allowed it when the cashier alone may not; version 1 does not say.
    """

    basket_id: str
    cashier_id: str
    line_count: int
    total_minor: int
    reason: str = ""
    approved_by: str = ""


class PaymentStarted(msgspec.Struct, frozen=True, kw_only=True, tag="payment.started", tag_field="kind"):
    """An amount is about to be asked from a terminal; stored before the terminal hears of it.

    `basket_id` is what it pays for; with `OF_RETURN` before the id of a return the amount is paid back.
    """

    attempt_id: str
    basket_id: str
    tender: TenderKind
    amount_minor: int
    currency: str


class PaymentResolved(msgspec.Struct, frozen=True, kw_only=True, tag="payment.resolved", tag_field="kind"):
    """What became of an attempt: `approved`, `declined`, `cancelled` or `reversed`."""

    attempt_id: str
    outcome: str
    reference: str = ""
    reason: str = ""


class ReceiptReprinted(msgspec.Struct, frozen=True, kw_only=True, tag="receipt.reprinted", tag_field="kind"):
    """A receipt was printed again, marked COPY; `approved_by` is who allowed it (not in version 1)."""

    receipt_number: str
    cashier_id: str
    approved_by: str = ""


class DrawerOpened(msgspec.Struct, frozen=True, kw_only=True, tag="drawer.opened", tag_field="kind"):
    """The drawer was opened without a sale; `approved_by` is who allowed it (not in version 1)."""

    cashier_id: str
    reason: str
    approved_by: str = ""


class PickupStepped(msgspec.Struct, frozen=True, kw_only=True, tag="pickup.stepped", tag_field="kind"):
    """A step of an online order was taken here; what becomes of it is for `retail.pickup.reducer` to say."""

    step: Step


class PromiseOverridden(
    msgspec.Struct, frozen=True, kw_only=True, tag="promise.overridden", tag_field="kind"
):
    """Goods promised to orders are sold to a customer who holds them; the sale itself moves the stock.

    `choice` is a value of `retail.availability.counter.Choice`, `order_ids` who loses something.
    """

    basket_id: str
    product_id: str
    quantity: Decimal
    choice: str
    order_ids: tuple[str, ...]
    cashier_id: str
    approved_by: str = ""


class TillRecovered(msgspec.Struct, frozen=True, kw_only=True, tag="till.recovered", tag_field="kind"):
    """This till's journal was put right; what the centre still lacks of it will not come from this disk.

    `reason` is `damaged` (pages could not be read), `rolled_back` (its mirror knew more than it) or
    `restored` (from a backup, by a person). `kept` and `from_mirror` count facts; `missing` are numbers
    without a fact, of which the centre has `missing_at_centre`. With `tail_known` false, further facts of
    the moments before may be missing. `earlier_incarnation` is the life that ended with it, empty for none.
    """

    reason: str
    kept: int
    from_mirror: int
    missing: int
    missing_at_centre: int
    tail_known: bool
    earlier_incarnation: str = ""


Fact = (
    TillEnrolled
    | SaleCompleted
    | SaleReturned
    | BasketVoided
    | PaymentStarted
    | PaymentResolved
    | ReceiptReprinted
    | DrawerOpened
    | PickupStepped
    | PromiseOverridden
    | TillRecovered
)
"""Everything that a till can say happened."""

SCHEMA_VERSIONS: dict[str, int] = {
    "till.enrolled": 1,
    "sale.completed": 2,
    "sale.returned": 1,
    "basket.voided": 2,
    "payment.started": 1,
    "payment.resolved": 1,
    "receipt.reprinted": 2,
    "drawer.opened": 2,
    "pickup.stepped": 1,
    "promise.overridden": 1,
    "till.recovered": 1,
}
"""The version written today, by kind."""
