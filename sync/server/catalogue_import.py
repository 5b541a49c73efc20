"""Imports a shop's own catalogue from CSV: everything, or nothing and the reasons line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from retail.catalogue import Price, Product
from retail.store import StoreSettings
from sync.protocol import Row
from sync.server.catalogue_csv import MOST_PROBLEMS, Entry, Expectations, Problem, read_catalogue
from sync.server.database.device_rows import store_exists
from sync.server.database.sessions import Database, StreamId
from sync.server.database.shop_rows import CATALOGUE, keys_of_tag, owners_of_codes, read_rows
from sync.server.enrolment import UnknownStore
from sync.server.picture_import import PictureIntake, PictureRefused
from sync.server.streams import Publication, lock_streams, publish, read_head, stream_id

Progress = Callable[[str, int, int], None]
"""Hears which step runs (`read`, `store`), how much of it is done, and how much there is."""

REPORT_EVERY_LINES = 500


class CatalogueRefused(ValueError):
    """A file with problems; nothing of it was imported."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems, the first: {problems[0].message.en}")
        self.problems = tuple(problems)


class ImportResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did; products that stood there already just so are `unchanged`."""

    added: int
    changed: int
    unchanged: int


def import_catalogue(
    database: Database,
    text: str,
    *,
    store_id: str,
    pictures: PictureIntake | None = None,
    on_progress: Progress = lambda _step, _done, _all: None,
) -> ImportResult:
    """Import a catalogue: products for the chain, prices for one store.

    A line whose item number is known changes that product, other lines add one; what the file does
    not name stays. One transaction, one version of each stream: tills see all of it at once. Pictures
    are kept before that, so that no till hears of one that is not there yet; a picture that nobody names
    does no harm. Without `pictures` a line that names one is refused.
    Raises `CatalogueRefused` or `UnknownStore`; then, and after any other error, nothing has changed.
    """
    lines = text.count("\n") + 1
    streams = (stream_id("catalogue", ""), stream_id("prices", store_id))

    def read(connection: Connection) -> tuple[Expectations, list[Entry]]:
        expected = _expectations(connection, store_id)
        entries, problems = read_catalogue(text, expected, _every(on_progress, lines))
        entries = [_with_picture(entry, pictures, problems) for entry in entries]
        if problems:
            raise CatalogueRefused(problems)
        return expected, entries

    with database.read() as connection:
        if not store_exists(connection, store_id):
            raise UnknownStore(store_id)
        stood = [read_head(connection, stream) for stream in streams]
        expected, entries = read(connection)
    on_progress("store", 0, len(entries))
    if pictures is not None:
        pictures.keep()
    with database.write() as connection:
        lock_streams(connection, streams)
        if [read_head(connection, stream) for stream in streams] != stood:
            # Somebody published meanwhile: the file is judged again by what stands there now.
            expected, entries = read(connection)
        result = _store(connection, expected, entries, streams)
    on_progress("store", len(entries), len(entries))
    return result


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """Read a catalogue file; raises `CatalogueRefused` when it is not in that encoding."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = Problem(line=line, column="", code="wrong_encoding", value=encoding)
        raise CatalogueRefused([problem]) from error


def _with_picture(entry: Entry, pictures: PictureIntake | None, problems: list[Problem]) -> Entry:
    file_name = entry.picture_file
    if file_name is None or len(problems) >= MOST_PROBLEMS:
        return entry
    name = ""
    try:
        if file_name:
            if pictures is None:
                raise PictureRefused("picture_not_found")
            name = pictures.name_of(file_name)
    except PictureRefused as refused:
        problems.append(Problem(line=entry.line, column="picture", code=refused.code, value=file_name))
    return msgspec.structs.replace(entry, product=msgspec.structs.replace(entry.product, picture=name))


def _every(on_progress: Progress, lines: int) -> Callable[[int], None]:
    def on_line(line: int) -> None:
        if line % REPORT_EVERY_LINES == 0 or line == lines:
            on_progress("read", line, lines)

    return on_line


def _expectations(connection: Connection, store_id: str) -> Expectations:
    settings = read_rows(connection, stream_id("settings", store_id), "store_settings", StoreSettings)
    products = read_rows(connection, stream_id("catalogue", ""), "product", Product)
    return Expectations(
        category_ids=frozenset(keys_of_tag(connection, CATALOGUE, "category")),
        tax_class_ids=frozenset(keys_of_tag(connection, CATALOGUE, "tax_class")),
        currency_digits=settings[0].currency_digits if settings else 2,
        products={product.sku: product for product in products},
    )


def _store(
    connection: Connection, expected: Expectations, entries: Sequence[Entry], streams: Sequence[StreamId]
) -> ImportResult:
    taken = list(_codes_of_others(connection, entries))
    if taken:
        raise CatalogueRefused(taken)
    catalogue, prices = streams
    products: list[Row] = [entry.product for entry in entries]
    priced: list[Row] = [
        Price(product_id=entry.product.product_id, unit_price_minor=entry.unit_price_minor)
        for entry in entries
        if entry.unit_price_minor is not None
    ]
    unpriced = [f"price:{entry.product.product_id}" for entry in entries if entry.unit_price_minor is None]
    held = _held_prices(connection, prices)
    publish(
        connection,
        {catalogue: Publication(puts=products), prices: Publication(puts=priced, removes=unpriced)},
    )
    known = [entry for entry in entries if entry.product.sku in expected.products]
    unchanged = sum(
        expected.products[entry.product.sku] == entry.product
        and held.get(entry.product.product_id) == entry.unit_price_minor
        for entry in known
    )
    return ImportResult(added=len(entries) - len(known), changed=len(known) - unchanged, unchanged=unchanged)


def _held_prices(connection: Connection, prices: StreamId) -> dict[str, Decimal | None]:
    held = read_rows(connection, prices, "price", Price)
    return {price.product_id: price.unit_price_minor for price in held}


def _codes_of_others(connection: Connection, entries: Sequence[Entry]) -> Iterator[Problem]:
    """Name codes that belong to products which the file does not touch."""
    own = {entry.product.product_id for entry in entries}
    claims = {code: entry for entry in entries for code in entry.product.codes}
    for code, owner in owners_of_codes(connection, claims).items():
        if owner not in own:
            yield Problem(line=claims[code].line, column="codes", code="code_taken", value=code)
