"""The worked examples of `docs/examples/availability.md`, run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

import pytest

from retail.availability.counter import CHOICES, SalePolicy, may_sell, split_quota
from retail.availability.promise import Balance, exposure, promise
from retail.availability.reservation import (
    Reservation,
    ReservationState,
    Wanted,
    WhenTooFew,
    oversold,
    reserve,
)
from retail.availability.slot import (
    OpeningHours,
    Picked,
    SlotRefused,
    SlotRules,
    book,
    capacity,
    picking_speed,
    slots_of_day,
)
from retail.quantity import SellingUnit
from retail.stock import Location, StockCause, balances, movements
from tests.fakes.worked_examples import Example, examples, place_of

NOW = "2026-11-22T14:00:00+08:00"


def counted(parts: Iterable[str]) -> list[tuple[str, Decimal]]:
    """Read `2 tea` and the like."""
    pairs = (part.split(" ", 1) for part in parts)
    return [(name, Decimal(quantity)) for quantity, name in pairs]


@pytest.mark.parametrize("example", examples("availability", "What the web shop may promise"), ids=place_of)
def test_what_the_web_shop_may_promise(example: Example) -> None:
    made = promise(
        Balance(
            on_hand=Decimal(example["On the shelf"]),
            reserved=Decimal(example["Reserved"]),
            safety_stock=Decimal(example["Never promised"]),
            exposure=Decimal(example["May be sold"]),
        )
    )
    assert made.available == Decimal(example["Promised"])
    assert made.shortage == Decimal(example["Short by"])


@pytest.mark.parametrize("example", examples("availability", "A store that is silent"), ids=place_of)
def test_a_store_that_is_silent(example: Example) -> None:
    minutes = int(example["Not heard for"].removesuffix(" min"))
    found = exposure(
        sold_per_hour=Decimal(example["Usually sold in an hour"]),
        heard_at=(dt.datetime.fromisoformat(NOW) - dt.timedelta(minutes=minutes)).isoformat(),
        now=NOW,
        unit=SellingUnit(example["Sold by"]),
    )
    assert found == Decimal(example["May be sold"])


@pytest.mark.parametrize("example", examples("availability", "Reserving an order"), ids=place_of)
def test_reserving_an_order(example: Example) -> None:
    lines = [
        Wanted(line_id=str(number), product_id=product_id, quantity=quantity)
        for number, (product_id, quantity) in enumerate(counted(example.items("Lines")))
    ]
    on_hand = {name: Balance(on_hand=quantity) for name, quantity in counted(example.items("On the shelf"))}
    partial = WhenTooFew.PARTIAL if example["In part"] == "yes" else WhenTooFew.ALL_OR_NOTHING
    made = reserve("P-1", lines, on_hand, NOW, hold_minutes=15, when_too_few=partial)
    assert [one.granted for one in made.grants] == [Decimal(part) for part in example.items("Each line gets")]
    assert [(one.product_id, one.quantity) for one in made.reservations] == counted(example.items("Reserved"))


@pytest.mark.parametrize("example", examples("availability", "Who is short"), ids=place_of)
def test_who_is_short(example: Example) -> None:
    picked = example.items("Picked")
    reservations = [
        Reservation(
            reservation_id=name,
            order_id=name,
            product_id="tea",
            quantity=quantity,
            number=number,
            state=ReservationState.PICKED if name in picked else ReservationState.CONFIRMED,
        )
        for number, (name, quantity) in enumerate(counted(example.items("Reserved")))
    ]
    found = oversold(Decimal(example["On the shelf"]), reservations)
    assert [(one.order_id, one.short) for one in found] == counted(example.items("Short"))


@pytest.mark.parametrize("example", examples("availability", "A promised piece at the till"), ids=place_of)
def test_a_promised_piece_at_the_till(example: Example) -> None:
    promised = [
        Reservation(
            reservation_id=f"r{number}",
            order_id=f"P-{number}",
            product_id="tea",
            quantity=Decimal(1),
            number=number,
            state=ReservationState.CONFIRMED,
        )
        for number in range(int(example["Promised"]))
    ]
    quota = example["Till's quota"]
    decision = may_sell(
        SalePolicy(example["Policy"]),
        Decimal(example["Wants"]),
        unit=SellingUnit.PIECE,
        on_hand=Decimal(example["On the shelf"]),
        reservations=promised,
        now=NOW,
        quota_left=None if quota == "—" else Decimal(quota),
    )
    assert decision.verdict == example["The till says"]
    assert decision.choices == CHOICES[decision.verdict]
    assert sum(one.quantity for one in decision.at_risk) == sum(map(Decimal, example.items("At risk")))


@pytest.mark.parametrize("example", examples("availability", "A till's quota"), ids=place_of)
def test_a_tills_quota(example: Example) -> None:
    sales = {till: int(sold) for till, sold in counted(example.items("Usually sold"))}
    quotas = split_quota(Decimal(example["Free"]), sales, SellingUnit.PIECE)
    assert list(quotas.items()) == counted(example.items("Quotas"))


SUNDAY = (OpeningHours(weekday=7, opens="12:00", closes="14:00"),)


@pytest.mark.parametrize("example", examples("availability", "How much a slot takes"), ids=place_of)
def test_how_much_a_slot_takes(example: Example) -> None:
    rules = SlotRules(
        opening=SUNDAY,
        usual_per_hour=int(example["Usual, an hour"]),
        pickers=int(example["Pickers"]),
        slot_minutes=int(example["Slot, minutes"]),
    )
    picked = Picked(count=int(example["Picked lately"]), seconds=int(example["In minutes"]) * 60)
    assert capacity(rules, picking_speed(rules, [picked])) == int(example["It takes"])


@pytest.mark.parametrize("example", examples("availability", "Which slots can still be chosen"), ids=place_of)
def test_which_slots_can_still_be_chosen(example: Example) -> None:
    starts_at = f"2026-11-22T{example['Slot']}:00+08:00"
    slots = slots_of_day(
        SlotRules(opening=SUNDAY),
        "2026-11-22",
        "+08:00",
        per_hour=Decimal(60),
        booked={starts_at: int(example["Booked"])},
        now=f"2026-11-22T{example['Ordered at']}:00+08:00",
    )
    lines = int(example["Lines"])
    try:
        answer = "yes" if book(slots, starts_at, lines).booked == int(example["Booked"]) + lines else "no"
    except SlotRefused as refused:
        answer = refused.code
    assert answer == example["Answer"]


@pytest.mark.parametrize("example", examples("availability", "What moves the stock"), ids=place_of)
def test_what_moves_the_stock(example: Example) -> None:
    moved = movements(
        StockCause(example["What happens"]),
        store_id="S1",
        product_id="tea",
        unit=SellingUnit.PIECE,
        quantity=Decimal(example["How many"]),
        event_id="event",
        reason="counted",
    )
    found = {key.location: quantity for key, quantity in balances(moved).items()}
    for column, location in (
        ("Shelf", Location.SHELF),
        ("Pickup", Location.PICKUP),
        ("On its way", Location.TRANSIT),
    ):
        assert found.get(location, Decimal(0)) == Decimal(example[column])
