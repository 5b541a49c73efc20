"""The tables that find a product or a member: codes, categories, popularity and text search.

They are made from the rows of a stream and always change in the same transaction as those rows.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

import msgspec
from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from pos_app.database.cache_tables import STAGED, metadata
from retail.catalogue import LocalisedText
from retail.member import Member
from retail.search_text import RANK_STEP, codes_of, member_text, product_texts, rank_base

_log = logging.getLogger(__name__)

Bodies = Mapping[str, bytes | None]
"""Row bodies by stream key; None for a row that is absent."""


Prepared = dict[str, list[Any]]
"""What some rows of a snapshot add to staged tables: the rows of each, one after the other, by column."""

Texts = list[tuple[Any, ...]]
"""What some rows add to the text search: a number and its texts for each."""


class PlacedProduct(msgspec.Struct, frozen=True, gc=False, tag="product", tag_field="row"):
    """Of a product's row, what its rank, its category and its codes are made of.

    Reading no more than is needed is several times faster.
    """

    product_id: str
    sku: str
    category_id: str
    codes: tuple[str, ...] = ()
    popularity: int = 0


class FindableProduct(PlacedProduct, frozen=True, gc=False, kw_only=True, tag="product", tag_field="row"):
    """Of a product's row, all that it is found by."""

    name: LocalisedText
    pinyin: str = ""
    initials: str = ""


class LookUps(Protocol):
    """How one stream's look-up tables follow its rows."""

    def prepare(self, keys: Sequence[str], bodies: Sequence[bytes], before: int) -> Prepared:
        """Return what rows of a snapshot add, after `before` others; touches no database."""

    def texts(self, keys: Sequence[str], bodies: Sequence[bytes], before: int) -> Texts:
        """Return what the same rows add to the text search; touches no database."""

    def complete(self, connection: Connection) -> None:
        """Fill the staged tables that are made from others, once every row is in."""

    def change(self, connection: Connection, before: Bodies, after: Bodies) -> None:
        """Follow a change of rows; both mappings have the same keys."""


class ProductLookUps:
    """`product_ranks`, `product_codes`, `category_products` and `product_search`."""

    _decoder = msgspec.json.Decoder(FindableProduct)
    _place_decoder = msgspec.json.Decoder(PlacedProduct)
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
        self._search = _insert_search("product_search", "names, sounds", ":names, :sounds")

    def prepare(self, keys: Sequence[str], bodies: Sequence[bytes], before: int) -> Prepared:
        """Return what products add; see `LookUps`."""
        numbers, found = _read(self._place_decoder, self._prefix, keys, bodies, before)
        ranks: list[Any] = [None] * (3 * len(found))
        ranks[::3] = _ranks(numbers, found)
        ranks[1::3] = [product.product_id for product in found]
        ranks[2::3] = [product.category_id for product in found]
        codes: list[Any] = []
        for product in found:
            for code in codes_of(product):
                codes += (code, product.product_id)
        return {"product_ranks": ranks, "gathered_codes": codes}

    def texts(self, keys: Sequence[str], bodies: Sequence[bytes], before: int) -> Texts:
        """Return what products add to the text search; see `LookUps`."""
        numbers, found = _read(self._decoder, self._prefix, keys, bodies, before)
        return [
            (rank, *product_texts(product))
            for rank, product in zip(_ranks(numbers, found), found, strict=True)
        ]

    def complete(self, connection: Connection) -> None:
        """Fill the codes and the categories in the order of their keys; see `LookUps`."""
        for statement in _COMPLETE_PRODUCTS:
            connection.exec_driver_sql(statement)

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
        self,
        connection: Connection,
        old: FindableProduct,
        new: FindableProduct,
        written: list[dict[str, Any]],
    ) -> None:
        if old.codes != new.codes or old.sku != new.sku:
            self._remove_codes(connection, old)
            self._add_codes(connection, new)
        if product_texts(old) != product_texts(new):
            rank = connection.execute(self._rank_of, {"product": new.product_id}).scalar_one()
            _remove_search(connection, "product_search", rank)
            names, sounds = product_texts(new)
            written.append({"number": rank, "names": names, "sounds": sounds})

    def _remove(self, connection: Connection, product: FindableProduct) -> None:
        rank = connection.execute(self._rank_of, {"product": product.product_id}).scalar()
        if rank is None:
            return
        self._remove_codes(connection, product)
        connection.execute(self._delete_category, {"of_category": product.category_id, "of_rank": rank})
        connection.execute(self._delete_rank, {"of_rank": rank})
        _remove_search(connection, "product_search", rank)

    def _add(self, connection: Connection, product: FindableProduct, written: list[dict[str, Any]]) -> None:
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

    def _add_codes(self, connection: Connection, product: FindableProduct) -> None:
        codes = [{"code": code, "product_id": product.product_id} for code in codes_of(product)]
        if codes:
            connection.execute(self._insert_codes, codes)

    def _remove_codes(self, connection: Connection, product: FindableProduct) -> None:
        codes = [{"of_code": code, "of_product": product.product_id} for code in codes_of(product)]
        if codes:
            connection.execute(self._delete_code, codes)

    def _product(self, key: str, body: bytes) -> FindableProduct | None:
        return _read_one(self._decoder, self._prefix, key, body)


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
        self._search = _insert_search("member_search", "names", ":names")

    def prepare(self, keys: Sequence[str], bodies: Sequence[bytes], before: int) -> Prepared:
        """Return what members add; see `LookUps`."""
        numbers: list[Any] = []
        cards: list[Any] = []
        for number, member in zip(*_read(self._decoder, self._prefix, keys, bodies, before + 1), strict=True):
            numbers += (number, member.member_id)
            if member.card_number:
                cards += (member.card_number, member.member_id)
        return {"member_numbers": numbers, "member_cards": cards}

    def texts(self, keys: Sequence[str], bodies: Sequence[bytes], before: int) -> Texts:
        """Return what members add to the text search; see `LookUps`."""
        numbers, found = _read(self._decoder, self._prefix, keys, bodies, before + 1)
        return [(number, member_text(member)) for number, member in zip(numbers, found, strict=True)]

    def complete(self, connection: Connection) -> None:
        """Do nothing: every table is filled as rows come; see `LookUps`."""

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
        return _read_one(self._decoder, self._prefix, key, body)


