"""A completed sale, as a frozen record that explains each of its figures.

All amounts are minor units of `currency`. `lines[i].paid_minor` sums to `total_minor` exactly (when
tax is included), so any line can later be returned at what was really paid.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from retail.basket import PriceSource
from retail.catalogue import LocalisedText
from retail.quantity import SellingUnit


class DiscountSource(StrEnum):
    """Who gave a discount."""

    PROMOTION = "promotion"
    MEMBER = "member"
    COUPON = "coupon"
    MANUAL = "manual"


class AppliedDiscount(msgspec.Struct, frozen=True, kw_only=True):
    """Money taken off; `amount_minor` is positive. `coupon_code` is what the customer handed over for it."""

    source: DiscountSource
    label: LocalisedText
    amount_minor: int
    promotion_id: str = ""
    coupon_code: str = ""


class TaxTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What one tax class comes to in a document: `gross = net + tax`, all minor units."""

    tax_class_id: str
    code: str
    rate: Decimal
    net_minor: int
    tax_minor: int
    gross_minor: int


class TenderKind(StrEnum):
    """How a customer pays."""

    CASH = "cash"
    CARD = "card"
    MOBILE_CODE = "mobile_code"


class Tender(msgspec.Struct, frozen=True, kw_only=True):
    """One payment towards a sale. For cash `amount_minor` is what was handed over."""

    kind: TenderKind
    amount_minor: int
    attempt_id: str = ""
    reference: str = ""
    approved_at: str = ""


class SaleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One sold line. `gross − Σ discounts − document_discount = paid` holds exactly."""

    line_number: int
    product_id: str
    sku: str
    name: LocalisedText
    category_id: str
    unit: SellingUnit
    quantity: Decimal
    unit_price_minor: Decimal
    price_source: PriceSource
    gross_minor: int
    discounts: tuple[AppliedDiscount, ...]
    document_discount_minor: int
    paid_minor: int
    tax_class_id: str
    tax_code: str
    scanned_code: str = ""
    options: str = ""
    note: str = ""


class SaleMember(msgspec.Struct, frozen=True, kw_only=True):
    """The member on a sale; the card is kept as its last digits only."""

    member_id: str
    tier: str
    card_tail: str
    points_earned: int
    points_balance: int


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """A completed sale. `Σ tenders − change = total + cash_rounding` holds exactly.

    `cash_rounding_minor` is negative when the customer pays less than the total.
    `completed_at` is the till's local time in RFC 3339 with its offset.
    """

    sale_id: str
    receipt_number: str
    store_id: str
    till_id: str
    till_number: int
    cashier_id: str
    cashier_name: str
    completed_at: str
    currency: str
    tax_included: bool
    lines: tuple[SaleLine, ...]
    item_count: int
    subtotal_minor: int
    discounts: tuple[AppliedDiscount, ...]
    saved_minor: int
    tax_totals: tuple[TaxTotal, ...]
    tax_minor: int
    total_minor: int
    tenders: tuple[Tender, ...]
    cash_rounding_minor: int
    change_minor: int
    member: SaleMember | None = None
    note: str = ""
