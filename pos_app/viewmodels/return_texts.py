"""Words of the return screen: reasons, conditions, and why something does not come back."""

from __future__ import annotations

from PySide6.QtCore import QObject

from retail.returns.record import Condition, ReturnReason
from retail.sale import TenderKind

Choices = tuple[tuple[str, str], ...]


class ReturnTexts(QObject):
    """Words for codes of `retail.returns` and of the service."""

    def reason(self, reason: ReturnReason) -> str:
        """Return why something comes back."""
        return dict(self.reasons())[reason.value]

    def reasons(self) -> Choices:
        """Return the reasons that are offered, by the code that is kept."""
        return (
            (ReturnReason.CHANGED_MIND.value, self.tr("Changed mind")),
            (ReturnReason.WRONG_ITEM.value, self.tr("Wrong item")),
            (ReturnReason.FAULTY.value, self.tr("Faulty")),
            (ReturnReason.EXPIRED.value, self.tr("Expired")),
            (ReturnReason.RECALLED.value, self.tr("Recalled")),
            (ReturnReason.MISTAKE.value, self.tr("Rung up wrongly")),
        )

    def conditions(self) -> Choices:
        """Return the states in which goods come back."""
        return (
            (Condition.SELLABLE.value, self.tr("Can be sold again")),
            (Condition.DAMAGED.value, self.tr("Damaged, not for sale")),
            (Condition.NOT_HANDED_BACK.value, self.tr("Not handed back")),
        )

    def condition(self, condition: Condition) -> str:
        """Return in what state something comes back."""
        return dict(self.conditions())[condition.value]

    def tender(self, kind: TenderKind) -> str:
        """Return how something is paid back."""
        names = {
            TenderKind.CASH: self.tr("Paid back in cash"),
            TenderKind.CARD: self.tr("Paid back to the card"),
            TenderKind.MOBILE_CODE: self.tr("Paid back to the mobile code"),
            TenderKind.GIFT_CARD: self.tr("Paid back to the gift card"),
            TenderKind.STORE_CREDIT: self.tr("Paid back as store credit"),
            TenderKind.POINTS: self.tr("Paid back as points"),
            TenderKind.EXCHANGE: self.tr("Taken for other goods"),
            TenderKind.ONLINE: self.tr("Paid back online, by the office"),
        }
        return names[kind]

    def outside(self, code: str) -> str:
        """Return what the policy says against it, which somebody may lift."""
        if code == "final_sale":
            return self.tr("This was sold for good: somebody has to allow it.")
        return self.tr("The time for returns is over: somebody has to allow it.")

    def refusal(self, code: str) -> str:
        """Return the sentence for a refusal's code; empty for one that is not of returns."""
        sentences = {
            "return_nothing_to_return": self.tr("Choose first what comes back: scan it, or type how many."),
            "return_already_returned": self.tr("All of this line has come back before. Nothing was changed."),
            "return_more_than_left": self.tr("More than is left of this line. Nothing was changed."),
            "return_earlier_differ": self.tr(
                "More came back than was sold, perhaps at two tills at once. Tell the office."
            ),
            "return_before_sale": self.tr("This till's clock is before the sale. Correct the clock first."),
            "return_too_late": self.tr("The time in which this may come back is over."),
            "return_final_sale": self.tr("This was sold for good and is not taken back."),
            "return_kind_not_returnable": self.tr(
                "Deposits, deliveries and gift cards are not taken back here."
            ),
            "return_rules_differ": self.tr("The prices of that day cannot be found again. Ask the office."),
            "return_more_than_paid": self.tr("More would be paid back than was paid. Nothing was changed."),
            "return_other_currency": self.tr(
                "This was sold in another currency. Return it where it was sold."
            ),
            "return_not_of_sale": self.tr("This is not on the receipt, or all of it is chosen already."),
            "return_paying_back": self.tr("Money is being paid back for this return. Wait for the terminal."),
            "return_terminal_silent": self.tr(
                "The terminal does not answer. Nothing is paid back twice. Press Enter to ask again."
            ),
            "return_first": self.tr("Finish this return or leave it with Esc first."),
            "offline": self.tr(
                "Not a receipt of this till, and the centre does not answer. Return it where it was sold, "
                "or try again when the network is back."
            ),
            "unknown_receipt": self.tr(
                "No receipt and no order has this number. A till that is offline may still hold it."
            ),
            "return_all_returned": self.tr("All of this has come back before. Nothing is left to pay back."),
            "return_code_unknown_key": self.tr(
                "This code is not one of this company's shops. Ask for the receipt or the order's number."
            ),
            "return_code_forged": self.tr("This code is not genuine. Ask for the order's number."),
            "return_code_unreadable": self.tr("This code cannot be read. Type the order's number."),
            "return_code_unchecked": self.tr(
                "This till cannot check pickup codes: its store takes no online orders. "
                "Type the order's number."
            ),
            "order_not_handed_over": self.tr(
                "Nothing of this order was handed over yet. It is cancelled, or goods are left here, under "
                "Pickup."
            ),
            "order_without_receipt": self.tr(
                "Nothing was paid for this order, or nobody knows for which goods. Ask the office."
            ),
            "many_receipts": self.tr(
                "More than one sale has this number. Return it at the till that sold it."
            ),
        }
        return sentences.get(code, "")
