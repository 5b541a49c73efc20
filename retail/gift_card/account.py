"""A gift card or a store credit: what it holds, which steps it may take, and the ledger of them.

Every step is one movement; the movements of a card sum to its balance, which is never below zero. What
expires is forfeited, and remembered, so that a shop that lets a customer off can give it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from retail.gift_card.rules import StoredValueRules, ValueKind, VoucherKind, expiry_of
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, checked_amount, currency
from retail.payment import IllegalStep
from retail.term import moment_of


class CardState(StrEnum):
    """Where stored value stands."""

    ISSUED = "issued"  # it has a number and is worth nothing
    ACTIVE = "active"
    EMPTY = "empty"
    BLOCKED = "blocked"
    EXPIRED = "expired"
    CLOSED = "closed"


class CardStep(StrEnum):
    """What can be done with stored value."""

    ACTIVATE = "activate"  # the first load
    LOAD = "load"
    REDEEM = "redeem"
    REFUND = "refund"  # what it had paid comes back
    CASH_OUT = "cash_out"
    CANCEL = "cancel"  # the card itself is returned, unused
    BLOCK = "block"
    UNBLOCK = "unblock"
    MOVE_OUT = "move_out"  # to the card that replaces it
    EXPIRE = "expire"
    EXTEND = "extend"  # the shop lets an expired card live on


CARD_TRANSITIONS: Final[dict[CardState, dict[CardStep, CardState]]] = {
    CardState.ISSUED: {
        CardStep.ACTIVATE: CardState.ACTIVE,
        CardStep.BLOCK: CardState.BLOCKED,
    },
    CardState.ACTIVE: {
        CardStep.LOAD: CardState.ACTIVE,
        CardStep.REDEEM: CardState.ACTIVE,
        CardStep.REFUND: CardState.ACTIVE,
        CardStep.CASH_OUT: CardState.ACTIVE,
        CardStep.CANCEL: CardState.CLOSED,
        CardStep.BLOCK: CardState.BLOCKED,
        CardStep.EXPIRE: CardState.EXPIRED,
    },
    CardState.EMPTY: {
        CardStep.LOAD: CardState.ACTIVE,
        CardStep.REFUND: CardState.ACTIVE,
        CardStep.BLOCK: CardState.BLOCKED,
        CardStep.EXPIRE: CardState.EXPIRED,
    },
    CardState.BLOCKED: {
        CardStep.UNBLOCK: CardState.ACTIVE,
        CardStep.MOVE_OUT: CardState.CLOSED,
    },
    CardState.EXPIRED: {
        CardStep.EXTEND: CardState.ACTIVE,
    },
    CardState.CLOSED: {},
}
"""Which step leads where. Where the table says active, a card that holds nothing is empty, or still only
issued when it was never loaded."""


class ValueRefused(ValueError):
    """A step that stored value does not take; `code` names the reason for a translated sentence.

    Codes: `other_currency`, `not_enough`, `expired`, `not_expired`, `below_smallest_load`,
    `above_largest_load`, `above_largest_balance`, `not_reloadable`, `no_cash_out`, `partly_used`,
    `more_than_redeemed`, `not_new`, `other_kind`.
    """

    def __init__(self, code: str, account_id: str) -> None:
        super().__init__(f"stored value {account_id!r} refused: {code}")
        self.code = code
        self.account_id = account_id


class StoredValue(msgspec.Struct, frozen=True, kw_only=True):
    """One gift card or store credit. Amounts are minor units of `currency`.

    Of its number only the tail and a key are kept (`retail.gift_card.number`). `loaded_minor` is all that
    was ever loaded; `forfeited_minor` what expired. `expires_at` is the first moment at which it is gone,
    empty for never. `tax_class_id` is that of a single-purpose voucher.
    """

    account_id: str
    kind: ValueKind
    currency: str
    state: CardState = CardState.ISSUED
    balance_minor: int = 0
    loaded_minor: int = 0
    forfeited_minor: int = 0
    number_tail: str = ""
    number_key: str = ""
    expires_at: str = ""
    voucher: VoucherKind = VoucherKind.MULTI_PURPOSE
    tax_class_id: str = ""
    member_id: str = ""


class ValueMovement(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the ledger: `amount_minor` is signed, `balance_minor` what is there after it.

    `reference` is what it was for: a sale, a return, a reason.
    """

    account_id: str
    step: CardStep
    amount_minor: int
    balance_minor: int
    at: str
    reference: str = ""


class Stepped(NamedTuple):
    """Stored value after a step, and the movement of the step."""

    card: StoredValue
    movement: ValueMovement


def issue(
    rules: StoredValueRules,
    *,
    account_id: str,
    currency_code: str,
    number_tail: str = "",
    number_key: str = "",
    member_id: str = "",
) -> StoredValue:
    """Return new stored value that is worth nothing yet; raises `UnknownCurrency`."""
    return StoredValue(
        account_id=account_id,
        kind=rules.kind,
        currency=currency(currency_code).code,
        number_tail=number_tail,
        number_key=number_key,
        voucher=rules.voucher,
        tax_class_id=rules.tax_class_id,
        member_id=member_id,
    )


