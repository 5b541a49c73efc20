"""Promotions that compete: who gets a line, which coupons meet, who stands aside for a larger saving."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from retail.basket import Basket, ManualDiscount
from retail.catalogue import ProductKind
from retail.pricing import PricedBasket, prepare, price
from retail.promotions.rule import Promotion
from tests.fakes.shop import NOW, basket, priced, promotion, rules

Line = tuple[str, str, str]


def used(result: PricedBasket) -> dict[str, tuple[int, int]]:
    """Return how often each promotion was used, and what it took off."""
    return {one.promotion_id: (one.times, one.amount_minor) for one in result.promotions}


def grouped(promotion_id: str, kind: str, **fields: object) -> Promotion:
    return promotion(promotion_id, kind, exclusion_group="g", **fields)


# ---- lines -------------------------------------------------------------------------------------


def test_of_two_percentages_in_a_group_each_line_takes_the_larger() -> None:
    five = grouped("five", "percent_off", percent=5)
    ten_off_tea = grouped("ten", "percent_off", percent=10, product_ids=("tea",), priority=200)
    result = priced(basket(("tea", "1", "1000"), ("tee", "1", "2000")), five, ten_off_tea)
    assert used(result) == {"five": (1, 100), "ten": (1, 100)}
    assert [line.paid_minor for line in result.lines] == [900, 1900]


def test_lines_with_more_and_with_fewer_choices_each_take_their_best() -> None:
    everywhere = [grouped("five", "percent_off", percent=5), grouped("eight", "percent_off", percent=8)]
    on_tea = grouped("fifteen", "percent_off", percent=15, product_ids=("tea",), priority=200)
    result = priced(basket(("tea", "1", "1000"), ("tee", "1", "2000")), *everywhere, on_tea)
    assert used(result) == {"fifteen": (1, 150), "eight": (1, 160)}


def test_what_stands_on_other_lines_need_not_stand_aside() -> None:
    """Tea alone reaches 20.00 for the 9.00 off, so its 10 % waits; the jam's 10 % costs nobody anything."""
    ten_off_tea = promotion("tea", "percent_off", percent=10, product_ids=("tea",))
    ten_off_jam = promotion("jam", "percent_off", percent=10, product_ids=("jam",))
    tea_over_20 = promotion(
        "nine", "amount_off_basket", amount_minor=900, minimum_minor=2000, product_ids=("tea",), priority=200
    )
    lines = basket(("tea", "1", "2000"), ("jam", "1", "500"))
    assert used(priced(lines, ten_off_tea, ten_off_jam, tea_over_20)) == {"jam": (1, 50), "nine": (1, 900)}


def test_without_a_group_both_take_something_off() -> None:
    five, ten = promotion("five", "percent_off", percent=5), promotion("ten", "percent_off", percent=10)
    assert priced(basket(("tea", "1", "1000")), five, ten).total_minor == 855


DIVISIONS: list[tuple[list[Line], dict[str, tuple[int, int]]]] = [
    # 3 for 20.00 or 25 % off each piece
    ([("a", "1", "1000"), ("b", "1", "1000")], {"quarter": (2, 500)}),
    ([("a", "1", "1000"), ("b", "1", "1000"), ("c", "1", "1000")], {"three": (1, 1000)}),
    ([("a", "1", "1000"), ("b", "1", "1000"), ("c", "1", "500")], {"quarter": (3, 625)}),
    (
        [("a", "1", "1000"), ("b", "1", "1000"), ("c", "1", "1000"), ("d", "1", "1000")],
        {"three": (1, 1000), "quarter": (1, 250)},
    ),
    (
        [("a", "1", "1000"), ("b", "1", "1000"), ("c", "1", "400"), ("d", "1", "1000")],
        {"three": (1, 1000), "quarter": (1, 100)},
    ),
    ([("a", "3", "1000"), ("b", "1", "1000")], {"three": (1, 1000), "quarter": (1, 250)}),
]


