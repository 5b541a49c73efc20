"""Stock: the table of causes, the ledger that is only added to, and counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.quantity import SellingUnit
from retail.stock import (
    STOCK_CAUSES,
    BalanceKey,
    CountDifference,
    LedgerBroken,
    Location,
    StockCause,
    StockMovement,
    StockRefused,
    balances,
    check_ledger,
    count_differences,
    count_movements,
    movements,
    reversal,
)

PIECE, KG = SellingUnit.PIECE, SellingUnit.KILOGRAM


def moved(cause: StockCause, quantity: str = "2", **fields: Any) -> tuple[StockMovement, ...]:
    usual: dict[str, Any] = {
        "store_id": "S1",
        "product_id": "tea",
        "unit": PIECE,
        "quantity": Decimal(quantity),
        "event_id": "e-1",
        "reason": "because",
    }
    return movements(cause, **(usual | fields))


def refused(cause: StockCause, quantity: str = "2", **fields: Any) -> str:
    with pytest.raises(StockRefused) as refusal:
        moved(cause, quantity, **fields)
    return refusal.value.code


def at(location: Location, product_id: str = "tea") -> BalanceKey:
    return BalanceKey("S1", product_id, location)


def test_every_cause_stands_in_the_table_once_and_touches_a_place() -> None:
    assert set(STOCK_CAUSES) == set(StockCause)
    for rule in STOCK_CAUSES.values():
        assert rule.legs
        assert len({leg.location for leg in rule.legs}) == len(rule.legs)
        assert {abs(leg.sign) for leg in rule.legs} == {1}


@pytest.mark.parametrize(
    ("cause", "signs"),
    [
        (StockCause.SALE, {Location.SHELF: -2}),
        (StockCause.RETURN, {Location.SHELF: 2}),
        (StockCause.RECEIPT, {Location.SHELF: 2}),
        (StockCause.PICK, {Location.SHELF: -2, Location.PICKUP: 2}),
        (StockCause.PUT_BACK, {Location.SHELF: 2, Location.PICKUP: -2}),
        (StockCause.HAND_OVER, {Location.PICKUP: -2}),
        (StockCause.WRITE_OFF, {Location.PICKUP: -2}),
        (StockCause.SHORT, {Location.SHELF: -2}),
        (StockCause.COUNT, {Location.SHELF: 2}),
        (StockCause.ADJUSTMENT, {Location.SHELF: 2}),
        (StockCause.TRANSFER_OUT, {Location.SHELF: -2, Location.TRANSIT: 2}),
        (StockCause.TRANSFER_ARRIVED, {Location.TRANSIT: -2}),
        (StockCause.TRANSFER_IN, {Location.SHELF: 2}),
    ],
)
def test_each_cause_moves_what_its_row_says(cause: StockCause, signs: dict[Location, int]) -> None:
    assert balances(moved(cause)) == {at(location): quantity for location, quantity in signs.items()}
    undone = balances(moved(cause, undone=True))
    assert undone == {at(location): -quantity for location, quantity in signs.items()}


@pytest.mark.parametrize("cause", [StockCause.COUNT, StockCause.ADJUSTMENT])
def test_a_count_and_an_adjustment_go_either_way(cause: StockCause) -> None:
    assert balances(moved(cause, "-3")) == {at(Location.SHELF): -3}


@pytest.mark.parametrize(
    ("quantity", "fields", "code"),
    [
        ("0", {}, "zero"),
        ("-1", {}, "negative"),
        ("1.5", {}, "fraction_of_piece"),
        ("0.0001", {"unit": KG}, "too_precise"),
        ("100000", {}, "too_large"),
        ("NaN", {}, "not_a_number"),
        ("sNaN", {}, "not_a_number"),
        ("Infinity", {}, "not_a_number"),
        ("1", {"event_id": ""}, "no_event"),
    ],
)
def test_a_movement_that_cannot_be_is_refused(quantity: str, fields: dict[str, Any], code: str) -> None:
    assert refused(StockCause.SALE, quantity, **fields) == code


@pytest.mark.parametrize("cause", [StockCause.ADJUSTMENT, StockCause.SHORT, StockCause.WRITE_OFF])
def test_what_makes_goods_disappear_says_why(cause: StockCause) -> None:
    assert refused(cause, reason=" ") == "reason_missing"


def test_a_refusal_is_a_sentence() -> None:
    with pytest.raises(StockRefused, match=r"stock movement of Decimal\('0'\) refused: zero"):
        moved(StockCause.SALE, "0")


def test_on_hand_is_what_the_centre_says_and_what_happened_here_since() -> None:
    centre = {at(Location.SHELF): Decimal(5)}
    here = (*moved(StockCause.SALE, "6"), *moved(StockCause.PICK, "1"))
    assert balances(here, centre) == {at(Location.SHELF): -2, at(Location.PICKUP): 1}
    assert centre == {at(Location.SHELF): 5}


def test_a_mistake_is_answered_by_a_movement_the_other_way() -> None:
    (wrong,) = moved(StockCause.RECEIPT, "20")
    back = reversal(wrong, event_id="e-2", at="2026-11-22T10:00:00+08:00", reason="counted a box twice")
    assert (back.quantity, back.cause, back.event_id, back.reverses) == (
        -20,
        StockCause.RECEIPT,
        "e-2",
        "e-1",
    )
    assert balances((wrong, back)) == {at(Location.SHELF): 0}


@pytest.mark.parametrize(
    ("fields", "code"), [({"event_id": ""}, "no_event"), ({"reason": ""}, "reason_missing")]
)
def test_a_reversal_says_what_it_is(fields: dict[str, str], code: str) -> None:
    (wrong,) = moved(StockCause.RECEIPT)
    with pytest.raises(StockRefused) as refusal:
        reversal(wrong, **({"event_id": "e-2", "at": "", "reason": "typed twice"} | fields))
    assert refusal.value.code == code


def test_kept_balances_are_held_against_the_ledger() -> None:
    ledger = (*moved(StockCause.RECEIPT, "9"), *moved(StockCause.PICK, "2"))
    check_ledger(ledger, balances(ledger))
    check_ledger(ledger, balances(ledger) | {at(Location.TRANSIT): Decimal(0)})
    wrong = {at(Location.SHELF): Decimal(8), at(Location.TRANSIT): Decimal(1)}
    with pytest.raises(LedgerBroken) as broken:
        check_ledger(ledger, wrong)
    assert broken.value.differences == {
        at(Location.PICKUP): -2,
        at(Location.SHELF): 1,
        at(Location.TRANSIT): 1,
    }
    assert broken.value.code == "ledger_broken"


def test_goods_for_another_store_are_on_their_way_until_they_arrive() -> None:
    ledger = [*moved(StockCause.TRANSFER_OUT, "10"), *moved(StockCause.TRANSFER_ARRIVED, "9")]
    ledger += moved(StockCause.TRANSFER_IN, "9", store_id="S2")
    assert balances(ledger) == {
        at(Location.SHELF): -10,
        at(Location.TRANSIT): 1,  # somebody has to look for it
        BalanceKey("S2", "tea", Location.SHELF): 9,
    }


# Counting

UNITS = {"tea": PIECE, "ham": KG, "milk": PIECE}


def test_a_count_says_where_it_differs_and_brings_the_ledger_to_it() -> None:
    expected = {"tea": Decimal(12), "ham": Decimal("1.250"), "milk": Decimal(-1)}
    counted = {"tea": Decimal(11), "ham": Decimal("1.250"), "milk": Decimal(0)}
    found = count_differences(counted, expected, UNITS)
    assert found == (
        CountDifference(product_id="milk", expected=Decimal(-1), counted=Decimal(0)),
        CountDifference(product_id="tea", expected=Decimal(12), counted=Decimal(11)),
    )
    assert [one.difference for one in found] == [1, -1]
    corrections = count_movements(found, store_id="S1", units=UNITS, event_id="count-1")
    start = {at(Location.SHELF, product_id): quantity for product_id, quantity in expected.items()}
    assert balances(corrections, start) == {
        at(Location.SHELF, product_id): quantity for product_id, quantity in counted.items()
    }


def test_what_nobody_counted_is_not_missing_and_what_nobody_expected_is_found() -> None:
    found = count_differences({"tea": Decimal(2)}, {"ham": Decimal(1)}, UNITS)
    assert [(one.product_id, one.difference) for one in found] == [("tea", 2)]


@pytest.mark.parametrize(
    ("product_id", "quantity", "code"),
    [
        ("tea", "-1", "negative"),
        ("tea", "NaN", "not_a_number"),
        ("tea", "Infinity", "not_a_number"),
        ("tea", "1.5", "fraction_of_piece"),
        ("ham", "0.0005", "too_precise"),
        ("rum", "1", "unknown_product"),
    ],
)
def test_a_count_that_cannot_be_is_refused(product_id: str, quantity: str, code: str) -> None:
    with pytest.raises(StockRefused) as refusal:
        count_differences({product_id: Decimal(quantity)}, {}, UNITS)
    assert refusal.value.code == code


def test_a_difference_of_an_unknown_product_moves_nothing() -> None:
    found = (CountDifference(product_id="rum", expected=Decimal(1), counted=Decimal(0)),)
    with pytest.raises(StockRefused) as refusal:
        count_movements(found, store_id="S1", units=UNITS, event_id="count-1")
    assert refusal.value.code == "unknown_product"


causes = st.sampled_from(StockCause)


@given(st.lists(st.tuples(causes, st.integers(1, 999), st.booleans()), max_size=30), st.integers(0, 30))
def test_a_ledger_sums_alike_in_pieces_and_takes_back_exactly(
    happened: list[tuple[StockCause, int, bool]], cut: int
) -> None:
    ledger = [
        movement
        for cause, quantity, undone in happened
        for movement in moved(cause, str(quantity), undone=undone)
    ]
    assert balances(ledger[cut:], balances(ledger[:cut])) == balances(ledger)
    taken_back = [reversal(one, event_id="r", at="", reason="all of it") for one in ledger]
    assert not any(balances([*ledger, *taken_back]).values())
    check_ledger(ledger, balances(ledger))
