"""Adding and knowing channels: a key is shown once and kept as SHA-256 only."""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final

import msgspec
from sqlalchemy import Connection

from sync.server.channels.posting import checked_address
from sync.server.channels.signing import new_secret
from sync.server.clock import now_text
from sync.server.database.channel_rows import Channel, ChannelSettings, add_channel, channel_of_key
from sync.server.database.order_tables import SHOP_CHANNEL
from sync.server.refusals import Refused

KEY_PREFIX: Final = "evc_"
"""So that a key that was left lying in a file is found by those who look for such things."""

API_KIND: Final = "api"
_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)


class ChannelRefused(ValueError):
    """A channel that cannot be added; `code` is `bad_name` or `name_taken`."""

    def __init__(self, code: str, name: str) -> None:
        super().__init__(f"channel {name[:80]!r} refused: {code}")
        self.code = code


class NewChannel(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown once. `webhook_secret` is empty when the channel has no receiver."""

    channel_id: str
    key: str
    webhook_secret: str


def new_channel(
    connection: Connection,
    name: str,
    *,
    webhook_url: str = "",
    allow_private: bool = False,
    kind: str = API_KIND,
) -> NewChannel:
    """Add a channel; its name, of small letters, digits and hyphens, is what its orders are known by.

    Raises `ChannelRefused`, and `AddressRefused` for a receiver to which nothing would be posted.
    """
    if not _NAME.fullmatch(name) or name == SHOP_CHANNEL:
        raise ChannelRefused("bad_name", name)
    if webhook_url:
        checked_address(webhook_url, allow_private=allow_private)
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    added = Channel(
        channel_id=name,
        name=name,
        kind=kind,
        webhook_url=webhook_url,
        webhook_secret=new_secret() if webhook_url else "",
        created_at=now_text(),
        settings=ChannelSettings(allow_private=allow_private),
    )
    if not add_channel(connection, added, key_hash=_digest(key)):
        raise ChannelRefused("name_taken", name)
    return NewChannel(channel_id=name, key=key, webhook_secret=added.webhook_secret)


def channel_of_token(connection: Connection, token: str) -> Channel:
    """Return whose key this is; raises `Refused("unknown_channel")` when it is nobody's."""
    found = channel_of_key(connection, _digest(token))
    if found is None:
        raise Refused("unknown_channel")
    return found


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
