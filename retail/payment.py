"""Paying: what is due, what is left, change, cash rounding, and the states of a payment attempt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, CashRounding
from retail.sale import Tender, TenderKind


class TenderRefused(ValueError):
    """A payment that cannot be taken; `code` names the reason for a translated sentence.

    Codes: `over_tender` (more than is left, and only cash gives change), `zero`, `negative`, `too_large`.
    """

    def __init__(self, code: str, tender: Tender) -> None:
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
    """

    total_minor: int
    cash_rounding_minor: int
    due_minor: int
    paid_minor: int
    remaining_minor: int
    change_minor: int
    complete: bool


def settle(
    total_minor: int, tenders: Iterable[Tender], cash_rounding: CashRounding, *, cash_next: bool
) -> Settlement:
    """Return where a payment stands after the tenders taken so far.

    Cash rounding touches only the part that is paid in cash: it holds when cash covers the rest, or
    when `cash_next` says that the rest is going to be cash. Change comes from cash only. Raises
    `TenderRefused` for a tender that cannot be, `AmountRefused` for a total that cannot be.
    """
    if total_minor < 0:
        raise AmountRefused("negative", total_minor)
    if total_minor > LARGEST_AMOUNT_MINOR:
        raise AmountRefused("too_large", total_minor)
    cash = other = 0
    for tender in tenders:
        _check_tender(tender, left_minor=total_minor - cash - other)
        if tender.kind is TenderKind.CASH:
            cash += tender.amount_minor
        else:
            other += tender.amount_minor
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


def _check_tender(tender: Tender, *, left_minor: int) -> None:
    amount = tender.amount_minor
    if amount == 0:
        raise TenderRefused("zero", tender)
    if amount < 0:
        raise TenderRefused("negative", tender)
    if amount > LARGEST_AMOUNT_MINOR:
        raise TenderRefused("too_large", tender)
    if tender.kind is not TenderKind.CASH and amount > left_minor:
        raise TenderRefused("over_tender", tender)


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
