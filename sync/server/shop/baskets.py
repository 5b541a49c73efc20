"""Keeps the visitors' baskets: found by the browser's random session, which itself is never stored."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable

import msgspec
from sqlalchemy import Connection

from sync.server.clock import now_text
from sync.server.database.basket_rows import make_basket, read_basket, write_basket
from sync.server.database.sessions import Database
from sync.server.shop.basket import ShopBasket

_encode = msgspec.json.Encoder(decimal_format="string").encode
_decode = msgspec.json.Decoder(ShopBasket).decode


class Baskets:
    """One basket for each browser and store. Two tabs change the same one, in turn."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, connection: Connection, session: str, store_id: str) -> ShopBasket | None:
        """Return the basket as it stands, None when there is none (any more)."""
        body = read_basket(connection, _key(session, store_id)) if session else None
        return None if body is None else _decode(body)

    def change(self, session: str, store_id: str, step: Callable[[ShopBasket], ShopBasket]) -> ShopBasket:
        """Take a step from the basket as it stands, and keep it; an error of the step leaves it as it was.

        A basket that is not there is a new one.
        """
        key, now = _key(session, store_id), now_text()
        with self._database.write() as connection:
            body = read_basket(connection, key, lock=True)
            if body is None:
                make_basket(connection, key, store_id, _encode(new_basket()).decode(), now)
                body = read_basket(connection, key, lock=True)
            assert body is not None, "made a moment ago, under this transaction"
            basket = _decode(body)
            changed = step(basket)
            if changed != basket:
                write_basket(connection, key, _encode(changed).decode(), now)
        return changed


def new_basket() -> ShopBasket:
    """Return an empty basket."""
    return ShopBasket(reference=new_reference())


def new_reference() -> str:
    """Return a reference that no other order has."""
    return uuid.uuid4().hex


def _key(session: str, store_id: str) -> str:
    """Return under which key a basket is kept: who reads the database cannot take it over."""
    return hashlib.blake2b(f"{session}\n{store_id}".encode(), digest_size=20).hexdigest()
