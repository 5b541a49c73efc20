"""Tells a scanner's keys from a person's, without Qt: strokes in, typed strokes and scanned texts out.

A programmed frame (prefix .. suffix, by default STX .. ETX) is a scan by definition. Otherwise a burst is:
at least `min_length` characters whose neighbours are at most `max_key_gap_ms` apart, ended by Enter, Tab or
by silence. Until that is known the strokes are held back. Guarantees: a stroke that turns out to be typed is
given back in the order in which it was pressed and exactly once; a stroke of a scan is never given back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Payload = TypeVar("Payload")

_SLIGHTLY_BACKWARDS_MS = 50
"""Drivers may stamp neighbours a little out of order; that is a gap of zero, not of a wrapped counter."""

_LONGEST_STAMP_GAP_MS = 60_000


@dataclass(frozen=True, slots=True)
class ScanTiming:
    """Times in milliseconds (`tokens.json`, "scan") and the scanner's programmed frame.

    `prefix` and `suffix` are one character each, or empty when scanners send no frame.
    `frame_gap_ms` is the longest pause inside a frame before it is taken for typing.
    """

    max_key_gap_ms: int = 35
    min_length: int = 4
    enter_guard_ms: int = 300
    prefix: str = "\x02"
    suffix: str = "\x03"
    frame_gap_ms: int = 300


class StrokeKind(StrEnum):
    """What a key means to the judge."""

    CHARACTER = "character"
    TERMINATOR = "terminator"
    MODIFIER = "modifier"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Moment:
    """When a key went down: the window system's stamp when it has one, and our own monotonic clock."""

    stamp_ms: int | None
    clock_ms: int


def gap_ms(earlier: Moment, later: Moment) -> int:
    """Milliseconds from one key to the next, by the window system's stamps where both carry one.

    The stamps tell when the key was pressed even if the till was busy; our clock only tells when we saw it.
    """
    if earlier.stamp_ms is not None and later.stamp_ms is not None:
        gap = later.stamp_ms - earlier.stamp_ms
        if -_SLIGHTLY_BACKWARDS_MS <= gap <= _LONGEST_STAMP_GAP_MS:
            return max(gap, 0)
    return max(later.clock_ms - earlier.clock_ms, 0)


@dataclass(frozen=True, slots=True)
class Stroke(Generic[Payload]):
    """One key press. `key` pairs it with its release; `payload` comes back unchanged when it was typed."""

    kind: StrokeKind
    key: int
    text: str
    moment: Moment
    payload: Payload
    repeat: bool = False


class BurstJudge(Generic[Payload]):
    """Holds strokes back until it is known who pressed them.

    `on_typed(payload)` is called for every stroke (and release) of a person, `on_scan(text)` for every scan.
    """

    def __init__(
        self,
        timing: ScanTiming,
        *,
        on_typed: Callable[[Payload], None],
        on_scan: Callable[[str], None],
        clock_ms: Callable[[], int],
    ) -> None:
        self._timing = timing
        self._on_typed = on_typed
        self._on_scan = on_scan
        self._clock_ms = clock_ms
        self._held: list[tuple[Stroke[Payload], bool]] = []
        self._in_frame = False
        self._frame_paused = False
        self._last: Moment | None = None
        self._last_scan: Moment | None = None
        self._swallowed: set[int] = set()

    @property
    def holding(self) -> bool:
        """Strokes are held back and somebody must call `settle` after `patience_ms` of silence."""
        return bool(self._held)

    @property
    def patience_ms(self) -> int:
        """How long a silence must be before `settle`."""
        return self._timing.frame_gap_ms if self._in_frame else self._timing.max_key_gap_ms

    def press(self, stroke: Stroke[Payload]) -> None:
        """Judge a key that went down."""
        if (
            self._held
            and self._last is not None
            and (gap_ms(self._last, stroke.moment) > self.patience_ms or self._starts_frame(stroke))
        ):
            self.settle()
        if self._in_frame:
            self._press_in_frame(stroke)
        elif self._starts_frame(stroke):
            self._in_frame = True
            self._hold(stroke)
        elif self._may_belong_to_a_burst(stroke):
            self._hold(stroke)
        elif stroke.kind is StrokeKind.TERMINATOR:
            self._press_terminator(stroke)
        else:
            self.settle()
            self._type(stroke)

    def release(self, stroke: Stroke[Payload]) -> None:
        """Judge a key that went up: it shares the fate of its press."""
        if stroke.key in self._swallowed:
            self._swallowed.discard(stroke.key)
        elif any(held.key == stroke.key and down for held, down in self._held):
            self._held.append((stroke, False))
        else:
            self._on_typed(stroke.payload)

    def settle(self) -> None:
        """Silence: what is held is a scan when it is long enough, else it was typed.

        A frame without its end is still a scan if it came as a burst.
        """
        if not self._frame_paused and len(self._text()) >= self._timing.min_length:
            self._scan()
            return
        self._frame_paused = False
        self._in_frame = False
        held, self._held = self._held, []
        for stroke, down in held:
            if down:
                self._swallowed.discard(stroke.key)
            self._on_typed(stroke.payload)

    def _starts_frame(self, stroke: Stroke[Payload]) -> bool:
        return bool(self._timing.prefix) and stroke.text == self._timing.prefix

    def _may_belong_to_a_burst(self, stroke: Stroke[Payload]) -> bool:
        """A burst starts with a character that is not a repeat; a keyboard repeats only after a long hold."""
        if stroke.kind is StrokeKind.CHARACTER:
            return bool(self._held) or not stroke.repeat
        return stroke.kind is StrokeKind.MODIFIER and bool(self._held)

    def _press_in_frame(self, stroke: Stroke[Payload]) -> None:
        if self._last is not None and gap_ms(self._last, stroke.moment) > self._timing.max_key_gap_ms:
            self._frame_paused = True
        self._hold(stroke)
        if stroke.text == self._timing.suffix:
            self._scan()

    def _press_terminator(self, stroke: Stroke[Payload]) -> None:
        if len(self._text()) >= self._timing.min_length:
            self._hold(stroke)
            self._scan()
            return
        self.settle()
        if (
            self._last_scan is not None
            and gap_ms(self._last_scan, stroke.moment) <= self._timing.enter_guard_ms
        ):
            self._swallowed.add(stroke.key)
        else:
            self._type(stroke)

    def _hold(self, stroke: Stroke[Payload]) -> None:
        self._held.append((stroke, True))
        self._last = stroke.moment

    def _type(self, stroke: Stroke[Payload]) -> None:
        self._swallowed.discard(stroke.key)
        self._on_typed(stroke.payload)

    def _text(self) -> str:
        """The characters held, without a frame's prefix and suffix."""
        return "".join(
            stroke.text
            for stroke, down in self._held
            if down
            and stroke.kind is StrokeKind.CHARACTER
            and not (self._in_frame and stroke.text in (self._timing.prefix, self._timing.suffix))
        )

    def _scan(self) -> None:
        text = self._text()
        held, self._held = self._held, []
        self._in_frame = self._frame_paused = False
        for stroke, down in held:
            if down:
                self._swallowed.add(stroke.key)
            else:
                self._swallowed.discard(stroke.key)
        last = self._last
        if text:
            self._on_scan(text)
        # Whoever handled the scan may have kept the till busy; where the window system gives no stamps the
        # scanner's late Enter is then seen only now, and is still the scanner's.
        stamp_ms = None if last is None else last.stamp_ms
        self._last_scan = Moment(stamp_ms=stamp_ms, clock_ms=self._clock_ms())
