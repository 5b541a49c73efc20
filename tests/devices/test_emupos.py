"""The same bytes before a judge that is not ours: emupos, a simulator of shop hardware (Apache-2.0).

It needs Python 3.13 or later, so it is no dependency. It is found by `EVERTILL_EMUPOS` (the path of its
command), or on the PATH; without it these tests say so and are skipped.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from pos_app.devices.ports import PrinterState, PrinterUnavailable, ScaleUnavailable
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.devices.printers import DrawerPrinter, open_printer
from pos_app.devices.serial_scale import SerialScale
from pos_app.documents.escpos import drawer_kick_in_real_time, encode_raster
from pos_app.documents.escpos_native import encode_native
from pos_app.documents.image import render
from pos_app.documents.printer_profile import PrinterProfile
from pos_app.documents.receipt import lay_out_receipt
from tests.fakes.mock_sale import mock_receipt

COMMAND = os.environ.get("EVERTILL_EMUPOS") or shutil.which("emupos")

pytestmark = pytest.mark.skipif(
    COMMAND is None,
    reason="emupos is not here (EVERTILL_EMUPOS names its command); nobody else judged the bytes",
)

CONFIGURATION = """
schema: 1
api: {{ host: 127.0.0.1, port: {api} }}
devices:
  - id: front
    type: printer
    profile: epson-tm-t20iii
    connections: [ {{ tcp: {{ port: {tcp} }} }} ]
    receipts_dir: ./receipts
  - id: deli
    type: scale
    profile: toledo8217-15kg
    connections: [ {{ serial: {{ pty: true }} }} ]
"""


@dataclass(frozen=True, slots=True)
class Emupos:
    """The running simulator: its printer, the scale's port, and a person's hands."""

    folder: Path
    printer: DrawerPrinter
    scale_port: str
    api: str

    def hand(self, *words: str) -> str:
        done = subprocess.run(
            [str(COMMAND), "--api", self.api, *words], capture_output=True, text=True, check=True, timeout=30
        )
        return done.stdout

    def receipts(self, count: int) -> list[Path]:
        deadline = time.monotonic() + 10
        while len(pictures := sorted((self.folder / "receipts").glob("*.png"))) < count:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return pictures

    def events(self) -> str:
        return (self.folder / "events.log").read_text(encoding="utf-8")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def emupos(tmp_path: Path) -> Iterator[Emupos]:
    api, tcp = free_port(), free_port()
    (tmp_path / "emupos.yaml").write_text(CONFIGURATION.format(api=api, tcp=tcp))
    environment = {**os.environ, "TMPDIR": str(tmp_path), "NO_COLOR": "1", "COLUMNS": "400"}
    with (tmp_path / "events.log").open("w") as log:
        command = [str(COMMAND), "run", "--config", "emupos.yaml"]
        process = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log, env=environment)
    settings = PrinterSettings(
        kind="network", address=f"127.0.0.1:{tcp}", status_timeout_ms=1000, job_timeout_ms=5000
    )
    found = Emupos(
        tmp_path, open_printer(settings), str(tmp_path / "emupos" / "deli"), f"http://127.0.0.1:{api}"
    )
    try:
        _wait_for(lambda: found.printer.state() is PrinterState.READY)
        yield found
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            if ready():
                return
        except PrinterUnavailable:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def test_the_mock_receipt_comes_out_dot_by_dot_and_opens_the_drawer(emupos: Emupos) -> None:
    document = lay_out_receipt(mock_receipt("both"), 48)
    emupos.printer.send(encode_raster(document, PrinterProfile(), opens_drawer=True))
    with Image.open(emupos.receipts(1)[0]) as picture:
        printed = picture.convert("1")
    drawn = render(document)
    assert printed.width == drawn.width
    assert ImageChops.logical_xor(drawn, printed.crop((0, 0, *drawn.size))).getbbox() is None
    assert "drawer.opened" in emupos.events()
    assert "unknown" not in emupos.events()


def test_a_native_receipt_uses_only_commands_that_it_knows(emupos: Emupos) -> None:
    document = lay_out_receipt(mock_receipt("en"), 48)
    emupos.printer.send(encode_native(document, PrinterProfile()))
    emupos.receipts(1)
    text = emupos.hand("receipt", "show")
    for line in (
        "Butter croissant                          3.60 A",
        "A         9.00%      33.21      2.99       36.20",
        "[barcode CODE128 T2-000412-7]",
        "[qr EVT1:P-4852:582416]",
    ):
        assert line in text
    assert "unknown" not in emupos.events()


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("paper-near-end", PrinterState.PAPER_LOW),
        ("paper-out", PrinterState.PAPER_OUT),
        ("cover-open", PrinterState.COVER_OPEN),
    ],
)
def test_its_faults_are_read_right(emupos: Emupos, fault: str, state: PrinterState) -> None:
    emupos.hand("fault", "set", "front", fault)
    assert emupos.printer.state() is state
    emupos.hand("fault", "clear", "front", fault)
    assert emupos.printer.state() is PrinterState.READY


def test_the_drawer_opens_without_paper(emupos: Emupos) -> None:
    emupos.hand("fault", "set", "front", "paper-out")
    with pytest.raises(PrinterUnavailable, match="paper_out"):
        emupos.printer.send(b"Hello\n")
    emupos.printer.pulse(drawer_kick_in_real_time(PrinterProfile()))
    _wait_for(lambda: "drawer.opened" in emupos.events())


def test_its_scale_is_read(emupos: Emupos) -> None:
    scale = SerialScale(emupos.scale_port)
    with pytest.raises(ScaleUnavailable, match="nothing on the scale"):
        scale.weight()
    emupos.hand("scale", "set", "--device", "deli", "1285g")
    assert scale.weight() == Decimal("1.285")
    scale.close()
