"""What is slow to make, made once and copied for every seed: three stores and twenty tills."""

from __future__ import annotations

import random
import shutil
from datetime import timedelta
from pathlib import Path

import msgspec

from pos_app.database.files import open_cache, open_journal
from pos_app.database.streams import Streams
from pos_app.services.clock import Clock
from retail.pickup.desk_rules import PickupDesk
from retail.store import StoreSettings
from sync.client.bootstrap import bootstrap
from sync.client.ports import Credentials
from sync.client.side_by_side import to_the_end
from sync.protocol import STREAMS, Row
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.sessions import StreamId
from sync.server.demo.load import Wanted, load_demo
from sync.server.settings import Settings
from sync.server.streams import Publication, publish
from tests.database.till_files import KEY
from tests.faults.race_shop import enrol_in_process, stock_the_shelves
from tests.faults.simulation.centre_side import CentreSide
from tests.faults.simulation.clockwork import Clockwork, Trace, one_world
from tests.faults.simulation.network import Line, OverALine

FIRST_STORE = "S1"
STORES: dict[str, tuple[int, ...]] = {
    FIRST_STORE: tuple(range(1, 15)),
    "S2": tuple(range(15, 18)),
    "S3": tuple(range(18, 21)),
}
"""The stores and the numbers of their tills; only the first sells online."""

ENROLLED_BEFORE = timedelta(days=3)
_COPIED = ("prices", "members", "staff", "settings")
_rows = msgspec.json.Decoder(Row)


def make_template(folder: Path, *, address: str = "") -> Path:
    """Make the chain in a folder; return the folder."""
    clockwork = Clockwork(0)
    clockwork.seconds -= ENROLLED_BEFORE.total_seconds()
    chance = random.Random("template")
    with one_world(clockwork, 0):
        centre = Centre(Settings(data=folder / "centre", database=address))
        load_demo(centre.database, Wanted(products=33, promotions=4, members=1))
        stock_the_shelves(centre, "soft")
        for store_id in STORES:
            if store_id != FIRST_STORE:
                _open_store(centre, store_id)
        open_journal(folder, KEY).close()
        devices = {
            number: _enrol(folder, centre, store_id, number)
            for store_id, numbers in STORES.items()
            for number in numbers
        }
        if centre.database.is_sqlite:
            with centre.database.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        centre.close()
        side = CentreSide(folder / "centre", 1, chance, Trace(clockwork), address=address)
        for numbers in STORES.values():
            line = Line(devices[numbers[0]], clockwork, Trace(clockwork), chance)
            line.serve = side.serve
            _fetch(till_folder(folder, numbers[0]), line, devices[numbers[0]])
            for number in numbers[1:]:
                here = till_folder(folder, numbers[0])
                shutil.copyfile(here / "cache.db", till_folder(folder, number) / "cache.db")
        side.close()
    (folder / "devices.json").write_bytes(msgspec.json.encode(devices))
    return folder


def till_folder(folder: Path, number: int) -> Path:
    """Return where a till's files lie in a template or a world."""
    return folder / f"till-{number}"


def _open_store(centre: Centre, store_id: str) -> None:
    """Open another store that sells what the first one sells, for the same prices."""
    table = tables.stream_row
    with centre.database.write() as connection:
        name = {"store_id": store_id, "name": store_id, "created_at": now_text()}
        connection.execute(tables.store.insert().values(**name))
        publications: dict[StreamId, Publication] = {}
        for stream in _COPIED:
            texts = connection.execute(
                table.select().where(table.c.stream == stream, table.c.scope == FIRST_STORE)
            ).all()
            rows = [_of_store(_rows.decode(row.row), store_id) for row in texts]
            publications[stream, store_id] = Publication(puts=[one for one in rows if one is not None])
        publish(connection, publications)


def _of_store(row: Row, store_id: str) -> Row | None:
    if isinstance(row, PickupDesk):
        return None
    return msgspec.structs.replace(row, store_id=store_id) if isinstance(row, StoreSettings) else row


def _enrol(folder: Path, centre: Centre, store_id: str, number: int) -> str:
    here = till_folder(folder, number)
    here.mkdir(parents=True)
    shutil.copyfile(folder / "journal.db", here / "journal.db")
    return enrol_in_process(here, centre, store_id, number, software_version="simulation")


def _fetch(folder: Path, line: Line, device_id: str) -> None:
    """Load every stream into a new cache."""
    database = open_cache(folder, KEY)
    streams = Streams(database, Clock().now)
    transport = OverALine(
        Credentials(server_url="http://127.0.0.1:1", token="", device_id=device_id), line, lambda _where: None
    )
    for stream in STREAMS:
        to_the_end(
            bootstrap(stream, transport, streams, keep_going=lambda: True, progress=lambda _point: None)
        )
    database.close()
