"""A till's side and a centre's side for the tests of synchronisation: real files, real processes."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pos_app.database.cache import Cache
from pos_app.database.files import open_cache, open_journal
from pos_app.database.journal import Journal
from pos_app.database.keys import TillKeys, device_key
from pos_app.database.outbox import Outbox
from pos_app.database.streams import Streams
from pos_app.services.clock import local_now, uuid7
from retail.journal import Envelope
from sync.client.engine import Engine
from sync.client.enrolment import enrol
from sync.client.status import SyncState, SyncStatus
from sync.client.transport import Transport
from tests.database.till_files import KEY

ROOT = Path(__file__).parents[2]
FIRST_CODE = "first-code.txt"


def centre_command(*arguments: str) -> str:
    """Run a command of the centre and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "sync.server", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def load_demo(folder: Path, *, products: int) -> None:
    """Make a centre's folder with a demo store, and a code for its till 2."""
    centre_command("load-demo", "--data", str(folder), "--products", str(products))
    code = centre_command("enrolment-code", "--data", str(folder), "--store", "S1", "--till", "2")
    (folder / FIRST_CODE).write_text(code)


class CentreProcess:
    """A centre as a process of its own, on a fixed port, that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.scheme = "http"
        self.arguments: tuple[str, ...] = ()
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Return the address of the centre."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start serving and wait until it says so."""
        command = [sys.executable, "-m", "sync.server", "serve", "--data", str(self.folder)]
        with (self.folder.parent / "centre.log").open("a") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port), *self.arguments],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("listening on "), line
        self.port = int(line.rsplit(":", 1)[1])

    def kill(self) -> None:
        """End the process as a power cut would."""
        if self._process is None:
            return
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    def enrolment_code(self) -> str:
        """Return the one-time code for till 2 that the store's folder was made with, made to hold again.

        The folder is made once for many tests, and a code holds ten minutes only.
        """
        with sqlite3.connect(self.folder / "centre.db") as database:
            database.execute("UPDATE enrolment_code SET expires_at = '9999'")
        database.close()
        return (self.folder / FIRST_CODE).read_text()

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """Look into the centre's database from outside, without its code."""
        database = sqlite3.connect(f"file:{self.folder / 'centre.db'}?mode=ro", uri=True)
        try:
            return database.execute(question, values).fetchall()
        finally:
            database.close()

    def receipts(self) -> list[str]:
        """Return the receipt numbers of the sales that the centre has, one for each."""
        return sorted(row[0] for row in self.ask("SELECT receipt_number FROM sale"))


class TillSide:
    """A till's databases and engine, without a screen."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.journal_database = open_journal(folder, KEY)
        self.cache_database = open_cache(folder, KEY)
        self.journal = Journal(self.journal_database, now=local_now, monotonic_ms=lambda: 0, new_id=uuid7)
        self.keys = TillKeys(database=KEY, device=device_key(folder, use_keyring=False))
        self.outbox = Outbox(self.journal_database, self.journal, self.keys)
        self.streams = Streams(self.cache_database, local_now)
        self.cache = Cache(self.cache_database)
        self.statuses: list[tuple[SyncStatus, int]] = []
        self.rows_changed: list[str] = []
        self.engine = self.new_engine()
        self._threads: list[threading.Thread] = []

    def new_engine(self, **options: Any) -> Engine:
        """Make another engine on the same files, as after a restart of the program."""
        self.engine = Engine(
            self.outbox,
            self.outbox,
            self.streams,
            now=local_now,
            on_status=self._noted,
            on_rows=self.rows_changed.append,
            **{"probe_seconds": 0.3, **options},
        )
        return self.engine

    def enrol_at(self, centre: CentreProcess, address: str = "") -> None:
        """Enrol this till at a centre, which it knows by another address when there is one."""
        transport = Transport(centre.url, trust=self.outbox.trust())
        enrol(
            transport,
            self.outbox,
            server_url=address or centre.url,
            code=centre.enrolment_code(),
            till_name="Till",
            software_version="test",
        )
        transport.close()

    def start(self) -> None:
        """Start both threads of the engine."""
        for run in (self.engine.run_push, self.engine.run_pull):
            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> float:
        """Stop both threads and return how many seconds it took."""
        began = time.monotonic()
        self.engine.stop()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()
        self._threads.clear()
        return time.monotonic() - began

    def close(self) -> None:
        """Stop, and close the files."""
        self.stop()
        self.journal_database.close()
        self.cache_database.close()

    def unsent(self) -> tuple[Envelope, ...]:
        """Return what the centre does not have."""
        outgoing = self.outbox.unsent(10_000, 100_000_000)
        return () if outgoing is None else outgoing.events

    def is_synced(self) -> bool:
        """Say whether the till is green."""
        return self.engine.status.state is SyncState.SYNCED

    def _noted(self, status: SyncStatus) -> None:
        self.statuses.append((status, self.outbox.waiting().count))


def wait_until(true: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait until something is true; fail when it does not become so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
