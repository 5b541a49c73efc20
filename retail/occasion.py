"""When and for whom a price list or a promotion holds: read once from its row, asked at each pricing.

Times are those of the store: a bound without an offset, and every hour and weekday, means the clock on
the store's wall, which is what the moment's own offset shows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

CHANNELS: Final = ("store", "online")
"""Where something is sold."""

ANY_MEMBER: Final = "*"
"""Among member tiers: whoever is a member, of any tier or none."""

BIRTHDAY_PERIODS: Final = ("", "day", "month")

_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 (the zero of wall clocks, which have no zone)
_EPOCH_UTC: Final = _EPOCH.replace(tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_DAY: Final = timedelta(days=1)
_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")
_LAST_MINUTE: Final = 24 * 60


class ConditionInvalid(ValueError):
    """A condition that cannot be read; `reason` is a stable code.

    Reasons: `bad_time`, `ends_before_it_starts`, `bad_weekdays`, `bad_month_days`, `bad_hours`,
    `bad_channels`, `bad_birthday`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Moment:
    """A point in local time, read once: `exact`, and as the clock on the `wall` shows it; microseconds.

    `minute` counts from midnight on the wall; `day` and `day_before` are (weekday from 1 for Monday,
    day of the month); `birthday` is `MM-DD`.
    """

    __slots__ = ("_at", "day", "exact", "minute", "wall")

    def __init__(self, text: str) -> None:
        """Read an RFC 3339 time with its offset; raises `ValueError` for anything else."""
        at = datetime.fromisoformat(text)
        offset = at.utcoffset()
        if offset is None:
            raise ValueError(f"a time without its offset: {text!r}")
        if at.year < 1900:
            raise ValueError(f"a time before there were tills: {text!r}")
        self._at = at
        self.minute = at.hour * 60 + at.minute
        self.day = (at.isoweekday(), at.day)
        # In whole numbers: to subtract times from each other takes several times as long.
        days = at.toordinal() - _EPOCH.toordinal()
        self.wall = ((days * _LAST_MINUTE + self.minute) * 60 + at.second) * 1_000_000 + at.microsecond
        self.exact = self.wall - offset // _MICROSECOND

    @property
    def day_before(self) -> tuple[int, int]:
        earlier = self._at - _DAY
        return earlier.isoweekday(), earlier.day

    @property
    def birthday(self) -> str:
        return f"{self._at.month:02d}-{self._at.day:02d}"


class Bound:
    """Where something starts or ends. A time without an offset means the clock on the store's wall."""

    __slots__ = ("_at", "_on_wall")

    def __init__(self, text: str) -> None:
        """Read an RFC 3339 time with or without its offset; raises `ConditionInvalid("bad_time")`."""
        try:
            at = datetime.fromisoformat(text)
        except ValueError as unreadable:
            raise ConditionInvalid("bad_time") from unreadable
        self._at = _microseconds(at)
        self._on_wall = at.tzinfo is None

    def reached(self, moment: Moment) -> bool:
        """Say whether the moment is this time or later."""
        return (moment.wall if self._on_wall else moment.exact) >= self._at

    def is_before(self, other: Bound) -> bool:
        """Say whether this time is before another; bounds of different clocks are never compared."""
        return self._on_wall is not other._on_wall or self._at < other._at


def _microseconds(at: datetime) -> int:
    """Return a time as a whole number, which compares much faster than a time with an offset."""
    return (at - (_EPOCH if at.tzinfo is None else _EPOCH_UTC)) // _MICROSECOND


class Occasion:
    """The present case: when, where and for whom something is priced.

    `orders` is how many sales the customer has completed, None when nobody knows; `birthday` is `MM-DD`.
    """

    __slots__ = ("birthday", "channel", "groups", "is_member", "moment", "orders", "tier")

    def __init__(
        self,
        moment: Moment,
        *,
        channel: str = "store",
        is_member: bool = False,
        tier: str = "",
        groups: Sequence[str] = (),
        birthday: str = "",
        orders: int | None = None,
    ) -> None:
        self.moment = moment
        self.channel = channel
        self.is_member = is_member
        self.tier = tier
        self.groups = frozenset(groups)
        self.birthday = birthday
        self.orders = orders


