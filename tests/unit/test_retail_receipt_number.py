"""Receipt numbers: a check digit over till and counter that finds what fingers get wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.receipt_number import (
    ONLINE_TILL,
    NotAReceiptNumber,
    online_receipt_number,
    parse_receipt_number,
    receipt_number,
)

TILLS = st.integers(1, 999)
COUNTERS = st.integers(1, 10**9)


def test_the_pictures_receipt_has_its_number() -> None:
    assert receipt_number(2, 412) == "T2-000412-7"
    assert parse_receipt_number("T2-000412-7") == (2, 412)


@given(TILLS, COUNTERS)
def test_a_number_reads_back_as_what_it_was(till: int, counter: int) -> None:
    assert parse_receipt_number(receipt_number(till, counter)) == (till, counter)


@given(TILLS, COUNTERS, st.data())
def test_one_wrong_digit_is_always_found(till: int, counter: int, data: st.DataObject) -> None:
    number = receipt_number(till, counter)
    places = [place for place, sign in enumerate(number) if sign.isdigit()]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    with pytest.raises(NotAReceiptNumber):
        parse_receipt_number(number[:place] + wrong + number[place + 1 :])


@given(TILLS, COUNTERS, st.data())
def test_two_swapped_digits_are_always_found(till: int, counter: int, data: st.DataObject) -> None:
    number = receipt_number(till, counter)
    start = number.index("-") + 1
    place = data.draw(st.integers(start, len(number) - 4))
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(NotAReceiptNumber) as refused:
            parse_receipt_number(swapped)
        assert refused.value.code == "check_digit"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "T2",
        "T2-412-7",
        "2-000412-7",
        "T0-000412-7",
        "T2-000412-77",
        "T2-000412-7 ",
        "T2-００0412-7",
        "T1000-000412-7",
    ],
)
def test_a_text_of_another_shape_is_no_receipt_number(text: str) -> None:
    with pytest.raises(NotAReceiptNumber) as refused:
        parse_receipt_number(text)
    assert refused.value.code == "shape"


@pytest.mark.parametrize(("till", "counter"), [(0, 1), (1000, 1), (1, 0), (1, -5), (1, 10**12)])
def test_a_number_that_cannot_be_printed_is_not_made(till: int, counter: int) -> None:
    with pytest.raises(NotAReceiptNumber):
        receipt_number(till, counter)


def test_what_was_sold_online_has_numbers_of_its_own_that_are_checked_alike() -> None:
    number = online_receipt_number(12)
    assert number == "W-000012-5"
    assert parse_receipt_number(number) == (ONLINE_TILL, 12)
    assert parse_receipt_number(online_receipt_number(1_000_000)) == (ONLINE_TILL, 1_000_000)
    for wrong, code in (("W-000021-5", "check_digit"), ("W1-000012-5", "shape"), ("T0-000012-5", "shape")):
        with pytest.raises(NotAReceiptNumber) as refused:
            parse_receipt_number(wrong)
        assert refused.value.code == code


@pytest.mark.parametrize("counter", [0, -5, 10**12])
def test_an_online_number_that_cannot_be_printed_is_not_made(counter: int) -> None:
    with pytest.raises(NotAReceiptNumber):
        online_receipt_number(counter)
