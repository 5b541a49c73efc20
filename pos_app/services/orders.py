"""The order book of this till: the centre's orders with this till's own steps, and the verbs on one order.

Used by the UI thread only. Every verb is one short local transaction, with or without a network.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypedDict

from pos_app.services.pickup_outcomes import FoundByCode, ShownStock, StepOutcome
from retail.availability.reservation import Reservation
from retail.barcode import PickupCode
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import OrderState, PickupOrder
from retail.pickup.steps import Step


class StepHeader(TypedDict):
    """What every step of this till says: `Accept(**orders.header(order))`."""

    step_id: str
    order_id: str
    by: str
    at: str
    made_in: OrderState


class Orders:
    """The order book. `orders.take` is the one way in which a till takes a step."""

    # ---- what there is ----

    def refresh(self, stream: str = "") -> None:
        """Take over what the centre changed in a stream (`orders`, `stock`, `settings`; empty: all)."""
        raise NotImplementedError

    def all(self) -> tuple[PickupOrder, ...]:
        """Return every order that the centre told of, with this till's steps, the one due first at the front."""
        raise NotImplementedError

    def order(self, order_id: str) -> PickupOrder | None:
        """Return one order as it stands here."""
        raise NotImplementedError

    @property
    def desk(self) -> PickupDesk | None:
        """The store's rules of collection, None where it takes no online orders."""
        raise NotImplementedError

    def stock(self, product_id: str) -> ShownStock:
        """Return what lies on the shelf: the centre's figure and what this till did since."""
        raise NotImplementedError

    def reservations(self, product_id: str) -> tuple[Reservation, ...]:
        """Return what open orders still need of a product from the shelf, the oldest order first."""
        raise NotImplementedError

    def find(self, text: str) -> tuple[PickupOrder, ...]:
        """Return orders by number, name, end of the telephone number, bag, or outside reference."""
        raise NotImplementedError

    def by_code(self, code: PickupCode) -> FoundByCode:
        """Return what a pickup code opens: a signed one is checked offline, digits by each order's digest."""
        raise NotImplementedError

    def of_bag(self, bag_id: str) -> PickupOrder | None:
        """Return the open order whose bag this is."""
        raise NotImplementedError

    # ---- taking steps ----

    def now(self) -> str:
        """Return the till's time, RFC 3339."""
        raise NotImplementedError

    def who(self) -> str:
        """Return the staff id on duty."""
        raise NotImplementedError

    def header(self, order: PickupOrder) -> StepHeader:
        """Return the fields that every step begins with, with a new step id."""
        raise NotImplementedError

    def take(self, step: Step) -> PickupOrder:
        """Take a step: judge it, store it, and return the order with it; raises `StepRefused`."""
        raise NotImplementedError

    # ---- verbs on one order (an outcome each, nothing raised but `DatabaseProblem`) ----

    def accept(self, order_id: str) -> StepOutcome:
        """Take an order on."""
        raise NotImplementedError

    def arrived(self, order_id: str, note: str = "") -> StepOutcome:
        """Say that the customer is here, and where."""
        raise NotImplementedError

    def extend(self, order_id: str, collect_until: str) -> StepOutcome:
        """Keep an order until another time (RFC 3339)."""
        raise NotImplementedError

    def cancel(self, order_id: str, reason: str) -> StepOutcome:
        """Call an order off, with the reason in words."""
        raise NotImplementedError

    def start_return(self, order_id: str) -> StepOutcome:
        """Begin to put an order's goods back on the shelf."""
        raise NotImplementedError

    def return_units(
        self, order_id: str, line_id: str, quantity: Decimal | None = None, *, fit_for_sale: bool = True
    ) -> StepOutcome:
        """Put goods of a line back, all without a quantity; what cannot be sold is written off."""
        raise NotImplementedError

    def undo(self, order_id: str, step_id: str, reason: str) -> StepOutcome:
        """Take an earlier step back, with the reason."""
        raise NotImplementedError
