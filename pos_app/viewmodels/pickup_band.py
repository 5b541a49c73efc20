"""The band under the pickup board: the chosen order in two lines, and what can be done with it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QObject

from pos_app.services.orders import Orders
from pos_app.viewmodels.pickup_cards import CardWriter, column_of
from pos_app.viewmodels.pickup_returning import lines_to_return
from pos_app.viewmodels.pickup_screens import NEW, PICKING, READY, BoardAction, BoardCard
from pos_app.viewmodels.pickup_words import Countdown
from retail.availability.slot import Measure
from retail.pickup.order import LineState, OrderState, PickupLine, PickupOrder
from retail.pickup.parts import OPEN, units
from retail.pickup.pick_list import progress
from retail.pickup.steps import StepKind
from retail.pickup.transitions import ORDER_TRANSITIONS
from retail.quantity import SellingUnit


@dataclass(frozen=True, slots=True)
class Band:
    """What the band shows."""

    title: str = ""
    detail: str = ""
    chip: Countdown | None = None
    actions: tuple[BoardAction, ...] = ()
    main: BoardAction | None = None


class BandWriter(QObject):
    """Writes the band."""

    def __init__(self, orders: Orders, cards: CardWriter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._orders = orders
        self._cards = cards

    def written(
        self,
        order: PickupOrder | None,
        card: BoardCard | None,
        marked: frozenset[str],
        now: datetime,
    ) -> Band:
        """Return the band for the chosen order; without one it says what to do."""
        if order is None or card is None:
            return Band(title=self.tr("No order is chosen"))
        main = self._main(order, marked, now)
        if marked and main.action_id == "pick":
            return Band(
                title=self.tr("{count} orders in one walk").format(count=len(marked)),
                detail=self._together(marked),
                actions=self._others(order),
                main=main,
            )
        return Band(
            title=" · ".join(part for part in (order.number, order.contact.name) if part),
            detail=self._detail(order, card),
            chip=card.chip,
            actions=self._others(order),
            main=main,
        )

    def _main(self, order: PickupOrder, marked: frozenset[str], now: datetime) -> BoardAction:
        action, label = "pick", self.tr("Start picking")
        column = column_of(order)
        if column == NEW and marked:
            label = self.tr("Pick {count} together").format(count=len(marked))
        elif column == PICKING:
            label = self._go_on(order, now)
        elif order.state in (OrderState.READY, OrderState.PARTLY_HANDED_OVER):
            action, label = "hand_over", self.tr("Hand over")
        elif order.state in (OrderState.CANCELLED, OrderState.EXPIRED):
            action, label = "put_back", self.tr("Put back")
        elif column == READY:
            action, label = "all_back", self.tr("All is back")
        return BoardAction(action, label, "Enter")

    def _go_on(self, order: PickupOrder, now: datetime) -> str:
        if order.state is OrderState.PICKED:
            return self.tr("Put away")
        lock = order.lock
        is_others = (
            lock is not None
            and order.state is OrderState.PICKING
            and lock.staff_id != self._orders.who()
            and bool(lock.until)
            and datetime.fromisoformat(lock.until) > now
        )
        return self.tr("Take over") if is_others else self.tr("Continue")

    def _others(self, order: PickupOrder) -> tuple[BoardAction, ...]:
        can_remind = StepKind.REMIND in ORDER_TRANSITIONS[order.state] and bool(order.collect_until)
        to_pick = any(units(line, *OPEN) for line in order.lines)
        return (
            BoardAction("open", self.tr("Open"), "Space"),
            BoardAction(
                "print",
                self.tr("Pick list"),
                "F11",
                enabled=to_pick,
                why_not="" if to_pick else self.tr("Nothing of this order is left to pick."),
            ),
            BoardAction(
                "tell",
                self.tr("Tell customer"),
                "F8",
                enabled=can_remind,
                why_not=""
                if can_remind
                else self.tr("The customer is told when the order is ready; then a reminder can be sent."),
            ),
        )

    def _detail(self, order: PickupOrder, card: BoardCard) -> str:
        column = column_of(order)
        if column == NEW:
            words = self.tr("{items}, about {span} to pick")
            return words.format(items=card.items, span=self._cards.span(self._minutes_to_pick((order,))))
        if column == PICKING:
            far = progress(order)
            name = card.picker.name if card.picker is not None else ""
            asked = sum(1 for line in order.lines if units(line, LineState.ASKED))
            parts = [self.tr("{count} to go").format(count=far.to_go)]
            if far.short:
                parts.append(self.tr("{count} short").format(count=far.short))
            if asked:
                parts.append(self.tr("{count} asked").format(count=asked))
            return " · ".join([part for part in (name, *parts) if part])
        if lines_to_return(order) and order.state not in (OrderState.READY, OrderState.PARTLY_HANDED_OVER):
            count = sum(_items_back(line) for line in order.lines)
            words = self.tr("{items} to put back").format(items=self._cards.items(count))
            return " · ".join([words, *(place.text for place in card.places)])
        return " · ".join(part for part in (order.here_note, *(place.text for place in card.places)) if part)

    def _together(self, marked: frozenset[str]) -> str:
        orders = tuple(each for each in self._orders.all() if each.order_id in marked)
        items = self._cards.items(sum(progress(each).items for each in orders))
        span = self._cards.span(self._minutes_to_pick(orders))
        return self.tr("{items}, about {span} to pick").format(items=items, span=span)

    def _minutes_to_pick(self, orders: tuple[PickupOrder, ...]) -> int:
        """Return what one picker usually needs, by the speed that the store's slots are planned with."""
        desk = self._orders.desk
        if desk is None:
            return 0
        rules = desk.slots
        count = len(orders)
        if rules.measure is Measure.LINES:
            count = sum(1 for order in orders for line in order.lines if units(line, *OPEN))
        return max(-(-count * 60 // rules.usual_per_hour), 1)


def _items_back(line: PickupLine) -> int:
    """Return how many items of a line are to be put back; a weighed line is one."""
    back = units(line, LineState.PICKED, LineState.REFUSED)
    return int(back) if line.product.unit is SellingUnit.PIECE else int(bool(back))
