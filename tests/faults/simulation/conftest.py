"""Where seeds are run; what it replaces of the product is put back after each file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.simulation.run import Simulation


@pytest.fixture(scope="module")
def simulation() -> Iterator[Simulation]:
    """Give the place where seeds are run; its template is made once."""
    with Simulation() as made:
        yield made
