"""The dark rail at the left: the mark, the modes with their Ctrl numbers, and the lock."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QWidget

from pos_app.ui.icons import icon
from pos_app.ui.painting import CENTRE, RIGHT, draw_box, draw_pixmap_centred, draw_text, painting
from pos_app.ui.theme import theme

ITEM_HEIGHT = 76
FIRST_ITEM = 62
LOCK_HEIGHT = 80


class RailMode(NamedTuple):
    """One entry of the rail."""

    mode: str
    icon: str
    number: str


MODES = (
    RailMode("sell", "sell", "1"),
    RailMode("pickup", "pickup", "2"),
    RailMode("stock", "stock", "3"),
    RailMode("members", "members", "4"),
    RailMode("shift", "shift", "5"),
    RailMode("settings", "settings", "6"),
)
SHOWN_AS: dict[str, str] = {"pay": "sell", "returns": "sell"}
"""Modes without an entry of their own, and the entry that is lit for them."""


class RailButton(QAbstractButton):
    """One mode: icon (in a mint pill when on), name, number, and a badge when something waits."""

    def __init__(self, mode: RailMode, parent: QWidget) -> None:
        super().__init__(parent)
        self.mode = mode
        self._badge = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    on_frame = True
    focus_radius = 10

    def set_badge(self, text: str) -> None:
        """Show how many wait; empty for none."""
        if text != self._badge:
            self._badge = text
            self.setAccessibleDescription(text)
            self.update()

    def nextCheckState(self) -> None:
        """The view-model says which mode is on, not the tap."""

    def sizeHint(self) -> QSize:
        """The tokens' rail item."""
        return QSize(theme().px(84), theme().px(ITEM_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the entry."""
        del event
        look, on = theme(), self.isChecked()
        with painting(QPainter(self)) as painter:
            pill = QRectF(look.px(14), look.px(8), look.px(56), look.px(34))
            if on or self.isDown():
                draw_box(painter, pill, pill.height() / 2, look.colour("pay" if on else "frameRaised"))
            draw_pixmap_centred(painter, pill, icon(self.mode.icon, "onPay" if on else "onFrame2", 24))
            number = QRectF(0, look.px(2), self.width() - look.px(6), look.px(16))
            draw_text(
                painter, number, self.mode.number, look.font("micro"), look.colour("onFrame2"), align=RIGHT
            )
            name = QRectF(look.px(2), look.px(45), self.width() - look.px(4), look.px(20))
            tone = look.colour("onFrame" if on else "onFrame2")
            draw_text(painter, name, self.text(), look.font("caption", bold=on), tone, align=CENTRE)
            if self._badge:
                badge = QRectF(look.px(48), look.px(3), look.px(20), look.px(20))
                draw_box(painter, badge, badge.height() / 2, look.colour("warningSolid"))
                font = look.font("micro", bold=True)
                draw_text(painter, badge, self._badge, font, look.colour("onWarningSolid"), align=CENTRE)


class LockButton(QAbstractButton):
    """Who is at the till, and the lock."""

    on_frame = True
    focus_radius = 10

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.initials = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the circle and the words."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            painter.fillRect(0, 0, self.width(), 1, look.colour("frameLine"))
            size = look.px(36)
            circle = QRectF((self.width() - size) / 2, look.px(12), size, size)
            ground = "frameLine" if self.isDown() else "frameRaised"
            draw_box(painter, circle, size / 2, look.colour(ground), look.colour("frameLine"))
            if self.initials:
                font = look.font_of_size(look.px(13), bold=True)
                draw_text(painter, circle, self.initials, font, look.colour("onFrame"), align=CENTRE)
            else:
                draw_pixmap_centred(painter, circle, icon("lock", "onFrame", 18))
            words = QRectF(look.px(2), look.px(51), self.width() - look.px(4), look.px(20))
            draw_text(
                painter, words, self.text(), look.font("caption"), look.colour("onFrame2"), align=CENTRE
            )


class Rail(QWidget):
    """The rail. `chosen` carries a mode's name, `lock_asked` is the lock."""

    chosen = Signal(str)
    lock_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.buttons = {mode.mode: RailButton(mode, self) for mode in MODES}
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, chosen=name: self.chosen.emit(chosen))
        self.lock = LockButton(self)
        self.lock.clicked.connect(self.lock_asked)
        theme().changed.connect(self.place)
        self._retranslate()

    def set_mode(self, mode: str) -> None:
        """Light the entry of a mode."""
        lit = SHOWN_AS.get(mode, mode)
        for name, button in self.buttons.items():
            button.setChecked(name == lit)

    def set_cashier(self, initials: str) -> None:
        """Show who is at the till."""
        if initials != self.lock.initials:
            self.lock.initials = initials
            self.lock.update()

    def place(self) -> None:
        """Stack the entries; the lock stands at the foot."""
        look = theme()
        step = look.px(ITEM_HEIGHT)
        for place, button in enumerate(self.buttons.values()):
            button.setGeometry(0, look.px(FIRST_ITEM) + place * step, self.width(), step)
        lock = look.px(LOCK_HEIGHT)
        self.lock.setGeometry(0, self.height() - lock, self.width(), lock)
        self.update()

    def resizeEvent(self, event: object) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the mark."""
        look = theme()
        with painting(QPainter(self)) as painter:
            painter.fillRect(event.rect(), look.colour("frame"))
            _draw_mark(painter, look.px(26), look.px(14), look.px(32))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        names = {
            "sell": self.tr("Sell"),
            "pickup": self.tr("Pickup"),
            "stock": self.tr("Stock"),
            "members": self.tr("Members"),
            "shift": self.tr("Shift"),
            "settings": self.tr("Settings"),
        }
        for mode, button in self.buttons.items():
            button.setText(names[mode])
        lock = self.tr("Lock")
        self.lock.setText(f"{lock} F12")


def _draw_mark(painter: QPainter, left: int, top: int, size: int) -> None:
    """The till's mark: a torn receipt with an E."""
    look = theme()
    unit = size / 32
    radius = 3 * unit
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("pay"))
    painter.drawRoundedRect(QRectF(left, top, size, 14 * unit), radius, radius)
    teeth, foot, tip = 6, top + 28 * unit, top + 31.5 * unit
    points = [QPointF(left, top + 6 * unit), QPointF(left + size, top + 6 * unit), QPointF(left + size, tip)]
    for tooth in range(teeth, 0, -1):
        points.append(QPointF(left + size * (tooth - 0.5) / teeth, foot))
        points.append(QPointF(left + size * (tooth - 1) / teeth, tip))
    painter.drawPolygon(QPolygonF(points))
    painter.setBrush(look.colour("frame"))
    stem, height = 3.6 * unit, 15.4 * unit
    x, y = left + 10.5 * unit, top + 7.6 * unit
    painter.drawRect(QRectF(x, y, stem, height))
    for bar in range(3):
        length = (12.2 if bar != 1 else 10.6) * unit
        painter.drawRect(QRectF(x, y + bar * (height - 3.2 * unit) / 2, length, 3.2 * unit))
