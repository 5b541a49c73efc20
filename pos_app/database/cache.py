"""What the centre told this till, read by the screens and rules: catalogue, prices, members, staff, settings.

Nothing is kept in memory: each question is one statement over indexed tables. Rows that this version
cannot read are left alone in the file and are as if absent here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, TypeVar

import msgspec
from sqlalchemy import bindparam, select, text

from pos_app.database.cache_tables import cursors, metadata
from pos_app.database.connection import Database
from retail.barcode import BarcodeRule
from retail.catalogue import Category, ListPrice, Price, Product, QuickKey, TaxClass, list_price_beginning
from retail.member import Member
from retail.returns.policy import ReturnPolicy
from retail.search_text import code_beginnings, in_order, long_number_queries, search_query
from retail.staff import StaffMember
from retail.store import StoreSettings
from retail.store_rules import RULE_TAGS
from sync.protocol import REQUIRED_STREAMS, STREAM_OF_ROW, STREAMS

_log = logging.getLogger(__name__)

RowType = TypeVar("RowType", bound=msgspec.Struct)


class PricedProduct(msgspec.Struct, frozen=True):
    """A product with this store's price in minor units per selling unit, or None where it has none.

    Found to be sold, it also has its prices on price lists, and the versions of the catalogue and of the
    prices that all this is from (0 when it was found to be shown only).
    """

    product: Product
    unit_price_minor: Decimal | None
    list_prices: tuple[ListPrice, ...] = ()
    catalogue_version: int = 0
    prices_version: int = 0


class PricedQuickKey(msgspec.Struct, frozen=True):
    """A quick key with its product; `found` is None for another action, or when the product is gone."""

    quick_key: QuickKey
    found: PricedProduct | None


class RuleRows(msgspec.Struct, frozen=True):
    """The rows that decide prices, all of one moment, and the versions of the streams they are from."""

    settings: StoreSettings | None
    rows: tuple[object, ...]
    versions: dict[str, int]


_product_decoder = msgspec.json.Decoder(Product)
_price_decoder = msgspec.json.Decoder(Price)

_VERSIONS = (
    "(SELECT after_seq FROM cursors WHERE stream = 'catalogue') AS catalogue_version, "
    "(SELECT after_seq FROM cursors WHERE stream = 'prices') AS prices_version"
)
_PRODUCT = text(
    f"SELECT r.body AS product, p.body AS price, {_VERSIONS} FROM catalogue_rows AS r "  # noqa: S608  # literals only
    "LEFT JOIN prices_rows AS p ON p.key = 'price:' || :id WHERE r.key = 'product:' || :id"
)
_BY_CODE = text(
    f"SELECT r.body AS product, p.body AS price, {_VERSIONS} FROM product_codes AS c "  # noqa: S608  # literals only
    "JOIN catalogue_rows AS r ON r.key = 'product:' || c.product_id "
    "LEFT JOIN prices_rows AS p ON p.key = 'price:' || c.product_id "
    "WHERE c.code = :code LIMIT 1"
)
# The inner query stops at the limit, in the order of the row numbers: the most popular come first, and
# nothing is ranked that is not shown.
_SEARCH = text(
    "SELECT k.product_id, r.body AS product, p.body AS price FROM "
    "(SELECT rowid AS place FROM product_search WHERE product_search MATCH :query "
    "ORDER BY rowid LIMIT :limit) AS f JOIN product_ranks AS k ON k.rank = f.place "
    "JOIN catalogue_rows AS r ON r.key = 'product:' || k.product_id "
    "LEFT JOIN prices_rows AS p ON p.key = 'price:' || k.product_id "
    "ORDER BY f.place"
)
_ANY = text("SELECT 1 FROM product_search WHERE product_search MATCH :query LIMIT 1")
_BY_CODE_PREFIX = text(
    "SELECT c.product_id, r.body AS product, p.body AS price FROM "
    "(SELECT DISTINCT product_id FROM product_codes WHERE code >= :first AND code < :beyond "
    "LIMIT :limit) AS c JOIN catalogue_rows AS r ON r.key = 'product:' || c.product_id "
    "LEFT JOIN prices_rows AS p ON p.key = 'price:' || c.product_id"
)
_IN_CATEGORY = text(
    "SELECT r.body AS product, p.body AS price FROM "
    "(SELECT rank FROM category_products WHERE category_id = :category ORDER BY rank "
    "LIMIT :limit OFFSET :offset) AS f JOIN product_ranks AS k ON k.rank = f.rank "
    "JOIN catalogue_rows AS r ON r.key = 'product:' || k.product_id "
    "LEFT JOIN prices_rows AS p ON p.key = 'price:' || k.product_id "
    "ORDER BY f.rank"
)
_MEMBER = text("SELECT body FROM members_rows WHERE key = :key")
_MEMBER_BY_CARD = text(
    "SELECT r.body FROM member_cards AS c JOIN members_rows AS r ON r.key = 'member:' || c.member_id "
    "WHERE c.card_number = :card LIMIT 1"
)
_MEMBER_SEARCH = text(
    "SELECT r.body FROM (SELECT rowid AS place FROM member_search WHERE member_search MATCH :query "
    "ORDER BY rowid LIMIT :limit) AS f JOIN member_numbers AS n ON n.number = f.place "
    "JOIN members_rows AS r ON r.key = 'member:' || n.member_id ORDER BY f.place"
)
_rows = {stream: metadata.tables[f"{stream}_rows"] for stream in STREAMS}
_rows_of_tag = {
    tag: select(_rows[stream].c.body)
    .where(_rows[stream].c.key >= f"{tag}:", _rows[stream].c.key < f"{tag};")
    .order_by(_rows[stream].c.key)
    for tag, stream in STREAM_OF_ROW.items()
}
_select_cursors = select(cursors.c.stream, cursors.c.current_at, cursors.c.row_count, cursors.c.after_seq)
_list_prices = select(_rows["prices"].c.body).where(
    _rows["prices"].c.key >= bindparam("first"), _rows["prices"].c.key < bindparam("beyond")
)
_select_current_at = select(cursors.c.current_at).where(cursors.c.stream == bindparam("of_stream"))


class Cache:
    """Questions about the centre's rows. Every one is a short read; any raises `DatabaseProblem`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # ---- products -----------------------------------------------------------------------------

    def product_by_code(self, candidates: Sequence[str]) -> PricedProduct | None:
        """Return the product that has one of these codes; an earlier candidate goes first."""
        with self._database.read() as connection:
            for code in candidates:
                row = connection.execute(_BY_CODE, {"code": code}).first()
                if row is not None:
                    return _to_sell(connection, row)
        return None

    def item_by_plu(self, item_code: str) -> PricedProduct | None:
        """Return the product behind the item number of a scale label, with or without leading zeros."""
        stripped = item_code.lstrip("0")
        return self.product_by_code((item_code,) if stripped == item_code else (item_code, stripped))

    def product(self, product_id: str) -> PricedProduct | None:
        """Return a product by its id."""
        with self._database.read() as connection:
            row = connection.execute(_PRODUCT, {"id": product_id}).first()
            return None if row is None else _to_sell(connection, row)

    def search(self, typed: str, limit: int = 20) -> tuple[PricedProduct, ...]:
        """Return products for what was typed so far, the most popular first.

        Every word must begin a word of the name (either language), the pinyin or the initials; digits also
        begin a code, and a code or SKU is found by its beginning.
        """
        query = search_query(typed)
        with self._database.read() as connection:
            by_code = _by_code_prefix(connection, typed, limit)
            by_text = _by_text(connection, typed, query, limit) if query else []
        rows = {row.product_id: row for row in (*by_code, *by_text)}
        ordered = in_order(typed, [row.product_id for row in by_text], [row.product_id for row in by_code])
        first = [rows[product_id] for product_id in ordered[:limit]]
        return tuple(each for each in map(_priced, first) if each is not None)

    def products_in(self, category_id: str, limit: int = 200, offset: int = 0) -> tuple[PricedProduct, ...]:
        """Return a category's products, the most popular first."""
        with self._database.read() as connection:
            rows = connection.execute(
                _IN_CATEGORY, {"category": category_id, "limit": limit, "offset": offset}
            ).all()
        return tuple(each for each in map(_priced, rows) if each is not None)

    def categories(self) -> tuple[Category, ...]:
        """Return the categories in the order of their tabs."""
        found = self._all("category", Category)
        return tuple(sorted(found, key=lambda each: (each.position, each.category_id)))

    def quick_keys(self) -> tuple[PricedQuickKey, ...]:
        """Return the tiles of the first page in order, each with its product and price."""
        keys = sorted(self._all("quick_key", QuickKey), key=lambda each: each.position)
        with self._database.read() as connection:
            rows = [connection.execute(_PRODUCT, {"id": key.product_id}).first() for key in keys]
        return tuple(
            PricedQuickKey(key, None if row is None else _priced(row))
            for key, row in zip(keys, rows, strict=True)
        )

    # ---- people -------------------------------------------------------------------------------

    def member_by_card(self, number: str) -> Member | None:
        """Return the member with this card number."""
        with self._database.read() as connection:
            body = connection.execute(_MEMBER_BY_CARD, {"card": number}).scalar()
        return None if body is None else next(iter(_decoded([body], Member)), None)

    def member(self, member_id: str) -> Member | None:
        """Return the member with this id."""
        with self._database.read() as connection:
            body = connection.execute(_MEMBER, {"key": f"member:{member_id}"}).scalar()
        return None if body is None else next(iter(_decoded([body], Member)), None)

    def member_search(self, typed: str, limit: int = 20) -> tuple[Member, ...]:
        """Return members by the beginning of a name, of the card number, or by the last digits of either."""
        query = search_query(typed)
        if not query:
            return ()
        with self._database.read() as connection:
            bodies = connection.execute(_MEMBER_SEARCH, {"query": query, "limit": limit}).scalars().all()
        return tuple(_decoded(bodies, Member))

    def staff(self) -> tuple[StaffMember, ...]:
        """Return everybody who may work in this store, by id."""
        return self._all("staff", StaffMember)

    def staff_by_badge(self, code: str) -> StaffMember | None:
        """Return the staff member with this badge."""
        return next((each for each in self.staff() if each.badge_code and each.badge_code == code), None)

    # ---- rules --------------------------------------------------------------------------------

    def rules(self) -> RuleRows:
        """Return everything that decides prices in this store, besides the prices of its products."""
        with self._database.read() as connection:
            bodies = {
                tag: connection.execute(_rows_of_tag[tag]).scalars().all()
                for tag in ("store_settings", *RULE_TAGS)
            }
            versions = {row.stream: int(row.after_seq) for row in connection.execute(_select_cursors)}
        return RuleRows(
            settings=next(iter(_decoded(bodies["store_settings"], StoreSettings)), None),
            rows=tuple(
                chain.from_iterable(_decoded(bodies[tag], row_type) for tag, row_type in RULE_TAGS.items())
            ),
            versions=versions,
        )

    def settings(self) -> StoreSettings | None:
        """Return the store's settings, or None before the first synchronisation."""
        return next(iter(self._all("store_settings", StoreSettings)), None)

    def return_policy(self) -> ReturnPolicy:
        """Return what this store takes back; the usual policy where the centre has sent none."""
        return next(iter(self._all("return_policy", ReturnPolicy)), ReturnPolicy())

    def tax_classes(self) -> tuple[TaxClass, ...]:
        """Return the tax classes by id."""
        return self._all("tax_class", TaxClass)

    def barcode_rules(self) -> tuple[BarcodeRule, ...]:
        """Return the rules for in-store numbers in the order in which they are tried."""
        return tuple(sorted(self._all("barcode_rule", BarcodeRule), key=lambda each: each.position))

    # ---- the cache itself ---------------------------------------------------------------------

    def is_ready(self) -> bool:
        """Say whether everything that selling needs has arrived once."""
        with self._database.read() as connection:
            arrived = {row.stream for row in connection.execute(_select_cursors)}
        return arrived.issuperset(REQUIRED_STREAMS)

    def as_of(self, stream: str = "") -> str:
        """Return when a stream was last known to be complete; without a name, the oldest of those needed.

        RFC 3339 local time; empty when something needed never arrived.
        """
        with self._database.read() as connection:
            if stream:
                return connection.execute(_select_current_at, {"of_stream": stream}).scalar() or ""
            known = {row.stream: str(row.current_at) for row in connection.execute(_select_cursors)}
        return min(known.get(each, "") for each in REQUIRED_STREAMS)

    def counts(self) -> dict[str, int]:
        """Return how many rows each stream holds here, for diagnostics."""
        with self._database.read() as connection:
            return {row.stream: row.row_count for row in connection.execute(_select_cursors)}

    # ---- inside -------------------------------------------------------------------------------

    def _all(self, tag: str, row_type: type[RowType]) -> tuple[RowType, ...]:
        with self._database.read() as connection:
            bodies = connection.execute(_rows_of_tag[tag]).scalars().all()
        return tuple(_decoded(bodies, row_type))


