"""Finding online orders at the till, and the verbs on one order that belong to no longer task.

Used by the UI thread only. Every verb is one short local transaction, with or without a network.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from pos_app.database.identity import NotEnrolled
from pos_app.database.journal import Journal
from pos_app.database.pickup import PickupRows
from pos_app.services.clock import Clock
from pos_app.services.order_book import OrderBook
from pos_app.services.order_book import StepHeader as StepHeader
from pos_app.services.pickup_outcomes import CodeVerdict, FoundByCode, NotDone, StepDone, StepOutcome
from pos_app.services.pins import PinTries
from retail.barcode import PICKUP_PREFIX, SIGNED_PICKUP_PREFIX, PickupCode, has_check_digit
from retail.pickup.order import OrderState, PickupOrder
from retail.pickup.parts import is_over
from retail.pickup.steps import (
    Accept,
    Cancel,
    CustomerArrived,
    Extend,
    ReturnUnits,
    StartReturn,
    Step,
    StepKind,
    StepRefused,
    Undo,
    kind_of,
)
from sync.pickup_code import CodeRefused, checked, digest_of

VERDICT_OF_STATE: Final[dict[OrderState, CodeVerdict]] = {
    OrderState.PLACED: CodeVerdict.NOT_READY,
    OrderState.ACCEPTED: CodeVerdict.NOT_READY,
    OrderState.PICKING: CodeVerdict.NOT_READY,
    OrderState.PAUSED: CodeVerdict.NOT_READY,
    OrderState.PICKED: CodeVerdict.NOT_READY,
    OrderState.SHORT: CodeVerdict.SHORT,
    OrderState.READY: CodeVerdict.OK,
    OrderState.PARTLY_HANDED_OVER: CodeVerdict.OK,
    OrderState.HANDED_OVER: CodeVerdict.USED,
    OrderState.COMPLETED: CodeVerdict.USED,
    OrderState.CANCELLED: CodeVerdict.CANCELLED,
    OrderState.EXPIRED: CodeVerdict.PAST_ITS_DATE,
    OrderState.RETURN_TO_SHELF: CodeVerdict.PAST_ITS_DATE,
    OrderState.RETURNED: CodeVerdict.PAST_ITS_DATE,
}
"""What a genuine code is good for. The order decides, not the clock: a till's may be wrong by a year."""

_GONE: Final = frozenset({OrderState.HANDED_OVER, OrderState.COMPLETED, OrderState.SHORT})


