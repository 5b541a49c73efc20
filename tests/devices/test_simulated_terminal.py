"""The terminal that is no terminal: truthful books, and at most one charge for an attempt."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pos_app.devices.ports import TerminalAnswer, TerminalOutcome, TerminalUnavailable
from pos_app.devices.simulated_terminal import SimulatedTerminal, simulated_mobile_gateway

CODE = "134500000000000001"


def outcome(answer: TerminalAnswer) -> TerminalOutcome:
    return answer.outcome


def test_it_approves_with_a_reference_that_a_question_repeats(tmp_path: Path) -> None:
    terminal = SimulatedTerminal(tmp_path)
    charged = terminal.charge("a-1", 2000, "SGD")
    assert charged.outcome is TerminalOutcome.APPROVED
    assert len(charged.reference) == 4
    assert SimulatedTerminal(tmp_path).query("a-1") == charged


def test_an_attempt_is_charged_once_however_often_it_is_asked(tmp_path: Path) -> None:
    for _ in range(3):
        assert outcome(SimulatedTerminal(tmp_path).charge("a-1", 2000, "SGD")) is TerminalOutcome.APPROVED
    assert SimulatedTerminal(tmp_path).attempts()["a-1"].times_charged == 1


def test_a_refund_is_made_once_and_its_lost_answer_is_found(tmp_path: Path) -> None:
    terminal = SimulatedTerminal(tmp_path)
    charged = terminal.charge("a-1", 2000, "SGD")
    for _ in range(2):
        back = terminal.refund("r-1", 500, "SGD", charged.reference)
        assert outcome(back) is TerminalOutcome.APPROVED
    books = terminal.attempts()
    assert (books["r-1"].times_refunded, books["r-1"].times_charged, books["a-1"].times_refunded) == (1, 0, 0)
    with pytest.raises(TerminalUnavailable):
        terminal.refund("r-2", 593, "SGD", charged.reference)
    assert outcome(terminal.query("r-2")) is TerminalOutcome.APPROVED
    assert outcome(terminal.refund("r-3", 551, "SGD", charged.reference)) is TerminalOutcome.DECLINED


def test_a_gateway_pays_back_without_a_payment_code(tmp_path: Path) -> None:
    gateway = simulated_mobile_gateway(tmp_path)
    assert outcome(gateway.refund("r-1", 500, "SGD", "4711")) is TerminalOutcome.APPROVED


def test_amounts_choose_what_happens(tmp_path: Path) -> None:
    terminal = SimulatedTerminal(tmp_path)
    assert terminal.charge("declined", 1051, "SGD") == TerminalAnswer(
        TerminalOutcome.DECLINED, reason="declined"
    )
    assert outcome(terminal.charge("cancelled", 1057, "SGD")) is TerminalOutcome.CANCELLED
    for attempt, minor in (("never", 1091), ("late", 1092), ("lost", 1093)):
        with pytest.raises(TerminalUnavailable):
            terminal.charge(attempt, minor, "SGD")
    assert outcome(terminal.query("never")) is TerminalOutcome.UNKNOWN
    assert outcome(terminal.query("lost")) is TerminalOutcome.APPROVED
    with pytest.raises(TerminalUnavailable):
        terminal.query("late")
    assert outcome(terminal.query("late")) is TerminalOutcome.APPROVED


def test_amounts_choose_nothing_when_they_may_not(tmp_path: Path) -> None:
    terminal = SimulatedTerminal(tmp_path, amounts_decide=False)
    assert outcome(terminal.charge("a-1", 1051, "SGD")) is TerminalOutcome.APPROVED


def test_the_control_file_is_used_up_one_charge_at_a_time(tmp_path: Path) -> None:
    control = {"next": ["declined", "lost_answer"], "always": "cancelled"}
    (tmp_path / "card-control.json").write_text(json.dumps(control))
    terminal = SimulatedTerminal(tmp_path)
    assert outcome(terminal.charge("a-1", 2000, "SGD")) is TerminalOutcome.DECLINED
    with pytest.raises(TerminalUnavailable):
        terminal.charge("a-2", 2000, "SGD")
    assert outcome(terminal.charge("a-3", 2000, "SGD")) is TerminalOutcome.CANCELLED
    assert outcome(terminal.charge("a-4", 2000, "SGD")) is TerminalOutcome.CANCELLED


def test_a_damaged_file_is_said_and_nothing_is_charged(tmp_path: Path) -> None:
    (tmp_path / "card-control.json").write_text('{"next": ["explode"]}')
    terminal = SimulatedTerminal(tmp_path)
    with pytest.raises(TerminalUnavailable, match="broken"):
        terminal.charge("a-1", 2000, "SGD")
    assert terminal.attempts() == {}
    assert outcome(terminal.query("a-1")) is TerminalOutcome.UNKNOWN


def test_a_till_killed_while_it_waits_for_the_answer_learns_the_truth(tmp_path: Path) -> None:
    program = (
        "import os, pathlib\n"
        "from pos_app.devices.simulated_terminal import SimulatedTerminal\n"
        f"terminal = SimulatedTerminal(pathlib.Path({str(tmp_path)!r}))\n"
        "terminal.charge('a-1', 2000, 'SGD')\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == -9
    terminal = SimulatedTerminal(tmp_path)
    assert outcome(terminal.query("a-1")) is TerminalOutcome.APPROVED
    assert outcome(terminal.query("a-2")) is TerminalOutcome.UNKNOWN


def test_a_question_during_a_charge_is_not_answered_with_unknown(tmp_path: Path) -> None:
    terminal = SimulatedTerminal(tmp_path, answer_ms=600)
    charge = threading.Thread(target=terminal.charge, args=("a-1", 2000, "SGD"))
    charge.start()
    while not terminal._charging:
        pass
    with pytest.raises(TerminalUnavailable):
        terminal.query("a-1")
    with pytest.raises(TerminalUnavailable, match="busy"):
        terminal.charge("a-2", 2000, "SGD")
    charge.join()
    assert outcome(terminal.query("a-1")) is TerminalOutcome.APPROVED


def test_a_cancelled_approval_is_paid_back_and_stays_so(tmp_path: Path) -> None:
    terminal = SimulatedTerminal(tmp_path)
    terminal.charge("a-1", 2000, "SGD")
    assert outcome(terminal.cancel("a-1")) is TerminalOutcome.CANCELLED
    assert outcome(terminal.query("a-1")) is TerminalOutcome.CANCELLED
    assert outcome(terminal.charge("a-1", 2000, "SGD")) is TerminalOutcome.CANCELLED


def test_a_declined_attempt_stays_declined_and_an_unknown_one_can_never_be_charged_again(
    tmp_path: Path,
) -> None:
    terminal = SimulatedTerminal(tmp_path)
    terminal.charge("a-1", 1051, "SGD")
    assert outcome(terminal.cancel("a-1")) is TerminalOutcome.DECLINED
    assert outcome(terminal.cancel("a-2")) is TerminalOutcome.CANCELLED
    assert outcome(terminal.charge("a-2", 2000, "SGD")) is TerminalOutcome.CANCELLED
    assert terminal.attempts()["a-2"].times_charged == 0


def test_the_gateway_wants_a_payment_code_and_never_stores_it(tmp_path: Path) -> None:
    gateway = simulated_mobile_gateway(tmp_path)
    for attempt, code in (("a-1", ""), ("a-2", "4000123412341234"), ("a-3", "13450000")):
        answer = gateway.charge(attempt, 2000, "SGD", code)
        assert answer == TerminalAnswer(TerminalOutcome.DECLINED, reason="payment_code_invalid")
    assert outcome(gateway.charge("a-4", 2000, "SGD", CODE)) is TerminalOutcome.APPROVED
    assert all(CODE not in path.read_text() for path in tmp_path.iterdir())


def test_card_and_gateway_keep_books_of_their_own(tmp_path: Path) -> None:
    SimulatedTerminal(tmp_path).charge("a-1", 2000, "SGD")
    assert outcome(simulated_mobile_gateway(tmp_path).query("a-1")) is TerminalOutcome.UNKNOWN
