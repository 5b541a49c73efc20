"""The one application event filter: every key press passes here before any widget sees it.

It parts scans from typing (`scan_burst`) and puts scans in a queue. Guarantees: a scan never reaches a field
or a button, nor does its first character or its Enter; typed keys reach the widget that had the focus when
they were pressed, in order, none lost; scans come out of `scanned` in order, one at a time, none dropped,
also when they arrive while a scan is being handled or while the till is busy (`set_busy`).

Only spontaneous key events are judged, that is those of the window system. What this filter gives back is
sent as an ordinary event, which it does not judge again. A shortcut for a plain key (no Ctrl, Alt or Meta)
would fire before a key press is delivered, so such shortcuts wait for the judgement too.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from pos_app.ui.scan_burst import BurstJudge, Moment, ScanTiming, Stroke, StrokeKind

KeyHandler = Callable[[QKeyEvent], bool]
"""Sees a typed key before the widgets do, and answers whether it used the key up."""

_MODIFIER_KEYS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    }
)
_TERMINATORS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab})
_KEY_EVENTS = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
_COMMAND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
_ALT = Qt.KeyboardModifier.AltModifier
_CONTROL_CODES = range(0x40, 0x60)
"""Keys `@` to `_`: with Ctrl they are the control characters 0 to 31 (Ctrl+B is STX, Ctrl+] is GS)."""

GROUP_SEPARATOR = "\x1d"
"""FNC1 of a GS1 code, which scanners send as the character GS."""


def timing_from_tokens(scan: Mapping[str, int]) -> ScanTiming:
    """The timing of the design tokens' "scan" group; the frame is STX .. ETX."""
    return ScanTiming(
        max_key_gap_ms=int(scan["max_key_gap_ms"]),
        min_length=int(scan["min_length"]),
        enter_guard_ms=int(scan["enter_guard_ms"]),
    )


def monotonic_ms() -> int:
    """Milliseconds of a clock that never goes back."""
    return time.monotonic_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class _Key:
    """A key event kept for later, with the object it was sent to and the widget that had the focus."""

    event: QKeyEvent
    receiver: QObject
    focus: QWidget | None


