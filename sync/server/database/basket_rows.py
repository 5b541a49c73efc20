"""The baskets of the storefront's visitors."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from sync.server.database.order_tables import shop_basket
from sync.server.database.statements import insert_missing


def read_basket(connection: Connection, basket_key: str, *, lock: bool = False) -> str | None:
    """Return a basket's body, None for one that is not there (any more); `lock` holds it until the commit."""
    query = select(shop_basket.c.body).where(shop_basket.c.basket_key == basket_key)
    return connection.execute(query.with_for_update() if lock else query).scalar()


def make_basket(connection: Connection, basket_key: str, store_id: str, body: str, now: str) -> None:
    """Have a basket under this key; one that is there stays as it is."""
    row = {"basket_key": basket_key, "store_id": store_id, "body": body, "created_at": now, "updated_at": now}
    insert_missing(connection, shop_basket, [row])


def write_basket(connection: Connection, basket_key: str, body: str, now: str) -> None:
    """Keep a basket that is there as it is now."""
    connection.execute(
        update(shop_basket).where(shop_basket.c.basket_key == basket_key).values(body=body, updated_at=now)
    )
