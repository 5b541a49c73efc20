"""Who may place orders from outside: channels, the hash of each one's key, and where it wants to be told."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, select, update

from sync.server.clock import now_text
from sync.server.database.order_tables import channel
from sync.server.database.statements import insert_missing


class ChannelSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel was added with. `webhook_stopped` says why nothing is posted to it any more."""

    allow_private: bool = False
    webhook_stopped: str = ""


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """A channel that is not withdrawn. `webhook_secret` is what its messages are signed with."""

    channel_id: str
    name: str
    kind: str
    webhook_url: str
    webhook_secret: str
    created_at: str
    settings: ChannelSettings = ChannelSettings()


def add_channel(connection: Connection, added: Channel, *, key_hash: str) -> bool:
    """Store a channel; return False when there is one of that id, also if it was withdrawn."""
    if connection.execute(select(channel.c.channel_id).filter_by(channel_id=added.channel_id)).first():
        return False
    row = {
        "channel_id": added.channel_id,
        "name": added.name,
        "kind": added.kind,
        "key_hash": key_hash,
        "webhook_url": added.webhook_url,
        "webhook_secret": added.webhook_secret,
        "settings": msgspec.json.encode(added.settings).decode(),
        "created_at": added.created_at,
    }
    insert_missing(connection, channel, [row])
    return True


def channels(connection: Connection) -> list[Channel]:
    """Return every channel that is not withdrawn, by id."""
    rows = connection.execute(
        select(channel).where(channel.c.withdrawn_at.is_(None)).order_by(channel.c.channel_id)
    )
    return [_channel(row) for row in rows]


def channel_of_id(connection: Connection, channel_id: str) -> Channel | None:
    """Return a channel by its id."""
    return _one(connection, channel.c.channel_id == channel_id)


def channel_of_key(connection: Connection, key_hash: str) -> Channel | None:
    """Return the channel whose key this is the hash of."""
    return _one(connection, channel.c.key_hash == key_hash)


def withdraw_channel(connection: Connection, channel_id: str) -> bool:
    """Let a channel's key hold no longer; its orders stay. Return False when there is no such channel."""
    changed = connection.execute(
        update(channel)
        .where(channel.c.channel_id == channel_id, channel.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now_text(), key_hash=None, webhook_url="", webhook_secret="")
    )
    return changed.rowcount == 1


def stop_webhook(connection: Connection, stopped: Channel, why: str) -> None:
    """Post nothing to a channel any more; it may still read what changed."""
    settings = msgspec.structs.replace(stopped.settings, webhook_stopped=why)
    connection.execute(
        update(channel)
        .where(channel.c.channel_id == stopped.channel_id)
        .values(settings=msgspec.json.encode(settings).decode())
    )


def _one(connection: Connection, which: ColumnElement[bool]) -> Channel | None:
    row = connection.execute(select(channel).where(which, channel.c.withdrawn_at.is_(None))).first()
    return None if row is None else _channel(row)


def _channel(row: Any) -> Channel:
    return Channel(
        channel_id=row.channel_id,
        name=row.name,
        kind=row.kind,
        webhook_url=row.webhook_url,
        webhook_secret=row.webhook_secret,
        created_at=row.created_at,
        settings=msgspec.json.decode(row.settings or "{}", type=ChannelSettings),
    )
