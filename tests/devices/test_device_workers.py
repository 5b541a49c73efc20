"""The threads of printing and of terminals: they never keep the till waiting, not even at its end."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from pos_app.database.connection import Database
from pos_app.database.spool import PrintJobRequest, Spool
from pos_app.devices.ports import DeviceProblem, TerminalAnswer, TerminalOutcome
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.devices.simulated_terminal import SimulatedTerminal, simulated_mobile_gateway
from pos_app.devices.virtual_printer import Fault, VirtualPrinter
from pos_app.services.clock import local_now
from pos_app.services.paying import TerminalRequest
from pos_app.services.printing import Printing
from pos_app.workers.print_worker import PrintWorker
from pos_app.workers.terminal_worker import TerminalWorker
from retail.sale import TenderKind
from tests.fakes.mock_sale import mock_receipt


def receipt_job() -> PrintJobRequest:
    return PrintJobRequest(kind="receipt", body=msgspec.json.encode(mock_receipt("both")).decode())


def print_worker(database: Database, settings: PrinterSettings) -> tuple[PrintWorker, Spool]:
    spool = Spool(database, local_now)
    printing = Printing(spool, {"receipt": settings})
    return PrintWorker(printing, local_now, database.release_thread), spool


def test_a_queued_job_is_printed_on_the_workers_thread(
    qtbot: QtBot, journal_file: Database, paper_printer: VirtualPrinter, network: PrinterSettings
) -> None:
    worker, spool = print_worker(journal_file, network)
    worker.start()
    spool.queue(receipt_job())
    spool.queue(receipt_job())
    with qtbot.waitSignals([worker.printed, worker.printed], timeout=10_000):
        worker.wake()
    assert worker.stop()
    assert len(paper_printer.papers) == 2


def test_trouble_and_its_end_are_said(
    qtbot: QtBot, journal_file: Database, paper_printer: VirtualPrinter, network: PrinterSettings
) -> None:
    paper_printer.set_fault(Fault.PAPER_OUT)
    worker, spool = print_worker(journal_file, network)
    told: list[tuple[int, str]] = []
    worker.standing_changed.connect(lambda standing: told.append((standing.waiting_count, standing.problem)))
    worker.start()
    spool.queue(receipt_job())
    worker.wake()
    qtbot.waitUntil(lambda: (1, "paper_out") in told, timeout=5000)
    paper_printer.set_fault(Fault.NONE)
    qtbot.waitUntil(lambda: told[-1] == (0, ""), timeout=10_000)
    assert worker.stop()


def test_a_hanging_printer_does_not_hold_up_the_end_of_the_program(
    qtbot: QtBot, journal_file: Database
) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        worker, spool = print_worker(journal_file, PrinterSettings(kind="network", address=address))
        spool.queue(receipt_job())
        worker.start()
        qtbot.wait(300)
        started = time.monotonic()
        assert worker.stop()
        assert time.monotonic() - started < 2
    assert spool.waiting()[0] == 1


class Till:
    """A terminal worker and what it has answered."""

    def __init__(self, worker: TerminalWorker) -> None:
        self.worker = worker
        self.answers: list[tuple[str, object]] = []
        worker.answered.connect(lambda request, answer: self.answers.append((request.verb, answer)))

    def ask(
        self, verb: str, attempt: str = "a-1", minor: int = 1000, kind: TenderKind = TenderKind.CARD
    ) -> None:
        self.worker.ask(TerminalRequest(verb, attempt, kind, minor, "SGD", "134500000000000001"))


@pytest.fixture
def terminals(tmp_path: Path) -> dict[TenderKind, SimulatedTerminal]:
    return {
        TenderKind.CARD: SimulatedTerminal(tmp_path),
        TenderKind.MOBILE_CODE: simulated_mobile_gateway(tmp_path),
    }


def test_a_charge_is_answered_by_signal(qtbot: QtBot, terminals: dict[TenderKind, SimulatedTerminal]) -> None:
    till = Till(TerminalWorker(terminals))
    till.worker.start()
    till.ask("charge", "a-1")
    till.ask("charge", "a-2", kind=TenderKind.MOBILE_CODE)
    qtbot.waitUntil(lambda: len(till.answers) == 2, timeout=3000)
    assert [answer.outcome for _, answer in till.answers if isinstance(answer, TerminalAnswer)] == [
        TerminalOutcome.APPROVED
    ] * 2
    assert till.worker.stop()


def test_a_lost_answer_comes_as_the_problem_it_is(
    qtbot: QtBot, terminals: dict[TenderKind, SimulatedTerminal]
) -> None:
    till = Till(TerminalWorker(terminals))
    till.worker.start()
    till.ask("charge", minor=1093)
    qtbot.waitUntil(lambda: len(till.answers) == 1, timeout=3000)
    assert isinstance(till.answers[0][1], DeviceProblem)
    till.ask("query")
    qtbot.waitUntil(lambda: len(till.answers) == 2, timeout=3000)
    answer = till.answers[1][1]
    assert isinstance(answer, TerminalAnswer)
    assert answer.outcome is TerminalOutcome.APPROVED
    assert till.worker.stop()


def test_a_waiting_charge_can_be_cancelled_and_is_answered_once(
    qtbot: QtBot, terminals: dict[TenderKind, SimulatedTerminal]
) -> None:
    till = Till(TerminalWorker(terminals))
    till.worker.start()
    till.ask("charge", minor=1094)  # slow: three seconds
    qtbot.wait(200)
    till.ask("cancel")
    qtbot.waitUntil(lambda: len(till.answers) >= 1, timeout=1500)
    qtbot.wait(300)
    assert [verb for verb, _ in till.answers] == ["cancel"]
    assert terminals[TenderKind.CARD].attempts()["a-1"].times_charged == 0
    assert till.worker.stop()


def test_a_terminal_at_work_does_not_hold_up_the_end_of_the_program(
    qtbot: QtBot, terminals: dict[TenderKind, SimulatedTerminal]
) -> None:
    till = Till(TerminalWorker(terminals))
    till.worker.start()
    till.ask("charge", minor=1094)
    qtbot.wait(100)
    started = time.monotonic()
    assert till.worker.stop()
    assert time.monotonic() - started < 2
    assert terminals[TenderKind.CARD].attempts() == {}


def test_without_a_terminal_a_charge_is_declined_and_a_question_stays_open(qtbot: QtBot) -> None:
    till = Till(TerminalWorker({}))
    till.worker.start()
    till.ask("charge")
    till.ask("query")
    qtbot.waitUntil(lambda: len(till.answers) == 2, timeout=3000)
    answers = dict(till.answers)
    assert answers["charge"] == TerminalAnswer(TerminalOutcome.DECLINED, reason="no_terminal")
    assert isinstance(answers["query"], DeviceProblem)
    assert till.worker.stop()
