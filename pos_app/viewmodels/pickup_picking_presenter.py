"""Builds the record of the picking page from what is being picked: rows by temperature, in walk order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from msgspec.structs import replace
from PySide6.QtCore import QObject

from pos_app.services.pickup_outcomes import PickingView
from pos_app.viewmodels.pickup_picking_screen import PickHead, PickRow, PickSection
from pos_app.viewmodels.pickup_words import ICONS, PickupWords
from retail.pickup.amounts import PaymentState, line_amounts, payment_state
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import (
    LineState,
    OrderState,
    PickupLine,
    PickupOrder,
    ShortReason,
    Temperature,
)
from retail.pickup.other_store import open_offers
from retail.pickup.parts import OPEN, units
from retail.pickup.pick_list import PickTask, walk
from retail.quantity import SellingUnit

TAKEN: Final = (LineState.PICKED, LineState.HANDED_OVER, LineState.REFUSED)
"""What counts as picked on the row."""


def row_key(order_id: str, line_id: str) -> str:
    """Return what names a line of a walk."""
    return f"{order_id}\n{line_id}"


def order_and_line(key: str) -> tuple[str, str]:
    """Return what a row's key names."""
    order_id, _, line_id = key.partition("\n")
    return order_id, line_id


def whole_walk(view: PickingView) -> tuple[PickTask, ...]:
    """Return every line of the orders in the order of the walk, also those that are done."""
    untouched = tuple(
        replace(
            order,
            state=OrderState.PICKING,
            lines=tuple(replace(line, parts=()) for line in order.lines),
        )
        for order in view.orders
    )
    places = {product_id: each.place for product_id, each in (view.stock or {}).items()}
    return walk(untouched, places)


