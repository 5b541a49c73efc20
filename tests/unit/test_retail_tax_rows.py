"""Tax rows: each contradiction is refused with its code and a sentence, what stands is prepared."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from retail.catalogue import LocalisedText, TaxClass
from retail.money import LARGEST_AMOUNT_MINOR, Rounding
from retail.quantity import SellingUnit
from retail.tax import (
    FiscalPosition,
    PreparedTaxes,
    Tax,
    TaxGroup,
    TaxKind,
    TaxRateRefused,
    TaxRounding,
    TaxRowRefused,
    UnknownFiscalPosition,
    UnknownTaxClass,
    document_taxes,
)
from retail.tax.refusals import SENTENCES
from tests.fakes.taxes import division, fixed, group, percent, prepare_taxes, tax_class, taxable

A = tax_class("A", rate="20")
VAT = percent("vat", "20")
CITY = percent("city", "1")


def position(position_id: str = "abroad", **fields: object) -> FiscalPosition:
    return FiscalPosition(position_id=position_id, **fields)  # type: ignore[arg-type]  # as the test says


@pytest.mark.parametrize(
    ("row", "key"),
    [
        (Tax(tax_id="vat"), "vat"),
        (TaxGroup(group_id="gst"), "gst"),
        (FiscalPosition(position_id="abroad"), "abroad"),
    ],
)
def test_a_row_is_found_by_its_key(row: Tax | TaxGroup | FiscalPosition, key: str) -> None:
    assert row.key == key


ROWS = [
    Tax(
        tax_id="sugar",
        name=LocalisedText("Sugar levy", "糖税"),
        kind=TaxKind.FIXED,
        amount_minor=Decimal("19.4"),
        per=SellingUnit.LITRE,
        included=True,
        affects_next=True,
        group_id="g",
    ),
    Tax(tax_id="gst", kind=TaxKind.GROUP, children=("cgst", "sgst")),
    TaxGroup(group_id="g", name=LocalisedText("Levies"), position=2),
    FiscalPosition(position_id="p", taxes={"vat": ("zero",)}, tax_classes={"A": "B"}, service="eat_in"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.key)
def test_a_row_travels_as_json(row: Tax | TaxGroup | FiscalPosition) -> None:
    wire = msgspec.json.encode(row)
    assert msgspec.json.decode(wire, type=Tax | TaxGroup | FiscalPosition) == row


def test_a_tax_is_a_percentage_on_top_or_inside_as_the_store_says_unless_it_says_otherwise() -> None:
    plain = Tax(tax_id="vat")
    assert (plain.kind, plain.rate, plain.included, plain.affects_next, plain.base_is_affected) == (
        TaxKind.PERCENT,
        0,
        None,
        False,
        True,
    )


REFUSED_TAXES = [
    ("duplicate", [VAT, VAT]),
    ("duplicate", [percent("A", "20")]),
    ("no_id", [percent("", "20")]),
    ("unknown_tax_group", [percent("vat", "20", group_id="nowhere")]),
    ("unknown_tax", [group("g", "vat", "nothing"), VAT]),
    ("unknown_tax", [group("g", "A")]),
    ("no_children", [group("g")]),
    ("group_with_figures", [group("g", "vat", rate=Decimal(5)), VAT]),
    ("group_with_figures", [group("g", "vat", amount_minor=Decimal(5)), VAT]),
    ("group_with_figures", [group("g", "vat", included=True), VAT]),
    ("group_with_figures", [group("g", "vat", affects_next=True), VAT]),
    ("group_with_figures", [group("g", "vat", base_is_affected=False), VAT]),
    ("group_with_figures", [group("g", "vat", reverse_charge=True), VAT]),
    ("group_with_figures", [group("g", "vat", exemption_reason="why"), VAT]),
    ("group_with_figures", [group("g", "vat", per=SellingUnit.LITRE), VAT]),
    ("children", [percent("x", "20", children=("vat",)), VAT]),
    ("rate_and_amount", [fixed("x", "10", rate=Decimal(1))]),
    ("rate_and_amount", [percent("x", "10", amount_minor=Decimal(1))]),
    ("rate_and_amount", [division("x", "10", amount_minor=Decimal(1))]),
    ("amount_refused", [fixed("x", "-1")]),
    ("amount_refused", [fixed("x", "NaN")]),
    ("amount_refused", [fixed("x", "Infinity")]),
    ("amount_refused", [fixed("x", "1000000000000")]),
    ("amount_refused", [fixed("x", "0.0000001")]),
    ("reverse_charge_included", [percent("x", "20", reverse_charge=True, included=True)]),
    ("reverse_charge_counted", [percent("x", "20", reverse_charge=True, affects_next=True)]),
    ("reverse_charge_counted", [fixed("x", "20", reverse_charge=True)]),
    ("reverse_charge_counted", [division("x", "20", reverse_charge=True)]),
    ("charged_and_exempt", [percent("x", "20", exemption_reason="why")]),
    ("charged_and_exempt", [fixed("x", "20", exemption_reason="why")]),
    ("cycle", [group("g", "g")]),
    ("cycle", [group("g", "h"), group("h", "i"), group("i", "g", "vat"), VAT]),
    ("repeated_tax", [group("g", "vat", "vat"), VAT]),
    ("repeated_tax", [group("g", "vat", "h"), group("h", "vat"), VAT]),
]


@pytest.mark.parametrize(("code", "taxes"), REFUSED_TAXES)
def test_a_tax_that_contradicts_itself_or_others_is_refused(code: str, taxes: list[Tax]) -> None:
    with pytest.raises(TaxRowRefused) as refused:
        prepare_taxes([A], taxes)
    assert refused.value.code == code
    known = {one.tax_id for one in taxes} | {"Tax"}
    assert refused.value.row_id in known
    assert str(refused.value).startswith(f"{refused.value.row_id!r} ")


REFUSED_CLASSES = [
    ("duplicate", [A, A]),
    ("no_id", [tax_class("")]),
    ("unknown_tax", [tax_class("B", "nothing")]),
    ("unknown_tax", [A, tax_class("B", "A")]),
    ("repeated_tax", [tax_class("B", "vat", "vat")]),
    ("repeated_tax", [tax_class("B", "both", "city")]),
]


@pytest.mark.parametrize(("code", "classes"), REFUSED_CLASSES)
def test_a_class_that_names_its_taxes_wrongly_is_refused(code: str, classes: list[TaxClass]) -> None:
    with pytest.raises(TaxRowRefused) as refused:
        prepare_taxes(classes, [VAT, CITY, group("both", "vat", "city")])
    assert refused.value.code == code


REFUSED_POSITIONS = [
    ("duplicate", [position(), position()]),
    ("no_id", [position("")]),
    ("unknown_tax_class", [position(tax_classes={"X": "A"})]),
    ("unknown_tax_class", [position(tax_classes={"A": "X"})]),
    ("unknown_tax", [position(taxes={"nothing": ("vat",)})]),
    ("unknown_tax", [position(taxes={"vat": ("nothing",)})]),
    ("unknown_tax", [position(taxes={"vat": ("A",)})]),
    ("unknown_tax", [position(taxes={"B": ("vat",)})]),
    ("no_reason", [position(taxes={"vat": ()})]),
    ("no_reason", [position(taxes={"A": ()})]),
    ("unknown_service", [position(service="drive_in")]),
    ("service_taken", [position("one", service="eat_in"), position("two", service="eat_in")]),
]


@pytest.mark.parametrize(("code", "positions"), REFUSED_POSITIONS)
def test_a_position_that_maps_what_does_not_exist_is_refused(
    code: str, positions: list[FiscalPosition]
) -> None:
    with pytest.raises(TaxRowRefused) as refused:
        prepare_taxes([A, tax_class("B", "vat")], [VAT], positions=positions)
    assert refused.value.code == code


def test_a_cycle_is_told_by_its_first_group() -> None:
    with pytest.raises(TaxRowRefused) as refused:
        prepare_taxes([A], [group("g", "h"), group("h", "g")])
    assert str(refused.value) == "'g' contains itself"


def test_every_refusal_of_a_row_is_tried_here() -> None:
    tried = {code for code, _ in (*REFUSED_TAXES, *REFUSED_CLASSES, *REFUSED_POSITIONS)}
    assert tried == set(SENTENCES)


def test_a_refusal_is_a_sentence_about_the_row() -> None:
    with pytest.raises(TaxRowRefused) as refused:
        prepare_taxes([tax_class("B", "nothing")])
    assert str(refused.value) == "'B' names the tax 'nothing', which does not exist"
    assert (refused.value.code, refused.value.row_id) == ("unknown_tax", "B")
    with pytest.raises(TaxRowRefused) as refused:
        prepare_taxes([A], [group("g", "nothing")])
    assert str(refused.value) == "'g' names the tax 'nothing', which does not exist"
    with pytest.raises(TaxRowRefused) as refused:
        prepare_taxes([A], [percent("vat", "20", group_id="nowhere")])
    assert str(refused.value) == "'vat' names the tax group 'nowhere', which does not exist"
    with pytest.raises(TaxRowRefused) as refused:
        prepare_taxes([A], [fixed("bag", "-1")])
    assert (
        str(refused.value)
        == "'bag' has the amount -1, which is negative, too large or finer than six decimals"
    )
    with pytest.raises(TaxRowRefused) as refused:
        prepare_taxes([tax_class("B", "vat", "vat")], [VAT])
    assert str(refused.value) == "'B' lists the tax 'vat' twice"
    for found, positions in (
        ("'abroad' names the tax class 'X', which does not exist", position(tax_classes={"X": "A"})),
        ("'abroad' names the tax 'nothing', which does not exist", position(taxes={"nothing": ()})),
        ("'abroad' exempts from the tax 'A' without a reason", position(taxes={"A": ()})),
        ("'abroad' is for the service 'fly_in', which does not exist", position(service="fly_in")),
    ):
        with pytest.raises(TaxRowRefused) as refused:
            prepare_taxes([A], positions=[positions])
        assert str(refused.value) == found
    with pytest.raises(TaxRowRefused) as refused:
        prepare_taxes([A], positions=[position("one", service="eat_in"), position("two", service="eat_in")])
    assert str(refused.value) == "'two' is for the service 'eat_in', which the position before it has"


@pytest.mark.parametrize(
    "rate", ["-1", "-0.000001", "100.000001", "101", "NaN", "Infinity", "9.0000001", "1E-999"]
)
def test_a_rate_that_is_no_percentage_is_refused_wherever_it_stands(rate: str) -> None:
    with pytest.raises(TaxRateRefused) as refused:
        prepare_taxes([tax_class("A", rate=rate)])
    assert (refused.value.code, refused.value.tax_class_id) == ("tax_rate_refused", "A")
    assert str(refused.value) == f"tax class or tax 'A' has the rate {Decimal(rate)}"
    assert str(refused.value.rate) == str(Decimal(rate))
    with pytest.raises(TaxRateRefused) as refused:
        prepare_taxes([A], [percent("vat", rate)])
    assert refused.value.tax_class_id == "vat"


def test_nothing_is_left_of_a_price_that_is_all_tax() -> None:
    assert prepare_taxes([tax_class("B", "x")], [percent("x", "100")])
    assert prepare_taxes([tax_class("B", "x")], [division("x", "99.999999")])
    with pytest.raises(TaxRateRefused) as refused:
        prepare_taxes([tax_class("B", "x")], [division("x", "100")])
    assert (refused.value.tax_class_id, refused.value.rate) == ("x", 100)


@pytest.mark.parametrize("amount", ["0", "0.000001", str(LARGEST_AMOUNT_MINOR)])
def test_an_amount_per_unit_from_nothing_to_the_largest_stands(amount: str) -> None:
    assert prepare_taxes([tax_class("B", "x")], [fixed("x", amount)])


def test_reasons_and_groups_that_agree_stand() -> None:
    taxes = [
        percent("zero", "0", exemption_reason="Books"),
        percent("owed", "20", reverse_charge=True, exemption_reason="Article 196"),
        percent("owed_too", "20", reverse_charge=True, included=False),
        fixed("nothing", "0", exemption_reason="Paused"),
        group("all", "zero", "inner", group_id="g"),
        group("inner", "nothing"),
    ]
    prepared = prepare_taxes(
        [tax_class("B", "all", "owed", "owed_too")], taxes, [TaxGroup(group_id="g")], included=True
    )
    (total,) = document_taxes([taxable("B", 100)], prepared)
    assert [part.tax_id for part in total.parts] == ["zero", "nothing", "owed", "owed_too"]
    assert [part.included for part in total.parts] == [True, True, False, False]


def test_groups_may_be_deep_and_are_asked_for_in_any_order() -> None:
    deep = [group(f"g{number}", f"g{number + 1}") for number in range(2_000)]
    prepared = prepare_taxes([tax_class("B", "g0")], [*deep, percent("g2000", "7")])
    (total,) = document_taxes([taxable("B", 100)], prepared)
    assert total.tax_minor == 7


def test_a_prepared_value_says_what_it_was_prepared_with() -> None:
    abroad = position(tax_classes={"A": "B"})
    prepared = PreparedTaxes(
        [A, tax_class("B", rate="7")],
        groups=[TaxGroup(group_id="g")],
        positions=[abroad],
        included=True,
        tax_rounding=TaxRounding.LINE,
        rounding=Rounding.DOWN,
    )
    assert (prepared.included, prepared.tax_rounding, prepared.rounding) == (
        True,
        TaxRounding.LINE,
        Rounding.DOWN,
    )
    assert (dict(prepared.groups), dict(prepared.positions)) == (
        {"g": TaxGroup(group_id="g")},
        {"abroad": abroad},
    )
    assert prepared.tax_class("A") == A
    assert prepared.tax_class("A", "abroad").tax_class_id == "B"
    with pytest.raises(UnknownTaxClass) as unknown:
        prepared.tax_class("X", "abroad")
    assert unknown.value.tax_class_id == "X"
    with pytest.raises(UnknownFiscalPosition):
        prepared.tax_class("A", "home")
