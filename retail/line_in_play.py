"""The lines of a basket while it is priced: at which price each begins, and in which order they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import attrgetter

from retail.basket import (
    PRICE_PLACES,
    TAKES_NO_PROMOTION,
    Basket,
    BasketLine,
    ManualDiscount,
    PriceSource,
    check_discount,
    checked_price,
)
from retail.basket_taxes import BasketTaxes
from retail.catalogue import ProductKind
from retail.money import LARGEST_AMOUNT_MINOR, Rounding, checked_amount, round_to_minor
from retail.occasion import Occasion
from retail.price_book import NO_PRICES, OccasionPrices, PriceBook
from retail.promotions.kind import LineInPlay
from retail.quantity import LARGEST_QUANTITY, WEIGHT_PLACES, SellingUnit, checked_quantity
from retail.sale import LineTax

_FOLLOWS_LISTS = (PriceSource.STORE, PriceSource.EMBEDDED)
_NO_LIST_PRICE = (ProductKind.GIFT_CARD, ProductKind.DEPOSIT)
_NOTHING = Decimal(0)
_ONE = Decimal(1)
_LARGEST_PRICE = Decimal(LARGEST_AMOUNT_MINOR)
_GRAM = _ONE.scaleb(-WEIGHT_PLACES)
_FINEST_PRICE = _ONE.scaleb(-PRICE_PLACES)


class PricingLine(LineInPlay, eq=False, kw_only=True, gc=False):
    """A line in play, with the basket's line and where its price came from."""

    line: BasketLine
    price_source: PriceSource
    price_list_id: str = ""
    taxes: tuple[LineTax, ...] = ()


def lines_in_play(
    basket: Basket, price_book: PriceBook, taxes: BasketTaxes, occasion: Occasion, rounding: Rounding
) -> list[PricingLine]:
    """Return the basket's lines, each at its price.

    A price list is asked for lines at the store's price and for weights read from a label, with the quantity
    of the product in the whole basket; never for an amount that stands on a label, nor for gift cards and
    deposits. A fiscal position may change the same lines' prices after that.

    Raises `QuantityRefused`, `PriceRefused`, `DiscountRefused` and `AmountRefused` for what a basket may not
    have, and what `adapted_price` raises.
    """
    for line in basket.lines:
        _check(line)
    if basket.discount is not None:
        check_discount(basket.discount)
    prices = NO_PRICES
    if price_book:
        brought = [each for line in basket.lines if line.list_prices for each in line.list_prices]
        prices = price_book.for_occasion(occasion, brought)
    quantities = _quantities(basket.lines) if prices else {}
    return [_at_its_price(line, prices, quantities, taxes, rounding) for line in basket.lines]


def _quantities(lines: Sequence[BasketLine]) -> dict[str, Decimal]:
    """Return how much of each product is in the basket."""
    found: dict[str, Decimal] = {}
    for line in lines:
        product_id = line.product.product_id
        found[product_id] = found[product_id] + line.quantity if product_id in found else line.quantity
    return found


def _check(line: BasketLine) -> None:
    """Refuse what no line may have: not a number, below nothing, too large, too precise."""
    quantity, price = line.quantity, line.unit_price_minor
    finest = _ONE if line.product.unit is SellingUnit.PIECE else _GRAM
    if not quantity.is_finite() or not _NOTHING < quantity <= LARGEST_QUANTITY or quantity % finest:
        checked_quantity(quantity, line.product.unit)
    if not price.is_finite() or not _NOTHING <= price <= _LARGEST_PRICE or price % _FINEST_PRICE:
        checked_price(price)
    if line.fixed_amount_minor:
        checked_amount(line.fixed_amount_minor)
    if line.discount is not None:
        check_discount(line.discount)


def _at_its_price(
    line: BasketLine,
    prices: OccasionPrices,
    quantities: Mapping[str, Decimal],
    taxes: BasketTaxes,
    rounding: Rounding,
) -> PricingLine:
    product, quantity, fixed = line.product, line.quantity, line.fixed_amount_minor
    price, source, list_id = line.unit_price_minor, line.price_source, ""
    if source in _FOLLOWS_LISTS and fixed is None and product.kind not in _NO_LIST_PRICE:
        quote = None
        if prices.touch(product.product_id, product.category_id):
            quote = prices.quote(
                product_id=product.product_id,
                category_id=product.category_id,
                base_price_minor=price,
                quantity=quantities[product.product_id],
            )
        if quote is not None:
            price, source, list_id = quote.unit_price_minor, PriceSource.LIST, quote.list_id
        if taxes.adapts_prices:
            price = taxes.adapted(price, product)
    gross = round_to_minor(quantity * price, rounding) if fixed is None else fixed
    return PricingLine(
        product.product_id,
        product.category_id,
        int(quantity) if product.unit is SellingUnit.PIECE else 0,
        gross,
        gross,
        quantity,
        price,
        product.kind,
        line=line,
        price_source=source,
        price_list_id=list_id,
    )


def in_order(lines: Sequence[PricingLine]) -> list[PricingLine]:
    """Return the lines by product, price, quantity and what was given on them by hand; number them so.

    Lines that are alike in all of these keep the order of the basket: which is first changes no sum.
    """
    ordered = sorted(lines, key=attrgetter("product_id"))
    if len({line.product_id for line in lines}) < len(lines):
        ordered.sort(key=_sort_key)
    for order, line in enumerate(ordered):
        line.order = order
    return ordered


def _sort_key(line: PricingLine) -> tuple[object, ...]:
    scanned = line.line
    return (
        line.product_id,
        line.unit_price_minor,
        line.quantity,
        line.gross_minor,
        line.price_source in TAKES_NO_PROMOTION,
        *_by_hand(scanned.discount),
        scanned.options,
        line.category_id,
    )


def _by_hand(discount: ManualDiscount | None) -> tuple[Decimal, int]:
    if discount is None:
        return _NOTHING, 0
    return discount.percent or _NOTHING, discount.amount_minor or 0
