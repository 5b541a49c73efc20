"""The in-place question of the hand pane: quantity, price, discount, note, age, hold and so on.

One panel at a time, beside the record, never over it. `mode` picks the parts: a keypad with an entry for
amounts, numbers and PINs, a text field, choices as buttons, or only a confirmation. Esc cancels, Enter
confirms.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from pos_app.ui.announcer import announce
from pos_app.ui.controls import ActionButton, Keypad
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
    wrapped_height,
)
from pos_app.ui.product_picture import ProductPicture
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import EntryPanel

KEYED_MODES = ("amount", "number", "pin")
KEYPAD_WIDTH = 328
ENTRY_HEIGHT = 72
CONFIRM_HEIGHT = 72
CHOICE_HEIGHT = 56
TITLE_LINE = 30
TOP = 84
HINT_LEAD = 28
HINT_LINE = 22
LABEL_HEIGHT = 28


class AnswerField(QLineEdit):
    """The text of a question. Its Enter ends here, so that it cannot answer the next question too."""

    answered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter answers; all else is typing."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            if not event.isAutoRepeat():
                self.answered.emit()
        else:
            super().keyPressEvent(event)


class EntryPanelView(QWidget):
    """Shows an EntryPanel. The signals are the cashier's answers, to be forwarded as they are."""

    key_pressed = Signal(str)
    text_typed = Signal(str)
    choice_made = Signal(str)
    confirmed = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = EntryPanel("", "")
        self._entry_box = QRect()
        self.hint_box = QRect()
        self._label_box = QRect()
        self._title_lines = 1
        self._picture = ProductPicture()
        self.choices: list[ActionButton] = []
        self.keypad = Keypad(self)
        self.keypad.pressed.connect(self.key_pressed)
        self.field = AnswerField(self)
        self.field.setMaxLength(120)
        self.field.textEdited.connect(self.text_typed)
        self.field.answered.connect(self.confirmed)
        self.confirm = ActionButton(variant="primary", key="Enter", role="title", bold=True, parent=self)
        self.confirm.clicked.connect(self.confirmed)
        self.cancel = ActionButton(variant="secondary", key="Esc", parent=self)
        self.cancel.clicked.connect(self.cancelled)
        theme().changed.connect(self.place)
        self._retranslate()

    @property
    def shown(self) -> EntryPanel:
        """The question on the screen."""
        return self._panel

    def show_panel(self, panel: EntryPanel) -> None:
        """Show a question, or the same one with more typed."""
        if panel == self._panel:
            return
        is_new = panel.kind != self._panel.kind or panel.title != self._panel.title
        before, self._panel = self._panel, panel
        self.keypad.setVisible(panel.mode in KEYED_MODES)
        self.keypad.keys["00"].setVisible(panel.mode != "pin")
        self.field.setVisible(panel.mode == "text")
        if panel.mode == "text" and self.field.text() != panel.entry:
            self.field.setText(panel.entry)
        self.confirm.setText(panel.confirm_label or self.tr("Confirm"))
        self.confirm.setVisible(panel.mode != "choice")
        self._show_choices(panel)
        shape = (panel.choices, panel.mode, panel.hint_detail)
        if is_new or shape != (before.choices, before.mode, before.hint_detail):
            self.place()
        self.update()
        self._speak(panel, before, is_new=is_new)

    def take_focus(self) -> None:
        """Give a text question the keyboard; a number is typed with no field focused."""
        if self._panel.mode == "text":
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def place(self) -> None:
        """Lay the parts out by the mode."""
        look = theme()
        gap, width = look.px(8), self.width()
        cancel = self.cancel.sizeHint()
        room = self.width() - cancel.width() - look.px(12)
        self._title_lines = 2 if text_width(self._panel.title, look.font("heading")) > room else 1
        top = look.px(TOP) + self._second_line()
        self.cancel.setGeometry(width - cancel.width(), 0, cancel.width(), look.px(48))
        if self._panel.mode in KEYED_MODES:
            self._place_keyed(top, gap)
        else:
            self._place_plain(top, gap)
        self.update()

    def _second_line(self) -> int:
        """How much lower everything stands below a title of two lines."""
        return theme().px(TITLE_LINE) * (self._title_lines - 1)

    def _place_keyed(self, top: int, gap: int) -> None:
        look, width = theme(), self.width()
        self._entry_box = QRect(0, top, width, look.px(ENTRY_HEIGHT))
        top += look.px(ENTRY_HEIGHT) + look.px(12)
        pad = look.px(KEYPAD_WIDTH)
        self.keypad.setGeometry(0, top, pad, self.height() - top)
        left, confirm = pad + look.px(12), look.px(CONFIRM_HEIGHT)
        if self._panel.hint:
            top = self._place_hint(QRect(left, top, width - left, 0))
        columns = 2 if len(self._panel.choices) > 3 else 1
        self._place_choices(QRect(left, top, width - left, 0), columns, look.px(CHOICE_HEIGHT))
        self.confirm.setGeometry(left, self.height() - confirm, width - left, confirm)
        del gap

    def _place_hint(self, column: QRect) -> int:
        """Make room for who may answer, and for what the choices are; returns where the choices begin."""
        look = theme()
        edge = look.px(16)
        words = wrapped_height(self._panel.hint_detail, "body", column.width() - 2 * edge)
        height = 2 * look.px(12) + look.px(28) + look.px(6) + look.px(HINT_LEAD) + words
        self.hint_box = QRect(column.left(), column.top(), column.width(), height)
        top = column.top() + height + look.px(8)
        self._label_box = QRect(column.left(), top, column.width(), look.px(LABEL_HEIGHT))
        return top + self._label_box.height() + look.px(4)

    def _place_plain(self, top: int, gap: int) -> None:
        look, width = theme(), self.width()
        confirm = look.px(CONFIRM_HEIGHT)
        bottom = self.height()
        if self._panel.mode == "text":
            self.field.setGeometry(0, top, width, look.px(56))
            top += look.px(56) + look.px(12)
        if self._panel.hint:
            top = self._place_hint(QRect(0, top, width, 0))
        if self._panel.mode != "choice":
            wide = look.px(290)
            self.confirm.setGeometry(width - wide, bottom - confirm, wide, confirm)
            bottom -= confirm + gap
        big = self._panel.mode == "choice"
        height = look.px(72 if big else CHOICE_HEIGHT)
        columns = 2 if big else 1
        self._place_choices(QRect(0, top, width, bottom - top), columns, height)

    def _place_choices(self, box: QRect, columns: int, height: int) -> None:
        gap = theme().px(8)
        width = (box.width() - gap * (columns - 1)) // columns
        for place, button in enumerate(self.choices[: len(self._panel.choices)]):
            row, column = divmod(place, columns)
            top = box.top() + row * (height + gap)
            button.setGeometry(box.left() + column * (width + gap), top, width, height)
            button.setVisible(not box.height() or top + height <= box.bottom() + 1)

    def resizeEvent(self, event: object) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the title, the detail or the error, and the entry."""
        del event
        look, panel = theme(), self._panel
        with painting(QPainter(self)) as painter:
            painter.fillRect(self.rect(), look.colour("canvas"))
            self._draw_title(painter)
            line = QRectF(0, look.px(50) + self._second_line(), self.width(), look.px(24))
            if panel.error:
                mark = QRectF(0, line.top(), look.px(20), line.height())
                draw_pixmap_centred(painter, mark, icon("short", "danger", 20))
                line.setLeft(look.px(28))
                font = look.font("body", bold=True)
                draw_text(painter, line, panel.error, font, look.colour("danger"))
            else:
                draw_text(painter, line, panel.detail, look.font("body"), look.colour("text2"))
            if panel.mode in KEYED_MODES:
                self._draw_entry(painter)
            if panel.hint:
                self._draw_hint(painter)
            if panel.picture and panel.mode not in KEYED_MODES:
                self._picture.draw(painter, panel.picture, self._picture_box())

    def _draw_title(self, painter: QPainter) -> None:
        look, panel = theme(), self._panel
        box = QRectF(0, look.px(6), self.cancel.x() - look.px(12), look.px(32) + self._second_line())
        if self._title_lines == 1:
            draw_text(painter, box, panel.title, look.font("heading"), look.colour("text"))
        else:
            draw_wrapped(painter, box, panel.title, "heading", "text")

    def _draw_hint(self, painter: QPainter) -> None:
        """Draw who may answer, in a box of its own above the choices."""
        look, panel = theme(), self._panel
        box = QRectF(self.hint_box)
        draw_box(painter, box, look.px(12), look.colour("surface"), look.colour("border"))
        edge = look.px(16)
        mark = QRectF(box.left() + edge, box.top() + look.px(12), look.px(28), look.px(28))
        draw_pixmap_centred(painter, mark, icon(panel.hint_icon, "primary", 28))
        inner = QRectF(mark.left(), mark.bottom() + look.px(6), box.width() - 2 * edge, look.px(HINT_LEAD))
        draw_text(painter, inner, panel.hint, look.font("body", bold=True), look.colour("text"))
        words = QRectF(
            inner.left(), inner.bottom(), inner.width(), box.bottom() - look.px(12) - inner.bottom()
        )
        draw_wrapped(painter, words, panel.hint_detail, "body", "text2")
        if panel.choices_label:
            font = look.font("body", bold=True)
            draw_text(painter, QRectF(self._label_box), panel.choices_label, font, look.colour("text"))

    def _picture_box(self) -> QRect:
        """The room below the field, beside the confirm button."""
        top = self.field.geometry().bottom() + 1 + theme().px(12)
        return QRect(0, top, self.confirm.x() - theme().px(12), self.height() - top)

    def _draw_entry(self, painter: QPainter) -> None:
        look, panel = theme(), self._panel
        box = QRectF(self._entry_box)
        edge = look.colour("danger" if panel.error else "focus")
        draw_box(painter, box, look.px(10), look.colour("surface"), edge, width=look.px(3))
        unit = QRectF(box.left() + look.px(20), box.top(), box.width() / 3, box.height())
        draw_text(painter, unit, panel.unit, look.font("heading", bold=False), look.colour("text2"))
        if panel.mode == "pin":
            draw_text(painter, box, panel.entry, look.font("action"), look.colour("text"), align=CENTRE)
            return
        caret = box.right() - look.px(21)
        painter.setPen(QPen(look.colour("focus"), look.px(3)))
        painter.drawLine(
            round(caret), round(box.top() + look.px(16)), round(caret), round(box.bottom() - look.px(16))
        )
        entry = QRectF(unit.right(), box.top(), caret - look.px(10) - unit.right(), box.height())
        draw_text(painter, entry, panel.entry, look.font("entry"), look.colour("text"), align=RIGHT)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _show_choices(self, panel: EntryPanel) -> None:
        while len(self.choices) < len(panel.choices):
            button = ActionButton(parent=self)
            place = len(self.choices)
            button.clicked.connect(lambda _checked=False, at=place: self._choose(at))
            self.choices.append(button)
        for place, button in enumerate(self.choices):
            if place < len(panel.choices):
                identifier, label = panel.choices[place]
                button.setText(label)
                button.set_selected(identifier == panel.selected_choice)
                button.show()
            else:
                button.hide()

    def _choose(self, place: int) -> None:
        if place < len(self._panel.choices):
            self.choice_made.emit(self._panel.choices[place][0])

    def _speak(self, panel: EntryPanel, before: EntryPanel, *, is_new: bool) -> None:
        self.setAccessibleName(f"{panel.title} {panel.entry}{panel.unit}".strip())
        if is_new:
            announce(self, " ".join(each for each in (f"{panel.title}.", panel.detail, panel.hint) if each))
        if panel.error and panel.error != before.error:
            announce(self, panel.error, urgent=True)

    def _retranslate(self) -> None:
        self.cancel.setText(self.tr("Cancel"))
        self.field.setAccessibleName(self.tr("Answer"))
        self.place()
