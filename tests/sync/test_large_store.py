"""A store so large that its streams come as files: the till fetches all of them, and sells."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_app.database import text_index
from sync.snapshot_file import FEWEST_ROWS
from tests.database.till_files import note_placed
from tests.sync.both_sides import CentreProcess, TillSide, load_demo, wait_until

PRODUCTS = FEWEST_ROWS + 200


@pytest.fixture
def large_centre(tmp_path: Path) -> Iterator[CentreProcess]:
    """Give a centre that serves more products than fit a page."""
    folder = tmp_path / "centre"
    folder.mkdir()
    load_demo(folder, products=PRODUCTS)
    process = CentreProcess(folder)
    process.start()
    yield process
    process.kill()


def test_prices_arrive_while_the_names_of_goods_are_indexed(
    large_centre: CentreProcess, till: TillSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_index, "ROWS_FOR_A_PROCESS", 1)
    placed = note_placed(monkeypatch)
    till.enrol_at(large_centre)
    till.start()
    wait_until(till.is_synced, 60)
    assert placed.index("prices") < placed.index("catalogue")
    assert till.cache.is_ready()
    assert till.cache.counts()["catalogue"] > PRODUCTS
    assert till.cache.search("牛奶")
    assert all(one.unit_price_minor for one in till.cache.search("milk"))
    assert till.stop() < 2
