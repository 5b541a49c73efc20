"""The second half of the simulated chains that each run of the suite looks at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.simulation.many_seeds import HALVES, worlds_from
from tests.faults.simulation.run import Simulation


@pytest.fixture(scope="module")
def simulation() -> Iterator[Simulation]:
    """Give the place where seeds are run; its template is made once."""
    with Simulation() as made:
        yield made


@pytest.mark.parametrize("start", HALVES[1])
def test_whatever_happens_all_invariants_hold(simulation: Simulation, start: int) -> None:
    worlds_from(simulation, start)