def load(
    card: StoredValue,
    rules: StoredValueRules,
    amount_minor: int,
    currency_code: str,
    now: str,
    reference: str = "",
) -> Stepped:
    """Return the card with more on it: the first load activates it.

    For a gift card this is what was paid for it, for store credit what came back for goods. Raises
    `IllegalStep`, `AmountRefused`, or `ValueRefused` with `other_kind` for rules of another kind,
    `other_currency`, `expired`, `not_reloadable` or for a load or balance out of bounds.
    """
    _check_kind(card, rules)
    first = card.state is CardState.ISSUED
    step = CardStep.ACTIVATE if first else CardStep.LOAD
    _check(card, step, amount_minor, currency_code, now)
    if not first and not rules.reloadable:
        raise ValueRefused("not_reloadable", card.account_id)
    if amount_minor < rules.smallest_load_minor:
        raise ValueRefused("below_smallest_load", card.account_id)
    if amount_minor > rules.largest_load_minor:
        raise ValueRefused("above_largest_load", card.account_id)
    if card.balance_minor + amount_minor > rules.largest_balance_minor:
        raise ValueRefused("above_largest_balance", card.account_id)
    expires_at = expiry_of(rules, now) if first or rules.load_extends else card.expires_at
    loaded = replace(card, loaded_minor=card.loaded_minor + amount_minor, expires_at=expires_at)
    return _step(loaded, step, amount_minor, now, reference)


def redeemable_value(card: StoredValue, currency_code: str, due_minor: int, now: str) -> int:
    """Return how much of what is due the card can pay: all of it, what the card holds, or nothing.

    Nothing for a card that is not active, has expired, or is in another currency (`redeem` says which).
    """
    if card.state is not CardState.ACTIVE or card.currency != currency_code or has_expired(card, now):
        return 0
    return max(0, min(card.balance_minor, due_minor))


def redeem(card: StoredValue, amount_minor: int, currency_code: str, now: str, reference: str) -> Stepped:
    """Return the card after it paid an amount, all or part of what it holds.

    Raises `IllegalStep`, `AmountRefused`, or `ValueRefused` with `other_currency`, `expired`, `not_enough`.
    """
    _check(card, CardStep.REDEEM, amount_minor, currency_code, now)
    if amount_minor > card.balance_minor:
        raise ValueRefused("not_enough", card.account_id)
    return _step(card, CardStep.REDEEM, -amount_minor, now, reference)


def refund(
    card: StoredValue,
    movements: Iterable[ValueMovement],
    amount_minor: int,
    currency_code: str,
    now: str,
    reference: str,
) -> Stepped:
    """Return the card after what it had paid for a sale came back to it.

    `movements` are the card's own, `reference` the sale: no more comes back than the card had paid for it
    and has not had back, else `ValueRefused("more_than_redeemed")`. To a card that has expired nothing
    comes back (`expired`): give store credit. Raises `IllegalStep` and `AmountRefused` too.
    """
    _check(card, CardStep.REFUND, amount_minor, currency_code, now)
    if amount_minor > left_to_refund(movements, card.account_id, reference):
        raise ValueRefused("more_than_redeemed", card.account_id)
    return _step(card, CardStep.REFUND, amount_minor, now, reference)


def left_to_refund(movements: Iterable[ValueMovement], account_id: str, reference: str) -> int:
    """Return what a card paid for a sale and has not had back."""
    moved = (CardStep.REDEEM, CardStep.REFUND)
    return -sum(
        movement.amount_minor
        for movement in movements
        if movement.account_id == account_id and movement.reference == reference and movement.step in moved
    )


def cash_out_due(card: StoredValue, rules: StoredValueRules) -> int:
    """Return what the holder may have in cash: what is left of an active card when it is little enough."""
    left = card.balance_minor
    if card.state is not CardState.ACTIVE:
        return 0
    used = 100 * (card.loaded_minor - left)
    percent = rules.cash_out_used_percent
    if left <= rules.cash_out_up_to_minor or (percent and used >= percent * card.loaded_minor):
        return left
    return 0


def cash_out(card: StoredValue, rules: StoredValueRules, now: str, reference: str = "") -> Stepped:
    """Return the card after its rest was paid out in cash.

    Raises `IllegalStep`, or `ValueRefused` with `other_kind`, `expired`, or `no_cash_out` where the rules do
    not allow it.
    """
    _check_kind(card, rules)
    _check_step(card, CardStep.CASH_OUT, now)
    due = cash_out_due(card, rules)
    if not due:
        raise ValueRefused("no_cash_out", card.account_id)
    return _step(card, CardStep.CASH_OUT, -due, now, reference)


