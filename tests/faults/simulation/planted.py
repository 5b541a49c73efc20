"""Bugs that are planted into the product, one at a time, to see after how many seeds the judge notices.

    python -m tests.faults.simulation.planted              every bug, from the first world that can show it
    python -m tests.faults.simulation.planted --bug NAME
    python -m tests.faults.simulation.planted --known      every bug with the seed that noticed it last

Each is what somebody might really write. Nothing in the product knows of them: a function is exchanged from
outside while the seeds run, and the judge is never touched. Where a simulated day seldom has what a bug
needs, the race of fifty buyers or another test of the suite notices it, and is run for it here.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.faults import race_bugs
from tests.faults.fixed_hashes import start_again_with_fixed_hashes
from tests.faults.race import Track
from tests.faults.simulation import planted_centre, planted_till
from tests.faults.simulation.run import Simulation
from tests.faults.simulation.scenario import Scenario, draw

MOST_SEEDS = 100
SEEDS_OF_THE_RACE = range(1, 30)
"""Where the race's own seed for a bug tells another story by now."""

Plant = Callable[[], AbstractContextManager[object]]


class Bug(NamedTuple):
    """A bug, which worlds can show it at all, and a seed that noticed it.

    `of_race` names the bug in the race's own table: there the seed is one of the race. `of_test` is a test of
    the suite that fails while the bug is planted. With a seed of 0 one is to be found again: it was known
    until tills had one poll for all streams, which makes other stories.
    """

    plant: Plant
    shows_in: Callable[[Scenario], bool]
    seed: int
    of_race: str = ""
    of_test: str = ""


def _any(_: Scenario) -> bool:
    return True


def _orders(scenario: Scenario) -> bool:
    return scenario.orders


def _bad_network(scenario: Scenario) -> bool:
    return scenario.bad_network > 0.1


def _power_cut(scenario: Scenario) -> bool:
    return scenario.has_plug


def _only_sending(scenario: Scenario) -> bool:
    """Nothing is put back from a copy: then a till that does not ask what the centre has is no trouble."""
    return scenario.bad_network > 0.1 and not {"till_restored", "centre_restored"} & scenario.troubles.keys()


def _with(*troubles: str) -> Callable[[Scenario], bool]:
    return lambda scenario: all(one in scenario.troubles for one in troubles)


BUGS: dict[str, Bug] = {
    "what was sent again lands again": Bug(planted_centre.no_dedup, _bad_network, 4),
    "acknowledged beyond a gap": Bug(planted_centre.acknowledged_beyond_a_gap, _with("centre_restored"), 332),
    "a repeated fact closes no gap": Bug(
        planted_centre.a_gap_stays,
        _with("centre_restored"),
        0,
        of_test="tests/server/test_centre_intake.py::test_a_gap_is_closed_by_a_batch_that_repeats_what_landed_behind_it",
    ),
    "the last writer of a balance wins": Bug(
        planted_centre.last_writer_wins, lambda one: one.processes > 1, 1
    ),
    "a sale adds to the stock": Bug(planted_centre.stock_moves_the_other_way, _any, 1),
    "a reservation looks at what it remembers": Bug(planted_centre.reservation_without_lock, _orders, 6),
    "removals are not told": Bug(planted_centre.removals_are_lost, _any, 1),
    "a version is split across pages": Bug(
        planted_centre.versions_are_split, lambda one: one.page_rows == 3, 7
    ),
    "a restored centre keeps its epoch": Bug(
        planted_centre.restored_under_the_same_epoch, _with("centre_restored"), 23
    ),
    "rows change without their checksum": Bug(planted_centre.checksum_not_moved, _any, 1),
    "a version is passed by": Bug(planted_centre.versions_are_passed_by, _any, 1),
    "handed over once more": Bug(
        race_bugs.handed_over_once_more,
        _orders,
        race_bugs.BUGS["handed over once more"].seed,
        "handed over once more",
    ),
    "nobody hears of an oversell": Bug(race_bugs.nobody_hears_of_an_oversell, _orders, 27),
    "cancelled goods stay reserved": Bug(race_bugs.cancelled_goods_stay_reserved, _orders, 6),
    "synchronous is NORMAL": Bug(planted_till.synchronous_is_normal, _power_cut, 1),
    "a failed fsync is tried again": Bug(
        planted_till.fsync_is_tried_again, lambda one: one.has_plug and "disk_error" in one.troubles, 87
    ),
    "the cursor is stored before the rows": Bug(planted_till.cursor_before_rows, _any, 29),
    "checksums are not compared": Bug(planted_till.checksums_are_not_compared, _bad_network, 4),
    "the hash leaves the body out": Bug(planted_till.hash_without_body, _any, 1),
    "acknowledged when sent": Bug(planted_till.acknowledged_when_sent, _bad_network, 4),
    "what is refused is dropped": Bug(planted_till.dropped_when_refused, _only_sending, 104),
    "a retry is a new event": Bug(planted_till.retry_is_a_new_event, _bad_network, 1),
    "an old disk keeps its numbers": Bug(planted_till.incarnation_is_reused, _with("till_restored"), 4),
    "the centre's new epoch is not asked about": Bug(
        planted_till.epoch_is_ignored, _with("centre_restored"), 79
    ),
    "the terminal is asked first": Bug(planted_till.terminal_is_asked_first, _with("crash"), 46),
    "a receipt printed again is an original": Bug(planted_till.copies_are_originals, _with("crash"), 16),
    "open baskets are in memory": Bug(planted_till.baskets_in_memory, _with("crash"), 8),
    "a return forgets the ones before": Bug(planted_till.returns_without_bound, _any, 28),
    "a snapshot is swapped in two steps": Bug(planted_till.snapshot_in_two_steps, _with("cache_lost"), 55),
}
"""Each bug, by what is wrong."""


