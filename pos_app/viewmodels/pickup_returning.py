"""Goods of orders that are over: back on their shelf or written off, and all of it taken back at once."""

from __future__ import annotations

from pos_app.services.orders import Orders
from pos_app.services.pickup_outcomes import NotDone, StepDone
from retail.pickup.order import LineState, PickupOrder
from retail.pickup.parts import units

_TO_PUT_BACK = (LineState.PICKED, LineState.REFUSED)


def lines_to_return(order: PickupOrder) -> tuple[str, ...]:
    """Return the lines of which something still lies in a bag."""
    return tuple(line.line_id for line in order.lines if units(line, *_TO_PUT_BACK))


class Returning:
    """Takes the steps, and remembers those of the last act for an undo."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._taken: list[tuple[str, str]] = []

    @property
    def can_undo(self) -> bool:
        """Say whether there is an act to take back."""
        return bool(self._taken)

    def forget(self) -> None:
        """Something else happened: the last act is not taken back any more."""
        self._taken.clear()

    def begin(self, order: PickupOrder) -> NotDone | None:
        """Begin to put an order's goods back; return why not, or None."""
        self._taken.clear()
        return self._note(self._orders.start_return(order.order_id))

    def give_back(self, order: PickupOrder, lines: tuple[str, ...], *, fit_for_sale: bool) -> NotDone | None:
        """Put lines back, or write them off; return why one was refused (those before it stand), or None."""
        self._taken.clear()
        for line_id in lines:
            refused = self._note(
                self._orders.return_units(order.order_id, line_id, fit_for_sale=fit_for_sale)
            )
            if refused is not None:
                return refused
        return None

    def undo(self, reason: str) -> NotDone | None:
        """Take the last act back, its last step first; return why one could not be, or None."""
        while self._taken:
            order_id, step_id = self._taken.pop()
            outcome = self._orders.undo(order_id, step_id, reason)
            if isinstance(outcome, NotDone):
                return outcome
        return None

    def _note(self, outcome: StepDone | NotDone) -> NotDone | None:
        if isinstance(outcome, NotDone):
            return outcome
        self._taken.append((outcome.order.order_id, outcome.step_id))
        return None
