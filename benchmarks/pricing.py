"""How long a basket takes to price."""

from __future__ import annotations

import gc
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from time import perf_counter_ns

from benchmarks.figure import Figure, percentile
from retail.basket import Basket, BasketLine, BasketMember
from retail.catalogue import LocalisedText, Product, TaxClass
from retail.pricing import PricingRules, prepare, price
from retail.promotions.rule import Promotion
from retail.quantity import SellingUnit

NOW = "2026-03-14T14:31:00+08:00"
ROUNDS = 1_000


def measure() -> tuple[Figure, ...]:
    """Return the figures of pricing at two sizes."""
    return (
        _pricing(lines=50, promotions=200, allowed_ms=1.5),
        _pricing(lines=50, promotions=500, allowed_ms=3.0),
    )


def _pricing(*, lines: int, promotions: int, allowed_ms: float) -> Figure:
    basket = basket_of(lines)
    prepared = prepare(rules_with(promotions))
    matched = {
        discount.promotion_id for line in price(basket, prepared, NOW).lines for discount in line.discounts
    }
    product = _p99_ms(lambda: price(basket, prepared, NOW))
    limit = _p99_ms(lambda: _bare_amounts(basket))
    return Figure(
        name=f"price {lines} lines, {promotions} promotions",
        product=product,
        limit=limit,
        unit="ms",
        allowed=allowed_ms,
        target="p99",
        detail=f"{len(matched)} promotions match; limit: the exact products of quantity and price alone",
    )


def _bare_amounts(basket: Basket) -> int:
    return sum(
        int((line.quantity * line.unit_price_minor).to_integral_value(ROUND_HALF_UP)) for line in basket.lines
    )


def _p99_ms(work: Callable[[], object]) -> float:
    for _ in range(50):
        work()
    samples = []
    gc.collect()
    for _ in range(ROUNDS):
        begun = perf_counter_ns()
        work()
        samples.append((perf_counter_ns() - begun) / 1e6)
    return percentile(samples, 99)


def basket_of(lines: int) -> Basket:
    """Return a basket of different products; each fifth is weighed. A gold member with a coupon holds it."""
    return Basket(
        basket_id="basket",
        lines=tuple(_line(number) for number in range(lines)),
        member=BasketMember(member_id="m1", display_name=LocalisedText("M. Lin"), tier="gold"),
        coupons=("SPRING5",),
    )


def _line(number: int) -> BasketLine:
    weighed = number % 5 == 4
    return BasketLine(
        line_id=f"line-{number}",
        product=Product(
            product_id=f"product-{number}",
            sku=f"{number:06d}",
            name=LocalisedText(f"Product {number}", f"商品 {number}"),
            category_id=f"category-{number % 8}",
            tax_class_id="AZ"[number % 2],
            unit=SellingUnit.KILOGRAM if weighed else SellingUnit.PIECE,
        ),
        quantity=Decimal("1.284") if weighed else Decimal(1 + number % 4),
        unit_price_minor=Decimal(199 + 37 * number),
    )


def rules_with(promotions: int) -> PricingRules:
    """Return rules of which twenty promotions touch the basket (all kinds), the others other products."""
    return PricingRules(
        currency_code="SGD",
        currency_digits=2,
        tax_included=True,
        points_per_major_unit=1,
        tax_classes=(
            TaxClass(tax_class_id="A", code="A", name=LocalisedText("Standard"), rate=Decimal(9)),
            TaxClass(tax_class_id="Z", code="Z", name=LocalisedText("Zero"), rate=Decimal(0)),
        ),
        promotions=tuple(_promotion(number) for number in range(promotions)),
    )


def _promotion(number: int) -> Promotion:
    kind, arguments, products, categories, tier, coupon = _terms(number)
    return Promotion(
        promotion_id=f"promotion-{number:04d}",
        kind=kind,
        label=LocalisedText(f"Offer {number}"),
        arguments=arguments,
        product_ids=products,
        category_ids=categories,
        member_tier=tier,
        coupon_code=coupon,
        starts_at="2026-01-01T00:00:00+08:00",
        ends_at="2027-01-01T00:00:00+08:00",
    )


_Terms = tuple[str, dict[str, str], tuple[str, ...], tuple[str, ...], str, str]


def _terms(number: int) -> _Terms:
    """Return kind, arguments, products, categories, tier and coupon; the first twenty match."""
    match number:
        case 0:
            return (
                "amount_off_basket",
                {"amount_minor": "500", "minimum_minor": "5000"},
                (),
                (),
                "",
                "SPRING5",
            )
        case 1 | 2:
            return "percent_off", {"percent": "5"}, (), (f"category-{number}",), "gold", ""
        case 3:
            groups = {"saving_minor": "150", "group_products": "product-0,product-1|product-2,product-3"}
            return "bundle_saving", groups, (), (), "", ""
        case 4:
            return "percent_off", {"percent": "1"}, (), (), "", ""
        case _ if number < 12:
            mixed = (f"product-{number - 5}", f"product-{number - 4}")
            return "n_for_price", {"quantity": "2", "price_minor": "300"}, mixed, (), "", ""
        case _ if number < 20:
            return "percent_off", {"percent": "10"}, (f"product-{number - 11}",), (), "", ""
        case _ if number % 2:
            return "percent_off", {"percent": "15"}, (f"elsewhere-{number}",), (), "", ""
        case _:
            other = (f"elsewhere-{number}",)
            return "n_for_price", {"quantity": "3", "price_minor": "500"}, other, (), "", ""
