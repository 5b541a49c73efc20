"""What a silent store may have sold meanwhile: from when its tills were last heard and what it usually sells.

A closed store sells nothing, so only the hours count in which it is open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection

from retail.availability.promise import exposure
from retail.availability.slot import OpeningHours
from retail.pickup.desk_rules import PickupDesk
from retail.quantity import SellingUnit
from sync.server.clock import now_text
from sync.server.database.hearing_rows import quietest_till
from sync.server.database.stock_rows import sold_since

USUALLY: Final = dt.timedelta(days=28)
"""Over how long the usual sales are counted: four of each weekday."""

NOT_SELLING_AFTER: Final = dt.timedelta(days=3)
"""A till that has been silent for so long is switched off, not cut off: who sells calls for help sooner."""

_DAYS_A_WEEK: Final = 7


def silent_since(connection: Connection, desk: PickupDesk, now: str) -> str:
    """Return since when the quietest till is silent, as open hours before `now`; `now` when there is none."""
    heard_at = quietest_till(connection, desk.store_id, now_text(plus=-NOT_SELLING_AFTER))
    if not heard_at:
        return now
    moment = dt.datetime.fromisoformat(now)
    return (moment - open_time(desk, dt.datetime.fromisoformat(heard_at), moment)).isoformat()


def open_time(desk: PickupDesk, since: dt.datetime, until: dt.datetime) -> dt.timedelta:
    """Return for how long a store was open between two moments."""
    zone = dt.datetime.fromisoformat(f"2000-01-01T00:00{desk.offset}").tzinfo
    day = since.astimezone(zone).date()
    last = until.astimezone(zone).date()
    found = dt.timedelta()
    while day <= last:
        midnight = dt.datetime.combine(day, dt.time(), zone)
        for hours in desk.slots.opening:
            if hours.weekday == day.isoweekday() and day.isoformat() not in desk.slots.closed_days:
                opens, closes = (midnight + _of_day(clock) for clock in (hours.opens, hours.closes))
                found += max(dt.timedelta(), min(until, closes) - max(since, opens))
        day += dt.timedelta(days=1)
    return found


def exposures(
    connection: Connection, desk: PickupDesk, units: Mapping[str, SellingUnit], heard_at: str, now: str
) -> dict[str, Decimal]:
    """Return how much of products may have been sold since a store was heard; nothing while it is."""
    quiet = dt.datetime.fromisoformat(now) - dt.datetime.fromisoformat(heard_at)
    if quiet <= dt.timedelta(seconds=60):
        return {}
    sold = sold_since(connection, desk.store_id, units, now_text(plus=-USUALLY))
    hours = max(Decimal(1), _hours_a_week(desk.slots.opening) * USUALLY.days / _DAYS_A_WEEK)
    return {
        product_id: exposure(
            sold_per_hour=quantity / hours, heard_at=heard_at, now=now, unit=units[product_id]
        )
        for product_id, quantity in sold.items()
    }


def _hours_a_week(opening: Iterable[OpeningHours]) -> Decimal:
    seconds = sum((_of_day(hours.closes) - _of_day(hours.opens)).total_seconds() for hours in opening)
    return Decimal(int(seconds)) / 3600


def _of_day(clock: str) -> dt.timedelta:
    hour, _, minute = clock.partition(":")
    return dt.timedelta(hours=int(hour), minutes=int(minute))
