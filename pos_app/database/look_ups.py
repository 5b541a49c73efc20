"""The tables that find a product or a member: codes, categories, popularity and text search.

They are made from the rows of a stream and always change in the same transaction as those rows.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects import sqlite

from pos_app.database.cache_tables import STAGED, metadata, staged_metadata
from retail.catalogue import Product
from retail.member import Member
from retail.search_text import RANK_STEP, codes_of, member_text, product_texts, rank_base

_log = logging.getLogger(__name__)

Bodies = Mapping[str, bytes | None]
"""Row bodies by stream key; None for a row that is absent."""


class LookUps(Protocol):
    """How one stream's look-up tables follow its rows."""

    def stage(self, connection: Connection, rows: Sequence[tuple[str, bytes]], staged_before: int) -> None:
        """Fill the staged tables from a page of a snapshot; the text search is made from them later."""

    def change(self, connection: Connection, before: Bodies, after: Bodies) -> None:
        """Follow a change of rows; both mappings have the same keys."""


class ProductLookUps:
    """`product_ranks`, `product_codes`, `category_products` and `product_search`."""

    _decoder = msgspec.json.Decoder(Product)
    _prefix = "product:"

    def __init__(self) -> None:
        ranks = metadata.tables["product_ranks"]
        codes = metadata.tables["product_codes"]
        categories = metadata.tables["category_products"]
        self._rank_of = select(ranks.c.rank).where(ranks.c.product_id == bindparam("product"))
        self._last_rank = select(func.max(ranks.c.rank)).where(
            ranks.c.rank >= bindparam("base"), ranks.c.rank < bindparam("base") + RANK_STEP
        )
        self._insert_rank = insert(ranks)
        self._delete_rank = delete(ranks).where(ranks.c.rank == bindparam("of_rank"))
        self._update_category = (
            update(ranks)
            .where(ranks.c.rank == bindparam("of_rank"))
            .values(category_id=bindparam("new_category"))
        )
        self._insert_codes = insert(codes).prefix_with("OR IGNORE")
        self._delete_code = delete(codes).where(
            codes.c.code == bindparam("of_code"), codes.c.product_id == bindparam("of_product")
        )
        self._insert_category = insert(categories)
        self._delete_category = delete(categories).where(
            categories.c.category_id == bindparam("of_category"), categories.c.rank == bindparam("of_rank")
        )
        self._staged = _bulk_inserts("product_ranks", "product_codes", "category_products", "product_texts")
        self._search = _insert_search("product_search", "names, sounds", ":names, :sounds")

    def stage(self, connection: Connection, rows: Sequence[tuple[str, bytes]], staged_before: int) -> None:
        """Fill the staged tables; see `LookUps`."""
        ranks, codes, categories, texts = [], [], [], []
        for number, (key, body) in enumerate(rows, staged_before):
            product = self._product(key, body)
            if product is None:
                continue
            rank = rank_base(product.popularity) + number
            ranks.append((rank, product.product_id, product.category_id))
            categories.append((product.category_id, rank))
            codes += [(code, product.product_id) for code in codes_of(product)]
            texts.append((rank, *product_texts(product)))
        for table in (ranks, categories, texts):
            table.sort()
        _run_bulk(connection, self._staged, ranks, codes, categories, texts)

    def change(self, connection: Connection, before: Bodies, after: Bodies) -> None:
        """Follow a change of products; see `LookUps`."""
        written: list[dict[str, Any]] = []
        for key, old_body in before.items():
            old = None if old_body is None else self._product(key, old_body)
            new_body = after[key]
            new = None if new_body is None else self._product(key, new_body)
            if old is not None and new is not None and _same_place(old, new):
                self._change_in_place(connection, old, new, written)
            else:
                if old is not None:
                    self._remove(connection, old)
                if new is not None:
                    self._add(connection, new, written)
        if written:
            # Rising numbers: FTS5 closes a segment whenever a number is lower than the one before it.
            written.sort(key=lambda each: int(each["number"]))
            connection.execute(self._search, written)

    def _change_in_place(
        self, connection: Connection, old: Product, new: Product, written: list[dict[str, Any]]
    ) -> None:
        if old.codes != new.codes or old.sku != new.sku:
            self._remove_codes(connection, old)
            self._add_codes(connection, new)
        if product_texts(old) != product_texts(new):
            rank = connection.execute(self._rank_of, {"product": new.product_id}).scalar_one()
            _remove_search(connection, "product_search", rank)
            names, sounds = product_texts(new)
            written.append({"number": rank, "names": names, "sounds": sounds})

    def _remove(self, connection: Connection, product: Product) -> None:
        rank = connection.execute(self._rank_of, {"product": product.product_id}).scalar()
        if rank is None:
            return
        self._remove_codes(connection, product)
        connection.execute(self._delete_category, {"of_category": product.category_id, "of_rank": rank})
        connection.execute(self._delete_rank, {"of_rank": rank})
        _remove_search(connection, "product_search", rank)

    def _add(self, connection: Connection, product: Product, written: list[dict[str, Any]]) -> None:
        base = rank_base(product.popularity)
        last = connection.execute(self._last_rank, {"base": base}).scalar()
        rank = base if last is None else last + 1
        connection.execute(
            self._insert_rank,
            {"rank": rank, "product_id": product.product_id, "category_id": product.category_id},
        )
        connection.execute(self._insert_category, {"category_id": product.category_id, "rank": rank})
        self._add_codes(connection, product)
        names, sounds = product_texts(product)
        written.append({"number": rank, "names": names, "sounds": sounds})

    def _add_codes(self, connection: Connection, product: Product) -> None:
        codes = [{"code": code, "product_id": product.product_id} for code in codes_of(product)]
        if codes:
            connection.execute(self._insert_codes, codes)

    def _remove_codes(self, connection: Connection, product: Product) -> None:
        codes = [{"of_code": code, "of_product": product.product_id} for code in codes_of(product)]
        if codes:
            connection.execute(self._delete_code, codes)

    def _product(self, key: str, body: bytes) -> Product | None:
        if not key.startswith(self._prefix):
            return None
        try:
            return self._decoder.decode(body)
        except msgspec.DecodeError as error:
            _log.warning("row %s cannot be read and is kept as it came: %s", key, error)
            return None


