"""A serial scale and a serial scanner at the far end of a line, and the scale that is a file."""

from __future__ import annotations

import os
import threading
import time
import tty
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from pos_app.devices.ports import DeviceProblem, ScaleUnavailable
from pos_app.devices.serial_scale import SerialScale, read_answer
from pos_app.devices.serial_scanner import LONGEST_CODE, SerialScanner, tell_codes
from pos_app.devices.simulated_scale import SimulatedScale


def refusal(action: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(ScaleUnavailable) as caught:
        action()
    return caught.value.code, caught.value.detail


@pytest.mark.parametrize(
    ("answer", "kilograms"),
    [(b"\x0201.284\r", "1.284"), (b"\x0200.005N\r", "0.005"), (b"\x02 12.50\r", "12.5")],
)
def test_an_answer_is_a_weight(answer: bytes, kilograms: str) -> None:
    assert read_answer(answer) == Decimal(kilograms)


@pytest.mark.parametrize(
    ("answer", "code", "detail"),
    [
        (b"", "timed_out", "no answer"),
        (b"\x02?\x01\r", "timed_out", "the weight is moving"),
        (b"\x02?\x02\r", "refused", "over capacity"),
        (b"\x02?\x04\r", "refused", "under zero"),
        (b"\x02?\x40\r", "broken", "the scale does not know the question"),
        (b"\x0200.000\r", "refused", "nothing on the scale"),
        (b"hello\r", "broken", "not an answer: 68 65 6c 6c 6f 0d"),
        (b"\x0201.2", "broken", "not an answer: 02 30 31 2e 32"),
    ],
)
def test_an_answer_without_a_weight_is_named(answer: bytes, code: str, detail: str) -> None:
    assert refusal(lambda: read_answer(answer)) == (code, detail)


def play_scale(line: int, answers: list[bytes]) -> threading.Thread:
    def answer() -> None:
        try:
            for text in answers:
                if os.read(line, 1) == b"W":
                    os.write(line, text)
        except OSError:  # the wire was pulled
            return

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    return thread


def test_a_scale_is_asked_until_the_weight_is_still(serial_pair: tuple[int, str]) -> None:
    line, port = serial_pair
    play_scale(line, [b"\x02?\x01\r", b"\x02?\x01\r", b"\x0201.284\r", b"\x0200.500\r"])
    scale = SerialScale(port)
    assert scale.weight() == Decimal("1.284")
    assert scale.weight() == Decimal("0.500")
    scale.close()
    scale.close()


def test_a_scale_that_never_settles_is_given_up(serial_pair: tuple[int, str]) -> None:
    line, port = serial_pair
    play_scale(line, [b"\x02?\x01\r"] * 50)
    scale = SerialScale(port, settle_ms=500)
    assert refusal(scale.weight) == ("timed_out", "the weight is moving")
    scale.close()


def test_a_scale_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    assert refusal(SerialScale(str(tmp_path / "tty")).weight)[0] == "unreachable"


def test_a_scale_pulled_out_is_unreachable_and_not_a_crash() -> None:
    line, near = os.openpty()
    tty.setraw(near)
    scale = SerialScale(os.ttyname(near), settle_ms=100)
    play_scale(line, [b"\x0201.284\r"])
    assert scale.weight() == Decimal("1.284")
    os.close(line)
    assert refusal(scale.weight)[0] in {"unreachable", "timed_out"}
    scale.close()
    os.close(near)


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "refused"), ("moving", "timed_out"), ("0", "refused"), ("heavy", "broken"), ("NaN", "refused")],
)
def test_the_simulated_scale_refuses_what_is_no_weight(tmp_path: Path, text: str, code: str) -> None:
    file = tmp_path / "scale.txt"
    assert refusal(SimulatedScale(file).weight)[0] == "refused"
    file.write_text(text)
    assert refusal(SimulatedScale(file).weight)[0] == code
    file.write_text("1.284\n")
    assert SimulatedScale(file).weight() == Decimal("1.284")


class Listening:
    """A scanner heard on a thread of its own, as a till does; ready when its port is open."""

    def __init__(self, line: int, port: str) -> None:
        self.heard: list[str] = []
        self.scanner = SerialScanner(port)
        self.thread = threading.Thread(target=self.scanner.listen, args=(self.heard.append,), daemon=True)
        self.thread.start()
        while not self.heard:  # opening a port throws away what came before
            os.write(line, b"?\r")
            time.sleep(0.02)
        time.sleep(0.2)
        self.heard.clear()

    def wait_for(self, count: int) -> list[str]:
        deadline = time.monotonic() + 5
        while len(self.heard) < count and time.monotonic() < deadline:
            time.sleep(0.01)
        return self.heard

    def end(self) -> None:
        self.scanner.close()
        self.thread.join(2)
        assert not self.thread.is_alive()


def test_a_burst_of_codes_is_heard_whole_and_in_order(serial_pair: tuple[int, str]) -> None:
    line, port = serial_pair
    listening = Listening(line, port)
    codes = [f"95{number:011d}" for number in range(300)]
    for start in range(0, 300, 20):
        os.write(line, "".join(f"{code}\r\n" for code in codes[start : start + 20]).encode())
    assert listening.wait_for(300) == codes
    listening.end()


def test_a_code_that_comes_in_pieces_is_one_code(serial_pair: tuple[int, str]) -> None:
    line, port = serial_pair
    listening = Listening(line, port)
    for piece in (b"\x0295", b"000", b"00012345\x03", b"T2-000412-7\t"):
        os.write(line, piece)
        time.sleep(0.05)
    assert listening.wait_for(2) == ["9500000012345", "T2-000412-7"]
    listening.end()


def test_noise_without_an_end_is_dropped_and_the_next_code_is_heard() -> None:
    heard: list[str] = []
    rest = tell_codes(b"x" * (LONGEST_CODE + 1), heard.append)
    assert tell_codes(rest + b"9500000012345\r", heard.append) == b""
    assert heard == ["9500000012345"]


def test_a_scanner_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DeviceProblem, match="unreachable"):
        SerialScanner(str(tmp_path / "tty")).listen(lambda _code: None)