class Orders(OrderBook):
    """The order book with what a screen asks of it; `take` is the one way in which a till takes a step."""

    def __init__(
        self,
        journal: Journal,
        rows: PickupRows,
        clock: Clock,
        cashier_id: Callable[[], str],
        stepped: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(journal, rows, clock, cashier_id, stepped)
        self._tries = PinTries(clock.monotonic_ms)

    # ---- finding ------------------------------------------------------------------------------

    def find(self, text: str) -> tuple[PickupOrder, ...]:
        """Return orders by number, name, end of the telephone number, bag, member or outside reference.

        Open ones come first. The short code is no search: it is tried with `by_code`, which counts tries.
        """
        wanted = text.strip().casefold()
        if not wanted:
            return ()
        found = [order for order in self.all() if _matches(order, wanted)]
        return tuple(sorted(found, key=_is_closed))

    def of_bag(self, bag_id: str) -> PickupOrder | None:
        """Return the order whose bag this is, one that is not over before one that is."""
        holding = [order for order in self.all() if any(bag.bag_id == bag_id for bag in order.bags)]
        return min(holding, key=_is_closed, default=None)

    def by_code(self, code: PickupCode) -> FoundByCode:
        """Return what a pickup code opens: a signed one is checked offline, digits by each order's digest.

        Wrong digits count as tries at one till, and too many of them have to wait; a signed code never does.
        """
        if self.desk is None:
            return FoundByCode(CodeVerdict.NO_DESK)
        if code.code.startswith(SIGNED_PICKUP_PREFIX):
            return self._by_signature(code.code)
        return self._by_digits(code.code)

    def _by_signature(self, text: str) -> FoundByCode:
        assert self.desk is not None, "asked before"
        try:
            found = checked(text, self.desk.code_keys, self.desk.store_id)
        except CodeRefused as refused:
            return FoundByCode(CodeVerdict(refused.code), store_id=refused.store_id)
        order = self.order(found.order_id)
        if order is None:
            past = found.is_past(self.now())
            return FoundByCode(CodeVerdict.PAST_ITS_DATE if past else CodeVerdict.UNKNOWN_ORDER)
        return FoundByCode(_verdict(order), order)

    def _by_digits(self, text: str) -> FoundByCode:
        digits = text.removeprefix(PICKUP_PREFIX).replace(" ", "").replace("-", "")
        if not (digits.isascii() and digits.isdecimal() and has_check_digit(digits)):
            return FoundByCode(CodeVerdict.UNREADABLE)  # a slip of the finger tells nothing, so it is no try
        wait = self._tries.wait_seconds()
        if wait:
            return FoundByCode(CodeVerdict.TOO_MANY_TRIES, wait_seconds=wait)
        having = [
            order
            for order in self.all()
            if order.code_digest and order.code_digest == digest_of(order.order_id, digits)
        ]
        if not having:
            self._tries.was_wrong()
            return FoundByCode(CodeVerdict.WRONG_DIGITS, wait_seconds=self._tries.wait_seconds())
        order = min(having, key=_is_closed)
        return FoundByCode(_verdict(order), order)

    # ---- verbs on one order -------------------------------------------------------------------

    def accept(self, order_id: str) -> StepOutcome:
        """Take an order on."""
        return self.attempt(order_id, lambda order: Accept(**self.header(order)))

    def arrived(self, order_id: str, note: str = "") -> StepOutcome:
        """Say that the customer is here, and where."""
        return self.attempt(order_id, lambda order: CustomerArrived(**self.header(order), note=note.strip()))

    def extend(self, order_id: str, collect_until: str) -> StepOutcome:
        """Keep an order until another time (RFC 3339)."""
        return self.attempt(order_id, lambda order: Extend(**self.header(order), collect_until=collect_until))

    def cancel(self, order_id: str, reason: str) -> StepOutcome:
        """Call an order off, with the reason in words."""
        return self.attempt(order_id, lambda order: Cancel(**self.header(order), reason=reason.strip()))

    def start_return(self, order_id: str) -> StepOutcome:
        """Begin to put the goods of an order that is over back on the shelf."""
        return self.attempt(order_id, lambda order: StartReturn(**self.header(order)))

    def return_units(
        self, order_id: str, line_id: str, quantity: Decimal | None = None, *, fit_for_sale: bool = True
    ) -> StepOutcome:
        """Put goods of a line back, all without a quantity; what cannot be sold is written off."""
        return self.attempt(
            order_id,
            lambda order: ReturnUnits(
                **self.header(order), line_id=line_id, quantity=quantity, fit_for_sale=fit_for_sale
            ),
        )

    def undo(self, order_id: str, step_id: str, reason: str) -> StepOutcome:
        """Take an earlier step back, with the reason."""
        return self.attempt(
            order_id, lambda order: Undo(**self.header(order), undoes=step_id, reason=reason.strip())
        )

    def attempt(self, order_id: str, make: Callable[[PickupOrder], Step]) -> StepOutcome:
        """Take a step made from the order as it stands here; raises nothing but `DatabaseProblem`."""
        order = self.order(order_id)
        if order is None:
            return NotDone("unknown_order", order_id)
        step = make(order)
        try:
            return StepDone(self.take(step), step.step_id, kind_of(step))
        except StepRefused as refused:
            return NotDone(refused.code, order_id, _who_has_it(order, refused.code))
        except NotEnrolled:
            return NotDone("not_enrolled", order_id)


def _verdict(order: PickupOrder) -> CodeVerdict:
    """Return what a genuine code of an order is good for; goods that go back were cancelled, or too late."""
    verdict = VERDICT_OF_STATE[order.state]
    cancelled = any(done.kind == StepKind.CANCEL and not done.undone_by for done in order.history)
    return CodeVerdict.CANCELLED if verdict is CodeVerdict.PAST_ITS_DATE and cancelled else verdict


def _who_has_it(order: PickupOrder, code: str) -> str:
    """Return whose the order is, for the refusals that a person can be asked about."""
    in_the_way = code in {"locked_by_other", "handed_to_other"} and order.lock is not None
    return order.lock.staff_id if in_the_way and order.lock is not None else ""


def _is_closed(order: PickupOrder) -> bool:
    return order.state in _GONE or is_over(order)


def _matches(order: PickupOrder, wanted: str) -> bool:
    contact = order.contact
    number = order.number.casefold()
    bare = wanted.removeprefix("#")
    return (
        number == bare
        or (bare.isdecimal() and number.endswith(bare))
        or (len(bare) >= 4 and bare.isdecimal() and contact.phone_tail.endswith(bare[-4:]))
        or any(word.startswith(wanted) for word in _words(contact.name))
        or wanted in contact.name.casefold()
        or wanted == contact.member_id.casefold()
        or wanted == order.outside_reference.casefold()
        or any(bag.bag_id.casefold() == wanted for bag in order.bags)
    )


def _words(name: str) -> list[str]:
    return name.casefold().replace(".", " ").split()
