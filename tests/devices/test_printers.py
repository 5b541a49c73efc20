"""Every kind of printer connection, at its bytes: what is sent, what is asked, what is said when it fails."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from pos_app.devices import escpos_status
from pos_app.devices.cut_short import PrintCutShort
from pos_app.devices.network_printer import parse_address
from pos_app.devices.ports import PrinterState, PrinterUnavailable
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.devices.printers import PRINTERS, open_printer
from pos_app.devices.virtual_printer import Fault, VirtualPrinter

JOB = b"\x1b@Hello\n\x1dV\x00"


def refusal(action: Callable[[], object]) -> PrinterUnavailable:
    with pytest.raises(PrinterUnavailable) as caught:
        action()
    return caught.value


def test_a_network_printer_prints_and_says_that_it_is_ready(
    paper_printer: VirtualPrinter, network: PrinterSettings
) -> None:
    printer = open_printer(network)
    assert printer.state() is PrinterState.READY
    printer.send(JOB)
    assert [paper.text for paper in paper_printer.papers] == ["Hello\n"]


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault.PAPER_LOW, PrinterState.PAPER_LOW),
        (Fault.PAPER_OUT, PrinterState.PAPER_OUT),
        (Fault.COVER_OPEN, PrinterState.COVER_OPEN),
    ],
)
def test_a_printer_says_what_is_wrong_with_it(
    paper_printer: VirtualPrinter, network: PrinterSettings, fault: Fault, state: PrinterState
) -> None:
    paper_printer.set_fault(fault)
    assert open_printer(network).state() is state


@pytest.mark.parametrize("fault", [Fault.PAPER_OUT, Fault.COVER_OPEN])
def test_nothing_is_sent_to_a_printer_that_cannot_print(
    paper_printer: VirtualPrinter, network: PrinterSettings, fault: Fault
) -> None:
    paper_printer.set_fault(fault)
    problem = refusal(lambda: open_printer(network).send(JOB))
    assert problem.code == fault.value
    assert not isinstance(problem, PrintCutShort)
    paper_printer.set_fault(Fault.NONE)
    assert paper_printer.papers == []


def test_an_unplugged_printer_is_unreachable_and_prints_again_when_it_is_back(
    paper_printer: VirtualPrinter, network: PrinterSettings
) -> None:
    printer = open_printer(network)
    paper_printer.set_fault(Fault.OFFLINE)
    assert refusal(lambda: printer.send(JOB)).code == "unreachable"
    assert refusal(printer.state).code == "unreachable"
    paper_printer.set_fault(Fault.NONE)
    printer.send(JOB)
    assert len(paper_printer.papers) == 1


def test_a_cover_opened_in_the_middle_of_a_job_is_told_and_the_job_is_in_doubt(
    paper_printer: VirtualPrinter, network: PrinterSettings
) -> None:
    paper_printer._work = lambda: None  # type: ignore[method-assign]  # it takes bytes and prints none
    cover = threading.Timer(0.3, paper_printer.set_fault, [Fault.COVER_OPEN])
    cover.start()
    problem = refusal(lambda: open_printer(network).send(JOB))
    cover.join()
    assert isinstance(problem, PrintCutShort)
    assert problem.code == "cover_open"


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port that accepts connections and never reads: a printer that hangs."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def hanging(port: int) -> PrinterSettings:
    return PrinterSettings(
        kind="network", address=f"127.0.0.1:{port}", status_timeout_ms=200, job_timeout_ms=600
    )


def test_a_printer_that_never_answers_is_unknown_and_still_gets_its_job(deaf_port: int) -> None:
    printer = open_printer(hanging(deaf_port))
    assert printer.state() is PrinterState.UNKNOWN
    printer.send(JOB)


def test_a_printer_that_takes_no_more_bytes_times_out(deaf_port: int) -> None:
    printer = open_printer(hanging(deaf_port))
    started = time.monotonic()
    problem = refusal(lambda: printer.send(b"x" * 20_000_000))
    assert (problem.code, type(problem)) == ("timed_out", PrintCutShort)
    assert time.monotonic() - started < 3


def test_closing_a_printer_ends_a_job_that_hangs(deaf_port: int) -> None:
    settings = msgspec.structs.replace(hanging(deaf_port), job_timeout_ms=60_000)
    printer = open_printer(settings)
    threading.Timer(0.4, printer.close).start()
    started = time.monotonic()
    assert refusal(lambda: printer.send(b"x" * 20_000_000)).code == "stopped"
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("10.0.0.5", ("10.0.0.5", 9100)),
        ("till-printer:9101", ("till-printer", 9101)),
        ("[fe80::1]:9100", ("fe80::1", 9100)),
        ("[fe80::1]", ("fe80::1", 9100)),
    ],
)
def test_an_address_is_read(address: str, parts: tuple[str, int]) -> None:
    assert parse_address(address) == parts


@pytest.mark.parametrize("address", ["", ":9100", "host:port", "host:0", "host:70000"])
def test_an_address_that_is_none_is_said(address: str) -> None:
    assert (
        refusal(lambda: open_printer(PrinterSettings(kind="network", address=address)).state()).code
        == "broken"
    )


def test_a_file_printer_appends_to_a_file_and_numbers_jobs_in_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "paper.bin"
    to_file = open_printer(PrinterSettings(kind="file", address=str(file)))
    to_file.send(b"one")
    to_file.send(b"two")
    assert file.read_bytes() == b"onetwo"
    folder = tmp_path / "jobs"
    folder.mkdir()
    to_folder = open_printer(PrinterSettings(kind="file", address=str(folder)))
    to_folder.send(b"one")
    to_folder.send(b"two")
    assert [path.read_bytes() for path in sorted(folder.iterdir())] == [b"one", b"two"]
    assert to_folder.state() is PrinterState.UNKNOWN


def test_a_file_printer_without_its_folder_is_unreachable(tmp_path: Path) -> None:
    printer = open_printer(PrinterSettings(kind="file", address=str(tmp_path / "gone" / "paper.bin")))
    assert refusal(lambda: printer.send(JOB)).code == "unreachable"
    assert refusal(printer.state).code == "unreachable"


class FarEnd(threading.Thread):
    """The printer at the far end of a serial line: keeps what it hears and answers questions."""

    def __init__(
        self, line: int, *, paper: int = 0x12, answers: bool = True, says_printed: bool = True
    ) -> None:
        super().__init__(daemon=True)
        self.line, self.paper, self.answers, self.says_printed = line, paper, answers, says_printed
        self.heard = b""

    def run(self) -> None:
        asked = {
            escpos_status.ASK_OFFLINE_CAUSE: b"\x12",
            escpos_status.ASK_PAPER: bytes([self.paper]),
            escpos_status.ASK_WHEN_PRINTED: b"\x00" if self.says_printed else b"",
        }
        try:
            while data := os.read(self.line, 4096):
                self.heard += data
                for question, answer in asked.items():
                    if self.heard.endswith(question) and self.answers:
                        os.write(self.line, answer)
        except OSError:  # the wire was pulled
            return


def serial_printer(port: str) -> PrinterSettings:
    return PrinterSettings(kind="serial", address=port, status_timeout_ms=300, job_timeout_ms=3000)


def test_a_serial_printer_prints_all_bytes_and_answers(serial_pair: tuple[int, str]) -> None:
    line, port = serial_pair
    far = FarEnd(line)
    far.start()
    printer = open_printer(serial_printer(port))
    assert printer.state() is PrinterState.READY
    job = bytes(range(0x20, 0x7F)) * 200 + b"\n"
    printer.send(job)
    assert job in far.heard


def test_a_serial_printer_without_paper_gets_no_job(serial_pair: tuple[int, str]) -> None:
    line, port = serial_pair
    far = FarEnd(line, paper=0x7E)
    far.start()
    assert refusal(lambda: open_printer(serial_printer(port)).send(JOB)).code == "paper_out"
    assert JOB not in far.heard


def test_a_one_way_serial_line_gets_the_job_all_the_same(serial_pair: tuple[int, str]) -> None:
    line, port = serial_pair
    far = FarEnd(line, answers=False)
    far.start()
    open_printer(serial_printer(port)).send(JOB)
    deadline = time.monotonic() + 2
    while JOB not in far.heard and time.monotonic() < deadline:
        time.sleep(0.01)
    assert JOB in far.heard


def test_a_ready_printer_that_never_says_printed_is_believed_and_not_waited_for_again(
    serial_pair: tuple[int, str],
) -> None:
    line, port = serial_pair
    far = FarEnd(line, says_printed=False)
    far.start()
    printer = open_printer(msgspec.structs.replace(serial_printer(port), job_timeout_ms=800))
    printer.send(JOB)
    started = time.monotonic()
    printer.send(JOB)
    assert time.monotonic() - started < 0.7
    time.sleep(0.1)
    assert far.heard.count(JOB) == 2


def test_a_serial_port_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    printer = open_printer(serial_printer(str(tmp_path / "ttyUSB9")))
    assert refusal(lambda: printer.send(JOB)).code == "unreachable"


def test_a_usb_printer_that_is_not_there_is_said_in_a_word() -> None:
    printer = open_printer(PrinterSettings(kind="usb", address="04b8:0e15"))
    assert refusal(lambda: printer.send(JOB)).code in {"unreachable", "not_installed"}
    wrong = open_printer(PrinterSettings(kind="usb", address="printer"))
    assert refusal(wrong.state).code == "broken"


@pytest.fixture
def lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A print server's commands: `lp` keeps the job and its words, `lpstat` says what a file says."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "lp").write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/words\ncat > {tmp_path}/job\n')
    (folder / "lpstat").write_text(f"#!/bin/sh\ncat {tmp_path}/state\n")
    for name in ("lp", "lpstat"):
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return tmp_path


def test_a_cups_queue_gets_the_job_raw(lp: Path) -> None:
    printer = open_printer(PrinterSettings(kind="cups", address="counter"))
    printer.send(JOB)
    assert (lp / "job").read_bytes() == JOB
    assert (lp / "words").read_text().startswith("-d counter -o raw")
    (lp / "state").write_text("counter accepting requests since Saturday\n")
    assert printer.state() is PrinterState.UNKNOWN
    (lp / "state").write_text("counter not accepting requests since Saturday\n")
    assert refusal(printer.state).code == "refused"


def test_a_cups_queue_that_refuses_is_told_in_its_words(lp: Path) -> None:
    (lp / "bin" / "lp").write_text("#!/bin/sh\necho 'lp: no such queue' >&2\nexit 1\n")
    problem = refusal(lambda: open_printer(PrinterSettings(kind="cups", address="x")).send(JOB))
    assert (problem.code, problem.detail) == ("refused", "lp: no such queue")


def test_a_machine_without_cups_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert refusal(lambda: open_printer(PrinterSettings(kind="cups")).send(JOB)).code == "not_installed"


class Win32PrintError(Exception):
    """Stands for pywin32's own error."""


