"""Which tier a member is in, by spending; until when, what comes next, and where the member falls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Final

import msgspec

from retail.loyalty.program import PreparedProgram, TierFall, TierPeriod
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused
from retail.term import day_of, last_day

_FOREVER: Final = date.max.toordinal()


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a member stands; `tier_id` is empty below the first tier.

    `spend_minor` is what counts now. The tier holds through `ends_on` (`YYYY-MM-DD`, empty: for ever) even
    if nothing more is bought; then the member falls to `falls_to`. `missing_minor` is missing to
    `next_tier_id` (empty: there is none), `to_hold_minor` to what the present tier asks: more than nothing
    while it is only kept.
    """

    tier_id: str = ""
    spend_minor: int = 0
    ends_on: str = ""
    falls_to: str = ""
    next_tier_id: str = ""
    missing_minor: int = 0
    to_hold_minor: int = 0


def tier_of(prepared: PreparedProgram, spends: Iterable[tuple[str, int]], now: str) -> Standing:
    """Return where a member stands, from (time, amount in minor units) of what was bought.

    Days are those on the store's wall. A return is a negative amount at the time of the sale that it takes
    back, so that it is as if it had never been bought; a day that would come out below zero counts as
    nothing. What lies after today does not count. The spends reach back as far as a tier may still be kept
    from. Raises `TermInvalid` for a time that is none, `AmountRefused("too_large")`.
    """
    today = day_of(now).toordinal()
    spans = _spans(prepared, spends, today)
    spent = sum(amount for first, last, amount in spans if first <= today <= last)
    until = _kept_until(prepared, spans)
    tiers = prepared.tiers
    present = max((place for place, last in enumerate(until) if last >= today), default=-1)
    following = tiers[present + 1] if present + 1 < len(tiers) else None
    if present < 0:
        held, ends, falls = None, _FOREVER, -1
    else:
        held, ends = tiers[present], until[present]
        falls = max((place for place in range(present) if until[place] > ends), default=-1)
    return Standing(
        tier_id=held.tier_id if held else "",
        spend_minor=spent,
        ends_on="" if ends == _FOREVER else date.fromordinal(ends).isoformat(),
        falls_to=tiers[falls].tier_id if falls >= 0 else "",
        next_tier_id=following.tier_id if following else "",
        missing_minor=following.from_spend_minor - spent if following else 0,
        to_hold_minor=max(0, held.from_spend_minor - spent) if held else 0,
    )


_Span = tuple[int, int, int]
"""First day, last day, amount: while a purchase counts."""


def _spans(prepared: PreparedProgram, spends: Iterable[tuple[str, int]], today: int) -> list[_Span]:
    by_day: dict[date, int] = {}
    for when, amount in spends:
        if abs(amount) > LARGEST_AMOUNT_MINOR:
            raise AmountRefused("too_large", amount)
        day = day_of(when)
        by_day[day] = by_day.get(day, 0) + amount
    rolling = prepared.program.tier_period is TierPeriod.ROLLING
    spans = []
    for day, amount in by_day.items():
        first = day.toordinal()
        last = first + prepared.program.tier_days - 1 if rolling else date(day.year, 12, 31).toordinal()
        if amount > 0 and first <= today:
            spans.append((first, min(last, _FOREVER - 1), amount))
    return spans


def _kept_until(prepared: PreparedProgram, spans: Iterable[_Span]) -> list[int]:
    """Return the last day of each tier if nothing more is bought, 0 for one that was never reached.

    Purchases only ever stop counting after today, so the last day on which the spending sufficed is known
    today, whether it has been or is to come.
    """
    tiers, program = prepared.tiers, prepared.program
    sufficed = [_FOREVER if tier.from_spend_minor == 0 else 0 for tier in tiers]
    changes: dict[int, int] = {}
    for first, last, amount in spans:
        changes[first] = changes.get(first, 0) + amount
        changes[last + 1] = changes.get(last + 1, 0) - amount
    counted = 0
    days = sorted(changes)
    for day, next_day in pairwise(days):
        counted += changes[day]
        for place, tier in enumerate(tiers):
            if 0 < tier.from_spend_minor <= counted:
                sufficed[place] = next_day - 1
    until = [0] * len(tiers)
    above = 0
    for place in reversed(range(len(tiers))):
        if program.tier_falls is TierFall.ONE_TIER:
            sufficed[place] = max(sufficed[place], above)
        last = sufficed[place]
        if 0 < last < _FOREVER and not program.tier_kept.is_none:
            last = last_day(program.tier_kept, date.fromordinal(last)).toordinal()
        until[place] = above = last
    return until
