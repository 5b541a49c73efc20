"""The pickup board with real widgets: keys, taps, scans, the ring for a new order, and what is painted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pos_app.services.pickup_outcomes import CodeVerdict, FoundByCode
from pos_app.ui import fonts
from pos_app.ui.desk_input import DeskInput
from pos_app.ui.keyboard import combination
from pos_app.ui.main_window import MainWindow
from pos_app.ui.pickup_board_page import PickupBoardPage
from pos_app.ui.pickup_screen import PAGES, PickupScreen
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_words import ICONS
from tests.fakes.pickup_board import BoardDesk, at, goods, mock_orders, new
from tests.fakes.viewmodels import FakeTill

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform has no window manager

CODE = "PKP4821908"


class Till(FakeTill):
    """The fake till with a real Pickup in it; scans go there."""

    def __init__(self, desk: BoardDesk) -> None:
        super().__init__()
        self.pickup = desk.pickup

    def go(self, mode: str) -> None:
        super().go(mode)
        if mode == "pickup":
            self.pickup.enter()

    def scan(self, text: str) -> None:
        self.pickup.scan(text)

    def print_last(self) -> None:
        self.calls.append(("print_last", ()))


@dataclass
class Bench:
    """The window with the board up."""

    desk: BoardDesk
    till: Till
    window: MainWindow
    input: DeskInput

    @property
    def page(self) -> PickupBoardPage:
        screen = self.window.page("pickup")
        assert isinstance(screen, PickupScreen)
        page = screen.page("board")
        assert isinstance(page, PickupBoardPage)
        return page

    @property
    def selected(self) -> str:
        return self.desk.board.screen.selected_id

    def press(self, *names: str) -> None:
        for name in names:
            key = combination(name)
            focus: QWidget = QApplication.focusWidget() or self.window
            QTest.keyClick(focus, key.key(), key.keyboardModifiers())
            self.input.filter.settle()

    def scan(self, text: str) -> None:
        """Scan in a frame: that is a scan also where a busy machine delivers its keys slowly."""
        focus: QWidget = QApplication.focusWidget() or self.window
        QTest.keyClick(focus, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
        for character in text:
            QTest.keyClick(focus, character)
        QTest.keyClick(focus, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    def tap(
        self,
        column: str,
        order_id: str,
        at_left: int = 200,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        cards = self.page.columns[column].cards
        box = cards.card_box(order_id)
        point = QPoint(box.left() + at_left, box.center().y())
        QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, modifier, point)


@pytest.fixture
def bench(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    for name in ("picking", "handover"):  # these pages have tests of their own
        monkeypatch.setitem(PAGES, name, lambda _pickup: QWidget())
    if (theme().name, theme().scale, theme().language) != ("light", 1.0, "en"):
        theme().switch(name="light", scale=1.0, language="en", mirrored=False)
    fonts.load_chinese()
    desk = BoardDesk(*mock_orders())
    till = Till(desk)
    window = MainWindow(till)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    desk_input = DeskInput(till, window)
    bench = Bench(desk, till, window, desk_input)
    bench.press("Ctrl+2")
    yield bench
    desk.board.close()
    application = QApplication.instance()
    assert application is not None
    application.removeEventFilter(desk_input.filter)


def test_ctrl_2_shows_the_board_with_its_date_and_the_badge(bench: Bench) -> None:
    assert bench.window.current_page is bench.window.page("pickup")
    assert bench.page.isVisible()
    assert bench.window.rail.buttons["pickup"].isChecked()
    assert bench.window.top_bar._heading.detail == "Saturday 14 March"
    assert bench.window.rail.buttons["pickup"]._badge == "4"


def test_the_frame_has_the_designs_geometry(bench: Bench) -> None:
    page = bench.page
    columns = [column.geometry() for column in page.columns.values()]
    assert [(box.left(), box.top(), box.right() + 1) for box in columns] == [
        (16, 72, 425),
        (437, 72, 846),
        (857, 72, 1266),
    ]
    assert columns[0].bottom() + 1 == 606
    first = page.columns["new"].cards.card_box("P-4833")
    assert (first.width(), first.height()) == (393, 111)
    assert page.columns["ready"].cards.card_box("P-4817").height() == 122
    assert page.columns["ready"].cards.card_box("P-4821").height() == 80
    assert page.temperatures.segments[0].height() == 48


def test_a_calm_countdown_is_read_on_the_dark_frame_too(bench: Bench) -> None:
    bench.tap("new", "P-4841")
    assert bench.desk.board.screen.band_chip is not None
    assert bench.desk.board.screen.band_chip.level == "calm"
    image = bench.page.chip.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert theme().colour("onFrame").name() in seen
    assert theme().colour("text2").name() not in seen


def test_arrows_move_between_cards_and_columns_and_the_focus_follows(bench: Bench) -> None:
    assert bench.page.columns["new"].cards.hasFocus()
    bench.press("Down", "Down", "Right")
    assert bench.selected == "P-4836"
    assert bench.page.columns["picking"].cards.hasFocus()
    bench.press("PgUp", "Right", "PgDown", "Left")
    assert bench.selected == "P-4836"


def test_enter_is_the_action_in_mint(bench: Bench) -> None:
    bench.press("Down", "Enter")
    assert bench.desk.picking.calls == [("open", ("P-4835",))]


def test_the_mint_button_does_the_same(qtbot: QtBot, bench: Bench) -> None:
    bench.tap("ready", "P-4821")
    assert bench.page.main.text() == "Hand over"
    qtbot.mouseClick(bench.page.main, Qt.MouseButton.LeftButton)
    assert bench.desk.handover.calls == [("open", "P-4821")]
    assert not bench.page.isVisible()


def test_a_tap_chooses_a_card_and_a_second_one_opens_it(bench: Bench) -> None:
    bench.tap("picking", "P-4831")
    assert bench.selected == "P-4831"
    assert bench.page.panel.isHidden()
    cards = bench.page.columns["picking"].cards
    QTest.mouseDClick(
        cards.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        cards.card_box("P-4831").center(),
    )
    assert bench.page.panel.isVisible()
    assert bench.page.panel.detail.title == "P-4831 · L. Brandt"
    assert bench.page.columns["ready"].isHidden()


def test_space_opens_the_card_and_esc_closes_it_then_leads_back_to_sell(bench: Bench) -> None:
    bench.press("Space")
    assert bench.page.panel.isVisible()
    assert bench.page.columns["new"].isVisible()
    assert bench.page.columns["picking"].isHidden()
    bench.press("Esc")
    assert bench.page.panel.isHidden()
    assert bench.page.columns["new"].cards.hasFocus()
    bench.press("Esc")
    assert bench.till.mode == "sell"


def test_the_open_card_has_a_cross_and_its_own_buttons(qtbot: QtBot, bench: Bench) -> None:
    bench.press("Space")
    qtbot.mouseClick(bench.page.panel.buttons[0], Qt.MouseButton.LeftButton)
    assert bench.desk.board.screen.marked == {"P-4833"}
    qtbot.mouseClick(bench.page.panel.close_button, Qt.MouseButton.LeftButton)
    assert bench.page.panel.isHidden()


def test_a_line_of_an_open_card_is_chosen_by_tap(bench: Bench) -> None:
    bench.press("Space")
    lines = bench.page.panel.lines
    spot = lines.visualRect(lines.model().index(1, 0)).center()
    QTest.mouseClick(lines.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert bench.desk.board.screen.detail is not None
    assert bench.desk.board.screen.detail.selected_line == "ambient-1"


def test_ctrl_space_a_long_press_and_the_check_box_mark_orders(qtbot: QtBot, bench: Bench) -> None:
    bench.press("Ctrl+Space")
    assert bench.desk.board.screen.marked == {"P-4833"}
    bench.tap("new", "P-4835", at_left=20)
    assert bench.desk.board.screen.marked == {"P-4833", "P-4835"}
    bench.tap("new", "P-4838", modifier=Qt.KeyboardModifier.ControlModifier)
    bench.tap("new", "P-4833", at_left=20)
    assert bench.desk.board.screen.marked == {"P-4835", "P-4838"}
    cards = bench.page.columns["new"].cards
    QTest.mousePress(
        cards.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        cards.card_box("P-4841").center(),
    )
    qtbot.waitUntil(lambda: "P-4841" in bench.desk.board.screen.marked, timeout=2000)
    assert bench.page.main.text() == "Pick 3 together"
    bench.press("Enter")
    assert bench.desk.picking.calls == [("open", ("P-4835", "P-4838", "P-4841"))]


def test_typing_goes_into_the_search_and_esc_empties_it(bench: Bench) -> None:
    for character in "osei":
        QTest.keyClick(QApplication.focusWidget() or bench.window, character)
        QTest.qWait(60)
    bench.input.filter.settle()
    assert bench.page.search.edit.text() == "osei"
    assert [len(bench.desk.cards(each)) for each in ("new", "picking", "ready")] == [0, 1, 0]
    bench.press("Enter")
    assert bench.page.columns["picking"].cards.hasFocus()
    bench.press("Esc")
    assert bench.page.search.edit.text() == ""
    assert len(bench.desk.cards("ready")) == 5


def test_the_search_is_empty_again_when_another_order_is_shown(bench: Bench) -> None:
    bench.page.search.edit.setText("osei ")
    assert bench.desk.cards("picking") == ["P-4829"]
    bench.desk.pickup.show_board("P-4838")
    assert bench.page.search.edit.text() == ""
    assert bench.selected == "P-4838"
    assert len(bench.desk.cards("new")) == 4


def test_f2_puts_the_cursor_into_the_search(bench: Bench) -> None:
    bench.press("F2")
    assert bench.page.search.edit.hasFocus()
    bench.press("Down")
    assert bench.page.columns["new"].cards.hasFocus()


def test_alarms_and_temperatures_are_buttons(qtbot: QtBot, bench: Bench) -> None:
    qtbot.mouseClick(bench.page.alarms[0], Qt.MouseButton.LeftButton)
    assert bench.desk.cards("new") == ["P-4833"]
    assert bench.page.alarms[0].isChecked()
    qtbot.mouseClick(bench.page.alarms[0], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(bench.page.temperatures.segments[3], Qt.MouseButton.LeftButton)
    assert bench.desk.cards("ready") == ["P-4817", "P-4824"]
    assert bench.page.temperatures.segments[3].isChecked()
    assert not bench.page.temperatures.segments[0].isChecked()


def test_f8_and_f11_work_wherever_the_focus_is(bench: Bench) -> None:
    bench.tap("ready", "P-4798")
    bench.page.search.edit.setFocus()
    bench.press("F8")
    assert len(bench.desk.book.steps) == 1
    assert bench.page.slot.isVisible()
    bench.page.alarms[0].setFocus()
    bench.tap("new", "P-4835")
    bench.press("F11")
    assert len(bench.desk.papers.printed) == 1


def test_keys_of_other_screens_do_nothing_here(bench: Bench) -> None:
    bench.press("F6", "F4")
    assert bench.till.sell.calls == []
    bench.press("F9")
    assert bench.till.calls[-1] == ("go", ("pay",))


def test_f1_lists_the_boards_keys(bench: Bench) -> None:
    bench.press("F1")
    rows = dict(bench.input.sheet.rows)
    assert rows["Ctrl Space"] == "Mark a new order to pick together"
    assert rows["F11"] == "Print the pick list"
    assert rows["F2"] == "Search"


def test_a_scan_is_taken_while_the_search_has_the_cursor(bench: Bench) -> None:
    bench.press("F2")
    bench.scan("LOC-A11")
    assert bench.page.search.edit.text() == ""
    shown = bench.page.slot.shown
    assert shown is not None
    assert shown.text == "A11 is a place. Scan it while bags are put away."


def test_a_scanned_enter_starts_no_picking(bench: Bench) -> None:
    bench.scan("4006381333931")
    assert bench.desk.picking.calls == []
    assert bench.page.slot.shown is not None


def test_a_pickup_code_is_refused_beside_the_board_and_not_over_it(bench: Bench) -> None:
    bench.desk.book.codes[CODE] = FoundByCode(CodeVerdict.FORGED)
    before = bench.page.columns["new"].cards.card_box("P-4833")
    bench.scan(CODE)
    assert bench.page.slot.isVisible()
    bottom = max(column.geometry().bottom() for column in bench.page.columns.values())
    assert bottom < bench.page.slot.y()
    assert bench.page.columns["new"].cards.card_box("P-4833") == before


def test_the_slot_gives_its_room_back(qtbot: QtBot, bench: Bench) -> None:
    bench.desk.board.say("something")
    assert bench.page.slot.isVisible()
    bench.page.slot.show_feedback(None)
    assert bench.page.slot.isHidden()
    assert bench.page.columns["new"].geometry().bottom() + 1 == 606


def test_a_new_order_is_told_wherever_the_cashier_is_and_covers_nothing(qtbot: QtBot, bench: Bench) -> None:
    bench.desk.pickup.orders_changed()
    sounds: list[str] = []
    bench.desk.pickup.sounded.connect(sounds.append)
    bench.press("Ctrl+1")
    bench.desk.book.put(new("P-4850", "Li N.", ("16:00", "16:30"), goods(2)))
    bench.desk.pickup.orders_changed("orders")
    line = bench.window.top_bar.notice
    assert line.isVisible()
    assert line.text() == "P-4850 New pickup order, collect 16:00–16:30"
    assert sounds == ["new_order"]
    assert bench.window.rail.buttons["pickup"]._badge == "5"
    assert bench.window.top_bar.rect().contains(line.geometry())
    assert not line.hasFocus()
    chips = [chip.geometry() for chip in bench.window.top_bar._chips if chip.isVisible()]
    assert not any(box.intersects(line.geometry()) for box in chips)
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    assert line.isHidden()
    assert bench.selected == "P-4850"


def test_the_line_runs_out(qtbot: QtBot, bench: Bench) -> None:
    line = bench.window.top_bar.notice
    bench.desk.pickup.say_next()
    assert line.shown is not None
    line.show_notice(type(line.shown)(9, "soon over", seconds=1))
    qtbot.waitUntil(line.isHidden, timeout=3000)


def test_only_the_cards_that_changed_are_painted_again(qtbot: QtBot, bench: Bench) -> None:
    painted: list[str] = []
    for name, column in bench.page.columns.items():
        column.cards.model().dataChanged.connect(
            lambda first, _last, _roles=None, at=name: painted.append(f"{at} {first.row()}")
        )
    bench.desk.book.time = "2026-03-14T14:34:59+08:00"
    bench.desk.board.refresh()
    assert "ready 4" not in painted
    painted.clear()
    bench.desk.board.refresh()
    assert painted == []


def test_a_tab_into_a_column_chooses_its_first_card(bench: Bench) -> None:
    bench.page.columns["ready"].cards.setFocus(Qt.FocusReason.TabFocusReason)
    assert bench.selected == "P-4817"


def test_cards_and_columns_have_names_for_screen_readers(bench: Bench) -> None:
    cards = bench.page.columns["new"].cards
    index = cards.model().index(0, 0)
    name = cards.model().data(index, int(Qt.ItemDataRole.AccessibleTextRole))
    assert name.startswith("P-4833, R. Tan, Late 4 min, 12 items")
    assert cards.accessibleName() == "New, 4, soonest first"
    assert bench.page.search.edit.accessibleName() == "Scan a pickup code, or type order, phone, name"
    assert bench.page.chip.accessibleName() == "Late 4 min"
    assert bench.page.buttons[2].accessibleDescription().startswith("The customer is told when")


def test_the_late_card_is_red_and_the_chosen_one_has_the_ring(bench: Bench) -> None:
    cards = bench.page.columns["new"].cards
    box = cards.card_box("P-4833")
    picture = cards.viewport().grab().toImage()
    assert picture.pixelColor(box.left() + 5, box.center().y()) == theme().colour("danger")
    assert picture.pixelColor(box.left() + 1, box.center().y()) == theme().colour("focus")
    box = cards.card_box("P-4841")
    assert picture.pixelColor(box.left() + 3, box.center().y()) == theme().colour("border")


@pytest.mark.parametrize("look", ["dark", "light"])
def test_every_sign_is_drawn_in_both_themes_and_scales(bench: Bench, look: str) -> None:
    theme().switch(name=look, scale=1.4)
    bench.window.resize(1920, 1080)
    bench.desk.board.toggle_mark("P-4835")
    bench.press("Space")
    assert not bench.window.grab().isNull()
    assert bench.page.columns["new"].cards.card_box("P-4833").height() == theme().px(111)
    theme().switch(name="light", scale=1.0)


def test_an_empty_board_says_what_to_do_first(bench: Bench) -> None:
    for order in bench.desk.book.all():
        bench.desk.book.drop(order.order_id)
    bench.desk.board.refresh()
    assert bench.page.main.isHidden()
    assert not bench.page.grab().isNull()
    assert bench.desk.board.screen.columns[0].empty_detail == "The next one rings and stands here."


def test_a_store_that_takes_no_orders_says_so_and_the_board_comes_with_its_desk(bench: Bench) -> None:
    screen = bench.window.page("pickup")
    assert isinstance(screen, PickupScreen)
    had, bench.desk.book.desk = bench.desk.book.desk, None
    bench.desk.board.refresh()
    assert screen.current_page.accessibleName() == "No pickup orders"
    bench.desk.book.desk = had
    bench.desk.board.refresh()
    assert screen.current_page is bench.page


def test_the_words_follow_the_language(qtbot: QtBot, bench: Bench) -> None:
    bench.page.temperatures.segments[0].setText("?")
    bench.page.panel.close_button.setAccessibleName("?")
    QApplication.sendEvent(bench.page.panel, QEvent(QEvent.Type.LanguageChange))
    QApplication.sendEvent(bench.page, QEvent(QEvent.Type.LanguageChange))
    assert bench.page.panel.close_button.accessibleName() == "Close"


def test_every_page_of_pickup_is_known() -> None:
    assert set(PAGES) == {"board", "picking", "handover", "no_desk"}
    assert set(ICONS.values()) == {"ambient", "chilled", "frozen"}


def test_time_runs_while_the_board_is_up(qtbot: QtBot, bench: Bench) -> None:
    bench.desk.book.time = at("14:40")
    qtbot.waitUntil(lambda: bench.desk.card("P-4833").chip.text == "Late 10 min", timeout=3000)
    bench.press("Ctrl+1")
    bench.desk.pickup.leave()
    bench.desk.book.time = at("14:50")
    qtbot.wait(1200)
    assert bench.desk.card("P-4833").chip.text == "Late 10 min"