def caught_after(simulation: Simulation, bug: Bug, *, start: int = 1) -> tuple[int, str]:
    """Return after how many seeds a bug was noticed, and by which, with what the judge said; 0 for never.

    A world that cannot show the bug is passed over and not counted.
    """
    can_show = (seed for seed in count(start) if bug.shows_in(draw(seed)))
    with bug.plant():
        for number, seed in enumerate(islice(can_show, MOST_SEEDS), start=1):
            complaints = simulation.run(seed).complaints
            if complaints:
                return number, f"seed {seed}, {complaints[0].rule}: {complaints[0].text}"
    return 0, ""


def caught_by_known_seed(simulation: Simulation, bug: Bug) -> str:
    """Return what was said of a bug in the world that is known to show it, empty for nothing."""
    if bug.of_race:
        return _caught_by_race(bug.of_race)
    if bug.of_test:
        return _caught_by_test(bug)
    with bug.plant():
        complaints = simulation.run(bug.seed).complaints
    return f"seed {bug.seed}, {complaints[0].rule}: {complaints[0].text}" if complaints else ""


def _caught_by_race(name: str) -> str:
    bug = race_bugs.BUGS[name]
    with tempfile.TemporaryDirectory() as folder, bug.plant():
        track = Track(Path(folder))
        for seed in (bug.seed, *SEEDS_OF_THE_RACE):
            for one in track.run(seed).complaints:
                if one.rule in bug.rules:
                    return f"seed {seed} of the race, {one.rule}: {one.text}"
    return ""


def _caught_by_test(bug: Bug) -> str:
    """Run a test twice in processes of their own: it passes, and fails while the bug is planted."""
    name = next(name for name, each in BUGS.items() if each is bug)
    sound, broken = (
        subprocess.run(
            [sys.executable, "-m", "tests.faults.simulation.planted", "--within", within, "--bug", name],
            capture_output=True,
            check=False,
        ).returncode
        for within in ("soundness", "bug")
    )
    return f"{bug.of_test} fails" if (sound, broken) == (0, 1) else ""


def _run_test(bug: Bug, *, planted: bool) -> int:
    with bug.plant() if planted else nullcontext():
        return int(pytest.main(["-q", "-n0", "--assert=plain", "-p", "no:cacheprovider", bug.of_test]))


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line says; 1 when a bug was not caught."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--bug", choices=list(BUGS), default=None)
    parser.add_argument("--from-bug", type=int, default=0, help="leave the first ones of the table out")
    parser.add_argument("--within", choices=("soundness", "bug"), default="", help=argparse.SUPPRESS)
    parser.add_argument("--known", action="store_true", help="run the one seed that is known for each")
    wanted = parser.parse_args(arguments)
    if wanted.within:
        return _run_test(BUGS[wanted.bug], planted=wanted.within == "bug")
    missed = 0
    with Simulation() as simulation:
        for name in [wanted.bug] if wanted.bug else list(BUGS)[wanted.from_bug :]:
            bug = BUGS[name]
            if (wanted.known and bug.seed) or bug.of_race or bug.of_test:
                said = caught_by_known_seed(simulation, bug)
                seeds = 1 if said else 0
            else:
                seeds, said = caught_after(simulation, bug)
            missed += not seeds
            sys.stdout.write(f"{seeds or 'never':>5}  {name}  ({said[:110]})\n")
            sys.stdout.flush()
    sys.stdout.write(f"{missed} were not caught\n")
    return bool(missed)


if __name__ == "__main__":
    start_again_with_fixed_hashes("tests.faults.simulation.planted")
    sys.exit(main())
