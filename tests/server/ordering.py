"""Online orders for tests: wishes that are filled in where a test does not say, and the steps of a till."""

from __future__ import annotations

import itertools
import uuid
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update

from retail.availability.reservation import Reservation
from retail.events import PickupStepped
from retail.journal import Envelope
from retail.pickup.order import OrderState, PickupOrder, Temperature
from retail.pickup.steps import (
    FinishPicking,
    HandOver,
    MarkReady,
    PickLine,
    Proof,
    StageBag,
    StartPicking,
    Step,
)
from retail.stock import StockCause, movements
from sync.server.centre import Centre
from sync.server.database import order_tables, reservation_rows, shop_rows, stock_rows, tables
from sync.server.database.stock_tables import recount_task, slot_booking, stock_balance
from sync.server.demo.store import STORE_ID
from sync.server.orders.levels import read_levels
from sync.server.orders.values import ContactDetails, Placed, PlaceOrder, WantedLine
from tests.server.tills import Till

MILK, OAT_MILK, CHICKEN, WINE = "P1016", "P1026", "P1030", "P1031"
AT = "2026-11-22T14:00:00+08:00"
LOCK_UNTIL = "2099-01-01T00:00:00+08:00"
CONTACT = ContactDetails(name="Rachel Tan", phone="+65 5550 0142", email="rachel@example.com")

_references = itertools.count(1)


def free_slot(centre: Centre, place: int = 0) -> str:
    """Return the beginning of a slot that can be had, tomorrow or later."""
    slots = [one for one in centre.orders.slots(STORE_ID) if not one.refusal]
    return slots[40 + place].starts_at


def wish(centre: Centre, *lines: tuple[str, str], **said: Any) -> PlaceOrder:
    """Ask for products, as `(product id, quantity)`."""
    values: dict[str, Any] = {
        "store_id": STORE_ID,
        "outside_reference": f"basket-{next(_references)}",
        "lines": tuple(WantedLine(product_id=one, quantity=Decimal(many)) for one, many in lines),
        "contact": CONTACT,
    }
    values |= said
    if "slot_starts_at" not in values:
        values["slot_starts_at"] = free_slot(centre)
    return PlaceOrder(**values)


def order(centre: Centre, *lines: tuple[str, str], **said: Any) -> Placed:
    """Place an order for products."""
    return centre.orders.place(wish(centre, *lines, **said))


def set_stock(centre: Centre, product_id: str, quantity: str) -> None:
    """Bring the shelf to so much that this quantity may be promised, by the ledger."""
    with centre.database.write() as connection:
        there = stock_rows.on_hand(connection, STORE_ID, [product_id]).get(product_id, Decimal(0))
        safety = read_levels(connection, STORE_ID, [product_id])[product_id].safety_stock
        difference = Decimal(quantity) + safety - there
        if difference:
            product = shop_rows.products_by_id(connection, [product_id])[product_id]
            stock_rows.add_movements(
                connection,
                movements(
                    StockCause.COUNT,
                    store_id=STORE_ID,
                    product_id=product_id,
                    unit=product.unit,
                    quantity=difference,
                    event_id=uuid.uuid4().hex,
                ),
            )


def available(centre: Centre, product_id: str) -> Decimal:
    """Return what may be promised of a product now."""
    return centre.orders.availability(STORE_ID, [product_id])[product_id]


def on_hand(centre: Centre, product_id: str, location: str = "shelf") -> Decimal:
    """Return a balance."""
    with centre.database.read() as connection:
        milli = connection.execute(
            select(stock_balance.c.quantity_milli).where(
                stock_balance.c.product_id == product_id, stock_balance.c.location == location
            )
        ).scalar()
    return stock_rows.from_milli(milli or 0)


def reservations(centre: Centre, order_id: str) -> dict[str, Reservation]:
    """Return the newest reservation of each product of an order."""
    with centre.database.read() as connection:
        kept = reservation_rows.of_orders(connection, [order_id]).get(order_id, [])
    return {one.held.product_id: one.held for one in kept}


