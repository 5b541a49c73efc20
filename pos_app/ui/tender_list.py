"""The tenders of a sale, one row each: taken, being checked, declined, the rounding, what is being typed.

A row in doubt has its own button to ask again. A taken tender opens in place when it is tapped and then
offers to be given back, so that no single touch moves money.
"""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QScrollArea, QScroller, QSizePolicy, QWidget

from pos_app.ui.controls import ActionButton
from pos_app.ui.icons import icon
from pos_app.ui.painting import RIGHT, draw_box, draw_pixmap_centred, draw_text, painting, text_width
from pos_app.ui.pay_record import EDGE, spoken
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import TenderRow

ROW = 62
ROUNDING_ROW = 42
OPEN_ROW = 118
SQUARE = 38
TEXT_LEFT = 72
BUTTON_HEIGHT = 48


class RowLook(NamedTuple):
    """Colours of a state: the icon's square and the icon, and the detail's icon with its colour."""

    square: str
    mark: str
    detail_icon: str = ""
    detail_tone: str = "text2"


LOOKS: dict[str, RowLook] = {
    "approved": RowLook("primaryTint", "onPrimaryTint", "paid", "success"),
    "checking": RowLook("warningTint", "onWarningTint", "expires", "warning"),
    "declined": RowLook("dangerTint", "onDangerTint", "refuse", "danger"),
    "entry": RowLook("primary", "onPrimary"),
    "rounding": RowLook("", "text2"),
}


