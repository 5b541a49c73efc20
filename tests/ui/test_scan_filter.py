"""A scan is a scan whatever has the focus, and a person's keys are a person's."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from pos_app.ui.scan_burst import BurstJudge, Moment, Stroke, StrokeKind
from pos_app.ui.scan_filter import ScanFilter, timing_from_tokens

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform has no window manager

MILK = "6901234567892"
TEA = "4006381333931"
TIMING = timing_from_tokens({"enter_guard_ms": 300, "max_key_gap_ms": 35, "min_length": 4})

_KEYS = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, " ": Qt.Key.Key_Space}


@dataclass
class Clock:
    """The till's monotonic clock, moved by the test."""

    now_ms: int = 1_000

    def __call__(self) -> int:
        return self.now_ms


@dataclass
class Desk:
    """A window with a field and a button, a filter before them, and hands that type and scan."""

    window: QWidget
    field: QLineEdit
    button: QPushButton
    filter: ScanFilter
    clock: Clock
    scans: list[str] = field(default_factory=list)
    clicks: list[bool] = field(default_factory=list)

    def target(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def wait(self, milliseconds: int) -> None:
        """Time passes without keys; the filter's timer would run out in that time."""
        self.clock.now_ms += milliseconds
        if milliseconds > 35:
            self.filter.settle()

    def press(self, character: str, *, shift: bool = False, release: bool = True) -> None:
        target = self.target()
        modifiers = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        key: object = _KEYS.get(character, character)
        if character in "\x02\x03\x1d":
            modifiers = Qt.KeyboardModifier.ControlModifier
            key = Qt.Key(ord(character) + 0x40)
        if isinstance(key, str):
            QTest.keyPress(target, key, modifiers)
            if release:
                QTest.keyRelease(target, key, modifiers)
        else:
            QTest.keyPress(target, Qt.Key(key), modifiers)
            if release:
                QTest.keyRelease(target, Qt.Key(key), modifiers)

    def type(self, text: str, gap: int = 90) -> None:
        for character in text:
            self.press(character)
            self.wait(gap)

    def scan(self, code: str, end: str = "\r", gap: int = 0) -> None:
        for character in code + end:
            self.press(character)
            self.clock.now_ms += gap


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    window = QWidget()
    layout = QVBoxLayout(window)
    line_edit, button = QLineEdit(window), QPushButton("Pay", window)
    button.setAutoDefault(True)
    layout.addWidget(line_edit)
    layout.addWidget(button)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    line_edit.setFocus()
    clock = Clock()
    scan_filter = ScanFilter(TIMING, clock_ms=clock)
    result = Desk(window, line_edit, button, scan_filter, clock)
    scan_filter.scanned.connect(result.scans.append)
    button.clicked.connect(lambda: result.clicks.append(True))
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(scan_filter)
    yield result
    application.removeEventFilter(scan_filter)


def test_a_scan_with_a_field_focused_leaves_the_field_alone(desk: Desk) -> None:
    entered: list[bool] = []
    desk.field.returnPressed.connect(lambda: entered.append(True))
    desk.scan(MILK)
    desk.wait(1_000)
    assert desk.scans == [MILK]
    assert desk.field.text() == ""
    assert entered == []
    assert desk.field.hasFocus()


def test_a_scan_with_a_button_focused_does_not_press_it(desk: Desk) -> None:
    desk.button.setFocus()
    desk.scan("AB 12 34", end="\r")  # its spaces would press the button too
    desk.scan(MILK, end="\t")
    desk.wait(1_000)
    assert desk.scans == ["AB 12 34", MILK]
    assert desk.clicks == []
    assert not desk.button.isDown()
    assert desk.button.hasFocus()


def test_space_typed_on_a_button_still_presses_it(desk: Desk) -> None:
    desk.button.setFocus()
    desk.press(" ")
    assert desk.clicks == []
    desk.wait(60)
    assert len(desk.clicks) == 1


def test_the_first_character_is_held_back_and_given_back_when_no_burst_follows(desk: Desk) -> None:
    desk.press("3")
    assert desk.field.text() == ""
    desk.wait(40)
    assert desk.field.text() == "3"


def test_typing_before_and_after_a_scan_stays_typed(desk: Desk) -> None:
    desk.type("3*")
    desk.scan(MILK)
    desk.type("tea", gap=60)
    assert desk.scans == [MILK]
    assert desk.field.text() == "3*tea"


def test_a_fast_typist_is_not_a_scanner(desk: Desk) -> None:
    # Three keys rolled over one another, a person's limit, then an ordinary gap, again and again.
    for character, gap in zip("flat white large oat", itertools.cycle((12, 25, 61)), strict=False):
        desk.press(character)
        desk.wait(gap)
    desk.wait(100)
    assert desk.field.text() == "flat white large oat"
    assert desk.scans == []


def test_three_characters_and_enter_are_typed(desk: Desk) -> None:
    entered: list[bool] = []
    desk.field.returnPressed.connect(lambda: entered.append(True))
    for character in "123\r":
        desk.press(character)
        desk.clock.now_ms += 5
    assert desk.field.text() == "123"
    assert entered == [True]
    assert desk.scans == []


def test_a_scanner_without_a_suffix_is_heard_after_a_silence(desk: Desk) -> None:
    desk.scan(MILK, end="", gap=8)
    assert desk.scans == []
    desk.wait(40)
    assert desk.scans == [MILK]
    assert desk.field.text() == ""


def test_enter_is_ignored_for_300_ms_after_a_scan_and_heard_afterwards(desk: Desk) -> None:
    entered: list[bool] = []
    desk.field.returnPressed.connect(lambda: entered.append(True))
    desk.scan(MILK, end="")
    desk.wait(120)
    desk.press("\r")
    assert entered == []
    desk.wait(400)
    desk.press("\r")
    assert entered == [True]
    assert desk.scans == [MILK]


def test_a_late_enter_is_still_the_scanners_after_a_slow_handler(desk: Desk) -> None:
    desk.button.setFocus()
    desk.filter.scanned.connect(lambda _text: setattr(desk.clock, "now_ms", desk.clock.now_ms + 900))
    desk.scan(MILK, end="")
    desk.wait(40)
    desk.press("\r")
    assert desk.clicks == []


def test_back_to_back_scans_without_a_pause_all_arrive_in_order(desk: Desk) -> None:
    codes = [MILK, TEA, "MBR00008817", MILK, "CPNSPRING5"] * 8
    for code in codes:
        desk.scan(code, gap=0)
    assert desk.scans == codes
    assert desk.field.text() == ""


def test_scans_during_a_busy_handler_are_queued_and_delivered_after_it(desk: Desk) -> None:
    seen: list[str] = []
    depth: list[int] = []

    def handle(text: str) -> None:
        seen.append(text)
        depth.append(len(seen))
        if text == MILK:
            desk.scan(TEA)  # arrives while this scan is being handled
            desk.scan("MBR00008817")
            assert seen == [MILK]
            assert desk.filter.waiting_scans == 2
        depth.pop()
        assert depth == []

    desk.filter.scanned.connect(handle)
    desk.scan(MILK)
    assert seen == [MILK, TEA, "MBR00008817"]
    assert desk.filter.waiting_scans == 0


def test_scans_wait_while_the_till_is_busy_and_none_is_dropped(desk: Desk) -> None:
    desk.filter.set_busy(True)
    codes = [f"{number:08d}" for number in range(250)]
    for code in codes:
        desk.scan(code)
    desk.type("note")
    assert desk.scans == []
    assert desk.filter.waiting_scans == 250
    desk.filter.set_busy(False)
    assert desk.scans == codes
    assert desk.field.text() == "note"


def test_a_handler_that_fails_does_not_stop_the_next_scan(desk: Desk, qtbot: QtBot) -> None:
    def fail(text: str) -> None:
        if text == MILK:
            raise ValueError(text)

    desk.filter.scanned.connect(fail)
    with qtbot.captureExceptions() as raised:
        desk.scan(MILK)
        desk.scan(TEA)
    assert len(raised) == 1
    assert desk.scans == [MILK, TEA]


def test_a_programmed_frame_is_a_scan_however_short_and_slow(desk: Desk) -> None:
    for character in "\x02" + "A7" + "\x03":
        desk.press(character)
        desk.clock.now_ms += 120
    assert desk.scans == ["A7"]
    assert desk.field.text() == ""


def test_a_frame_right_after_typing_does_not_take_the_typed_key(desk: Desk) -> None:
    desk.press("3")
    desk.clock.now_ms += 10
    desk.scan("\x02" + MILK, end="\x03\r")
    assert desk.scans == [MILK]
    assert desk.field.text() == "3"


def test_a_frame_that_never_ends_loses_nothing(desk: Desk) -> None:
    desk.press("\x02")  # a person's Ctrl+B
    desk.clock.now_ms += 150
    desk.press("a")
    desk.clock.now_ms += 150
    desk.press("b")
    desk.wait(400)
    assert desk.scans == []
    assert desk.field.text() == "ab"


def test_two_frames_with_a_lost_end_between_them_are_two_scans(desk: Desk) -> None:
    desk.scan("\x02" + MILK, end="")
    desk.scan("\x02" + TEA, end="\x03")
    assert desk.scans == [MILK, TEA]
    assert desk.field.text() == ""


def test_the_group_separator_of_a_gs1_code_is_part_of_the_scan(desk: Desk) -> None:
    desk.scan("0109501101530003\x1d10ABC")
    assert desk.scans == ["0109501101530003\x1d10ABC"]


def test_shift_keys_of_a_scan_neither_break_nor_reach_it(desk: Desk) -> None:
    for character in "MBRx12":
        upper = character.isupper()
        if upper:
            QTest.keyPress(desk.field, Qt.Key.Key_Shift)
        desk.press(character, shift=upper)
        if upper:
            QTest.keyRelease(desk.field, Qt.Key.Key_Shift)
        desk.clock.now_ms += 9
    desk.press("\r")
    assert desk.scans == ["MBRx12"]
    assert desk.field.text() == ""


def test_a_person_typing_capitals_is_heard(desk: Desk) -> None:
    for character in "LiN":
        QTest.keyPress(desk.field, Qt.Key.Key_Shift)
        desk.clock.now_ms += 20
        desk.press(character, shift=character.isupper())
        QTest.keyRelease(desk.field, Qt.Key.Key_Shift)
        desk.wait(80)
    assert desk.field.text() == "LiN"


def test_keypad_digits_are_typed_and_scanned_like_the_others(desk: Desk) -> None:
    for character in "25":
        QTest.keyClick(desk.field, character, Qt.KeyboardModifier.KeypadModifier)
        desk.wait(80)
    for character in MILK:
        QTest.keyClick(desk.field, character, Qt.KeyboardModifier.KeypadModifier)
    QTest.keyClick(desk.field, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert desk.field.text() == "25"
    assert desk.scans == [MILK]


def test_a_key_held_down_repeats_as_typing(desk: Desk) -> None:
    typed: list[str] = []
    scans: list[str] = []
    judge: BurstJudge[str] = BurstJudge(
        TIMING, on_typed=typed.append, on_scan=scans.append, clock_ms=desk.clock
    )

    def stroke(moment_ms: int, *, repeat: bool) -> Stroke[str]:
        return Stroke(StrokeKind.CHARACTER, ord("A"), "a", Moment(None, moment_ms), "a", repeat)

    judge.press(stroke(0, repeat=False))
    for number in range(20):
        judge.press(stroke(500 + 33 * number, repeat=True))
    judge.settle()
    assert typed == ["a"] * 21
    assert scans == []


def test_backspace_and_arrows_keep_their_place_among_typed_keys(desk: Desk) -> None:
    desk.press("a")
    desk.press("b")
    QTest.keyClick(desk.field, Qt.Key.Key_Backspace)
    desk.press("c")
    QTest.keyClick(desk.field, Qt.Key.Key_Left)
    desk.press("d")
    desk.wait(40)
    assert desk.field.text() == "adc"
    assert desk.scans == []


def test_ctrl_z_is_no_part_of_a_burst(desk: Desk) -> None:
    desk.type("ab")
    QTest.keyClick(desk.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert desk.field.text() == ""
    assert desk.scans == []


def test_an_input_method_composes_in_a_field_after_what_was_typed_before(desk: Desk) -> None:
    desk.press("3")  # still held back
    QCoreApplication.sendEvent(desk.field, QInputMethodEvent("cha", []))
    commit = QInputMethodEvent("", [])
    commit.setCommitString("茶")
    QCoreApplication.sendEvent(desk.field, commit)
    assert desk.field.text() == "3茶"
    desk.scan(TEA)
    assert desk.scans == [TEA]
    assert desk.field.text() == "3茶"


def test_typed_keys_reach_the_field_that_had_the_focus_when_they_were_pressed(
    desk: Desk, qtbot: QtBot
) -> None:
    handle = desk.window.windowHandle()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is desk.field)
    QTest.keyPress(handle, "x")
    desk.button.setFocus()
    desk.wait(40)
    assert desk.field.text() == "x"


def test_the_windows_own_timestamps_decide_when_the_till_was_busy(desk: Desk) -> None:
    """All keys are seen at once after a stall, but their stamps show who pressed them."""
    typed: list[str] = []
    scans: list[str] = []
    judge: BurstJudge[str] = BurstJudge(
        TIMING, on_typed=typed.append, on_scan=scans.append, clock_ms=desk.clock
    )

    def press(character: str, stamp_ms: int) -> None:
        kind = StrokeKind.TERMINATOR if character == "\r" else StrokeKind.CHARACTER
        judge.press(Stroke(kind, ord(character), character, Moment(stamp_ms, 5_000), character))

    for number, character in enumerate("typed"):
        press(character, 10_000 + 110 * number)
    for number, character in enumerate(MILK + "\r"):
        press(character, 11_000 + 3 * number)
    assert "".join(typed) == "typed"
    assert scans == [MILK]


def test_the_real_timer_gives_a_lone_key_back(qtbot: QtBot) -> None:
    line_edit = QLineEdit()
    qtbot.addWidget(line_edit)
    line_edit.show()
    qtbot.waitExposed(line_edit)
    scan_filter = ScanFilter(TIMING)
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(scan_filter)
    try:
        QTest.keyClick(line_edit, "7")
        assert line_edit.text() == ""
        qtbot.waitUntil(lambda: line_edit.text() == "7")
        scans: list[str] = []
        scan_filter.scanned.connect(scans.append)
        for character in MILK:
            QTest.keyClick(line_edit, character)
        qtbot.waitUntil(lambda: scans == [MILK])
        assert line_edit.text() == "7"
    finally:
        application.removeEventFilter(scan_filter)


def test_a_stall_in_the_middle_of_a_scan_does_not_let_its_first_character_out(qtbot: QtBot) -> None:
    """The till is busy for 200 ms after the first character; the rest waits in the queue meanwhile."""
    line_edit = QLineEdit()
    qtbot.addWidget(line_edit)
    line_edit.show()
    qtbot.waitExposed(line_edit)
    scan_filter = ScanFilter(TIMING)
    scans: list[str] = []
    scan_filter.scanned.connect(scans.append)
    application = QApplication.instance()
    assert application is not None
    application.installEventFilter(scan_filter)
    try:
        QTest.keyClick(line_edit, MILK[0])
        QTest.qSleep(200)
        QCoreApplication.processEvents()  # the late timer fires first
        assert line_edit.text() == ""
    finally:
        scan_filter.settle()
        application.removeEventFilter(scan_filter)
    assert line_edit.text() == MILK[0]


def test_a_typed_key_is_offered_to_the_key_handler_once_and_a_scanned_key_never(desk: Desk) -> None:
    offered: list[str] = []

    def handle(event: QKeyEvent) -> bool:
        offered.append(event.text())
        return event.text() == "+"

    desk.filter.set_key_handler(handle)
    desk.button.setFocus()
    desk.type("a+b")
    desk.scan(MILK)
    assert offered == ["a", "+", "b"]
    desk.field.setFocus()
    desk.type("+1")
    assert desk.field.text() == "1"


@dataclass(frozen=True)
class Act:
    """One thing a person or a scanner does: (character, gap before it in milliseconds) pairs."""

    strokes: tuple[tuple[str, int], ...]
    typed: str = ""
    scanned: str = ""


_TYPED = "abcdefghijklmnopqrstuvwxyz0123456789*+-/. "
_CODED = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-. $/+%abcxyz"


def some_typing(generator: random.Random) -> Act:
    text = "".join(generator.choices(_TYPED, k=generator.randint(1, 12)))
    strokes: list[tuple[str, int]] = []
    close = 0
    for number, character in enumerate(text):
        gap = generator.randint(36, 220)
        if number and close < 2 and generator.random() < 0.25:
            gap, close = generator.randint(0, 35), close + 1
        else:
            close = 0
        strokes.append((character, gap))
    return Act(tuple(strokes), typed=text)


def some_scan(generator: random.Random, *, after_a_scan_with_an_end: bool) -> Act:
    code = "".join(generator.choices(_CODED, k=generator.randint(4, 24)))
    framed = generator.random() < 0.3
    end = generator.choice(("\r", "\t", "")) if not framed else generator.choice(("\x03", "\x03\r"))
    start = "\x02" if framed else ""
    longest = generator.choice((0, 2, 12, 35))
    strokes = [(character, generator.randint(0, longest)) for character in start + code + end]
    alone = framed or after_a_scan_with_an_end
    strokes[0] = (strokes[0][0], 0 if alone and generator.random() < 0.5 else generator.randint(36, 400))
    return Act(tuple(strokes), scanned=code)


def test_a_thousand_random_interleavings_of_typing_and_scanning_lose_and_mix_nothing(desk: Desk) -> None:
    generator = random.Random(20260314)
    for _round in range(1_000):
        desk.field.clear()
        desk.scans.clear()
        typed, scanned = "", []
        ended = False
        for _act in range(generator.randint(1, 5)):
            if generator.random() < 0.5:
                act, ended = some_typing(generator), False
            else:
                act = some_scan(generator, after_a_scan_with_an_end=ended)
                ended = act.strokes[-1][0] in "\r\t\x03"
                scanned.append(act.scanned)
            typed += act.typed
            for character, gap in act.strokes:
                desk.clock.now_ms += gap
                if gap > 35 and generator.random() < 0.5:
                    desk.filter.settle()  # the timer may run out first, or the next key may come first
                desk.press(character, release=generator.random() < 0.9)
        desk.wait(400)
        assert desk.field.text() == typed
        assert desk.scans == scanned
