"""How long a basket takes to price, at several sizes, and where the time goes.

`python -m benchmarks.pricing` prints the profile of the largest number of promotions, function by function.
"""

from __future__ import annotations

import cProfile
import gc
import pstats
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from time import perf_counter_ns

from benchmarks.figure import Figure, median, percentile
from retail.basket import Basket, BasketLine, BasketMember
from retail.catalogue import ListPrice, LocalisedText, Product, TaxClass
from retail.price_list import PriceList
from retail.pricing import PreparedRules, PricingRules, prepare, price
from retail.promotions.rule import Promotion
from retail.quantity import SellingUnit

NOW = "2026-03-14T14:31:00+08:00"
ROUNDS = 1_000

EVERY = tuple(range(20))
"""All promotions that match."""

USUAL_SHARE = (0, 3)
"""Two of 50, the share that 20 of 500 are: a coupon and a bundle."""

UNCONTESTED = tuple(range(8))
"""Those that are in no exclusion group: of several kinds, for members, hours, days and a coupon."""

CONTESTED = (0, 1, 4, 5, 8, 10, 13, 14)
"""As many, of which four compete for two lines."""

STAGES = {
    "prices": "lines_in_play",
    "finding promotions": "_candidates",
    "deciding and using them": "_best",
    "writing discounts": "record",
    "taxes": "totals",
}
"""Where the time goes: the parts of pricing by the function that does each."""


def measure() -> tuple[Figure, ...]:
    """Return the figures of pricing, and whether time grows in proportion to the lines.

    Two of them are asked of us: 50 lines with 500 promotions of which 20 match, and 10 lines with 50. The
    others are harder cases, where many promotions match a small basket or compete for its lines.
    """
    return (
        _pricing(lines=10, promotions=50, matching=USUAL_SHARE, allowed_ms=0.3),
        _pricing(lines=10, promotions=50, matching=UNCONTESTED, allowed_ms=0.6),
        _pricing(lines=10, promotions=50, matching=CONTESTED, allowed_ms=1.0),
        _pricing(lines=50, promotions=200, matching=EVERY, allowed_ms=2.5),
        _pricing(lines=50, promotions=500, matching=EVERY, allowed_ms=3.0),
        _growing(),
    )


def _pricing(*, lines: int, promotions: int, matching: Sequence[int], allowed_ms: float) -> Figure:
    basket, prepared = basket_of(lines), prepare(rules_with(promotions, matching))
    applied = price(basket, prepared, NOW).promotions
    contested = ", two groups contested" if {8, 10} <= set(matching) else ""
    samples = _samples_ms(lambda: price(basket, prepared, NOW), ROUNDS)
    limit = _samples_ms(lambda: _bare_amounts(basket), ROUNDS)
    shares = ", ".join(f"{stage} {share:.0%}" for stage, share in _shares(basket, prepared).items())
    return Figure(
        name=f"price {lines} lines, {promotions} promotions, {len(matching)} match" + contested,
        product=percentile(samples, 99),
        limit=percentile(limit, 99),
        unit="ms",
        allowed=allowed_ms,
        target="p99",
        detail=(
            f"{len(matching)} promotions match, {len(applied)} are used; median "
            f"{median(samples):.3f} ms, shortest {min(samples):.3f} ms; {shares} (as profiled); limit: the "
            "exact products of quantity and price alone"
        ),
    )