def cancel(card: StoredValue, now: str, reference: str) -> Stepped:
    """Return a card that was itself returned: closed, its value gone to whoever paid for it.

    Raises `IllegalStep`, or `ValueRefused` with `expired`, or `partly_used` unless all of it is there.
    """
    _check_step(card, CardStep.CANCEL, now)
    if card.balance_minor != card.loaded_minor:
        raise ValueRefused("partly_used", card.account_id)
    return _step(card, CardStep.CANCEL, -card.balance_minor, now, reference)


def block(card: StoredValue, now: str, reference: str) -> Stepped:
    """Return the card blocked (lost, stolen, doubtful), with what it holds; raises `IllegalStep`."""
    return _step(card, CardStep.BLOCK, 0, now, reference)


def unblock(card: StoredValue, now: str, reference: str) -> Stepped:
    """Return a blocked card as it was before; raises `IllegalStep`."""
    return _step(card, CardStep.UNBLOCK, 0, now, reference)


def move_to(card: StoredValue, new: StoredValue, now: str, reference: str) -> tuple[Stepped, Stepped]:
    """Return a blocked card closed, and the new card that replaces it with all it held.

    The new one keeps the expiry of the old, so a lost card shortens nothing (in Ireland that is law:
    Consumer Protection (Gift Vouchers) Act 2019). Raises `IllegalStep`, `AmountRefused("zero")` for a card
    that holds nothing, or `ValueRefused` with `other_currency`, `other_kind`, `not_new` or `expired`.
    """
    if new.state is not CardState.ISSUED or new.account_id == card.account_id:
        raise ValueRefused("not_new", new.account_id)
    if (new.kind, new.voucher, new.tax_class_id) != (card.kind, card.voucher, card.tax_class_id):
        raise ValueRefused("other_kind", new.account_id)
    amount = card.balance_minor
    _check(card, CardStep.MOVE_OUT, amount, new.currency, now)
    heir = replace(new, loaded_minor=card.loaded_minor, expires_at=card.expires_at)
    return (
        _step(card, CardStep.MOVE_OUT, -amount, now, reference),
        _step(heir, CardStep.ACTIVATE, amount, now, reference),
    )


def has_expired(card: StoredValue, now: str) -> bool:
    """Say whether the card's time is over, whether or not that was written down yet."""
    return bool(card.expires_at) and moment_of(now).exact >= moment_of(card.expires_at).exact


def expire(card: StoredValue, now: str) -> Stepped:
    """Return the card expired, what it held forfeited.

    Raises `IllegalStep`, or `ValueRefused("not_expired")`.
    """
    _target(card, CardStep.EXPIRE)
    if not has_expired(card, now):
        raise ValueRefused("not_expired", card.account_id)
    forfeited = replace(card, forfeited_minor=card.balance_minor)
    return _step(forfeited, CardStep.EXPIRE, -card.balance_minor, now, "")


def extend(card: StoredValue, rules: StoredValueRules, now: str, reference: str) -> Stepped:
    """Return an expired card that lives on with what it held, as if it were loaded now.

    Raises `IllegalStep`, or `ValueRefused("other_kind")` for rules of another kind.
    """
    _check_kind(card, rules)
    extended = replace(card, forfeited_minor=0, expires_at=expiry_of(rules, now))
    return _step(extended, CardStep.EXTEND, card.forfeited_minor, now, reference)


def _target(card: StoredValue, step: CardStep) -> CardState:
    """Return where a step leads; raises `IllegalStep` when the table does not have it."""
    after = CARD_TRANSITIONS[card.state].get(step)
    if after is None:
        raise IllegalStep(f"{card.state}_{step}")
    return after


def _check_kind(card: StoredValue, rules: StoredValueRules) -> None:
    if rules.kind is not card.kind:
        raise ValueRefused("other_kind", card.account_id)


def _check_step(card: StoredValue, step: CardStep, now: str) -> None:
    if card.state is CardState.EXPIRED:
        raise ValueRefused("expired", card.account_id)
    _target(card, step)
    if has_expired(card, now):
        raise ValueRefused("expired", card.account_id)


def _check(card: StoredValue, step: CardStep, amount_minor: int, currency_code: str, now: str) -> None:
    _check_step(card, step, now)
    checked_amount(amount_minor)
    if card.currency != currency_code:
        raise ValueRefused("other_currency", card.account_id)


def _step(card: StoredValue, step: CardStep, amount_minor: int, now: str, reference: str) -> Stepped:
    """Return the card after a step that was checked, and the step's movement."""
    after = _target(card, step)
    balance = card.balance_minor + amount_minor
    assert balance >= 0, f"{step} takes more than is there"
    if balance > LARGEST_AMOUNT_MINOR:
        raise AmountRefused("too_large", balance)
    if after is CardState.ACTIVE and balance == 0:
        after = CardState.EMPTY if card.loaded_minor else CardState.ISSUED
    movement = ValueMovement(
        account_id=card.account_id,
        step=step,
        amount_minor=amount_minor,
        balance_minor=balance,
        at=now,
        reference=reference,
    )
    return Stepped(replace(card, state=after, balance_minor=balance), movement)
