"""What a store sells online, as its streams say it: settings, desk, rules and goods, read once a version."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Final, NamedTuple

from sqlalchemy import Connection

from retail.catalogue import ListPrice, Price, Product, ProductKind
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.placing import NOT_PICKABLE
from retail.pricing import PreparedRules, prepare
from retail.store import StoreSettings
from retail.store_rules import rules_of
from sync.server.database import shop_rows
from sync.server.orders.values import CollectStore, OrderProblem

ONLINE: Final = "online"
"""The channel by which promotions and price lists tell an online order from the counter."""

MOST_GOODS: Final = 20_000
"""Goods kept for a store; beyond it they are read again."""

_NOT_ONLINE: Final = NOT_PICKABLE | {ProductKind.DEPOSIT, ProductKind.GIFT_CARD}


class Good(NamedTuple):
    """A product with what it costs in this store."""

    product: Product
    price: Price
    list_prices: tuple[ListPrice, ...]


def may_be_ordered(product: Product) -> bool:
    """Say whether a product can be put on a shelf for somebody: its price is known before it is picked."""
    return not product.open_price and product.kind not in _NOT_ONLINE


class Shelf:
    """One store at one version of its streams."""

    def __init__(self, settings: StoreSettings, desk: PickupDesk | None, rules: PreparedRules) -> None:
        self.settings = settings
        self.desk = desk
        self.rules = rules
        self._goods: dict[str, Good | None] = {}

    @property
    def store(self) -> CollectStore:
        """The store as one that takes online orders; raises `OrderProblem("not_online")`."""
        if self.desk is None or not self.desk.sells_online:
            raise OrderProblem("not_online")
        return CollectStore(settings=self.settings, desk=self.desk)

    def goods(self, connection: Connection, product_ids: Iterable[str]) -> dict[str, Good]:
        """Return what is sold of these, by product; what has no price here is left out."""
        wanted = set(product_ids)
        missing = wanted - self._goods.keys()
        if missing:
            if len(self._goods) > MOST_GOODS:
                self._goods = {one: self._goods[one] for one in wanted if one in self._goods}
            self._goods |= self._read(connection, missing)
        return {one: good for one in wanted if (good := self._goods[one]) is not None}

    def _read(self, connection: Connection, product_ids: set[str]) -> dict[str, Good | None]:
        store_id = self.settings.store_id
        products = shop_rows.products_by_id(connection, product_ids)
        prices = shop_rows.prices_of(connection, store_id, product_ids)
        lists: dict[str, tuple[ListPrice, ...]] = {}
        if self.rules.price_book:
            lists = shop_rows.list_prices_of(connection, store_id, product_ids)
        return {
            one: Good(products[one], prices[one], lists.get(one, ()))
            if one in products and one in prices
            else None
            for one in product_ids
        }


class Shelves:
    """The shelves of all stores, each as of the versions that were last asked for. Shared by threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, tuple[dict[str, int], Shelf]] = {}

    def of(self, connection: Connection, store_id: str, heads: dict[str, int] | None = None) -> Shelf:
        """Return a store's shelf as it is now; raises `OrderProblem("unknown_store")`.

        `heads` is where its rules stand, for who has asked already.
        """
        if "\0" in store_id:  # PostgreSQL has no NUL in its texts: no store is called so
            raise OrderProblem("unknown_store")
        if heads is None:
            heads = shop_rows.rule_heads(connection, store_id)
        with self._lock:
            kept = self._kept.get(store_id)
        if kept is not None and kept[0] == heads:
            return kept[1]
        made = _read_shelf(connection, store_id)
        with self._lock:
            self._kept[store_id] = (heads, made)
        return made


def _read_shelf(connection: Connection, store_id: str) -> Shelf:
    here = ("settings", store_id)
    settings = shop_rows.read_rows(connection, here, "store_settings", StoreSettings)
    if not settings:
        raise OrderProblem("unknown_store", store_id)
    desks = shop_rows.read_rows(connection, here, "pickup_desk", PickupDesk)
    rules = rules_of(settings[0], shop_rows.read_rule_rows(connection, store_id), network=True)
    return Shelf(settings[0], desks[0] if desks else None, prepare(rules))
