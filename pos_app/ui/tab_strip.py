"""The tabs above the tiles: Quick first, then the categories with their colour.

When the tabs are wider than the pane, the strip scrolls with the wheel and by its last button.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from pos_app.ui.controls import ActionButton
from pos_app.ui.icons import icon
from pos_app.ui.painting import draw_box, draw_pixmap_centred, draw_text, painting, text_width
from pos_app.ui.theme import theme
from pos_app.viewmodels.screens import CategoryTab

PADDING = 10
GAP = 7
SQUARE = 10
ICON = 18
HEIGHT = 48


class TabButton(QAbstractButton):
    """One tab. The selected one may have a chevron: tapping it again shows the next page of tiles."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tab = CategoryTab("", "")
        self.has_more = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def focus_radius(self) -> int:
        """The corner radius of the focus ring, in design pixels."""
        return 10

    def show_tab(self, tab: CategoryTab, *, has_more: bool) -> None:
        """Show another tab's name and state."""
        if (tab, has_more) != (self.tab, self.has_more):
            self.tab, self.has_more = tab, has_more
            self.setText(tab.name)
            self.update()

    def exact_width(self) -> float:
        """The tab's own width, not rounded, so that a row of tabs does not drift."""
        look = theme()
        mark = look.px(ICON) if self.tab.icon else look.px(SQUARE) if self.tab.colour else -look.px(GAP)
        name = text_width(self.tab.name, look.font("body", bold=self.tab.selected))
        more = look.px(ICON) if self.has_more else 0
        return name + mark + more + look.px(GAP) + 2 * look.px(PADDING)

    def sizeHint(self) -> QSize:
        """The tab's width in whole pixels."""
        return QSize(math.ceil(self.exact_width()), theme().px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the tab."""
        del event
        look = theme()
        selected = self.tab.selected
        tone = "surface" if selected else "text2"
        with painting(QPainter(self)) as painter:
            if selected or self.isDown():
                draw_box(painter, self.rect(), look.px(10), look.colour("text" if selected else "pressed"))
            left: float = look.px(PADDING)
            if self.tab.icon:
                mark = QRectF(left, 0, look.px(ICON), self.height())
                draw_pixmap_centred(painter, mark, icon(self.tab.icon, tone, ICON))
                left += look.px(ICON + GAP) - 1
            elif self.tab.colour:
                size = look.px(SQUARE)
                square = QRectF(left, (self.height() - size) // 2, size, size)
                draw_box(painter, square, look.px(3), look.category_colour(self.tab.colour))
                left += size + look.px(GAP)
            name = QRectF(left, 0, self.width() - left, self.height())
            font = look.font("body", bold=selected)
            left += draw_text(painter, name, self.tab.name, font, look.colour(tone))
            if self.has_more:
                mark = QRectF(left + look.px(2), 0, look.px(16), self.height())
                draw_pixmap_centred(painter, mark, icon("chevron-right", tone, 16))


class TabStrip(QWidget):
    """The row of tabs. `chosen` carries a tab's id, `more_wanted` a second tap on the selected one."""

    chosen = Signal(str)
    more_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[TabButton] = []
        self._tabs: tuple[CategoryTab, ...] = ()
        self._offset = 0
        self._has_more = False
        self._next = ActionButton(variant="quiet", icon="chevron-right", parent=self)
        self._next.clicked.connect(self._scroll_on)
        self._next.hide()
        theme().changed.connect(self.place)

    def show_tabs(self, tabs: Sequence[CategoryTab], *, has_more: bool) -> None:
        """Show these tabs; `has_more` gives the selected one its chevron."""
        if (tuple(tabs), has_more) == (self._tabs, self._has_more):
            return
        self._tabs, self._has_more = tuple(tabs), has_more
        while len(self._buttons) < len(tabs):
            button = TabButton(self)
            button.clicked.connect(lambda _checked=False, pressed=button: self._pressed(pressed.tab))
            self._buttons.append(button)
        for place, button in enumerate(self._buttons):
            button.setVisible(place < len(tabs))
            if place < len(tabs):
                button.show_tab(tabs[place], has_more=has_more and tabs[place].selected)
        self.place()

    def place(self) -> None:
        """Put the tabs side by side, with the selected one in sight."""
        look = theme()
        gap = look.px(GAP)
        shown = self._buttons[: len(self._tabs)]
        widths = [button.exact_width() for button in shown]
        total = math.floor(sum(widths)) + gap * max(len(widths) - 1, 0)
        overflow = total - self.width()
        if 0 < overflow <= gap * (len(widths) - 1):
            gap -= -(-overflow // (len(widths) - 1))
            overflow = 0
        room = self.width() - (look.px(48) if overflow > 0 else 0)
        self._offset = min(self._offset, max(total - room, 0)) if overflow > 0 else 0
        left = float(-self._offset)
        for button, width in zip(shown, widths, strict=True):
            button.setGeometry(round(left + 0.25), 0, math.ceil(width - 0.2), look.px(HEIGHT))
            # A tab cut by an edge cannot be read: it waits for the chevron.
            button.setVisible(overflow <= 0 or (left > -1 and left + width < room + 1))
            left += width + gap
        self._next.setVisible(overflow > 0)
        self._next.setGeometry(self.width() - look.px(48), 0, look.px(48), look.px(HEIGHT))
        self._next.raise_()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways."""
        self._scroll(-event.angleDelta().y() // 2)

    def resizeEvent(self, event: object) -> None:
        """Lay out for the new width."""
        super().resizeEvent(event)  # type: ignore[arg-type]  # a QResizeEvent
        self.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Cover what the last button stands on."""
        QPainter(self).fillRect(event.rect(), theme().colour("canvas"))

    def _pressed(self, tab: CategoryTab) -> None:
        if tab.selected and self._has_more:
            self.more_wanted.emit()
        elif not tab.selected:
            self.chosen.emit(tab.tab_id)

    def _scroll_on(self) -> None:
        shown = self._buttons[: len(self._tabs)]
        beyond = [button for button in shown if button.geometry().right() > self._next.x()]
        self._scroll(beyond[0].x() if beyond else -self._offset)

    def _scroll(self, by: int) -> None:
        self._offset = max(self._offset + by, 0)
        self.place()
