"""The Pay screen: choosing a tender, typing an amount, the terminal, change, and completing the sale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as with_fields

from PySide6.QtCore import QObject, QTimer, Signal

from pos_app.devices.ports import DeviceProblem, TerminalAnswer, TerminalOutcome
from pos_app.services.paying import Paying, PaymentRefused, PayView, TerminalRequest
from pos_app.services.selling import Selling
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.lost_answers import LostAnswers, way_out
from pos_app.viewmodels.pay_presenter import Entry, PayPresenter
from pos_app.viewmodels.screens import PayScreen, TerminalWait
from pos_app.viewmodels.sell_presenter import SellPresenter
from pos_app.viewmodels.sentences import Sentences
from retail.money import AmountRefused
from retail.payment import Settlement
from retail.sale import Sale, TenderKind
from retail.store import StoreSettings

LONGEST_AMOUNT = 9


class PayViewModel(QObject):
    """What the Pay screen shows and may do. `screen` is replaced before each `changed`."""

    changed = Signal()
    sounded = Signal(str)
    back_asked = Signal()
    completed = Signal(object)  # retail.sale.Sale
    terminal_asked = Signal(object)  # TerminalRequest
    troubled = Signal(str)

    def __init__(
        self,
        selling: Selling,
        paying: Paying,
        presenter: SellPresenter,
        sentences: Sentences,
        *,
        settings: Callable[[], StoreSettings],
        is_offline: Callable[[], bool],
        prints_by_default: Callable[[], bool],
        seconds: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._selling = selling
        self._paying = paying
        self._sell_presenter = presenter
        self._presenter = PayPresenter(presenter, lambda: settings().tax_included, self)
        self._sentences = sentences
        self._settings = settings
        self._is_offline = is_offline
        self._prints_by_default = prints_by_default
        self._lost_answers = LostAnswers(seconds, self)
        self._lost_answers.ask_again.connect(self._ask_again)
        self._kind = TenderKind.CASH
        self._typed = 0
        self._prints = True
        self._error = ""
        self._waiting: TerminalRequest | None = None
        self._active = False
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._second_passed)
        self.screen = PayScreen()

    # ---- coming and going ---------------------------------------------------------------------

    @guarded
    def open(self, payment_code: str = "") -> None:
        """Begin to pay for the open sale, armed with a payment code that was scanned before."""
        self._active = True
        self._kind, self._typed, self._error = TenderKind.CASH, 0, ""
        self._prints = self._prints_by_default()
        if payment_code:
            self._kind = TenderKind.MOBILE_CODE
            self._start(payment_code)
        self.refresh()

    def close(self) -> None:
        """The screen is left."""
        self._active = False

    @property
    def waiting(self) -> bool:
        """True while a terminal is at work."""
        return self._waiting is not None

    def back(self) -> None:
        """Return to Sell; what was taken stays on the sale."""
        if self._waiting is not None:
            self._fail("in_doubt")
            return
        self.back_asked.emit()

    # ---- typing -------------------------------------------------------------------------------

    @guarded
    def choose_tender(self, kind: str) -> None:
        """Pay by another kind; the amount typed stays."""
        if self._waiting is not None:
            return
        for button in self.screen.buttons:
            if button.kind == kind and not button.enabled:
                self._show_error(button.why_not)
                return
        self._kind, self._error = TenderKind(kind), ""
        self.refresh()

    @guarded
    def press(self, key: str) -> None:
        """Press a key of the keypad: a digit, `00`, `back` or `clear`; cents enter as typed."""
        if self._waiting is not None:
            return
        if key == "clear":
            self._typed = 0
        elif key == "back":
            self._typed //= 10
        elif key.isdecimal() and key.isascii() and len(f"{self._typed}{key}") <= LONGEST_AMOUNT:
            self._typed = int(f"{self._typed}{key}")
        self._error = ""
        self.refresh()

    @guarded
    def use_amount(self, minor: int) -> None:
        """Use one of the likely amounts."""
        if self._waiting is None:
            self._typed, self._error = minor, ""
            self.refresh()

    @guarded
    def toggle_receipt(self) -> None:
        """Print a receipt for this sale, or not."""
        self._prints = not self._prints
        self.refresh()

    # ---- money --------------------------------------------------------------------------------

    @guarded
    def take(self) -> None:
        """Take what was typed as a tender, without completing the sale."""
        if self._waiting is not None:
            return
        if self._kind is TenderKind.CASH:
            self._take_cash()
        elif self._kind is TenderKind.CARD:
            self._start("")
        else:
            self._show_error(self.tr("Scan the payment code on the customer's phone."))
        self.refresh()

    @guarded
    def complete(self) -> None:
        """Enter: take what was typed when more is due, then complete once nothing is."""
        if self._waiting is not None:
            return
        try:
            stands = self._view().settlement
            if stands.overpaid:
                self._fail("overpaid")
                return
            if not stands.complete:
                self.take()
                if self._error or self._waiting is not None:
                    return
                left = self._view().settlement
                if not left.complete:
                    self._fail("short", self._sell_presenter.money(left.remaining_minor))
                    return
            self._complete()
        except PaymentRefused as refused:
            self._fail(refused.code, self._sell_presenter.money(refused.amount_minor))

    @guarded
    def scan(self, text: str) -> None:
        """A payment code pays what is left; a product before any tender goes back to Sell (see `till`)."""
        if self._waiting is not None:
            self._fail("in_doubt")
            return
        self._kind = TenderKind.MOBILE_CODE
        if self._is_offline():
            self._show_error(self.tr("Mobile codes wait for the network. Take cash or card."))
            return
        self._start(text)
        self.refresh()

    @guarded
    def remove_tender(self, tender_id: str) -> None:
        """Give a tender back: cash at once, an approved card by the terminal."""
        if self._waiting is not None:
            return
        try:
            if tender_id.startswith("cash:"):
                self._paying.remove_cash(int(tender_id.removeprefix("cash:")))
            else:
                self._ask(self._paying.reversal_request(tender_id))
        except PaymentRefused as refused:
            self._fail(refused.code)
        self.refresh()

    @guarded
    def resolve(self, tender_id: str) -> None:
        """Ask the terminal again what became of an attempt in doubt."""
        try:
            self._ask(self._paying.ask_again(tender_id))
        except PaymentRefused as refused:
            self._fail(refused.code)
        self.refresh()

    @guarded
    def cancel_wait(self) -> None:
        """Ask the terminal to stop; its answer decides, not this key."""
        if self._waiting is None:
            return
        try:
            self._ask(self._paying.cancel_request(self._waiting.attempt_id))
        except PaymentRefused as refused:
            self._fail(refused.code)
        self.refresh()

    @guarded
    def resume_unresolved(self) -> None:
        """After a start: ask about every attempt that has no result."""
        for request in self._paying.unresolved():
            self.terminal_asked.emit(request)

    @guarded
    def terminal_answered(self, request: TerminalRequest, answer: TerminalAnswer | DeviceProblem) -> None:
        """Take the terminal's word for a payment, or that it gave none; refunds are the return's own."""
        if request.pays_back:
            return
        ours = self._waiting is not None and self._waiting.attempt_id == request.attempt_id
        if isinstance(answer, DeviceProblem):
            if ours and not self._lost_answers.lost(request):
                self._stop_waiting()
                self._show_error(
                    self.tr(
                        "The terminal does not answer. Nothing is charged twice. Ask again, or hold the sale."
                    )
                )
            self.refresh()
            return
        stop = way_out(request, answer)
        if stop is not None:
            self.terminal_asked.emit(stop)
            return
        self._paying.answered(request, answer)
        if ours:
            self._stop_waiting()
        if ours and request.verb == "cancel" and answer.outcome is TerminalOutcome.APPROVED:
            self._typed = 0
            self._show_error(self.tr("Too late to cancel: this payment was approved and stays on the sale."))
        else:
            self._after_answer(answer, ours=ours)
        self.refresh()

    def _after_answer(self, answer: TerminalAnswer, *, ours: bool) -> None:
        if not (ours or self._active):
            return
        if answer.outcome is TerminalOutcome.APPROVED:
            self._typed, self._error = 0, ""
            self.sounded.emit("accept")
            if self._active and self._view().settlement.complete:
                self._complete()
        elif answer.outcome is TerminalOutcome.DECLINED:
            self._show_error(
                self.tr("Declined: {reason}. Nothing was taken. Try again or pay another way.").format(
                    reason=answer.reason or self.tr("no reason given")
                )
            )
        else:
            self._show_error(self.tr("Cancelled. Nothing was taken."))

    # ---- inside -------------------------------------------------------------------------------

    def _take_cash(self) -> None:
        try:
            self._paying.take_cash(self._typed)
        except PaymentRefused as refused:
            self._fail(refused.code)
            return
        except AmountRefused as refused:
            self._fail(refused.code)
            return
        self._typed, self._error = 0, ""
        self.sounded.emit("accept")

    def _start(self, payment_code: str) -> None:
        try:
            amount = self._typed or self._view().settlement.remaining_minor
            self._ask(self._paying.start_attempt(self._kind, amount, payment_code))
        except PaymentRefused as refused:
            self._fail(refused.code, self._sell_presenter.money(refused.amount_minor))

    def _ask(self, request: TerminalRequest) -> None:
        self._lost_answers.begin()
        self._send(request)

    def _send(self, request: TerminalRequest) -> None:
        self._waiting = request
        self._error = ""
        self._tick.start()
        self.terminal_asked.emit(request)

    @guarded
    def _ask_again(self) -> None:
        waiting = self._waiting
        if waiting is not None:
            # To stop or give back once more changes nothing; what was approved could not be asked about.
            stops = waiting.verb == "cancel"
            self._send(waiting if stops else self._paying.ask_again(waiting.attempt_id))
            self.refresh()

    def _stop_waiting(self) -> None:
        self._lost_answers.end()
        self._waiting = None
        self._tick.stop()

    def _complete(self) -> None:
        sale: Sale = self._paying.complete(print_receipt=self._prints)
        self._typed, self._error, self._active = 0, "", False
        self.sounded.emit("accept")
        self.completed.emit(sale)

    def _fail(self, code: str, detail: str = "") -> None:
        self._show_error(self._sentences.refusal(code, detail))

    def _show_error(self, sentence: str) -> None:
        self._error = sentence
        self.sounded.emit("refuse")
        self.refresh()

    def show_error(self, sentence: str) -> None:
        """Show a sentence from elsewhere without reading anything: reading may be what failed."""
        self._error = sentence
        self.screen = with_fields(self.screen, error=sentence)
        self.changed.emit()

    def _second_passed(self) -> None:
        self.refresh()

    def _view(self) -> PayView:
        return self._paying.view(cash_next=self._kind is TenderKind.CASH)

    def _entry(self, pay: PayView) -> Entry | None:
        if not pay.settlement.remaining_minor or self._waiting is not None:
            return None
        if self._kind is TenderKind.CASH:
            return Entry(self._kind, self._typed, self._paying.preview_cash(self._typed))
        return Entry(self._kind, 0, pay.settlement)

    @guarded
    def refresh(self) -> None:
        """Build the screen again."""
        try:
            self.screen = self._built(self._view())
        except PaymentRefused as refused:
            self._error = self._sentences.refusal(refused.code)
            self.screen = PayScreen(error=self._error, band_title=self.tr("To pay"))
        self.changed.emit()

    def _built(self, pay: PayView) -> PayScreen:
        view, present, money = self._selling.view(), self._presenter, self._sell_presenter.money
        settings = self._settings()
        entry = self._entry(pay)
        settlement: Settlement = entry.settlement if entry else pay.settlement
        change, pieces = present.hand_back(settlement.change_minor, settings)
        typed = self._typed if self._kind is TenderKind.CASH else self._typed or settlement.remaining_minor
        owed = settlement.change_minor or not settlement.remaining_minor
        tax = money(view.priced.tax_minor)
        return PayScreen(
            sale_title=self.tr("Sale {number}").format(number=f"{view.sale_number:04d}"),
            member_label=self._member_label(),
            sums=present.sums(view),
            total_label=self.tr("Total"),
            total_detail=self.tr("includes tax {amount}").format(amount=tax),
            total=money(pay.total_minor),
            tenders=present.tenders(pay, entry, settings.cash_rounding_minor),
            hint=self.tr("Scan a payment code to add it here"),
            buttons=present.buttons(self._kind, offline=self._is_offline()),
            entry_label=self._entry_label(),
            entry_hint=self._entry_hint(),
            entry=money(typed),
            suggestions=present.suggestions(pay.suggestions, self._typed),
            hand_back=change,
            hand_back_detail=pieces,
            band_title=self._band_title(settlement),
            band_detail=present.band_sum(pay, entry),
            band_tone="ok" if settlement.complete else "plain",
            currency_symbol=settings.currency_symbol,
            band_amount=money(settlement.change_minor if owed else settlement.remaining_minor),
            receipt_choice=self.tr("Receipt: print") if self._prints else self.tr("Receipt: none"),
            complete_label=self.tr("Complete sale"),
            can_complete=self._waiting is None and not pay.attempts and not settlement.overpaid,
            wait=self._wait(),
            error=self._error or (self._sentences.refusal("overpaid") if settlement.overpaid else ""),
        )

    def _member_label(self) -> str:
        member = self._selling.open_sale.basket.member
        if member is None:
            return ""
        name, tier = self._sell_presenter.words(member.display_name), self._sentences.tier(member.tier)
        return self.tr("{name}, {tier}").format(name=name, tier=tier)

    def _band_title(self, settlement: Settlement) -> str:
        if settlement.overpaid:
            return self.tr("Paid too much")
        return self.tr("Still to pay") if settlement.remaining_minor else self.tr("Change due")

    def _entry_label(self) -> str:
        return {
            TenderKind.CASH: self.tr("Cash received"),
            TenderKind.CARD: self.tr("Card amount"),
            TenderKind.MOBILE_CODE: self.tr("Mobile code amount"),
        }[self._kind]

    def _entry_hint(self) -> str:
        return {
            TenderKind.CASH: self.tr("Type or tap an amount"),
            TenderKind.CARD: self.tr("Enter asks the terminal"),
            TenderKind.MOBILE_CODE: self.tr("Scan the customer's code"),
        }[self._kind]

    def _wait(self) -> TerminalWait | None:
        request = self._waiting
        if request is None:
            return None
        titles = {
            "charge": self.tr("Customer confirms on the phone")
            if request.tender is TenderKind.MOBILE_CODE
            else self.tr("Customer pays on the terminal"),
            "query": self.tr("Asking the terminal what became of it"),
            "cancel": self.tr("Giving the money back"),
        }
        return TerminalWait(
            title=titles[request.verb],
            detail=self.tr("{tender}, {amount}. Nothing is charged twice.").format(
                tender=self._presenter.tender_name(request.tender),
                amount=self._sell_presenter.money(request.amount_minor),
            ),
            seconds=self._lost_answers.waited_s,
            can_cancel=request.verb == "charge",
        )
