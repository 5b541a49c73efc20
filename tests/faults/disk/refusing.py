"""Let the disk refuse each single call of a till that opens and sells, one after the other.

    python -m tests.faults.disk.refusing

The n-th open, write, truncation or sync of the till's files is refused, for n = 1, 2, 3 … until a whole run
passes without any; with each of the errors of `FAULTS`. The till must say what is wrong with one of its own
sentences, keep nothing half done, and never sync a file handle again whose sync has failed. When the disk is
well again it sells on, and every sale that it acknowledged is there: in its files, and on the platter of a
disk that forgets for ever what it refused to keep.
"""

from __future__ import annotations

import argparse
import errno
import io
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import Till, open_files
from pos_app.database.problems import DatabaseProblem
from pos_app.devices.ports import TerminalAnswer, TerminalOutcome
from pos_app.opening import CannotOpen, opened
from pos_app.program import parser
from pos_app.viewmodels.sentences import Sentences
from tests.faults.disk.journal_oracle import Told, judge_folder
from tests.faults.disk.platter import FATES, Platter
from tests.faults.disk.power import FAST_FOLDER, put, sell_on
from tests.faults.disk.recording import Recorder
from tests.faults.disk.selling import Workers, sell, started_till
from tests.faults.disk.watched_folder import GO_ON, Call, Verdict, WatchedFolder

WRITING = frozenset({"open", "write", "truncate", "sync", "unlink", "rename", "mkdir"})


@dataclass(frozen=True, slots=True)
class Fault:
    """What the disk answers: `error`, to calls of these kinds; to one alone, or to all from then on.

    `only_growing`: a full disk still takes what needs no room. `written_first`: the refused write has
    written so many bytes. `forgets`: what was on its way when a sync failed is gone from memory as well.
    """

    error: int
    kinds: frozenset[str] = WRITING
    lasts: bool = False
    only_growing: bool = False
    written_first: int | None = None
    forgets: bool = False


SYNC = frozenset({"sync"})
WRITE = frozenset({"write"})

FAULTS: dict[str, Fault] = {
    "full from now on": Fault(errno.ENOSPC, WRITING - {"unlink", "sync"}, lasts=True, only_growing=True),
    "full once": Fault(errno.ENOSPC, WRITING - {"unlink"}),
    "error once": Fault(errno.EIO),
    "errors from now on": Fault(errno.EIO, lasts=True),
    "read-only from now on": Fault(errno.EROFS, lasts=True),
    "short write, then full": Fault(errno.ENOSPC, WRITE, lasts=True, only_growing=True, written_first=700),
    "short write, then error": Fault(errno.EIO, WRITE, lasts=True, written_first=700),
    "sync fails and forgets": Fault(errno.EIO, SYNC, forgets=True),
    "syncs fail and forget": Fault(errno.EIO, SYNC, lasts=True, forgets=True),
}


class RefusingDisk(Recorder):
    """Refuses the call of a number, counted over those that its fault is about, and keeps a platter."""

    def __init__(self, folder: Path, fault: Fault, number: int) -> None:
        super().__init__()
        self.well = False
        self.refused: list[Call] = []
        self.retried: dict[str, str] = {}
        self._folder = folder
        self._fault = fault
        self._number = number
        self._count = 0
        self._failed_handles: set[int] = set()

    def judge(self, call: Call) -> Verdict:
        """Refuse it, when it is its turn."""
        if call.kind == "sync" and call.handle in self._failed_handles:
            self.retried[call.name] = f"{call.name} was synced again after its sync had failed"
        if call.kind == "unlink" and call.name.endswith(".new"):
            self.retried.pop(call.name, None)  # thrown away while it was made: nobody believes that sync
        if self.well or not self._is_about(call):
            return GO_ON
        self._count += 1
        if self._count < self._number or (self.refused and not self._fault.lasts):
            return GO_ON
        self.refused.append(call)
        if self._fault.written_first is not None and len(self.refused) == 1:
            return Verdict(only=self._fault.written_first)
        if call.kind == "sync":
            self._failed_handles.add(call.handle)
        return Verdict(error=self._fault.error)

    def _is_about(self, call: Call) -> bool:
        wanted = call.kind in self._fault.kinds and call.writing
        return wanted and (call.grows or not self._fault.only_growing)

    def sync_failed(self, file: int, name: str) -> None:
        """Forget what was on its way; with it goes the memory of it, as Linux may drop such pages."""
        super().sync_failed(file, name)
        if self._fault.forgets:
            (self._folder / name).write_bytes(self.platter().safe_content(file))

    def platter(self) -> Platter:
        """Return the disk as it is now."""
        platter = Platter()
        for operation in self.operations:
            platter.do(operation)
        return platter


