"""The orders as this till has them: the centre's rows with the till's own steps on top, kept decoded.

A refresh decodes only the rows whose bytes changed. Used by the UI thread only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from msgspec.structs import replace

from pos_app.database.changed_keys import StreamVersion
from pos_app.database.journal import FurtherFact, Journal
from pos_app.database.pickup import PickupRows, StoredStep, decoded_order
from pos_app.services.clock import Clock
from pos_app.services.pickup_outcomes import ShownStock
from retail.availability.reservation import Reservation, ReservationState
from retail.events import PickupStepped
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.goods import still_to_pick, stock_movements
from retail.pickup.order import OrderState, PickupOrder
from retail.pickup.reducer import applied, apply, refusal_of, was_taken
from retail.pickup.steps import RecordPayment, Step, StepRefused
from retail.stock_level import StockLevel


class StepHeader(TypedDict):
    """What every step of this till says: `Accept(**orders.header(order))`."""

    step_id: str
    order_id: str
    by: str
    at: str
    made_in: OrderState


@dataclass(slots=True)
class _Known:
    """A row as it came, and the order as it is shown: with the till's own steps.

    Neither is there for a row that this version cannot read.
    """

    body: bytes
    row: PickupOrder | None
    shown: PickupOrder | None


class OrderBook:
    """Orders and stock of one till, and the one way in which it takes a step.

    `stepped` is called after a step is stored: somebody may wake the synchronisation.
    """

    def __init__(
        self,
        journal: Journal,
        rows: PickupRows,
        clock: Clock,
        cashier_id: Callable[[], str],
        stepped: Callable[[], None] = lambda: None,
    ) -> None:
        self._journal = journal
        self._rows = rows
        self._clock = clock
        self._cashier_id = cashier_id
        self._stepped = stepped
        self._version: StreamVersion | None = None
        self._stale = True
        self._known: dict[str, _Known] = {}
        self._by_id: dict[str, str] = {}
        self._needs: dict[str, tuple[tuple[str, Decimal], ...]] = {}
        self._needed: dict[str, dict[str, Reservation]] = {}
        self._desk: PickupDesk | None = None
        self._desk_read = False

    # ---- what there is ------------------------------------------------------------------------

    def refresh(self, stream: str = "") -> None:
        """Take over what the centre changed in a stream (`orders`, `settings`, `stock`; empty: all).

        Stock is asked for product by product, so there is nothing to take over of it.
        """
        if stream in {"", "settings"}:
            self._desk_read = False
        if stream in {"", "orders"}:
            self._stale = True

    def all(self) -> tuple[PickupOrder, ...]:
        """Return every order the centre told of, as it stands here: the one to be ready soonest first."""
        self._read()
        orders = (known.shown for known in self._known.values() if known.shown is not None)
        return tuple(sorted(orders, key=lambda each: (each.ready_by, each.placed_at, each.order_id)))

    def order(self, order_id: str) -> PickupOrder | None:
        """Return one order as it stands here."""
        self._read()
        key = self._by_id.get(order_id)
        return None if key is None else self._known[key].shown

    @property
    def desk(self) -> PickupDesk | None:
        """The store's rules of collection, None where it takes no online orders."""
        if not self._desk_read:
            self._desk, self._desk_read = self._rows.desk(), True
        return self._desk

    def stock(self, product_id: str) -> ShownStock:
        """Return what lies on the shelf: the centre's figure and what this till did since."""
        level = self.level(product_id)
        return ShownStock(level.on_hand + self._rows.moved_since(product_id), level.place)

    def level(self, product_id: str) -> StockLevel:
        """Return what the centre says of a product's stock; nothing known is nothing there."""
        return self._rows.level(product_id) or StockLevel(product_id=product_id)

    def sold_since(self, product_id: str) -> Decimal:
        """Return what sales (negative) and returns of this till moved that the centre has not heard of."""
        return self._rows.sold_since(product_id)

    def quota_left(self, product_id: str, till_id: str) -> Decimal:
        """Return what a till may still sell of a strict product by itself, nothing or less when nothing.

        What the centre has acknowledged is in its figures only when they have come down: till then it is
        told apart by how much the till has sold in all. A journal that began later knows only what waits.
        """
        level = self.level(product_id)
        waiting = -self.sold_since(product_id)
        counted = level.sold.get(till_id)
        if counted is not None:
            waiting = max(waiting, -self._rows.ever_sold(product_id) - counted)
        return level.quotas.get(till_id, Decimal(0)) - waiting

    def reservations(self, product_id: str) -> tuple[Reservation, ...]:
        """Return what orders still need of a product from the shelf, the order placed first at the front."""
        self._read()
        needed = self._needed.get(product_id)
        if not needed:
            return ()
        ordered = sorted(needed.values(), key=lambda each: (self._placed_at(each.order_id), each.order_id))
        return tuple(replace(each, number=number) for number, each in enumerate(ordered, start=1))

    def _placed_at(self, order_id: str) -> str:
        order = self.order(order_id)
        return "" if order is None else order.placed_at

    # ---- taking steps -------------------------------------------------------------------------

    def now(self) -> str:
        """Return the till's time, RFC 3339."""
        return self._clock.now()

    def who(self) -> str:
        """Return the staff id on duty, empty when nobody is."""
        return self._cashier_id()

    def new_id(self) -> str:
        """Return an id for a step."""
        return self._clock.new_id()

    def header(self, order: PickupOrder) -> StepHeader:
        """Return the fields that every step begins with, with a new step id."""
        return StepHeader(
            step_id=self.new_id(),
            order_id=order.order_id,
            by=self.who(),
            at=self.now(),
            made_in=order.state,
        )

    def take(self, step: Step) -> PickupOrder:
        """Take a step: judge it, store it in one transaction, and return the order with it.

        Raises `StepRefused` (also `unknown_order`), `NotEnrolled` or `DatabaseProblem`; then nothing is
        stored. A step that was taken before changes nothing.
        """
        before = self.order(step.order_id)
        if before is None:
            raise StepRefused("unknown_order", step)
        if was_taken(before, step.step_id):
            return before
        after = apply(before, step)
        self._journal.record(
            PickupStepped(step=step), stock_movements(before, after, step, event_id=step.step_id)
        )
        self._show(after)
        self._stepped()
        return after

    def preview(self, step: Step) -> PickupOrder | None:
        """Return an order as it would stand after a step; None when it is unknown or the step refused."""
        before = self.order(step.order_id)
        try:
            return None if before is None else apply(before, step)
        except StepRefused:
            return None

    def further(self, steps: Iterable[Step]) -> tuple[FurtherFact, ...]:
        """Return steps as facts for the transaction of a sale; call `stored` after it.

        Money that moved is a fact whatever the order says, and the centre judges it; any other step that is
        refused ends the sequence.
        """
        found: list[FurtherFact] = []
        orders: dict[str, PickupOrder] = {}
        for step in steps:
            before = orders.get(step.order_id) or self.order(step.order_id)
            try:
                after = None if before is None else apply(before, step)
            except StepRefused:
                after = None
            if before is None or after is None:
                if not isinstance(step, RecordPayment):
                    break
                found.append(FurtherFact(PickupStepped(step=step)))
                continue
            moves = stock_movements(before, after, step, event_id=step.step_id)
            found.append(FurtherFact(PickupStepped(step=step), moves))
            orders[step.order_id] = after
        return tuple(found)

    def stored(self, order_ids: Iterable[str]) -> None:
        """Take over steps of these orders that were stored together with a sale."""
        self._read()
        for order_id in order_ids:
            key = self._by_id.get(order_id)
            row = None if key is None else self._known[key].row
            if row is not None:
                self._show(self._with_steps(row, self._rows.steps((order_id,))))
        self._stepped()

    # ---- inside -------------------------------------------------------------------------------

    def _show(self, order: PickupOrder) -> None:
        self._known[self._by_id[order.order_id]].shown = order
        self._reserve(order.order_id, order)

    def _reserve(self, order_id: str, order: PickupOrder | None) -> None:
        """Keep what an order still needs from the shelf; a scan at the counter asks for it."""
        for product_id, _ in self._needs.pop(order_id, ()):
            del self._needed[product_id][order_id]
        needs = () if order is None else still_to_pick(order)
        if order is None or not needs:
            return
        self._needs[order_id] = needs
        for product_id, quantity in needs:
            self._needed.setdefault(product_id, {})[order_id] = Reservation(
                reservation_id=f"{order_id}:{product_id}",
                order_id=order_id,
                product_id=product_id,
                quantity=quantity,
                state=ReservationState.CONFIRMED,
                needed_at=order.ready_by,
            )

    def _read(self) -> None:
        """Read the rows again when the stream has moved, and decode those that changed."""
        if not self._stale:
            return
        version = self._rows.version()
        if version is None or version != self._version:
            before = self._version
            some = None if before is None or version is None else self._rows.changed_orders(before, version)
            self._take_over(some if some is not None else self._all_rows())
        self._version, self._stale = version, False

    def _all_rows(self) -> dict[str, bytes | None]:
        """Return every row, and nothing for each that is there no more."""
        return {**dict.fromkeys(self._known), **self._rows.order_bodies()}

    def _take_over(self, rows: Mapping[str, bytes | None]) -> None:
        known = self._known
        changed = {
            key: None if body is None else decoded_order(key, body)
            for key, body in rows.items()
            if key not in known or known[key].body != body
        }
        steps: dict[str, list[StoredStep]] = {}
        for stored in self._rows.steps([row.order_id for row in changed.values() if row is not None]):
            steps.setdefault(stored.order_id, []).append(stored)
        for key, row in changed.items():
            gone = known.pop(key, None)
            if gone is not None and gone.row is not None:
                del self._by_id[gone.row.order_id]
                self._reserve(gone.row.order_id, None)
            body = rows[key]
            if body is not None:
                shown = None if row is None else self._with_steps(row, steps.get(row.order_id, ()))
                known[key] = _Known(body, row, shown)
            if row is not None:
                self._by_id[row.order_id] = key
                self._reserve(row.order_id, known[key].shown)

    @staticmethod
    def _with_steps(row: PickupOrder, steps: Iterable[StoredStep]) -> PickupOrder:
        """Return an order with the steps that its row does not hold yet; only those are decoded."""
        new = (
            stored.step()
            for stored in steps
            if not was_taken(row, stored.step_id) and refusal_of(row, stored.step_id) is None
        )
        return applied(row, new).order
