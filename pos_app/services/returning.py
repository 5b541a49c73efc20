"""Taking goods back: the sale they are from, what comes back of it, and what is paid for it.

Nothing is stored until a return is completed, so giving it up is forgetting it; the open sale stays as it
is. What came back before is what this journal says, and what the centre says of other tills; a return that
both know counts once. What a terminal took is paid back in cash: this till's terminals cannot pay back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from pos_app.database.journal import Journal
from pos_app.services.approving import Approving
from pos_app.services.clock import Clock
from pos_app.services.outcomes import Asked, Changed, Outcome, Refused
from pos_app.services.paying import WhoSells
from pos_app.services.receipts import Receipts
from pos_app.services.rules import RulesInForce
from retail.checkout import receipt_number
from retail.money import AmountRefused
from retail.quantity import QuantityRefused, SellingUnit
from retail.returns.completion import compose_return
from retail.returns.left import LineLeft, returnable
from retail.returns.policy import ReturnPolicy, ReturnRefused, WantedLine
from retail.returns.priced_return import PricedReturn, price_return
from retail.returns.record import Condition, Return, ReturnReason
from retail.returns.refund import Refund, split_refund
from retail.sale import Sale, SaleLine, TenderKind
from retail.staff import Act, Approval, Permission
from sync.protocol import OtherReceipt

PAID_IN_CASH: Final = (TenderKind.CARD, TenderKind.MOBILE_CODE)
"""What went through a terminal. No terminal of this till pays back, so the customer is asked to take cash."""

RETURNED: Final = "returned"

_SOMEBODY: Final = "somebody"
"""Stands for whoever will allow it, to see what it comes to then; nothing is recorded of it."""


class Known(StrEnum):
    """What is known of what came back at other tills."""

    ASKING = "asking"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"


@dataclass(frozen=True, slots=True)
class FoundReceipt:
    """What the centre has of a receipt: the sale, and what came back of it at any till.

    `others` are the other sales of the same order, by receipt number.
    """

    sale: Sale
    returns: tuple[Return, ...] = ()
    others: tuple[OtherReceipt, ...] = ()

    @property
    def receipts(self) -> tuple[OtherReceipt, ...]:
        """Return all of them, this one first."""
        sale = self.sale
        this = OtherReceipt(
            receipt_number=sale.receipt_number,
            completed_at=sale.completed_at,
            total_minor=sale.total_minor,
        )
        return (this, *self.others)


@dataclass(frozen=True, slots=True)
class LineBack:
    """A line of the sale, what is left of it, and how much of that comes back now."""

    line: SaleLine
    left: LineLeft
    quantity: Decimal = Decimal(0)
    reason: ReturnReason = ReturnReason.CHANGED_MIND
    condition: Condition = Condition.SELLABLE


@dataclass(frozen=True, slots=True)
class ReturnView:
    """An open return. `refused` is why it cannot be paid back as it stands (a code), empty when it can.

    `outside` is the code of what the policy does not allow and somebody may lift. `priced` and `refund` are
    None while nothing is chosen or it is refused.
    """

    sale: Sale
    lines: tuple[LineBack, ...]
    known: Known
    priced: PricedReturn | None = None
    refund: Refund | None = None
    refused: str = ""
    outside: str = ""

    @property
    def cash_minor(self) -> int:
        """Return what leaves the drawer."""
        return self.refund.cash_minor if self.refund is not None else 0

    @property
    def given_minor(self) -> int:
        """Return what the customer is given."""
        return self.refund.given_minor if self.refund is not None else 0

    @property
    def nothing_left(self) -> bool:
        """True when all of the sale has come back before."""
        return not any(each.left.quantity_left for each in self.lines)


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

    # ---- the sale -----------------------------------------------------------------------------

    def open_own(self, number: str) -> bool:
        """Open a sale of this till by its receipt number; false when it made no such sale."""
        sale = self._journal.sale(number)
        if sale is not None:
            self._begin(sale, (), Known.ASKING)
        return sale is not None

    def centre_answered(self, sale: Sale, returns: Sequence[Return]) -> Outcome:
        """Take over what the centre has of a sale: opens it, or says what else came back of the open one."""
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
        """Give the return up; nothing was stored."""
        self._sale, self._elsewhere, self._lines = None, (), {}

    @property
    def sale(self) -> Sale | None:
        """The sale that goods come back from, None when no return is open."""
        return self._sale

    # ---- what comes back ----------------------------------------------------------------------

    def choose(self, line_number: int, quantity: Decimal) -> Outcome:
        """Say how much of a line comes back; more than is left, or a part of a piece, changes nothing."""
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
        """Complete the return, or ask for the approval that it needs; refused, nothing has happened."""
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
        try:
            made = self._journal.complete_return(
                sale.sale_id,
                lambda counter, own: self._compose(sale, counter, own, approved_by),
                lambda done: self._receipts.jobs_for_return(done, print_receipt=print_receipt),
            )
        except (ReturnRefused, AmountRefused, QuantityRefused) as refused:
            return Refused(f"return_{refused.code}")
        self.close()
        return Changed(RETURNED, amount_minor=_given(made), detail=made.receipt_number)

    def _compose(self, sale: Sale, counter: int, own: tuple[Return, ...], approved_by: str) -> Return:
        who = self._who_sells()
        earlier = _each_once(own, self._elsewhere)
        priced = self._priced(sale, earlier, approved_by=approved_by)
        return compose_return(
            priced,
            self._refund(sale, earlier, priced),
            return_id=self._clock.new_id(),
            receipt_number=receipt_number(who.till_number, counter),
            store_id=who.store_id,
            till_id=who.till_id,
            till_number=who.till_number,
            cashier_id=who.cashier_id,
            cashier_name=who.cashier_name,
            completed_at=self._clock.now(),
        )

    def _priced(self, sale: Sale, earlier: Sequence[Return], *, approved_by: str) -> PricedReturn:
        return price_return(
            sale,
            earlier,
            tuple(self._lines.values()),
            self._policy(),
            now=self._clock.now(),
            approved_by=approved_by,
        )

    def _refund(self, sale: Sale, earlier: Sequence[Return], priced: PricedReturn) -> Refund:
        return split_refund(
            sale,
            earlier,
            priced.refund_minor,
            self._policy().refund_order,
            cash_rounding=self._rules.current.cash_rounding,
            in_cash=(*PAID_IN_CASH, *((TenderKind.ONLINE,) if self._policy().cash_for_online else ())),
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
        if found is None or not found.left.quantity_left:
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
