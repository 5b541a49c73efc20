"""The collection desk: who is there, which bags, what is due, and the handover itself.

Used by the UI thread only. Every verb is one short local transaction, with or without a network.
"""

from __future__ import annotations

from decimal import Decimal

from pos_app.services.pickup_outcomes import DeskOutcome, HandOverView
from retail.barcode import PickupCode
from retail.pickup.steps import Collector


class HandingOver:
    """One order at the desk and its verbs. What was ticked and seen is forgotten when it is closed."""

    def view(self) -> HandOverView | None:
        """Return the order at the desk, None when none is."""
        raise NotImplementedError

    def open(self, order_id: str) -> DeskOutcome:
        """Open an order that was found by searching: who is there is still to be shown."""
        raise NotImplementedError

    def open_by_code(self, code: PickupCode) -> DeskOutcome:
        """Open the order of a pickup code, which also shows who is there.

        With another order at the desk it answers `other_order` and changes nothing; call `close` first.
        """
        raise NotImplementedError

    def type_digits(self, digits: str) -> DeskOutcome:
        """Open or verify by the short code that the customer reads out."""
        raise NotImplementedError

    def close(self) -> DeskOutcome:
        """Put the order aside; a payment begun without tenders is given up, the held sale comes back."""
        raise NotImplementedError

    def scan(self, text: str) -> DeskOutcome:
        """Do what a scanned text means at the desk."""
        raise NotImplementedError

    def identity_seen(self) -> DeskOutcome:
        """Say that a document with the name on the order was seen, where there is no code."""
        raise NotImplementedError

    def age_seen(self) -> DeskOutcome:
        """Say that the collector was seen to have reached the age that the bags need."""
        raise NotImplementedError

    def collector(self, collector: Collector) -> DeskOutcome:
        """Say who stands at the desk: the customer, or someone with the code."""
        raise NotImplementedError

    def tick(self, bag_id: str) -> DeskOutcome:
        """Tick a bag that was brought."""
        raise NotImplementedError

    def untick(self, bag_id: str) -> DeskOutcome:
        """Take a tick back."""
        raise NotImplementedError

    def leave(self, bag_id: str, *, stays: bool = True) -> DeskOutcome:
        """Say that a bag stays here this time (a partial handover), or goes after all."""
        raise NotImplementedError

    def slip_taken(self) -> DeskOutcome:
        """Say that the paper slip was taken off the bags, as is asked while the others cannot be heard."""
        raise NotImplementedError

    def refuse_line(self, line_id: str, reason: str, quantity: Decimal | None = None) -> DeskOutcome:
        """Keep back what the customer does not take, or may not have; it is not charged."""
        raise NotImplementedError

    def give_back(self, reason: str) -> DeskOutcome:
        """From now on a scanned product is given back, one a scan; an empty reason ends it."""
        raise NotImplementedError

    def begin_payment(self) -> DeskOutcome:
        """Put what is due into the Pay screen as a sale of this order; an open sale is held and comes back.

        When the sale is completed its payment is on the order, in the same transaction.
        """
        raise NotImplementedError

    def give_up_payment(self) -> DeskOutcome:
        """Take the order's sale off again, while no money has been taken for it; the held sale comes back."""
        raise NotImplementedError

    def hand_over(self, signature_id: str = "") -> DeskOutcome:
        """Give the ticked bags away; refused with everything that is missing."""
        raise NotImplementedError

    def undo(self, step_id: str, reason: str) -> DeskOutcome:
        """Take an earlier step of the order back, with who and why."""
        raise NotImplementedError
