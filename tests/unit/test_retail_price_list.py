"""The rows of price lists: their keys, and what is wrong with one by itself."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.catalogue import ListPrice, LocalisedText
from retail.money import LARGEST_AMOUNT_MINOR, Rounding
from retail.occasion import ConditionInvalid
from retail.price_list import PriceList, conditions_of, list_fault, price_fault

NAME = LocalisedText("Evening", "晚市")


def row(**fields: object) -> PriceList:
    return PriceList(list_id="evening", name=NAME, **fields)  # type: ignore[arg-type]  # fields of the row


def price(minor: str = "700", quantity: str = "0", *, of: str = "evening", product: str = "tea") -> ListPrice:
    return ListPrice(
        list_id=of, product_id=product, unit_price_minor=Decimal(minor), minimum_quantity=Decimal(quantity)
    )


def test_a_list_is_found_by_its_id() -> None:
    assert row().key == "evening"


@pytest.mark.parametrize(
    ("quantity", "key"),
    [
        ("0", "tea|evening|0"),
        ("-0.0", "tea|evening|0"),
        ("6", "tea|evening|6"),
        ("6.000", "tea|evening|6"),
        ("1E+1", "tea|evening|10"),
        ("2.50", "tea|evening|2.5"),
        ("NaN", "tea|evening|NaN"),
    ],
)
def test_a_price_is_found_by_product_list_and_quantity_however_the_quantity_is_written(
    quantity: str, key: str
) -> None:
    assert price(quantity=quantity).key == key


IDS = st.text(alphabet="a|%7C25", max_size=5)


@given(one=st.tuples(IDS, IDS), other=st.tuples(IDS, IDS))
def test_two_prices_never_share_a_key(one: tuple[str, str], other: tuple[str, str]) -> None:
    keys = {price(of=list_id, product=product).key for list_id, product in (one, other)}
    assert len(keys) == len({one, other})


def test_rows_travel_as_tagged_json_and_every_further_field_has_a_default() -> None:
    rows = (row(percent=Decimal("-10"), hours=("17:00-19:00",), rounding=Rounding.UP), price("699.5", "6"))
    decoder = msgspec.json.Decoder(PriceList | ListPrice)
    assert tuple(decoder.decode(msgspec.json.encode(each)) for each in rows) == rows
    least = (
        b'{"row":"price_list","list_id":"evening","name":{"en":"Evening","zh":"\xe6\x99\x9a\xe5\xb8\x82"}}'
    )
    assert decoder.decode(least) == row()
    assert (row().position, row().rounding) == (100, Rounding.HALF_UP)
    simplest = ListPrice(list_id="evening", product_id="tea", unit_price_minor=Decimal(700))
    assert simplest == price("700", "0")


@pytest.mark.parametrize(
    ("fields", "derives"),
    [
        ({}, False),
        ({"percent": Decimal(-10)}, True),
        ({"amount_minor": Decimal(50)}, True),
        ({"round_to_minor": Decimal(100)}, True),
        ({"based_on": "wholesale"}, True),
        ({"product_ids": ("tea",)}, False),
    ],
)
def test_a_list_derives_prices_when_it_has_a_rule(fields: dict[str, object], derives: bool) -> None:
    assert row(**fields).derives is derives


HUGE = Decimal("1E+400")
BAD_LISTS = [
    ({"currency_code": "EUR"}, "other_currency"),
    ({"currency_code": "EURO"}, "unknown_currency"),
    ({"percent": Decimal("NaN")}, "bad_percent"),
    ({"percent": Decimal("-Infinity")}, "bad_percent"),
    ({"percent": Decimal(-100)}, "bad_percent"),
    ({"percent": Decimal(1001)}, "bad_percent"),
    ({"percent": HUGE}, "bad_percent"),
    ({"percent": Decimal("1E+99999999")}, "bad_percent"),
    ({"percent": Decimal("-10.00001")}, "bad_percent"),
    ({"amount_minor": Decimal("sNaN")}, "bad_amount"),
    ({"amount_minor": Decimal(-LARGEST_AMOUNT_MINOR - 1)}, "bad_amount"),
    ({"amount_minor": HUGE}, "bad_amount"),
    ({"amount_minor": Decimal("-1E+99999999")}, "bad_amount"),
    ({"amount_minor": Decimal("0.00001")}, "bad_amount"),
    ({"round_to_minor": Decimal(-1)}, "bad_rounding"),
    ({"round_to_minor": Decimal("Infinity")}, "bad_rounding"),
    ({"round_to_minor": HUGE}, "bad_rounding"),
    ({"round_to_minor": Decimal("1E-400")}, "bad_rounding"),
    ({"round_to_minor": Decimal(100), "below_step_minor": Decimal(100)}, "bad_rounding"),
    ({"round_to_minor": Decimal(100), "below_step_minor": Decimal(-1)}, "bad_rounding"),
    ({"round_to_minor": Decimal(100), "below_step_minor": Decimal("NaN")}, "bad_rounding"),
    ({"below_step_minor": Decimal(1)}, "bad_rounding"),
]


@pytest.mark.parametrize(("fields", "reason"), BAD_LISTS)
def test_a_list_that_cannot_be_says_what_is_wrong(fields: dict[str, object], reason: str) -> None:
    assert list_fault(row(**fields), "SGD") == reason


def test_a_list_without_an_id_is_none() -> None:
    assert list_fault(PriceList(list_id="", name=NAME), "SGD") == "no_id"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"currency_code": "SGD"},
        {"percent": Decimal("-99.9999")},
        {"percent": Decimal(1000)},
        {"amount_minor": Decimal(-LARGEST_AMOUNT_MINOR)},
        {"round_to_minor": Decimal("0.0001")},
        {"round_to_minor": Decimal(100), "below_step_minor": Decimal(1)},
    ],
)
def test_a_list_at_the_edge_of_what_can_be_is_taken(fields: dict[str, object]) -> None:
    assert list_fault(row(**fields), "SGD") == ""


BAD_PRICES = [
    ("0", "0", "zero"),
    ("-1", "0", "negative"),
    ("NaN", "0", "not_a_number"),
    ("1E+400", "0", "too_large"),
    ("0.00001", "0", "too_precise"),
    ("700", "-1", "bad_quantity"),
    ("700", "NaN", "bad_quantity"),
    ("700", "100000", "bad_quantity"),
    ("700", "1E+400", "bad_quantity"),
    ("700", "1E+99999999", "bad_quantity"),
    ("700", "0.0005", "bad_quantity"),
]


@pytest.mark.parametrize(("minor", "quantity", "reason"), BAD_PRICES)
def test_a_price_that_cannot_be_says_what_is_wrong(minor: str, quantity: str, reason: str) -> None:
    assert price_fault(price(minor, quantity)) == reason


@pytest.mark.parametrize(("minor", "quantity"), [("0.0001", "0"), ("999999999999", "99999"), ("1", "0.001")])
def test_a_price_at_the_edge_of_what_can_be_is_taken(minor: str, quantity: str) -> None:
    assert price_fault(price(minor, quantity)) == ""


def test_conditions_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(ConditionInvalid) as invalid:
        conditions_of(row(hours=("19 to 20",)))
    assert invalid.value.reason == "bad_hours"
    assert conditions_of(row()).always