RowT = TypeVar("RowT")


def _read(
    decoder: msgspec.json.Decoder[RowT], prefix: str, keys: Sequence[str], bodies: Sequence[bytes], first: int
) -> tuple[Sequence[int], list[RowT]]:
    """Return the numbers of the rows whose keys begin so, counted from `first`, and those rows.

    In two lists, as a tuple for each row has the garbage collector look at all of them again and again.
    """
    try:
        # All in one step of the decoder: most of the time is spent in its C code, not between its calls.
        found = decoder.decode_lines(b"\n".join(bodies))
    except msgspec.DecodeError:
        found = []
    if len(found) == len(bodies):
        return range(first, first + len(found)), found
    numbers, found = [], []
    for number, (key, body) in enumerate(zip(keys, bodies, strict=True), first):
        row = _read_one(decoder, prefix, key, body)
        if row is not None:
            numbers.append(number)
            found.append(row)
    return numbers, found


def _ranks(numbers: Sequence[int], products: Sequence[PlacedProduct]) -> list[int]:
    return [rank_base(product.popularity) + number for number, product in zip(numbers, products, strict=True)]


def _read_one(decoder: msgspec.json.Decoder[RowT], prefix: str, key: str, body: bytes) -> RowT | None:
    if not key.startswith(prefix):
        return None
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        _log.warning("row %s cannot be read and is kept as it came: %s", key, error)
        return None


def _same_place(old: FindableProduct, new: FindableProduct) -> bool:
    return rank_base(old.popularity) == rank_base(new.popularity) and old.category_id == new.category_id


def _same_desk_data(old: Member, new: Member) -> bool:
    return member_text(old) == member_text(new) and old.card_number == new.card_number


def _insert_search(table: str, columns: str, values: str) -> Any:
    return text(f"INSERT INTO {table} (rowid, {columns}) VALUES (:number, {values})")  # noqa: S608  # literals of this file


def _remove_search(connection: Connection, table: str, number: int) -> None:
    connection.execute(_REMOVE_SEARCH[table], {"number": number})


_REMOVE_SEARCH = {
    "product_search": text("DELETE FROM product_search WHERE rowid = :number"),
    "member_search": text("DELETE FROM member_search WHERE rowid = :number"),
}

_COMPLETE_PRODUCTS = (
    f"INSERT OR IGNORE INTO product_codes{STAGED} (code, product_id) "  # noqa: S608  # names of our own tables
    f"SELECT code, product_id FROM gathered_codes{STAGED} ORDER BY code, product_id",
    f"INSERT INTO category_products{STAGED} (category_id, rank) "  # noqa: S608  # as above
    f"SELECT category_id, rank FROM product_ranks{STAGED} ORDER BY category_id, rank",
)

LOOK_UPS: dict[str, LookUps] = {"catalogue": ProductLookUps(), "members": MemberLookUps()}
"""By stream; a stream that is not named here is only its rows."""
