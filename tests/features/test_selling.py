"""A cashier fills a basket: scans, tiles, quantities, prices, discounts, holds, and a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from pos_app.bootstrap import Till
from pos_app.viewmodels.screens import LineRow
from tests.fakes.stocked_till import stocked_till

OAT_MILK, SOURDOUGH, TEE, TEA, WINE = (
    "9520000010263",
    "9520000010072",
    "9520000010218",
    "9520000010188",
    "9520000010317",
)
SUPERVISOR = "STF0002"


def rows(till: Till) -> tuple[LineRow, ...]:
    return till.view_model.sell.screen.lines


def total(till: Till) -> str:
    return till.view_model.sell.screen.total


def feedback(till: Till) -> str:
    shown = till.view_model.sell.screen.feedback
    return f"{shown.bold_lead} {shown.text}".strip() if shown else ""


def weight_label(item: str, grams: int) -> str:
    digits = f"20{item:0>5}{grams:05d}"
    weighted = sum(int(each) * (3 if index % 2 else 1) for index, each in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def test_the_sale_of_the_pictures_comes_to_the_figures_of_the_pictures(till: Till) -> None:
    sell = till.view_model.sell
    till.view_model.scan("MBR00008817")
    for code in (OAT_MILK, OAT_MILK, SOURDOUGH, weight_label("4011", 1284)):
        till.view_model.scan(code)
    for key in "2*":
        sell.type_key(key)
    sell.tap_tile("P1001")
    sell.tap_tile("P1006")
    till.view_model.scan(TEE)
    till.view_model.scan(TEA)
    till.view_model.scan("CPNSPRING5")

    screen = sell.screen
    assert screen.total == "60.22"
    assert screen.saved_amount == "10.80"
    assert screen.items_label == "9 items"
    assert screen.subtotal_label == "Subtotal 71.02"
    assert screen.sale_title == "Sale 0412"
    assert screen.member is not None
    assert screen.member.title == "M. Lin · Gold member"
    assert screen.member.detail == "1,284 points · +60 with this sale"
    oat = screen.lines[0]
    assert (oat.quantity, oat.amount, oat.tags, oat.saving) == ("2", "8.40", ("2 for 7.00",), "−1.40")
    bananas = screen.lines[2]
    assert (bananas.weighed, bananas.detail, bananas.amount) == (True, "1.284 kg × 2.90 / kg", "3.72")
    assert screen.lines[-1].amount == "−5.00"
    assert screen.lines[-1].kind == "coupon"


def test_an_unknown_code_is_said_and_changes_nothing(till: Till) -> None:
    till.view_model.scan(OAT_MILK)
    before = rows(till)
    till.view_model.scan("6901234567892")
    assert feedback(till) == "6901 2345 6789 2 is not in the catalogue"
    assert rows(till) == before


def test_a_damaged_code_asks_to_scan_again(till: Till) -> None:
    till.view_model.scan("9520000010264")
    assert "check digit is wrong" in feedback(till)
    assert rows(till) == ()


@pytest.mark.parametrize("typed", ["0", "10000000"])
def test_a_quantity_that_cannot_be_is_refused_with_a_sentence(till: Till, typed: str) -> None:
    for key in (*typed, "*"):
        till.view_model.sell.type_key(key)
    till.view_model.scan(OAT_MILK)
    assert rows(till) == ()
    assert feedback(till)
    till.view_model.scan(OAT_MILK)
    assert rows(till)[0].quantity == "1", "the refused quantity is not kept for the next scan"


def test_quantity_after_the_scan(till: Till) -> None:
    sell = till.view_model.sell
    till.view_model.scan(OAT_MILK)
    sell.open_panel("quantity")
    for key in "12":
        sell.panel_key(key)
    sell.panel_confirm()
    assert rows(till)[0].quantity == "12"
    sell.step_quantity(-1)
    assert rows(till)[0].quantity == "11"


def test_a_void_can_be_undone(till: Till) -> None:
    till.view_model.scan(OAT_MILK)
    till.view_model.scan(TEA)
    till.view_model.sell.void_line()
    assert [each.name for each in rows(till)] == ["Oat milk, barista 1 L"]
    assert "voided, −8.50" in feedback(till)
    till.view_model.sell.undo()
    assert len(rows(till)) == 2


def test_a_price_and_a_discount_by_hand(till: Till) -> None:
    sell = till.view_model.sell
    till.view_model.scan(SUPERVISOR)  # a cashier alone may not go so far (test_approvals.py)
    till.view_model.scan(TEA)
    sell.open_panel("price")
    for key in "750":
        sell.panel_key(key)
    sell.panel_confirm()
    assert total(till) == "7.50"
    sell.open_panel("discount")
    sell.panel_choose("10%")
    assert total(till) == "6.75"
    sell.open_panel("sale_discount")
    sell.panel_choose("amount")
    for key in "75":
        sell.panel_key(key)
    sell.panel_confirm()
    assert total(till) == "6.00"


def test_a_price_of_nothing_is_refused_in_the_panel(till: Till) -> None:
    sell = till.view_model.sell
    till.view_model.scan(TEA)
    sell.open_panel("price")
    sell.panel_confirm()
    assert sell.screen.panel is not None
    assert "price of nothing" in sell.screen.panel.error
    assert total(till) == "8.50"


def test_an_open_price_item_asks_for_its_price(till: Till) -> None:
    sell = till.view_model.sell
    sell.tap_tile("P1025")
    assert sell.screen.panel is not None
    assert sell.screen.panel.kind == "open_price"
    for key in "1299":
        sell.panel_key(key)
    sell.panel_confirm()
    assert total(till) == "12.99"


def test_loose_goods_ask_for_their_weight(till: Till) -> None:
    sell = till.view_model.sell
    sell.tap_tile("P1011")
    for key in "1284":
        sell.panel_key(key)
    assert sell.screen.panel is not None
    assert sell.screen.panel.entry == "1.284"
    sell.panel_confirm()
    assert total(till) == "3.72"


def test_wine_waits_for_the_age_check_and_the_next_bottle_does_not(till: Till) -> None:
    sell = till.view_model.sell
    till.view_model.scan(WINE)
    assert rows(till) == ()
    assert sell.screen.panel is not None
    assert sell.screen.panel.kind == "age"
    sell.panel_confirm()
    assert total(till) == "18.90"
    till.view_model.scan(WINE)
    assert total(till) == "37.80"


def test_a_price_check_sells_nothing(till: Till) -> None:
    sell = till.view_model.sell
    sell.open_panel("price_check")
    till.view_model.scan(OAT_MILK)
    assert sell.screen.panel is not None
    assert "4.20" in sell.screen.panel.detail
    assert rows(till) == ()


def test_hold_and_recall_keep_both_sales(till: Till) -> None:
    sell = till.view_model.sell
    till.view_model.scan(OAT_MILK)
    sell.hold()
    assert rows(till) == ()
    till.view_model.scan(TEA)
    sell.toggle_held()
    held = sell.screen.held[0]
    assert held.amount == "4.20"
    sell.recall(held.basket_id)
    assert [each.name for each in rows(till)] == ["Oat milk, barista 1 L"]
    assert sell.screen.held_count == 1, "the tea is held in its place"


def test_everything_open_survives_a_crash(till: Till, folder: Path) -> None:
    till.view_model.scan(OAT_MILK)
    till.view_model.sell.hold()
    till.view_model.scan(TEA)
    till.close()  # what a crash leaves is what is in the files

    again = stocked_till(folder)
    try:
        assert [each.name for each in rows(again)] == ["Jasmine tea 茉莉花茶 100 g"]
        assert again.view_model.sell.screen.held_count == 1
    finally:
        again.close()
        till.files.lock.release()


def test_search_finds_by_name_code_chinese_pinyin_and_initials(till: Till) -> None:
    found: list[tuple[str, ...]] = []
    till.view_model.sell.hits_changed.connect(
        lambda hits: found.append(tuple(each.product_id for each in hits))
    )
    for typed in ("jasmine", "9520000010188", "茉莉", "molihua", "mlhc"):
        till.view_model.sell.search(typed)
    assert all("P1018" in hits for hits in found), found


def test_a_coupon_below_its_minimum_stays_on_the_sale_and_says_so(till: Till) -> None:
    till.view_model.scan(TEA)
    till.view_model.scan("CPNSPRING5")
    assert "minimum" in feedback(till)
    assert "not used" in rows(till)[-1].name
    assert total(till) == "8.50"


def test_the_screen_speaks_chinese_at_once(till: Till) -> None:
    till.view_model.scan(TEA)
    till.view_model.settings.choose("language", "zh_CN")
    assert rows(till)[0].name == "茉莉花茶 100 g"
