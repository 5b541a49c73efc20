"""A real till on real files, stocked with the demo store's rows as the centre would send them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import msgspec

from pos_app.bootstrap import Till, open_till
from pos_app.database.identity import Identity
from pos_app.services.clock import Clock, uuid7
from pos_app.services.standing import CentreStanding, LinkState
from pos_app.settings import TillSettings
from sync.protocol import STREAM_OF_ROW, Row
from sync.server.demo.goods import demo_goods
from sync.server.demo.load import Wanted, demo_rows

JOURNAL = "journal.db"
NOON = "2026-03-14T14:33:00.000+08:00"


@cache
def demo_store(products: int = 60, promotions: int = 5) -> dict[str, tuple[Row, ...]]:
    """Return the demo store's rows by stream, generated once per test run."""
    wanted = Wanted(products=products, promotions=promotions, members=20)
    rows = demo_rows(demo_goods(wanted.products, wanted.seed), wanted)
    return {stream: tuple(some) for stream, some in rows.items()}


def stock(till: Till, rows: dict[str, tuple[Row, ...]]) -> None:
    """Put rows into a till's cache as a bootstrap of each stream would."""
    for stream, some in rows.items():
        assert all(STREAM_OF_ROW[str(each.__struct_config__.tag)] == stream for each in some)
        till.streams.begin_bootstrap(stream, "epoch-1", len(some), len(some))
        bodies = [(f"{each.__struct_config__.tag}:{each.key}", msgspec.json.encode(each)) for each in some]
        till.streams.stage(stream, bodies, bodies[-1][0] if bodies else "")
        assert till.streams.finish_bootstrap(stream, lambda: True)


def enrolled_as_till_2(till: Till) -> None:
    """Enrol a till without a centre."""
    till.journal.enrol(
        Identity(
            device_id=uuid7(),
            incarnation=uuid7(),
            store_id="S1",
            till_id="S1-T2",
            till_number=2,
            token="token",
            server_url="http://127.0.0.1:1",
            next_receipt_counter=412,
        )
    )


def new_folder() -> Path:
    """Return a folder for a till to be copied; it goes when the test run ends."""
    folder = Path(tempfile.mkdtemp(prefix="evertill-stocked-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / "till"


def copy_made_before(made: Path, folder: Path) -> None:
    """Copy a closed till's folder: to enrol and to stock a new one takes ten times as long."""
    shutil.copytree(made, folder, ignore=shutil.ignore_patterns("*.lock"), dirs_exist_ok=True)


@cache
def _made_before(products: int, promotions: int) -> Path:
    """Make the folder of such a till, once per test run."""
    folder = new_folder()
    till = open_till(folder, TillSettings(), Clock(now=lambda: NOON))
    enrolled_as_till_2(till)
    stock(till, demo_store(products, promotions))
    till.close()
    return folder


def stocked_till(
    folder: Path, *, settings: TillSettings | None = None, products: int = 60, promotions: int = 5
) -> Till:
    """Return a till that is enrolled, stocked, online and started, at a fixed time of day."""
    if not (folder / JOURNAL).exists():
        copy_made_before(_made_before(products, promotions), folder)
    till = open_till(folder, settings or TillSettings(), Clock(now=lambda: NOON))
    till.centre_changed(CentreStanding(state=LinkState.SYNCED))
    till.start()
    return till
