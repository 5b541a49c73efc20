"""What a sale means for online orders, as facts of the very transaction that completes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from msgspec.structs import replace

from pos_app.database.journal import FurtherFact
from pos_app.database.open_sales import OpenSale
from pos_app.services.order_book import OrderBook
from retail.events import PromiseOverridden
from retail.pickup.order import OrderState, PaymentKind, PickupOrder
from retail.pickup.steps import RecordPayment, Step
from retail.sale import Sale, TenderKind

StepsWhenPaid = Callable[[PickupOrder], Sequence[Step]]
"""From the order as it will stand once it is paid: what the desk asked to be done with it at once."""

InTheWay = Callable[[OpenSale], str]
"""From a sale of an order that was partly paid online: why its goods cannot change hands now, if anything."""


class OrderPayments:
    """Puts an order's payment, and broken promises, beside the sale that they belong to."""

    def __init__(self, orders: OrderBook, cashier_id: Callable[[], str]) -> None:
        self._orders = orders
        self._cashier_id = cashier_id
        self.steps_when_paid: StepsWhenPaid = lambda _order: ()
        self.in_the_way: InTheWay = lambda _sale: ""

    def number_of(self, order_id: str) -> str:
        """Return an order's number for the receipt, empty for a sale of no order."""
        order = self._orders.order(order_id) if order_id else None
        return "" if order is None else order.number

    def refusal(self, open_sale: OpenSale) -> str:
        """Return why a sale cannot be completed now (a code), empty when it can.

        A sale with money that came online is one with the handover of its goods: while nothing is handed
        over, that money is the order's, and may still go back with it.
        """
        return self.in_the_way(open_sale) if online_tender(open_sale) else ""

    def facts(self, open_sale: OpenSale, sale: Sale) -> tuple[FurtherFact, ...]:
        """Return what is stored after the sale: the order's payment and handover, promises it breaks."""
        return (*self._payment(sale), *_overrides(open_sale, sale))

    def completed(self, sale: Sale) -> None:
        """Show the order with what was stored of it."""
        if sale.order_id:
            self._orders.stored((sale.order_id,))

    def _payment(self, sale: Sale) -> tuple[FurtherFact, ...]:
        if not sale.order_id:
            return ()
        order = self._orders.order(sale.order_id)
        online = online_tender(sale)
        paid = RecordPayment(
            step_id=self._orders.new_id(),
            order_id=sale.order_id,
            by=self._cashier_id(),
            at=sale.completed_at,
            made_in=OrderState.READY if order is None else order.state,
            payment=PaymentKind.PAID,
            amount_minor=sale.total_minor - online,
            reference=sale.sale_id,
            online_minor=online,
        )
        after = self._orders.preview(paid)
        return self._orders.further((paid, *(() if after is None else self.steps_when_paid(after))))


def online_tender(sale: OpenSale | Sale) -> int:
    """Return what of a sale, open or complete, was paid online before."""
    return sum(each.amount_minor for each in sale.tenders if each.kind is TenderKind.ONLINE)


def _overrides(open_sale: OpenSale, sale: Sale) -> tuple[FurtherFact, ...]:
    """Return the promises that are really broken: of what was put back on the shelf none is."""
    sold: dict[str, Decimal] = {}
    for line in sale.lines:
        sold[line.product_id] = sold.get(line.product_id, Decimal(0)) + line.quantity
    broken: list[PromiseOverridden] = []
    for override in open_sale.overrides:
        left = min(override.quantity, sold.get(override.product_id, Decimal(0)))
        if left > 0:
            sold[override.product_id] -= left
            broken.append(replace(override, quantity=left))
    return tuple(FurtherFact(each) for each in broken)
