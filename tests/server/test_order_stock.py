"""Stock at the centre: every sale and return moves it, and the ledger is always the sum of what is said."""

from __future__ import annotations

import uuid
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import select, update

from retail.basket import PriceSource
from retail.events import SaleCompleted, SaleReturned
from retail.receipt_number import receipt_number
from retail.sale import Sale
from retail.stock_level import StockLevel
from sync.server import cli, streams
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database import shop_rows, stock_rows, tables
from sync.server.database.stock_tables import stock_balance, stock_movement
from sync.server.demo.load import load_demo
from sync.server.demo.store import STORE_ID
from sync.server.orders.stock_import import StockRefusedIn, import_stock
from sync.server.streams import Publication, publish
from tests.fakes.sold import taken_back, wanted
from tests.server.conftest import SMALL
from tests.server.ordering import (
    MILK,
    OAT_MILK,
    alerts,
    available,
    ledger_is_whole,
    on_hand,
    order,
    published,
    recounts,
    reservations,
)
from tests.server.tills import Till


def level(shop: Centre, product_id: str) -> StockLevel:
    """Return a level as tills have it."""
    row = published(shop, f"stock_level:{product_id}")
    assert row is not None
    return msgspec.json.decode(row, type=StockLevel)


def test_the_demo_has_stock_places_and_a_desk(shop: Centre) -> None:
    with shop.database.read() as connection:
        rows = shop_rows.read_rows(connection, ("stock", STORE_ID), "stock_level", StockLevel)
        causes = set(connection.execute(select(stock_movement.c.cause)).scalars())
    assert len(rows) == 60 - 3  # without the three whose price is typed
    assert all(row.on_hand > 0 and row.place for row in rows)
    assert causes == {"receipt"}
    desk = shop.orders.stores()[0].desk
    assert len(desk.places) == 10
    assert ledger_is_whole(shop)


def test_loading_the_demo_again_leaves_stock_and_keys_alone(shop: Centre, till: Till) -> None:
    before = on_hand(shop, MILK)
    till.send(till.sell(sku="1016", quantity=3))
    keys = shop.orders.stores()[0].desk.code_keys
    load_demo(shop.database, SMALL)
    assert on_hand(shop, MILK) == level(shop, MILK).on_hand == before - 3
    assert shop.orders.stores()[0].desk.code_keys == keys
    assert ledger_is_whole(shop)


def test_sales_and_returns_move_the_stock_once(shop: Centre, till: Till) -> None:
    before = on_hand(shop, MILK)
    sale = till.sale(sku="1016", quantity=3)
    envelope = till.seal(SaleCompleted(sale=sale))
    till.send(envelope)
    till.send(envelope)
    assert level(shop, MILK).on_hand == on_hand(shop, MILK) == before - 3
    back = taken_back(sale, (), wanted((1, "2")), now=sale.completed_at)
    returned = replace(
        back,
        lines=tuple(replace(line, restock=True) for line in back.lines),
        receipt_number=receipt_number(till.enrolled.till_number, 57),
    )
    returned = replace(returned, store_id=sale.store_id, till_id=sale.till_id, till_number=sale.till_number)
    assert till.send(till.seal(SaleReturned(returned=returned))).quarantined == 0
    assert level(shop, MILK).on_hand == before - 1
    assert ledger_is_whole(shop)
    with shop.database.read() as connection:
        (kept,) = connection.execute(select(tables.sale_return)).all()
        lines = connection.execute(select(tables.sale_return_line)).all()
        counter = connection.execute(select(tables.till.c.last_receipt_counter)).scalar_one()
    assert (kept.sale_id, kept.refund_minor) == (sale.sale_id, returned.refund_minor)
    assert [(line.product_id, line.quantity, line.restocked) for line in lines] == [(MILK, "2", 1)]
    assert counter == 57


