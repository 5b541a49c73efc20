"""The Pay page shows what its view-model says and forwards what is tapped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.pay_page import PayPage
from pos_app.ui.theme import theme
from tests.fakes.pay_viewmodels import (
    AFTER_DECLINE,
    CASH,
    CHECKING,
    IN_DOUBT,
    MOBILE,
    MOCK,
    WAITING,
    FakePay,
)

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform has no window manager


@pytest.fixture
def model() -> FakePay:
    return FakePay()


@pytest.fixture
def page(qtbot: QtBot, model: FakePay) -> PayPage:
    if (theme().name, theme().scale, theme().language, theme().mirrored) != ("light", 1.0, "en", False):
        theme().switch(name="light", scale=1.0, language="en", mirrored=False)
    page = PayPage(model)
    qtbot.addWidget(page)
    page.resize(1282, 720)
    page.show()
    qtbot.waitExposed(page)
    return page


def tap(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def place(page: PayPage, widget: QWidget) -> tuple[int, int, int, int]:
    """Where a widget stands on the 1366 x 768 screen of the design."""
    corner = widget.mapTo(page, widget.rect().topLeft())
    return (corner.x() + 84, corner.y() + 48, widget.width(), widget.height())


def test_the_parts_stand_where_the_design_puts_them(page: PayPage) -> None:
    assert place(page, page.kinds[0]) == (720, 64, 152, 76)
    assert place(page, page.entry) == (720, 152, 630, 72)
    assert place(page, page.keypad.keys["7"]) == (720, 236, 104, 97)
    assert place(page, page.keypad.keys["back"]) == (944, 551, 104, 97)
    assert place(page, page.suggestions.buttons[0]) == (1060, 236, 141, 97)
    assert place(page, page.header)[1] == 224
    assert place(page, page.tenders.rows[2]) == (84, 364, 619, 62)
    assert place(page, page.complete) == (1010, 680, 340, 72)


def test_every_target_is_large_enough_for_a_finger(page: PayPage) -> None:
    for button in page.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.width() >= 48, button.accessibleName()
            assert button.height() >= 42, button.accessibleName()


def test_taps_are_forwarded(page: PayPage, model: FakePay) -> None:
    tap(page.kinds[1])
    tap(page.keypad.keys["00"])
    tap(page.keypad.keys["back"])
    tap(page.suggestions.buttons[5])
    tap(page.receipt)
    tap(page.back)
    tap(page.complete)
    assert model.calls == [
        ("choose_tender", ("card",)),
        ("press", ("00",)),
        ("press", ("back",)),
        ("use_amount", (5000,)),
        ("toggle_receipt", ()),
        ("back", ()),
        ("complete", ()),
    ]


def test_no_tap_takes_the_focus(page: PayPage) -> None:
    page.setFocus()
    tap(page.keypad.keys["5"])
    tap(page.kinds[0])
    assert not isinstance(QApplication.focusWidget(), QAbstractButton)


def test_while_a_terminal_works_only_cancel_is_offered(page: PayPage, model: FakePay) -> None:
    model.show(WAITING)
    assert page.wait.isVisible()
    assert not page.keypad.isVisible()
    assert not page.complete.isEnabled()
    assert not page.kinds[0].isEnabled()
    tap(page.wait.cancel)
    assert model.calls == [("cancel_wait", ())]
    model.show(MOCK)
    assert page.keypad.isVisible()
    assert not page.wait.isVisible()


def test_a_wait_that_cannot_be_cancelled_offers_no_cancel(page: PayPage, model: FakePay) -> None:
    assert WAITING.wait is not None
    model.show(replace(WAITING, wait=replace(WAITING.wait, can_cancel=False)))
    assert not page.wait.cancel.isVisible()


def test_a_tender_in_doubt_offers_to_ask_again_and_holds_the_sale(page: PayPage, model: FakePay) -> None:
    model.show(IN_DOUBT)
    row = page.tenders.rows[1]
    assert row.row is CHECKING
    ask = next(each for each in row.findChildren(QAbstractButton) if each.isVisible())
    assert ask.text() == "Ask again"
    tap(ask)
    assert model.calls == [("resolve", ("attempt-2",))]
    assert not page.complete.isEnabled()


def test_while_a_terminal_works_no_tender_can_be_touched(page: PayPage, model: FakePay) -> None:
    model.show(replace(WAITING, tenders=(MOBILE, CHECKING)))
    tap(page.tenders.rows[0])
    assert not page.tenders.rows[0].opened
    for row in page.tenders.rows:
        assert not any(each.isVisible() for each in row.findChildren(QAbstractButton))


def test_a_decline_is_said_in_words_and_selling_goes_on(page: PayPage, model: FakePay) -> None:
    model.show(AFTER_DECLINE)
    assert page.error.isVisible()
    assert page.error.text.startswith("Declined")
    assert page.complete.isEnabled()
    model.show(MOCK)
    assert not page.error.isVisible()


def test_a_tender_is_given_back_by_two_touches_only(page: PayPage, model: FakePay) -> None:
    tap(page.tenders.rows[0])
    assert model.calls == []
    give_back = next(each for each in page.tenders.rows[0].findChildren(QAbstractButton) if each.isVisible())
    tap(give_back)
    assert model.calls == [("remove_tender", (MOBILE.tender_id,))]


def test_an_opened_tender_closes_when_it_is_gone(page: PayPage, model: FakePay) -> None:
    tap(page.tenders.rows[0])
    model.show(replace(MOCK, tenders=(CASH,)))
    model.show(MOCK)
    assert not page.tenders.rows[0].opened


def test_a_tender_that_is_not_possible_can_be_tapped_to_hear_why(page: PayPage, model: FakePay) -> None:
    buttons = tuple(
        replace(each, enabled=each.kind != "mobile_code", why_not="Waits for the network")
        for each in MOCK.buttons
    )
    model.show(replace(MOCK, buttons=buttons))
    tap(page.kinds[2])
    assert model.calls == [("choose_tender", ("mobile_code",))]
    assert page.kinds[2].accessibleDescription() == "Waits for the network"


def test_many_tenders_scroll_to_the_newest_and_cover_nothing(page: PayPage, model: FakePay) -> None:
    many = tuple(replace(MOBILE, tender_id=f"t{number}") for number in range(9))
    model.show(replace(MOCK, tenders=many))
    bar = page.tenders.verticalScrollBar()
    assert bar.maximum() > 0
    assert bar.value() == bar.maximum()
    assert page.tenders.geometry().bottom() < page.hand_back.geometry().top()
    assert not page.hint.isVisible()


def test_fewer_likely_amounts_leave_empty_places(page: PayPage, model: FakePay) -> None:
    model.show(replace(MOCK, suggestions=MOCK.suggestions[:3]))
    assert [button.isVisible() for button in page.suggestions.buttons] == [True] * 3 + [False] * 5


def test_without_change_the_tenders_get_the_room(page: PayPage, model: FakePay) -> None:
    model.show(replace(MOCK, hand_back=(), hand_back_detail=""))
    assert not page.hand_back.isVisible()
    assert page.hint.isVisible()


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.4, 1.5])
def test_every_scale_keeps_the_parts_apart(page: PayPage, model: FakePay, scale: float) -> None:
    theme().switch(scale=scale)
    page.resize(round(1282 * scale), round(720 * scale))
    model.show(IN_DOUBT)
    assert page.keypad.geometry().right() < page.suggestions.geometry().left()
    assert page.entry.geometry().bottom() < page.keypad.geometry().top()
    assert page.tenders.geometry().bottom() <= page.error.geometry().top()
    assert page.suggestions.geometry().right() < page.hand.width()
    theme().switch(scale=1.0)


def test_mirrored_panes_swap_sides(page: PayPage) -> None:
    theme().switch(mirrored=True)
    assert page.record.x() > page.hand.x()
    theme().switch(mirrored=False)
    assert page.record.x() == 0


def test_a_language_change_says_the_pages_own_words_again(page: PayPage) -> None:
    page.back.setText("")
    QApplication.sendEvent(page, QEvent(QEvent.Type.LanguageChange))
    assert page.back.text() == "Back"


def test_a_screen_reader_hears_the_tenders_and_the_change(page: PayPage) -> None:
    assert page.tenders.rows[0].accessibleName() == "Mobile code, 40.00, Approved 14:32:50 · ref 7741"
    assert "29.80" in page.band.figure.accessibleName()
    assert page.entry.accessibleDescription() == "50.00"
