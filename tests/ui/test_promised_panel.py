"""Goods that are promised to an online order, scanned at Sell: asked about beside the sale, in no pop-up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from pos_app.bootstrap import Till
from pos_app.ui.sell_page import SellPage
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import EntryPanel
from retail.stock_level import StockLevel
from tests.fakes.pickup_till import BEANS, COOKIE, line, order, pickup_till

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform has no window manager

BEANS_CODE, COOKIE_CODE = "9520000010195", "9520000010096"
TILL_ID = "S1-T2"
ORDER = order(line(BEANS, "2", 640), number="P-4840")


@pytest.fixture(params=["soft"])
def policy(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def till(qtbot: QtBot, tmp_path: Path, policy: str) -> Iterator[Till]:
    """Open a till with three bags of beans, two of them promised; of strict goods it may sell one alone."""
    level = StockLevel(product_id=BEANS, on_hand=Decimal(3), place="A2-01", policy=policy)
    levels = (replace(level, quotas={TILL_ID: Decimal(1)}, safety_stock=Decimal(1)),)
    till = pickup_till(tmp_path / "till", ORDER, levels=levels)
    yield till
    till.close()


@pytest.fixture
def page(qtbot: QtBot, till: Till) -> SellPage:
    if (theme().name, theme().scale, theme().language, theme().mirrored) != ("light", 1.0, "en", False):
        theme().switch(name="light", scale=1.0, language="en", mirrored=False)
    page = SellPage(till.view_model.sell)
    qtbot.addWidget(page)
    page.resize(1282, 720)
    page.show()
    qtbot.waitExposed(page)
    return page


def tap(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def panel_of(till: Till) -> EntryPanel:
    panel = till.view_model.sell.screen.panel
    assert panel is not None
    return panel


def scan_until_asked(till: Till) -> None:
    """The first piece is free; the second is promised."""
    till.view_model.sell.scan(BEANS_CODE)
    assert till.view_model.sell.screen.panel is None
    till.view_model.sell.scan(BEANS_CODE)


def beans_on_sale(till: Till) -> Decimal:
    lines = till.selling.open_sale.basket.lines
    return sum((each.quantity for each in lines if each.product.product_id == BEANS), Decimal(0))


def test_the_question_says_which_order_how_long_and_three_choices(till: Till, page: SellPage) -> None:
    sounds: list[str] = []
    till.view_model.sell.sounded.connect(sounds.append)
    scan_until_asked(till)
    panel = panel_of(till)
    assert panel.title.startswith("Promised online: ")
    assert panel.hint == "1 order would come up short"
    assert panel.hint_detail == "P-4840, H. Osei: 1 missing, to be ready in 27 min"
    assert [label for _, label in panel.choices] == [
        "Sell it, warn the picker",
        "Do not sell it",
        "Ask a supervisor",
    ]
    assert sounds[-1] == "refuse"
    assert beans_on_sale(till) == 1
    assert page.panel is not None
    assert page.panel.hint_box.height() > 0
    assert QApplication.activeModalWidget() is None


def test_it_is_sold_when_the_cashier_says_so(till: Till, page: SellPage) -> None:
    scan_until_asked(till)
    assert page.panel is not None
    tap(page.panel.choices[0])
    assert till.view_model.sell.screen.panel is None
    assert beans_on_sale(till) == 2


def test_it_is_left_and_the_slot_says_so(till: Till, page: SellPage) -> None:
    scan_until_asked(till)
    assert page.panel is not None
    tap(page.panel.choices[1])
    assert till.view_model.sell.screen.panel is None
    assert beans_on_sale(till) == 1
    assert page.slot.shown is not None
    assert page.slot.shown.text.endswith("is not sold: it waits for an order")


def test_escape_leaves_it_too_and_nothing_waits(till: Till, page: SellPage) -> None:
    scan_until_asked(till)
    assert page.step_back()
    assert till.view_model.sell.screen.panel is None
    assert till.promises.waiting() is None
    assert beans_on_sale(till) == 1


def test_another_scan_goes_on_and_the_question_is_over(till: Till, page: SellPage) -> None:
    scan_until_asked(till)
    till.view_model.sell.scan(COOKIE_CODE)
    assert till.view_model.sell.screen.panel is None
    assert [each.product.product_id for each in till.selling.open_sale.basket.lines] == [BEANS, COOKIE]
    assert page.panel is not None
    assert page.panel.isHidden()


def test_what_is_promised_no_more_is_asked_no_more(till: Till, page: SellPage) -> None:
    scan_until_asked(till)
    till.orders.cancel("order-1", "Customer called it off")
    till.view_model.sell.refresh()
    assert till.view_model.sell.screen.panel is None
    assert page.panel is not None
    assert page.panel.isHidden()


@pytest.mark.parametrize("policy", ["strict"], indirect=True)
def test_strict_goods_are_sold_by_a_supervisor_only_who_approves_in_the_pane(
    till: Till, page: SellPage
) -> None:
    scan_until_asked(till)
    assert [choice for choice, _ in panel_of(till).choices] == ["take_another", "ask_supervisor"]
    assert page.panel is not None
    tap(page.panel.choices[1])
    asked = till.view_model.sell.screen.panel
    assert asked is not None
    assert asked.kind == "approval"
    assert asked.title.startswith("Sell what is promised online: ")
    assert beans_on_sale(till) == 1
    supervisor = next(each for each in till.staffing.everybody() if each.role == "supervisor")
    till.view_model.sell.scan(supervisor.badge_code)
    assert till.view_model.sell.screen.panel is None
    assert beans_on_sale(till) == 2