class Win32Print:
    """The calls of pywin32 that the printer makes, kept in a list."""

    error = Win32PrintError

    def __init__(self, status: int = 0, *, missing: bool = False) -> None:
        self.calls: list[tuple[object, ...]] = []
        self.status, self.missing = status, missing

    def OpenPrinter(self, name: str) -> int:  # noqa: N802 -- pywin32's name
        if self.missing:
            raise Win32PrintError(1801, "OpenPrinter", "The printer name is invalid.")
        self.calls.append(("open", name))
        return 7

    def GetDefaultPrinter(self) -> str:  # noqa: N802 -- pywin32's name
        return "Default"

    def GetPrinter(self, handle: int, level: int) -> dict[str, int]:  # noqa: N802 -- pywin32's name
        return {"Status": self.status}

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.calls.append((name, *arguments))


def test_a_windows_queue_gets_the_job_raw(monkeypatch: pytest.MonkeyPatch) -> None:
    spooler = Win32Print()
    monkeypatch.setitem(sys.modules, "win32print", spooler)  # type: ignore[arg-type]  # it only has the calls
    open_printer(PrinterSettings(kind="windows", address="Counter")).send(JOB)
    assert ("open", "Counter") in spooler.calls
    assert ("StartDocPrinter", 7, 1, ("Evertill receipt", None, "RAW")) in spooler.calls
    assert ("WritePrinter", 7, JOB) in spooler.calls
    assert spooler.calls[-1] == ("ClosePrinter", 7)


