"""What a customer sees on a shelf of the storefront: the product, its price, and how much may be promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec
from sqlalchemy import Connection

from retail.catalogue import LocalisedText, Product
from sync.server.orders.shelf import Shelf, may_be_ordered
from sync.server.shop.prices import shelf_prices

PLENTY = 10
"""From so many on, nobody needs to know how many there are."""


class ShownGood(msgspec.Struct, frozen=True, kw_only=True):
    """A product as it stands on the shelf; `available` is what may be promised now."""

    product: Product
    unit_price_minor: Decimal
    offers: tuple[LocalisedText, ...] = ()
    available: Decimal = Decimal(0)


class Elsewhere(msgspec.Struct, frozen=True, kw_only=True):
    """How much another store has."""

    store_id: str
    name: LocalisedText
    available: Decimal


def labelled(
    connection: Connection, shelf: Shelf, product_ids: Iterable[str], now: str
) -> dict[str, ShownGood]:
    """Return goods by id in the order asked, none promised yet; what is not sold here online is left out."""
    wanted = list(dict.fromkeys(product_ids))
    found = shelf.goods(connection, wanted)
    sold = {one: found[one] for one in wanted if one in found and may_be_ordered(found[one].product)}
    labels = shelf_prices(shelf.rules, sold, now)
    return {
        one: ShownGood(
            product=good.product, unit_price_minor=labels[one].unit_price_minor, offers=labels[one].offers
        )
        for one, good in sold.items()
    }


def promised(goods: Mapping[str, ShownGood], available: Mapping[str, Decimal]) -> tuple[ShownGood, ...]:
    """Return goods with what may be promised of them: nothing where nothing is known."""
    return tuple(
        msgspec.structs.replace(good, available=available.get(one, Decimal(0))) for one, good in goods.items()
    )
