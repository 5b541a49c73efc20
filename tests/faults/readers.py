"""Many writers and readers of one stream on PostgreSQL: no change missed, none seen twice.

`python -m tests.faults.readers` starts a PostgreSQL of its own, lets 16 writers publish half a million
changes in four processes while 20 readers in four others follow them by the cursor, and prints what they saw.

Beside each publication the writers add a row whose number is a plain sequence, in the same transaction. A
reader that believes such numbers (`number > last`) is in the same run: it has to miss some, or the run was
too tame to prove anything. A sequence gives its numbers before a transaction commits, so a higher number can
be seen before a lower one.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import text

from retail.catalogue import Price
from sync.protocol import row_checksum
from sync.server.database.sessions import Database
from sync.server.streams import Publication, changes_page, publish

STREAM: Final = ("prices", "S1")
CHANGES_AT_ONCE: Final = 100
KEYS_OF_A_WRITER: Final = 150
"""Each round changes some of them, so rows are added, replaced and removed."""

PAGE: Final = 700
PROCESSES: Final = 4
"""For the writers, and as many for the readers: threads of one would mostly wait for each other."""

GIVE_UP_SECONDS: Final = 900.0


class Seen(msgspec.Struct, frozen=True):
    """What one reader of the stream saw: versions, those out of place, changes, the checksum at the end."""

    versions: int
    out_of_place: int
    changes: int
    checksum: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to. `logged` are the changes that the database has, `checksum` that of the stream."""

    versions: int
    logged: int
    checksum: str
    readers: tuple[Seen, ...]
    naive_rows: int
    naive_missed: int
    seconds: float

    @property
    def complaints(self) -> tuple[str, ...]:
        """Return what is wrong, each in a sentence."""
        whole = Seen(self.versions, 0, self.logged, self.checksum)
        found = [
            f"reader {at} saw {seen}, not {whole}" for at, seen in enumerate(self.readers) if seen != whole
        ]
        if not self.naive_missed:
            found.append("the naive reader missed nothing: the writers did not overlap")
        return tuple(found)


