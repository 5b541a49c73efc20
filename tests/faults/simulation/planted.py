"""Bugs that are planted into the product, one at a time, to see after how many seeds the judge notices.

    python -m tests.faults.simulation.planted              every bug
    python -m tests.faults.simulation.planted --bug NAME

Each is what somebody might really write. Nothing in the product knows of them: a function is exchanged from
outside while the seeds run, and the judge is never touched.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple

from tests.faults import race_bugs
from tests.faults.simulation import planted_centre, planted_till
from tests.faults.simulation.run import Simulation

MOST_SEEDS = 100

Plant = Callable[[], AbstractContextManager[object]]


class Bug(NamedTuple):
    """A bug, and a seed that notices it."""

    plant: Plant
    seed: int


BUGS: dict[str, Bug] = {
    "what was sent again lands again": Bug(planted_centre.no_dedup, 1),
    "acknowledged beyond a gap": Bug(planted_centre.acknowledged_beyond_a_gap, 1),
    "quarantine holds up the queue": Bug(planted_centre.quarantine_blocks, 1),
    "the last writer of a balance wins": Bug(planted_centre.last_writer_wins, 1),
    "a sale adds to the stock": Bug(planted_centre.stock_moves_the_other_way, 1),
    "a reservation looks at what it remembers": Bug(planted_centre.reservation_without_lock, 1),
    "removals are not told": Bug(planted_centre.removals_are_lost, 1),
    "a version is split across pages": Bug(planted_centre.versions_are_split, 1),
    "a restored centre keeps its epoch": Bug(planted_centre.restored_under_the_same_epoch, 1),
    "rows change without their checksum": Bug(planted_centre.checksum_not_moved, 1),
    "a stream is numbered by each process": Bug(planted_centre.numbered_by_each_process, 1),
    "handed over once more": Bug(race_bugs.handed_over_once_more, 1),
    "nobody hears of an oversell": Bug(race_bugs.nobody_hears_of_an_oversell, 1),
    "cancelled goods stay reserved": Bug(race_bugs.cancelled_goods_stay_reserved, 1),
    "synchronous is NORMAL": Bug(planted_till.synchronous_is_normal, 1),
    "a failed fsync is tried again": Bug(planted_till.fsync_is_tried_again, 1),
    "the cursor is stored before the rows": Bug(planted_till.cursor_before_rows, 1),
    "checksums are not compared": Bug(planted_till.checksums_are_not_compared, 1),
    "the hash leaves the body out": Bug(planted_till.hash_without_body, 1),
    "acknowledged when sent": Bug(planted_till.acknowledged_when_sent, 1),
    "what is refused is dropped": Bug(planted_till.dropped_when_refused, 1),
    "a retry is a new event": Bug(planted_till.retry_is_a_new_event, 1),
    "an old disk keeps its numbers": Bug(planted_till.incarnation_is_reused, 1),
    "the centre's new epoch is not asked about": Bug(planted_till.epoch_is_ignored, 1),
    "the terminal is asked first": Bug(planted_till.terminal_is_asked_first, 1),
    "a receipt printed again is an original": Bug(planted_till.copies_are_originals, 1),
    "open baskets are in memory": Bug(planted_till.baskets_in_memory, 1),
    "a return forgets the ones before": Bug(planted_till.returns_without_bound, 1),
    "a snapshot is swapped in two steps": Bug(planted_till.snapshot_in_two_steps, 1),
}
"""Each bug, by what is wrong."""


def caught_after(simulation: Simulation, bug: Bug, *, start: int = 1) -> tuple[int, str]:
    """Return after how many seeds a bug was noticed, and what the judge said; 0 for never."""
    with bug.plant():
        for number, seed in enumerate(range(start, start + MOST_SEEDS), start=1):
            complaints = simulation.run(seed).complaints
            if complaints:
                return number, f"{complaints[0].rule}: {complaints[0].text}"
    return 0, ""


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line says; 1 when a bug was not caught."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bug", choices=list(BUGS), default=None)
    wanted = parser.parse_args(arguments)
    missed = 0
    with Simulation() as simulation:
        for name in [wanted.bug] if wanted.bug else list(BUGS):
            seeds, said = caught_after(simulation, BUGS[name])
            missed += not seeds
            sys.stdout.write(f"{seeds or 'never':>5}  {name}  ({said[:90]})\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(BUGS) - missed} of {len(BUGS)} caught\n" if not wanted.bug else "")
    return bool(missed)


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(
            sys.executable,
            [sys.executable, "-m", "tests.faults.simulation.planted", *sys.argv[1:]],
            {**os.environ, "PYTHONHASHSEED": "0"},
        )
    sys.exit(main())
