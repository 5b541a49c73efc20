"""Basket, rules and moment in; priced basket out. The whole basket every time, nothing patched.

The order of discounts is: promotions on lines, the cashier's discount on a line, promotions on the
document, the cashier's discount on the document. What comes off the document is allocated to the
lines, so that each line knows what was really paid for it. Tax is counted last, on what is paid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from retail.basket import Basket, BasketLine, ManualDiscount, PriceSource, coupon_key
from retail.catalogue import LocalisedText, TaxClass
from retail.loyalty import points_for
from retail.money import (
    LARGEST_AMOUNT_MINOR,
    AmountRefused,
    Rounding,
    currency,
    round_ratio,
    round_to_minor,
)
from retail.occasion import Moment
from retail.promotions.engine import (
    PreparedPromotion,
    PromotionIndex,
    SkippedPromotion,
    apply_to_document,
    apply_to_lines,
    take_off_document,
)
from retail.promotions.kind import LineInPlay
from retail.promotions.rule import Promotion
from retail.quantity import SellingUnit
from retail.sale import AppliedDiscount, DiscountSource, TaxTotal
from retail.tax import TaxRounding, checked_tax_class, tax_totals

MANUAL_LABEL = LocalisedText("Discount", "折扣")
"""What a discount given by hand is called when the cashier wrote no reason."""


class PricingRules(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides prices in one store, as data."""

    currency_code: str
    currency_digits: int
    tax_included: bool
    tax_rounding: TaxRounding = TaxRounding.DOCUMENT
    rounding: Rounding = Rounding.HALF_UP
    tax_classes: tuple[TaxClass, ...] = ()
    promotions: tuple[Promotion, ...] = ()
    points_per_major_unit: int = 0


class PreparedRules:
    """Rules read and indexed once, until they change. Read-only; may be shared between threads."""

    __slots__ = ("promotions", "rules", "tax_classes")

    def __init__(self, rules: PricingRules) -> None:
        """Index the rules; raises `UnknownCurrency`, or `TaxRateRefused` for a tax rate that cannot be."""
        currency(rules.currency_code)
        self.rules = rules
        self.tax_classes = {one.tax_class_id: checked_tax_class(one) for one in rules.tax_classes}
        self.promotions = PromotionIndex(rules.promotions)


class PricedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line with its figures: `gross − Σ discounts = net`, `net − document_discount = paid`."""

    line: BasketLine
    gross_minor: int
    discounts: tuple[AppliedDiscount, ...]
    net_minor: int
    document_discount_minor: int
    paid_minor: int
    tax_class_id: str
    tax_code: str


class PricedBasket(msgspec.Struct, frozen=True, kw_only=True):
    """A basket with its prices. All amounts are minor units.

    `subtotal` is the sum of `gross`, `saved` all discounts, `total = subtotal − saved` plus the tax when
    tax is not included. `discounts` are those of the document. `unused_coupons` pairs a code with the
    reason: `unknown`, `cannot_be_evaluated`, `not_yet`, `expired`, `other_members`, `below_minimum` or
    `nothing_matches`. `points` are what a member earns, 0 without a member.
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


class _Line(LineInPlay):
    """A line in play with what `price` needs to know about it."""

    __slots__ = ("gross_minor", "line")

    def __init__(self, line: BasketLine, rounding: Rounding) -> None:
        product = line.product
        fixed = line.fixed_amount_minor
        gross = round_to_minor(line.quantity * line.unit_price_minor, rounding) if fixed is None else fixed
        pieces = int(line.quantity) if product.unit is SellingUnit.PIECE else 0
        super().__init__(product.product_id, product.category_id, pieces, gross)
        self.line = line
        self.gross_minor = gross


def prepare(rules: PricingRules) -> PreparedRules:
    """Read and index the rules, once per change of them; raises `UnknownCurrency` or `TaxRateRefused`."""
    return PreparedRules(rules)


