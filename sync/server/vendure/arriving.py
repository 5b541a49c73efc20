"""Takes a shop's placed orders into the order book.

An order is taken once for its code, whatever happens between two steps: Vendure's list is the list of what is
to be taken, and the order book knows what was. One that cannot be taken gets a note in Vendure and an alarm
at the centre, and is tried again every minute: goods may come, item numbers may be put right.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import msgspec

from retail.catalogue import LocalisedText
from sync.server.centre import Centre
from sync.server.clock import text_after
from sync.server.database.vendure_rows import known_codes, products_of_skus
from sync.server.orders.values import PAID_TO_CHANNEL, OrderProblem, PlaceOrder, WantedLine
from sync.server.vendure.client import VendureClient, VendureRefused
from sync.server.vendure.connection import Connection, alert
from sync.server.vendure.mapping import contact, is_collected, not_taken_note, wanted_lines
from sync.server.vendure.shapes import TO_TAKE, ShopOrder

LOOK_AT_ALL_SECONDS: Final = 300.0
"""All orders that wait in Vendure are looked at this often; in between, those that changed."""

OVERLAP: Final = timedelta(minutes=2)
"""How far back a look for changes reaches: an order is written down later than it says."""

SLOTS_TRIED: Final = 5
"""A slot that fills while an order is placed is followed by the next one."""

_SLOT_PROBLEMS = frozenset({"slot_full", "too_late", "slot_gone", "closed"})

_UNKNOWN_SKU = LocalisedText("The store does not know these item numbers.", "门店没有这些货号。")
_OTHER_CURRENCY = LocalisedText("The store is paid in another currency.", "门店使用其他货币。")
_NO_SLOT = LocalisedText("There is no time to collect in the coming days.", "近日没有可用的取货时段。")
_NO_GOODS = LocalisedText("Nothing of the order is left in Vendure.", "Vendure 中的订单已无商品。")


class Arrivals(msgspec.Struct, frozen=True, kw_only=True):
    """How many orders a round has taken, and how many it could not take."""

    taken: int = 0
    refused: int = 0


class _NotTaken(Exception):
    """An order that cannot be taken: `code`, a sentence in both languages, and what it is about."""

    def __init__(self, code: str, why: LocalisedText, about: Sequence[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.why = why
        self.about = tuple(about)


class Arriving:
    """Takes the orders of one connection. It remembers up to where it has looked, and which orders wait."""

    def __init__(self, centre: Centre, client: VendureClient, connection: Connection) -> None:
        self._centre = centre
        self._client = client
        self._connection = connection
        self._changed_after = ""
        self._waiting: set[str] = set()
        self._looked_at: float | None = None

    def take(self, *, again: bool) -> Arrivals:
        """Take what has changed since the last look, with `again` also what could not be taken before.

        Now and then everything is looked at. Raises `VendureProblem` when the shop cannot be worked with.
        """
        late = self._looked_at is None or time.monotonic() - self._looked_at > LOOK_AT_ALL_SECONDS
        found = {one.code: one for one in self._client.orders_in(TO_TAKE, "" if late else self._since())}
        newest = max((one.updated_at for one in found.values()), default="")
        if again and not late:
            found |= {one.code: one for one in self._client.orders_of(sorted(self._waiting - found.keys()))}
        with self._centre.database.read() as read:
            known = known_codes(read, self._connection.channel_id, found)
        taken = 0
        waiting = set() if late else set(self._waiting)
        for code, order in found.items():
            if not is_collected(order, self._connection.method):
                continue
            waiting.discard(code)
            if code in known or order.state not in TO_TAKE:
                continue
            try:
                _take(self._centre, self._connection, order)
                taken += 1
            except _NotTaken as why:
                _say_not_taken(self._centre, self._client, self._connection, order, why)
                waiting.add(code)
        self._waiting = waiting
        self._changed_after = max(self._changed_after, newest)
        if late:
            self._looked_at = time.monotonic()
        return Arrivals(taken=taken, refused=len(waiting))

    def _since(self) -> str:
        """Return the moment from which on orders are looked at, by Vendure's own clock."""
        try:
            return text_after(self._changed_after, -OVERLAP)
        except ValueError:
            return ""  # nothing was seen yet, or no moment that could be read: everything is looked at


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
    lines = wanted_lines(order, product_of_sku, connection.substitutes)
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
