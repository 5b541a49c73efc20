"""Pricing: the whole basket every time, the figures of the design's pictures, and what cannot be priced."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.basket import (
    Basket,
    ManualDiscount,
    PriceSource,
    add_product,
    attach_member,
    discount_basket,
    discount_line,
)
from retail.catalogue import LocalisedText, TaxClass
from retail.loyalty import points_for
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, Rounding, UnknownCurrency
from retail.pricing import MANUAL_LABEL, prepare, price
from retail.quantity import SellingUnit
from retail.sale import DiscountSource
from retail.tax import TaxRateRefused, TaxRounding, UnknownTaxClass
from tests.fakes.shop import (
    NOW,
    PICTURE_PROMOTIONS,
    STANDARD,
    ZERO,
    basket,
    picture_basket,
    priced,
    product,
    rules,
)


def test_the_pictures_sale_comes_out_to_the_cent() -> None:
    result = priced(picture_basket(), *PICTURE_PROMOTIONS)
    assert result.item_count == 9
    assert result.subtotal_minor == 7102
    assert result.saved_minor == 1080
    assert result.total_minor == 6022
    assert result.tax_minor == 299
    assert result.points == 60
    assert result.unused_coupons == ()
    assert [(one.code, one.net_minor, one.tax_minor, one.gross_minor) for one in result.tax_totals] == [
        ("A", 3321, 299, 3620),
        ("Z", 2402, 0, 2402),
    ]


def test_the_pictures_lines_come_out_to_the_cent() -> None:
    result = priced(picture_basket(), *PICTURE_PROMOTIONS)
    shown = [
        (line.line.product.product_id, line.gross_minor, line.net_minor, line.tax_code)
        for line in result.lines
    ]
    assert shown == [
        ("oat-milk", 840, 700, "Z"),
        ("sourdough-loaf", 680, 680, "Z"),
        ("bananas", 372, 372, "Z"),
        ("flat-white", 1100, 1100, "A"),
        ("butter-croissant", 360, 210, "A"),
        ("cotton-tee", 2900, 2610, "A"),
        ("jasmine-tea", 850, 850, "Z"),
    ]
    assert [line.document_discount_minor for line in result.lines] == [54, 52, 29, 84, 16, 200, 65]
    assert [(one.label.en, one.amount_minor, one.source) for one in result.discounts] == [
        ("SPRING5", 500, DiscountSource.COUPON)
    ]


def test_an_empty_basket_comes_to_nothing() -> None:
    result = priced(Basket(basket_id="basket-1"), *PICTURE_PROMOTIONS)
    assert (result.lines, result.item_count, result.total_minor, result.tax_totals) == ((), 0, 0, ())


def test_tax_that_is_not_included_is_added_to_the_total() -> None:
    what = Basket(basket_id="basket-1")
    for number, unit_price in enumerate(("1000", "999"), start=1):
        what, _ = add_product(
            what,
            line_id=f"line-{number}",
            product=product(f"tee-{number}", tax="tax-A"),
            quantity=Decimal(1),
            unit_price_minor=Decimal(unit_price),
        )
    result = price(what, prepare(rules(tax_included=False)), NOW)
    assert (result.subtotal_minor, result.tax_minor, result.total_minor) == (1999, 180, 2179)
    by_line = price(what, prepare(rules(tax_included=False, tax_rounding=TaxRounding.LINE)), NOW)
    assert by_line.tax_minor == 90 + 90


@pytest.mark.parametrize(
    ("code", "digits", "quantity", "unit_price", "total", "points"),
    [
        ("JPY", 0, "0.35", "1280", 448, 448),
        ("SGD", 2, "1.284", "290", 372, 3),
        ("KWD", 3, "0.75", "2475", 1856, 1),
        ("CLF", 4, "0.5", "12345", 6173, 0),
    ],
)
def test_currencies_of_any_decimals_are_whole_minor_units(
    code: str, digits: int, quantity: str, unit_price: str, total: int, points: int
) -> None:
    what = basket(("tea", f"{quantity}kg", unit_price), member_tier="gold")
    result = price(what, prepare(rules(currency=(code, digits))), NOW)
    assert (result.total_minor, result.points) == (total, points)


@pytest.mark.parametrize(
    ("rounding", "total"),
    [(Rounding.HALF_UP, 3), (Rounding.HALF_EVEN, 2), (Rounding.UP, 3), (Rounding.DOWN, 2)],
)
def test_a_line_is_rounded_by_the_stores_rule(rounding: Rounding, total: int) -> None:
    result = price(basket(("screw", "5", "0.5")), prepare(rules(rounding=rounding)), NOW)
    assert result.total_minor == total


def test_the_amount_on_a_label_is_what_is_paid() -> None:
    what, _ = add_product(
        Basket(basket_id="basket-1"),
        line_id="line-1",
        product=product("bananas", unit=SellingUnit.KILOGRAM),
        quantity=Decimal("1.748"),
        unit_price_minor=Decimal(290),
        price_source=PriceSource.EMBEDDED,
        fixed_amount_minor=508,
    )
    assert priced(what).total_minor == 508


def test_a_weighed_line_counts_as_one_item() -> None:
    assert priced(basket(("bananas", "2.5kg", "290"), ("tea", "3", "850"))).item_count == 4


MANUAL = [
    # line discount, basket discount, paid by line (10.00 and 5.00)
    (ManualDiscount(percent=Decimal(10)), None, [900, 500]),
    (ManualDiscount(amount_minor=250), None, [750, 500]),
    (ManualDiscount(percent=Decimal(100)), None, [0, 500]),
    (None, ManualDiscount(percent=Decimal(10)), [900, 450]),
    (None, ManualDiscount(amount_minor=300), [800, 400]),
    (None, ManualDiscount(amount_minor=9999), [0, 0]),
    (ManualDiscount(percent=Decimal(50)), ManualDiscount(percent=Decimal(50)), [250, 250]),
    (None, ManualDiscount(percent=Decimal("0.01")), [1000, 500]),
    (ManualDiscount(percent=Decimal("0.01")), None, [1000, 500]),
]


@pytest.mark.parametrize(("of_line", "of_basket", "paid"), MANUAL)
def test_discounts_by_hand(
    of_line: ManualDiscount | None, of_basket: ManualDiscount | None, paid: list[int]
) -> None:
    what = basket(("tee", "1", "1000"), ("tea", "1", "500"))
    what = discount_basket(discount_line(what, "line-1", of_line), of_basket)
    assert [line.paid_minor for line in priced(what).lines] == paid


def test_a_discount_by_hand_says_why_or_is_simply_called_one() -> None:
    what = basket(("tee", "1", "1000"))
    why = discount_line(what, "line-1", ManualDiscount(percent=Decimal(10), reason="damaged"))
    assert priced(why).lines[0].discounts[0].label == LocalisedText("damaged")
    whole = discount_basket(what, ManualDiscount(percent=Decimal(10)))
    assert priced(whole).discounts[0].label == MANUAL_LABEL


def test_a_discount_larger_than_what_is_left_of_its_line_stops_at_nothing() -> None:
    what = discount_line(basket(("tee", "2", "1000")), "line-1", ManualDiscount(amount_minor=1500))
    fewer = replace(what, lines=(replace(what.lines[0], quantity=Decimal(1)),))
    assert priced(fewer).total_minor == 0


def test_a_line_of_an_unknown_tax_class_is_not_priced() -> None:
    with pytest.raises(UnknownTaxClass):
        price(basket(("tea", "1", "850")), prepare(rules(tax_classes=(STANDARD,))), NOW)


def test_rules_with_an_impossible_tax_rate_are_refused_before_any_sale() -> None:
    wrong = TaxClass(tax_class_id="tax-X", code="X", name=LocalisedText("X"), rate=Decimal(101))
    with pytest.raises(TaxRateRefused):
        prepare(rules(tax_classes=(ZERO, wrong)))


def test_rules_in_an_unknown_currency_are_refused_before_any_sale() -> None:
    with pytest.raises(UnknownCurrency):
        prepare(rules(currency=("XXX", 2)))


def test_a_basket_beyond_the_largest_amount_is_refused() -> None:
    half = str(LARGEST_AMOUNT_MINOR // 2 + 1)
    with pytest.raises(AmountRefused) as refused:
        priced(basket(("villa", "1", half), ("yacht", "1", half)))
    assert refused.value.code == "too_large"


def test_a_tax_that_takes_the_total_beyond_the_largest_amount_is_refused() -> None:
    what, _ = add_product(
        Basket(basket_id="basket-1"),
        line_id="line-1",
        product=product("villa", tax="tax-A"),
        quantity=Decimal(1),
        unit_price_minor=Decimal(LARGEST_AMOUNT_MINOR),
    )
    with pytest.raises(AmountRefused):
        price(what, prepare(rules(tax_included=False)), NOW)


def test_only_a_member_earns_points() -> None:
    what = picture_basket()
    assert priced(attach_member(what, None), *PICTURE_PROMOTIONS).points == 0


POINTS = [
    (6022, 2, 1, 60),
    (6099, 2, 1, 60),
    (99, 2, 1, 0),
    (100, 2, 1, 1),
    (6022, 2, 10, 602),
    (448, 0, 1, 448),
    (1856, 3, 1, 1),
    (6022, 2, 0, 0),
    (0, 2, 1, 0),
    (-500, 2, 1, 0),
]


@pytest.mark.parametrize(("total", "digits", "rate", "points"), POINTS)
def test_points_are_rounded_down(total: int, digits: int, rate: int, points: int) -> None:
    assert points_for(total, digits, rate) == points


@given(
    st.lists(
        st.tuples(st.integers(1, 99), st.decimals("0.0001", 99999, places=4), st.sampled_from("AZ")),
        min_size=1,
        max_size=12,
    ),
    st.booleans(),
    st.sampled_from(TaxRounding),
    st.sampled_from(Rounding),
    st.none() | st.integers(1, 100),
)
def test_the_total_is_the_sum_of_what_is_shown(
    lines: list[tuple[int, Decimal, str]],
    tax_included: bool,
    tax_rounding: TaxRounding,
    rounding: Rounding,
    percent: int | None,
) -> None:
    what = Basket(basket_id="basket-1")
    for number, (quantity, unit_price, tax) in enumerate(lines):
        what, _ = add_product(
            what,
            line_id=f"line-{number}",
            product=product(f"product-{number}", tax=f"tax-{tax}"),
            quantity=Decimal(quantity),
            unit_price_minor=unit_price,
        )
    if percent is not None:
        what = discount_basket(what, ManualDiscount(percent=Decimal(percent)))
    made = rules(tax_included=tax_included, tax_rounding=tax_rounding, rounding=rounding)
    result = price(what, prepare(made), NOW)
    paid = sum(line.paid_minor for line in result.lines)
    assert result.total_minor == (paid if tax_included else paid + result.tax_minor)
    assert result.total_minor == sum(one.gross_minor for one in result.tax_totals)
    assert result.subtotal_minor - result.saved_minor == paid
    assert result.tax_minor == sum(one.tax_minor for one in result.tax_totals)
