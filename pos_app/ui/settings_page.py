"""Settings: choices and devices in the hand, the scanner's test line and diagnostics in the record."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QScroller, QWidget

from pos_app.ui.controls import ActionButton
from pos_app.ui.diagnostics_view import DiagnosticsView
from pos_app.ui.feedback_slot import FeedbackSlot
from pos_app.ui.icons import icon
from pos_app.ui.painting import draw_box, draw_pixmap_centred, draw_text, painting
from pos_app.ui.theme import theme
from pos_app.ui.work_page import Run, WorkPage
from pos_app.viewmodels.screens import DeviceRow, SettingChoice, SettingsScreen

ROW_GAP = 8
CHOICE_GAP = 8
LABEL_WIDTH = 190
PAD = 16
BUTTON = 48
SLOT_HEIGHT = 52
TEST_LINE_HEIGHT = 72

DEVICE_TONES = {"ok": "success", "warn": "warning", "bad": "danger"}
DEVICE_ICONS = {"ok": "done", "warn": "warning", "bad": "short"}


class SettingRowView(QWidget):
    """One setting: its name, and a button per possible value. `chosen` carries the value."""

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setting = SettingChoice("", "", "")
        self.buttons: list[ActionButton] = []

    def show_setting(self, setting: SettingChoice) -> None:
        """Show this setting and its value."""
        self._setting = setting
        while len(self.buttons) < len(setting.choices):
            self._add_button(len(self.buttons))
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(setting.choices))
            if place < len(setting.choices):
                value, label = setting.choices[place]
                button.setText(label)
                button.set_selected(value == setting.value)
                button.setAccessibleName(f"{setting.label}: {label}")
        self.update()

    def place(self, width: int) -> int:
        """Lay the buttons out in this width, in further lines when they do not fit; returns the height."""
        look = theme()
        gap, height, start = look.px(CHOICE_GAP), look.px(BUTTON), look.px(LABEL_WIDTH)
        left, top = start, 0
        for button in self.buttons[: len(self._setting.choices)]:
            wide = button.sizeHint().width()
            if left + wide > width and left > start:
                left, top = start, top + height + gap
            button.setGeometry(left, top, min(wide, width - start), height)
            left += wide + gap
        return top + height

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the name and, below it, the detail."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            width = look.px(LABEL_WIDTH - 12)
            height = look.px(BUTTON) / (2 if self._setting.detail else 1)
            box = QRectF(0, 0, width, height)
            draw_text(painter, box, self._setting.label, look.font("bodyLarge"), look.colour("text"))
            if self._setting.detail:
                box = box.translated(0, height)
                draw_text(painter, box, self._setting.detail, look.font("small"), look.colour("text2"))

    def _add_button(self, place: int) -> None:
        button = ActionButton(height=BUTTON, parent=self)
        button.clicked.connect(lambda: self._choose(place))
        self.buttons.append(button)

    def _choose(self, place: int) -> None:
        if place < len(self._setting.choices):
            self.chosen.emit(self._setting.setting_id, self._setting.choices[place][0])


class DeviceRowView(QWidget):
    """One device with what its last test said, and a Test button. `tested` carries its id."""

    tested = Signal(str)
    HEIGHT = 64

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._device = DeviceRow("", "", "")
        self.test = ActionButton(height=BUTTON, parent=self)
        self.test.clicked.connect(lambda: self.tested.emit(self._device.device_id))

    def show_device(self, device: DeviceRow) -> None:
        """Show this device."""
        self._device = device
        self.test.setText(self.tr("Test"))
        self.test.setAccessibleName(f"{self.test.text()} {device.label}")
        self.test.setVisible(device.testable)
        self.setAccessibleName(f"{device.label}, {device.detail}")
        self.update()

    def place(self, width: int) -> int:
        """Put the button at the right; returns the height."""
        look = theme()
        wide = self.test.sizeHint().width()
        height = look.px(self.HEIGHT)
        top = (height - look.px(BUTTON)) // 2
        self.test.setGeometry(width - wide - look.px(8), top, wide, look.px(BUTTON))
        return height

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card, the name and the detail in the tone of its state."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            draw_box(painter, self.rect(), look.px(10), look.colour("surface"), look.colour("border"))
            tone = DEVICE_TONES.get(self._device.tone, "text2")
            left = look.px(14)
            right = self.test.x() if self._device.testable else self.width()
            room = right - left - look.px(10)
            name = QRectF(left, look.px(9), room, look.px(24))
            draw_text(painter, name, self._device.label, look.font("line"), look.colour("text"))
            detail = QRectF(left, look.px(34), room, look.px(20))
            if self._device.tone in DEVICE_ICONS:
                mark = QRectF(left, detail.top(), look.px(16), detail.height())
                draw_pixmap_centred(painter, mark, icon(DEVICE_ICONS[self._device.tone], tone, 16))
                detail = detail.adjusted(look.px(22), 0, 0, 0)
            draw_text(painter, detail, self._device.detail, look.font("small"), look.colour(tone))


class ScanTestLine(QWidget):
    """Shows any code that is scanned here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scan = ""

    def show_scan(self, text: str) -> None:
        """Show the latest code."""
        self._scan = text
        self.setAccessibleName(text or self.tr("Scan any code to test the scanner"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the scanner and the code, or what to do."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            painter.fillRect(self.rect(), look.colour("sunken"))
            painter.fillRect(0, self.height() - 1, self.width(), 1, look.colour("border"))
            mark = QRectF(look.px(20), 0, look.px(24), self.height())
            draw_pixmap_centred(painter, mark, icon("scan", "primary", 24))
            box = QRectF(look.px(60), 0, self.width() - look.px(80), self.height())
            if self._scan:
                draw_text(painter, box, self._scan, look.font("heading"), look.colour("text"))
            else:
                words = self.tr("Scan any code to test the scanner")
                draw_text(painter, box, words, look.font("bodyLarge"), look.colour("text2"))


class SettingsPage(WorkPage):
    """The settings. `settings` is the SettingsViewModel."""

    def __init__(self, settings: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.test_line = ScanTestLine(self.record)
        self.diagnostics = DiagnosticsView(self.record)
        self.diagnostics.seen.connect(settings.seen)
        self.slot = FeedbackSlot(self.record)
        self.rows: list[SettingRowView] = []
        self.devices: list[DeviceRowView] = []
        self._build_hand()
        self.copy = ActionButton(variant="pay", arrangement="wide", role="action")
        self.copy.clicked.connect(settings.copy_diagnostics)
        self.band.set_actions(((self.copy, 0),))
        settings.changed.connect(self.refresh)
        self.refresh()

    def _build_hand(self) -> None:
        self._content = QWidget()
        self._content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._content.setProperty("ground", "canvas")
        self.scroller = QScrollArea(self.hand)
        self.scroller.setWidget(self._content)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        QScroller.grabGesture(self.scroller.viewport(), QScroller.ScrollerGestureType.TouchGesture)

    def refresh(self) -> None:
        """Show the view-model's screen."""
        screen: SettingsScreen = self._settings.screen
        self.test_line.show_scan(screen.last_scan)
        self.diagnostics.show_diagnosis(screen.attention, screen.diagnostics)
        self.slot.show_feedback(screen.feedback)
        self.copy.setText(self.tr("Copy report"))
        self.band.figure.set_lines((Run(screen.title, "onFrame", bold=True, role="title"),))
        self._show_rows(screen)
        self.place_hand(self.hand.width(), self.hand.height())

    def _show_rows(self, screen: SettingsScreen) -> None:
        while len(self.rows) < len(screen.settings):
            row = SettingRowView(self._content)
            row.chosen.connect(self._settings.choose)
            self.rows.append(row)
        while len(self.devices) < len(screen.devices):
            device = DeviceRowView(self._content)
            device.tested.connect(self._settings.test_device)
            self.devices.append(device)
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(screen.settings))
            if place < len(screen.settings):
                row.show_setting(screen.settings[place])
        for place, device in enumerate(self.devices):
            device.setVisible(place < len(screen.devices))
            if place < len(screen.devices):
                device.show_device(screen.devices[place])

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.refresh()

    def place_record(self, width: int, height: int) -> None:
        """The scanner's test line on top, diagnostics, the feedback slot at the foot."""
        look = theme()
        line, slot = look.px(TEST_LINE_HEIGHT), look.px(SLOT_HEIGHT)
        self.test_line.setGeometry(0, 0, width - 1, line)
        self.diagnostics.setGeometry(0, line, width - 1, max(height - line - slot, 0))
        self.slot.setGeometry(0, height - slot, width, slot)

    def place_hand(self, width: int, height: int) -> None:
        """All settings below one another, then the devices; the whole scrolls."""
        look = theme()
        pad, gap = look.px(PAD), look.px(ROW_GAP)
        bar = self.scroller.verticalScrollBar().sizeHint().width()
        self.scroller.setGeometry(0, 0, width, height)
        inner = width - 2 * pad - max(bar - pad, 0)
        top = pad
        screen: SettingsScreen = self._settings.screen
        for row in self.rows[: len(screen.settings)]:
            used = row.place(inner)
            row.setGeometry(pad, top, inner, used)
            top += used + gap
        top += look.px(8)
        for device in self.devices[: len(screen.devices)]:
            used = device.place(inner)
            device.setGeometry(pad, top, inner, used)
            top += used + gap
        self._content.resize(width, max(top, height))
        self.scroller.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if top > height else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
