"""The board at a real till on real files: what the centre sends rings and stands there, and scans find it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pos_app.bootstrap import Till
from pos_app.services.standing import CentreStanding, LinkState
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import PickupOrder
from retail.pickup.steps import StepKind
from sync.protocol import Row
from tests.fakes.pickup_board import DESK, goods, mock_orders, new
from tests.fakes.stocked_till import demo_store, stock, stocked_till


@pytest.fixture
def till(qtbot: QtBot, tmp_path: Path) -> Iterator[Till]:
    till = stocked_till(tmp_path)
    till.view_model.pickup.orders_changed("orders")
    yield till
    till.view_model.pickup.board.close()
    till.close()


def sent(till: Till, *orders: PickupOrder) -> None:
    """Let the centre's orders and the desk's rules arrive."""
    rows: dict[str, tuple[Row, ...]] = {"orders": orders}
    stock(till, rows)
    till.rows_changed("orders")


def with_desk(till: Till, *orders: PickupOrder) -> None:
    """Let the store's rules of collection arrive, then its orders."""
    others = tuple(each for each in demo_store()["settings"] if not isinstance(each, PickupDesk))
    stock(till, {"settings": (*others, DESK)})
    till.rows_changed("settings")
    sent(till, *orders)


def test_orders_arrive_quietly_first_and_a_new_one_rings_on_sell(till: Till) -> None:
    view_model = till.view_model
    sounds: list[str] = []
    view_model.sounded.connect(sounds.append)
    with_desk(till, *mock_orders())
    assert sounds == []
    assert view_model.pickup.waiting == 4
    late = new("P-4850", "Li N.", ("16:00", "16:30"), goods(2))
    sent(till, *mock_orders(), late)
    assert sounds == ["new_order"]
    assert view_model.mode == "sell"
    assert view_model.pickup.waiting == 5
    sent(till, *mock_orders(), late)
    assert sounds == ["new_order"]


def test_the_board_shows_what_arrived_and_what_this_till_did(till: Till) -> None:
    with_desk(till, *mock_orders())
    view_model = till.view_model
    view_model.go("pickup")
    board = view_model.pickup.board
    assert [column.count for column in board.screen.columns] == ["4", "3", "5"]
    stepped: list[int] = []
    before = till.outbox.waiting().count
    view_model.pickup.stepped.connect(lambda: stepped.append(1))
    board.select("P-4798")
    board.act("tell")
    assert stepped == [1]
    order = till.orders.order("P-4798")
    assert order is not None
    assert order.history[-1].kind == StepKind.REMIND
    assert till.outbox.waiting().count == before + 1


def test_a_bags_label_scanned_on_sell_opens_the_desk_and_keeps_the_sale(till: Till) -> None:
    with_desk(till, *mock_orders())
    view_model = till.view_model
    tile = next(each for each in view_model.sell.screen.tiles if each.price)
    view_model.sell.tap_tile(tile.tile_id)
    lines = till.selling.open_sale.basket.lines
    assert lines
    view_model.scan("BAG-A-1")
    assert till.selling.open_sale.basket.lines == lines
    assert view_model.mode == "pickup"
    assert view_model.pickup.page == "handover"
    assert view_model.pickup.heading == ("Hand over", "Pickup  ›  P-4821")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("PKP471107", "No order here has these digits."),
        ("EVP1.eyJvIjoxfQ.c2ln", "The code was damaged or misread. Scan again, or type its digits."),
    ],
)
def test_a_pickup_code_of_no_order_is_refused_on_the_board_and_changes_no_sale(
    till: Till, code: str, told: str
) -> None:
    with_desk(till, *mock_orders())
    till.view_model.scan(code)
    feedback = till.view_model.pickup.board.screen.feedback
    assert feedback is not None
    assert (till.view_model.mode, feedback.text, feedback.tone) == ("pickup", told, "bad")
    assert till.selling.open_sale.basket.lines == ()


def test_offline_the_board_works_and_says_how_old_it_is(till: Till) -> None:
    with_desk(till, *mock_orders())
    till.centre_changed(CentreStanding(state=LinkState.OFFLINE, offline_since="2026-03-14T14:20:00+08:00"))
    till.view_model.go("pickup")
    assert "orders as of 14:33, 0 min old" in till.view_model.pickup.heading[1]


def test_the_pick_list_goes_to_the_printer(till: Till) -> None:
    with_desk(till, *mock_orders())
    till.view_model.go("pickup")
    queued: list[int] = []
    till.view_model.pickup.queued.connect(lambda: queued.append(1))
    till.view_model.pickup.board.act("print")
    assert queued == [1]
    job = till.spool.claim(till.clock.now())
    assert job is not None
    assert job.kind == "pick_list"
