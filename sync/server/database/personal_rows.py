"""What the centre holds about one member, and how it forgets it: the books stay, the person goes.

What a till has sealed is not touched: a fact names a member by number, tier and the last digits of the card,
and its hash chain holds. Once the member's row is gone, the number leads to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select, update

from retail.member import Member
from retail.pickup.order import Contact, OrderState, PickupOrder
from sync.server.database import tables
from sync.server.database.order_rows import RELEASED
from sync.server.database.order_tables import message, order_rating, pickup_order, pickup_step, shop_basket
from sync.server.database.people_tables import erased_member
from sync.server.database.sessions import StreamId
from sync.server.database.statements import chunks, insert_missing

OVER: Final = (
    OrderState.SHORT,
    OrderState.HANDED_OVER,
    OrderState.COMPLETED,
    OrderState.CANCELLED,
    OrderState.RETURNED,
    RELEASED,
)
"""Orders that need their customer no more."""

MOST_FOUND: Final = 50
FORGOTTEN: Final = "forgotten"
"""What stands instead of an order's request hash, which covers name and address."""


class FoundMember(msgspec.Struct, frozen=True, kw_only=True):
    """A member as found, and in which stores' rows."""

    member: Member
    stores: tuple[str, ...]


def find_members(connection: Connection, text: str) -> list[FoundMember]:
    """Return members whose row has this text anywhere, by id; at most `MOST_FOUND`."""
    row = tables.stream_row
    wanted = [row.c.row.contains(text, autoescape=True)] if text else []
    found = connection.execute(
        select(row.c.scope, row.c.row)
        .where(row.c.stream == "members", row.c.key >= "member:", row.c.key < "member;", *wanted)
        .order_by(row.c.key, row.c.scope)
        .limit(MOST_FOUND * 4)
    )
    members: dict[str, FoundMember] = {}
    for scope, body in found:
        member = msgspec.json.decode(body, type=Member)
        known = members.get(member.member_id)
        stores = (*known.stores, scope) if known else (scope,)
        members[member.member_id] = FoundMember(member=member, stores=stores)
    return list(members.values())[:MOST_FOUND]


def member_rows(connection: Connection, member_id: str) -> dict[StreamId, str]:
    """Return a member's row in each store, as the JSON text that is served."""
    row = tables.stream_row
    found = connection.execute(
        select(row.c.stream, row.c.scope, row.c.row).where(
            row.c.stream == "members", row.c.key == f"member:{member_id}"
        )
    )
    return {(stream, scope): text for stream, scope, text in found}


def is_erased(connection: Connection, member_id: str) -> bool:
    """Say whether a member was forgotten."""
    return connection.execute(select(erased_member).filter_by(member_id=member_id)).first() is not None


def erased_members(connection: Connection) -> set[str]:
    """Return everybody who was forgotten."""
    return set(connection.execute(select(erased_member.c.member_id)).scalars())


def everything_about(connection: Connection, member_id: str) -> dict[str, Any]:
    """Return all that is held about a member, as values that JSON has; amounts are minor units."""
    orders = _rows(connection, pickup_order, pickup_order.c.member_id == member_id)
    order_ids = [row["order_id"] for row in orders]
    sales = _rows(connection, tables.sale, tables.sale.c.member_id == member_id)
    sale_ids = [row["sale_id"] for row in sales]
    returns = _rows(connection, tables.sale_return, tables.sale_return.c.member_id == member_id)
    baskets = _rows(connection, shop_basket, _names(member_id))
    return {
        "member_id": member_id,
        "members": [
            {"store": stream[1], **msgspec.json.decode(text)}
            for stream, text in sorted(member_rows(connection, member_id).items())
        ],
        "points": _rows(connection, tables.member_points, tables.member_points.c.member_id == member_id),
        "sales": sales,
        "sale_lines": _among(connection, tables.sale_line, "sale_id", sale_ids),
        "sale_tenders": _among(connection, tables.sale_tender, "sale_id", sale_ids),
        "returns": returns,
        "return_lines": _among(
            connection, tables.sale_return_line, "return_id", [row["return_id"] for row in returns]
        ),
        "orders": [{**row, "body": msgspec.json.decode(row["body"])} for row in orders],
        "order_steps": _among(connection, pickup_step, "order_id", order_ids),
        "order_ratings": _among(connection, order_rating, "order_id", order_ids),
        "messages": _among(connection, message, "order_id", order_ids),
        "baskets": [{**row, "body": msgspec.json.decode(row["body"])} for row in baskets],
    }