def price(basket: Basket, prepared: PreparedRules, now: str) -> PricedBasket:
    """Return the priced basket at a moment (RFC 3339 local time with its offset).

    Raises `UnknownTaxClass` for a line that cannot be taxed, `AmountRefused("too_large")` for a basket
    beyond `LARGEST_AMOUNT_MINOR`, `ValueError` for a moment that is no time.
    """
    rules = prepared.rules
    lines = [_Line(line, rules.rounding) for line in basket.lines]
    subtotal = sum(line.gross_minor for line in lines)
    if subtotal > LARGEST_AMOUNT_MINOR:
        raise AmountRefused("too_large", subtotal)
    discounts, coupon_reasons = _discount(basket, lines, prepared, Moment(now))
    totals = tax_totals(
        [(line.line.product.tax_class_id, line.remaining_minor) for line in lines],
        prepared.tax_classes,
        included=rules.tax_included,
        tax_rounding=rules.tax_rounding,
        rounding=rules.rounding,
    )
    tax = sum(total.tax_minor for total in totals)
    paid = sum(line.remaining_minor for line in lines)
    total_minor = paid if rules.tax_included else paid + tax
    if total_minor > LARGEST_AMOUNT_MINOR:
        raise AmountRefused("too_large", total_minor)
    points = points_for(total_minor, rules.currency_digits, rules.points_per_major_unit)
    return PricedBasket(
        lines=tuple([_priced(line, prepared.tax_classes) for line in lines]),
        item_count=sum([line.pieces or 1 for line in lines]),
        subtotal_minor=subtotal,
        discounts=tuple(discounts),
        saved_minor=subtotal - paid,
        tax_totals=totals,
        tax_minor=tax,
        total_minor=total_minor,
        points=points if basket.member is not None else 0,
        unused_coupons=tuple(coupon_reasons.items()),
        skipped_promotions=prepared.promotions.skipped,
    )


def _discount(
    basket: Basket, lines: Sequence[_Line], prepared: PreparedRules, moment: Moment
) -> tuple[list[AppliedDiscount], dict[str, str]]:
    """Take every discount off the lines; return those of the document, and the coupons that did nothing."""
    rounding = prepared.rules.rounding
    index = prepared.promotions
    tier = basket.member.tier if basket.member is not None else ""
    coupons = [coupon_key(code) for code in basket.coupons]
    unused = {code: index.coupon_reasons.get(code, "unknown") for code in coupons}
    used: set[str] = set()
    of_document: list[tuple[PreparedPromotion, list[LineInPlay]]] = []
    may_be_promoted = [
        line
        for line in lines
        if line.line.product.discountable and line.line.price_source is not PriceSource.OVERRIDE
    ]
    for promotion, touched in index.candidates(may_be_promoted):
        refusal = promotion.refusal(moment, tier, coupons)
        if refusal:
            if promotion.coupon in unused:
                unused[promotion.coupon] = refusal
        elif promotion.kind.on_document:
            of_document.append((promotion, touched))
        elif apply_to_lines(promotion, touched, rounding):
            used.add(promotion.coupon)
    for line in lines:
        if line.line.discount is not None:
            _take_line_discount(line, line.line.discount, rounding)
    discounts = []
    for promotion, touched in of_document:
        applied = apply_to_document(promotion, touched, rounding)
        if isinstance(applied, AppliedDiscount):
            discounts.append(applied)
            used.add(promotion.coupon)
        elif promotion.coupon in unused:
            unused[promotion.coupon] = applied
    if basket.discount is not None:
        discounts += _take_basket_discount(basket.discount, lines, rounding)
    return discounts, {code: reason for code, reason in unused.items() if code not in used}


def _take_line_discount(line: _Line, discount: ManualDiscount, rounding: Rounding) -> None:
    amount = _manual_amount(discount, line.remaining_minor, rounding)
    if amount and line.line.product.discountable:
        line.remaining_minor -= amount
        line.discounts.append(_manual(discount, amount))


def _take_basket_discount(
    discount: ManualDiscount, lines: Sequence[_Line], rounding: Rounding
) -> list[AppliedDiscount]:
    """Take the cashier's discount off the document; products that take no discount stay out of it."""
    discountable = [line for line in lines if line.line.product.discountable]
    base = sum(line.remaining_minor for line in discountable)
    amount = _manual_amount(discount, base, rounding)
    if not amount:
        return []
    take_off_document(discountable, amount)
    return [_manual(discount, amount)]


def _manual_amount(discount: ManualDiscount, base_minor: int, rounding: Rounding) -> int:
    """Return what a manual discount takes off a base, never more than the base."""
    if discount.percent is not None:
        numerator, denominator = discount.percent.as_integer_ratio()
        return min(base_minor, round_ratio(base_minor * numerator, 100 * denominator, rounding))
    return min(base_minor, discount.amount_minor or 0)


def _manual(discount: ManualDiscount, amount_minor: int) -> AppliedDiscount:
    label = LocalisedText(discount.reason) if discount.reason else MANUAL_LABEL
    return AppliedDiscount(source=DiscountSource.MANUAL, label=label, amount_minor=amount_minor)


def _priced(line: _Line, tax_classes: Mapping[str, TaxClass]) -> PricedLine:
    tax_class_id = line.line.product.tax_class_id
    return PricedLine(
        line=line.line,
        gross_minor=line.gross_minor,
        discounts=tuple(line.discounts),
        net_minor=line.remaining_minor + line.document_discount_minor,
        document_discount_minor=line.document_discount_minor,
        paid_minor=line.remaining_minor,
        tax_class_id=tax_class_id,
        tax_code=tax_classes[tax_class_id].code,
    )
