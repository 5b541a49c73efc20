"""What stands on the papers of an order as it stands: figures that add up, and what became of each line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import Till
from pos_app.documents.handover_slip import lay_out_handover_slip
from pos_app.documents.text import to_text
from pos_app.services.pickup_outcomes import PickingView, Tote
from retail.pickup.order import PaymentKind, PickupOrder, ShortReason, Temperature
from retail.pickup.pick_list import walk
from retail.pickup.steps import Collector, FinishPicking, PickLine, RefuseUnits, ShortLine, StartPicking
from tests.fakes.pickup_orders import do, hand_over, made_ready, online
from tests.fakes.pickup_till import BEANS, COOKIE, EGGS, WINE, line, order, pickup_till


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory, qapp: QCoreApplication) -> Iterator[Till]:
    del qapp
    folder: Path = tmp_path_factory.mktemp("papers")
    till = pickup_till(folder / "till")
    yield till
    till.close()


def waiting() -> PickupOrder:
    """Return an order with wine and cookies in T-14, eggs in T-15, and beans that could not be had."""
    lines = (line(WINE, "1", 1650), line(COOKIE, "3", 1000), line(EGGS, "1", 560), line(BEANS, "1", 320))
    of = do(order(*lines, payment=online(PaymentKind.PAID, 3530)), StartPicking)
    for product_id, quantity, bag in ((WINE, "1", "T-14"), (COOKIE, "3", "T-14"), (EGGS, "1", "T-15")):
        of = do(of, PickLine, line_id=product_id, product_id=product_id, quantity=quantity, bag_id=bag)
    of = do(of, ShortLine, line_id=BEANS, short_reason=ShortReason.NOT_FOUND)
    return made_ready(do(of, FinishPicking))


def test_a_label_is_made_for_each_bag_with_what_must_be_checked_for_it(till: Till) -> None:
    labels = till.papers.labels(waiting())
    assert [(each.bag_id, each.place, each.of, each.minimum_age) for each in labels] == [
        ("T-14", 1, 2, 18),
        ("T-15", 2, 2, 0),
    ]
    assert {each.temperature for each in labels} == {Temperature.AMBIENT, Temperature.CHILLED}
    assert {each.name for each in labels} == {"H. Osei"}


def test_a_slip_that_waits_with_the_bags_says_what_is_in_them(till: Till) -> None:
    slip = till.papers.slip(waiting())
    assert slip.handed_at == ""
    assert [(each.state, each.amount_minor) for each in slip.lines] == [
        ("taken", 1650),
        ("taken", 1000),
        ("taken", 560),
        ("short", 0),
    ]
    assert (slip.shown_minor, slip.charge_minor, slip.refund_minor) == (3530, 3210, 320)


def test_a_slip_of_a_partial_handover_says_what_stays_and_what_was_not_taken(till: Till) -> None:
    of = do(waiting(), RefuseUnits, line_id=COOKIE, quantity="1", reason="Damaged")
    slip = till.papers.slip(hand_over(of, "T-14", collector=Collector.PROXY), Collector.PROXY)
    found = {(each.name.en, each.state): each.amount_minor for each in slip.lines}
    states = sorted(state for _, state in found)
    assert states == ["left", "refused", "short", "taken", "taken"]
    assert sum(each.amount_minor for each in slip.lines) == slip.charge_minor
    assert slip.collector == "proxy"
    assert slip.handed_by == "tomas"
    text = to_text(lay_out_handover_slip(slip, 48))
    assert "stays for later" in text
    assert "not taken" in text
    assert "Collected with the code" in text


def test_the_pick_list_stands_in_the_order_of_the_walk_and_names_orders_and_totes(till: Till) -> None:
    first = do(
        order(line(EGGS, "1", 560), line(COOKIE, "3", 1000), order_id="o1", number="P-1"), StartPicking
    )
    second = do(order(line(COOKIE, "1", 333), order_id="o2", number="P-2"), StartPicking)
    tasks = walk((first, second), {COOKIE: "A1-04", EGGS: "C2-09"})
    totes = (Tote("o1", Temperature.AMBIENT, "T-1"), Tote("o2", Temperature.AMBIENT, "T-2"))
    listed = till.papers.pick_list(PickingView(orders=(first, second), tasks=tasks, totes=totes))
    assert [(row.order_number, row.place, row.quantity, row.bag) for row in listed.rows] == [
        ("P-1", "A1-04", 3, "T-1"),
        ("P-2", "A1-04", 1, "T-2"),
        ("P-1", "C2-09", 1, ""),
    ]
    assert [(each.number, each.items, each.window) for each in listed.orders] == [
        ("P-1", 4, "15:00-15:30"),
        ("P-2", 1, "15:00-15:30"),
    ]
