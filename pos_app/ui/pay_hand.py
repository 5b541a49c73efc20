"""The hand of Pay: ways to pay, the amount typed, likely amounts, and the terminal at work."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pos_app.ui.controls import ActionButton
from pos_app.ui.icons import icon
from pos_app.ui.painting import (
    CENTRE,
    RIGHT,
    draw_box,
    draw_pixmap_centred,
    draw_text,
    painting,
    text_width,
)
from pos_app.ui.theme import theme
from pos_app.ui.type_face import TypeFace
from pos_app.viewmodels.screens import SuggestedAmount, TenderButton, TerminalWait

SUGGESTION_COLUMNS = 2
SUGGESTION_ROWS = 4
GAP = 8


class TenderKindButton(ActionButton):
    """A way to pay. One that is not possible now stays tappable, so that it can say why."""

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(variant="secondary", arrangement="corner", role="bodyLarge", parent=parent)
        self.kind = kind
        self._possible = True

    def show_button(self, button: TenderButton) -> None:
        """Show this way to pay."""
        self._possible = button.enabled
        self.setText(button.label)
        self.set_icon(button.icon)
        self.set_key(button.key)
        self.set_selected(button.selected)
        self.setAccessibleName(button.label)
        self.setAccessibleDescription(button.why_not)
        self.setToolTip(button.why_not)

    def colours(self) -> dict[str, QColor]:
        """Pale when it is not possible now."""
        if not self._possible and not self.isDown():
            return theme().colours_of("button.disabled")
        return super().colours()


class SuggestionButton(ActionButton):
    """A likely amount; the first is the exact one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(variant="secondary", parent=parent)
        self.amount = SuggestedAmount(0, "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_amount(self, amount: SuggestedAmount) -> None:
        """Show this amount."""
        self.amount = amount
        self.setText(amount.label)
        exact = self.tr("exact") if amount.exact else ""
        self.setAccessibleName(f"{amount.label} {exact}".strip())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the amount, and `exact` under the exact one."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            if self.amount.selected:
                ground, border, text, width = "primaryTint", "primary", "onPrimaryTint", 2
            else:
                ground, border, text, width = self._ground(), "borderStrong", "text", 1
            draw_box(
                painter,
                self.rect(),
                look.px(10),
                look.colour(ground),
                look.colour(border),
                width=look.px(width),
            )
            box = QRectF(self.rect())
            if self.amount.exact:
                line = QRectF(0, box.height() / 2 + look.px(6), box.width(), look.px(20))
                small = look.colour("onPrimaryTint" if self.amount.selected else "text2")
                draw_text(painter, line, self.tr("exact"), look.font("small"), small, align=CENTRE)
                box = QRectF(0, box.height() / 2 - look.px(24), box.width(), look.px(30))
            draw_text(painter, box, self.amount.label, self._amount_font(), look.colour(text), align=CENTRE)

    def _ground(self) -> str:
        return "pressed" if self.isDown() else "hover" if self.underMouse() else "surface"

    def _amount_font(self) -> TypeFace:
        look = theme()
        for size in (24, 20, 17, 15):
            font = look.font_of_size(look.px(size), bold=True)
            if text_width(self.amount.label, font) <= self.width() - look.px(16):
                break
        return font


class SuggestionGrid(QWidget):
    """Up to eight likely amounts. `used` carries the amount in minor units."""

    used = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons = [SuggestionButton(self) for _ in range(SUGGESTION_COLUMNS * SUGGESTION_ROWS)]
        for button in self.buttons:
            button.clicked.connect(lambda _checked=False, one=button: self.used.emit(one.amount.amount_minor))
        theme().changed.connect(self._place)

    def show_amounts(self, amounts: tuple[SuggestedAmount, ...]) -> None:
        """Show these amounts, row by row."""
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(amounts))
            if place < len(amounts):
                button.show_amount(amounts[place])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room among the buttons."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        gap = theme().px(GAP)
        width = (self.width() - gap * (SUGGESTION_COLUMNS - 1)) // SUGGESTION_COLUMNS
        height = (self.height() - gap * (SUGGESTION_ROWS - 1)) // SUGGESTION_ROWS
        for place, button in enumerate(self.buttons):
            row, column = divmod(place, SUGGESTION_COLUMNS)
            button.setGeometry(column * (width + gap), row * (height + gap), width, height)


