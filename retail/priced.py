"""What a basket comes to: its priced lines and totals, each figure with its explanation."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from retail.basket import BasketLine, PriceSource
from retail.price_list import SkippedPriceRow
from retail.promotions.prepared import SkippedPromotion
from retail.sale import AppliedDiscount, LineTax, PromotionApplied, TaxTotal


class PricedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line with its figures: `gross − Σ discounts = net`, `net − document_discount = paid`.

    `line` is as it was scanned. What one selling unit costs before discounts is `unit_price_minor`, from
    `price_source`; where that is a price list, `price_list_id` names it. The tax class is the one that is
    used under the fiscal position. `taxes` are the line's own, empty where its class is one percentage that
    is rounded by document: then they are shared by what is paid.
    """

    line: BasketLine
    gross_minor: int
    discounts: tuple[AppliedDiscount, ...]
    net_minor: int
    document_discount_minor: int
    paid_minor: int
    tax_class_id: str
    tax_code: str
    unit_price_minor: Decimal
    price_source: PriceSource
    price_list_id: str = ""
    taxes: tuple[LineTax, ...] = ()


class PromotionOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What a promotion still gives for nothing: so many pieces of one of these products."""

    promotion_id: str
    product_ids: tuple[str, ...]
    quantity: int


class PricedBasket(msgspec.Struct, frozen=True, kw_only=True):
    """A basket with its prices. All amounts are minor units.

    `subtotal` is the sum of `gross`, `saved` all discounts, `total = subtotal − saved` plus the taxes that
    prices do not include; it is the sum of `tax_totals`, counted under `fiscal_position`. `discounts` are
    those of the document; `promotions` are those that were used, with how often and for how much; `offers`
    what the customer has earned and not taken.

    `points` are what a member earns, 0 without a member. `points_redeemed` were taken as a discount;
    `points_refused` says why that are not all that the basket asks for (a code of
    `retail.loyalty.refusal.PointsRefused`, or `no_member`).

    `unused_coupons` pairs a code with the reason why it took nothing off. Of the coupon itself: `unknown`,
    `cannot_be_evaluated`, `limit_reached`, `not_combinable` (another coupon on the basket, that it does not
    meet, is better). Of its conditions: `not_yet`, `expired`, `other_members`, `other_channel`,
    `not_birthday`, `not_first_order`, `other_day`, `other_hours`. Of the basket: `below_minimum`,
    `nothing_matches`, `no_shipping`, `gift_not_in_basket`, `too_few_participants`, `better_offer` (another
    promotion took its lines, or more is saved without it).

    Rows that cannot be used stand in `skipped_promotions` and `skipped_price_rows`; the sale goes on.
    """

    lines: tuple[PricedLine, ...]
    item_count: int
    subtotal_minor: int
    discounts: tuple[AppliedDiscount, ...]
    saved_minor: int
    tax_totals: tuple[TaxTotal, ...]
    tax_minor: int
    total_minor: int
    points: int
    unused_coupons: tuple[tuple[str, str], ...] = ()
    skipped_promotions: tuple[SkippedPromotion, ...] = ()
    promotions: tuple[PromotionApplied, ...] = ()
    offers: tuple[PromotionOffer, ...] = ()
    points_redeemed: int = 0
    points_refused: str = ""
    fiscal_position: str = ""
    skipped_price_rows: tuple[SkippedPriceRow, ...] = ()
