"""Puts the hand-over page together from its parts: record, items, panel, band; and how an order is found."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from pos_app.services.orders import Orders
from pos_app.services.pickup_outcomes import HandOverView
from pos_app.services.staffing import Staffing
from pos_app.viewmodels.pickup_handover_items import HandoverItems
from pos_app.viewmodels.pickup_handover_panels import HandoverPanels, Question
from pos_app.viewmodels.pickup_handover_presenter import HandoverPresenter
from pos_app.viewmodels.pickup_handover_screen import DeskAction, HandoverScreen
from pos_app.viewmodels.pickup_handover_sentences import DeskSentences
from pos_app.viewmodels.pickup_picking_screen import ListPanel, ListRow, ScanSlot
from pos_app.viewmodels.pickup_refusals import PickupRefusals
from pos_app.viewmodels.pickup_words import PickupWords
from pos_app.viewmodels.sentences import Sentences
from retail.pickup.handover import Hindrance
from retail.pickup.order import OrderState, PickupOrder

WAITING = (OrderState.READY, OrderState.PARTLY_HANDED_OVER)
MOST_FOUND = 30


class HandoverBuilder(QObject):
    """Makes a HandoverScreen of what is at the desk. `sentences` says what scans came to."""

    def __init__(
        self,
        orders: Orders,
        staffing: Staffing,
        sentences: Sentences,
        symbol: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._orders = orders
        self._symbol = symbol
        self.words = PickupWords(sentences, self)
        self.refusals = PickupRefusals(sentences, self)
        self._steps = HandoverPresenter(
            self.words,
            now=orders.now,
            desk=lambda: orders.desk,
            who=orders.who,
            name_of=staffing.name_of,
            parent=self,
        )
        self._items = HandoverItems(self.words, self)
        self.panels = HandoverPanels(self.words, name_of=staffing.name_of, parent=self)
        self.sentences = DeskSentences(
            self.words,
            self.refusals,
            now=orders.now,
            order_of=orders.order,
            name_of=staffing.name_of,
            parent=self,
        )

    def screen(
        self,
        view: HandOverView | None,
        question: Question | None,
        *,
        slot: ScanSlot,
        code: str,
        signed: bool,
        typed: str,
    ) -> HandoverScreen:
        """Return the whole page."""
        panel = self.panels.panel(question, view) if question is not None else None
        if view is None:
            return HandoverScreen(
                slot=slot,
                panel=panel,
                entry=self._entry(typed),
                entry_title=self.tr("Scan the pickup code"),
                entry_detail=self.tr("or type its six digits, a name, or the end of the phone number"),
                hand_over=DeskAction(self.tr("Hand over"), self.tr("no order is open")),
                payment=DeskAction(self.tr("Take payment")),
            )
        missing = self.missing(view, signed=signed)
        due = view.due_minor
        return HandoverScreen(
            heading=view.order.number or view.order.order_id,
            head=self._steps.head(view),
            steps=self._steps.steps(view, code=code, signed=signed),
            items=self._items.card(view),
            note_title=self.tr("Customer note") if view.order.note else "",
            note=self.tr("“{note}”").format(note=view.order.note) if view.order.note else "",
            slot=slot,
            panel=panel,
            band_title=self.tr("To pay") if due else self.tr("Nothing to pay"),
            band_detail=self.tr("before the bags change hands") if due else self._paid(view),
            amount=self.words.money(due),
            symbol=self._symbol(),
            hand_over=DeskAction(self.tr("Hand over"), missing, possible=not missing),
            payment=DeskAction(
                self.tr("Take payment"), "" if due else self.tr("nothing is due"), possible=bool(due)
            ),
            giving_back=view.giving_back,
        )

    def _paid(self, view: HandOverView) -> str:
        if view.refund_minor:
            return self.tr("{money} goes back to the customer").format(
                money=self.words.money(view.refund_minor)
            )
        return self.tr("everything is paid")

    def missing(self, view: HandOverView, *, signed: bool) -> str:
        """Return what stands between the bags and their handover, in words; empty for nothing."""
        return self.sentences.missing_words(view.missing, sign=self._sign(signed=signed))

    def missing_but_payment(self, view: HandOverView, *, signed: bool) -> str:
        """Return the same without the payment."""
        others = [each for each in view.missing if each.what is not Hindrance.NOT_PAID]
        return self.sentences.missing_words(others, sign=self._sign(signed=signed))

    def _sign(self, *, signed: bool) -> bool:
        desk = self._orders.desk
        return desk is not None and desk.signature_wanted and not signed

    def signature_refused(self, code: str) -> str:
        """Return why a drawing is no signature."""
        return {
            "empty": self.tr("Nothing was drawn. Sign in the field, then confirm."),
            "too_long": self.tr("The drawing is too long. Clear it and sign again."),
        }[code]

    def number_of(self, order_id: str) -> str:
        """Return what an order is called."""
        order = self._orders.order(order_id)
        return order.number or order_id if order is not None else order_id

    # ---- finding ------------------------------------------------------------------------------

    def _entry(self, typed: str) -> ListPanel:
        text = typed.strip()
        found = self._orders.find(text) if text else self._waiting()
        return ListPanel(
            kind="find",
            title=self.tr("Find an order"),
            detail=self.tr("Without the code, a document with the name is checked."),
            rows=tuple(self._row(order) for order in found[:MOST_FOUND]),
            empty=self.tr("No order here. Enter tries these digits as the pickup code.")
            if text.replace(" ", "").isdecimal()
            else self.tr("No order is waiting to be collected.")
            if not text
            else self.tr("Nothing found. Try the order number, or fewer letters."),
            search_hint=self.tr("Digits, name, or end of the phone number"),
            typed=typed,
        )

    def _waiting(self) -> tuple[PickupOrder, ...]:
        """Return what is ready, customers who are here first."""
        ready = [each for each in self._orders.all() if each.state in WAITING]
        return tuple(sorted(ready, key=lambda each: (not each.here_since, each.here_since or each.ready_by)))

    def _row(self, order: PickupOrder) -> ListRow:
        tail = self.tr("phone ends {digits}").format(digits=order.contact.phone_tail)
        chip = self.words.countdown(order, self._orders.now(), self._orders.desk)
        window = self.words.window(order)
        return ListRow(
            key=order.order_id,
            title=f"{order.number or order.order_id}  {order.contact.name}".strip(),
            detail=" · ".join(each for each in (tail if order.contact.phone_tail else "", window) if each),
            amount=chip.text if chip is not None else "",
        )
