"""The storefront's look-ups: a SQLite file of its own, beside whatever database the centre has.

It is made from the catalogue stream and can be made again at any time. Ranks, texts and codes are those of
`retail.search_text`, so the same words find the same goods in the same order as at a till.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, text

from retail.catalogue import Product
from retail.search_text import (
    PREFIXES,
    RANK_STEP,
    TOKENIZER,
    code_beginnings,
    codes_of,
    in_order,
    product_texts,
    rank_base,
    search_query,
)

LAYOUT: Final = 2
"""Raised when these tables or the ranks in them change: a file of another layout is made anew."""

_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS standing "
    "(layout INTEGER NOT NULL, epoch TEXT NOT NULL, version INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS product_rank "
    "(rank INTEGER PRIMARY KEY, product_id TEXT NOT NULL UNIQUE, category_id TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS category_product "
    "(category_id TEXT NOT NULL, rank INTEGER NOT NULL, product_id TEXT NOT NULL, "
    "PRIMARY KEY (category_id, rank)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS product_code "
    "(code TEXT NOT NULL, product_id TEXT NOT NULL, PRIMARY KEY (code, product_id)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS product_code_owner ON product_code (product_id)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS product_search USING fts5(names, sounds, content='', "
    f"contentless_delete=1, tokenize='{TOKENIZER}', prefix='{PREFIXES}')",
)
_EMPTY: Final = (
    "DELETE FROM standing",
    "DELETE FROM product_rank",
    "DELETE FROM category_product",
    "DELETE FROM product_code",
    "INSERT INTO product_search(product_search) VALUES('delete-all')",
)
_FORGET: Final = (
    "DROP TABLE IF EXISTS standing",
    "DROP TABLE IF EXISTS product_rank",
    "DROP TABLE IF EXISTS category_product",
    "DROP TABLE IF EXISTS product_code",
    "DROP TABLE IF EXISTS product_search",
)
_INSERT_RANK: Final = "INSERT INTO product_rank (rank, product_id, category_id) VALUES (?, ?, ?)"
_INSERT_CATEGORY: Final = "INSERT INTO category_product (category_id, rank, product_id) VALUES (?, ?, ?)"
_INSERT_CODE: Final = "INSERT OR IGNORE INTO product_code (code, product_id) VALUES (?, ?)"
_INSERT_TEXT: Final = "INSERT INTO product_search (rowid, names, sounds) VALUES (?, ?, ?)"

_RANK_OF: Final = text("SELECT rank, category_id FROM product_rank WHERE product_id = :product")
_LAST_RANK: Final = text("SELECT max(rank) FROM product_rank WHERE rank >= :base AND rank < :beyond")
_REMOVE: Final = (
    text("DELETE FROM product_code WHERE product_id = :product"),
    text("DELETE FROM category_product WHERE category_id = :category AND rank = :rank"),
    text("DELETE FROM product_rank WHERE rank = :rank"),
    text("DELETE FROM product_search WHERE rowid = :rank"),
)
# As at the till: the query stops at the limit in the order of the ranks; nothing is ranked that is not shown.
_SEARCH: Final = text(
    "SELECT k.product_id FROM (SELECT rowid AS place FROM product_search WHERE product_search MATCH :query "
    "ORDER BY rowid LIMIT :limit) AS f JOIN product_rank AS k ON k.rank = f.place ORDER BY f.place"
)
_BY_CODE: Final = text(
    "SELECT DISTINCT product_id FROM product_code WHERE code >= :first AND code < :beyond LIMIT :limit"
)
_IN_CATEGORY: Final = text(
    "SELECT rank, product_id FROM category_product WHERE category_id = :category AND rank > :after "
    "ORDER BY rank LIMIT :limit"
)
_BEFORE_IN_CATEGORY: Final = text(
    "SELECT rank, product_id FROM category_product WHERE category_id = :category AND rank < :before "
    "ORDER BY rank DESC LIMIT :limit"
)
_POPULAR: Final = text("SELECT product_id FROM product_rank ORDER BY rank LIMIT :limit")
_COUNTS: Final = text("SELECT category_id, count(*) FROM category_product GROUP BY category_id")


class Standing(msgspec.Struct, frozen=True):
    """Which catalogue the file was made from: the centre's epoch, and the version of the stream."""

    epoch: str
    version: int


class Ranked(msgspec.Struct, frozen=True):
    """A product and its place; places rise from the most popular on."""

    rank: int
    product_id: str


def make_tables(connection: Connection) -> None:
    """Have the tables of this layout; those of another are thrown away."""
    connection.execute(text(_TABLES[0]))
    layouts = connection.execute(text("SELECT layout FROM standing")).scalars().all()
    if any(layout != LAYOUT for layout in layouts):
        for statement in _FORGET:
            connection.execute(text(statement))
    for statement in _TABLES:
        connection.execute(text(statement))


