"""Publishes what changed: stock levels in `stock`, orders in `orders`, each stream once and last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from retail.availability.counter import SalePolicy, renewed_quotas
from retail.pickup.order import PickupOrder
from retail.stock_level import StockLevel
from sync.protocol import Row
from sync.server.database import shop_rows
from sync.server.database.reservation_rows import reserved
from sync.server.database.round_trip import Question
from sync.server.database.sessions import StreamId
from sync.server.database.stock_rows import on_hand
from sync.server.database.till_rows import sales_by_till, sold_by_till
from sync.server.points import Granted, book_points
from sync.server.streams import Publication, lock_streams, publish

_level_decoder = msgspec.json.Decoder(StockLevel)


class GoodsChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a transaction changed: products of stores with other levels, orders, members' points."""

    products: frozenset[tuple[str, str]] = frozenset()
    orders: tuple[PickupOrder, ...] = ()
    points: tuple[Granted, ...] = ()


def publish_goods(connection: Connection, change: GoodsChange) -> None:
    """Publish members' points, the levels of products and the rows of orders."""
    book_points(connection, change.points)
    by_store: dict[str, set[str]] = defaultdict(set)
    for store_id, product_id in change.products:
        by_store[store_id].add(product_id)
    lock_streams(connection, [("stock", store_id) for store_id in by_store])
    puts: dict[StreamId, list[Row]] = defaultdict(list)
    for store_id, product_ids in by_store.items():
        puts["stock", store_id] += level_rows(connection, store_id, product_ids)
    for order in change.orders:
        puts["orders", order.store_id].append(order)
    if puts:
        publish(connection, {stream: Publication(puts=rows) for stream, rows in puts.items()})


def read_levels(connection: Connection, store_id: str, product_ids: Iterable[str]) -> dict[str, StockLevel]:
    """Return the levels that tills have of products; what nobody stocks is left out."""
    keys = [f"stock_level:{one}" for one in product_ids]
    return _levels(shop_rows.row_texts(connection, ("stock", store_id), keys).items())


def stand_at(dialect: str, store_id: str, product_ids: Sequence[str]) -> Question[dict[str, StockLevel]]:
    """Ask for the levels that tills have of products."""
    keys = [f"stock_level:{one}" for one in product_ids]
    asked = shop_rows.texts_of(dialect, ("stock", store_id), keys)
    return Question(asked.statement, asked.values, _levels)


def _levels(rows: Iterable[Any]) -> dict[str, StockLevel]:
    return {key.removeprefix("stock_level:"): _level_decoder.decode(text) for key, text in rows}


def level_rows(connection: Connection, store_id: str, product_ids: Iterable[str]) -> list[StockLevel]:
    """Return the levels of products as they are now. The caller holds the store's stream of stock."""
    wanted = sorted(set(product_ids))
    held = read_levels(connection, store_id, wanted)
    shelf = on_hand(connection, store_id, wanted)
    rows = [
        replace(held.get(one, StockLevel(product_id=one)), on_hand=shelf.get(one, Decimal(0)))
        for one in wanted
    ]
    strict = [row for row in rows if row.policy == SalePolicy.STRICT]
    if not strict:
        return rows
    shared = _with_quotas(connection, store_id, strict)
    return [shared.get(row.product_id, row) for row in rows]


def _with_quotas(connection: Connection, store_id: str, strict: list[StockLevel]) -> Mapping[str, StockLevel]:
    """Return the levels of strict products with what each till may sell by itself.

    Together the tills get what is never promised online, so that no order can be promised what a till may be
    selling meanwhile.
    """
    sales = sales_by_till(connection, store_id)
    if not sales:
        return {}
    ids = [row.product_id for row in strict]
    promised = reserved(connection, store_id, ids)
    products = shop_rows.products_by_id(connection, ids)
    sold = sold_by_till(connection, store_id, ids)
    nothing = Decimal(0)
    found = {}
    for row in strict:
        if row.product_id not in products:
            continue
        counted = {till_id: sold.get((row.product_id, till_id), nothing) for till_id in sales}
        found[row.product_id] = replace(
            row,
            sold=counted,
            quotas=renewed_quotas(
                row.quotas,
                {till_id: many - row.sold.get(till_id, many) for till_id, many in counted.items()},
                free=max(nothing, row.on_hand - promised.get(row.product_id, nothing)),
                most=row.safety_stock,
                sales=sales,
                unit=products[row.product_id].unit,
            ),
        )
    return found
