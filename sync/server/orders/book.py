"""Books steps and movements: order, ledger, reservations and slots change together, or nothing does.

Locks are taken in one order by everybody: orders by id, slots, balances by store and product, and the counter
rows of streams when what is returned is published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from retail.availability.reservation import COUNTS_AS_RESERVED, Reservation, oversold
from retail.availability.reservation import ReservationState as State
from retail.availability.slot import Measure
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.goods import stock_movements
from retail.pickup.order import PickupOrder
from retail.pickup.reducer import applied, apply, refusal_of
from retail.pickup.steps import Step, StepKind, StepRefused, kind_of
from retail.stock import BalanceKey, Location, StockMovement
from sync.server.alerts import raise_alert
from sync.server.channels.outgoing import order_changed
from sync.server.clock import now_text
from sync.server.database import order_rows, reservation_rows, shop_rows, slot_rows, stock_rows
from sync.server.database.order_rows import BookedOrder, StepOutcome
from sync.server.database.outbox_rows import ToTell, queue_messages
from sync.server.database.reservation_rows import Kept
from sync.server.database.round_trip import RoundTrip
from sync.server.orders import consequences
from sync.server.orders.levels import GoodsChange, publish_goods
from sync.server.orders.online_sales import Handed, handed_by, sell
from sync.server.orders.values import OrderProblem

Goods = dict[str, set[str]]
"""Products by store."""


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A step on its way into the book, and the fact that brought it."""

    step: Step
    event_id: str


class _Folded(msgspec.Struct, kw_only=True):
    """What came of the steps of a batch so far."""

    orders: dict[str, BookedOrder]
    before: dict[str, PickupOrder]
    moved: list[StockMovement]
    outcomes: list[StepOutcome]
    told: list[ToTell]
    handed: list[Handed]


def book(
    connection: Connection,
    arrived: Sequence[Arrived],
    moved: Sequence[StockMovement] = (),
    *,
    as_one: bool = False,
) -> GoodsChange:
    """Book steps and other movements of goods, in order of arrival; return what is to be published.

    A step that is refused is remembered on its order. With `as_one`, a refusal raises `StepRefused` instead.
    Steps of orders that are not known are left out: `unknown` finds them before.
    """
    ids = {one.step.order_id for one in arrived} | _threatened(connection, moved)
    orders = order_rows.lock_orders(connection, ids)
    folded = _fold(orders, arrived, moved, as_one=as_one)
    changed = {one for one, booked in folded.orders.items() if booked.order != folded.before[one]}
    _follow_slots(connection, folded, changed)
    kept = reservation_rows.of_orders(connection, changed)
    follow = {
        one: consequences.reservations_of(folded.before[one], folded.orders[one].order, kept.get(one, []))
        for one in changed
    }
    shelf, grown = _lock_goods(connection, folded, kept, follow)
    changes = stock_rows.add_movements(connection, folded.moved)
    trip = RoundTrip(connection)
    for one in sorted(changed):
        updated, added = follow[one]
        reservation_rows.set_reservations(connection, updated)
        reservation_rows.add_reservations(trip, folded.orders[one].order.store_id, added)
    trip.run()
    changed |= _answer_oversell(connection, folded, shelf, changes, grown)
    changed |= _give_again(connection, folded, shelf, changes)
    _keep(connection, folded, changed)
    points = sell(connection, folded.handed)
    touched = {(key.store_id, key.product_id) for key in changes if key.location is Location.SHELF}
    touched |= {(store_id, one) for store_id, some in grown.items() for one in some}
    for one in changed:
        store_id = folded.orders[one].order.store_id
        touched |= {(store_id, held.product_id) for held in _of_follow(follow.get(one))}
    return GoodsChange(
        products=frozenset(touched),
        orders=tuple(folded.orders[one].order for one in sorted(changed) if not folded.orders[one].phase),
        points=points,
    )


