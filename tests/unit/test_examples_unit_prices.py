"""The worked examples of unit prices: each label is made by the real rule."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retail.catalogue import LocalisedText, Product
from retail.quantity import SellingUnit
from retail.unit_price import UnitMeasure, UnitPrice, UnitPricing
from tests.fakes.worked_examples import Example, examples, place_of


def product(described: str) -> Product:
    """Return the product that a cell such as `tea, 95 g`, `ham, sold by kg` or `basket, no content` means."""
    name, _, content = described.partition(", ")
    sold_by = content.startswith("sold by ")
    held = content.split() if not sold_by and content != "no content" else ("0", "")
    return Product(
        product_id=name,
        sku=name,
        name=LocalisedText(name),
        category_id="shelf",
        tax_class_id="tax",
        unit=SellingUnit(content.removeprefix("sold by ")) if sold_by else SellingUnit.PIECE,
        net_content=Decimal(held[0]),
        content_unit=held[1],
    )


def told(row: Example, scheme: str, chosen: str = "—") -> UnitPrice | None:
    """Return the unit price of a row's product, with the shop's choice for its shelf."""
    rules = []
    if chosen != "—":
        quantity, unit = chosen.split()
        rules.append(UnitMeasure(rule_id="shelf", quantity=int(quantity), unit=unit, category_ids=("shelf",)))
    return UnitPricing(scheme, rules).unit_price(product(row["Product"]), Decimal(row["Price"]) * 100)


def check(row: Example, found: UnitPrice | None) -> None:
    assert found is not None
    assert found.amount_minor == Decimal(row["Unit price"]) * 100
    assert f"{found.per_quantity} {found.per_unit}" == row["For"]


@pytest.mark.parametrize("row", examples("unit_prices", "The European Union"), ids=place_of)
def test_the_european_union(row: Example) -> None:
    found = told(row, "eu")
    if row["Unit price"] == "—":
        assert found is None
        return
    check(row, found)
    assert found is not None
    assert found.equals_price is (row["Same as the price"] == "yes")


@pytest.mark.parametrize("row", examples("unit_prices", "A shop chooses 100 g"), ids=place_of)
def test_a_shop_chooses(row: Example) -> None:
    check(row, told(row, row["Country"], row["Category goes by"]))


@pytest.mark.parametrize("row", examples("unit_prices", "Pounds and pence"), ids=place_of)
def test_pounds_and_pence(row: Example) -> None:
    check(row, told(row, row["Country"]))


@pytest.mark.parametrize("row", examples("unit_prices", "Australia and New Zealand"), ids=place_of)
def test_australia_and_new_zealand(row: Example) -> None:
    check(row, told(row, row["Country"], row["Category goes by"]))
