"""Shares of lines, totals by group, and the reasons for each figure."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retail.catalogue import LocalisedText
from retail.money import AllocationImpossible, Rounding
from retail.quantity import SellingUnit
from retail.sale import LineTax
from retail.tax import (
    ExplainedShare,
    ExplainedTax,
    FiscalPosition,
    TaxGroup,
    TaxGroupTotal,
    TaxKind,
    TaxRounding,
    UnknownTaxClass,
    document_taxes,
    explain,
    line_taxes,
    tax_groups,
)
from tests.fakes.taxes import division, fixed, percent, prepare_taxes, tax_class, taxable

LITRE = SellingUnit.LITRE


def test_the_documents_rounding_goes_to_the_largest_remainder() -> None:
    prepared = prepare_taxes([tax_class("A", rate="19")])
    lines = [taxable("A", 99), taxable("A", 98), taxable("A", 99)]
    totals = document_taxes(lines, prepared)
    # Exactly 18.81, 18.62 and 18.81: together 56.24, so 56 and not 19 + 19 + 19.
    shares = line_taxes(lines, totals, prepared)
    assert shares == tuple(
        (LineTax(tax_id="A", amount_minor=amount, included=False),) for amount in (19, 18, 19)
    )


def test_rounded_by_line_a_share_is_what_was_rounded_there() -> None:
    prepared = prepare_taxes([tax_class("A", rate="19")], included=True, tax_rounding=TaxRounding.LINE)
    lines = [taxable("A", 99), taxable("A", 98)]
    assert line_taxes(lines, document_taxes(lines, prepared), prepared) == tuple(
        (LineTax(tax_id="A", amount_minor=16, included=True),) for _ in lines
    )


def test_each_line_has_a_share_of_each_of_its_taxes_in_their_order() -> None:
    prepared = prepare_taxes(
        [tax_class("A", rate="10", code="Z"), tax_class("B", "levy", "vat", code="B")],
        [fixed("levy", "20", LITRE, included=False), percent("vat", "20", included=True)],
        included=False,
    )
    lines = [
        taxable("B", 1200, "1", content="500 ml"),
        taxable("A", 1000),
        taxable("B", 2400, "2", content="1.5 l"),
    ]
    totals = document_taxes(lines, prepared)
    assert line_taxes(lines, totals, prepared) == (
        (
            LineTax(tax_id="levy", amount_minor=10, included=False),
            LineTax(tax_id="vat", amount_minor=200, included=True),
        ),
        (LineTax(tax_id="A", amount_minor=100, included=False),),
        (
            LineTax(tax_id="levy", amount_minor=60, included=False),
            LineTax(tax_id="vat", amount_minor=400, included=True),
        ),
    )


def test_ties_go_to_the_earlier_line_also_where_a_position_joins_classes() -> None:
    prepared = prepare_taxes(
        [tax_class("A", rate="5"), tax_class("B", rate="7")],
        positions=[FiscalPosition(position_id="p", tax_classes={"B": "A"})],
    )
    lines = [taxable("B", 50), taxable("A", 50), taxable("B", 50)]
    totals = document_taxes(lines, prepared, "p")
    shares = line_taxes(lines, totals, prepared, "p")
    assert totals[0].tax_minor == 8
    assert [(one.tax_id, one.amount_minor) for (one,) in shares] == [("A", 3), ("A", 3), ("A", 2)]


def test_an_exempt_line_says_so_with_a_share_of_nothing() -> None:
    prepared = prepare_taxes(
        [tax_class("A", rate="5")],
        positions=[FiscalPosition(position_id="p", taxes={"A": ()}, reason="Export")],
        included=True,
    )
    lines = [taxable("A", 50)]
    assert line_taxes(lines, document_taxes(lines, prepared, "p"), prepared, "p") == (
        (LineTax(tax_id="A", amount_minor=0, included=False),),
    )


def test_totals_of_other_lines_are_noticed() -> None:
    prepared = prepare_taxes([tax_class("A", rate="5"), tax_class("B", rate="5")])
    lines, others = [taxable("A", 100)], [taxable("A", 1000)]
    with pytest.raises(AllocationImpossible):
        line_taxes(lines, document_taxes(others, prepared), prepared)
    with pytest.raises(UnknownTaxClass) as unknown:
        line_taxes([taxable("B", 100)], document_taxes(others, prepared), prepared)
    assert unknown.value.tax_class_id == "B"
    assert line_taxes([], (), prepared) == ()


GROUPS = [
    TaxGroup(group_id="gst", name=LocalisedText("GST"), position=1),
    TaxGroup(group_id="levies", name=LocalisedText("Levies"), position=0),
    TaxGroup(group_id="cess", name=LocalisedText("Cess"), position=1),
]


def test_taxes_are_totalled_under_the_headings_of_the_paper() -> None:
    prepared = prepare_taxes(
        [
            tax_class("A", "cgst", "sgst", code="A"),
            tax_class("B", "bag", "cgst", "sgst", "cess", "other", code="B"),
            tax_class("C", rate="5", code="C"),
        ],
        [
            percent("cgst", "9", group_id="gst"),
            percent("sgst", "9", group_id="gst"),
            percent("cess", "1", group_id="cess"),
            percent("other", "2"),
            fixed("bag", "10", group_id="levies"),
        ],
        GROUPS,
    )
    totals = document_taxes([taxable("A", 1000), taxable("B", 2000), taxable("C", 400)], prepared)
    assert tax_groups(totals, prepared) == (
        TaxGroupTotal(group_id="levies", name=LocalisedText("Levies"), net_minor=2000, tax_minor=10),
        TaxGroupTotal(group_id="cess", name=LocalisedText("Cess"), net_minor=2000, tax_minor=20),
        TaxGroupTotal(group_id="gst", name=LocalisedText("GST"), net_minor=3000, tax_minor=540),
        TaxGroupTotal(group_id="", name=LocalisedText(""), net_minor=2400, tax_minor=60),
    )
    assert tax_groups((), prepared) == ()


def test_a_figure_is_explained_down_to_the_line_that_got_the_rounding() -> None:
    prepared = prepare_taxes([tax_class("A", rate="19")], included=True)
    lines = [taxable("A", 99), taxable("A", 98), taxable("A", 99)]
    assert explain(lines, prepared) == (
        ExplainedTax(
            tax_class_id="A",
            tax_id="A",
            name=LocalisedText("A"),
            kind=TaxKind.PERCENT,
            rate=Decimal(19),
            included=True,
            base_minor=249,
            exact_base_minor=Decimal("248.739496"),
            exact_minor=Decimal("47.260504"),
            tax_minor=47,
            difference_minor=Decimal("-0.260504"),
            shares=(
                ExplainedShare(line=0, exact_minor=Decimal("15.806723"), alone_minor=16, amount_minor=16),
                ExplainedShare(line=1, exact_minor=Decimal("15.647059"), alone_minor=16, amount_minor=15),
                ExplainedShare(line=2, exact_minor=Decimal("15.806723"), alone_minor=16, amount_minor=16),
            ),
        ),
    )


def test_a_levy_and_what_builds_on_it_are_explained() -> None:
    prepared = prepare_taxes(
        [tax_class("A", "levy", "vat", code="A"), tax_class("B", rate="0", code="B")],
        [fixed("levy", "18.5", LITRE, affects_next=True), percent("vat", "20")],
        rounding=Rounding.DOWN,
    )
    levy, vat, nothing = explain([taxable("B", 5), taxable("A", 103, "3", content="330 ml")], prepared)
    assert (levy.kind, levy.rate, levy.unit_amount_minor, levy.per, levy.measure) == (
        TaxKind.FIXED,
        0,
        Decimal("18.5"),
        LITRE,
        Decimal("0.99"),
    )
    assert (levy.base_minor, levy.exact_base_minor) == (103, 103)
    assert (str(levy.exact_minor), levy.tax_minor, levy.difference_minor) == (
        "18.315",
        18,
        Decimal("-0.315"),
    )
    assert (vat.base_minor, str(vat.exact_base_minor), vat.measure) == (121, "121.315", 0)
    assert (str(vat.exact_minor), vat.tax_minor, str(vat.difference_minor)) == ("24.263", 24, "-0.263")
    assert [share.line for share in (*levy.shares, *vat.shares, *nothing.shares)] == [1, 1, 0]
    assert (nothing.tax_class_id, nothing.tax_minor, nothing.base_minor) == ("B", 0, 5)


def test_a_measure_is_told_to_its_last_decimal() -> None:
    prepared = prepare_taxes([tax_class("A", "levy")], [fixed("levy", "18.5", LITRE)])
    (levy,) = explain([taxable("A", 100, "3", content="0.000001 ml")], prepared)
    assert levy.measure == Decimal("0.000000003")


def test_a_division_tax_is_explained_as_a_part_of_the_whole() -> None:
    prepared = prepare_taxes([tax_class("A", "icms")], [division("icms", "18")], included=True)
    (icms,) = explain([taxable("A", 9999)], prepared)
    assert (icms.base_minor, icms.exact_base_minor, str(icms.exact_minor)) == (9999, 9999, "1799.82")
    assert (icms.kind, icms.tax_minor, str(icms.difference_minor)) == (TaxKind.DIVISION, 1800, "0.18")


def test_what_is_not_charged_is_explained_with_its_reason() -> None:
    prepared = prepare_taxes(
        [tax_class("A", "vat")],
        [
            percent("vat", "20"),
            percent("owed", "20", reverse_charge=True, exemption_reason="Article 196"),
        ],
        positions=[
            FiscalPosition(position_id="export", taxes={"vat": ()}, reason="Export"),
            FiscalPosition(position_id="business", taxes={"vat": ("owed",)}),
        ],
    )
    (exempt,) = explain([taxable("A", 1000)], prepared, "export")
    assert (exempt.tax_id, exempt.rate, exempt.reason, exempt.reverse_charge) == ("vat", 0, "Export", False)
    (owed,) = explain([taxable("A", 1000)], prepared, "business")
    assert (owed.tax_id, owed.rate, owed.reason, owed.reverse_charge) == ("owed", 20, "Article 196", True)
    assert (owed.tax_minor, owed.exact_minor, owed.exact_base_minor, owed.base_minor) == (0, 0, 1000, 1000)


def test_rounded_by_line_a_share_is_what_the_line_alone_comes_to() -> None:
    prepared = prepare_taxes([tax_class("A", rate="19")], tax_rounding=TaxRounding.LINE)
    (tax,) = explain([taxable("A", 99), taxable("A", 98), taxable("A", -99)], prepared)
    assert [(one.alone_minor, one.amount_minor) for one in tax.shares] == [(19, 19), (19, 19), (-19, -19)]
    assert (tax.tax_minor, str(tax.exact_minor), str(tax.difference_minor)) == (19, "18.62", "0.38")
