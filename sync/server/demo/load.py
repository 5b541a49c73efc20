"""Loads the demo store into a centre, or writes it as CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from retail.catalogue import Price
from retail.member import Member
from retail.pickup.desk_rules import CodeKey, PickupDesk
from retail.stock_level import StockLevel
from sync.protocol import Row
from sync.server.catalogue_csv import Entry, write_catalogue
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.personal_rows import erased_members
from sync.server.database.sessions import Database
from sync.server.database.shop_rows import read_rows
from sync.server.database.statements import insert_missing
from sync.server.database.stock_rows import add_movements, on_hand
from sync.server.demo import desk, store
from sync.server.demo.goods import DEFAULT_PRODUCTS, DEFAULT_SEED, demo_goods
from sync.server.demo.vocabulary import categories
from sync.server.pictures import FOLDER, PictureStore
from sync.server.streams import key_of, lock_streams, publish, replacement, stream_id, tag_of

Progress = Callable[[str, int, int], None]
"""Hears which step runs, how much of it is done, and how much there is."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How much demo there shall be."""

    seed: int = DEFAULT_SEED
    products: int = DEFAULT_PRODUCTS
    promotions: int = store.DEFAULT_PROMOTIONS
    members: int = store.DEFAULT_MEMBERS


def load_demo(
    database: Database,
    wanted: Wanted,
    on_progress: Progress = lambda _step, _done, _all: None,
    *,
    pictures: PictureStore | None = None,
    code_keys: tuple[CodeKey, ...] = (),
) -> int:
    """Make the demo store what these settings say; return how many products it has.

    Loading again replaces the demo's goods and offers, and leaves sales, stock and members' points alone.
    With a store for them, the goods that the screens show have pictures. `code_keys` are known to the desk,
    beside those that it knows already.
    """
    on_progress("generate", 0, wanted.products)
    goods = desk.kept_cold(demo_goods(wanted.products, wanted.seed))
    if pictures is not None:
        goods = _pictured(goods, wanted.seed, pictures)
    on_progress("generate", len(goods), len(goods))
    rows_of = demo_rows(goods, wanted, code_keys)
    by_stream = {stream_id(stream, store.STORE_ID): rows for stream, rows in rows_of.items()}
    on_progress("publish", 0, len(goods))
    with database.write() as connection:
        name = store.store_settings().name.en
        shop = {"store_id": store.STORE_ID, "name": name, "created_at": now_text()}
        insert_missing(connection, tables.store, [shop])
        stock = stream_id("stock", store.STORE_ID)
        _fill_shelves(connection, goods, wanted.seed)
        lock_streams(connection, [*by_stream, stock])
        members, settings = (stream_id(stream, store.STORE_ID) for stream in ("members", "settings"))
        by_stream[members] = _keep_points(connection, by_stream[members])
        by_stream[settings] = _keep_code_keys(connection, by_stream[settings])
        by_stream[stock] = list(_stock_on_shelves(connection, goods, wanted.seed))
        publish(
            connection,
            {
                stream: replacement(connection, stream, rows, {tag_of(row) for row in rows})
                for stream, rows in by_stream.items()
            },
        )
    on_progress("publish", len(goods), len(goods))
    return len(goods)


def demo_rows(
    goods: list[Entry], wanted: Wanted, code_keys: tuple[CodeKey, ...] = ()
) -> dict[str, list[Row]]:
    """Return every row of the demo store by stream, but its stock, which the ledger says."""
    return {
        "catalogue": [*categories(), *store.TAX_CLASSES, *(entry.product for entry in goods)],
        "prices": [
            *(
                Price(product_id=entry.product.product_id, unit_price_minor=entry.unit_price_minor)
                for entry in goods
                if entry.unit_price_minor is not None
            ),
            *store.promotions(goods, wanted.seed, wanted.promotions),
        ],
        "members": list(store.members(wanted.seed, wanted.members)),
        "staff": list(store.staff(wanted.seed)),
        "settings": [
            store.store_settings(),
            msgspec.structs.replace(desk.pickup_desk(), code_keys=code_keys),
            *store.quick_keys(),
            *store.BARCODE_RULES,
        ],
    }


