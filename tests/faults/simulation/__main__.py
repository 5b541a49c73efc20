"""Simulate chains of tills and their centre, seed after seed, and let the judge look at each.

    python -m tests.faults.simulation --seeds 300
    python -m tests.faults.simulation --seeds 10000 --keep-going --jobs 2
    python -m tests.faults.simulation --trace 17       one seed, with all that happened in it

A seed tells one story: it ends with the same digest wherever it is told.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from tests.faults.fixed_hashes import start_again_with_fixed_hashes
from tests.faults.simulation.run import Outcome, Simulation, own_folder

LAST_EVENTS = 25
SEEDS_AT_A_TIME = 10


def say(text: object) -> None:
    """Write a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line says; 1 when a seed failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, default=25)
    parser.add_argument("--start", type=int, default=1)
    parser.add_argument("--tills", type=int, default=None, help="so many in every world, 1 to 20")
    parser.add_argument("--trace", type=int, default=None, help="replay one seed and tell its story")
    parser.add_argument("--keep-going", action="store_true", help="name every seed that fails")
    parser.add_argument("--jobs", type=int, default=1, help="processes that run seeds at once")
    wanted = parser.parse_args(arguments)
    if wanted.trace is not None:
        with Simulation(tills=wanted.tills) as simulation:
            return _replay(simulation, wanted.trace)
    seeds = range(wanted.start, wanted.start + wanted.seeds)
    return _run_many(seeds, tills=wanted.tills, jobs=wanted.jobs, keep_going=wanted.keep_going)


def _replay(simulation: Simulation, seed: int) -> int:
    outcome = simulation.run(seed)
    say("\n".join(outcome.trace))
    say(dict(outcome.figures))
    say(f"digest {outcome.digest}")
    for complaint in outcome.complaints:
        say(f"COMPLAINT {complaint.rule}: {complaint.text}")
    return bool(outcome.complaints)


def _run_many(seeds: range, *, tills: int | None, jobs: int, keep_going: bool) -> int:
    began, used = time.monotonic(), _cpu_seconds()
    done, failed, figures = 0, 0, Counter[str]()
    outcomes = _of_one(seeds, tills) if jobs == 1 else _of_several(seeds, tills, jobs)
    for outcome in outcomes:
        done += 1
        figures.update(outcome.figures)
        if outcome.complaints:
            failed += 1
            said = "; ".join(f"{one.rule}: {one.text}" for one in outcome.complaints[:4])
            say(f"seed {outcome.seed} ({len(outcome.complaints)} complaints): {said}")
            if not keep_going:
                say("\n".join(outcome.trace))
                outcomes.close()
                break
    seconds, cpu = time.monotonic() - began, _cpu_seconds() - used
    say(", ".join(f"{name} {count}" for name, count in sorted(figures.items())))
    say(
        f"{done} seeds from {seeds.start} on, {failed} failed, {figures['events']} events; "
        f"{seconds:.0f} s, {cpu:.0f} s of CPU, {cpu / max(1, done):.3f} s of CPU each"
    )
    return bool(failed)


def _of_one(seeds: range, tills: int | None) -> Generator[Outcome]:
    with Simulation(tills=tills) as simulation:
        for seed in seeds:
            yield _in_short(simulation.run(seed))


def _of_several(seeds: range, tills: int | None, jobs: int) -> Generator[Outcome]:
    """Run seeds in several processes; they are told in their order."""
    # A process of a pool ends without tidying up, so its worlds lie in a folder of this one.
    with own_folder() as folder:
        pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(tills, folder))
        try:
            pieces = [seeds[at : at + SEEDS_AT_A_TIME] for at in range(0, len(seeds), SEEDS_AT_A_TIME)]
            for found in pool.map(_run_piece, pieces):
                yield from found
        finally:
            pool.shutdown(cancel_futures=True)


_of_process: list[Simulation] = []
"""The simulation of a process that runs pieces; it goes with the process."""
_stack = ExitStack()


def _begin(tills: int | None, folder: Path) -> None:
    _of_process.append(_stack.enter_context(Simulation(tills=tills, folder=folder / str(os.getpid()))))


def _run_piece(seeds: range) -> list[Outcome]:
    return [_in_short(_of_process[0].run(seed)) for seed in seeds]


def _in_short(outcome: Outcome) -> Outcome:
    """Return an outcome with no more of its story than is told of a seed that failed."""
    return replace(outcome, trace=outcome.trace[-LAST_EVENTS:] if outcome.complaints else [])


def _cpu_seconds() -> float:
    """Return what this process and those that it has ended have used."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    start_again_with_fixed_hashes("tests.faults.simulation")
    sys.exit(main())
