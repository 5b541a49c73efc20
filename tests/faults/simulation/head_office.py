"""What people change at the centre while tills sell: prices, goods, staff, keys, deliveries."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from decimal import Decimal

from msgspec.structs import replace

from retail.catalogue import LocalisedText, Price, Product, QuickKey
from retail.quantity import SellingUnit
from retail.staff import StaffMember
from retail.stock import StockCause, movements
from sync.protocol import Row
from sync.server.centre import Centre
from sync.server.database import shop_rows, stock_rows
from sync.server.orders.levels import GoodsChange, publish_goods, read_levels
from sync.server.streams import Publication, key_of, publish, read_head
from tests.faults.race_shop import PIECES, RACED
from tests.faults.simulation.centre_side import CentreSide
from tests.faults.simulation.template import FIRST_STORE

SOLD_BY_TILLS = Decimal(4)
"""Pieces of a product strictly kept that are not promised online."""


def keep_strictly(centre: Centre) -> int:
    """Promise the raced product strictly: what is never promised online is what the tills may sell alone.

    Return the number of the version by which a till of the first store hears it.
    """
    stream = ("stock", FIRST_STORE)
    with centre.database.write() as connection:
        level = read_levels(connection, FIRST_STORE, [RACED])[RACED]
        strict = replace(level, safety_stock=SOLD_BY_TILLS, policy="strict")
        publish(connection, {stream: Publication(puts=[strict])})
    with centre.database.write() as connection:
        publish_goods(connection, GoodsChange(products=frozenset({(FIRST_STORE, RACED)})))
        return read_head(connection, stream).head


class HeadOffice:
    """Does one small thing at a time, drawn by the seed, through any process of the centre."""

    def __init__(self, centre: CentreSide, stores: Sequence[str], chance: random.Random) -> None:
        self._centre = centre
        self._stores = stores
        self._chance = chance
        self._number = 0

    def act(self) -> str:
        """Do something; return it in words."""
        acts: tuple[tuple[Callable[[str], str], int], ...] = (
            (self.change_prices, 5),
            (self.rename_goods, 2),
            (self.change_staff, 2),
            (self.change_keys, 3),
            (self.take_delivery, 3),
            (self.restart_a_process, 1),
        )
        (act,) = self._chance.choices([one for one, _ in acts], [weight for _, weight in acts])
        return act(self._chance.choice(self._stores))

    def change_prices(self, store_id: str) -> str:
        """Put new prices on some goods, all in one version."""
        with self._centre.one().database.write() as connection:
            stream = ("prices", store_id)
            prices = shop_rows.read_rows(connection, stream, "price", Price)
            some = self._chance.sample(prices, min(len(prices), self._chance.choice((1, 2, 3, 9))))
            puts: list[Row] = [
                replace(one, unit_price_minor=Decimal(self._chance.randint(50, 3000))) for one in some
            ]
            publish(connection, {stream: Publication(puts=puts)})
        return f"{len(puts)} prices of {store_id} change"

    def rename_goods(self, _store_id: str) -> str:
        """Give some goods of the chain another name."""
        self._number += 1
        with self._centre.one().database.write() as connection:
            stream = ("catalogue", "")
            goods = shop_rows.read_rows(connection, stream, "product", Product)
            some = self._chance.sample(goods, self._chance.choice((1, 2, 5)))
            puts: list[Row] = [
                replace(one, name=LocalisedText(f"Renamed {self._number}", f"更名 {self._number}"))
                for one in some
            ]
            publish(connection, {stream: Publication(puts=puts)})
        return f"{len(puts)} goods are renamed"

    def change_staff(self, store_id: str) -> str:
        """Let somebody begin, or go."""
        with self._centre.one().database.write() as connection:
            stream = ("staff", store_id)
            staff = shop_rows.read_rows(connection, stream, "staff", StaffMember)
            new = [one for one in staff if one.staff_id.startswith("NEW")]
            if new and self._chance.random() < 0.5:
                publish(connection, {stream: Publication(removes=[key_of(new[0])])})
                return f"{new[0].staff_id} leaves {store_id}"
            self._number += 1
            member = StaffMember(staff_id=f"NEW{self._number:03d}", display_name=f"New {self._number}")
            publish(connection, {stream: Publication(puts=[member])})
        return f"{member.staff_id} begins at {store_id}"

    def change_keys(self, store_id: str) -> str:
        """Take quick keys away, or put one on another product."""
        with self._centre.one().database.write() as connection:
            stream = ("settings", store_id)
            keys = shop_rows.read_rows(connection, stream, "quick_key", QuickKey)
            if not keys:
                return ""
            gone = self._chance.sample(keys, min(len(keys), self._chance.choice((1, 1, 2))))
            kept = [one for one in keys if one not in gone]
            puts: list[Row] = []
            if kept and self._chance.random() < 0.5:
                puts = [replace(kept[0], product_id=self._chance.choice(("P1003", "P1004", "P1005")))]
            publish(connection, {stream: Publication(puts=puts, removes=[key_of(one) for one in gone])})
        return f"{len(gone)} quick keys of {store_id} go, {len(puts)} change"

    def take_delivery(self, store_id: str) -> str:
        """Book a delivery of some goods."""
        self._number += 1
        with self._centre.one().database.write() as connection:
            goods = shop_rows.read_rows(connection, ("catalogue", ""), "product", Product)
            some = [one for one in goods if one.unit is SellingUnit.PIECE and one.product_id not in PIECES]
            came = self._chance.sample(some, 2)
            for product in came:
                moved = movements(
                    StockCause.RECEIPT,
                    store_id=store_id,
                    product_id=product.product_id,
                    unit=product.unit,
                    quantity=Decimal(self._chance.randint(1, 12)),
                    event_id=f"delivery-{self._number}",
                )
                stock_rows.add_movements(connection, moved)
            products = frozenset((store_id, one.product_id) for one in came)
            publish_goods(connection, GoodsChange(products=products))
        return f"a delivery comes to {store_id}"

    def restart_a_process(self, _store_id: str) -> str:
        """Let a process of the centre end and begin again."""
        self._centre.restart()
        return "a process of the centre is restarted"
