"""Pickup slots: when the store is open, how much it can pick, and which slots a customer may still choose."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from retail.occasion import Moment

_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_OFFSET: Final = re.compile(r"Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]")


class SlotRefused(ValueError):
    """A slot that cannot be had; `code` names the reason.

    Codes: `slot_full`, `too_late` (its cut-off has passed), `closed` (no such slot that day), and for
    rules that cannot be: `bad_hours`, `bad_rules`, `bad_day`.
    """

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(f"slot refused: {code}" + (f" ({about})" if about else ""))
        self.code = code


class OpeningHours(msgspec.Struct, frozen=True, kw_only=True):
    """Hours on one weekday (1 is Monday) as the clock on the wall shows them, such as `09:00` to `21:00`."""

    weekday: int
    opens: str
    closes: str


class Measure(StrEnum):
    """What a slot's capacity counts."""

    ORDERS = "orders"
    LINES = "lines"


class SlotRules(msgspec.Struct, frozen=True, kw_only=True):
    """A store's slots. A day may have several spans of hours; `closed_days` are such as `2026-12-25`.

    `cut_off_minutes` before a slot begins is the last moment to order for it. `usual_per_hour` is what
    one picker does until the store has shown its own speed.
    """

    opening: tuple[OpeningHours, ...]
    slot_minutes: int = 30
    cut_off_minutes: int = 120
    pickers: int = 1
    measure: Measure = Measure.LINES
    usual_per_hour: int = 60
    closed_days: tuple[str, ...] = ()


class OfferedSlot(msgspec.Struct, frozen=True, kw_only=True):
    """A slot as a customer may see it; `refusal` is empty when it can be chosen."""

    starts_at: str
    ends_at: str
    capacity: int
    booked: int
    refusal: str = ""

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.booked)


class Picked(msgspec.Struct, frozen=True, kw_only=True):
    """How long one order took one picker: how much it was, by the store's measure, and the seconds."""

    count: int
    seconds: int


FEWEST_PICKED: Final = 20
"""As long as a store has shown less than this, its usual speed is believed."""

LARGEST_CAPACITY: Final = 100_000
"""No slot takes more; a larger figure is a mistake."""


def checked_rules(rules: SlotRules) -> SlotRules:
    """Return rules that can be worked with; raises `SlotRefused` (hours that overlap are `bad_hours`)."""
    if rules.slot_minutes < 5 or rules.slot_minutes > 24 * 60 or rules.cut_off_minutes < 0:
        raise SlotRefused("bad_rules", "minutes")
    if rules.pickers < 0 or not 0 < rules.usual_per_hour <= LARGEST_CAPACITY:
        raise SlotRefused("bad_rules", "speed")
    spans = sorted((hours.weekday, _minute(hours.opens), _minute(hours.closes)) for hours in rules.opening)
    closed_before = (0, 0)
    for weekday, opens, closes in spans:
        if not 1 <= weekday <= 7 or opens >= closes or (weekday, opens) < closed_before:
            raise SlotRefused("bad_hours", f"weekday {weekday}")
        closed_before = (weekday, closes)
    for day in rules.closed_days:
        _date(day)
    return rules


def _date(day: str) -> dt.date:
    try:
        return dt.date.fromisoformat(day)
    except ValueError as unreadable:
        raise SlotRefused("bad_day", day) from unreadable


def _minute(clock: str) -> int:
    found = _CLOCK.fullmatch(clock)
    if found is None:
        raise SlotRefused("bad_hours", clock)
    return int(found[1]) * 60 + int(found[2]) if found[1] else 24 * 60


def picking_speed(rules: SlotRules, picked: Iterable[Picked]) -> Decimal:
    """Return what one picker does in an hour, by what was really picked lately.

    All of it together, so that one order that was left lying does not weigh more than it is large; the
    usual speed until `FEWEST_PICKED` have been picked. Entries without time or goods say nothing.
    """
    counted = [one for one in picked if one.count > 0 and one.seconds > 0]
    count, seconds = sum(one.count for one in counted), sum(one.seconds for one in counted)
    if count < FEWEST_PICKED:
        return Decimal(rules.usual_per_hour)
    return Decimal(count * 3600) / seconds


