"""Gift cards and store credit: states, amounts, refunds, and the laws of the ledger."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from retail.gift_card.account import (
    CARD_TRANSITIONS,
    CardState,
    CardStep,
    ValueMovement,
    ValueRefused,
    block,
    cancel,
    cash_out,
    expire,
    extend,
    issue,
    left_to_refund,
    load,
    move_to,
    redeem,
    redeemable_value,
    refund,
    unblock,
)
from retail.gift_card.rules import (
    ValueKind,
)
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, UnknownCurrency
from retail.payment import IllegalStep
from tests.fakes.gift_cards import CREDIT, LATER, NOW, PAID, RULES, fresh, in_state, loaded, rules, spent

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
