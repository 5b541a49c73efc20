"""Gift cards and store credit: states, the ledger, expiry, cash-out, tax, numbers, what holds offline."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from retail.gift_card.account import (
    CARD_TRANSITIONS,
    CardState,
    CardStep,
    StoredValue,
    ValueMovement,
    ValueRefused,
    block,
    cancel,
    cash_out,
    cash_out_due,
    expire,
    extend,
    has_expired,
    issue,
    left_to_refund,
    load,
    move_to,
    redeem,
    redeemable_value,
    refund,
    unblock,
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
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, UnknownCurrency
from retail.payment import IllegalStep
from retail.term import Term, TermEnd, TermInvalid

NOW = "2026-11-22T10:00:00+08:00"
LATER = "2029-11-23T00:00:00+08:00"
"""The first moment after three years."""

YEARS = Term(months=36)


def rules(**settings: Any) -> StoredValueRules:
    return StoredValueRules(**({"kind": ValueKind.GIFT_CARD, "term": YEARS} | settings))


RULES = rules()
CREDIT = rules(kind=ValueKind.STORE_CREDIT)


def fresh(of: StoredValueRules = RULES, account_id: str = "gc-1") -> StoredValue:
    return issue(of, account_id=account_id, currency_code="SGD")


def loaded(amount: int = 5000, of: StoredValueRules = RULES) -> StoredValue:
    return load(fresh(of), of, amount, "SGD", NOW, "s1").card


def spent(amount: int, card: StoredValue | None = None) -> StoredValue:
    return redeem(card or loaded(), amount, "SGD", NOW, "s2").card


# States


def test_every_state_stands_in_the_table() -> None:
    assert set(CARD_TRANSITIONS) == set(CardState)
    assert {step for steps in CARD_TRANSITIONS.values() for step in steps} == set(CardStep)


def test_a_card_is_worth_nothing_until_it_is_loaded() -> None:
    card = fresh()
    assert (card.state, card.balance_minor, card.currency) == (CardState.ISSUED, 0, "SGD")
    card, movement = load(card, RULES, 5000, "SGD", NOW, "s1")
    assert (card.state, card.balance_minor, card.loaded_minor) == (CardState.ACTIVE, 5000, 5000)
    assert movement == ValueMovement(
        account_id="gc-1",
        step=CardStep.ACTIVATE,
        amount_minor=5000,
        balance_minor=5000,
        at=NOW,
        reference="s1",
    )


def test_a_card_pays_in_parts_until_it_is_empty() -> None:
    card = spent(1800)
    assert (card.state, card.balance_minor) == (CardState.ACTIVE, 3200)
    card, movement = redeem(card, 3200, "SGD", NOW, "s3")
    assert (card.state, card.balance_minor) == (CardState.EMPTY, 0)
    assert (movement.step, movement.amount_minor, movement.balance_minor) == (CardStep.REDEEM, -3200, 0)
    again = load(card, RULES, 100, "SGD", NOW)
    assert (again.card.state, again.movement.step) == (CardState.ACTIVE, CardStep.LOAD)


def in_state(state: CardState) -> StoredValue:
    return {
        CardState.ISSUED: fresh(),
        CardState.ACTIVE: loaded(),
        CardState.EMPTY: spent(5000),
        CardState.BLOCKED: block(loaded(), NOW, "lost").card,
        CardState.EXPIRED: expire(loaded(), LATER).card,
        CardState.CLOSED: cancel(loaded(), NOW, "r1").card,
    }[state]


PAID = (redeem(loaded(), 5000, "SGD", NOW, "s2").movement,)
STEPS = {
    CardStep.LOAD: lambda card: load(card, RULES, 100, "SGD", NOW),
    CardStep.REDEEM: lambda card: redeem(card, 100, "SGD", NOW, "s2"),
    CardStep.REFUND: lambda card: refund(card, PAID, 100, "SGD", NOW, "s2"),
    CardStep.CASH_OUT: lambda card: cash_out(card, rules(cash_out_up_to_minor=9999), NOW),
    CardStep.CANCEL: lambda card: cancel(card, NOW, "r1"),
    CardStep.BLOCK: lambda card: block(card, NOW, "lost"),
    CardStep.UNBLOCK: lambda card: unblock(card, NOW, "found"),
    CardStep.MOVE_OUT: lambda card: move_to(card, fresh(account_id="gc-2"), NOW, "lost")[0],
    CardStep.EXPIRE: lambda card: expire(replace(card, expires_at=NOW), NOW),
    CardStep.EXTEND: lambda card: extend(card, RULES, NOW, "kind"),
}


MOVES = (
    CardStep.LOAD,
    CardStep.REDEEM,
    CardStep.REFUND,
    CardStep.CASH_OUT,
    CardStep.CANCEL,
    CardStep.MOVE_OUT,
)
"""What is asked of an expired card is answered with its expiry."""


@pytest.mark.parametrize("state", CardState)
@pytest.mark.parametrize("step", STEPS)
def test_only_steps_of_the_table_are_taken(state: CardState, step: CardStep) -> None:
    card = in_state(state)
    assert card.state is state
    loads = step is CardStep.LOAD and state is CardState.ISSUED
    wanted = CARD_TRANSITIONS[state].get(CardStep.ACTIVATE if loads else step)
    if wanted is not None:
        assert STEPS[step](card).card.state in (wanted, CardState.EMPTY, CardState.ISSUED)
        return
    with pytest.raises((IllegalStep, ValueRefused)) as refused:
        STEPS[step](card)
    assert refused.value.code in (f"{state}_{step}", "expired")
    assert (refused.value.code == "expired") is (state is CardState.EXPIRED and step in MOVES)


def test_a_blocked_card_pays_nothing_and_comes_back_as_it_was() -> None:
    blocked = block(spent(1800), NOW, "lost").card
    assert redeemable_value(blocked, "SGD", 100, NOW) == 0
    assert unblock(blocked, NOW, "found").card == spent(1800)
    empty = spent(5000)
    assert unblock(block(empty, NOW, "lost").card, NOW, "found").card == empty
    assert unblock(block(fresh(), NOW, "lost").card, NOW, "found").card == fresh()


# Loading


@pytest.mark.parametrize(
    ("settings", "amount", "code"),
    [
        ({"smallest_load_minor": 1000}, 999, "below_smallest_load"),
        ({"largest_load_minor": 5000}, 5001, "above_largest_load"),
        ({"largest_balance_minor": 8000}, 3001, "above_largest_balance"),
        ({"reloadable": False}, 1000, "not_reloadable"),
    ],
)
def test_a_load_out_of_bounds_is_refused(settings: dict[str, Any], amount: int, code: str) -> None:
    with pytest.raises(ValueRefused) as refused:
        load(loaded(), rules(**settings), amount, "SGD", NOW)
    assert (refused.value.code, refused.value.account_id) == (code, "gc-1")


@pytest.mark.parametrize(
    ("amount", "code"), [(0, "zero"), (-1, "negative"), (LARGEST_AMOUNT_MINOR + 1, "too_large")]
)
def test_an_amount_that_cannot_be_is_refused(amount: int, code: str) -> None:
    for step in (
        lambda: load(loaded(), RULES, amount, "SGD", NOW),
        lambda: redeem(loaded(), amount, "SGD", NOW, "s2"),
        lambda: refund(spent(100), PAID, amount, "SGD", NOW, "s2"),
    ):
        with pytest.raises(AmountRefused) as refused:
            step()
        assert refused.value.code == code


def test_a_card_has_one_currency() -> None:
    for step in (
        lambda: load(loaded(), RULES, 100, "EUR", NOW),
        lambda: redeem(loaded(), 100, "EUR", NOW, "s2"),
        lambda: refund(spent(100), PAID, 100, "EUR", NOW, "s2"),
        lambda: move_to(
            in_state(CardState.BLOCKED), replace(fresh(account_id="x"), currency="EUR"), NOW, "lost"
        ),
    ):
        with pytest.raises(ValueRefused) as refused:
            step()
        assert refused.value.code == "other_currency"
    assert redeemable_value(loaded(), "EUR", 100, NOW) == 0


def test_a_card_in_no_known_currency_is_not_issued() -> None:
    with pytest.raises(UnknownCurrency):
        issue(RULES, account_id="gc-1", currency_code="XXX")


def test_store_credit_is_the_same_with_another_kind() -> None:
    credit = issue(CREDIT, account_id="sc-1", currency_code="SGD", member_id="m-1")
    card = load(credit, CREDIT, 1250, "SGD", NOW, "r7").card
    assert (card.kind, card.balance_minor, card.member_id) == (ValueKind.STORE_CREDIT, 1250, "m-1")
    assert redeem(card, 1250, "SGD", NOW, "s8").card.state is CardState.EMPTY


# Redeeming and refunding


@pytest.mark.parametrize(("due", "taken"), [(1800, 1800), (5000, 5000), (9000, 5000), (0, 0), (-5, 0)])
def test_a_card_pays_what_is_due_as_far_as_it_goes(due: int, taken: int) -> None:
    assert redeemable_value(loaded(), "SGD", due, NOW) == taken


def test_a_card_never_pays_more_than_it_holds() -> None:
    with pytest.raises(ValueRefused) as refused:
        redeem(loaded(), 5001, "SGD", NOW, "s2")
    assert refused.value.code == "not_enough"


def test_what_a_card_paid_comes_back_to_it_once() -> None:
    card, paid = redeem(loaded(), 5000, "SGD", NOW, "s2")
    assert card.state is CardState.EMPTY
    first = refund(card, (paid,), 2000, "SGD", NOW, "s2")
    assert (first.card.state, first.card.balance_minor) == (CardState.ACTIVE, 2000)
    ledger = (paid, first.movement)
    assert left_to_refund(ledger, "gc-1", "s2") == 3000
    assert left_to_refund(ledger, "gc-1", "s3") == 0
    assert left_to_refund(ledger, "gc-9", "s2") == 0
    with pytest.raises(ValueRefused) as refused:
        refund(first.card, ledger, 3001, "SGD", NOW, "s2")
    assert refused.value.code == "more_than_redeemed"
    assert refund(first.card, ledger, 3000, "SGD", NOW, "s2").card.balance_minor == 5000


def test_a_load_for_a_sale_is_nothing_to_refund() -> None:
    movement = load(fresh(), RULES, 5000, "SGD", NOW, "s2").movement
    assert left_to_refund((movement,), "gc-1", "s2") == 0


def test_a_balance_stays_within_what_amounts_may_be() -> None:
    rich = replace(loaded(), balance_minor=LARGEST_AMOUNT_MINOR)
    with pytest.raises(AmountRefused) as refused:
        refund(rich, PAID, 1, "SGD", NOW, "s2")
    assert refused.value.code == "too_large"


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


# The laws of the ledger


class Ledger(RuleBasedStateMachine):
    """One card through any number of steps."""

    @initialize(cash=st.integers(0, 900), reloadable=st.booleans())
    def open(self, cash: int, reloadable: bool) -> None:
        self.rules = rules(cash_out_up_to_minor=cash, reloadable=reloadable, largest_balance_minor=20_000)
        self.card = fresh(self.rules)
        self.ledger: list[ValueMovement] = []
        self.now = NOW

    def take(self, step: Any) -> None:
        before = self.card
        try:
            self.card, movement = step()
        except (IllegalStep, ValueRefused, AmountRefused):
            assert self.card is before
            return
        self.ledger.append(movement)
        assert movement.amount_minor == self.card.balance_minor - before.balance_minor
        assert movement.balance_minor == self.card.balance_minor

    @rule(amount=st.integers(-10, 9000))
    def load(self, amount: int) -> None:
        self.take(lambda: load(self.card, self.rules, amount, "SGD", self.now))

    @rule(amount=st.integers(-10, 9000), sale=st.sampled_from(["s1", "s2"]))
    def redeem(self, amount: int, sale: str) -> None:
        self.take(lambda: redeem(self.card, amount, "SGD", self.now, sale))

    @rule(amount=st.integers(1, 9000), sale=st.sampled_from(["s1", "s2"]))
    def refund(self, amount: int, sale: str) -> None:
        self.take(lambda: refund(self.card, self.ledger, amount, "SGD", self.now, sale))

    @rule()
    def cash_out(self) -> None:
        self.take(lambda: cash_out(self.card, self.rules, self.now))

    @rule()
    def block(self) -> None:
        self.take(lambda: block(self.card, self.now, "lost"))

    @rule()
    def unblock(self) -> None:
        self.take(lambda: unblock(self.card, self.now, "found"))

    @rule()
    def let_time_pass(self) -> None:
        self.now = LATER
        self.take(lambda: expire(self.card, self.now))

    @rule()
    def extend(self) -> None:
        self.take(lambda: extend(self.card, self.rules, self.now, "kind"))

    @invariant()
    def the_ledger_is_the_balance_and_never_below_zero(self) -> None:
        assert self.card.balance_minor == sum(movement.amount_minor for movement in self.ledger)
        assert all(movement.balance_minor >= 0 for movement in self.ledger)
        for sale in ("s1", "s2"):
            assert left_to_refund(self.ledger, "gc-1", sale) >= 0
        holds = self.card.balance_minor > 0
        assert holds or self.card.state is not CardState.ACTIVE
        assert not holds or self.card.state in (CardState.ACTIVE, CardState.BLOCKED)


TestLedger = Ledger.TestCase


@given(parts=st.lists(st.integers(1, 4000), min_size=1, max_size=10))
def test_a_card_pays_exactly_what_was_loaded(parts: list[int]) -> None:
    card = loaded(sum(parts))
    for part in parts:
        card = redeem(card, part, "SGD", NOW, "s2").card
    assert (card.state, card.balance_minor) == (CardState.EMPTY, 0)