@pytest.mark.parametrize(("lines", "expected"), DIVISIONS)
def test_lines_are_divided_so_that_the_customer_pays_least(
    lines: list[Line], expected: dict[str, tuple[int, int]]
) -> None:
    three = grouped("three", "n_for_price", quantity=3, price_minor=2000)
    quarter = grouped("quarter", "percent_off", percent=25, priority=1)
    assert used(priced(basket(*lines), three, quarter)) == expected


def test_two_bundles_of_a_group_divide_what_both_could_use() -> None:
    """Pairs at 9.00 of a, b; or of b, c at 7.00: b goes where more is saved, a and c stay alone."""
    first = grouped("first", "n_for_price", quantity=2, price_minor=900, product_ids=("a", "b"))
    second = grouped("second", "n_for_price", quantity=2, price_minor=700, product_ids=("b", "c"))
    result = priced(basket(("a", "1", "600"), ("b", "1", "500"), ("c", "1", "550")), first, second)
    assert used(result) == {"second": (1, 350)}


def test_a_promotion_that_stacks_is_counted_when_a_group_is_divided() -> None:
    """40 % off stacks on whatever the group takes; a fixed price after it may be the better one."""
    half = promotion("member", "percent_off", percent=40, priority=5)
    tenth = grouped("tenth", "percent_off", percent=10, priority=1)
    fixed = grouped("fixed", "fixed_price", price_minor=500, priority=9)
    assert used(priced(basket(("tea", "1", "1000")), half, tenth, fixed)) == {
        "member": (1, 400),
        "fixed": (1, 100),
    }
    assert used(priced(basket(("tea", "1", "700")), half, tenth, fixed)) == {
        "tenth": (1, 70),
        "member": (1, 252),
    }


def test_a_discount_by_hand_is_counted_when_a_group_is_divided() -> None:
    made = basket(("a", "1", "1000"), ("b", "1", "1000"))
    by_hand = replace(made.lines[0], discount=ManualDiscount(percent=Decimal(100)))
    made = replace(made, lines=(by_hand, made.lines[1]))
    once = grouped("once", "amount_off", amount_minor=500, per="line", limit_per_sale=1)
    tenth = grouped("tenth", "percent_off", percent=10)
    result = priced(made, once, tenth)
    assert result.total_minor == 500, "the amount goes where it is worth something"


def test_what_comes_off_before_a_group_is_divided_is_counted() -> None:
    """Tea costs 5.00 when its own promotion is done, too little for the pair to be worth its lines."""
    half = promotion("half", "percent_off", percent=50, product_ids=("tea",), priority=1)
    pair = grouped("pair", "n_for_price", quantity=2, price_minor=1300, priority=2)
    tenth = grouped("tenth", "percent_off", percent=10, priority=3)
    result = priced(basket(("tea", "1", "1000"), ("tee", "1", "1000")), half, pair, tenth)
    assert used(result) == {"half": (1, 500), "pair": (1, 200)}
    dearer = replace(pair, arguments={"quantity": "2", "price_minor": "1400"})
    result = priced(basket(("tea", "1", "1000"), ("tee", "1", "1000")), half, dearer, tenth)
    assert used(result) == {"half": (1, 500), "tenth": (2, 150)}


def test_a_group_with_an_exclusive_promotion_is_decided_like_any_other() -> None:
    alone = grouped("alone", "percent_off", percent=20, exclusive=True, priority=2)
    tenth = grouped("tenth", "percent_off", percent=10, priority=1)
    stacked = promotion("stacked", "percent_off", percent=15, priority=3)
    result = priced(basket(("tea", "1", "1000")), alone, tenth, stacked)
    assert used(result) == {"tenth": (1, 100), "stacked": (1, 135)}


