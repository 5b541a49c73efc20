"""The list pages, Settings and the lock show what their view-models say and forward what is done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.lock_page import LockPage
from pos_app.ui.painting import text_width
from pos_app.ui.settings_page import SettingsPage
from pos_app.ui.table_list import TableRow, column_widths
from pos_app.ui.table_page import TablePage
from pos_app.ui.theme import theme
from pos_app.ui.work_page import WorkPage
from pos_app.viewmodels.screens import (
    AttentionRow,
    DeviceRow,
    DiagnosticSection,
    EntryPanel,
    Feedback,
    SettingChoice,
    SettingsScreen,
    TableScreen,
)
from tests.fakes.viewmodels import Recording

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform has no window manager

NUMBERS = tuple(f"T2-{412 - place:06d}-7" for place in range(40))
SALES = TableScreen(
    title="Sales of this till",
    hint="Scan a receipt, or type its number",
    columns=("Receipt", "Time", "Cashier", "Paid by", "Total", "Record"),
    numeric_columns=(4,),
    rows=tuple(
        (number, "14:33", "Noor A.", "Mobile code, Cash", "60.22", "At the centre") for number in NUMBERS
    ),
    row_ids=NUMBERS,
    selected_id=NUMBERS[0],
    detail_title=NUMBERS[0],
    detail_rows=(("Oat milk, barista 1 L", "8.40"), ("Total", "60.22")),
    actions=(("reprint", "Print again", "F11"), ("open", "Open", "F6")),
    empty="No sale yet. The first one appears here.",
)
SETTINGS = SettingsScreen(
    title="Settings",
    settings=(
        SettingChoice("language", "Language", "en", (("en", "English"), ("zh_CN", "简体中文"))),
        SettingChoice(
            "scale",
            "Size of the screen",
            "auto",
            tuple((value, f"{value} of the whole screen") for value in ("auto", "1.0", "1.25", "1.4", "1.5")),
        ),
    ),
    devices=(
        DeviceRow("printer", "Receipt printer", "192.168.1.40 · Works", "ok"),
        DeviceRow("scanner", "Scanner", "keyboard", testable=False),
    ),
    diagnostics=(DiagnosticSection("This till", (("Evertill", "0.1.0"),)),),
    attention=(AttentionRow("salvaged", "Put right", "2 missing", "bad", "Seen"),),
)
LOCK = EntryPanel("pin", "The till is locked", "Type your PIN.", "number", confirm_label="Unlock")


@pytest.fixture(autouse=True)
def plain_look(qapp: QApplication) -> None:
    """Light, English, scale 1, whatever the test before left."""
    if (theme().name, theme().scale, theme().language, theme().mirrored) != ("light", 1.0, "en", False):
        theme().switch(name="light", scale=1.0, language="en", mirrored=False)


def show(qtbot: QtBot, page: WorkPage) -> None:
    qtbot.addWidget(page)
    page.resize(1282, 720)
    page.show()
    page.activateWindow()
    qtbot.waitExposed(page)
    page.setFocus()


def tap(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


@pytest.fixture
def table() -> Recording:
    return Recording(SALES)


@pytest.fixture
def table_page(qtbot: QtBot, table: Recording) -> TablePage:
    page = TablePage(table)
    show(qtbot, page)
    table.calls.clear()
    return page


@pytest.fixture
def settings() -> Recording:
    return Recording(SETTINGS)


@pytest.fixture
def settings_page(qtbot: QtBot, settings: Recording) -> SettingsPage:
    page = SettingsPage(settings)
    show(qtbot, page)
    return page


def test_typing_with_no_field_focused_filters_the_list(table_page: TablePage, table: Recording) -> None:
    QTest.keyClick(table_page, "4")
    QTest.keyClick(table_page.search.edit, "1")
    assert table.calls == [("filter", ("4",)), ("filter", ("41",))]


def test_arrows_move_the_choice_and_stop_at_the_ends(table_page: TablePage, table: Recording) -> None:
    QTest.keyClick(table_page, Qt.Key.Key_Up)
    assert table.calls == []
    QTest.keyClick(table_page, Qt.Key.Key_Down)
    QTest.keyClick(table_page, Qt.Key.Key_PageDown)
    assert table.calls == [("select", (NUMBERS[1],)), ("select", (NUMBERS[8],))]


def test_arrows_in_the_search_field_move_the_choice_too(table_page: TablePage, table: Recording) -> None:
    table_page.focus_search()
    QTest.keyClick(table_page.search.edit, Qt.Key.Key_Down)
    assert table.calls == [("select", (NUMBERS[1],))]


def test_a_tapped_row_is_chosen(table_page: TablePage, table: Recording) -> None:
    box = table_page.list.visualRect(table_page.list.model().index(3, 0))
    QTest.mouseClick(table_page.list.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert table.calls == [("select", (NUMBERS[3],))]


def test_the_chosen_row_is_brought_into_sight(table_page: TablePage, table: Recording) -> None:
    table.show(replace(SALES, selected_id=NUMBERS[-1]))
    box = table_page.list.visualRect(table_page.list.model().index(len(NUMBERS) - 1, 0))
    assert table_page.list.viewport().rect().contains(box)


def test_the_actions_stand_on_the_band_with_their_keys(table_page: TablePage, table: Recording) -> None:
    assert [button.text() for button in table_page.buttons if button.isVisible()] == ["Print again", "Open"]
    tap(table_page.buttons[1])
    tap(table_page.buttons[0])
    assert table.calls == [("act", ("open",)), ("act", ("reprint",))]


def test_an_empty_list_has_no_action_and_says_what_to_do(table_page: TablePage, table: Recording) -> None:
    table.show(
        replace(SALES, rows=(), row_ids=(), selected_id="", detail_title="", detail_rows=(), actions=())
    )
    assert not any(button.isVisible() for button in table_page.buttons)
    assert table_page.list.rows == ()
    QTest.keyClick(table_page, Qt.Key.Key_Down)
    assert table.calls == []


def test_esc_empties_the_search_before_it_leaves(table_page: TablePage) -> None:
    QTest.keyClick(table_page, "4")
    assert table_page.step_back()
    assert table_page.search.edit.text() == ""
    assert not table_page.step_back()


def test_columns_share_the_room_and_numbers_are_never_cut() -> None:
    rows = [TableRow("1", ("A very long product name " * 6, "6901234567892", "9 %", "1,234,567.00"))]
    names = ("Product", "Code", "Tax", "Price")
    for room in (630, 560, 480):
        widths = column_widths(names, rows, (3,), room)
        assert sum(widths) <= room
        assert widths[3] >= text_width(rows[0].cells[3], theme().font("bodyLarge", bold=True))
    assert column_widths((), [], (), 630) == ()


def test_a_detail_longer_than_the_screen_scrolls(table_page: TablePage, table: Recording) -> None:
    table.show(replace(SALES, detail_rows=tuple((f"Item {place}", "1.00") for place in range(60))))
    assert table_page.detail.verticalScrollBar().maximum() > 0
    table.show(SALES)
    assert table_page.detail.verticalScrollBar().maximum() == 0


def test_a_message_of_the_list_shows_in_its_slot(table_page: TablePage, table: Recording) -> None:
    table.show(replace(SALES, feedback=Feedback(1, "Prints again, marked COPY", tone="ok")))
    assert table_page.slot.shown is not None


def test_a_setting_is_chosen_by_its_button(settings_page: SettingsPage, settings: Recording) -> None:
    row = settings_page.rows[0]
    assert [button.selected for button in row.buttons] == [True, False]
    tap(row.buttons[1])
    assert settings.calls == [("choose", ("language", "zh_CN"))]


def test_choices_that_do_not_fit_go_to_further_lines(settings_page: SettingsPage) -> None:
    row = settings_page.rows[1]
    tops = {button.y() for button in row.buttons}
    assert len(tops) > 1
    assert all(button.geometry().right() <= row.width() for button in row.buttons)
    assert row.geometry().bottom() < settings_page.devices[0].geometry().top()


def test_a_device_is_tested_and_a_scanner_tests_itself(
    settings_page: SettingsPage, settings: Recording
) -> None:
    tap(settings_page.devices[0].test)
    assert settings.calls == [("test_device", ("printer",))]
    assert not settings_page.devices[1].test.isVisible()
    settings.show(replace(SETTINGS, last_scan="6901234567892"))
    assert settings_page.test_line.accessibleName() == "6901234567892"


def test_diagnostics_are_copied_from_the_band(settings_page: SettingsPage, settings: Recording) -> None:
    tap(settings_page.copy)
    assert settings.calls == [("copy_diagnostics", ())]


def test_what_needs_a_person_is_seen_and_goes_away(settings_page: SettingsPage, settings: Recording) -> None:
    card = settings_page.diagnostics.cards[0]
    assert card.accessibleName() == "Put right. 2 missing"
    tap(card.button)
    assert settings.calls == [("seen", ("salvaged",))]
    settings.show(replace(SETTINGS, attention=()))
    assert not card.isVisible()
    assert settings_page.diagnostics.rows.accessibleName() == "Evertill 0.1.0"


def test_fewer_devices_leave_no_ghosts(settings_page: SettingsPage, settings: Recording) -> None:
    settings.show(replace(SETTINGS, devices=SETTINGS.devices[:1]))
    assert [device.isVisible() for device in settings_page.devices] == [True, False]


def test_the_lock_forwards_digits_and_shows_only_dots(qtbot: QtBot) -> None:
    lock = Recording(LOCK)
    page = LockPage(lock)
    show(qtbot, page)
    tap(page.keypad.keys["1"])
    tap(page.keypad.keys["back"])
    tap(page.unlock)
    assert lock.calls == [("press", ("1",)), ("press", ("back",)), ("confirm", ())]
    lock.show(replace(LOCK, entry="●●", error="This PIN is not known."))
    assert page.entry.accessibleName() == "This PIN is not known."
    assert not any(child.text() for child in page.record.findChildren(QAbstractButton))  # nothing of the sale


def test_a_short_detail_fills_the_record_and_a_long_one_leaves_room_for_its_bar(
    table_page: TablePage, table: Recording
) -> None:
    assert table_page.detail.content.width() == table_page.detail.width()
    table.show(replace(SALES, detail_rows=tuple((f"Item {place}", "1.00") for place in range(60))))
    assert table_page.detail.content.width() < table_page.detail.width()
    table.show(SALES)
    assert table_page.detail.content.width() == table_page.detail.width()