class Conditions:
    """When and for whom one row holds; everything left empty holds always and for everybody."""

    __slots__ = (
        "_any_day",
        "_birthday",
        "_channels",
        "_ends",
        "_first_order",
        "_for_all",
        "_groups",
        "_hours",
        "_month_days",
        "_starts",
        "_tiers",
        "_weekdays",
        "always",
    )

    def __init__(
        self,
        *,
        starts_at: str = "",
        ends_at: str = "",
        weekdays: Sequence[int] = (),
        month_days: Sequence[int] = (),
        hours: Sequence[str] = (),
        channels: Sequence[str] = (),
        member_tiers: Sequence[str] = (),
        member_groups: Sequence[str] = (),
        birthday: str = "",
        first_order: bool = False,
    ) -> None:
        """Read the conditions of a row; raises `ConditionInvalid`."""
        self._starts = Bound(starts_at) if starts_at else None
        self._ends = Bound(ends_at) if ends_at else None
        if self._starts is not None and self._ends is not None and not self._starts.is_before(self._ends):
            raise ConditionInvalid("ends_before_it_starts")
        self._weekdays = _days(weekdays, 7, "bad_weekdays")
        self._month_days = _days(month_days, 31, "bad_month_days")
        self._hours = tuple(span for text in hours for span in _spans(text))
        if not set(channels) <= set(CHANNELS):
            raise ConditionInvalid("bad_channels")
        self._channels = frozenset(channels)
        self._tiers = frozenset(member_tiers)
        self._groups = frozenset(member_groups)
        if birthday not in BIRTHDAY_PERIODS:
            raise ConditionInvalid("bad_birthday")
        self._birthday = birthday
        self._first_order = first_order
        self._for_all = not (channels or member_tiers or member_groups or birthday or first_order)
        self._any_day = not (weekdays or month_days or hours)
        self.always = self._for_all and self._any_day and not (starts_at or ends_at)

    def refusal(self, occasion: Occasion) -> str:
        """Return why the row does not hold now for this customer (a code), or nothing when it does.

        Codes: `other_channel`, `other_members`, `not_birthday`, `not_first_order`, `not_yet`, `expired`,
        `other_day`, `other_hours`.
        """
        if self.always:
            return ""
        return (not self._for_all and self._whom(occasion)) or self._when(occasion.moment)

    def _whom(self, occasion: Occasion) -> str:
        if self._channels and occasion.channel not in self._channels:
            return "other_channel"
        tiers = self._tiers
        if tiers and not (occasion.is_member and (ANY_MEMBER in tiers or occasion.tier in tiers)):
            return "other_members"
        if self._groups and not self._groups & occasion.groups:
            return "other_members"
        if self._birthday and not self._is_birthday(occasion):
            return "not_birthday"
        if self._first_order and occasion.orders != 0:
            return "not_first_order"
        return ""

    def _is_birthday(self, occasion: Occasion) -> bool:
        today = occasion.moment.birthday
        if self._birthday == "month":
            return bool(occasion.birthday) and occasion.birthday[:2] == today[:2]
        return occasion.birthday == today

    def _when(self, moment: Moment) -> str:
        if self._starts is not None and not self._starts.reached(moment):
            return "not_yet"
        if self._ends is not None and self._ends.reached(moment):
            return "expired"
        if self._any_day:
            return ""
        if not self._hours:
            return "" if self._holds_on(moment.day) else "other_day"
        days = [
            moment.day_before if after_midnight else moment.day
            for begins, ends, after_midnight in self._hours
            if begins <= moment.minute < ends
        ]
        if not days:
            return "other_hours"
        return "" if any(map(self._holds_on, days)) else "other_day"

    def _holds_on(self, day: tuple[int, int]) -> bool:
        weekday, month_day = day
        if self._weekdays and weekday not in self._weekdays:
            return False
        return not self._month_days or month_day in self._month_days


def _days(days: Sequence[int], last: int, reason: str) -> frozenset[int]:
    if not all(1 <= day <= last for day in days):
        raise ConditionInvalid(reason)
    return frozenset(days)


_Span = tuple[int, int, bool]
"""First minute, the minute after the last, and whether the span belongs to the day before."""


def _spans(text: str) -> tuple[_Span, ...]:
    """Read hours such as `17:00-19:00`; those over midnight are two spans, the later of the day before."""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ConditionInvalid("bad_hours")
    begins = int(found[1]) * 60 + int(found[2])
    ends = int(found[3]) * 60 + int(found[4]) if found[3] else _LAST_MINUTE
    if begins == ends:
        raise ConditionInvalid("bad_hours")
    if begins < ends:
        return ((begins, ends, False),)
    return ((begins, _LAST_MINUTE, False), (0, ends, True))
