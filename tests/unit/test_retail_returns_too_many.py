"""The same receipt, returned at two tills that could not hear each other: both stand, and it is noticed."""

from __future__ import annotations

from msgspec.structs import replace

from retail.returns.too_many import too_many
from tests.fakes.shop import basket, rules
from tests.fakes.sold import sold, taken_back, wanted

SALE = sold(basket(("tee", "2", "2000"), ("mug", "1", "500")), rules())


def test_what_is_left_of_a_sale_is_not_too_many() -> None:
    first = taken_back(SALE, (), wanted((1, "1")))
    second = taken_back(SALE, (first,), wanted((1, "1"), (2, "1")))
    assert too_many(()) == ()
    assert too_many((first, second)) == ()


def test_more_than_was_sold_is_named_line_by_line() -> None:
    here = taken_back(SALE, (), wanted((1, "2"), (2, "1")))
    there = replace(taken_back(SALE, (), wanted((1, "1"))), return_id="elsewhere")
    (found,) = too_many((here, there))
    assert (found.line_number, found.name.en) == (1, "Tee")
    assert (str(found.sold), str(found.returned)) == ("2", "3")


def test_a_return_that_is_heard_of_twice_counts_once() -> None:
    whole = taken_back(SALE, (), wanted((1, "2"), (2, "1")))
    assert too_many((whole, whole)) == ()