def at_order_price(sale: Sale, order_id: str) -> Sale:
    """Return a sale whose lines stand at the amount that an order agreed, such as 5.00 for two of 2.60."""
    (line,) = sale.lines
    given = line.gross_minor - 500
    assert given > 0
    changed = replace(
        line, price_source=PriceSource.ORDER, gross_minor=500, paid_minor=500, amount_on_label=True, taxes=()
    )
    (tax,) = sale.tax_totals
    (tender,) = sale.tenders
    return replace(
        sale,
        lines=(changed,),
        subtotal_minor=500,
        total_minor=500,
        tax_totals=(replace(tax, net_minor=500, gross_minor=500, parts=()),),
        tenders=(replace(tender, amount_minor=500),),
        change_minor=0,
        cash_rounding_minor=0,
        order_id=order_id,
        order_number="P-0001",
    )


def test_what_an_order_pays_at_the_desk_moves_no_stock_and_names_its_order(shop: Centre, till: Till) -> None:
    placed = order(shop, (MILK, "2")).order
    before = on_hand(shop, MILK)
    sale = at_order_price(till.sale(sku="1016", quantity=2), placed.order_id)
    answer = till.send(till.seal(SaleCompleted(sale=sale)))
    assert answer.quarantined == 0
    assert on_hand(shop, MILK) == before
    with shop.database.read() as connection:
        assert connection.execute(select(tables.sale.c.order_id)).scalars().all() == [placed.order_id]


def test_selling_what_the_book_does_not_have_is_booked_and_counted_again(shop: Centre, till: Till) -> None:
    there = int(on_hand(shop, OAT_MILK))
    till.send(till.sell(sku="1026", quantity=there + 2))
    assert level(shop, OAT_MILK).on_hand == -2
    assert available(shop, OAT_MILK) == 0
    assert recounts(shop) == [OAT_MILK]
    assert alerts(shop) == []