def book_as_one(connection: Connection, order: PickupOrder, steps: Sequence[Step]) -> PickupOrder:
    """Book steps of a locked order and publish what comes of them; return the order as it stands then.

    All of them are taken or none: a refusal raises `OrderProblem`. What was taken already changes nothing.
    """
    try:
        change = book(connection, [Arrived(step=one, event_id=one.step_id) for one in steps], as_one=True)
    except StepRefused as refused:
        raise OrderProblem(refused.code, str(refused)) from refused
    publish_goods(connection, change)
    return next((one for one in change.orders if one.order_id == order.order_id), order)


def _of_follow(follow: tuple[list[Kept], list[Reservation]] | None) -> list[Reservation]:
    return [] if follow is None else [*(one.held for one in follow[0]), *follow[1]]


def unknown(connection: Connection, order_ids: Iterable[str]) -> set[str]:
    """Return those of these orders that are not in the book."""
    wanted = set(order_ids)
    return wanted - order_rows.known_orders(connection, wanted).keys()


def _fold(
    orders: Mapping[str, BookedOrder],
    arrived: Sequence[Arrived],
    moved: Sequence[StockMovement],
    *,
    as_one: bool,
) -> _Folded:
    folded = _Folded(
        orders=dict(orders),
        before={one: booked.order for one, booked in orders.items()},
        moved=list(moved),
        outcomes=[],
        told=[],
        handed=[],
    )
    for one in arrived:
        booked = folded.orders.get(one.step.order_id)
        if booked is None:
            continue
        before, step = booked.order, one.step
        after = apply(before, step) if as_one else applied(before, [step]).order
        if after != before:
            folded.moved += stock_movements(before, after, step, event_id=one.event_id)
        folded.outcomes.append(_outcome(after, one))
        now = replace(booked, order=consequences.still_at_risk(after))
        folded.orders[step.order_id] = now
        folded.handed += handed_by(before, now)
    for order_id, booked in folded.orders.items():
        folded.told += consequences.told_of(folded.before[order_id], booked.order)
    return folded


def _outcome(order: PickupOrder, arrived: Arrived) -> StepOutcome:
    step = arrived.step
    refused = refusal_of(order, step.step_id)
    return StepOutcome(
        step_id=step.step_id,
        order_id=step.order_id,
        event_id=arrived.event_id,
        kind=str(kind_of(step)),
        by=step.by,
        at=step.at,
        body=msgspec.json.encode(step).decode(),
        outcome="taken" if refused is None else "refused",
        code="" if refused is None else refused.code,
    )


def _shelf_changes(moved: Iterable[StockMovement]) -> dict[tuple[str, str], Decimal]:
    changes: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in moved:
        if one.location is Location.SHELF:
            changes[one.store_id, one.product_id] += one.quantity
    return changes


def _threatened(connection: Connection, moved: Sequence[StockMovement]) -> set[str]:
    """Return the orders that may lose goods by movements, looked up before anything is locked.

    What is really lost is decided under the lock of the balances; this only says which orders are locked
    before them.
    """
    by_store: Goods = defaultdict(set)
    changes = _shelf_changes(moved)
    for (store_id, product_id), change in changes.items():
        if change < 0:
            by_store[store_id].add(product_id)
    found: set[str] = set()
    for store_id, product_ids in by_store.items():
        promised = reservation_rows.reserved(connection, store_id, product_ids)
        shelf = stock_rows.on_hand(connection, store_id, promised)
        scarce = [
            one
            for one, quantity in promised.items()
            if quantity > max(Decimal(0), shelf.get(one, Decimal(0)) + changes[store_id, one])
        ]
        found |= {one.held.order_id for one in reservation_rows.waiting_for(connection, store_id, scarce)}
    return found


def _follow_slots(connection: Connection, folded: _Folded, changed: Iterable[str]) -> None:
    """Give back the share of a slot that is not needed any more, or take it again."""
    less: list[tuple[str, str, int]] = []
    for one in changed:
        booked = folded.orders[one]
        order, share = booked.order, booked.slot_count
        if consequences.needs_its_slot(order) is not bool(share):
            share = (
                0 if share else consequences.size_of(len(order.lines), _measure(connection, order.store_id))
            )
            less.append((order.store_id, order.slot.starts_at, booked.slot_count - share))
            folded.orders[one] = replace(booked, slot_count=share)
    for store_id, starts_at, count in sorted(less):
        slot_rows.give_back(connection, store_id, starts_at, count)


