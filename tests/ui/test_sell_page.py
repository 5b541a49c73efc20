"""The Sell page shows what its view-model holds and forwards what the cashier does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_app.ui import fonts
from pos_app.ui.sell_page import SellPage
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import Feedback, LineRow, SellScreen
from tests.fakes.viewmodels import HELD, LINES_EN, PANELS, FakeSell, sell_screen, status_screen


@pytest.fixture
def sell(qtbot: QtBot) -> FakeSell:
    return FakeSell(sell_screen())


@pytest.fixture
def page(qtbot: QtBot, sell: FakeSell) -> Iterator[SellPage]:
    theme().switch(name="light", scale=1.0, language="en", mirrored=False)
    fonts.load_chinese()
    page = SellPage(sell)
    qtbot.addWidget(page)
    page.resize(1282, 720)
    page.show()
    qtbot.waitExposed(page)
    page.setFocus()
    yield page
    theme().switch(name="light", scale=1.0, language="en", mirrored=False)


def press(qtbot: QtBot, page: SellPage, key: Qt.Key, text: str = "") -> None:
    if text:
        qtbot.keyClicks(page, text)
    else:
        qtbot.keyClick(page, key)


def test_panes_have_the_designs_geometry(page: SellPage) -> None:
    assert page.record.geometry() == QRect(0, 0, 620, 616)
    assert page.hand.geometry() == QRect(620, 0, 662, 616)
    assert page.band.geometry() == QRect(0, 616, 1282, 104)
    assert page.search.geometry() == QRect(16, 16, 630, 56)
    assert page.tiles.visualRect(page.tiles.model().index(6, 0)).left() == 127
    assert page.pay.geometry() == QRect(954, 16, 312, 72)


def test_mirroring_swaps_the_panes(page: SellPage) -> None:
    theme().switch(mirrored=True)
    assert page.hand.x() == 0
    assert page.record.x() == page.hand.width()
    assert page.pay.x() < page.record.x()


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.4, 1.5])
def test_every_button_in_sight_is_large_enough_for_a_finger(page: SellPage, scale: float) -> None:
    theme().switch(scale=scale)
    page.resize(round(1282 * scale), round(720 * scale))
    editor = page.lines.editor
    least = round(48 * scale)
    for button in (editor.less, editor.more, editor.price, editor.discount, editor.note, editor.void):
        assert button.width() >= least
        assert button.height() >= least
    for button in (page.hold, page.discount, page.more, page.pay, page.member.close_button):
        assert min(button.width(), button.height()) >= least


def test_the_open_row_has_its_buttons_in_place(page: SellPage) -> None:
    editor = page.lines.editor
    assert not editor.isHidden()
    assert editor.mapTo(page, QPoint(0, 0)) == QPoint(72, 458)
    assert editor.price.text() == "Price"


@pytest.mark.parametrize(
    ("button", "call"),
    [
        ("less", ("step_quantity", (-1,))),
        ("more", ("step_quantity", (1,))),
        ("price", ("open_panel", ("price",))),
        ("discount", ("open_panel", ("discount",))),
        ("note", ("open_panel", ("note",))),
        ("void", ("void_line", ())),
    ],
)
def test_row_buttons_forward_their_intent(
    qtbot: QtBot, page: SellPage, sell: FakeSell, button: str, call: tuple[str, tuple[object, ...]]
) -> None:
    qtbot.mouseClick(getattr(page.lines.editor, button), Qt.MouseButton.LeftButton)
    assert sell.calls == [call]


def test_a_weighed_row_has_no_stepper(page: SellPage, sell: FakeSell) -> None:
    sell.show(replace(sell.screen, selected_line_id="3", selected_quantity=""))
    assert page.lines.editor.less.isHidden()
    assert not page.lines.editor.void.isHidden()


def test_tapping_a_line_and_a_tile_is_forwarded(qtbot: QtBot, page: SellPage, sell: FakeSell) -> None:
    qtbot.mouseClick(page.lines.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 80))
    middle = page.tiles.visualRect(page.tiles.model().index(0, 0)).center()
    qtbot.mouseClick(page.tiles.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert sell.calls == [("select_line", ("2",)), ("tap_tile", ("Flat white",))]


def test_two_quick_taps_on_a_tile_are_two_items(qtbot: QtBot, page: SellPage, sell: FakeSell) -> None:
    middle = page.tiles.visualRect(page.tiles.model().index(0, 0)).center()
    qtbot.mouseClick(page.tiles.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    second = QMouseEvent(
        QEvent.Type.MouseButtonDblClick,
        QPointF(middle),
        page.tiles.viewport().mapToGlobal(QPointF(middle)),
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(page.tiles.viewport(), second)
    qtbot.mouseRelease(page.tiles.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert len(sell.calls) == 2


def test_tiles_are_reached_by_keys(qtbot: QtBot, page: SellPage, sell: FakeSell) -> None:
    page.tiles.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(page.tiles, Qt.Key.Key_Down)
    qtbot.keyClick(page.tiles, Qt.Key.Key_Right)
    qtbot.keyClick(page.tiles, Qt.Key.Key_Space)
    assert sell.calls == [("tap_tile", ("Sourdough loaf",))]


def test_keys_without_a_field_are_the_sales_keys(qtbot: QtBot, page: SellPage, sell: FakeSell) -> None:
    press(qtbot, page, Qt.Key.Key_unknown, "3*")
    press(qtbot, page, Qt.Key.Key_Plus)
    press(qtbot, page, Qt.Key.Key_Minus)
    press(qtbot, page, Qt.Key.Key_Delete)
    press(qtbot, page, Qt.Key.Key_Down)
    press(qtbot, page, Qt.Key.Key_Return)
    assert sell.calls == [
        ("type_key", ("3",)),
        ("type_key", ("*",)),
        ("step_quantity", (1,)),
        ("step_quantity", (-1,)),
        ("void_line", ()),
        ("move_selection", (1,)),
        ("confirm_typed", ()),
    ]


def test_slash_number_enter_presses_a_quick_key(qtbot: QtBot, page: SellPage, sell: FakeSell) -> None:
    press(qtbot, page, Qt.Key.Key_unknown, "/12")
    press(qtbot, page, Qt.Key.Key_Return)
    assert sell.calls == [("quick_key", (12,))]


def test_search_shows_hits_and_enter_takes_the_chosen_one(
    qtbot: QtBot, page: SellPage, sell: FakeSell
) -> None:
    page.focus_search()
    qtbot.keyClicks(page.search.edit, "oat")
    assert page.hits.isVisible()
    assert not page.tiles.isVisible()
    qtbot.keyClick(page.search.edit, Qt.Key.Key_Down)
    qtbot.keyClick(page.search.edit, Qt.Key.Key_Return)
    assert sell.calls[-1] == ("choose_hit", ("p2",))
    assert page.search.edit.text() == ""
    assert page.tiles.isVisible()


def test_escape_leaves_the_search_and_keeps_the_sale(qtbot: QtBot, page: SellPage, sell: FakeSell) -> None:
    page.focus_search()
    qtbot.keyClicks(page.search.edit, "zzz")
    assert page.hits.isVisible()
    assert page.hits.rows == ()
    qtbot.keyClick(page.search.edit, Qt.Key.Key_Escape)
    assert page.tiles.isVisible()
    assert page.hasFocus()
    assert not [call for call in sell.calls if call[0] not in {"search"}]


def test_digits_that_nothing_matches_are_looked_up_as_a_code(
    qtbot: QtBot, page: SellPage, sell: FakeSell
) -> None:
    page.focus_search()
    qtbot.keyClicks(page.search.edit, "6901234567892")
    qtbot.keyClick(page.search.edit, Qt.Key.Key_Return)
    assert sell.calls[-1] == ("scan", ("6901234567892",))


@pytest.mark.parametrize("kind", sorted(PANELS))
def test_a_panel_takes_the_hand_and_never_the_record(page: SellPage, sell: FakeSell, kind: str) -> None:
    sell.show(replace(sell.screen, panel=PANELS[kind]))
    assert page.panel is not None
    assert page.panel.isVisible()
    assert not page.tiles.isVisible()
    assert page.lines.isVisible()
    assert page.panel.parentWidget() is page.hand
    sell.show(replace(sell.screen, panel=None))
    assert not page.panel.isVisible()
    assert page.tiles.isVisible()


def test_a_panels_answers_are_forwarded(qtbot: QtBot, page: SellPage, sell: FakeSell) -> None:
    sell.show(replace(sell.screen, panel=PANELS["discount"]))
    assert page.panel is not None
    qtbot.mouseClick(page.panel.keypad.keys["7"], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.panel.keypad.keys["back"], Qt.MouseButton.LeftButton)
    page.panel.choice_made.emit("amount")
    qtbot.mouseClick(page.panel.confirm, Qt.MouseButton.LeftButton)
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert sell.calls == [
        ("panel_key", ("7",)),
        ("panel_key", ("back",)),
        ("panel_choose", ("amount",)),
        ("panel_confirm", ()),
        ("panel_cancel", ()),
    ]


def test_a_text_question_has_the_cursor(qtbot: QtBot, page: SellPage, sell: FakeSell) -> None:
    sell.show(replace(sell.screen, panel=PANELS["note"]))
    assert page.panel is not None
    assert page.panel.field.hasFocus()
    qtbot.keyClicks(page.panel.field, "!")
    qtbot.keyClick(page.panel.field, Qt.Key.Key_Return)
    assert sell.calls == [("panel_text", ("gift wrap!",)), ("panel_confirm", ())]


def test_held_sales_are_listed_and_recalled(qtbot: QtBot, page: SellPage, sell: FakeSell) -> None:
    sell.show(replace(sell.screen, held=HELD, held_open=True))
    assert page.held is not None
    assert page.held.isVisible()
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert sell.calls == [("recall", ("h1",))]


def test_the_slot_offers_undo_and_empties_after_its_seconds(
    qtbot: QtBot, page: SellPage, sell: FakeSell
) -> None:
    qtbot.mouseClick(page.slot.undo, Qt.MouseButton.LeftButton)
    assert sell.calls == [("undo", ())]
    sell.show(replace(sell.screen, feedback=Feedback(2, "added, 8.50", "Jasmine tea", "ok", seconds=1)))
    assert page.slot.undo.isHidden()
    qtbot.waitUntil(lambda: page.slot.shown is None, timeout=3000)


def test_a_refused_scan_offers_what_to_do(qtbot: QtBot, page: SellPage, sell: FakeSell) -> None:
    refused = Feedback(
        3,
        "is not in the catalogue",
        "6901 2345 6789 2",
        "bad",
        "short",
        action="open_price",
        action_label="Open price",
    )
    sell.show(replace(sell.screen, feedback=refused))
    assert page.slot.action.text() == "Open price"
    qtbot.mouseClick(page.slot.action, Qt.MouseButton.LeftButton)
    assert sell.calls == [("feedback_action", ("open_price",))]


def test_an_empty_sale_says_what_to_do_first_and_cannot_be_paid(page: SellPage, sell: FakeSell) -> None:
    sell.show(SellScreen(items_label="0 items", total="0.00", currency_symbol="$"))
    assert not page.pay.isEnabled()
    assert not page.hold.isEnabled()
    assert page.lines.editor.isHidden()
    assert page.member.isHidden()


def test_change_stays_on_the_band(page: SellPage, sell: FakeSell) -> None:
    sell.show(
        SellScreen(
            band_title="Change due",
            band_details=("50.00 received", "Receipt S1-T2-000412-8"),
            total="29.80",
            currency_symbol="$",
        )
    )
    assert page.band.figure.accessibleName() == "Change due 50.00 received Receipt S1-T2-000412-8 $29.80"


def test_a_long_basket_keeps_the_selected_row_in_sight(page: SellPage, sell: FakeSell) -> None:
    rows = tuple(LineRow(str(place), f"Item {place}", "1.00", "1") for place in range(50))
    sell.show(replace(sell.screen, lines=rows, selected_line_id="49", selected_quantity="1"))
    box = page.lines.visualRect(page.lines.model().index(49, 0))
    assert box.bottom() <= page.lines.viewport().height()
    assert page.lines.editor.y() >= box.top()
    sell.show(replace(sell.screen, selected_line_id="0"))
    assert page.lines.visualRect(page.lines.model().index(0, 0)).top() == 0


def test_only_changed_rows_are_announced_to_the_view(qtbot: QtBot, page: SellPage, sell: FakeSell) -> None:
    changed: list[int] = []
    page.lines.model().dataChanged.connect(lambda first, last, _roles: changed.append(first.row()))
    rows = list(LINES_EN)
    rows[0] = replace(rows[0], amount="12.60", quantity="3")
    sell.show(replace(sell.screen, lines=tuple(rows)))
    assert changed == [0]


def test_offline_lists_take_the_place_of_the_last_tiles(page: SellPage) -> None:
    page.show_offline(status_screen(offline=True).banner)
    assert page.offline.isVisible()
    assert page.tiles.geometry().bottom() < page.offline.y()
    page.show_offline(None)
    assert page.offline.isHidden()


def test_rows_and_tiles_have_spoken_names(page: SellPage) -> None:
    role = int(Qt.ItemDataRole.AccessibleTextRole)
    assert (
        page.lines.model().index(0, 0).data(role)
        == "2, Oat milk, barista 1 L, 8.40, 4.20 each, 2 for 7.00, −1.40"
    )
    assert page.tiles.model().index(0, 0).data(role) == "Flat white, 5.50, 2"


def test_a_very_long_name_is_cut_before_the_amount(page: SellPage, sell: FakeSell) -> None:
    long = LineRow("1", "Extraordinarily long name of a product " * 4, "123,456.78", "1")
    sell.show(replace(sell.screen, lines=(long,), selected_line_id="", selected_quantity=""))
    picture = page.lines.viewport().grab(QRect(440, 0, 80, 44)).toImage()
    assert _is_blank(picture, QRect(50, 4, 8, 36))


def _is_blank(picture: QImage, box: QRect) -> bool:
    first = picture.pixel(box.topLeft())
    return all(
        picture.pixel(x, y) == first
        for x in range(box.left(), box.right())
        for y in range(box.top(), box.bottom())
    )
