"""The walk of a picker at this till: which orders, which task is in hand, which tote takes what.

Nothing here is stored: after a restart it follows from the orders, whose locks say who picks them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pos_app.services.order_book import OrderBook
from pos_app.services.pickup_outcomes import PickingView, ShownStock, Tote
from retail.occasion import Moment
from retail.pickup.order import Bag, LineState, OrderState, PickupLine, PickupOrder, Temperature
from retail.pickup.parts import OPEN, any_part, bags_with_goods, units
from retail.pickup.pick_list import PickTask, progress, walk

TAKEN = (LineState.PICKED, LineState.HANDED_OVER, LineState.REFUSED)
"""What counts as picked of a line."""

_PUT_AWAY_IN = (OrderState.PICKING, OrderState.PAUSED, OrderState.PICKED)


@dataclass(frozen=True, slots=True)
class Weighing:
    """A line that waits for a weight; `product_id` is the substitute's when one is to be weighed."""

    order_id: str
    line_id: str
    product_id: str = ""


class Walk:
    """Which orders are picked together here, and what the picker has in hand."""

    def __init__(self, orders: OrderBook) -> None:
        self._orders = orders
        self._walking: tuple[str, ...] = ()
        self._totes: dict[tuple[str, Temperature], str] = {}
        self._later: list[tuple[str, str]] = []
        self._chosen: tuple[str, str] | None = None
        self._stock: dict[str, ShownStock] = {}
        self.weighing: Weighing | None = None
        self.bag_in_hand = ""

    # ---- the walk -----------------------------------------------------------------------------

    def start(self, order_ids: tuple[str, ...]) -> None:
        """Walk for these orders from now on; totes already in use stay."""
        self._walking = order_ids
        self._later.clear()
        self._stock.clear()
        self._chosen = self.weighing = None
        self.bag_in_hand = ""

    def stop(self) -> None:
        """Walk no more."""
        self.start(())
        self._totes.clear()

    def without(self, order_id: str) -> None:
        """Leave one order out of the walk."""
        self._walking = tuple(each for each in self._walking if each != order_id)
        if self._chosen is not None and self._chosen[0] == order_id:
            self._chosen = None

    def stock_changed(self, product_id: str = "") -> None:
        """Ask for a product's stock again at the next look, for all of them without a name."""
        if product_id:
            self._stock.pop(product_id, None)
        else:
            self._stock.clear()

    @property
    def orders(self) -> tuple[PickupOrder, ...]:
        """The orders of the walk as they stand now."""
        found = (self._orders.order(order_id) for order_id in self._walking)
        return tuple(order for order in found if order is not None)

    def stock(self, product_id: str) -> ShownStock:
        """Return a product's stock and place, asked for once in a walk."""
        if product_id not in self._stock:
            self._stock[product_id] = self._orders.stock(product_id)
        return self._stock[product_id]

    def tasks(self) -> tuple[PickTask, ...]:
        """Return what is open, in the order of the walk; what was set aside comes last."""
        orders = self.orders
        products = {line.product.product_id for order in orders for line in order.lines}
        places = {product_id: self.stock(product_id).place for product_id in products}
        tasks = walk(orders, places)
        return tuple(sorted(tasks, key=self._place_in_later))

    def _place_in_later(self, task: PickTask) -> int:
        about = (task.order_id, task.line_id)
        return self._later.index(about) + 1 if about in self._later else 0

    def task(self) -> PickTask | None:
        """Return the task in hand: the one that was chosen while it is open, else the first."""
        return self._in_hand(self.tasks())

    def _in_hand(self, tasks: tuple[PickTask, ...]) -> PickTask | None:
        chosen = (each for each in tasks if (each.order_id, each.line_id) == self._chosen)
        return next(chosen, next(iter(tasks), None))

    def choose(self, order_id: str, line_id: str) -> bool:
        """Take a task in hand; say whether it is one of the walk."""
        known = any((each.order_id, each.line_id) == (order_id, line_id) for each in self.tasks())
        if known:
            self._chosen = (order_id, line_id)
        return known

    def set_later(self, order_id: str, line_id: str) -> None:
        """Put a task at the end of the walk."""
        about = (order_id, line_id)
        self._later = [each for each in self._later if each != about] + [about]
        if self._chosen == about:
            self._chosen = None

    # ---- totes --------------------------------------------------------------------------------

    def tote_for(self, order: PickupOrder, temperature: Temperature) -> str:
        """Return the bag that goods of a temperature go into now, empty when none is assigned.

        After a restart it is the last one in use that was not put away.
        """
        assigned = self._totes.get((order.order_id, temperature))
        if assigned is not None:
            return assigned
        in_use = (bag for bag in order.bags if bag.temperature is temperature and not bag.location)
        return next((bag.bag_id for bag in reversed(tuple(in_use))), "")

    def assign(self, order_id: str, temperature: Temperature, bag_id: str) -> None:
        """Put goods of a temperature of an order into this bag from now on."""
        self._totes[order_id, temperature] = bag_id

    def assigned_to(self, bag_id: str) -> tuple[str, Temperature] | None:
        """Return for which order and temperature a bag was assigned in this walk."""
        return next((whose for whose, each in self._totes.items() if each == bag_id), None)

    def put_away(self, order_id: str, bag_id: str) -> None:
        """A bag stands in its place now: the next goods need another."""
        whose = self.assigned_to(bag_id)
        if whose is not None and whose[0] == order_id:
            del self._totes[whose]
        self.bag_in_hand = ""

    def to_stage(self) -> tuple[tuple[str, Bag], ...]:
        """Return the bags with goods that still have no place, by order."""
        return tuple(
            (order.order_id, bag)
            for order in self.orders
            if order.state in _PUT_AWAY_IN
            for bag in order.bags
            if not bag.location and bag.bag_id in bags_with_goods(order)
        )

    # ---- seen ---------------------------------------------------------------------------------

    def view(self) -> PickingView:
        """Return all of it for the screen."""
        orders, tasks = self.orders, self.tasks()
        totes = (
            Tote(order.order_id, temperature, bag_id)
            for order in orders
            for temperature in Temperature
            if (bag_id := self.tote_for(order, temperature))
        )
        return PickingView(
            orders=orders,
            tasks=tasks,
            task=self._in_hand(tasks),
            progress={order.order_id: progress(order) for order in orders},
            totes=tuple(totes),
            later=tuple(self._later),
            stock=dict(self._stock),
            bag_in_hand=self.bag_in_hand,
            to_stage=self.to_stage(),
        )


def holds_goods(order: PickupOrder, bag_id: str) -> bool:
    """Say whether something of the order lies in a bag."""
    return any(
        part.now.bag_id == bag_id and part.state in (LineState.PICKED, LineState.REFUSED)
        for line in order.lines
        for part in line.divided
    )


def nothing_open(order: PickupOrder) -> bool:
    """Say whether every part of every line was decided about."""
    return not any_part(order, *OPEN)


def line_in(order: PickupOrder, line_id: str) -> PickupLine | None:
    """Return a line of an order, None when it has none such."""
    return next((line for line in order.lines if line.line_id == line_id), None)


def picked_of(line: PickupLine) -> Decimal:
    """Return how much of what was ordered is picked."""
    return units(line, *TAKEN)


def minutes_left(order: PickupOrder, now: str) -> int:
    """Return how many minutes the order's lock still has, 0 when nobody holds it."""
    if order.lock is None or not order.lock.until:
        return 0
    return max(0, (Moment(order.lock.until).exact - Moment(now).exact) // 60_000_000)
