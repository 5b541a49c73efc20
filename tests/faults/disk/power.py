"""Cut the power at every write of a till that sells, and see whether anything that it acknowledged is lost.

    python -m tests.faults.disk.power --every-write --seeds 3

A child process sells through the real services (`selling`); what it does to its files is recorded in order,
down to each call of the C library (`watched_folder`). After each recorded operation the power goes: the disk
that is then left (`platter`) is put into a folder, the product opens it and sells once more, and an oracle
that shares no code with it (`journal_oracle`) looks for every sale that the child had acknowledged by then.
`--planted` breaks the till or the disk on purpose; then something must be lost.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import open_files, open_till
from pos_app.database.journal import Journal
from pos_app.database.problems import DatabaseProblem
from pos_app.services.clock import uuid7
from pos_app.settings import TillSettings
from retail.events import DrawerOpened
from tests.faults.disk.journal_oracle import Judgement, Told, judge_folder
from tests.faults.disk.platter import FATES, Image, Platter
from tests.faults.disk.recording import Operation, Said, Synced, recording
from tests.faults.processes import ROOT, environment

NOON = "2026-03-14T14:33:00.000+08:00"
FAST_FOLDER = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where files are made and thrown away: what is watched is their order, not a real disk."""

PLANTED = ("none", "normal", "early", "lie")
"""Nothing; `synchronous=NORMAL`; a sale acknowledged before its commit; one `fsync` that does nothing."""


@dataclass(slots=True)
class Outcome:
    """What came of the images."""

    images: int = 0
    cuts: int = 0
    operations: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    fates: Counter[str] = field(default_factory=Counter)
    cache_discarded: int = 0


@dataclass(frozen=True, slots=True)
class Cut:
    """The power goes after so many operations, in this way."""

    after: int
    fate: str
    seed: int


