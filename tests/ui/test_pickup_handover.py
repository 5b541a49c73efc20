"""The hand-over page on a real till: finding an order, the steps, the payment, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pos_app.bootstrap import Till
from pos_app.services.pickup_outcomes import DeskCode
from pos_app.ui.pickup_handover_page import HandoverPage
from pos_app.ui.pickup_handover_steps import StepView
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_handover_screen import HandoverScreen, SignaturePanel
from pos_app.viewmodels.pickup_picking_screen import ListPanel
from pos_app.viewmodels.screens import EntryPanel
from retail.gtin import check_digit
from retail.pickup.order import OrderState, PaymentKind, PickupOrder, ShortReason, Temperature, Terms
from retail.pickup.steps import FinishPicking, PickLine, ShortLine, StartPicking
from retail.quantity import SellingUnit
from tests.fakes.pickup_orders import do, made_ready, online
from tests.fakes.pickup_till import (
    BEANS,
    CHICKEN,
    COOKIE,
    DIGITS,
    MILK,
    OTHER_KEY,
    WINE,
    code_of,
    line,
    order,
    pickup_till,
)

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform has no window manager

COOKIE_CODE = "9520000010096"
LINES = (
    line(WINE, "1", 1650),
    line(COOKIE, "2", 700),
    line(CHICKEN, "0.600", 1200),
    line(BEANS, "1", 320),
    line(MILK, "1", 420),
)


def waiting(order_id: str = "order-1", number: str = "P-4829", **fields: object) -> PickupOrder:
    """Return an order that is ready: wine and more in T-14, milk in T-15, the beans could not be had."""
    of = do(order(*LINES, order_id=order_id, number=number, **fields), StartPicking)
    for one in of.lines:
        if one.product.product_id == BEANS:
            of = do(of, ShortLine, line_id=BEANS, short_reason=ShortReason.NOT_FOUND)
            continue
        bag = "T-15" if one.temperature is Temperature.CHILLED else "T-14"
        quantity = "0.590" if one.product.unit is SellingUnit.KILOGRAM else str(one.quantity)
        of = do(
            of,
            PickLine,
            line_id=one.line_id,
            product_id=one.product.product_id,
            quantity=quantity,
            bag_id=f"{bag}{order_id[-1]}",
        )
    return made_ready(do(of, FinishPicking))


class Desk:
    """A till, its hand-over page, and what was heard of it."""

    def __init__(self, till: Till, page: HandoverPage) -> None:
        self.till, self.page = till, page
        self.model = till.view_model.pickup.handover
        self.sounds: list[str] = []
        self.left: list[str] = []
        self.model.sounded.connect(self.sounds.append)
        self.model.left.connect(self.left.append)

    @property
    def screen(self) -> HandoverScreen:
        screen: HandoverScreen = self.model.screen
        return screen

    @property
    def words(self) -> str:
        slot = self.page.slot.shown
        return f"{slot.lead} {slot.text}".strip()

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.page, key)

    def step(self, kind: str) -> StepView:
        return next(view for view in self.page.steps.steps if view.shown.kind == kind and not view.isHidden())

    def order(self, order_id: str = "order-1") -> PickupOrder:
        found = self.till.orders.order(order_id)
        assert found is not None
        return found

    def pay_in_cash(self) -> None:
        """Take what is due in Pay, as the cashier does there."""
        self.till.paying.take_cash(100_000)
        self.till.paying.complete(print_receipt=False)
        self.model.refresh()


Opened = Callable[..., Desk]


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path) -> Iterator[Opened]:
    tills: list[Till] = []
    if (theme().name, theme().scale, theme().language, theme().mirrored) != ("light", 1.0, "en", False):
        theme().switch(name="light", scale=1.0, language="en", mirrored=False)

    def open_till(*orders: PickupOrder, online: bool = True) -> Desk:
        till = pickup_till(tmp_path / "till", *(orders or (waiting(),)), online=online)
        tills.append(till)
        page = HandoverPage(till.view_model.pickup.handover)
        qtbot.addWidget(page)
        page.resize(1282, 720)
        page.show()
        qtbot.waitExposed(page)
        desk = Desk(till, page)
        desk.model.show()
        return desk

    yield open_till
    for till in tills:
        till.close()


def tap(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


# ---- finding an order


def test_without_an_order_the_page_says_how_to_find_one(opened: Opened) -> None:
    desk = opened()
    assert desk.screen.entry is not None
    assert [row.title for row in desk.screen.entry.rows] == ["P-4829  H. Osei"]
    assert desk.page.hint.accessibleName().startswith("Scan the pickup code")
    desk.key(Qt.Key.Key_F9)
    assert desk.sounds[-1] == "refuse"


def test_a_scanned_code_opens_the_order_and_shows_who_is_there(opened: Opened) -> None:
    desk = opened()
    desk.model.scan(code_of())
    assert desk.screen.head.number == "P-4829"
    assert desk.screen.head.phone == "phone ends 3306"
    step = desk.step("code").shown
    assert (step.state, step.title) == ("done", "Pickup code matches")
    assert step.detail.startswith("Scanned 14:33:00 by ")
    assert desk.words == "P-4829 the pickup code matches"


def test_digits_are_typed_on_the_keypad(opened: Opened) -> None:
    desk = opened()
    tap(desk.page.digits)
    for digit in DIGITS:
        tap(desk.page.panel.keypad.keys[digit])
    assert isinstance(desk.screen.panel, EntryPanel)
    assert desk.screen.panel.entry == f"{DIGITS[:3]} {DIGITS[3:]}"
    desk.key(Qt.Key.Key_Return)
    assert desk.screen.panel is None
    assert desk.step("code").shown.detail.startswith(f"{DIGITS[:3]} {DIGITS[3:]} scanned 14:33:00 by ")


@pytest.mark.parametrize(
    ("digits", "error"),
    [
        (f"12345{check_digit('12345')}", "No order here has these digits. Ask for them again."),
        (
            f"12345{9 - int(check_digit('12345'))}",
            "That code cannot be read, or a digit is wrong. Scan again, or ask for the digits again.",
        ),
    ],
)
def test_wrong_digits_stay_in_the_question_with_a_sentence(opened: Opened, digits: str, error: str) -> None:
    desk = opened()
    tap(desk.page.digits)
    for digit in digits:
        desk.model.panel_key(digit)
    desk.model.panel_confirm()
    assert isinstance(desk.screen.panel, EntryPanel)
    assert desk.screen.panel.error == error


def test_a_name_finds_the_order_and_then_a_document_is_checked(opened: Opened) -> None:
    desk = opened()
    QTest.keyClicks(desk.page.finder.search.edit, "osei")
    QTest.keyClick(desk.page.finder.search.edit, Qt.Key.Key_Return)
    step = desk.step("code").shown
    assert (step.state, step.title) == ("now", "Who collects?")
    assert "H. Osei" in step.detail
    desk.key(Qt.Key.Key_F6)
    assert desk.step("code").shown.title == "Name checked on a document"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (code_of(key=OTHER_KEY), "was not made by this store"),
        (code_of(store_id="S2"), "waits in another store: S2."),
        (code_of("order-9"), "has not reached this till"),
    ],
)
def test_a_code_that_opens_nothing_is_explained(opened: Opened, code: str, words: str) -> None:
    desk = opened()
    desk.model.scan(code)
    assert desk.screen.items is None
    assert desk.page.slot.shown.tone == "bad"
    assert words in desk.words


def test_the_code_of_another_order_offers_to_switch(opened: Opened) -> None:
    desk = opened(waiting(), waiting("order-2", "P-4831"))
    desk.model.scan(code_of())
    desk.model.scan(code_of("order-2"))
    assert isinstance(desk.screen.panel, EntryPanel)
    assert desk.screen.panel.title == "That is the code of P-4831"
    assert desk.screen.head.number == "P-4829"
    desk.key(Qt.Key.Key_Return)
    assert desk.screen.head.number == "P-4831"


# ---- the steps


def test_the_button_names_what_is_missing_and_each_step_takes_it_away(opened: Opened) -> None:
    desk = opened()
    desk.model.scan(code_of())
    assert [view.shown.kind for view in desk.page.steps.steps] == ["code", "age", "bags", "pay"]
    assert desk.screen.hand_over.detail == "ID, 2 bags and payment to go"
    age = desk.step("age").shown
    assert (age.state, age.title, age.bold) == ("now", "Check ID, 18 or over", "14 March 2008")
    desk.key(Qt.Key.Key_F6)
    assert desk.screen.hand_over.detail == "2 bags and payment to go"
    desk.model.scan("BAG-T-141")
    tap(desk.step("bags").bags[1])
    assert desk.screen.hand_over.detail == "payment to go"
    assert desk.step("pay").shown.state == "now"
    tap(desk.page.hand_over)
    assert desk.words == "Not handed over: payment to go."
    assert desk.order().state is OrderState.READY


def test_a_tick_is_taken_back_by_another_tap(opened: Opened) -> None:
    desk = opened()
    desk.model.scan(code_of())
    tap(desk.step("bags").bags[0])
    assert desk.screen.steps[2].bags[0].state == "ticked"
    tap(desk.step("bags").bags[0])
    assert desk.screen.steps[2].bags[0].state == "open"


def test_a_bag_of_another_order_is_refused(opened: Opened) -> None:
    desk = opened(waiting(), waiting("order-2", "P-4831"))
    desk.model.scan(code_of())
    desk.model.scan("BAG-T-142")
    assert desk.sounds[-1] == "refuse"
    assert "does not belong to this order" in desk.words


def test_the_items_show_what_became_of_each_line(opened: Opened) -> None:
    desk = opened()
    desk.model.scan(code_of())
    card = desk.screen.items
    assert card is not None
    rows = {row.line_id: row for row in card.rows}
    assert [tag.text for tag in rows[WINE].tags] == ["18+"]
    assert rows[CHICKEN].detail == "0.590 kg, weighed"
    assert [tag.text for tag in rows[BEANS].tags] == ["short"]
    assert (rows[BEANS].detail, rows[BEANS].amount, rows[BEANS].bold) == ("Not available", "0.00", False)
    assert card.title == "5 items in 2 bags"
    assert card.total_note == "quoted 42.90"
    assert card.total == desk.screen.amount


def test_the_total_of_the_items_says_what_came_online(opened: Opened) -> None:
    desk = opened(waiting(payment=online(PaymentKind.AUTHORISED, 1000, 10**6)))
    desk.model.scan(code_of())
    card = desk.model.screen.items
    assert (card.total_note, card.total) == ("quoted 42.90 · 10.00 paid online", "29.50")


def test_what_is_due_goes_to_pay_and_comes_back_paid(opened: Opened) -> None:
    desk = opened()
    desk.model.scan(code_of())
    desk.key(Qt.Key.Key_F6)
    desk.model.scan("BAG-T-141")
    desk.model.scan("BAG-T-151")
    desk.key(Qt.Key.Key_F9)
    assert desk.left == ["pay"]
    assert desk.till.selling.open_sale.basket.order_id == "order-1"
    desk.pay_in_cash()
    assert desk.words == ""
    assert desk.screen.hand_over.possible
    assert desk.screen.payment.detail == "nothing is due"
    desk.key(Qt.Key.Key_Return)
    assert desk.order().state is OrderState.HANDED_OVER
    assert desk.words == "P-4829 handed over. Thank the customer."
    assert desk.screen.entry is not None


def test_what_came_online_is_paid_last_because_paying_hands_over(opened: Opened) -> None:
    desk = opened(waiting(payment=online(PaymentKind.AUTHORISED, 1000, 10**6)))
    desk.model.scan(code_of())
    step = desk.step("pay").shown
    assert "10.00 of it came online: paying hands the bags over, so it comes last." in step.detail
    desk.key(Qt.Key.Key_F9)
    assert desk.left == []
    assert desk.words == "Paying hands these bags over, so first: ID and 2 bags to go."
    desk.key(Qt.Key.Key_F6)
    desk.model.scan("BAG-T-141")
    desk.model.scan("BAG-T-151")
    desk.key(Qt.Key.Key_F9)
    assert desk.left == ["pay"]
    pay = desk.till.view_model.pay
    pay.open()
    (row,) = pay.screen.tenders
    assert (row.title, row.amount, row.removable) == ("Paid online", "10.00", False)
    assert (pay.screen.band_title, pay.screen.band_detail) == ("Still to pay", "39.50 − 10.00")
    said: list[str] = []
    desk.till.view_model.pickup.noticed.connect(lambda slot: said.append(slot.text))
    pay.use_amount(100_000)
    pay.complete()
    assert desk.order().state is OrderState.HANDED_OVER
    assert said[-1].startswith("P-4829 handed over. Thank the customer. · 1,000.00 received")
    assert desk.screen.items is None


def test_a_second_handover_is_refused_with_when_and_by_whom(opened: Opened) -> None:
    paid = waiting(payment=online(PaymentKind.PAID, 4290))
    desk = opened(paid)
    desk.model.scan(code_of())
    desk.key(Qt.Key.Key_F6)
    desk.model.scan("BAG-T-141")
    desk.model.scan("BAG-T-151")
    desk.key(Qt.Key.Key_Return)
    desk.model.scan(code_of())
    name = desk.till.staffing.name_of(desk.till.orders.who())
    assert desk.words == (
        f"P-4829 was handed over by {name} on Sat 14 March at 14:33. Hand nothing over again."
    )
    assert desk.screen.items is None


def test_what_was_paid_online_needs_no_payment_and_says_what_goes_back(opened: Opened) -> None:
    desk = opened(waiting(payment=online(PaymentKind.PAID, 4290)))
    desk.model.scan(code_of())
    assert desk.step("pay").shown.title == "Nothing to pay"
    assert desk.screen.band_title == "Nothing to pay"
    assert desk.screen.band_detail.endswith("goes back to the customer")
    desk.key(Qt.Key.Key_F9)
    assert desk.left == []


def test_a_refused_item_needs_a_reason_and_is_not_charged(opened: Opened) -> None:
    desk = opened()
    desk.model.scan(code_of())
    due = desk.screen.amount
    desk.key(Qt.Key.Key_F7)
    panel = desk.screen.panel
    assert isinstance(panel, ListPanel)
    assert panel.rows[0].key == WINE
    desk.page.list.take()
    assert desk.page.focusWidget() is not desk.page.back, "Enter answers the question, and leaves nothing"
    tap(desk.page.panel.choices[3])
    assert desk.screen.panel is None
    assert desk.words == "House red wine 750 ml stays here and is not charged"
    assert desk.step("pay").shown.detail == "Quoted 42.90, now 23.00: items were given back."
    rows = {row.line_id: row for row in desk.screen.items.rows} if desk.screen.items else {}
    assert [tag.text for tag in rows[WINE].tags] == ["not taken"]
    assert desk.screen.amount != due
    assert "age" not in [step.kind for step in desk.screen.steps]


def test_an_item_is_given_back_by_scanning_it(opened: Opened) -> None:
    desk = opened()
    desk.model.scan(code_of())
    tap(desk.page.give_back)
    tap(desk.page.panel.choices[0])
    assert desk.page.give_back.selected
    desk.model.scan(COOKIE_CODE)
    assert desk.words.endswith("given back, not charged")
    desk.key(Qt.Key.Key_F8)
    assert not desk.page.give_back.selected


def test_someone_else_needs_the_code_and_a_store_may_say_no(opened: Opened) -> None:
    desk = opened()
    desk.model.open("order-1")
    desk.key(Qt.Key.Key_F6)
    tap(desk.step("code").choices[1])
    assert desk.step("code").shown.state == "now"
    assert "needs the pickup code" in desk.step("code").shown.detail
    desk.model.scan(code_of())
    assert desk.step("code").shown.state == "done"


def test_a_store_that_hands_over_to_the_customer_only_says_so(opened: Opened) -> None:
    desk = opened(waiting(terms=Terms(proxy_allowed=False)))
    desk.model.scan(code_of())
    tap(desk.step("code").choices[1])
    assert not desk.step("code").shown.choices[1].selected
    assert desk.step("code").choices[1].toolTip() == "This store hands over to the customer only."


def test_offline_the_paper_slip_is_asked_for(opened: Opened) -> None:
    desk = opened(waiting(payment=online(PaymentKind.PAID, 4290)), online=False)
    desk.model.scan(code_of())
    slip = desk.step("slip")
    assert slip.shown.title == "Take the paper slip off the bags"
    assert "slip" in desk.screen.hand_over.detail
    tap(slip.buttons[0])
    assert desk.step("slip").shown.state == "done"
    assert "slip" not in desk.screen.hand_over.detail


def test_a_bag_that_stays_is_handed_over_another_time(opened: Opened) -> None:
    desk = opened(waiting(payment=online(PaymentKind.PAID, 4290)))
    desk.model.scan(code_of())
    desk.key(Qt.Key.Key_F10)
    tap(desk.page.panel.choices[0])
    assert isinstance(desk.screen.panel, ListPanel)
    desk.page.list.rows.picked.emit("T-141")
    assert desk.screen.steps[1].kind == "bags"  # the wine is in the bag that stays, so no age is checked
    assert desk.screen.steps[1].bags[0].state == "stays"
    desk.model.scan("BAG-T-151")
    desk.key(Qt.Key.Key_Return)
    assert desk.order().state is OrderState.PARTLY_HANDED_OVER
    assert "handed over in part" in desk.words
    assert desk.screen.head.countdown is not None
    assert desk.screen.head.countdown.text == "Partly collected"
    card = desk.screen.items
    assert card is not None
    assert card.title == "4 items in 1 bag"
    assert [tag.text for row in card.rows if row.line_id == MILK for tag in row.tags] == ["handed over"]


def test_an_order_that_nobody_collects_is_kept_or_called_off(opened: Opened) -> None:
    desk = opened()
    desk.model.open("order-1")
    tap(desk.page.not_collected)
    tap(desk.page.panel.choices[0])
    assert desk.order().collect_until.startswith("2026-03-17T15:00:00")
    assert desk.left == ["board"]
    desk.model.open("order-1")
    tap(desk.page.not_collected)
    tap(desk.page.panel.choices[2])
    tap(desk.page.panel.choices[0])
    assert desk.order().state in (OrderState.CANCELLED, OrderState.RETURN_TO_SHELF)


def test_the_slip_prints(opened: Opened) -> None:
    desk = opened()
    desk.model.scan(code_of())
    desk.key(Qt.Key.Key_F11)
    job = desk.till.spool.claim("2026-03-14T14:40:00.000+08:00")
    assert job is not None
    assert job.kind == "handover_slip"
    assert '"order_number":"P-4829"' in job.body


def test_a_signature_is_drawn_where_the_rules_want_one(opened: Opened, tmp_path: Path) -> None:
    desk = opened(waiting(payment=online(PaymentKind.PAID, 4290)))
    desk.model.scan(code_of())
    desk.model.open_panel("sign")
    assert isinstance(desk.screen.panel, SignaturePanel)
    desk.key(Qt.Key.Key_Return)
    assert isinstance(desk.screen.panel, SignaturePanel)
    assert desk.screen.panel.error == "Nothing was drawn. Sign in the field, then confirm."
    field = desk.page.sign.field
    QTest.mousePress(field, Qt.MouseButton.LeftButton, pos=QPoint(40, 80))
    for x in range(60, 300, 20):
        QTest.mouseMove(field, QPoint(x, 60 + x % 40))
    QTest.mouseRelease(field, Qt.MouseButton.LeftButton, pos=QPoint(300, 90))
    desk.key(Qt.Key.Key_Return)
    assert desk.screen.panel is None
    drawn = list((tmp_path / "till").rglob("*.svg"))
    assert len(drawn) == 1
    assert "<path" in drawn[0].read_text(encoding="utf-8")


def test_back_puts_the_order_aside(opened: Opened) -> None:
    desk = opened()
    desk.model.scan(code_of())
    assert desk.page.step_back()
    assert desk.left == ["board"]
    assert desk.till.handing_over.scan("BAG-T-999").code is DeskCode.UNKNOWN_BAG
    assert desk.screen.items is None
