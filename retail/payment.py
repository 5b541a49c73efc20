"""Paying and paying back: what is due, what is left, change, cash rounding, the states of an attempt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, CashRounding, Rounding
from retail.sale import RefundTender, Tender, TenderKind


class TenderRefused(ValueError):
    """A payment that cannot be taken; `code` names the reason for a translated sentence.

    Codes: `over_tender` (more than is left, and only cash gives change), `zero`, `negative`, `too_large`.
    """

    def __init__(self, code: str, tender: Tender | RefundTender) -> None:
        super().__init__(f"{tender.kind} of {tender.amount_minor} refused: {code}")
        self.code = code
        self.tender = tender


class IllegalStep(ValueError):
    """A step that the present state does not allow; `code` names it, such as `approved_to_declined`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"illegal step: {code}")
        self.code = code


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """Where paying stands, in minor units.

    `due = total + cash_rounding`, `paid` is the sum of the tenders, `due + change = paid + remaining`.
    More than is due without a right to change (`overpaid`) is neither complete nor is anything left to pay.
    """

    total_minor: int
    cash_rounding_minor: int
    due_minor: int
    paid_minor: int
    remaining_minor: int
    change_minor: int
    complete: bool

    @property
    def overpaid(self) -> bool:
        """True when tenders have to be given back before this can be complete."""
        return not self.complete and not self.remaining_minor


def standing(
    total_minor: int, tenders: Iterable[Tender], cash_rounding: CashRounding, *, cash_next: bool
) -> Settlement:
    """Return where a payment stands, as `settle` does, also of tenders that are more than is due by now.

    Such are an approval that came after cash had been taken instead, or a total that has sunk since: the
    money has moved, so it can be told but not refused. Raises as `settle` for what cannot be.
    """
    given = tuple(tenders)
    try:
        return settle(total_minor, given, cash_rounding, cash_next=cash_next)
    except TenderRefused as refused:
        if refused.code != "over_tender":
            raise
    paid = sum(tender.amount_minor for tender in given)
    return Settlement(
        total_minor=total_minor,
        cash_rounding_minor=0,
        due_minor=total_minor,
        paid_minor=paid,
        remaining_minor=0,
        change_minor=paid - total_minor,
        complete=False,
    )


def settle(
    total_minor: int, tenders: Iterable[Tender], cash_rounding: CashRounding, *, cash_next: bool
) -> Settlement:
    """Return where a payment stands after the tenders taken so far.

    Cash rounding touches only the part that is paid in cash: it holds when cash covers the rest, or
    when `cash_next` says that the rest is going to be cash. Change comes from cash only: a card, a gift
    card, store credit or points pay at most what is left. Raises `TenderRefused` for a tender that cannot
    be, `AmountRefused` for a total that cannot be.
    """
    _check_total(total_minor)
    cash, other = _taken(tenders, total_minor)
    in_cash = total_minor - other
    rounded = cash_rounding.rounded(in_cash)
    rounds = cash_next or (cash > 0 and cash >= min(in_cash, rounded))
    rounding_minor = rounded - in_cash if rounds and in_cash > 0 else 0
    due, paid = total_minor + rounding_minor, cash + other
    return Settlement(
        total_minor=total_minor,
        cash_rounding_minor=rounding_minor,
        due_minor=due,
        paid_minor=paid,
        remaining_minor=max(0, due - paid),
        change_minor=max(0, paid - due),
        complete=paid >= due,
    )


def _check_total(total_minor: int) -> None:
    if total_minor < 0:
        raise AmountRefused("negative", total_minor)
    if total_minor > LARGEST_AMOUNT_MINOR:
        raise AmountRefused("too_large", total_minor)


def _taken(tenders: Iterable[Tender | RefundTender], total_minor: int) -> tuple[int, int]:
    """Return what is in cash and what is not, each tender checked against what was left before it."""
    cash = other = 0
    for tender in tenders:
        _check_tender(tender, left_minor=total_minor - cash - other)
        if tender.kind is TenderKind.CASH:
            cash += tender.amount_minor
        else:
            other += tender.amount_minor
    return cash, other


def _check_tender(tender: Tender | RefundTender, *, left_minor: int) -> None:
    amount = tender.amount_minor
    if amount == 0:
        raise TenderRefused("zero", tender)
    if amount < 0:
        raise TenderRefused("negative", tender)
    if amount > LARGEST_AMOUNT_MINOR:
        raise TenderRefused("too_large", tender)
    if tender.kind is not TenderKind.CASH and amount > left_minor:
        raise TenderRefused("over_tender", tender)


class RefundRounding(StrEnum):
    """Why the cash of a refund is what it is."""

    EXACT = "exact"
    STEP = "step"  # to the step of the cash, as any payment
    AS_PAID = "as_paid"  # the last of what was paid in cash: the very amount that was handed over
    NO_MORE_THAN_PAID = "no_more_than_paid"  # the step would give more than was handed over


class CashTaken(msgspec.Struct, frozen=True, kw_only=True):
    """What a sale took in cash and has not given back: before its rounding, and as it was handed over."""

    amount_minor: int
    handed_over_minor: int


class RefundSettlement(msgspec.Struct, frozen=True, kw_only=True):
    """Where paying back stands, in minor units: `due = refund + cash_rounding = given + remaining`.

    `cash_rounding_minor` is negative when the customer gets less than the refund; `rounded` says why.
    """

    refund_minor: int
    cash_rounding_minor: int
    due_minor: int
    given_minor: int
    remaining_minor: int
    complete: bool
    rounded: RefundRounding


