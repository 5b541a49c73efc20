"""The in-place questions of the hand-over page: opened, typed into, answered, closed. None is modal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_fields
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Signal

from pos_app.services.handing_over import HandingOver
from pos_app.services.orders import Orders
from pos_app.services.pickup_outcomes import DeskOutcome, NotDone, StepOutcome
from pos_app.services.signatures import SignatureRefused, Signatures, Stroke
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.in_place_questions import InPlaceQuestions
from pos_app.viewmodels.pickup_handover_builder import HandoverBuilder
from pos_app.viewmodels.pickup_handover_panels import Question
from retail.pickup.order import PickupOrder


class HandoverQuestions(InPlaceQuestions):
    """What the hand-over page asks in its hand pane. `HandoverViewModel` is the page that they belong to."""

    left = Signal(str)

    def __init__(
        self,
        handing: HandingOver,
        orders: Orders,
        signatures: Signatures,
        builder: HandoverBuilder,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._handing = handing
        self._orders = orders
        self._signatures = signatures
        self._builder = builder
        self._question: Question | None = None
        self._signature = ""

    # ---- what the page does with them ---------------------------------------------------------

    def _tell(self, outcome: DeskOutcome) -> None:
        """Show an outcome; the page itself does it."""

    def _digits(self, digits: str) -> None:
        """Open or verify by digits; the page itself does it."""

    def scan(self, text: str) -> None:
        """Do what a scan means; the page itself does it."""

    # ---- opening and answering ----------------------------------------------------------------

    @guarded
    def open_panel(self, kind: str) -> None:
        """Open a question in the hand pane, in the place of what was asked before."""
        if kind != "digits" and self._handing.view() is None:
            return
        self._question = Question(kind)
        self._refresh()

    @guarded
    def panel_confirm(self) -> None:
        """Answer the open question by what was typed."""
        question = self._question
        if question is None:
            return
        if question.kind == "digits":
            self._digits(question.typed)
        elif question.kind == "switch":
            self._question = None
            self._handing.close()
            self.scan(question.about)

    # ---- choosing -----------------------------------------------------------------------------

    @guarded
    def panel_choose(self, choice: str) -> None:
        """Pick one of the panel's choices, or one of its rows."""
        question = self._question
        if question is None:
            return
        reason = dict(self._builder.panels.choices(question, self._handing.view())).get(choice, choice)
        match question.kind:
            case "more":
                self.open_panel(choice)
            case "refuse":
                self._question = Question("refuse_reason", about=choice, name=self._name_of(choice))
                self._refresh()
            case "refuse_reason":
                self._answered(self._handing.refuse_line(question.about, reason))
            case "give_back":
                self._answered(self._handing.give_back(reason))
            case "bags":
                self._leave(choice)
            case "undo":
                self._question = Question("undo_reason", about=choice)
                self._refresh()
            case "undo_reason":
                self._answered(self._handing.undo(question.about, reason))
            case "not_collected":
                self._end(choice)
            case "cancel_reason":
                self._ended(self._orders.cancel(self._order_id(), reason))

    def _leave(self, bag_id: str) -> None:
        view = self._handing.view()
        stays = view is not None and bag_id not in view.at_desk.leave
        self._answered(self._handing.leave(bag_id, stays=stays))

    def _answered(self, outcome: DeskOutcome) -> None:
        """Close the question when that was done; else it stays open and says why not."""
        if outcome.done or self._question is None:
            self._question = None
            self._tell(outcome)
            return
        slot = self._builder.sentences.slot(outcome)
        self._question = with_fields(self._question, typed="", error=f"{slot.lead} {slot.text}".strip())
        self.sounded.emit("refuse")
        self._refresh()

    # ---- not collected ------------------------------------------------------------------------

    def _end(self, choice: str) -> None:
        order = self._order()
        if order is None:
            return
        if choice == "cancel":
            self._question = Question("cancel_reason")
            self._refresh()
        elif choice == "return":
            self._ended(self._orders.start_return(order.order_id))
        else:
            days = int(choice.removeprefix("keep_"))
            self._ended(self._orders.extend(order.order_id, later(self._orders.now(), order, days)))

    def _ended(self, outcome: StepOutcome) -> None:
        """Go to the board when that was done; else the question says why not."""
        if isinstance(outcome, NotDone) and self._question is not None:
            sentence = self._builder.refusals.sentence(outcome.code, outcome.detail)
            self._question = with_fields(self._question, error=sentence)
            self.sounded.emit("refuse")
            self._refresh()
            return
        self._question = None
        self._handing.close()
        self.sounded.emit("accept")
        self._refresh()
        self.left.emit("board")

    # ---- signing ------------------------------------------------------------------------------

    @guarded
    def sign(self, strokes: Sequence[Stroke]) -> None:
        """Keep what the customer drew."""
        try:
            self._signature = self._signatures.keep(strokes)
        except SignatureRefused as refused:
            self._question = Question("sign", error=self._builder.signature_refused(refused.code))
            self.sounded.emit("refuse")
        else:
            self._question = None
            self.sounded.emit("accept")
        self._refresh()

    # ---- which --------------------------------------------------------------------------------

    def _order(self) -> PickupOrder | None:
        view = self._handing.view()
        return view.order if view is not None else None

    def _order_id(self) -> str:
        order = self._order()
        return order.order_id if order is not None else ""

    def _name_of(self, line_id: str) -> str:
        order = self._order()
        lines = order.lines if order is not None else ()
        return next(
            (self._builder.words.text(each.product.name) for each in lines if each.line_id == line_id), ""
        )


def later(now: str, order: PickupOrder, days: int) -> str:
    """Return when an order then expires: so many days after now, or after its deadline if that is to come."""
    from_then = max(
        (datetime.fromisoformat(each) for each in (now, order.collect_until) if each),
    )
    return (from_then + timedelta(days=days)).isoformat()
