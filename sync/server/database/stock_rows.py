"""The ledger of stock and its balances: added to, locked, read, and held against each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, func, select

from retail.stock import BalanceKey, Location, StockCause, StockMovement
from sync.server.clock import now_text
from sync.server.database.round_trip import Question, RoundTrip, answered
from sync.server.database.statements import among, chunks
from sync.server.database.stock_tables import recount_task, stock_balance, stock_movement

_ADDED: Final = (
    "(store_id, product_id, location) DO UPDATE "
    "SET quantity_milli = stock_balance.quantity_milli + excluded.quantity_milli"
)

MILLI: Final = 1000
"""How many thousandths make one."""


def to_milli(quantity: Decimal) -> int:
    """Return a quantity in thousandths; it has no more than three places, which the rules of stock see to."""
    exact = quantity * MILLI
    milli = int(exact)
    assert milli == exact, quantity
    return milli


def from_milli(milli: int) -> Decimal:
    """Return a quantity of thousandths, `2` and not `2.000`."""
    return Decimal(milli) / MILLI


def add_movements(connection: Connection, moved: Sequence[StockMovement]) -> dict[BalanceKey, Decimal]:
    """Write movements into the ledger and add them to the balances, in the order of locks.

    Return by how much each balance changed; one that comes out as it was is left out. The moment is that of
    the centre's clock, which no till's clock can disturb; what happened when is in the fact.
    """
    if not moved:
        return {}
    changes: dict[tuple[str, str, Location], int] = {}
    ledger: list[dict[str, object]] = []
    moment = now_text()
    for one in moved:
        key, milli = (one.store_id, one.product_id, one.location), to_milli(one.quantity)
        changes[key] = changes.get(key, 0) + milli
        ledger.append(_ledger_row(one, milli, moment))
    trip = RoundTrip(connection)
    trip.add_rows(
        stock_balance,
        [
            {
                "store_id": store_id,
                "product_id": product_id,
                "location": str(location),
                "quantity_milli": changes[store_id, product_id, location],
            }
            for store_id, product_id, location in sorted(changes)
        ],
        on_conflict=_ADDED,
    )
    trip.add_rows(stock_movement, ledger)
    trip.run()
    return {BalanceKey(*key): from_milli(change) for key, change in changes.items() if change}


def write_ledger(trip: RoundTrip, moved: Sequence[tuple[StockMovement, str]]) -> None:
    """Write movements into the ledger alone, each with the moment at which the centre heard of it."""
    trip.add_rows(stock_movement, [_ledger_row(one, to_milli(one.quantity), moment) for one, moment in moved])


def _ledger_row(one: StockMovement, milli: int, moment: str) -> dict[str, object]:
    return {
        "store_id": one.store_id,
        "product_id": one.product_id,
        "location": str(one.location),
        "quantity_milli": milli,
        "cause": str(one.cause),
        "event_id": one.event_id,
        "reason": one.reason,
        "reverses": one.reverses,
        "moved_at": moment,
    }


def on_hand(
    connection: Connection, store_id: str, product_ids: Iterable[str], *, lock: bool = False
) -> dict[str, Decimal]:
    """Return what lies on the shelf of a store, by product; with `lock` the rows stay so until the commit."""
    found: dict[str, Decimal] = {}
    for some in chunks(sorted(set(product_ids))):
        part = answered(connection, lies_there(connection.dialect.name, store_id, some, lock=lock))
        found |= part
    return found


def lies_there(
    dialect: str, store_id: str, product_ids: Sequence[str], *, lock: bool
) -> Question[dict[str, Decimal]]:
    """Ask what lies on the shelf of a store, by product; with `lock` the rows are kept until the commit.

    Locks are taken in product order. A product without a balance has none, and nothing of it can be locked.
    """
    values = {"of_store": store_id, "products": product_ids}
    return Question(_on_hand(dialect, lock=lock), values, by_product)


@cache
def _on_hand(dialect: str, *, lock: bool) -> Select[tuple[str, int]]:
    statement = (
        select(stock_balance.c.product_id, stock_balance.c.quantity_milli)
        .where(
            stock_balance.c.store_id == bindparam("of_store"),
            stock_balance.c.location == str(Location.SHELF),
            among(dialect, stock_balance.c.product_id, "products"),
        )
        .order_by(stock_balance.c.product_id)
    )
    return statement.with_for_update() if lock else statement


def by_product(rows: Sequence[Any]) -> dict[str, Decimal]:
    """Return quantities from rows of a product and thousandths."""
    return {product_id: from_milli(int(milli)) for product_id, milli in rows}


def sold_since(
    connection: Connection, store_id: str, product_ids: Iterable[str], since: str
) -> dict[str, Decimal]:
    """Return how much was sold of products over the counter since a moment."""
    found: dict[str, Decimal] = {}
    for some in chunks(sorted(set(product_ids))):
        rows = connection.execute(
            select(stock_movement.c.product_id, func.sum(stock_movement.c.quantity_milli))
            .where(
                stock_movement.c.store_id == store_id,
                stock_movement.c.product_id.in_(some),
                stock_movement.c.cause == str(StockCause.SALE),
                stock_movement.c.moved_at >= since,
            )
            .group_by(stock_movement.c.product_id)
        )
        found |= {product_id: max(Decimal(0), -from_milli(int(milli))) for product_id, milli in rows}
    return found


def broken_balances(connection: Connection) -> dict[BalanceKey, Decimal]:
    """Return where a balance is not the sum of its ledger, and by how much it has too much."""
    key = (stock_balance.c.store_id, stock_balance.c.product_id, stock_balance.c.location)
    kept = {
        tuple(row[:3]): int(row[3])
        for row in connection.execute(select(*key, stock_balance.c.quantity_milli))
    }
    of_ledger = (stock_movement.c.store_id, stock_movement.c.product_id, stock_movement.c.location)
    sums = {
        tuple(row[:3]): int(row[3])
        for row in connection.execute(
            select(*of_ledger, func.sum(stock_movement.c.quantity_milli)).group_by(*of_ledger)
        )
    }
    return {
        BalanceKey(store_id, product_id, Location(location)): from_milli(difference)
        for store_id, product_id, location in sorted(kept.keys() | sums.keys())
        if (
            difference := kept.get((store_id, product_id, location), 0)
            - sums.get((store_id, product_id, location), 0)
        )
    }


def ask_for_recount(connection: Connection, store_id: str, product_ids: Iterable[str], reason: str) -> None:
    """Ask for products to be counted, once for each as long as nobody has."""
    trip = RoundTrip(connection)
    trip.add_rows(
        recount_task,
        [
            {"store_id": store_id, "product_id": one, "reason": reason, "asked_at": now_text()}
            for one in sorted(set(product_ids))
        ],
        on_conflict="DO NOTHING",
    )
    trip.run()
