"""A title, (label, value) rows and a picture below them: the record of the list screens and of Settings."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QScroller, QWidget

from pos_app.ui.painting import RIGHT, draw_box, draw_text, painting, text_width
from pos_app.ui.product_picture import HEIGHT, ProductPicture
from pos_app.ui.theme import theme

EDGE = 20
TITLE = 64
ROW = 38
PICTURE_GAP = 16
SMALLEST_PICTURE = 120


class DetailRows(QWidget):
    """The painted rows."""

    def __init__(self, parent: QWidget | None = None, *, framed: bool = False) -> None:
        super().__init__(parent)
        self._framed = framed
        self.title = ""
        self.rows: tuple[tuple[str, str], ...] = ()
        self.picture = ""
        self._picture = ProductPicture()

    def wanted_height(self) -> int:
        """The height of the title, all rows and the picture at its smallest, in pixels."""
        room = SMALLEST_PICTURE + 2 * PICTURE_GAP if self.picture else 0
        return self._rows_height() + theme().px(room)

    def _rows_height(self) -> int:
        return theme().px((TITLE if self.title else 0) + ROW * len(self.rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw title and rows; only rows in sight are drawn."""
        look = theme()
        left, width = look.px(EDGE), self.width() - 2 * look.px(EDGE)
        with painting(QPainter(self)) as painter:
            if self._framed:
                painter.fillRect(event.rect(), look.colour("canvas"))
                draw_box(painter, self.rect(), look.px(12), look.colour("surface"), look.colour("border"))
            else:
                painter.fillRect(event.rect(), look.colour("surface"))
            top = 0
            if self.title:
                box = QRectF(left, 0, width, look.px(TITLE))
                draw_text(painter, box, self.title, look.font("heading"), look.colour("text"))
                top = look.px(TITLE)
            for label, value in self.rows:
                box = QRectF(left, top, width, look.px(ROW))
                top += look.px(ROW)
                if box.bottom() >= event.rect().top() and box.top() <= event.rect().bottom():
                    self._draw_row(painter, box, label, value)
            if self.picture:
                gap = look.px(PICTURE_GAP)
                below = self._rows_height() + gap
                height = min(self.height() - below - gap, look.px(HEIGHT))
                self._picture.draw(painter, self.picture, QRectF(left, below, width, height))

    def _draw_row(self, painter: QPainter, box: QRectF, label: str, value: str) -> None:
        look = theme()
        painter.fillRect(QRectF(box.left(), box.top(), box.width(), 1), look.colour("border"))
        font = look.font("bodyLarge")
        half = box.width() * 0.62
        value_width = min(text_width(value, font) + 1, half)
        value_box = QRectF(box.right() - value_width, box.top(), value_width, box.height())
        draw_text(painter, value_box, value, font, look.colour("text"), align=RIGHT)
        label_box = QRectF(
            box.left(), box.top(), box.width() - value_width - look.px(12 if value else 0), box.height()
        )
        draw_text(painter, label_box, label, font, look.colour("text2"))


class DetailView(QScrollArea):
    """Scrolls when there are many rows. `framed` is a card on the canvas, for the hand pane."""

    def __init__(self, parent: QWidget | None = None, *, framed: bool = False) -> None:
        super().__init__(parent)
        self.content = DetailRows(framed=framed)
        self.setWidget(self.content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setBackgroundRole(QPalette.ColorRole.Base)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        theme().changed.connect(self._place)

    def show_detail(self, title: str, rows: tuple[tuple[str, str], ...], picture: str = "") -> None:
        """Show this title and these rows, and the picture of a file below them."""
        content = self.content
        if (title, rows, picture) == (content.title, content.rows, content.picture):
            return
        other = title != content.title
        content.title, content.rows, content.picture = title, rows, picture
        self.content.setAccessibleName("; ".join([title, *(f"{name} {value}" for name, value in rows)]))
        self._place()
        if other:
            self.verticalScrollBar().setValue(0)
        self.content.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the rows as wide as the view."""
        super().resizeEvent(event)
        self._place()

    def changeEvent(self, event: QEvent) -> None:
        """Repaint in the new look."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.content.update()

    def _place(self) -> None:
        policy = Qt.ScrollBarPolicy
        overflows = self.content.wanted_height() > self.height()
        self.setVerticalScrollBarPolicy(policy.ScrollBarAlwaysOn if overflows else policy.ScrollBarAlwaysOff)
        bar = self.verticalScrollBar().sizeHint().width() if overflows else 0
        self.content.resize(self.width() - bar, max(self.content.wanted_height(), self.height()))
