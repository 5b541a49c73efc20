"""Runs the worked examples of `docs/examples/returns.md`."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from msgspec.structs import replace

from retail.basket import Basket, add_product
from retail.money import CashRounding, Rounding
from retail.pricing import PricingRules, prepare, price
from retail.promotions.rule import Promotion
from retail.quantity import SellingUnit
from retail.returns.exchange import exchange
from retail.returns.policy import (
    GiftPolicy,
    PromotionPolicy,
    RefundOrder,
    ReturnPolicy,
    ReturnRefused,
    WantedLine,
    WithoutReceipt,
)
from retail.returns.priced_return import price_return
from retail.returns.record import Return, ReturnReason
from retail.returns.refund import split_refund
from retail.returns.unreceipted import UnreceiptedLine, price_without_receipt, refund_without_receipt
from retail.sale import Sale, TenderKind
from tests.fakes.shop import NOW, basket, product, promotion, rules
from tests.fakes.sold import NEXT_DAY, paid_by, rules_of_the_day, sold, taken_back, wanted
from tests.fakes.worked_examples import Example, examples, place_of

KEEP = ReturnPolicy()
RECOMPUTE = ReturnPolicy(promotions=PromotionPolicy.RECOMPUTE, gifts=GiftPolicy.CHARGE)
NO_ROUNDING = CashRounding()


def minor(text: str) -> int:
    return int(Decimal(text) * 100)


def money(amount_minor: int) -> str:
    return f"{Decimal(amount_minor) / 100:.2f}"


def amount_of(text: str) -> tuple[Decimal, str]:
    """Read `2 x tea` or `0.250 kg cheese`."""
    quantity, _, name = text.split(" ", 2)
    return Decimal(quantity), name


def bought(row: Example, column: str = "Bought", tax: str = "tax-A") -> Basket:
    """Read goods such as `2 x tea 8.50; 0.750 kg cheese 32.00`."""
    made = Basket(basket_id="basket-1")
    for number, text in enumerate(row.items(column), start=1):
        goods, _, unit_price = text.rpartition(" ")
        quantity, name = amount_of(goods)
        unit = SellingUnit.KILOGRAM if " kg " in goods else SellingUnit.PIECE
        made, _ = add_product(
            made,
            line_id=str(number),
            product=product(name, tax=tax, unit=unit),
            quantity=quantity,
            unit_price_minor=Decimal(minor(unit_price)),
        )
    return made


def promotions(text: str) -> tuple[Promotion, ...]:
    """Read `buy 2 get 1`, `10.00 off from 100.00`, `20 % from 400.00, 30 % from 600.00` and such."""
    if text == "—":
        return ()
    parts = text.split(", ")
    if all(" % from " in part for part in parts):
        tiers = [re.findall(r"[\d.]+", part) for part in parts]
        tiers_text = "|".join(f"{minor(threshold)}:{percent}" for percent, threshold in tiers)
        return (promotion(text, "tiered_percent", tiers=tiers_text),)
    return tuple(one_promotion(part) for part in parts)


def one_promotion(text: str) -> Promotion:
    numbers = re.findall(r"[\d.]+", text)
    if text.startswith("buy "):
        return promotion(text, "buy_x_get_y", buy=numbers[0], get=numbers[1])
    if " for " in text:
        goods = ("socks", "lamp", "pen", "shirt", "tea")
        return promotion(
            text, "n_for_price", quantity=numbers[0], price_minor=minor(numbers[1]), product_ids=goods
        )
    if text.endswith(" %"):
        return promotion(text, "percent_off", percent=numbers[0])
    least = minor(numbers[1]) if len(numbers) > 1 else 0
    return promotion(text, "amount_off_basket", amount_minor=minor(numbers[0]), minimum_minor=least)


def back(row: Example, sale: Sale, column: str = "Comes back") -> tuple[WantedLine, ...]:
    """Read what comes back, by the names of the goods."""
    numbers = {line.product_id: line.line_number for line in sale.lines}
    chosen = [amount_of(text) for text in row.items(column)]
    return wanted(*((numbers[name], str(quantity)) for quantity, name in chosen))


def refund(
    sale: Sale, lines: tuple[WantedLine, ...], basket_of: Basket, what: PricingRules, policy: ReturnPolicy
) -> int:
    made = price_return(sale, (), lines, policy, now=NEXT_DAY, rules=rules_of_the_day(basket_of, what))
    assert "rules_differ" not in {one.code for one in made.explanation}
    return made.refund_minor


@pytest.mark.parametrize("row", examples("returns", "Back at what was paid"), ids=place_of)
def test_goods_come_back_at_what_was_paid(row: Example) -> None:
    sale = sold(bought(row), rules(*promotions(row["Promotion"])), rounding=NO_ROUNDING)
    made = price_return(sale, (), back(row, sale), KEEP, now=NEXT_DAY)
    assert made.refund_minor == row.minor("Refund")


@pytest.mark.parametrize("row", examples("returns", "One piece after another"), ids=place_of)
def test_parts_come_to_the_line(row: Example) -> None:
    sale = sold(bought(row), rules(*promotions(row["Promotion"])), rounding=NO_ROUNDING)
    done: list[Return] = []
    for quantity in row.items("Comes back"):
        done.append(taken_back(sale, done, wanted((1, quantity)), rounding=NO_ROUNDING))
    assert [money(one.refund_minor) for one in done] == list(row.items("Refunds"))
    assert sum(one.refund_minor for one in done) == sale.total_minor


@pytest.mark.parametrize("row", examples("returns", "The tax that comes back"), ids=place_of)
def test_tax_comes_back_as_it_was(row: Example) -> None:
    what = rules(*promotions(row["Promotion"]), tax_included=row["Tax"] == "in the price")
    sale = sold(bought(row), what, rounding=NO_ROUNDING)
    made = price_return(sale, (), wanted((1, row["Comes back"])), KEEP, now=NEXT_DAY)
    assert (made.refund_minor, made.tax_minor) == (row.minor("Refund"), row.minor("Tax back"))


@pytest.mark.parametrize("row", examples("returns", "When a promotion falls apart"), ids=place_of)
def test_promotions_are_kept_or_recomputed(row: Example) -> None:
    made, what = bought(row), rules(*promotions(row["Promotion"]))
    sale = sold(made, what, rounding=NO_ROUNDING)
    lines = back(row, sale)
    assert refund(sale, lines, made, what, KEEP) == row.minor("Kept")
    assert refund(sale, lines, made, what, RECOMPUTE) == row.minor("Recomputed")


@pytest.mark.parametrize("row", examples("returns", "A gift whose purchase comes back"), ids=place_of)
def test_gifts_are_charged_or_kept(row: Example) -> None:
    gift, _, least = row["Gift"].partition(" from ")
    offer = promotion(
        "Gift", "gift_with_purchase", gift_products=gift, spend_minor=minor(least), product_ids=("watch",)
    )
    made, what = bought(row), rules(offer)
    sale = sold(made, what, rounding=NO_ROUNDING)
    policy = ReturnPolicy(gifts={"charged": GiftPolicy.CHARGE, "kept": GiftPolicy.KEEP}[row["Gifts are"]])
    assert refund(sale, back(row, sale), made, what, policy) == row.minor("Refund")


ORDERS = {
    "same means": RefundOrder.SAME_MEANS,
    "proportional": RefundOrder.PROPORTIONAL,
    "store credit": RefundOrder.STORE_CREDIT,
}


@pytest.mark.parametrize("row", examples("returns", "To which payment it goes back"), ids=place_of)
def test_a_refund_goes_to_the_payments(row: Example) -> None:
    paid = [text.rpartition(" ")[::2] for text in row.items("Paid with")]
    tenders = [paid_by(TenderKind(name.replace(" ", "_")), minor(amount)) for name, amount in paid]
    total = sum(one.amount_minor for one in tenders)
    sale = sold(basket(("hamper", "1", str(total))), None, *tenders)
    made = split_refund(sale, (), row.minor("Refund"), ORDERS[row["Order"]], cash_rounding=NO_ROUNDING)
    found = [f"{one.kind.value.replace('_', ' ')} {money(one.amount_minor)}" for one in made.tenders]
    assert found == list(row.items("Goes back to"))


@pytest.mark.parametrize("row", examples("returns", "Cash that goes back"), ids=place_of)
def test_cash_goes_back_in_the_steps_it_came_in(row: Example) -> None:
    rounding = {"nearest": Rounding.HALF_UP, "down": Rounding.DOWN}[row["Rounding"]]
    policy = CashRounding(row.minor("Step"), rounding)
    refunds = row.items("Refunds")
    rest = row.minor("Total paid in cash") - sum(map(minor, refunds))
    lines = [(f"goods-{place}", "1", str(minor(amount))) for place, amount in enumerate(refunds)]
    if rest:
        lines.append(("rest", "1", str(rest)))
    sale = sold(basket(*lines), None, rounding=policy)
    done: list[Return] = []
    for number in range(1, len(refunds) + 1):
        done.append(taken_back(sale, done, wanted((number, "1")), rounding=policy))
    in_hand = [money(sum(tender.amount_minor for tender in one.tenders)) for one in done]
    assert in_hand == list(row.items("In hand"))


@pytest.mark.parametrize("row", examples("returns", "In time"), ids=place_of)
def test_goods_come_back_in_time(row: Example) -> None:
    sale = sold(basket(("tea", "1", "850")), None)
    policy = ReturnPolicy(return_days=int(row["Days"]))
    lines = wanted((1, "1"), reason=ReturnReason(row["Reason"]))
    now = f"{row['Comes back on']}T23:59:59+08:00"
    try:
        answer = "yes" if price_return(sale, (), lines, policy, now=now).refund_minor == 850 else "other"
    except ReturnRefused as refused:
        answer = refused.code
    assert answer == row["Answer"]


@pytest.mark.parametrize("row", examples("returns", "Goods for goods"), ids=place_of)
def test_only_the_difference_changes_hands(row: Example) -> None:
    sale = sold(basket(("tee", "1", str(row.minor("Comes back")))), None, rounding=NO_ROUNDING)
    returned = price_return(sale, (), wanted((1, "1")), KEEP, now=NEXT_DAY, for_exchange=True)
    other = price(basket(("hat", "1", str(row.minor("Bought")))), prepare(rules()), NEXT_DAY)
    made = exchange(returned, other)
    assert (made.due_minor, made.refund_minor) == (row.minor("Customer pays"), row.minor("Customer gets"))


@pytest.mark.parametrize("row", examples("returns", "Without a receipt"), ids=place_of)
def test_goods_come_back_without_a_receipt(row: Example) -> None:
    policy = replace(KEEP, without_receipt=WithoutReceipt(row["Policy"].replace(" ", "_")))
    line = UnreceiptedLine(
        product=product("tea"),
        quantity=Decimal(row["Comes back"]),
        recent_prices_minor=tuple(Decimal(minor(one)) for one in row.items("Sold lately at")),
    )
    try:
        made = price_without_receipt((line,), policy, prepare(rules()), now=NOW, approved_by="staff-9")
        paid = refund_without_receipt(made.refund_minor, policy, cash_rounding=NO_ROUNDING)
        assert [one.kind.value for one in paid.tenders] == [row["Policy"].replace(" ", "_")]
        answer = money(made.refund_minor)
    except ReturnRefused as refused:
        answer = refused.code
    assert answer == row["Refund"]
