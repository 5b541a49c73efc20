"""A line that says once what happened elsewhere, such as a new order, on whatever screen the cashier is.

It stands in the free middle of the status bar, so it covers no record and takes no key: a tap opens what it
is about, a scan goes where scans go. Its bar runs out like the feedback slot's.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from pos_app.ui.icons import tinted
from pos_app.ui.painting import draw_box, draw_pixmap_centred, draw_text, painting, text_width
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import Feedback

TICK_MS = 120
HEIGHT = 36
LEAST_WIDTH = 60


class NoticeLine(QAbstractButton):
    """Shows one Feedback for its seconds. `clicked` opens what it is about."""

    focus_radius = 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notice: Feedback | None = None
        self._left = 0.0
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    @property
    def shown(self) -> Feedback | None:
        """The notice that is on the screen now."""
        return self._notice

    def show_notice(self, notice: Feedback) -> None:
        """Show a notice in place of the one before."""
        self._notice = notice
        self._left = 1.0
        self._clock.start()
        self._timer.start()
        self.setText(f"{notice.bold_lead} {notice.text}".strip())
        self.show()
        self.update()

    def dismiss(self) -> None:
        """Empty the line."""
        self._timer.stop()
        self._notice = None
        self.hide()

    def freeze(self, left: float) -> None:
        """Stop the bar at a part of its way, for pictures."""
        self._timer.stop()
        self._left = left
        self.update()

    def sizeHint(self) -> QSize:
        """Icon, lead, words."""
        look, notice = theme(), self._notice
        if notice is None:
            return QSize(0, look.px(HEIGHT))
        lead = text_width(notice.bold_lead + " ", look.font("small", bold=True)) if notice.bold_lead else 0
        words = text_width(notice.text, look.font("small"))
        return QSize(round(lead + words) + look.px(12 + 18 + 8 + 14), look.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, bar, icon and words; what does not fit is cut at its end."""
        del event
        look, notice = theme(), self._notice
        if notice is None:
            return
        with painting(QPainter(self)) as painter:
            ground = "pressed" if self.isDown() else "primaryTint"
            draw_box(painter, self.rect(), look.px(8), look.colour(ground))
            bar = look.px(3)
            inner = self.width() - 2 * look.px(8)
            track = QRectF(look.px(8), self.height() - bar, inner * self._left, bar)
            painter.fillRect(track, look.colour("primary"))
            mark = QRectF(look.px(12), 0, look.px(18), self.height())
            draw_pixmap_centred(painter, mark, tinted(notice.icon, look.colour("primary"), 18))
            left: float = look.px(12 + 18 + 8)
            right = self.width() - look.px(8)
            tone = look.colour("onPrimaryTint")
            if notice.bold_lead:
                room = QRectF(left, 0, max(right - left, 0), self.height())
                lead = notice.bold_lead + " "
                left += draw_text(painter, room, lead, look.font("small", bold=True), tone)
            room = QRectF(left, 0, max(right - left, 0), self.height())
            draw_text(painter, room, notice.text, look.font("small"), tone)

    def _tick(self) -> None:
        if self._notice is None:
            self._timer.stop()
            return
        self._left = max(1 - self._clock.elapsed() / (self._notice.seconds * 1000), 0.0)
        if self._left == 0.0:
            self.dismiss()
        else:
            self.update()