@pytest.mark.parametrize("exclusive", [False, True])
def test_a_group_is_decided_by_what_the_document_then_takes_off(exclusive: bool) -> None:
    """One promotion of the document is only for tea: so it matters which of the two lines is the cheaper."""
    pair = grouped("pair", "n_for_price", quantity=2, price_minor=1000, priority=1)
    tea = grouped("tea", "percent_off", percent=49, product_ids=("tea",), priority=2)
    whole = promotion(
        "whole", "percent_off_basket", percent=50, product_ids=("tea",), exclusive=exclusive, priority=3
    )
    what = basket(("tea", "1", "1000"), ("tee", "1", "1000"))
    decided = priced(what, pair, tea, whole)
    ways = [priced(what, pair, whole).total_minor, priced(what, tea, whole).total_minor]
    assert decided.total_minor == min(ways)


def test_what_comes_off_after_a_group_is_divided_is_counted() -> None:
    """Tea costs 3.00 in the end, so only the tee matters: a pair saves 4.00 on it, its percentage 4.50."""
    pair = grouped("pair", "n_for_price", quantity=2, price_minor=1200, priority=1)
    of_tee = grouped("of-tee", "percent_off", percent=45, product_ids=("tee",), priority=2)
    of_tea = grouped("of-tea", "percent_off", percent=10, product_ids=("tea",), priority=2)
    fixed = promotion("fixed", "fixed_price", price_minor=300, product_ids=("tea",), priority=9)
    what = basket(("tea", "1", "1000"), ("tee", "1", "1000"))
    assert priced(what, pair, of_tee, of_tea).total_minor == 1200
    assert priced(what, pair, of_tee, of_tea, fixed).total_minor == 850
    less = replace(of_tee, arguments={"percent": "30"})
    assert priced(what, pair, less, of_tea, fixed).total_minor == 900


def test_a_line_is_not_closed_where_the_document_would_take_more_off_it() -> None:
    alone = grouped("alone", "percent_off", percent=20, exclusive=True, priority=1)
    open_to_more = grouped("open", "percent_off", percent=15, priority=2)
    whole = promotion("whole", "percent_off_basket", percent=50, priority=3)
    result = priced(basket(("tea", "1", "1000")), alone, open_to_more, whole)
    assert used(result) == {"open": (1, 150), "whole": (1, 425)}


def test_equal_answers_to_several_groups_go_to_who_comes_first() -> None:
    offers = [
        promotion(name, "percent_off", percent=10, exclusion_group=name[0], priority=priority)
        for priority, name in enumerate(("a-first", "a-later", "b-first", "b-later"))
    ]
    result = priced(basket(("tea", "1", "1000")), *offers)
    assert used(result) == {"a-first": (1, 100), "b-first": (1, 90)}


def test_a_document_promotion_on_other_goods_changes_nothing_for_a_group() -> None:
    five, ten = grouped("five", "percent_off", percent=5), grouped("ten", "percent_off", percent=10)
    tees = promotion("tees", "percent_off_basket", percent=50, product_ids=("tee",))
    teas = tuple(replace(one, product_ids=("tea",)) for one in (five, ten))
    result = priced(basket(("tea", "1", "1000"), ("tee", "1", "1000")), *teas, tees)
    assert used(result) == {"ten": (1, 100), "tees": (1, 500)}


def test_a_group_is_decided_by_the_gift_that_is_then_earned() -> None:
    pair = grouped("pair", "n_for_price", quantity=2, price_minor=1500, priority=1)
    tenth = grouped("tenth", "percent_off", percent=10, priority=2)
    gift = promotion("gift", "gift_with_purchase", gift_products="mug", spend_minor=1700, priority=3)
    result = priced(basket(("tea", "2", "1000"), ("mug", "1", "400")), pair, tenth, gift)
    assert used(result) == {"tenth": (2, 200), "gift": (1, 400)}


def test_lines_in_two_groups_take_one_promotion_of_each() -> None:
    first = (
        promotion("a1", "percent_off", percent=10, exclusion_group="a", priority=1),
        promotion("a2", "percent_off", percent=20, exclusion_group="a", priority=2),
    )
    second = (
        promotion("b1", "amount_off", amount_minor=50, per="line", exclusion_group="b", priority=3),
        promotion("b2", "amount_off", amount_minor=150, per="line", exclusion_group="b", priority=4),
    )
    result = priced(basket(("tea", "1", "1000")), *first, *second)
    assert used(result) == {"a2": (1, 200), "b2": (1, 150)}


