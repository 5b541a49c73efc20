"""The picking page on a real till: what is scanned, tapped and typed, and what the picker then sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pos_app.bootstrap import Till
from pos_app.ui.pickup_picking_page import PickingPage
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_picking_screen import ListPanel, PickingScreen, PickRow, PickSection
from pos_app.viewmodels.screens import EntryPanel
from retail.pickup.order import LineState, OrderState, PickupOrder
from retail.pickup.parts import units
from retail.pickup.reducer import applied, apply
from retail.pickup.steps import Answer, StartPicking
from retail.stock_level import StockLevel
from tests.fakes.pickup_orders import ASK, step, up_to_percent
from tests.fakes.pickup_till import (
    BEANS,
    CHICKEN,
    COOKIE,
    EGGS,
    MILK,
    OAT_MILK,
    Centre,
    Wall,
    code_of,
    line,
    order,
    pickup_till,
    scale_label,
)

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform has no window manager

COOKIE_CODE, BEANS_CODE, EGGS_CODE = "9520000010096", "9520000010195", "9520000010171"
ORDER = order(
    line(COOKIE, "2", 700),
    line(CHICKEN, "0.600", 1200),
    line(BEANS, "1", 320),
    line(MILK, "1", 420, wish=up_to_percent("100")),
)
OTHER = order(line(COOKIE, "1", 350), order_id="order-2", number="P-4831")
LEVELS = (
    StockLevel(product_id=COOKIE, on_hand=Decimal(9), place="A1-04"),
    StockLevel(product_id=BEANS, on_hand=Decimal(3), place="A2-01"),
    StockLevel(product_id=CHICKEN, on_hand=Decimal(5), place="A3-02"),
    StockLevel(product_id=MILK, on_hand=Decimal(0), place="C1-04"),
    StockLevel(product_id=OAT_MILK, on_hand=Decimal(6), place="C1-05"),
)


class Desk:
    """A till, its picking page, and what was heard of it."""

    def __init__(self, till: Till, page: PickingPage) -> None:
        self.till, self.page = till, page
        self.model = till.view_model.pickup.picking
        self.sounds: list[str] = []
        self.left: list[str] = []
        self.said: list[str] = []
        self.model.sounded.connect(self.sounds.append)
        self.model.left.connect(self.left.append)
        self.model.announced.connect(self.said.append)

    @property
    def screen(self) -> PickingScreen:
        screen: PickingScreen = self.model.screen
        return screen

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.page, key)

    def row(self, line_id: str, order_id: str = "order-1") -> PickRow:
        return next(
            row
            for row in self.page.rows.rows
            if isinstance(row, PickRow) and row.key == f"{order_id}\n{line_id}"
        )

    def order(self, order_id: str = "order-1") -> PickupOrder:
        found = self.till.orders.order(order_id)
        assert found is not None
        return found

    def picked(self, line_id: str) -> Decimal:
        return units(next(each for each in self.order().lines if each.line_id == line_id), LineState.PICKED)


Opened = Callable[..., Desk]


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Opened]:
    """Open a till with orders; its first ones are picked, or those that are named."""
    tills: list[Till] = []
    if (theme().name, theme().scale, theme().language, theme().mirrored) != ("light", 1.0, "en", False):
        theme().switch(name="light", scale=1.0, language="en", mirrored=False)

    def open_till(
        *orders: PickupOrder, pick: tuple[str, ...] = ("order-1",), wall: Wall | None = None
    ) -> Desk:
        till = pickup_till(tmp_path / "till", *(orders or (ORDER,)), levels=LEVELS, wall=wall, online=False)
        tills.append(till)
        page = PickingPage(till.view_model.pickup.picking)
        qtbot.addWidget(page)
        page.resize(1282, 720)
        page.show()
        qtbot.waitExposed(page)
        desk = Desk(till, page)
        if pick:
            desk.model.open(pick)
        return desk

    yield open_till
    for till in tills:
        till.close()


def tap(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def place(page: PickingPage, widget: QWidget) -> tuple[int, int, int, int]:
    """Where a widget stands on the 1366 x 768 screen of the design."""
    corner = widget.mapTo(page, widget.rect().topLeft())
    return (corner.x() + 84, corner.y() + 48, widget.width(), widget.height())


def test_the_parts_stand_where_the_design_puts_them(opened: Opened) -> None:
    page = opened().page
    assert place(page, page.slot) == (720, 64, 630, 52)
    assert place(page, page.task) == (720, 128, 630, 266)
    assert place(page, page.task.less) == (740, 315, 64, 64)
    assert place(page, page.substitute)[1:] == (406, 205, 64)
    assert place(page, page.later)[0] == 1145
    assert place(page, page.ready) == (980, 680, 370, 72)


def test_the_walk_stands_in_sections_with_totes_and_words(opened: Opened) -> None:
    desk = opened()
    desk.model.scan("BAG-T-14")
    sections = [row for row in desk.page.rows.rows if isinstance(row, PickSection)]
    assert [(each.name, each.bag, each.note) for each in sections] == [
        ("Ambient", "Tote T-14", "3 lines to go"),
        ("Chilled", "", "keep the cold tote closed"),
    ]
    assert desk.row(CHICKEN).detail == "about 600 g, weigh at the counter"
    assert desk.row(COOKIE).in_hand
    assert desk.screen.head.number == "P-4829"
    assert desk.screen.head.countdown is not None
    assert desk.screen.head.countdown.text == "27 min"
    assert desk.page.head.accessibleName().startswith("P-4829, H. Osei, Pay at the desk, Collect 15:00–15:30")


def test_a_scan_picks_one_and_says_so_with_the_time(opened: Opened) -> None:
    desk = opened()
    desk.model.scan("BAG-T-14")
    desk.model.scan(COOKIE_CODE)
    assert desk.picked(COOKIE) == 1
    slot = desk.page.slot.shown
    assert (slot.tone, slot.text, slot.time) == ("ok", "1 of 2 scanned", "14:33:00")
    assert desk.row(COOKIE).count == "1 of 2"
    assert desk.row(COOKIE).detail == "Scan the next one"
    assert desk.said[-1].endswith("1 of 2 scanned")
    assert desk.sounds[-1] == "accept"


def test_a_wrong_item_is_red_sounds_low_and_is_never_counted(opened: Opened) -> None:
    desk = opened()
    desk.model.scan("BAG-T-14")
    before = desk.order()
    desk.model.scan(EGGS_CODE)
    slot = desk.page.slot.shown
    assert slot.tone == "bad"
    assert slot.text == "is not in this order. Put it back; not counted."
    assert desk.sounds[-1] == "refuse"
    assert desk.order() == before


def test_a_scan_without_a_tote_asks_for_one_and_counts_nothing(opened: Opened) -> None:
    desk = opened()
    desk.model.scan(COOKIE_CODE)
    assert isinstance(desk.screen.panel, EntryPanel)
    assert desk.screen.panel.kind == "tote"
    assert desk.picked(COOKIE) == 0
    desk.model.scan("BAG-T-14")
    assert desk.screen.panel is None
    desk.model.scan(COOKIE_CODE)
    assert desk.picked(COOKIE) == 1


def test_a_tote_is_typed_too(opened: Opened) -> None:
    desk = opened()
    tap(desk.page.task.tote)
    QTest.keyClicks(desk.page.panel.field, "T-20")
    QTest.keyClick(desk.page.panel.field, Qt.Key.Key_Return)
    assert desk.screen.panel is None
    assert desk.screen.task is not None
    assert desk.screen.task.bag == "Tote T-20"


def test_plus_and_minus_count_by_hand(opened: Opened) -> None:
    desk = opened()
    desk.model.scan("BAG-T-14")
    assert not desk.page.task.less.isEnabled()
    tap(desk.page.task.more)
    assert desk.picked(COOKIE) == 1
    desk.key(Qt.Key.Key_Minus)
    assert desk.picked(COOKIE) == 0


def test_short_needs_a_reason_and_says_what_the_customer_gets_back(opened: Opened) -> None:
    desk = opened()
    desk.model.choose(f"order-1\n{BEANS}")
    desk.key(Qt.Key.Key_F7)
    panel = desk.screen.panel
    assert isinstance(panel, EntryPanel)
    assert panel.mode == "choice"
    assert desk.order().lines[2].parts == ()
    tap(desk.page.panel.choices[0])
    assert desk.screen.panel is None
    row = desk.row(BEANS)
    assert (row.state, row.count) == ("short", "0 of 1")
    assert row.detail == "Short: none on the shelf, 3.20 less to pay"
    assert desk.screen.summary == "1 short · 4 to go"


def test_a_weight_comes_from_the_scale_or_is_typed(opened: Opened) -> None:
    desk = opened()
    desk.model.scan("BAG-T-14")
    desk.model.choose(f"order-1\n{CHICKEN}")
    desk.key(Qt.Key.Key_Plus)
    assert isinstance(desk.screen.panel, EntryPanel)
    desk.key(Qt.Key.Key_Return)
    assert isinstance(desk.screen.panel, EntryPanel)
    assert desk.screen.panel.error == "Put the goods on the scale, or type grams"
    desk.model.weight_read(Decimal("0.580"))
    assert desk.screen.panel.entry == "0.580"
    desk.key(Qt.Key.Key_Return)
    assert desk.screen.panel is None
    assert desk.row(CHICKEN).state == "done"
    assert "0.580 kg weighed" in desk.page.slot.shown.text


def test_what_is_too_heavy_is_refused_and_the_question_stays(opened: Opened) -> None:
    desk = opened()
    desk.model.scan("BAG-T-14")
    desk.model.choose(f"order-1\n{CHICKEN}")
    desk.key(Qt.Key.Key_Plus)
    for digit in (Qt.Key.Key_9, Qt.Key.Key_0, Qt.Key.Key_0):
        desk.key(digit)
    desk.key(Qt.Key.Key_Return)
    assert isinstance(desk.screen.panel, EntryPanel)
    assert "heavier than the order allows" in desk.screen.panel.error
    assert desk.row(CHICKEN).state == "open"


def test_a_scale_label_is_picked_with_its_weight(opened: Opened) -> None:
    desk = opened()
    desk.model.scan("BAG-T-14")
    desk.model.scan(scale_label("30030", 550))
    assert desk.row(CHICKEN).state == "done"


def test_an_offer_is_used_as_the_swap_with_its_difference(opened: Opened) -> None:
    desk = opened()
    desk.model.choose(f"order-1\n{MILK}")
    wish = desk.screen.wish
    assert wish is not None
    assert wish.wish == "customer accepts a swap up to +100 %"
    assert wish.offers[0].product_id == OAT_MILK
    assert wish.offers[0].detail.startswith("C1-05 · stock 6 · ")
    desk.model.scan("BAG-T-15")
    tap(desk.page.wish.buttons[0])
    row = desk.row(MILK)
    assert row.state == "swapped"
    assert row.detail.startswith("Swapped for ")


def test_a_swap_is_found_by_typing_and_the_limit_is_said_in_words(opened: Opened) -> None:
    desk = opened()
    desk.model.choose(f"order-1\n{MILK}")
    desk.key(Qt.Key.Key_F6)
    panel = desk.screen.panel
    assert isinstance(panel, ListPanel)
    assert panel.detail == "Customer accepts a swap up to +100 %. Anything dearer is asked first."
    near = len(panel.rows)
    QTest.keyClicks(desk.page.list.search.edit, "egg")
    found = desk.screen.panel
    assert isinstance(found, ListPanel)
    assert EGGS in [row.key for row in found.rows]
    assert near
    QTest.keyClick(desk.page.list.search.edit, Qt.Key.Key_Escape)
    assert desk.screen.panel is None


def test_the_customer_is_asked_and_the_answer_is_said_when_it_comes(opened: Opened) -> None:
    wants_to_be_asked = order(line(COOKIE, "1", 350), line(MILK, "1", 420, wish=ASK))
    desk = opened(wants_to_be_asked)
    centre = Centre(wants_to_be_asked)
    desk.model.choose(f"order-1\n{MILK}")
    desk.model.use_offer(OAT_MILK, ask=True)
    assert desk.row(MILK).state == "asked"
    assert desk.row(MILK).detail.startswith("Customer asked: ")
    centre.hear(desk.till)
    asked = desk.order().history[-1].step_id
    now = centre.orders["order-1"]
    answer = step(now, Answer, by="customer", line_id=MILK, asked=asked, agrees=True)
    centre.orders["order-1"] = applied(now, (answer,)).order
    centre.tell(desk.till)
    desk.model.refresh()
    assert desk.page.slot.shown.text.startswith("customer agrees: scan ")
    assert desk.row(MILK).detail.startswith("Customer agreed: scan ")


def test_later_goes_to_the_end_of_the_walk(opened: Opened) -> None:
    desk = opened()
    desk.key(Qt.Key.Key_F8)
    assert desk.row(COOKIE).state == "later"
    assert not desk.row(COOKIE).in_hand
    assert desk.row(BEANS).in_hand


def test_arrows_walk_through_what_is_open(opened: Opened) -> None:
    desk = opened()
    desk.key(Qt.Key.Key_Down)
    assert desk.row(BEANS).in_hand
    desk.key(Qt.Key.Key_Up)
    assert desk.row(COOKIE).in_hand


def test_bags_are_put_away_by_scans_and_then_the_order_is_ready(opened: Opened) -> None:
    desk = opened()
    assert desk.screen.ready_detail == "5 items to go"
    tap(desk.page.ready)
    assert desk.page.slot.shown.text == "5 items to go"
    assert desk.order().state is OrderState.PICKING
    desk.model.scan("BAG-T-14")
    for text in (COOKIE_CODE, COOKIE_CODE, BEANS_CODE, scale_label("30030", 600)):
        desk.model.scan(text)
    desk.till.picking.assign_tote("T-15")
    desk.till.picking.substitute("order-1", MILK, OAT_MILK)
    desk.model.refresh()
    assert desk.screen.staging is not None
    assert desk.screen.ready_detail == "2 bags to put away"
    assert [bag.name for bag in desk.screen.staging.bags] == ["Tote T-14", "Tote T-15"]
    desk.model.scan("BAG-T-14")
    desk.model.scan("LOC-FRIDGE-2")
    assert desk.page.slot.shown.tone == "bad"
    assert desk.page.slot.shown.lead == "Fridge 2"
    assert desk.page.slot.shown.text.startswith("is no place for T-14")
    desk.model.scan("LOC-B-03")
    tap(desk.page.staging.bags[0])
    assert [name for _, name in desk.screen.staging.places] == ["Fridge 2"]
    tap(desk.page.staging.places[0])
    assert desk.page.slot.shown.text == "put away: Fridge 2"
    assert desk.screen.can_mark_ready
    assert [bag.detail for bag in desk.screen.staging.bags] == ["Shelf B-03", "Fridge 2"]
    assert desk.screen.staging.title == "Every bag is in its place"
    tap(desk.page.staging.bags[1])
    assert [name for _, name in desk.screen.staging.places] == ["Fridge 2"]
    tap(desk.page.staging.places[0])
    desk.key(Qt.Key.Key_Return)
    assert desk.order().state is OrderState.READY
    assert desk.left == ["board"]


def test_a_step_is_taken_back_from_the_list_with_a_reason(opened: Opened) -> None:
    desk = opened()
    desk.model.scan("BAG-T-14")
    desk.model.scan(COOKIE_CODE)
    desk.model.open_panel("undo")
    panel = desk.screen.panel
    assert isinstance(panel, ListPanel)
    assert panel.rows[0].title.startswith("Picked: ")
    desk.page.list.take()
    assert isinstance(desk.screen.panel, EntryPanel)
    assert desk.picked(COOKIE) == 1
    tap(desk.page.panel.choices[0])
    assert desk.picked(COOKIE) == 0
    assert desk.order().history[-1].reason == "Mistake"


def test_pause_hands_the_order_to_somebody(opened: Opened) -> None:
    desk = opened()
    assert desk.page.step_back()
    panel = desk.screen.panel
    assert isinstance(panel, EntryPanel)
    assert panel.choices[0] == ("anybody", "Anybody")
    hand_to = panel.choices[1]
    assert hand_to[1].startswith("Hand to ")
    tap(desk.page.panel.choices[1])
    assert desk.left == ["board"]
    assert desk.order().state is OrderState.PAUSED
    lock = desk.order().lock
    assert lock is not None
    assert lock.staff_id == hand_to[0]


def test_what_somebody_else_picks_is_taken_over_with_their_name(opened: Opened) -> None:
    locked = apply(
        ORDER,
        step(
            ORDER,
            StartPicking,
            by="E2",
            at="2026-03-14T14:30:00+08:00",
            lock_until="2026-03-14T14:50:00+08:00",
        ),
    )
    desk = opened(locked)
    panel = desk.screen.panel
    assert isinstance(panel, EntryPanel)
    assert panel.kind == "take_over"
    name = desk.till.staffing.name_of("E2")
    assert panel.title == f"{name} is picking this order"
    desk.key(Qt.Key.Key_Return)
    assert desk.screen.panel is None
    lock = desk.order().lock
    assert lock is not None
    assert lock.staff_id == desk.till.orders.who()


def test_a_batch_says_which_order_and_tote_each_line_is_for(opened: Opened) -> None:
    desk = opened(ORDER, OTHER, pick=("order-1", "order-2"))
    desk.till.picking.assign_tote("T-14", "order-1", ORDER.lines[0].temperature)
    desk.till.picking.assign_tote("T-16", "order-2", OTHER.lines[0].temperature)
    desk.model.refresh()
    assert desk.screen.head.batch == "2 orders"
    assert desk.row(COOKIE).detail == "P-4829, tote T-14"
    assert desk.row(COOKIE, "order-2").detail == "P-4831, tote T-16"
    keys = [row.key for row in desk.page.rows.rows if isinstance(row, PickRow)]
    assert keys[:2] == [f"order-1\n{COOKIE}", f"order-2\n{COOKIE}"]


def test_labels_print_once_something_is_in_a_bag(opened: Opened) -> None:
    desk = opened()
    assert not desk.page.labels.isEnabled()
    desk.model.scan("BAG-T-14")
    desk.model.scan(COOKIE_CODE)
    desk.key(Qt.Key.Key_F11)
    job = desk.till.spool.claim("2026-03-14T14:40:00.000+08:00")
    assert job is not None
    assert job.kind == "bag_label"
    assert '"bag_id":"T-14"' in job.body
    desk.model.open_panel("more")
    tap(desk.page.panel.choices[0])
    listed = desk.till.spool.claim("2026-03-14T14:40:00.000+08:00")
    assert listed is not None
    assert listed.kind == "pick_list"


def test_a_customer_s_code_is_said_and_counts_nothing(opened: Opened) -> None:
    desk = opened()
    before = desk.order()
    desk.model.scan(code_of())
    assert desk.page.slot.shown.lead == "P-4829"
    assert desk.order() == before


def test_both_languages_and_themes_show_the_same_figures(opened: Opened) -> None:
    desk = opened()
    for name, language in (("dark", "zh_CN"), ("light", "en")):
        theme().switch(name=name, language=language)
        assert not desk.page.grab().toImage().isNull()
    assert desk.row(COOKIE).count == "0 of 2"
