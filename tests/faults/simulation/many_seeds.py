"""The worlds of each run of the suite, divided among processes by files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.faults.simulation.run import Simulation

SEEDS = range(1, 81)
"""As many as the time of a run allows; `python -m tests.faults.simulation --seeds N` runs any number."""

SEEDS_OF_A_TEST = 40
STARTS = SEEDS[::SEEDS_OF_A_TEST]
HALVES = (STARTS[: len(STARTS) // 2], STARTS[len(STARTS) // 2 :])
"""The first seeds of the tests of `test_early_seeds.py` and of `test_late_seeds.py`."""


def worlds_from(simulation: Simulation, start: int) -> None:
    """Run the worlds of one test; something must have happened in them."""
    seen = all_hold(simulation, range(start, start + SEEDS_OF_A_TEST))
    for what in ("sales", "returns", "orders", "centres restored", "receipts printed"):
        assert seen[what], what  # a world in which nothing happened proves nothing


def all_hold(simulation: Simulation, seeds: Iterable[int]) -> Counter[str]:
    """Run seeds of which none may fail; return what happened in them."""
    seen: Counter[str] = Counter()
    for seed in seeds:
        outcome = simulation.run(seed)
        assert not outcome.complaints, (seed, outcome.complaints, outcome.trace[-25:])
        seen.update(outcome.figures)
    return seen
