"""What needs a person, and diagnostics in sections below it: the record of Settings."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QScroller, QWidget

from pos_app.ui.controls import ActionButton
from pos_app.ui.icons import icon
from pos_app.ui.painting import (
    RIGHT,
    draw_box,
    draw_pixmap_centred,
    draw_text,
    draw_wrapped,
    painting,
    text_width,
    wrapped_height,
)
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import AttentionRow, DiagnosticSection

EDGE = 20
TITLE = 56
SECTION = 44
ROW = 32
CARD_GAP = 8
PAD = 14
ICON = 24
BUTTON = 48
TONES = {"bad": "danger", "warn": "warning"}


class AttentionCard(QWidget):
    """One thing that needs a person: what happened, what to do, and perhaps a button that says it is seen."""

    seen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = AttentionRow("", "", "")
        self.button = ActionButton(height=BUTTON, parent=self)
        self.button.clicked.connect(lambda: self.seen.emit(self._row.code))

    def show_row(self, row: AttentionRow) -> None:
        """Show this row."""
        self._row = row
        self.button.setText(row.action_label)
        self.button.setVisible(bool(row.action_label))
        self.setAccessibleName(f"{row.title}. {row.detail}")
        self.update()

    def place(self, width: int) -> int:
        """Put the button at the right; returns the height that the words need in this width."""
        look = theme()
        words = self._words_width(width)
        title = wrapped_height(self._row.title, "line", words)
        detail = wrapped_height(self._row.detail, "body", words)
        height = max(title + detail + look.px(4), look.px(BUTTON)) + 2 * look.px(PAD)
        wide = self.button.sizeHint().width()
        top = (height - look.px(BUTTON)) // 2
        self.button.setGeometry(width - wide - look.px(PAD), top, wide, look.px(BUTTON))
        return height

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, its sign and its words."""
        del event
        look = theme()
        tone = TONES.get(self._row.tone, "warning")
        with painting(QPainter(self)) as painter:
            colours = look.colours_of(f"tag.{self._row.tone}")
            draw_box(painter, self.rect(), look.px(10), colours["bg"], look.colour(tone))
            pad = look.px(PAD)
            mark = QRectF(pad, pad, look.px(ICON), look.px(ICON))
            draw_pixmap_centred(painter, mark, icon("warning", tone, ICON))
            left = pad + look.px(ICON + 10)
            words = self._words_width(self.width())
            title = wrapped_height(self._row.title, "line", words)
            detail = wrapped_height(self._row.detail, "body", words)
            top = (self.height() - title - detail - look.px(4)) / 2
            draw_wrapped(painter, QRectF(left, top, words, title), self._row.title, "line", "text")
            box = QRectF(left, top + title + look.px(4), words, detail)
            draw_wrapped(painter, box, self._row.detail, "body", "text")

    def _words_width(self, width: int) -> int:
        look = theme()
        button = self.button.sizeHint().width() + look.px(PAD) if self._row.action_label else 0
        return max(width - look.px(ICON + 10) - 2 * look.px(PAD) - button, 1)


class SectionRows(QWidget):
    """The sections, painted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sections: tuple[DiagnosticSection, ...] = ()

    def wanted_height(self) -> int:
        """The height of all sections, in pixels."""
        rows = sum(len(section.rows) for section in self.sections)
        return theme().px(SECTION * len(self.sections) + ROW * rows + PAD)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw each section's title and lines; only what is in sight."""
        look = theme()
        left, width = look.px(EDGE), self.width() - 2 * look.px(EDGE)
        with painting(QPainter(self)) as painter:
            top = 0
            for section in self.sections:
                box = QRectF(left, top, width, look.px(SECTION - 4))
                draw_text(painter, box, section.title, look.font("title"), look.colour("text"))
                top += look.px(SECTION)
                for label, value in section.rows:
                    box = QRectF(left, top, width, look.px(ROW))
                    top += look.px(ROW)
                    if box.bottom() >= event.rect().top() and box.top() <= event.rect().bottom():
                        self._draw_row(painter, box, label, value)

    def _draw_row(self, painter: QPainter, box: QRectF, label: str, value: str) -> None:
        look = theme()
        painter.fillRect(QRectF(box.left(), box.top(), box.width(), 1), look.colour("border"))
        font = look.font("body")
        wide = min(text_width(value, font) + 1, box.width() * 0.68)
        value_box = QRectF(box.right() - wide, box.top(), wide, box.height())
        draw_text(painter, value_box, value, font, look.colour("text"), align=RIGHT)
        label_box = QRectF(box.left(), box.top(), box.width() - wide - look.px(12), box.height())
        draw_text(painter, label_box, label, font, look.colour("text2"))


class DiagnosticsView(QScrollArea):
    """Scrolls when there is much. `seen` carries the code of a card whose button was pressed."""

    seen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = QWidget()
        self.content.setBackgroundRole(QPalette.ColorRole.Base)
        self.cards: list[AttentionCard] = []
        self._shown = 0
        self.rows = SectionRows(self.content)
        self.setWidget(self.content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        theme().changed.connect(self._place)

    def show_diagnosis(
        self, attention: tuple[AttentionRow, ...], sections: tuple[DiagnosticSection, ...]
    ) -> None:
        """Show what needs a person, and below it the sections."""
        while len(self.cards) < len(attention):
            card = AttentionCard(self.content)
            card.seen.connect(self.seen)
            self.cards.append(card)
        self._shown = len(attention)
        for place, card in enumerate(self.cards):
            card.setVisible(place < self._shown)
            if place < self._shown:
                card.show_row(attention[place])
        self.rows.sections = sections
        spoken = (f"{name} {value}" for section in sections for name, value in section.rows)
        self.rows.setAccessibleName("; ".join(spoken))
        self._place()
        self.rows.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep everything as wide as the view."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        look = theme()
        bar = self.verticalScrollBar().sizeHint().width()
        width = self.width() - bar
        edge, top = look.px(EDGE), look.px(PAD)
        for card in self.cards[: self._shown]:
            height = card.place(width - 2 * edge)
            card.setGeometry(edge, top, width - 2 * edge, height)
            top += height + look.px(CARD_GAP)
        height = self.rows.wanted_height()
        self.rows.setGeometry(0, top, width, height)
        self.content.resize(width, max(top + height, self.height()))
