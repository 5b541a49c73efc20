"""Dates of a code: the century they mean, what has expired and what may still be sold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from biip.gs1_element_strings import GS1ElementString
from hypothesis import given
from hypothesis import strategies as st

from retail.barcode import ProductCode, read
from retail.freshness import Freshness, day_meant, freshness

GTIN = "04006381333931"


def product(elements: str) -> ProductCode:
    scan = read(f"(01){GTIN}{elements}", ())
    assert isinstance(scan, ProductCode)
    return scan


# GS1 General Specifications 7.12: the year within 49 years past and 50 to come.
@pytest.mark.parametrize(
    ("digits", "today", "meant"),
    [
        ("260131", 2026, "2026-01-31"),
        ("760131", 2026, "2076-01-31"),
        ("770131", 2026, "1977-01-31"),
        ("990131", 2026, "1999-01-31"),
        ("000131", 2026, "2000-01-31"),
        ("500131", 2000, "2050-01-31"),
        ("510131", 2000, "1951-01-31"),
        ("100131", 2060, "2110-01-31"),
        ("110131", 2060, "2011-01-31"),
        ("260200", 2026, "2026-02-28"),  # day 00: the end of the month
        ("280200", 2026, "2028-02-29"),
        ("261200", 2026, "2026-12-31"),
        ("280229", 2026, "2028-02-29"),
        ("000229", 2026, "2000-02-29"),
        ("000229", 2060, "2100-02-28"),  # that year has none
    ],
)
def test_two_digits_of_a_year_mean_the_nearest_one(digits: str, today: int, meant: str) -> None:
    assert day_meant(digits, date(today, 6, 15)).isoformat() == meant


@given(st.integers(0, 99), st.integers(1, 12), st.integers(0, 28))
def test_a_date_is_that_of_the_other_reader(year: int, month: int, day: int) -> None:
    digits = f"{year:02d}{month:02d}{day:02d}"
    assert day_meant(digits, date.today()) == GS1ElementString.parse(f"17{digits}").date  # noqa: DTZ011


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(-17_800, 18_200))
def test_a_date_within_half_a_century_is_understood(today: date, days: int) -> None:
    meant = today + timedelta(days=days)
    if -49 <= meant.year - today.year <= 50:
        assert day_meant(meant.strftime("%y%m%d"), today) == meant


NOW = "2026-11-22T18:30:00+08:00"


@pytest.mark.parametrize(
    ("elements", "state"),
    [
        ("", Freshness.FRESH),
        ("(11)200101(13)200101", Freshness.FRESH),  # produced and packed are no limits
        ("(17)261121", Freshness.EXPIRED),
        ("(17)261122", Freshness.FRESH),  # its last day
        ("(17)261100", Freshness.FRESH),
        ("(17)261000", Freshness.EXPIRED),
        ("(17)801121", Freshness.EXPIRED),  # of 1980
        ("(7003)2611221829", Freshness.EXPIRED),
        ("(7003)2611221830", Freshness.FRESH),
        ("(7003)2611222359", Freshness.FRESH),
        ("(7003)2611212359", Freshness.EXPIRED),
        ("(16)261121", Freshness.SELL_BY_PASSED),
        ("(16)261122", Freshness.FRESH),
        ("(15)261121", Freshness.BEST_BEFORE_PASSED),
        ("(15)261122", Freshness.FRESH),
        ("(15)261121(16)261121", Freshness.SELL_BY_PASSED),
        ("(15)261121(16)261121(17)261121", Freshness.EXPIRED),
        ("(15)261121(17)261231", Freshness.BEST_BEFORE_PASSED),
        ("(17)261231(7003)2611212359", Freshness.EXPIRED),
    ],
)
def test_what_a_date_means_on_the_day_of_the_sale(elements: str, state: Freshness) -> None:
    assert freshness(product(elements), NOW) is state


def test_the_day_is_that_of_the_stores_own_clock() -> None:
    expires_today = product("(17)261122")
    assert freshness(expires_today, "2026-11-22T23:59:59+08:00") is Freshness.FRESH
    assert freshness(expires_today, "2026-11-23T00:00:00+08:00") is Freshness.EXPIRED


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="noon"):
        freshness(product("(17)261122"), "noon")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(0, 400))
def test_what_has_expired_stays_so(today: date, later: int) -> None:
    item = product(f"(17){today:%y%m%d}")
    day = f"{today + timedelta(days=1)}T00:00:00+00:00"
    assert freshness(item, f"{today}T23:59:59+00:00") is Freshness.FRESH
    assert freshness(item, day) is Freshness.EXPIRED
    assert freshness(item, f"{today + timedelta(days=1 + later)}T12:00:00+00:00") is Freshness.EXPIRED
