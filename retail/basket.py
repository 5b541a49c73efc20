"""What is being bought, before it has a price: a frozen basket and the steps that change it.

Each step returns a new basket; nothing is changed in place, so undo is keeping the old value.
Steps refuse what cannot be sold with `QuantityRefused`, `PriceRefused` or `LineNotFound`.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from retail.catalogue import LocalisedText, Product


class PriceSource(StrEnum):
    """Where a line's unit price came from; part of the line for whoever reads it later."""

    STORE = "store"
    EMBEDDED = "embedded"  # the price or weight stood in the barcode
    OPEN = "open"  # typed by the cashier for an open-price product
    OVERRIDE = "override"  # typed by the cashier over the store's price


class ManualDiscount(msgspec.Struct, frozen=True, kw_only=True):
    """A discount given by hand: `percent` of the amount, or an `amount` off it (one of the two)."""

    percent: Decimal | None = None
    amount_minor: int | None = None
    reason: str = ""


class BasketMember(msgspec.Struct, frozen=True, kw_only=True):
    """The member this basket belongs to, as known when attached."""

    member_id: str
    display_name: LocalisedText
    tier: str
    card_tail: str = ""
    points: int = 0
    points_as_of: str = ""


class BasketLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line: a snapshot of the product, a quantity, and a unit price in minor units.

    `fixed_amount_minor` is set for a price-embedded label: the amount is what the label says and
    the quantity is derived, never the other way round.
    """

    line_id: str
    product: Product
    quantity: Decimal
    unit_price_minor: Decimal
    price_source: PriceSource = PriceSource.STORE
    fixed_amount_minor: int | None = None
    scanned_code: str = ""
    discount: ManualDiscount | None = None
    options: str = ""
    note: str = ""


class Basket(msgspec.Struct, frozen=True, kw_only=True):
    """An open sale. `age_confirmed` is the highest age the cashier has checked for this customer."""

    basket_id: str
    lines: tuple[BasketLine, ...] = ()
    member: BasketMember | None = None
    discount: ManualDiscount | None = None
    coupons: tuple[str, ...] = ()
    note: str = ""
    age_confirmed: int = 0
