"""The filters above the pickup board: the two alarms, and the strip of temperatures."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from pos_app.ui.icons import tinted
from pos_app.ui.painting import draw_box, draw_pixmap_centred, draw_text, painting, text_width
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_screens import BoardFilter

HEIGHT = 48
ICON = 18
NUMBER_SIZE = 20
SEGMENT_PADDING = 14

ALARM_LOOKS = {"late": ("danger", "onDanger"), "soon": ("warningTint", "onWarningTint")}
"""Ground and words of an alarm that has something to say; one that has not is quiet."""


class AlarmButton(QAbstractButton):
    """How many orders are late, or due soon. Pressed, the board shows only those."""

    focus_radius = 10

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.alarm = BoardFilter("", "")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme().changed.connect(self.updateGeometry)

    def nextCheckState(self) -> None:
        """The view-model says whether it is on, not the tap."""

    def show_alarm(self, alarm: BoardFilter) -> None:
        """Show another count."""
        self.setChecked(alarm.selected)
        if alarm != self.alarm:
            self.alarm = alarm
            self.setText(f"{alarm.number} {alarm.text}")
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Icon, number, words."""
        look = theme()
        number = text_width(self.alarm.number, look.font_of_size(look.px(NUMBER_SIZE), bold=True))
        words = text_width(self.alarm.text, look.font("body"))
        return QSize(round(number + words) + look.px(15 + ICON + 11 + 9 + 15), look.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip."""
        del event
        look = theme()
        quiet = self.alarm.number in ("", "0")
        ground, tone = ("surface", "text2") if quiet else ALARM_LOOKS[self.alarm.level]
        colour = look.colour(tone)
        with painting(QPainter(self)) as painter:
            border = look.colour("text") if self.isChecked() else look.colour("border") if quiet else None
            width = look.px(3) if self.isChecked() else 1
            draw_box(painter, self.rect(), look.px(10), look.colour(ground), border, width=width)
            left: float = look.px(15)
            mark = QRectF(left, 0, look.px(ICON), self.height())
            draw_pixmap_centred(painter, mark, tinted(self.alarm.icon, colour, ICON))
            left += look.px(ICON + 11)
            number = look.font_of_size(look.px(NUMBER_SIZE), bold=True)
            box = QRectF(left, 0, self.width(), self.height())
            left += draw_text(painter, box, self.alarm.number, number, colour) + look.px(9)
            box = QRectF(left, look.px(1), self.width() - left, self.height())
            draw_text(painter, box, self.alarm.text, look.font("body"), colour)


class Segment(QAbstractButton):
    """One temperature of the strip."""

    focus_radius = 10

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.choice = BoardFilter("", "")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def nextCheckState(self) -> None:
        """The view-model says which one is on."""

    def show_choice(self, choice: BoardFilter) -> None:
        """Show another name or state."""
        self.setChecked(choice.selected)
        if choice != self.choice:
            self.choice = choice
            self.setText(choice.text)
            self.update()

    def sizeHint(self) -> QSize:
        """Icon and name."""
        look = theme()
        mark = look.px(ICON + 8) if self.choice.icon else 0
        words = text_width(self.choice.text, look.font("body", bold=not self.choice.icon))
        return QSize(round(words) + mark + 2 * look.px(SEGMENT_PADDING), look.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words; the strip draws the ground."""
        del event
        look = theme()
        on = self.isChecked()
        colour: QColor = look.colour("surface" if on else "text2")
        with painting(QPainter(self)) as painter:
            left: float = look.px(SEGMENT_PADDING)
            if self.choice.icon:
                mark = QRectF(left, 0, look.px(ICON), self.height())
                draw_pixmap_centred(painter, mark, tinted(self.choice.icon, colour, ICON))
                left += look.px(ICON + 8)
            box = QRectF(left, 0, self.width() - left, self.height())
            draw_text(painter, box, self.choice.text, look.font("body", bold=on), colour)


class TemperatureStrip(QWidget):
    """All, ambient, chilled, frozen: one of them is on. `chosen` carries the filter's id."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.segments: list[Segment] = []
        theme().changed.connect(self.place)

    def show_choices(self, choices: Sequence[BoardFilter]) -> None:
        """Show these."""
        while len(self.segments) < len(choices):
            segment = Segment(self)
            segment.clicked.connect(
                lambda _checked=False, pressed=segment: self.chosen.emit(pressed.choice.filter_id)
            )
            segment.show()
            self.segments.append(segment)
        before = [segment.choice for segment in self.segments]
        for segment, choice in zip(self.segments, choices, strict=True):
            segment.show_choice(choice)
        if before != list(choices):
            self.updateGeometry()
            self.place()

    def sizeHint(self) -> QSize:
        """All segments side by side."""
        return QSize(sum(each.sizeHint().width() for each in self.segments), theme().px(HEIGHT))

    def place(self) -> None:
        """Put them side by side."""
        left = 0
        for segment in self.segments:
            width = segment.sizeHint().width()
            segment.setGeometry(left, 0, width, self.height())
            left += width
        self.update()

    def resizeEvent(self, event: object) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box, the one that is on, and the lines between."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            whole = QRectF(self.rect())
            radius = look.px(10)
            draw_box(painter, whole, radius, look.colour("surface"))
            shape = QPainterPath()
            shape.addRoundedRect(whole, radius, radius)
            for segment in self.segments:
                if segment.isChecked():
                    part = QPainterPath()
                    part.addRect(QRectF(segment.geometry()))
                    painter.fillPath(shape.intersected(part), look.colour("text"))
            for segment in self.segments[1:]:
                painter.fillRect(segment.x(), 0, 1, self.height(), look.colour("border"))
            draw_box(painter, whole, radius, None, look.colour("borderStrong"))