def _growing() -> Figure:
    prepared = prepare(rules_with(500))

    def us_per_line(lines: int) -> float:
        basket = basket_of(lines)
        return median(_samples_ms(lambda: price(basket, prepared, NOW), 10_000 // lines)) * 1000 / lines

    at_hundred = us_per_line(100)
    return Figure(
        name="price 1000 lines, time per line",
        product=us_per_line(1000),
        limit=at_hundred,
        unit="us",
        allowed=1.5 * at_hundred,
        target="1.5 x per line at 100, median",
        detail="limit: a line's time in a basket of 100 lines; 500 promotions",
    )


def _shares(basket: Basket, prepared: PreparedRules) -> dict[str, float]:
    """Return which part of the time of pricing each stage takes, as the profiler sees it."""
    stats = _profile(basket, prepared).stats  # type: ignore[attr-defined]  # typeshed leaves `stats` out
    cumulative = {name: row[3] for (_, _, name), row in stats.items()}
    return {stage: cumulative[name] / cumulative["price"] for stage, name in STAGES.items()}


def _profile(basket: Basket, prepared: PreparedRules, rounds: int = 200) -> pstats.Stats:
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(rounds):
        price(basket, prepared, NOW)
    profiler.disable()
    return pstats.Stats(profiler)


def _bare_amounts(basket: Basket) -> int:
    return sum(
        int((line.quantity * line.unit_price_minor).to_integral_value(ROUND_HALF_UP)) for line in basket.lines
    )


def _samples_ms(work: Callable[[], object], rounds: int) -> list[float]:
    for _ in range(rounds // 20):
        work()
    samples = []
    gc.collect()
    for _ in range(rounds):
        begun = perf_counter_ns()
        work()
        samples.append((perf_counter_ns() - begun) / 1e6)
    return samples


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


def rules_with(promotions: int, matching: Sequence[int] = EVERY) -> PricingRules:
    """Return rules of which some promotions match the basket, the others touch other products.

    Two lists have prices, one for gold members and one from the third piece on.
    """
    return PricingRules(
        currency_code="SGD",
        currency_digits=2,
        tax_included=True,
        points_per_major_unit=1,
        tax_classes=(
            TaxClass(tax_class_id="A", code="A", name=LocalisedText("Standard"), rate=Decimal(9)),
            TaxClass(tax_class_id="Z", code="Z", name=LocalisedText("Zero"), rate=Decimal(0)),
        ),
        promotions=tuple(_promotion(number, matching) for number in range(promotions)),
        price_lists=(
            PriceList(
                list_id="gold",
                name=LocalisedText("Gold"),
                position=1,
                percent=Decimal(-2),
                category_ids=("category-5",),
                member_tiers=("gold",),
            ),
            PriceList(list_id="three", name=LocalisedText("From three on"), position=2),
        ),
        list_prices=tuple(
            ListPrice(
                list_id="three",
                product_id=f"product-{number}",
                unit_price_minor=Decimal(189 + 37 * number),
                minimum_quantity=Decimal(3),
            )
            for number in range(0, 2000, 7)
        ),
    )


def _promotion(number: int, matching: Sequence[int]) -> Promotion:
    which = matching[number] if number < len(matching) else number + len(EVERY)
    terms: dict[str, object] = {"kind": "percent_off", **_terms(which)}
    return Promotion(
        promotion_id=f"promotion-{number:04d}",
        label=LocalisedText(f"Offer {number}"),
        starts_at="2026-01-01T00:00:00+08:00",
        ends_at="2027-01-01T00:00:00+08:00",
        **terms,  # type: ignore[arg-type]  # fields by name
    )


def _terms(number: int) -> dict[str, object]:
    """Return what makes a promotion what it is; those below twenty match, some of them in two groups."""
    here, next_one = f"product-{number - 3}", f"product-{number - 2}"
    pair = {"quantity": "2", "price_minor": "300"}
    match number:
        case 0:
            arguments = {"amount_minor": "500"}
            return {
                "kind": "amount_off_basket",
                "arguments": arguments,
                "coupon_code": "SPRING5",
                "minimum_minor": 4000,
            }
        case 1 | 2:
            days = {"weekdays": (5, 6, 7), "member_tier": "gold"}
            return {"arguments": {"percent": "5"}, "category_ids": (f"category-{number}",), **days}
        case 3:
            groups = {"saving_minor": "150", "group_products": "product-0,product-1|product-2,product-3"}
            return {"kind": "bundle_saving", "arguments": groups}
        case 4:
            return {"arguments": {"percent": "1"}, "hours": ("08:00-22:00",)}
        case 5 | 6 | 7:
            mixed = (f"product-{number - 5}", f"product-{number - 4}")
            return {"kind": "n_for_price", "arguments": pair, "product_ids": mixed, "limit_per_sale": 2}
        case 8 | 9:
            mixed = (here, next_one)
            return {
                "kind": "n_for_price",
                "arguments": pair,
                "product_ids": mixed,
                "exclusion_group": "lunch",
            }
        case 10 | 11 | 12:
            of_lunch = (f"product-{number - 5}",)
            return {"arguments": {"percent": "30"}, "product_ids": of_lunch, "exclusion_group": "lunch"}
        case 13 | 14:
            less = {"percent": str(number)}
            return {"arguments": less, "product_ids": ("product-8",), "exclusion_group": "fresh"}
        case 15:
            less = {"percent": "8"}
            return {"arguments": less, "category_ids": ("category-1",), "exclusion_group": "fresh"}
        case 16 | 17:
            of_fresh = (f"product-{9 + 8 * (number - 16)}",)
            return {"arguments": {"percent": "7"}, "product_ids": of_fresh, "exclusion_group": "fresh"}
        case 18 | 19:
            return {"arguments": {"percent": "10"}, "product_ids": (f"product-{number - 8}",)}
        case _ if number % 2:
            return {"arguments": {"percent": "15"}, "product_ids": (f"elsewhere-{number}",)}
        case _:
            other = {"quantity": "3", "price_minor": "500"}
            return {"kind": "n_for_price", "arguments": other, "product_ids": (f"elsewhere-{number}",)}


if __name__ == "__main__":
    _profile(basket_of(50), prepare(rules_with(500))).sort_stats("tottime").print_stats(25)
