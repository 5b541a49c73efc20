"""Personal data of one member: all that is held about them, and forgetting them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from sync.server.clock import now_text
from sync.server.database import personal_rows
from sync.server.database.sessions import StreamId
from sync.server.streams import Publication, publish


class ErasureRefused(Exception):
    """A member who cannot be forgotten yet; `numbers` are the open orders that need them."""

    def __init__(self, numbers: list[str]) -> None:
        super().__init__(f"{len(numbers)} open orders")
        self.numbers = numbers


class UnknownMember(LookupError):
    """There is no such member."""


def export_member(connection: Connection, member_id: str) -> dict[str, Any]:
    """Return everything that is held about a member; raises `UnknownMember` where it is nothing."""
    found = personal_rows.everything_about(connection, member_id)
    if not any(value for name, value in found.items() if name != "member_id"):
        raise UnknownMember(member_id)
    return {"exported_at": now_text(), **found}


def erase_member(connection: Connection, member_id: str, *, by: str) -> tuple[StreamId, ...]:
    """Forget a member: the row goes from the centre and every till, orders lose their customer, sales stay.

    Returns the streams that named them: their snapshot files are to be thrown away after the commit. In the
    transaction of the connection, which publishes last. Raises `UnknownMember`, and `ErasureRefused` as long
    as an order of theirs is open.
    """
    rows = personal_rows.member_rows(connection, member_id)
    orders = personal_rows.orders_of_member(connection, member_id)
    if not rows and not orders:
        raise UnknownMember(member_id)
    still_open = personal_rows.open_orders(connection, member_id)
    if still_open:
        raise ErasureRefused(still_open)
    personal_rows.forget_customers(connection, [order_id for _store, order_id in orders])
    personal_rows.forget_baskets_of(connection, member_id)
    personal_rows.note_erased(connection, member_id, by=by, at=now_text())
    keys: dict[StreamId, list[str]] = {stream: [f"member:{member_id}"] for stream in rows}
    for store_id, order_id in orders:
        keys.setdefault(("orders", store_id), []).append(f"pickup_order:{order_id}")
    publish(connection, {stream: Publication(removes=some) for stream, some in keys.items()})
    personal_rows.forget_in_logs(connection, keys)
    return tuple(keys)
