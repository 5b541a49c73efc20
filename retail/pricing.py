"""Basket, rules and moment in; priced basket out. The whole basket every time, nothing patched.

Prices come first: a line at the store's price is asked of the price lists. Then the order of discounts:
promotions on lines, the cashier's discount on a line, promotions on the document (gifts among them),
promotions on shipping, the cashier's discount on the document, points redeemed as a discount. What comes off
the document is allocated to the lines, so that each line knows what was really paid for it. Tax is counted on
what is paid, and points last.

Nothing depends on the order of the lines: where a cent has to fall somewhere, they are ordered by product,
price and quantity. Lines that are alike in these are alike in price.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from retail.basket import Basket, PriceSource, coupon_key
from retail.catalogue import ProductKind
from retail.discount_by_hand import MANUAL_LABEL as MANUAL_LABEL
from retail.line_in_play import PricingLine, in_order, lines_in_play
from retail.loyalty import points_for
from retail.loyalty.earning import earn
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused
from retail.occasion import Moment, Occasion
from retail.priced import PricedBasket as PricedBasket
from retail.priced import PricedLine as PricedLine
from retail.priced import PromotionOffer
from retail.pricing_rules import PreparedRules as PreparedRules
from retail.pricing_rules import PricingRules as PricingRules
from retail.pricing_rules import prepare as prepare
from retail.promotions.engine import Customer, Promoted, Table, promote
from retail.tax import tax_totals

_NO_PROMOTION = (ProductKind.SHIPPING, ProductKind.GIFT_CARD, ProductKind.DEPOSIT)


def price(basket: Basket, prepared: PreparedRules, now: str) -> PricedBasket:
    """Return the priced basket at a moment (RFC 3339 local time with its offset).

    Raises `UnknownTaxClass` for a line that cannot be taxed, `AmountRefused("too_large")` for a basket
    beyond `LARGEST_AMOUNT_MINOR`, `ValueError` for a moment that is no time.
    """
    rules = prepared.rules
    occasion = _occasion(basket, now)
    lines = lines_in_play(basket, prepared.price_book, occasion, rules.rounding)
    subtotal = sum([line.gross_minor for line in lines])
    if subtotal > LARGEST_AMOUNT_MINOR:
        raise AmountRefused("too_large", subtotal)
    promoted = _promote(basket, lines, prepared, occasion)
    totals = tax_totals(
        [(line.line.product.tax_class_id, line.remaining_minor) for line in lines],
        prepared.tax_classes,
        included=rules.tax_included,
        tax_rounding=rules.tax_rounding,
        rounding=rules.rounding,
    )
    tax = sum([total.tax_minor for total in totals])
    paid = sum([line.remaining_minor for line in lines])
    total_minor = paid if rules.tax_included else paid + tax
    if total_minor > LARGEST_AMOUNT_MINOR:
        raise AmountRefused("too_large", total_minor)
    return PricedBasket(
        lines=tuple([_priced(line, prepared) for line in lines]),
        item_count=sum([line.pieces or 1 for line in lines]),
        subtotal_minor=subtotal,
        discounts=tuple(promoted.discounts),
        saved_minor=subtotal - paid,
        tax_totals=totals,
        tax_minor=tax,
        total_minor=total_minor,
        points=_points(basket, lines, promoted, prepared, total_minor),
        unused_coupons=tuple(promoted.coupon_reasons.items()),
        skipped_promotions=prepared.promotions.skipped,
        promotions=tuple(promoted.applied),
        offers=tuple(
            [
                PromotionOffer(promotion_id=one, product_ids=offer.product_ids, quantity=offer.quantity)
                for one, offer in promoted.offers
            ]
        ),
        skipped_price_rows=prepared.price_book.skipped,
    )


def _occasion(basket: Basket, now: str) -> Occasion:
    moment = Moment(now)
    member = basket.member
    if member is None:
        return Occasion(moment, channel=basket.channel)
    return Occasion(
        moment,
        channel=basket.channel,
        is_member=True,
        tier=member.tier,
        groups=member.groups,
        birthday=member.birthday,
        orders=member.orders,
    )


def _promote(
    basket: Basket, lines: Sequence[PricingLine], prepared: PreparedRules, occasion: Occasion
) -> Promoted:
    """Take every discount off the lines."""
    ordered = in_order(lines)
    discountable = [line for line in ordered if line.line.product.discountable]
    free = [line for line in discountable if line.price_source is not PriceSource.OVERRIDE]
    table = Table(
        lines=ordered,
        goods=[line for line in free if line.product_kind not in _NO_PROMOTION],
        shipping=[line for line in free if line.product_kind is ProductKind.SHIPPING],
        by_hand=[(line, line.line.discount) for line in discountable if line.line.discount is not None],
        of_basket=basket.discount,
        discountable=discountable,
    )
    coupons = [coupon_key(code) for code in basket.coupons]
    uses = {use.promotion_id: use for use in basket.uses}
    return promote(prepared.promotions, table, Customer(occasion, coupons, uses), prepared.rules.rounding)


def _points(
    basket: Basket,
    lines: Sequence[PricingLine],
    promoted: Promoted,
    prepared: PreparedRules,
    total_minor: int,
) -> int:
    """Return what a member earns."""
    if basket.member is None:
        return 0
    rules = prepared.rules
    if prepared.loyalty is None:
        return points_for(total_minor, rules.currency_digits, rules.points_per_major_unit)
    multipliers = promoted.multipliers
    once = Decimal(1)
    return earn(
        prepared.loyalty,
        lines,
        tier=basket.member.tier,
        line_multipliers=[multipliers.get(line, once) for line in lines] if multipliers else (),
    ).points


def _priced(line: PricingLine, prepared: PreparedRules) -> PricedLine:
    tax_class_id = line.line.product.tax_class_id
    return PricedLine(
        line=line.line,
        gross_minor=line.gross_minor,
        discounts=tuple(line.discounts),
        net_minor=line.remaining_minor + line.document_discount_minor,
        document_discount_minor=line.document_discount_minor,
        paid_minor=line.remaining_minor,
        tax_class_id=tax_class_id,
        tax_code=prepared.tax_classes[tax_class_id].code,
        unit_price_minor=line.unit_price_minor,
        price_source=line.price_source,
        price_list_id=line.price_list_id,
    )
