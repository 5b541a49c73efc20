"""Painted signs that Pickup's pages share: the countdown, tags, what is paid, and who picks."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.icons import tinted
from pos_app.ui.painting import CENTRE, draw_box, draw_pixmap_centred, draw_text, painting, text_width
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_words import Countdown, Tag

CHIP_HEIGHT = 30
CHIP_ICON = 16
TAG_HEIGHT = 24
TAG_ICON = 16

HERE = {"bg": "primary", "fg": "onPrimary", "icon": "arrived"}
"""The chip of a customer who waits; the other levels are the tokens' `sla` table."""

ON_FRAME = {"fg": "onFrame", "border": "onFrame2"}
"""A chip without a ground of its own, on the dark frame: the tokens' colours are for light grounds."""


def _chip_look(level: str, ground: str) -> dict[str, str]:
    if level == "here":
        return HERE
    found: dict[str, str] = next(each for each in theme().number("sla") if each["id"] == level)
    return found | ON_FRAME if ground == "frame" and "bg" not in found else found


def chip_width(chip: Countdown) -> int:
    """How wide a countdown is."""
    look = theme()
    words = text_width(chip.text, look.font("body", bold=chip.level != "calm"))
    return round(words) + look.px(8 + CHIP_ICON + 7 + 11)


def draw_chip(
    painter: QPainter, right: float, middle: float, chip: Countdown, ground: str = "surface"
) -> int:
    """Draw a countdown that ends at `right`; icon, words and colour change together. Returns its width."""
    look, colours = theme(), _chip_look(chip.level, ground)
    width, height = chip_width(chip), look.px(CHIP_HEIGHT)
    box = QRectF(right - width, round(middle - height / 2), width, height)
    fill = look.colour(colours["bg"]) if "bg" in colours else None
    border = look.colour(colours["border"]) if "border" in colours else None
    draw_box(painter, box, height / 2, fill, border)
    tone = look.colour(colours["fg"])
    mark = QRectF(box.left() + look.px(8), box.top(), look.px(CHIP_ICON), height)
    draw_pixmap_centred(painter, mark, tinted(colours["icon"], tone, CHIP_ICON))
    words = QRectF(mark.right() + look.px(7), box.top(), width, height)
    draw_text(painter, words, chip.text, look.font("body", bold=chip.level != "calm"), tone)
    return width


def sign_width(tag: Tag) -> int:
    """How wide a tag of the board is."""
    look = theme()
    mark = look.px(TAG_ICON + 5) if tag.icon else 0
    return round(text_width(tag.text, look.font("small"))) + mark + look.px(6 + 8)


def draw_sign(painter: QPainter, left: float, middle: float, tag: Tag) -> int:
    """Draw a tag on its ground; returns its width."""
    look = theme()
    colours = look.colours_of(f"tag.{tag.tone}")
    width, height = sign_width(tag), look.px(TAG_HEIGHT)
    box = QRectF(left, round(middle - height / 2), width, height)
    draw_box(painter, box, look.px(6), colours["bg"])
    start = box.left() + look.px(6)
    if tag.icon:
        mark = QRectF(start, box.top(), look.px(TAG_ICON), height)
        draw_pixmap_centred(painter, mark, tinted(tag.icon, colours["fg"], TAG_ICON))
        start += look.px(TAG_ICON + 5)
    words = QRectF(start, box.top(), box.right() - start, height)
    draw_text(painter, words, tag.text, look.font("small"), colours["fg"])
    return width


MONEY_SIGNS: dict[str, tuple[str, str, str, bool]] = {
    "paid": ("paid", "success", "text2", False),
    "authorised": ("card", "success", "text2", False),
    "due": ("due", "text", "text", True),
}
"""By what is paid: icon, its colour, the colour of the words, and whether they are bold."""


def draw_money(painter: QPainter, right: float, middle: float, money: str, words: str) -> float:
    """Draw what is paid or due, ending at `right`; returns where it begins."""
    look = theme()
    icon_name, icon_tone, tone, bold = MONEY_SIGNS[money]
    font = look.font("small", bold=bold)
    width, height = text_width(words, font), look.px(TAG_HEIGHT)
    top = round(middle - height / 2)
    draw_text(painter, QRectF(right - width, top, width + 1, height), words, font, look.colour(tone))
    left = right - width - look.px(6 + 16)
    mark = QRectF(left, top, look.px(16), height)
    draw_pixmap_centred(painter, mark, tinted(icon_name, look.colour(icon_tone), 16))
    return left


def draw_initials(painter: QPainter, left: float, middle: float, initials: str) -> None:
    """Draw who picks, as a disc of 26; without initials a pause sign."""
    look = theme()
    size = look.px(26)
    disc = QRectF(left, round(middle - size / 2), size, size)
    draw_box(painter, disc, size / 2, look.colour("text2"))
    tone = look.colour("surface")
    if initials:
        font = look.font("micro", bold=True)
        draw_text(painter, disc, initials, font, tone, align=CENTRE)
    else:
        draw_pixmap_centred(painter, disc, tinted("hold", tone, 14))


def draw_progress(painter: QPainter, box: QRectF, done: int, of: int) -> None:
    """Draw a bar of which so much is done."""
    look = theme()
    radius = box.height() / 2
    draw_box(painter, box, radius, look.colour("border"))
    if of and done:
        width = max(box.width() * min(done, of) / of, box.height())
        draw_box(painter, QRectF(box.left(), box.top(), width, box.height()), radius, look.colour("primary"))


class CountdownView(QWidget):
    """A countdown as a widget of its own, on a ground of one token's colour."""

    def __init__(self, ground: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ground = ground
        self._chip: Countdown | None = None
        theme().changed.connect(self.update)

    def show_chip(self, chip: Countdown | None) -> None:
        """Show another countdown, or none."""
        self.setVisible(chip is not None)
        if chip != self._chip:
            self._chip = chip
            self.setAccessibleName(chip.text if chip is not None else "")
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """The chip's size."""
        width = chip_width(self._chip) if self._chip is not None else 0
        return QSize(width, theme().px(CHIP_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip at the right."""
        with painting(QPainter(self)) as painter:
            painter.fillRect(event.rect(), QColor(theme().colour(self._ground)))
            if self._chip is not None:
                draw_chip(painter, self.width(), self.height() / 2, self._chip, self._ground)
