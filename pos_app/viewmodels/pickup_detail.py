"""An open card of the pickup board: the whole order, and what can be done to it or to one of its lines."""

from __future__ import annotations

from PySide6.QtCore import QObject

from pos_app.services.orders import Orders
from pos_app.viewmodels.pickup_cards import column_of
from pos_app.viewmodels.pickup_returning import lines_to_return
from pos_app.viewmodels.pickup_screens import NEW, BoardAction, OrderDetail, OrderLineRow
from pos_app.viewmodels.pickup_words import ICONS, PickupWords
from retail.pickup.amounts import line_amounts, money_of
from retail.pickup.order import LineState, OfferState, OrderState, PickupLine, PickupOrder, WishKind
from retail.pickup.other_store import open_offers
from retail.pickup.parts import OPEN, shown_state, units

_ANSWERED = (OfferState.MOVED, OfferState.DECLINED)
_RETURNING = (OrderState.RETURN_TO_SHELF, OrderState.HANDED_OVER, OrderState.COMPLETED)


class DetailWriter(QObject):
    """Writes the open card."""

    def __init__(self, orders: Orders, words: PickupWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._orders = orders
        self._words = words

    def written(self, order: PickupOrder, line_id: str, *, marked: bool) -> OrderDetail:
        """Return the open card with one of its lines chosen (empty: none)."""
        amounts = {each.line_id: each.charge_minor for each in line_amounts(order)}
        return OrderDetail(
            order_id=order.order_id,
            title=" · ".join(part for part in (order.number, order.contact.name) if part),
            facts=tuple(fact for fact in self._facts(order) if fact[1]),
            lines=tuple(self._line(order, each, amounts[each.line_id]) for each in order.lines),
            selected_line=line_id,
            actions=self._actions(order, line_id, marked=marked),
        )

    def _facts(self, order: PickupOrder) -> tuple[tuple[str, str], ...]:
        words = self._words
        money = money_of(order)
        tail = order.contact.phone_tail
        payment = words.payment(order).text
        if money.due_minor:
            payment = self.tr("Due {amount}").format(amount=words.money(money.due_minor))
        return (
            (self.tr("Collect"), words.window(order)),
            (self.tr("Total"), words.money(money.charge_minor)),
            (self.tr("Payment"), payment),
            (self.tr("Phone"), f"…{tail}" if tail else ""),
            (self.tr("Customer is here"), order.here_note),
            (self.tr("Note"), order.note),
            (
                self.tr("Taken over from"),
                f"{words.text(order.moved_from.store_name)} {order.moved_from.number}"
                if order.moved_from is not None
                else "",
            ),
            (self.tr("Ordered at"), order.outside_reference if order.channel != "shop" else ""),
        )

    def _line(self, order: PickupOrder, line: PickupLine, charge_minor: int) -> OrderLineRow:
        words = self._words
        icon, tone = ICONS[line.temperature], "plain" if ICONS[line.temperature] == "ambient" else "info"
        details = [self._state(order, line)]
        waiting = open_offers(order)
        offers = [
            words.store_offer(each)
            for each in order.offers
            if each.line_id == line.line_id and (each.state in _ANSWERED or each in waiting)
        ]
        details += offers
        if line.line_id in order.at_risk:
            icon, tone = "warning", "bad"
            if not offers:  # which is what an offer is made for
                details.append(self.tr("sold at a counter: it may be missing"))
        if line.wish.kind is not WishKind.NONE and units(line, *OPEN):
            details.append(words.wish(line.wish))
        stock = self._orders.stock(line.product.product_id)
        if units(line, *OPEN) and stock.place:
            on_hand = words.quantity(stock.on_hand, line.product.unit)
            details.append(self.tr("{place}, stock {count}").format(place=stock.place, count=on_hand))
        details.append(line.note)
        return OrderLineRow(
            line_id=line.line_id,
            quantity=words.quantity(line.quantity, line.product.unit),
            name=words.text(line.product.name),
            detail=" · ".join(part for part in details if part),
            amount=words.money(charge_minor),
            icon=icon,
            tone=tone,
        )

    def _state(self, order: PickupOrder, line: PickupLine) -> str:
        names = self._state_names()
        states = {shown_state(order, part): None for part in line.divided}
        swapped = any(part.now.substitute is not None for part in line.divided)
        shown = [names[each] for each in states if each is not LineState.TO_PICK]
        return self.tr(", ").join(([self.tr("swapped")] if swapped else []) + shown)

    def _state_names(self) -> dict[LineState, str]:
        return {
            LineState.ASKED: self.tr("customer asked"),
            LineState.AGREED: self.tr("swap agreed"),
            LineState.PICKED: self.tr("picked"),
            LineState.SHORT: self.tr("short"),
            LineState.HANDED_OVER: self.tr("handed over"),
            LineState.REFUSED: self.tr("refused, to put back"),
            LineState.RETURNED: self.tr("back on the shelf"),
            LineState.WRITTEN_OFF: self.tr("written off"),
            LineState.DROPPED: self.tr("not picked any more"),
            LineState.TO_RETURN: self.tr("to put back"),
        }

    def _actions(self, order: PickupOrder, line_id: str, *, marked: bool) -> tuple[BoardAction, ...]:
        if column_of(order) == NEW:
            label = self.tr("Take the mark off") if marked else self.tr("Mark to pick together")
            return (BoardAction("mark", label, "Ctrl Space"),)
        if order.state in _RETURNING and lines_to_return(order):
            can = line_id in lines_to_return(order)
            why = "" if can else self.tr("Choose a line first.")
            return (
                BoardAction("line_back", self.tr("Back on the shelf"), "", enabled=can, why_not=why),
                BoardAction("line_waste", self.tr("Write off"), "", enabled=can, why_not=why),
            )
        return ()
