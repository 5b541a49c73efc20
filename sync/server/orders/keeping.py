"""What becomes of orders as time goes by: holds end, customers are reminded or offered another store, what
nobody collects expires.

Each is a step like any other, taken in the name of the centre, and the same step once: a customer is not
reminded twice of one deadline, and an order that somebody has taken out of `expired` is left to people.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from retail.pickup.closing import is_overdue, reminder_due
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import OrderState, PickupOrder
from retail.pickup.steps import Complete, Expire, Remind, Step
from sync.server.clock import text_after
from sync.server.database.order_rows import put_away_before
from sync.server.database.sessions import Database
from sync.server.orders.desk import CENTRE, OrderDesk
from sync.server.orders.offering import StoreOffers
from sync.server.orders.values import OrderProblem

_log = logging.getLogger(__name__)

COMPLETED_AFTER: Final = timedelta(days=1)
"""So long an order that was handed over can still be taken back without more ado."""

ON_TILLS_FOR: Final = timedelta(days=3)
"""So long a till has an order that is over."""


TIDIED_EVERY: Final = timedelta(hours=1)


class Keeper:
    """Looks after the orders of every store. One object per process; used by one thread at a time."""

    def __init__(self, database: Database, orders: OrderDesk) -> None:
        self._database = database
        self._orders = orders
        self._offers = StoreOffers(database, orders)
        self._tidied_until = ""

    def run_once(self, now: str) -> int:
        """Do what is due; return how many orders were touched."""
        released = len(self._orders.release_expired_holds())
        desks = {store.store_id: store.desk for store in self._orders.stores()}
        waiting = self._orders.orders_in(OrderState.READY, OrderState.PARTLY_HANDED_OVER)
        taken = sum(self._look_after(order, desks.get(order.store_id), now) for order in waiting)
        tidied = 0
        if now >= self._tidied_until:
            self._tidied_until = text_after(now, TIDIED_EVERY)
            tidied = self._put_away(now)
        return released + taken + tidied + self._offers.run_once(now)

    def _look_after(self, order: PickupOrder, desk: PickupDesk | None, now: str) -> bool:
        if is_overdue(order, now):
            return self._take(
                Expire(
                    step_id=f"{order.order_id}:expire:{order.collect_until}",
                    order_id=order.order_id,
                    by=CENTRE,
                    at=now,
                    made_in=order.state,
                )
            )
        minutes = None if desk is None else reminder_due(order, desk.reminders, now)
        return minutes is not None and self._take(
            Remind(
                step_id=f"{order.order_id}:remind:{minutes}:{order.collect_until}",
                order_id=order.order_id,
                by=CENTRE,
                at=now,
                made_in=order.state,
                minutes_before=minutes,
            )
        )

    def _put_away(self, now: str) -> int:
        """Complete what is settled and has rested, and take off the tills what has rested for longer."""
        with self._database.read() as connection:
            rested = put_away_before(
                connection, text_after(now, -COMPLETED_AFTER), (OrderState.HANDED_OVER, OrderState.SHORT)
            )
        completed = 0
        for _, order_id in rested:
            order = self._orders.order(order_id)
            if order is not None:
                completed += self._take(
                    Complete(
                        step_id=f"{order_id}:complete:{order.version}",
                        order_id=order_id,
                        by=CENTRE,
                        at=now,
                        made_in=order.state,
                    )
                )
        self._orders.put_away(text_after(now, -ON_TILLS_FOR))
        return completed

    def _take(self, step: Step) -> bool:
        """Take a step; False when it is not due any more, because somebody else was there first."""
        before = self._orders.order(step.order_id)
        try:
            return self._orders.take(step) != before
        except OrderProblem as problem:
            _log.info("order %s: %s", step.order_id, problem)
            return False