def capacity(rules: SlotRules, per_hour: Decimal) -> int:
    """Return how much a slot takes: what the pickers do in its time, rounded down; raises `SlotRefused`."""
    numerator, denominator = _speed(per_hour)
    most = numerator * rules.pickers * rules.slot_minutes // (denominator * 60)
    return min(LARGEST_CAPACITY, most)


def _speed(per_hour: Decimal) -> tuple[int, int]:
    if not per_hour.is_finite() or per_hour <= 0:
        raise SlotRefused("bad_rules", f"{per_hour} an hour")
    return per_hour.as_integer_ratio()


def minutes_to_pick(count: int, per_hour: Decimal) -> int:
    """Return about how long one picker needs, in whole minutes rounded up; raises `SlotRefused`."""
    numerator, denominator = _speed(per_hour)
    return -(-count * 60 * denominator // numerator)


def slots_of_day(
    rules: SlotRules, day: str, offset: str, *, per_hour: Decimal, booked: Mapping[str, int], now: str
) -> tuple[OfferedSlot, ...]:
    """Return the slots of a day such as `2026-11-22`, soonest first, full and past ones with their refusal.

    `offset` is what the store's clocks have on that day, such as `+08:00`; `booked` says what each slot
    (by its start) has already. A span of hours ends with its last whole slot. Raises `SlotRefused`.
    """
    checked_rules(rules)
    midnight = _midnight(day, offset)
    if midnight.date() in map(_date, rules.closed_days):
        return ()
    starts = sorted(
        minute
        for hours in rules.opening
        if hours.weekday == midnight.isoweekday()
        for minute in range(
            _minute(hours.opens), _minute(hours.closes) - rules.slot_minutes + 1, rules.slot_minutes
        )
    )
    most, moment = capacity(rules, per_hour), Moment(now).exact
    slots = []
    for minute in starts:
        begins = midnight + dt.timedelta(minutes=minute)
        ends = begins + dt.timedelta(minutes=rules.slot_minutes)
        closes = begins - dt.timedelta(minutes=rules.cut_off_minutes)
        taken = booked.get(begins.isoformat(), 0)
        refusal = ""
        if Moment(closes.isoformat()).exact < moment:
            refusal = "too_late"
        elif taken >= most:
            refusal = "slot_full"
        slots.append(
            OfferedSlot(
                starts_at=begins.isoformat(),
                ends_at=ends.isoformat(),
                capacity=most,
                booked=taken,
                refusal=refusal,
            )
        )
    return tuple(slots)


def _midnight(day: str, offset: str) -> dt.datetime:
    if _OFFSET.fullmatch(offset) is None:
        raise SlotRefused("bad_day", offset)
    zone = dt.datetime.fromisoformat(f"2000-01-01T00:00{offset}").tzinfo
    return dt.datetime.combine(_date(day), dt.time(), zone)


def book(slots: Iterable[OfferedSlot], starts_at: str, count: int) -> OfferedSlot:
    """Return the slot with so much more booked, as it is at the moment of ordering; raises `SlotRefused`.

    A slot may have filled since the page was shown: the caller asks again under its lock. An order that
    is larger than a whole slot takes an empty one.
    """
    if count < 1:
        raise SlotRefused("bad_rules", f"{count} to book")
    for slot in slots:
        if slot.starts_at == starts_at:
            if slot.refusal:
                raise SlotRefused(slot.refusal, starts_at)
            if slot.booked and slot.booked + count > slot.capacity:
                raise SlotRefused("slot_full", starts_at)
            return msgspec.structs.replace(slot, booked=slot.booked + count)
    raise SlotRefused("closed", starts_at)
