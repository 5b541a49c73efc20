"""What a pickup code is good for here, in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QObject

from pos_app.services.pickup_outcomes import CodeVerdict, FoundByCode


class PickupCodes(QObject):
    """Sentences for codes that open no order of this store."""

    def sentence(self, found: FoundByCode) -> str:
        """Return what to tell the customer, and what to do."""
        sentences = {
            CodeVerdict.FORGED: self.tr("This code was not made by this shop. Nothing was opened."),
            CodeVerdict.OTHER_STORE: self.tr("This order waits at another store: {store}."),
            CodeVerdict.UNKNOWN_KEY: self.tr(
                "This code is newer than what this till knows. Search the order by name or phone."
            ),
            CodeVerdict.UNKNOWN_ORDER: self.tr(
                "The code is genuine, but its order has not reached this till. Try again in a minute."
            ),
            CodeVerdict.UNREADABLE: self.tr(
                "The code was damaged or misread. Scan again, or type its digits."
            ),
            CodeVerdict.WRONG_DIGITS: self.tr("No order here has these digits."),
            CodeVerdict.TOO_MANY_TRIES: self.tr(
                "Too many wrong digits. Wait {seconds} seconds, or scan the code."
            ),
            CodeVerdict.NO_DESK: self.tr("This store takes no online orders."),
        }
        words = sentences.get(found.verdict, self.tr("This order is not here any more."))
        return words.format(store=found.store_id, seconds=found.wait_seconds)
