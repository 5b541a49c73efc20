"""The rows of a store as values, as the back office shows and edits them.

Each function asks for no more than it needs: a chain may have a hundred thousand products.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, or_, select

from retail.catalogue import Category, ListPrice, Price, Product, list_price_beginning
from retail.store import StoreSettings
from retail.store_rules import RULE_TAGS
from sync.protocol import STREAM_OF_ROW, Row
from sync.server.database import tables
from sync.server.database.round_trip import Question, answered
from sync.server.database.sessions import StreamId
from sync.server.database.statements import among, chunks

CATALOGUE: StreamId = ("catalogue", "")

RowT = TypeVar("RowT")
_decoder: msgspec.json.Decoder[Row] = msgspec.json.Decoder(Row)


_RULE_HEADS = select(tables.stream_head.c.stream, tables.stream_head.c.head).where(
    or_(
        and_(tables.stream_head.c.stream == CATALOGUE[0], tables.stream_head.c.scope == CATALOGUE[1]),
        *(
            and_(tables.stream_head.c.stream == name, tables.stream_head.c.scope == bindparam("of"))
            for name in ("prices", "settings")
        ),
    )
)


def rule_heads(connection: Connection, store_id: str) -> dict[str, int]:
    """Return where the streams stand that decide what a store sells at what price."""
    return answered(connection, heads_of_rules(store_id))


def heads_of_rules(store_id: str) -> Question[dict[str, int]]:
    """Ask where the streams stand that decide what a store sells at what price."""
    return Question(_RULE_HEADS, {"of": store_id}, _pairs)


def _pairs(rows: Sequence[Any]) -> dict[str, Any]:
    return {key: value for key, value in rows}  # noqa: C416  # rows of either database


def read_stores(connection: Connection) -> tuple[StoreSettings, ...]:
    """Return the settings of every store, by its id."""
    table = tables.stream_row
    texts = connection.execute(
        select(table.c.row)
        .where(table.c.stream == "settings", _begins("store_settings:"))
        .order_by(table.c.scope)
    ).scalars()
    return tuple(msgspec.json.decode(text, type=StoreSettings) for text in texts)


def read_rows(connection: Connection, stream: StreamId, tag: str, row_type: type[RowT]) -> tuple[RowT, ...]:
    """Return every row of a tag in a stream, in the order of their keys."""
    table = tables.stream_row
    texts = connection.execute(
        select(table.c.row).where(*_in(stream), _begins(f"{tag}:")).order_by(table.c.key)
    ).scalars()
    decoder = msgspec.json.Decoder(row_type)
    return tuple(decoder.decode(text) for text in texts)


def keys_of_tag(connection: Connection, stream: StreamId, tag: str) -> list[str]:
    """Return the keys of every row of a tag in a stream, without the tag, in their order."""
    table = tables.stream_row
    keys = connection.execute(
        select(table.c.key).where(*_in(stream), _begins(f"{tag}:")).order_by(table.c.key)
    ).scalars()
    return [key.partition(":")[2] for key in keys]


def owners_of_codes(connection: Connection, codes: Iterable[str]) -> dict[str, str]:
    """Return which product each of these codes on labels belongs to; codes of none are left out."""
    table = tables.product_identifier
    found: dict[str, str] = {}
    for some in chunks(codes):
        owned = select(table.c.value, table.c.product_id).where(
            table.c.kind == "code", table.c.value.in_(some)
        )
        found |= dict(connection.execute(owned).all())
    return found


def read_rule_rows(connection: Connection, store_id: str) -> tuple[Row, ...]:
    """Return the rows that decide a store's prices, besides its settings and the prices themselves."""
    streams = {tag: _stream_of(tag, store_id) for tag in RULE_TAGS}
    return tuple(row for tag, stream in streams.items() for row in _rows_of_tag(connection, stream, tag))


def row_texts(connection: Connection, stream: StreamId, keys: Iterable[str]) -> dict[str, str]:
    """Return rows by stream key as the JSON text that is served; those that are not there are left out."""
    found: dict[str, str] = {}
    for some in chunks(keys):
        part = answered(connection, texts_of(connection.dialect.name, stream, some))
        found |= part
    return found


def texts_of(dialect: str, stream: StreamId, keys: Sequence[str]) -> Question[dict[str, str]]:
    """Ask for rows by stream key as the JSON text that is served."""
    return Question(_texts_of(dialect), {"name": stream[0], "of": stream[1], "keys": keys}, _pairs)


@cache
def _texts_of(dialect: str) -> Select[tuple[str, str]]:
    table = tables.stream_row
    return select(table.c.key, table.c.row).where(
        table.c.stream == bindparam("name"),
        table.c.scope == bindparam("of"),
        among(dialect, table.c.key, "keys"),
    )


