"""Whether what a code says of its dates lets the item be sold today."""

from __future__ import annotations

import calendar
from datetime import date, datetime
from enum import StrEnum

from retail.scan import ProductCode


class Freshness(StrEnum):
    """What the dates of an item mean on the day of the sale, the worst last."""

    FRESH = "fresh"
    BEST_BEFORE_PASSED = "best_before_passed"  # it may be sold; the customer is told
    SELL_BY_PASSED = "sell_by_passed"  # the maker's last day for offering it is over
    EXPIRED = "expired"  # it may be harmful, or without effect: never sold


def freshness(product: ProductCode, now: str) -> Freshness:
    """Say what an item's dates mean at a moment of the store's clock (RFC 3339 local time).

    Each date is the last good day; `expires_at` the last good minute. GS1 General Specifications, identifiers
    (15), (16), (17) and (7003); in the Union food whose "use by" has passed is deemed unsafe (Regulation (EU)
    No 1169/2011, article 24). Raises `ValueError` for a `now` that is no time.
    """
    moment = datetime.fromisoformat(now)
    today = moment.date()
    if product.expiry and day_meant(product.expiry, today) < today:
        return Freshness.EXPIRED
    if product.expires_at and _has_expired_by(product.expires_at, moment):
        return Freshness.EXPIRED
    if product.sell_by and day_meant(product.sell_by, today) < today:
        return Freshness.SELL_BY_PASSED
    if product.best_before and day_meant(product.best_before, today) < today:
        return Freshness.BEST_BEFORE_PASSED
    return Freshness.FRESH


def _has_expired_by(expires_at: str, moment: datetime) -> bool:
    last = (day_meant(expires_at[:6], moment.date()), int(expires_at[6:8]), int(expires_at[8:]))
    return last < (moment.date(), moment.hour, moment.minute)


def day_meant(digits: str, today: date) -> date:
    """Return the day that `YYMMDD` means today (GS1 General Specifications 7.12).

    The year is the one within 49 years past and 50 years to come; day 00 is the last of its month, and so is
    a 29 February that the year turns out not to have.
    """
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    ahead = (year - today.year) % 100
    full_year = today.year + (ahead if ahead <= 50 else ahead - 100)
    last = calendar.monthrange(full_year, month)[1]
    return date(full_year, month, min(day or last, last))