def test_equal_savings_go_to_the_promotion_that_comes_first() -> None:
    later = grouped("a-later", "percent_off", percent=10, priority=2)
    first = grouped("b-first", "percent_off", percent=10, priority=1)
    assert used(priced(basket(("tea", "1", "1000"), ("tee", "1", "2000")), later, first)) == {
        "b-first": (2, 300)
    }


def test_equal_totals_go_to_fewer_discounts() -> None:
    """Two pieces for 18.00 save 2.00, on two lines; 2.00 off one line saves as much with one discount."""
    pair = grouped("pair", "n_for_price", quantity=2, price_minor=1800, priority=1)
    once = grouped("once", "amount_off", amount_minor=200, per="line", product_ids=("b",), priority=2)
    assert used(priced(basket(("a", "1", "1000"), ("b", "1", "1000")), pair, once)) == {"once": (1, 200)}


# ---- the document ------------------------------------------------------------------------------


def test_of_a_group_a_line_counts_for_the_document_or_for_its_own_promotion() -> None:
    tenth = grouped("tenth", "percent_off", percent=10, product_ids=("tea",))
    whole = grouped("whole", "percent_off_basket", percent=20)
    result = priced(basket(("tea", "1", "1000"), ("tee", "1", "2000")), tenth, whole)
    assert used(result) == {"whole": (1, 600)}
    half = grouped("half", "percent_off", percent=50, product_ids=("tea",))
    result = priced(basket(("tea", "1", "1000"), ("tee", "1", "2000")), half, whole)
    assert used(result) == {"half": (1, 500), "whole": (1, 400)}


def test_a_line_counts_for_the_document_where_its_sum_is_needed() -> None:
    """Half price on tea saves 5.00; with the tea the basket reaches 30.00, and 9.00 come off."""
    half = grouped("half", "percent_off", percent=50, product_ids=("tea",))
    whole = grouped("whole", "amount_off_basket", amount_minor=900, minimum_minor=3000)
    result = priced(basket(("tea", "1", "1000"), ("tee", "1", "2000")), half, whole)
    assert used(result) == {"whole": (1, 900)}


def test_gifts_of_a_group_do_not_take_lines_that_are_better_elsewhere() -> None:
    gift = grouped("gift", "gift_with_purchase", gift_products="mug", spend_minor=1000)
    tenth = grouped("tenth", "percent_off", percent=10)
    result = priced(basket(("tea", "1", "2000"), ("mug", "1", "900")), gift, tenth)
    assert result.total_minor == 2000
    assert used(result) == {"gift": (1, 900)}


# ---- coupons -----------------------------------------------------------------------------------


def coupon(code: str, amount: int, *, combinable: bool = True, **fields: object) -> Promotion:
    return promotion(
        f"coupon-{code}",
        "amount_off_basket",
        amount_minor=amount,
        coupon_code=code,
        combinable=combinable,
        **fields,
    )


def with_coupons(*codes: str) -> Basket:
    return basket(("tea", "2", "1000"), coupons=codes, member_tier="gold")


def test_coupons_that_combine_are_all_used() -> None:
    assert priced(with_coupons("A", "B"), coupon("A", 100), coupon("B", 200)).total_minor == 1700


@pytest.mark.parametrize(
    ("alone", "total", "unused"),
    [(299, 1700, ("C",)), (300, 1700, ("A", "B")), (301, 1699, ("A", "B"))],
)
def test_a_coupon_that_does_not_combine_is_used_when_it_alone_is_better(
    alone: int, total: int, unused: tuple[str, ...]
) -> None:
    """Where it saves as much as the others together, it is one discount instead of two."""
    offers = (coupon("A", 100), coupon("B", 200), coupon("C", alone, combinable=False))
    result = priced(with_coupons("A", "B", "C"), *offers)
    assert result.total_minor == total
    assert result.unused_coupons == tuple((code, "not_combinable") for code in unused)