class ScanFilter(QObject):
    """Install with `QApplication.installEventFilter`; see the module's text for what it guarantees."""

    scanned = Signal(str)

    def __init__(
        self,
        timing: ScanTiming | None = None,
        *,
        key_handler: KeyHandler | None = None,
        clock_ms: Callable[[], int] = monotonic_ms,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._timing = timing or ScanTiming()
        self._key_handler = key_handler
        self._clock_ms = clock_ms
        self._scans: deque[str] = deque()
        self._busy = False
        self._delivering = False
        self._typed: deque[_Key] = deque()
        self._judge: BurstJudge[_Key] = BurstJudge(
            self._timing, on_typed=self._give_back, on_scan=self._queue, clock_ms=clock_ms
        )
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setTimerType(Qt.TimerType.PreciseTimer)
        self._quiet.timeout.connect(self._silence)
        self._armed_at_ms = 0
        self._confirming = False

    def set_key_handler(self, handler: KeyHandler | None) -> None:
        """Let `handler` see every typed key press before the widgets do."""
        self._key_handler = handler

    def set_busy(self, busy: bool) -> None:
        """While busy, scans wait in the queue; they are delivered in order when it ends."""
        self._busy = busy
        self._deliver()

    @property
    def waiting_scans(self) -> int:
        """Scans not yet delivered."""
        return len(self._scans)

    def settle(self) -> None:
        """Decide about what is held back now, as after a silence."""
        self._quiet.stop()
        self._confirming = False
        self._judge.settle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the window system's key events; everything else passes."""
        kind = event.type()
        if kind in _KEY_EVENTS:
            if event.spontaneous() and isinstance(event, QKeyEvent):
                self._judge_key(watched, event)
                return True
        elif kind == QEvent.Type.ShortcutOverride:
            if event.spontaneous() and isinstance(event, QKeyEvent) and self._may_be_scanned(event):
                event.accept()
                return True
        elif kind == QEvent.Type.InputMethod and self._judge.holding:
            # A composition follows keys that were typed before it, and must not overtake them.
            self.settle()
        return False

    def _judge_key(self, watched: QObject, event: QKeyEvent) -> None:
        stroke = Stroke(
            kind=self._kind(event),
            key=event.key(),
            text=_character(event),
            moment=Moment(stamp_ms=event.timestamp() or None, clock_ms=self._clock_ms()),
            payload=_Key(_copied(event), watched, QApplication.focusWidget()),
            repeat=event.isAutoRepeat(),
        )
        if event.type() == QEvent.Type.KeyPress:
            self._judge.press(stroke)
        else:
            self._judge.release(stroke)
        event.accept()
        self._arm()

    def _kind(self, event: QKeyEvent) -> StrokeKind:
        key = event.key()
        if key in _MODIFIER_KEYS:
            return StrokeKind.MODIFIER
        if key in _TERMINATORS and not event.modifiers() & (_COMMAND | _ALT):
            return StrokeKind.TERMINATOR
        character = _character(event)
        if character and (character.isprintable() or character == GROUP_SEPARATOR):
            return StrokeKind.CHARACTER
        return StrokeKind.OTHER

    def _may_be_scanned(self, event: QKeyEvent) -> bool:
        return self._kind(event) in (StrokeKind.CHARACTER, StrokeKind.TERMINATOR)

    def _arm(self) -> None:
        self._confirming = False
        if self._judge.holding:
            self._armed_at_ms = self._clock_ms()
            self._quiet.start(self._judge.patience_ms)
        else:
            self._quiet.stop()

    def _silence(self) -> None:
        """The timer ran out. That is a silence only if the event loop was alive and its queue is empty.

        A till that was busy finds the rest of the scan in its queue, so after a late timer a whole gap is
        waited once more, and after a punctual one a turn of the event loop.
        """
        if self._confirming:
            self.settle()
            return
        late = self._clock_ms() - self._armed_at_ms > 2 * self._judge.patience_ms
        self._confirming = True
        self._quiet.start(self._judge.patience_ms if late else 0)

    def _give_back(self, key: _Key) -> None:
        """Send a typed key on. A widget that runs its own event loop meanwhile cannot change the order."""
        self._typed.append(key)
        while self._typed:
            self._send(self._typed.popleft())

    def _send(self, key: _Key) -> None:
        pressed = key.event.type() == QEvent.Type.KeyPress
        if pressed and self._key_handler is not None and self._key_handler(key.event):
            return
        target = _target(key)
        if target is not None:
            QCoreApplication.sendEvent(target, key.event)

    def _queue(self, text: str) -> None:
        self._scans.append(text)
        self._deliver()

    def _deliver(self) -> None:
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._scans and not self._busy:
                self.scanned.emit(self._scans.popleft())
        finally:
            self._delivering = False


def _copied(event: QKeyEvent) -> QKeyEvent:
    """A copy that Python owns. `QKeyEvent.clone` gives one that nobody frees."""
    copy = QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )
    copy.setTimestamp(event.timestamp())
    return copy


def _character(event: QKeyEvent) -> str:
    """The one character that a key press stands for, or nothing (commands such as Ctrl+Z, arrows)."""
    modifiers = event.modifiers()
    text = event.text()
    if modifiers & _COMMAND and modifiers & _ALT:  # AltGr on Windows
        return text if len(text) == 1 and text.isprintable() else ""
    if modifiers & _COMMAND:
        return chr(event.key() - _CONTROL_CODES.start) if event.key() in _CONTROL_CODES else ""
    if modifiers & _ALT:
        return ""
    return text if len(text) == 1 else ""


def _target(key: _Key) -> QObject | None:
    """Where a typed key belongs: the widget that had the focus then, else what it was sent to."""
    focus = key.focus
    if (
        isinstance(key.receiver, QWindow)
        and focus is not None
        and focus is not QApplication.focusWidget()
        and shiboken6.isValid(focus)
        and focus.isVisible()
    ):
        return focus
    return key.receiver if shiboken6.isValid(key.receiver) else QApplication.focusWidget()
