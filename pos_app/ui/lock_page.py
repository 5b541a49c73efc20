"""The locked till: nothing of the sale is seen; a PIN or a badge opens it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.controls import ActionButton, Keypad
from pos_app.ui.icons import icon
from pos_app.ui.painting import CENTRE, draw_box, draw_pixmap_centred, draw_text, draw_wrapped, painting
from pos_app.ui.theme import theme
from pos_app.ui.work_page import Run, WorkPage
from pos_app.viewmodels.screens import EntryPanel

KEYPAD_WIDTH = 328
ENTRY_HEIGHT = 72
ERROR_HEIGHT = 48


class LockNotice(QWidget):
    """A lock and two sentences, in the middle of the record pane."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ("", "")
        theme().changed.connect(self.update)

    def set_words(self, title: str, detail: str) -> None:
        """Show these sentences."""
        self._words = (title, detail)
        self.setAccessibleName(f"{title}. {detail}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw icon, title and detail."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            middle = self.height() / 2
            mark = QRectF(0, middle - look.px(70), self.width(), look.px(48))
            draw_pixmap_centred(painter, mark, icon("lock", "primary", 48))
            title = QRectF(0, middle, self.width(), look.line_height("heading"))
            draw_text(painter, title, self._words[0], look.font("heading"), look.colour("text"), align=CENTRE)
            detail = QRectF(0, title.bottom() + look.px(6), self.width(), look.line_height("bodyLarge"))
            font, tone = look.font("bodyLarge"), look.colour("text2")
            draw_text(painter, detail, self._words[1], font, tone, align=CENTRE)


class PinEntry(QWidget):
    """The dots of the PIN, and below them why it was refused."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry, self._error = "", ""
        theme().changed.connect(self.update)

    def show_entry(self, entry: str, error: str) -> None:
        """Show so many dots and this sentence."""
        self._entry, self._error = entry, error
        self.setAccessibleName(error or str(len(entry)))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field and the sentence."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            box = QRectF(0, 0, self.width(), look.px(ENTRY_HEIGHT))
            edge = look.colour("danger" if self._error else "focus")
            draw_box(painter, box, look.px(10), look.colour("surface"), edge, width=look.px(3))
            draw_text(painter, box, self._entry, look.font("action"), look.colour("text"), align=CENTRE)
            if self._error:
                top = box.bottom() + look.px(4)
                mark = QRectF(0, top, look.px(20), look.px(ERROR_HEIGHT - 8))
                draw_pixmap_centred(painter, mark, icon("short", "danger", 20))
                room = QRectF(look.px(28), top, self.width() - look.px(28), mark.height())
                draw_wrapped(painter, room, self._error, "body", "danger")


class LockPage(WorkPage):
    """The lock. `lock` is the LockViewModel."""

    def __init__(self, lock: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lock = lock
        self.notice = LockNotice(self.record)
        self.entry = PinEntry(self.hand)
        self.keypad = Keypad(self.hand)
        self.keypad.pressed.connect(self._press)
        self.keypad.keys["00"].hide()
        self.unlock = ActionButton(variant="pay", key="Enter", arrangement="wide", role="action")
        self.unlock.clicked.connect(lock.confirm)
        self.band.set_actions(((self.unlock, 0),))
        lock.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the view-model's question."""
        panel: EntryPanel = self._lock.screen
        self.notice.set_words(panel.title, panel.detail)
        self.entry.show_entry(panel.entry, panel.error)
        self.unlock.setText(panel.confirm_label)
        self.band.figure.set_lines((Run(panel.title, "onFrame", bold=True, role="title"),))

    def place_record(self, width: int, height: int) -> None:
        """The notice fills the record: no line of the sale is shown."""
        self.notice.setGeometry(0, 0, width - 1, height)

    def place_hand(self, width: int, height: int) -> None:
        """The dots above a keypad in the middle."""
        look = theme()
        keys = look.px(KEYPAD_WIDTH)
        left = (width - keys) // 2
        top = look.px(16)
        head = look.px(ENTRY_HEIGHT + ERROR_HEIGHT)
        self.entry.setGeometry(left, top, keys, head)
        self.keypad.setGeometry(left, top + head, keys, max(height - top - head - look.px(16), 0))

    def _press(self, key: str) -> None:
        self._lock.press(key)
