"""Documents with several taxes on a class: included or not, fixed, division, compound, shared, reversed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retail.catalogue import LocalisedText
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused, Rounding
from retail.quantity import LARGEST_QUANTITY, QuantityRefused, SellingUnit
from retail.sale import TaxPart, TaxTotal
from retail.tax import (
    FiscalPosition,
    TaxableLine,
    TaxGroup,
    TaxMeasureUnknown,
    TaxRounding,
    UnknownFiscalPosition,
    UnknownTaxClass,
    document_taxes,
)
from retail.tax.exact import in_decimals
from tests.fakes.taxes import division, fixed, group, percent, prepare_taxes, tax_class, taxable

KILOGRAM, LITRE, METRE, PIECE = (
    SellingUnit.KILOGRAM,
    SellingUnit.LITRE,
    SellingUnit.METRE,
    SellingUnit.PIECE,
)


def figures(totals: tuple[TaxTotal, ...]) -> list[tuple[str, int, int, int]]:
    return [(one.code, one.net_minor, one.tax_minor, one.gross_minor) for one in totals]


def parts(total: TaxTotal) -> list[tuple[str, int, int, str]]:
    return [(one.tax_id, one.base_minor, one.tax_minor, str(one.exact_minor)) for one in total.parts]


def test_two_taxes_on_top_share_one_base() -> None:
    prepared = prepare_taxes(
        [tax_class("Q", "gst", "qst")], [percent("gst", "5"), percent("qst", "9.975", group_id="")]
    )
    (total,) = document_taxes([taxable("Q", 10000)], prepared)
    assert (total.net_minor, total.tax_minor, total.gross_minor) == (10000, 1498, 11498)
    assert parts(total) == [("gst", 10000, 500, "500"), ("qst", 10000, 998, "997.5")]
    assert total.rate == Decimal("14.975")


def test_a_tax_that_affects_the_next_is_in_its_base() -> None:
    prepared = prepare_taxes(
        [tax_class("Q", "gst", "qst")], [percent("gst", "5", affects_next=True), percent("qst", "9.5")]
    )
    (total,) = document_taxes([taxable("Q", 10000)], prepared)
    assert parts(total) == [("gst", 10000, 500, "500"), ("qst", 10500, 998, "997.5")]


def test_a_tax_whose_base_is_not_affected_stays_out_of_it() -> None:
    prepared = prepare_taxes(
        [tax_class("A", "luxury", "city", "vat")],
        [
            percent("luxury", "10", affects_next=True),
            percent("city", "1", base_is_affected=False, affects_next=True),
            percent("vat", "20"),
        ],
    )
    (total,) = document_taxes([taxable("A", 10000)], prepared)
    assert parts(total) == [
        ("luxury", 10000, 1000, "1000"),
        ("city", 10000, 100, "100"),
        ("vat", 11100, 2220, "2220"),
    ]
    assert total.gross_minor == 13320


def test_a_price_holds_all_of_its_included_taxes() -> None:
    prepared = prepare_taxes(
        [tax_class("A", "luxury", "vat")],
        [percent("luxury", "10", affects_next=True), percent("vat", "20")],
        included=True,
    )
    (total,) = document_taxes([taxable("A", 13200)], prepared)
    assert figures((total,)) == [("A", 10000, 3200, 13200)]
    assert parts(total) == [("luxury", 10000, 1000, "1000"), ("vat", 11000, 2200, "2200")]
    assert all(part.included for part in total.parts)


def test_included_and_excluded_taxes_meet_in_one_class() -> None:
    prepared = prepare_taxes(
        [tax_class("A", "vat", "city")],
        [percent("vat", "20", included=True), percent("city", "1", included=False)],
        included=True,
    )
    (total,) = document_taxes([taxable("A", 12000)], prepared)
    assert figures((total,)) == [("A", 10000, 2100, 12100)]
    assert [(part.tax_id, part.tax_minor, part.included) for part in total.parts] == [
        ("vat", 2000, True),
        ("city", 100, False),
    ]


def test_what_a_tax_says_of_itself_goes_before_what_the_store_says() -> None:
    taxes = [percent("in", "25", included=True), percent("on", "10", included=False), percent("as", "5")]
    for included, expected in ((True, [True, False, True]), (False, [True, False, False])):
        prepared = prepare_taxes([tax_class("A", "in", "on", "as")], taxes, included=included)
        (total,) = document_taxes([taxable("A", 10000)], prepared)
        assert [part.included for part in total.parts] == expected


def test_a_levy_on_top_that_affects_an_included_tax_leaves_the_usual_fraction_of_all_that_is_paid() -> None:
    prepared = prepare_taxes(
        [tax_class("A", "bag", "vat")],
        [
            fixed("bag", "10", included=False, affects_next=True),
            percent("vat", "20", included=True),
        ],
    )
    (total,) = document_taxes([taxable("A", 110)], prepared)
    assert (total.gross_minor, total.parts[1].tax_minor) == (120, 20)


@pytest.mark.parametrize(
    ("unit", "quantity", "content", "per", "tax"),
    [
        (PIECE, "3", "", PIECE, 300),
        (PIECE, "3", "6 piece", PIECE, 1800),
        (PIECE, "3", "500 g", PIECE, 300),
        (PIECE, "3", "500 g", KILOGRAM, 150),
        (PIECE, "3", "1.25 kg", KILOGRAM, 375),
        (PIECE, "3", "330 ml", LITRE, 99),
        (PIECE, "3", "1.5 l", LITRE, 450),
        (PIECE, "3", "2.5 m", METRE, 750),
        (KILOGRAM, "0.755", "", KILOGRAM, 76),
        (KILOGRAM, "0.754", "500 g", KILOGRAM, 75),
        (LITRE, "1.5", "", LITRE, 150),
        (METRE, "2.25", "", METRE, 225),
        (PIECE, "-3", "330 ml", LITRE, -99),
    ],
)
def test_a_fixed_tax_counts_what_the_line_holds(
    unit: SellingUnit, quantity: str, content: str, per: SellingUnit, tax: int
) -> None:
    prepared = prepare_taxes([tax_class("A", "levy")], [fixed("levy", "100", per)])
    (total,) = document_taxes([taxable("A", 1000, quantity, unit, content)], prepared)
    assert (total.net_minor, total.tax_minor) == (1000, tax)
    assert (total.rate, total.parts[0].rate, total.parts[0].base_minor) == (0, 0, 1000)


@pytest.mark.parametrize(
    ("unit", "content", "per"),
    [
        (PIECE, "", KILOGRAM),
        (PIECE, "500 g", LITRE),
        (PIECE, "0 ml", LITRE),
        (PIECE, "-1 l", LITRE),
        (PIECE, "2 oz", KILOGRAM),
        (KILOGRAM, "", PIECE),
        (KILOGRAM, "500 ml", LITRE),
        (KILOGRAM, "6 piece", PIECE),
    ],
)
def test_a_line_that_does_not_say_what_it_holds_cannot_be_taxed(
    unit: SellingUnit, content: str, per: SellingUnit
) -> None:
    prepared = prepare_taxes([tax_class("A", "levy")], [fixed("levy", "100", per)])
    with pytest.raises(TaxMeasureUnknown) as refused:
        document_taxes([taxable("A", 1000, "2", unit, content)], prepared)
    assert (refused.value.code, refused.value.tax_class_id, refused.value.per) == (
        "tax_measure_unknown",
        "A",
        per,
    )
    assert str(refused.value) == f"a line of tax class 'A' does not say how many {per} it holds"


@pytest.mark.parametrize(
    ("quantity", "content", "code"),
    [
        ("NaN", "1", "not_a_number"),
        ("Infinity", "1", "not_a_number"),
        ("1", "NaN", "not_a_number"),
        ("100000", "1", "too_large"),
        ("-100000", "1", "too_large"),
        ("1", "100000", "too_large"),
        ("1.0001", "1", "too_precise"),
        ("1", "0.0000001", "too_precise"),
    ],
)
def test_a_quantity_or_content_that_is_none_is_refused(quantity: str, content: str, code: str) -> None:
    prepared = prepare_taxes([tax_class("A", "levy")], [fixed("levy", "100", LITRE)])
    line = TaxableLine("A", 1000, Decimal(quantity), PIECE, Decimal(content), "l")
    with pytest.raises(QuantityRefused) as refused:
        document_taxes([line], prepared)
    assert refused.value.code == code
    assert refused.value.quantity is line.quantity or refused.value.quantity is line.net_content


def test_the_largest_and_the_finest_measure_are_counted_exactly() -> None:
    prepared = prepare_taxes([tax_class("A", "levy")], [fixed("levy", "1", LITRE)])
    most = TaxableLine("A", 0, LARGEST_QUANTITY, PIECE, LARGEST_QUANTITY, "l")
    (total,) = document_taxes([most], prepared)
    assert total.tax_minor == 99_999 * 99_999
    least = TaxableLine("A", 0, -LARGEST_QUANTITY, LITRE)
    assert document_taxes([least], prepared)[0].tax_minor == -99_999
    fine = [TaxableLine("A", 0, Decimal("0.001"), PIECE, Decimal("0.000001"), "ml")] * 500
    (total,) = document_taxes([TaxableLine("A", 0, Decimal(1), LITRE), *fine], prepared)
    assert (total.tax_minor, total.parts[0].exact_minor) == (1, 1)


def test_an_amount_per_litre_may_be_finer_than_a_minor_unit() -> None:
    prepared = prepare_taxes([tax_class("A", "levy")], [fixed("levy", "0.125", LITRE)])
    (total,) = document_taxes([taxable("A", 1000, "4", content="1 l")], prepared)
    assert parts(total) == [("levy", 1000, 1, "0.5")]


def test_two_fixed_taxes_of_different_units_and_a_percentage_on_both() -> None:
    prepared = prepare_taxes(
        [tax_class("A", "bottle", "sugar", "vat")],
        [
            fixed("bottle", "25", affects_next=True),
            fixed("sugar", "24", LITRE, affects_next=True),
            percent("vat", "20"),
        ],
    )
    lines = [taxable("A", 1000, "2", content="500 ml"), taxable("A", 500, "1", content="1.5 l")]
    (total,) = document_taxes(lines, prepared)
    assert parts(total) == [
        ("bottle", 1500, 75, "75"),
        ("sugar", 1500, 60, "60"),
        ("vat", 1635, 327, "327"),
    ]
    included = prepare_taxes(
        [tax_class("A", "bottle", "sugar", "vat")],
        [
            fixed("bottle", "25", affects_next=True),
            fixed("sugar", "24", LITRE, affects_next=True),
            percent("vat", "20"),
        ],
        included=True,
    )
    whole = [
        TaxableLine("A", amount, line.quantity, line.unit, line.net_content, line.content_unit)
        for amount, line in zip((1288, 674), lines, strict=True)
    ]
    (inside,) = document_taxes(whole, included)
    assert (inside.net_minor, inside.tax_minor, inside.gross_minor) == (1500, 462, 1962)
    assert parts(inside) == parts(total)


def test_a_price_below_its_fixed_tax_leaves_less_than_nothing_for_the_shop() -> None:
    prepared = prepare_taxes(
        [tax_class("A", "bag", "vat")],
        [fixed("bag", "10", affects_next=True), percent("vat", "20")],
        included=True,
    )
    (total,) = document_taxes([taxable("A", 0)], prepared)
    assert figures((total,)) == [("A", -10, 10, 0)]


def test_a_division_tax_is_a_percentage_of_itself_and_its_base() -> None:
    on_top = prepare_taxes([tax_class("A", "icms")], [division("icms", "18")])
    (total,) = document_taxes([taxable("A", 8200)], on_top)
    assert parts(total) == [("icms", 10000, 1800, "1800")]
    inside = prepare_taxes([tax_class("A", "icms")], [division("icms", "18")], included=True)
    (total,) = document_taxes([taxable("A", 10000)], inside)
    assert (total.net_minor, parts(total)) == (8200, [("icms", 10000, 1800, "1800")])
    assert total.rate == 18


def test_a_group_is_written_out_in_its_order() -> None:
    prepared = prepare_taxes(
        [tax_class("A", "gst18", "cess")],
        [percent("cess", "1"), percent("cgst", "9"), percent("sgst", "9"), group("gst18", "cgst", "sgst")],
    )
    (total,) = document_taxes([taxable("A", 10000)], prepared)
    assert [(part.tax_id, part.tax_minor) for part in total.parts] == [
        ("cgst", 900),
        ("sgst", 900),
        ("cess", 100),
    ]
    assert total.rate == 19


def test_what_the_buyer_owes_is_shown_and_not_charged() -> None:
    for included in (False, True):
        prepared = prepare_taxes(
            [tax_class("A", "vat", "city")],
            [
                percent("vat", "20", reverse_charge=True, exemption_reason="Reverse charge"),
                percent("city", "1", included=False),
            ],
            included=included,
        )
        (total,) = document_taxes([taxable("A", 10000)], prepared)
        assert figures((total,)) == [("A", 10000, 100, 10100)]
        assert total.rate == 1
        assert total.parts[0] == TaxPart(
            tax_id="vat",
            name=LocalisedText("VAT"),
            rate=Decimal(20),
            base_minor=10000,
            tax_minor=0,
            exact_minor=Decimal(0),
            reverse_charge=True,
            reason="Reverse charge",
        )


def test_a_tax_of_nothing_says_why() -> None:
    prepared = prepare_taxes(
        [tax_class("E", "exempt")], [percent("exempt", "0", exemption_reason="Medical care")]
    )
    (total,) = document_taxes([taxable("E", 5000)], prepared)
    assert (total.tax_minor, total.parts[0].reason, total.parts[0].base_minor) == (0, "Medical care", 5000)


def test_a_tax_of_several_classes_is_rounded_once_and_divided_between_them() -> None:
    classes = [tax_class("A", "gst", code="A"), tax_class("B", "gst", "pst", code="B")]
    taxes = [percent("gst", "5"), percent("pst", "7")]
    lines = [taxable("B", 1005), taxable("A", 1005)]
    totals = document_taxes(lines, prepare_taxes(classes, taxes))
    # Exactly 50.25 and 50.25: together 100.5, which is 101 and not 50 + 50.
    assert [parts(total) for total in totals] == [
        [("gst", 1005, 51, "50.25")],
        [("gst", 1005, 50, "50.25"), ("pst", 1005, 70, "70.35")],
    ]
    by_line = document_taxes(lines, prepare_taxes(classes, taxes, tax_rounding=TaxRounding.LINE))
    assert [parts(total) for total in by_line] == [
        [("gst", 1005, 50, "50.25")],
        [("gst", 1005, 50, "50.25"), ("pst", 1005, 70, "70.35")],
    ]


def test_a_shared_tax_is_divided_over_classes_whose_figures_have_other_denominators() -> None:
    prepared = prepare_taxes(
        [tax_class("A", "vat", code="A"), tax_class("B", "luxury", "vat", code="B")],
        [percent("luxury", "10", affects_next=True), percent("vat", "7")],
        included=True,
    )
    totals = document_taxes([taxable("A", 1000), taxable("B", 1000)], prepared)
    # 1000 × 7/107 = 65.420561 and 1000 × 7.7/117.7 = 65.420561, together 130.841121.
    assert [[part.tax_minor for part in total.parts] for total in totals] == [[66], [85, 65]]
    assert [str(total.parts[-1].exact_minor) for total in totals] == ["65.420561", "65.420561"]


def test_taxes_are_rounded_on_each_line_or_once() -> None:
    prepared = {
        tax_rounding: prepare_taxes(
            [tax_class("A", "levy", "vat")],
            [fixed("levy", "0.5", LITRE, affects_next=True), percent("vat", "19")],
            tax_rounding=tax_rounding,
        )
        for tax_rounding in TaxRounding
    }
    lines = [taxable("A", 99, "1", content="1 l")] * 3
    (by_document,) = document_taxes(lines, prepared[TaxRounding.DOCUMENT])
    (by_line,) = document_taxes(lines, prepared[TaxRounding.LINE])
    assert parts(by_document) == [("levy", 297, 2, "1.5"), ("vat", 299, 57, "56.715")]
    assert parts(by_line) == [("levy", 297, 3, "1.5"), ("vat", 300, 57, "56.715")]


@pytest.mark.parametrize(
    ("rounding", "tax"),
    [
        (Rounding.HALF_UP, 3),
        (Rounding.HALF_EVEN, 2),
        (Rounding.HALF_DOWN, 2),
        (Rounding.UP, 3),
        (Rounding.DOWN, 2),
    ],
)
def test_the_stores_rounding_holds_for_every_tax(rounding: Rounding, tax: int) -> None:
    for tax_rounding in TaxRounding:
        prepared = prepare_taxes(
            [tax_class("A", "vat")], [percent("vat", "5")], rounding=rounding, tax_rounding=tax_rounding
        )
        (total,) = document_taxes([taxable("A", 50)], prepared)
        assert total.tax_minor == tax


def test_a_plain_class_has_no_parts_and_keeps_its_rate() -> None:
    prepared = prepare_taxes([tax_class("A", rate="9.00")], included=True)
    (total,) = document_taxes([taxable("A", 10900)], prepared)
    assert total == TaxTotal(
        tax_class_id="A", code="A", rate=Decimal("9.00"), net_minor=10000, tax_minor=900, gross_minor=10900
    )
    assert str(total.rate) == "9.00"


def test_a_plain_class_keeps_its_rate_as_it_is_written() -> None:
    (total,) = document_taxes([taxable("A", 100)], prepare_taxes([tax_class("A", rate="1E+1")]))
    assert (str(total.rate), total.tax_minor) == ("1E+1", 10)


def test_totals_stand_in_the_order_of_their_letters_then_ids() -> None:
    classes = [tax_class("z", code="B"), tax_class("a", code="B"), tax_class("m", code="A")]
    totals = document_taxes([taxable("z", 1), taxable("a", 1), taxable("m", 1)], prepare_taxes(classes))
    assert [total.tax_class_id for total in totals] == ["m", "a", "z"]


def test_a_part_carries_the_group_and_the_name_of_its_tax() -> None:
    prepared = prepare_taxes(
        [tax_class("A", "vat")], [percent("vat", "20", group_id="g")], [TaxGroup(group_id="g")]
    )
    (total,) = document_taxes([taxable("A", 100)], prepared)
    assert (total.parts[0].group_id, total.parts[0].name.en, total.parts[0].rate) == ("g", "VAT", 20)


def test_an_unknown_class_or_position_is_never_taxed_with_nothing() -> None:
    prepared = prepare_taxes([tax_class("A", rate="9")], positions=[FiscalPosition(position_id="home")])
    with pytest.raises(UnknownTaxClass, match=r"^unknown tax class 'X'$") as unknown:
        document_taxes([taxable("X", 100)], prepared)
    assert (unknown.value.code, unknown.value.tax_class_id) == ("unknown_tax_class", "X")
    with pytest.raises(UnknownFiscalPosition, match=r"^unknown fiscal position 'abroad'$") as lost:
        document_taxes([taxable("A", 100)], prepared, "abroad")
    assert (lost.value.code, lost.value.position_id) == ("unknown_fiscal_position", "abroad")
    assert document_taxes([taxable("A", 100)], prepared, "home") == document_taxes(
        [taxable("A", 100)], prepared
    )


def test_what_no_document_can_show_is_refused() -> None:
    prepared = prepare_taxes([tax_class("A", rate="9")])
    with pytest.raises(AmountRefused) as refused:
        document_taxes([taxable("A", LARGEST_AMOUNT_MINOR), taxable("A", 1)], prepared)
    assert (refused.value.code, refused.value.amount) == ("too_large", LARGEST_AMOUNT_MINOR + 1)
    with pytest.raises(AmountRefused) as refused:
        document_taxes([taxable("A", LARGEST_AMOUNT_MINOR)], prepared)
    assert refused.value.code == "too_large"


def test_a_large_exact_amount_is_told_to_its_last_decimal() -> None:
    assert str(in_decimals(12345678901234567, 100_000)) == "123456789012.34567"
    assert str(in_decimals(-12345678901234567, 100_000)) == "-123456789012.34567"
    assert [str(in_decimals(1, 3)), str(in_decimals(5, 10**7)), str(in_decimals(15, 10**7))] == [
        "0.333333",
        "0",
        "0.000002",
    ]


def test_nothing_sold_has_no_totals() -> None:
    assert document_taxes([], prepare_taxes([tax_class("A", rate="9")])) == ()