class PickingPresenter(QObject):
    """Rows and head of the picking page. No state beyond the language."""

    def __init__(
        self,
        words: PickupWords,
        *,
        now: Callable[[], str],
        desk: Callable[[], PickupDesk | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._words = words
        self._now = now
        self._desk = desk

    # ---- the order in hand --------------------------------------------------------------------

    def head(self, view: PickingView, order: PickupOrder) -> PickHead:
        """Return the head of the record: the order that the task in hand belongs to."""
        many = len(view.orders)
        window = self._words.window(order)
        return PickHead(
            number=order.number or order.order_id,
            name=order.contact.name,
            payment=self._words.payment(order),
            batch=self.tr("{count} orders").format(count=many) if many > 1 else "",
            collect=self.tr("Collect {window}").format(window=window) if window else "",
            countdown=self._words.countdown(order, self._now(), self._desk()),
        )

    # ---- the walk -----------------------------------------------------------------------------

    def rows(self, view: PickingView) -> tuple[PickSection | PickRow, ...]:
        """Return the lines by temperature, a strip above each temperature's first one."""
        tasks = whole_walk(view)
        rows: list[PickSection | PickRow] = []
        for temperature in Temperature:
            these = [task for task in tasks if task.temperature is temperature]
            if these:
                rows.append(self._section(view, temperature, these))
                rows += [self._row(view, task) for task in these]
        return tuple(rows)

    def _section(self, view: PickingView, temperature: Temperature, tasks: list[PickTask]) -> PickSection:
        bags = [tote.bag_id for tote in view.totes if tote.temperature is temperature]
        still = sum(1 for task in view.tasks if task.temperature is temperature)
        if not still:
            note = (
                self.tr("done, 1 line")
                if len(tasks) == 1
                else self.tr("done, {count} lines").format(count=len(tasks))
            )
        else:
            note = {
                Temperature.AMBIENT: self.tr("1 line to go")
                if still == 1
                else self.tr("{count} lines to go").format(count=still),
                Temperature.CHILLED: self.tr("keep the cold tote closed"),
                Temperature.FROZEN: self.tr("take it last, straight to the freezer"),
            }[temperature]
        return PickSection(
            key=temperature.value,
            name=self._words.temperature(temperature),
            icon=ICONS[temperature],
            cold=temperature is not Temperature.AMBIENT,
            bag=self.tr("Tote {bag}").format(bag=", ".join(dict.fromkeys(bags))) if bags else "",
            note=note,
        )

    def _row(self, view: PickingView, task: PickTask) -> PickRow:
        order = next(each for each in view.orders if each.order_id == task.order_id)
        line = next(each for each in order.lines if each.line_id == task.line_id)
        in_hand = view.task is not None and (view.task.order_id, view.task.line_id) == (
            task.order_id,
            task.line_id,
        )
        parts = [self._detail(view, order, line, in_hand=in_hand)]
        if len(view.orders) > 1:
            parts.insert(0, self._whose(view, order, line.temperature))
        return PickRow(
            key=row_key(task.order_id, task.line_id),
            place=task.location or "–",
            name=self._name(line),
            count=self.count(line),
            state=self._state(view, order, line),
            detail=" · ".join(part for part in parts if part),
            in_hand=in_hand,
        )

    def _whose(self, view: PickingView, order: PickupOrder, temperature: Temperature) -> str:
        number = order.number or order.order_id
        bag = bag_of(view, order.order_id, temperature)
        return self.tr("{order}, tote {bag}").format(order=number, bag=bag) if bag else number

    def _name(self, line: PickupLine) -> str:
        """Return what is taken: the substitute, where all of the line was swapped."""
        swapped = [part.now.substitute for part in line.divided if part.state in TAKEN]
        if swapped and len(swapped) == len(line.divided) and swapped[0] is not None:
            return self._words.text(swapped[0].product.name)
        return self._words.text(line.product.name)

    def count(self, line: PickupLine) -> str:
        """Return `1 of 2`; a weighed line is one item."""
        picked, wanted = self.counted(line)
        return self.tr("{picked} of {wanted}").format(picked=picked, wanted=wanted)

    def counted(self, line: PickupLine) -> tuple[int, int]:
        """Return how many items of a line are picked, and of how many."""
        if line.product.unit is SellingUnit.PIECE:
            return int(units(line, *TAKEN)), int(line.quantity)
        is_open = units(line, *OPEN) > 0
        return int(units(line, *TAKEN) > 0 and not is_open), 1

    def _state(self, view: PickingView, order: PickupOrder, line: PickupLine) -> str:
        if units(line, LineState.ASKED):
            return "asked"
        if units(line, *OPEN):
            return "later" if (order.order_id, line.line_id) in view.later else "open"
        if units(line, LineState.SHORT):
            return "short"
        swapped = any(part.now.substitute is not None for part in line.divided if part.state in TAKEN)
        return "swapped" if swapped else "done"

    # ---- the second line ----------------------------------------------------------------------

    def _detail(self, view: PickingView, order: PickupOrder, line: PickupLine, *, in_hand: bool) -> str:
        said = [
            *self._swaps(line),
            *self._shorts(order, line),
            *self._questions(line),
            *self._open(order, line, in_hand=in_hand),
        ]
        if not said and line.note and units(line, *OPEN):
            said.append(line.note)
        if (order.order_id, line.line_id) in view.later:
            said.append(self.tr("set aside for later"))
        return self.tr(", ").join(said)

    def _swaps(self, line: PickupLine) -> Iterator[str]:
        swapped = [part for part in line.divided if part.state in TAKEN and part.now.substitute is not None]
        if not swapped:
            return
        if len(swapped) == len(line.divided):
            yield self.tr("Swapped for {name}").format(name=self._words.text(line.product.name))
            return
        for part in swapped:
            if part.now.substitute is not None:
                name = self._words.text(part.now.substitute.product.name)
                yield self.tr("{count} swapped: {name}").format(
                    count=self._words.ordered(part.covers, line.product.unit), name=name
                )

    def _shorts(self, order: PickupOrder, line: PickupLine) -> Iterator[str]:
        short = [part for part in line.divided if part.state is LineState.SHORT]
        if not short:
            return
        moved = [each for each in order.offers if each.line_id == line.line_id and each.moved_to is not None]
        for offer in moved:
            words = self._words.store_offer(offer)
            yield words[:1].upper() + words[1:]
        short = [part for part in short if part.now.reason != ShortReason.MOVED]
        if not short:
            return
        reason = self._words.short_reason(ShortReason(short[0].now.reason))
        yield self.tr("Short: {reason}").format(reason=reason[:1].lower() + reason[1:])
        less = next(each.refund_minor for each in line_amounts(order) if each.line_id == line.line_id)
        if less > 0:
            money = self._words.money(less)
            is_due = payment_state(order) is PaymentState.DUE
            yield (self.tr("{money} less to pay") if is_due else self.tr("refund {money}")).format(
                money=money
            )

    def _questions(self, line: PickupLine) -> Iterator[str]:
        for part in line.divided:
            offer = part.now.substitute
            if offer is not None and part.state is LineState.ASKED:
                yield self.tr("Customer asked: {name}?").format(name=self._words.text(offer.product.name))
            elif offer is not None and part.state is LineState.AGREED:
                yield self.tr("Customer agreed: scan {name}").format(
                    name=self._words.text(offer.product.name)
                )

    def _open(self, order: PickupOrder, line: PickupLine, *, in_hand: bool) -> Iterator[str]:
        to_pick = units(line, LineState.TO_PICK)
        if not to_pick:
            return
        if line.product.unit is not SellingUnit.PIECE:
            about = self._words.ordered(to_pick, line.product.unit)
            yield self.tr("about {quantity}, weigh at the counter").format(quantity=about)
        elif in_hand and units(line, *TAKEN):
            yield self.tr("Scan the next one")
        offers = [each for each in open_offers(order) if each.line_id == line.line_id]
        yield from (self._words.store_offer(each) for each in offers)
        if line.line_id in order.at_risk and not offers:
            yield self.tr("may be gone: sold at the counter")


def bag_of(view: PickingView, order_id: str, temperature: Temperature) -> str:
    """Return the tote that goods of one temperature of an order go into, empty when none is chosen."""
    return next((t.bag_id for t in view.totes if t.order_id == order_id and t.temperature is temperature), "")
