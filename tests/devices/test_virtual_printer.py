"""The virtual printer as a program of its own, as the demonstration runs it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from pos_app.devices.ports import PrinterState, PrinterUnavailable
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.devices.printers import DrawerPrinter, open_printer
from pos_app.devices.virtual_printer import Event, Fault, VirtualPrinter
from pos_app.documents.escpos import drawer_kick, encode_raster
from pos_app.documents.printer_profile import PrinterProfile
from pos_app.documents.receipt import lay_out_receipt
from tests.fakes.mock_sale import mock_receipt


@pytest.fixture
def program(tmp_path: Path) -> Iterator[DrawerPrinter]:
    """The program, listening on a free port and printing into a folder."""
    command = [sys.executable, "-m", "pos_app.devices.paper", "--listen", "0", "--out", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().removeprefix("listening on ").strip()
        yield open_printer(PrinterSettings(kind="network", address=address, status_timeout_ms=500))
        process.send_signal(signal.SIGINT)
        assert process.wait(5) == 0


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_program_leaves_pictures_texts_and_events(program: DrawerPrinter, tmp_path: Path) -> None:
    document = lay_out_receipt(mock_receipt("both"), 48)
    program.send(encode_raster(document, PrinterProfile(), opens_drawer=True))
    program.pulse(drawer_kick(PrinterProfile()))
    events = tmp_path / "events.jsonl"
    eventually(lambda: events.exists() and len(events.read_text().splitlines()) == 3)
    kinds = [json.loads(line)["kind"] for line in events.read_text().splitlines()]
    assert kinds == ["drawer", "receipt", "drawer"]
    with Image.open(tmp_path / "receipt-0001.png") as picture:
        assert picture.width == 576 + 64


def test_a_word_in_a_file_is_a_fault(program: DrawerPrinter, tmp_path: Path) -> None:
    (tmp_path / "fault.txt").write_text("paper_out\n")
    eventually(lambda: program.state() is PrinterState.PAPER_OUT)
    (tmp_path / "fault.txt").write_text("")
    eventually(lambda: program.state() is PrinterState.READY)


def test_what_waits_for_paper_is_printed_when_it_is_there(paper_printer: VirtualPrinter) -> None:
    paper_printer.set_fault(Fault.PAPER_OUT)
    host, port = paper_printer.address.split(":")
    with socket.create_connection((host, int(port))) as till:
        till.sendall(b"Hello\n\x1dV\x00\x10\x04\x04")
        assert till.recv(1) == b"\x7e"  # asked in real time, answered before anything is printed
        assert paper_printer.papers == []
        paper_printer.set_fault(Fault.NONE)
        assert [paper.text for paper in paper_printer.papers] == ["Hello\n"]


def test_a_second_start_goes_on_numbering_where_the_first_one_ended(tmp_path: Path) -> None:
    for _ in range(2):
        printer = VirtualPrinter(out=tmp_path)
        printer.start()
        open_printer(PrinterSettings(kind="network", address=printer.address)).send(b"Hello\n\x1dV\x00")
        printer.close()
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["receipt-0001.png", "receipt-0002.png"]


def test_an_unknown_command_is_reported_and_the_rest_is_printed(paper_printer: VirtualPrinter) -> None:
    events: list[Event] = []
    paper_printer._on_event = events.append
    with pytest.raises(PrinterUnavailable, match="not an address"):
        open_printer(PrinterSettings(kind="network", address=f"{paper_printer.address}x")).state()
    printer = open_printer(PrinterSettings(kind="network", address=paper_printer.address))
    printer.send(b"\x1b\xffHello\n\x1dV\x00")
    assert [event.kind for event in events] == ["unknown", "receipt"]
    assert paper_printer.papers[0].text == "Hello\n"


def test_paper_without_a_cut_is_torn_off_when_the_till_hangs_up(paper_printer: VirtualPrinter) -> None:
    open_printer(PrinterSettings(kind="network", address=paper_printer.address)).send(b"Hello\n")
    eventually(lambda: len(paper_printer.papers) == 1)
    assert paper_printer.papers[0].text == "Hello\n"
