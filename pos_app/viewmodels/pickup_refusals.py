"""Why a step of an order was refused, in a sentence: what happened, what is safe, what to do."""

from __future__ import annotations

from PySide6.QtCore import QObject

from pos_app.viewmodels.sentences import Sentences


class PickupRefusals(QObject):
    """Sentences for the codes of `docs/pickup-order.md`; other codes are the till's own."""

    def __init__(self, sentences: Sentences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sentences = sentences

    def sentence(self, code: str, detail: str = "") -> str:
        """Return the sentence for a code; one that has none here is asked of the till's other sentences."""
        for sentences in (self._of_the_order, self._of_picking, self._of_the_desk, self._of_undoing):
            found = sentences().get(code)
            if found is not None:
                return found.format(detail=detail).replace("  ", " ")
        if "_in_" in code:
            return self.tr("This cannot be done with the order as it stands. Nothing was changed.")
        return self._sentences.refusal(code, detail)

    def _of_the_order(self) -> dict[str, str]:
        return {
            "unknown_order": self.tr("This order is not known here. Nothing was changed."),
            "not_enrolled": self.tr("This till belongs to no store yet. Nothing was changed."),
            "nothing_open": self.tr("No order is open here."),
            "order_cancelled": self.tr("The order was cancelled. Its goods go back to the shelf."),
            "order_expired": self.tr("Nobody came in time: the order has expired. Ask a supervisor."),
            "order_short": self.tr("Nothing of this order could be had. There is nothing to hand over."),
            "already_handed_over": self.tr("The goods were handed over already."),
            "goods_going_back": self.tr("The goods are on their way back to the shelf. Ask a supervisor."),
            "goods_went_back": self.tr("The goods are back on the shelf."),
            "wrong_order": self.tr("This belongs to another order. Nothing was changed."),
            "unknown_line": self.tr("The order has no such line. Nothing was changed."),
            "unknown_bag": self.tr("This bag does not belong to the order. Nothing was changed."),
            "nothing_there": self.tr("There is nothing left that this could be done with."),
            "cannot_be_divided": self.tr("What was weighed or packed as one goes as one."),
            "reason_missing": self.tr("Say why first. Nothing was changed."),
            "bad_step": self.tr("This cannot be done so. Nothing was changed."),
            "bad_quantity": self.tr("This quantity cannot be. Nothing was changed."),
            "bad_price": self.tr("This price cannot be. Nothing was changed."),
        }

    def _of_picking(self) -> dict[str, str]:
        return {
            "wrong_product": self.tr("Another product was ordered. Put it back; it was not counted."),
            "already_complete": self.tr("The order needs no more of it. Put it back; it was not counted."),
            "line_is_short": self.tr("This line was marked short. Take that back first."),
            "too_many": self.tr("That is more than is still wanted. It was not counted."),
            "too_heavy": self.tr("That is heavier than the order allows. Take some off, and weigh again."),
            "wrong_bag": self.tr("Ambient, chilled and frozen goods do not share a bag. Scan another tote."),
            "wrong_temperature": self.tr(
                "This place is not as cold as the bag has to be. Scan another place."
            ),
            "bag_not_staged": self.tr("A bag has no place yet: scan it, then the place."),
            "no_substitute_wanted": self.tr("The customer wants no swap. Mark it short instead."),
            "ask_first": self.tr("The customer wants to be asked before a swap."),
            "too_dear": self.tr("That is dearer than the customer allows. Ask first, or choose another."),
            "not_agreed": self.tr("This is not what the customer agreed to. It was not counted."),
            "same_product": self.tr("That is the product that was ordered: scan it instead."),
            "answer_waiting": self.tr("The customer was asked and has not answered. Go on with the rest."),
            "answer_too_late": self.tr("The answer came too late: the line was decided meanwhile."),
            "offer_waiting": self.tr("The customer is asked about another store already."),
            "lines_open": self.tr("Something is still to be picked."),
            "locked_by_other": self.tr("{detail} is picking this order."),
            "handed_to_other": self.tr("This order was handed to {detail}."),
        }

    def _of_the_desk(self) -> dict[str, str]:
        return {
            "second_handover": self.tr("This was handed over already. Nothing may be given out again."),
            "not_ready": self.tr("The order is not ready yet. Nothing was changed."),
            "age_not_confirmed": self.tr("Check the collector's age first."),
            "proxy_not_allowed": self.tr("This store hands over to the customer only."),
            "proxy_needs_code": self.tr("Someone else needs the pickup code. Ask for it."),
            "not_paid": self.tr("Something is due before the bags change hands."),
            "money_open": self.tr("The money is not settled yet."),
            "goods_to_return": self.tr("Goods are still to be put back."),
            "not_yet": self.tr("The order has not expired."),
            "already_reminded": self.tr("This reminder was sent already."),
            "more_than_authorised": self.tr("That is more than was reserved. No money was moved."),
            "more_than_paid": self.tr("That is more than was paid. No money was moved."),
            "bad_amount": self.tr("This amount cannot be. No money was moved."),
            "payment_already_recorded": self.tr("This payment counts already. Nothing was taken twice."),
        }

    def _of_undoing(self) -> dict[str, str]:
        return {
            "unknown_step": self.tr("The order has no such step."),
            "undone_already": self.tr("This was taken back already."),
            "cannot_be_undone": self.tr("This cannot be taken back."),
            "undo_out_of_order": self.tr("Something later stands on it: take that back first."),
            "picking_is_over": self.tr("Picking is over. Open the order for picking again first."),
        }
