"""Prices that stand in a code become minor units of the store's currency, or are refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retail.barcode import BarcodeRule, EmbeddedCode, ProductCode, read
from retail.label_price import CURRENCY_NUMBERS, LabelPriceRefused, label_price_minor
from retail.money import CURRENCIES, LARGEST_AMOUNT_MINOR

GTIN = "04006381333931"


def scanned(text: str, *rules: BarcodeRule) -> ProductCode | EmbeddedCode:
    scan = read(text, rules)
    assert isinstance(scan, ProductCode | EmbeddedCode)
    return scan


@pytest.mark.parametrize(
    ("elements", "currency", "digits", "minor"),
    [
        ("", "EUR", 2, None),
        ("(3952)000350", "EUR", 2, None),  # a price for a unit is no price of the item
        ("(3922)1299", "EUR", 2, 1299),
        ("(3923)12990", "EUR", 2, 1299),
        ("(3920)12", "EUR", 2, 1200),
        ("(3920)1299", "JPY", 0, 1299),
        ("(3923)1299", "KWD", 3, 1299),
        ("(3932)9781299", "EUR", 2, 1299),
        ("(3930)3921299", "JPY", 0, 1299),
        ("(3922)0", "EUR", 2, 0),
        ("(3922)999999999999", "EUR", 2, LARGEST_AMOUNT_MINOR),
    ],
)
def test_a_price_is_converted_exactly(elements: str, currency: str, digits: int, minor: int | None) -> None:
    scan = scanned(f"(01){GTIN}{elements}")
    assert label_price_minor(scan, currency_code=currency, digits=digits) == minor


@pytest.mark.parametrize(
    ("elements", "currency", "digits", "code"),
    [
        ("(3932)9781299", "USD", 2, "other_currency"),
        ("(3932)9781299", "XXX", 2, "other_currency"),
        ("(3923)12995", "EUR", 2, "too_precise"),
        ("(3922)1299", "JPY", 0, "too_precise"),
        ("(3920)" + "9" * 15, "EUR", 2, "too_large"),
        ("(3922)1000000000000", "EUR", 2, "too_large"),
    ],
)
def test_a_price_that_cannot_be_charged_is_refused(
    elements: str, currency: str, digits: int, code: str
) -> None:
    with pytest.raises(LabelPriceRefused) as refused:
        label_price_minor(scanned(f"(01){GTIN}{elements}"), currency_code=currency, digits=digits)
    assert refused.value.code == code
    assert str(refused.value.price) in str(refused.value)


def test_a_label_of_the_shop_says_minor_units_or_major_ones() -> None:
    by_digits = BarcodeRule(position=1, pattern="21IIIIINNNNNV", kind="price")
    in_braces = BarcodeRule(position=1, pattern="21.....{NNNDD}.", kind="price")
    weight = BarcodeRule(position=1, pattern="21IIIIINNNNNV", kind="weight")
    code = "2112345012990"
    assert label_price_minor(scanned(code, by_digits), currency_code="JPY", digits=0) == 1299
    assert label_price_minor(scanned(code, in_braces), currency_code="EUR", digits=2) == 1299
    assert label_price_minor(scanned(code, in_braces), currency_code="KWD", digits=3) == 12990
    with pytest.raises(LabelPriceRefused) as refused:
        label_price_minor(scanned(code, in_braces), currency_code="JPY", digits=0)
    assert refused.value.price == Decimal("12.99")
    assert label_price_minor(scanned(code, weight), currency_code="EUR", digits=2) is None


def test_every_currency_has_its_number() -> None:
    assert set(CURRENCY_NUMBERS) == set(CURRENCIES)
    assert all(len(number) == 3 and number.isdigit() for number in CURRENCY_NUMBERS.values())
    shared = [
        code for code, number in CURRENCY_NUMBERS.items() if list(CURRENCY_NUMBERS.values()).count(number) > 1
    ]
    assert shared == ["ANG", "XCG"]


@pytest.mark.parametrize(  # ISO 4217 list one
    ("code", "number"),
    [
        ("EUR", "978"),
        ("USD", "840"),
        ("CNY", "156"),
        ("SGD", "702"),
        ("JPY", "392"),
        ("GBP", "826"),
        ("KWD", "414"),
    ],
)
def test_the_numbers_are_those_of_the_standard(code: str, number: str) -> None:
    assert CURRENCY_NUMBERS[code] == number
