"""The search field: magnifier, text, pending quantity, scanner sign and the F2 cap."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from pos_app.ui.controls import KeyCap
from pos_app.ui.icons import icon
from pos_app.ui.painting import draw_box, draw_pixmap_centred, draw_text, painting, text_width
from pos_app.ui.theme import theme

LONGEST_SEARCH = 60


class SearchEdit(QLineEdit):
    """The text itself. Arrow keys, Enter and Esc go to the list of hits."""

    key_passed = Signal(int)
    focus_changed = Signal()

    PASSED = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep letters, pass on what moves in the list."""
        if event.key() in self.PASSED:
            self.key_passed.emit(int(event.key()))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Let the field draw its ring."""
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let the field drop its ring."""
        super().focusOutEvent(event)
        self.focus_changed.emit()


class SearchField(QWidget):
    """The field with its signs. `searched` carries the text at every change, `key_passed` a key code."""

    searched = Signal(str)
    key_passed = Signal(int)

    def __init__(self, parent: QWidget | None = None, *, scan_sign: bool = True) -> None:
        super().__init__(parent)
        self._pending = ""
        self._scan_sign = scan_sign
        self.edit = SearchEdit(self)
        self.edit.setProperty("bare", "true")
        self.edit.setMaxLength(LONGEST_SEARCH)
        self.edit.setFrame(False)
        self.cap = KeyCap("F2", parent=self)
        self.edit.textChanged.connect(self.searched)
        self.edit.key_passed.connect(self.key_passed)
        self.edit.focus_changed.connect(self.update)
        theme().changed.connect(self.place)
        self._retranslate()

    def set_pending(self, quantity: str) -> None:
        """Show the quantity that waits for the next scan."""
        if quantity != self._pending:
            self._pending = quantity
            self.place()

    def clear(self) -> None:
        """Empty the text."""
        self.edit.clear()

    def place(self) -> None:
        """Lay the parts out."""
        look = theme()
        cap = self.cap.sizeHint()
        right = self.width() - look.px(16) - cap.width()
        self.cap.setGeometry(right, (self.height() - cap.height()) // 2, cap.width(), cap.height())
        left = look.px(50) + self._pending_width()
        self.edit.setGeometry(left, look.px(4), right - look.px(36) - left, self.height() - 2 * look.px(4))
        self.edit.setFont(look.font("bodyLarge"))
        self.update()

    def resizeEvent(self, event: object) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        self.place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A tap anywhere on the field begins typing."""
        del event
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, border and signs."""
        del event
        look = theme()
        focused = self.edit.hasFocus()
        with painting(QPainter(self)) as painter:
            edge = look.colour("focus" if focused else "borderStrong")
            width = look.px(3) if focused else look.px(2)
            draw_box(painter, self.rect(), look.px(10), look.colour("surface"), edge, width=width)
            mark = QRectF(look.px(18), 0, look.px(22), self.height())
            draw_pixmap_centred(painter, mark, icon("search", "text2", 22))
            if self._scan_sign:
                scan = QRectF(self.cap.x() - look.px(34), 0, look.px(22), self.height())
                draw_pixmap_centred(painter, scan, icon("scan", "primary", 22))
            if self._pending:
                font = look.font("title")
                box = QRectF(look.px(52), 0, self._pending_width(), self.height())
                draw_text(painter, box, self._pending_text(), font, look.colour("primary"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _pending_text(self) -> str:
        return f"{self._pending} ×"

    def _pending_width(self) -> int:
        if not self._pending:
            return 0
        return round(text_width(self._pending_text(), theme().font("title"))) + theme().px(12)

    def _retranslate(self) -> None:
        words = self.tr("Scan, or type a name, code or pinyin")
        self.edit.setPlaceholderText(words)
        self.edit.setAccessibleName(words)
