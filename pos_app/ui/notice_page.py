"""Pages that have one thing to say: an icon, a title, and what to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.icons import icon
from pos_app.ui.painting import CENTRE, draw_box, draw_pixmap_centred, draw_text, painting
from pos_app.ui.theme import theme


class PickupPage(QWidget):
    """Pickup before the shop has orders: it says so, and that selling goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        theme().changed.connect(self.update)
        self._retranslate()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card in the middle."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            painter.fillRect(self.rect(), look.colour("canvas"))
            width, height = look.px(643), look.px(100)
            card = QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)
            draw_box(painter, card, look.px(12), look.colour("surface"), look.colour("border"))
            mark = QRectF(card.left(), card.top() + look.px(10), width, look.px(28))
            draw_pixmap_centred(painter, mark, icon("pickup", "text2", 28))
            title = QRectF(card.left(), card.top() + look.px(43), width, look.px(24))
            words = self.tr("No pickup orders")
            draw_text(painter, title, words, look.font("title"), look.colour("text"), align=CENTRE)
            detail = QRectF(card.left(), card.top() + look.px(69), width, look.px(22))
            words = self.tr("This store takes no orders online yet. Selling goes on as usual: Ctrl 1.")
            draw_text(painter, detail, words, look.font("body"), look.colour("text2"), align=CENTRE)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.setAccessibleName(self.tr("No pickup orders"))
        self.update()
