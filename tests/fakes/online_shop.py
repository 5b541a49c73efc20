"""A centre whose demo store sells online, with a sister store down the road: desks, prices and stock."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec.structs import replace

from retail.availability.slot import OpeningHours, SlotRules
from retail.catalogue import LocalisedText
from retail.pickup.desk_rules import PickupDesk
from retail.stock import Location, StockCause, StockMovement
from sync.protocol import Row
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.shop_rows import prices_of
from sync.server.database.statements import chunks, insert_missing
from sync.server.database.stock_rows import add_movements, on_hand
from sync.server.database.storefront_rows import products_behind
from sync.server.demo import store
from sync.server.orders.levels import read_levels
from sync.server.streams import Publication, publish

HERE, SISTER = "S1", "S2"
SISTER_NAME = LocalisedText("Queen Street Market", "皇后街市集")

OAT_MILK, SOURDOUGH, FLAT_WHITE, CROISSANT, TEE = "P1026", "P1007", "P1001", "P1006", "P1021"
SCARCE = {OAT_MILK: Decimal(6), SOURDOUGH: Decimal(0), TEE: Decimal(3)}
"""What may be promised of what is scarce in the demo store; of everything else forty, or forty kilograms."""

SISTERS = {SOURDOUGH: Decimal(3)}


def open_online(
    centre: Centre, scarce: Mapping[str, Decimal] | None = None, *, with_sister: bool = True
) -> None:
    """Let the demo store of a centre sell online, and a sister store beside it."""
    settings = store.store_settings()
    _open(centre, [settings, desk(HERE)], HERE, SCARCE if scarce is None else scarce)
    if with_sister:
        with centre.database.write() as connection:
            row = {"store_id": SISTER, "name": SISTER_NAME.en, "created_at": now_text()}
            insert_missing(connection, tables.store, [row])
        sister = replace(settings, store_id=SISTER, name=SISTER_NAME, address="8 Queen Street")
        _open(centre, [sister, desk(SISTER)], SISTER, SISTERS)


def desk(store_id: str) -> PickupDesk:
    """Return a desk that is open day and night, so that a test has a slot at any hour."""
    opening = tuple(OpeningHours(weekday=day, opens="00:00", closes="24:00") for day in range(1, 8))
    slots = SlotRules(opening=opening, slot_minutes=120, cut_off_minutes=60, pickers=2, usual_per_hour=60)
    return PickupDesk(store_id=store_id, slots=slots, offset="+08:00")


def _open(centre: Centre, rows: list[Row], store_id: str, scarce: Mapping[str, Decimal]) -> None:
    with centre.database.write() as connection:
        products = products_behind(connection, "", 1_000_000)
        prices: list[Row] = []
        if store_id != HERE:
            prices = list(prices_of(connection, HERE, [one.product_id for one in products]).values())
        publish(
            connection,
            {
                ("prices", store_id): Publication(puts=prices),
                ("settings", store_id): Publication(puts=rows),
            },
        )
    usual = Decimal(40) if store_id == HERE else Decimal(5)
    with centre.database.read() as connection:
        ids = [one.product_id for one in products]
        there, levels = on_hand(connection, store_id, ids), read_levels(connection, store_id, ids)
    safe = {one: level.safety_stock for one, level in levels.items()}
    moved = [
        StockMovement(
            store_id=store_id,
            product_id=product.product_id,
            location=Location.SHELF,
            quantity=scarce.get(product.product_id, usual)
            + safe.get(product.product_id, Decimal(0))
            - there.get(product.product_id, Decimal(0)),
            cause=StockCause.COUNT,
            event_id=f"opening-{store_id}",
        )
        for product in products
    ]
    for some in chunks(moved, 5_000):
        with centre.database.write() as connection:
            add_movements(connection, some)
