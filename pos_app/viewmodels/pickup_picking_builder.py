"""Puts the picking page together from its parts: record, hand, panel, band."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QObject

from pos_app.services.lookup import Lookup
from pos_app.services.orders import Orders
from pos_app.services.picking import Picking
from pos_app.services.pickup_outcomes import PickingView, SubstituteOffers
from pos_app.services.staffing import Staffing
from pos_app.viewmodels.pickup_answers import Answered
from pos_app.viewmodels.pickup_picking_hand import PickingHand
from pos_app.viewmodels.pickup_picking_panels import MOST_FOUND, PickingPanels, Question
from pos_app.viewmodels.pickup_picking_presenter import PickingPresenter
from pos_app.viewmodels.pickup_picking_screen import PickingScreen, ScanSlot
from pos_app.viewmodels.pickup_picking_sentences import PickingSentences
from pos_app.viewmodels.pickup_refusals import PickupRefusals
from pos_app.viewmodels.pickup_words import PickupWords
from pos_app.viewmodels.sentences import Sentences
from retail.pickup.order import OrderState, PickupLine, PickupOrder
from retail.pickup.parts import bags_with_goods
from retail.pickup.pick_list import PickTask, Progress
from retail.pickup.substitution import Verdict


def may_be_ready(order: PickupOrder) -> bool:
    """Say whether an order can still be made ready: it was not cancelled while it was picked."""
    return order.state in (OrderState.PICKING, OrderState.PICKED)


class PickingBuilder(QObject):
    """Makes a PickingScreen of what is being picked. `sentences` says what scans came to."""

    def __init__(
        self,
        picking: Picking,
        orders: Orders,
        lookup: Lookup,
        staffing: Staffing,
        sentences: Sentences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._picking = picking
        self._orders = orders
        self._lookup = lookup
        self._staffing = staffing
        self.words = PickupWords(sentences, self)
        refusals = PickupRefusals(sentences, self)
        self._rows = PickingPresenter(self.words, now=orders.now, desk=lambda: orders.desk, parent=self)
        self._hand = PickingHand(self.words, self._rows, lookup, desk=lambda: orders.desk, parent=self)
        self.panels = PickingPanels(
            self.words,
            self._hand,
            colleagues=self._colleagues,
            name_of=staffing.name_of,
            offers_of=self.offers_of,
            parent=self,
        )
        self.sentences = PickingSentences(
            self.words,
            refusals,
            now=orders.now,
            number_of=self._number_of,
            name_of=staffing.name_of,
            place_of=lambda code: self.words.staging_place(code, orders.desk),
            parent=self,
        )

    # ---- the screen ---------------------------------------------------------------------------

    def screen(self, view: PickingView, question: Question | None) -> PickingScreen:
        """Return the whole page; the scan slot is the caller's."""
        panel = self.panels.panel(question, view) if question is not None else None
        order = self._order_in_hand(view)
        if order is None:
            empty = self.tr("Choose an order on the board, then scan its first item.")
            return PickingScreen(panel=panel, empty=empty, ready_label=self.tr("Mark ready"))
        count = self._counted(view)
        task, line = view.task, self._line_in_hand(view, order)
        has_task = task is not None and line is not None
        missing = self.missing(view)
        return PickingScreen(
            heading=", ".join(each.number or each.order_id for each in view.orders),
            head=self._rows.head(view, order),
            rows=self._rows.rows(view),
            slot=ScanSlot(text=self.tr("Scan an item, a tote or a bag"), icon="scan"),
            task=self._hand.task(view, order, line, task) if task is not None and line is not None else None,
            wish=self._hand.wish(self._picking.substitutes(task.order_id, task.line_id))
            if task is not None and has_task
            else None,
            staging=self._hand.staging(view),
            panel=panel,
            progress=self.tr("{picked} of {items} items").format(picked=count.picked, items=count.items),
            summary=self._summary(count),
            parts=(count.picked, count.short, count.items),
            ready_label=self.tr("Mark ready"),
            ready_detail=missing,
            can_mark_ready=not missing and any(map(may_be_ready, view.orders)),
            can_print=any(bags_with_goods(each) for each in view.orders),
        )

    def _order_in_hand(self, view: PickingView) -> PickupOrder | None:
        if not view.orders:
            return None
        wanted = view.task.order_id if view.task is not None else view.orders[0].order_id
        return next((each for each in view.orders if each.order_id == wanted), view.orders[0])

    @staticmethod
    def _line_in_hand(view: PickingView, order: PickupOrder) -> PickupLine | None:
        task: PickTask | None = view.task
        if task is None:
            return None
        return next((each for each in order.lines if each.line_id == task.line_id), None)

    # ---- the band -----------------------------------------------------------------------------

    @staticmethod
    def _counted(view: PickingView) -> Progress:
        each = tuple((view.progress or {}).values())
        return Progress(
            items=sum(one.items for one in each),
            picked=sum(one.picked for one in each),
            swapped=sum(one.swapped for one in each),
            short=sum(one.short for one in each),
            to_go=sum(one.to_go for one in each),
        )

    def _summary(self, count: Progress) -> str:
        parts = []
        if count.swapped:
            parts.append(
                self.tr("1 swap")
                if count.swapped == 1
                else self.tr("{count} swaps").format(count=count.swapped)
            )
        if count.short:
            parts.append(self.tr("{count} short").format(count=count.short))
        parts.append(self.tr("{count} to go").format(count=count.to_go))
        return " · ".join(parts)

    def missing(self, view: PickingView) -> str:
        """Return what stands between these orders and ready, in words; empty for nothing."""
        to_go = self._counted(view).to_go
        if to_go:
            return (
                self.tr("1 item to go") if to_go == 1 else self.tr("{count} items to go").format(count=to_go)
            )
        bags = len(view.to_stage)
        if bags:
            return (
                self.tr("1 bag to put away")
                if bags == 1
                else self.tr("{count} bags to put away").format(count=bags)
            )
        return ""

    # ---- swaps --------------------------------------------------------------------------------

    def offers_of(self, order_id: str, line_id: str, text: str) -> SubstituteOffers | None:
        """Return what could stand in for a line: of its shelf, or found by a typed text."""
        near = self._picking.substitutes(order_id, line_id)
        if near is None or not text.strip():
            return near
        found = (
            self._picking.offer(order_id, line_id, each.product.product_id)
            for each in self._lookup.search(text, limit=MOST_FOUND)
        )
        offers = tuple(each for each in found if each is not None)
        return SubstituteOffers(order_id=order_id, line_id=line_id, wish=near.wish, offers=offers)

    def use_of(self, question: Question, product_id: str) -> str:
        """Return what may be done with a product in place of a line: `use`, `ask`, or empty for nothing."""
        offer = self._picking.offer(question.about, question.line_id, product_id)
        if offer is None:
            return ""
        return {Verdict.USE: "use", Verdict.ASK: "ask", Verdict.NO: ""}[offer.verdict]

    def product_of(self, text: str) -> str:
        """Return the product that a scan means, empty for none."""
        found = self._lookup.product_by_scan(text)
        return found.product.product_id if found is not None else ""

    # ---- who and which ------------------------------------------------------------------------

    def answer_slot(self, answer: Answered) -> ScanSlot:
        """Return what a customer's answer is, for the slot."""
        offered, ordered = self.words.text(answer.offered), self.words.text(answer.ordered)
        if answer.agrees:
            return self.sentences.say(
                self.tr("customer agrees: scan {name}").format(name=offered), lead=ordered, icon="substitute"
            )
        return self.sentences.say(
            self.tr("customer does not want {name}").format(name=offered),
            lead=ordered,
            tone="bad",
            icon="refuse",
        )

    def _number_of(self, order_id: str) -> str:
        order = self._orders.order(order_id)
        return order.number or order_id if order is not None else order_id

    def _colleagues(self) -> Iterator[tuple[str, str]]:
        on_duty = self._staffing.on_duty
        for each in self._staffing.everybody():
            if on_duty is None or each.staff_id != on_duty.staff_id:
                yield each.staff_id, each.display_name
