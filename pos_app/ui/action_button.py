"""The button of the design; `pos_app.ui.controls` tells how to use it."""

from __future__ import annotations

from collections.abc import Hashable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from pos_app.ui.icons import tinted
from pos_app.ui.kept_pictures import KeptPictures
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
from pos_app.ui.type_face import TypeFace

ICON_GAP = 8
INLINE_ICON = 18


_pictures = KeptPictures(transparent=True)


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

        def draw(onto: QPainter, _box: QRectF) -> None:
            self._draw(onto, colours)

        with QPainter(self) as painter:
            if type(self) is ActionButton:
                _pictures.draw(painter, self.rect(), self._look(colours), draw)
            else:
                self._draw(painter, colours)  # of what it draws besides, only its own class knows

    def _look(self, colours: dict[str, QColor]) -> Hashable:
        """Return all that the picture of a plain button depends on, besides its size and the theme."""
        return (
            tuple((part, colour.rgba()) for part, colour in colours.items()),
            (self.variant, self.selected, self.isEnabled(), self._arrangement, self._padding, self._height),
            (self.text(), self._key, self._icon_name, self._icon_tone),
            (self._role, self._bold, self._text_size),
        )

    def _draw(self, painter: QPainter, colours: dict[str, QColor]) -> None:
        with painting(painter):
            radius = theme().px(10)
            border = colours.get("border")
            draw_box(painter, self.rect(), radius, colours["bg"], border, dashed=not self.isEnabled())
            arrange = {
                "stacked": self._draw_stacked,
                "wide": self._draw_wide,
                "corner": self._draw_corner,
            }.get(self._arrangement, self._draw_inline)
            arrange(painter, colours)

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
        align = CENTRE
        if text_width(self.text(), self._text_font()) > room.width():
            room.setLeft(edge)  # a long text uses the room on its own side too
            align = RIGHT
        draw_text(painter, room, self.text(), self._text_font(), colours["fg"], align=align)
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

    def _text_font(self) -> TypeFace:
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
