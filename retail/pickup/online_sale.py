"""The sale of what was paid online: made by the centre when the goods are handed over, one for each handover.

What the customer has by then, less what sales of the desk and earlier sales of this kind sold, is what this
one sold; it is divided over the goods of its own handover. Bags for which the desk takes money are sold by
the desk whole (`retail.pickup.desk_sale`), so nothing is left of them here. All sales of an order together
come to what its goods cost, however often it was handed over in parts, and whatever was paid where. Law: the
chargeable event is the delivery of the goods (Directive 2006/112/EC, article 63).
"""

from __future__ import annotations

import msgspec

from retail.basket import BasketMember
from retail.checkout import compose_sale
from retail.money import CashRounding
from retail.payment import settle
from retail.pickup.amounts import online_share, sold_at_desk_online
from retail.pickup.desk_sale import DeskLine, charged_parts, desk_basket, shared_lines
from retail.pickup.order import Done, LineState, PickupOrder
from retail.pickup.steps import StepKind
from retail.pricing import PreparedRules, price
from retail.receipt_number import ONLINE_TILL
from retail.sale import Sale, Tender, TenderKind


class SoldOnline(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes the record of a sale, and under which names. `till_id` is the centre's own for the store."""

    sale_id: str
    receipt_number: str
    till_id: str
    cashier_name: str
    reference: str
    member: BasketMember | None = None


def handovers(order: PickupOrder) -> tuple[Done, ...]:
    """Return the handovers of an order, also those that were taken back, the earliest first."""
    return tuple(done for done in order.history if done.kind == StepKind.HAND_OVER)


def online_amount(order: PickupOrder, sold_minor: int) -> int:
    """Return what was sold by the handovers so far against money that came online, and is in no sale yet.

    `sold_minor` is the total of the order's online sales that stand. What a sale of the desk has sold against
    such money is known from the order itself.
    """
    return max(0, online_share(order) - sold_at_desk_online(order) - sold_minor)


def online_lines(order: PickupOrder, handover_id: str, sold_minor: int) -> tuple[DeskLine, ...]:
    """Return what one handover, the latest, sold against money that came online.

    The lines sum to `online_amount` exactly; there are none when nothing was, or when its goods cost nothing.
    """
    parts = tuple(
        charged_parts(order, lambda now: now.state is LineState.HANDED_OVER and now.step_id == handover_id)
    )
    return shared_lines(online_amount(order, sold_minor), parts) if parts else ()


def online_sale(
    order: PickupOrder, handover: Done, sold_minor: int, rules: PreparedRules, made: SoldOnline
) -> Sale | None:
    """Return the sale of a handover, None when it sold nothing against money that came online.

    `rules` are those of `retail.order_rules`. The member earns as for any sale; whether the buyer is taxed
    otherwise was decided when the order was placed, and is in its prices.
    """
    lines = online_lines(order, handover.step_id, sold_minor)
    if not lines:
        return None
    member = msgspec.structs.replace(made.member, fiscal_position="") if made.member is not None else None
    basket = desk_basket(
        order,
        lines,
        basket_id=made.sale_id,
        line_ids=[str(number) for number, _ in enumerate(lines, start=1)],
        member=member,
    )
    priced = price(basket, rules, handover.at)
    tender = Tender(
        kind=TenderKind.ONLINE,
        amount_minor=priced.total_minor,
        reference=made.reference,
        approved_at=handover.at,
    )
    return compose_sale(
        priced,
        settle(priced.total_minor, [tender], CashRounding(), cash_next=False),
        [tender],
        sale_id=made.sale_id,
        receipt_number=made.receipt_number,
        store_id=order.store_id,
        till_id=made.till_id,
        till_number=ONLINE_TILL,
        cashier_id=handover.by,
        cashier_name=made.cashier_name,
        completed_at=handover.at,
        currency=order.currency,
        tax_included=True,
        member=member,
        order_id=order.order_id,
        order_number=order.number,
    )
