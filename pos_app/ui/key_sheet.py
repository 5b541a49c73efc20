"""F1: the keys of the screen that is up, over the hand pane only, so that the record stays in sight."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.keyboard import BINDINGS, PICKUP, SELL
from pos_app.ui.painting import draw_box, draw_key_cap, draw_text, key_cap_width, painting
from pos_app.ui.theme import theme

ROW = 34
PAD = 20
CAP_COLUMN = 110
TITLE = 44
COLUMNS = 2


class KeySheet(QWidget):
    """A panel that lists the keys. Any key, tap or change of screen closes it. `closed` follows."""

    closed = Signal()

    takes_all_keys = True
    """The keyboard map leaves every key to the sheet while it is up."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._rows: tuple[tuple[str, str], ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()
        window.installEventFilter(self)
        theme().changed.connect(self._place)

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """The (key, what it does) pairs shown."""
        return self._rows

    def toggle(self, mode: str) -> None:
        """Show the keys of a screen, or close when they are shown."""
        if self.isVisible():
            self.close_sheet()
            return
        words = self._words()
        rows: dict[str, str] = {}
        for binding in BINDINGS:
            if mode in binding.modes and binding.action in words:
                rows.setdefault(binding.key, words[binding.action])
        if mode == SELL:
            rows.update(self._sell_keys())
        page: Any = getattr(self._window, "current_page", None)
        if mode == PICKUP and hasattr(page, "keys"):
            rows.update(page.keys())
        self._rows = tuple(rows.items())
        self.setAccessibleName(self.tr("Keys of this screen"))
        self.setAccessibleDescription("; ".join(f"{key}: {does}" for key, does in self._rows))
        self._place()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_sheet(self) -> None:
        """Hide, and give the focus back."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize and watched is self._window:
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Any key closes the sheet."""
        event.accept()
        self.close_sheet()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A tap closes the sheet."""
        event.accept()
        self.close_sheet()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the title and the keys in two columns."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            edge = look.colour("borderStrong")
            draw_box(painter, self.rect(), look.px(12), look.colour("surface"), edge)
            title = QRectF(look.px(PAD), look.px(8), self.width(), look.px(TITLE - 8))
            draw_text(painter, title, self.tr("Keys of this screen"), look.font("title"), look.colour("text"))
            height = self._rows_per_column()
            width = (self.width() - 2 * look.px(PAD)) / COLUMNS
            for place, (key, does) in enumerate(self._rows):
                column, row = divmod(place, height)
                left = look.px(PAD) + column * width
                top = look.px(TITLE) + row * look.px(ROW)
                self._draw_row(painter, QRectF(left, top, width - look.px(8), look.px(ROW)), key, does)

    def _draw_row(self, painter: QPainter, box: QRectF, key: str, does: str) -> None:
        look = theme()
        cap = QRectF(box.left(), box.top() + look.px(6), key_cap_width(key), look.px(22))
        draw_key_cap(painter, cap, key, look.colour("text2"), look.colour("borderStrong"))
        words = box.adjusted(look.px(CAP_COLUMN), 0, 0, 0)
        draw_text(painter, words, does, look.font("body"), look.colour("text"))

    def _rows_per_column(self) -> int:
        return -(-len(self._rows) // COLUMNS)

    def _place(self) -> None:
        look = theme()
        width = look.px(630)
        rows = look.px(TITLE + PAD) + self._rows_per_column() * look.px(ROW)
        height = max(rows, self._window.height() - look.px(48 + 104 + 2 * 16))
        left = look.px(84 + 16) if look.mirrored else self._window.width() - width - look.px(16)
        self.setGeometry(QRect(left, look.px(48 + 16), width, height))

    def _sell_keys(self) -> dict[str, str]:
        return {
            "3 *": self.tr("Quantity of the next scan"),
            "+ −": self.tr("One more, one less"),
            "Del": self.tr("Void the line"),
            "/ 7 Enter": self.tr("Quick key 7"),
            "↑ ↓": self.tr("Move in the record"),
        }

    def _words(self) -> dict[str, str]:
        return {
            "key_sheet": self.tr("Keys of this screen"),
            "search": self.tr("Search"),
            "member": self.tr("Member"),
            "members": self.tr("Members"),
            "hold": self.tr("Hold the sale"),
            "held": self.tr("Held sales"),
            "coupon": self.tr("Coupon"),
            "line_discount": self.tr("Discount on the line"),
            "sale_discount": self.tr("Discount on the sale"),
            "pay": self.tr("Pay"),
            "more": self.tr("More"),
            "print_last": self.tr("Print the last receipt again"),
            "lock": self.tr("Lock the till"),
            "mode_sell": self.tr("Sell"),
            "mode_pickup": self.tr("Pickup"),
            "mode_stock": self.tr("Stock"),
            "mode_members": self.tr("Members"),
            "mode_shift": self.tr("Shift"),
            "mode_settings": self.tr("Settings"),
            "undo": self.tr("Undo"),
            "step_back": self.tr("Back"),
            "cash": self.tr("Cash"),
            "card": self.tr("Card"),
            "mobile_code": self.tr("Mobile code"),
            "other_tender": self.tr("Gift card or points"),
            "receipt": self.tr("Print a receipt or not"),
            "complete": self.tr("Complete the sale"),
            "erase": self.tr("Erase a digit"),
            "clear": self.tr("Erase the amount"),
        }
