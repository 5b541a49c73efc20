"""Picking one order, or several in one walk: scans, weights, shorts, substitutes, totes, places.

Used by the UI thread only. Every verb is one short local transaction, with or without a network.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pos_app.services.pickup_outcomes import PickingView, PickOutcome, SubstituteOffers
from retail.pickup.order import ShortReason, Temperature


class Picking:
    """What is being picked at this till, and its verbs. `scan` always works."""

    def view(self) -> PickingView:
        """Return what is being picked, with the walk and the task in hand."""
        raise NotImplementedError

    def begin(self, order_ids: Sequence[str], *, take_over: bool = False) -> PickOutcome:
        """Take the lock of one or several orders and begin (or go on) picking them together.

        Refused with `locked_by_other` or `handed_to_other` (`detail` is the staff id), then nothing has
        begun; `take_over` says that this person has been spoken to.
        """
        raise NotImplementedError

    def mine(self) -> tuple[str, ...]:
        """Return the orders whose lock the cashier on duty holds: what a restart goes on with."""
        raise NotImplementedError

    def renew(self) -> PickOutcome:
        """Take each lock again that is about to run out; called by the screen's timer, cheap when none is."""
        raise NotImplementedError

    def leave(self) -> None:
        """Look away: nothing is stored, the locks stay until they run out."""
        raise NotImplementedError

    def choose(self, order_id: str, line_id: str) -> PickOutcome:
        """Take another task of the walk in hand (arrow keys, tap)."""
        raise NotImplementedError

    def scan(self, text: str) -> PickOutcome:
        """Do what a scanned text means while picking; a wrong one is refused and never counted."""
        raise NotImplementedError

    def pick_one(self) -> PickOutcome:
        """Count one piece of the task in hand by key (`+`), where a label cannot be read."""
        raise NotImplementedError

    def put_one_back(self) -> PickOutcome:
        """Take the last pick of the line in hand back (`-`)."""
        raise NotImplementedError

    def weigh(self, weight: Decimal) -> PickOutcome:
        """Take a weight in kilograms (litres, metres) for the line that asked for one, or the task in hand."""
        raise NotImplementedError

    def short(
        self, order_id: str, line_id: str, reason: ShortReason, quantity: Decimal | None = None
    ) -> PickOutcome:
        """Say that what is open of a line (or so much of it) cannot be had."""
        raise NotImplementedError

    def substitutes(self, order_id: str, line_id: str) -> SubstituteOffers | None:
        """Return what could stand in for a line, None when nothing of it is open."""
        raise NotImplementedError

    def substitute(
        self, order_id: str, line_id: str, product_id: str, quantity: Decimal | None = None
    ) -> PickOutcome:
        """Take another product for what is open of a line; refused beyond the customer's wish."""
        raise NotImplementedError

    def ask_customer(
        self, order_id: str, line_id: str, product_id: str, quantity: Decimal | None = None
    ) -> PickOutcome:
        """Ask the customer whether another product will do, and go on elsewhere."""
        raise NotImplementedError

    def later(self, order_id: str, line_id: str) -> PickOutcome:
        """Set a task aside to the end of the walk; nothing is stored."""
        raise NotImplementedError

    def pause(self, hand_to: str = "") -> PickOutcome:
        """Stop picking, for anybody to go on, or for one (a staff id) only."""
        raise NotImplementedError

    def assign_tote(
        self, bag_id: str, order_id: str = "", temperature: Temperature | None = None
    ) -> PickOutcome:
        """Say which bag goods go into from now on: of the task in hand, unless another is named."""
        raise NotImplementedError

    def stage(self, order_id: str, bag_id: str, location: str) -> PickOutcome:
        """Put a bag away at a place of the store (`PickupDesk.places`)."""
        raise NotImplementedError

    def finish(self, order_id: str) -> PickOutcome:
        """End picking once nothing of the order is open."""
        raise NotImplementedError

    def mark_ready(self, order_id: str) -> PickOutcome:
        """Say that the customer may come; finishes picking first where that is still to be done."""
        raise NotImplementedError

    def undo(self, order_id: str, step_id: str, reason: str) -> PickOutcome:
        """Take an earlier step back, with who and why."""
        raise NotImplementedError
