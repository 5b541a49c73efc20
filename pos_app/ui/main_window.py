"""The till's window: rail, status bar, offline banner, and one page at a time.

    window = MainWindow(till)        `till` is the TillViewModel; pages but Sell are built when shown
    window.show_fitting()            full screen size of the display it is on
    window.page("pay")               a page, built if need be
    window.focus_search()            F2
    window.step_back()               Esc: closes the innermost open thing, then folds the banner

It follows `mode_changed` and `appearance_changed`; a scale of 0 means: fit the screen. The Chinese font is
loaded after the first picture, unless the language needs it at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from pos_app.ui import fonts
from pos_app.ui.announcer import announce
from pos_app.ui.focus_ring import FocusRing
from pos_app.ui.offline_banner import HEIGHT as BANNER_HEIGHT
from pos_app.ui.offline_banner import OfflineBannerView
from pos_app.ui.rail import Rail
from pos_app.ui.sell_page import SellPage
from pos_app.ui.theme import theme
from pos_app.ui.top_bar import Heading, TopBar
from pos_app.viewmodels.screens import StatusBar

PICKUP = "pickup"
TOP_BAR_HEIGHT = 48


def _pay_page(till: Any) -> QWidget:
    from pos_app.ui.pay_page import PayPage  # noqa: PLC0415 - built when first shown

    return PayPage(till.pay)


def _table_page(view_model: Any) -> QWidget:
    from pos_app.ui.table_page import TablePage  # noqa: PLC0415 - built when first shown

    return TablePage(view_model)


def _settings_page(till: Any) -> QWidget:
    from pos_app.ui.settings_page import SettingsPage  # noqa: PLC0415 - built when first shown

    return SettingsPage(till.settings)


def _lock_page(till: Any) -> QWidget:
    from pos_app.ui.lock_page import LockPage  # noqa: PLC0415 - built when first shown

    return LockPage(till.lock)


def _pickup_page(till: Any) -> QWidget:
    from pos_app.ui.pickup_screen import PickupScreen  # noqa: PLC0415 - built when first shown

    return PickupScreen(till.pickup)


def _return_page(till: Any) -> QWidget:
    from pos_app.ui.return_page import ReturnPage  # noqa: PLC0415 - built when first shown

    return ReturnPage(till.returns)


PAGES: dict[str, Callable[[Any], QWidget]] = {
    "sell": lambda till: SellPage(till.sell),
    "pay": _pay_page,
    "stock": lambda till: _table_page(till.stock),
    "members": lambda till: _table_page(till.members),
    "shift": lambda till: _table_page(till.shift),
    "settings": _settings_page,
    "locked": _lock_page,
    "returns": _return_page,
    PICKUP: _pickup_page,
}
"""Every page and how it is built."""


class MainWindow(QWidget):
    """The till's one window."""

    def __init__(self, till: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._till = till
        self._pages: dict[str, QWidget] = {}
        self._shown = "sell"
        theme().dress()
        self.setWindowTitle("Evertill")
        self.rail = Rail(self)
        self.top_bar = TopBar(self)
        self.banner = OfflineBannerView(self)
        self.banner.hide()
        self.stack = QStackedWidget(self)
        self._connect()
        self._show_mode(till.mode)
        self._show_status()
        self.ring = FocusRing(self)
        theme().changed.connect(self.place)

    def _connect(self) -> None:
        till = self._till
        self.rail.chosen.connect(till.go)
        self.rail.lock_asked.connect(till.lock_till)
        self.top_bar.chip_tapped.connect(till.status.tap_chip)
        self.top_bar.held_tapped.connect(till.sell.toggle_held)
        self.top_bar.sale_tapped.connect(lambda: till.go("sell"))
        self.top_bar.cashier_tapped.connect(till.lock_till)
        self.banner.try_now.connect(till.status.try_now)
        till.mode_changed.connect(self._show_mode)
        till.appearance_changed.connect(self.apply_appearance)
        till.status.changed.connect(self._show_status)
        till.sell.changed.connect(self._show_heading)
        till.pickup.changed.connect(self._pickup_changed)
        till.pickup.noticed.connect(self.top_bar.show_notice)
        self.top_bar.notice.clicked.connect(self._open_notice)
        for name in ("pay", "stock", "members", "shift", "settings", "returns"):
            getattr(till, name).changed.connect(self._show_heading)
        if hasattr(till, "announced"):
            till.announced.connect(lambda sentence: announce(self, sentence))

    # ---- pages

    def page(self, mode: str) -> QWidget:
        """The page of a mode, built the first time it is asked for."""
        if mode not in self._pages:
            self._pages[mode] = PAGES[mode](self._till)
            self.stack.addWidget(self._pages[mode])
        return self._pages[mode]

    @property
    def current_page(self) -> QWidget:
        """The page on the screen."""
        return self.page(self._shown)

    def focus_search(self) -> None:
        """F2: the cursor goes into this page's search field."""
        page = self.current_page
        if hasattr(page, "focus_search"):
            page.focus_search()

    def step_back(self) -> bool:
        """Esc: close the innermost thing that is open; False when nothing was."""
        page = self.current_page
        if hasattr(page, "step_back") and page.step_back():
            return True
        return bool(self._till.status.fold_banner())

    def _show_mode(self, mode: str) -> None:
        self._shown = mode
        page = self.page(mode)
        self.stack.setCurrentWidget(page)
        self.rail.set_mode(mode)
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_heading()
        self._show_status()

    def _pickup_changed(self) -> None:
        if self._shown == PICKUP:
            self._show_heading()
        self._show_badge()

    def _open_notice(self) -> None:
        self.top_bar.notice.dismiss()
        self._till.pickup.open_notice()

    def _show_badge(self) -> None:
        """The rail says how many new orders nobody has begun to pick, whatever page is up."""
        waiting = self._till.pickup.waiting
        self.rail.buttons[PICKUP].set_badge(str(waiting) if waiting else "")

    # ---- the frame

    def _show_heading(self) -> None:
        self.top_bar.show_heading(self._heading())

    def _heading(self) -> Heading:
        till, mode = self._till, self._shown
        if mode == "sell":
            return Heading(self.tr("Sell"), till.sell.screen.sale_title, till.sell.screen.held_label)
        if mode == "pay":
            parts = (till.pay.screen.sale_title, till.pay.screen.member_label)
            return Heading(self.tr("Pay"), "  ·  ".join(part for part in parts if part))
        if mode == "locked":
            return Heading(self.tr("Locked"))
        if mode == PICKUP:
            return Heading(*till.pickup.heading)
        if mode == "returns":
            return Heading(till.returns.screen.title, till.returns.screen.sale_title)
        return Heading(getattr(till, mode).screen.title)

    def _show_status(self) -> None:
        status: StatusBar = self._till.status.screen
        self.top_bar.show_status(status, with_sale=self._shown != "sell")
        self.rail.set_cashier(status.cashier_initials)
        banner = status.banner if status.banner is not None and not status.banner.folded else None
        if banner is not None:
            self.banner.show_banner(banner)
        if "sell" in self._pages:
            sell = self.page("sell")
            assert isinstance(sell, SellPage)
            sell.show_offline(status.banner)
        if self.banner.isHidden() != (banner is None):
            self.banner.setVisible(banner is not None)
            self.place()
        self._show_badge()

    def place(self) -> None:
        """Rail at the left, bar on top, banner under it, page in the rest."""
        look = theme()
        rail, bar = look.px(84), look.px(TOP_BAR_HEIGHT)
        width = self.width() - rail
        self.rail.setGeometry(0, 0, rail, self.height())
        self.top_bar.setGeometry(rail, 0, width, bar)
        top = bar
        if not self.banner.isHidden():
            self.banner.setGeometry(rail, top, width, look.px(BANNER_HEIGHT))
            top += look.px(BANNER_HEIGHT)
        self.stack.setGeometry(rail, top, width, max(self.height() - top, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)
        self.place()

    def showEvent(self, event: QShowEvent) -> None:
        """After the first picture, load the Chinese font for names on the record."""
        super().showEvent(event)
        QTimer.singleShot(0, fonts.load_chinese)

    def show_fitting(self) -> None:
        """Show at the size of the screen; the scale is the one for that size unless it was chosen."""
        screen = QGuiApplication.primaryScreen()
        size = screen.availableSize() if screen is not None else self.size()
        self.resize(size)
        self.showMaximized()

    # ---- look and keys

    def apply_appearance(self, appearance: Any) -> None:
        """Switch theme, scale and mirroring live; the language's translator is the caller's business."""
        scale = float(appearance.scale)
        if scale <= 0:
            screen = QGuiApplication.primaryScreen()
            size = screen.size() if screen is not None else self.size()
            scale = theme().initial_scale(size.width(), size.height())
        theme().switch(
            name=appearance.theme,
            scale=scale,
            language=appearance.language,
            mirrored=appearance.mirrored,
        )
        self._show_heading()
        self._show_status()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 and Esc, when nobody before took them."""
        if event.key() == Qt.Key.Key_F2:
            self.focus_search()
        elif event.key() == Qt.Key.Key_Escape:
            self.step_back()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show_heading()