def test_of_two_that_do_not_combine_the_better_is_used() -> None:
    offers = (coupon("A", 100, combinable=False), coupon("B", 200, combinable=False))
    result = priced(with_coupons("A", "B"), *offers)
    assert (result.total_minor, result.unused_coupons) == (1800, (("A", "not_combinable"),))


def test_a_coupon_that_does_not_combine_meets_promotions_without_a_coupon() -> None:
    always = promotion("always", "percent_off", percent=10)
    assert (
        priced(with_coupons("C"), always, coupon("C", 300, combinable=False)).total_minor == 2000 - 200 - 300
    )


def test_a_coupon_that_does_not_hold_hinders_no_other() -> None:
    expired = coupon("C", 9999, combinable=False, ends_at="2020-01-01T00:00:00Z")
    result = priced(with_coupons("A", "C"), coupon("A", 100), expired)
    assert (result.total_minor, result.unused_coupons) == (1900, (("C", "expired"),))


def test_a_coupon_whose_promotion_lost_its_lines_says_so() -> None:
    better = grouped("better", "percent_off", percent=50)
    worse = grouped("worse", "percent_off", percent=10, coupon_code="A")
    result = priced(with_coupons("A"), better, worse)
    assert result.unused_coupons == (("A", "better_offer"),)


def test_a_coupon_for_points_meets_no_coupon_it_does_not_combine_with() -> None:
    double = promotion(
        "double", "points_multiplier", multiplier=2, coupon_code="P", combinable=False, priority=1
    )
    result = priced(with_coupons("A", "P"), coupon("A", 100), double)
    assert (result.total_minor, result.points) == (1900, 19)
    assert result.unused_coupons == (("P", "not_combinable"),)


# ---- standing aside ----------------------------------------------------------------------------


def test_a_small_saving_stands_aside_for_a_larger_one_that_it_would_cost() -> None:
    small = promotion("small", "percent_off", percent=5, coupon_code="A")
    large = promotion("large", "amount_off_basket", amount_minor=1000, minimum_minor=2000)
    result = priced(with_coupons("A"), small, large)
    assert used(result) == {"large": (1, 1000)}
    assert result.unused_coupons == (("A", "better_offer"),)


def test_a_saving_that_is_larger_than_what_it_costs_stays() -> None:
    half = promotion("half", "percent_off", percent=50)
    later = promotion("later", "amount_off_basket", amount_minor=900, minimum_minor=2000)
    assert used(priced(with_coupons(), half, later)) == {"half": (2, 1000)}


def test_a_step_that_the_full_prices_do_not_reach_lets_nobody_stand_aside() -> None:
    small = promotion("small", "percent_off", percent=5)
    large = promotion("large", "amount_off_basket", amount_minor=1000, minimum_minor=2001)
    assert used(priced(with_coupons(), small, large)) == {"small": (2, 100)}


def test_the_smallest_saving_that_is_enough_stands_aside() -> None:
    made = basket(*[(f"p{number}", "1", str(1000 * number)) for number in range(1, 6)])
    tenths = [
        promotion(f"tenth-{number}", "percent_off", percent=10, product_ids=(f"p{number}",))
        for number in range(1, 6)
    ]
    spend = promotion("spend", "tiered_amount", tiers="10000:500|13700:3000")
    result = priced(made, *tenths, spend)
    assert set(used(result)) == {"tenth-1", "tenth-3", "tenth-4", "tenth-5", "spend"}
    assert result.total_minor == 15000 - 1300 - 3000


def test_a_promotion_is_used_less_often_where_that_is_enough() -> None:
    """Two pairs at 15.00 bring 40.00 down to 30.00; with one the basket keeps 35.00, and 8.00 come off."""
    pairs = promotion("pairs", "n_for_price", quantity=2, price_minor=1500)
    spend = promotion("spend", "amount_off_basket", amount_minor=800, minimum_minor=3500)
    result = priced(basket(("tea", "4", "1000")), pairs, spend)
    assert used(result) == {"pairs": (1, 500), "spend": (1, 800)}


