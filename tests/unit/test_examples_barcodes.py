"""The worked examples of `docs/examples/barcodes.md`: every row is what `retail.barcode` says."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from retail.barcode import (
    BarcodeRule,
    EmbeddedCode,
    LabelRule,
    PaymentCode,
    ProductCode,
    RuleInvalid,
    Secret,
    Unreadable,
    check_digit,
    read,
    value_check_digit,
)
from retail.freshness import day_meant, freshness
from retail.label_price import label_price_minor
from retail.label_rule import KINDS
from tests.fakes.worked_examples import FOLDER, Example, examples, place_of, tables


def rows(heading: str) -> list[Example]:
    return examples("barcodes", heading)


def text(row: Example, column: str = "Scanned") -> str:
    return row[column].replace("<GS>", "\x1d")


def product(code: str) -> ProductCode:
    scan = read(code, ())
    assert isinstance(scan, ProductCode)
    return scan


def number(value: Decimal | None) -> str:
    return "—" if value is None else f"{value.normalize():f}"


@pytest.mark.parametrize("row", rows("The check digit"), ids=place_of)
def test_the_check_digit(row: Example) -> None:
    assert str(check_digit(row["Digits"])) == row["Check digit"]


@pytest.mark.parametrize("row", rows("Trade item numbers"), ids=place_of)
def test_trade_item_numbers(row: Example) -> None:
    scan = read(text(row), ())
    if isinstance(scan, ProductCode):
        assert row["What it is"] == "product"
        assert scan.candidates == (scan.code, *row.items("Also looked for as"))
        assert row["Scanned"].endswith(scan.code)
    else:
        assert scan == Unreadable(row["Scanned"], row["What it is"])


@pytest.mark.parametrize("row", rows("Short numbers on small packs"), ids=place_of)
def test_short_numbers_on_small_packs(row: Example) -> None:
    assert row["Whole number"] in product(text(row)).candidates


@pytest.mark.parametrize("row", rows("The check digit of a price in a label"), ids=place_of)
def test_the_check_digit_of_a_price_in_a_label(row: Example) -> None:
    assert str(value_check_digit(row["Digits of the price"])) == row["Check digit"]


@pytest.mark.parametrize("row", rows("Codes that say more than a number"), ids=place_of)
def test_codes_that_say_more_than_a_number(row: Example) -> None:
    scan = product(text(row))
    price = f"{number(scan.price)} {scan.currency_number}".strip()
    told = (scan.code, scan.lot or "—", scan.serial or "—", scan.expiry or "—", number(scan.weight), price)
    columns = ("Product", "Lot", "Serial", "Expiry", "Weight", "Price")
    assert told == tuple(row[column] for column in columns)


@pytest.mark.parametrize("row", rows("Addresses with a product in them"), ids=place_of)
def test_addresses_with_a_product_in_them(row: Example) -> None:
    scan = product(text(row))
    told = (scan.code, scan.lot or "—", scan.expiry or "—")
    assert told == (row["Product"], row["Lot"], row["Expiry"])


@pytest.mark.parametrize("row", rows("What is refused, and why"), ids=place_of)
def test_what_is_refused_and_why(row: Example) -> None:
    scan = read(text(row), ())
    assert isinstance(scan, Unreadable)
    assert scan.reason == row["Reason"]


@pytest.mark.parametrize("row", rows("The date that is meant"), ids=place_of)
def test_the_date_that_is_meant(row: Example) -> None:
    assert day_meant(row["Printed"], date.fromisoformat(row["Today"])).isoformat() == row["Meant"]


@pytest.mark.parametrize("row", rows("May it be sold today"), ids=place_of)
def test_may_it_be_sold_today(row: Example) -> None:
    scan = product("(01)09521234543213" + row["Dates in the code"])
    assert freshness(scan, f"{row['Day of the sale']}T12:00:00+08:00") == row["Answer"]


def says(scan: EmbeddedCode) -> str:
    """Return what a label says, prices in a currency with two decimals."""
    price = label_price_minor(scan, currency_code="EUR", digits=2)
    parts = [] if price is None else [f"{Decimal(price).scaleb(-2):f}"]
    if scan.weight is not None:
        parts.append(f"{scan.weight.normalize():f} kg")
    if scan.count is not None:
        parts.append(str(scan.count))
    return "; ".join(parts)


def labelled(row: Example, decimals: int) -> EmbeddedCode:
    rule = BarcodeRule(position=1, pattern=row["Pattern"], kind=row["Kind"], value_decimals=decimals)
    scan = read(text(row), (rule,))
    assert isinstance(scan, EmbeddedCode)
    return scan


@pytest.mark.parametrize("row", rows("Labels of scales, by country"), ids=place_of)
def test_labels_of_scales_by_country(row: Example) -> None:
    scan = labelled(row, int(row["Decimals"]))
    assert (scan.item_code, says(scan)) == (row["Item"], row["Says"])


@pytest.mark.parametrize("row", rows("Rules as a nomenclature writes them"), ids=place_of)
def test_rules_as_a_nomenclature_writes_them(row: Example) -> None:
    scan = labelled(row, 0)
    assert (scan.item_code, says(scan)) == (row["Item"], row["Says"])


@pytest.mark.parametrize("row", rows("Payment codes"), ids=place_of)
def test_payment_codes(row: Example) -> None:
    assert isinstance(read(text(row), ()), PaymentCode) == (row["Payment code"] == "yes")


@pytest.mark.parametrize("row", rows("Cards, coupons, places and other codes"), ids=place_of)
def test_cards_coupons_places_and_other_codes(row: Example) -> None:
    scan = read(text(row), ())
    assert type(scan).__name__ == row["What it is"]
    if isinstance(scan, Secret):
        kept = "hidden"
    elif isinstance(scan, Unreadable):
        kept = scan.reason
    else:
        kept = str(getattr(scan, "number", "") or getattr(scan, "code", ""))
    assert kept == row["Kept as"]


REFERENCE = (FOLDER.parent / "barcodes.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("row", re.findall(r"```json\n(.*?)\n```", REFERENCE, re.DOTALL))
def test_a_rule_in_the_reference_is_a_row_that_means_something(row: str) -> None:
    LabelRule(msgspec.json.decode(row, type=BarcodeRule))


def test_every_rule_to_copy_means_something() -> None:
    found = [
        row
        for title, some in tables(FOLDER.parent / "barcodes.md")
        for row in some
        if title == "Rules to copy"
    ]
    assert len(found) >= 10
    for row in found:
        patterns = [pattern.strip("` ") for pattern in row["Pattern"].split(",")]
        decimals = [int(each) for each in row["Decimals"].split(",")]
        for pattern, places in zip(patterns, decimals, strict=True):
            LabelRule(BarcodeRule(position=1, pattern=pattern, kind=row["Kind"], value_decimals=places))


def test_every_kind_and_every_refusal_stands_in_the_reference() -> None:
    codes = set(re.findall(r"`(\w+)`", RuleInvalid.__doc__ or "")) - {"code"}
    assert [name for name in (*KINDS, *codes) if f"`{name}`" not in REFERENCE] == []
