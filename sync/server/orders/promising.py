"""What a store may promise now, and which slots it may still offer."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from threading import Lock
from typing import Final, NamedTuple

from sqlalchemy import Connection

from retail.availability.promise import Balance, promise
from retail.availability.slot import OfferedSlot, SlotRules, picking_speed, slots_of_day
from retail.pickup.desk_rules import PickupDesk
from retail.quantity import SellingUnit
from retail.stock_level import StockLevel
from sync.server.clock import now_text
from sync.server.database.reservation_rows import is_reserved, reserved
from sync.server.database.round_trip import RoundTrip
from sync.server.database.slot_rows import picked_lately
from sync.server.database.stock_rows import lies_there, on_hand
from sync.server.orders.exposure import exposures, silent_since
from sync.server.orders.levels import read_levels, stand_at
from sync.server.orders.order_lines import at_the_store

HEARING_SECONDS: Final = 5.0
"""For how long it is believed when the tills were last heard."""

SPEED_SECONDS: Final = 60.0
"""For how long a store's speed is believed."""

SPEED_OF: Final = dt.timedelta(days=14)
"""Over how long the speed of picking is counted."""


class Known(NamedTuple):
    """What is known of products while their balances are locked, or about now."""

    balances: dict[str, Balance]
    levels: dict[str, StockLevel]

    def available(self, product_id: str) -> Decimal:
        """Return how much of a product may be promised; nothing of what nobody stocks."""
        known = self.balances.get(product_id)
        return Decimal(0) if known is None else promise(known).available


class Promising:
    """Reads what a store may promise. What changes slowly is kept for a moment; shared by threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._heard: dict[str, tuple[float, str]] = {}
        self._speed: dict[str, tuple[float, SlotRules, Decimal]] = {}

    def known(
        self, connection: Connection, desk: PickupDesk, units: Mapping[str, SellingUnit], now: str
    ) -> Known:
        """Return the balances of products as they are about now."""
        shelf = on_hand(connection, desk.store_id, units)
        promised = reserved(connection, desk.store_id, units)
        levels = read_levels(connection, desk.store_id, units)
        return self._known(connection, desk, units, now, shelf, promised, levels)

    def known_locked(
        self, trip: RoundTrip, desk: PickupDesk, units: Mapping[str, SellingUnit], now: str
    ) -> Callable[[], Known]:
        """Have balances locked until the commit; what is returned says, once that was run, how they stand."""
        ids = sorted(units)
        shelf = trip.ask(lies_there(trip.dialect, desk.store_id, ids, lock=True))
        promised = trip.ask(is_reserved(trip.dialect, desk.store_id, ids))
        levels = trip.ask(stand_at(trip.dialect, desk.store_id, ids))
        return lambda: self._known(
            trip.connection, desk, units, now, shelf.value, promised.value, levels.value
        )

    def _known(
        self,
        connection: Connection,
        desk: PickupDesk,
        units: Mapping[str, SellingUnit],
        now: str,
        shelf: Mapping[str, Decimal],
        promised: Mapping[str, Decimal],
        levels: dict[str, StockLevel],
    ) -> Known:
        silent = exposures(connection, desk, units, self._silent_since(connection, desk, now), now)
        nothing = Decimal(0)
        balances = {
            one: Balance(
                on_hand=shelf[one],
                reserved=promised.get(one, nothing),
                safety_stock=levels[one].safety_stock if one in levels else nothing,
                exposure=silent.get(one, nothing),
            )
            for one in units
            if one in shelf
        }
        return Known(balances, levels)

    def slots(
        self, connection: Connection, desk: PickupDesk, day: dt.date, booked: Mapping[str, int], now: str
    ) -> tuple[OfferedSlot, ...]:
        """Return the slots of a day at the store's own speed; raises `SlotRefused` for a desk's bad rules."""
        return slots_of_day(
            desk.slots,
            day.isoformat(),
            desk.offset,
            per_hour=self._per_hour(connection, desk),
            booked=booked,
            now=now,
        )

    def _silent_since(self, connection: Connection, desk: PickupDesk, now: str) -> str:
        with self._lock:
            at, since = self._heard.get(desk.store_id, (0.0, ""))
        if since and time.monotonic() - at < HEARING_SECONDS:
            return since
        since = silent_since(connection, desk, now)
        with self._lock:
            self._heard[desk.store_id] = (time.monotonic(), since)
        return since

    def _per_hour(self, connection: Connection, desk: PickupDesk) -> Decimal:
        with self._lock:
            kept = self._speed.get(desk.store_id)
        if kept is not None and kept[1] == desk.slots and time.monotonic() - kept[0] < SPEED_SECONDS:
            return kept[2]
        since = now_text(plus=-SPEED_OF)
        speed = picking_speed(desk.slots, picked_lately(connection, desk.store_id, since, desk.slots.measure))
        with self._lock:
            self._speed[desk.store_id] = (time.monotonic(), desk.slots, speed)
        return speed


def day_of(desk: PickupDesk, moment: str) -> dt.date:
    """Return the day of a moment in the store; raises `ValueError` for what is no time."""
    return dt.datetime.fromisoformat(at_the_store(moment, desk.offset)).date()
