"""A spoiled request loses nothing, doubles nothing and blocks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.wire.proxy import SpoilingProxy
from tests.faults.wire.spoiling import faults, run
from tests.sync.both_sides import CentreProcess, TillSide
from tests.sync.conftest import centre, small_store, till

__all__ = ["centre", "small_store", "till"]


@pytest.fixture
def proxy(centre: CentreProcess) -> Iterator[SpoilingProxy]:
    """What lies between the till and the centre."""
    made = SpoilingProxy(centre.port)
    yield made
    made.close()


def test_a_journal_drains_whatever_happened_to_its_requests(
    till: TillSide, centre: CentreProcess, proxy: SpoilingProxy, tmp_path: Path
) -> None:
    till.enrol_at(centre, proxy.url)
    outcome = run(centre, till, proxy, faults(last_byte=4096, step=293), facts=400)
    assert outcome.complaints == ()
    cuts, others = 2 * 14, 4
    assert cuts // 2 + others < outcome.spoiled <= cuts + others, "no answer is as long as a request"
    assert outcome.facts >= 400
