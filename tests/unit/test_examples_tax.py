"""Runs the worked examples of `docs/examples/tax.md`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import pytest

from retail.catalogue import LocalisedText
from retail.money import Rounding, parse_amount
from retail.quantity import SellingUnit
from retail.tax import (
    FiscalPosition,
    PreparedTaxes,
    Tax,
    TaxableLine,
    TaxGroup,
    TaxRounding,
    adapted_price,
    document_taxes,
    explain,
    line_taxes,
    position_in_force,
    tax_groups,
    tax_in,
    tax_totals,
)
from tests.fakes.taxes import division, fixed, percent, prepare_taxes, tax_class, taxable
from tests.fakes.worked_examples import Example, examples, place_of

UNITS = {"piece": SellingUnit.PIECE, "litre": SellingUnit.LITRE, "kilogram": SellingUnit.KILOGRAM}
SERVED = {"eat in": "eat_in", "take away": "take_away", "not said": ""}


def rate_of(text: str) -> str:
    assert text.endswith(" %")
    return text.removesuffix(" %")


def rounding_of(row: Example) -> Rounding:
    return Rounding(row["Rounding"].replace(" ", "_"))


def cents(texts: Sequence[str]) -> list[int]:
    return [parse_amount(text, 2, negative=True) for text in texts]


def inside(row: Example) -> bool:
    return {"inside": True, "on top": False}[row["Tax"]]


def taxes_of(row: Example, group_id: str = "") -> list[Tax]:
    """Read `GST 5 %; QST 9.5 % also on taxes before`."""
    found = []
    for item in row.items("Taxes"):
        match = re.fullmatch(r"(.+?) ([0-9.]+) %( also on taxes before)?", item)
        assert match, item
        found.append(
            percent(match[1], match[2], affects_next=True, base_is_affected=bool(match[3]), group_id=group_id)
        )
    return found


def with_taxes(taxes: Sequence[Tax], *, included: bool, groups: Sequence[TaxGroup] = ()) -> PreparedTaxes:
    return prepare_taxes([tax_class("A", *[tax.tax_id for tax in taxes])], taxes, groups, included=included)


@pytest.mark.parametrize("row", examples("tax", "The tax inside a price"), ids=place_of)
def test_a_price_contains_its_tax(row: Example) -> None:
    price, tax, rate = row.minor("Price"), row.minor("Tax inside"), rate_of(row["Rate"])
    assert tax_in(price, Decimal(rate), included=True, rounding=Rounding.HALF_UP) == tax
    (total,) = document_taxes(
        [TaxableLine("A", price)], prepare_taxes([tax_class("A", rate=rate)], included=True)
    )
    assert (total.net_minor, total.tax_minor, total.gross_minor) == (price - tax, tax, price)


@pytest.mark.parametrize("row", examples("tax", "The tax on top of a price"), ids=place_of)
def test_a_tax_is_added_to_a_price(row: Example) -> None:
    price, tax, rate = row.minor("Price"), row.minor("Tax"), rate_of(row["Rate"])
    assert tax_in(price, Decimal(rate), included=False, rounding=rounding_of(row)) == tax
    (total,) = document_taxes(
        [TaxableLine("A", price)], prepare_taxes([tax_class("A", rate=rate)], rounding=rounding_of(row))
    )
    assert (total.net_minor, total.tax_minor, total.gross_minor) == (price, tax, price + tax)


@pytest.mark.parametrize("row", examples("tax", "Rounded by line or once"), ids=place_of)
def test_the_place_of_rounding_may_decide_about_a_cent(row: Example) -> None:
    for tax_rounding, column in ((TaxRounding.LINE, "By line"), (TaxRounding.DOCUMENT, "Once")):
        (total,) = tax_totals(
            [("A", price) for price in cents(row.items("Prices"))],
            {"A": tax_class("A", rate=rate_of(row["Rate"]))},
            included=inside(row),
            tax_rounding=tax_rounding,
            rounding=Rounding.HALF_UP,
        )
        assert total.tax_minor == row.minor(column), column


@pytest.mark.parametrize("row", examples("tax", "Once for each rate"), ids=place_of)
def test_each_rate_is_rounded_once(row: Example) -> None:
    lines = [
        TaxableLine(rate, int(price)) for rate in ("8", "10") for price in row.items(f"Prices at {rate} %")
    ]
    totals = document_taxes(
        lines,
        prepare_taxes(
            [tax_class("8", rate="8", code="A"), tax_class("10", rate="10", code="B")],
            included=inside(row),
            rounding=rounding_of(row),
        ),
    )
    assert [total.tax_minor for total in totals] == [int(row["Tax at 8 %"]), int(row["Tax at 10 %"])]
    assert sum(total.gross_minor for total in totals) == int(row["Total"])


@pytest.mark.parametrize("row", examples("tax", "Several taxes on one price"), ids=place_of)
def test_several_taxes_are_charged_on_one_price(row: Example) -> None:
    prepared = with_taxes(taxes_of(row), included=False)
    (total,) = document_taxes([TaxableLine("A", row.minor("Price"))], prepared)
    assert [part.tax_minor for part in total.parts] == cents(row.items("Amounts"))
    assert (total.net_minor, total.gross_minor) == (row.minor("Price"), row.minor("Total"))


@pytest.mark.parametrize("row", examples("tax", "Taxes inside one another"), ids=place_of)
def test_a_price_contains_several_taxes(row: Example) -> None:
    prepared = with_taxes(taxes_of(row), included=True)
    (total,) = document_taxes([TaxableLine("A", row.minor("Price"))], prepared)
    assert [part.tax_minor for part in total.parts] == cents(row.items("Amounts"))
    assert (total.net_minor, total.gross_minor) == (row.minor("Net"), row.minor("Price"))


@pytest.mark.parametrize("row", examples("tax", "A tax inside itself"), ids=place_of)
def test_a_tax_belongs_to_its_own_base(row: Example) -> None:
    taxes = [division("icms", rate_of(row["Rate"]))]
    (on_top,) = document_taxes([TaxableLine("A", row.minor("Goods"))], with_taxes(taxes, included=False))
    (within,) = document_taxes([TaxableLine("A", row.minor("Price"))], with_taxes(taxes, included=True))
    for total in (on_top, within):
        assert (total.net_minor, total.tax_minor, total.gross_minor) == (
            row.minor("Goods"),
            row.minor("Tax"),
            row.minor("Price"),
        )


@pytest.mark.parametrize("row", examples("tax", "By the piece, the litre and the kilogram"), ids=place_of)
def test_a_levy_counts_what_the_goods_hold(row: Example) -> None:
    amount, _, unit = row["Levy"].partition(" a ")
    taxes = [
        fixed("levy", str(Decimal(amount) * 100), UNITS[unit], affects_next=True),
        percent("vat", rate_of(row["VAT"])),
    ]
    content = "" if row["One holds"] == "—" else row["One holds"]
    line = taxable("A", row.minor("Price of all"), row["Pieces"], content=content)
    (total,) = document_taxes([line], with_taxes(taxes, included=False))
    assert [part.tax_minor for part in total.parts] == [row.minor("Levy of all"), row.minor("VAT of all")]
    assert total.gross_minor == row.minor("Total")


@pytest.mark.parametrize("row", examples("tax", "When nothing is charged, and why"), ids=place_of)
def test_a_tax_that_is_not_charged_says_why(row: Example) -> None:
    reason, rate = row["Reason on paper"], rate_of(row["Tax at home"])
    owed = percent("owed", rate, reverse_charge=True, exemption_reason=reason)
    mappings: dict[str, tuple[str, ...]] = {}
    if reason.startswith("Reverse charge"):
        mappings = {"vat": ("owed",)}
    elif reason != "—":
        mappings = {"vat": ()}
    position = FiscalPosition(position_id="customer", taxes=mappings, reason=reason)
    prepared = prepare_taxes([tax_class("A", "vat")], [percent("vat", rate), owed], positions=[position])
    price = row.minor("Price without tax")
    (total,) = document_taxes(
        [TaxableLine("A", price)], prepared, position_in_force(prepared, member="customer")
    )
    (part,) = total.parts
    assert (part.tax_minor, part.reason or "—") == (row.minor("Charged"), reason)
    assert (total.net_minor, total.gross_minor) == (price, price + row.minor("Charged"))
    assert part.reverse_charge == reason.startswith("Reverse charge")


@pytest.mark.parametrize("row", examples("tax", "A shelf price without its tax"), ids=place_of)
def test_a_customer_pays_the_price_without_the_tax(row: Example) -> None:
    wanted = row["Tax for the customer"]
    taxes = [percent("home", rate_of(row["Tax at home"]))]
    mappings: dict[str, tuple[str, ...]] = {}
    if wanted == "exempt":
        mappings = {"home": ()}
    elif wanted != "as at home":
        taxes.append(percent("other", rate_of(wanted)))
        mappings = {"home": ("other",)}
    position = FiscalPosition(position_id="p", taxes=mappings, reason="Export", keeps_prices=False)
    prepared = prepare_taxes([tax_class("A", "home")], taxes, positions=[position], included=True)
    found = adapted_price(Decimal(row["Shelf price"]) * 100, TaxableLine("A", 0), prepared, "p")
    assert found == Decimal(row["Price for the customer"]) * 100


@pytest.mark.parametrize("row", examples("tax", "Eaten here or taken away"), ids=place_of)
def test_the_same_dish_is_taxed_as_it_is_served(row: Example) -> None:
    classes = [
        tax_class("food", rate=rate_of(row["Taken away"])),
        tax_class("catering", rate=rate_of(row["Eaten here"])),
    ]
    positions = [
        FiscalPosition(position_id="here", tax_classes={"food": "catering"}, service="eat_in"),
        FiscalPosition(position_id="away", tax_classes={"catering": "food"}, service="take_away"),
    ]
    prepared = prepare_taxes(classes, positions=positions, included=True)
    position_id = position_in_force(prepared, service=SERVED[row["Served"]])
    (total,) = document_taxes([TaxableLine("food", row.minor("Price"))], prepared, position_id)
    assert (total.tax_minor, total.net_minor) == (row.minor("Tax inside"), row.minor("Net"))
    assert total.gross_minor == row.minor("Price")


@pytest.mark.parametrize("row", examples("tax", "Discounts come off first"), ids=place_of)
def test_tax_is_charged_on_what_is_paid(row: Example) -> None:
    paid = row.minor("Price") - row.minor("Discount")
    prepared = prepare_taxes([tax_class("A", rate=rate_of(row["Rate"]))], included=inside(row))
    (total,) = document_taxes([TaxableLine("A", paid)], prepared)
    assert (paid, total.tax_minor) == (row.minor("Taxed amount"), row.minor("Tax amount"))


@pytest.mark.parametrize("row", examples("tax", "Where the rounding goes"), ids=place_of)
def test_the_rounding_is_put_on_a_line(row: Example) -> None:
    prepared = prepare_taxes([tax_class("A", rate=rate_of(row["Rate"]))])
    lines = [TaxableLine("A", price) for price in cents(row.items("Prices"))]
    shares = line_taxes(lines, document_taxes(lines, prepared), prepared)
    (tax,) = explain(lines, prepared)
    assert [one.amount_minor for (one,) in shares] == cents(row.items("Of each line"))
    assert [share.amount_minor for share in tax.shares] == cents(row.items("Of each line"))
    assert tax.tax_minor == row.minor("Tax")
    assert tax.exact_minor == Decimal(row["Exact"])
    assert tax.difference_minor == Decimal(row["Difference"])


@pytest.mark.parametrize("row", examples("tax", "Under one heading"), ids=place_of)
def test_taxes_are_shown_under_one_heading(row: Example) -> None:
    heading = TaxGroup(group_id="g", name=LocalisedText(row["Heading"]))
    prepared = with_taxes(taxes_of(row, "g"), included=False, groups=[heading])
    (group,) = tax_groups(document_taxes([TaxableLine("A", row.minor("Price"))], prepared), prepared)
    assert group.name.en == row["Heading"]
    assert (group.net_minor, group.tax_minor) == (row.minor("Net"), row.minor("Tax"))
