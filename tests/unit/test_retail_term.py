"""Terms: how long something holds, by the store's calendar."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.occasion import Moment
from retail.term import (
    MOST_DAYS,
    MOST_MONTHS,
    Term,
    TermEnd,
    TermInvalid,
    checked_term,
    day_of,
    end_of,
    last_day,
    moment_of,
)

NOON = "2026-11-22T12:00:00+08:00"
DAYS = st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 12, 31))


@pytest.mark.parametrize(
    ("term", "start", "last"),
    [
        (Term(days=1), "2026-11-22", "2026-11-23"),
        (Term(days=365), "2027-03-01", "2028-02-29"),
        (Term(months=1), "2026-01-31", "2026-02-28"),
        (Term(months=1), "2028-01-31", "2028-02-29"),
        (Term(months=12), "2028-02-29", "2029-02-28"),
        (Term(months=3, days=2), "2026-11-29", "2027-03-02"),
        (Term(to_end_of=TermEnd.MONTH), "2026-11-22", "2026-11-30"),
        (Term(months=3, to_end_of=TermEnd.MONTH), "2026-11-30", "2027-02-28"),
        (Term(months=12, to_end_of=TermEnd.YEAR), "2026-01-01", "2027-12-31"),
        (Term(to_end_of=TermEnd.YEAR, year_ends="09-30"), "2026-09-30", "2026-09-30"),
        (Term(to_end_of=TermEnd.YEAR, year_ends="09-30"), "2026-10-01", "2027-09-30"),
    ],
)
def test_a_term_ends_with_its_last_day(term: Term, start: str, last: str) -> None:
    assert last_day(term, date.fromisoformat(start)).isoformat() == last
    assert end_of(term, f"{start}T23:59:59+08:00")[:10] > last


def test_a_term_is_over_at_midnight_with_the_offset_of_its_start() -> None:
    assert end_of(Term(days=1), NOON) == "2026-11-24T00:00:00+08:00"
    assert end_of(Term(days=1), "2026-11-22T23:30:00-05:00") == "2026-11-24T00:00:00-05:00"
    assert end_of(Term(days=1), "2026-11-22T23:30:00Z") == "2026-11-24T00:00:00+00:00"


def test_no_term_has_no_end() -> None:
    assert Term().is_none
    assert end_of(Term(), NOON) == ""


@pytest.mark.parametrize(
    "term", [Term(days=1), Term(months=1), Term(to_end_of=TermEnd.MONTH), Term(to_end_of=TermEnd.YEAR)]
)
def test_anything_that_lasts_is_a_term(term: Term) -> None:
    assert not term.is_none


def test_a_hundred_years_are_a_term() -> None:
    longest = Term(days=MOST_DAYS, months=MOST_MONTHS)
    assert checked_term(longest) is longest


@pytest.mark.parametrize(
    ("term", "code"),
    [
        (Term(days=-1), "negative"),
        (Term(months=-1), "negative"),
        (Term(days=MOST_DAYS + 1), "too_long"),
        (Term(months=MOST_MONTHS + 1), "too_long"),
        (Term(days=1, year_ends="02-29"), "bad_year_end"),
        (Term(days=1, year_ends="13-01"), "bad_year_end"),
        (Term(days=1, year_ends="1231"), "bad_year_end"),
        (Term(days=1, year_ends="12-31x"), "bad_year_end"),
        (Term(days=1, year_ends=""), "bad_year_end"),
    ],
)
def test_a_term_that_cannot_be_counted_is_refused(term: Term, code: str) -> None:
    with pytest.raises(TermInvalid) as refused:
        checked_term(term)
    assert refused.value.code == code
    with pytest.raises(TermInvalid):
        end_of(term, NOON)


@pytest.mark.parametrize(
    "term",
    [
        Term(days=40),
        Term(months=12),
        Term(to_end_of=TermEnd.MONTH, days=40),
        Term(to_end_of=TermEnd.YEAR, year_ends="11-30"),
    ],
)
def test_a_term_beyond_the_calendar_is_refused(term: Term) -> None:
    with pytest.raises(TermInvalid) as refused:
        last_day(term, date(9999, 12, 30))
    assert refused.value.code == "too_long"


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-22T12:00:00", "0001-01-01T00:00:00+00:00"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(TermInvalid) as refused:
        day_of(text)
    assert (refused.value.code, refused.value.what) == ("bad_time", text)


def test_the_day_is_that_on_the_wall() -> None:
    assert day_of("2026-11-22T00:30:00+08:00") == date(2026, 11, 22)
    assert day_of("1969-12-31T23:59:59-05:00") == date(1969, 12, 31)
    assert moment_of(NOON).exact == Moment(NOON).exact


@given(
    start=DAYS, later=DAYS, months=st.integers(0, 120), days=st.integers(0, 900), end=st.sampled_from(TermEnd)
)
def test_what_starts_later_never_ends_earlier(
    start: date, later: date, months: int, days: int, end: TermEnd
) -> None:
    term = Term(months=months, days=days, to_end_of=end)
    start, later = sorted((start, later))
    assert start <= last_day(term, start) <= last_day(term, later)


@given(start=DAYS, months=st.integers(0, 120))
def test_months_alone_keep_the_day_or_take_the_last_one(start: date, months: int) -> None:
    last = last_day(Term(months=months, days=0), start)
    assert (last.year - start.year) * 12 + last.month - start.month == months
    assert last.day == start.day or last_day(Term(to_end_of=TermEnd.MONTH), last) == last
