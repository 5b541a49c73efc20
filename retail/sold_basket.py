"""The basket behind a sale, so that it, or what is kept of it, can be priced again.

What was typed stays as it was: unit prices, and discounts by hand in proportion to what is kept. What
rules decide is left to the rules: price lists and fiscal positions where the store's price is known,
promotions, coupons, points redeemed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from retail.basket import Basket, BasketLine, BasketMember, ManualDiscount, PriceSource
from retail.catalogue import ListPrice, LocalisedText, Product
from retail.occasion import Moment
from retail.proportion import proportion
from retail.sale import AppliedDiscount, DiscountSource, PricedUnder, Sale, SaleLine

_BY_THE_STORE: Final = (PriceSource.STORE, PriceSource.LIST, PriceSource.EMBEDDED)
"""Sources of a price that begin with the store's."""


def sold_basket(
    sale: Sale,
    *,
    products: Mapping[str, Product],
    prices: Mapping[str, Decimal],
    list_prices: Mapping[str, tuple[ListPrice, ...]] | None = None,
    kept: Mapping[int, Decimal] | None = None,
) -> Basket:
    """Return a sale's basket again, or that of the quantities `kept` by line number.

    `products` are those of the day by id; one that is missing is made again from its line. `prices` are the
    store's of the day by product id, in minor units per selling unit: where one is known, it and the price
    lists decide again (with the product's `list_prices` of the day, where the rules do not have them); where
    not, the unit price stands. Line ids are line numbers. What was given by hand on the document, and what
    points took off, goes down in proportion to what is kept: points are spent, not counted again. Under what
    a sale of version 1 was priced is taken from its record.
    """
    under = sale.priced_under or _priced_under(sale)
    wanted = {line.line_number: line.quantity for line in sale.lines} if kept is None else kept
    lines = [line for line in sale.lines if wanted.get(line.line_number)]
    before = sum(_worth(line) for line in sale.lines)
    now = sum(_part(_worth(line), line, wanted[line.line_number]) for line in lines)
    fixed = (DiscountSource.MANUAL,) if kept is None else (DiscountSource.MANUAL, DiscountSource.POINTS)
    by_hand = _given(sale.discounts, fixed)
    if kept is not None:
        by_hand = proportion(by_hand, Decimal(now), Decimal(before)) if before else 0
    return Basket(
        basket_id=sale.sale_id,
        lines=tuple(
            replace(
                _line(line, wanted[line.line_number], products, prices),
                list_prices=(list_prices or {}).get(line.product_id, ()),
            )
            for line in lines
        ),
        member=_member(sale, under),
        discount=ManualDiscount(amount_minor=by_hand) if by_hand else None,
        coupons=under.coupons,
        channel=under.channel,
        service=under.service,
        fiscal_position=under.fiscal_position,
        points_to_redeem=under.points_redeemed if kept is None else 0,
        uses=under.uses,
    )


def under_what(
    basket: Basket, *, priced_at: str, network: bool, versions: Mapping[str, int], points_redeemed: int
) -> PricedUnder:
    """Return what a basket was priced under, for its sale; `sold_basket` goes the other way.

    `versions` are those of the streams `catalogue`, `prices` and `settings` that the rules were read from.
    The member's birthday is told in its own month only: nobody needs it otherwise.
    """
    member = basket.member
    birthday = member.birthday if member is not None else ""
    return PricedUnder(
        priced_at=priced_at,
        catalogue_version=versions.get("catalogue", 0),
        prices_version=versions.get("prices", 0),
        settings_version=versions.get("settings", 0),
        network=network,
        channel=basket.channel,
        service=basket.service,
        fiscal_position=basket.fiscal_position or (member.fiscal_position if member is not None else ""),
        coupons=basket.coupons,
        points_redeemed=points_redeemed,
        member_tier=member.tier if member is not None else "",
        member_groups=member.groups if member is not None else (),
        member_orders=member.orders if member is not None else None,
        birthday=birthday if birthday[:2] == Moment(priced_at).birthday[:2] else "",
        uses=basket.uses,
    )


def _line(
    line: SaleLine, quantity: Decimal, products: Mapping[str, Product], prices: Mapping[str, Decimal]
) -> BasketLine:
    source, unit_price = line.price_source, line.unit_price_minor
    if source in _BY_THE_STORE:
        # A list and a fiscal position begin with the store's price; without it, what they made of it stands.
        known = line.product_id in prices
        source = PriceSource.STORE if known else PriceSource.OPEN
        unit_price = prices.get(line.product_id, unit_price)
    by_hand = _part(_given(line.discounts, (DiscountSource.MANUAL,)), line, quantity)
    return BasketLine(
        line_id=str(line.line_number),
        product=_product(line, products.get(line.product_id)),
        quantity=quantity,
        unit_price_minor=unit_price,
        price_source=source,
        fixed_amount_minor=_part(line.gross_minor, line, quantity) if _stood_on_label(line) else None,
        discount=ManualDiscount(amount_minor=by_hand) if by_hand else None,
        options=line.options,
    )


def _product(line: SaleLine, known: Product | None) -> Product:
    if known is not None:
        return replace(known, category_id=line.category_id, unit=line.unit)
    return Product(
        product_id=line.product_id,
        sku=line.sku,
        name=line.name,
        category_id=line.category_id,
        tax_class_id=line.tax_class_id,
        unit=line.unit,
        kind=line.product_kind,
    )


def _stood_on_label(line: SaleLine) -> bool:
    """Say whether the amount stood on the label; version 1 shows it only where it is not price × quantity."""
    exact = line.quantity * line.unit_price_minor
    embedded = line.price_source is PriceSource.EMBEDDED
    return line.amount_on_label or (embedded and abs(exact - line.gross_minor) >= 1)


def _worth(line: SaleLine) -> int:
    return line.gross_minor - sum(discount.amount_minor for discount in line.discounts)


def _part(amount_minor: int, line: SaleLine, quantity: Decimal) -> int:
    return proportion(amount_minor, quantity, line.quantity)


def _given(discounts: tuple[AppliedDiscount, ...], sources: Collection[DiscountSource]) -> int:
    return sum(one.amount_minor for one in discounts if one.source in sources)


def _priced_under(sale: Sale) -> PricedUnder:
    discounts = (*sale.discounts, *(discount for line in sale.lines for discount in line.discounts))
    return PricedUnder(
        priced_at=sale.completed_at,
        coupons=tuple(dict.fromkeys(one.coupon_code for one in discounts if one.coupon_code)),
        member_tier=sale.member.tier if sale.member else "",
    )


def _member(sale: Sale, under: PricedUnder) -> BasketMember | None:
    if sale.member is None:
        return None
    return BasketMember(
        member_id=sale.member.member_id,
        display_name=LocalisedText(""),
        tier=under.member_tier,
        birthday=under.birthday,
        orders=under.member_orders,
        groups=under.member_groups,
    )
