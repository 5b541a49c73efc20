"""Unit prices: the measure that the law or the shop names, exact rounding, and what cannot be told."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.basket import PriceRefused
from retail.catalogue import LocalisedText, Product
from retail.quantity import SellingUnit
from retail.unit_price import (
    SCHEMES,
    UNITS,
    Dimension,
    SkippedUnitMeasure,
    UnitMeasure,
    UnitPrice,
    UnitPriceRefused,
    UnitPricing,
)


def goods(content: str = "0", unit: str = "", *, sold_by: SellingUnit = SellingUnit.PIECE) -> Product:
    return Product(
        product_id="tea",
        sku="TEA",
        name=LocalisedText("Tea"),
        category_id="pantry",
        tax_class_id="tax-Z",
        unit=sold_by,
        net_content=Decimal(content),
        content_unit=unit,
    )


def rule(rule_id: str, quantity: int, unit: str, **where: tuple[str, ...]) -> UnitMeasure:
    return UnitMeasure(rule_id=rule_id, quantity=quantity, unit=unit, **where)


def told(pricing: UnitPricing, product: Product, price: str = "500") -> tuple[Decimal, str]:
    found = pricing.unit_price(product, Decimal(price))
    assert found is not None
    return found.amount_minor, f"{found.per_quantity} {found.per_unit}"


EU = UnitPricing("eu")


def test_every_scheme_has_a_measure_for_whatever_is_measured() -> None:
    for scheme in SCHEMES.values():
        for dimension in Dimension:
            for loose in (False, True):
                measure = scheme.measure(dimension, loose=loose)
                assert measure.dimension is dimension
                assert scheme.allows(measure, loose=loose)


def test_every_unit_that_goods_are_sold_by_can_be_told() -> None:
    assert {str(unit) for unit in SellingUnit} <= set(UNITS)
    for unit in SellingUnit:
        if unit is not SellingUnit.PIECE:
            assert EU.unit_price(goods(sold_by=unit), Decimal(500)) == UnitPrice(
                Decimal(500), 1, str(unit), equals_price=True
            )


def test_a_product_whose_content_nobody_gave_has_no_unit_price() -> None:
    assert EU.unit_price(goods(), Decimal(500)) is None


@pytest.mark.parametrize(
    ("content", "unit", "code"),
    [
        ("0", "g", "no_content"),
        ("-5", "g", "negative"),
        ("NaN", "g", "not_a_number"),
        ("Infinity", "ml", "not_a_number"),
        ("100000000", "g", "too_large"),
        ("0.0000001", "kg", "too_small"),
        ("5", "ounce", "unknown_unit"),
        ("5", "", "unknown_unit"),
    ],
)
def test_a_content_that_cannot_be_is_refused(content: str, unit: str, code: str) -> None:
    with pytest.raises(UnitPriceRefused) as refused:
        EU.unit_price(goods(content, unit), Decimal(500))
    assert refused.value.code == code
    assert code in str(refused.value)


@pytest.mark.parametrize(("content", "price"), [("99999000", 500_000_000), ("0.000001", 500)])
def test_a_content_at_the_edge_of_what_can_be_is_taken(content: str, price: int) -> None:
    assert EU.unit_price(goods(content, "kg"), Decimal(price)) is not None


@pytest.mark.parametrize("price", ["0", "-1", "NaN", "1E+400"])
def test_a_price_that_cannot_be_asked_is_refused(price: str) -> None:
    with pytest.raises(PriceRefused):
        EU.unit_price(goods("100", "g"), Decimal(price))


def test_a_unit_price_of_nothing_or_beyond_all_amounts_is_refused() -> None:
    with pytest.raises(UnitPriceRefused) as refused:
        EU.unit_price(goods("99999", "piece"), Decimal(1))
    assert refused.value.code == "too_small"
    with pytest.raises(UnitPriceRefused) as refused:
        EU.unit_price(goods("0.001", "g"), Decimal(999_999_999))
    assert refused.value.code == "too_large"


def test_a_law_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnitPriceRefused) as refused:
        UnitPricing("atlantis")
    assert refused.value.code == "unknown_scheme"


def test_the_choice_for_a_product_goes_before_that_for_its_category() -> None:
    by_category = rule("a", 100, "g", category_ids=("pantry",))
    by_product = rule("b", 10, "g", product_ids=("tea",))
    assert told(UnitPricing("eu", [by_category]), goods("50", "g")) == (1000, "100 g")
    assert told(UnitPricing("eu", [by_category, by_product]), goods("50", "g")) == (100, "10 g")


def test_a_choice_is_for_what_it_measures_only() -> None:
    pricing = UnitPricing("eu", [rule("a", 100, "g", category_ids=("pantry",))])
    assert told(pricing, goods("50", "ml")) == (10_000, "1 l")
    assert told(UnitPricing("eu", [rule("a", 100, "g", category_ids=("bakery",))]), goods("50", "g")) == (
        10_000,
        "1 kg",
    )


def test_a_choice_for_loose_goods_does_not_reach_packages_where_the_law_forbids_it() -> None:
    pricing = UnitPricing("de", [rule("a", 100, "g", category_ids=("pantry",))])
    assert pricing.skipped == ()
    assert told(pricing, goods(sold_by=SellingUnit.KILOGRAM)) == (50, "100 g")
    assert told(pricing, goods("50", "g")) == (10_000, "1 kg")


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        (rule("x", 100, "ounce", category_ids=("pantry",)), "unknown_unit"),
        (rule("x", 250, "g", category_ids=("pantry",)), "not_allowed"),
        (rule("x", 0, "g", category_ids=("pantry",)), "not_allowed"),
        (rule("x", 100, "g"), "empty"),
        (rule("x", 10, "g", product_ids=("coffee",), category_ids=("shelf",)), "contradictory"),
    ],
)
def test_a_choice_that_cannot_be_followed_is_left_out_and_told(choice: UnitMeasure, reason: str) -> None:
    first = rule("a", 100, "g", category_ids=("shelf",))
    for order in ([first, choice], [choice, first]):
        pricing = UnitPricing("eu", order)
        assert pricing.skipped == (SkippedUnitMeasure("x", reason),)
        assert told(pricing, goods("50", "g")) == (10_000, "1 kg")


def test_the_same_choice_twice_is_no_contradiction() -> None:
    twice = [rule(rule_id, 100, "g", category_ids=("pantry",)) for rule_id in ("a", "b")]
    assert UnitPricing("eu", twice).skipped == ()


def test_a_choice_travels_as_a_tagged_row() -> None:
    row = rule("herbs", 10, "g", category_ids=("herbs",))
    assert row.key == "herbs"
    assert msgspec.json.decode(msgspec.json.encode(row), type=UnitMeasure) == row
    assert msgspec.json.decode(msgspec.json.encode(row))["row"] == "unit_measure"


@given(
    price=st.decimals(min_value="0.0001", max_value=10**6, places=4),
    content=st.decimals(min_value="0.001", max_value=10**5, places=3),
    unit=st.sampled_from(sorted(UNITS)),
    scheme=st.sampled_from(sorted(SCHEMES)),
)
def test_a_unit_price_is_the_exact_one_rounded_half_up(
    price: Decimal, content: Decimal, unit: str, scheme: str
) -> None:
    try:
        found = UnitPricing(scheme).unit_price(goods(str(content), unit), price)
    except UnitPriceRefused:
        return  # which those are stands in a test of its own
    assert found is not None
    per = found.per_quantity * UNITS[found.per_unit][1]
    exact = Fraction(price) * per / (Fraction(content) * UNITS[unit][1])
    step = Fraction(1, 10) if exact < SCHEMES[scheme].tenths_below_minor else Fraction(1)
    assert -step / 2 < Fraction(found.amount_minor) - exact <= step / 2
    assert Fraction(found.amount_minor) % step == 0
    assert found.equals_price is (exact == Fraction(price))


@given(price=st.integers(1, 10**6), content=st.integers(1, 10**4), packs=st.integers(2, 50))
def test_more_packages_at_the_same_price_each_cost_the_same_by_measure(
    price: int, content: int, packs: int
) -> None:
    one = EU.unit_price(goods(str(content), "kg"), Decimal(price * 10_000))
    many = EU.unit_price(goods(str(content * packs), "kg"), Decimal(price * 10_000 * packs))
    assert one is not None
    assert many is not None
    assert one.amount_minor == many.amount_minor
