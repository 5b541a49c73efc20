"""Gift cards and store credit: expiry, cash-out, replacement, rules, tax, what holds offline, numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from retail.gift_card.account import (
    CardState,
    ValueRefused,
    block,
    cancel,
    cash_out,
    cash_out_due,
    expire,
    extend,
    has_expired,
    load,
    move_to,
    redeem,
    redeemable_value,
    refund,
)
from retail.gift_card.number import NumberRefused, number_key, number_tail, plain_number
from retail.gift_card.rules import (
    VOUCHER_TAX,
    StoredValueInvalid,
    StoredValueRules,
    ValueKind,
    VoucherKind,
    checked_rules,
    expiry_of,
    offline_allowance,
    voucher_kind,
)
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused
from retail.term import Term, TermEnd, TermInvalid
from tests.fakes.gift_cards import CREDIT, LATER, NOW, PAID, RULES, fresh, in_state, loaded, rules, spent

# Expiry


def test_a_card_holds_for_its_term_and_not_a_moment_longer() -> None:
    card = loaded()
    assert card.expires_at == LATER
    assert not has_expired(card, "2029-11-22T23:59:59+08:00")
    assert redeemable_value(card, "SGD", 100, "2029-11-22T23:59:59+08:00") == 100
    assert has_expired(card, LATER)
    assert redeemable_value(card, "SGD", 100, LATER) == 0
    for step in (
        lambda: redeem(card, 100, "SGD", LATER, "s2"),
        lambda: load(card, RULES, 100, "SGD", LATER),
        lambda: refund(card, PAID, 100, "SGD", LATER, "s2"),
        lambda: cash_out(card, rules(cash_out_up_to_minor=9999), LATER),
        lambda: cancel(card, LATER, "r1"),
        lambda: move_to(block(card, NOW, "lost").card, fresh(account_id="x"), LATER, "lost"),
    ):
        with pytest.raises(ValueRefused) as refused:
            step()
        assert refused.value.code == "expired"


def test_what_expires_is_forfeited_and_can_be_given_back() -> None:
    gone = expire(spent(1800), LATER)
    assert (gone.card.state, gone.card.balance_minor, gone.card.forfeited_minor) == (
        CardState.EXPIRED,
        0,
        3200,
    )
    assert gone.movement.amount_minor == -3200
    back = extend(gone.card, RULES, LATER, "kind")
    assert (back.card.state, back.card.balance_minor, back.card.forfeited_minor) == (
        CardState.ACTIVE,
        3200,
        0,
    )
    assert back.card.expires_at == "2032-11-24T00:00:00+08:00"
    assert extend(expire(spent(5000), LATER).card, RULES, LATER, "kind").card.state is CardState.EMPTY


def test_a_card_does_not_expire_before_its_time() -> None:
    for card in (loaded(), loaded(of=rules(term=Term()))):
        with pytest.raises(ValueRefused) as refused:
            expire(card, NOW)
        assert refused.value.code == "not_expired"


def test_a_load_extends_a_card_where_the_rules_say_so() -> None:
    later = "2027-01-10T10:00:00+08:00"
    assert load(loaded(), RULES, 100, "SGD", later).card.expires_at == "2030-01-11T00:00:00+08:00"
    fixed = rules(load_extends=False)
    assert load(loaded(), fixed, 100, "SGD", later).card.expires_at == LATER


@pytest.mark.parametrize(
    ("term", "minimum", "expires_at"),
    [
        (Term(months=12), Term(), "2027-11-23T00:00:00+08:00"),
        (Term(months=12), Term(months=60), "2031-11-23T00:00:00+08:00"),
        (Term(months=84), Term(months=60), "2033-11-23T00:00:00+08:00"),
        (Term(), Term(months=60), ""),
        (Term(months=36, to_end_of=TermEnd.YEAR), Term(months=36), "2030-01-01T00:00:00+08:00"),
    ],
)
def test_the_law_makes_a_card_hold_longer_never_shorter(term: Term, minimum: Term, expires_at: str) -> None:
    assert expiry_of(rules(term=term, minimum_term=minimum), NOW) == expires_at


# Cash, return of the card, replacement


@pytest.mark.parametrize(
    ("settings", "used", "due"),
    [
        ({"cash_out_up_to_minor": 999}, 4001, 999),
        ({"cash_out_up_to_minor": 999}, 4000, 0),
        ({"cash_out_used_percent": 90}, 4500, 500),
        ({"cash_out_used_percent": 90}, 4499, 0),
        ({}, 4999, 0),
        ({"cash_out_up_to_minor": 999}, 5000, 0),
    ],
)
def test_a_small_rest_is_paid_out_where_the_law_says_so(
    settings: dict[str, Any], used: int, due: int
) -> None:
    card = spent(used)
    found = rules(**settings)
    assert cash_out_due(card, found) == due
    if due:
        paid = cash_out(card, found, NOW)
        assert (paid.card.state, paid.movement.amount_minor) == (CardState.EMPTY, -due)
    elif card.state is CardState.ACTIVE:
        with pytest.raises(ValueRefused) as refused:
            cash_out(card, found, NOW)
        assert refused.value.code == "no_cash_out"


def test_an_unused_card_can_be_returned_and_a_used_one_cannot() -> None:
    closed = cancel(loaded(), NOW, "r1")
    assert (closed.card.state, closed.card.balance_minor, closed.movement.amount_minor) == (
        CardState.CLOSED,
        0,
        -5000,
    )
    with pytest.raises(ValueRefused) as refused:
        cancel(spent(1), NOW, "r1")
    assert refused.value.code == "partly_used"


def test_a_lost_card_is_replaced_with_what_it_held_and_its_expiry() -> None:
    lost = block(spent(1800), NOW, "lost").card
    old, new = move_to(lost, fresh(account_id="gc-2"), "2027-06-01T10:00:00+08:00", "lost")
    assert (old.card.state, old.card.balance_minor, old.movement.amount_minor) == (
        CardState.CLOSED,
        0,
        -3200,
    )
    assert (new.card.state, new.card.balance_minor, new.card.expires_at) == (CardState.ACTIVE, 3200, LATER)
    assert new.card.loaded_minor == 5000


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": CardState.ACTIVE}, "not_new"),
        ({"account_id": "gc-1"}, "not_new"),
        ({"kind": ValueKind.STORE_CREDIT}, "other_kind"),
        ({"voucher": VoucherKind.SINGLE_PURPOSE}, "other_kind"),
        ({"tax_class_id": "tax-A"}, "other_kind"),
    ],
)
def test_a_card_is_replaced_by_a_new_one_of_its_kind(changes: dict[str, Any], code: str) -> None:
    new = replace(fresh(account_id="gc-2"), **changes)
    with pytest.raises(ValueRefused) as refused:
        move_to(in_state(CardState.BLOCKED), new, NOW, "lost")
    assert refused.value.code == code


@pytest.mark.parametrize(
    "step",
    [
        lambda: load(loaded(), CREDIT, 100, "SGD", NOW),
        lambda: cash_out(loaded(), CREDIT, NOW),
        lambda: extend(in_state(CardState.EXPIRED), CREDIT, LATER, "kind"),
    ],
    ids=["load", "cash_out", "extend"],
)
def test_rules_of_another_kind_are_not_followed(step: Callable[[], object]) -> None:
    with pytest.raises(ValueRefused) as refused:
        step()
    assert refused.value.code == "other_kind"


def test_a_card_that_holds_nothing_is_not_replaced() -> None:
    with pytest.raises(AmountRefused) as refused:
        move_to(block(spent(5000), NOW, "lost").card, fresh(account_id="gc-2"), NOW, "lost")
    assert refused.value.code == "zero"


# Rules and tax


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"smallest_load_minor": 0}, "bad_smallest_load_minor"),
        ({"smallest_load_minor": 10, "largest_load_minor": 9}, "bad_largest_load_minor"),
        ({"smallest_load_minor": 10, "largest_balance_minor": 9}, "bad_largest_balance_minor"),
        ({"cash_out_up_to_minor": -1}, "bad_cash_out_up_to_minor"),
        ({"cash_out_used_percent": 101}, "bad_cash_out_used_percent"),
        ({"offline_limit_minor": -1}, "bad_offline_limit_minor"),
        ({"offline_hours": -1}, "bad_offline_hours"),
        ({"term": Term(days=-1)}, "bad_term"),
        ({"minimum_term": Term(days=-1)}, "bad_minimum_term"),
        ({"voucher": VoucherKind.SINGLE_PURPOSE}, "bad_tax_class_id"),
        ({"tax_class_id": "tax-A"}, "bad_tax_class_id"),
        (
            {
                "kind": ValueKind.STORE_CREDIT,
                "voucher": VoucherKind.SINGLE_PURPOSE,
                "tax_class_id": "tax-A",
            },
            "single_purpose_credit",
        ),
    ],
)
def test_rules_that_contradict_themselves_are_refused(settings: dict[str, Any], code: str) -> None:
    with pytest.raises(StoredValueInvalid) as refused:
        checked_rules(rules(**settings))
    assert refused.value.code == code


def test_rules_are_a_row_of_their_kind() -> None:
    assert checked_rules(RULES) is RULES
    single = rules(voucher=VoucherKind.SINGLE_PURPOSE, tax_class_id="tax-A")
    assert checked_rules(single).key == "gift_card"
    wire = msgspec.json.encode(single)
    assert msgspec.json.decode(wire)["row"] == "stored_value_rules"
    assert msgspec.json.decode(wire, type=StoredValueRules) == single
    assert fresh(single).tax_class_id == "tax-A"


def test_the_largest_settings_are_allowed() -> None:
    most = LARGEST_AMOUNT_MINOR
    widest = rules(
        smallest_load_minor=most,
        cash_out_up_to_minor=most,
        cash_out_used_percent=100,
        offline_limit_minor=most,
        offline_hours=24 * 366,
    )
    assert checked_rules(widest) is widest


def test_a_voucher_is_taxed_once() -> None:
    assert set(VOUCHER_TAX) == set(VoucherKind)
    assert all(tax.when_sold is not tax.when_spent for tax in VOUCHER_TAX.values())
    assert VOUCHER_TAX[VoucherKind.SINGLE_PURPOSE].when_sold


@pytest.mark.parametrize(
    ("countries", "taxes", "kind"),
    [
        (["DE"], ["standard"], VoucherKind.SINGLE_PURPOSE),
        (["DE", "DE"], ["standard", "standard"], VoucherKind.SINGLE_PURPOSE),
        (["DE"], ["standard", "reduced"], VoucherKind.MULTI_PURPOSE),
        (["DE", "FR"], ["standard"], VoucherKind.MULTI_PURPOSE),
        ([], [], VoucherKind.MULTI_PURPOSE),
    ],
)
def test_a_voucher_is_single_purpose_only_when_place_and_tax_are_known(
    countries: list[str], taxes: list[str], kind: VoucherKind
) -> None:
    assert voucher_kind(countries, taxes) is kind


# Offline


@pytest.mark.parametrize(
    ("balance", "known_at", "taken", "allowed"),
    [
        (8000, "2026-11-22T09:00:00+08:00", 0, 2000),
        (1500, "2026-11-22T09:00:00+08:00", 0, 1500),
        (8000, "2026-11-22T09:00:00+08:00", 1200, 800),
        (1500, "2026-11-22T09:00:00+08:00", 1600, 0),
        (8000, "2026-11-21T10:00:00+08:00", 0, 2000),
        (8000, "2026-11-21T09:59:59+08:00", 0, 0),
        (8000, "2026-11-22T10:00:01+08:00", 0, 0),
        (8000, "2026-11-22T10:00:00+08:00", 0, 2000),
        (8000, "", 0, 0),
    ],
)
def test_offline_a_card_pays_up_to_the_limit_when_it_was_known_lately(
    balance: int, known_at: str, taken: int, allowed: int
) -> None:
    found = offline_allowance(
        rules(offline_limit_minor=2000, offline_hours=24),
        known_balance_minor=balance,
        known_at=known_at,
        taken_since_minor=taken,
        now=NOW,
    )
    assert found == allowed


def test_offline_a_shop_without_a_limit_takes_no_card() -> None:
    found = offline_allowance(
        rules(offline_hours=24), known_balance_minor=8000, known_at=NOW, taken_since_minor=0, now=NOW
    )
    assert found == 0


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(TermInvalid):
        redeem(loaded(), 100, "SGD", "now", "s2")


# Numbers

SECRET = b"sixteen bytes ok"


def test_of_a_number_only_its_tail_and_a_key_are_kept() -> None:
    assert number_tail(" 6006-4912 3456 7893 ") == "7893"
    key = number_key("6006 4912 3456 7893", SECRET)
    assert len(key) == 64
    assert key == number_key("6006491234567893", SECRET)
    assert key == number_key("6006.4912.3456.7893", SECRET)
    assert key != number_key("6006491234567893", b"another secret!!")
    assert plain_number("1" * 64) == "1" * 64
    assert plain_number("gc00-abcd-1234") == "GC00ABCD1234"


def test_a_card_is_the_same_scanned_or_typed() -> None:
    assert plain_number("GFT-1234 5678 9012 8") == "1234567890128"
    assert number_key("gft1234567890128", SECRET) == number_key("1234 567 890 128", SECRET)


def test_a_short_number_shows_less_of_itself() -> None:
    assert [number_tail("123456789012"), number_tail("12345678901"), number_tail("12345678")] == [
        "9012",
        "01",
        "78",
    ]


@pytest.mark.parametrize(
    ("number", "secret", "code"),
    [
        ("1234567", SECRET, "too_short"),
        ("GFT-1234567", SECRET, "too_short"),
        ("1" * 65, SECRET, "too_long"),
        ("", SECRET, "not_plain"),
        ("60064912345678é3", SECRET, "not_plain"),
        ("6006491234567893?", SECRET, "not_plain"),
        ("6006491234567893", b"short", "weak_secret"),
    ],
)
def test_a_number_that_hides_nothing_is_refused(number: str, secret: bytes, code: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        number_key(number, secret)
    assert refused.value.code == code
    assert not number or number not in str(refused.value)
