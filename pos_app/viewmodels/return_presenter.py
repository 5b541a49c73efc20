"""How the return screen shows a sale, what comes back, and what is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from PySide6.QtCore import QObject

from pos_app.services.return_view import FoundReceipt, Known, LineBack, ReturnView
from pos_app.services.returning import BY_TERMINAL
from pos_app.viewmodels.in_place_questions import WEIGHT_DIGITS, InPlaceQuestion
from pos_app.viewmodels.money_text import amount, quantity
from pos_app.viewmodels.return_screen import ReturnScreen
from pos_app.viewmodels.return_texts import ReturnTexts
from pos_app.viewmodels.screens import EntryPanel
from pos_app.viewmodels.sentences import Sentences
from retail.quantity import SellingUnit
from retail.returns.record import Return
from retail.sale import TenderKind

MODES: Final[dict[str, str]] = {
    "": "",
    "number": "text",
    "quantity": "number",
    "reason": "choice",
    "condition": "choice",
    "which": "choice",
}
"""Every question that can be asked here, and how it is answered; `number` is that of a receipt."""

LONGEST_RECEIPT_NUMBER: Final = 40
LONGEST_QUANTITY: Final = 7


@dataclass(frozen=True, slots=True)
class Question(InPlaceQuestion):
    """A question of the return screen; without a kind nothing is asked."""

    MODES: ClassVar = MODES

    kind: str = ""

    @property
    def longest(self) -> int:
        """Return how many digits or letters may be typed."""
        return LONGEST_QUANTITY if self.kind == "quantity" else LONGEST_RECEIPT_NUMBER


def typed_quantity(question: Question, line: LineBack | None) -> Decimal:
    """Return the digits typed as a quantity: pieces, or thousandths of what is weighed."""
    weighed = line is not None and line.line.unit is not SellingUnit.PIECE
    return question.weight if weighed else Decimal(question.number)


class ReturnPresenter(QObject):
    """Builds what the screen shows from the service's values; decides nothing."""

    def __init__(
        self, sentences: Sentences, symbol: Callable[[], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._sentences = sentences
        self._symbol = symbol
        self._texts = ReturnTexts(self)

    def money(self, minor: int) -> str:
        """Return an amount without its currency."""
        return amount(minor, self._sentences.digits)

    def say(self, code: str, detail: str = "") -> str:
        """Return the sentence for a refusal's code."""
        return self._texts.refusal(code) or self._sentences.refusal(code, detail)

    def no_sale(self, asked: str, paid: tuple[str, str] | None, *, asks: bool) -> ReturnScreen:
        """Return the screen without a sale: asking for a number, waiting for the centre, or just paid."""
        note = self.tr("Asking the centre for {number} …").format(number=asked) if asked else ""
        title, refund = paid or ("", "")
        return ReturnScreen(
            title=self.tr("Return"),
            empty=note or self.tr("Scan the receipt or the pickup code, or type its number or the order's."),
            note=title,
            refund=refund,
            symbol=self._symbol() if refund else "",
            actions=() if asks else (("number", self.tr("Next return"), ""),),
        )

    def given(self, made: Return, *, refused: bool) -> str:
        """Return to whom what was paid back went, and that a terminal would not have it."""
        parts = [f"{self._texts.tender(each.kind)} {self.money(each.amount_minor)}" for each in made.tenders]
        listed = self.tr(", ").join(parts)
        return self.tr("The terminal did not pay back: {parts}.").format(parts=listed) if refused else listed

    def of_sale(self, view: ReturnView, selected: int, *, waiting_minor: int = 0) -> ReturnScreen:
        """Return the lines of a sale with what comes back of them and what it comes to.

        `waiting_minor` is what the terminal was asked to pay back and has not answered.
        """
        cells, ids = [], []
        for each in view.lines:
            unit = each.line.unit
            cells.append(
                (
                    each.line.name.in_language(self._sentences.language),
                    quantity(each.left.quantity_left, unit),
                    quantity(each.quantity, unit) if each.quantity else "",
                    self.money(each.left.charged_left_minor),
                )
            )
            ids.append(str(each.line.line_number))
        return ReturnScreen(
            title=self.tr("Return"),
            sale_title=view.sale.receipt_number,
            columns=(self.tr("Sold"), self.tr("Left"), self.tr("Back"), self.tr("Worth")),
            numeric_columns=(1, 2, 3),
            rows=tuple(cells),
            row_ids=tuple(ids),
            selected_id=str(selected),
            preview_title=self.tr("Comes back"),
            preview=self._preview(view),
            note=self.tr("{money} is paid back at the terminal. Wait for its answer.").format(
                money=self.money(waiting_minor)
            )
            if waiting_minor
            else self._note(view),
            refund=self.money(view.given_minor),
            symbol=self._symbol(),
            actions=(("pay_back", self.tr("Ask the terminal"), "Enter"),)
            if waiting_minor
            else (
                ("pay_back", self.tr("Pay back"), "Enter"),
                ("reason", self.tr("Reason"), "F6"),
                ("condition", self.tr("Condition"), "F7"),
                ("all", self.tr("Everything"), "F8"),
            ),
        )

    def _note(self, view: ReturnView) -> str:
        """Return what the cashier has to know before paying back."""
        if view.refused:
            return self.say(view.refused)
        if view.outside:
            return self._texts.outside(view.outside)
        notes = {
            Known.ASKING: self.tr("Asking the centre what came back at other tills …"),
            Known.NOT_ANSWERED: self.tr("The centre does not answer: only this till's returns are known."),
            Known.ANSWERED: self.tr("Paid back at what was really paid."),
        }
        return notes[view.known]

    def _preview(self, view: ReturnView) -> tuple[tuple[str, str], ...]:
        if view.priced is None or view.refund is None:
            return ((self.tr("Nothing yet: scan the goods, or choose a line and type how many."), ""),)
        rows: list[tuple[str, str]] = []
        states = {each.line.line_number: each for each in view.lines}
        for line in view.priced.lines:
            name = line.name.in_language(self._sentences.language)
            rows.append((f"{quantity(line.quantity, line.unit)} × {name}", self.money(line.charged_minor)))
            state = states[line.line_number]
            why = f"{self._texts.reason(state.reason)} · {self._texts.condition(state.condition)}"
            rows.append((why, ""))
        if view.priced.promotion_lost_minor:
            lost = self.money(-view.priced.promotion_lost_minor)
            rows.append((self.tr("Promotion no longer earned"), lost))
        rows.append((self.tr("Tax in it"), self.money(view.priced.tax_minor)))
        if view.refund.cash_rounding_minor:
            rows.append((self.tr("Cash rounding"), self.money(view.refund.cash_rounding_minor)))
        for tender in view.refund.tenders:
            rows.append((self._tender(view, tender.kind, tender.position), self.money(tender.amount_minor)))
        return tuple(rows)

    def _tender(self, view: ReturnView, kind: TenderKind, position: int) -> str:
        paid_by = view.sale.tenders[position - 1].kind if position else kind
        if kind is TenderKind.CASH and paid_by in BY_TERMINAL:
            return self.tr("In cash, for the card")
        if kind is TenderKind.CASH and paid_by is TenderKind.ONLINE:
            return self.tr("In cash, for what was paid online")
        return self._texts.tender(kind)

    def panel(
        self, question: Question, line: LineBack | None, found: FoundReceipt | None = None
    ) -> EntryPanel | None:
        """Return what is asked in the hand pane, None for nothing."""
        if question.kind == "which" and found is not None:
            return self._which(found)
        if question.kind == "number":
            return EntryPanel(
                kind="return_number",
                title=self.tr("Return"),
                detail=self.tr("Scan the receipt or the pickup code, or type its number or the order's."),
                mode="text",
                entry=question.typed,
                error=question.error,
                confirm_label=self.tr("Open"),
            )
        if not question.kind or line is None:
            return None
        name = line.line.name.in_language(self._sentences.language)
        if question.kind == "quantity":
            return self._quantity_panel(question, line, name)
        reasons = question.kind == "reason"
        return EntryPanel(
            kind=f"return_{question.kind}",
            title=(self.tr("Why does it come back?") if reasons else self.tr("In what state is it?")),
            detail=name,
            mode="choice",
            choices=self._texts.reasons() if reasons else self._texts.conditions(),
            selected_choice=line.reason.value if reasons else line.condition.value,
        )

    def _which(self, found: FoundReceipt) -> EntryPanel:
        """Ask which of an order's sales it is: parts were collected, or something was paid at the desk."""
        return EntryPanel(
            kind="return_which",
            title=self.tr("Which part of {number}?").format(number=found.sale.order_number),
            detail=self.tr("This order has more than one receipt."),
            mode="choice",
            choices=tuple(
                (
                    one.receipt_number,
                    self._receipt(one.receipt_number, one.completed_at, one.total_minor, left=one.left),
                )
                for one in found.receipts
            ),
        )

    def _receipt(self, number: str, completed_at: str, total_minor: int, *, left: bool) -> str:
        text = f"{number} · {completed_at[:10]} {completed_at[11:16]} · {self.money(total_minor)}"
        return text if left else self.tr("{receipt} · all returned").format(receipt=text)

    def _quantity_panel(self, question: Question, line: LineBack, name: str) -> EntryPanel:
        unit = line.line.unit
        weighed = unit is not SellingUnit.PIECE
        left = quantity(line.left.quantity_left, unit)
        entry = f"{typed_quantity(question, line):.{WEIGHT_DIGITS}f}" if weighed else question.typed or "0"
        return EntryPanel(
            kind="return_quantity",
            title=self.tr("How many come back?"),
            detail=self.tr("{name}: {left} left").format(name=name, left=left),
            mode="number",
            entry=entry,
            error=question.error,
            confirm_label=self.tr("Apply"),
        )
