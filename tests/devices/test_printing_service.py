"""The spool worked off: a failed job stays, an interrupted one says COPY, a drawer opens once."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from pos_app.database.connection import Database
from pos_app.database.problems import DatabaseProblem
from pos_app.database.spool import PrintJobRequest, Spool
from pos_app.devices.cut_short import PrintCutShort
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.devices.virtual_printer import Fault, VirtualPrinter
from pos_app.services.printing import Printing
from tests.fakes.failing_disk import failing_disk
from tests.fakes.mock_sale import mock_receipt
from tests.faults.disk.interposing import POSSIBLE

NOON = datetime.fromisoformat("2026-03-14T14:33:00.000+08:00")


class HandClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> str:
        return self.at.isoformat(timespec="milliseconds")

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Desk:
    """A till's printing with its spool, printer and clock."""

    def __init__(self, database: Database, paper: VirtualPrinter, settings: PrinterSettings) -> None:
        self.clock = HandClock()
        self.database = database
        self.spool = Spool(database, self.clock.now)
        self.paper = paper
        self.settings = settings
        self.printing = self.after_a_crash()

    def after_a_crash(self) -> Printing:
        """Printing as a program started anew has it."""
        self.printing = Printing(self.spool, {"receipt": self.settings})
        return self.printing

    def queue(self, kind: str = "receipt", *, drawer: bool = False, body: str | None = None) -> None:
        text = msgspec.json.encode(mock_receipt("both")).decode() if body is None else body
        self.spool.queue(PrintJobRequest(kind=kind, body=text, opens_drawer=drawer))

    def run(self) -> str:
        """Take one step; return the problem's code."""
        return self.printing.run_once(self.clock.now()).problem

    @property
    def printed(self) -> list[str]:
        return [paper.text for paper in self.paper.papers]


@pytest.fixture
def desk(journal_file: Database, paper_printer: VirtualPrinter, network: PrinterSettings) -> Desk:
    return Desk(journal_file, paper_printer, msgspec.structs.replace(network, mode="native"))


def test_a_queued_receipt_is_printed_and_gone_from_the_spool(desk: Desk) -> None:
    desk.queue()
    report = desk.printing.run_once(desk.clock.now())
    assert (report.job_kind, report.problem) == ("receipt", "")
    assert "T2-000412-7" in desk.printed[0]
    assert "COPY" not in desk.printed[0]
    assert report.standing.waiting_count == 0
    assert desk.printing.run_once(desk.clock.now()).worked is False


@pytest.mark.parametrize("fault", [Fault.PAPER_OUT, Fault.COVER_OPEN])
def test_a_job_that_cannot_be_printed_waits_in_sight_and_comes_out_once(desk: Desk, fault: Fault) -> None:
    desk.paper.set_fault(fault)
    desk.queue()
    assert desk.run() == fault.value
    standing = desk.printing.standing()
    assert (standing.waiting_count, standing.problem) == (1, fault.value)
    assert standing.waiting_since == NOON.isoformat(timespec="milliseconds")
    desk.paper.set_fault(Fault.NONE)
    desk.clock.wait(30)
    assert desk.run() == ""
    assert len(desk.printed) == 1
    assert "COPY" not in desk.printed[0]  # nothing of the first try reached the paper
    assert desk.printing.standing().problem == ""


def test_tries_come_later_each_time(desk: Desk) -> None:
    desk.paper.set_fault(Fault.OFFLINE)
    desk.queue()
    waits = []
    for _ in range(6):
        assert desk.run() == "unreachable"
        waited = 0
        while desk.spool.claim(desk.clock.now()) is None:
            desk.clock.wait(1)
            waited += 1
        waits.append(waited)
        desk.after_a_crash()
        desk.spool.recover()
        desk.spool.retry_now()
    assert waits == sorted(waits)
    assert waits[0] == 2
    assert waits[-1] == 30


def test_new_paper_makes_waiting_jobs_due_at_once(desk: Desk) -> None:
    desk.paper.set_fault(Fault.PAPER_OUT)
    desk.queue()
    desk.queue()
    desk.run()
    desk.run()
    desk.paper.set_fault(Fault.NONE)
    desk.clock.wait(2.5)  # less than a second try would wait, enough to look at the printer
    for _ in range(4):
        desk.run()
        desk.clock.wait(0.1)
    assert len(desk.printed) == 2


def test_a_job_interrupted_by_a_crash_is_printed_as_copy_and_opens_no_drawer(desk: Desk) -> None:
    desk.queue(drawer=True)
    job = desk.spool.claim(desk.clock.now())
    assert job is not None
    assert desk.spool.drawer_may_open(job.job_id)  # stored just before the kick; then the power went
    desk.after_a_crash()
    assert desk.run() == ""
    assert "COPY" in desk.printed[0]
    assert desk.paper.drawer_kicks == 0


