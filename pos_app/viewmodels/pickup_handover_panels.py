"""The in-place questions of the hand-over page: digits, what is refused, bags that stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from PySide6.QtCore import QObject

from pos_app.services.pickup_outcomes import HandOverView
from pos_app.viewmodels.in_place_questions import InPlaceQuestion
from pos_app.viewmodels.pickup_handover_screen import DeskPanel, SignaturePanel
from pos_app.viewmodels.pickup_picking_screen import ListPanel, ListRow
from pos_app.viewmodels.pickup_words import PickupWords
from pos_app.viewmodels.screens import EntryPanel
from pos_app.viewmodels.sell_presenter import clock_time
from retail.pickup.order import LineState, OrderState, PickupOrder
from retail.pickup.parts import taken_product, units
from retail.pickup.steps import StepKind

MODES: Final[dict[str, str]] = {
    "digits": "number",
    "refuse": "list",
    "refuse_reason": "choice",
    "give_back": "choice",
    "bags": "list",
    "switch": "confirm",
    "not_collected": "choice",
    "cancel_reason": "choice",
    "more": "choice",
    "undo": "list",
    "undo_reason": "choice",
    "sign": "sign",
}
"""Every question that can be asked here, and how it is answered."""

CODE_DIGITS: Final = 6
"""The short form of a pickup code; the same as `sync.pickup_code.DIGITS`, which a test holds."""

UNDONE_HERE: Final = (StepKind.HAND_OVER, StepKind.REFUSE_UNITS)
"""What is taken back at the desk."""


@dataclass(frozen=True, slots=True)
class Question(InPlaceQuestion):
    """A question of the hand-over page; `about` is a line, a step, an order or the text of a code."""

    MODES: ClassVar = MODES

    @property
    def longest(self) -> int:
        """Return how many digits a code has: nothing else is typed here."""
        return CODE_DIGITS

    @property
    def keeps_zeros(self) -> bool:
        """True: codes begin with zeros as well."""
        return True


class HandoverPanels(QObject):
    """Words and rows of the panels."""

    def __init__(
        self, words: PickupWords, *, name_of: Callable[[str], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._name_of = name_of

    def panel(self, question: Question, view: HandOverView | None) -> DeskPanel:
        """Return a question as the screen shows it."""
        if question.kind == "sign":
            return SignaturePanel(
                title=self.tr("The customer signs here"),
                detail=self.tr("With a finger or a pen. It stays with this order."),
                error=question.error,
            )
        if question.mode == "list" and view is not None:
            return self._list(question, view)
        return EntryPanel(
            kind=question.kind,
            title=self._title(question),
            detail=self._detail(question),
            mode=question.mode,
            entry=grouped(question.typed) if question.kind == "digits" else question.typed,
            choices=self.choices(question, view),
            error=question.error,
            confirm_label={
                "digits": self.tr("Open"),
                "switch": self.tr("Open that order"),
            }.get(question.kind, ""),
        )

    def _title(self, question: Question) -> str:
        return {
            "digits": self.tr("The six digits of the pickup code"),
            "refuse_reason": self.tr("Why is it not taken? {name}").format(name=question.name),
            "give_back": self.tr("Why is it given back?"),
            "switch": self.tr("That is the code of {name}").format(name=question.name),
            "not_collected": self.tr("Not collected"),
            "cancel_reason": self.tr("Why is the order called off?"),
            "more": self.tr("More"),
            "undo_reason": self.tr("Why is it taken back?"),
        }[question.kind]

    def _detail(self, question: Question) -> str:
        return {
            "digits": self.tr("The customer reads them out, or shows them in the message"),
            "refuse_reason": self.tr("It stays here, is not charged, and goes back to the shelf."),
            "give_back": self.tr("Then scan each item that is given back, one scan a piece."),
            "switch": self.tr("This order stays as it is. Open the other one?"),
            "not_collected": self.tr("What happens with the order?"),
            "cancel_reason": self.tr(
                "Its goods go back to the shelf, what was paid goes back to the customer."
            ),
        }.get(question.kind, "")

    def choices(self, question: Question, view: HandOverView | None) -> tuple[tuple[str, str], ...]:
        """Return the choices of a question as (id, words)."""
        reasons = (
            ("unwanted", self.tr("Not wanted any more")),
            ("damaged", self.tr("Damaged")),
            ("wrong", self.tr("Not what was ordered")),
            ("age", self.tr("Too young, or no ID")),
        )
        match question.kind:
            case "refuse_reason":
                return reasons
            case "give_back":
                return reasons[:3]
            case "not_collected":
                return self._endings(view.order if view is not None else None)
            case "cancel_reason":
                return (
                    ("customer", self.tr("The customer called it off")),
                    ("no_show", self.tr("Nobody came")),
                    ("mistake", self.tr("Mistake")),
                )
            case "more":
                return (
                    ("bags", self.tr("Leave a bag here this time")),
                    ("digits", self.tr("Type the pickup code")),
                    ("undo", self.tr("Take a step back")),
                )
            case "undo_reason":
                return (
                    ("mistake", self.tr("Mistake")),
                    ("changed", self.tr("Customer changed their mind")),
                )
        return ()

    def _endings(self, order: PickupOrder | None) -> tuple[tuple[str, str], ...]:
        keep = (("keep_1", self.tr("Keep it one more day")), ("keep_3", self.tr("Keep it three more days")))
        if order is not None and order.state in (OrderState.EXPIRED, OrderState.CANCELLED):
            return (("return", self.tr("Put the goods back")),)
        return (*keep, ("cancel", self.tr("Call the order off")))

    # ---- lists --------------------------------------------------------------------------------

    def _list(self, question: Question, view: HandOverView) -> ListPanel:
        rows, title, detail, empty = {
            "refuse": (
                self._refusable(view),
                self.tr("Which item is not taken?"),
                self.tr("It stays here and is not charged."),
                self.tr("Nothing is left that could be refused."),
            ),
            "bags": (
                self._bags(view),
                self.tr("Which bag stays here?"),
                self.tr("The rest is handed over now; this one waits for its customer."),
                self.tr("There is no bag with goods."),
            ),
            "undo": (
                self._steps(view.order),
                self.tr("Take a step back"),
                self.tr("The newest first. Why is asked next, and kept."),
                self.tr("Nothing was done here that could be taken back."),
            ),
        }[question.kind]
        return ListPanel(
            kind=question.kind, title=title, detail=detail, rows=rows, empty=empty, error=question.error
        )

    def _refusable(self, view: HandOverView) -> tuple[ListRow, ...]:
        amounts = {each.line_id: each.charge_minor for each in view.amounts}
        return tuple(
            ListRow(
                key=line.line_id,
                title=self._words.text(
                    taken_product(line, next(p for p in line.divided if p.state is LineState.PICKED)).name
                ),
                detail=self.tr("{age}+, needs an ID").format(age=line.product.minimum_age)
                if line.product.minimum_age
                else self._words.quantity(units(line, LineState.PICKED), line.product.unit),
                amount=self._words.money(amounts[line.line_id]),
            )
            for line in sorted(view.order.lines, key=lambda each: -each.product.minimum_age)
            if units(line, LineState.PICKED)
        )

    def _bags(self, view: HandOverView) -> tuple[ListRow, ...]:
        return tuple(
            ListRow(
                key=bag.bag_id,
                title=bag.bag_id,
                detail=" · ".join(
                    each for each in (self._words.temperature(bag.temperature), bag.location) if each
                ),
                amount=self.tr("stays") if bag.bag_id in view.at_desk.leave else "",
            )
            for bag in view.bags
        )

    def _steps(self, order: PickupOrder) -> tuple[ListRow, ...]:
        sentences = {
            StepKind.HAND_OVER: self.tr("Handed over"),
            StepKind.REFUSE_UNITS: self.tr("Not taken: {about}"),
        }
        names = {line.line_id: self._words.text(line.product.name) for line in order.lines}
        return tuple(
            ListRow(
                key=done.step_id,
                title=sentences[StepKind(done.kind)].format(about=names.get(done.about, done.about)),
                detail=self.tr("{time} by {name}").format(
                    time=clock_time(done.at), name=self._name_of(done.by)
                ),
            )
            for done in reversed(order.history)
            if done.kind in UNDONE_HERE and not done.undone_by
        )


def grouped(digits: str) -> str:
    """Return the digits of a pickup code as people read them: `739 204`."""
    return f"{digits[:3]} {digits[3:]}".strip()
