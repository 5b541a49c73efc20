"""Cards below the task: what could stand in if it runs out, and where the bags are put away."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from pos_app.ui.controls import ActionButton
from pos_app.ui.icons import icon, tinted
from pos_app.ui.painting import draw_box, draw_pixmap_centred, draw_text, painting
from pos_app.ui.theme import theme
from pos_app.viewmodels.pickup_picking_screen import BagRow, OfferRow, StagingCard, WishCard

EDGE = 20
WISH_HEAD = 47
OFFER_ROW = 60
BUTTON_WIDTH = 121
BAG_ROW = 60
STAGING_HEAD = 76
PLACE_BUTTON = 56


class WishCardView(QWidget):
    """The customer's wish with up to two offers. `used` carries a product and whether it is asked first."""

    used = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._wish = WishCard("", "")
        self.buttons = [ActionButton(parent=self) for _ in range(2)]
        for place, button in enumerate(self.buttons):
            button.clicked.connect(lambda _checked=False, at=place: self._use(at))
        theme().changed.connect(self._place)

    def show_wish(self, wish: WishCard) -> None:
        """Show this wish and its offers."""
        self._wish = wish
        for button, offer in zip(self.buttons, wish.offers, strict=False):
            button.setText(offer.label)
            button.setAccessibleName(f"{offer.label}: {offer.name}, {offer.detail}")
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(wish.offers))
        offers = [f"{offer.name}, {offer.detail}" for offer in wish.offers]
        self.setAccessibleName(". ".join([f"{wish.title}: {wish.wish}", *offers, wish.empty]))
        self._place()

    def wanted_height(self) -> int:
        """How high the card is with its offers."""
        rows = len(self._wish.offers) or (1 if self._wish.empty else 0)
        return theme().px(WISH_HEAD + OFFER_ROW * rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the buttons in their rows."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the wish, then one row for each offer."""
        del event
        look, wish = theme(), self._wish
        with painting(QPainter(self)) as painter:
            draw_box(painter, self.rect(), look.px(12), look.colour("surface"), look.colour("border"))
            head = QRectF(look.px(EDGE), 0, self.width() - 2 * look.px(EDGE), look.px(WISH_HEAD))
            font = look.font("body", bold=True)
            width = draw_text(painter, head, wish.title, font, look.colour("text"))
            head.setLeft(head.left() + width + look.px(10))
            draw_text(painter, head, wish.wish, look.font("body"), look.colour("text2"))
            for place, offer in enumerate(wish.offers):
                self._draw_offer(painter, place, offer)
            if wish.empty:
                line = QRectF(look.px(EDGE), look.px(WISH_HEAD), head.width(), look.px(OFFER_ROW))
                line.setWidth(self.width() - 2 * look.px(EDGE))
                painter.fillRect(QRectF(0, line.top(), self.width(), 1), look.colour("border"))
                draw_text(painter, line, wish.empty, look.font("body"), look.colour("text2"))

    def _draw_offer(self, painter: QPainter, place: int, offer: OfferRow) -> None:
        look = theme()
        top = look.px(WISH_HEAD) + place * look.px(OFFER_ROW)
        painter.fillRect(QRectF(1, top, self.width() - 2, 1), look.colour("border"))
        mark = QRectF(look.px(EDGE), top, look.px(26), look.px(OFFER_ROW))
        draw_pixmap_centred(painter, mark, tinted(offer.icon, look.category_colour(offer.colour), 24))
        left = look.px(EDGE + 38)
        room = self.width() - left - look.px(BUTTON_WIDTH + 20)
        name = QRectF(left, top + look.px(9), room, look.px(22))
        draw_text(painter, name, offer.name, look.font("body"), look.colour("text"))
        detail = QRectF(left, top + look.px(29), room, look.px(20))
        draw_text(painter, detail, offer.detail, look.font("small"), look.colour("text2"))

    def _place(self) -> None:
        look = theme()
        for place, button in enumerate(self.buttons):
            top = look.px(WISH_HEAD) + place * look.px(OFFER_ROW) + look.px(6)
            width = max(look.px(BUTTON_WIDTH), button.sizeHint().width())
            button.setGeometry(self.width() - look.px(6) - width, top, width, look.px(48))
        self.update()

    def _use(self, place: int) -> None:
        if place < len(self._wish.offers):
            offer = self._wish.offers[place]
            self.used.emit(offer.product_id, offer.use == "ask")


class BagButton(ActionButton):
    """One bag that is to be put away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.row = BagRow("", "", "", "")

    def show_row(self, row: BagRow) -> None:
        """Show this bag."""
        self.row = row
        self.setText(row.name)
        self.setAccessibleName(f"{row.name}, {row.detail}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign of its temperature, its name and what it is."""
        del event
        look, row = theme(), self.row
        with painting(QPainter(self)) as painter:
            ground, edge = ("primaryTint", "primary") if row.in_hand else ("surface", "borderStrong")
            if self.isDown():
                ground = "pressed"
            draw_box(
                painter,
                self.rect(),
                look.px(10),
                look.colour(ground),
                look.colour(edge),
                width=look.px(2) if row.in_hand else 1,
            )
            mark = QRectF(look.px(16), 0, look.px(24), self.height())
            draw_pixmap_centred(painter, mark, icon(row.icon, "text2", 22))
            box = QRectF(look.px(52), 0, self.width() - look.px(64), self.height())
            width = draw_text(painter, box, row.name, look.font("title"), look.colour("text"))
            box.setLeft(box.left() + width + look.px(10))
            draw_text(painter, box, row.detail, look.font("body"), look.colour("text2"))


class StagingView(QWidget):
    """Which bags go where. `bag_chosen` carries a bag's key, `place_chosen` a place's code."""

    bag_chosen = Signal(str)
    place_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._card = StagingCard("", "")
        self.bags: list[BagButton] = []
        self.places: list[ActionButton] = []
        theme().changed.connect(self._place)

    def show_card(self, card: StagingCard) -> None:
        """Show these bags, and the places for the one in hand."""
        self._card = card
        _grow(self.bags, len(card.bags), lambda: BagButton(self), self._bag_tapped)
        _grow(
            self.places,
            len(card.places),
            lambda: ActionButton(icon="location", parent=self),
            self._place_tapped,
        )
        for button, row in zip(self.bags, card.bags, strict=False):
            button.show_row(row)
        for place, (_code, name) in zip(self.places, card.places, strict=False):
            place.setText(name)
        self.setAccessibleName(f"{card.title}. {card.detail}")
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out for the new size."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card with its title and what to do."""
        del event
        look = theme()
        with painting(QPainter(self)) as painter:
            draw_box(painter, self.rect(), look.px(12), look.colour("surface"), look.colour("border"))
            room = self.width() - 2 * look.px(EDGE)
            title = QRectF(look.px(EDGE), look.px(14), room, look.px(30))
            draw_text(painter, title, self._card.title, look.font("heading"), look.colour("text"))
            detail = QRectF(look.px(EDGE), look.px(44), room, look.px(22))
            draw_text(painter, detail, self._card.detail, look.font("bodyLarge"), look.colour("text2"))

    def _place(self) -> None:
        look = theme()
        left, width = look.px(EDGE), self.width() - 2 * look.px(EDGE)
        top = look.px(STAGING_HEAD)
        gap = look.px(8)
        for at, button in enumerate(self.bags):
            button.setVisible(at < len(self._card.bags))
            if at < len(self._card.bags):
                button.setGeometry(left, top, width, look.px(BAG_ROW))
                top += look.px(BAG_ROW) + gap
        top += look.px(8)
        half = (width - gap) // 2
        for at, place in enumerate(self.places):
            row, column = divmod(at, 2)
            place.setVisible(at < len(self._card.places))
            place.setGeometry(
                left + column * (half + gap),
                top + row * (look.px(PLACE_BUTTON) + gap),
                half,
                look.px(PLACE_BUTTON),
            )
        self.update()

    def _bag_tapped(self, at: int) -> None:
        self.bag_chosen.emit(self._card.bags[at].key)

    def _place_tapped(self, at: int) -> None:
        self.place_chosen.emit(self._card.places[at][0])


def _grow(buttons: list[Any], wanted: int, make: Any, tapped: Any) -> None:
    """Make as many buttons as are wanted; those that are there stay."""
    while len(buttons) < wanted:
        button = make()
        place = len(buttons)
        button.clicked.connect(lambda _checked=False, at=place: tapped(at))
        buttons.append(button)