def _by_text(connection: Any, typed: str, query: str, limit: int) -> Sequence[Any]:
    for number in long_number_queries(typed):
        if connection.execute(_ANY, {"query": number}).first() is None:
            return ()
    rows: Sequence[Any] = connection.execute(_SEARCH, {"query": query, "limit": limit}).all()
    return rows


def _by_code_prefix(connection: Any, typed: str, limit: int) -> list[Any]:
    """Return rows whose code or SKU begins with what was typed, as typed or in capitals."""
    found: list[Any] = []
    for beginning in code_beginnings(typed):
        beyond = beginning + "\U0010ffff"
        bounds = {"first": beginning, "beyond": beyond, "limit": limit}
        found += connection.execute(_BY_CODE_PREFIX, bounds).all()
    return found


def _priced(row: Any) -> PricedProduct | None:
    try:
        product = _product_decoder.decode(row.product)
        price = None if row.price is None else _price_decoder.decode(row.price).unit_price_minor
    except msgspec.DecodeError as error:
        _log.warning("a product row cannot be read: %s", error)
        return None
    return PricedProduct(product, price)


def _to_sell(connection: Any, row: Any) -> PricedProduct | None:
    """Add to a product what selling it needs: its prices on lists, and what all of it is from."""
    found = _priced(row)
    if found is None:
        return None
    beginning = f"list_price:{list_price_beginning(found.product.product_id)}"
    bounds = {"first": beginning, "beyond": beginning + "\U0010ffff"}
    return msgspec.structs.replace(
        found,
        list_prices=tuple(_decoded(connection.execute(_list_prices, bounds).scalars(), ListPrice)),
        catalogue_version=int(row.catalogue_version or 0),
        prices_version=int(row.prices_version or 0),
    )


_decoders: dict[type, Callable[[bytes], Any]] = {
    row_type: msgspec.json.Decoder(row_type).decode
    for row_type in (
        Category,
        QuickKey,
        Member,
        StaffMember,
        BarcodeRule,
        StoreSettings,
        ListPrice,
        ReturnPolicy,
        *RULE_TAGS.values(),
    )
}


def _decoded(bodies: Iterable[bytes], row_type: type[RowType]) -> Iterable[RowType]:
    decode = _decoders[row_type]
    for body in bodies:
        try:
            yield decode(body)
        except msgspec.DecodeError as error:
            _log.warning("a %s row cannot be read: %s", row_type.__name__, error)
