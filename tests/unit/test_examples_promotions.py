"""Runs the worked examples of `docs/examples/promotions.md`."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec
import pytest
from msgspec.structs import replace

from retail.basket import Basket, BasketMember, PromotionUse, add_coupon, add_product
from retail.catalogue import LocalisedText, ProductKind
from retail.loyalty.program import LoyaltyProgram
from retail.pricing import PricedBasket, prepare, price
from retail.promotions.registry import KINDS
from retail.promotions.rule import Promotion
from retail.quantity import SellingUnit
from tests.fakes.shop import NOW, product, promotion, rules
from tests.fakes.worked_examples import FOLDER, Example, examples, place_of, tables

HEADINGS = (
    "A percentage off each line (percent_off)",
    "A percentage off the basket (percent_off_basket)",
    "An amount off each piece, measure or line (amount_off)",
    "An amount off the basket (amount_off_basket)",
    "A fixed price (fixed_price)",
    "Several for one price (n_for_price)",
    "Buy some, get some (buy_x_get_y)",
    "Money off a bundle (bundle_saving)",
    "One price for a bundle (bundle_price)",
    "The more pieces, the cheaper (quantity_tiers)",
    "Spend more, save more (tiered_amount)",
    "Spend more, a higher percentage (tiered_percent)",
    "A gift with a purchase (gift_with_purchase)",
    "A price for a group of buyers (group_buy_price)",
    "Something off shipping (shipping_off)",
    "More points (points_multiplier)",
    "What staff pay (employee_price)",
)
"""The tables of one kind each; the kind stands in brackets."""

LINE = re.compile(r"(?:(\d+) x|([\d.]+) kg) ([a-z -]+?)(?: \(([a-z -]+)\))? @ ([\d.]+)")
PRODUCT_KINDS = {"shipping": ProductKind.SHIPPING, "gift cards": ProductKind.GIFT_CARD}
LISTS = {one.name for one in msgspec.structs.fields(Promotion) if one.default == ()}
ANSWERS = {"yes": True, "no": False}


def kind_of(heading: str) -> str:
    return heading.rpartition("(")[2].rstrip(")")


def rows_of_kinds() -> list[tuple[str, Example]]:
    return [(kind_of(heading), row) for heading in HEADINGS for row in examples("promotions", heading)]


def promotion_of(promotion_id: str, kind: str, texts: list[str]) -> Promotion:
    """Read `name=value` texts: fields of the row by their names, everything else as arguments."""
    fields: dict[str, object] = {}
    for text in texts:
        name, _, value = text.strip().partition("=")
        if name in LISTS:
            parts = value.split(",")
            fields[name] = tuple(int(one) if one.isdecimal() else one for one in parts)
        elif name in ("exclusive", "first_order", "combinable"):
            fields[name] = ANSWERS[value]
        elif name.startswith(("minimum_", "limit_", "priority")):
            fields[name] = int(value)
        else:
            fields[name] = value.replace("/", "|")
    return promotion(promotion_id, kind, **fields)


def promotions_of(cell: str) -> tuple[Promotion, ...]:
    """Read `kind: name=value, name=value + kind: …`; a comma inside a list has no space after it."""
    made = []
    for number, text in enumerate(cell.split(" + "), start=1):
        kind, _, arguments = text.partition(": ")
        made.append(promotion_of(f"p{number}", kind, arguments.split(", ")))
    return tuple(made)


def basket_of(row: Example) -> Basket:
    made = Basket(basket_id="basket-1")
    for number, text in enumerate(row.items("Basket"), start=1):
        found = LINE.fullmatch(text)
        assert found is not None, (row.place, text)
        pieces, weight, name, category, unit_price = found.groups()
        sold = product(
            name.replace(" ", "-"),
            category or "pantry",
            unit=SellingUnit.KILOGRAM if weight else SellingUnit.PIECE,
        )
        made, _ = add_product(
            made,
            line_id=f"line-{number}",
            product=replace(sold, kind=PRODUCT_KINDS.get(category, ProductKind.GOODS)),
            quantity=Decimal(pieces or weight),
            unit_price_minor=Decimal(unit_price) * 100,
        )
    return made


def with_customer(basket: Basket, row: Example) -> Basket:
    """Read such as `gold member; born 03-14; 3 orders; online; used 7 today`."""
    for text in row.items("Customer"):
        member = basket.member or BasketMember(member_id="m", display_name=LocalisedText("M. Lin"), tier="")
        if text == "online":
            basket = replace(basket, channel="online")
        elif text.startswith("used "):
            _, count, when = text.split(" ", 2)
            field = {"by this member": "by_member", "today": "today", "in all": "in_campaign"}[when]
            basket = replace(basket, uses=(PromotionUse(promotion_id="p1", **{field: int(count)}),))
        elif text.startswith("born "):
            basket = replace(basket, member=replace(member, birthday=text.removeprefix("born ")))
        elif text.endswith(" orders"):
            basket = replace(basket, member=replace(member, orders=int(text.split()[0])))
        else:
            basket = replace(basket, member=replace(member, tier=text.removesuffix("member").strip()))
    return basket


def priced(basket: Basket, *promotions: Promotion, now: str = NOW) -> PricedBasket:
    shop = replace(rules(*promotions), loyalty=LoyaltyProgram(points=1, step_minor=100))
    result = price(basket, prepare(shop), now)
    assert result.skipped_promotions == ()
    assert sum(line.paid_minor for line in result.lines) == result.total_minor
    return result


def minors(row: Example, column: str) -> list[int]:
    return [int(Decimal(text) * 100) for text in row.items(column)]


def off(result: PricedBasket) -> list[int]:
    return [line.gross_minor - line.paid_minor for line in result.lines]


def still_free(result: PricedBasket) -> str:
    offers = [f"{one.quantity} x {' or '.join(one.product_ids).replace('-', ' ')}" for one in result.offers]
    return "; ".join(offers) or "—"


@pytest.mark.parametrize(("kind", "row"), rows_of_kinds(), ids=place_of)
def test_each_kind_takes_off_what_the_table_says(kind: str, row: Example) -> None:
    offer = promotion_of("p1", kind, list(row.items("Arguments")))
    basket = basket_of(row)
    sales: tuple[Promotion, ...] = ()
    if "Customer" in row.cells:
        basket = with_customer(basket, row)
    if "Taking part" in row.cells:
        basket = replace(
            basket, uses=(PromotionUse(promotion_id="p1", participants=int(row["Taking part"])),)
        )
    if row.cells.get("Sale", "—") != "—":
        sales = (promotion("sale", "percent_off", priority=1, percent=row["Sale"].removesuffix(" %")),)
    result = priced(basket, offer, *sales)
    assert result.total_minor == row.minor("Customer pays")
    if "Off each line" in row.cells:
        assert off(result) == minors(row, "Off each line")
    if "Still free" in row.cells:
        assert still_free(result) == row["Still free"]
    if "Points" in row.cells:
        assert result.points == int(row["Points"])


def test_every_kind_has_its_table() -> None:
    assert [kind_of(heading) for heading in HEADINGS] == list(KINDS)
    assert sum(len(rows) for _, rows in tables(FOLDER / "promotions.md")) >= 90


@pytest.mark.parametrize("row", examples("promotions", "When and for whom"), ids=place_of)
def test_a_promotion_holds_when_and_for_whom_it_says(row: Example) -> None:
    basket, _ = add_product(
        Basket(basket_id="basket-1"),
        line_id="line-1",
        product=product("beer", "drinks"),
        quantity=Decimal(1),
        unit_price_minor=Decimal(800),
    )
    offer = promotion_of("p1", "percent_off", ["percent=25", *row.items("Condition")])
    now = row["When"].replace(" ", "T") + ":00+08:00"
    assert priced(with_customer(basket, row), offer, now=now).total_minor == row.minor("Customer pays")


@pytest.mark.parametrize("row", examples("promotions", "Coupons"), ids=place_of)
def test_coupons_do_what_they_say_or_say_why_not(row: Example) -> None:
    basket = basket_of(row)
    for code in row.items("Coupons"):
        basket = add_coupon(basket, code)
    result = priced(basket, *promotions_of(row["Promotions"]))
    assert result.total_minor == row.minor("Customer pays")
    assert [f"{code}: {reason}" for code, reason in result.unused_coupons] == list(row.items("Not used"))


@pytest.mark.parametrize("row", examples("promotions", "Several promotions together"), ids=place_of)
def test_promotions_meet_as_the_table_says(row: Example) -> None:
    result = priced(basket_of(row), *promotions_of(row["Promotions"]))
    assert result.total_minor == row.minor("Customer pays")
    assert off(result) == minors(row, "Off each line")


@pytest.mark.parametrize("row", examples("promotions", "What each line was really paid"), ids=place_of)
def test_each_line_knows_what_was_paid_for_it(row: Example) -> None:
    result = priced(basket_of(row), *promotions_of(row["Promotions"]))
    assert result.total_minor == row.minor("Customer pays")
    assert [line.paid_minor for line in result.lines] == minors(row, "Paid for each line")
