"""Sets what is on a store's shelves from CSV: everything, or nothing and the reasons line by line.

Columns: `sku` and `on_hand`, and, where the file has them, `place` (such as `C1-04`), `safety_stock` and
`policy` (`soft` or `strict`). The ledger gets a count that brings it to what the file says.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from retail.availability.counter import SalePolicy
from retail.catalogue import Product
from retail.quantity import QuantityRefused, SellingUnit, checked_quantity
from retail.stock import StockMovement, count_differences, count_movements
from retail.stock_level import StockLevel
from sync.server.csv_lines import Problem, read_lines
from sync.server.database import shop_rows
from sync.server.database.sessions import Database
from sync.server.database.stock_rows import on_hand
from sync.server.enrolment import UnknownStore
from sync.server.orders.book import book
from sync.server.orders.levels import publish_goods, read_levels
from sync.server.streams import Publication, lock_streams, publish

COLUMNS: Final = ("sku", "on_hand", "place", "safety_stock", "policy")
REQUIRED: Final = ("sku", "on_hand")
LONGEST_PLACE: Final = 20


class StockRefusedIn(ValueError):
    """A file with problems; nothing of it was imported."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems, the first: {problems[0].message.en}")
        self.problems = tuple(problems)


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    """A sound line; None for what the file leaves as it is."""

    product: Product
    on_hand: Decimal
    place: str | None
    safety_stock: Decimal | None
    policy: str | None


def import_stock(database: Database, text: str, *, store_id: str) -> int:
    """Import a file; return how many products it names. What it does not name stays as it is.

    Promises that the new figures cannot keep are short, and some that were short are kept again. Raises
    `StockRefusedIn`, or `UnknownStore`. Goods that are picked and wait for customers are on no shelf.
    """
    with database.write() as connection:
        if store_id not in {store.store_id for store in shop_rows.read_stores(connection)}:
            raise UnknownStore(store_id)
        lines = _read(connection, text)
        ids = [line.product.product_id for line in lines]
        there = on_hand(connection, store_id, ids)
        change = book(connection, [], _movements(lines, there, store_id))
        stream = ("stock", store_id)
        lock_streams(connection, [stream])
        held = read_levels(connection, store_id, ids)
        placed = [_level(line, held.get(line.product.product_id)) for line in lines]
        # First how they are kept, then what there is of them: quotas follow from both.
        publish(connection, {stream: Publication(puts=placed)})
        everything = change.products | {(store_id, one) for one in ids}
        publish_goods(connection, replace(change, products=everything))
    return len(lines)


def _movements(
    lines: Sequence[_Line], there: Mapping[str, Decimal], store_id: str
) -> tuple[StockMovement, ...]:
    units = {line.product.product_id: line.product.unit for line in lines}
    counted = {line.product.product_id: line.on_hand for line in lines}
    differences = count_differences(counted, there, units)
    return count_movements(differences, store_id=store_id, units=units, event_id=f"import-{uuid.uuid4().hex}")


def _level(line: _Line, held: StockLevel | None) -> StockLevel:
    level = held or StockLevel(product_id=line.product.product_id)
    return replace(
        level,
        place=level.place if line.place is None else line.place,
        safety_stock=level.safety_stock if line.safety_stock is None else line.safety_stock,
        policy=level.policy if line.policy is None else line.policy,
    )


def _read(connection: Connection, text: str) -> list[_Line]:
    problems: list[Problem] = []
    rows = list(read_lines(text, COLUMNS, REQUIRED, problems))
    products = shop_rows.products_named(connection, {row["sku"] for _, row in rows})
    found: dict[str, _Line] = {}
    for number, row in rows:
        product = products.get(row["sku"])
        wrong = _wrong(row, product, found)
        if product is None or wrong:
            column, code = wrong or ("sku", "unknown_product")
            problems.append(Problem(line=number, column=column, code=code, value=row[column]))
            continue
        safety = _quantity(row.get("safety_stock", ""), product.unit)
        found[product.product_id] = _Line(
            product=product,
            on_hand=_quantity(row["on_hand"], product.unit) or Decimal(0),
            place=row.get("place") or None,
            safety_stock=safety,
            policy=row.get("policy") or None,
        )
    if problems:
        raise StockRefusedIn(problems)
    return list(found.values())


def _wrong(
    row: Mapping[str, str], product: Product | None, before: Mapping[str, _Line]
) -> tuple[str, str] | None:
    """Return the column and the code of the first problem of a line."""
    if product is None:
        return "sku", "unknown_product"
    if product.product_id in before:
        return "sku", "repeated_sku"
    if _quantity(row["on_hand"], product.unit) is None:
        return "on_hand", "not_a_stock"
    if row.get("safety_stock") and _quantity(row["safety_stock"], product.unit) is None:
        return "safety_stock", "not_a_stock"
    if len(row.get("place", "")) > LONGEST_PLACE:
        return "place", "too_long"
    if row.get("policy", "") not in ("", *SalePolicy):
        return "policy", "not_a_policy"
    return None


def _quantity(text: str, unit: SellingUnit) -> Decimal | None:
    """Return what a field says, None when it is empty or no quantity of this unit."""
    try:
        quantity = Decimal(text)
        return quantity if quantity == 0 else checked_quantity(quantity, unit)
    except (InvalidOperation, QuantityRefused):
        return None
