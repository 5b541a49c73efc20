"""Cut the power, kill or fill the disk at every write of a database's upgrade, and let it go on.

    python -m tests.faults.upgrades

Every schema that was ever shipped (`tests/database/shipped`, `tests/server/shipped`) is brought to today's by
the product itself, while every call that changes the folder is recorded. Then the upgrade ends after each of
these calls: as a program that was killed leaves it (everything written so far is there) and as a power cut
does, in each way of `disk.platter`. The disk that is left must open again, and come to the very schema and
the very rows of the upgrade that nobody disturbed. The same for a disk that refuses the n-th call for want of
room, or a sync.

Schema and rows are read with the driver and plain SQL, and none of the product's code.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as driver
from sqlalchemy.exc import OperationalError

from pos_app.database.files import open_cache, open_journal
from pos_app.database.problems import DatabaseProblem
from sync.server.database.sessions import Database
from sync.server.database.upgrade import upgrade
from tests.database.ship_schema import SHIPPED
from tests.database.till_files import KEY
from tests.fakes.postgresql import own_postgresql
from tests.faults import upgrades_postgresql
from tests.faults.disk.platter import FATES, Image, Platter
from tests.faults.disk.power import FAST_FOLDER, put
from tests.faults.disk.recording import Operation, Recorder
from tests.faults.disk.refusing import FAULTS, RefusingDisk
from tests.faults.disk.watched_folder import WatchedFolder

SHIPPED_CENTRES = SHIPPED.parent.parent / "server" / "shipped"
KILLED = "everything"
"""The fate that a killed program leaves: what it wrote is there, forced to the disk or not."""

POSTGRESQL = "postgresql"
"""The centre's other database: `upgrades_postgresql`."""

FULL = ("full from now on", "full once", "short write, then full")
SYNC_FAILS = "sync fails and forgets"

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of database: its file's name, its key, and how the product opens it, and so upgrades it."""

    file: str
    key: str
    open: Callable[[Path], None]


def _open_journal(folder: Path) -> None:
    open_journal(folder, KEY).close()


def _open_cache(folder: Path) -> None:
    open_cache(folder, KEY).close()


def _open_centre(folder: Path) -> None:
    database = Database(f"sqlite:///{folder / 'centre.db'}")
    try:
        upgrade(database)
    finally:
        database.close()


KINDS: dict[str, Kind] = {
    "journal": Kind("journal.db", KEY, _open_journal),
    "cache": Kind("cache.db", KEY, _open_cache),
    "centre": Kind("centre.db", "", _open_centre),
}


def shipped(name: str) -> list[Path]:
    """Return every file of a kind that is older than what the program writes."""
    folder = SHIPPED_CENTRES if name == "centre" else SHIPPED
    every = sorted(folder.glob(f"{name}-*.db"))
    return every if name == "centre" else every[:-1]


def content(folder: Path, kind: Kind) -> Content:
    """Return a database's schema and every row of it, in an order of its own."""
    connection = driver.connect(str(folder / kind.file))
    try:
        if kind.key:
            connection.execute(f"PRAGMA key = \"x'{kind.key}'\"")
        schema = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
        names = [name for what, name, _table, _sql in schema if what == "table"]
        found: Content = {
            name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for name in names
        }
        found["PRAGMA user_version"] = connection.execute("PRAGMA user_version").fetchone()
        found["PRAGMA quick_check"] = connection.execute("PRAGMA quick_check").fetchall()
        found["PRAGMA foreign_key_check"] = connection.execute("PRAGMA foreign_key_check").fetchall()
        found["schema"] = sorted(map(repr, schema))
        return found
    finally:
        connection.close()


@dataclass(slots=True)
class Outcome:
    """What came of the interrupted upgrades."""

    writes: int = 0
    disks: int = 0
    not_begun: int = 0
    finished: int = 0
    resumed: int = 0
    refused: int = 0
    said: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)


