"""A virtual printer for each test that wants one, and a spool on a real journal file."""

from __future__ import annotations

import os
import secrets
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_app.database.connection import Database
from pos_app.database.files import open_journal
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.devices.virtual_printer import VirtualPrinter


@pytest.fixture
def paper_printer() -> Iterator[VirtualPrinter]:
    """A printer on 80 mm paper that listens on a free port."""
    printer = VirtualPrinter()
    printer.start()
    yield printer
    printer.close()


@pytest.fixture
def network(paper_printer: VirtualPrinter) -> PrinterSettings:
    """How the till reaches it."""
    return PrinterSettings(
        kind="network", address=paper_printer.address, status_timeout_ms=400, job_timeout_ms=4000
    )


@pytest.fixture
def journal_file(tmp_path: Path) -> Iterator[Database]:
    """An empty journal.db."""
    database = open_journal(tmp_path, secrets.token_hex(32))
    yield database
    database.close()


@pytest.fixture
def serial_pair() -> Iterator[tuple[int, str]]:
    """A serial line without a wire: the far end's file descriptor, and the port's name."""
    far, near = os.openpty()
    tty.setraw(far)
    tty.setraw(near)
    yield far, os.ttyname(near)
    os.close(near)
    time.sleep(0.05)  # whoever reads at the far end hears that the wire is gone, before its number is reused
    os.close(far)