class AmountEntry(QWidget):
    """The amount being typed, with its caret. It takes no focus: its keys come from the keyboard map."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label, self._hint, self._entry = "", "", ""
        theme().changed.connect(self.update)

    def show_entry(self, label: str, hint: str, entry: str) -> None:
        """Show what is asked for and what has been typed."""
        if (label, hint, entry) != (self._label, self._hint, self._entry):
            self._label, self._hint, self._entry = label, hint, entry
            self.setAccessibleName(label)
            self.setAccessibleDescription(entry)
            self.update()

    def sizeHint(self) -> QSize:
        """As high as the design's field."""
        return QSize(theme().px(630), theme().px(72))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the field with its focus ring, the words at the left, the amount at the right."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            box = QRectF(self.rect())
            focus = look.colour("focus")
            draw_box(painter, box, look.px(10), look.colour("surface"), focus, width=look.px(3))
            caret = QRectF(box.right() - look.px(23), box.top() + look.px(16), look.px(3), look.px(40))
            painter.fillRect(caret, focus)
            font = look.font("entry")
            amount = QRectF(box.left(), box.top(), box.width() - look.px(31), box.height())
            width = draw_text(painter, amount, self._entry, font, look.colour("text"), align=RIGHT)
            room = box.width() - look.px(20 + 32 + 12) - width
            label = QRectF(look.px(20), look.px(16), room, look.px(22))
            draw_text(painter, label, self._label, look.font("bodyLarge", bold=True), look.colour("text"))
            hint = QRectF(look.px(20), look.px(36), room, look.px(20))
            draw_text(painter, hint, self._hint, look.font("small"), look.colour("text2"))


class TerminalPanel(QWidget):
    """A terminal is at work: what the customer does, the seconds so far, and Cancel."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wait = TerminalWait("", "", 0, can_cancel=False)
        self._icon = "card"
        self.cancel = ActionButton(
            variant="secondary", key="Esc", role="bodyLarge", bold=True, height=64, padding=32, parent=self
        )
        self.cancel.clicked.connect(self.cancelled)
        theme().changed.connect(self._place)

    def show_wait(self, wait: TerminalWait, icon_name: str) -> None:
        """Show how far the terminal is; the icon is that of the way to pay."""
        self._icon = icon_name
        if wait.title != self._wait.title:
            self.setAccessibleName(f"{wait.title}. {wait.detail}")
        self._wait = wait
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setVisible(wait.can_cancel)
        self._place()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep Cancel in the middle."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the panel; words and seconds, nothing that spins."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            draw_box(
                painter, self.rect(), look.px(12), look.colour("surface"), look.colour("border"), width=1
            )
            width = self.width() - look.px(48)
            top = self._top()
            mark = QRectF(look.px(24), top, width, look.px(48))
            draw_pixmap_centred(painter, mark, icon(self._icon, "primary", 48))
            title = QRectF(look.px(24), mark.bottom() + look.px(16), width, look.line_height("heading"))
            draw_text(
                painter, title, self._wait.title, look.font("heading"), look.colour("text"), align=CENTRE
            )
            detail = QRectF(look.px(24), title.bottom() + look.px(4), width, look.line_height("bodyLarge"))
            font, tone = look.font("bodyLarge"), look.colour("text2")
            draw_text(painter, detail, self._wait.detail, font, tone, align=CENTRE)
            seconds = QRectF(look.px(24), detail.bottom() + look.px(12), width, look.line_height("entry"))
            words = self.tr("{seconds} s").format(seconds=self._wait.seconds)
            draw_text(painter, seconds, words, look.font("entry"), look.colour("text"), align=CENTRE)

    def _top(self) -> float:
        return max((self.height() - theme().px(290)) / 2, theme().px(16))

    def _place(self) -> None:
        hint = self.cancel.sizeHint()
        width = max(hint.width(), theme().px(200))
        top = round(self._top()) + theme().px(226)
        self.cancel.setGeometry((self.width() - width) // 2, top, width, hint.height())
