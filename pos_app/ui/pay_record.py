"""The record of Pay: how the total came about, the tenders, and what to hand back. Painted, no state."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.icons import icon
from pos_app.ui.painting import (
    CENTRE,
    RIGHT,
    draw_box,
    draw_pixmap_centred,
    draw_text,
    draw_wrapped,
    painting,
    text_width,
)
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import HandBack, SumRow

EDGE = 20
"""Left and right padding of the record, in design pixels."""

SUM_ROW = 34
SUMS_TOP = 10
SUMS_FOOT = 6
TOTAL_ROW = 58
HEADER = 36
HAND_BACK_HEIGHT = 124
PIECE_HEIGHT = 68
PIECE_GAP = 8
MOST_PIECES = 6


class PaySums(QWidget):
    """Items, promotions, coupons, and the total with its tax. Its height follows the number of rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[SumRow, ...] = ()
        self._total = ("", "", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_sums(self, rows: tuple[SumRow, ...], label: str, detail: str, total: str) -> None:
        """Show these rows and this total."""
        if (rows, (label, detail, total)) != (self._rows, self._total):
            self._rows, self._total = rows, (label, detail, total)
            spoken = [f"{row.label} {row.amount}" for row in rows]
            self.setAccessibleName(", ".join([*spoken, f"{label} {total}", detail]))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """As high as its rows."""
        height = SUMS_TOP + SUM_ROW * len(self._rows) + SUMS_FOOT + TOTAL_ROW
        return QSize(theme().px(620), theme().px(height))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, a hairline, and the total."""
        del event
        look = theme()
        left, right = look.px(EDGE), self.width() - look.px(EDGE)
        with painting(QPainter(self)) as painter:
            top = look.px(SUMS_TOP)
            for row in self._rows:
                self._draw_row(painter, row, QRectF(left, top, right - left, look.px(SUM_ROW)))
                top += look.px(SUM_ROW)
            top += look.px(SUMS_FOOT)
            painter.fillRect(QRectF(left, top, right - left, 1), look.colour("border"))
            self._draw_total(painter, QRectF(left, top, right - left, self.height() - top - look.px(4)))

    def _draw_row(self, painter: QPainter, row: SumRow, box: QRectF) -> None:
        look = theme()
        font = look.font("line")
        label = QRectF(box)
        if row.icon:
            mark = QRectF(box.left(), box.top() + 0.5, look.px(17), box.height())
            draw_pixmap_centred(painter, mark, icon(row.icon, "text2", 17))
            label.setLeft(box.left() + look.px(25))
        amount_width = text_width(row.amount, font)
        label.setRight(box.right() - amount_width - look.px(12))
        draw_text(painter, label, row.label, look.font("bodyLarge"), look.colour("text2"))
        tone = "promo" if row.tone == "promo" else "text"
        draw_text(painter, box, row.amount, font, look.colour(tone), align=RIGHT)

    def _draw_total(self, painter: QPainter, box: QRectF) -> None:
        look = theme()
        label, detail, total = self._total
        total_font = look.font_of_size(look.px(26), bold=True)
        room = QRectF(box)
        room.setRight(box.right() - text_width(total, total_font) - look.px(12))
        width = draw_text(painter, room, label, look.font("title"), look.colour("text"))
        room.setLeft(room.left() + width + look.px(5))
        draw_text(painter, room, detail, look.font("small"), look.colour("text2"))
        draw_text(painter, box, total, total_font, look.colour("text"), align=RIGHT)


class SectionHeader(QWidget):
    """A sunken strip that names the rows below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        theme().changed.connect(self.update)

    def set_text(self, text: str) -> None:
        """Show this name."""
        self._text = text
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        """One strip."""
        return QSize(theme().px(620), theme().px(HEADER))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, its two hairlines and the name."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            painter.fillRect(self.rect(), look.colour("sunken"))
            painter.fillRect(0, 0, self.width(), 1, look.colour("border"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, look.colour("border"))
            box = QRectF(self.rect()).adjusted(look.px(EDGE), 0, -look.px(EDGE), 0)
            draw_text(painter, box, self._text, look.font("small"), look.colour("text2"))


class ScanHint(QWidget):
    """What else may be scanned here; shown in the room that the tenders leave."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        theme().changed.connect(self.update)

    def set_text(self, text: str) -> None:
        """Show this hint."""
        self._text = text
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the scanner and the hint in one row."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            mark = QRectF(look.px(EDGE), 0, look.px(38), self.height())
            draw_pixmap_centred(painter, mark, icon("scan", "text3", 22))
            left = look.px(EDGE + 52)
            box = QRectF(left, 0, self.width() - left - look.px(EDGE), self.height())
            draw_text(painter, box, self._text, look.font("body"), look.colour("text3"))


class HandBackPieces(QWidget):
    """The change as notes (squared, tinted) and coins (round)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: tuple[HandBack, ...] = ()
        self._detail = ""
        theme().changed.connect(self.update)

    def show_pieces(self, pieces: tuple[HandBack, ...], detail: str) -> None:
        """Show these notes and coins, and how many they are."""
        if (pieces, detail) != (self._pieces, self._detail):
            self._pieces, self._detail = pieces, detail
            self.setAccessibleName(", ".join([detail, *(f"{piece.label} {piece.count}" for piece in pieces)]))
            self.update()

    def sizeHint(self) -> QSize:
        """One row of pieces under its caption."""
        return QSize(theme().px(620), theme().px(HAND_BACK_HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the caption and one box per kind of note or coin."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            painter.fillRect(0, 0, self.width(), 1, look.colour("border"))
            left, width = look.px(EDGE), self.width() - 2 * look.px(EDGE)
            caption = QRectF(left, look.px(13), width, look.px(20))
            font, tone = look.font("small"), look.colour("text2")
            draw_text(painter, caption, self.tr("Hand back"), font, tone)
            draw_text(painter, caption, self._detail, font, tone, align=RIGHT)
            self._draw_pieces(painter, left, width)

    def _draw_pieces(self, painter: QPainter, left: float, width: float) -> None:
        look = theme()
        shown = self._pieces
        columns = max(MOST_PIECES, len(shown))
        gap = look.px(PIECE_GAP if columns <= MOST_PIECES else PIECE_GAP / 2)
        each = (width - gap * (columns - 1)) / columns
        for place, piece in enumerate(shown):
            start = round(left + place * (each + gap))
            end = round(left + place * (each + gap) + each)
            box = QRectF(start, look.px(41), end - start, look.px(PIECE_HEIGHT))
            self._draw_piece(painter, piece, box)

    def _draw_piece(self, painter: QPainter, piece: HandBack, box: QRectF) -> None:
        look = theme()
        if piece.note:
            draw_box(painter, box, look.px(10), look.colour("primaryTint"), look.colour("primary"))
        else:
            draw_box(painter, box, box.height() / 2, look.colour("surface"), look.colour("borderStrong"))
        name = QRectF(box.left(), box.top() + look.px(10), box.width(), look.px(28))
        font = look.font_of_size(look.px(20 if box.width() > look.px(70) else 16), bold=True)
        draw_text(painter, name, piece.label, font, look.colour("text"), align=CENTRE)
        count = QRectF(box.left(), box.top() + look.px(36), box.width(), look.px(20))
        draw_text(painter, count, piece.count, look.font("small"), look.colour("text2"), align=CENTRE)


class ErrorSlot(QWidget):
    """The red slot: an error sentence in its own place, which covers nothing."""

    HEIGHT = 60

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        theme().changed.connect(self.update)

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show this sentence; empty hides the slot."""
        self._text = text
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.update()

    def sizeHint(self) -> QSize:
        """Room for two lines."""
        return QSize(theme().px(620), theme().px(self.HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, a warning sign and the sentence, in two lines if it needs them."""
        del event
        look = theme()
        colours = look.colours_of("slot.bad")
        with painting(QPainter(self)) as painter:
            box = QRectF(self.rect()).adjusted(0, 0, -1, 0)
            draw_box(painter, box, 0, colours["bg"], colours["border"])
            mark = QRectF(look.px(EDGE), 0, look.px(38), self.height())
            draw_pixmap_centred(painter, mark, icon("short", "danger", 22))
            room = box.adjusted(look.px(EDGE + 52), look.px(4), -look.px(EDGE), -look.px(4))
            draw_wrapped(painter, room, self._text, "body", "onDangerTint")


def spoken(parts: Sequence[str]) -> str:
    """What a screen reader says of a row: its parts that are not empty."""
    return ", ".join(part for part in parts if part)
