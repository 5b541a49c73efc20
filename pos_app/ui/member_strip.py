"""The member attached to the sale, at the top of the record, with the F3 cap and a way to take it off."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.controls import ActionButton
from pos_app.ui.icons import icon
from pos_app.ui.painting import (
    KEY_CAP_HEIGHT,
    draw_box,
    draw_key_cap,
    draw_pixmap_centred,
    draw_text,
    key_cap_width,
    painting,
)
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import MemberStrip

HEIGHT = 52


class MemberStripView(QWidget):
    """Shows a MemberStrip. `removed` asks to take the member off, `opened` is a tap on the rest."""

    removed = Signal()
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._member = MemberStrip("", "")
        self.close_button = ActionButton(variant="quiet", icon="x", parent=self)
        self.close_button.set_icon_tone("onPrimaryTint")
        self.close_button.clicked.connect(self.removed)
        theme().changed.connect(self.place)
        self._retranslate()

    def show_member(self, member: MemberStrip | None) -> None:
        """Show a member, or hide."""
        self.setVisible(member is not None)
        if member is not None and member != self._member:
            self._member = member
            self.setAccessibleName(f"{member.title}, {member.detail}")
            self.update()

    def place(self) -> None:
        """Put the close button at the right."""
        size = theme().px(48)
        centre = self.width() - theme().px(36)
        self.close_button.setGeometry(centre - size // 2, (self.height() - size) // 2 - 1, size, size)
        self.update()

    def resizeEvent(self, event: object) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        self.place()

    def mouseReleaseEvent(self, event: object) -> None:
        """A tap opens the member."""
        super().mouseReleaseEvent(event)  # type: ignore[arg-type]  # a QMouseEvent
        self.opened.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the strip."""
        del event
        look = theme()
        tone = look.colour("onPrimaryTint")
        with painting(QPainter(self)) as painter:
            painter.fillRect(self.rect(), look.colour("primaryTint"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, look.colour("border"))
            size = look.px(36)
            circle = QRectF(look.px(20), look.px(8), size, size)
            draw_box(painter, circle, size / 2, look.colour("primary"))
            draw_pixmap_centred(painter, circle, icon("member", "onPrimary", 20))
            cap = key_cap_width("F3")
            cap_left = self.width() - look.px(72) - cap
            left = look.px(68)
            room = cap_left - look.px(12) - left
            title = QRectF(left, look.px(6), room, look.px(22))
            draw_text(painter, title, self._member.title, look.font("bodyLarge", bold=True), tone)
            detail = QRectF(left, look.px(26), room, look.px(20))
            draw_text(painter, detail, self._member.detail, look.font("small"), tone)
            height = look.px(KEY_CAP_HEIGHT)
            box = QRectF(cap_left, look.px(15), cap, height)
            draw_box(painter, box, look.px(5), look.colour("surface"))
            draw_key_cap(painter, box, "F3", look.colour("text2"), look.colour("borderStrong"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.close_button.setAccessibleName(self.tr("Remove member"))
