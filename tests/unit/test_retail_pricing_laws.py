"""What holds for every priced basket, whatever is bought, promoted, given by hand or taxed."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import product as every_choice

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.basket import Basket, ManualDiscount, PromotionUse, add_product
from retail.pricing import PricedBasket, prepare, price
from retail.promotions.kind import Phase
from retail.promotions.registry import KINDS
from retail.promotions.rule import Promotion
from retail.sale import DiscountSource
from tests.fakes.promotion_kinds import ARGUMENTS, CATEGORY_OF, SCOPES
from tests.fakes.shop import NOW, basket, product, promotion, rules

PRODUCTS = sorted(CATEGORY_OF)
WEIGHED = "p5"
ON_LINES = (
    "percent_off",
    "amount_off",
    "fixed_price",
    "n_for_price",
    "buy_x_get_y",
    "bundle_saving",
    "bundle_price",
    "quantity_tiers",
)
ON_DOCUMENT = ("amount_off_basket", "percent_off_basket", "tiered_amount", "tiered_percent")


@st.composite
def baskets(draw: st.DrawFn, *, most: int = 7) -> Basket:
    """Return baskets of pieces and weights; some lines are alike, some have a discount by hand."""
    lines = []
    for _ in range(draw(st.integers(0, most))):
        product_id = draw(st.sampled_from(PRODUCTS))
        if product_id == WEIGHED:
            quantity = f"{draw(st.integers(1, 3000)) / 1000:.3f}kg"
        else:
            quantity = str(draw(st.integers(1, 6)))
        lines.append((f"{product_id}:{CATEGORY_OF[product_id]}", quantity, str(draw(st.integers(1, 3000)))))
    made = basket(
        *lines,
        member_tier=draw(st.sampled_from(("", "gold"))),
        coupons=draw(st.sampled_from(((), ("A",), ("A", "B"), ("A", "B", "C")))),
    )
    by_hand = st.none() | st.builds(ManualDiscount, percent=st.integers(1, 100).map(Decimal))
    made = replace(made, lines=tuple(replace(line, discount=draw(by_hand)) for line in made.lines))
    return replace(made, discount=draw(st.none() | by_hand))


@st.composite
def offers(draw: st.DrawFn, kinds: Sequence[str] = tuple(sorted(KINDS)), *, most: int = 5) -> list[Promotion]:
    """Return promotions of all kinds with every condition that makes them compete."""
    made = []
    for number in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(kinds))
        made.append(
            promotion(
                f"offer-{number}",
                kind,
                priority=draw(st.integers(1, 3)),
                arguments=draw(ARGUMENTS[kind]),
                **draw(SCOPES),
                exclusive=draw(st.integers(0, 5)) == 0,
                exclusion_group=draw(st.sampled_from(("", "g", "h"))),
                coupon_code=draw(st.sampled_from(("", "", "", "A", "B", "C"))),
                combinable=draw(st.booleans()),
                limit_per_sale=draw(st.sampled_from((0, 0, 1, 2, 5))),
                minimum_minor=draw(st.sampled_from((0, 0, 0, 1500, 4000))),
                minimum_quantity=draw(st.sampled_from((0, 0, 0, 3))),
            )
        )
    return made


def check_sums(result: PricedBasket) -> None:
    for line in result.lines:
        assert line.gross_minor - sum(one.amount_minor for one in line.discounts) == line.net_minor
        assert line.net_minor - line.document_discount_minor == line.paid_minor >= 0
        assert all(one.amount_minor > 0 for one in line.discounts)
    paid = sum(line.paid_minor for line in result.lines)
    everything = [*result.discounts, *(one for line in result.lines for one in line.discounts)]
    assert result.saved_minor == sum(one.amount_minor for one in everything)
    assert result.subtotal_minor - result.saved_minor == paid
    assert result.total_minor == sum(one.gross_minor for one in result.tax_totals)
    of_document = sum(one.amount_minor for one in result.discounts)
    assert of_document == sum(line.document_discount_minor for line in result.lines)
    by_promotion = Counter[str]()
    for one in everything:
        by_promotion[one.promotion_id] += one.amount_minor
    for applied in result.promotions:
        assert applied.amount_minor == by_promotion[applied.promotion_id]
        assert applied.times >= 1
    assert set(by_promotion) - {""} == {one.promotion_id for one in result.promotions if one.amount_minor}


@given(baskets(), offers(), st.booleans())
def test_every_figure_adds_up(what: Basket, promotions: list[Promotion], tax_included: bool) -> None:
    result = price(what, prepare(rules(*promotions, tax_included=tax_included)), NOW)
    check_sums(result)
    paid = sum(line.paid_minor for line in result.lines)
    assert result.total_minor == (paid if tax_included else paid + result.tax_minor)
    assert {code for code, _ in result.unused_coupons} <= set(what.coupons)
    assert result.skipped_promotions == ()


@given(baskets(), offers(), st.randoms(use_true_random=False))
def test_pricing_again_or_with_lines_and_promotions_in_another_order_is_the_same(
    what: Basket, promotions: list[Promotion], order: random.Random
) -> None:
    prepared = prepare(rules(*promotions))
    first = price(what, prepared, NOW)
    assert price(what, prepared, NOW) == first
    assert price(what, prepare(rules(*reversed(promotions))), NOW) == first
    lines = list(what.lines)
    order.shuffle(lines)
    second = price(replace(what, lines=tuple(lines)), prepared, NOW)
    assert second.total_minor == first.total_minor
    assert (second.discounts, second.promotions, second.offers) == (
        first.discounts,
        first.promotions,
        first.offers,
    )
    assert _as_sold(second) == _as_sold(first)


def _as_sold(result: PricedBasket) -> list[tuple[object, ...]]:
    """Return what each line came to; lines that are alike are told apart by nothing."""
    return sorted(
        (
            line.line.product.product_id,
            line.gross_minor,
            line.line.quantity,
            str(line.line.discount),
            line.paid_minor,
            str(line.discounts),
        )
        for line in result.lines
    )


@given(baskets(), offers())
def test_no_promotion_makes_a_basket_dearer_and_no_limit_is_exceeded(
    what: Basket, promotions: list[Promotion]
) -> None:
    result = price(what, prepare(rules(*promotions)), NOW)
    without = price(replace(what, coupons=()), prepare(rules()), NOW)
    assert result.total_minor <= without.total_minor
    limits = {one.promotion_id: one.limit_per_sale for one in promotions if one.limit_per_sale}
    assert all(one.times <= limits.get(one.promotion_id, one.times) for one in result.promotions)


@given(
    baskets(),
    offers(most=3),
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(1, 4),
)
def test_limits_count_what_was_used_before(
    what: Basket, promotions: list[Promotion], by_member: int, today: int, in_campaign: int, limit: int
) -> None:
    limited = [
        replace(one, limit_per_member=limit, limit_per_day=limit, limit_in_campaign=limit)
        for one in promotions
    ]
    uses = tuple(
        PromotionUse(promotion_id=one.promotion_id, by_member=by_member, today=today, in_campaign=in_campaign)
        for one in limited
    )
    result = price(replace(what, uses=uses), prepare(rules(*limited)), NOW)
    before = max(today, in_campaign, by_member if what.member is not None else 0)
    assert all(before + one.times <= limit for one in result.promotions)


@given(baskets(), offers())
def test_no_line_takes_two_promotions_of_one_group(what: Basket, promotions: list[Promotion]) -> None:
    result = price(what, prepare(rules(*promotions)), NOW)
    groups = {one.promotion_id: one.exclusion_group for one in promotions}
    for line in result.lines:
        of_line = [groups[one.promotion_id] for one in line.discounts if one.promotion_id]
        assert all(count == 1 for group, count in Counter(of_line).items() if group)


@given(baskets(), offers())
def test_a_coupon_that_is_not_combinable_meets_no_other(what: Basket, promotions: list[Promotion]) -> None:
    result = price(what, prepare(rules(*promotions)), NOW)
    used = {one.promotion_id for one in result.promotions}
    coupons = {one.coupon_code for one in promotions if one.coupon_code and one.promotion_id in used}
    if any(not one.combinable for one in promotions if one.promotion_id in used and one.coupon_code):
        assert len(coupons) == 1


@given(baskets(), offers(most=4), st.sampled_from(sorted(KINDS)))
def test_a_promotion_that_is_skipped_changes_nothing(
    what: Basket, promotions: list[Promotion], kind: str
) -> None:
    broken = promotion("broken", kind, exclusion_group="g", arguments={"nonsense": "1"})
    result = price(what, prepare(rules(*promotions, broken)), NOW)
    assert [one.promotion_id for one in result.skipped_promotions] == ["broken"]
    alone = price(what, prepare(rules(*promotions)), NOW)
    assert replace(result, skipped_promotions=()) == alone


# ---- competition -------------------------------------------------------------------------------


def touched_by(offer: Promotion, what: Basket) -> list[str]:
    products, categories = map(set, KINDS[offer.kind](offer).scope(offer))
    return [
        line.product.product_id
        for line in what.lines
        if (not products and not categories)
        or line.product.product_id in products
        or line.product.category_id in categories
    ]


def coupon_sets(what: Basket, promotions: list[Promotion]) -> list[set[str]]:
    """Return the sets of coupons that may meet, by the words of the rule."""
    combines: dict[str, bool] = {}
    for one in promotions:
        if one.coupon_code in what.coupons and touched_by(one, what):
            combines[one.coupon_code] = combines.get(one.coupon_code, True) and one.combinable
    alone = [{code} for code, does in combines.items() if not does]
    together = {code for code, does in combines.items() if does}
    return [*alone, together] if together or not alone else alone


def without_competition(what: Basket, promotions: list[Promotion]) -> Iterator[list[Promotion]]:
    """Yield every way to decide, as promotions that compete no more: who lost a line excludes its product."""
    for coupons in coupon_sets(what, promotions):
        held = [one for one in promotions if not one.coupon_code or one.coupon_code in coupons]
        questions = []
        for group in {one.exclusion_group for one in held} - {""}:
            members = [one for one in held if one.exclusion_group == group]
            for line in what.lines:
                takers = [one for one in members if line.product.product_id in touched_by(one, what)]
                if len(takers) > 1:
                    questions.append((line.product.product_id, takers))
        for owners in every_choice(*[takers for _, takers in questions]):
            excluded: dict[str, set[str]] = {}
            for (product_id, takers), owner in zip(questions, owners, strict=True):
                for loser in takers:
                    if loser is not owner:
                        excluded.setdefault(loser.promotion_id, set()).add(product_id)
            yield [
                replace(
                    one,
                    exclusion_group="",
                    combinable=True,
                    excluded_product_ids=tuple(sorted(excluded.get(one.promotion_id, ()))),
                )
                for one in held
            ]


@st.composite
def small_baskets(draw: st.DrawFn, *, most: int = 4) -> Basket:
    """Return baskets of few lines of different products."""
    chosen = draw(st.lists(st.sampled_from(PRODUCTS), min_size=1, max_size=most, unique=True))
    lines = [
        (f"{one}:{CATEGORY_OF[one]}", str(draw(st.integers(1, 3))), str(draw(st.integers(1, 1500))))
        for one in chosen
    ]
    return basket(*lines, member_tier="gold", coupons=draw(st.sampled_from(((), ("A",), ("A", "B")))))


@st.composite
def competing(draw: st.DrawFn, kinds: Sequence[str], *, most: int = 4) -> list[Promotion]:
    """Return promotions of which most share a group."""
    return [
        promotion(
            f"offer-{number}",
            kind := draw(st.sampled_from(kinds)),
            priority=draw(st.integers(1, 3)),
            arguments=draw(ARGUMENTS[kind]),
            **draw(SCOPES),
            exclusion_group=draw(st.sampled_from(("g", "g", "h", ""))),
            coupon_code=draw(st.sampled_from(("", "", "A", "B"))),
            combinable=draw(st.booleans()),
            limit_per_sale=draw(st.sampled_from((0, 0, 0, 1, 3))),
        )
        for number in range(draw(st.integers(1, most)))
    ]


FEW_ON_DOCUMENT = ("amount_off_basket", "percent_off_basket")


@settings(max_examples=60)
@given(small_baskets(), competing((*ON_LINES, *FEW_ON_DOCUMENT)))
def test_the_customer_gets_the_best_of_all_combinations(what: Basket, promotions: list[Promotion]) -> None:
    promotions = [replace(one, arguments=_without_minimum(one)) for one in promotions]
    decided = [
        price(what, prepare(rules(*rows)), NOW).total_minor for rows in without_competition(what, promotions)
    ]
    assume(len(decided) <= 81)
    assert price(what, prepare(rules(*promotions)), NOW).total_minor == min(decided)


def _without_minimum(offer: Promotion) -> dict[str, str]:
    return {name: value for name, value in offer.arguments.items() if name != "minimum_minor"}


@settings(max_examples=40)
@given(
    small_baskets(most=3),
    st.lists(st.sampled_from(("percent_off", "n_for_price", "amount_off")), min_size=1, max_size=3),
    st.integers(100, 4000),
    st.integers(50, 2000),
    st.data(),
)
def test_a_promotion_on_lines_stands_aside_for_a_larger_one_that_comes_later(
    what: Basket, kinds: list[str], minimum: int, amount: int, data: st.DataObject
) -> None:
    on_lines = [
        promotion(f"line-{number}", kind, priority=number, arguments=data.draw(ARGUMENTS[kind]))
        for number, kind in enumerate(kinds)
    ]
    later = promotion("later", "amount_off_basket", minimum_minor=minimum, amount_minor=amount)
    best = price(what, prepare(rules(*on_lines, later)), NOW)
    totals = []
    for levels in every_choice(*[_levels(one) for one in on_lines]):
        used = [
            replace(one, limit_per_sale=level) for one, level in zip(on_lines, levels, strict=True) if level
        ]
        totals.append(price(what, prepare(rules(*used, later)), NOW).total_minor)
        totals.append(price(what, prepare(rules(*used)), NOW).total_minor)
    assert best.total_minor <= min(totals)


def _levels(offer: Promotion) -> Sequence[int]:
    """Return how often a promotion may be used: of those on single lines not at all or always."""
    return range(9) if offer.kind == "n_for_price" else (0, 99_999)


@settings(max_examples=150)
@given(
    small_baskets(),
    competing(ON_LINES),
    offers(("percent_off_basket", "tiered_amount"), most=1),
    st.sampled_from(PRODUCTS),
    st.integers(1, 1500),
)
def test_one_piece_more_never_costs_more_than_its_own_price(
    what: Basket, on_lines: list[Promotion], later: list[Promotion], product_id: str, unit_price: int
) -> None:
    """A promotion rounds on each line that it touches, so a minor unit for each of them is allowed."""
    promotions = [replace(one, exclusion_group="g", coupon_code="") for one in on_lines]
    promotions += [replace(one, exclusion_group="", exclusive=False, coupon_code="") for one in later]
    prepared = prepare(rules(*promotions))
    present = [line for line in what.lines if line.product.product_id == product_id]
    each = present[0].unit_price_minor if present else Decimal(unit_price)
    more, _ = add_product(
        what,
        line_id="one-more",
        product=product(product_id, CATEGORY_OF[product_id]),
        quantity=Decimal(1),
        unit_price_minor=each,
    )
    before, after = price(what, prepared, NOW), price(more, prepared, NOW)
    assert after.total_minor <= before.total_minor + each + len(more.lines)


# ---- size --------------------------------------------------------------------------------------


def _large(lines: int) -> Basket:
    return basket(
        *[
            (f"p{number % 6}:c{number % 3}", str(1 + number % 4), str(100 + number))
            for number in range(lines)
        ],
        member_tier="gold",
    )


LARGE_OFFERS = (
    promotion("tenth", "percent_off", percent=10, exclusion_group="g", category_ids=("c0",)),
    promotion("pairs", "n_for_price", quantity=2, price_minor=300, exclusion_group="g"),
    promotion("fixed", "fixed_price", price_minor=90, exclusion_group="h", product_ids=("p1", "p2")),
    promotion("less", "amount_off", amount_minor=5, per="piece", exclusion_group="h", product_ids=("p2",)),
    promotion("spend", "tiered_amount", tiers="1000:100|90000:5000"),
)


def calls_made(work: Callable[[], object]) -> int:
    """Return how many functions were called: work that does not depend on what else the machine does."""
    count = 0

    def counting(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counting)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("promotions", [(), LARGE_OFFERS])
def test_ten_times_the_lines_are_no_more_than_ten_times_the_work(promotions: tuple[Promotion, ...]) -> None:
    prepared = prepare(rules(*promotions))
    hundred, thousand = _large(100), _large(1000)
    price(hundred, prepared, NOW)
    less = calls_made(lambda: price(hundred, prepared, NOW))
    more = calls_made(lambda: price(thousand, prepared, NOW))
    assert more <= 12 * less
    check_sums(price(thousand, prepared, NOW))


def test_a_points_promotion_takes_nothing_off() -> None:
    assert [name for name, read in KINDS.items() if _phase(name) is Phase.POINTS] == ["points_multiplier"]
    offer = promotion("double", "points_multiplier", multiplier=2)
    result = price(basket(("tea", "1", "1000"), member_tier="gold"), prepare(rules(offer)), NOW)
    assert (result.total_minor, result.points) == (1000, 20)
    assert [(one.promotion_id, one.times, one.amount_minor) for one in result.promotions] == [
        ("double", 1, 0)
    ]
    assert all(one.source is not DiscountSource.POINTS for one in result.discounts)


def _phase(name: str) -> Phase:
    return getattr(sys.modules[KINDS[name].__self__.__module__], KINDS[name].__self__.__name__).phase  # type: ignore[attr-defined,no-any-return]  # the classmethod knows its class