@pytest.mark.parametrize(
    ("status", "state"),
    [(0, PrinterState.UNKNOWN), (0x10, PrinterState.PAPER_OUT), (0x400000, PrinterState.COVER_OPEN)],
)
def test_a_windows_queue_tells_what_it_knows(
    monkeypatch: pytest.MonkeyPatch, status: int, state: PrinterState
) -> None:
    monkeypatch.setitem(sys.modules, "win32print", Win32Print(status))  # type: ignore[arg-type]  # as above
    assert open_printer(PrinterSettings(kind="windows")).state() is state


def test_a_windows_queue_that_is_not_there_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "win32print", Win32Print(missing=True))  # type: ignore[arg-type]  # as above
    assert refusal(open_printer(PrinterSettings(kind="windows", address="x")).state).code == "unreachable"


def test_a_machine_without_pywin32_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "win32print", None)  # type: ignore[arg-type]  # Python's way to say: absent
    assert refusal(open_printer(PrinterSettings(kind="windows")).state).code == "not_installed"


def test_an_unknown_kind_of_printer_is_said() -> None:
    assert refusal(lambda: open_printer(PrinterSettings(kind="carrier pigeon"))).code == "broken"
    assert set(PRINTERS) == {"network", "usb", "serial", "file", "cups", "windows"}


def test_58_mm_paper_has_32_columns_and_an_unknown_width_is_taken_as_that() -> None:
    assert [PrinterSettings(kind="file", width_mm=width).columns for width in (80, 58, 44)] == [48, 32, 32]