OPENING = frozenset({"opening", "opening on the healed disk", "starting", "starting again"})
"""Where no view-model stands between a problem and the person: the program itself must say the sentence."""


@dataclass(slots=True)
class Outcome:
    """What came of all runs."""

    runs: Counter[str] = field(default_factory=Counter)
    sentences: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One run of the till on one folder, with the disk's n-th call refused."""

    folder: Path
    disk: RefusingDisk
    outcome: Outcome
    complaints: list[str] = field(default_factory=list)
    last_code: str = ""

    def attempt(self, what: str, do: Callable[[], object]) -> bool:
        """Do something; a problem must have a sentence. Return whether it was done."""
        try:
            do()
        except CannotOpen as problem:
            self.outcome.sentences[f"opening: {problem.code}"] += 1
        except DatabaseProblem as problem:
            if what in OPENING:
                self.complaints.append(f"{what}: {problem} is not caught where the till is opened")
            if problem.code not in Sentences(lambda: 2)._of_the_till():
                self.complaints.append(f"{what}: {problem.code} has no sentence")
            self.last_code = problem.code
            self.outcome.sentences[f"selling: {problem.code}"] += 1
        except Exception as error:  # noqa: BLE001  # whatever a cashier would meet without a sentence
            self.complaints.append(f"{what}: {type(error).__name__} without a sentence: {error}")
        else:
            return True
        return False


def serve(till: Till, number: int) -> None:
    """Sell as a cashier would: what is in doubt is asked about first."""
    for request in till.paying.unresolved():
        till.paying.answered(request, TerminalAnswer(TerminalOutcome.APPROVED, reference="ref-2"))
    sell(till, number)


def sell_under(run: Run) -> None:
    """Open the till, sell three times, let the workers work, heal the disk, sell again."""
    tills: list[Till] = []

    def open_it() -> None:
        tills.append(opened(parser().parse_args(["--data", str(run.folder)])))

    if not run.attempt("opening", open_it):
        run.disk.well = True
        if not run.attempt("opening on the healed disk", open_it):
            run.complaints.append("the till does not open on the healed disk")
            return
    till = tills[0]
    workers = Workers(till)
    try:
        if not run.attempt("starting", till.start):
            run.disk.well = True
            run.attempt("starting again", till.start)
        for number in range(3):
            run.attempt(f"sale {number}", lambda number=number: serve(till, number))  # type: ignore[misc]  # bound now
            run.attempt(f"work {number}", lambda number=number: workers.work(number + 3))  # type: ignore[misc]  # bound now
        run.disk.well = True
        sold = run.attempt("a sale on the healed disk", lambda: serve(till, 4))
    finally:
        workers.close()
        run.attempt("closing", till.close)
    if not sold:
        sell_after_a_restart(run)


def sell_after_a_restart(run: Run) -> None:
    """Do what the sentence of a failing disk says: restart the till, and sell on."""
    if run.last_code != "disk_failing":
        run.complaints.append(f"no sale on the healed disk: {run.last_code}")
        return
    till = opened(parser().parse_args(["--data", str(run.folder)]))
    try:
        if not run.attempt("a sale after a restart", lambda: serve(till, 4)):
            run.complaints.append("no sale on the healed disk after a restart")
    finally:
        till.close()


def first_start_under(run: Run) -> None:
    """Make the files of a new till."""
    if not run.attempt("the first start", lambda: open_files(run.folder).close()):
        run.disk.well = True
        if not run.attempt("the first start on the healed disk", lambda: open_files(run.folder).close()):
            run.complaints.append("the first start cannot be made again")


