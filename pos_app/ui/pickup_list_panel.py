"""An in-place question of the pickup pages that is answered by choosing a row: a swap, a step, an order.

It stands in the hand pane, beside the record. A search field is above the rows where the question has one;
arrow keys and Enter work from there.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.announcer import announce
from pos_app.ui.choice_list import ChoiceList, RowTexts
from pos_app.ui.controls import ActionButton
from pos_app.ui.icons import icon
from pos_app.ui.painting import draw_pixmap_centred, draw_text, draw_wrapped, painting
from pos_app.ui.search_field import SearchField
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_picking_screen import ListPanel, ListRow

HEAD = 96
FIELD = 56


def row_texts(row: ListRow) -> RowTexts:
    """How a row is written."""
    return RowTexts(row.title, row.detail, row.amount)


class ListPanelView(QWidget):
    """Shows a ListPanel. `picked` carries a row's key; Enter with no row is `missed`."""

    picked = Signal(str)
    text_typed = Signal(str)
    missed = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = ListPanel("", "")
        self.search = SearchField(self)
        self.search.searched.connect(self.text_typed)
        self.search.key_passed.connect(self._search_key)
        self.rows: ChoiceList[ListRow] = ChoiceList(lambda row: row.key, row_texts, self)
        self.rows.picked.connect(self.picked)
        self.cancel = ActionButton(key="Esc", parent=self)
        self.cancel.clicked.connect(self.cancelled)
        theme().changed.connect(self._place)
        self._retranslate()

    @property
    def shown(self) -> ListPanel:
        """The question on the screen."""
        return self._panel

    def show_panel(self, panel: ListPanel) -> None:
        """Show a question, or the same one with other rows."""
        before, self._panel = self._panel, panel
        is_new = (panel.kind, panel.title) != (before.kind, before.title)
        if is_new:
            self.search.clear()
            self.search.edit.setPlaceholderText(panel.search_hint)
            self.search.edit.setAccessibleName(panel.search_hint)
        self.search.setVisible(bool(panel.search_hint))
        if is_new or panel.rows != before.rows or panel.empty != before.empty:
            self.rows.show_rows(panel.rows, panel.empty)
        self.setAccessibleName(panel.title)
        if is_new:
            announce(self, f"{panel.title}. {panel.detail}")
        if panel.error and panel.error != before.error:
            announce(self, panel.error, urgent=True)
        self._place()

    def take_focus(self) -> None:
        """Give the keyboard to the rows; typing then goes to the search field where there is one."""
        if self._panel.search_hint:
            self.search.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.rows.setFocus(Qt.FocusReason.OtherFocusReason)

    def take(self) -> None:
        """Take the chosen row."""
        if self.rows.rows:
            self.rows.pick()
        else:
            self.missed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the title, and what it is about or what is wrong."""
        del event
        look, panel = theme(), self._panel
        with painting(QPainter(self)) as painter:
            painter.fillRect(self.rect(), look.colour("canvas"))
            title = QRectF(0, look.px(6), self.cancel.x() - look.px(12), look.px(32))
            draw_text(painter, title, panel.title, look.font("heading"), look.colour("text"))
            line = QRectF(0, look.px(44), self.width(), look.px(44))
            if panel.error:
                mark = QRectF(0, line.top(), look.px(20), line.height())
                draw_pixmap_centred(painter, mark, icon("short", "danger", 20))
                line.setLeft(look.px(28))
                draw_wrapped(painter, line, panel.error, "body", "danger")
            else:
                draw_wrapped(painter, line, panel.detail, "body", "text2")

    def _place(self) -> None:
        look = theme()
        cancel = self.cancel.sizeHint()
        self.cancel.setGeometry(self.width() - cancel.width(), 0, cancel.width(), look.px(48))
        top = look.px(HEAD)
        if self._panel.search_hint:
            self.search.setGeometry(0, top, self.width(), look.px(FIELD))
            top += look.px(FIELD) + look.px(8)
        self.rows.setGeometry(0, top, self.width(), max(self.height() - top, 0))
        self.update()

    def _search_key(self, key: int) -> None:
        if key == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.rows.step(-1 if key == Qt.Key.Key_Up else 1)
        else:
            self.take()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.cancel.setText(self.tr("Cancel"))