def products_named(connection: Connection, texts: Collection[str]) -> dict[str, Product]:
    """Return the product that each text names: by its id, its item number, or a code on its label.

    An id comes before an item number, and that before a code; texts that name nothing are left out.
    """
    found: dict[str, Product] = {}
    identifier = tables.product_identifier
    for kind in ("code", "sku"):
        owners: dict[str, str] = {}
        for some in chunks(texts):
            named = connection.execute(
                select(identifier.c.value, identifier.c.product_id).where(
                    identifier.c.kind == kind, identifier.c.value.in_(some)
                )
            )
            owners |= dict(named.all())
        products = products_by_id(connection, owners.values())
        found |= {text: products[owner] for text, owner in owners.items() if owner in products}
    return found | products_by_id(connection, texts)


def products_by_id(connection: Connection, product_ids: Iterable[str]) -> dict[str, Product]:
    """Return products by their id; those that are not there are left out."""
    texts = row_texts(connection, CATALOGUE, {f"product:{one}" for one in product_ids})
    return {
        key.removeprefix("product:"): msgspec.json.decode(text, type=Product) for key, text in texts.items()
    }


def read_categories(connection: Connection) -> tuple[Category, ...]:
    """Return the categories in the order of the shelves."""
    found = read_rows(connection, CATALOGUE, "category", Category)
    return tuple(sorted(found, key=lambda one: (one.position, one.category_id)))


def prices_of(connection: Connection, store_id: str, product_ids: Iterable[str]) -> dict[str, Price]:
    """Return what products cost in a store, by their id."""
    texts = row_texts(connection, ("prices", store_id), {f"price:{one}" for one in product_ids})
    return {key.removeprefix("price:"): msgspec.json.decode(text, type=Price) for key, text in texts.items()}


def list_prices_of(
    connection: Connection, store_id: str, product_ids: Iterable[str]
) -> dict[str, tuple[ListPrice, ...]]:
    """Return what products cost on the price lists of a store, by their id."""
    table = tables.stream_row
    beginnings = {f"list_price:{list_price_beginning(one)}" for one in product_ids}
    found: dict[str, tuple[ListPrice, ...]] = {}
    # Few at a time: each is a range of its own, and SQLite limits the depth of an expression.
    for some in chunks(sorted(beginnings), 100):
        texts = connection.execute(
            select(table.c.row)
            .where(*_in(("prices", store_id)), or_(*(_begins(one) for one in some)))
            .order_by(table.c.key)
        ).scalars()
        for text in texts:
            row = msgspec.json.decode(text, type=ListPrice)
            found[row.product_id] = (*found.get(row.product_id, ()), row)
    return found


def list_price_texts(connection: Connection, store_id: str, list_id: str) -> dict[str, str]:
    """Return the prices of one list by stream key, as the JSON text that is served."""
    table = tables.stream_row
    found = connection.execute(
        select(table.c.key, table.c.row)
        .where(*_in(("prices", store_id)), _begins("list_price:"))
        .order_by(table.c.key)
    )
    return {key: text for key, text in found if list_of_key(key) == list_id}


def list_of_key(key: str) -> str:
    """Return the price list that the stream key of a price on a list names."""
    return key.partition("|")[2].rpartition("|")[0]


def count_list_prices(connection: Connection, store_id: str) -> dict[str, int]:
    """Return how many prices stand on each list of a store; lists without any are left out."""
    table = tables.stream_row
    keys = connection.execute(
        select(table.c.key).where(*_in(("prices", store_id)), _begins("list_price:"))
    ).scalars()
    counts: dict[str, int] = {}
    for key in keys:
        list_id = list_of_key(key)
        counts[list_id] = counts.get(list_id, 0) + 1
    return counts


def _rows_of_tag(connection: Connection, stream: StreamId, tag: str) -> Sequence[Row]:
    table = tables.stream_row
    texts = connection.execute(
        select(table.c.row).where(*_in(stream), _begins(f"{tag}:")).order_by(table.c.key)
    ).scalars()
    return [_decoder.decode(text) for text in texts]


def _stream_of(tag: str, store_id: str) -> StreamId:
    stream = STREAM_OF_ROW[tag]
    return CATALOGUE if stream == CATALOGUE[0] else (stream, store_id)


def _in(stream: StreamId) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    table = tables.stream_row
    return table.c.stream == stream[0], table.c.scope == stream[1]


def _begins(beginning: str) -> ColumnElement[bool]:
    """Match keys that begin so: a range, not a pattern, so that it is answered from the primary key."""
    table = tables.stream_row
    end = f"{beginning[:-1]}{chr(ord(beginning[-1]) + 1)}"
    return and_(table.c.key >= beginning, table.c.key < end)
