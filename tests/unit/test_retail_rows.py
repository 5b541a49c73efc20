"""Rows that the centre sends down: each has a key of its own, and a text in two languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retail.availability.slot import SlotRules
from retail.barcode import BarcodeRule
from retail.catalogue import Category, LocalisedText, Price, QuickKey, TaxClass
from retail.member import Member
from retail.pickup.desk_rules import PickupDesk
from retail.staff import StaffMember
from retail.stock_level import StockLevel
from retail.store import StoreSettings
from tests.fakes.shop import product, promotion

NAME = LocalisedText("Bakery", "烘焙")
ROWS = [
    (product("tea"), "tea"),
    (Category(category_id="bakery", name=NAME), "bakery"),
    (TaxClass(tax_class_id="tax-A", code="A", name=NAME, rate=Decimal(9)), "tax-A"),
    (Price(product_id="tea", unit_price_minor=Decimal(850)), "tea"),
    (promotion("p-1", "percent_off", percent=10), "p-1"),
    (QuickKey(position=7), "007"),
    (Member(member_id="m-1", display_name=NAME, tier="gold", card_number="MBR00008817"), "m-1"),
    (StaffMember(staff_id="s-1", display_name="Noor A."), "s-1"),
    (BarcodeRule(position=12, pattern="20IIIIINNNNNC", kind="weight"), "012"),
    (StoreSettings(store_id="S1", name=NAME), "S1"),
    (PickupDesk(store_id="S1", slots=SlotRules(opening=())), "S1"),
    (StockLevel(product_id="tea", on_hand=Decimal(-2)), "tea"),
]


@pytest.mark.parametrize(("row", "key"), ROWS, ids=lambda value: str(type(value).__name__))
def test_a_row_is_found_by_its_key(row: object, key: str) -> None:
    assert row.key == key  # type: ignore[attr-defined]  # every row has one


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        (NAME, "en", "Bakery"),
        (NAME, "zh_CN", "烘焙"),
        (NAME, "zh", "烘焙"),
        (LocalisedText("Bakery"), "zh_CN", "Bakery"),
        (NAME, "ms", "Bakery"),
    ],
)
def test_a_text_without_chinese_is_shown_in_english(text: LocalisedText, language: str, shown: str) -> None:
    assert text.in_language(language) == shown
