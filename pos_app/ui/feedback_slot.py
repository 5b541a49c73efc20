"""The feedback slot: one fixed place under the record that says what just happened and offers Undo.

Its bar runs out in the message's seconds (8 by default); then the slot empties. The place is always kept,
so nothing moves under a finger. Each new message is announced to screen readers. Where it stands free
and not at the foot of a pane, it is `framed`: a box of its own with an edge all round.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.announcer import announce
from pos_app.ui.controls import ActionButton
from pos_app.ui.icons import tinted
from pos_app.ui.painting import (
    draw_box,
    draw_pixmap_centred,
    draw_text,
    draw_wrapped,
    painting,
    text_width,
)
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import Feedback

TICK_MS = 120
"""How often the bar moves; with reduced motion nothing else moves at all."""

TONES: dict[str, tuple[str, str, str]] = {
    "plain": ("sunken", "text", "text2"),
    "info": ("sunken", "text", "text2"),
    "ok": ("sunken", "text", "success"),
    "promo": ("sunken", "text", "promo"),
    "warn": ("warningTint", "onWarningTint", "onWarningTint"),
    "bad": ("dangerTint", "onDangerTint", "danger"),
}
"""By tone: the tokens of the ground, the words and the icon."""


class FeedbackSlot(QWidget):
    """Shows one Feedback. `undone` is the Undo button, `acted` carries the other button's action.

    `turned` tells that there is something to show now, or nothing any more.
    """

    undone = Signal()
    acted = Signal(str)
    turned = Signal(bool)

    def __init__(self, parent: QWidget | None = None, *, framed: bool = False) -> None:
        super().__init__(parent)
        self._framed = framed
        self._feedback: Feedback | None = None
        self._serial = -1
        self._left = 0.0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.undo = ActionButton(icon="undo", key="Ctrl Z", bold=True, height=44, padding=15, parent=self)
        self.action = ActionButton(bold=True, height=44, parent=self)
        self.undo.clicked.connect(self.undone)
        self.action.clicked.connect(self._act)
        self.undo.hide()
        self.action.hide()
        theme().changed.connect(self.place)
        self._retranslate()

    @property
    def shown(self) -> Feedback | None:
        """The message that is on the screen now."""
        return self._feedback

    def show_feedback(self, feedback: Feedback | None) -> None:
        """Show a message unless it is the one already seen (by its serial)."""
        if feedback is None:
            if self._feedback is not None:
                self._clear()
            return
        if feedback.serial == self._serial:
            if self._feedback is not None and feedback != self._feedback:
                self._feedback = feedback  # the same message in another language
                self.place()
            return
        was_empty = self._feedback is None
        self._serial, self._feedback = feedback.serial, feedback
        self._left = 1.0 if feedback.seconds else 0.0
        self._timer.stop()
        if feedback.seconds:
            self._clock.start()
            self._timer.start()
        self.place()
        if was_empty:
            self.turned.emit(self.shown is not None)
        announce(self, f"{feedback.bold_lead} {feedback.text}".strip(), urgent=feedback.tone == "bad")

    def freeze(self, left: float) -> None:
        """Stop the bar at a part of its way, for pictures."""
        self._timer.stop()
        self._left = left
        self.update()

    def place(self) -> None:
        """Put the buttons at the right."""
        look, feedback = theme(), self._feedback
        self.undo.setVisible(feedback is not None and feedback.undo)
        self.action.setVisible(feedback is not None and bool(feedback.action))
        if feedback is not None:
            self.action.setText(feedback.action_label)
        right = self.width() - look.px(7)
        height = look.px(44)
        top = self.height() - height - look.px(3)
        for button in (self.undo, self.action):
            if not button.isHidden():
                width = button.sizeHint().width()
                button.setGeometry(right - width, top, width, height)
                right -= width + look.px(8)
        self.update()

    def resizeEvent(self, event: object) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, icon, words and the bar."""
        del event
        look, feedback = theme(), self._feedback
        with painting(QPainter(self)) as painter:
            ground, text, mark = TONES[feedback.tone if feedback else "info"]
            is_bad = feedback is not None and feedback.tone == "bad"
            left, width = self._ground(painter, look.colour(ground), "danger" if is_bad else "border")
            if feedback is None:
                return
            bar = look.px(3)
            done = look.colour("danger" if is_bad else "primary")
            painter.fillRect(left, 0, round(width * self._left), bar, done)
            centre = QRectF(look.px(36), look.px(17), look.px(20), look.px(20))
            draw_pixmap_centred(painter, centre, tinted(feedback.icon, look.colour(mark), 20))
            self._words(painter, feedback, text)

    def _ground(self, painter: QPainter, ground: QColor, edge: str) -> tuple[int, int]:
        """Draw the ground with its edge; return where the bar begins and how long it is at first."""
        look = theme()
        if self._framed:
            radius = look.px(10)
            draw_box(painter, self.rect(), radius, ground, look.colour(edge))
            return radius, self.width() - 2 * radius
        width = self.width() - 1  # the pane's own right border goes on
        painter.fillRect(0, 0, width, self.height(), ground)
        painter.fillRect(width, 0, 1, self.height(), look.colour("border"))
        painter.fillRect(0, 0, width, 1, look.colour(edge))
        return 0, width

    def _words(self, painter: QPainter, feedback: Feedback, tone: str) -> None:
        look = theme()
        left: float = look.px(72)
        buttons = [button.x() for button in (self.undo, self.action) if not button.isHidden()]
        limit = min([*buttons, self.width()]) - look.px(10)
        top, height = look.px(15), look.px(24)
        lead = f"{feedback.bold_lead} " if feedback.bold_lead else ""
        bold = look.font("body", bold=True)
        if text_width(lead, bold) + text_width(feedback.text, look.font("body")) > limit - left:
            both = QRectF(left, look.px(5), max(limit - left, 0), self.height() - look.px(6))
            draw_wrapped(painter, both, lead + feedback.text, "small", tone)
            return
        if lead:
            room = QRectF(left, top, max(limit - left, 0), height)
            left += draw_text(painter, room, lead, bold, look.colour(tone))
        room = QRectF(left, top, max(limit - left, 0), height)
        draw_text(painter, room, feedback.text, look.font("body"), look.colour(tone))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.undo.setText(self.tr("Undo"))
        self.place()

    def _act(self) -> None:
        if self._feedback is not None:
            self.acted.emit(self._feedback.action)

    def _tick(self) -> None:
        if self._feedback is None:
            self._timer.stop()
            return
        total = self._feedback.seconds * 1000
        self._left = max(1 - self._clock.elapsed() / total, 0.0)
        if self._left == 0.0:
            self._clear()
        else:
            self.update(0, 0, self.width(), theme().px(3))

    def _clear(self) -> None:
        self._timer.stop()
        self._feedback = None
        self._left = 0.0
        self.place()
        self.turned.emit(self.shown is not None)
