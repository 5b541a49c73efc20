"""The hand-over page: who collects, what is checked, which bags, what is paid, and the handover itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.services.handing_over import HandingOver
from pos_app.services.orders import Orders
from pos_app.services.pickup_outcomes import DeskCode, DeskOutcome, HandOverView
from pos_app.services.pickup_papers import PickupPapers
from pos_app.services.signatures import Signatures
from pos_app.services.staffing import Staffing
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.pickup_handover_builder import HandoverBuilder
from pos_app.viewmodels.pickup_handover_panels import Question, grouped
from pos_app.viewmodels.pickup_handover_questions import HandoverQuestions
from pos_app.viewmodels.pickup_handover_screen import QUIET, HandoverScreen
from pos_app.viewmodels.pickup_picking_screen import ScanSlot
from pos_app.viewmodels.sentences import Sentences
from retail.barcode import PICKUP_PREFIX
from retail.pickup.steps import Collector, Proof, StepKind
from retail.pickup.transitions import ORDER_TRANSITIONS

TICK_MS = 15_000
"""How often the minutes that a customer waits are shown anew."""


class HandoverViewModel(HandoverQuestions):
    """What the hand-over page shows and may do. `screen` is replaced before each `changed`.

    `left` says where to go: `board`, or `pay` once what is due is the open sale. `queued` says that there is
    something to print.
    """

    changed = Signal()
    announced = Signal(str)
    queued = Signal()

    def __init__(
        self,
        handing: HandingOver,
        orders: Orders,
        papers: PickupPapers,
        signatures: Signatures,
        staffing: Staffing,
        sentences: Sentences,
        *,
        symbol: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        builder = HandoverBuilder(orders, staffing, sentences, symbol)
        super().__init__(handing, orders, signatures, builder, parent)
        builder.setParent(self)
        self._papers = papers
        self._slot = QUIET
        self._code = ""
        self._collector = Collector.CUSTOMER
        self._typed = ""
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.refresh)
        self.screen = HandoverScreen()

    # ---- coming and going ---------------------------------------------------------------------

    @guarded
    def show(self) -> None:
        """Come to the page: with the order that is open here, or to find one."""
        self._tick.start()
        self._refresh()

    @guarded
    def open(self, order_id: str) -> None:
        """Open an order that was found on the board or by searching."""
        self._start_anew()
        self._tell(self._handing.open(order_id))

    @guarded
    def open_code(self, text: str) -> None:
        """Open the order of a scanned pickup code; another one at the desk is asked about first."""
        self.scan(text)

    @guarded
    def close(self) -> None:
        """Look away; the order stays open at the desk."""
        self._tick.stop()

    @guarded
    def back(self) -> bool:
        """Esc: close the question; with none open put the order aside and go to the board."""
        if self.panel_cancel():
            return True
        if self._handing.view() is not None:
            outcome = self._handing.close()
            if not outcome.done and outcome.code is not DeskCode.NO_ORDER:
                self._tell(outcome)
                return True
        self._start_anew()
        self._refresh()
        self.left.emit("board")
        return True

    def _start_anew(self) -> None:
        self._question, self._signature, self._code, self._typed = None, "", "", ""
        self._collector, self._slot = Collector.CUSTOMER, QUIET

    # ---- finding ------------------------------------------------------------------------------

    @guarded
    def search(self, text: str) -> None:
        """Find orders by number, name, or the end of a telephone number, as typed."""
        self._typed = text
        self._refresh()

    @guarded
    def find(self, choice: str) -> None:
        """Open an order of the list; digits that were typed are the pickup code."""
        if choice:
            self.open(choice)
        elif self._typed.replace(" ", "").isdecimal():
            self._digits(self._typed)

    def _digits(self, digits: str) -> None:
        outcome = self._handing.type_digits(digits)
        outcome = self._as_seen(outcome)
        if outcome.code is DeskCode.VERIFIED:
            self._code = grouped(digits.replace(" ", ""))
        self._answered(outcome)

    def _as_seen(self, outcome: DeskOutcome) -> DeskOutcome:
        """Say that the code matches where it opened the order: that is what the desk wants to hear."""
        view = self._handing.view()
        by_code = view is not None and view.at_desk.proof is Proof.CODE
        return (
            replace(outcome, code=DeskCode.VERIFIED)
            if outcome.code is DeskCode.OPENED and by_code
            else outcome
        )

    # ---- the desk -----------------------------------------------------------------------------

    @guarded
    def scan(self, text: str) -> None:
        """Do what a scan means at the desk."""
        outcome = self._handing.scan(text)
        outcome = self._as_seen(outcome)
        if outcome.code is DeskCode.VERIFIED:
            self._code = spoken_code(text)
        if outcome.code is DeskCode.OTHER_ORDER:
            self._question = Question("switch", about=text, name=self._builder.number_of(outcome.order_id))
        elif self._question is not None and outcome.done:
            self._question = None
        self._tell(outcome)

    @guarded
    def choose_collector(self, collector: str) -> None:
        """Say who stands at the desk."""
        self._collector = Collector(collector)
        self._tell(self._handing.collector(self._collector))

    @guarded
    def check(self) -> None:
        """F6: what has to be checked next was seen: the document first, then the age."""
        view = self._handing.view()
        if view is None:
            return
        if view.at_desk.proof is None:
            self._tell(self._handing.identity_seen())
        elif view.age > view.at_desk.age_confirmed:
            self._tell(self._handing.age_seen())

    @guarded
    def act(self, action_id: str) -> None:
        """Do what a button of a step stands for."""
        steps: dict[str, Callable[[], object]] = {
            "identity": lambda: self._tell(self._handing.identity_seen()),
            "age": lambda: self._tell(self._handing.age_seen()),
            "slip": lambda: self._tell(self._handing.slip_taken()),
        }
        step = steps.get(action_id)
        if step is not None:
            step()
        else:
            self.open_panel(action_id)

    @guarded
    def tap_bag(self, bag_id: str) -> None:
        """Tick a bag, or take its tick back; one that stays goes after all."""
        view = self._handing.view()
        if view is None:
            return
        if bag_id in view.at_desk.leave:
            self._tell(self._handing.leave(bag_id, stays=False))
        elif bag_id in view.at_desk.ticked:
            self._tell(self._handing.untick(bag_id))
        else:
            self._tell(self._handing.tick(bag_id))

    @guarded
    def give_back(self) -> None:
        """Begin to give items back, or end it."""
        view = self._handing.view()
        if view is not None and view.giving_back:
            self._tell(self._handing.give_back(""))
        else:
            self.open_panel("give_back")

    @guarded
    def print_slip(self) -> None:
        """Print the slip of this order."""
        view = self._handing.view()
        if view is not None:
            self._papers.print_slip(view.order, view.at_desk.collector)
            self.queued.emit()
            self._say(self.tr("The slip prints"), icon="print")

    @guarded
    def take_payment(self) -> None:
        """Put what is due into Pay; the page comes back when it is paid."""
        view = self._handing.view()
        if view is not None and view.online_minor:
            first = self._builder.missing_but_payment(view, signed=bool(self._signature))
            if first:
                self._say(
                    self.tr("Paying hands these bags over, so first: {what}.").format(what=first),
                    tone="bad",
                    icon="short",
                )
                return
        outcome = self._handing.begin_payment(signature_id=self._signature)
        self._tell(outcome)
        if outcome.code is DeskCode.PAYMENT_BEGUN:
            self._slot = QUIET  # what was due is not true any more when the page comes back
            self.left.emit("pay")

    def paid(self) -> str:
        """The order was paid: when its last bags went with it, it is put aside; says so, empty otherwise."""
        view = self._handing.view()
        if view is None or StepKind.HAND_OVER in ORDER_TRANSITIONS[view.order.state]:
            return ""
        gone = self._builder.sentences.slot(DeskOutcome(DeskCode.HANDED_OVER, view.order.order_id))
        self._handing.close()
        self._start_anew()
        self._refresh()
        return f"{gone.lead} {gone.text}"

    @guarded
    def hand_over(self) -> None:
        """Give the ticked bags away, or say what is missing."""
        view = self._handing.view()
        if view is None:
            return
        missing = self._builder.missing(view, signed=bool(self._signature))
        if missing:
            self._say(self.tr("Not handed over: {what}.").format(what=missing), tone="bad", icon="short")
            return
        outcome = self._handing.hand_over(self._signature)
        self._tell(outcome)
        if outcome.code in (DeskCode.HANDED_OVER, DeskCode.PARTLY_HANDED_OVER):
            self._signature = ""
        if outcome.code is DeskCode.HANDED_OVER:
            self._handing.close()
            self._question, self._code, self._typed = None, "", ""
            self._refresh()

    # ---- from outside -------------------------------------------------------------------------

    @guarded
    def refresh(self) -> None:
        """Build the screen again: orders or language changed, or it was paid."""
        self._refresh()

    # ---- inside -------------------------------------------------------------------------------

    def _tell(self, outcome: DeskOutcome) -> None:
        self._slot = self._builder.sentences.slot(outcome)
        is_fine = outcome.done or outcome.code is DeskCode.OTHER_ORDER
        self.sounded.emit("accept" if is_fine else "refuse")
        self._announce(self._slot)
        self._refresh()

    def _say(self, text: str, *, tone: str = "ok", icon: str = "done") -> None:
        self._slot = self._builder.sentences.say(text, tone=tone, icon=icon)
        self.sounded.emit("refuse" if tone == "bad" else "accept")
        self._announce(self._slot)
        self._refresh()

    def _announce(self, slot: ScanSlot) -> None:
        self.announced.emit(f"{slot.lead} {slot.text}".strip())

    def _view(self) -> HandOverView | None:
        return self._handing.view()

    def _refresh(self) -> None:
        self.screen = self._builder.screen(
            self._handing.view(),
            self._question,
            slot=self._slot,
            code=self._code,
            signed=bool(self._signature),
            typed=self._typed,
        )
        self.changed.emit()


def spoken_code(text: str) -> str:
    """Return a scanned code as the first step names it: the digits, nothing of a signed code."""
    plain = text.strip().upper().removeprefix(PICKUP_PREFIX).replace(" ", "").replace("-", "")
    return grouped(plain) if plain.isdecimal() else ""