def _measure(connection: Connection, store_id: str) -> Measure:
    desks = shop_rows.read_rows(connection, ("settings", store_id), "pickup_desk", PickupDesk)
    return desks[0].slots.measure if desks else Measure.LINES


def _lock_goods(
    connection: Connection,
    folded: _Folded,
    kept: Mapping[str, Sequence[Kept]],
    follow: Mapping[str, tuple[list[Kept], list[Reservation]]],
) -> tuple[dict[tuple[str, str], Decimal], Goods]:
    """Lock every balance that is needed, in order; return what lies there, and whose reservations grow."""
    grown: Goods = defaultdict(set)
    wanted: Goods = defaultdict(set)
    for order_id, (updated, added) in follow.items():
        store_id = folded.orders[order_id].order.store_id
        before = {one.held.reservation_id: _reserved(one.held) for one in kept.get(order_id, ())}
        for held in [*(one.held for one in updated), *added]:
            if _reserved(held) > before.get(held.reservation_id, Decimal(0)):
                grown[store_id].add(held.product_id)
    for one in folded.moved:
        if one.location is Location.SHELF:
            wanted[one.store_id].add(one.product_id)
    for store_id, some in grown.items():
        wanted[store_id] |= some
    shelf = {
        (store_id, one): quantity
        for store_id in sorted(wanted)
        for one, quantity in stock_rows.on_hand(connection, store_id, wanted[store_id], lock=True).items()
    }
    return shelf, grown


def _reserved(held: Reservation) -> Decimal:
    return held.quantity if held.state in COUNTS_AS_RESERVED else Decimal(0)


def _answer_oversell(
    connection: Connection,
    folded: _Folded,
    shelf: Mapping[tuple[str, str], Decimal],
    changes: Mapping[BalanceKey, Decimal],
    grown: Goods,
) -> set[str]:
    """Take what is missing from the newest promises, tell everybody, and return the orders that lost."""
    lost: set[str] = set()
    wanted: Goods = defaultdict(set)
    for key, change in changes.items():
        if key.location is Location.SHELF and change < 0:
            wanted[key.store_id].add(key.product_id)
    for store_id, some in grown.items():
        wanted[store_id] |= some
    for store_id in sorted(wanted):
        promised = reservation_rows.reserved(connection, store_id, wanted[store_id])
        for product_id in sorted(wanted[store_id]):
            before = shelf.get((store_id, product_id), Decimal(0))
            change = changes.get(BalanceKey(store_id, product_id, Location.SHELF), Decimal(0))
            now = before + change
            if before >= 0 > now and (store_id, product_id) in shelf:
                stock_rows.ask_for_recount(connection, store_id, [product_id], "below_zero")
            if promised.get(product_id, Decimal(0)) > max(Decimal(0), now):
                lost |= _make_short(connection, folded, store_id, product_id, now)
    return lost


def _make_short(
    connection: Connection, folded: _Folded, store_id: str, product_id: str, on_hand: Decimal
) -> set[str]:
    waiting = {
        one.held.reservation_id: one
        for one in reservation_rows.waiting_for(connection, store_id, [product_id])
    }
    losses = oversold(on_hand, [one.held for one in waiting.values()])
    short = []
    for loss in losses:
        one = waiting[loss.reservation_id]
        held = replace(one.held, quantity=loss.left, state=one.held.state if loss.left else State.SHORT)
        short.append(replace(one, held=held, short=one.short + loss.short))
    reservation_rows.set_reservations(connection, short)
    ids = {loss.order_id for loss in losses}
    _lock_more(connection, folded, ids)
    for order_id in sorted(ids):
        booked = folded.orders[order_id]
        lines = consequences.open_lines(booked.order, product_id)
        at_risk = tuple(dict.fromkeys((*booked.order.at_risk, *lines)))
        folded.orders[order_id] = replace(booked, order=replace(booked.order, at_risk=at_risk))
        total = sum((one.short for one in short if one.held.order_id == order_id), Decimal(0))
        folded.told.append(
            ToTell(
                kind="at_risk",
                order_id=order_id,
                key=f"{product_id}:{total}",
                about={"product_id": product_id, "line_ids": list(lines)},
            )
        )
    numbers = ", ".join(sorted(folded.orders[one].order.number for one in ids))
    raise_alert(connection, "oversold", f"{store_id} {product_id} {numbers}", f"{product_id}: {numbers}")
    stock_rows.ask_for_recount(connection, store_id, [product_id], "oversold")
    return ids


