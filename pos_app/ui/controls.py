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

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QLabel, QSizePolicy, QWidget

from pos_app.ui.icons import tinted
from pos_app.ui.painting import (
    CENTRE,
    KEY_CAP_HEIGHT,
    RIGHT,
    draw_box,
    draw_key_cap,
    draw_pixmap_centred,
    draw_text,
    key_cap_width,
    painting,
    text_width,
)
from pos_app.ui.theme import theme

ICON_GAP = 8
INLINE_ICON = 18


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

    def _font(self) -> QFont:
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

    def _symbol_font(self) -> QFont:
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


class ActionButton(QAbstractButton):
    """A button of the design: colours by variant, an icon, a text and the key that does the same."""

    def __init__(
        self,
        text: str = "",
        *,
        variant: str = "secondary",
        key: str = "",
        icon: str = "",
        arrangement: str = "inline",
        role: str = "body",
        bold: bool = False,
        height: int = 48,
        padding: int = 14,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setText(text)
        self.variant = variant
        self.selected = False
        self._icon_tone, self._text_size = "", 0
        self._key, self._icon_name, self._arrangement = key, icon, arrangement
        self._role, self._bold, self._height, self._padding = role, bold, height, padding
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme().changed.connect(self._theme_changed)

    @property
    def focus_radius(self) -> int:
        """The corner radius the focus ring follows, in design pixels."""
        return 10

    def set_key(self, key: str) -> None:
        """Show another key name; empty for none."""
        self._key = key
        self._theme_changed()

    def set_icon(self, icon: str) -> None:
        """Show another icon; empty for none."""
        self._icon_name = icon
        self._theme_changed()

    def set_text_size(self, pixels: int) -> None:
        """Use a text of this many design pixels instead of the role's, bold."""
        self._text_size = pixels
        self._theme_changed()

    def set_icon_tone(self, tone: str) -> None:
        """Colour the icon by a token of its own; empty for the text's colour."""
        self._icon_tone = tone
        self.update()

    def set_role(self, role: str, *, bold: bool = False) -> None:
        """Use another type role for the text."""
        self._role, self._bold = role, bold
        self._theme_changed()

    def set_variant(self, variant: str) -> None:
        """Use another colour set."""
        self.variant = variant
        self.update()

    def set_selected(self, selected: bool) -> None:
        """Show it as the chosen one of its group."""
        if selected != self.selected:
            self.selected = selected
            self.update()

    def sizeHint(self) -> QSize:
        """Room for its parts."""
        look = theme()
        text = round(text_width(self.text(), self._text_font()))
        mark = look.px(INLINE_ICON) + (look.px(ICON_GAP) if self.text() else 0) if self._icon_name else 0
        cap = key_cap_width(self._key) + look.px(ICON_GAP) if self._key else 0
        padding = 2 * look.px(self._padding)
        if self._arrangement == "stacked":
            width = max(text + mark, cap) + padding
        elif self._arrangement == "wide":
            width = text + 2 * cap + padding
        else:
            width = text + mark + cap + padding
        return QSize(max(width, look.px(48)), look.px(self._height))

    def minimumSizeHint(self) -> QSize:
        """Never smaller than a finger."""
        return QSize(theme().px(48), theme().px(min(self._height, 48)))

    def colours(self) -> dict[str, QColor]:
        """The colours of the present state: `bg`, `fg`, perhaps `border`."""
        look = theme()
        on_frame = self.variant in ("frame", "pay")
        if not self.isEnabled():
            return look.colours_of("button.frameDisabled" if on_frame else "button.disabled")
        if self.variant == "quiet":
            ground = look.colour("pressed") if self.isDown() else QColor(Qt.GlobalColor.transparent)
            return {"bg": ground, "fg": look.colour("text")}
        colours = look.colours_of(f"button.{'primary' if self.selected else self.variant}")
        if self.isDown() and "pressed" in colours:
            colours["bg"] = colours["pressed"]
        elif self.isDown():
            colours["bg"] = look.colour("frameLine")
        elif self.underMouse() and "hover" in colours:
            colours["bg"] = colours["hover"]
        return colours

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, icon, text and key by the arrangement."""
        del event
        colours = self.colours()
        with painting(QPainter(self)) as painter:
            radius = theme().px(10)
            border = colours.get("border")
            draw_box(painter, self.rect(), radius, colours["bg"], border, dashed=not self.isEnabled())
            draw = {
                "stacked": self._draw_stacked,
                "wide": self._draw_wide,
                "corner": self._draw_corner,
            }.get(self._arrangement, self._draw_inline)
            draw(painter, colours)

    def _draw_inline(self, painter: QPainter, colours: dict[str, QColor]) -> None:
        look = theme()
        parts = self.sizeHint().width() - 2 * look.px(self._padding)
        left = (
            (self.width() - parts) / 2
            if self.text() or self._key
            else (self.width() - look.px(INLINE_ICON)) / 2
        )
        left = max(left, look.px(6))
        if self._icon_name:
            self._draw_icon(
                painter, QRectF(left, 0, look.px(INLINE_ICON), self.height()), colours["fg"], INLINE_ICON
            )
            left += look.px(INLINE_ICON + ICON_GAP)
        cap = key_cap_width(self._key) + look.px(ICON_GAP) if self._key else 0
        room = QRectF(left, 0, self.width() - left - cap - look.px(6), self.height())
        left += draw_text(painter, room, self.text(), self._text_font(), colours["fg"])
        if self._key:
            self._draw_cap(painter, left + look.px(ICON_GAP), self.height() / 2, colours)

    def _draw_stacked(self, painter: QPainter, colours: dict[str, QColor]) -> None:
        look = theme()
        line, cap = look.line_height(self._role), look.px(KEY_CAP_HEIGHT)
        gap = look.px(5) if self._key else 0
        top = (self.height() - line - gap - (cap if self._key else 0)) / 2
        mark = look.px(18 + ICON_GAP) if self._icon_name else 0
        edge = look.px(4)
        width = min(text_width(self.text(), self._text_font()), self.width() - mark - 2 * edge)
        left = (self.width() - width - mark) / 2
        if self._icon_name:
            self._draw_icon(painter, QRectF(left, top, look.px(18), line), colours["fg"], 18)
        draw_text(
            painter,
            QRectF(left + mark, top - look.px(1), width, line),
            self.text(),
            self._text_font(),
            colours["fg"],
        )
        if self._key:
            start = (self.width() - key_cap_width(self._key)) / 2
            self._draw_cap(painter, start, top + line + gap + cap / 2, colours)

    def _draw_wide(self, painter: QPainter, colours: dict[str, QColor]) -> None:
        look = theme()
        cap = key_cap_width(self._key) if self._key else 0
        edge = look.px(18)
        side = cap + edge + look.px(ICON_GAP)
        room = QRectF(self.rect()).adjusted(side, 0, -side, 0)
        draw_text(painter, room, self.text(), self._text_font(), colours["fg"], align=CENTRE)
        if self._key:
            self._draw_cap(painter, self.width() - edge - cap, self.height() / 2, colours)

    def _draw_corner(self, painter: QPainter, colours: dict[str, QColor]) -> None:
        look = theme()
        edge = look.px(13)
        row = QRectF(edge, look.px(11), look.px(24), look.px(24))
        self._draw_icon(painter, row, colours["fg"], 24)
        if self._key:
            left = self.width() - edge - key_cap_width(self._key)
            self._draw_cap(painter, left, look.px(22), colours)
        line = look.line_height(self._role)
        box = QRectF(edge, self.height() - look.px(9) - line, self.width() - 2 * edge, line)
        draw_text(painter, box, self.text(), self._text_font(), colours["fg"])

    def _draw_icon(self, painter: QPainter, box: QRectF, colour: QColor, size: int = 20) -> None:
        actual = theme().colour(self._icon_tone) if self._icon_tone and self.isEnabled() else colour
        draw_pixmap_centred(painter, box, tinted(self._icon_name, actual, size))

    def _draw_cap(self, painter: QPainter, left: float, middle: float, colours: dict[str, QColor]) -> None:
        look = theme()
        height = look.px(KEY_CAP_HEIGHT)
        box = QRect(round(left), round(middle - height / 2), key_cap_width(self._key), height)
        filled = self.variant in ("pay", "primary") or self.selected
        if self.variant == "frame" or not self.isEnabled():
            text, edge = colours["fg"], look.colour("onFrame2") if self.variant == "frame" else colours["fg"]
        elif filled:
            text = edge = colours["fg"]
        else:
            text, edge = look.colour("text2"), look.colour("borderStrong")
        draw_key_cap(painter, box, self._key, text, edge)

    def _text_font(self) -> QFont:
        if self._text_size:
            return theme().font_of_size(theme().px(self._text_size), bold=True)
        bold = self._bold or (self.selected and self.variant == "secondary")
        return theme().font(self._role, bold=bold or None)

    def _theme_changed(self) -> None:
        self.updateGeometry()
        self.update()


def band_button(key: str, parent: QWidget) -> ActionButton:
    """A dark button of the band: its text over its key."""
    return ActionButton(variant="frame", arrangement="stacked", key=key, parent=parent)


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

    def _space(self) -> None:
        self._grid.setSpacing(theme().px(8))

    def _name_keys(self) -> None:
        self.keys["back"].setAccessibleName(self.tr("Delete last digit"))