class MemberLookUps:
    """`member_numbers`, `member_cards` and `member_search`."""

    _decoder = msgspec.json.Decoder(Member)
    _prefix = "member:"

    def __init__(self) -> None:
        numbers = metadata.tables["member_numbers"]
        cards = metadata.tables["member_cards"]
        self._number_of = select(numbers.c.number).where(numbers.c.member_id == bindparam("member"))
        self._last_number = select(func.max(numbers.c.number))
        self._insert_number = insert(numbers)
        self._delete_number = delete(numbers).where(numbers.c.number == bindparam("of_number"))
        self._insert_card = insert(cards)
        self._delete_card = delete(cards).where(
            cards.c.card_number == bindparam("of_card"), cards.c.member_id == bindparam("of_member")
        )
        self._staged = _bulk_inserts("member_numbers", "member_cards", "member_texts")
        self._search = _insert_search("member_search", "names", ":names")

    def stage(self, connection: Connection, rows: Sequence[tuple[str, bytes]], staged_before: int) -> None:
        """Fill the staged tables; see `LookUps`."""
        numbers, cards, texts = [], [], []
        for number, (key, body) in enumerate(rows, staged_before + 1):
            member = self._member(key, body)
            if member is None:
                continue
            numbers.append((number, member.member_id))
            texts.append((number, member_text(member)))
            if member.card_number:
                cards.append((member.card_number, member.member_id))
        _run_bulk(connection, self._staged, numbers, cards, texts)

    def change(self, connection: Connection, before: Bodies, after: Bodies) -> None:
        """Follow a change of members; see `LookUps`."""
        for key, old_body in before.items():
            old = None if old_body is None else self._member(key, old_body)
            new_body = after[key]
            new = None if new_body is None else self._member(key, new_body)
            if old is not None and new is not None and _same_desk_data(old, new):
                continue  # only points or tier: the usual change
            if old is not None:
                self._remove(connection, old)
            if new is not None:
                self._add(connection, new)

    def _remove(self, connection: Connection, member: Member) -> None:
        number = connection.execute(self._number_of, {"member": member.member_id}).scalar()
        if number is None:
            return
        connection.execute(self._delete_card, {"of_card": member.card_number, "of_member": member.member_id})
        connection.execute(self._delete_number, {"of_number": number})
        _remove_search(connection, "member_search", number)

    def _add(self, connection: Connection, member: Member) -> None:
        number = (connection.execute(self._last_number).scalar() or 0) + 1
        connection.execute(self._insert_number, {"number": number, "member_id": member.member_id})
        if member.card_number:
            connection.execute(
                self._insert_card, {"card_number": member.card_number, "member_id": member.member_id}
            )
        connection.execute(self._search, {"number": number, "names": member_text(member)})

    def _member(self, key: str, body: bytes) -> Member | None:
        if not key.startswith(self._prefix):
            return None
        try:
            return self._decoder.decode(body)
        except msgspec.DecodeError as error:
            _log.warning("row %s cannot be read and is kept as it came: %s", key, error)
            return None


def _same_place(old: Product, new: Product) -> bool:
    return old.popularity == new.popularity and old.category_id == new.category_id


def _same_desk_data(old: Member, new: Member) -> bool:
    return member_text(old) == member_text(new) and old.card_number == new.card_number


def bulk_insert(table: Table) -> str:
    """Return the driver's own `INSERT OR REPLACE` of a table, for tuples in the order of its columns.

    A hundred thousand rows as tuples cost a third of the same rows as dictionaries through Core.
    """
    return str(insert(table).prefix_with("OR REPLACE").compile(dialect=sqlite.dialect()))


def _bulk_inserts(*names: str) -> tuple[str, ...]:
    return tuple(bulk_insert(staged_metadata.tables[f"{name}{STAGED}"]) for name in names)


def _run_bulk(connection: Connection, statements: tuple[str, ...], *rows: list[Any]) -> None:
    for statement, parameters in zip(statements, rows, strict=True):
        if parameters:
            connection.exec_driver_sql(statement, parameters)


def _insert_search(table: str, columns: str, values: str) -> Any:
    return text(f"INSERT INTO {table} (rowid, {columns}) VALUES (:number, {values})")  # noqa: S608  # literals of this file


def _remove_search(connection: Connection, table: str, number: int) -> None:
    connection.execute(_REMOVE_SEARCH[table], {"number": number})


_REMOVE_SEARCH = {
    "product_search": text("DELETE FROM product_search WHERE rowid = :number"),
    "member_search": text("DELETE FROM member_search WHERE rowid = :number"),
}

LOOK_UPS: dict[str, LookUps] = {"catalogue": ProductLookUps(), "members": MemberLookUps()}
"""By stream; a stream that is not named here is only its rows."""
