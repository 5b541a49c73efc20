"""Notices that a customer has answered about a swap: an order is compared with how it stood before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from retail.catalogue import LocalisedText, Product
from retail.pickup.order import LineState, PickupLine, PickupOrder
from retail.pickup.steps import StepKind

_Asked = dict[tuple[str, str, str], Product]


@dataclass(frozen=True, slots=True)
class Answered:
    """A customer's yes or no about one product in place of another."""

    order_id: str
    line_id: str
    ordered: LocalisedText
    offered: LocalisedText
    agrees: bool


class AnswerWatch:
    """Remembers what was asked; the questions are those of the orders that it was last shown."""

    def __init__(self) -> None:
        self._asked: _Asked = {}

    def arrived(self, orders: Sequence[PickupOrder]) -> tuple[Answered, ...]:
        """Return the answers that came since the last look."""
        before, self._asked = self._asked, _asked(orders)
        return tuple(_answers(before, self._asked, orders))


def _asked(orders: Sequence[PickupOrder]) -> _Asked:
    return {
        (order.order_id, line.line_id, part.now.step_id): part.now.substitute.product
        for order in orders
        for line in order.lines
        for part in line.divided
        if part.state is LineState.ASKED and part.now.substitute is not None
    }


def _answers(before: _Asked, now: _Asked, orders: Sequence[PickupOrder]) -> Iterator[Answered]:
    by_id = {order.order_id: order for order in orders}
    for (order_id, line_id, step_id), product in before.items():
        order = by_id.get(order_id)
        if (order_id, line_id, step_id) in now or order is None:
            continue
        line = next((each for each in order.lines if each.line_id == line_id), None)
        if line is None or _taken_back(order, step_id):
            continue
        agrees = _agreed(line, product)
        if agrees or any(done.kind == StepKind.ANSWER and done.about == line_id for done in order.history):
            yield Answered(order_id, line_id, line.product.name, product.name, agrees=agrees)


def _taken_back(order: PickupOrder, step_id: str) -> bool:
    return any(done.step_id == step_id and bool(done.undone_by) for done in order.history)


def _agreed(line: PickupLine, product: Product) -> bool:
    return any(
        passage.state is LineState.AGREED
        and passage.substitute is not None
        and passage.substitute.product.product_id == product.product_id
        for part in line.divided
        for passage in part.trail
    )