def open_orders(connection: Connection, member_id: str) -> list[str]:
    """Return the numbers of a member's orders that are not over."""
    rows = connection.execute(
        select(pickup_order.c.number).where(
            pickup_order.c.member_id == member_id,
            pickup_order.c.state.not_in([str(state) for state in OVER]),
        )
    )
    return sorted(rows.scalars())


def orders_of_member(connection: Connection, member_id: str) -> list[tuple[str, str]]:
    """Return store and id of a member's orders."""
    rows = connection.execute(
        select(pickup_order.c.store_id, pickup_order.c.order_id)
        .where(pickup_order.c.member_id == member_id)
        .order_by(pickup_order.c.order_id)
    )
    return [(store_id, order_id) for store_id, order_id in rows]


def note_erased(connection: Connection, member_id: str, *, by: str, at: str) -> None:
    """Remember that a member was forgotten."""
    insert_missing(connection, erased_member, [{"member_id": member_id, "erased_at": at, "by": by}])


def forget_baskets_of(connection: Connection, member_id: str) -> None:
    """Throw away the baskets of the storefront that name a member."""
    connection.execute(delete(shop_basket).where(_names(member_id)))


def forget_in_logs(connection: Connection, keys: Mapping[StreamId, Sequence[str]]) -> None:
    """Take what rows said out of the change logs of streams; that they were removed stays there.

    A till that is behind reads the removal, and holds the same rows in the end: a version's checksum is that
    of the rows it leaves behind.
    """
    change = tables.stream_change
    for (stream, scope), some in keys.items():
        for part in chunks(some):
            connection.execute(
                delete(change).where(
                    change.c.stream == stream,
                    change.c.scope == scope,
                    change.c.key.in_(part),
                    change.c.op == "put",
                )
            )


def forget_customers(connection: Connection, order_ids: Iterable[str]) -> None:
    """Take name, address, notes and messages from orders; goods, sums and history stay."""
    for some in chunks(sorted(order_ids)):
        rows = connection.execute(
            select(pickup_order.c.order_id, pickup_order.c.body).where(pickup_order.c.order_id.in_(some))
        ).all()
        for order_id, body in rows:
            connection.execute(
                update(pickup_order)
                .where(pickup_order.c.order_id == order_id)
                .values(
                    body=_without_customer(body),
                    contact_name="",
                    phone="",
                    email="",
                    member_id="",
                    request_hash=FORGOTTEN,
                )
            )
        connection.execute(delete(message).where(message.c.order_id.in_(some)))
        connection.execute(update(order_rating).where(order_rating.c.order_id.in_(some)).values(comment=""))
        _forget_notes(connection, some)


def forget_contacts(connection: Connection, *, before: str, limit: int) -> int:
    """Forget the customers of orders that were over before a moment; return how many orders it was."""
    old = (
        select(pickup_order.c.order_id)
        .where(
            pickup_order.c.state.in_([str(state) for state in OVER]),
            pickup_order.c.updated_at < before,
            or_(pickup_order.c.contact_name != "", pickup_order.c.member_id != ""),
        )
        .order_by(pickup_order.c.order_id)
        .limit(limit)
    )
    order_ids = list(connection.execute(old).scalars())
    forget_customers(connection, order_ids)
    return len(order_ids)


def _forget_notes(connection: Connection, order_ids: Sequence[str]) -> None:
    rows = connection.execute(
        select(pickup_step.c.step_id, pickup_step.c.body).where(
            pickup_step.c.order_id.in_(order_ids), pickup_step.c.kind == "customer_arrived"
        )
    ).all()
    for step_id, body in rows:
        said = {**msgspec.json.decode(body), "note": ""}
        connection.execute(
            update(pickup_step)
            .where(pickup_step.c.step_id == step_id)
            .values(body=msgspec.json.encode(said).decode())
        )


def _without_customer(body: str) -> str:
    order = msgspec.json.decode(body, type=PickupOrder)
    forgotten = replace(
        order,
        contact=Contact(language=order.contact.language),
        note="",
        here_note="",
        lines=tuple(replace(line, note="") for line in order.lines),
    )
    return msgspec.json.encode(forgotten).decode()


def _names(member_id: str) -> ColumnElement[bool]:
    quoted = msgspec.json.encode(member_id).decode()
    return and_(shop_basket.c.body.contains(quoted, autoescape=True))


def _rows(connection: Connection, table: Table, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    rows = connection.execute(select(table).where(which).order_by(*table.primary_key.columns))
    return [dict(row) for row in rows.mappings()]


def _among(connection: Connection, table: Table, name: str, keys: Iterable[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for some in chunks(keys):
        found += _rows(connection, table, table.c[name].in_(some))
    return found
