"""Fiscal positions: which one holds, what it maps, and what it makes of a price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retail.basket import PriceRefused
from retail.quantity import SellingUnit
from retail.sale import TaxTotal
from retail.tax import (
    FiscalPosition,
    PreparedTaxes,
    TaxableLine,
    TaxGroup,
    TaxMeasureUnknown,
    UnknownFiscalPosition,
    UnknownService,
    UnknownTaxClass,
    adapted_price,
    document_taxes,
    position_in_force,
)
from tests.fakes.taxes import fixed, group, percent, prepare_taxes, tax_class, taxable

CLASSES = [
    tax_class("food", rate="7", code="B"),
    tax_class("eaten_here", rate="19", code="A"),
    tax_class("goods", "vat", code="C"),
    tax_class("drinks", "levy", "vat", code="D"),
    tax_class("wrapped", "both", code="E"),
]
TAXES = [
    percent("vat", "20"),
    percent("reduced", "5"),
    percent("extra", "1"),
    percent("owed", "20", reverse_charge=True, exemption_reason="Article 196"),
    fixed("levy", "10", affects_next=True),
    group("both", "vat", "extra", group_id="g"),
    group("low", "reduced", "extra"),
]
POSITIONS = [
    FiscalPosition(position_id="home"),
    FiscalPosition(position_id="here", tax_classes={"food": "eaten_here"}, service="eat_in"),
    FiscalPosition(position_id="away", tax_classes={"eaten_here": "food"}, service="take_away"),
    FiscalPosition(position_id="swap", tax_classes={"food": "eaten_here", "eaten_here": "food"}),
    FiscalPosition(position_id="chain", taxes={"vat": ("reduced",), "reduced": ("extra",)}),
    FiscalPosition(position_id="many", taxes={"vat": ("low",), "extra": ("extra",)}),
    FiscalPosition(
        position_id="export", taxes={"vat": (), "food": (), "levy": ()}, reason="Export", keeps_prices=False
    ),
    FiscalPosition(position_id="business", taxes={"vat": ("owed",), "food": ("owed",)}, keeps_prices=False),
    FiscalPosition(position_id="all", taxes={"both": ()}, reason="Diplomats"),
    FiscalPosition(position_id="kept", taxes={"vat": ()}, reason="Kept"),
    FiscalPosition(position_id="lower", taxes={"vat": ("reduced",)}, keeps_prices=False),
    FiscalPosition(position_id="moved", tax_classes={"food": "goods"}, taxes={"vat": ("reduced",)}),
    FiscalPosition(position_id="both", taxes={"vat": ("extra",), "extra": ()}, reason="Half"),
]
GROUPS = [TaxGroup(group_id="g")]


@pytest.fixture
def inside() -> PreparedTaxes:
    """Return the rules of a store whose prices contain the taxes."""
    return prepare_taxes(CLASSES, TAXES, GROUPS, POSITIONS, included=True)


@pytest.fixture
def on_top() -> PreparedTaxes:
    """Return the rules of a store whose prices do not contain the taxes."""
    return prepare_taxes(CLASSES, TAXES, GROUPS, POSITIONS)


def parts(total: TaxTotal) -> list[tuple[str, int, str]]:
    return [(one.tax_id, one.tax_minor, one.reason) for one in total.parts]


@pytest.mark.parametrize(
    ("chosen", "member", "service", "store", "found"),
    [
        ("", "", "", "", ""),
        ("home", "export", "eat_in", "business", "home"),
        ("", "export", "eat_in", "business", "export"),
        ("", "", "eat_in", "business", "here"),
        ("", "", "take_away", "business", "away"),
        ("", "", "", "business", "business"),
        ("", "", "eat_in", "", "here"),
    ],
)
def test_the_first_position_that_is_named_holds(
    chosen: str, member: str, service: str, store: str, found: str, inside: PreparedTaxes
) -> None:
    assert position_in_force(inside, chosen=chosen, member=member, service=service, store=store) == found


def test_a_service_that_no_position_is_for_leaves_the_stores() -> None:
    prepared = prepare_taxes(CLASSES, TAXES, GROUPS, [FiscalPosition(position_id="home")])
    assert position_in_force(prepared, service="eat_in", store="home") == "home"
    assert position_in_force(prepared, service="take_away") == ""


@pytest.mark.parametrize("named", ["chosen", "member", "store"])
def test_a_position_that_does_not_exist_is_never_passed_over(named: str, inside: PreparedTaxes) -> None:
    with pytest.raises(UnknownFiscalPosition) as refused:
        position_in_force(inside, **{named: "nowhere"})
    assert refused.value.position_id == "nowhere"


def test_a_service_that_does_not_exist_is_refused(inside: PreparedTaxes) -> None:
    with pytest.raises(UnknownService, match=r"^unknown service 'drive_in'$") as refused:
        position_in_force(inside, chosen="home", service="drive_in")
    assert (refused.value.code, refused.value.service) == ("unknown_service", "drive_in")


def test_a_class_stands_for_another_and_is_totalled_with_it(inside: PreparedTaxes) -> None:
    lines = [taxable("food", 1190), taxable("eaten_here", 1190), taxable("goods", 1200)]
    first, second = document_taxes(lines, inside, "here")
    assert (first.tax_class_id, first.code, first.rate, first.gross_minor, first.tax_minor) == (
        "eaten_here",
        "A",
        19,
        2380,
        380,
    )
    assert (second.tax_class_id, second.tax_minor) == ("goods", 200)


def test_classes_may_change_places(inside: PreparedTaxes) -> None:
    first, second = document_taxes([taxable("food", 119), taxable("eaten_here", 107)], inside, "swap")
    assert (first.code, first.gross_minor, first.tax_minor) == ("A", 119, 19)
    assert (second.code, second.gross_minor, second.tax_minor) == ("B", 107, 7)


def test_a_tax_is_mapped_once_and_never_again(on_top: PreparedTaxes) -> None:
    (total,) = document_taxes([taxable("goods", 10000)], on_top, "chain")
    assert parts(total) == [("reduced", 500, "")]
    assert total.rate == 5


def test_a_class_is_mapped_first_and_then_its_taxes(on_top: PreparedTaxes) -> None:
    (total,) = document_taxes([taxable("food", 10000)], on_top, "moved")
    assert (total.tax_class_id, parts(total)) == ("goods", [("reduced", 500, "")])


def test_a_tax_may_become_several_and_one_that_is_met_twice_is_charged_once(on_top: PreparedTaxes) -> None:
    (total,) = document_taxes([taxable("wrapped", 10000)], on_top, "many")
    assert parts(total) == [("reduced", 500, ""), ("extra", 100, "")]


def test_a_mapped_tax_stays_apart_from_an_exempt_one_of_the_same_id(on_top: PreparedTaxes) -> None:
    (total,) = document_taxes([taxable("wrapped", 10000)], on_top, "both")
    assert parts(total) == [("extra", 100, ""), ("extra", 0, "Half")]


def test_the_taxes_of_a_group_are_mapped_one_by_one_or_the_group_as_a_whole(on_top: PreparedTaxes) -> None:
    (total,) = document_taxes([taxable("wrapped", 10000)], on_top, "chain")
    assert parts(total) == [("reduced", 500, ""), ("extra", 100, "")]
    (total,) = document_taxes([taxable("wrapped", 10000)], on_top, "all")
    assert parts(total) == [("both", 0, "Diplomats")]
    assert (total.parts[0].group_id, total.parts[0].name.en) == ("g", "BOTH")
    assert (total.rate, total.parts[0].rate, total.parts[0].included) == (0, 0, False)


def test_an_exempt_class_shows_what_is_not_charged_and_why(
    inside: PreparedTaxes, on_top: PreparedTaxes
) -> None:
    for prepared in (inside, on_top):
        (plain,) = document_taxes([taxable("food", 10000)], prepared, "export")
        assert (plain.net_minor, plain.tax_minor, plain.gross_minor, plain.rate) == (10000, 0, 10000, 0)
        assert parts(plain) == [("food", 0, "Export")]
        assert plain.parts[0].name.en == "food"
        (levied,) = document_taxes([taxable("drinks", 10000)], prepared, "export")
        assert parts(levied) == [("levy", 0, "Export"), ("vat", 0, "Export")]


def test_a_business_abroad_owes_the_tax_itself(on_top: PreparedTaxes) -> None:
    (total,) = document_taxes([taxable("food", 10000)], on_top, "business")
    assert (total.gross_minor, parts(total)) == (10000, [("owed", 0, "Article 196")])
    assert (total.parts[0].reverse_charge, total.parts[0].rate, total.rate) == (True, 20, 0)


def line(tax_class_id: str, unit: SellingUnit = SellingUnit.PIECE) -> TaxableLine:
    return taxable(tax_class_id, 0, "7", unit)


@pytest.mark.parametrize(
    ("tax_class_id", "position_id", "price", "adapted"),
    [
        ("goods", "", "1200", "1200"),
        ("goods", "home", "1200", "1200"),
        ("goods", "kept", "1200", "1200"),
        ("goods", "export", "1200", "1000"),
        ("goods", "export", "1199", "999.1667"),
        ("goods", "lower", "1200", "1050"),
        ("goods", "business", "1200", "1000"),
        ("food", "export", "107", "100"),
        ("drinks", "export", "1212", "1000"),
        ("drinks", "lower", "1212", "1060.5"),
        ("eaten_here", "export", "119.5", "119.5"),
    ],
)
def test_a_price_loses_the_taxes_that_are_not_charged(
    tax_class_id: str,
    position_id: str,
    price: str,
    adapted: str,
    inside: PreparedTaxes,
    on_top: PreparedTaxes,
) -> None:
    found = adapted_price(Decimal(price), line(tax_class_id), inside, position_id)
    assert found == Decimal(adapted)
    assert adapted_price(Decimal(price), line(tax_class_id), on_top, position_id) == Decimal(price)


def test_a_price_that_is_all_levy_cannot_lose_it(inside: PreparedTaxes) -> None:
    with pytest.raises(PriceRefused) as refused:
        adapted_price(Decimal(12), line("drinks"), inside, "export")
    assert refused.value.code == "zero"
    with pytest.raises(PriceRefused) as refused:
        adapted_price(Decimal(6), line("drinks"), inside, "export")
    assert refused.value.code == "negative"


def test_a_price_of_an_unknown_class_or_measure_or_position_is_not_adapted(inside: PreparedTaxes) -> None:
    with pytest.raises(UnknownTaxClass) as unknown:
        adapted_price(Decimal(100), line("nothing"), inside, "export")
    assert unknown.value.tax_class_id == "nothing"
    with pytest.raises(TaxMeasureUnknown):
        adapted_price(Decimal(100), line("drinks", SellingUnit.KILOGRAM), inside, "export")
    with pytest.raises(UnknownFiscalPosition):
        adapted_price(Decimal(100), line("goods"), inside, "nowhere")
