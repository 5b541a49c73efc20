"""Builds the items of a handover: what is in the bags, with what became of each line and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from PySide6.QtCore import QObject

from pos_app.services.pickup_outcomes import HandOverView
from pos_app.viewmodels.pickup_handover_screen import ItemRow, ItemsCard
from pos_app.viewmodels.pickup_words import PickupWords, Tag
from retail.pickup.amounts import LineAmount
from retail.pickup.order import LinePart, LineState, PickupLine, PickupOrder
from retail.pickup.parts import taken_product, units
from retail.quantity import SellingUnit

GOING = (LineState.PICKED, LineState.HANDED_OVER)
KEPT = (LineState.REFUSED, LineState.RETURNED, LineState.WRITTEN_OFF)


def _in_the_bags(line: PickupLine) -> int:
    """Return how many items of a line are still in bags; what is weighed is one."""
    there = [part for part in line.divided if part.state is LineState.PICKED]
    if line.product.unit is SellingUnit.PIECE:
        return sum(int(part.covers) for part in there)
    return int(bool(there))


class HandoverItems(QObject):
    """Rows of the items card. No state beyond the language."""

    def __init__(self, words: PickupWords, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words = words

    def card(self, view: HandOverView) -> ItemsCard:
        """Return what is in the bags, and what it comes to."""
        count, bags = sum(map(_in_the_bags, view.order.lines)), len(view.bags)
        amounts = {each.line_id: each for each in view.amounts}
        due, money = view.due_minor, view.money
        notes = []
        if money.shown_minor != money.charge_minor:
            notes.append(self.tr("quoted {money}").format(money=self._words.money(money.shown_minor)))
        if due and view.online_minor:
            notes.append(self.tr("{money} paid online").format(money=self._words.money(view.online_minor)))
        return ItemsCard(
            title=self.tr("{items} in {bags}").format(items=self._items(count), bags=self._bags(bags)),
            note=self._ordered(view.order),
            rows=tuple(self.row(line, amounts[line.line_id]) for line in view.order.lines),
            total_label=self.tr("To pay") if due else self.tr("Paid"),
            total_note=" · ".join(notes),
            total=self._words.money(due or money.charge_minor),
        )

    def _items(self, count: int) -> str:
        return self.tr("1 item") if count == 1 else self.tr("{count} items").format(count=count)

    def _bags(self, count: int) -> str:
        return self.tr("1 bag") if count == 1 else self.tr("{count} bags").format(count=count)

    def _ordered(self, order: PickupOrder) -> str:
        if not order.placed_at:
            return ""
        day = self._words.weekday(order.placed_at)
        return (
            self.tr("ordered online, {day}").format(day=day)
            if order.channel == "shop"
            else self.tr("ordered by {channel}, {day}").format(channel=order.channel, day=day)
        )

    def row(self, line: PickupLine, amount: LineAmount) -> ItemRow:
        """Return one line: what of it changes hands, its signs, and what it costs."""
        going = [part for part in line.divided if part.state in GOING]
        product = taken_product(line, going[0]) if going else line.product
        weighed = product.unit is not SellingUnit.PIECE
        count = (
            "1"
            if weighed
            else f"{sum(int(part.now.quantity or part.covers) for part in going) or int(line.quantity)}"
        )
        details = [*self._details(line, going, amount)]
        return ItemRow(
            line_id=line.line_id,
            quantity=count,
            name=self._words.text(product.name),
            amount=self._words.money(amount.charge_minor),
            detail=self.tr(", ").join(details),
            tags=tuple(self._tags(line, going)),
            bold=bool(going),
        )

    def _tags(self, line: PickupLine, going: list[LinePart]) -> Iterator[Tag]:
        age = max((taken_product(line, part).minimum_age for part in going), default=0)
        if age:
            yield Tag(f"{age}+", "idCheck", "warn")
        if any(taken_product(line, part).unit is not SellingUnit.PIECE for part in going):
            yield Tag(self.tr("weighed"), "weighed", "plain")
        if any(part.now.substitute is not None for part in going):
            yield Tag(self.tr("swap"), "substitute", "info")
        if units(line, LineState.SHORT):
            yield Tag(self.tr("short"), "short", "warn")
        if units(line, *KEPT):
            yield Tag(self.tr("not taken"), "refuse", "bad")
        if units(line, LineState.HANDED_OVER):
            partly = bool(units(line, LineState.PICKED))
            yield Tag(self.tr("partly gone") if partly else self.tr("handed over"), "done", "ok")

    def _details(self, line: PickupLine, going: list[LinePart], amount: LineAmount) -> Iterator[str]:
        weighed = [part for part in going if taken_product(line, part).unit is not SellingUnit.PIECE]
        if weighed:
            total = sum((part.now.quantity for part in weighed), Decimal(0))
            unit = taken_product(line, weighed[0]).unit
            yield self.tr("{quantity}, weighed").format(quantity=self._words.quantity(total, unit))
        if any(part.now.substitute is not None for part in going):
            yield self.tr("Swapped: {name}").format(name=self._words.text(line.product.name))
            if amount.refund_minor:
                yield self._words.difference(-amount.refund_minor)
        short = units(line, LineState.SHORT)
        if short:
            whole = short == line.quantity
            yield (
                self.tr("Not available")
                if whole
                else self.tr("{count} not available").format(
                    count=self._words.ordered(short, line.product.unit)
                )
            )
        kept = units(line, *KEPT)
        if kept:
            yield self.tr("{count} stays here").format(count=self._words.ordered(kept, line.product.unit))
