"""Runs the worked examples of `docs/examples/money.md`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retail.money import (
    AllocationImpossible,
    AmountRefused,
    ChangeImpossible,
    Rounding,
    allocate,
    change_in_pieces,
    currency,
    parse_amount,
    round_to_minor,
)
from tests.fakes.worked_examples import Example, examples, place_of

IMPOSSIBLE = "impossible"


def cents(text: str) -> int:
    return parse_amount(text, 2, negative=True)


@pytest.mark.parametrize("row", examples("money", "Decimals of a currency"), ids=place_of)
def test_an_amount_is_read_with_the_decimals_of_its_currency(row: Example) -> None:
    assert parse_amount(row["Written"], currency(row["Currency"]).digits) == int(row["In smallest units"])


@pytest.mark.parametrize("row", examples("money", "Texts that are no amounts"), ids=place_of)
def test_what_is_no_amount_is_refused_for_its_reason(row: Example) -> None:
    with pytest.raises(AmountRefused) as refused:
        parse_amount(row["Written"], currency(row["Currency"]).digits)
    assert refused.value.code.replace("_", " ") == (row["Refused because it is"])


@pytest.mark.parametrize("row", examples("money", "A line is rounded once"), ids=place_of)
def test_a_line_is_counted_exactly_and_rounded_at_its_end(row: Example) -> None:
    digits = currency(row["Currency"]).digits
    exact = Decimal(row["Quantity"]) * Decimal(row["Unit price"]).scaleb(digits)
    assert round_to_minor(exact, Rounding.HALF_UP) == row.minor("Amount", digits)


@pytest.mark.parametrize("row", examples("money", "Fair shares"), ids=place_of)
def test_shares_are_fair_and_nothing_is_lost(row: Example) -> None:
    weights = [round_to_minor(Decimal(text) * 100, Rounding.DOWN) for text in row.items("In proportion to")]
    if row["Shares"] == IMPOSSIBLE:
        with pytest.raises(AllocationImpossible):
            allocate(row.minor("Amount"), weights)
    else:
        assert allocate(row.minor("Amount"), weights) == tuple(map(cents, row.items("Shares")))


def pieces(row: Example, column: str) -> tuple[tuple[int, int], ...]:
    """Read `5.00 x 2; 1.00 x 1`."""
    pairs = [item.split(" x ") for item in row.items(column)]
    return tuple((cents(piece), int(count)) for piece, count in pairs)


@pytest.mark.parametrize("row", examples("money", "Change from the drawer"), ids=place_of)
def test_change_comes_from_what_the_drawer_has(row: Example) -> None:
    drawer = dict(pieces(row, "In the drawer"))
    if row["Handed over"] == IMPOSSIBLE:
        with pytest.raises(ChangeImpossible):
            change_in_pieces(row.minor("Change"), tuple(drawer), drawer)
    else:
        assert change_in_pieces(row.minor("Change"), tuple(drawer), drawer) == pieces(row, "Handed over")