def record(folder: Path, *, sales: int, planted: str = "none", lies: int = 0) -> list[Operation]:
    """Let a child sell, and return what it did; the replay of it must give the very files it left."""
    folder.mkdir(parents=True, exist_ok=True)
    till, told = folder / "till", folder / "recording"
    command = [sys.executable, "-m", "tests.faults.disk.selling", str(till), str(told)]
    command += ["--sales", str(sales), "--lies", str(lies)]
    command += ["--planted", planted if planted in {"normal", "early"} else "none"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(folder / "home"), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    operations = recording(told)
    assert _all_that_was_done(operations) == _files_in(till), "the recorder has missed something"
    assert "".join(each.text for each in operations if isinstance(each, Said)) == done.stdout
    return operations


def sync_before_an_acknowledgement(operations: Sequence[Operation], sale: int) -> int:
    """Return the number of the last sync before the child acknowledged its sale of this number."""
    syncs = sales = 0
    for each in operations:
        syncs += type(each).__name__.startswith("Synced")
        sales += isinstance(each, Said) and '"sale"' in each.text
        if sales == sale:
            return syncs
    raise AssertionError("so many sales were not acknowledged")


def every_write(operations: Sequence[Operation], seeds: int) -> Iterator[Cut]:
    """Give every cut: after each operation in each fate, with so many seeds where chance decides."""
    for after in range(1, len(operations) + 1):
        for fate in FATES:
            for seed in range(1 if fate in {"nothing", "everything", "names late", "last first"} else seeds):
                yield Cut(after, fate, seed)


def some_writes(operations: Sequence[Operation], *, seed: int, most: int) -> list[Cut]:
    """Return a sample over the whole run: right after each acknowledgement, around each sync, and any."""
    chance = random.Random(seed)
    after_said = [number for number, each in enumerate(operations, 1) if isinstance(each, Said)]
    around = [number for number, each in enumerate(operations) if isinstance(each, Synced)]
    cuts = [Cut(number, fate, seed) for number in after_said for fate in ("nothing", "torn")]
    cuts += [Cut(number, chance.choice(list(FATES)), seed) for number in around]
    while len(cuts) < most:
        cuts.append(
            Cut(chance.randint(1, len(operations)), chance.choice(list(FATES)), chance.getrandbits(32))
        )
    return sorted(cuts, key=lambda cut: cut.after)


def try_cuts(operations: Sequence[Operation], cuts: Iterator[Cut] | Sequence[Cut]) -> Outcome:
    """Cut the power, let the product open what is left, and judge; cuts come in the order of the run."""
    outcome = Outcome(operations=len(operations))
    platter, done = Platter(), 0
    seen: tuple[int, set[int]] = (0, set())
    for cut in cuts:
        while done < cut.after:
            platter.do(operations[done])
            done += 1
        outcome.cuts += 1
        image = platter.after_power_loss(FATES[cut.fate], random.Random(f"{cut.seed} {cut.after} {cut.fate}"))
        told_before = len(platter.said)
        if seen[0] != told_before:
            seen = (told_before, set())
        # The same disk with the same promises is judged the same.
        fingerprint = hash(tuple(sorted(image.items())))
        if fingerprint in seen[1]:
            continue
        seen[1].add(fingerprint)
        outcome.images += 1
        outcome.fates[cut.fate] += 1
        told = Told().hear(line for text in platter.said for line in text.splitlines())
        outcome.acknowledged = max(outcome.acknowledged, len(told.sales))
        _try(image, told, cut, outcome, whole=isinstance(operations[cut.after - 1], Said))
    return outcome


def _try(image: Image, told: Told, cut: Cut, outcome: Outcome, *, whole: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="evertill-power-", dir=FAST_FOLDER) as temporary:
        folder = Path(temporary) / "till"
        put(image, folder)
        before = f"after operation {cut.after} ({cut.fate}, seed {cut.seed}): "
        try:
            outcome.cache_discarded += sell_on(folder)
            if whole:
                _start_whole(folder)
        except DatabaseProblem as problem:
            outcome.wrong.append(f"{before}the till does not open: {problem}")
            outcome.lost += [before + sale for sale in told.sales]
            return
        judgement: Judgement = judge_folder(folder, told)
        outcome.lost += [before + text for text in judgement.lost]
        outcome.wrong += [before + text for text in judgement.wrong]


def put(image: Image, folder: Path) -> None:
    """Write an image into a new folder, with what shared memory may hold after a crash: anything."""
    folder.mkdir(mode=0o700)
    for name, content in image.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if name.endswith(".db"):
            path.with_name(path.name + "-shm").write_bytes(random.Random(len(content)).randbytes(32_768))


def sell_on(folder: Path) -> bool:
    """Open the files as every start does, and store one more fact; return whether the cache was renewed."""
    files = open_files(folder)
    try:
        journal = Journal(files.journal, now=lambda: NOON, monotonic_ms=lambda: 0, new_id=uuid7)
        if journal.identity() is not None:
            journal.record(DrawerOpened(cashier_id="E0001", reason="after the power came back"))
        return files.cache_was_discarded
    finally:
        files.close()


def _start_whole(folder: Path) -> None:
    """Open the till with all its services, as far as it goes without a window."""
    till = open_till(folder, TillSettings())
    try:
        till.paying.unresolved()
        till.receipts.sales()
    finally:
        till.close()


def _all_that_was_done(operations: Sequence[Operation]) -> Image:
    platter = Platter()
    for operation in operations:
        platter.do(operation)
    return platter.after_power_loss(FATES["everything"], random.Random(0))


def _files_in(folder: Path) -> Image:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.disk.power", description=__doc__)
    parser.add_argument("--every-write", action="store_true", help="cut after each operation, in each way")
    parser.add_argument("--seeds", type=int, default=1, help="how often chance decides at each operation")
    parser.add_argument("--images", type=int, default=400, help="how many, without --every-write")
    parser.add_argument("--sales", type=int, default=6)
    parser.add_argument("--planted", choices=PLANTED, default="none")
    options = parser.parse_args()
    _application = QCoreApplication([])  # a till has timers
    began = time.process_time()
    with tempfile.TemporaryDirectory(prefix="evertill-power-") as folder:
        operations = recorded_with(Path(folder), planted=options.planted, sales=options.sales)
    cuts = (
        every_write(operations, options.seeds)
        if options.every_write
        else some_writes(operations, seed=options.seeds, most=options.images)
    )
    outcome = try_cuts(operations, cuts)
    return _report(outcome, options.planted, time.process_time() - began)


def recorded_with(folder: Path, *, planted: str, sales: int) -> list[Operation]:
    """Record a run of the till, as it is or with a planted bug."""
    if planted != "lie":
        return record(folder, sales=sales, planted=planted)
    honest = record(folder / "honest", sales=sales)
    number = sync_before_an_acknowledgement(honest, sale=2)
    return record(folder / "lying", sales=sales, lies=number)


def _report(outcome: Outcome, planted: str, seconds: float) -> int:
    lines = [
        f"{outcome.operations} operations recorded, {outcome.acknowledged} sales acknowledged",
        f"{outcome.cuts} cuts of the power, {outcome.images} different disks, {seconds:.0f} s of CPU",
        ", ".join(f"{name} {count}" for name, count in outcome.fates.most_common()),
        f"{outcome.cache_discarded} times cache.db was thrown away",
        *outcome.lost[:20],
        *outcome.wrong[:20],
        f"{len(outcome.lost)} acknowledgements lost, {len(outcome.wrong)} other complaints",
        f"planted: {planted}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    failed = bool(outcome.lost or outcome.wrong)
    return int(failed if planted == "none" else not outcome.lost)


if __name__ == "__main__":
    sys.exit(main())