class TenderRowButton(QAbstractButton):
    """One tender. A tap opens it when it can be given back."""

    give_back = Signal(str)
    ask_again = Signal(str)

    focus_radius = 4

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = TenderRow("", "", "", "", "cash", "entry")
        self.opened = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._ask = ActionButton(icon="syncing", variant="secondary", bold=True, parent=self)
        self._ask.clicked.connect(lambda: self.ask_again.emit(self.row.tender_id))
        self._back = ActionButton(icon="undo", variant="destructive", parent=self)
        self._back.clicked.connect(lambda: self.give_back.emit(self.row.tender_id))
        theme().changed.connect(self._place)

    def show_row(self, row: TenderRow, *, opened: bool, waiting: bool = False) -> None:
        """Show this tender, opened in place or not. While a terminal works nothing can be done to it."""
        self.row, self.opened = row, opened and row.removable and not waiting
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if row.removable else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(spoken((row.title, row.amount, row.detail)))
        self._ask.setText(self.tr("Ask again"))
        self._back.setText(self.tr("Give back"))
        self._ask.setVisible(row.state == "checking" and not waiting)
        self._back.setVisible(self.opened)
        self._place()
        self.update()

    def design_height(self) -> int:
        """The row's height in design pixels."""
        if self.row.state == "rounding":
            return ROUNDING_ROW
        return OPEN_ROW if self.opened else ROW

    def sizeHint(self) -> QSize:
        """A full row."""
        return QSize(theme().px(620), theme().px(self.design_height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons in their places."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, icon, title, detail and amount."""
        del event
        look, row = theme(), self.row
        marked = row.selected or self.opened
        with painting(QPainter(self)) as painter:
            ground = "primaryTint" if marked else "pressed" if self._is_pressed() else "surface"
            painter.fillRect(self.rect(), look.colour(ground))
            painter.fillRect(0, self.height() - 1, self.width(), 1, look.colour("border"))
            if marked:
                painter.fillRect(0, 0, look.px(5), self.height() - 1, look.colour("primary"))
            if row.state == "rounding":
                self._draw_rounding(painter)
            else:
                self._draw_tender(painter, QRectF(0, 0, self.width(), look.px(ROW) - 1))

    def _is_pressed(self) -> bool:
        return self.isDown() and self.row.removable

    def _draw_rounding(self, painter: QPainter) -> None:
        look = theme()
        height = self.height() - 1
        mark = QRectF(look.px(EDGE), 0, look.px(SQUARE), height)
        draw_pixmap_centred(painter, mark, icon(self.row.icon, "text2", 18))
        box = QRectF(look.px(TEXT_LEFT), 0, self.width() - look.px(TEXT_LEFT + EDGE), height)
        draw_text(painter, box, self.row.title, look.font("body"), look.colour("text2"))
        draw_text(painter, box, self.row.amount, look.font("line"), look.colour("text"), align=RIGHT)

    def _draw_tender(self, painter: QPainter, box: QRectF) -> None:
        look, row = theme(), self.row
        state = LOOKS[row.state]
        size = look.px(SQUARE)
        square = QRectF(look.px(EDGE), (box.height() - size + look.px(1)) / 2, size, size)
        draw_box(painter, square, look.px(10), look.colour(state.square))
        draw_pixmap_centred(painter, square, icon(row.icon, state.mark, 20))
        font = look.font_of_size(look.px(24 if row.state == "entry" else 20), bold=True)
        tone = "text3" if row.state == "declined" else "text"
        right = QRectF(0, 0, box.width() - look.px(EDGE), box.height())
        draw_text(painter, right, row.amount, font, look.colour(tone), align=RIGHT)
        room = self._text_right(text_width(row.amount, font)) - look.px(TEXT_LEFT)
        title = QRectF(look.px(TEXT_LEFT), look.px(9), room, look.line_height("line"))
        title_font = look.font("line", bold=row.selected)
        draw_text(painter, title, row.title, title_font, look.colour("text"))
        self._draw_detail(painter, QRectF(title.left(), look.px(32), room, look.px(20)), state)

    def _draw_detail(self, painter: QPainter, box: QRectF, state: RowLook) -> None:
        look = theme()
        if state.detail_icon and self.row.detail:
            mark = QRectF(box.left(), box.top(), look.px(16), box.height())
            draw_pixmap_centred(painter, mark, icon(state.detail_icon, state.detail_tone, 16))
            box = box.adjusted(look.px(22), 0, 0, 0)
        tone = state.detail_tone if self.row.state in ("checking", "declined") else "text2"
        draw_text(painter, box, self.row.detail, look.font("small"), look.colour(tone))

    def _text_right(self, amount_width: float) -> float:
        right = self.width() - theme().px(EDGE + 12) - amount_width
        return right if self._ask.isHidden() else min(right, self._ask.x() - theme().px(8))

    def _place(self) -> None:
        look = theme()
        height = look.px(BUTTON_HEIGHT)
        ask = self._ask.sizeHint().width()
        amount = text_width(self.row.amount, look.font_of_size(look.px(20), bold=True))
        left = round(self.width() - look.px(EDGE + 14) - amount) - ask
        self._ask.setGeometry(left, (look.px(ROW) - height) // 2, ask, height)
        self._back.setGeometry(
            look.px(TEXT_LEFT), look.px(ROW) + look.px(1), self._back.sizeHint().width(), height
        )
        self.updateGeometry()


class TenderList(QScrollArea):
    """The rows, scrolled to the last one when they do not fit."""

    give_back = Signal(str)
    ask_again = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[TenderRowButton] = []
        self._shown: tuple[TenderRow, ...] = ()
        self._opened = ""
        self._waiting = False
        self._content = QWidget()
        self._content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._content.setProperty("ground", "surface")
        self.setWidget(self._content)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        theme().changed.connect(self._place)

    @property
    def rows(self) -> tuple[TenderRowButton, ...]:
        """The rows shown, first to last."""
        return tuple(self._rows[: len(self._shown)])

    def show_tenders(self, tenders: tuple[TenderRow, ...], *, waiting: bool = False) -> None:
        """Show these tenders; while a terminal is `waiting` for its answer none can be touched."""
        self._waiting = waiting
        grown = len(tenders) > len(self._shown)
        self._shown = tenders
        if self._opened not in {row.tender_id for row in tenders if row.removable}:
            self._opened = ""
        while len(self._rows) < len(tenders):
            self._rows.append(self._new_row())
        for place, button in enumerate(self._rows):
            button.setVisible(place < len(tenders))
            if place < len(tenders):
                row = tenders[place]
                button.show_row(row, opened=row.tender_id == self._opened, waiting=waiting)
        self._place()
        if grown:
            bar = self.verticalScrollBar()
            bar.setValue(bar.maximum())

    def rows_height(self) -> int:
        """The height of all rows, in pixels."""
        return sum(theme().px(row.design_height()) for row in self.rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the rows as wide as the list."""
        super().resizeEvent(event)
        self._place()

    def _new_row(self) -> TenderRowButton:
        button = TenderRowButton(self._content)
        button.clicked.connect(lambda: self._tapped(button))
        button.give_back.connect(self.give_back)
        button.ask_again.connect(self.ask_again)
        return button

    def _tapped(self, button: TenderRowButton) -> None:
        if button.row.removable and not self._waiting:
            self._opened = "" if self._opened == button.row.tender_id else button.row.tender_id
            self.show_tenders(self._shown)

    def _place(self) -> None:
        width, top = self.viewport().width(), 0
        for row in self.rows:
            height = theme().px(row.design_height())
            row.setGeometry(0, top, width, height)
            top += height
        self._content.resize(width, max(top, 1))
