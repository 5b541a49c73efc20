"""The order book of a till: what it shows, finds and takes, with five hundred orders as with one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import Till, open_till
from pos_app.database import pickup
from pos_app.services import order_book
from pos_app.services.pickup_outcomes import CodeVerdict, NotDone, StepDone
from pos_app.settings import TillSettings
from retail.barcode import PickupCode
from retail.pickup.order import OrderState, PickupOrder
from retail.pickup.steps import Accept, StepRefused
from sync.client.ports import IncomingChange
from tests.fakes.pickup_till import (
    BEANS,
    COOKIE,
    DIGITS,
    Centre,
    Wall,
    code_of,
    line,
    order,
    pickup_till,
)

FIRST = order(line(COOKIE, "2", 700))
LATER = order(
    line(BEANS, "1", 300),
    order_id="order-2",
    number="P-2",
    ready_by="2026-03-14T18:00:00+08:00",
    outside_reference="GRAB-77",
)


@pytest.fixture
def folder(tmp_path: Path, qapp: QCoreApplication) -> Path:
    return tmp_path / "till"


@pytest.fixture
def till(folder: Path) -> Iterator[Till]:
    opened = pickup_till(folder, LATER, FIRST)
    yield opened
    opened.close()


def changed(till: Till, *orders: PickupOrder, removed: tuple[str, ...] = ()) -> None:
    """Bring changes of orders down as the synchronisation does."""
    cursor = till.streams.cursor("orders")
    assert cursor is not None
    changes = [
        IncomingChange(key=f"pickup_order:{each.order_id}", row=msgspec.json.encode(each)) for each in orders
    ]
    changes += [IncomingChange(key=f"pickup_order:{each}", row=None) for each in removed]
    till.streams.apply_changes("orders", cursor.epoch, changes, cursor.after + 1)
    till.rows_changed("orders")


def test_the_order_that_must_be_ready_first_stands_first(till: Till) -> None:
    assert [each.number for each in till.orders.all()] == ["P-4829", "P-2"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("P-4829", ["P-4829"]),
        ("p-2", ["P-2"]),
        ("4829", ["P-4829"]),
        ("3306", ["P-4829", "P-2"]),
        ("963306", ["P-4829", "P-2"]),
        ("osei", ["P-4829", "P-2"]),
        ("h. o", ["P-4829", "P-2"]),
        ("grab-77", ["P-2"]),
        ("M1", ["P-4829", "P-2"]),
        ("sei", ["P-4829", "P-2"]),
        ("", []),
        ("nobody", []),
        ("5", []),
    ],
)
def test_an_order_is_found_by_what_people_say(till: Till, typed: str, found: list[str]) -> None:
    assert [each.number for each in till.orders.find(typed)] == found


def test_a_bag_names_its_order(till: Till) -> None:
    till.picking.begin(["order-1"])
    till.picking.assign_tote("T-14")
    till.picking.pick_one()
    owner = till.orders.of_bag("T-14")
    assert owner is not None
    assert owner.number == "P-4829"
    assert [each.number for each in till.orders.find("t-14")] == ["P-4829"]
    assert till.orders.of_bag("T-99") is None


def test_verbs_answer_with_the_order_or_with_the_reason(till: Till) -> None:
    accepted = till.orders.accept("order-1")
    assert isinstance(accepted, StepDone)
    assert accepted.order.state is OrderState.ACCEPTED
    assert till.orders.accept("order-1") == NotDone("accept_in_accepted", "order-1")
    assert till.orders.accept("order-9") == NotDone("unknown_order", "order-9")
    assert isinstance(till.orders.arrived("order-1", " bay 3 "), StepDone)
    shown = till.orders.order("order-1")
    assert shown is not None
    assert shown.here_note == "bay 3"
    assert isinstance(till.orders.extend("order-1", "2026-03-17T15:00:00+08:00"), StepDone)
    assert till.orders.extend("order-1", "tomorrow") == NotDone("bad_step", "order-1")
    assert till.orders.cancel("order-1", "") == NotDone("reason_missing", "order-1")
    cancelled = till.orders.cancel("order-1", "the customer called")
    assert isinstance(cancelled, StepDone)
    assert isinstance(till.orders.undo("order-1", cancelled.step_id, "called again"), StepDone)
    assert till.orders.order("order-1") == replace(shown, **_after(till))


def _after(till: Till) -> dict[str, object]:
    now = till.orders.order("order-1")
    assert now is not None
    assert now.state is OrderState.ACCEPTED
    changed_since = ("version", "history", "collect_until", "here_since", "here_note")
    return {name: getattr(now, name) for name in changed_since}


def test_a_step_that_was_taken_before_changes_nothing(till: Till) -> None:
    step = Accept(**till.orders.header(FIRST))
    once = till.orders.take(step)
    waiting = till.outbox.waiting().count
    assert till.orders.take(step) is once
    assert till.outbox.waiting().count == waiting


def test_a_refused_step_is_not_stored(till: Till) -> None:
    waiting = till.outbox.waiting().count
    with pytest.raises(StepRefused):
        till.orders.take(replace(Accept(**till.orders.header(FIRST)), by=""))
    with pytest.raises(StepRefused) as unknown:
        till.orders.take(replace(Accept(**till.orders.header(FIRST)), order_id="order-9"))
    assert unknown.value.code == "unknown_order"
    assert till.outbox.waiting().count == waiting


def test_every_step_says_that_something_waits(till: Till) -> None:
    heard: list[bool] = []
    till.view_model.pickup.stepped.connect(lambda: heard.append(True))
    till.orders.accept("order-1")
    assert heard == [True]


def test_a_store_without_a_desk_opens_no_code(folder: Path) -> None:
    till = open_till(folder, TillSettings())
    assert till.orders.by_code(PickupCode(code_of())).verdict is CodeVerdict.NO_DESK
    assert till.orders.all() == ()
    assert till.picking.scan("9520000010096").code.value == "not_picking"
    till.close()


def test_a_code_of_an_order_that_is_not_here_yet_is_told_from_one_of_long_ago(folder: Path) -> None:
    wall = Wall()
    till = pickup_till(folder, wall=wall)
    code = PickupCode(code_of("order-7"))
    assert till.orders.by_code(code).verdict is CodeVerdict.UNKNOWN_ORDER
    wall.now = "2026-04-14T14:33:00.000+08:00"
    assert till.orders.by_code(code).verdict is CodeVerdict.PAST_ITS_DATE
    till.close()


def test_what_was_cancelled_says_so_also_while_its_goods_go_back(till: Till) -> None:
    centre = Centre(FIRST)
    till.picking.begin(["order-1"])
    till.picking.assign_tote("T-14")
    till.picking.pick_one()
    centre.hear(till)
    centre.cancels("order-1")
    centre.tell(till)
    assert isinstance(till.orders.start_return("order-1"), StepDone)
    assert till.orders.by_code(PickupCode(f"PKP{DIGITS}")).verdict is CodeVerdict.CANCELLED


def test_an_order_that_the_centre_took_away_is_gone(till: Till) -> None:
    assert len(till.orders.all()) == 2
    changed(till, removed=("order-2",))
    assert [each.order_id for each in till.orders.all()] == ["order-1"]
    assert till.orders.order("order-2") is None


def test_a_row_that_cannot_be_read_hides_that_order_only(
    till: Till, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("cannot be read")
    cursor = till.streams.cursor("orders")
    assert cursor is not None
    strange = IncomingChange(key="pickup_order:order-2", row=b'{"row":"pickup_order","lines":7}')
    till.streams.apply_changes("orders", cursor.epoch, [strange], 9)
    till.rows_changed("orders")
    assert [each.order_id for each in till.orders.all()] == ["order-1"]
    changed(till, LATER)
    assert len(till.orders.all()) == 2


def test_of_five_hundred_orders_only_those_that_changed_are_decoded(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [
        order(line(COOKIE, "2", 700), order_id=f"order-{number}", number=f"P-{number}")
        for number in range(500)
    ]
    till = pickup_till(folder, *many)
    assert len(till.orders.all()) == 500
    decoded: list[str] = []

    def counted(key: str, body: bytes) -> PickupOrder | None:
        decoded.append(key)
        return pickup.decoded_order(key, body)

    monkeypatch.setattr(order_book, "decoded_order", counted)
    till.orders.accept("order-7")
    changed(till, replace(many[3], note="the blue door"))
    assert decoded == ["pickup_order:order-3"]
    till.rows_changed("stock")
    till.rows_changed("settings")
    assert len(till.orders.all()) == 500
    assert decoded == ["pickup_order:order-3"]
    shown = till.orders.order("order-7")
    assert shown is not None
    assert shown.state is OrderState.ACCEPTED
    till.close()


def test_a_till_shows_its_own_steps_before_and_after_the_centre_has_them(till: Till) -> None:
    centre = Centre(FIRST, LATER)
    till.orders.accept("order-1")
    before = till.orders.order("order-1")
    centre.hear(till)
    assert till.orders.order("order-1") == before
    centre.tell(till)
    assert till.orders.order("order-1") == before == centre.orders["order-1"]


def test_what_orders_still_need_is_reserved_in_the_order_they_were_placed_in(till: Till) -> None:
    (reserved,) = till.orders.reservations(COOKIE)
    assert (reserved.order_id, reserved.quantity) == ("order-1", Decimal(2))
    till.picking.begin(["order-1"])
    till.picking.assign_tote("T-14")
    till.picking.pick_one()
    assert [each.quantity for each in till.orders.reservations(COOKIE)] == [Decimal(1)]
    assert till.orders.reservations("P-none") == ()
