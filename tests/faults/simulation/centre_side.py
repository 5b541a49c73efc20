"""The centre of a simulated chain: one or two processes on one database, and its backups.

A process is a `Centre` object with everything that it remembers; a restart forgets that. Requests of tills
meet
the cores of the real handlers: intake, streams, snapshots. The refusals of the handlers are theirs too.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import unquote
from weakref import WeakKeyDictionary

import msgspec

from sync.protocol import JournalBatch, WaitAnswer, WaitRequest
from sync.server import enrolment
from sync.server.api import snapshots as snapshots_api
from sync.server.api import till as till_api
from sync.server.centre import Centre
from sync.server.control_totals import control_totals
from sync.server.database.sessions import StreamId
from sync.server.database.upgrade import epoch_of, renew_epoch
from sync.server.heads import Place
from sync.server.refusals import Refused
from sync.server.settings import SIMULATED_PAYMENTS, Settings
from sync.server.streams import changes_page, stream_id
from tests.faults.simulation.clockwork import Trace
from tests.faults.simulation.network import JSON, Answer

DATABASE = "centre.db"


@contextmanager
def known_callers() -> Iterator[None]:
    """Let the handlers know who calls: how a till proves itself is tested elsewhere.

    No world enrols, replaces or shuts out a till, so that a process asks only once about whoever reads.
    """
    known: WeakKeyDictionary[Centre, dict[str, enrolment.Device]] = WeakKeyDictionary()

    def calling_device(request: Any, centre: Centre) -> enrolment.Device:
        of_process = known.setdefault(centre, {})
        device = of_process.get(request.device_id)
        if device is None or request.writes:
            with centre.database.read() as connection:
                device = enrolment.device_of_id(connection, request.device_id)
            of_process[request.device_id] = device
        centre.hearing.heard(device.device_id)
        return device

    with patch.object(till_api, "calling_device", calling_device):
        yield


class CentreSide:
    """The processes, and the database under them. `published` hears which streams changed."""

    def __init__(
        self,
        folder: Path,
        processes: int,
        chance: random.Random,
        trace: Trace,
        *,
        address: str = "",
        page_rows: int = 5_000,
    ) -> None:
        self.folder = folder
        self._address = address
        self._count = processes
        self._chance = chance
        self._trace = trace
        self._page_rows = page_rows
        self.published: Callable[[Iterable[StreamId]], None] = lambda _streams: None
        self.restored = 0
        self.down = False
        self.processes: list[Centre] = []
        self.start()

    # ---- processes ----------------------------------------------------------------------------

    def start(self) -> None:
        """Start every process anew."""
        self.processes = [self._process() for _ in range(self._count)]

    def _process(self) -> Centre:
        settings = Settings(data=self.folder, database=self._address, payments=SIMULATED_PAYMENTS)
        process = Centre(settings)
        process.database.on_published = self._tell_published
        return process

    def _tell_published(self, streams: Iterable[StreamId]) -> None:
        self.published(streams)

    def restart(self) -> None:
        """Let one process end and come again: all that it remembered is gone."""
        number = self._chance.randrange(self._count)
        self.processes[number].close()
        self.processes[number] = self._process()

    def close(self) -> None:
        """End all of them."""
        for process in self.processes:
            process.close()
        self.processes = []

    def one(self) -> Centre:
        """Return the process that the next request meets."""
        return self.processes[0] if self._count == 1 else self._chance.choice(self.processes)

    # ---- backups ------------------------------------------------------------------------------

    def back_up(self, folder: Path) -> None:
        """Copy the database as it is; no transaction is open between two events of a world of one thread."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _copy_database(self.folder, folder)

    def restore(self, folder: Path) -> None:
        """Put a backup in the place of the database: a new life of the centre."""
        self.close()
        for ending in ("", "-wal", "-shm"):
            (self.folder / f"{DATABASE}{ending}").unlink(missing_ok=True)
        _copy_database(folder, self.folder)
        self.start()
        with self.processes[0].database.write() as connection:
            renew_epoch(connection)
        self.restored += 1

    # ---- what tills ask -----------------------------------------------------------------------

    def serve(
        self, device_id: str, method: str, path: str, content: bytes, asked: Mapping[str, Any]
    ) -> Answer:
        """Answer a request as the handlers do."""
        if self.down:
            return 503, JSON, b'{"code":"starting","message":{"en":"Starting","zh":""}}'
        try:
            return 200, JSON, self._answer(self.one(), device_id, path, content, asked)
        except Refused as refused:
            return refused.status, JSON, msgspec.json.encode(refused.answer)

    def _answer(
        self, process: Centre, device_id: str, path: str, content: bytes, asked: Mapping[str, Any]
    ) -> bytes:
        caller: Any = SimpleNamespace(device_id=device_id, writes=path == "/v1/journal")
        if path == "/v1/journal":
            batch = msgspec.json.decode(content, type=JournalBatch)
            return msgspec.json.encode(till_api.take_journal.fn(caller, batch, process))
        if path == "/v1/health":
            with process.database.read() as connection:
                return msgspec.json.encode({"status": "ok", "epoch": epoch_of(connection)})
        if path == "/v1/streams/wait":
            return self._news(process, till_api.reading_device(caller, process), content)
        _, _, kind, name, *what = unquote(path).split("/")
        if kind == "snapshots":
            # Small streams have no file: the answer says so, and the pages below follow.
            return msgspec.json.encode(snapshots_api.describe_snapshot.fn(caller, process, name))
        limit = min(int(asked["limit"]), self._page_rows)
        if what == ["snapshot"]:
            page = till_api.read_snapshot.fn(
                caller,
                process,
                name,
                epoch=str(asked.get("epoch", "")),
                as_of=int(asked.get("as_of", 0)),
                after_key=str(asked.get("after_key", "")),
                limit=limit,
            )
            return msgspec.json.encode(page)
        device = till_api.reading_device(caller, process)
        with process.database.read() as connection:
            epoch, after = str(asked["epoch"]), int(asked["after"])
            wanted = stream_id(name, device.store_id)
            return msgspec.json.encode(
                changes_page(connection, wanted, epoch=epoch, after=after, limit=limit)
            )

    def _news(self, process: Centre, device: enrolment.Device, content: bytes) -> bytes:
        asked = msgspec.json.decode(content, type=WaitRequest)
        places = tuple(
            Place(stream_id(one.stream, device.store_id), one.epoch, one.after) for one in asked.cursors
        )
        found = process.looks.read_news(places, self._page_rows).answer
        return msgspec.json.encode(WaitAnswer()) if found is None else found.plain

    def totals(self, device_id: str, incarnation: str, last_seq: int) -> bytes:
        """Return the control totals of a journal life as the centre counts them, as JSON."""
        with self.one().database.read() as connection:
            found = control_totals(
                connection, device_id=device_id, incarnation=incarnation, first_seq=1, last_seq=last_seq
            )
        return msgspec.json.encode(found)


def _copy_database(here: Path, there: Path) -> None:
    for ending in ("", "-wal"):
        if (here / f"{DATABASE}{ending}").exists():
            shutil.copyfile(here / f"{DATABASE}{ending}", there / f"{DATABASE}{ending}")
