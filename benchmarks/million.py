"""A chain of a million products for the benchmarks, and a centre that has them.

Names are a brand, a quality, a thing and a size, in both languages, so that the text index has what a large
shop's has; codes are scattered over their range, as those of many makers are. Rows go by number, the same in
every run. The centre's folder is kept between runs, under a name that changes with the code that makes it.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from benchmarks import shop
from benchmarks.places import DATA, ROOT, empty_folder
from retail.catalogue import ListPrice, LocalisedText, Price, Product
from retail.price_list import PriceList
from sync.protocol import STREAM_OF_ROW, Row, row_checksum
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.sessions import StreamId
from sync.server.settings import Settings
from sync.server.streams import Publication, key_of, publish, stream_id, tag_of

PRODUCTS = 1_000_000
EVERY_NTH_LISTED = 10
"""Every tenth product has a price for members besides its own."""

STORE = "S1"
LIST = "members"
SIZES = ("50 g", "100 g", "250 g", "500 g", "1 kg", "250 ml", "500 ml", "1 l", "twin pack", "box of 12")

_NAMED = len(shop.NOUNS) * len(shop.QUALITIES) * len(shop.BRANDS)
"""How many names there are before the size; with `SIZES` about a million."""

_SCATTER = 387_420_489
"""3**18: shares no factor with ten, so each number below 10**9 goes to another one."""

_AT_ONCE = 20_000


def product(number: int) -> Product:
    """Return product `number`."""
    plain = shop.product(number)
    size = SIZES[number // _NAMED % len(SIZES)]
    name = LocalisedText(f"{plain.name.en} {size}", f"{plain.name.zh} {size}")
    return replace(plain, name=name, codes=(shop.gtin13(number * _SCATTER % 10**9),))


def catalogue(products: int) -> Iterator[Row]:
    """Yield the rows of the catalogue with so many products, in the order of their keys."""
    before: list[Row] = []
    after: list[Row] = []
    for row in shop.shelves():
        (before if key_of(row) < "product:" else after).append(row)
    yield from sorted(before, key=key_of)
    yield from map(product, range(products))
    yield from sorted(after, key=key_of)


def prices(products: int) -> Iterator[Row]:
    """Yield the prices of so many products in the order of their keys: on a list, then the store's own."""
    for number in range(0, products, EVERY_NTH_LISTED):
        yield ListPrice(list_id=LIST, product_id=f"P{number:06d}", unit_price_minor=_price(number) - 10)
    for number in range(products):
        yield Price(product_id=f"P{number:06d}", unit_price_minor=_price(number))
    yield PriceList(list_id=LIST, name=LocalisedText("Members", "会员"))


def centre_folder(products: int) -> Path:
    """Return the data folder of a centre with so many products, made when it is not there yet."""
    digest = hashlib.sha256()
    makers = (Path(__file__), ROOT / "benchmarks/shop.py", ROOT / "retail/catalogue.py")
    for source in (*makers, *sorted((ROOT / "sync/server/database/migrations").rglob("*.py"))):
        digest.update(source.read_bytes())
    kept = DATA / f"centre-{products}-{digest.hexdigest()[:12]}"
    if not kept.exists():
        for old in DATA.glob(f"centre-{products}-*"):
            shutil.rmtree(old)
        with empty_folder("centre-in-the-making") as folder:
            load_centre(folder, products)
            shutil.move(folder, kept)
            folder.mkdir()
    return kept


def load_centre(folder: Path, products: int) -> None:
    """Make a centre's folder with so many products.

    The two large streams go straight into the tables, as one first version each that is too large to be
    served as changes; `publish` would hold all of it in memory. The small ones are published.
    """
    centre = Centre(Settings(data=folder))
    try:
        with centre.database.write() as connection:
            connection.execute(
                tables.store.insert(), {"store_id": STORE, "name": "Harbour Lane", "created_at": now_text()}
            )
            _load(connection, ("catalogue", ""), catalogue(products))
            _load(connection, ("prices", STORE), prices(products))
        with centre.database.write() as connection:
            small: dict[StreamId, list[Row]] = {}
            for row in shop.house_rows():
                small.setdefault(stream_id(STREAM_OF_ROW[tag_of(row)], STORE), []).append(row)
            publish(connection, {stream: Publication(puts=rows) for stream, rows in small.items()})
        with centre.database.engine.connect() as raw:
            raw.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        centre.close()


def _load(connection: Connection, stream: StreamId, rows: Iterable[Row]) -> None:
    encode = msgspec.json.Encoder().encode
    here = {"stream": stream[0], "scope": stream[1]}
    checksum = count = 0
    remaining = iter(rows)
    while some := list(islice(remaining, _AT_ONCE)):
        keyed = [(key_of(row), encode(row)) for row in some]
        checksum += sum(row_checksum(key, body) for key, body in keyed)
        count += len(keyed)
        connection.exec_driver_sql(
            "INSERT INTO stream_row (stream, scope, key, row) VALUES (?, ?, ?, ?)",
            [(*stream, key, body.decode()) for key, body in keyed],
        )
        identifiers = [
            (kind, value, row.product_id)
            for row in some
            if isinstance(row, Product)
            for kind, value in (("sku", row.sku), *(("code", code) for code in row.codes))
        ]
        if identifiers:
            connection.exec_driver_sql(
                "INSERT INTO product_identifier (kind, value, product_id) VALUES (?, ?, ?)", identifiers
            )
    head = {"head": 1, "floor": 1, "checksum": f"{checksum % 2**64:016x}", "row_count": count}
    connection.execute(tables.stream_head.insert(), here | head)
    version = {"seq": 1, "change_count": count, "published_at": now_text()}
    connection.execute(tables.stream_version.insert(), here | version)


def _price(number: int) -> Decimal:
    return Decimal(100 + number % 4000)