def run(url: str, *, writers: int, readers: int, changes: int, processes: int = PROCESSES) -> Outcome:
    """Let writers and readers loose on an empty centre's PostgreSQL, and return what they saw."""
    rounds = max(1, changes // (writers * CHANGES_AT_ONCE))
    expected = writers * rounds
    database = Database(url)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE naive (number bigserial PRIMARY KEY, writer integer NOT NULL)"))
    began = time.monotonic()
    with ProcessPoolExecutor(2 * processes + 1, multiprocessing.get_context("spawn")) as pool:
        naive = pool.submit(_read_naively, url, expected)
        reading = [
            pool.submit(_in_threads, "read", url, some, expected) for some in _shares(readers, processes)
        ]
        writing = [
            pool.submit(_in_threads, "write", url, some, rounds) for some in _shares(writers, processes)
        ]
        _wait_for_all([*writing, *reading, naive])
        seen = [Seen(*each) for one in reading for each in one.result()]
        naive_rows, naive_seen = naive.result()
    seconds = time.monotonic() - began
    with database.read() as connection:
        head = changes_page(connection, STREAM, epoch="", after=expected, limit=1)
        logged = connection.execute(text("SELECT count(*) FROM stream_change")).scalar_one()
    database.close()
    return Outcome(
        versions=head.head,
        logged=logged,
        checksum=head.checksum,
        readers=tuple(seen),
        naive_rows=naive_rows,
        naive_missed=naive_rows - naive_seen,
        seconds=seconds,
    )


def _shares(people: int, processes: int) -> list[list[int]]:
    """Divide people over the processes."""
    return [some for start in range(processes) if (some := list(range(people))[start::processes])]


def _wait_for_all(futures: list[Future[Any]]) -> None:
    for one in futures:
        one.result(timeout=GIVE_UP_SECONDS)


def _in_threads(what: str, url: str, people: list[int], rounds: int) -> list[tuple[Any, ...]]:
    """Run a process's share of the people, each on a thread."""
    work: Callable[[Database, int, int], tuple[Any, ...]] = {"read": _read, "write": _write}[what]
    database = Database(url)
    try:
        with ThreadPoolExecutor(len(people)) as pool:
            return list(pool.map(lambda person: work(database, person, rounds), people))
    finally:
        database.close()


def _write(database: Database, writer: int, rounds: int) -> tuple[int]:
    for number in range(rounds):
        puts, removes = _changes(writer, number)

        def work(connection: Any, puts: list[Price] = puts, removes: list[str] = removes) -> None:
            connection.execute(text("INSERT INTO naive (writer) VALUES (:writer)"), {"writer": writer})
            publish(connection, {STREAM: Publication(puts=puts, removes=removes)})

        database.write_again(work)
    return (writer,)


def _changes(writer: int, number: int) -> tuple[list[Price], list[str]]:
    """Return a round's rows, which walk round the writer's keys, and the keys that the round before left."""
    start = number * 7
    keys = [f"{writer}-{(start + place) % KEYS_OF_A_WRITER}" for place in range(CHANGES_AT_ONCE)]
    puts = [
        Price(product_id=key, unit_price_minor=Decimal(1000 * number + place))
        for place, key in enumerate(keys)
    ]
    gone = (
        [f"price:{writer}-{(start - 1 - place) % KEYS_OF_A_WRITER}" for place in range(7)] if number else []
    )
    return puts, gone


def _read(database: Database, _reader: int, expected: int) -> tuple[int, int, int, str]:
    """Follow the stream by its cursor until the expected version."""
    rows: dict[str, bytes] = {}
    after = versions = out_of_place = changes = 0
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while after < expected and time.monotonic() < deadline:
        with database.read() as connection:
            page = changes_page(connection, STREAM, epoch="", after=after, limit=PAGE)
        last = after
        for change in page.changes:
            if change.seq != last:
                out_of_place += change.seq != last + 1
                versions, last = versions + 1, change.seq
            if change.op == "put":
                rows[change.key] = bytes(change.row)
            else:
                rows.pop(change.key, None)
        changes += len(page.changes)
        after = page.next_after
    checksum = sum(row_checksum(key, row) for key, row in rows.items()) % 2**64
    return versions, out_of_place, changes, f"{checksum:016x}"


def _read_naively(url: str, expected: int) -> tuple[int, int]:
    """Follow the plain sequence as a naive reader does; return how many rows there are, and were seen."""
    database = Database(url)
    last = seen = there = 0
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while there < expected and time.monotonic() < deadline:
        with database.read() as connection:
            there = connection.execute(text("SELECT count(*) FROM naive")).scalar_one()
            found = connection.execute(
                text("SELECT number FROM naive WHERE number > :last ORDER BY number"), {"last": last}
            )
            numbers = found.scalars().all()
        seen += len(numbers)
        last = numbers[-1] if numbers else last
        time.sleep(0.002)
    database.close()
    return there, seen


def main(arguments: list[str]) -> int:
    """Run on a PostgreSQL of its own and print the outcome; 1 when somebody missed something."""
    from tests.fakes.postgresql import own_postgresql  # noqa: PLC0415  # only the command starts a server

    parser = argparse.ArgumentParser(prog="python -m tests.faults.readers", description=__doc__)
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--changes", type=int, default=500_000)
    options = parser.parse_args(arguments)
    with own_postgresql() as url:
        outcome = run(url, writers=options.writers, readers=options.readers, changes=options.changes)
    told = msgspec.to_builtins(outcome) | {"readers": len(outcome.readers)}
    lines = outcome.complaints or ("No change was missed and none was seen twice.",)
    print(json.dumps(told, indent=2), *lines, sep="\n")  # noqa: T201  # the command's answer
    return 1 if outcome.complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