REFUND_ROUNDING: Final[dict[Rounding, Rounding]] = {
    Rounding.HALF_UP: Rounding.HALF_UP,
    Rounding.HALF_EVEN: Rounding.HALF_EVEN,
    Rounding.HALF_DOWN: Rounding.HALF_UP,
    Rounding.DOWN: Rounding.UP,
    Rounding.UP: Rounding.UP,
}
"""How cash is rounded when it goes to the customer, by how it is rounded when it comes from one.

Rounding to the nearest step is the same both ways, as law has it (Belgium, Code of Economic Law, book VI:
payments and repayments alike). A policy that always favours one side is a shop's own choice and is never
turned against a customer who is paid back: what was always rounded down is rounded up.
"""


def settle_refund(
    refund_minor: int,
    tenders: Iterable[RefundTender],
    cash_rounding: CashRounding,
    *,
    cash_next: bool,
    cash_taken: CashTaken | None = None,
) -> RefundSettlement:
    """Return where paying back stands after the refunds given so far: the mirror of `settle`.

    `cash_rounding` is the policy of sales, see `REFUND_ROUNDING`. Only the part in cash is rounded, when
    cash covers the rest or `cash_next` says that it is going to. With `cash_taken` (of the sale that is
    paid back) cash is never more than was handed over, and the last of it is exactly that, whatever the
    steps before were rounded to. Raises `TenderRefused` (`over_tender` also for too much cash: there is no
    change) or `AmountRefused`.
    """
    _check_total(refund_minor)
    given = tuple(tenders)
    cash, other = _taken(given, refund_minor)
    in_cash = refund_minor - other
    due_in_cash, rounded = _cash_refund(in_cash, cash_rounding, cash_taken)
    rounds = in_cash > 0 and (cash_next or (cash > 0 and cash >= min(in_cash, due_in_cash)))
    rounding_minor = due_in_cash - in_cash if rounds else 0
    due = refund_minor + rounding_minor
    if cash + other > due:
        raise TenderRefused("over_tender", given[-1])
    return RefundSettlement(
        refund_minor=refund_minor,
        cash_rounding_minor=rounding_minor,
        due_minor=due,
        given_minor=cash + other,
        remaining_minor=due - cash - other,
        complete=cash + other == due,
        rounded=rounded if rounding_minor else RefundRounding.EXACT,
    )


def _cash_refund(
    in_cash: int, cash_rounding: CashRounding, taken: CashTaken | None
) -> tuple[int, RefundRounding]:
    """Return what an amount comes to when it is paid back in cash, and why."""
    mirrored = CashRounding(cash_rounding.increment_minor, REFUND_ROUNDING[cash_rounding.rounding])
    step = mirrored.rounded(in_cash)
    if taken is None:
        return step, RefundRounding.STEP
    if in_cash >= taken.amount_minor:
        # More in cash than the sale took in cash (a card that is gone): only the rest is a matter of steps.
        rest = mirrored.rounded(in_cash - taken.amount_minor)
        return taken.handed_over_minor + rest, RefundRounding.AS_PAID
    if step > taken.handed_over_minor:
        return taken.handed_over_minor, RefundRounding.NO_MORE_THAN_PAID
    return step, RefundRounding.STEP


SMALLEST_STEP_SHARE: Final = 40
"""A piece under one fortieth of the amount is not worth rounding up to: nobody adds 0.30 to 20.20."""


def suggested_amounts(due_minor: int, denominations_minor: Sequence[int], count: int = 8) -> tuple[int, ...]:
    """Return amounts that a customer is likely to hand over, the exact one first, then ascending.

    After the exact amount: the amount rounded up to each middling piece (not above half of it), each
    single note that covers it, and the largest smaller piece together with the next note up (a 20 and
    a 50 for 20.20, to get one note back). At most `count`; nothing when nothing is due.
    """
    if due_minor <= 0 or count < 1:
        return ()
    pieces = sorted(piece for piece in set(denominations_minor) if piece > 0)
    amounts = {piece for piece in pieces if piece > due_minor}
    for piece in pieces:
        if 2 * piece <= due_minor <= SMALLEST_STEP_SHARE * piece:
            amounts.add(-(-due_minor // piece) * piece)
    below = [piece for piece in pieces if piece <= due_minor]
    above = [piece for piece in pieces if piece > due_minor]
    if below and above and below[-1] != due_minor:
        amounts.add(below[-1] + above[0])
    amounts.discard(due_minor)
    return (due_minor, *sorted(amounts)[: count - 1])


class AttemptState(StrEnum):
    """Where a payment through a terminal stands."""

    STARTED = "started"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    IN_DOUBT = "in_doubt"
    REVERSED = "reversed"


ATTEMPT_TRANSITIONS: Final[dict[AttemptState, tuple[AttemptState, ...]]] = {
    AttemptState.STARTED: (
        AttemptState.APPROVED,
        AttemptState.DECLINED,
        AttemptState.CANCELLED,
        AttemptState.IN_DOUBT,
    ),
    AttemptState.IN_DOUBT: (AttemptState.APPROVED, AttemptState.DECLINED, AttemptState.CANCELLED),
    AttemptState.APPROVED: (AttemptState.REVERSED,),
    AttemptState.DECLINED: (),
    AttemptState.CANCELLED: (),
    AttemptState.REVERSED: (),
}
"""Which state may follow which; an attempt in doubt is resolved by asking, never by paying again."""


def next_attempt_state(state: AttemptState | str, outcome: AttemptState | str) -> AttemptState:
    """Return the state after an outcome; raises `IllegalStep` when the table does not have the step."""
    try:
        before, after = AttemptState(state), AttemptState(outcome)
    except ValueError as unknown:
        raise IllegalStep(f"{state}_to_{outcome}") from unknown
    if after not in ATTEMPT_TRANSITIONS[before]:
        raise IllegalStep(f"{before}_to_{after}")
    return after
