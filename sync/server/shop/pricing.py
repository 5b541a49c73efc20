"""Prices a visitor's basket: the same rules, the same steps and the same figures as at a till."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from retail.basket import BasketMember
from retail.catalogue import Product
from retail.priced import PricedBasket, PricedLine
from retail.quantity import QuantityRefused, checked_quantity
from sync.server.orders.order_lines import WantedGood, buyer, priced
from sync.server.orders.shelf import Shelf, may_be_ordered
from sync.server.orders.values import ContactDetails, OrderProblem, PlaceOrder, WantedLine
from sync.server.shop.basket import Entry, ShopBasket


class PricedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a basket with its price; `line` is None for what is not sold here (any more).

    `available` is how much may be promised of it now.
    """

    entry: Entry
    product: Product | None
    line: PricedLine | None = None
    available: Decimal = Decimal(0)

    @property
    def too_many(self) -> bool:
        """Whether more is wished for than may be promised."""
        return self.line is not None and self.entry.quantity > self.available

    @property
    def was_minor(self) -> Decimal | None:
        """What a unit cost when its owner last saw it, None when it still costs that."""
        seen = self.entry.seen_minor
        if self.line is None or seen is None or seen == self.line.unit_price_minor:
            return None
        return seen


class PricedShopBasket(msgspec.Struct, frozen=True, kw_only=True):
    """A basket with its prices; `priced` is None when nothing of it can be priced."""

    basket: ShopBasket
    entries: tuple[PricedEntry, ...]
    priced: PricedBasket | None
    member: BasketMember | None

    @property
    def total_minor(self) -> int:
        """What is paid, with tax."""
        return 0 if self.priced is None else self.priced.total_minor

    @property
    def minimum_age(self) -> int:
        """How old the customer must be, 0 for any age."""
        return max((one.product.minimum_age for one in self.entries if one.product), default=0)

    @property
    def can_be_ordered(self) -> bool:
        """Whether there is something in it, and all of it can be had."""
        return bool(self.entries) and all(one.line is not None and not one.too_many for one in self.entries)


def priced_basket(connection: Connection, shelf: Shelf, basket: ShopBasket, now: str) -> PricedShopBasket:
    """Return a basket with its prices at a moment of the store's clock; nothing of it is promised yet.

    A basket that no till could sell either has no prices: all its lines are as if not sold here.
    """
    found = shelf.goods(connection, (one.product_id for one in basket.entries))
    wanted = tuple(
        WantedGood(
            line_id=one.product_id,
            wanted=wanted_line(one),
            good=found[one.product_id],
        )
        for one in basket.entries
        if one.product_id in found
        and may_be_ordered(found[one.product_id].product)
        and _fits(one.quantity, found[one.product_id].product)
    )
    member = buyer(connection, wish_of(shelf.settings.store_id, basket))
    priced_now = _priced(shelf, wanted, basket, member, now)
    lines = {} if priced_now is None else {line.line.line_id: line for line in priced_now.lines}
    return PricedShopBasket(
        basket=basket,
        entries=tuple(
            PricedEntry(
                entry=one,
                product=found[one.product_id].product if one.product_id in found else None,
                line=lines.get(one.product_id),
            )
            for one in basket.entries
        ),
        priced=priced_now,
        member=member,
    )


def _priced(
    shelf: Shelf, wanted: tuple[WantedGood, ...], basket: ShopBasket, member: BasketMember | None, now: str
) -> PricedBasket | None:
    if not wanted:
        return None
    try:
        return priced(
            shelf,
            wanted,
            {one.line_id: one.quantity for one in wanted},
            member=member,
            coupons=basket.coupons,
            now=now,
        )
    except OrderProblem as problem:
        if problem.code != "bad_basket":
            raise
        return None


def _fits(quantity: Decimal, product: Product) -> bool:
    """Say whether a quantity still is one: what was sold by weight may be sold by the piece by now."""
    try:
        checked_quantity(quantity, product.unit)
    except QuantityRefused:
        return False
    return True


def with_availability(priced: PricedShopBasket, available: Mapping[str, Decimal]) -> PricedShopBasket:
    """Return a priced basket with what may be promised of each line."""
    return replace(
        priced,
        entries=tuple(
            replace(one, available=available.get(one.entry.product_id, Decimal(0))) for one in priced.entries
        ),
    )


def wish_of(store_id: str, basket: ShopBasket) -> PlaceOrder:
    """Return a basket as it is asked of the order book; who orders and when they come is still open."""
    return PlaceOrder(
        store_id=store_id,
        outside_reference=basket.reference,
        lines=tuple(wanted_line(one) for one in basket.entries),
        contact=ContactDetails(name=""),
        slot_starts_at=basket.slot_starts_at,
        member_id=basket.member_id,
        coupons=basket.coupons,
    )


def wanted_line(entry: Entry) -> WantedLine:
    """Return a line as it is asked of the order book."""
    return WantedLine(product_id=entry.product_id, quantity=entry.quantity, wish=entry.wish)