def test_a_balance_that_is_not_its_ledger_is_found(shop: Centre, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["check-stock", "--data", str(shop.settings.data), "--database", shop.settings.database]
    assert cli.main(options) == 0
    with shop.database.write() as connection:
        connection.execute(
            update(stock_balance)
            .where(stock_balance.c.product_id == MILK)
            .values(quantity_milli=stock_balance.c.quantity_milli + 1500)
        )
    with shop.database.read() as connection:
        (found,) = stock_rows.broken_balances(connection).items()
    assert (found[0].product_id, found[1]) == (MILK, Decimal("1.5"))
    assert cli.main(options) == 1
    assert MILK in capsys.readouterr().err


def test_stock_is_loaded_from_a_file(shop: Centre, till: Till) -> None:
    text = "sku,on_hand,place,safety_stock,policy\n1016,120,C9-01,5,strict\n1030,7.25,,,\n"
    assert import_stock(shop.database, text, store_id=STORE_ID) == 2
    milk = level(shop, MILK)
    assert (milk.on_hand, milk.place, milk.safety_stock, milk.policy) == (Decimal(120), "C9-01", 5, "strict")
    assert milk.quotas == {till.enrolled.till_id: Decimal(5)}  # what is never promised online
    assert on_hand(shop, "P1030") == Decimal("7.25")
    assert available(shop, MILK) == 115
    order(shop, (MILK, "112"))
    assert level(shop, MILK).quotas == {till.enrolled.till_id: Decimal(5)}
    till.send(till.sell(sku="1016", quantity=2))
    sold = level(shop, MILK)
    assert (sold.on_hand, sold.sold) == (118, {till.enrolled.till_id: Decimal(2)})
    assert sold.quotas == {till.enrolled.till_id: Decimal(5)}  # three left, and two of what is free
    till.send(till.sell(sku="1016", quantity=4))
    assert level(shop, MILK).quotas == {till.enrolled.till_id: Decimal(2)}  # no more than nobody is promised
    assert import_stock(shop.database, text, store_id=STORE_ID) == 2
    assert ledger_is_whole(shop)


def test_a_stock_file_with_a_mistake_changes_nothing(shop: Centre) -> None:
    before = level(shop, MILK)
    text = "sku,on_hand,policy\n1016,5,\n9999,1,\n1026,1.5,\n1030,-3,\n1031,many,\n1013,2,harsh\n1016,9,\n"
    with pytest.raises(StockRefusedIn) as refused:
        import_stock(shop.database, text, store_id=STORE_ID)
    assert [problem.line for problem in refused.value.problems] == [3, 4, 5, 6, 7, 8]
    assert all(problem.message.en and problem.message.zh for problem in refused.value.problems)
    assert level(shop, MILK) == before
    with pytest.raises(StockRefusedIn):
        import_stock(shop.database, "product\nmilk\n", store_id=STORE_ID)


def test_a_stock_file_is_imported_by_a_command(
    shop: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "stock.csv"
    file.write_text("sku,on_hand\n1016,33\n", encoding="utf-8")
    options = ["--data", str(shop.settings.data), "--database", shop.settings.database]
    assert cli.main(["import-stock", str(file), *options]) == 0
    assert level(shop, MILK).on_hand == 33
    file.write_text("sku,on_hand\nnothing,33\n", encoding="utf-8")
    assert cli.main(["import-stock", str(file), *options]) == 1
    assert cli.main(["import-stock", str(file), "--store", "S9", *options]) == 1
    assert "nothing" in capsys.readouterr().err


def test_stock_and_orders_keep_a_short_log_without_what_was_before(shop: Centre, till: Till) -> None:
    till.send(till.sell(sku="1016", quantity=1))
    change, version = tables.stream_change, tables.stream_version
    with shop.database.write() as connection:
        befores = connection.execute(select(change.c.row_before).where(change.c.stream == "stock")).scalars()
        assert set(befores) == {None}
        publish(
            connection,
            {("stock", STORE_ID): Publication(puts=[StockLevel(product_id=uuid.uuid4().hex)])},
        )
        connection.execute(update(version).values(published_at=now_text(plus=-timedelta(days=3))))
    shop.forget_old_changes()
    with shop.database.read() as connection:
        left = set(connection.execute(select(change.c.stream).distinct()).scalars())
        head = streams.read_head(connection, ("stock", STORE_ID))
    assert "stock" not in left
    assert "catalogue" in left
    assert head.floor == head.head


def test_a_recount_takes_promises_away_and_gives_them_again(shop: Centre) -> None:
    first, second = order(shop, (MILK, "4")).order, order(shop, (MILK, "4")).order

    def counted(quantity: int) -> list[tuple[str, ...]]:
        import_stock(shop.database, f"sku,on_hand\n1016,{quantity}\n", store_id=STORE_ID)
        found = [shop.orders.order(one.order_id) for one in (first, second)]
        return [one.at_risk for one in found if one is not None]

    assert counted(5) == [(), ("1",)]
    assert reservations(shop, second.order_id)[MILK].quantity == 1
    assert counted(0) == [("1",), ("1",)]
    assert {reservations(shop, one.order_id)[MILK].state for one in (first, second)} == {"short"}
    assert counted(6) == [(), ("1",)]
    assert reservations(shop, first.order_id)[MILK].quantity == 4
    assert reservations(shop, second.order_id)[MILK].quantity == 2
    assert counted(8) == [(), ()]
    assert available(shop, MILK) == 0
    assert counted(20) == [(), ()]
    assert available(shop, MILK) == 20 - 8 - 2
    row = published(shop, f"pickup_order:{second.order_id}")
    assert row is not None
    assert '"at_risk":[]' in row
    assert ledger_is_whole(shop)


def test_held_goods_that_were_sold_and_came_back_are_nobodys_once_the_hold_has_ended(shop: Centre) -> None:
    assert import_stock(shop.database, "sku,on_hand,safety_stock\n1016,2,0\n", store_id=STORE_ID) == 1
    held = order(shop, (MILK, "2"), payment="online").order.order_id
    import_stock(shop.database, "sku,on_hand\n1016,0\n", store_id=STORE_ID)
    assert reservations(shop, held)[MILK].state == "short"
    import_stock(shop.database, "sku,on_hand\n1016,1\n", store_id=STORE_ID)
    assert reservations(shop, held)[MILK].quantity == 1
    shop.orders.payment_failed(held)
    assert reservations(shop, held)[MILK].state == "released"
    assert available(shop, MILK) == 1
    import_stock(shop.database, "sku,on_hand\n1016,2\n", store_id=STORE_ID)
    assert available(shop, MILK) == 2