RUNS: dict[str, Callable[[Run], None]] = {"first start": first_start_under, "selling": sell_under}


def prepared(folder: Path) -> Path:
    """Make a till that has sold once and was closed."""
    till = started_till(folder)
    with redirect_stdout(io.StringIO()):
        sell(till, 0)
    till.close()
    return folder


def refuse_each(
    which: str, template: Path | None, names: list[str], outcome: Outcome, *, step: int = 1, begin: int = 1
) -> None:
    """Refuse the n-th call, from `begin` in steps, until a run goes through without a refusal."""
    for name in names:
        number = begin
        while refuse_one(which, template, name, number, outcome):
            number += step


def refuse_one(which: str, template: Path | None, name: str, number: int, outcome: Outcome) -> bool:
    """Refuse one call and judge; return whether there was such a call."""
    with tempfile.TemporaryDirectory(prefix="evertill-refuse-", dir=FAST_FOLDER) as temporary:
        folder = Path(temporary) / "till"
        if template is not None:
            shutil.copytree(template, folder)
        else:
            folder.mkdir()
        disk = RefusingDisk(folder, FAULTS[name], number)
        run = Run(folder, disk, outcome)
        said = io.StringIO()
        with redirect_stdout(said), WatchedFolder(folder, disk):
            RUNS[which](run)
        told = Told().hear(said.getvalue().splitlines())
        outcome.runs[f"{which}: {name}"] += 1
        outcome.calls.update(f"{call.kind} {call.name}" for call in disk.refused[:1])
        if which == "selling":
            run.complaints += judge_after(folder, disk, told, Path(temporary) / "platter")
        run.complaints += sorted(disk.retried.values())
        refused = disk.refused[0] if disk.refused else None
        where = (
            f"{which}, {name}, call {number} ({refused.kind} {refused.name}): " if refused else f"{which}: "
        )
        outcome.complaints += [where + text for text in run.complaints]
        return refused is not None


def judge_after(folder: Path, disk: RefusingDisk, told: Told, platter: Path) -> list[str]:
    """Judge the files, and what a power cut would leave of them now; the till sells on with both."""
    put(disk.platter().after_power_loss(FATES["nothing"], random.Random(0)), platter)
    found = []
    for what, place in (("", folder), ("on the platter: ", platter)):
        try:
            sell_on(place)
        except DatabaseProblem as problem:
            found.append(f"{what}the till does not open again: {problem}")
        found += [what + text for text in judge_folder(place, told).complaints]
    return found


def main() -> int:
    """Run the command."""
    described = argparse.ArgumentParser(prog="python -m tests.faults.disk.refusing", description=__doc__)
    described.add_argument("--fault", choices=FAULTS, action="append", help="one or several; else all")
    described.add_argument("--step", type=int, default=1, help="refuse every so many-th call only")
    options = described.parse_args()
    _application = QCoreApplication([])  # a till has timers
    began = time.process_time()
    outcome = Outcome()
    names = options.fault or list(FAULTS)
    with tempfile.TemporaryDirectory(prefix="evertill-refuse-", dir=FAST_FOLDER) as folder:
        template = prepared(Path(folder) / "till")
        refuse_each("first start", None, names, outcome, step=options.step)
        refuse_each("selling", template, names, outcome, step=options.step)
    return report(outcome, time.process_time() - began)


def report(outcome: Outcome, seconds: float) -> int:
    """Print the verdict; return the exit code."""
    lines = [f"{count:6d}  {name}" for name, count in sorted(outcome.runs.items())]
    lines += [f"{count:6d}  {name}" for name, count in outcome.sentences.most_common()]
    lines.append(
        "refused first: " + ", ".join(f"{name} {count}" for name, count in outcome.calls.most_common())
    )
    lines += outcome.complaints[:60]
    lines.append(
        f"{sum(outcome.runs.values())} runs, {len(outcome.complaints)} complaints, {seconds:.0f} s of CPU"
    )
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(outcome.complaints))


if __name__ == "__main__":
    sys.exit(main())
