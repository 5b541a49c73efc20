"""A small field to sign in, with a finger, a pen or a mouse. Only a store whose rules want it shows it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.controls import ActionButton
from pos_app.ui.icons import icon
from pos_app.ui.painting import draw_box, draw_pixmap_centred, draw_text, painting
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_handover_screen import SIGNATURE_WIDTH, SignaturePanel, Stroke

HEAD = 84
FIELD_HEIGHT = 240
BUTTON_HEIGHT = 64


class SignatureField(QWidget):
    """The field itself. `strokes` are points in thousandths of its width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strokes: list[list[tuple[int, int]]] = []
        self.setCursor(Qt.CursorShape.CrossCursor)
        theme().changed.connect(self.update)

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """What was drawn."""
        return tuple(tuple(stroke) for stroke in self._strokes)

    def clear(self) -> None:
        """Begin anew."""
        self._strokes = []
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the pen down."""
        self._strokes.append([self._point(event.position())])
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on; points outside the field stay on its edge."""
        if self._strokes:
            point = self._point(event.position())
            if point != self._strokes[-1][-1]:
                self._strokes[-1].append(point)
                self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field, its line and what was drawn."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            draw_box(painter, self.rect(), look.px(12), look.colour("surface"), look.colour("borderStrong"))
            line = self.height() - look.px(44)
            painter.fillRect(look.px(24), line, self.width() - look.px(48), 1, look.colour("borderStrong"))
            painter.setPen(
                QPen(
                    look.colour("text"),
                    look.px(3),
                    Qt.PenStyle.SolidLine,
                    Qt.PenCapStyle.RoundCap,
                    Qt.PenJoinStyle.RoundJoin,
                )
            )
            for stroke in self._strokes:
                points = [
                    QPointF(x * self.width() / SIGNATURE_WIDTH, y * self.width() / SIGNATURE_WIDTH)
                    for x, y in stroke
                ]
                painter.drawPolyline(QPolygonF(points))

    def _point(self, place: QPointF) -> tuple[int, int]:
        across = min(max(place.x(), 0), self.width())
        down = min(max(place.y(), 0), self.height())
        return round(across * SIGNATURE_WIDTH / self.width()), round(down * SIGNATURE_WIDTH / self.width())


class SignatureView(QWidget):
    """Asks for a signature in the hand pane. `signed` carries the strokes."""

    signed = Signal(object)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = SignaturePanel("", "")
        self.field = SignatureField(self)
        self.again = ActionButton(icon="undo", height=BUTTON_HEIGHT, parent=self)
        self.confirm = ActionButton(
            variant="primary", key="Enter", role="title", bold=True, height=BUTTON_HEIGHT, parent=self
        )
        self.cancel = ActionButton(key="Esc", parent=self)
        self.again.clicked.connect(self.field.clear)
        self.confirm.clicked.connect(self.answer)
        self.cancel.clicked.connect(self.cancelled)
        theme().changed.connect(self._place)
        self._retranslate()

    def show_panel(self, panel: SignaturePanel) -> None:
        """Ask, or say what is wrong with what was drawn."""
        if self.isHidden():
            self.field.clear()
        self._panel = panel
        self.setAccessibleName(f"{panel.title}. {panel.error or panel.detail}")
        self.update()

    def answer(self) -> None:
        """Take what was drawn."""
        self.signed.emit(self.field.strokes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the title and what it is for."""
        del event
        look, panel = theme(), self._panel
        with painting(QPainter(self)) as painter:
            painter.fillRect(self.rect(), look.colour("canvas"))
            title = QRectF(0, look.px(6), self.cancel.x() - look.px(12), look.px(32))
            draw_text(painter, title, panel.title, look.font("heading"), look.colour("text"))
            line = QRectF(0, look.px(46), self.width(), look.px(24))
            if panel.error:
                draw_pixmap_centred(
                    painter, QRectF(0, line.top(), look.px(20), line.height()), icon("short", "danger")
                )
                line.setLeft(look.px(28))
            tone = look.colour("danger" if panel.error else "text2")
            draw_text(painter, line, panel.error or panel.detail, look.font("body"), tone)

    def _place(self) -> None:
        look, width = theme(), self.width()
        cancel = self.cancel.sizeHint()
        self.cancel.setGeometry(width - cancel.width(), 0, cancel.width(), look.px(48))
        top, height = look.px(HEAD), look.px(FIELD_HEIGHT)
        self.field.setGeometry(0, top, width, height)
        buttons = QRect(0, top + height + look.px(12), width, look.px(BUTTON_HEIGHT))
        third = width // 3
        self.again.setGeometry(0, buttons.top(), third - look.px(8), buttons.height())
        self.confirm.setGeometry(third, buttons.top(), width - third, buttons.height())

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.again.setText(self.tr("Clear"))
        self.confirm.setText(self.tr("Signed"))
        self.cancel.setText(self.tr("Cancel"))
        self.field.setAccessibleName(self.tr("Field for the signature"))
