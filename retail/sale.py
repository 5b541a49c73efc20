"""A completed sale, as a frozen record that explains each of its figures.

All amounts are minor units of `currency`. `lines[i].paid_minor` and the taxes on top of the lines sum to
`total_minor` exactly, so any line can later be returned at what was really paid.

Records leave out of their JSON what equals its default (`omit_defaults`), because each till keeps and sends
every sale. msgspec tells a default by identity, so it is always a value of which there is only one (empty,
zero, a member of an enumeration): equal records have equal bytes.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from retail.basket import PriceSource, PromotionUse
from retail.catalogue import LocalisedText, ProductKind
from retail.quantity import SellingUnit


class DiscountSource(StrEnum):
    """Who gave a discount."""

    PROMOTION = "promotion"
    MEMBER = "member"
    COUPON = "coupon"
    MANUAL = "manual"
    POINTS = "points"  # a member's points, redeemed as a discount


class AppliedDiscount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Money taken off; `amount_minor` is positive.

    `coupon_code` is what the customer handed over for it, `approved_by` who allowed one given by hand.
    """

    source: DiscountSource
    label: LocalisedText
    amount_minor: int
    promotion_id: str = ""
    coupon_code: str = ""
    approved_by: str = ""


class TaxPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What one tax of a class comes to in a document, in minor units, with its base and its exact amount.

    `exact_minor` is the amount before it was rounded, as a decimal of at most six places. A tax that the
    buyer owes (`reverse_charge`) has an amount of 0; `reason` names why a tax was not charged.
    """

    tax_id: str
    name: LocalisedText
    rate: Decimal
    base_minor: int
    tax_minor: int
    exact_minor: Decimal
    group_id: str = ""
    included: bool = False
    reverse_charge: bool = False
    reason: str = ""


class TaxTotal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What one tax class comes to in a document: `gross = net + tax`, all minor units.

    `parts` are its taxes when the class has taxes of its own; their sum is `tax_minor`.
    """

    tax_class_id: str
    code: str
    rate: Decimal
    net_minor: int
    tax_minor: int
    gross_minor: int
    parts: tuple[TaxPart, ...] = ()


class TenderKind(StrEnum):
    """How a customer pays, or is paid back.

    `exchange` is money from goods that came back, spent at once on others: the return gives it, the sale
    takes it, and each names the other in `reference`. `online` is money of an order that a payment provider
    or a sales channel has taken, or will take: `reference` is their own name for it.
    """

    CASH = "cash"
    CARD = "card"
    MOBILE_CODE = "mobile_code"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    POINTS = "points"
    EXCHANGE = "exchange"
    ONLINE = "online"


class Tender(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One payment towards a sale. For cash `amount_minor` is what was handed over."""

    kind: TenderKind
    amount_minor: int
    attempt_id: str = ""
    reference: str = ""
    approved_at: str = ""


class RefundTender(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One payment back to a customer; `amount_minor` is positive.

    `position` counts the sale's tenders from 1 and names the one that is paid back, 0 for money that goes
    elsewhere (store credit, another sale). `reference` is that tender's own, `attempt_id` that of the refund
    itself at a terminal. `reversal` asks to undo the payment (before the terminal's day is closed) instead of
    refunding it.
    """

    kind: TenderKind
    amount_minor: int
    position: int = 0
    reference: str = ""
    attempt_id: str = ""
    approved_at: str = ""
    reversal: bool = False


class LineTax(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A line's share of one tax; the shares of all lines sum to the document's tax exactly.

    `tax_id` is the tax class's id where the class has no taxes of its own.
    """

    tax_id: str
    amount_minor: int
    included: bool


class SaleLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One sold line. `gross − Σ discounts − document_discount = paid` holds exactly.

    `unit_price_minor` is what one selling unit cost before discounts, from `price_source`; `price_list_id`
    names the price list when it was one. `amount_on_label` says that `gross` stood on a label, and made the
    quantity. `taxes` are the line's shares of what its class comes to; those that are not `included` were
    charged on top of `paid`.
    """

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
    product_kind: ProductKind = ProductKind.GOODS
    price_list_id: str = ""
    price_approved_by: str = ""
    price_reason: str = ""
    amount_on_label: bool = False
    taxes: tuple[LineTax, ...] = ()
    catalogue_version: int = 0
    prices_version: int = 0


class PromotionApplied(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How often a promotion was used in a sale, in its kind's own unit, and what it took off."""

    promotion_id: str
    times: int
    amount_minor: int


class PricedUnder(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a sale was priced with, so that anyone can price it again: versions of the streams, and the case.

    A version of 0 is not known. `priced_at` is the moment that decided about hours and days. Of the member
    only what prices depend on: `birthday` (`MM-DD`) stands here in the month of the birthday alone.
    """

    priced_at: str
    catalogue_version: int = 0
    prices_version: int = 0
    settings_version: int = 0
    network: bool = True
    channel: str = "store"
    service: str = ""
    fiscal_position: str = ""
    coupons: tuple[str, ...] = ()
    points_redeemed: int = 0
    member_tier: str = ""
    member_groups: tuple[str, ...] = ()
    member_orders: int | None = None
    birthday: str = ""
    uses: tuple[PromotionUse, ...] = ()


class SaleMember(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The member on a sale; the card is kept as its last digits only."""

    member_id: str
    tier: str
    card_tail: str
    points_earned: int
    points_balance: int
    points_redeemed: int = 0


class Sale(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A completed sale. These hold exactly, to the minor unit:

    - `subtotal = Σ lines.gross`, `saved = Σ discounts` of lines and document, and the document's discounts
      are shared between the lines;
    - `total = Σ lines.paid + Σ taxes on top`, `Σ tax_totals.gross = total`, `Σ tax_totals.tax = tax`;
    - the taxes of the lines of a class sum to its tax, one by one;
    - each of `promotions` took off what the discounts with its id sum to;
    - `Σ tenders − change = total + cash_rounding`.

    `order_id` and `order_number` name the online order whose amount due this sale paid at the desk.
    `basket_id` is the basket that it was, where that has another id than the sale: one that was open when its
    till was started again. Left empty, the basket had the sale's own id.
    Version 1 has no taxes by line, no promotions, and does not say what it was `priced_under`.
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
    promotions: tuple[PromotionApplied, ...] = ()
    priced_under: PricedUnder | None = None
    order_id: str = ""
    order_number: str = ""
    basket_id: str = ""
