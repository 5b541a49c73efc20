"""A store so large that its streams come as files: the till fetches all of them, and sells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pos_app.database import text_index
from pos_app.database.streams import Streams
from sync.snapshot_file import FEWEST_ROWS
from tests.sync.both_sides import FIRST_CODE, CentreProcess, TillSide, centre_command, wait_until

PRODUCTS = FEWEST_ROWS + 200


@pytest.fixture(scope="session")
def large_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a centre's folder with more products than fit a page."""
    folder = tmp_path_factory.mktemp("large-centre")
    centre_command("load-demo", "--data", str(folder), "--products", str(PRODUCTS))
    code = centre_command("enrolment-code", "--data", str(folder), "--store", "S1", "--till", "2")
    (folder / FIRST_CODE).write_text(code)
    return folder


@pytest.fixture
def large_centre(large_store: Path) -> Iterator[CentreProcess]:
    """Give a centre that serves it."""
    process = CentreProcess(large_store)
    process.start()
    yield process
    process.kill()


def test_prices_arrive_while_the_names_of_goods_are_indexed(
    large_centre: CentreProcess, till: TillSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_index, "ROWS_FOR_A_PROCESS", 1)
    placed: list[str] = []
    finish = Streams.finish_bootstrap

    def noted(streams: Streams, stream: str, keep_going: Callable[[], bool]) -> bool:
        placed.append(stream)
        return finish(streams, stream, keep_going)

    monkeypatch.setattr(Streams, "finish_bootstrap", noted)
    till.enrol_at(large_centre)
    till.start()
    wait_until(till.is_synced, 60)
    assert placed.index("prices") < placed.index("catalogue")
    assert till.cache.is_ready()
    assert till.cache.counts()["catalogue"] > PRODUCTS
    assert till.cache.search("牛奶")
    assert all(one.unit_price_minor for one in till.cache.search("milk"))
    assert till.stop() < 2
