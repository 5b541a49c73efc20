"""Takes a shop's placed orders into the order book, and what is cancelled there out of it.

An order is taken once for its code, whatever happens between two steps: Vendure's list is the list of what is
to be taken, and the order book knows what was. One that cannot be taken gets a note in Vendure and an alarm
at the centre, and is tried again in every round: goods may come, item numbers may be put right.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from retail.catalogue import LocalisedText
from sync.server.centre import Centre
from sync.server.database.vendure_rows import known_codes, open_orders, products_of_skus
from sync.server.orders.desk import CENTRE
from sync.server.orders.values import PAID_TO_CHANNEL, OrderProblem, PlaceOrder, WantedLine
from sync.server.vendure.client import VendureClient, VendureRefused
from sync.server.vendure.connection import Connection, alert
from sync.server.vendure.mapping import (
    UNFINISHED,
    allocated,
    contact,
    is_collected,
    kept,
    not_taken_note,
    wanted_lines,
)
from sync.server.vendure.shapes import CANCELLED, TO_TAKE, WITH_ALLOCATIONS, ShopOrder

SLOTS_TRIED = 5
"""A slot that fills while an order is placed is followed by the next one."""

_SLOT_PROBLEMS = frozenset({"slot_full", "too_late", "slot_gone", "closed"})

_UNKNOWN_SKU = LocalisedText("The store does not know these item numbers.", "门店没有这些货号。")
_OTHER_CURRENCY = LocalisedText("The store is paid in another currency.", "门店使用其他货币。")
_NO_SLOT = LocalisedText("There is no time to collect in the coming days.", "近日没有可用的取货时段。")
_NO_GOODS = LocalisedText("Nothing of the order is left in Vendure.", "Vendure 中的订单已无商品。")


class Arrivals(msgspec.Struct, frozen=True, kw_only=True):
    """What a round has found. `held_back` is what orders in the book hold back in both stocks."""

    held_back: dict[str, int] = {}
    taken: int = 0
    refused: int = 0


class _NotTaken(Exception):
    """An order that cannot be taken: `code`, a sentence in both languages, and what it is about."""

    def __init__(self, code: str, why: LocalisedText, about: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.why = why
        self.about = tuple(about)


def take_orders(centre: Centre, client: VendureClient, connection: Connection) -> Arrivals:
    """Take every order that waits; raises `VendureProblem` when the shop cannot be worked with."""
    found = [order for order in client.orders_in(WITH_ALLOCATIONS) if is_collected(order, connection.method)]
    codes = [order.code for order in found]
    with centre.database.read() as read:
        known = known_codes(read, connection.channel_id, codes)
    in_book, taken, refused = [], 0, 0
    for order in found:
        if order.code not in known:
            if order.state not in TO_TAKE:
                continue
            try:
                _take(centre, connection, order)
            except _NotTaken as why:
                _say_not_taken(centre, client, connection, order, why)
                refused += 1
                continue
            taken += 1
        in_book.append(order)
    return Arrivals(held_back=_held_back(centre, connection, in_book), taken=taken, refused=refused)


def _held_back(centre: Centre, connection: Connection, in_book: Sequence[ShopOrder]) -> dict[str, int]:
    """Return, by item number, what these orders hold back on both sides.

    What is still allocated in Vendure but given up here already is left out: when Vendure lets go of it too,
    nothing may be sold that is not there.
    """
    with centre.database.read() as read:
        order_ids = known_codes(read, connection.channel_id, [one.code for one in in_book])
    found: dict[str, int] = {}
    for shop_order in in_book:
        order = centre.orders.order(order_ids[shop_order.code])
        pieces = kept(order).pieces if order is not None else {}
        for sku, quantity in allocated(shop_order).items():
            found[sku] = found.get(sku, 0) + min(quantity, pieces.get(sku, 0))
    return found


def _take(centre: Centre, connection: Connection, order: ShopOrder) -> None:
    store = next((one for one in centre.orders.stores() if one.store_id == connection.store_id), None)
    if store is None:
        raise _NotTaken("not_online", OrderProblem("not_online").message)
    if store.settings.currency != order.currency_code:
        raise _NotTaken("other_currency", _OTHER_CURRENCY, [order.currency_code])
    skus = {line.sku for line in order.lines if line.quantity}
    if not skus:
        raise _NotTaken("no_lines", _NO_GOODS)
    with centre.database.read() as read:
        product_of_sku = products_of_skus(read, skus)
    unknown = sorted(skus - product_of_sku.keys())
    if unknown:
        raise _NotTaken("unknown_product", _UNKNOWN_SKU, unknown)
    lines = wanted_lines(order, product_of_sku)
    sku_of = {product_id: sku for sku, product_id in product_of_sku.items()}
    try:
        _place(centre, connection, order, lines)
    except OrderProblem as problem:
        about = [sku_of[problem.product_id]] if problem.product_id in sku_of else []
        raise _NotTaken(problem.code, problem.message, about) from problem


def _place(centre: Centre, connection: Connection, order: ShopOrder, lines: tuple[WantedLine, ...]) -> None:
    """Place an order into the first slot that takes it; raises `OrderProblem`."""
    offered = [one.starts_at for one in centre.orders.slots(connection.store_id) if not one.refusal]
    if not offered:
        raise _NotTaken("no_slot", _NO_SLOT)
    for starts_at in offered[:SLOTS_TRIED]:
        try:
            centre.orders.place(_request(connection, order, lines, starts_at))
        except OrderProblem as problem:
            if problem.code == "reference_used":
                return  # another connector was faster, and chose another slot: it is in the book
            if problem.code not in _SLOT_PROBLEMS:
                raise
        else:
            return
    raise _NotTaken("no_slot", _NO_SLOT)


def _request(
    connection: Connection, order: ShopOrder, lines: tuple[WantedLine, ...], slot_starts_at: str
) -> PlaceOrder:
    return PlaceOrder(
        store_id=connection.store_id,
        channel=connection.channel_id,
        outside_reference=order.code,
        lines=lines,
        contact=contact(order, connection.language),
        slot_starts_at=slot_starts_at,
        payment=PAID_TO_CHANNEL,
        age_confirmed=connection.ages_asked,
    )


def _say_not_taken(
    centre: Centre, client: VendureClient, connection: Connection, order: ShopOrder, why: _NotTaken
) -> None:
    about = ", ".join(why.about)
    subject = f"{connection.channel_id} {order.code} {why.code} {about}"
    alert(centre, "vendure_not_taken", subject, f"{order.code}: {why.why.en} {about}".strip())
    note = not_taken_note(why.code, why.why.en, why.why.zh, why.about)
    if order.has_note(note):
        return
    try:
        client.add_note(order, note)
    except VendureRefused as refused:
        subject = f"{connection.channel_id} {order.code} {refused.code}"
        alert(centre, "vendure_not_told", subject, f"{order.code}: {refused}")


def follow_cancelled(centre: Centre, client: VendureClient, connection: Connection) -> int:
    """Cancel here what was cancelled in Vendure; return how many orders."""
    with centre.database.read() as read:
        unfinished = open_orders(read, connection.channel_id, UNFINISHED)
    order_ids = {one.code: one.order_id for one in unfinished}
    cancelled = [order.code for order in client.orders_of(list(order_ids)) if order.state == CANCELLED]
    done = 0
    for code in cancelled:
        try:
            centre.orders.cancel(order_ids[code], "Cancelled in Vendure. 已在 Vendure 取消。", by=CENTRE)
        except OrderProblem as problem:
            subject = f"{connection.channel_id} {code}"
            alert(centre, "vendure_cancelled_late", subject, f"{code}: {problem.message.en}")
            continue
        done += 1
    return done
