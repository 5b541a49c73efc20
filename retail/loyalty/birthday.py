"""A member's birthday: when its points are due, once a year."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Collection
from datetime import date
from typing import Final

from retail.loyalty.program import BirthdayPeriod, LeapBirthday, PreparedProgram
from retail.loyalty.refusal import PointsRefused
from retail.term import day_of

_LEAP_DAY: Final = "02-29"
_INSTEAD: Final[dict[LeapBirthday, str]] = {
    LeapBirthday.FEBRUARY_28: "02-28",
    LeapBirthday.MARCH_1: "03-01",
}
"""Where a birthday on 29 February falls in a year without it: 28 February as in Taiwan (Civil Code, article
121), 1 March as in Hong Kong (Age of Majority (Related Provisions) Ordinance, Cap. 410, section 5)."""


def birthday_in(prepared: PreparedProgram, birthday: str, year: int) -> str:
    """Return a birthday (`MM-DD`) as it is kept in a year; raises `PointsRefused("bad_birthday")`."""
    try:
        if len(birthday) != 5:
            raise ValueError(birthday)
        date.fromisoformat(f"2000-{birthday}")
    except ValueError as unreadable:
        raise PointsRefused("bad_birthday", birthday) from unreadable
    if birthday == _LEAP_DAY and not isleap(year):
        return _INSTEAD[prepared.program.leap_birthday]
    return birthday


def birthday_points_due(
    prepared: PreparedProgram, birthday: str, now: str, given_years: Collection[int]
) -> int:
    """Return the points that a member's birthday (`MM-DD`, empty: not known) brings now, 0 for none.

    They are due on the day, or in its month, as the programme says, and once in a calendar year:
    `given_years` are those in which they were given. Raises `PointsRefused("bad_birthday")`, or
    `TermInvalid` for a time that is none.
    """
    today = day_of(now)
    if not birthday or today.year in given_years:
        return 0
    kept = birthday_in(prepared, birthday, today.year)
    shown = f"{today.month:02d}-{today.day:02d}"
    if prepared.program.birthday_period is BirthdayPeriod.MONTH:
        kept, shown = kept[:2], shown[:2]
    return prepared.program.birthday_points if kept == shown else 0