def read_standing(connection: Connection) -> Standing | None:
    """Return what the file was made from, None when it never was."""
    row = connection.execute(text("SELECT epoch, version FROM standing")).first()
    return None if row is None else Standing(row.epoch, row.version)


def rebuild(connection: Connection, products: Iterable[Product], standing: Standing) -> None:
    """Make everything anew; products come in the order of their keys, as in a till's first snapshot."""
    ranks: list[tuple[int, str, str]] = []
    texts: list[tuple[int, str, str]] = []
    codes: list[tuple[str, str]] = []
    for number, product in enumerate(products):
        rank = rank_base(product.popularity) + number
        ranks.append((rank, product.product_id, product.category_id))
        texts.append((rank, *product_texts(product)))
        codes += [(code, product.product_id) for code in codes_of(product)]
    for statement in _EMPTY:
        connection.execute(text(statement))
    # Rising numbers: FTS5 closes a segment whenever a number is lower than the one before it.
    _insert(connection, _INSERT_RANK, sorted(ranks))
    _insert(connection, _INSERT_CATEGORY, sorted((category, rank, one) for rank, one, category in ranks))
    _insert(connection, _INSERT_CODE, sorted(codes))
    _insert(connection, _INSERT_TEXT, sorted(texts))
    _stand(connection, standing)


def follow(connection: Connection, changes: Mapping[str, Product | None], standing: Standing) -> None:
    """Follow changes by product id, None for a product that is gone. A place among equals is kept as the till
    keeps it: whoever changes popularity or category goes behind those that were there."""
    for product_id, product in changes.items():
        found = connection.execute(_RANK_OF, {"product": product_id}).first()
        if found is not None:
            about = {"product": product_id, "rank": found.rank, "category": found.category_id}
            for statement in _REMOVE:
                connection.execute(statement, about)
        if product is None:
            continue
        base = rank_base(product.popularity)
        stays = (
            found is not None
            and found.category_id == product.category_id
            and base <= found.rank < base + RANK_STEP
        )
        rank = found.rank if found is not None and stays else _next_rank(connection, base)
        _insert(connection, _INSERT_RANK, [(rank, product_id, product.category_id)])
        _insert(connection, _INSERT_CATEGORY, [(product.category_id, rank, product_id)])
        _insert(connection, _INSERT_CODE, [(code, product_id) for code in codes_of(product)])
        _insert(connection, _INSERT_TEXT, [(rank, *product_texts(product))])
    _stand(connection, standing)


def find(connection: Connection, typed: str, limit: int) -> tuple[str, ...]:
    """Return the ids of products for what was typed, in the till's order."""
    query = search_query(typed)
    by_code: list[str] = []
    for beginning in code_beginnings(typed):
        bounds = {"first": beginning, "beyond": beginning + "\U0010ffff", "limit": limit}
        by_code += connection.execute(_BY_CODE, bounds).scalars()
    by_text = connection.execute(_SEARCH, {"query": query, "limit": limit}).scalars().all() if query else ()
    return in_order(typed, by_text, by_code)[:limit]


def after_in_category(connection: Connection, category_id: str, after: int, limit: int) -> list[Ranked]:
    """Return products of a category behind a place, the most popular first; -1 is the beginning."""
    found = connection.execute(_IN_CATEGORY, {"category": category_id, "after": after, "limit": limit})
    return [Ranked(rank, product_id) for rank, product_id in found]


def before_in_category(connection: Connection, category_id: str, before: int, limit: int) -> list[Ranked]:
    """Return the products of a category that stand right before a place, the most popular first."""
    found = connection.execute(
        _BEFORE_IN_CATEGORY, {"category": category_id, "before": before, "limit": limit}
    )
    return [Ranked(rank, product_id) for rank, product_id in found][::-1]


def most_popular(connection: Connection, limit: int) -> tuple[str, ...]:
    """Return the ids of the most popular products."""
    return tuple(connection.execute(_POPULAR, {"limit": limit}).scalars())


def count_by_category(connection: Connection) -> dict[str, int]:
    """Return how many products each category has."""
    return dict(connection.execute(_COUNTS).all())


def _next_rank(connection: Connection, base: int) -> int:
    last: int | None = connection.execute(_LAST_RANK, {"base": base, "beyond": base + RANK_STEP}).scalar()
    return base if last is None else last + 1


def _insert(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert tuples through the driver: they cost a third of dictionaries through Core."""
    if rows:
        connection.exec_driver_sql(statement, list(rows))


def _stand(connection: Connection, standing: Standing) -> None:
    connection.execute(text("DELETE FROM standing"))
    connection.execute(
        text("INSERT INTO standing (layout, epoch, version) VALUES (:layout, :epoch, :version)"),
        {"layout": LAYOUT, "epoch": standing.epoch, "version": standing.version},
    )
