"""Taking goods back: the sale they are from, what comes back of it, and what is paid for it.

Nothing is stored until a return is completed, so giving it up is forgetting it; the open sale stays as it
is. What came back before is what this journal says, and what the centre says of other tills; a return that
both know counts once. What a terminal took goes back by it (`refunding`), where it has refunds; what it
refuses goes back as the policy says, and otherwise in cash.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from msgspec.structs import replace

from pos_app.database.journal import Journal
from pos_app.devices.ports import TerminalAnswer
from pos_app.services.approving import Approving
from pos_app.services.clock import Clock
from pos_app.services.outcomes import Asked, Changed, Outcome, Refused
from pos_app.services.paying import TerminalRequest, WhoSells
from pos_app.services.receipts import Receipts
from pos_app.services.refunding import OpenRefund, Refunding
from pos_app.services.return_view import Known, LineBack, ReturnView
from pos_app.services.rules import RulesInForce
from retail.checkout import receipt_number
from retail.money import AmountRefused
from retail.quantity import QuantityRefused, SellingUnit
from retail.returns.completion import compose_return
from retail.returns.left import returnable
from retail.returns.policy import ReturnPolicy, ReturnRefused, WantedLine
from retail.returns.priced_return import PricedReturn, price_return
from retail.returns.record import Condition, Return, ReturnReason
from retail.returns.refund import Refund, split_refund
from retail.sale import RefundTender, Sale, TenderKind
from retail.staff import Act, Approval, Permission

BY_TERMINAL: Final = (TenderKind.CARD, TenderKind.MOBILE_CODE)
"""What went through a terminal. Where it cannot go back by one, the customer is asked to take cash."""

RETURNED: Final = "returned"
REFUND_ASKED: Final = "refund_asked"
"""The terminal is to be asked (`Returning.request`); its answer goes on."""

_SOMEBODY: Final = "somebody"
"""Stands for whoever will allow it, to see what it comes to then; nothing is recorded of it."""


class Returning:
    """One return at a time. Used by the UI thread only; the centre is asked elsewhere."""

    def __init__(
        self,
        journal: Journal,
        rules: RulesInForce,
        receipts: Receipts,
        approving: Approving,
        clock: Clock,
        who_sells: Callable[[], WhoSells],
        policy: Callable[[], ReturnPolicy],
    ) -> None:
        self._journal = journal
        self._rules = rules
        self._receipts = receipts
        self._approving = approving
        self._clock = clock
        self._who_sells = who_sells
        self._policy = policy
        self._sale: Sale | None = None
        self._elsewhere: tuple[Return, ...] = ()
        self._known = Known.ASKING
        self._lines: dict[int, WantedLine] = {}
        self._refunding = Refunding(journal, clock)
        self.terminals: frozenset[TenderKind] = frozenset()
        """What a terminal of this till pays back; said by whoever connects terminals."""
        self.request: TerminalRequest | None = None
        self.completed: Return | None = None

    # ---- the sale -----------------------------------------------------------------------------

    def open_own(self, number: str) -> bool:
        """Open a sale of this till by its receipt number; false when it made no such sale."""
        sale = self._journal.sale(number)
        if sale is not None:
            self._begin(sale, (), Known.ASKING)
        return sale is not None

    def centre_answered(self, sale: Sale, returns: Sequence[Return]) -> Outcome:
        """Take over what the centre has of a sale: opens it, or says what else came back of the open one."""
        if self.paying_back:
            return Refused("return_paying_back")
        if sale.currency != self._rules.current.settings.currency:
            return Refused("return_other_currency", sale.receipt_number)
        try:
            returnable(sale, _each_once(self._journal.returns_of(sale.sale_id), returns))
        except ReturnRefused as refused:
            self.close()
            return Refused(f"return_{refused.code}", sale.receipt_number)
        if self._sale is None or self._sale.sale_id != sale.sale_id:
            self._begin(sale, returns, Known.ANSWERED)
        else:
            self._elsewhere, self._known = tuple(returns), Known.ANSWERED
            self._keep_what_is_left()
        return Changed("return_opened", detail=sale.receipt_number)

    def centre_silent(self) -> None:
        """Go on with what this journal says: nobody can be asked what came back at other tills."""
        self._known = Known.NOT_ANSWERED

    def close(self) -> None:
        """Give the return up; nothing was stored. One that is being paid back stays."""
        if self.paying_back:
            return
        self._sale, self._elsewhere, self._lines = None, (), {}

    @property
    def sale(self) -> Sale | None:
        """The sale that goods come back from, None when no return is open."""
        return self._sale

    # ---- paying back by a terminal ------------------------------------------------------------

    @property
    def paying_back(self) -> bool:
        """True while money may be on its way: nothing of the return is changed until it is recorded."""
        return self._refunding.open is not None

    @property
    def waiting_minor(self) -> int:
        """Return what the terminal was asked to pay back and has not answered, 0 for nothing."""
        waiting = self._refunding.waiting()
        return 0 if waiting is None else waiting.amount_minor

    def restore(self) -> Outcome | None:
        """Go on with what was being paid back when the till ended; None when nothing was."""
        self._refunding.restore()
        kept = self._refunding.open
        if kept is None:
            return None
        self._sale, self._elsewhere, self._known = kept.sale, kept.elsewhere, Known.NOT_ANSWERED
        self._lines = {one.line_number: one for one in kept.lines}
        return self._go_on()

    def left_over(self) -> tuple[TerminalRequest, ...]:
        """Return questions about refunds in doubt that belong to no open return."""
        return self._refunding.left_over()

    def refund_answered(self, request: TerminalRequest, answer: TerminalAnswer) -> Outcome | None:
        """Take the terminal's final word and go on; None for a refund of no open return."""
        self._refunding.answered(request, answer)
        return self._go_on() if self._refunding.is_of(request.attempt_id) else None

    def _go_on(self) -> Outcome:
        """Ask for the next refund, or about the one in doubt; with all of them answered record the return."""
        kept = self._refunding.open
        assert kept is not None, "something is being paid back"
        self.request = self._refunding.ask_again()
        if self.request is None:
            priced = self._priced(kept.sale, self._earlier(), approved_by=kept.approved_by)
            approved = self._refunding.approved()
            for tender in self._refund(kept.sale, self._earlier(), priced).tenders:
                if tender.kind in BY_TERMINAL and tender.position not in approved:
                    self.request = self._refunding.ask(tender, kept.sale.currency)
                    break
        if self.request is not None:
            return Changed(REFUND_ASKED, amount_minor=self.request.amount_minor)
        return self._record(kept.return_id, kept.approved_by, print_receipt=kept.print_receipt)

    # ---- what comes back ----------------------------------------------------------------------

    def choose(self, line_number: int, quantity: Decimal) -> Outcome:
        """Say how much of a line comes back; more than is left, or a part of a piece, changes nothing."""
        if self.paying_back:
            return Refused("return_paying_back")
        found = self._line(line_number)
        if found is None:
            return Refused("line_gone")
        if quantity > found.left.quantity_left:
            nothing = not found.left.quantity_left
            return Refused("return_already_returned" if nothing else "return_more_than_left")
        if quantity < 0 or (found.line.unit is SellingUnit.PIECE and quantity % 1):
            return Refused("fraction_of_piece")
        if not quantity:
            self._lines.pop(line_number, None)
        else:
            self._lines[line_number] = WantedLine(
                line_number=line_number,
                quantity=quantity,
                reason=found.reason,
                condition=found.condition,
            )
        return Changed("return_line", name=found.line.name)

    def choose_all(self) -> None:
        """Say that all that is left comes back."""
        for each in self._line_views():
            self.choose(each.line.line_number, each.left.quantity_left)

    def scanned(self, product_id: str) -> int:
        """One more piece of a product comes back; returns its line, 0 when the sale has none left of it.

        What is weighed comes back whole: the label in hand may not be the one of that day.
        """
        for each in self._line_views():
            more = each.left.quantity_left - each.quantity
            if each.line.product_id == product_id and more > 0:
                one = min(Decimal(1), more) if each.line.unit is SellingUnit.PIECE else more
                self.choose(each.line.line_number, each.quantity + one)
                return each.line.line_number
        return 0

    def because(self, line_number: int, reason: ReturnReason) -> None:
        """Say why a line comes back; without a quantity all that is left of it does."""
        self._change(line_number, reason=reason)

    def in_condition(self, line_number: int, condition: Condition) -> None:
        """Say in what state a line comes back."""
        self._change(line_number, condition=condition)

    # ---- what it comes to ---------------------------------------------------------------------

    def view(self) -> ReturnView | None:
        """Return the open return with what would be paid back, None when none is open."""
        if self._sale is None:
            return None
        empty = ReturnView(self._sale, self._line_views(), self._known)
        if not self._lines:
            return empty
        outside = ""
        try:
            priced = self._priced(self._sale, self._earlier(), approved_by="")
        except ReturnRefused as refused:
            if refused.code not in self._policy().approvable:
                return _refused(empty, f"return_{refused.code}")
            outside = refused.code
            try:
                priced = self._priced(self._sale, self._earlier(), approved_by=_SOMEBODY)
            except ReturnRefused as again:
                return _refused(empty, f"return_{again.code}")
        try:
            refund = self._refund(self._sale, self._earlier(), priced)
        except (ReturnRefused, AmountRefused) as refused_refund:
            return _refused(empty, f"return_{refused_refund.code}")
        return ReturnView(self._sale, empty.lines, self._known, priced, refund, "", outside)

    def pay_back(self, *, print_receipt: bool = True) -> Outcome:
        """Complete the return, or ask for the approval that it needs; refused, nothing has happened.

        `REFUND_ASKED` says that a terminal is to be asked first; while it is in doubt it is asked again.
        """
        if self.paying_back:
            return self._go_on()
        view = self.view()
        if view is None or not self._lines:
            return Refused("return_nothing_to_return")
        if view.refused or view.priced is None:
            return Refused(view.refused)

        def look() -> Asked | None:
            now = self.view()
            return None if now is None or now.priced is None else _asked(now, now.priced)

        return self._approving.do_or_ask(look, lambda approval: self._completed(approval, print_receipt))

    def _completed(self, approval: Approval | None, print_receipt: bool) -> Outcome:
        view, sale = self.view(), self._sale
        if view is None or sale is None or view.priced is None:
            return Refused("return_nothing_to_return")
        approved_by = approval.approved_by if approval is not None else ""
        if view.outside and not approved_by:
            approved_by = self._who_sells().cashier_id  # may lift it alone
        return_id = self._clock.new_id()
        if view.refund is None or not any(one.kind in BY_TERMINAL for one in view.refund.tenders):
            return self._record(return_id, approved_by, print_receipt=print_receipt)
        self._refunding.begin(
            OpenRefund(
                return_id=return_id,
                sale=sale,
                elsewhere=self._elsewhere,
                lines=tuple(self._lines.values()),
                approved_by=approved_by,
                begun_at=self._clock.now(),
                print_receipt=print_receipt,
            )
        )
        return self._go_on()

    def _record(self, return_id: str, approved_by: str, *, print_receipt: bool) -> Outcome:
        sale = self._sale
        assert sale is not None, "a sale is open"
        try:
            made = self._journal.complete_return(
                sale.sale_id,
                lambda counter, own: self._compose(sale, counter, own, return_id, approved_by),
                lambda done: self._receipts.jobs_for_return(done, print_receipt=print_receipt),
            )
        except (ReturnRefused, AmountRefused, QuantityRefused) as refused:
            return Refused(f"return_{refused.code}")
        if self.paying_back:
            self._refunding.finish()
        self.close()
        self.completed = made
        return Changed(RETURNED, amount_minor=_given(made), detail=made.receipt_number)

    def _compose(
        self, sale: Sale, counter: int, own: tuple[Return, ...], return_id: str, approved_by: str
    ) -> Return:
        who = self._who_sells()
        earlier = _each_once(own, self._elsewhere)
        priced = self._priced(sale, earlier, approved_by=approved_by)
        refund = self._refund(sale, earlier, priced)
        return compose_return(
            priced,
            replace(refund, tenders=self._as_paid_back(refund.tenders)),
            return_id=return_id,
            receipt_number=receipt_number(who.till_number, counter),
            store_id=who.store_id,
            till_id=who.till_id,
            till_number=who.till_number,
            cashier_id=who.cashier_id,
            cashier_name=who.cashier_name,
            completed_at=self._clock.now(),
        )

    def _as_paid_back(self, tenders: tuple[RefundTender, ...]) -> tuple[RefundTender, ...]:
        """Return tenders with the attempts by which a terminal paid them back."""
        approved = self._refunding.approved()
        return tuple(
            replace(
                one,
                attempt_id=approved[one.position].attempt_id,
                approved_at=approved[one.position].started_at,
            )
            if one.kind in BY_TERMINAL and one.position in approved
            else one
            for one in tenders
        )

    def _instead(self, sale: Sale) -> dict[int, TenderKind]:
        """Return what is given, by position, for what a terminal took and does not pay back."""
        approved, refused = self._refunding.approved(), self._refunding.refused()
        wanted = self._policy().instead_of_terminal
        other = wanted if wanted is TenderKind.STORE_CREDIT else TenderKind.CASH
        found: dict[int, TenderKind] = {}
        for position, tender in enumerate(sale.tenders, start=1):
            if tender.kind not in BY_TERMINAL or position in approved:
                continue
            if position in refused:
                found[position] = other
            elif tender.kind not in self.terminals or not tender.reference:
                found[position] = TenderKind.CASH
        return found

    def _priced(self, sale: Sale, earlier: Sequence[Return], *, approved_by: str) -> PricedReturn:
        return price_return(
            sale,
            earlier,
            tuple(self._lines.values()),
            self._policy(),
            now=self._refunding.open.begun_at if self._refunding.open is not None else self._clock.now(),
            approved_by=approved_by,
        )

    def _refund(self, sale: Sale, earlier: Sequence[Return], priced: PricedReturn) -> Refund:
        return split_refund(
            sale,
            earlier,
            priced.refund_minor,
            self._policy().refund_order,
            cash_rounding=self._rules.current.cash_rounding,
            in_cash=(TenderKind.ONLINE,) if self._policy().cash_for_online else (),
            instead=self._instead(sale),
        )

    # ---- inside -------------------------------------------------------------------------------

    def _begin(self, sale: Sale, returns: Sequence[Return], known: Known) -> None:
        self._sale, self._elsewhere, self._known, self._lines = sale, tuple(returns), known, {}

    def _earlier(self) -> tuple[Return, ...]:
        own = self._journal.returns_of(self._sale.sale_id) if self._sale is not None else ()
        return _each_once(own, self._elsewhere)

    def _line_views(self) -> tuple[LineBack, ...]:
        if self._sale is None:
            return ()
        left = returnable(self._sale, self._earlier())
        return tuple(
            LineBack(line, rest, wanted.quantity, wanted.reason, wanted.condition)
            if (wanted := self._lines.get(line.line_number)) is not None
            else LineBack(line, rest)
            for line, rest in zip(self._sale.lines, left, strict=True)
        )

    def _line(self, line_number: int) -> LineBack | None:
        return next((each for each in self._line_views() if each.line.line_number == line_number), None)

    def _change(
        self, line_number: int, reason: ReturnReason | None = None, condition: Condition | None = None
    ) -> None:
        found = self._line(line_number)
        if self.paying_back or found is None or not found.left.quantity_left:
            return
        self._lines[line_number] = WantedLine(
            line_number=line_number,
            quantity=found.quantity or found.left.quantity_left,
            reason=reason or found.reason,
            condition=condition or found.condition,
        )

    def _keep_what_is_left(self) -> None:
        """Of what was chosen before the centre answered, what has come back elsewhere is no longer there."""
        for each in self._line_views():
            if each.quantity > each.left.quantity_left:
                self.choose(each.line.line_number, each.left.quantity_left)


def _each_once(*returns: Sequence[Return]) -> tuple[Return, ...]:
    """Return each return once, in the order of their time: this till's and the centre's overlap."""
    found = {each.return_id: each for some in returns for each in some}
    return tuple(sorted(found.values(), key=lambda each: (each.completed_at, each.return_id)))


def _refused(view: ReturnView, code: str) -> ReturnView:
    return ReturnView(view.sale, view.lines, view.known, refused=code)


def _asked(view: ReturnView, priced: PricedReturn) -> Asked:
    """Return what somebody may have to allow: a refund of this size, outside the policy where it is."""
    permission = Permission.RETURN_OUTSIDE_POLICY if view.outside else Permission.RETURN
    act = Act(permission=permission, amount_minor=priced.refund_minor, about=priced.sale_receipt_number)
    return Asked(act, after_minor=Decimal(priced.refund_minor), detail=priced.sale_receipt_number)


def _given(returned: Return) -> int:
    return sum(each.amount_minor for each in returned.tenders)
