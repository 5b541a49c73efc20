"""Simulated chains: whatever happens to them, all invariants hold. Any process takes some of the seeds."""

from __future__ import annotations

import pytest

from tests.faults.simulation.many_seeds import SEEDS, SEEDS_OF_A_TEST, all_hold
from tests.faults.simulation.run import Simulation


@pytest.mark.slow
@pytest.mark.parametrize("start", SEEDS[::SEEDS_OF_A_TEST])
def test_whatever_happens_all_invariants_hold(simulation: Simulation, start: int) -> None:
    seen = all_hold(simulation, range(start, start + SEEDS_OF_A_TEST))
    for what in ("sales", "returns", "orders", "centres restored", "receipts printed"):
        assert seen[what], what  # a world in which nothing happened proves nothing
