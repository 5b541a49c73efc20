"""Pickup on the screen: board, picking and handing over lie in one stack; the view-model says which is up.

A page is built when it is first shown. It is a widget with `keyPressEvent`, `step_back() -> bool` and, where
it has a search, `focus_search()`; its function keys reach it wherever the focus is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from pos_app.ui.notice_page import PickupPage
from pos_app.ui.pickup_board_page import PickupBoardPage

NO_DESK = "no_desk"


def _picking_page(pickup: Any) -> QWidget:
    from pos_app.ui.pickup_picking_page import PickingPage  # noqa: PLC0415 - built when first shown

    return PickingPage(pickup.picking)


def _handover_page(pickup: Any) -> QWidget:
    from pos_app.ui.pickup_handover_page import HandoverPage  # noqa: PLC0415 - built when first shown

    return HandoverPage(pickup.handover)


PAGES: dict[str, Callable[[Any], QWidget]] = {
    "board": lambda pickup: PickupBoardPage(pickup.board),
    "picking": _picking_page,
    "handover": _handover_page,
    NO_DESK: lambda _pickup: PickupPage(),
}
"""Every page of Pickup and how it is built."""


class PickupScreen(QStackedWidget):
    """The stack. `pickup` is the PickupViewModel."""

    def __init__(self, pickup: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pickup = pickup
        self._pages: dict[str, QWidget] = {}
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        pickup.page_changed.connect(self._turn)
        pickup.board.changed.connect(self._board_changed)
        self._turn(pickup.page)

    def page(self, name: str) -> QWidget:
        """A page, built the first time it is asked for."""
        if name not in self._pages:
            self._pages[name] = PAGES[name](self._pickup)
            self.addWidget(self._pages[name])
        return self._pages[name]

    @property
    def current_page(self) -> QWidget:
        """The page that is up."""
        return self.page(self._name())

    def _name(self) -> str:
        page: str = self._pickup.page
        return NO_DESK if page == "board" and self._pickup.board.screen.no_desk else page

    def _turn(self, _page: str) -> None:
        page = self.current_page
        if page is not self.currentWidget():
            self.setCurrentWidget(page)
        if self.isVisible():
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _board_changed(self) -> None:
        if self.current_page is not self.currentWidget():
            self._turn("board")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys belong to the page that is up."""
        super().focusInEvent(event)
        self.current_page.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_search(self) -> None:
        """F2: put the cursor into the page's search field."""
        page = self.current_page
        if hasattr(page, "focus_search"):
            page.focus_search()

    def step_back(self) -> bool:
        """Esc: close what is open on the page, then go back to the board; False when the board is bare."""
        page = self.current_page
        if hasattr(page, "step_back") and page.step_back():
            return True
        if self._pickup.page == "board":
            return False
        self._pickup.show_board()
        return True

    def keys(self) -> dict[str, str]:
        """What the page's own keys do, for the key sheet."""
        page = self.current_page
        found: dict[str, str] = page.keys() if hasattr(page, "keys") else {}
        return found
