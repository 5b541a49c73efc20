"""What could stand in for something that has run out: products of the same shelf, judged by the rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from pos_app.database.cache import Cache, PricedProduct
from pos_app.services.order_book import OrderBook
from pos_app.services.pickup_outcomes import ShownStock, SubstituteOffer, SubstituteOffers
from pos_app.services.rules import RulesInForce
from retail.basket import Basket, BasketLine, PriceSource
from retail.catalogue import Product
from retail.pickup.order import LineState, PickupLine, PickupOrder, Substitute
from retail.pickup.parts import units
from retail.pickup.substitution import SubstituteVerdict, Verdict, judge_substitute, left_of_offer
from retail.pricing import price
from retail.quantity import WEIGHT_PLACES, SellingUnit

OFFERED: Final = 8
"""As many as fit the screen."""

_LOOKED_AT: Final = 24
"""Of how many the stock is asked."""

_VERDICTS: Final = (Verdict.USE, Verdict.ASK)


class Substitutes:
    """Finds substitutes and their prices. Reads only."""

    def __init__(self, orders: OrderBook, cache: Cache, rules: RulesInForce) -> None:
        self._orders = orders
        self._cache = cache
        self._rules = rules

    def offers(self, order: PickupOrder, line: PickupLine) -> SubstituteOffers | None:
        """Return what could stand in for what is untouched of a line, the best first; None: nothing is.

        First what may be used at once, then what must be asked for; what is there before what is not, then
        what is called alike, then what costs about the same.
        """
        covers = units(line, LineState.TO_PICK)
        if not covers:
            return None
        judged: list[tuple[PricedProduct, Decimal, SubstituteVerdict]] = []
        for found in self._cache.products_in(line.product.category_id):
            if not _may_stand_in(line, found):
                continue
            unit_price = self.price_of(found)
            offer = Substitute(
                product=found.product, unit_price_minor=unit_price, quantity=covers, covers=covers
            )
            verdict = judge_substitute(line, order.terms, offer)
            if verdict.verdict in _VERDICTS:
                judged.append((found, unit_price, verdict))
        judged.sort(key=lambda each: _nearness(line, each[0].product, each[2]))
        offers = [
            _offer(found.product, unit_price, covers, verdict, self._orders.stock(found.product.product_id))
            for found, unit_price, verdict in judged[:_LOOKED_AT]
        ]
        offers.sort(key=lambda each: (_VERDICTS.index(each.verdict), each.stock.on_hand <= 0))
        return SubstituteOffers(order.order_id, line.line_id, line.wish, tuple(offers[:OFFERED]))

    def offer(self, order: PickupOrder, line: PickupLine, product_id: str) -> SubstituteOffer | None:
        """Return one product as a substitute for what is untouched of a line, whatever the rules say of it.

        None: nothing is untouched, or the product has no price, another temperature or is the same.
        """
        covers, found = units(line, LineState.TO_PICK), self._cache.product(product_id)
        if not covers or found is None or not _may_stand_in(line, found):
            return None
        unit_price = self.price_of(found)
        offered = Substitute(
            product=found.product, unit_price_minor=unit_price, quantity=covers, covers=covers
        )
        judged = judge_substitute(line, order.terms, offered)
        return _offer(found.product, unit_price, covers, judged, self._orders.stock(product_id))

    def swap(
        self, line: PickupLine, product_id: str, quantity: Decimal | None, *, one: bool
    ) -> Substitute | None:
        """Return how a product stands in for what is open of a line: what was agreed on comes first.

        Without a quantity it stands for all of it, or, being scanned, for `one` piece. A weight stands for
        all of it as well. None: the product has no price here.
        """
        agreed = _agreed(line, product_id)
        if agreed is None:
            priced = self.priced(product_id)
            if priced is None:
                return None
            covers = units(line, LineState.TO_PICK)
            product, unit_price = priced
            agreed = Substitute(product=product, unit_price_minor=unit_price, quantity=covers, covers=covers)
        if agreed.product.unit is not SellingUnit.PIECE:
            return agreed if quantity is None else replace(agreed, quantity=quantity)
        pieces = Decimal(1) if quantity is None and one else quantity
        return agreed if pieces is None else _pieces_of(agreed, pieces)

    def priced(self, product_id: str) -> tuple[Product, Decimal] | None:
        """Return a product and what a unit of it costs a customer, None when it has no price here."""
        found = self._cache.product(product_id)
        if found is None or not found.unit_price_minor:
            return None
        return found.product, self.price_of(found)

    def price_of(self, found: PricedProduct) -> Decimal:
        """Return what a unit costs with its tax, as all prices of an order are; no promotion of today."""
        assert found.unit_price_minor is not None, "asked only of what has a price"
        rules = self._rules.current
        if rules.settings.tax_included:
            return found.unit_price_minor
        line = BasketLine(
            line_id="1",
            product=found.product,
            quantity=Decimal(1),
            unit_price_minor=found.unit_price_minor,
            price_source=PriceSource.OVERRIDE,
        )
        basket = Basket(basket_id="substitute", lines=(line,))
        return Decimal(price(basket, rules.prepared(network=True), self._orders.now()).total_minor)


def _may_stand_in(line: PickupLine, found: PricedProduct) -> bool:
    product = found.product
    return (
        product.product_id != line.product.product_id
        and product.unit is line.product.unit
        and product.temperature == line.temperature.value
        and not product.open_price
        and bool(found.unit_price_minor)
    )


def _nearness(line: PickupLine, product: Product, verdict: SubstituteVerdict) -> tuple[int, int, int, str]:
    wanted, offered = (set(each.name.en.casefold().split()) for each in (line.product, product))
    return (
        _VERDICTS.index(verdict.verdict),
        -len(wanted & offered),
        abs(verdict.difference_minor),
        product.product_id,
    )


def _offer(
    product: Product, unit_price: Decimal, covers: Decimal, verdict: SubstituteVerdict, stock: ShownStock
) -> SubstituteOffer:
    return SubstituteOffer(
        product=product,
        unit_price_minor=unit_price,
        quantity=covers,
        covers=covers,
        stock=stock,
        verdict=verdict.verdict,
        charge_minor=verdict.charge_minor,
        difference_minor=verdict.difference_minor,
        code=verdict.code,
    )


def _agreed(line: PickupLine, product_id: str) -> Substitute | None:
    """Return what is left of an offer that the customer said yes to, where this product is that."""
    for part in line.divided:
        offer = part.now.substitute
        if part.state is LineState.AGREED and offer is not None and offer.product.product_id == product_id:
            return left_of_offer(part)
    return None


def _pieces_of(offer: Substitute, pieces: Decimal) -> Substitute:
    """Return so many pieces of an offer; where they stand for no whole part of it, for all of it."""
    if not offer.quantity:
        return offer
    covers = offer.covers * pieces / offer.quantity
    divides = covers == round(covers, WEIGHT_PLACES) and covers <= offer.covers
    return replace(offer, quantity=pieces, covers=covers if divides else offer.covers)
