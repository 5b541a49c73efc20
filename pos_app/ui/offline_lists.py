"""The three lists below the tiles while the network is away: as usual, with a limit, waits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.icons import icon
from pos_app.ui.painting import draw_box, draw_pixmap_centred, draw_text, painting
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import OfflineList

HEIGHT = 118
TONES = {"ok": "success", "warn": "warning", "bad": "danger", "info": "info", "promo": "promo"}


class OfflineLists(QWidget):
    """Shows the lists side by side in one panel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lists: tuple[OfflineList, ...] = ()
        theme().changed.connect(self.update)

    def show_lists(self, lists: Sequence[OfflineList]) -> None:
        """Show these lists."""
        if tuple(lists) != self._lists:
            self._lists = tuple(lists)
            spoken = [f"{each.title}: {', '.join(each.items)}" for each in self._lists]
            self.setAccessibleName(". ".join(spoken))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the panel, its columns and their lines."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            painter.fillRect(self.rect(), look.colour("canvas"))
            draw_box(painter, self.rect(), look.px(12), look.colour("surface"), look.colour("border"))
            if not self._lists:
                return
            width = self.width() / len(self._lists)
            for place, each in enumerate(self._lists):
                left = round(width * place)
                if place:
                    painter.fillRect(left, 1, 1, self.height() - 2, look.colour("border"))
                self._column(painter, QRectF(left, 0, width, self.height()), each)

    def _column(self, painter: QPainter, box: QRectF, each: OfflineList) -> None:
        look = theme()
        tone = TONES.get(each.tone, "text2")
        left = box.left() + look.px(15)
        size = look.px(18)
        mark = QRectF(left, look.px(13), size, size)
        draw_pixmap_centred(painter, mark, icon(each.icon, tone, 18))
        title = QRectF(left + look.px(26), look.px(11), box.right() - left - look.px(30), look.px(22))
        draw_text(painter, title, each.title, look.font("body", bold=True), look.colour(tone))
        top = look.px(36.6)
        step = look.px(21)
        for item in each.items:
            line = QRectF(left, top, box.right() - left - look.px(6), step)
            draw_text(painter, line, item, look.font("small"), look.colour("text2"))
            top += step
