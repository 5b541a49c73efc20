"""The keypad of the design: twelve keys in phone-till order."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from pos_app.ui.action_button import ActionButton
from pos_app.ui.painting import CENTRE, draw_box, draw_text, painting
from pos_app.ui.theme import theme


class KeypadKey(ActionButton):
    """One key of the keypad: a large digit, or an icon."""

    def __init__(self, value: str, parent: QWidget | None = None) -> None:
        text = "" if value == "back" else value
        super().__init__(text, icon="delete" if value == "back" else "", role="heading", parent=parent)
        self.value = value
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """The tokens' key size."""
        width, height = theme().number("target", "keypad")
        return QSize(theme().px(width), theme().px(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the key with a soft border, the digit in the middle."""
        del event
        look = theme()
        ground = "pressed" if self.isDown() else "sunken" if self.value == "back" else "surface"
        with painting(QPainter(self)) as painter:
            draw_box(painter, self.rect(), look.px(10), look.colour(ground), look.colour("border"))
            if self.value == "back":
                self._draw_icon(painter, QRectF(self.rect()), look.colour("text2"), 28)
            else:
                font = look.font_of_size(look.px(30))
                draw_text(painter, self.rect(), self.text(), font, look.colour("text"), align=CENTRE)


class Keypad(QWidget):
    """Twelve keys in phone-till order (7 8 9 on top). `pressed` carries `0`..`9`, `00` or `back`."""

    pressed = Signal(str)

    KEYS = ("7", "8", "9", "4", "5", "6", "1", "2", "3", "0", "00", "back")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.keys: dict[str, KeypadKey] = {}
        for place, value in enumerate(self.KEYS):
            key = KeypadKey(value, self)
            key.clicked.connect(lambda _checked=False, pressed=value: self.pressed.emit(pressed))
            self._grid.addWidget(key, place // 3, place % 3)
            self.keys[value] = key
        theme().changed.connect(self._space)
        self._space()
        self._name_keys()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name_keys()

    def _space(self) -> None:
        self._grid.setSpacing(theme().px(8))

    def _name_keys(self) -> None:
        self.keys["back"].setAccessibleName(self.tr("Delete last digit"))
