"""When and for whom something holds: moments, bounds, and conditions that cannot be."""

from __future__ import annotations

import pytest

from retail.occasion import Bound, ConditionInvalid, Conditions, Moment, Occasion


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-03-14", "2026-03-14T10:00:00", "1899-12-31T23:59:59+00:00"]
)
def test_a_text_that_is_no_moment_of_a_till_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Moment(text)


def test_a_bound_without_an_offset_means_the_clock_on_the_wall() -> None:
    on_wall, exact = Bound("2026-03-14T10:00:00"), Bound("2026-03-14T10:00:00+00:00")
    in_singapore = Moment("2026-03-14T10:00:00+08:00")
    assert on_wall.reached(in_singapore)
    assert not exact.reached(in_singapore)
    assert exact.reached(Moment("2026-03-14T18:00:00+08:00"))
    assert on_wall.is_before(exact)
    assert exact.is_before(on_wall)
    assert not exact.is_before(exact)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"starts_at": "soon"}, "bad_time"),
        ({"starts_at": "2026-03-14", "ends_at": "2026-03-14"}, "ends_before_it_starts"),
        ({"weekdays": (0,)}, "bad_weekdays"),
        ({"weekdays": (8,)}, "bad_weekdays"),
        ({"month_days": (32,)}, "bad_month_days"),
        ({"hours": ("17:00-17:00",)}, "bad_hours"),
        ({"hours": ("24:00-17:00",)}, "bad_hours"),
        ({"hours": ("17:00-24:30",)}, "bad_hours"),
        ({"hours": ("5-6",)}, "bad_hours"),
        ({"channels": ("radio",)}, "bad_channels"),
        ({"birthday": "year"}, "bad_birthday"),
    ],
)
def test_a_condition_that_cannot_be_is_refused(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(ConditionInvalid) as invalid:
        Conditions(**fields)  # type: ignore[arg-type]  # each case names fields of Conditions
    assert invalid.value.reason == reason


@pytest.mark.parametrize(
    ("hours", "clock", "refusal"),
    [
        ("17:00-19:00", "16:59:59", "other_hours"),
        ("17:00-19:00", "17:00:00", ""),
        ("17:00-19:00", "18:59:59", ""),
        ("17:00-19:00", "19:00:00", "other_hours"),
        ("22:00-24:00", "23:59:59", ""),
        ("00:00-24:00", "00:00:00", ""),
    ],
)
def test_hours_hold_from_their_first_minute_to_before_their_last(
    hours: str, clock: str, refusal: str
) -> None:
    at = Occasion(Moment(f"2026-03-14T{clock}+08:00"))
    assert Conditions(hours=(hours,)).refusal(at) == refusal


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        ("2026-03-13T23:00:00+08:00", ""),  # Friday night
        ("2026-03-14T01:59:59+08:00", ""),  # Saturday morning still belongs to it
        ("2026-03-14T02:00:00+08:00", "other_hours"),
        ("2026-03-14T23:00:00+08:00", "other_day"),
        ("2026-03-13T01:00:00+08:00", "other_day"),
    ],
)
def test_hours_over_midnight_belong_to_the_day_on_which_they_begin(moment: str, refusal: str) -> None:
    friday_night = Conditions(hours=("22:00-02:00",), weekdays=(5,))
    assert friday_night.refusal(Occasion(Moment(moment))) == refusal
