"""The frame of a working page: record pane, hand pane, and the band below both.

    class SellPage(WorkPage):
        self.record, self.hand      Panes to fill; override `place_record(width, height)` and
                                    `place_hand(width, height)` to lay the children out
        self.band.figure            .set_lines((Run(...), ...), (Run(...), ...)), .set_amount("60.22", "$")
        self.band.set_actions(((hold, 96), (pay, 0)))   buttons with their design widths, 0 takes the rest

The record is 620 design pixels wide (700 on a wide screen), the band 104 high; panes swap sides when the
theme is mirrored. A page takes the focus itself, so that keys reach it while no field has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from pos_app.ui.controls import Pane
from pos_app.ui.painting import draw_text, painting, text_width
from pos_app.ui.theme import theme
from pos_app.ui.type_face import TypeFace

BAND_GAP = 10
BAND_ACTION = 72
FIGURE_SIZES = (60, 52, 44, 36, 28)


class Run(NamedTuple):
    """A piece of a line on the band."""

    text: str
    tone: str = "onFrame2"
    bold: bool = False
    role: str = "bodyLarge"


class BandFigure(QWidget):
    """Left part of the band: up to three lines of words and the one big figure with its currency."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[tuple[Run, ...], ...] = ()
        self._amount, self._symbol, self._tone = "", "", "onFrame"
        self._kept_free = 0
        theme().changed.connect(self.update)

    def set_lines(self, *lines: tuple[Run, ...]) -> None:
        """Show these lines of words."""
        if lines != self._lines:
            self._lines = lines
            self.update()
            self._name()

    def keep_free(self, pixels: int) -> None:
        """Leave so much room at the right for what a page puts there."""
        if pixels != self._kept_free:
            self._kept_free = pixels
            self.update()

    def set_amount(self, amount: str, symbol: str = "", tone: str = "onFrame") -> None:
        """Show the figure; `tone` is its colour token."""
        if (amount, symbol, tone) != (self._amount, self._symbol, self._tone):
            self._amount, self._symbol, self._tone = amount, symbol, tone
            self.update()
            self._name()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the figure first, then the words in the room that it leaves."""
        del event
        with painting(QPainter(self)) as painter:
            left = self._draw_figure(painter)
            self._draw_lines(painter, left)

    def _draw_figure(self, painter: QPainter) -> float:
        look = theme()
        right = self.width() - look.px(24) - self._kept_free
        if not self._amount:
            return right
        font, symbol_font = self._figure_fonts()
        width = text_width(self._amount, font)
        box = QRectF(right - width, look.px(1), width + look.px(4), self.height())
        draw_text(painter, box, self._amount, font, look.colour(self._tone))
        left = right - width
        if self._symbol:
            symbol_width = text_width(self._symbol, symbol_font)
            left -= symbol_width + look.px(6)
            box = QRectF(left, look.px(12), symbol_width + 2, self.height())
            tone = "onFrame2" if self._tone == "onFrame" else self._tone
            draw_text(painter, box, self._symbol, symbol_font, look.colour(tone))
        return left

    def _figure_fonts(self) -> tuple[TypeFace, TypeFace]:
        look = theme()
        room = self.width() * 0.72
        for size in FIGURE_SIZES:
            font = look.font_of_size(look.px(size), bold=True, spacing=-look.scale)
            symbol_font = look.font_of_size(look.px(size * 0.47), bold=True)
            if text_width(self._amount, font) + text_width(self._symbol, symbol_font) <= room:
                break
        return font, symbol_font

    def _draw_lines(self, painter: QPainter, limit: float) -> None:
        look = theme()
        step = look.px(24)
        top = (self.height() - step * len(self._lines)) / 2
        for runs in self._lines:
            left: float = look.px(20)
            for run in runs:
                room = max(limit - look.px(12) - left, 0)
                font = look.font(run.role, bold=run.bold)
                left += draw_text(
                    painter, QRectF(left, top, room, step), run.text, font, look.colour(run.tone)
                )
            top += step

    def _name(self) -> None:
        words = " ".join("".join(run.text for run in runs) for runs in self._lines)
        self.setAccessibleName(f"{words} {self._symbol}{self._amount}".strip())


class Band(Pane):
    """The dark band at the foot of every page: one figure at the left, the actions at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("frame", parent=parent)
        self.figure = BandFigure(self)
        self._actions: tuple[tuple[QAbstractButton, int], ...] = ()
        self._record_width = 0

    def set_actions(self, actions: Sequence[tuple[QAbstractButton, int]]) -> None:
        """Show these buttons from left to right, each with its design width; 0 takes what is left."""
        self._actions = tuple(actions)
        for button, _width in self._actions:
            button.setParent(self)
            button.show()
        self.place(self._record_width)

    def place(self, record_width: int) -> None:
        """Lay out for a record pane of this many pixels."""
        self._record_width = record_width
        look = theme()
        mirrored = look.mirrored
        hand_width = self.width() - record_width
        self.figure.setGeometry(hand_width if mirrored else 0, 0, record_width, self.height())
        pad, gap, height = look.px(16), look.px(BAND_GAP), look.px(BAND_ACTION)
        left = pad if mirrored else record_width + pad
        fixed = sum(look.px(width) for _button, width in self._actions if width)
        growing = sum(1 for _button, width in self._actions if not width) or 1
        rest = (hand_width - 2 * pad - fixed - gap * (len(self._actions) - 1)) // growing
        for button, width in self._actions:
            actual = look.px(width) if width else rest
            button.setGeometry(left, (self.height() - height) // 2, actual, height)
            left += actual + gap


class WorkPage(QWidget):
    """A page with a record pane, a hand pane and a band."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.record = Pane("surface", line_right=True, parent=self)
        self.hand = Pane("canvas", parent=self)
        self.band = Band(self)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        theme().changed.connect(self.place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the panes out again."""
        super().resizeEvent(event)
        self.place()

    def sizeHint(self) -> QSize:
        """The room beside the rail and under the top bar at the smallest screen."""
        look = theme()
        return QSize(look.px(1366 - 84), look.px(768 - 48))

    @property
    def is_large(self) -> bool:
        """Whether the window is wide enough for the wider record and one more tile column."""
        logical = self.width() / theme().scale + float(theme().number("layout", "rail"))
        return logical >= float(theme().number("layout", "large", "from_logical_width"))

    def place(self) -> None:
        """Set the panes' geometry, then let the page place what is inside."""
        look = theme()
        band = look.px(104)
        record = look.px(700 if self.is_large else 620)
        height = max(self.height() - band, 0)
        hand = max(self.width() - record, 0)
        self.record.setGeometry(hand if look.mirrored else 0, 0, record, height)
        self.hand.setGeometry(0 if look.mirrored else record, 0, hand, height)
        self.band.setGeometry(0, height, self.width(), band)
        self.band.place(record)
        self.place_record(record, height)
        self.place_hand(hand, height)

    def place_record(self, width: int, height: int) -> None:
        """Lay out the record pane's children; a page overrides it."""

    def place_hand(self, width: int, height: int) -> None:
        """Lay out the hand pane's children; a page overrides it."""
