"""Tax: included and excluded, classes, rounding by line and by document."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.catalogue import LocalisedText, TaxClass
from retail.money import Rounding
from retail.tax import TaxRateRefused, TaxRounding, UnknownTaxClass, checked_tax_class, tax_in, tax_totals


def tax_class(code: str, rate: str) -> TaxClass:
    return TaxClass(tax_class_id=f"tax-{code}", code=code, name=LocalisedText(code), rate=Decimal(rate))


# The tax inside a price that includes it.
INCLUDED = [
    # gross, rate, tax, whose rule
    (10900, "9", 900, "Singapore IRAS: tax fraction 9/109"),
    (3620, "9", 299, "the receipt of the pictures: 2.989 rounds to 2.99"),
    (12000, "20", 2000, "UK HMRC Notice 700: VAT fraction 1/6"),
    (999, "20", 167, "UK: 1.665 rounds half up to 1.67"),
    (11000, "10", 1000, "Australia ATO: one eleventh"),
    (100, "10", 9, "Australia: 9.09 cents"),
    (11900, "19", 1900, "Germany UStG § 12: 19 %"),
    (10700, "7", 700, "Germany UStG § 12: reduced rate"),
    (199, "7", 13, "Germany: 13.02 cents"),
    (12100, "21", 2100, "Netherlands, Wet OB 1968: 21 %"),
    (12550, "25.5", 2550, "Finland from September 2024"),
    (10810, "8.1", 810, "Switzerland from 2024, MWSTG art. 25"),
    (1080, "8", 80, "Japan NTA: reduced rate, yen"),
    (1100, "10", 100, "Japan NTA: standard rate, yen"),
    (105, "5", 5, "United Arab Emirates: 5 %"),
    (1100, "10", 100, "Bahrain NBR: 1.100 dinar holds 0.100"),
    (1235, "10", 112, "Bahrain: 112.27 fils"),
    (2402, "0", 0, "zero-rated"),
    (0, "19", 0, "nothing paid"),
    (-11900, "19", -1900, "a return mirrors its sale"),
]


@pytest.mark.parametrize(("gross", "rate", "tax", "source"), INCLUDED)
def test_the_tax_inside_a_price(gross: int, rate: str, tax: int, source: str) -> None:
    assert tax_in(gross, Decimal(rate), included=True, rounding=Rounding.HALF_UP) == tax, source


# The tax that is added to a price without it.
EXCLUDED = [
    (10000, "9", 900, Rounding.HALF_UP, "Singapore IRAS"),
    (10000, "8.875", 888, Rounding.HALF_UP, "New York City: 8.875 %"),
    (1999, "8.875", 177, Rounding.HALF_UP, "New York City: 1.774 dollars"),
    (100, "7.25", 7, Rounding.HALF_UP, "California base rate"),
    (999, "6.25", 62, Rounding.HALF_UP, "Massachusetts: 62.44 cents"),
    (50, "5", 3, Rounding.HALF_UP, "2.5 cents up"),
    (50, "5", 2, Rounding.HALF_EVEN, "2.5 cents to the even"),
    (41, "5", 3, Rounding.UP, "2.05 cents always up"),
    (59, "5", 2, Rounding.DOWN, "2.95 cents always down, as Japanese shops may"),
    (198, "8", 15, Rounding.DOWN, "Japan: 15.84 yen down"),
    (14975, "14.975", 2243, Rounding.HALF_UP, "Québec GST and QST together: 22.425"),
    (2475, "10", 248, Rounding.HALF_UP, "Bahrain: 247.5 fils"),
]


@pytest.mark.parametrize(("net", "rate", "tax", "rounding", "source"), EXCLUDED)
def test_the_tax_on_top_of_a_price(net: int, rate: str, tax: int, rounding: Rounding, source: str) -> None:
    assert tax_in(net, Decimal(rate), included=False, rounding=rounding) == tax, source


# Where the two legal roundings part: lines of one class, then the tax by document and by line.
PARTINGS = [
    # amounts, rate, included, by document, by line
    ((99, 99, 99), "19", False, 56, 57),
    ((33, 33, 33), "7", False, 7, 6),
    ((149, 149), "20", True, 50, 50),
    ((102, 102, 102), "20", True, 51, 51),
    ((5, 5, 5, 5), "10", True, 2, 0),
    ((1, 1, 1, 1, 1, 1), "9", True, 0, 0),
    ((250, 125), "9", True, 31, 31),
    ((1099,), "9", True, 91, 91),
]


@pytest.mark.parametrize(("amounts", "rate", "included", "by_document", "by_line"), PARTINGS)
def test_rounding_by_line_and_by_document_may_differ(
    amounts: tuple[int, ...], rate: str, included: bool, by_document: int, by_line: int
) -> None:
    classes = {"tax-A": tax_class("A", rate)}
    for tax_rounding, tax in ((TaxRounding.DOCUMENT, by_document), (TaxRounding.LINE, by_line)):
        (total,) = tax_totals(
            [("tax-A", amount) for amount in amounts],
            classes,
            included=included,
            tax_rounding=tax_rounding,
            rounding=Rounding.HALF_UP,
        )
        assert total.tax_minor == tax
        assert total.net_minor + total.tax_minor == total.gross_minor


def test_classes_are_totalled_apart_in_the_order_of_their_letters() -> None:
    totals = tax_totals(
        [("tax-Z", 700), ("tax-A", 1100), ("tax-Z", 300), ("tax-A", 2520)],
        {"tax-Z": tax_class("Z", "0"), "tax-A": tax_class("A", "9"), "tax-B": tax_class("B", "5")},
        included=True,
        tax_rounding=TaxRounding.DOCUMENT,
        rounding=Rounding.HALF_UP,
    )
    assert [(one.code, one.net_minor, one.tax_minor, one.gross_minor) for one in totals] == [
        ("A", 3321, 299, 3620),
        ("Z", 1000, 0, 1000),
    ]


def test_nothing_sold_has_no_tax_totals() -> None:
    assert tax_totals([], {}, included=True, tax_rounding=TaxRounding.LINE, rounding=Rounding.HALF_UP) == ()


def test_a_line_of_an_unknown_class_is_never_taxed_silently_with_nothing() -> None:
    with pytest.raises(UnknownTaxClass) as refused:
        tax_totals(
            [("tax-X", 100)], {}, included=True, tax_rounding=TaxRounding.LINE, rounding=Rounding.HALF_UP
        )
    assert refused.value.tax_class_id == "tax-X"


@pytest.mark.parametrize("rate", ["-1", "100.01", "NaN", "Infinity"])
def test_a_rate_that_is_no_percentage_is_refused(rate: str) -> None:
    with pytest.raises(TaxRateRefused):
        checked_tax_class(tax_class("A", rate))


@pytest.mark.parametrize("rate", ["0", "9", "25.5", "100"])
def test_a_rate_from_nothing_to_all_stands(rate: str) -> None:
    assert checked_tax_class(tax_class("A", rate)).rate == Decimal(rate)


RATES = st.decimals(0, 100, places=3)


@given(
    st.lists(st.tuples(st.sampled_from("ABZ"), st.integers(0, 10**9)), max_size=40),
    st.tuples(RATES, RATES, RATES),
    st.booleans(),
    st.sampled_from(TaxRounding),
    st.sampled_from(Rounding),
)
def test_totals_are_the_sum_of_the_lines(
    lines: list[tuple[str, int]],
    rates: tuple[Decimal, Decimal, Decimal],
    included: bool,
    tax_rounding: TaxRounding,
    rounding: Rounding,
) -> None:
    classes = {code: tax_class(code, str(rate)) for code, rate in zip("ABZ", rates, strict=True)}
    totals = tax_totals(lines, classes, included=included, tax_rounding=tax_rounding, rounding=rounding)
    assert sum(one.gross_minor if included else one.net_minor for one in totals) == sum(
        amount for _, amount in lines
    )
    for one in totals:
        assert one.net_minor + one.tax_minor == one.gross_minor
        assert 0 <= one.tax_minor <= one.gross_minor


@given(st.integers(0, 10**10), RATES)
def test_adding_tax_and_taking_it_out_again_comes_back_to_the_net(net: int, rate: Decimal) -> None:
    added = tax_in(net, rate, included=False, rounding=Rounding.HALF_UP)
    inside = tax_in(net + added, rate, included=True, rounding=Rounding.HALF_UP)
    assert inside == added
