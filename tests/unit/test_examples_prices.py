"""The worked examples of price lists: each row is asked of a real book."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retail.catalogue import ListPrice, LocalisedText
from retail.occasion import Moment, Occasion
from retail.price_book import check_price_lists
from retail.price_list import PriceList
from tests.fakes.worked_examples import Example, examples, place_of

EVERYBODY = Occasion(Moment("2026-03-14T14:33:00+08:00"))


def a_list(name: str, position: int, **fields: object) -> PriceList:
    return PriceList(list_id=name.lower(), name=LocalisedText(name), position=position, **fields)  # type: ignore[arg-type]  # fields of the row


def a_price(list_id: str, minor: int, quantity: int = 0) -> ListPrice:
    return ListPrice(
        list_id=list_id,
        product_id="tea",
        unit_price_minor=Decimal(minor),
        minimum_quantity=Decimal(quantity),
    )


def decimal(cell: str) -> Decimal:
    """Return an amount in minor units, 0 for a cell that is empty."""
    return Decimal(0) if cell == "—" else Decimal(cell) * 100


def asked(
    lists: list[PriceList],
    prices: list[ListPrice],
    shelf: str,
    *,
    product: str = "tea",
    quantity: str = "1",
    occasion: Occasion = EVERYBODY,
) -> tuple[str, str]:
    """Return the price that is asked and the list it comes from, `—` for none."""
    quote = check_price_lists(lists, prices, currency_code="SGD").quote(
        product_id=product,
        category_id="pantry",
        base_price_minor=Decimal(shelf) * 100,
        quantity=Decimal(quantity),
        occasion=occasion,
    )
    if quote is None:
        return shelf, "—"
    return f"{quote.unit_price_minor / 100:.2f}", quote.label.en


@pytest.mark.parametrize("row", examples("prices", "Which list decides"), ids=place_of)
def test_which_list_decides(row: Example) -> None:
    lists = [
        a_list("Evening", 1, hours=("17:00-19:00",)),
        a_list("Online", 2, channels=("online",)),
        a_list("Gold", 3, member_tiers=("gold",)),
        a_list("Staff", 4, member_groups=("employee",)),
        a_list("Sunday", 5, weekdays=(7,)),
    ]
    prices = [
        a_price(list_id, minor)
        for list_id, minor in (
            ("evening", 790),
            ("online", 750),
            ("gold", 700),
            ("staff", 600),
            ("sunday", 800),
        )
    ]
    customer = row["Customer"]
    occasion = Occasion(
        Moment(row["When"]),
        channel=row["Where"],
        is_member=customer != "anybody",
        tier=customer,
        groups=("employee",) if customer == "employee" else (),
    )
    assert asked(lists, prices, "8.50", occasion=occasion) == (row["Price"], row["List"])


@pytest.mark.parametrize("row", examples("prices", "The more the cheaper"), ids=place_of)
def test_the_more_the_cheaper(row: Example) -> None:
    prices = [a_price("trade", 650, 5), a_price("trade", 595, 10)]
    price, _ = asked([a_list("Trade", 1)], prices, "7.00", quantity=row["Quantity"])
    assert price == row["Price each"]


@pytest.mark.parametrize("row", examples("prices", "Prices by a rule"), ids=place_of)
def test_prices_by_a_rule(row: Example) -> None:
    rule = a_list(
        "Rule",
        1,
        percent=Decimal(row["Percent"]),
        amount_minor=decimal(row["Amount"]),
        round_to_minor=decimal(row["Round to"]),
        below_step_minor=decimal(row["Below the step"]),
    )
    price, label = asked([rule], [], row["Shelf price"])
    assert (price, label) == ((row["Shelf price"], "—") if row["Price"] == "—" else (row["Price"], "Rule"))


@pytest.mark.parametrize("row", examples("prices", "A list on top of another"), ids=place_of)
def test_a_list_on_top_of_another(row: Example) -> None:
    lists = [
        a_list("Trade", 9, channels=("online",)),
        a_list(
            "Top",
            1,
            based_on="trade",
            percent=Decimal(row["Percent on top"]),
            round_to_minor=decimal(row["Round to"]),
        ),
    ]
    prices = [a_price("trade", 800), a_price("trade", 700, 12)]
    found = asked(lists, prices, "10.00", product=row["Product"], quantity=row["Quantity"])
    assert found == (("10.00", "—") if row["Price"] == "—" else (row["Price"], "Top"))
