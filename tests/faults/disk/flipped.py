"""Flip single bits in a till's files: what it takes from the journal is noticed, nothing false is believed.

    python -m tests.faults.disk.flipped --flips 1000

The files are those of a till that was killed while it sold: acknowledged sales lie in `journal.db` and in its
write-ahead log. One bit of one file is flipped, the till is opened as on every start, and asked to verify its
files. Then either the product has said that something is damaged, or the files hold row for row what they
held, or they were put right: every acknowledged sale is there, whole, in a chain that verifies.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import open_files
from pos_app.database.problems import DatabaseProblem
from tests.faults.disk.journal_oracle import Told, judge_folder
from tests.faults.disk.power import FAST_FOLDER
from tests.faults.disk.selling import Workers, sell, started_till
from tests.faults.till_file import opened_till_file

DONE_AGAIN = frozenset({"identity", "print_jobs"})
"""Tables in which no fact stands: what the centre has acknowledged, and what was printed. Both are done again
where they are forgotten (events have their ids, a second print says COPY)."""

FILES = ("journal.db", "journal.db-wal", "cache.db", "cache.db-wal")


@dataclass(slots=True)
class Outcome:
    """What came of the flips: how each was noticed, or that it touched nothing that is in force."""

    noticed: Counter[str] = field(default_factory=Counter)
    harmless: Counter[str] = field(default_factory=Counter)
    cured: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)


def killed_till(folder: Path, sales: int = 8) -> Told:
    """Make the files of a till that was killed: some of what it sold is folded back, some only in the log."""
    told = folder.with_name("told")
    child = os.fork()
    if not child:
        _sell_and_die(folder, told, sales)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, "the till that was to be killed has failed"
    return Told().hear(told.read_text("utf-8").splitlines())


def _sell_and_die(folder: Path, told: Path, sales: int) -> None:
    """Sell in a child and end it without closing anything."""
    code = 1
    try:
        till = started_till(folder)
        with told.open("w", encoding="utf-8") as lines, redirect_stdout(lines):
            workers = Workers(till)
            for number in range(sales):
                sell(till, number)
                workers.work(number)
        code = 0
    finally:
        os._exit(code)


def content(path: Path, key: str) -> Mapping[str, str]:
    """Return a digest of every table, read from a copy with the driver and none of the product's code."""
    with tempfile.TemporaryDirectory(prefix="evertill-read-", dir=FAST_FOLDER) as copies:
        for ending in ("", "-wal"):
            if path.with_name(path.name + ending).exists():
                shutil.copy(path.with_name(path.name + ending), copies)
        with closing(opened_till_file(Path(copies) / path.name, key)) as connection:
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
            ).fetchall()
            return {name: _digest(connection, name) for (name,) in tables}


def reports_a_salvage(path: Path, key: str) -> bool:
    """Say whether a report waits for a person that the journal was put right from its mirror."""
    with closing(opened_till_file(path, key)) as connection:
        found = connection.execute("SELECT value FROM local_settings WHERE name = 'salvage_report'")
        return bool((found.fetchone() or ("",))[0])


def _digest(connection: Any, table: str) -> str:
    digest = hashlib.sha256()
    for row in connection.execute(f'SELECT * FROM "{table}"'):
        digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def noticed_at(folder: Path) -> str:
    """Start the product and let it verify; return what it said, if anything."""
    try:
        files = open_files(folder)
    except DatabaseProblem as problem:
        return f"start: {problem.code}"
    try:
        for database in (files.journal, files.cache):
            try:
                database.check()
            except DatabaseProblem as problem:
                return f"verify: {problem.code}"
        return "start: cache renewed" if files.cache_was_discarded else ""
    finally:
        files.close()


class Flipper:
    """Flips bits in copies of a killed till's files, one at a time, and judges what becomes of each."""

    def __init__(self, template: Path, told: Told) -> None:
        self._template = template
        self._told = told
        self._key = (template / "till.key").read_text("ascii").strip()
        self._before = {name: content(template / name, self._key) for name in ("journal.db", "cache.db")}
        self.outcome = Outcome()

    def flip_some(self, flips: int, seed: int, files: Sequence[str] = FILES) -> Outcome:
        """Flip so many bits in each file."""
        chance = random.Random(seed)
        for file in files:
            bits = (self._template / file).stat().st_size * 8
            for _ in range(flips):
                self.flip(file, chance.randrange(bits))
        return self.outcome

    def flip(self, file: str, bit: int) -> None:
        """Flip one bit in a copy of the files and judge what the product makes of it."""
        with tempfile.TemporaryDirectory(prefix="evertill-flip-", dir=FAST_FOLDER) as temporary, _silence():
            folder = Path(temporary) / "till"
            shutil.copytree(self._template, folder)
            damaged = bytearray((folder / file).read_bytes())
            damaged[bit // 8] ^= 1 << bit % 8
            (folder / file).write_bytes(damaged)
            said = noticed_at(folder)
            if said:
                self.outcome.noticed[f"{file}: {said}"] += 1
            else:
                self._judge_silence(folder, file, bit)

    def _judge_silence(self, folder: Path, file: str, bit: int) -> None:
        """Judge files of which the product has said nothing: what was in force is, or was put right."""
        name = file.removesuffix("-wal")
        before, after = self._before[name], content(folder / name, self._key)
        changed = sorted(each for each in {*after, *before} if after.get(each) != before.get(each))
        if not changed:
            self.outcome.harmless[file] += 1
            return
        salvaged = name == "journal.db" and reports_a_salvage(folder / name, self._key)
        complaints: tuple[str, ...] = ("believed",)
        if name == "journal.db" and (salvaged or set(changed) <= DONE_AGAIN):
            complaints = judge_folder(folder, self._told, spooled=not salvaged).complaints
        if complaints:
            self.outcome.complaints.append(
                f"{file}, bit {bit}: {', '.join(changed)} changed unnoticed: {complaints[0]}"
            )
        else:
            what = "put right from the mirror" if salvaged else f"done again: {', '.join(changed)}"
            self.outcome.cured[f"{file}: {what}"] += 1


@contextmanager
def _silence() -> Iterator[None]:
    """Keep SQLCipher's own words about damaged pages from the terminal; hundreds of lines for each."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.disk.flipped", description=__doc__)
    parser.add_argument("--flips", type=int, default=1000, help="in each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", choices=FILES, action="append", help="one or several; else all")
    options = parser.parse_args()
    began = time.process_time()
    with tempfile.TemporaryDirectory(prefix="evertill-flip-", dir=FAST_FOLDER) as folder:
        template = Path(folder) / "till"
        flipper = Flipper(template, killed_till(template))
        outcome = flipper.flip_some(options.flips, options.seed, options.file or FILES)
    lines = [f"{count:6d}  noticed, {name}" for name, count in sorted(outcome.noticed.items())]
    lines += [
        f"{count:6d}  in nothing that is in force, {name}" for name, count in sorted(outcome.harmless.items())
    ]
    lines += [f"{count:6d}  {name}" for name, count in sorted(outcome.cured.items())]
    lines += outcome.complaints[:20]
    lines.append(f"{len(outcome.complaints)} complaints, {time.process_time() - began:.0f} s of CPU")
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(outcome.complaints))


if __name__ == "__main__":
    _application = QCoreApplication([])
    sys.exit(main())
