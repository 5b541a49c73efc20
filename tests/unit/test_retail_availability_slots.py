"""Pickup slots: opening hours, cut-off, and a capacity that follows how fast the store picks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.availability.slot import (
    FEWEST_PICKED,
    LARGEST_CAPACITY,
    OfferedSlot,
    OpeningHours,
    Picked,
    SlotRefused,
    SlotRules,
    book,
    capacity,
    checked_rules,
    minutes_to_pick,
    picking_speed,
    slots_of_day,
)

NOW = "2026-11-22T10:00:00+08:00"  # a Sunday
SUNDAY = (OpeningHours(weekday=7, opens="12:00", closes="14:00"),)
RULES = SlotRules(opening=SUNDAY, usual_per_hour=60)


def day(
    rules: SlotRules = RULES, now: str = NOW, booked: dict[str, int] | None = None, **fields: Any
) -> tuple[OfferedSlot, ...]:
    usual: dict[str, Any] = {"day": "2026-11-22", "offset": "+08:00", "per_hour": Decimal(60)}
    return slots_of_day(rules, booked=booked or {}, now=now, **(usual | fields))


def refused(**fields: Any) -> str:
    with pytest.raises(SlotRefused) as refusal:
        day(**fields)
    return refusal.value.code


def test_a_day_has_the_slots_of_its_opening_hours() -> None:
    assert [(one.starts_at, one.ends_at) for one in day()][:2] == [
        ("2026-11-22T12:00:00+08:00", "2026-11-22T12:30:00+08:00"),
        ("2026-11-22T12:30:00+08:00", "2026-11-22T13:00:00+08:00"),
    ]
    assert len(day()) == 4
    assert {one.capacity for one in day()} == {30}
    assert day(day="2026-11-23") == ()
    assert day(replace(RULES, closed_days=("2026-11-22",))) == ()


def test_a_span_ends_with_its_last_whole_slot_and_a_day_may_have_several() -> None:
    spans = (
        OpeningHours(weekday=7, opens="18:00", closes="18:59"),
        OpeningHours(weekday=7, opens="23:30", closes="24:00"),
        OpeningHours(weekday=7, opens="12:00", closes="12:30"),
    )
    assert [one.starts_at[11:16] for one in day(replace(RULES, opening=spans))] == ["12:00", "18:00", "23:30"]
    assert day(replace(RULES, opening=spans))[-1].ends_at == "2026-11-23T00:00:00+08:00"


def test_the_cut_off_is_the_last_moment_to_order() -> None:
    assert [one.refusal for one in day(now=NOW)] == ["", "", "", ""]
    assert [one.refusal for one in day(now="2026-11-22T10:00:01+08:00")] == ["too_late", "", "", ""]
    assert day(now="2026-11-22T02:00:00+00:00") == day()


def test_a_full_slot_says_so() -> None:
    first, second = day(booked={"2026-11-22T12:00:00+08:00": 30, "2026-11-22T12:30:00+08:00": 12})[:2]
    assert (first.free, first.refusal) == (0, "slot_full")
    assert (second.free, second.refusal) == (18, "")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"day": "tomorrow"}, "bad_day"),
        ({"offset": "+8"}, "bad_day"),
        ({"offset": ""}, "bad_day"),
        ({"rules": replace(RULES, closed_days=("Christmas",))}, "bad_day"),
        ({"rules": replace(RULES, slot_minutes=4)}, "bad_rules"),
        ({"rules": replace(RULES, slot_minutes=1441)}, "bad_rules"),
        ({"rules": replace(RULES, cut_off_minutes=-1)}, "bad_rules"),
        ({"rules": replace(RULES, pickers=-1)}, "bad_rules"),
        ({"rules": replace(RULES, usual_per_hour=0)}, "bad_rules"),
        (
            {"rules": replace(RULES, opening=(OpeningHours(weekday=8, opens="09:00", closes="10:00"),))},
            "bad_hours",
        ),
        (
            {"rules": replace(RULES, opening=(OpeningHours(weekday=7, opens="10:00", closes="10:00"),))},
            "bad_hours",
        ),
        (
            {"rules": replace(RULES, opening=(OpeningHours(weekday=7, opens="9:00", closes="10:00"),))},
            "bad_hours",
        ),
        (
            {
                "rules": replace(
                    RULES, opening=(*SUNDAY, OpeningHours(weekday=7, opens="13:00", closes="15:00"))
                )
            },
            "bad_hours",
        ),
    ],
)
def test_rules_that_cannot_be_are_refused(fields: dict[str, Any], code: str) -> None:
    assert refused(**fields) == code


def test_rules_that_can_be_are_taken_as_they_are() -> None:
    assert checked_rules(RULES) is RULES


def test_the_speed_is_the_usual_one_until_the_store_has_shown_its_own() -> None:
    few = [Picked(count=FEWEST_PICKED - 1, seconds=60)]
    assert picking_speed(RULES, few) == 60
    assert picking_speed(RULES, [*few, Picked(count=0, seconds=99), Picked(count=50, seconds=0)]) == 60
    assert picking_speed(RULES, [Picked(count=30, seconds=900), Picked(count=10, seconds=2700)]) == 40


@pytest.mark.parametrize(
    ("per_hour", "pickers", "minutes", "most"),
    [
        ("60", 1, 30, 30),
        ("59.9", 1, 30, 29),
        ("45", 2, 30, 45),
        ("60", 0, 30, 0),
        ("999999999", 9, 60, LARGEST_CAPACITY),
    ],
)
def test_a_slot_takes_what_its_pickers_do_in_its_time(
    per_hour: str, pickers: int, minutes: int, most: int
) -> None:
    assert capacity(replace(RULES, pickers=pickers, slot_minutes=minutes), Decimal(per_hour)) == most


def test_how_long_picking_takes() -> None:
    assert minutes_to_pick(12, Decimal(80)) == 9
    assert minutes_to_pick(12, Decimal("80.1")) == 9
    assert minutes_to_pick(0, Decimal(80)) == 0


@pytest.mark.parametrize("per_hour", ["0", "-1", "NaN", "Infinity"])
def test_a_speed_that_cannot_be_is_refused(per_hour: str) -> None:
    for ask in (lambda speed: minutes_to_pick(12, speed), lambda speed: capacity(RULES, speed)):
        with pytest.raises(SlotRefused) as refusal:
            ask(Decimal(per_hour))
        assert refusal.value.code == "bad_rules"


NOON = "2026-11-22T12:00:00+08:00"


def test_a_slot_that_filled_between_page_and_click_is_refused() -> None:
    assert book(day(booked={NOON: 18}), NOON, 12).booked == 30
    for booked, count in ((19, 12), (30, 1)):
        with pytest.raises(SlotRefused) as refusal:
            book(day(booked={NOON: booked}), NOON, count)
        assert refusal.value.code == "slot_full"


def test_an_order_larger_than_a_slot_takes_an_empty_one() -> None:
    assert book(day(), NOON, 40).booked == 40
    with pytest.raises(SlotRefused):
        book(day(booked={NOON: 1}), NOON, 30)


@pytest.mark.parametrize(
    ("starts_at", "count", "now", "code"),
    [
        (NOON, 1, "2026-11-22T11:00:00+08:00", "too_late"),
        ("2026-11-22T20:00:00+08:00", 1, NOW, "closed"),
        (NOON, 0, NOW, "bad_rules"),
    ],
)
def test_a_slot_that_cannot_be_had_is_refused(starts_at: str, count: int, now: str, code: str) -> None:
    with pytest.raises(SlotRefused) as refusal:
        book(day(now=now), starts_at, count)
    assert refusal.value.code == code


@given(st.lists(st.integers(1, 45), max_size=40), st.integers(0, 3))
def test_no_slot_takes_more_than_its_capacity_but_for_one_order_that_is_larger(
    counts: list[int], pickers: int
) -> None:
    rules = replace(RULES, pickers=pickers)
    booked: dict[str, int] = {}
    alone: set[str] = set()
    for count in counts:
        for slot in day(rules, booked=booked):
            too_many = bool(slot.booked) and slot.booked + count > slot.capacity
            if slot.refusal or too_many:
                with pytest.raises(SlotRefused, match="slot_full"):
                    book(day(rules, booked=booked), slot.starts_at, count)
                continue
            if not slot.booked and count > slot.capacity:
                alone.add(slot.starts_at)
            booked[slot.starts_at] = book(day(rules, booked=booked), slot.starts_at, count).booked
            break
    for slot in day(rules, booked=booked):
        assert slot.booked <= slot.capacity or slot.starts_at in alone
