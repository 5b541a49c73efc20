"""Where seeds are run, once for each process of the suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.simulation.run import Simulation


@pytest.fixture(scope="session")
def simulation() -> Iterator[Simulation]:
    """Give the place where seeds are run; its template is made once."""
    with Simulation() as made:
        yield made
