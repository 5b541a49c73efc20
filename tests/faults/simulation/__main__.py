"""Simulate chains of tills and their centre, seed after seed, and let the judge look at each.

    python -m tests.faults.simulation --seeds 300
    python -m tests.faults.simulation --trace 17       one seed, with all that happened in it

A seed tells one story: it ends with the same digest wherever it is told.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter

from tests.faults.simulation.run import Outcome, Simulation

LAST_EVENTS = 25


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
    wanted = parser.parse_args(arguments)
    with Simulation(tills=wanted.tills) as simulation:
        if wanted.trace is not None:
            return _replay(simulation, wanted.trace)
        return _run_many(simulation, range(wanted.start, wanted.start + wanted.seeds), wanted.keep_going)


def _replay(simulation: Simulation, seed: int) -> int:
    outcome = simulation.run(seed)
    say("\n".join(outcome.trace))
    say(dict(outcome.figures))
    say(f"digest {outcome.digest}")
    for complaint in outcome.complaints:
        say(f"COMPLAINT {complaint.rule}: {complaint.text}")
    return bool(outcome.complaints)


def _run_many(simulation: Simulation, seeds: range, keep_going: bool) -> int:
    began, used = time.monotonic(), time.process_time()
    done, figures, failed = 0, Counter[str](), dict[int, Outcome]()
    for seed in seeds:
        outcome = simulation.run(seed)
        done += 1
        figures.update(outcome.figures)
        if outcome.complaints:
            failed[seed] = outcome
            said = "; ".join(f"{one.rule}: {one.text}" for one in outcome.complaints[:4])
            say(f"seed {seed} ({len(outcome.complaints)} complaints): {said}")
            if not keep_going:
                say("\n".join(outcome.trace[-LAST_EVENTS:]))
                break
    seconds, cpu = time.monotonic() - began, time.process_time() - used
    say(f"{done} seeds in {seconds:.1f} s, {cpu / done:.3f} s of CPU each; {len(failed)} failed")
    say(", ".join(f"{name} {count}" for name, count in sorted(figures.items())))
    return bool(failed)


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of a set must not make another story of a seed.
        os.execve(
            sys.executable,
            [sys.executable, "-m", "tests.faults.simulation", *sys.argv[1:]],
            {**os.environ, "PYTHONHASHSEED": "0"},
        )
    sys.exit(main())
