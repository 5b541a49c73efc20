"""Money: rounding, allocation, cash steps, change, currencies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.money import (
    CURRENCIES,
    LARGEST_AMOUNT_MINOR,
    AllocationImpossible,
    AmountRefused,
    CashRounding,
    ChangeImpossible,
    Rounding,
    UnknownCurrency,
    allocate,
    change_in_pieces,
    checked_amount,
    currency,
    round_ratio,
    round_to_minor,
)

SINGAPORE_PIECES = (10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5)


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("SGD", 2),
        ("EUR", 2),
        ("CNY", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("VND", 0),
        ("KWD", 3),
        ("BHD", 3),
        ("CLF", 4),
    ],
)
def test_a_currency_has_the_decimals_of_iso_4217(code: str, digits: int) -> None:
    assert currency(code).digits == digits


@pytest.mark.parametrize("code", ["", "sgd", "XXX", "BTC", "EURO"])
def test_an_unknown_currency_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency) as refused:
        currency(code)
    assert (refused.value.code, refused.value.currency_code) == ("unknown_currency", code)


def test_every_currency_has_a_symbol_and_a_three_letter_code() -> None:
    assert len(CURRENCIES) > 150
    assert all(len(code) == 3 and one.symbol for code, one in CURRENCIES.items())


# IEEE 754-2008 section 4.3 and Python's `decimal` documentation name the directions; the table is theirs
# at the ties and beside them. Amounts are minor units, so it holds for 0, 2 and 3 decimals alike.
ROUNDINGS = [
    # value       half up  half even  up  down
    ("0.4", 0, 0, 1, 0),
    ("0.5", 1, 0, 1, 0),
    ("0.6", 1, 1, 1, 0),
    ("1.5", 2, 2, 2, 1),
    ("2.5", 3, 2, 3, 2),
    ("2.4999", 2, 2, 3, 2),
    ("2.5001", 3, 3, 3, 2),
    ("-0.5", -1, 0, -1, 0),
    ("-1.5", -2, -2, -2, -1),
    ("-2.5", -3, -2, -3, -2),
    ("-2.4", -2, -2, -3, -2),
    ("7", 7, 7, 7, 7),
    ("372.36", 372, 372, 373, 372),  # 1.284 kg at 2.90
    ("299.5", 300, 300, 300, 299),
]


@pytest.mark.parametrize(("value", "half_up", "half_even", "up", "down"), ROUNDINGS)
def test_rounding_goes_where_its_name_says(
    value: str, half_up: int, half_even: int, up: int, down: int
) -> None:
    exact = Decimal(value)
    assert round_to_minor(exact, Rounding.HALF_UP) == half_up
    assert round_to_minor(exact, Rounding.HALF_EVEN) == half_even
    assert round_to_minor(exact, Rounding.UP) == up
    assert round_to_minor(exact, Rounding.DOWN) == down


# What one weighed or finely priced line costs, in currencies of 0, 2 and 3 decimals.
LINE_AMOUNTS = [
    # quantity, price in minor units, amount in minor units
    ("0.350", "1280", 448),  # JPY: 350 g of tea at 1,280 yen a kilogram
    ("0.333", "1000", 333),  # JPY
    ("0.1235", "1000", 124),  # JPY: half a yen goes up
    ("3", "99.5", 299),  # JPY: three at 99.5 yen are 298.5
    ("1.284", "290", 372),  # SGD: 3.7236
    ("0.205", "1990", 408),  # EUR: 4.0795
    ("0.105", "1990", 209),  # EUR: 2.0895
    ("10", "0.45", 5),  # EUR: ten screws at 0.0045 are 4.5 cents
    ("0.250", "1750", 438),  # KWD: 0.4375 dinar
    ("0.750", "2475", 1856),  # BHD: 1.85625 dinar
    ("1.001", "12345", 12357),  # KWD: 12.357345 dinar
]


@pytest.mark.parametrize(("quantity", "unit_price", "amount"), LINE_AMOUNTS)
def test_a_line_amount_is_rounded_once(quantity: str, unit_price: str, amount: int) -> None:
    assert round_to_minor(Decimal(quantity) * Decimal(unit_price), Rounding.HALF_UP) == amount


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_is_not_rounded(value: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        round_to_minor(Decimal(value), Rounding.HALF_UP)
    assert refused.value.code == "not_a_number"


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6), st.sampled_from(Rounding))
def test_a_ratio_is_rounded_like_the_decimal_it_is(
    numerator: int, denominator: int, rounding: Rounding
) -> None:
    whole, rest = divmod(abs(numerator), denominator)
    tenths = Decimal(whole) + (Decimal("0.5") if 2 * rest == denominator else Decimal(0))
    if rest and 2 * rest != denominator:
        tenths += Decimal("0.3") if 2 * rest < denominator else Decimal("0.7")
    signed = -tenths if numerator < 0 else tenths
    assert round_ratio(numerator, denominator, rounding) == round_to_minor(signed, rounding)


@pytest.mark.parametrize(
    ("amount", "code"), [(0, "zero"), (-1, "negative"), (LARGEST_AMOUNT_MINOR + 1, "too_large")]
)
def test_an_amount_that_cannot_be_is_refused_with_its_code(amount: int, code: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        checked_amount(amount)
    assert refused.value.code == code


def test_the_largest_amount_is_still_taken() -> None:
    assert checked_amount(LARGEST_AMOUNT_MINOR) == LARGEST_AMOUNT_MINOR


# Largest remainder: the examples of Fowler's `Money.allocate` (Patterns of Enterprise Application
# Architecture, 2002) and of Hamilton's method for seats, then our own.
ALLOCATIONS = [
    (5, (3, 7), (2, 3)),  # Fowler's Foemmel's conundrum: 1.5 and 3.5, the tie to the earlier
    (100, (1, 1, 1), (34, 33, 33)),
    (1000, (1, 1, 1, 1, 1, 1), (167, 167, 167, 167, 166, 166)),
    (25, (1500, 1500, 900, 500, 500, 200), (7, 7, 4, 3, 3, 1)),
    (-100, (1, 1, 1), (-34, -33, -33)),
    (0, (5, 5), (0, 0)),
    (0, (0, 0), (0, 0)),
    (0, (), ()),
    (7, (0, 1), (0, 7)),
    (1, (1, 1), (1, 0)),
    (500, (700, 680, 372, 1100, 210, 2610, 850), (54, 52, 29, 84, 16, 200, 65)),  # the pictures' coupon
]


@pytest.mark.parametrize(("total", "weights", "shares"), ALLOCATIONS)
def test_allocation_follows_the_largest_remainder(
    total: int, weights: tuple[int, ...], shares: tuple[int, ...]
) -> None:
    assert allocate(total, weights) == shares


@given(
    st.integers(-LARGEST_AMOUNT_MINOR, LARGEST_AMOUNT_MINOR),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=60).filter(any),
)
def test_allocation_loses_nothing_and_is_fair(total: int, weights: list[int]) -> None:
    shares = allocate(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)
        assert weight or not share


@pytest.mark.parametrize("weights", [(), (0, 0), (3, -1), (-1, -1)])
def test_nothing_is_divided_over_weights_that_cannot_carry_it(weights: tuple[int, ...]) -> None:
    with pytest.raises(AllocationImpossible):
        allocate(10, weights)


# Singapore 0.05 (MAS allows rounding since 1- and 2-cent coins left); Australia's Royal Mint 2012 guide:
# 1, 2 down, 3, 4 up to 5, 6, 7 down, 8, 9 up; New Zealand 0.10 (Reserve Bank: 5 by the shop's choice);
# Sweden 1.00 (Riksbank: up to 49 öre down, from 50 up); Switzerland 0.05.
CASH = [
    (5, Rounding.HALF_UP, 2022, 2020),
    (5, Rounding.HALF_UP, 991, 990),
    (5, Rounding.HALF_UP, 992, 990),
    (5, Rounding.HALF_UP, 993, 995),
    (5, Rounding.HALF_UP, 994, 995),
    (5, Rounding.HALF_UP, 996, 995),
    (5, Rounding.HALF_UP, 997, 995),
    (5, Rounding.HALF_UP, 998, 1000),
    (5, Rounding.HALF_UP, 999, 1000),
    (5, Rounding.HALF_UP, 2, 0),
    (5, Rounding.DOWN, 999, 995),
    (5, Rounding.UP, 991, 995),
    (10, Rounding.HALF_UP, 1285, 1290),
    (10, Rounding.DOWN, 1289, 1280),
    (10, Rounding.HALF_EVEN, 1285, 1280),
    (100, Rounding.HALF_UP, 1049, 1000),
    (100, Rounding.HALF_UP, 1050, 1100),
    (1, Rounding.HALF_UP, 1234, 1234),
]


@pytest.mark.parametrize(("step", "rounding", "amount", "paid"), CASH)
def test_cash_is_rounded_to_the_smallest_coin(step: int, rounding: Rounding, amount: int, paid: int) -> None:
    assert CashRounding(step, rounding).rounded(amount) == paid


@pytest.mark.parametrize("step", [0, -5])
def test_a_cash_step_of_nothing_is_refused(step: int) -> None:
    with pytest.raises(AmountRefused):
        CashRounding(step)


@pytest.mark.parametrize(
    ("amount", "pieces"),
    [
        (2980, ((2000, 1), (500, 1), (200, 2), (50, 1), (20, 1), (10, 1))),  # the picture's change
        (5, ((5, 1),)),
        (0, ()),
        (
            18885,
            (
                (10000, 1),
                (5000, 1),
                (2000, 1),
                (1000, 1),
                (500, 1),
                (200, 1),
                (100, 1),
                (50, 1),
                (20, 1),
                (10, 1),
                (5, 1),
            ),
        ),
    ],
)
def test_change_is_given_in_the_largest_pieces(amount: int, pieces: tuple[tuple[int, int], ...]) -> None:
    assert change_in_pieces(amount, SINGAPORE_PIECES) == pieces


def test_change_uses_what_the_drawer_has() -> None:
    assert change_in_pieces(60, (50, 20), {50: 1, 20: 3}) == ((20, 3),)
    assert change_in_pieces(2000, SINGAPORE_PIECES, {1000: 1, 500: 2, 200: 9}) == ((1000, 1), (500, 2))


def test_change_backs_out_of_a_large_piece_that_leads_nowhere() -> None:
    assert change_in_pieces(600, (500, 200)) == ((200, 3),)


@pytest.mark.parametrize(
    ("amount", "pieces", "available"),
    [
        (3, SINGAPORE_PIECES, None),
        (5, (), None),
        (2980, SINGAPORE_PIECES, {10000: 4}),
        (40, (50, 20), {20: 1}),
        (30, (50, 20), None),
    ],
)
def test_change_that_cannot_be_made_says_so(
    amount: int, pieces: tuple[int, ...], available: dict[int, int] | None
) -> None:
    with pytest.raises(ChangeImpossible):
        change_in_pieces(amount, pieces, available)


def test_change_below_nothing_is_refused() -> None:
    with pytest.raises(AmountRefused):
        change_in_pieces(-5, SINGAPORE_PIECES)


def test_a_hopeless_search_for_change_ends() -> None:
    drawer = dict.fromkeys(range(1001, 1031), 1000)
    with pytest.raises(ChangeImpossible):
        change_in_pieces(1_000_000_007, tuple(drawer), drawer)


@given(
    st.integers(0, 20_000).map(lambda fives: fives * 5),
    st.dictionaries(st.sampled_from(SINGAPORE_PIECES), st.integers(0, 4)),
)
def test_change_is_exact_and_within_the_drawer(amount: int, drawer: dict[int, int]) -> None:
    try:
        pieces = change_in_pieces(amount, SINGAPORE_PIECES, drawer)
    except ChangeImpossible:
        return
    assert sum(piece * count for piece, count in pieces) == amount
    assert all(0 < count <= drawer[piece] for piece, count in pieces)
