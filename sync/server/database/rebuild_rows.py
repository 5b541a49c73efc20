"""Tables of projections made anew beside those that are served, held against them, and put in their place.

The new ones are temporary tables of one connection under the same names: whoever writes a projection over
that connection writes there, by the same statements as always. Both databases find a temporary table first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from sqlalchemy import Connection, Table, bindparam, select

from sync.server.database.inbox_rows import APPLIED
from sync.server.database.sessions import Database
from sync.server.database.stock_tables import stock_balance, stock_movement
from sync.server.database.tables import (
    inbox,
    member_points,
    payment_attempt,
    price_difference,
    sale,
    sale_line,
    sale_return,
    sale_return_line,
    sale_tax,
    sale_tender,
    till,
    watched_act,
)

MOST_NAMED: Final = 5
"""Of what differs; the rest is only counted."""


class Family(NamedTuple):
    """Tables whose rows belong together under a key, parents first, and are put in place together.

    `apart` are columns that do not follow from the facts; `only` chooses the rows that do.
    """

    key: tuple[str, ...]
    tables: tuple[Table, ...]
    apart: tuple[str, ...] = ()
    only: str = "1 = 1"


LEDGER: Final = Family(
    ("event_id",),
    (stock_movement,),
    apart=("movement_id", "moved_at"),
    only="cause IN ('sale', 'return') AND reverses = ''",
)
BALANCES: Final = Family(("store_id", "product_id", "location"), (stock_balance,), only="quantity_milli <> 0")

FAMILIES: Final = (
    Family(("sale_id",), (sale, sale_line, sale_tender, sale_tax), apart=("price_check",)),
    Family(("return_id",), (sale_return, sale_return_line)),
    Family(("attempt_id",), (payment_attempt,)),
    Family(("event_id",), (watched_act,)),
    Family(("sale_id",), (member_points,), apart=("granted_at",)),
    LEDGER,
    BALANCES,
)
"""Everything that is made anew."""

KEPT: Final[dict[str, str]] = {
    "inbox": "the facts themselves",
    "conflict": "second versions of facts",
    "incarnation": "how far each journal is acknowledged",
    "alert": "what people have seen and settled",
    "till": "made by enrolment; its receipt counter is only ever raised to what the facts show",
    "price_difference": "what the centre's own pricing found, with the rules of then",
    "centre": "which life of the centre this is",
    **dict.fromkeys(
        ("store", "device", "enrolment_code", "key_escrow", "centre_secret"), "enrolment, by people and tills"
    ),
    **dict.fromkeys(
        ("stream_head", "stream_row", "stream_change", "stream_version", "product_identifier"),
        "published rows: imports, edits and the numbers that tills know",
    ),
    **dict.fromkeys(
        ("pickup_order", "pickup_step", "order_number", "order_rating", "reservation", "slot_booking"),
        "orders are placed at the centre; tills' steps are kept on them as they came",
    ),
    **dict.fromkeys(("picking_time", "recount_task", "shop_basket"), "work and baskets of the centre"),
    **dict.fromkeys(
        ("payment_charge", "message", "webhook_delivery", "channel"), "what was asked of and told to others"
    ),
    **dict.fromkeys(
        ("person", "person_session", "person_act", "sign_in_failure", "erased_member"), "people of the centre"
    ),
}
"""What does not follow from the facts of tills, by table, and why: it is kept as it is."""


class Difference(NamedTuple):
    """Where a served table is not what the facts say: how many keys, and some of them."""

    table: str
    many: int
    some: tuple[str, ...]


class AppliedEvent(NamedTuple):
    """A fact that was applied, and when it was heard."""

    inbox_id: int
    device_id: str
    envelope: str
    received_at: str


_PAGE = (
    select(inbox.c.inbox_id, inbox.c.device_id, inbox.c.envelope, inbox.c.received_at)
    .where(inbox.c.outcome == APPLIED, inbox.c.inbox_id > bindparam("after"))
    .order_by(inbox.c.inbox_id)
    .limit(bindparam("most"))
)


def applied_after(
    connection: Connection, after: int, most: int, *, kind: str = "", but: str = ""
) -> list[AppliedEvent]:
    """Return the applied events behind one in the order in which they landed, of a kind or but a kind."""
    page = _PAGE.where(inbox.c.kind == kind) if kind else _PAGE.where(inbox.c.kind != but)
    return [AppliedEvent(*row) for row in connection.execute(page, {"after": after, "most": most})]


@contextmanager
def beside(database: Database, *, replacing: bool) -> Iterator[Connection]:
    """Give a connection of its own with empty tables beside the served ones.

    With `replacing` nothing lands meanwhile, and what was done is committed; without, one state of the
    database is seen and nothing is kept. The database must be one that no statement was run on: a statement
    that was prepared before would go on meaning the served table.
    """
    if replacing:
        with database.write() as connection:
            if not database.is_sqlite:
                connection.exec_driver_sql('LOCK TABLE "inbox" IN SHARE ROW EXCLUSIVE MODE')
            _make_tables(connection)
            yield connection
    elif database.is_sqlite:
        with database.read() as connection:
            _make_tables(connection)
            yield connection
    else:
        with database.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="REPEATABLE READ")
            _make_tables(connection)
            yield connection
            connection.rollback()


def _make_tables(connection: Connection) -> None:
    for table in (table for family in FAMILIES for table in family.tables):
        _copy_shape(connection, table, "1 = 0")
    _copy_shape(connection, till, "1 = 1")
    connection.exec_driver_sql('UPDATE "till" SET last_receipt_counter = 0')
    connection.exec_driver_sql('CREATE INDEX made_attempts ON "payment_attempt" (attempt_id)')


def _copy_shape(connection: Connection, table: Table, rows: str) -> None:
    dropped = "" if connection.dialect.name == "sqlite" else " ON COMMIT DROP"
    statement = f'CREATE TEMP TABLE "{table.name}"{dropped} AS SELECT * FROM "{table.name}" WHERE {rows}'
    connection.exec_driver_sql(statement)


def sum_balances(connection: Connection) -> None:
    """Make the balances anew from the ledger: what was made anew of it, and what of it is kept."""
    key = ", ".join(BALANCES.key)
    made = f'SELECT {key}, quantity_milli FROM "{stock_movement.name}"'
    kept = (
        f"SELECT {key}, quantity_milli FROM {_served(connection, stock_movement)} WHERE NOT ({LEDGER.only})"
    )
    connection.exec_driver_sql(
        f'INSERT INTO "{stock_balance.name}" ({key}, quantity_milli) '
        f"SELECT {key}, SUM(quantity_milli) FROM ({made} UNION ALL {kept}) AS moved GROUP BY {key}"
    )


def differences(connection: Connection) -> list[Difference]:
    """Return where what is served is not what was made anew, and remember the keys for `replace`."""
    found = []
    for number, family in enumerate(FAMILIES):
        key = ", ".join(family.key)
        parts = [_unequal(connection, family, table) for table in family.tables]
        found += [_difference(connection, family, table) for table in family.tables]
        keys = f"SELECT DISTINCT {key} FROM ({' UNION ALL '.join(parts)}) AS d"
        connection.exec_driver_sql(f'CREATE TEMP TABLE "differs_{number}" AS {keys}')
    found.append(_counters_behind(connection))
    return [one for one in found if one.many]


def _difference(connection: Connection, family: Family, table: Table) -> Difference:
    key = " || ' ' || ".join(family.key)
    keys = f"SELECT DISTINCT {key} AS named FROM ({_unequal(connection, family, table)}) AS d"
    rows = connection.exec_driver_sql(f"{keys} ORDER BY named LIMIT {MOST_NAMED}").scalars().all()
    count = connection.exec_driver_sql(f"SELECT COUNT(*) FROM ({keys}) AS k").scalar_one() if rows else 0
    return Difference(table.name, count, tuple(rows))


def _unequal(connection: Connection, family: Family, table: Table) -> str:
    """Return the question for the keys of rows that stand on one side only, or not as often."""
    columns = ", ".join(f'"{column.name}"' for column in table.c if column.name not in family.apart)
    served = (
        f"SELECT {columns}, COUNT(*) FROM {_served(connection, table)} WHERE {family.only} GROUP BY {columns}"
    )
    made = f'SELECT {columns}, COUNT(*) FROM "{table.name}" WHERE {family.only} GROUP BY {columns}'
    key = ", ".join(family.key)
    sides = [
        f"SELECT {key} FROM ({one} EXCEPT {other}) AS e" for one, other in ((served, made), (made, served))
    ]
    return " UNION ALL ".join(sides)


def _counters_behind(connection: Connection) -> Difference:
    behind = (
        f'SELECT made.till_id FROM "{till.name}" AS made JOIN {_served(connection, till)} AS served '
        "ON served.till_id = made.till_id WHERE served.last_receipt_counter < made.last_receipt_counter"
    )
    rows = connection.exec_driver_sql(behind).scalars().all()
    return Difference(till.name, len(rows), tuple(rows[:MOST_NAMED]))


def replace(connection: Connection) -> None:
    """Put what was made anew in the place of what differs; the rest is not touched."""
    for number, family in enumerate(FAMILIES):
        _replace_family(connection, family, f'"differs_{number}"')
    served = _served(connection, till)
    seen = f'(SELECT last_receipt_counter FROM "{till.name}" AS made WHERE made.till_id = served.till_id)'
    connection.exec_driver_sql(
        f"UPDATE {served} AS served SET last_receipt_counter = {seen} WHERE last_receipt_counter < {seen}"
    )


def _replace_family(connection: Connection, family: Family, differing: str) -> None:
    key = ", ".join(family.key)
    chosen = f"({key}) IN (SELECT {key} FROM {differing}) AND {family.only}"
    if sale in family.tables:
        _keep_price_checks(connection, differing)
    for table in reversed(family.tables):
        connection.exec_driver_sql(f"DELETE FROM {_served(connection, table)} WHERE {chosen}")
    for table in family.tables:
        names = ", ".join(f'"{column.name}"' for column in table.c if column.name != "movement_id")
        rows = f'SELECT {names} FROM "{table.name}" WHERE {chosen}'
        connection.exec_driver_sql(f"INSERT INTO {_served(connection, table)} ({names}) {rows}")
    if sale in family.tables:
        names = ", ".join(price_difference.c.keys())
        rows = f'SELECT {names} FROM kept_difference WHERE sale_id IN (SELECT sale_id FROM "{sale.name}")'
        connection.exec_driver_sql(f"INSERT INTO {_served(connection, price_difference)} ({names}) {rows}")


def _keep_price_checks(connection: Connection, differing: str) -> None:
    """Carry over what the centre's own pricing said of sales that are put in place anew."""
    served, found = _served(connection, sale), _served(connection, price_difference)
    chosen = f"sale_id IN (SELECT sale_id FROM {differing})"
    connection.exec_driver_sql(f"CREATE TEMP TABLE kept_difference AS SELECT * FROM {found} WHERE {chosen}")
    connection.exec_driver_sql(f"DELETE FROM {found} WHERE {chosen}")
    connection.exec_driver_sql(
        f'UPDATE "{sale.name}" SET price_check = (SELECT served.price_check FROM {served} AS served '
        f'WHERE served.sale_id = "{sale.name}".sale_id) '
        f"WHERE {chosen} AND sale_id IN (SELECT sale_id FROM {served})"
    )


def _served(connection: Connection, table: Table) -> str:
    schema = "main" if connection.dialect.name == "sqlite" else connection.dialect.default_schema_name
    return f'"{schema}"."{table.name}"'


def tables_made() -> Sequence[str]:
    """Return the names of the tables that are made anew."""
    return [table.name for family in FAMILIES for table in family.tables]
