"""Runs the worked examples of `docs/examples/gift_cards.md`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retail.gift_card.account import (
    StoredValue,
    ValueMovement,
    ValueRefused,
    block,
    cancel,
    cash_out,
    cash_out_due,
    expire,
    issue,
    load,
    redeem,
    redeemable_value,
    refund,
)
from retail.gift_card.number import number_key, number_tail
from retail.gift_card.rules import (
    VOUCHER_TAX,
    StoredValueRules,
    ValueKind,
    checked_rules,
    offline_allowance,
    voucher_kind,
)
from retail.money import AmountRefused
from retail.payment import IllegalStep
from retail.term import Term, TermEnd, day_of
from tests.fakes.worked_examples import Example, examples, place_of

BOUGHT = "2026-11-22T12:00:00+08:00"


def minor(text: str) -> int:
    return 0 if text == "—" else int(Decimal(text) * 100)


def at(day: str) -> str:
    return f"{day}T12:00:00+08:00"


def term(text: str) -> Term:
    if text in ("never", "—"):
        return Term()
    months = int(text.split(maxsplit=1)[0])
    return Term(months=months, to_end_of=TermEnd.YEAR if text.endswith("year") else TermEnd.DAY)


def loaded(rules: StoredValueRules, amount: int, now: str = BOUGHT) -> StoredValue:
    card = issue(checked_rules(rules), account_id="card", currency_code="SGD")
    return load(card, rules, amount, "SGD", now).card


@pytest.mark.parametrize("row", examples("gift_cards", "How long a card holds"), ids=place_of)
def test_how_long_a_card_holds(row: Example) -> None:
    rules = StoredValueRules(
        kind=ValueKind.GIFT_CARD,
        term=term(row["Shop says"].removesuffix(", once")),
        minimum_term=term(row["Law asks"]),
        load_extends=not row["Shop says"].endswith(", once"),
    )
    card = loaded(rules, 5000, at(row["Loaded on"]))
    if row["Loaded again on"] != "—":
        card = load(card, rules, 1000, "SGD", at(row["Loaded again on"])).card
    if row["Last day"] == "never":
        assert card.expires_at == ""
        return
    assert redeemable_value(card, "SGD", 100, f"{row['Last day']}T23:59:59+08:00") == 100
    assert redeemable_value(card, "SGD", 100, card.expires_at) == 0
    assert (day_of(card.expires_at) - day_of(at(row["Last day"]))).days == 1


@pytest.mark.parametrize("row", examples("gift_cards", "A small rest in cash"), ids=place_of)
def test_a_small_rest_in_cash(row: Example) -> None:
    rules = StoredValueRules(
        kind=ValueKind.GIFT_CARD,
        cash_out_up_to_minor=minor(row["Up to"]),
        cash_out_used_percent=0 if row["Used"] == "—" else int(row["Used"].removesuffix(" %")),
    )
    card = redeem(loaded(rules, row.minor("Loaded")), row.minor("Spent"), "SGD", BOUGHT, "sale").card
    assert card.balance_minor == row.minor("Left")
    assert cash_out_due(card, rules) == row.minor("In cash")
    if row.minor("In cash"):
        assert cash_out(card, rules, BOUGHT).movement.amount_minor == -row.minor("In cash")


@pytest.mark.parametrize("row", examples("gift_cards", "Paying with a card"), ids=place_of)
def test_paying_with_a_card(row: Example) -> None:
    for kind in ValueKind:
        card = loaded(StoredValueRules(kind=kind), row.minor("Holds"))
        pays = redeemable_value(card, "SGD", row.minor("Due"), BOUGHT)
        assert pays == row.minor("Card pays")
        if pays:
            card = redeem(card, pays, "SGD", BOUGHT, "sale").card
        assert (card.balance_minor, card.state) == (row.minor("Left on it"), row["Card is"])


def step(row: Example, card: StoredValue, paid: ValueMovement, rules: StoredValueRules) -> None:
    amount, now = minor(row["Amount"]), at(row["Day"])
    match row["Wanted"]:
        case "redeem":
            redeem(card, amount, "SGD", now, "next")
        case "redeem in EUR":
            redeem(card, amount, "EUR", now, "next")
        case "load":
            load(card, rules, amount, "SGD", now)
        case "refund":
            refund(card, (paid,), amount, "SGD", now, "sale")
        case "cancel":
            cancel(card, now, "return")
        case "expire":
            expire(card, now)
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize("row", examples("gift_cards", "Steps that are refused"), ids=place_of)
def test_steps_that_are_refused(row: Example) -> None:
    rules = StoredValueRules(
        kind=ValueKind.GIFT_CARD,
        term=Term(months=36),
        smallest_load_minor=100,
        largest_load_minor=50_000,
        largest_balance_minor=50_000,
    )
    full = loaded(rules, 5000)
    card, paid = redeem(full, 2000, "SGD", BOUGHT, "sale")
    card = {
        "as above": card,
        "never loaded": issue(rules, account_id="card", currency_code="SGD"),
        "blocked": block(card, BOUGHT, "lost").card,
        "cancelled": cancel(full, BOUGHT, "return").card,
    }[row["Card"]]
    if row["Reason"] == "—":
        step(row, card, paid, rules)
        return
    with pytest.raises((ValueRefused, AmountRefused, IllegalStep)) as refused:
        step(row, card, paid, rules)
    assert refused.value.code == row["Reason"].replace(" ", "_")


@pytest.mark.parametrize("row", examples("gift_cards", "Taxed when sold or when spent"), ids=place_of)
def test_taxed_when_sold_or_when_spent(row: Example) -> None:
    kind = voucher_kind(row.items("Can be spent in"), row.items("On goods taxed"))
    tax = VOUCHER_TAX[kind]
    shown = {True: "yes", False: "no"}
    assert kind == row["It is"].replace(" ", "_")
    assert (shown[tax.when_sold], shown[tax.when_spent]) == (row["Tax when sold"], row["Tax when spent"])


@pytest.mark.parametrize("row", examples("gift_cards", "While the centre cannot be reached"), ids=place_of)
def test_while_the_centre_cannot_be_reached(row: Example) -> None:
    def moment(text: str) -> str:
        return "" if text == "—" else f"{text.replace(' ', 'T')}:00+08:00"

    found = offline_allowance(
        StoredValueRules(kind=ValueKind.GIFT_CARD, offline_limit_minor=2000, offline_hours=24),
        known_balance_minor=row.minor("Known balance"),
        known_at=moment(row["Known at"]),
        taken_since_minor=row.minor("Taken since"),
        now=moment(row["Now"]),
    )
    assert found == row.minor("Allowed")


@pytest.mark.parametrize("row", examples("gift_cards", "What is kept of a card's number"), ids=place_of)
def test_what_is_kept_of_a_number(row: Example) -> None:
    secret = b"a secret of the shop"
    assert number_tail(row["Written"]) == row["Tail"]
    keys = {number_key(row[column], secret) for column in ("Number", "Written")}
    assert (len(keys) == 1) is (row["Same card"] == "yes")
    assert all(len(key) == 64 for key in keys)
