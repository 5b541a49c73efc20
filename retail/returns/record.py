"""A completed return, as a frozen record that explains each of its figures.

All amounts are minor units of `currency`, and positive when they go to the customer. Like the record of a
sale, it leaves out of its JSON what equals its default (see `retail.sale`).
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from retail.catalogue import LocalisedText, ProductKind
from retail.quantity import SellingUnit
from retail.sale import LineTax, RefundTender, TaxTotal


class ReturnKind(StrEnum):
    """What became of a sale."""

    RETURN = "return"
    VOID = "void"  # the whole of it, on the day it was made, as if it had never been
    WITHOUT_RECEIPT = "without_receipt"  # of a sale that nobody can name


class ReturnReason(StrEnum):
    """Why something comes back."""

    CHANGED_MIND = "changed_mind"
    WRONG_ITEM = "wrong_item"  # not what was asked for, or not what was described
    FAULTY = "faulty"
    EXPIRED = "expired"
    RECALLED = "recalled"
    MISTAKE = "mistake"  # rung up wrongly


SELLERS_FAULT: Final = frozenset(
    (
        ReturnReason.WRONG_ITEM,
        ReturnReason.FAULTY,
        ReturnReason.EXPIRED,
        ReturnReason.RECALLED,
        ReturnReason.MISTAKE,
    )
)
"""Reasons that a customer answers for in no way: goods that do not conform to the contract (Directive (EU)
2019/771, articles 5 to 7), and the shop's own mistakes."""


class Condition(StrEnum):
    """In what state something comes back."""

    SELLABLE = "sellable"
    DAMAGED = "damaged"
    NOT_HANDED_BACK = "not_handed_back"  # paid back without it: it perished, or was thrown away


class ReturnLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What comes back of one line of the sale.

    `paid_minor` is the part of the line's paid amount that this quantity makes up; the parts of all returns
    of a line sum to it exactly. `taxes` are the line's taxes in the same way, those on top of the price to be
    added to it. `sold_quantity` and `sold_paid_minor` are those of the whole line. `restock` puts it back
    into what can be sold.
    """

    line_number: int
    product_id: str
    sku: str
    name: LocalisedText
    category_id: str
    unit: SellingUnit
    quantity: Decimal
    sold_quantity: Decimal
    paid_minor: int
    sold_paid_minor: int
    tax_class_id: str
    tax_code: str
    reason: ReturnReason
    condition: Condition
    taxes: tuple[LineTax, ...] = ()
    product_kind: ProductKind = ProductKind.GOODS
    restock: bool = False

    @property
    def charged_minor(self) -> int:
        """What the customer paid for it, taxes on top included."""
        return self.paid_minor + on_top(self.taxes)


class PromotionLost(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a line costs more because goods came back, with its taxes; negative is given back again.

    `amount_minor` includes all taxes. The line is one that the customer keeps, or (`nothing_refunded`) the
    one that came back when what is kept has become dearer than all that came back.
    """

    line_number: int
    tax_class_id: str
    amount_minor: int
    taxes: tuple[LineTax, ...] = ()


class Because(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of the explanation; `code` is a key of `EXPLANATIONS`."""

    code: str
    line_number: int = 0
    amount_minor: int = 0
    detail: str = ""


EXPLANATIONS: Final[dict[str, str]] = {
    "at_price_paid": "This part of the line is paid back at what was paid for it, discounts taken off.",
    "allowed": "The policy refuses this; it was allowed by the person who approved the return.",
    "promotion_lost": "The goods that are kept no longer earn this part of their promotion.",
    "promotion_given_back": "What an earlier return withheld for this line is paid back.",
    "promotion_moved": "A discount on the whole receipt now falls more on this line, which is kept.",
    "gift_kept": "The gift is kept though its purchase came back; its price is withheld.",
    "nothing_refunded": "The goods that are kept now cost at least what came back; nothing is paid back.",
    "fault_keeps_promotions": "The goods come back for the shop's fault; no promotion is lost by that.",
    "exchange_keeps_promotions": "The goods are exchanged; no promotion is lost by that.",
    "rules_differ": "The prices of the day cannot be found again; no promotion is taken back.",
    "lowest_recent_price": "There is no receipt; this is the lowest price of late.",
    "to_tender": "This part goes back to the payment that it came from.",
    "to_store_credit": "This part becomes store credit.",
    "to_exchange": "This part pays for the goods that are bought now.",
    "cash_to_step": "Cash is rounded to the step of the coins.",
    "cash_as_paid": "This is the last of what was paid in cash: the amount that was handed over.",
    "cash_no_more_than_paid": "Rounding would give more cash than was handed over.",
}
"""Every code of an explanation with its sentence."""


class Return(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A completed return. These hold exactly, to the minor unit:

    - `Σ lines.charged − promotion_lost = refund`, where `charged = paid + taxes on top`;
    - `Σ lost.amount = promotion_lost`;
    - `Σ tax_totals.gross = refund`, `Σ tax_totals.tax = tax`, `net + tax = gross` in each;
    - the tax of a class is that of its lines less that of its `lost`;
    - `Σ tenders = refund + cash_rounding`.

    A class may have a negative total: its goods are kept and cost more now. `sale_id` and
    `sale_receipt_number` are empty without a receipt. `exchange_sale_id` is the sale that took the money
    of the `exchange` tender. `completed_at` is the till's local time in RFC 3339 with its offset.
    """

    return_id: str
    receipt_number: str
    kind: ReturnKind
    sale_id: str
    sale_receipt_number: str
    store_id: str
    till_id: str
    till_number: int
    cashier_id: str
    cashier_name: str
    completed_at: str
    currency: str
    tax_included: bool
    lines: tuple[ReturnLine, ...]
    tax_totals: tuple[TaxTotal, ...]
    tax_minor: int
    refund_minor: int
    tenders: tuple[RefundTender, ...]
    cash_rounding_minor: int
    promotion_lost_minor: int = 0
    lost: tuple[PromotionLost, ...] = ()
    member_id: str = ""
    points_taken_back: int = 0
    points_given_back: int = 0
    approved_by: str = ""
    exchange_sale_id: str = ""
    note: str = ""
    explanation: tuple[Because, ...] = ()


def on_top(taxes: tuple[LineTax, ...]) -> int:
    """Return what taxes add to a price that does not include them."""
    return sum(tax.amount_minor for tax in taxes if not tax.included)
