"""The picking page: scans and keys while an order, or several in one walk, is picked and put away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_fields
from decimal import Decimal

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.services.lookup import Lookup
from pos_app.services.orders import Orders
from pos_app.services.picking import Picking
from pos_app.services.pickup_outcomes import PickCode, PickingView, PickOutcome
from pos_app.services.pickup_papers import PickupPapers
from pos_app.services.staffing import Staffing
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.pickup_answers import AnswerWatch
from pos_app.viewmodels.pickup_picking_builder import PickingBuilder, may_be_ready
from pos_app.viewmodels.pickup_picking_panels import Question
from pos_app.viewmodels.pickup_picking_presenter import order_and_line
from pos_app.viewmodels.pickup_picking_questions import PickingQuestions
from pos_app.viewmodels.pickup_picking_screen import PickingScreen, ScanSlot
from pos_app.viewmodels.pickup_picking_sentences import PERSONAL
from pos_app.viewmodels.sentences import Sentences
from retail.barcode import BAG_PREFIX
from retail.pickup.order import OrderState

TICK_MS = 15_000
"""How often the countdown is shown anew and the lock looked at."""


class PickingViewModel(PickingQuestions):
    """What the picking page shows and may do. `screen` is replaced before each `changed`.

    `left` says where to go (`board`), `queued` that there is something to print, `weight_asked` that a weight
    is wanted of the scale.
    """

    changed = Signal()
    left = Signal(str)
    sounded = Signal(str)
    announced = Signal(str)
    troubled = Signal(str)
    queued = Signal()
    weight_asked = Signal()

    def __init__(
        self,
        picking: Picking,
        orders: Orders,
        papers: PickupPapers,
        lookup: Lookup,
        staffing: Staffing,
        sentences: Sentences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(picking, parent)
        self._orders = orders
        self._papers = papers
        self._builder = PickingBuilder(picking, orders, lookup, staffing, sentences, self)
        self._staffing = staffing
        self._answers = AnswerWatch()
        self._slot = ScanSlot()
        self._wanted: tuple[str, ...] = ()
        self._cancelled: frozenset[str] = frozenset()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.tick)
        self.screen = PickingScreen()

    # ---- coming and going ---------------------------------------------------------------------

    @guarded
    def open(self, order_ids: Sequence[str], *, take_over: bool = False) -> None:
        """Begin (or go on) picking these orders together; someone else's are asked about first."""
        self._wanted = tuple(order_ids)
        self._question = None
        outcome = self._picking.begin(self._wanted, take_over=take_over)
        self._tick.start()
        if outcome.refusal in PERSONAL:
            name = self._staffing.name_of(outcome.detail)
            self._question = Question("take_over", about=outcome.order_id, name=name)
            self.sounded.emit("refuse")
            self._refresh()
            return
        self._tell(outcome)

    @guarded
    def show(self) -> None:
        """Come back to what is being picked here; with nothing in hand, to what this cashier began."""
        if not self._picking.view().orders and (mine := self._picking.mine()):
            self._picking.begin(mine)
        self._tick.start()
        self._refresh()

    @guarded
    def close(self) -> None:
        """Look away: the locks stay until they run out."""
        self._tick.stop()
        self._question = None

    @guarded
    def back(self) -> bool:
        """Esc: close the question; with none open, ask who goes on."""
        question = self._question
        if question is None:
            if not self._picking.view().orders:
                self.left.emit("board")
                return True
            self.open_panel("pause")
            return True
        if question.kind == "take_over":
            self._question = None
            self.left.emit("board")
            return True
        self.panel_cancel()
        return True

    @guarded
    def tick(self) -> None:
        """Renew the lock where it is about to run out, and show the minutes of now."""
        self._picking.renew()
        self._refresh()

    # ---- goods --------------------------------------------------------------------------------

    @guarded
    def scan(self, text: str) -> None:
        """Do what a scan means here; a swap is being chosen: what is scanned is the swap."""
        question = self._question
        if question is not None and question.kind == "substitute":
            self._scan_swap(question, text)
            return
        outcome = self._picking.scan(text)
        if question is not None and question.kind in {"weight", "tote"} and outcome.done:
            self._question = None
        self._tell(outcome)

    @guarded
    def plus(self) -> None:
        """Count one piece by hand."""
        task = self.screen.task
        if task is not None and task.weighed:
            self.open_panel("weight")
        else:
            self._tell(self._picking.pick_one())

    @guarded
    def minus(self) -> None:
        """Take the last piece back."""
        self._tell(self._picking.put_one_back())

    @guarded
    def choose(self, key: str) -> None:
        """Take another line of the walk in hand."""
        outcome = self._picking.choose(*order_and_line(key))
        if not outcome.done and outcome.refusal:
            self._tell(outcome)
            return
        self._question = None
        self._refresh()

    @guarded
    def move(self, step: int) -> None:
        """Take the next or the previous open line in hand."""
        view = self._picking.view()
        if view.task is None or not view.tasks:
            return
        place = next(
            (
                at
                for at, task in enumerate(view.tasks)
                if (task.order_id, task.line_id) == (view.task.order_id, view.task.line_id)
            ),
            0,
        )
        task = view.tasks[max(0, min(len(view.tasks) - 1, place + step))]
        self._picking.choose(task.order_id, task.line_id)
        self._refresh()

    @guarded
    def later(self) -> None:
        """Set the line in hand aside to the end of the walk."""
        task = self._picking.view().task
        if task is not None:
            self._tell(self._picking.later(task.order_id, task.line_id))

    @guarded
    def use_offer(self, product_id: str, *, ask: bool) -> None:
        """Take an offer as the swap, or ask the customer about it."""
        task = self._picking.view().task
        if task is not None:
            self._swap(task.order_id, task.line_id, product_id, ask=ask)

    # ---- bags ---------------------------------------------------------------------------------

    @guarded
    def choose_bag(self, key: str) -> None:
        """Take a bag in hand that is to be put away."""
        self._tell(self._picking.scan(f"{BAG_PREFIX}-{order_and_line(key)[1]}"))

    @guarded
    def put_away(self, place: str) -> None:
        """Put the bag in hand away at a place."""
        view = self._picking.view()
        for order in view.orders:
            if any(bag.bag_id == view.bag_in_hand for bag in order.bags):
                self._tell(self._picking.stage(order.order_id, view.bag_in_hand, place))
                return

    @guarded
    def mark_ready(self) -> None:
        """Say that the customer may come; says what is missing otherwise."""
        view = self._picking.view()
        missing = self._builder.missing(view)
        if missing or not view.orders:
            self._say(missing or self.tr("No order is being picked here."), tone="bad", icon="short")
            return
        outcome = None
        for order in [each for each in view.orders if may_be_ready(each)] or view.orders:
            outcome = self._picking.mark_ready(order.order_id)
            if not outcome.done:
                break
        assert outcome is not None
        self._tell(outcome)
        if outcome.done:
            self.left.emit("board")

    @guarded
    def print_labels(self) -> None:
        """Print a label for each bag that holds something."""
        count = sum(self._papers.print_labels(order) for order in self._picking.view().orders)
        if not count:
            self._say(
                self.tr("Nothing is in a bag yet: there is no label to print."), tone="bad", icon="short"
            )
            return
        self.queued.emit()
        self._say(self.tr("{count} labels print").format(count=count), icon="print")

    @guarded
    def print_list(self) -> None:
        """Print what is still open in this walk."""
        view = self._picking.view()
        if view.orders:
            self._papers.print_pick_list(view)
            self.queued.emit()
            self._say(self.tr("The pick list prints"), icon="print")

    # ---- from outside -------------------------------------------------------------------------

    @guarded
    def refresh(self) -> None:
        """Build the screen again: orders, stock or language changed; an answer that came is said."""
        view = self._picking.view()
        for answer in self._answers.arrived(view.orders):
            self._slot = self._builder.answer_slot(answer)
            self.sounded.emit("accept" if answer.agrees else "refuse")
            self._announce(self._slot)
        self._say_cancelled(view)
        self._refresh()

    # ---- inside -------------------------------------------------------------------------------

    def _say_cancelled(self, view: PickingView) -> None:
        """Say once of each order in hand that it was cancelled: who picks it need not scan to find out."""
        cancelled = frozenset(each.order_id for each in view.orders if each.state is OrderState.CANCELLED)
        for order_id in cancelled - self._cancelled:
            why = PickOutcome(PickCode.STEP_REFUSED, order_id, refusal="order_cancelled")
            self._slot = self._builder.sentences.slot(why)
            self.sounded.emit("refuse")
            self._announce(self._slot)
        self._cancelled = cancelled

    def _tell(self, outcome: PickOutcome) -> None:
        self._slot = self._builder.sentences.slot(outcome)
        if outcome.code is PickCode.NEEDS_WEIGHT:
            self._ask_weight(outcome.order_id, outcome.line_id)
        elif outcome.code is PickCode.NEEDS_TOTE:
            self._ask_tote(outcome.order_id, self._slot.lead)
        self.sounded.emit("accept" if outcome.done or outcome.asks else "refuse")
        self._announce(self._slot)
        self._answers.arrived(self._picking.view().orders)
        self._refresh()

    def _say(self, text: str, *, tone: str = "ok", icon: str = "done") -> None:
        self._slot = self._builder.sentences.say(text, tone=tone, icon=icon)
        self.sounded.emit("refuse" if tone == "bad" else "accept")
        self._announce(self._slot)
        self._refresh()

    def _announce(self, slot: ScanSlot) -> None:
        self.announced.emit(f"{slot.lead} {slot.text}".strip())

    def _view(self) -> PickingView:
        return self._picking.view()

    def _refresh(self) -> None:
        screen = self._builder.screen(self._picking.view(), self._question)
        self.screen = with_fields(screen, slot=self._slot if self._slot.serial else screen.slot)
        self.changed.emit()

    @guarded
    def weight_read(self, kilograms: Decimal) -> None:
        """The scale has settled: fill an open weight question, unless a weight is being typed."""
        self._fill_weight(kilograms)
