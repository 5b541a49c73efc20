"""One focus ring for the whole window: 3 px wide, 2 px away from whatever has the keyboard focus.

It is a small transparent widget that lies over the focused one, so it is never cut off by a neighbour. A
widget has a ring when it names its corner radius as `focus_radius`; an item view may give the focused
item as `focus_box()`; `on_frame` picks the colour for dark ground.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from pos_app.ui.painting import draw_box, painting
from pos_app.ui.theme import theme

FOLLOWED = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Paint)


class FocusRing(QWidget):
    """Lies over a window and follows the focus in it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._followed: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._focus_changed)
        theme().changed.connect(self._follow)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move with the focused widget."""
        if watched is self._followed and event.type() in FOLLOWED:
            self._follow()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring."""
        del event
        look = theme()
        followed = self._followed
        token = "focusOnFrame" if _on_frame(followed) else "focus"
        radius = look.px(int(getattr(followed, "focus_radius", 10)) + 4)
        with painting(QPainter(self)) as painter:
            draw_box(painter, QRectF(self.rect()), radius, None, look.colour(token), width=look.px(3))

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self._followed is not None:
            self._followed.removeEventFilter(self)
        inside = new is not None and new.window() is self.window() and hasattr(new, "focus_radius")
        self._followed = new if inside else None
        if self._followed is not None:
            self._followed.installEventFilter(self)
        self._follow()

    def _follow(self) -> None:
        followed = self._followed
        if followed is None or not followed.isVisible():
            self.hide()
            return
        box = followed.focus_box() if hasattr(followed, "focus_box") else followed.rect()
        if not isinstance(box, QRect) or box.isEmpty():
            self.hide()
            return
        edge = theme().px(5)
        corner = followed.mapTo(self.window(), QPoint(0, 0)) + box.topLeft()
        ring = QRect(corner, box.size()).adjusted(-edge, -edge, edge, edge)
        if ring != self.geometry() or self.isHidden():
            self.setGeometry(ring)
            self.show()
            self.raise_()


def _on_frame(widget: QWidget | None) -> bool:
    return bool(getattr(widget, "on_frame", False)) or getattr(widget, "variant", "") in ("frame", "pay")
