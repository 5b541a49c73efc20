"""The buttons of the selected row: one widget that moves to whichever row is open.

Minus, quantity, plus; then Price, Discount, Note; Void stands apart in the colour of danger.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.controls import ActionButton
from pos_app.ui.painting import CENTRE, draw_text
from pos_app.ui.theme import theme

STEPPER_WIDTH = 52
QUANTITY_WIDTH = 72
GAP = 8
BUTTON_HEIGHT = 48


class RowEditor(QWidget):
    """The open row's buttons. Signals say what the cashier asked for; it changes nothing itself."""

    stepped = Signal(int)
    quantity_asked = Signal()
    panel_asked = Signal(str)
    void_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quantity = ""
        self.less = ActionButton(variant="secondary", icon="minus", parent=self)
        self.more = ActionButton(variant="secondary", icon="plus", parent=self)
        self.price = ActionButton(parent=self)
        self.discount = ActionButton(parent=self)
        self.note = ActionButton(parent=self)
        self.void = ActionButton(variant="destructive", icon="void", parent=self)
        self.less.clicked.connect(lambda: self.stepped.emit(-1))
        self.more.clicked.connect(lambda: self.stepped.emit(1))
        self.price.clicked.connect(lambda: self.panel_asked.emit("price"))
        self.discount.clicked.connect(lambda: self.panel_asked.emit("discount"))
        self.note.clicked.connect(lambda: self.panel_asked.emit("note"))
        self.void.clicked.connect(self.void_asked)
        theme().changed.connect(self.place)
        self._retranslate()

    def set_quantity(self, quantity: str) -> None:
        """Show the selected line's quantity; empty (weighed or a coupon) takes the stepper away."""
        if quantity != self._quantity:
            shown = bool(quantity) != bool(self._quantity)
            self._quantity = quantity
            self.update()
            if shown:
                self.place()

    def place(self) -> None:
        """Put the buttons in a row."""
        look = theme()
        gap, height = look.px(GAP), look.px(BUTTON_HEIGHT)
        left = 0
        counted = bool(self._quantity)
        self.less.setVisible(counted)
        self.more.setVisible(counted)
        if counted:
            step = look.px(STEPPER_WIDTH)
            self.less.setGeometry(0, 0, step, height)
            left = step + look.px(QUANTITY_WIDTH)
            self.more.setGeometry(left, 0, step, height)
            left += step + gap
        for button in (self.price, self.discount, self.note, self.void):
            width = button.sizeHint().width()
            button.setGeometry(left, 0, width, height)
            left += width + gap
        self.resize(left, height)

    def quantity_box(self) -> QRect:
        """Where the quantity stands."""
        look = theme()
        return QRect(look.px(STEPPER_WIDTH), 0, look.px(QUANTITY_WIDTH), look.px(BUTTON_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the row's ground and the quantity between the steppers."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme().colour("primaryTint"))
        if self._quantity:
            font = theme().font("amount")
            draw_text(
                painter, self.quantity_box(), self._quantity, font, theme().colour("text"), align=CENTRE
            )

    def mousePressEvent(self, event: object) -> None:
        """A tap on the quantity asks for a number."""
        position = event.position().toPoint()  # type: ignore[attr-defined]  # a QMouseEvent
        if self._quantity and self.quantity_box().contains(position):
            self.quantity_asked.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.less.setAccessibleName(self.tr("One less"))
        self.more.setAccessibleName(self.tr("One more"))
        self.price.setText(self.tr("Price"))
        self.discount.setText(self.tr("Discount"))
        self.note.setText(self.tr("Note"))
        self.void.setText(self.tr("Void"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.place()
