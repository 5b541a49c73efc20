"""The in-place questions of the picking page: opened, typed into, answered, closed. Nothing here is modal."""

from __future__ import annotations

from dataclasses import replace as with_fields
from decimal import Decimal

from PySide6.QtCore import QObject, Signal

from pos_app.services.picking import Picking
from pos_app.services.pickup_outcomes import PickOutcome
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.in_place_questions import InPlaceQuestions, grams
from pos_app.viewmodels.pickup_picking_builder import PickingBuilder
from pos_app.viewmodels.pickup_picking_panels import ANYBODY, Question
from pos_app.viewmodels.pickup_picking_presenter import order_and_line
from retail.pickup.order import PickupLine, ShortReason


class PickingQuestions(InPlaceQuestions):
    """What the picking page asks in its hand pane. `PickingViewModel` is the page that they belong to."""

    left = Signal(str)
    weight_asked = Signal()

    _builder: PickingBuilder

    def __init__(self, picking: Picking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._picking = picking
        self._question: Question | None = None

    # ---- what the page does with them ---------------------------------------------------------

    def _tell(self, outcome: PickOutcome) -> None:
        """Show an outcome; the page itself does it."""

    def open(self, order_ids: tuple[str, ...], *, take_over: bool = False) -> None:
        """Begin picking; the page itself does it."""

    def print_list(self) -> None:
        """Print the pick list; the page itself does it."""

    # ---- opening ------------------------------------------------------------------------------

    @guarded
    def open_panel(self, kind: str) -> None:
        """Open a question in the hand pane, in the place of what was asked before."""
        view = self._picking.view()
        task = view.task
        if kind in {"short", "substitute", "weight", "tote"} and task is None:
            return
        question = Question(kind)
        if task is not None and kind in {"short", "substitute", "weight"}:
            line = self._line(task.order_id, task.line_id)
            name = self._builder.words.text(line.product.name) if line is not None else ""
            question = Question(kind, about=task.order_id, line_id=task.line_id, name=name)
        elif task is not None and kind == "tote":
            question = Question(
                kind, about=task.order_id, name=self._builder.words.temperature(task.temperature)
            )
        self._question = question
        if kind == "weight":
            self.weight_asked.emit()
        self._refresh()

    def _ask_weight(self, order_id: str, line_id: str) -> None:
        line = self._line(order_id, line_id)
        name = self._builder.words.text(line.product.name) if line is not None else ""
        self._question = Question("weight", about=order_id, line_id=line_id, name=name)
        self.weight_asked.emit()

    def _ask_tote(self, order_id: str, name: str) -> None:
        self._question = Question("tote", about=order_id, name=name)

    # ---- answering ----------------------------------------------------------------------------

    @guarded
    def panel_confirm(self) -> None:
        """Answer the open question by what was typed; Enter takes the first of the pause panel's choices."""
        question = self._question
        if question is None:
            return
        if question.kind == "take_over":
            self.open((question.about,) if question.about else (), take_over=True)
        elif question.kind == "weight":
            self._weigh(question)
        elif question.kind == "tote":
            self._assign_tote(question)
        elif question.kind == "pause":
            self.panel_choose(ANYBODY)

    @guarded
    def panel_choose(self, choice: str) -> None:
        """Pick one of the panel's choices, or one of its rows."""
        question = self._question
        if question is None:
            return
        match question.kind:
            case "short":
                self._answered(self._picking.short(question.about, question.line_id, ShortReason(choice)))
            case "pause":
                self._pause("" if choice == ANYBODY else choice)
            case "more":
                self._more(choice)
            case "substitute":
                self._choose_swap(question, choice)
            case "undo":
                order_id, step_id = order_and_line(choice)
                self._question = Question("undo_reason", about=order_id, chosen=step_id)
                self._refresh()
            case "undo_reason":
                reason = dict(self._builder.panels.choices(question)).get(choice, choice)
                self._answered(self._picking.undo(question.about, question.chosen, reason))

    def _answered(self, outcome: PickOutcome) -> None:
        """Close the question when that was done; else it stays open and says why not."""
        if outcome.done or self._question is None:
            self._question = None
            self._tell(outcome)
            return
        self._question = with_fields(self._question, error=self._builder.sentences.slot(outcome).text)
        self.sounded.emit("refuse")
        self._refresh()

    def _more(self, choice: str) -> None:
        self._question = None
        if choice == "print_list":
            self.print_list()
        else:
            self.open_panel(choice)

    def _pause(self, hand_to: str) -> None:
        outcome = self._picking.pause(hand_to)
        self._answered(outcome)
        if outcome.done:
            self.left.emit("board")

    # ---- weights and totes --------------------------------------------------------------------

    def _weigh(self, question: Question) -> None:
        if not question.weight:
            self._question = with_fields(question, error=self.tr("Put the goods on the scale, or type grams"))
            self.sounded.emit("refuse")
            self._refresh()
            return
        self._answered(self._picking.weigh(question.weight))

    def _fill_weight(self, kilograms: Decimal) -> None:
        question = self._question
        if question is not None and question.kind == "weight" and not question.typed:
            self._question = with_fields(question, typed=grams(kilograms), error="")
            self._refresh()

    def _assign_tote(self, question: Question) -> None:
        bag = question.typed.strip()
        if not bag:
            self._question = with_fields(question, error=self.tr("Scan the label of a tote, or type it"))
            self.sounded.emit("refuse")
            self._refresh()
            return
        self._answered(self._picking.assign_tote(bag))

    # ---- swaps --------------------------------------------------------------------------------

    def _choose_swap(self, question: Question, product_id: str) -> None:
        use = self._builder.use_of(question, product_id)
        if not use:
            self._question = with_fields(
                question, error=self.tr("The customer wants no swap: mark it short.")
            )
            self.sounded.emit("refuse")
            self._refresh()
            return
        self._swap(question.about, question.line_id, product_id, ask=use == "ask")

    def _scan_swap(self, question: Question, text: str) -> None:
        product_id = self._builder.product_of(text)
        if product_id:
            self._choose_swap(question, product_id)
        else:
            self._question = with_fields(question, error=self.tr("That code is not in the catalogue."))
            self.sounded.emit("refuse")
            self._refresh()

    def _swap(self, order_id: str, line_id: str, product_id: str, *, ask: bool) -> None:
        take = self._picking.ask_customer if ask else self._picking.substitute
        self._answered(take(order_id, line_id, product_id))

    def _line(self, order_id: str, line_id: str) -> PickupLine | None:
        return next(
            (
                line
                for order in self._picking.view().orders
                if order.order_id == order_id
                for line in order.lines
                if line.line_id == line_id
            ),
            None,
        )
