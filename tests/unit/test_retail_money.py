"""Money: rounding, allocation, cash steps, change, currencies."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

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
    ChangeNotFound,
    Rounding,
    UnknownCurrency,
    allocate,
    apportion,
    change_in_pieces,
    checked_amount,
    checked_size,
    currency,
    parse_amount,
    round_ratio,
    round_to_minor,
    to_whole,
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
    assert str(refused.value) == f"unknown currency {code!r}"


def test_every_currency_has_a_symbol_and_a_three_letter_code() -> None:
    assert len(CURRENCIES) > 150
    assert all(len(code) == 3 and one.symbol for code, one in CURRENCIES.items())


# IEEE 754-2019 section 4.3 and Python's `decimal` documentation name the directions; the table is theirs
# at the ties and beside them. Amounts are minor units, so it holds for 0, 2 and 3 decimals alike.
ROUNDINGS = [
    # value       half up  half even  half down  up  down
    ("0.4", 0, 0, 0, 1, 0),
    ("0.5", 1, 0, 0, 1, 0),
    ("0.6", 1, 1, 1, 1, 0),
    ("1.5", 2, 2, 1, 2, 1),
    ("2.5", 3, 2, 2, 3, 2),
    ("2.4999", 2, 2, 2, 3, 2),
    ("2.5001", 3, 3, 3, 3, 2),
    ("-0.5", -1, 0, 0, -1, 0),
    ("-1.5", -2, -2, -1, -2, -1),
    ("-2.5", -3, -2, -2, -3, -2),
    ("-2.4", -2, -2, -2, -3, -2),
    ("-2.6", -3, -3, -3, -3, -2),
    ("7", 7, 7, 7, 7, 7),
    ("-7", -7, -7, -7, -7, -7),
    ("0", 0, 0, 0, 0, 0),
    ("372.36", 372, 372, 372, 373, 372),  # 1.284 kg at 2.90
    ("299.5", 300, 300, 299, 300, 299),
]
ROUNDING_NAMES = ("half_up", "half_even", "half_down", "up", "down")


@pytest.mark.parametrize(
    ("value", "name", "expected"),
    [
        (value, name, expected)
        for value, *row in ROUNDINGS
        for name, expected in zip(ROUNDING_NAMES, row, strict=True)
    ],
)
def test_rounding_goes_where_its_name_says(value: str, name: str, expected: int) -> None:
    exact = Decimal(value)
    assert round_to_minor(exact, Rounding(name)) == expected
    assert round_ratio(*exact.as_integer_ratio(), Rounding(name)) == expected
    assert to_whole(exact, Rounding(name)) == expected


def test_every_rounding_is_in_the_table() -> None:
    assert set(ROUNDING_NAMES) == set(Rounding)


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
    assert (refused.value.code, str(refused.value.amount)) == ("not_a_number", value)


@pytest.mark.parametrize("value", ["1E+12", "-1E+12", "1E+999999999", "-4E+1000"])
def test_what_is_too_large_for_a_document_is_not_rounded(value: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        round_to_minor(Decimal(value), Rounding.HALF_UP)
    assert (refused.value.code, refused.value.amount) == ("too_large", Decimal(value))


@pytest.mark.parametrize("value", ["999999999999", "-999999999999", "999999999998.6"])
def test_the_largest_amounts_are_still_rounded(value: str) -> None:
    assert abs(round_to_minor(Decimal(value), Rounding.HALF_UP)) == LARGEST_AMOUNT_MINOR


@pytest.mark.parametrize("denominator", [0, -1])
def test_a_ratio_over_nothing_or_less_is_our_own_mistake(denominator: int) -> None:
    with pytest.raises(AssertionError, match=r"^a ratio is written with its sign above the line$"):
        round_ratio(1, denominator, Rounding.UP)


@given(st.integers(-(10**12), 10**12 - 1), st.integers(1, 10**6), st.sampled_from(Rounding))
def test_a_ratio_is_rounded_like_the_decimal_it_is(
    numerator: int, denominator: int, rounding: Rounding
) -> None:
    whole, rest = divmod(abs(numerator), denominator)
    tenths = Decimal(whole) + (Decimal("0.5") if 2 * rest == denominator else Decimal(0))
    if rest and 2 * rest != denominator:
        tenths += Decimal("0.3") if 2 * rest < denominator else Decimal("0.7")
    signed = -tenths if numerator < 0 else tenths
    if whole < LARGEST_AMOUNT_MINOR:
        assert round_ratio(numerator, denominator, rounding) == round_to_minor(signed, rounding)


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6), st.sampled_from(Rounding))
def test_rounding_is_symmetric_and_never_further_than_one(
    numerator: int, denominator: int, rounding: Rounding
) -> None:
    found = round_ratio(numerator, denominator, rounding)
    assert round_ratio(-numerator, denominator, rounding) == -found
    assert abs(found * denominator - numerator) < denominator
    if rounding in (Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.HALF_DOWN):
        assert 2 * abs(found * denominator - numerator) <= denominator


@pytest.mark.parametrize(
    ("amount", "code"), [(0, "zero"), (-1, "negative"), (LARGEST_AMOUNT_MINOR + 1, "too_large")]
)
def test_an_amount_that_cannot_be_is_refused_with_its_code(amount: int, code: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        checked_amount(amount)
    assert (refused.value.code, refused.value.amount) == (code, amount)
    assert str(refused.value) == f"amount {amount} refused: {code}"


def test_the_smallest_and_the_largest_amount_are_taken() -> None:
    assert checked_amount(1) == 1
    assert checked_amount(LARGEST_AMOUNT_MINOR) == LARGEST_AMOUNT_MINOR


@pytest.mark.parametrize("amount", [-LARGEST_AMOUNT_MINOR, -1, 0, LARGEST_AMOUNT_MINOR])
def test_a_document_shows_amounts_of_either_sign(amount: int) -> None:
    assert checked_size(amount) == amount


@pytest.mark.parametrize("amount", [-LARGEST_AMOUNT_MINOR - 1, LARGEST_AMOUNT_MINOR + 1])
def test_a_document_shows_nothing_larger(amount: int) -> None:
    with pytest.raises(AmountRefused) as refused:
        checked_size(amount)
    assert (refused.value.code, refused.value.amount) == ("too_large", amount)


# Decimals per ISO 4217: yen 0, most 2, dinars 3, unidad de fomento 4.
AMOUNT_TEXTS = [
    ("12.34", 2, 1234),
    ("12.3", 2, 1230),
    ("12", 2, 1200),
    ("0", 2, 0),
    ("0.00", 2, 0),
    ("0.05", 2, 5),
    ("007.50", 2, 750),
    ("1280", 0, 1280),
    ("0", 0, 0),
    ("1.234", 3, 1234),
    ("1.2", 3, 1200),
    ("37123.4567", 4, 371234567),
    ("9999999999.99", 2, LARGEST_AMOUNT_MINOR),
    ("00009999999999.99", 2, LARGEST_AMOUNT_MINOR),
    ("999999999999", 0, LARGEST_AMOUNT_MINOR),
]


@pytest.mark.parametrize(("text", "digits", "minor"), AMOUNT_TEXTS)
def test_an_amount_is_read_in_its_currency(text: str, digits: int, minor: int) -> None:
    assert parse_amount(text, digits) == minor
    assert parse_amount(f"-{text}", digits, negative=True) == -minor


AMOUNT_JUNK = [
    ("", 2, "empty"),
    ("NaN", 2, "not_a_number"),
    ("nan", 2, "not_a_number"),
    ("Infinity", 2, "not_a_number"),
    ("1e3", 2, "not_a_number"),
    ("0x10", 2, "not_a_number"),
    ("1_000", 2, "not_a_number"),
    ("1,234.50", 2, "not_a_number"),
    ("1.234,50", 2, "not_a_number"),
    ("12,34", 2, "not_a_number"),
    ("1 234.50", 2, "not_a_number"),
    ("1\u00a0234.50", 2, "not_a_number"),
    ("1'234.50", 2, "not_a_number"),
    ("$12.34", 2, "not_a_number"),
    ("12.34 EUR", 2, "not_a_number"),
    (" 12.34", 2, "not_a_number"),
    ("12.34\n", 2, "not_a_number"),
    ("+12.34", 2, "not_a_number"),
    ("--1", 2, "not_a_number"),
    ("-", 2, "not_a_number"),
    ("12.34-", 2, "not_a_number"),
    ("(12.34)", 2, "not_a_number"),
    ("\u221212.34", 2, "not_a_number"),
    (".5", 2, "not_a_number"),
    ("5.", 2, "not_a_number"),
    ("1.2.3", 2, "not_a_number"),
    ("\u0661\u0662", 2, "not_a_number"),
    ("\uff11\uff12", 2, "not_a_number"),
    ("\u00bd", 2, "not_a_number"),
    ("-1.00", 2, "negative"),
    ("-0.00", 2, "negative"),
    ("1.234", 2, "too_precise"),
    ("1.000", 2, "too_precise"),
    ("12.0", 0, "too_precise"),
    ("1.00000", 4, "too_precise"),
    ("10000000000.00", 2, "too_large"),
    ("10000000000", 2, "too_large"),
    ("1000000000000", 0, "too_large"),
    ("9" * 5000, 2, "too_large"),
]


@pytest.mark.parametrize(("text", "digits", "code"), AMOUNT_JUNK, ids=lambda value: repr(value)[:20])
def test_a_text_that_is_no_amount_is_refused_with_its_reason(text: str, digits: int, code: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        parse_amount(text, digits)
    assert (refused.value.code, refused.value.amount) == (code, text[:40])


@pytest.mark.parametrize("digits", [-1, 5])
def test_no_currency_has_such_decimals(digits: int) -> None:
    with pytest.raises(AssertionError, match=r"^the decimals of a currency$"):
        parse_amount("1", digits)


@given(st.integers(-LARGEST_AMOUNT_MINOR, LARGEST_AMOUNT_MINOR), st.integers(0, 4))
def test_an_amount_written_with_a_point_is_read_back(minor: int, digits: int) -> None:
    written = format(Decimal(minor).scaleb(-digits), "f")
    assert parse_amount(written, digits, negative=True) == minor


@given(st.text(max_size=30), st.integers(0, 4))
def test_a_text_gives_an_amount_or_a_reason(text: str, digits: int) -> None:
    try:
        found = parse_amount(text, digits)
    except AmountRefused:
        return
    assert 0 <= found <= LARGEST_AMOUNT_MINOR


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


@given(
    st.integers(-10_000, 10_000),
    st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any),
)
def test_only_the_largest_remainders_are_rounded_up(total: int, weights: list[int]) -> None:
    whole = sum(weights)
    shares = allocate(abs(total), weights)
    remainders = [abs(total) * weight % whole for weight in weights]
    more = [share > abs(total) * weight // whole for share, weight in zip(shares, weights, strict=True)]
    left_out = [(rest, -place) for place, rest in enumerate(remainders) if not more[place]]
    served = [(rest, -place) for place, rest in enumerate(remainders) if more[place]]
    assert not served or not left_out or min(served) > max(left_out)
    assert allocate(-total, weights) == tuple(-share for share in allocate(total, weights))


@pytest.mark.parametrize(
    ("total", "weights", "sentence"),
    [
        (10, (), "cannot divide 10 over weights ()"),
        (10, (0, 0), "cannot divide 10 over weights (0, 0)"),
        (10, (3, -1), "a weight is negative: (3, -1)"),
        (10, (-1, -1), "cannot divide 10 over weights (-1, -1)"),
        (0, (1, -1), "cannot divide 0 over weights (1, -1)"),
        (0, (-1,), "cannot divide 0 over weights (-1,)"),
    ],
)
def test_nothing_is_divided_over_weights_that_cannot_carry_it(
    total: int, weights: tuple[int, ...], sentence: str
) -> None:
    with pytest.raises(AllocationImpossible) as refused:
        allocate(total, weights)
    assert (refused.value.code, str(refused.value)) == ("allocation_impossible", sentence)


@pytest.mark.parametrize("total", [LARGEST_AMOUNT_MINOR + 1, -LARGEST_AMOUNT_MINOR - 1])
def test_more_than_a_document_can_show_is_not_divided(total: int) -> None:
    with pytest.raises(AmountRefused) as refused:
        allocate(total, (1, 1))
    assert refused.value.code == "too_large"


# Exact shares in tenths, and how they come to a total that was rounded one way or the other.
APPORTIONED = [
    (1, (5, 5), (1, 0)),  # the tie goes to the earlier
    (-1, (-5, -5), (-1, 0)),
    (0, (5, -5), (0, 0)),  # a sale and its return in one document
    (0, (-5, 5), (0, 0)),
    (1, (14, -7), (1, 0)),
    (0, (14, -7), (1, -1)),
    (0, (-14, 7), (-1, 1)),
    (3, (9, 8, 7, 1), (1, 1, 1, 0)),
    (2, (9, 8, 7, 1), (1, 1, 0, 0)),
    (3, (7, 8, 9), (1, 1, 1)),
    (2, (7, 8, 9), (0, 1, 1)),
    (5, (20, 30), (2, 3)),
    (-5, (-20, -30), (-2, -3)),
    (0, (), ()),
    (16, (100, 55), (10, 6)),
    (15, (100, 55), (10, 5)),
]


@pytest.mark.parametrize(("total", "tenths", "shares"), APPORTIONED)
def test_exact_shares_are_rounded_together(
    total: int, tenths: tuple[int, ...], shares: tuple[int, ...]
) -> None:
    assert apportion(total, tenths, 10) == shares


@pytest.mark.parametrize(("total", "tenths"), [(3, (5, 5)), (-1, (5, 5)), (1, (20, -20)), (1, ())])
def test_shares_that_do_not_come_to_the_total_are_refused(total: int, tenths: tuple[int, ...]) -> None:
    with pytest.raises(AllocationImpossible, match=f"^exact shares that do not come to {total}$"):
        apportion(total, tenths, 10)


@given(st.lists(st.integers(-(10**6), 10**6), max_size=30), st.integers(1, 1000), st.sampled_from(Rounding))
def test_shares_rounded_together_stay_within_one_and_mirror(
    numerators: list[int], denominator: int, rounding: Rounding
) -> None:
    total = round_ratio(sum(numerators), denominator, rounding)
    shares = apportion(total, numerators, denominator)
    assert sum(shares) == total
    for share, numerator in zip(shares, numerators, strict=True):
        assert abs(share * denominator - numerator) < denominator
    mirrored = apportion(-total, [-numerator for numerator in numerators], denominator)
    assert mirrored == tuple(-share for share in shares)


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
    (10, Rounding.HALF_DOWN, 1285, 1280),
    (10, Rounding.HALF_DOWN, 1286, 1290),
    (10, Rounding.HALF_UP, -1285, -1290),
    (100, Rounding.HALF_UP, 1049, 1000),
    (100, Rounding.HALF_UP, 1050, 1100),
    (1, Rounding.HALF_UP, 1234, 1234),
]


@pytest.mark.parametrize(("step", "rounding", "amount", "paid"), CASH)
def test_cash_is_rounded_to_the_smallest_coin(step: int, rounding: Rounding, amount: int, paid: int) -> None:
    assert CashRounding(step, rounding).rounded(amount) == paid


def test_without_a_policy_cash_is_paid_to_the_last_unit_and_halves_go_up() -> None:
    assert CashRounding().rounded(1234) == 1234
    assert CashRounding(10).rounded(1235) == 1240


@pytest.mark.parametrize(
    ("step", "code"), [(0, "zero"), (-5, "negative"), (LARGEST_AMOUNT_MINOR + 1, "too_large")]
)
def test_a_cash_step_that_cannot_be_is_refused(step: int, code: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        CashRounding(step)
    assert refused.value.code == code


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
    assert change_in_pieces(501, (5, 2), {5: 100, 2: 3}) == ((5, 99), (2, 3))


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


@pytest.mark.parametrize(
    ("amount", "pieces", "available", "code", "refused_amount"),
    [
        (-5, SINGAPORE_PIECES, None, "negative", -5),
        (LARGEST_AMOUNT_MINOR + 1, SINGAPORE_PIECES, None, "too_large", LARGEST_AMOUNT_MINOR + 1),
        (5, (5, 0), None, "zero", 0),
        (5, (5, -10), None, "negative", -10),
        (5, (5, LARGEST_AMOUNT_MINOR + 1), None, "too_large", LARGEST_AMOUNT_MINOR + 1),
        (5, (5,), {5: 1, 10: -2}, "negative", -2),
    ],
)
def test_change_that_is_no_money_is_refused(
    amount: int, pieces: tuple[int, ...], available: dict[int, int] | None, code: str, refused_amount: int
) -> None:
    with pytest.raises(AmountRefused) as refused:
        change_in_pieces(amount, pieces, available)
    assert (refused.value.code, refused.value.amount) == (code, refused_amount)


def test_a_piece_that_stands_twice_counts_once() -> None:
    assert change_in_pieces(100, (50, 50, 20, 10), {50: 1, 20: 2, 10: 1}) == ((50, 1), (20, 2), (10, 1))


def test_a_drawer_that_holds_less_is_seen_at_once() -> None:
    drawer = dict.fromkeys(range(1001, 1031), 1000)
    with pytest.raises(ChangeImpossible) as refused:
        change_in_pieces(1_000_000_007, tuple(drawer), drawer)
    assert (refused.value.code, refused.value.amount_minor) == ("change_impossible", 1_000_000_007)
    assert str(refused.value) == "no notes and coins make 1000000007"


@pytest.mark.parametrize(
    ("amount", "drawer"),
    [
        # No multiple of what the pieces have in common: an odd amount in even pieces.
        (80_201, {2 * (1000 + number * number): 1 for number in range(60)}),
        # Most ways to take forty of these lead to rests that were tried before.
        (400_999, {1000 * number + 1: 1 for number in range(1, 41)}),
        # One large piece less leaves more than all smaller ones together.
        (400_000_004, {1000: 400_000, 3: 1, 2: 1}),
        (400_000_004, {1000: 500_000, 3: 1, 2: 1}),
    ],
)
def test_a_search_that_leads_nowhere_is_known_to_lead_nowhere(amount: int, drawer: dict[int, int]) -> None:
    with pytest.raises(ChangeImpossible) as refused:
        change_in_pieces(amount, tuple(drawer), drawer)
    assert refused.value.code == "change_impossible"


def test_a_hopeless_search_for_change_ends_and_says_that_it_gave_up() -> None:
    # Each piece is one more than thousands, so 999 of them would be needed; there are forty.
    drawer = {1000 * (10_000 + number**3) + 1: 1 for number in range(1, 41)}
    amount = sum(drawer) // 2000 * 1000 + 999
    with pytest.raises(ChangeNotFound) as refused:
        change_in_pieces(amount, tuple(drawer), drawer)
    assert (refused.value.code, refused.value.amount_minor) == ("change_not_found", amount)
    assert str(refused.value) == f"the search ended before it found notes and coins that make {amount}"


def _counts_by_trying_everything(amount: int, drawer: dict[int, int]) -> tuple[tuple[int, int], ...] | None:
    pieces = sorted(drawer, reverse=True)
    spans = [range(drawer[piece], -1, -1) for piece in pieces]
    for counts in product(*spans):
        if sum(piece * count for piece, count in zip(pieces, counts, strict=True)) == amount:
            return tuple((piece, count) for piece, count in zip(pieces, counts, strict=True) if count)
    return None


@given(st.integers(0, 300), st.dictionaries(st.integers(1, 60), st.integers(0, 4), max_size=5))
def test_change_is_found_where_there_is_one_and_in_the_largest_pieces(
    amount: int, drawer: dict[int, int]
) -> None:
    expected = _counts_by_trying_everything(amount, drawer)
    try:
        found = change_in_pieces(amount, tuple(drawer), drawer)
    except ChangeImpossible:
        assert expected is None
    else:
        assert found == expected


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
