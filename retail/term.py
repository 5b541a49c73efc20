"""How long something holds: points, a member's tier, a gift card. Whole days of the store's calendar.

The day on which something happens does not count, a term ends with the last hour of its last day, and
where a month has no such day, with the last day of that month: Regulation (EEC, Euratom) No 1182/71,
Article 3(1) and (2), which says what the civil codes of most countries say.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from retail.occasion import Moment

MOST_MONTHS: Final = 1_200
MOST_DAYS: Final = 36_525
"""A hundred years."""

_MICROSECONDS_A_DAY: Final = 24 * 60 * 60 * 1_000_000
_FIRST_DAY: Final = date(1970, 1, 1).toordinal()


class TermInvalid(ValueError):
    """A term or a time that cannot be read; `code` names the reason.

    Codes: `bad_time`, `negative`, `too_long`, `bad_year_end`.
    """

    def __init__(self, code: str, what: object) -> None:
        super().__init__(f"{what!r} is no term or time: {code}")
        self.code = code
        self.what = what


class TermEnd(StrEnum):
    """Where a term ends: with the day that it reaches, or only with the month or year that the day is in."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A length of time: `months`, then `days`, then on to the end of that day, month or year.

    `year_ends` is the last day of a year as `MM-DD`, for whoever closes on another day than 31 December.
    A term of nothing at all is no term: what that means is for its user to say (never ends, falls at once).
    """

    months: int = 0
    days: int = 0
    to_end_of: TermEnd = TermEnd.DAY
    year_ends: str = "12-31"

    @property
    def is_none(self) -> bool:
        """Say whether this is no term."""
        return not self.months and not self.days and self.to_end_of is TermEnd.DAY


def checked_term(term: Term) -> Term:
    """Return a term that can be counted; raises `TermInvalid`."""
    if term.months < 0 or term.days < 0:
        raise TermInvalid("negative", term)
    if term.months > MOST_MONTHS or term.days > MOST_DAYS:
        raise TermInvalid("too_long", term)
    _year_end(term.year_ends, 2001)
    return term


def moment_of(text: str) -> Moment:
    """Read an RFC 3339 time with its offset; raises `TermInvalid("bad_time")`."""
    try:
        return Moment(text)
    except (ValueError, OverflowError) as unreadable:
        raise TermInvalid("bad_time", text) from unreadable


def day_of(text: str) -> date:
    """Return the day of a time on the wall of the store; raises `TermInvalid("bad_time")`."""
    return date.fromordinal(_FIRST_DAY + moment_of(text).wall // _MICROSECONDS_A_DAY)


def last_day(term: Term, start: date) -> date:
    """Return the last day of a term that starts on a day; raises `TermInvalid`."""
    checked_term(term)
    month = start.year * 12 + start.month - 1 + term.months
    try:
        first = date(month // 12, month % 12 + 1, 1)
        reached = _on(first, start.day) + timedelta(days=term.days)
        if term.to_end_of is TermEnd.MONTH:
            return _on(reached, 31)
        if term.to_end_of is TermEnd.YEAR:
            ends = _year_end(term.year_ends, reached.year)
            return ends if reached <= ends else _year_end(term.year_ends, reached.year + 1)
    except (ValueError, OverflowError) as beyond_the_calendar:
        raise TermInvalid("too_long", term) from beyond_the_calendar
    return reached


def end_of(term: Term, start: str) -> str:
    """Return when a term that starts at a time is over, or nothing for no term.

    The result is the first moment after its last day, RFC 3339, with the offset of the start (a change to
    or from summer time in between is not known here). Raises `TermInvalid`.
    """
    if term.is_none:
        return ""
    after = last_day(term, day_of(start)) + timedelta(days=1)
    midnight = datetime(after.year, after.month, after.day, tzinfo=datetime.fromisoformat(start).tzinfo)
    return midnight.isoformat()


def _on(month: date, day: int) -> date:
    """Return a day of a month, its last one when it has no such day."""
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))


def _year_end(text: str, year: int) -> date:
    """Read `MM-DD` in a year; 29 February is refused, for most years do not have it."""
    try:
        if len(text) != 5:
            raise ValueError(text)
        date.fromisoformat(f"2001-{text}")
    except ValueError as unreadable:
        raise TermInvalid("bad_year_end", text) from unreadable
    return date(year, int(text[:2]), int(text[3:]))
