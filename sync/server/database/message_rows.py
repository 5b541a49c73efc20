"""What customers are to be told: taken one at a time, each attempted by one process only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, bindparam, select, update

from sync.server.database.order_tables import message

WAITING: Final = "waiting"
SENDING: Final = "sending"
SENT: Final = "sent"
NOT_SENT: Final = "not_sent"
"""It will not be: nobody takes it, or there is no address to send it to."""

UNCERTAIN: Final = "uncertain"
"""It may have been sent, and is not sent again: we were interrupted, or the other side fell silent."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One message on its way out. `about` is what the occasion said of itself."""

    message_id: int
    message_key: str
    order_id: str
    kind: str
    about: Mapping[str, Any]
    attempts: int
    created_at: str


_any: Final = (
    select(message.c.message_id)
    .where(message.c.state.in_((WAITING, SENDING)), message.c.next_at <= bindparam("now"))
    .limit(1)
)


def any_message(connection: Connection, now: str) -> bool:
    """Say whether any message is due, or was left by somebody who was interrupted."""
    return connection.execute(_any, {"now": now}).first() is not None


def claim_message(connection: Connection, *, now: str, until: str) -> Waiting | None:
    """Return the message that is due next and mark it as being sent; None when there is none."""
    row = connection.execute(
        select(message)
        .where(message.c.state == WAITING, message.c.next_at <= now)
        .order_by(message.c.next_at, message.c.message_id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    connection.execute(
        update(message).where(message.c.message_id == row.message_id).values(state=SENDING, next_at=until)
    )
    return Waiting(
        message_id=row.message_id,
        message_key=row.message_key,
        order_id=row.order_id,
        kind=row.kind,
        about=msgspec.json.decode(row.body),
        attempts=row.attempts,
        created_at=row.created_at,
    )


def finish_message(connection: Connection, sent: Waiting, *, state: str, error: str, next_at: str) -> None:
    """Write what became of an attempt."""
    connection.execute(
        update(message)
        .where(message.c.message_id == sent.message_id)
        .values(
            state=state,
            attempts=sent.attempts + 1,
            last_error=error,
            next_at=next_at,
            sent_at=next_at if state == SENT else None,
        )
    )


def interrupted_messages(connection: Connection, now: str) -> list[str]:
    """Mark as uncertain what was being sent when its sender was interrupted; return their keys."""
    found = connection.execute(
        select(message.c.message_id, message.c.message_key)
        .where(message.c.state == SENDING, message.c.next_at <= now)
        .with_for_update()
    ).all()
    for row in found:
        connection.execute(
            update(message)
            .where(message.c.message_id == row.message_id)
            .values(state=UNCERTAIN, last_error="interrupted")
        )
    return [row.message_key for row in found]
