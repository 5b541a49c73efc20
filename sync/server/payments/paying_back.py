"""What tills promised to pay back online: asked of the provider once for each return, whenever heard of."""

from __future__ import annotations

from sqlalchemy import Connection

from retail.pickup.amounts import paid_online
from retail.returns.record import Return
from retail.sale import TenderKind
from sync.server.alerts import raise_alert
from sync.server.database.charge_rows import OF_RETURN, asked_for_returns
from sync.server.database.online_rows import online_tenders, order_of_sale
from sync.server.database.order_rows import read_order
from sync.server.database.order_tables import PAID_ONLINE
from sync.server.database.outbox_rows import queue_charge


def pay_back_online(connection: Connection, returned: Return) -> None:
    """Queue what a till's return owes by way of the provider; a person is told of what cannot go that way.

    Called under the lock of the sale. The charge is named after the return, so that it is made once however
    often the return is heard of. Of one sale that came back twice, no more is paid than was sold.
    """
    owed = sum(one.amount_minor for one in returned.tenders if one.kind is TenderKind.ONLINE)
    if not owed:
        return
    subject = f"{returned.store_id} {returned.receipt_number}"
    amount = f"{owed} {returned.currency}"
    order_id = order_of_sale(connection, returned.sale_id)
    booked = read_order(connection, order_id) if order_id else None
    if booked is None:
        raise_alert(connection, "refund_by_hand", subject, f"{amount}, {returned.sale_receipt_number}")
        return
    if booked.payment != PAID_ONLINE:
        detail = f"{amount}, {booked.order.channel} {booked.order.outside_reference}"
        raise_alert(connection, "refund_by_channel", subject, detail)
        return
    sold = min(online_tenders(connection, order_id), paid_online(booked.order))
    left = sold - asked_for_returns(connection, order_id)
    asked = max(0, min(owed, left))
    if asked:
        queue_charge(
            connection,
            charge_id=f"{returned.return_id}:return",
            order=booked.order,
            kind=OF_RETURN,
            amount_minor=asked,
        )
    if asked < owed:
        detail = f"{owed - asked} {returned.currency} more than was paid, {booked.order.number}"
        raise_alert(connection, "refund_by_hand", subject, detail)
