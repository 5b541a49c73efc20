"""The in-place questions of the Sell screen: what is asked, what was typed, and what it comes to.

One panel is open at a time, in the hand pane; the record stays in sight and scans go on working.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Final, Self

from PySide6.QtCore import QObject

from pos_app.viewmodels.in_place_questions import WEIGHT_DIGITS, InPlaceQuestion
from pos_app.viewmodels.money_text import amount
from pos_app.viewmodels.screens import EntryPanel

MODES: Final[dict[str, str]] = {
    "quantity": "number",
    "weight": "number",
    "price": "amount",
    "open_price": "amount",
    "discount": "amount",
    "sale_discount": "amount",
    "note": "text",
    "sale_note": "text",
    "coupon": "text",
    "member": "text",
    "hold": "text",
    "price_check": "text",
    "age": "confirm",
    "void_sale": "confirm",
    "more": "choice",
    "drawer": "choice",
    "promised": "choice",
}
"""Every question that can be asked, and how it is answered."""


@dataclass(frozen=True, slots=True)
class Question(InPlaceQuestion):
    """A question of the Sell screen; `about` is a line or product id."""

    MODES: ClassVar = MODES

    choice: str = ""
    detail: str = ""
    age: int = 0
    scan_text: str = ""
    quantity: Decimal | None = None
    choices: tuple[tuple[str, str], ...] = ()

    def with_text(self, text: str) -> Self:
        """Return the question with another text typed; what was found for the text before is gone."""
        choices = self.choices if text == self.typed else ()
        # Named in full: a class with slots is made twice, and a bare `super` would mean the first.
        return replace(InPlaceQuestion.with_text(self, text), choices=choices)


class PanelTexts(QObject):
    """Words of the panels."""

    def panel(self, question: Question, digits: int, symbol: str) -> EntryPanel:
        """Return a question as the screen shows it."""
        entry, unit = self._entry(question, digits, symbol)
        return EntryPanel(
            kind=question.kind,
            title=self._title(question),
            detail=question.detail or self._detail(question),
            mode=question.mode,
            entry=entry,
            unit=unit,
            choices=question.choices or self._choices(question),
            selected_choice=question.choice,
            error=question.error,
            confirm_label=self._confirm(question),
        )

    def _entry(self, question: Question, digits: int, symbol: str) -> tuple[str, str]:
        if question.mode == "text":
            return question.typed, ""
        if question.kind == "quantity":
            return question.typed or "0", ""
        if question.kind == "weight":
            return f"{question.weight:.{WEIGHT_DIGITS}f}", "kg"
        if question.mode == "amount" and question.choice == "percent":
            return question.typed or "0", "%"
        if question.mode == "amount":
            return amount(question.number, digits), symbol
        return "", ""

    def _title(self, question: Question) -> str:
        titles = {
            "quantity": self.tr("Quantity"),
            "weight": self.tr("Weight"),
            "price": self.tr("Price"),
            "open_price": self.tr("Open price"),
            "discount": self.tr("Discount"),
            "sale_discount": self.tr("Discount on the sale"),
            "note": self.tr("Note"),
            "sale_note": self.tr("Note on the sale"),
            "coupon": self.tr("Coupon"),
            "member": self.tr("Member"),
            "hold": self.tr("Hold sale"),
            "price_check": self.tr("Price check"),
            "age": self.tr("Check age: {age} or older").format(age=question.age),
            "void_sale": self.tr("Give up this sale?"),
            "more": self.tr("More"),
            "drawer": self.tr("Open drawer"),
        }
        title = titles[question.kind]
        return f"{title} · {question.name}" if question.name else title

    def _detail(self, question: Question) -> str:
        return {
            "weight": self.tr("Put the goods on the scale, or type grams"),
            "discount": self.tr("Choose percent or amount, then type it. 0 takes the discount back."),
            "sale_discount": self.tr("Choose percent or amount, then type it. 0 takes the discount back."),
            "coupon": self.tr("Scan the coupon or type its code"),
            "member": self.tr("Scan the card, or type a name or the end of the phone number"),
            "price_check": self.tr("Scan anything, or type its name or code. Nothing is sold."),
            "age": self.tr("Ask for an ID when in doubt. The item is added after you confirm."),
            "void_sale": self.tr("All lines are taken off and the void is recorded."),
            "drawer": self.tr("The reason is recorded."),
            "hold": self.tr("A name helps to find it again"),
        }.get(question.kind, "")

    def _choices(self, question: Question) -> tuple[tuple[str, str], ...]:
        if question.kind in {"discount", "sale_discount"}:
            return (
                ("percent", self.tr("Percent")),
                ("amount", self.tr("Amount")),
                ("5%", "5 %"),
                ("10%", "10 %"),
                ("20%", "20 %"),
                ("50%", "50 %"),
            )
        if question.kind == "more":
            return (
                ("price_check", self.tr("Price check")),
                ("open_price", self.tr("Open price")),
                ("coupon", self.tr("Coupon")),
                ("returns", self.tr("Return goods")),
                ("sale_note", self.tr("Note on the sale")),
                ("reprint", self.tr("Print last receipt again")),
                ("drawer", self.tr("Open drawer")),
                ("void_sale", self.tr("Give up this sale")),
            )
        return self.drawer_reasons() if question.kind == "drawer" else ()

    def drawer_reasons(self) -> tuple[tuple[str, str], ...]:
        """Return why a drawer is opened without a sale."""
        return (
            ("change", self.tr("Change money")),
            ("check", self.tr("Check the drawer")),
            ("mistake", self.tr("Correct a mistake")),
        )

    def _confirm(self, question: Question) -> str:
        return {
            "age": self.tr("Age is checked"),
            "void_sale": self.tr("Give up sale"),
            "hold": self.tr("Hold"),
            "member": self.tr("Find"),
            "coupon": self.tr("Use coupon"),
            "price_check": self.tr("Look up"),
            "more": "",
            "drawer": "",
        }.get(question.kind, self.tr("Apply"))
