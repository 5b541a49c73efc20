"""The return screen: a sale by its receipt, what comes back of it, and paying it back. Nothing is modal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import QObject, Signal

from pos_app.devices.ports import DeviceProblem, TerminalAnswer, TerminalOutcome
from pos_app.services.lookup import Lookup
from pos_app.services.outcomes import Changed, NeedsApproval, Outcome, Refused
from pos_app.services.paying import TerminalRequest
from pos_app.services.receipt_names import ReceiptNames
from pos_app.services.return_view import FoundReceipt, LineBack
from pos_app.services.returning import RETURNED, Returning
from pos_app.viewmodels.approvals import ApprovalDesk
from pos_app.viewmodels.guard import guarded
from pos_app.viewmodels.lost_answers import LostAnswers, way_out
from pos_app.viewmodels.return_presenter import Question, ReturnPresenter, typed_quantity
from pos_app.viewmodels.return_screen import ReturnScreen
from pos_app.viewmodels.screens import Feedback
from pos_app.viewmodels.sentences import Sentences
from retail.returns.record import Condition, ReturnReason
from retail.staff import StaffMember


class ReturnViewModel(QObject):
    """One return on the screen. `receipt_asked` is for whoever asks the centre, on a thread of its own."""

    changed = Signal()
    sounded = Signal(str)
    announced = Signal(str)
    troubled = Signal(str)
    receipt_asked = Signal(str)
    terminal_asked = Signal(object)  # TerminalRequest
    recorded = Signal()
    entry_asked = Signal()
    back_asked = Signal()

    def __init__(
        self,
        returning: Returning,
        names: ReceiptNames,
        lookup: Lookup,
        approvals: ApprovalDesk,
        sentences: Sentences,
        *,
        symbol: Callable[[], str],
        seconds: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._lost_answers = LostAnswers(seconds, self)
        self._lost_answers.ask_again.connect(self._ask_again)
        self._refused_by_terminal = False
        self._returning = returning
        self._names = names
        self._lookup = lookup
        self._approvals = approvals
        self._sentences = sentences
        self._shows = ReturnPresenter(sentences, symbol, self)
        self._question: Question | None = None
        self._feedback: Feedback | None = None
        self._asked = ""
        self._found: FoundReceipt | None = None
        self._selected = 0
        self._paid: tuple[str, str] | None = None
        self.screen = ReturnScreen(title="")
        approvals.changed.connect(self.refresh)
        approvals.sounded.connect(self.sounded)
        approvals.troubled.connect(self.troubled)
        approvals.done.connect(self._approved)

    # ---- the sale -----------------------------------------------------------------------------

    @guarded
    def ask(self) -> None:
        """Ask for the number of a receipt."""
        self._paid = None
        self._question = Question("number") if self._returning.sale is None else None
        self.entry_asked.emit()
        self._refresh()

    @guarded
    def open(self, text: str) -> None:
        """Open the sale of a receipt, or of an order by its number or code.

        This till's own is opened at once, any other when the centre answers.
        """
        if self._returning.sale is not None and self.has_choice:
            self._refuse("return_first")
            return
        name = self._names.name_of(text)
        self._question, self._paid, self._feedback, self._selected, self._found = None, None, None, 0, None
        if isinstance(name, Refused):
            self._returning.close()
            self._asked = ""
            self._question = Question("number", error=self._shows.say(name.code))
            self.entry_asked.emit()
            self.sounded.emit("refuse")
            self._refresh()
            return
        self._asked = name
        own = self._returning.open_own(self._asked)
        if not own:
            self._returning.close()
        self._select_first()
        self.entry_asked.emit()
        self.receipt_asked.emit(self._asked)
        self.sounded.emit("accept")
        self._refresh()
        self._say_when_nothing_is_left()

    @guarded
    def receipt_answered(self, number: str, answer: object) -> None:
        """Take over what the centre said of the receipt that was asked for last."""
        if number != self._asked:
            return
        self._asked = ""
        own = self._returning.sale
        if isinstance(answer, FoundReceipt):
            if own is not None and own.sale_id != answer.sale.sale_id:
                self._returning.centre_silent()  # a sale of the same number elsewhere: ours is not there yet
            elif own is None and answer.others:
                self._found, self._question = answer, Question("which")
            else:
                self._take_over(answer)
        elif own is not None and answer == "unknown_receipt":
            self._returning.centre_answered(own, ())  # not there yet, so no other till can have had it
        elif own is not None:
            self._returning.centre_silent()
        else:
            self._question = Question("number", typed=number, error=self._shows.say(str(answer)))
            self.sounded.emit("refuse")
        self._refresh()

    def _take_over(self, found: FoundReceipt) -> None:
        self._tell(self._returning.centre_answered(found.sale, found.returns))
        self._select_first()
        self._say_when_nothing_is_left()

    def _say_when_nothing_is_left(self) -> None:
        view = self._returning.view()
        if view is not None and view.nothing_left:
            self._refuse("return_all_returned", view.sale.receipt_number)

    @property
    def has_choice(self) -> bool:
        """True when something was chosen to come back."""
        view = self._returning.view()
        return view is not None and any(each.quantity for each in view.lines)

    # ---- what comes back ----------------------------------------------------------------------

    @guarded
    def scan(self, text: str) -> None:
        """Goods that are scanned come back, one piece a scan."""
        if self._approvals.waits:
            self._refuse("approval_first")
            return
        found = self._lookup.product_by_scan(text)
        line = self._returning.scanned(found.product.product_id) if found is not None else 0
        if line:
            self._selected, self._question, self._feedback = line, None, None
            self.sounded.emit("accept")
            self._refresh()
        else:
            self._refuse("return_not_of_sale")

    @guarded
    def select(self, row_id: str) -> None:
        """Go to a line."""
        self._selected = int(row_id)
        self._refresh()

    @guarded
    def change(self, by: int) -> None:
        """One more or one less of the chosen line."""
        line = self._line()
        if line is not None:
            wanted = max(line.quantity + by, Decimal(0))
            self._tell(self._returning.choose(self._selected, wanted))

    @guarded
    def act(self, action_id: str) -> None:
        """Do what one of the band's buttons says."""
        if action_id == "pay_back":
            self.confirm()
        elif action_id == "all":
            self._returning.choose_all()
            self.sounded.emit("accept")
            self._refresh()
        elif action_id == "number":
            self._question = Question("number")
            self._refresh()
        elif self._line() is not None:
            self._question = Question(action_id)
            self._refresh()

    # ---- questions ----------------------------------------------------------------------------

    @guarded
    def key(self, key: str) -> None:
        """Press a key of the keypad; a digit with nothing asked begins a quantity."""
        if self._approvals.waits:
            self._approvals.press(key)
            return
        if self._question is None and key.isdigit() and self._line() is not None:
            self._question = Question("quantity")
        if self._question is None or self._question.kind != "quantity":
            self._choose_by_number(key)
            return
        self._question = self._question.with_key(key)
        self._refresh()

    def _choose_by_number(self, key: str) -> None:
        """A digit takes the choice of that place."""
        choices = self.screen.panel.choices if self.screen.panel is not None else ()
        if key.isdigit() and 0 < int(key) <= len(choices):
            self.choose(choices[int(key) - 1][0])

    @guarded
    def type_text(self, text: str) -> None:
        """Replace what was typed for a receipt's number."""
        if self._question is not None and self._question.kind == "number":
            self._question = self._question.with_text(text)
            self._refresh()

    @guarded
    def choose(self, choice_id: str) -> None:
        """Choose a reason or a condition, or why somebody allows it."""
        if self._approvals.waits:
            self._approvals.choose_reason(choice_id)
        elif self._question is not None:
            if self._question.kind == "which":
                self._open_one_of(choice_id)
                return
            if self._question.kind == "reason":
                self._returning.because(self._selected, ReturnReason(choice_id))
            else:
                self._returning.in_condition(self._selected, Condition(choice_id))
            self._question = None
            self._refresh()

    def _open_one_of(self, receipt_number: str) -> None:
        """Open one of an order's sales: the one that came with the answer, or another of which is asked."""
        found = self._found
        if found is None or found.sale.receipt_number != receipt_number:
            self.open(receipt_number)
            return
        self._question, self._found = None, None
        self._take_over(found)
        self._refresh()

    @guarded
    def confirm(self) -> None:
        """Answer what is asked; with nothing asked, pay back."""
        if self._approvals.waits:
            self._approvals.confirm()
        elif self._question is None:
            if self._returning.sale is not None:
                self._tell(self._returning.pay_back())
        elif self._question.kind == "number":
            if self._question.typed.strip():
                self.open(self._question.typed)
        elif self._question.kind == "quantity":
            self._tell(self._returning.choose(self._selected, typed_quantity(self._question, self._line())))

    @guarded
    def step_back(self) -> bool:
        """Close what is asked; False when nothing was, then the return is left."""
        if self._approvals.close() or (self._question is not None and self._returning.sale is not None):
            self._question = None
            self._refresh()
            return True
        self._leave()
        self.back_asked.emit()
        return True

    @property
    def approval_waits(self) -> bool:
        """True while somebody has to allow it."""
        return self._approvals.waits

    @guarded
    def badge(self, staff: StaffMember | None) -> None:
        """A badge allows what waits."""
        if staff is None:
            self._approvals.badge_unknown()
        else:
            self._approvals.allow(staff)

    def leave(self) -> None:
        """Another screen is up: what was chosen stays, what is asked does not."""
        self._approvals.close()
        self._question = None

    def show_notice(self, feedback: Feedback) -> None:
        """Show a message without reading anything: for when reading is what failed."""
        self._feedback = feedback
        self.screen = replace(self.screen, feedback=feedback)
        self.announced.emit(feedback.text)
        self.changed.emit()

    @guarded
    def refresh(self) -> None:
        """Build the screen again."""
        self._refresh()

    # ---- the terminal -------------------------------------------------------------------------

    @guarded
    def resume(self) -> None:
        """After a start: go on with what was being paid back, and ask about every refund in doubt."""
        outcome = self._returning.restore()
        if outcome is not None:
            self._select_first()
            self._tell(outcome)
        for request in self._returning.left_over():
            self.terminal_asked.emit(request)

    @guarded
    def terminal_answered(self, request: TerminalRequest, answer: TerminalAnswer | DeviceProblem) -> None:
        """Take the terminal's word for a refund; where it gave none it is asked about, never repeated."""
        if not request.pays_back:
            return
        if isinstance(answer, DeviceProblem):
            if not self._lost_answers.lost(request):
                self._refuse("return_terminal_silent")
            return
        stop = way_out(request, answer)
        if stop is not None:
            self.terminal_asked.emit(stop)
            return
        refused = answer.outcome is not TerminalOutcome.APPROVED
        self._refused_by_terminal = self._refused_by_terminal or refused
        self._lost_answers.end()
        outcome = self._returning.refund_answered(request, answer)
        if outcome is not None:
            self._tell(outcome)

    @guarded
    def _ask_again(self) -> None:
        if self._returning.paying_back:
            self._tell(self._returning.pay_back())  # a question about what is in doubt

    def _ask_terminal(self) -> None:
        if not self._lost_answers.waits:
            self._lost_answers.begin()
        self._question, self._feedback = None, None
        self._refresh()
        self.terminal_asked.emit(self._returning.request)

    # ---- inside -------------------------------------------------------------------------------

    def _leave(self) -> None:
        self._returning.close()
        self._question, self._feedback, self._paid, self._asked = None, None, None, ""

    @guarded
    def _approved(self, outcome: Outcome) -> None:
        self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        match outcome:
            case NeedsApproval():
                self._question = None
                self._approvals.open()
            case Refused(code=code, detail=detail) if self._question is not None:
                self._question = replace(self._question, error=self._shows.say(code, detail))
                self.sounded.emit("refuse")
            case Refused(code=code, detail=detail):
                self._refuse(code, detail)
                return
            case Changed(what="refund_asked"):
                self._ask_terminal()
                return
            case Changed(what="returned"):
                self._show_paid(outcome)
            case _:
                self._question, self._feedback = None, None
                self.sounded.emit("accept")
        self._refresh()

    def _show_paid(self, paid: Changed) -> None:
        assert paid.what == RETURNED
        words = self.tr("Receipt {number}. The return is recorded.").format(number=paid.detail)
        self._paid = (words, self._shows.money(paid.amount_minor))
        self._question, self._feedback = None, None
        self.sounded.emit("accept")
        self.announced.emit(words)
        self._say_to_whom()
        self.recorded.emit()

    def _say_to_whom(self) -> None:
        """Say how much went where, when it is not all one, or not where it was to go."""
        made, refused = self._returning.completed, self._refused_by_terminal
        self._refused_by_terminal = False
        if made is None or not (refused or len(made.tenders) > 1):
            return
        text = self._shows.given(made, refused=refused)
        tone, icon = ("bad", "short") if refused else ("ok", "done")
        self._feedback = self._sentences.say(text, tone=tone, icon=icon)
        self.announced.emit(text)

    def _refuse(self, code: str, detail: str = "") -> None:
        self._feedback = self._sentences.say(self._shows.say(code, detail), tone="bad", icon="short")
        self.sounded.emit("refuse")
        self.announced.emit(self._feedback.text)
        self._refresh()

    def _select_first(self) -> None:
        view = self._returning.view()
        if view is not None and self._line() is None:
            self._selected = view.lines[0].line.line_number if view.lines else 0

    def _line(self) -> LineBack | None:
        view = self._returning.view()
        lines = view.lines if view is not None else ()
        return next((each for each in lines if each.line.line_number == self._selected), None)

    # ---- showing ------------------------------------------------------------------------------

    def _refresh(self) -> None:
        view = self._returning.view()
        asked = self._question or Question()
        panel = (
            self._approvals.panel()
            if self._approvals.waits
            else self._shows.panel(asked, self._line(), self._found)
        )
        if view is None:
            screen = self._shows.no_sale(self._asked, self._paid, asks=panel is not None)
        else:
            waiting = self._returning.waiting_minor
            screen = self._shows.of_sale(view, self._selected, waiting_minor=waiting)
        self.screen = replace(screen, panel=panel, feedback=self._feedback)
        self.changed.emit()
