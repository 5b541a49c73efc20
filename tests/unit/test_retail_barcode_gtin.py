"""Trade item numbers, judged by an independent reader of the GS1 system (biip)."""

from __future__ import annotations

import pytest
from biip import ParseError
from biip.checksums import gs1_price_weight_check_digit, gs1_standard_check_digit
from biip.gtin import Gtin
from biip.upc import Upc
from hypothesis import given
from hypothesis import strategies as st

from retail.barcode import ProductCode, Unreadable, read
from retail.gtin import check_digit, gtin_forms, has_check_digit, product_forms, value_check_digit

DIGITS = "0123456789"


@given(st.text(DIGITS, min_size=1, max_size=40))
def test_the_check_digit_is_that_of_the_standard(payload: str) -> None:
    digit = check_digit(payload)
    assert digit == gs1_standard_check_digit(payload)
    assert [last for last in DIGITS if has_check_digit(payload + last)] == [str(digit)]


@pytest.mark.parametrize(
    ("value", "digit"),
    # GS1 General Specifications 7.9.3 and 7.9.4, the examples there
    [("2875", 9), ("14685", 6), ("0000", 0), ("00000", 0)],
)
def test_the_check_digit_of_a_price_in_a_label(value: str, digit: int) -> None:
    assert value_check_digit(value) == digit


def test_the_check_digit_of_every_value_is_that_of_the_standard() -> None:
    for length in (4, 5):
        for number in range(10**length):
            value = f"{number:0{length}d}"
            assert value_check_digit(value) == gs1_price_weight_check_digit(value)


@given(st.sampled_from((8, 12, 13, 14)), st.text(DIGITS, min_size=14, max_size=14), st.booleans())
def test_a_number_is_a_trade_item_when_the_standard_says_so(length: int, digits: str, valid: bool) -> None:
    payload = "2" + digits[:6] if length == 8 else digits[: length - 1]  # with 0 or 1 it may be a UPC-E
    code = payload + (str(gs1_standard_check_digit(payload)) if valid else digits[-1])
    try:
        gtin = Gtin.parse(code)
    except ParseError:
        assert read(code, ()) == Unreadable(code, "bad_check_digit")
        return
    scan = read(code, ())
    assert isinstance(scan, ProductCode)
    assert gtin.as_gtin_14() in scan.candidates
    assert gtin.value == code
    assert {form.zfill(14) for form in scan.candidates} == {gtin.as_gtin_14()}


@given(st.text(DIGITS, min_size=6, max_size=8))
def test_a_upc_e_is_what_the_standard_expands_it_to(code: str) -> None:
    scan = read(code, ())
    try:
        expanded = Upc.parse(code).as_upc_a()
    except ParseError:
        # what is no UPC-E is the shop's own number, or a GTIN-8
        if len(code) < 8:
            assert scan == ProductCode(code, (code,))
        else:
            assert isinstance(scan, ProductCode) == has_check_digit(code)
        return
    assert isinstance(scan, ProductCode)
    assert scan.candidates[0] == code, "what was scanned is looked for first"
    assert expanded in scan.candidates
    assert len(set(scan.candidates)) == len(scan.candidates)


@pytest.mark.parametrize(
    ("code", "expanded"),
    [
        ("425261", "042100005264"),  # six digits: number system 0, its check digit computed
        ("0425261", "042100005264"),
        ("04252614", "042100005264"),
        ("1234565", "123456000056"),
    ],
)
def test_scanners_send_a_upc_e_in_three_lengths(code: str, expanded: str) -> None:
    assert expanded in product_forms(code)
    assert product_forms(code)[0] == code


def test_a_upc_e_is_not_looked_for_where_the_scanner_read_another_symbol() -> None:
    assert product_forms("425261", upc_e=False) == ("425261",)
    assert product_forms("2425261") == ("2425261",), "there is no number system 2"
    assert product_forms("01234505", upc_e=False) == ()
    assert product_forms("01234505") == ("01234505", *gtin_forms("012000003455"))


def test_eight_digits_may_be_both_and_are_looked_for_as_both() -> None:
    both = next(
        code
        for code in (f"{number:08d}" for number in range(10**6, 2 * 10**6))
        if has_check_digit(code) and is_a_upc_e(code)
    )
    forms = product_forms(both)
    assert forms[0] == both
    assert Upc.parse(both).as_upc_a() in forms
    assert both.zfill(14) in forms


def is_a_upc_e(code: str) -> bool:
    try:
        Upc.parse(code)
    except ParseError:
        return False
    return True
