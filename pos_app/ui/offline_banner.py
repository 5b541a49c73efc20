"""The one banner of the till: no network since when, what is saved here, Try now. Esc folds it away."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.announcer import announce
from pos_app.ui.controls import ActionButton
from pos_app.ui.icons import icon
from pos_app.ui.painting import draw_pixmap_centred, draw_text, painting
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import OfflineBanner

HEIGHT = 56


class BannerButton(ActionButton):
    """A button in the banner's own colours."""

    def colours(self) -> dict[str, QColor]:
        """The amber ground shines through."""
        look = theme()
        ground = look.colour("warningSolid" if self.isDown() else "warningTint")
        return {"bg": ground, "fg": look.colour("onWarningTint"), "border": look.colour("onWarningTint")}


class OfflineBannerView(QWidget):
    """Shows an OfflineBanner. `try_now` is its button."""

    try_now = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banner = OfflineBanner("", "", "")
        self.button = BannerButton(icon="syncing", bold=True, height=44, parent=self)
        self.button.clicked.connect(self.try_now)
        theme().changed.connect(self.place)

    def show_banner(self, banner: OfflineBanner) -> None:
        """Show a banner's words."""
        if banner != self._banner:
            is_new = banner.lead != self._banner.lead
            self._banner = banner
            self.button.setText(banner.action_label)
            self.setAccessibleName(f"{banner.lead} {banner.detail}")
            self.place()
            if is_new:
                announce(self, f"{banner.lead} {banner.detail}")

    def place(self) -> None:
        """The button stands at the right."""
        look = theme()
        width, height = self.button.sizeHint().width(), look.px(44)
        self.button.setGeometry(self.width() - look.px(10) - width, look.px(6), width, height)
        self.update()

    def resizeEvent(self, event: object) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the icon and the words."""
        del event
        look = theme()
        tone = look.colour("onWarningTint")
        with painting(QPainter(self)) as painter:
            painter.fillRect(self.rect(), look.colour("warningTint"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, look.colour("warningSolid"))
            mark = QRectF(look.px(20), 0, look.px(22), self.height())
            draw_pixmap_centred(painter, mark, icon("offline", "onWarningTint", 22))
            left: float = look.px(54)
            limit = self.button.x() - look.px(12)
            room = QRectF(left, 0, limit - left, self.height())
            lead = self._banner.lead + " "
            left += draw_text(painter, room, lead, look.font("bodyLarge", bold=True), tone)
            room = QRectF(left, 0, max(limit - left, 0), self.height())
            draw_text(painter, room, self._banner.detail, look.font("bodyLarge"), tone)