def published(centre: Centre, key: str) -> str | None:
    """Return a row as tills see it."""
    stream = "orders" if key.startswith("pickup_order") else "stock"
    with centre.database.read() as connection:
        return shop_rows.row_texts(connection, (stream, STORE_ID), [key]).get(key)


def booked(centre: Centre, starts_at: str) -> int:
    """Return how much of a slot is taken."""
    with centre.database.read() as connection:
        found = connection.execute(
            select(slot_booking.c.booked).where(slot_booking.c.starts_at == starts_at)
        ).scalar()
    return int(found or 0)


def messages(centre: Centre, order_id: str) -> list[str]:
    """Return what the customer is to hear, in order."""
    table = order_tables.message
    with centre.database.read() as connection:
        found = connection.execute(
            select(table.c.kind).where(table.c.order_id == order_id).order_by(table.c.message_id)
        )
        return list(found.scalars())


def alerts(centre: Centre) -> list[str]:
    """Return the codes of what waits for a person."""
    with centre.database.read() as connection:
        return list(connection.execute(select(tables.alert.c.code)).scalars())


def recounts(centre: Centre) -> list[str]:
    """Return what is to be counted."""
    with centre.database.read() as connection:
        return list(connection.execute(select(recount_task.c.product_id)).scalars())


def ledger_is_whole(centre: Centre) -> bool:
    """Say whether every balance is the sum of its ledger."""
    with centre.database.read() as connection:
        return stock_rows.broken_balances(connection) == {}


def change_desk(centre: Centre, **rules: Any) -> None:
    """Change the rules of the store's desk."""
    from msgspec.structs import replace  # noqa: PLC0415  # beside its only use

    from retail.pickup.desk_rules import PickupDesk  # noqa: PLC0415
    from sync.server.streams import Publication, publish  # noqa: PLC0415

    stream = ("settings", STORE_ID)
    with centre.database.write() as connection:
        (desk,) = shop_rows.read_rows(connection, stream, "pickup_desk", PickupDesk)
        publish(connection, {stream: Publication(puts=[replace(desk, **rules)])})


def silence(centre: Centre, moment: str) -> None:
    """Say when every till was heard for the last time."""
    with centre.database.write() as connection:
        for table, names in (
            (tables.device, ("heard_at", "enrolled_at")),
            (tables.incarnation, ("last_received_at",)),
        ):
            connection.execute(update(table).values(dict.fromkeys(names, moment)))


def stepped(till: Till, step: Step) -> Envelope:
    """Append a step to a till's journal."""
    return till.seal(PickupStepped(step=step))


def step(kind: type[Any], of: PickupOrder, made_in: OrderState | None = None, **said: Any) -> Any:
    """Return a step of a picker, made in the state in which the order is."""
    values = {
        "step_id": uuid.uuid4().hex,
        "order_id": of.order_id,
        "by": "E0001",
        "at": AT,
        "made_in": made_in or of.state,
    }
    return kind(**(values | said))


def picking_steps(of: PickupOrder) -> list[Step]:
    """Return the steps from the first picker to an order that is ready, all as ordered, in one bag a line."""
    steps: list[Step] = [step(StartPicking, of, OrderState.PLACED, lock_until=LOCK_UNTIL)]
    for line in of.lines:
        bag = f"BAG{line.line_id}"
        steps.append(
            step(
                PickLine,
                of,
                OrderState.PICKING,
                line_id=line.line_id,
                product_id=line.product.product_id,
                quantity=line.quantity,
                bag_id=bag,
            )
        )
        steps.append(
            step(
                StageBag,
                of,
                OrderState.PICKING,
                bag_id=bag,
                location="A1",
                temperature=Temperature(line.product.temperature),
            )
        )
    steps.append(step(FinishPicking, of, OrderState.PICKING))
    steps.append(step(MarkReady, of, OrderState.PICKED))
    return steps


def handing_over(of: PickupOrder, **said: Any) -> HandOver:
    """Return the handover of every bag, everything paid."""
    values: dict[str, Any] = {
        "bags": tuple(f"BAG{line.line_id}" for line in of.lines),
        "proof": Proof.CODE,
        "covered_minor": sum(line.amount_minor for line in of.lines),
    }
    made: HandOver = step(HandOver, of, OrderState.READY, **(values | said))
    return made