def test_free_shipping_is_worth_more_than_a_small_saving() -> None:
    small = promotion("small", "percent_off", percent=1)
    free = promotion("free", "shipping_off", percent=100, minimum_minor=2000)
    made = _with_shipping(basket(("tea", "2", "1000"), ("delivery", "1", "590")))
    result = priced(made, small, free)
    assert used(result) == {"free": (1, 590)}


def test_a_gift_is_worth_more_than_a_small_saving() -> None:
    small = promotion("small", "percent_off", percent=1, product_ids=("tea",))
    gift = promotion("gift", "gift_with_purchase", gift_products="mug", spend_minor=2000)
    result = priced(basket(("tea", "2", "1000"), ("mug", "1", "900")), small, gift)
    assert (result.total_minor, used(result)) == (2000, {"gift": (1, 900)})


def test_a_discount_by_hand_is_counted_before_anybody_stands_aside() -> None:
    made = replace(with_coupons(), discount=ManualDiscount(percent=Decimal(50)))
    line = replace(made.lines[0], discount=ManualDiscount(amount_minor=100))
    small = promotion("small", "percent_off", percent=5)
    large = promotion("large", "amount_off_basket", amount_minor=300, minimum_minor=1900)
    result = priced(replace(made, lines=(line,)), small, large)
    assert used(result) == {"large": (1, 300)}
    assert result.total_minor == 800


def _with_shipping(made: Basket) -> Basket:
    """Make the product `delivery` a shipping line."""
    return replace(
        made,
        lines=tuple(
            replace(line, product=replace(line.product, kind=ProductKind.SHIPPING))
            if line.product.product_id == "delivery"
            else line
            for line in made.lines
        ),
    )


# ---- more than can be tried out ----------------------------------------------------------------


def _crowd(lines: int) -> Basket:
    return basket(*[(f"p{number:03d}", "1", str(500 + 37 * number % 900)) for number in range(lines)])


MANY = (
    grouped("quarter", "percent_off", percent=25, priority=1),
    grouped("three", "n_for_price", quantity=3, price_minor=1500, priority=2),
    grouped("pair", "n_for_price", quantity=2, price_minor=1100, priority=3),
    grouped("whole", "percent_off_basket", percent=26, priority=4),
)


@pytest.mark.parametrize("lines", [12, 30, 80])
def test_a_large_basket_is_no_worse_than_under_any_one_of_the_promotions(lines: int) -> None:
    made = _crowd(lines)
    best = priced(made, *MANY).total_minor
    assert all(best <= priced(made, one).total_minor for one in MANY)


def test_a_large_basket_without_a_document_promotion_is_no_worse_either() -> None:
    made = _crowd(30)
    offers = (*MANY[:3], promotion("stacked", "percent_off", percent=1, priority=9))
    best = priced(made, *offers).total_minor
    assert all(best <= priced(made, one, offers[3]).total_minor for one in offers[:3])


def test_a_large_basket_finds_who_should_stand_aside() -> None:
    made = _crowd(25)
    offers = [
        promotion(f"tenth-{number}", "percent_off", percent=10, product_ids=(f"p{number:03d}",))
        for number in range(25)
    ]
    gross = priced(made).total_minor
    spend = promotion("spend", "amount_off_basket", amount_minor=5000, minimum_minor=gross)
    assert used(priced(made, *offers, spend)) == {"spend": (1, 5000)}
    nearly = replace(spend, minimum_minor=gross - 1)
    assert used(priced(made, *offers, nearly)) == {"spend": (1, 5000)}


def test_a_large_basket_is_decided_alike_in_any_order_of_its_lines() -> None:
    made = _crowd(40)
    prepared = prepare(rules(*MANY))
    first = price(made, prepared, NOW)
    second = price(replace(made, lines=made.lines[::-1]), prepared, NOW)
    assert [line.paid_minor for line in second.lines[::-1]] == [line.paid_minor for line in first.lines]