class Upgrade:
    """The upgrade of one shipped file: recorded once without trouble, then interrupted again and again."""

    def __init__(self, name: str, kept: Path, folder: Path) -> None:
        self.kind = KINDS[name]
        self._kept = kept
        self._folder = folder
        self.outcome = Outcome()
        self.operations, self._found = self._recorded()
        self.outcome.writes = len(self.operations) - self._found
        self.before = content(self._made("before"), self.kind)
        self.after = content(folder / "undisturbed", self.kind)

    def _made(self, name: str) -> Path:
        """Make a folder with the shipped file."""
        made = self._folder / name
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir(parents=True)
        shutil.copy(self._kept, made / self.kind.file)
        return made

    def _recorded(self) -> tuple[list[Operation], int]:
        """Return what the upgrade did, and how many operations stand for what was there before it."""
        folder, recorder = self._made("undisturbed"), Recorder()
        with WatchedFolder(folder, recorder):
            found = len(recorder.operations)
            self.kind.open(folder)
        return recorder.operations, found

    def cut(self, fates: Iterable[str], *, every: int = 1, resume_every: int = 1, seed: int = 1) -> None:
        """End the upgrade after each operation (each `every`-th) in these ways, and judge each disk once.

        An upgrade that had not happened yet is resumed on each `resume_every`-th of the disks.
        """
        platter, seen = Platter(), set[int]()
        for number, operation in enumerate(self.operations, 1):
            platter.do(operation)
            if number < self._found or (number % every and number != len(self.operations)):
                continue
            for fate in fates:
                chance = random.Random(f"{seed} {number} {fate}")
                image = platter.after_power_loss(FATES[fate], chance)
                mark = hash(tuple(sorted(image.items())))
                if mark not in seen:
                    seen.add(mark)
                    self._judge(image, f"{fate} after write {number}", resume_every)

    def _judge(self, image: Image, what: str, resume_every: int) -> None:
        outcome = self.outcome
        outcome.disks += 1
        folder = self._left(image)
        found = content(folder, self.kind)
        if found == self.after:
            outcome.finished += 1
        elif found != self.before:
            outcome.complaints.append(
                f"{what}: neither the old database nor the new one: {_other(found, self.after)}"
            )
        else:
            outcome.not_begun += 1
            if outcome.not_begun % resume_every:
                return
        # Once more as it was left: looking into it has moved its log.
        self._goes_on(self._left(image), what)

    def _left(self, image: Image) -> Path:
        folder = self._folder / "left"
        shutil.rmtree(folder, ignore_errors=True)
        put(image, folder)
        return folder

    def _goes_on(self, folder: Path, what: str) -> None:
        """Open a database as the program does at its next start."""
        self.outcome.resumed += 1
        try:
            self.kind.open(folder)
        except Exception as problem:  # noqa: BLE001  # whatever it is, the database does not open again
            self.outcome.complaints.append(f"{what}: does not open again: {problem!r}")
            return
        found = content(folder, self.kind)
        if found != self.after:
            self.outcome.complaints.append(
                f"{what}: goes on to another database: {_other(found, self.after)}"
            )

    def refuse(self, faults: Sequence[str] = (*FULL, SYNC_FAILS), *, every: int = 1) -> None:
        """Refuse the n-th call (each `every`-th), then let the disk be well and open again."""
        for fault in faults:
            number = 1
            while self._refuse(fault, number):
                number += every

    def _refuse(self, fault: str, number: int) -> bool:
        folder = self._made("full")
        disk = RefusingDisk(folder, FAULTS[fault], number)
        what = f"{fault}, call {number}"
        with WatchedFolder(folder, disk):
            try:
                self.kind.open(folder)
            except DatabaseProblem as problem:
                self.outcome.said[problem.code] += 1
            except OperationalError as problem:
                self.outcome.said[str(problem.orig)] += 1
            except Exception as problem:  # noqa: BLE001  # no sentence for whoever started the program
                self.outcome.complaints.append(f"{what}: {problem!r}")
        if not disk.refused:
            return False
        self.outcome.refused += 1
        forgotten = disk.platter().after_power_loss(FATES["nothing"], random.Random(0))
        self._goes_on(folder, what)
        self._goes_on(self._left(forgotten), f"{what}, and then the power went")
        return True


def _other(found: Content, wanted: Content) -> str:
    """Say in which tables two databases are not the same."""
    names = sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))
    return ", ".join(names[:8])


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.upgrades", description=__doc__)
    kinds = (*KINDS, POSTGRESQL)
    parser.add_argument("--kind", choices=kinds, action="append", help="one or several; else all")
    parser.add_argument("--every", type=int, default=1, help="end it after each so many-th write only")
    parser.add_argument("--resume-every", type=int, default=1, help="go on with each so many-th disk only")
    options = parser.parse_args()
    complaints = 0
    for name in options.kind or kinds:
        if name == POSTGRESQL:
            complaints += _on_postgresql(options.every)
            continue
        for kept in shipped(name):
            began = time.process_time()
            with tempfile.TemporaryDirectory(prefix="evertill-upgrade-", dir=FAST_FOLDER) as folder:
                one = Upgrade(name, kept, Path(folder))
                one.cut(FATES, every=options.every, resume_every=options.resume_every)
                one.refuse(every=options.every)
            complaints += _report(kept.stem, one.outcome, time.process_time() - began)
    return int(bool(complaints))


def _on_postgresql(every: int) -> int:
    complaints = 0
    with own_postgresql() as server:
        for kept in shipped("centre"):
            one = upgrades_postgresql.Upgrade(server, kept)
            one.end_at(range(1, one.outcome.statements + 1, every))
            found = one.outcome
            lines = [
                f"{kept.stem} on PostgreSQL: {found.statements} statements, ended at {found.ended} of them: "
                f"{len(found.complaints)} complaints",
                *found.complaints[:20],
            ]
            sys.stdout.write("\n".join(lines) + "\n")
            complaints += len(found.complaints)
    return complaints


def _report(name: str, outcome: Outcome, seconds: float) -> int:
    said = ", ".join(f"{text} {count}" for text, count in outcome.said.most_common())
    lines = [
        f"{name}: {outcome.writes} writes; {outcome.disks} different disks, {outcome.not_begun} as before, "
        f"{outcome.finished} upgraded; {outcome.refused} calls refused ({said}); "
        f"{outcome.resumed} opened again: {len(outcome.complaints)} complaints, {seconds:.0f} s of CPU",
        *outcome.complaints[:20],
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    return len(outcome.complaints)


if __name__ == "__main__":
    sys.exit(main())
