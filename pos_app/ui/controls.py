"""The small painted widgets of every page.

    ActionButton("Hold", variant="frame", key="F4", arrangement="stacked")
        variant      pay | primary | secondary | destructive | frame | quiet (the `control` tokens)
        arrangement  inline (icon, text, key in one row) | stacked (text over key, as on the band)
                     | wide (text in the middle, key at the right edge, as Pay) | corner (icon left, key
                     right, text below: a tender button)
        .set_key("F4"), .set_icon("void"), .set_role("body"), .set_selected(True), clicked signal as in Qt.
        It takes focus by Tab only, so a tap never steals the focus, and Enter never presses it.
    KeyCap("F2")                           a key's name in its cap
    MoneyLabel(role="total")               .set_money("60.22", symbol="$"), right-aligned on the baseline
    TextLabel("Total", role="title", tone="text2")  one line that elides; .setText, .set_tone, .set_bold
    Keypad()                               signal pressed(str): "0".."9", "00", "back"; keys grow with it
    band_button("F4", band)                a dark button for the band, text over key
    Pane("surface")                        a widget with one ground colour and optional right/bottom line

All follow theme switches by themselves. The texts are the caller's, already translated.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from pos_app.ui.action_button import ActionButton, band_button
from pos_app.ui.keypad import Keypad
from pos_app.ui.painting import (
    KEY_CAP_HEIGHT,
    RIGHT,
    draw_key_cap,
    draw_text,
    key_cap_width,
    painting,
    text_width,
)
from pos_app.ui.theme import theme
from pos_app.ui.type_face import TypeFace


class Pane(QWidget):
    """A plain ground in one token's colour, with an optional hairline at its right or bottom edge."""

    def __init__(
        self,
        ground: str,
        *,
        line_right: bool = False,
        line_bottom: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ground = ground
        self._lines = (line_right, line_bottom)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill the ground and draw the lines."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme().colour(self._ground))
        border = theme().colour("border")
        if self._lines[0]:
            painter.fillRect(self.width() - 1, 0, 1, self.height(), border)
        if self._lines[1]:
            painter.fillRect(0, self.height() - 1, self.width(), 1, border)


class TextLabel(QLabel):
    """One line of text in a type role and a token's colour, elided at the right when too long."""

    def __init__(
        self,
        text: str = "",
        *,
        role: str = "body",
        tone: str = "text",
        bold: bool | None = None,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._role, self._tone, self._bold, self._align = role, tone, bold, align
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._theme_changed)

    def set_tone(self, tone: str) -> None:
        """Change the colour token."""
        self._tone = tone
        self.update()

    def set_bold(self, bold: bool | None) -> None:
        """Use the bold cut (None: the role's own weight)."""
        self._bold = bold
        self._theme_changed()

    def sizeHint(self) -> QSize:
        """The text's own width and the role's line height."""
        width = math.ceil(text_width(self.text(), self._font()))
        return QSize(width, theme().line_height(self._role))

    def minimumSizeHint(self) -> QSize:
        """A label may shrink to its ellipsis."""
        return QSize(theme().px(12), theme().line_height(self._role))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line on the shared baseline."""
        del event
        draw_text(
            QPainter(self),
            self.rect(),
            self.text(),
            self._font(),
            theme().colour(self._tone),
            align=self._align,
        )

    def _font(self) -> TypeFace:
        return theme().font(self._role, bold=self._bold)

    def _theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


class MoneyLabel(TextLabel):
    """An amount, right-aligned; the currency symbol, smaller and paler, only on the big figure."""

    def __init__(self, *, role: str = "amount", tone: str = "text", parent: QWidget | None = None) -> None:
        super().__init__("", role=role, tone=tone, align=RIGHT, parent=parent)
        self._symbol = ""

    def set_money(self, amount: str, symbol: str = "") -> None:
        """Show a formatted amount."""
        if (amount, symbol) != (self.text(), self._symbol):
            self._symbol = symbol
            self.setText(amount)
            self.setAccessibleName(f"{symbol}{amount}")

    def sizeHint(self) -> QSize:
        """The amount with its symbol."""
        hint = super().sizeHint()
        if self._symbol:
            symbol = round(text_width(self._symbol, self._symbol_font()))
            hint.setWidth(hint.width() + symbol + theme().px(7))
        return hint

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the amount and, left of it on the same baseline, the symbol."""
        super().paintEvent(event)
        if not self._symbol:
            return
        look = theme()
        painter = QPainter(self)
        width = text_width(self.text(), look.font(self._role))
        box = QRectF(0, look.px(8), self.width() - width - look.px(7), self.height())
        draw_text(painter, box, self._symbol, self._symbol_font(), look.colour("onFrame2"), align=RIGHT)

    def _symbol_font(self) -> TypeFace:
        return theme().font_of_size(theme().px(30), bold=True)


class KeyCap(QWidget):
    """The name of a key in its cap; `tone` is the text's token, `edge` the border's."""

    def __init__(
        self, key: str, *, tone: str = "text2", edge: str = "borderStrong", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._key, self._tone, self._edge = key, tone, edge
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self._theme_changed)

    def sizeHint(self) -> QSize:
        """The cap's size."""
        return QSize(key_cap_width(self._key), theme().px(KEY_CAP_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cap."""
        del event
        with painting(QPainter(self)) as painter:
            look = theme()
            draw_key_cap(painter, self.rect(), self._key, look.colour(self._tone), look.colour(self._edge))

    def _theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


__all__ = ["ActionButton", "KeyCap", "Keypad", "MoneyLabel", "Pane", "TextLabel", "band_button"]
