"""Gift cards and store credit of one shop, for tests."""

from __future__ import annotations

from typing import Any

from retail.gift_card.account import (
    CardState,
    StoredValue,
    block,
    cancel,
    expire,
    issue,
    load,
    redeem,
)
from retail.gift_card.rules import (
    StoredValueRules,
    ValueKind,
)
from retail.term import Term

NOW = "2026-11-22T10:00:00+08:00"
LATER = "2029-11-23T00:00:00+08:00"
"""The first moment after three years."""

YEARS = Term(months=36)


def rules(**settings: Any) -> StoredValueRules:
    """Return the rules of gift cards that hold three years, but for what is said."""
    usual: dict[str, Any] = {"kind": ValueKind.GIFT_CARD, "term": YEARS}
    return StoredValueRules(**(usual | settings))


RULES = rules()
CREDIT = rules(kind=ValueKind.STORE_CREDIT)


def fresh(of: StoredValueRules = RULES, account_id: str = "gc-1") -> StoredValue:
    """Return a card on which nothing is yet."""
    return issue(of, account_id=account_id, currency_code="SGD")


def loaded(amount: int = 5000, of: StoredValueRules = RULES) -> StoredValue:
    """Return a card that was loaded with this."""
    return load(fresh(of), of, amount, "SGD", NOW, "s1").card


def spent(amount: int, card: StoredValue | None = None) -> StoredValue:
    """Return a card of which this was spent."""
    return redeem(card or loaded(), amount, "SGD", NOW, "s2").card


def in_state(state: CardState) -> StoredValue:
    """Return a card that stands there."""
    return {
        CardState.ISSUED: fresh(),
        CardState.ACTIVE: loaded(),
        CardState.EMPTY: spent(5000),
        CardState.BLOCKED: block(loaded(), NOW, "lost").card,
        CardState.EXPIRED: expire(loaded(), LATER).card,
        CardState.CLOSED: cancel(loaded(), NOW, "r1").card,
    }[state]


PAID = (redeem(loaded(), 5000, "SGD", NOW, "s2").movement,)
