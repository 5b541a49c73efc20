"""Rebuilds what the centre knows because of the facts, from the inbox, beside what is served.

The same code writes it that wrote it when the facts landed. It comes out equal, or a difference is named.
Events in quarantine stay there: `judge-again` is for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
from sqlalchemy import Connection

from retail.events import Fact, PaymentResolved, SaleCompleted, SaleReturned
from retail.journal import Envelope, fact_of
from retail.stock import StockMovement, StockRefused
from sync.server.database import rebuild_rows
from sync.server.database.member_rows import add_points
from sync.server.database.own_rows import own_device
from sync.server.database.rebuild_rows import Difference
from sync.server.database.round_trip import RoundTrip
from sync.server.database.sessions import Database
from sync.server.database.stock_rows import write_ledger
from sync.server.enrolment import Device
from sync.server.landed import Landed
from sync.server.projections.goods import movements_of
from sync.server.projections.members import points_of_returns, points_of_sales
from sync.server.projections.registry import of_kinds, store

AT_ONCE = 500

_decoder = msgspec.json.Decoder(Envelope)
_RESOLVED = str(PaymentResolved.__struct_config__.tag)


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """How many facts were gone through, and where what was served is not what they say."""

    events: int
    differences: tuple[Difference, ...]


def rebuild(
    url: str, *, check_only: bool, on_progress: Callable[[int], None] = lambda _events: None
) -> Rebuilt:
    """Rebuild everything that follows from the facts, and hold it against what is served.

    Unless it is only checked, what differs is put in place in the same transaction, and nothing lands
    meanwhile.
    """
    database = Database(url)
    try:
        with rebuild_rows.beside(database, replacing=not check_only) as connection:
            events = 0
            for page in _pages(connection):
                _store(connection, page)
                events += len(page)
                on_progress(events)
            rebuild_rows.sum_balances(connection)
            found = rebuild_rows.differences(connection)
            if found and not check_only:
                rebuild_rows.replace(connection)
            return Rebuilt(events=events, differences=tuple(found))
    finally:
        database.close()


_Page = list[tuple[Landed[Fact], str]]
"""Events, each with the moment at which it was heard."""


def _pages(connection: Connection) -> Iterator[_Page]:
    # An outcome may have landed before its attempt, and was judged again later: outcomes come last.
    for which in ({"but": _RESOLVED}, {"kind": _RESOLVED}):
        after = 0
        while events := rebuild_rows.applied_after(connection, after, AT_ONCE, **which):
            after = events[-1].inbox_id
            yield [(_landed(event.envelope), event.received_at) for event in events]


def _landed(text: str) -> Landed[Fact]:
    envelope = _decoder.decode(text)
    # Which till a device was then stands in the fact itself, where it matters.
    device = Device(device_id=envelope.device_id, till_id="", till_number=0, store_id="", replaced=False)
    return Landed(envelope=envelope, fact=fact_of(envelope), device=device)


def _store(connection: Connection, page: _Page) -> None:
    landed = [event for event, _ in page]
    store(connection, landed)
    granted = points_of_sales(of_kinds(landed, (SaleCompleted,)))
    granted += points_of_returns(of_kinds(landed, (SaleReturned,)))
    if granted:
        add_points(connection, [(one.source_id, one.member_id, one.points) for one in granted])
    trip = RoundTrip(connection)
    write_ledger(trip, [(one, moment) for event, moment in page for one in _movements(event)])
    trip.run()


def _movements(event: Landed[Fact]) -> tuple[StockMovement, ...]:
    if event.device.device_id.startswith(own_device("")):
        return ()  # what the centre sells was moved by the steps of its order
    try:
        return movements_of(event)
    except StockRefused:
        return ()  # a person was told when it landed, and its money stands
