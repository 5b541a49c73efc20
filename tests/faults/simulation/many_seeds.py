"""The worlds of each run of the suite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.faults.simulation.run import Simulation

SEEDS = range(1, 301)
"""Those of each run; `python -m tests.faults.simulation --seeds N` runs any number."""

SEEDS_OF_A_TEST = 30


def all_hold(simulation: Simulation, seeds: Iterable[int]) -> Counter[str]:
    """Run seeds of which none may fail; return what happened in them."""
    seen: Counter[str] = Counter()
    for seed in seeds:
        outcome = simulation.run(seed)
        assert not outcome.complaints, (seed, outcome.complaints, outcome.trace[-25:])
        seen.update(outcome.figures)
    return seen