def write_demo(folder: Path, wanted: Wanted) -> list[Path]:
    """Write the demo as files: the catalogue and its pictures to be imported, the other rows to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = PictureStore(folder / FOLDER)
    goods = [
        msgspec.structs.replace(entry, picture_file=_picture_file(entry))
        for entry in _pictured(
            desk.kept_cold(demo_goods(wanted.products, wanted.seed)), wanted.seed, pictures
        )
    ]
    catalogue = folder / "catalogue.csv"
    catalogue.write_text(write_catalogue(goods), encoding="utf-8", newline="")
    written = [catalogue]
    rows = demo_rows(goods, wanted)
    for name, some in (
        ("categories", categories()),
        ("tax_classes", store.TAX_CLASSES),
        ("promotions", [row for row in rows["prices"] if tag_of(row) == "promotion"]),
        ("members", rows["members"]),
        ("quick_keys", store.quick_keys()),
        ("barcode_rules", store.BARCODE_RULES),
    ):
        path = folder / f"{name}.csv"
        path.write_text(_flat_csv(list(some)), encoding="utf-8", newline="")
        written.append(path)
    return written


def _pictured(goods: list[Entry], seed: int, pictures: PictureStore) -> list[Entry]:
    from sync.server.demo.pictures import with_pictures  # noqa: PLC0415  # drawing is no part of serving

    return with_pictures(goods, seed, pictures.keep)


def _picture_file(entry: Entry) -> str:
    return f"{FOLDER}/{entry.product.picture}" if entry.product.picture else ""


def _keep_points(connection: Connection, rows: list[Row]) -> list[Row]:
    # Sales have changed the points meanwhile; a demo that is loaded again must not take them back.
    members = {key_of(row): row for row in rows}
    for held in read_rows(connection, ("members", store.STORE_ID), "member", Member):
        known = members.get(key_of(held))
        if isinstance(known, Member):
            members[key_of(held)] = msgspec.structs.replace(known, points=held.points)
    # Who was forgotten stays forgotten.
    forgotten = {f"member:{one}" for one in erased_members(connection)}
    return [row for key, row in members.items() if key not in forgotten]


def _keep_code_keys(connection: Connection, rows: list[Row]) -> list[Row]:
    # Codes that customers have were signed with them.
    held = read_rows(connection, ("settings", store.STORE_ID), "pickup_desk", PickupDesk)
    known = tuple(key for row in held for key in row.code_keys)
    return [
        msgspec.structs.replace(row, code_keys=tuple(dict.fromkeys((*known, *row.code_keys))))
        if isinstance(row, PickupDesk)
        else row
        for row in rows
    ]


def _fill_shelves(connection: Connection, goods: list[Entry], seed: int) -> None:
    """Put a first delivery on the shelves of what was never there; what is there stays as it is."""
    products = desk.stocked(goods)
    there = on_hand(connection, store.STORE_ID, (product.product_id for product in products))
    levels = [one for one in desk.levels(products, seed) if one.product_id not in there]
    event_id = f"demo-{now_text()}"
    add_movements(connection, desk.first_delivery(levels, products, event_id))


def _stock_on_shelves(connection: Connection, goods: list[Entry], seed: int) -> Iterator[StockLevel]:
    """Give the levels of the demo's goods: places as the demo has them, stock as the ledger says."""
    products = desk.stocked(goods)
    there = on_hand(connection, store.STORE_ID, (product.product_id for product in products))
    for level in desk.levels(products, seed):
        yield msgspec.structs.replace(level, on_hand=there[level.product_id])


def _flat_csv(rows: list[Row]) -> str:
    out = io.StringIO(newline="")
    flat = [_flat(row) for row in rows]
    writer = csv.DictWriter(out, fieldnames=list(flat[0]) if flat else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return out.getvalue()


def _flat(row: Row) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in msgspec.to_builtins(row).items():
        if name == "row":
            continue
        if isinstance(value, dict) and set(value) == {"en", "zh"}:
            fields[name], fields[f"{name}_zh"] = value["en"], value["zh"]
        elif isinstance(value, dict):
            fields[name] = ";".join(f"{key}={each}" for key, each in value.items())
        elif isinstance(value, (list, tuple)):
            fields[name] = " ".join(str(each) for each in value)
        else:
            fields[name] = str(value)
    return fields
