"""What a shop says about its gift cards and its store credit, and what the law says about both.

Laws differ, so they are settings: how long a card holds at least (`minimum_term`), and when its holder may
have the rest in cash. `docs/examples/gift_cards.md` has them for several countries, with their sources.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum
from typing import Final

import msgspec

from retail.money import LARGEST_AMOUNT_MINOR
from retail.term import Term, TermInvalid, checked_term, day_of, end_of, last_day, moment_of


class ValueKind(StrEnum):
    """What stored value is: a card that was bought, or credit for goods that came back."""

    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"


class VoucherKind(StrEnum):
    """What a voucher is for tax: Directive 2006/112/EC, Article 30a, in the words of (EU) 2016/1065."""

    MULTI_PURPOSE = "multi_purpose"
    SINGLE_PURPOSE = "single_purpose"


class VoucherTax(msgspec.Struct, frozen=True):
    """Whether tax is due when a voucher is sold, and whether it is due when it is spent."""

    when_sold: bool
    when_spent: bool


VOUCHER_TAX: Final[dict[VoucherKind, VoucherTax]] = {
    VoucherKind.MULTI_PURPOSE: VoucherTax(when_sold=False, when_spent=True),
    VoucherKind.SINGLE_PURPOSE: VoucherTax(when_sold=True, when_spent=False),
}
"""Directive 2006/112/EC, Article 30b: selling a single-purpose voucher is the supply, handing the goods over
for it is no transaction of its own; of a multi-purpose voucher only what it is spent on is taxed."""


class StoredValueInvalid(ValueError):
    """Rules that contradict themselves; `code` names the field, `bad_<field>`, or `single_purpose_credit`
    (what comes back for goods is money again, not a voucher for one thing)."""

    def __init__(self, code: str) -> None:
        super().__init__(f"rules of stored value cannot be followed: {code}")
        self.code = code


class StoredValueRules(msgspec.Struct, frozen=True, kw_only=True, tag="stored_value_rules", tag_field="row"):
    """What holds for one kind of stored value in a shop. Amounts are minor units of its currency.

    One load is between `smallest_load_minor` and `largest_load_minor`, a balance at most
    `largest_balance_minor`; a card that is not `reloadable` is loaded once. It holds for `term` (no term:
    for ever) but at least for the law's `minimum_term`, from the day it is loaded first, or last where
    `load_extends`. The holder may have what is left in cash up to `cash_out_up_to_minor`, or once
    `cash_out_used_percent` of what was loaded is used (0: never).

    Without the centre at most `offline_limit_minor` is taken from a card, and only as long as the balance
    was known `offline_hours` ago or less. `tax_class_id` taxes a single-purpose voucher when it is sold.
    """

    kind: ValueKind
    smallest_load_minor: int = 1
    largest_load_minor: int = LARGEST_AMOUNT_MINOR
    largest_balance_minor: int = LARGEST_AMOUNT_MINOR
    reloadable: bool = True
    term: Term = Term()
    minimum_term: Term = Term()
    load_extends: bool = True
    cash_out_up_to_minor: int = 0
    cash_out_used_percent: int = 0
    offline_limit_minor: int = 0
    offline_hours: int = 0
    voucher: VoucherKind = VoucherKind.MULTI_PURPOSE
    tax_class_id: str = ""

    @property
    def key(self) -> str:
        return self.kind


def checked_rules(rules: StoredValueRules) -> StoredValueRules:
    """Return rules that can be followed; raises `StoredValueInvalid`."""
    for field, least, most in (
        ("smallest_load_minor", 1, LARGEST_AMOUNT_MINOR),
        ("largest_load_minor", rules.smallest_load_minor, LARGEST_AMOUNT_MINOR),
        ("largest_balance_minor", rules.smallest_load_minor, LARGEST_AMOUNT_MINOR),
        ("cash_out_up_to_minor", 0, LARGEST_AMOUNT_MINOR),
        ("cash_out_used_percent", 0, 100),
        ("offline_limit_minor", 0, LARGEST_AMOUNT_MINOR),
        ("offline_hours", 0, 24 * 366),
    ):
        if not least <= getattr(rules, field) <= most:
            raise StoredValueInvalid(f"bad_{field}")
    for field, term in (("term", rules.term), ("minimum_term", rules.minimum_term)):
        try:
            checked_term(term)
        except TermInvalid as invalid:
            raise StoredValueInvalid(f"bad_{field}") from invalid
    single = rules.voucher is VoucherKind.SINGLE_PURPOSE
    if single and rules.kind is ValueKind.STORE_CREDIT:
        raise StoredValueInvalid("single_purpose_credit")
    if single is not bool(rules.tax_class_id):
        raise StoredValueInvalid("bad_tax_class_id")
    return rules


def voucher_kind(countries: Collection[str], tax_class_ids: Collection[str]) -> VoucherKind:
    """Return what a voucher is that can be spent in these countries on goods of these tax classes.

    Single-purpose only when the place and the tax are known when it is issued (Article 30a): one of each.
    """
    known = len(set(countries)) == 1 and len(set(tax_class_ids)) == 1
    return VoucherKind.SINGLE_PURPOSE if known else VoucherKind.MULTI_PURPOSE


def expiry_of(rules: StoredValueRules, loaded_at: str) -> str:
    """Return the first moment at which what is loaded now is gone, or nothing when it never is.

    The shop's term, or the law's where that is longer. Raises `TermInvalid` for a time that is none.
    """
    if rules.term.is_none:
        return ""
    loaded_on = day_of(loaded_at)
    lawful = rules.minimum_term
    if not lawful.is_none and last_day(lawful, loaded_on) > last_day(rules.term, loaded_on):
        return end_of(lawful, loaded_at)
    return end_of(rules.term, loaded_at)


def offline_allowance(
    rules: StoredValueRules, *, known_balance_minor: int, known_at: str, taken_since_minor: int, now: str
) -> int:
    """Return how much may be taken from an active card while the centre cannot be asked.

    `known_balance_minor` is what the centre last said, at `known_at` (empty: this till has never known the
    card, so nothing is taken), `taken_since_minor` what was taken from it here since. Other tills may take
    too: the limit is what the shop is ready to lose on one card and till. A balance known in the future,
    by a clock that was set back, is not trusted. Raises `TermInvalid` for a time that is none.
    """
    if not known_at:
        return 0
    age = moment_of(now).exact - moment_of(known_at).exact
    if not 0 <= age <= timedelta(hours=rules.offline_hours) // timedelta(microseconds=1):
        return 0
    left = min(known_balance_minor, rules.offline_limit_minor) - taken_since_minor
    return max(0, left)
