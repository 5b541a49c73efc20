"""Small painted parts that the pickup pages share: badge, ready button, bar of the band."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.action_button import ActionButton
from pos_app.ui.icons import tinted
from pos_app.ui.painting import (
    CENTRE,
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
from pos_app.viewmodels.pickup_words import Tag

BADGE_HEIGHT = 26


def badge_width(tag: Tag) -> int:
    """How wide a badge is, at the current scale."""
    look = theme()
    mark = look.px(16 + 5) if tag.icon else 0
    return round(text_width(tag.text, look.font("body"))) + mark + look.px(2 * 7)


def draw_badge(painter: QPainter, left: float, middle: float, tag: Tag) -> float:
    """Draw a tag as it stands in a head, a little larger than in a row; returns its right edge."""
    look = theme()
    colours = look.colours_of(f"tag.{tag.tone}")
    width, height = badge_width(tag), look.px(BADGE_HEIGHT)
    box = QRectF(left, middle - height / 2, width, height)
    draw_box(painter, box, look.px(6), colours["bg"])
    start = left + look.px(7)
    if tag.icon:
        mark = QRectF(start, box.top(), look.px(16), height)
        draw_pixmap_centred(painter, mark, tinted(tag.icon, colours["fg"], 16))
        start += look.px(16 + 5)
    room = QRectF(start, box.top(), box.right() - start, height)
    draw_text(painter, room, tag.text, look.font("body"), colours["fg"])
    return box.right()


class ReadyButton(ActionButton):
    """A main action with a second line. While something is missing it is pale, says what, and can be pressed.

    A press then says the same aloud: nobody stands before a dead button.
    """

    def __init__(self, *, key: str = "", size: int = 20, parent: QWidget | None = None) -> None:
        super().__init__(variant="pay", arrangement="wide", role="action", key=key, parent=parent)
        self._detail = ""
        self._possible = False
        self._size = size

    @property
    def possible(self) -> bool:
        """Whether nothing is missing."""
        return self._possible

    def show_action(self, text: str, detail: str, *, possible: bool) -> None:
        """Show this action and what is missing for it."""
        self.setText(text)
        self._detail, self._possible = detail, possible
        self.setAccessibleName(f"{text}. {detail}" if detail else text)
        self.update()

    def colours(self) -> dict[str, QColor]:
        """Pale while something is missing."""
        if not self._possible and not self.isDown():
            return theme().colours_of("button.frameDisabled")
        return super().colours()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the action over what is missing, its key at the right while it can be done."""
        del event
        look, colours = theme(), self.colours()
        with painting(QPainter(self)) as painter:
            border = colours.get("border")
            dashed = not self._possible
            draw_box(painter, self.rect(), look.px(10), colours["bg"], border, dashed=dashed)
            font = look.font_of_size(look.px(self._size), bold=True)
            line = look.px(26)
            height = line + (look.px(22) if self._detail else 0)
            top = (self.height() - height) / 2
            edge = look.px(8)
            cap = look.px(18) + key_cap_width(self._key) if self._key and self._possible else 0
            room = QRectF(edge, top, self.width() - 2 * edge, line)
            if text_width(self.text(), font) > room.width() - 2 * cap:
                room.setRight(self.width() - cap - edge)
            draw_text(painter, room, self.text(), font, colours["fg"], align=CENTRE)
            if self._detail:
                self._draw_detail(painter, QRectF(edge, top + line, self.width() - 2 * edge, look.px(20)))
            if cap:
                box = QRectF(self.width() - cap, (self.height() - look.px(22)) / 2, 0, look.px(22))
                box.setWidth(key_cap_width(self._key))
                draw_key_cap(painter, box, self._key, colours["fg"], colours["fg"])

    def _draw_detail(self, painter: QPainter, box: QRectF) -> None:
        look = theme()
        font = next(
            (
                font
                for font in (look.font(role) for role in ("body", "small", "caption"))
                if text_width(self._detail, font) <= box.width()
            ),
            look.font("micro"),
        )
        draw_text(painter, box, self._detail, font, self.colours()["fg"], align=CENTRE)


class PickBar(QWidget):
    """The band's figure while picking: how many items, what became of them, and a bar of both."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = self._summary = ""
        self._parts = (0, 0, 0)
        theme().changed.connect(self.update)

    def show_progress(self, title: str, summary: str, parts: tuple[int, int, int]) -> None:
        """Show the words, and the picked and short items of all."""
        self._title, self._summary, self._parts = title, summary, parts
        self.setAccessibleName(f"{title}, {summary}" if summary else title)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the title at the left, the summary at the right, the bar below."""
        del event
        look = theme()
        picked, short, of = self._parts
        left, right = look.px(20), self.width() - look.px(24)
        with painting(QPainter(self)) as painter:
            room = QRectF(left, look.px(20), right - left, look.px(30))
            summary_font = look.font("body")
            taken = draw_text(painter, room, self._summary, summary_font, look.colour("onFrame"), align=RIGHT)
            room.setRight(right - taken - look.px(12))
            draw_text(painter, room, self._title, look.font("heading"), look.colour("onFrame"))
            if not of:
                return
            bar = QRectF(left, look.px(60), right - left, look.px(12))
            draw_box(painter, bar, bar.height() / 2, look.colour("frameRaised"))
            done = bar.width() * (picked + short) / of
            amber = QRectF(bar.left(), bar.top(), done, bar.height())
            draw_box(painter, amber, bar.height() / 2, look.colour("warningSolid" if short else "pay"))
            if short and picked:
                mint = QRectF(bar.left(), bar.top(), bar.width() * picked / of, bar.height())
                draw_box(painter, mint, bar.height() / 2, look.colour("pay"))
                square = QRectF(mint.center().x(), mint.top(), mint.width() / 2, mint.height())
                painter.fillRect(square, look.colour("pay"))
