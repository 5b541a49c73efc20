"""Runs the worked examples of `docs/examples/rounding.md`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retail.money import CashRounding, Rounding, round_to_minor
from tests.fakes.worked_examples import Example, examples, place_of

DIRECTIONS = {
    "Half up": Rounding.HALF_UP,
    "Half even": Rounding.HALF_EVEN,
    "Half down": Rounding.HALF_DOWN,
    "Up": Rounding.UP,
    "Down": Rounding.DOWN,
}


@pytest.mark.parametrize("row", examples("rounding", "To whole units"), ids=place_of)
def test_a_value_becomes_a_whole_one(row: Example) -> None:
    value = Decimal(row["Value"])
    found = {column: round_to_minor(value, rounding) for column, rounding in DIRECTIONS.items()}
    assert found == {column: int(row[column]) for column in DIRECTIONS}


@pytest.mark.parametrize("row", examples("rounding", "To a step"), ids=place_of)
def test_a_value_becomes_a_multiple_of_a_step(row: Example) -> None:
    step = Decimal(row["Step"])
    for column in ("Half even", "Half up"):
        steps = round_to_minor(Decimal(row["Value"]) / step, DIRECTIONS[column])
        assert steps * step == Decimal(row[column])


def cash(row: Example) -> CashRounding:
    return CashRounding(row.minor("Step"), DIRECTIONS[row["Direction"].capitalize()])


@pytest.mark.parametrize("row", examples("rounding", "Paying cash"), ids=place_of)
def test_cash_is_paid_to_the_smallest_coin(row: Example) -> None:
    assert cash(row).rounded(row.minor("Total")) == row.minor("Paid in cash")


@pytest.mark.parametrize("row", examples("rounding", "Giving cash back"), ids=place_of)
def test_cash_back_mirrors_cash_paid(row: Example) -> None:
    assert cash(row).rounded(row.minor("Refund")) == row.minor("Given in cash")
    assert cash(row).rounded(-row.minor("Refund")) == -row.minor("Given in cash")
