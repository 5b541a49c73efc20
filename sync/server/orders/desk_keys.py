"""Sees that every desk knows the public half of the key that signs its pickup codes."""

from __future__ import annotations

from sqlalchemy import Connection

from retail.pickup.desk_rules import PickupDesk
from sync.server.database import shop_rows
from sync.server.orders.code_keys import CodeKeys
from sync.server.streams import Publication, lock_streams, publish


def teach_desks(connection: Connection, keys: CodeKeys) -> None:
    """Publish this centre's key to the desks that do not have it; usually there are none."""
    stores = [settings.store_id for settings in shop_rows.read_stores(connection)]
    ignorant = [one for one in stores if any(keys.known_to(desk) != desk for desk in _desks(connection, one))]
    lock_streams(connection, [("settings", store_id) for store_id in ignorant])
    publish(
        connection,
        {
            ("settings", store_id): Publication(
                puts=[keys.known_to(desk) for desk in _desks(connection, store_id)]
            )
            for store_id in ignorant
        },
    )


def _desks(connection: Connection, store_id: str) -> tuple[PickupDesk, ...]:
    return shop_rows.read_rows(connection, ("settings", store_id), "pickup_desk", PickupDesk)
