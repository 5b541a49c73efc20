"""Tells orders that are really new from those that were only read again, so that the till rings once each."""

from __future__ import annotations

from collections.abc import Callable

from pos_app.services.orders import Orders
from pos_app.viewmodels.pickup_cards import column_of
from pos_app.viewmodels.pickup_screens import NEW
from retail.pickup.order import PickupOrder


class OrderBell:
    """Remembers every order it has seen. `is_complete` says whether the orders ever arrived in full."""

    def __init__(self, orders: Orders, is_complete: Callable[[], bool]) -> None:
        self._orders = orders
        self._is_complete = is_complete
        self._known: set[str] | None = None

    def look(self) -> tuple[PickupOrder, ...]:
        """Return the orders that came since the last look and that nobody has begun to pick.

        The first look is quiet, and so is a first load of the store: those orders are not news. An order that
        vanishes and comes again (the stream was fetched anew) was seen before.
        """
        orders = self._orders.all()
        if self._known is None:
            if self._is_complete():
                self._known = {each.order_id for each in orders}
            return ()
        fresh = [each for each in orders if each.order_id not in self._known]
        self._known.update(each.order_id for each in fresh)
        return tuple(each for each in fresh if column_of(each) == NEW)
