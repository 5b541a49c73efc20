"""The held sales in the hand pane: pick one to go on with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.choice_list import ChoiceList, RowTexts
from pos_app.ui.controls import ActionButton
from pos_app.ui.painting import draw_text
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import HeldSale


def held_texts(held: HeldSale) -> RowTexts:
    """How a held sale is written."""
    return RowTexts(held.title, held.detail, held.amount)


class HeldPanel(QWidget):
    """Shows HeldSale rows. `recalled` carries the basket's id, `closed` is Back."""

    recalled = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list: ChoiceList[HeldSale] = ChoiceList(lambda held: held.basket_id, held_texts, self)
        self.list.picked.connect(self.recalled)
        self.back = ActionButton(key="Esc", parent=self)
        self.back.clicked.connect(self.closed)
        self._held: tuple[HeldSale, ...] = ()
        theme().changed.connect(self.place)
        self._retranslate()

    def show_held(self, held: Sequence[HeldSale]) -> None:
        """Show these held sales."""
        self._held = tuple(held)
        self.list.show_rows(self._held, self.tr("No held sale. F4 holds the open one."))

    def place(self) -> None:
        """Title and Back above the list."""
        look = theme()
        back = self.back.sizeHint()
        self.back.setGeometry(self.width() - back.width(), 0, back.width(), look.px(48))
        top = look.px(60)
        self.list.setGeometry(0, top, self.width(), self.height() - top)
        self.update()

    def resizeEvent(self, event: object) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the title."""
        look = theme()
        painter = QPainter(self)
        painter.fillRect(event.rect(), look.colour("canvas"))
        box = QRectF(0, look.px(8), self.back.x(), look.px(32))
        draw_text(painter, box, self.tr("Held sales"), look.font("heading"), look.colour("text"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.back.setText(self.tr("Back"))
        self.list.setAccessibleName(self.tr("Held sales"))
        self.place()
        self.show_held(self._held)
