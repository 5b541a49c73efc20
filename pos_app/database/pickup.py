"""Online orders and stock as this till has them: the centre's rows, and what the till itself did since.

Rows and facts live in two files, so nothing here is one transaction of both: the rows are read first, and a
step that they hold already changes nothing when it is applied once more.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple, TypeVar

import msgspec
from sqlalchemy import bindparam, select

from pos_app.database.cache_tables import cursors, metadata
from pos_app.database.changed_keys import ChangedKeys, StreamVersion
from pos_app.database.connection import Database
from pos_app.database.journal_tables import journal, pickup_steps, stock_moves
from pos_app.database.lives import first_unsent_position
from retail.events import PickupStepped
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import PickupOrder
from retail.pickup.steps import Step
from retail.stock import Location
from retail.stock_level import StockLevel

_log = logging.getLogger(__name__)

_KEYS_PER_QUESTION = 500

RowType = TypeVar("RowType")

_orders = metadata.tables["orders_rows"]
_stock = metadata.tables["stock_rows"]
_settings = metadata.tables["settings_rows"]
_select_orders = select(_orders.c.key, _orders.c.body)
_select_some = _select_orders.where(_orders.c.key.in_(bindparam("keys", expanding=True)))
_select_cursor = select(cursors.c.epoch, cursors.c.after_seq, cursors.c.checksum).where(
    cursors.c.stream == "orders"
)
_select_level = select(_stock.c.body).where(_stock.c.key == bindparam("of_key"))
_select_desks = select(_settings.c.body).where(
    _settings.c.key >= "pickup_desk:", _settings.c.key < "pickup_desk;"
)
_select_steps = (
    select(pickup_steps.c.order_id, pickup_steps.c.step_id, journal.c.body)
    .join(journal, journal.c.position == pickup_steps.c.position)
    .where(pickup_steps.c.order_id.in_(bindparam("order_ids", expanding=True)))
    .order_by(pickup_steps.c.position)
)
_first_unsent = first_unsent_position.correlate(None).scalar_subquery()
_select_moves = select(stock_moves.c.quantity).where(
    stock_moves.c.product_id == bindparam("of_product"),
    stock_moves.c.location == bindparam("at"),
    stock_moves.c.position >= _first_unsent,
)

_select_ever_sold = (
    select(stock_moves.c.quantity)
    .join(journal, journal.c.position == stock_moves.c.position)
    .where(
        stock_moves.c.product_id == bindparam("of_product"),
        journal.c.kind.in_(("sale.completed", "sale.returned")),
    )
)
_select_sold = _select_ever_sold.where(stock_moves.c.position >= _first_unsent)

_order_decoder = msgspec.json.Decoder(PickupOrder)
_level_decoder = msgspec.json.Decoder(StockLevel)
_desk_decoder = msgspec.json.Decoder(PickupDesk)
_step_decoder = msgspec.json.Decoder(PickupStepped)


class StoredStep(NamedTuple):
    """A step of this till's journal, not yet decoded."""

    order_id: str
    step_id: str
    body: str

    def step(self) -> Step:
        """Return the step itself."""
        return _step_decoder.decode(self.body).step


class PickupRows:
    """Questions about orders and stock. Every one is a short read; any raises `DatabaseProblem`."""

    def __init__(self, cache: Database, journal_file: Database, changed: ChangedKeys | None = None) -> None:
        self._cache = cache
        self._journal = journal_file
        self._changed = changed or ChangedKeys()

    # ---- orders -------------------------------------------------------------------------------

    def version(self) -> StreamVersion | None:
        """Return what the stored orders are from, None before they arrived."""
        with self._cache.read() as connection:
            row = connection.execute(_select_cursor).first()
        return None if row is None else StreamVersion(row.epoch, row.after_seq, row.checksum)

    def order_bodies(self) -> dict[str, bytes]:
        """Return every order as it came, by its stream key."""
        with self._cache.read() as connection:
            return {row.key: row.body for row in connection.execute(_select_orders)}

    def changed_orders(self, before: StreamVersion, now: StreamVersion) -> dict[str, bytes | None] | None:
        """Return the rows that changed between two states (None: taken away), None when that is not known.

        The rows are those of now, which may be later than the second state: they are looked at again then.
        """
        keys = self._changed.between(before, now)
        if keys is None or len(keys) > _KEYS_PER_QUESTION:
            return None
        found: dict[str, bytes | None] = dict.fromkeys(keys)
        with self._cache.read() as connection:
            found.update(
                (row.key, row.body) for row in connection.execute(_select_some, {"keys": list(keys)})
            )
        return found

    def steps(self, order_ids: Collection[str]) -> Iterator[StoredStep]:
        """Return this till's own steps of these orders, in the order in which they were taken."""
        wanted = list(order_ids)
        for start in range(0, len(wanted), _KEYS_PER_QUESTION):
            some = wanted[start : start + _KEYS_PER_QUESTION]
            with self._journal.read() as connection:
                rows = connection.execute(_select_steps, {"order_ids": some}).all()
            for row in rows:
                yield StoredStep(row.order_id, row.step_id, row.body)

    # ---- the store's rules, stock -------------------------------------------------------------

    def desk(self) -> PickupDesk | None:
        """Return the store's rules of collection, None where it takes no online orders."""
        with self._cache.read() as connection:
            bodies = connection.execute(_select_desks).scalars().all()
        return next(iter(_decoded(bodies, _desk_decoder)), None)

    def level(self, product_id: str) -> StockLevel | None:
        """Return what the centre says of a product's stock here."""
        with self._cache.read() as connection:
            body = connection.execute(_select_level, {"of_key": f"stock_level:{product_id}"}).scalar()
        return None if body is None else next(iter(_decoded([body], _level_decoder)), None)

    def moved_since(self, product_id: str) -> Decimal:
        """Return what this till put on the shelf (negative: took) that the centre has not heard of."""
        with self._journal.read() as connection:
            moved = connection.execute(
                _select_moves, {"of_product": product_id, "at": Location.SHELF.value}
            ).scalars()
            return sum((Decimal(quantity) for quantity in moved), Decimal(0))

    def sold_since(self, product_id: str) -> Decimal:
        """Return what sales (negative) and returns of this till moved that the centre has not heard of."""
        with self._journal.read() as connection:
            moved = connection.execute(_select_sold, {"of_product": product_id}).scalars()
            return sum((Decimal(quantity) for quantity in moved), Decimal(0))

    def ever_sold(self, product_id: str) -> Decimal:
        """Return what sales (negative) and returns of this till moved, as far back as its journal goes."""
        with self._journal.read() as connection:
            moved = connection.execute(_select_ever_sold, {"of_product": product_id}).scalars()
            return sum((Decimal(quantity) for quantity in moved), Decimal(0))


def decoded_order(key: str, body: bytes) -> PickupOrder | None:
    """Return an order from its row; one that this version cannot read is as if absent."""
    try:
        return _order_decoder.decode(body)
    except msgspec.DecodeError as error:
        _log.warning("the order row %s cannot be read: %s", key, error)
        return None


def _decoded(bodies: Sequence[bytes], decoder: msgspec.json.Decoder[RowType]) -> Iterator[RowType]:
    for body in bodies:
        try:
            yield decoder.decode(body)
        except msgspec.DecodeError as error:
            _log.warning("a row of stock or settings cannot be read: %s", error)