@pytest.mark.skipif(not POSSIBLE, reason="calls of the C library are watched on Linux only")
@pytest.mark.parametrize("step", ["claim", "drawer_may_open", "finish", "fail"])
def test_a_disk_that_was_full_for_a_moment_leaves_no_job_behind(
    desk: Desk, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = getattr(desk.spool, step)
    desk.queue(drawer=True)
    if step == "fail":
        desk.paper.set_fault(Fault.OFFLINE)
    with failing_disk() as disk:

        def on_a_full_disk(*arguments: object, **named: object) -> object:
            disk.fail("pwrite64", error=errno.ENOSPC)
            return work(*arguments, **named)

        monkeypatch.setattr(desk.spool, step, on_a_full_disk)
        for _ in range(2):
            with pytest.raises(DatabaseProblem) as caught:
                desk.run()
            assert caught.value.code == "disk_full"
        monkeypatch.setattr(desk.spool, step, work)
        disk.heal()
        desk.paper.set_fault(Fault.NONE)
        assert desk.run() == ""
        desk.clock.wait(10)
        assert desk.run() == ""
    assert desk.printing.standing().waiting_count == 0
    (paper,) = desk.paper.papers
    assert "COPY" not in paper.text
    assert desk.paper.drawer_kicks == 1


def test_a_receipt_with_cash_opens_the_drawer_once_however_often_it_is_tried(desk: Desk) -> None:
    desk.queue(drawer=True)
    desk.paper.set_fault(Fault.PAPER_OUT)
    for _ in range(3):
        assert desk.run() == "paper_out"
        desk.clock.wait(31)
    assert desk.paper.drawer_kicks == 1  # change is given although there is no paper
    desk.paper.set_fault(Fault.NONE)
    assert desk.run() == ""
    assert desk.paper.drawer_kicks == 1


def test_a_drawer_that_nobody_waits_for_any_more_stays_shut(desk: Desk) -> None:
    desk.paper.set_fault(Fault.OFFLINE)
    desk.queue(drawer=True)
    assert desk.run() == "unreachable"
    desk.clock.wait(600)
    desk.paper.set_fault(Fault.NONE)
    assert desk.run() == ""
    assert len(desk.printed) == 1
    assert desk.paper.drawer_kicks == 0


def test_a_printer_that_was_away_for_a_moment_still_opens_the_drawer(desk: Desk) -> None:
    desk.paper.set_fault(Fault.OFFLINE)
    desk.queue("drawer", drawer=True, body="{}")
    assert desk.run() == "unreachable"
    desk.paper.set_fault(Fault.NONE)
    desk.clock.wait(3)
    assert desk.run() == ""
    assert desk.paper.drawer_kicks == 1
    assert desk.printed == []


def test_a_till_without_a_drawer_sends_no_kick(desk: Desk) -> None:
    desk.settings = msgspec.structs.replace(desk.settings, has_drawer=False)
    desk.after_a_crash()
    desk.queue(drawer=True)
    desk.run()
    assert desk.paper.drawer_kicks == 0


def test_a_reprint_says_copy(desk: Desk) -> None:
    desk.queue("copy")
    desk.run()
    assert "COPY" in desk.printed[0]


def test_the_test_page_comes_out_in_both_scripts(desk: Desk) -> None:
    desk.queue("test", body="{}")
    desk.run()
    assert "123456789012345678901234567890123456789012345678" in desk.printed[0]
    assert "燕麦奶" in desk.printed[0]


def test_a_raster_job_in_between_needs_no_text(desk: Desk) -> None:
    desk.settings = msgspec.structs.replace(desk.settings, mode="raster", width_mm=58)
    desk.after_a_crash()
    desk.queue()
    assert desk.run() == ""
    assert desk.paper.papers[0].image.height > 1500


def test_a_job_that_is_no_receipt_stays_in_sight_and_the_next_one_is_printed(
    desk: Desk, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("cannot be laid out")
    desk.queue(body='{"language": "en"}')
    desk.queue()
    assert desk.run() == "broken"
    assert desk.run() == ""
    assert len(desk.printed) == 1
    assert desk.spool.waiting()[0] == 1
    desk.clock.wait(1.5)
    for _ in range(3):  # a printer that is well does not make it due: it would only be refused again
        assert desk.run() == ""
    assert desk.printing.standing().problem == "broken"


def test_a_job_cut_short_keeps_its_distance_and_then_says_copy(desk: Desk) -> None:
    desk.queue()
    device = desk.printing._device("receipt", desk.settings)
    send = device.send

    def cut_short(data: bytes) -> None:
        device.send = send  # type: ignore[method-assign]  # only the first try has the bad cable
        raise PrintCutShort("unreachable", "the cable came out")

    device.send = cut_short  # type: ignore[method-assign]  # as above
    assert desk.run() == "unreachable"
    desk.clock.wait(1)
    assert [desk.run(), desk.run()] == ["", ""]
    assert desk.printed == []
    desk.clock.wait(1.5)
    assert desk.run() == ""
    assert "COPY" in desk.printed[0]


def test_a_job_for_a_printer_that_is_not_set_up_waits(desk: Desk) -> None:
    desk.spool.queue(PrintJobRequest(kind="test", body="{}", printer="kitchen"))
    assert desk.run() == "not_installed"
    assert desk.spool.waiting() == (1, desk.clock.now(), "not_installed")


def test_little_paper_is_said_while_nothing_is_wrong(desk: Desk) -> None:
    desk.paper.set_fault(Fault.PAPER_LOW)
    assert desk.printing.run_once(desk.clock.now()).standing.problem == "paper_low"


def test_a_job_can_go_to_a_file(
    journal_file: Database, tmp_path: Path, paper_printer: VirtualPrinter
) -> None:
    file = tmp_path / "paper.bin"
    desk = Desk(journal_file, paper_printer, PrinterSettings(kind="file", address=str(file)))
    desk.queue()
    assert desk.run() == ""
    assert file.read_bytes().startswith(b"\x1b@")