def _lock_more(connection: Connection, folded: _Folded, order_ids: set[str]) -> None:
    """Lock orders that turned out to be concerned, such as one that was placed since the others were locked.

    Out of turn, but rarely: the database would end a circle of waiting, and the batch would come again.
    """
    for order_id, booked in order_rows.lock_orders(connection, order_ids - folded.orders.keys()).items():
        folded.orders[order_id] = booked
        folded.before[order_id] = booked.order


def _give_again(
    connection: Connection,
    folded: _Folded,
    shelf: Mapping[tuple[str, str], Decimal],
    changes: Mapping[BalanceKey, Decimal],
) -> set[str]:
    """Promise goods that came to the shelf to those who had lost theirs, oldest first; return the orders."""
    came: Goods = defaultdict(set)
    for key, change in changes.items():
        if key.location is Location.SHELF and change > 0:
            came[key.store_id].add(key.product_id)
    regained: list[Kept] = []
    for store_id in sorted(came):
        waiting = reservation_rows.lacking(connection, store_id, came[store_id])
        promised = reservation_rows.reserved(connection, store_id, {one.held.product_id for one in waiting})
        free: dict[str, Decimal] = {}
        for one in waiting:
            product_id = one.held.product_id
            if product_id not in free:
                there = shelf.get((store_id, product_id), Decimal(0))
                there += changes[BalanceKey(store_id, product_id, Location.SHELF)]
                free[product_id] = there - promised.get(product_id, Decimal(0))
            given = min(free[product_id], one.short)
            if given > 0:
                free[product_id] -= given
                regained.append(consequences.given_again(one, given))
    reservation_rows.set_reservations(connection, regained)
    whole = {(one.held.order_id, one.held.product_id) for one in regained if not one.short}
    _lock_more(connection, folded, {order_id for order_id, _ in whole})
    for order_id, product_id in sorted(whole):
        booked = folded.orders[order_id]
        lines = consequences.open_lines(booked.order, product_id)
        at_risk = tuple(one for one in booked.order.at_risk if one not in lines)
        folded.orders[order_id] = replace(booked, order=replace(booked.order, at_risk=at_risk))
    return {order_id for order_id, _ in whole}


def _keep(connection: Connection, folded: _Folded, changed: set[str]) -> None:
    order_rows.save_orders(connection, [folded.orders[one] for one in sorted(changed)])
    order_rows.keep_steps(connection, folded.outcomes)
    queue_messages(connection, [one for one in folded.told if not folded.orders[one.order_id].phase])
    told = [folded.orders[one] for one in sorted(changed)]
    for booked in told:
        before, order = folded.before[booked.order.order_id], booked.order
        if not booked.phase:
            order_changed(connection, before, order)
        for conflict in consequences.for_a_person(before, order):
            subject = f"{order.store_id} {order.number} {conflict.code}"
            raise_alert(connection, "order_conflict", subject, f"{order.number}: {conflict.code}")
        too_much = consequences.paid_twice(before, order)
        if too_much:
            raise_alert(connection, "refund_at_desk", f"{order.order_id} {too_much}", order.number)
        new = order.history[len(before.history) :]
        if any(done.kind == StepKind.FINISH_PICKING for done in new):
            _keep_speed(connection, order)


def _keep_speed(connection: Connection, order: PickupOrder) -> None:
    seconds = consequences.picking_seconds(order)
    if seconds is not None:
        slot_rows.keep_picking_time(
            connection,
            order_id=order.order_id,
            store_id=order.store_id,
            line_count=len(order.lines),
            seconds=min(seconds, 2**31 - 1),
            picked_at=now_text(),
        )
