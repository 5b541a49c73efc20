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

from retail.basket import TAKES_NO_PROMOTION, Basket, coupon_key
from retail.basket_points import earned, redeem
from retail.basket_taxes import BasketTaxes
from retail.catalogue import ProductKind
from retail.discount_by_hand import MANUAL_LABEL as MANUAL_LABEL
from retail.line_in_play import PricingLine, in_order, lines_in_play
from retail.money import checked_size
from retail.occasion import Moment, Occasion
from retail.priced import PricedBasket as PricedBasket
from retail.priced import PricedLine as PricedLine
from retail.priced import PromotionOffer
from retail.pricing_rules import PreparedRules as PreparedRules
from retail.pricing_rules import PricingRules as PricingRules
from retail.pricing_rules import prepare as prepare
from retail.promotions.engine import Customer, Promoted, Table, promote

_NOT_GOODS = (ProductKind.SHIPPING, ProductKind.GIFT_CARD, ProductKind.DEPOSIT)
"""What takes no discount that is meant for goods."""


def price(basket: Basket, prepared: PreparedRules, now: str) -> PricedBasket:
    """Return the priced basket at a moment (RFC 3339 local time with its offset).

    Raises `UnknownTaxClass` for a line that cannot be taxed, and `UnknownFiscalPosition` or `UnknownService`;
    `QuantityRefused`, `PriceRefused`, `DiscountRefused` or `AmountRefused` for what no basket may have;
    `AmountRefused("too_large")` for one beyond `LARGEST_AMOUNT_MINOR`; `ValueError` for a moment that is no
    time.
    """
    rules = prepared.rules
    occasion = _occasion(basket, now)
    taxes = BasketTaxes(basket, prepared.taxes, rules.fiscal_position)
    lines = lines_in_play(basket, prepared.price_book, taxes, occasion, rules.rounding)
    subtotal = checked_size(sum([line.gross_minor for line in lines]))
    ordered = in_order(lines)
    promoted = _promote(basket, ordered, prepared, occasion)
    redeemed = redeem(basket, (line for line in ordered if line.line.product.discountable), prepared.loyalty)
    discounts = promoted.discounts
    if redeemed.discount is not None:
        discounts.append(redeemed.discount)
    totals, of_lines = taxes.totals([(line.line, line.remaining_minor) for line in ordered])
    for line, of_line in zip(ordered, of_lines, strict=False):
        line.taxes = of_line
    total_minor = checked_size(sum([total.gross_minor for total in totals]))
    return PricedBasket(
        lines=_priced(lines, taxes),
        item_count=sum([line.pieces or 1 for line in lines]),
        subtotal_minor=subtotal,
        discounts=tuple(discounts),
        saved_minor=subtotal - sum([line.remaining_minor for line in lines]),
        tax_totals=totals,
        tax_minor=sum([total.tax_minor for total in totals]),
        total_minor=total_minor,
        points=earned(basket, ordered, promoted.multipliers, prepared, total_minor),
        unused_coupons=tuple(promoted.coupon_reasons.items()),
        skipped_promotions=prepared.promotions.skipped,
        promotions=tuple(promoted.applied),
        offers=tuple(
            [
                PromotionOffer(promotion_id=one, product_ids=offer.product_ids, quantity=offer.quantity)
                for one, offer in promoted.offers
            ]
        ),
        points_redeemed=redeemed.points,
        points_refused=redeemed.refusal,
        fiscal_position=taxes.position_id,
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
    """Take off the lines what promotions and the cashier give."""
    coupons = [coupon_key(code) for code in basket.coupons]
    uses = {use.promotion_id: use for use in basket.uses}
    customer = Customer(occasion, coupons, uses)
    return promote(prepared.promotions, _table(basket, lines), customer, prepared.rules.rounding)


def _table(basket: Basket, lines: Sequence[PricingLine]) -> Table:
    goods, shipping, discountable, by_hand = [], [], [], []
    for line in lines:
        scanned, kind = line.line, line.product_kind
        if not scanned.product.discountable:
            continue
        if scanned.discount is not None:
            by_hand.append((line, scanned.discount))
        promotable = line.price_source not in TAKES_NO_PROMOTION
        if kind not in _NOT_GOODS:
            discountable.append(line)
            if promotable:
                goods.append(line)
        elif promotable and kind is ProductKind.SHIPPING:
            shipping.append(line)
    return Table(
        lines=lines,
        goods=goods,
        shipping=shipping,
        by_hand=by_hand,
        of_basket=basket.discount,
        discountable=discountable,
    )


def _priced(lines: Sequence[PricingLine], taxes: BasketTaxes) -> tuple[PricedLine, ...]:
    used = {line.line.product.tax_class_id for line in lines}
    classes = {tax_class_id: taxes.tax_class(tax_class_id) for tax_class_id in used}
    return tuple(
        [
            PricedLine(
                line=line.line,
                gross_minor=line.gross_minor,
                discounts=tuple(line.discounts),
                net_minor=line.remaining_minor + line.document_discount_minor,
                document_discount_minor=line.document_discount_minor,
                paid_minor=line.remaining_minor,
                tax_class_id=(tax_class := classes[line.line.product.tax_class_id]).tax_class_id,
                tax_code=tax_class.code,
                unit_price_minor=line.unit_price_minor,
                price_source=line.price_source,
                price_list_id=line.price_list_id,
                taxes=line.taxes,
            )
            for line in lines
        ]
    )
