"""One store as its promotions and price lists are edited against it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec
from sqlalchemy import Connection

from retail.catalogue import Category, Product
from retail.loyalty.program import LoyaltyProgram
from retail.price_list import PriceList
from retail.promotions.rule import Promotion
from retail.store import StoreSettings
from sync.server.database import shop_rows
from sync.server.database.sessions import StreamId


class NoSuchStore(LookupError):
    """There is no store of this id."""


class Shop(msgspec.Struct, frozen=True, kw_only=True):
    """What a store has: its settings, shelves, offers and lists.

    `tiers` are those of its loyalty programme, None when it has none and so nobody can say which there are.
    `sisters` are the other stores with the same money, in which the same row can be published.
    """

    settings: StoreSettings
    categories: tuple[Category, ...]
    tiers: tuple[str, ...] | None
    promotions: tuple[Promotion, ...]
    price_lists: tuple[PriceList, ...]
    sisters: tuple[StoreSettings, ...]

    @property
    def store_id(self) -> str:
        return self.settings.store_id

    @property
    def digits(self) -> int:
        """How many decimals the store's money has."""
        return self.settings.currency_digits

    @property
    def prices(self) -> StreamId:
        """The stream that promotions and price lists travel in."""
        return ("prices", self.store_id)


def read_shop(connection: Connection, store_id: str) -> Shop:
    """Return a store; raises `NoSuchStore`."""
    stores = shop_rows.read_stores(connection)
    own = next((one for one in stores if one.store_id == store_id), None)
    if own is None:
        raise NoSuchStore(store_id)
    prices = ("prices", store_id)
    programs = shop_rows.read_rows(connection, ("settings", store_id), "loyalty_program", LoyaltyProgram)
    program = min(programs, key=lambda one: one.key, default=None)
    return Shop(
        settings=own,
        categories=shop_rows.read_categories(connection),
        tiers=None if program is None else tuple(tier.tier_id for tier in program.tiers),
        promotions=shop_rows.read_rows(connection, prices, "promotion", Promotion),
        price_lists=shop_rows.read_rows(connection, prices, "price_list", PriceList),
        sisters=tuple(
            one
            for one in stores
            if one.store_id != store_id
            and (one.currency, one.currency_digits) == (own.currency, own.currency_digits)
        ),
    )


class Finder:
    """Finds products, and asks the database once for each text."""

    __slots__ = ("_connection", "_found")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._found: dict[str, Product | None] = {}

    def __call__(self, texts: Collection[str]) -> Mapping[str, Product]:
        """Return the product that each text names; those that name none are left out."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._found]
        if missing:
            found = shop_rows.products_named(self._connection, missing)
            self._found |= {text: found.get(text) for text in missing}
        named = ((text, self._found[text]) for text in texts)
        return {text: product for text, product in named if product is not None}
