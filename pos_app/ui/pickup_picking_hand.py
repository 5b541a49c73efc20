"""The hand of the picking page: the scan slot, and the card of what to take now with its shelf at 72 px."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.announcer import announce
from pos_app.ui.controls import ActionButton
from pos_app.ui.icons import icon, tinted
from pos_app.ui.painting import (
    RIGHT,
    draw_box,
    draw_pixmap_centred,
    draw_text,
    draw_wrapped,
    painting,
    text_width,
)
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_picking_screen import ScanSlot, TaskCard

SLOT_HEIGHT = 52
CARD_HEIGHT = 266
STEP_BUTTON = 64
PICTURE = 132
EDGE = 20
PLACE_SIZES = (72, 62, 54, 48, 36, 28)
"""The largest in which a place fits is taken."""

SLOT_TONES: dict[str, tuple[str, str, str, str]] = {
    "idle": ("sunken", "text2", "text2", ""),
    "ok": ("successTint", "onSuccessTint", "success", ""),
    "ask": ("warningTint", "onWarningTint", "warning", ""),
    "bad": ("dangerTint", "onDangerTint", "danger", "danger"),
}
"""By tone: the tokens of ground, words, sign and border."""


class ScanSlotView(QWidget):
    """What the last scan came to: green, amber or red, with its time. Its place is always kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slot = ScanSlot()
        theme().changed.connect(self.update)

    @property
    def shown(self) -> ScanSlot:
        """What is on the screen now."""
        return self._slot

    def show_slot(self, slot: ScanSlot) -> None:
        """Show a message; a new one is announced to screen readers."""
        is_new = slot.serial != self._slot.serial
        self._slot = slot
        words = f"{slot.lead} {slot.text}".strip()
        self.setAccessibleName(words)
        self.update()
        if is_new and slot.serial:
            announce(self, words, urgent=slot.tone == "bad")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, sign, words in one or two lines, and the time."""
        del event
        look, slot = theme(), self._slot
        ground, tone, mark, border = SLOT_TONES[slot.tone]
        with painting(QPainter(self)) as painter:
            edge = look.colour(border) if border else None
            draw_box(painter, self.rect(), look.px(10), look.colour(ground), edge)
            sign = QRectF(look.px(16), 0, look.px(22), self.height())
            draw_pixmap_centred(painter, sign, icon(slot.icon, mark, 22))
            right: float = self.width() - look.px(16)
            time = QRectF(0, 0, right, self.height())
            right -= draw_text(painter, time, slot.time, look.font("small"), look.colour(tone), align=RIGHT)
            left: float = look.px(50)
            room = right - look.px(12) - left
            lead_font, font = look.font("bodyLarge", bold=True), look.font("bodyLarge")
            gap = look.px(12) if slot.lead else 0
            wanted = text_width(slot.lead, lead_font) + gap + text_width(slot.text, font)
            if wanted > room:
                self._draw_two_lines(painter, left, room, tone)
                return
            box = QRectF(left, 0, room, self.height())
            left += draw_text(painter, box, slot.lead, lead_font, look.colour(tone)) + gap
            draw_text(painter, QRectF(left, 0, room, self.height()), slot.text, font, look.colour(tone))

    def _draw_two_lines(self, painter: QPainter, left: float, room: float, tone: str) -> None:
        look, slot = theme(), self._slot
        if not slot.lead:
            draw_wrapped(painter, QRectF(left, 0, room, self.height()), slot.text, "small", tone)
            return
        top = QRectF(left, look.px(5), room, look.px(22))
        draw_text(painter, top, slot.lead, look.font("body", bold=True), look.colour(tone))
        below = QRectF(left, look.px(26), room, look.px(20))
        draw_text(painter, below, slot.text, look.font("small"), look.colour(tone))


class TaskCardView(QWidget):
    """Where to go, what to take, how much is taken. `stepped` is `-1` or `1`."""

    stepped = Signal(int)
    tote_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task = TaskCard("", "", "", "", "", "")
        self.less = ActionButton(icon="minus", height=STEP_BUTTON, parent=self)
        self.more = ActionButton(icon="plus", height=STEP_BUTTON, parent=self)
        self.tote = ActionButton(variant="quiet", parent=self)
        self.less.clicked.connect(lambda: self.stepped.emit(-1))
        self.more.clicked.connect(lambda: self.stepped.emit(1))
        self.tote.clicked.connect(self.tote_asked)
        theme().changed.connect(self._place)
        self._retranslate()

    def show_task(self, task: TaskCard) -> None:
        """Show what to take now."""
        self._task = task
        self.less.setEnabled(task.can_take_back)
        self.more.set_icon("weighed" if task.weighed else "plus")
        parts = (task.where, task.place, task.order, task.name, task.detail, task.note)
        counted = f"{task.picked} {task.wanted}"
        words = ", ".join(part for part in (*parts, counted, f"{task.bag_label} {task.bag}") if part)
        self.setAccessibleName(words)
        self.tote.setAccessibleName(f"{task.bag_label} {task.bag}")
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons in their row."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            draw_box(painter, self.rect(), look.px(12), look.colour("surface"), look.colour("border"))
            self._draw_picture(painter)
            room = self.width() - look.px(2 * EDGE + PICTURE + 12)
            self._draw_where(painter, room)
            self._draw_what(painter, room)
            self._draw_count(painter)
            self._draw_tote(painter)

    def _draw_picture(self, painter: QPainter) -> None:
        look, size = theme(), theme().px(PICTURE)
        box = QRectF(self.width() - look.px(EDGE) - size, look.px(17), size, size)
        draw_box(painter, box, look.px(12), look.colour("infoTint"))
        colour = look.category_colour(self._task.colour)
        draw_pixmap_centred(painter, box, tinted(self._task.icon or "pickup", colour, 76))

    def _draw_where(self, painter: QPainter, room: float) -> None:
        look, task = theme(), self._task
        left = look.px(EDGE)
        mark = QRectF(left, look.px(17), look.px(18), look.px(22))
        draw_pixmap_centred(painter, mark, icon("location", "text2", 18))
        where = QRectF(left + look.px(26), look.px(17), room - look.px(26), look.px(22))
        words = f"{task.where} · {task.order}" if task.order else task.where
        draw_text(painter, where, words, look.font("body"), look.colour("text2"))
        for size in PLACE_SIZES:
            font = look.font_of_size(look.px(size), bold=True)
            if text_width(task.place, font) <= room:
                break
        place = QRectF(left, look.px(37), room, look.px(76))
        draw_text(painter, place, task.place, font, look.colour("text"))

    def _draw_what(self, painter: QPainter, room: float) -> None:
        look, task = theme(), self._task
        left = look.px(EDGE)
        name = QRectF(left, look.px(119), room, look.px(30))
        font = look.font("action")
        if text_width(task.name, font) > room:
            font = look.font("title")
        draw_text(painter, name, task.name, font, look.colour("text"))
        words = QRectF(left, look.px(152), self.width() - look.px(2 * EDGE), look.px(20))
        width = draw_text(painter, words, task.detail, look.font("small"), look.colour("text2"))
        if task.note:
            words.setLeft(left + width + look.px(10))
            draw_text(painter, words, task.note, look.font("small", bold=True), look.colour("warning"))

    def _draw_count(self, painter: QPainter) -> None:
        look, task = theme(), self._task
        between = QRectF(
            self.less.geometry().right(),
            self.less.y(),
            self.more.x() - self.less.geometry().right(),
            self.less.height(),
        )
        font, small = look.font("entry"), look.font("amount", bold=False)
        gap = look.px(11)
        width = text_width(task.picked, font) + gap + text_width(task.wanted, small)
        left = between.left() + (between.width() - width) / 2
        box = QRectF(left, between.top() - look.px(3), width, between.height())
        left += draw_text(painter, box, task.picked, font, look.colour("text")) + gap
        words = QRectF(left, between.top() + look.px(5), width, between.height())
        draw_text(painter, words, task.wanted, small, look.colour("text2"))

    def _draw_tote(self, painter: QPainter) -> None:
        look, task = theme(), self._task
        right = self.width() - look.px(EDGE)
        label = QRectF(0, look.px(197), right, look.px(22))
        draw_text(painter, label, task.bag_label, look.font("body"), look.colour("text2"), align=RIGHT)
        font = look.font("title")
        words = QRectF(0, look.px(217), right, look.px(26))
        width = draw_text(painter, words, task.bag, font, look.colour("onInfoTint"), align=RIGHT)
        mark = QRectF(right - width - look.px(28), words.top(), look.px(22), words.height())
        draw_pixmap_centred(painter, mark, icon(task.bag_icon or "bag", "onInfoTint", 20))

    def _place(self) -> None:
        look = theme()
        top, size = look.px(187), look.px(STEP_BUTTON)
        self.less.setGeometry(look.px(EDGE), top, size, size)
        self.more.setGeometry(look.px(250), top, size, size)
        left = self.more.geometry().right() + look.px(24)
        self.tote.setGeometry(left, top, self.width() - left - look.px(8), size)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.less.setAccessibleName(self.tr("Take one back"))
        self.more.setAccessibleName(self.tr("One more, counted by hand"))
