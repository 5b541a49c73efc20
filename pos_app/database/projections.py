"""What each fact changes in the journal's own tables, in the transaction that records it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from pos_app.database.journal_tables import (
    attempts,
    open_sales,
    pickup_steps,
    returns,
    sales,
    stock_moves,
)
from retail.events import (
    BasketVoided,
    Fact,
    PaymentResolved,
    PaymentStarted,
    PickupStepped,
    SaleCompleted,
    SaleReturned,
)
from retail.journal import Envelope
from retail.payment import AttemptState, next_attempt_state
from retail.sold_stock import return_movements, sale_movements
from retail.stock import StockMovement


class AttemptUnknown(LookupError):
    """A result came for a payment attempt that was never stored."""


_insert_sale = insert(sales)
_insert_return = insert(returns)
_insert_step = insert(pickup_steps)
_insert_move = insert(stock_moves)
_delete_open_sale = delete(open_sales).where(open_sales.c.basket_id == bindparam("basket"))
_insert_attempt = insert(attempts)
_attempt_state = select(attempts.c.state).where(attempts.c.attempt_id == bindparam("attempt"))
_resolve_attempt = (
    update(attempts)
    .where(attempts.c.attempt_id == bindparam("attempt"))
    .values(
        state=bindparam("new_state"),
        reference=bindparam("new_reference"),
        reason=bindparam("new_reason"),
        resolved_at=bindparam("at"),
    )
)


def project(
    connection: Connection,
    position: int,
    envelope: Envelope,
    fact: Fact,
    moves: Sequence[StockMovement] = (),
) -> None:
    """Apply a fact that was just recorded at `position`; a fact without a projection changes nothing.

    `moves` are what a step of an order moved of the stock, which only the order before it tells.
    """
    apply = PROJECTIONS.get(type(fact))
    if apply is not None:
        apply(connection, position, envelope, fact)
    if moves:
        _stock_moved(connection, position, moves)


def _stock_moved(connection: Connection, position: int, moves: Sequence[StockMovement]) -> None:
    rows = [
        {
            "position": position,
            "number": number,
            "product_id": move.product_id,
            "location": move.location.value,
            "quantity": str(move.quantity),
        }
        for number, move in enumerate(moves, start=1)
    ]
    if rows:
        connection.execute(_insert_move, rows)


def _sale_completed(connection: Connection, position: int, envelope: Envelope, fact: SaleCompleted) -> None:
    sale = fact.sale
    _stock_moved(connection, position, sale_movements(sale, event_id=envelope.event_id))
    connection.execute(
        _insert_sale,
        {
            "position": position,
            "sale_id": sale.sale_id,
            "receipt_number": sale.receipt_number,
            "completed_at": sale.completed_at,
            "cashier_name": sale.cashier_name,
            "currency": sale.currency,
            "item_count": sale.item_count,
            "total_minor": sale.total_minor,
            "tender_kinds": " ".join(dict.fromkeys(each.kind.value for each in sale.tenders)),
        },
    )


def _sale_returned(connection: Connection, position: int, envelope: Envelope, fact: SaleReturned) -> None:
    returned = fact.returned
    _stock_moved(connection, position, return_movements(returned, event_id=envelope.event_id))
    connection.execute(
        _insert_return,
        {
            "position": position,
            "return_id": returned.return_id,
            "sale_id": returned.sale_id,
            "receipt_number": returned.receipt_number,
        },
    )


def _pickup_stepped(connection: Connection, position: int, _: Envelope, fact: PickupStepped) -> None:
    connection.execute(
        _insert_step,
        {"position": position, "order_id": fact.step.order_id, "step_id": fact.step.step_id},
    )


def _basket_voided(connection: Connection, _position: int, _: Envelope, fact: BasketVoided) -> None:
    connection.execute(_delete_open_sale, {"basket": fact.basket_id})


def _payment_started(
    connection: Connection, _position: int, envelope: Envelope, fact: PaymentStarted
) -> None:
    connection.execute(
        _insert_attempt,
        {
            "attempt_id": fact.attempt_id,
            "basket_id": fact.basket_id,
            "tender": fact.tender.value,
            "amount_minor": fact.amount_minor,
            "currency": fact.currency,
            "state": AttemptState.STARTED.value,
            "reference": "",
            "reason": "",
            "started_at": envelope.business_time,
            "resolved_at": "",
        },
    )


def _payment_resolved(
    connection: Connection, _position: int, envelope: Envelope, fact: PaymentResolved
) -> None:
    state = connection.execute(_attempt_state, {"attempt": fact.attempt_id}).scalar()
    if state is None:
        raise AttemptUnknown(fact.attempt_id)
    connection.execute(
        _resolve_attempt,
        {
            "attempt": fact.attempt_id,
            "new_state": next_attempt_state(state, fact.outcome).value,
            "new_reference": fact.reference,
            "new_reason": fact.reason,
            "at": envelope.business_time,
        },
    )


PROJECTIONS: dict[type, Callable[[Connection, int, Envelope, Any], None]] = {
    SaleCompleted: _sale_completed,
    SaleReturned: _sale_returned,
    PickupStepped: _pickup_stepped,
    BasketVoided: _basket_voided,
    PaymentStarted: _payment_started,
    PaymentResolved: _payment_resolved,
}
"""By kind of fact. `till.enrolled`, `receipt.reprinted`, `drawer.opened` and `promise.overridden` are only
told to the centre."""
