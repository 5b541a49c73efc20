"""Orders and stock in the till's files: rows as they came, steps in their order, moves until heard."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest

from pos_app.database.changed_keys import KEPT, ChangedKeys, StreamVersion
from pos_app.database.connection import Database
from pos_app.database.journal import FurtherFact, Journal
from pos_app.database.outbox import Outbox
from pos_app.database.pickup import PickupRows, decoded_order
from pos_app.database.streams import Streams
from retail.availability.slot import SlotRules
from retail.events import PickupStepped, SaleReturned
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.goods import stock_movements
from retail.pickup.order import PaymentKind
from retail.pickup.reducer import apply
from retail.pickup.steps import Accept, PickLine, RecordPayment
from retail.stock_level import StockLevel
from sync.client.ports import IncomingChange
from tests.database.till_files import RECEIPT, TILL, bootstrap, sale
from tests.fakes.pickup_orders import line, order, picking, product, step
from tests.fakes.sold import everything, taken_back

P1 = product("p1")


@pytest.fixture
def rows(cache_database: Database, journal_database: Database) -> PickupRows:
    return PickupRows(cache_database, journal_database)


def sold(journal: Journal, basket_id: str, *further: FurtherFact) -> None:
    journal.complete_sale(
        basket_id, lambda counter: sale(basket_id, counter), lambda _sale: (RECEIPT,), lambda _sale: further
    )


def test_orders_come_out_as_they_came_in(streams: Streams, rows: PickupRows) -> None:
    assert rows.version() is None
    assert rows.order_bodies() == {}
    wanted = [order(line(P1), order_id=f"order-{number}") for number in range(3)]
    bootstrap(streams, "orders", wanted)
    bodies = rows.order_bodies()
    assert [decoded_order(key, body) for key, body in bodies.items()] == wanted
    assert rows.version() is not None


def test_a_row_that_cannot_be_read_is_as_if_absent(
    expected_logs: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    expected_logs("pos_app.database.pickup")
    assert decoded_order("pickup_order:x", b'{"row": "pickup_order"}') is None
    assert "pickup_order:x" in caplog.text


def test_the_desk_and_the_stock_are_found(streams: Streams, rows: PickupRows) -> None:
    assert rows.desk() is None
    assert rows.level("p1") is None
    desk = PickupDesk(store_id="S1", slots=SlotRules(opening=()))
    bootstrap(streams, "settings", [desk])
    bootstrap(streams, "stock", [StockLevel(product_id="p1", on_hand=Decimal("2.5"), place="A1-04")])
    assert rows.desk() == desk
    assert rows.level("p1") == StockLevel(product_id="p1", on_hand=Decimal("2.5"), place="A1-04")


def test_steps_come_back_in_the_order_in_which_they_were_taken(journal: Journal, rows: PickupRows) -> None:
    placed = order(line(P1), order_id="order-1")
    other = order(line(P1), order_id="order-2")
    steps = [step(placed, Accept), step(other, Accept), step(picking(line(P1), order_id="order-1"), Accept)]
    for each in steps:
        journal.record(PickupStepped(step=each))
    assert [each.step() for each in rows.steps(["order-1"])] == [steps[0], steps[2]]
    assert [each.order_id for each in rows.steps(["order-2", "order-3"])] == ["order-2"]


def test_what_moves_counts_until_the_centre_has_heard_it(
    journal: Journal, outbox: Outbox, rows: PickupRows
) -> None:
    before = picking(line(P1, "3"), order_id="order-1")
    took = step(before, PickLine, line_id="p1", product_id="p1", quantity="1", bag_id="T-14")
    journal.record(PickupStepped(step=took), stock_movements(before, apply(before, took), took, event_id="e"))
    sold(journal, "basket-1")
    assert rows.moved_since("p1") == Decimal(-3)
    assert rows.sold_since("p1") == Decimal(-2)
    returned = taken_back(sale("basket-1", 412), (), everything(sale("basket-1", 412)))
    journal.record(SaleReturned(returned=returned))
    assert rows.moved_since("p1") == Decimal(-1)
    assert rows.sold_since("p1") == 0
    assert (outbox.waiting().count, outbox.waiting().pickups) == (4, 1)
    outbox.acknowledge(TILL.incarnation, 3, "epoch-1")
    assert rows.moved_since("p1") == 2
    outbox.acknowledge(TILL.incarnation, 4, "epoch-1")
    assert rows.moved_since("p1") == rows.sold_since("p1") == 0
    assert rows.moved_since("p2") == 0


def test_what_a_sale_pays_of_an_order_is_stored_with_it_or_not_at_all(
    journal: Journal, rows: PickupRows
) -> None:
    ready = order(line(P1), order_id="order-1")
    paid = step(ready, RecordPayment, payment=PaymentKind.PAID, amount_minor=600, reference="basket-1")
    fact = FurtherFact(PickupStepped(step=paid))
    with pytest.raises(ZeroDivisionError):
        journal.complete_sale(
            "basket-1",
            lambda counter: sale("basket-1", counter),
            lambda _sale: (),
            lambda made: (fact, fact) if made.lines[0].quantity // 0 else (),
        )
    assert journal.sales() == ()
    assert list(rows.steps(["order-1"])) == []
    sold(journal, "basket-1", fact)
    assert [each.step_id for each in rows.steps(["order-1"])] == [paid.step_id]
    assert len(journal.sales()) == 1


def test_a_step_is_the_same_after_the_file(journal: Journal, rows: PickupRows) -> None:
    taken = step(order(line(P1), order_id="order-1"), Accept)
    journal.record(PickupStepped(step=taken))
    (stored,) = rows.steps(["order-1"])
    assert msgspec.json.encode(stored.step()) == msgspec.json.encode(taken)


def test_only_what_changed_is_read_again(streams: Streams, cache_database: Database) -> None:
    rows = PickupRows(cache_database, cache_database, streams.changed_orders)
    bootstrap(streams, "orders", [order(line(P1), order_id=f"order-{number}") for number in range(3)])
    loaded = rows.version()
    assert loaded is not None
    streams.apply_changes("orders", "epoch-1", [IncomingChange(key="pickup_order:order-1", row=b"{}")], 5)
    streams.apply_changes("orders", "epoch-1", [IncomingChange(key="pickup_order:order-2", row=None)], 6)
    now = rows.version()
    assert now is not None
    assert rows.changed_orders(loaded, now) == {"pickup_order:order-1": b"{}", "pickup_order:order-2": None}
    assert rows.changed_orders(now, now) == {}
    assert PickupRows(cache_database, cache_database).changed_orders(loaded, now) is None
    bootstrap(streams, "orders", [order(line(P1), order_id="order-9")], epoch="epoch-2")
    renewed = rows.version()
    assert renewed is not None
    assert rows.changed_orders(now, renewed) is None


def test_changes_that_are_too_long_ago_are_not_known() -> None:
    states = [StreamVersion("epoch-1", number, f"checksum-{number}") for number in range(KEPT + 2)]
    changed = ChangedKeys()
    for number, (before, after) in enumerate(itertools.pairwise(states)):
        changed.note(before, after, [f"key-{number}"])
    assert changed.between(states[0], states[-1]) is None
    assert changed.between(states[-2], states[-1]) == frozenset({f"key-{KEPT}"})
    assert changed.between(states[-2]._replace(checksum="of a snapshot"), states[-1]) is None
