"""The status bar on top of every page: where we are, what waits, and how the till's connections are."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from pos_app.ui.icons import tinted
from pos_app.ui.notice_line import HEIGHT as NOTICE_HEIGHT
from pos_app.ui.notice_line import LEAST_WIDTH, NoticeLine
from pos_app.ui.painting import draw_box, draw_pixmap_centred, draw_text, painting, text_width
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import Feedback, StatusBar, StatusChip

CHIP_PADDING = 12
CHIP_ICON = 18
CHIP_GAP = 7


class Heading(NamedTuple):
    """What stands at the left of the bar: the page's name, a detail, and a chip such as `2 held`."""

    title: str
    detail: str = ""
    chip: str = ""


class ChipButton(QAbstractButton):
    """One status chip. Its hit area fills the bar; trouble fills it with colour."""

    focus_radius = 6

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.chip = StatusChip("", "", "")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_chip(self, chip: StatusChip) -> None:
        """Show another state."""
        if chip != self.chip:
            self.chip = chip
            self.setText(chip.label)
            self.update()

    @property
    def _is_loud(self) -> bool:
        return self.chip.tone in ("warn", "bad")

    def sizeHint(self) -> QSize:
        """Line, icon, words."""
        look = theme()
        words = text_width(self.chip.label, look.font("small", bold=self._is_loud))
        return QSize(
            2 * look.px(CHIP_PADDING) + look.px(CHIP_ICON + CHIP_GAP) + round(words) - 1, look.px(47)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            ground, words, mark = self._colours()
            if self.isDown() and not self._is_loud:
                ground = look.colour("pressed")
            painter.fillRect(self.rect(), ground)
            if not self._is_loud:
                painter.fillRect(0, 0, 1, self.height(), look.colour("border"))
            left = look.px(CHIP_PADDING)
            box = QRectF(left, 0, look.px(CHIP_ICON), self.height())
            draw_pixmap_centred(painter, box, tinted(self.chip.icon, mark, CHIP_ICON))
            left += look.px(CHIP_ICON + CHIP_GAP)
            text = QRectF(left, 0, self.width() - left, self.height())
            draw_text(painter, text, self.chip.label, look.font("small", bold=self._is_loud), words)

    def _colours(self) -> tuple[QColor, QColor, QColor]:
        look = theme()
        if self._is_loud:
            colours = look.colours_of(f"status.{self.chip.tone}")
            return colours["bg"], colours["fg"], colours["fg"]
        mark = "success" if self.chip.tone == "ok" else "text2"
        return look.colour("surface"), look.colour("text2"), look.colour(mark)


class SaleChip(QAbstractButton):
    """A small chip beside the title, such as held sales."""

    focus_radius = 8

    def __init__(self, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show a text, or hide when it is empty."""
        self.setVisible(bool(text))
        if text != self.text():
            self.setText(text)

    def sizeHint(self) -> QSize:
        """The words and the icon; the height is the bar's, the chip is drawn smaller."""
        look = theme()
        words = round(text_width(self.text(), look.font("small")))
        return QSize(words + look.px(26 + 8), look.px(47))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip in the middle of its hit area."""
        del event
        look = theme()
        height = look.px(28)
        with painting(QPainter(self)) as painter:
            box = QRectF(0, look.px(10), self.width(), height)
            draw_box(painter, box, look.px(8), look.colour("pressed" if self.isDown() else "sunken"))
            mark = QRectF(look.px(6), box.top(), look.px(16), height)
            draw_pixmap_centred(painter, mark, tinted(self._icon, look.colour("text2"), 16))
            words = QRectF(look.px(26), box.top(), self.width(), height)
            draw_text(painter, words, self.text(), look.font("small"), look.colour("text2"))


class OpenSaleChip(SaleChip):
    """The open sale while another page is shown: it fills the bar among the status chips."""

    def sizeHint(self) -> QSize:
        """Icon and bold words, as wide as a status chip needs."""
        look = theme()
        words = round(text_width(self.text(), look.font("small", bold=True)))
        return QSize(words + 2 * look.px(CHIP_PADDING) + look.px(CHIP_ICON + CHIP_GAP), look.px(47))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            painter.fillRect(self.rect(), look.colour("pressed" if self.isDown() else "primaryTint"))
            mark = QRectF(look.px(CHIP_PADDING), 0, look.px(CHIP_ICON), self.height())
            tone = look.colour("onPrimaryTint")
            draw_pixmap_centred(painter, mark, tinted(self._icon, tone, CHIP_ICON))
            words = QRectF(mark.right() + look.px(CHIP_GAP), 0, self.width(), self.height())
            draw_text(painter, words, self.text(), look.font("small", bold=True), tone)


class TopBar(QWidget):
    """The bar. Signals: `chip_tapped` (chip id), `held_tapped`, `sale_tapped`, `cashier_tapped`."""

    chip_tapped = Signal(str)
    held_tapped = Signal()
    sale_tapped = Signal()
    cashier_tapped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._heading = Heading("")
        self._status = StatusBar()
        self._chips: list[ChipButton] = []
        self.held = SaleChip("hold", self)
        self.sale = OpenSaleChip("sell", self)
        self.cashier = ChipButton(self)
        self.notice = NoticeLine(self)
        self.held.clicked.connect(self.held_tapped)
        self.sale.clicked.connect(self.sale_tapped)
        self.cashier.clicked.connect(self.cashier_tapped)
        theme().changed.connect(self.place)

    def show_heading(self, heading: Heading) -> None:
        """Show where we are."""
        if heading != self._heading:
            self._heading = heading
            self.held.show_text(heading.chip)
            self.place()

    def show_status(self, status: StatusBar, *, with_sale: bool) -> None:
        """Show the till's state; `with_sale` shows the open sale's chip."""
        self.sale.show_text(status.open_sale if with_sale else "")
        self._status = status
        while len(self._chips) < len(status.chips):
            button = ChipButton(self)
            button.clicked.connect(
                lambda _checked=False, pressed=button: self.chip_tapped.emit(pressed.chip.chip_id)
            )
            self._chips.append(button)
        for place, button in enumerate(self._chips):
            button.setVisible(place < len(status.chips))
            if place < len(status.chips):
                button.show_chip(status.chips[place])
        self.cashier.show_chip(StatusChip("cashier", status.cashier, "circle-user", "plain"))
        self.cashier.setVisible(bool(status.cashier))
        self.place()

    def show_notice(self, notice: Feedback) -> None:
        """Say what happened elsewhere, in the room that is left."""
        self.notice.show_notice(notice)
        self.place()

    def place(self) -> None:
        """Heading from the left, chips from the right, a notice between them."""
        look = theme()
        right = self.width() - self._clock_width()
        shown = self._chips[: len(self._status.chips)]
        for button in [self.cashier, *reversed(shown), self.sale]:
            if button.isHidden():
                continue
            width = button.sizeHint().width()
            right -= width
            button.setGeometry(right, 0, width, look.px(47))
        left = round(self._heading_width()) + look.px(8)
        if not self.held.isHidden():
            width = self.held.sizeHint().width()
            self.held.setGeometry(left, 0, width, look.px(47))
            left += width + look.px(8)
        room = right - left - look.px(8)
        width = min(self.notice.sizeHint().width(), room)
        height = look.px(NOTICE_HEIGHT)
        self.notice.setGeometry(right - look.px(8) - width, (look.px(47) - height) // 2, width, height)
        if self.notice.shown is not None:
            self.notice.setVisible(width >= look.px(LEAST_WIDTH))
        self.update()

    def resizeEvent(self, event: object) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, the heading and the clock."""
        look = theme()
        with painting(QPainter(self)) as painter:
            painter.fillRect(event.rect(), look.colour("surface"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, look.colour("border"))
            height = self.height() - 1
            left: float = look.px(20)
            title = QRectF(left, 0, self.width() / 3, height + 2)
            left += draw_text(painter, title, self._heading.title, look.font("title"), look.colour("text"))
            detail = QRectF(left + look.px(12), 0, self.width() / 3, height)
            draw_text(painter, detail, self._heading.detail, look.font("small"), look.colour("text2"))
            start = self.width() - self._clock_width()
            painter.fillRect(start, 0, 1, height, look.colour("border"))
            clock = QRectF(start + look.px(13), 0, self._clock_width(), height + 2)
            draw_text(painter, clock, self._status.clock, look.font("title"), look.colour("text"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.place()

    def _clock_width(self) -> int:
        look = theme()
        return round(text_width(self._status.clock or "00:00", look.font("title"))) + look.px(13 + 18)

    def _heading_width(self) -> float:
        look = theme()
        width = look.px(20) + text_width(self._heading.title, look.font("title"))
        if self._heading.detail:
            width += look.px(12) + text_width(self._heading.detail, look.font("small"))
        return width
