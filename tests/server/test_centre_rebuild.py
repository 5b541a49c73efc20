"""Everything that follows from the facts can be made anew from the inbox, and comes out equal."""

from __future__ import annotations

from pathlib import Path

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from sqlalchemy import select, text

from retail.events import (
    BasketVoided,
    DrawerOpened,
    PaymentResolved,
    PaymentStarted,
    ReceiptReprinted,
    SaleCompleted,
    SaleReturned,
)
from retail.sale import TenderKind
from sync.server.centre import Centre
from sync.server.cli import main
from sync.server.database import tables
from sync.server.database.rebuild_rows import KEPT, tables_made
from sync.server.database.stock_rows import broken_balances
from sync.server.enrolment import device_of_token
from sync.server.intake import judge_again
from sync.server.price_checks import check_waiting
from sync.server.rebuild import rebuild
from tests.fakes.sold import taken_back, wanted
from tests.server.ordering import MILK, handing_over, order, picking_steps, stepped
from tests.server.tills import Till, enrolled_till


@pytest.fixture
def busy(shop: Centre, till: Till, client: TestClient) -> Centre:
    """A centre that has heard of everything that tills write, in one order and another."""
    other = enrolled_till(shop, client, "device-2")
    sale = till.sale(quantity=3, member_id="M0001")
    back = replace(
        taken_back(sale, (), wanted((1, "1")), now=sale.completed_at),
        store_id=sale.store_id,
        till_id=sale.till_id,
        till_number=sale.till_number,
    )
    late = other.seal(PaymentResolved(attempt_id="late", outcome="approved", reference="77"))
    till.send(
        till.sell(quantity=2, member_id="M0001"),
        till.seal(SaleCompleted(sale=sale)),
        till.seal(SaleReturned(returned=back)),
        till.seal(_attempt("a1")),
        till.seal(PaymentResolved(attempt_id="a1", outcome="declined")),
        till.seal(BasketVoided(basket_id="b2", cashier_id="E0001", line_count=2, total_minor=900)),
        till.seal(ReceiptReprinted(receipt_number="T1-000001-2", cashier_id="E0001")),
        till.seal(SaleCompleted(sale=replace(till.sale(), total_minor=1))),
    )
    other.send(late)
    other.send(other.seal(_attempt("late")), other.seal(DrawerOpened(cashier_id="E2", reason="change")))
    with shop.database.write() as connection:
        assert judge_again(connection, device_of_token(connection, other.enrolled.token), late.event_id)
    ordered = order(shop, (MILK, "2")).order
    other.send(*(stepped(other, one) for one in (*picking_steps(ordered), handing_over(ordered))))
    other.send(other.sell(sku="1001"))
    return shop


def _attempt(attempt_id: str) -> PaymentStarted:
    return PaymentStarted(
        attempt_id=attempt_id, basket_id="b1", tender=TenderKind.CARD, amount_minor=550, currency="SGD"
    )


def differing(centre: Centre, *, check_only: bool = True) -> dict[str, int]:
    found = rebuild(centre.database.url, check_only=check_only)
    assert found.events > 10
    return {one.table: one.many for one in found.differences}


def change(centre: Centre, statement: str) -> None:
    with centre.database.write() as connection:
        connection.execute(text(statement))


def test_everything_comes_out_equal_and_every_table_is_accounted_for(busy: Centre) -> None:
    assert differing(busy) == {}
    assert set(tables_made()) | set(KEPT) == set(tables.metadata.tables)
    assert not set(tables_made()) & set(KEPT)


PLANTED = (
    (
        "UPDATE sale SET total_minor = total_minor + 1 WHERE sale_id = (SELECT MIN(sale_id) FROM sale)",
        "sale",
    ),
    ("DELETE FROM sale_line WHERE line_number = 1", "sale_line"),
    ("UPDATE payment_attempt SET state = 'started' WHERE attempt_id = 'late'", "payment_attempt"),
    ("DELETE FROM watched_act WHERE kind = 'drawer.opened'", "watched_act"),
    ("UPDATE member_points SET points = points + 5", "member_points"),
    (
        "UPDATE stock_movement SET quantity_milli = quantity_milli - 1000 WHERE cause = 'sale'",
        "stock_movement",
    ),
    ("UPDATE stock_balance SET quantity_milli = quantity_milli + 1", "stock_balance"),
    ("DELETE FROM sale_return_line", "sale_return_line"),
    ("UPDATE till SET last_receipt_counter = 0 WHERE till_number = 1", "till"),
)
"""What somebody does to the served tables, and which of them is no longer what the facts say."""


def test_planted_differences_are_found_and_repaired(busy: Centre) -> None:
    check_waiting(busy.database)
    for statement, _table in PLANTED:
        change(busy, statement)
    found = differing(busy)
    assert set(found) >= {table for _statement, table in PLANTED}
    assert differing(busy) == found, "checking alone repairs nothing"
    assert differing(busy, check_only=False) == found
    assert differing(busy) == {}
    with busy.database.read() as connection:
        assert broken_balances(connection) == {}


def test_what_is_repaired_keeps_what_the_centre_found_out_by_itself(busy: Centre) -> None:
    change(busy, "UPDATE sale SET price_check = 'differs'")
    change(
        busy,
        "INSERT INTO price_difference (sale_id, stated_minor, found_minor, detail, found_at) "
        "SELECT sale_id, 1, 2, 'x', '2026' FROM sale",
    )
    change(busy, "UPDATE sale SET cashier_name = 'nobody'")
    assert "sale" in differing(busy, check_only=False)
    with busy.database.read() as connection:
        assert set(connection.execute(select(tables.sale.c.price_check)).scalars()) == {"differs"}
        kept = connection.execute(select(tables.price_difference.c.sale_id)).scalars().all()
        assert len(kept) == len(connection.execute(select(tables.sale.c.sale_id)).all())


def test_the_command_says_which_tables_differ_and_ends_with_1(
    busy: Centre, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = ["rebuild", "--data", str(busy.settings.data), "--database", busy.settings.database]
    assert main([*command, "--check"]) == 0
    assert "as it is served" in capsys.readouterr().out
    change(busy, "DELETE FROM watched_act")
    assert main([*command, "--check"]) == 1
    said = capsys.readouterr()
    assert "watched_act" in said.err
    assert main(command) == 0
    assert main([*command, "--check"]) == 0
