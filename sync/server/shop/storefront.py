"""What the storefront of one centre keeps between requests: look-ups, baskets, and who asks too often."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from retail.catalogue import Category
from sync.server.database.sessions import Database
from sync.server.database.shop_rows import CATALOGUE
from sync.server.database.storefront_rows import read_heads
from sync.server.limits import RateLimit
from sync.server.orders.shelf import Shelves
from sync.server.shop.baskets import Baskets
from sync.server.shop.member_cards import MemberCards
from sync.server.shop.search_index import ProductIndex


class Storefront:
    """Shared by all requests. `close()` when none runs any more."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._database = database
        self.index = ProductIndex(folder, database)
        self.baskets = Baskets(database)
        self.shelves = Shelves()
        self.member_cards = MemberCards()
        # A card number has eight digits: nobody finds one by trying at this rate.
        self.guess_limit = RateLimit(per_second=2, burst=20)
        self._categories: tuple[int, tuple[Category, ...]] = (-1, ())

    def categories(self, version: int, read: Callable[[], tuple[Category, ...]]) -> tuple[Category, ...]:
        """Return the categories as of a version of the catalogue; they are read once for each."""
        kept = self._categories
        if kept[0] != version:
            kept = self._categories = (version, read())
        return kept[1]

    def open(self) -> None:
        """Begin to build the look-ups, or to bring them up to date, before anybody asks."""
        with self._database.read() as connection:
            self.index.freshen(read_heads(connection, (CATALOGUE,))[CATALOGUE])

    def close(self) -> None:
        """Let go of the look-ups."""
        self.index.close()
