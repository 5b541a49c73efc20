"""What the storefront reads of the streams: never more of them than one page shows."""

from __future__ import annotations

import msgspec
from sqlalchemy import ColumnElement, Connection, func, or_, select

from retail.catalogue import Product
from sync.server.database import tables
from sync.server.database.sessions import StreamId

_FIRST = "product:"
_BEYOND = "product;"
_decode = msgspec.json.Decoder(Product).decode


def read_heads(connection: Connection, streams: tuple[StreamId, ...]) -> dict[StreamId, int]:
    """Return the versions at which streams stand; 0 for one in which nothing was published."""
    table = tables.stream_head
    wanted = or_(*((table.c.stream == stream) & (table.c.scope == scope) for stream, scope in streams))
    found = connection.execute(select(table.c.stream, table.c.scope, table.c.head).where(wanted))
    heads = {(stream, scope): head for stream, scope, head in found}
    return {stream: heads.get(stream, 0) for stream in streams}


def count_products(connection: Connection) -> int:
    """Return how many products the catalogue has."""
    table = tables.stream_row
    found = connection.execute(
        select(func.count()).select_from(table).where(*_catalogue(), table.c.key >= _FIRST)
    )
    return int(found.scalar_one())


def products_behind(connection: Connection, product_id: str, limit: int) -> list[Product]:
    """Return products in the order of their keys, from behind one on; an empty id is the beginning."""
    table = tables.stream_row
    behind = table.c.key > f"{_FIRST}{product_id}" if product_id else table.c.key >= _FIRST
    texts = connection.execute(
        select(table.c.row).where(*_catalogue(), behind).order_by(table.c.key).limit(limit)
    ).scalars()
    return [_decode(text) for text in texts]


def _catalogue() -> tuple[ColumnElement[bool], ...]:
    table = tables.stream_row
    return table.c.stream == "catalogue", table.c.scope == "", table.c.key < _BEYOND
