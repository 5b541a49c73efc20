"""When promotions hold: customers, hours, channels, minimums, limits; and which lines none touches."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from retail.basket import Basket, ManualDiscount, PriceSource, PromotionUse, override_price
from retail.catalogue import ProductKind
from retail.pricing import PricedBasket, prepare, price
from retail.promotions.prepared import SkippedPromotion
from retail.promotions.rule import Promotion
from retail.sale import DiscountSource
from tests.fakes.shop import NOW, basket, member, priced, promotion, rules

TEA = basket(("tea", "2", "1000"), coupons=("TEA",))
GOLD = replace(TEA, member=member("gold"))


def tenth(**fields: object) -> Promotion:
    return promotion("tenth", "percent_off", percent=10, coupon_code="TEA", **fields)


CONDITIONS: list[tuple[dict[str, object], Basket, str]] = [
    # what the promotion asks, the basket, why it does not hold (nothing: it does)
    ({"channels": ("online",)}, TEA, "other_channel"),
    ({"channels": ("online",)}, replace(TEA, channel="online"), ""),
    ({"channels": ("store", "online")}, TEA, ""),
    ({"member_tiers": ("*",)}, TEA, "other_members"),
    ({"member_tiers": ("*",)}, GOLD, ""),
    ({"member_tiers": ("silver", "gold")}, GOLD, ""),
    ({"member_tier": "silver", "member_tiers": ("gold",)}, GOLD, ""),
    ({"member_tiers": ("silver",)}, GOLD, "other_members"),
    ({"member_groups": ("employee",)}, GOLD, "other_members"),
    (
        {"member_groups": ("employee",)},
        replace(GOLD, member=replace(member("gold"), groups=("employee",))),
        "",
    ),
    ({"birthday": "day"}, GOLD, "not_birthday"),
    ({"birthday": "day"}, replace(GOLD, member=replace(member("gold"), birthday="03-14")), ""),
    ({"birthday": "month"}, replace(GOLD, member=replace(member("gold"), birthday="03-01")), ""),
    ({"first_order": True}, GOLD, "not_first_order"),
    ({"first_order": True}, replace(GOLD, member=replace(member("gold"), orders=0)), ""),
    ({"first_order": True}, replace(GOLD, member=replace(member("gold"), orders=1)), "not_first_order"),
    ({"hours": ("14:00-15:00",)}, TEA, ""),
    ({"hours": ("17:00-19:00",)}, TEA, "other_hours"),
    ({"weekdays": (6,)}, TEA, ""),  # 14 March 2026 is a Saturday
    ({"weekdays": (1, 2)}, TEA, "other_day"),
    ({"month_days": (14,)}, TEA, ""),
    ({"month_days": (15,)}, TEA, "other_day"),
    ({"minimum_minor": 2000}, TEA, ""),
    ({"minimum_minor": 2001}, TEA, "below_minimum"),
    ({"minimum_quantity": 2}, TEA, ""),
    ({"minimum_quantity": 3}, TEA, "below_minimum"),
    ({"excluded_product_ids": ("tea",)}, TEA, "nothing_matches"),
    ({"excluded_category_ids": ("pantry",)}, TEA, "nothing_matches"),
    ({"excluded_category_ids": ("cafe",)}, TEA, ""),
]


@pytest.mark.parametrize(("asked", "what", "refusal"), CONDITIONS)
def test_a_promotion_holds_where_its_conditions_do(
    asked: dict[str, object], what: Basket, refusal: str
) -> None:
    result = priced(what, tenth(**asked))
    assert result.unused_coupons == ((("TEA", refusal),) if refusal else ())
    assert result.total_minor == (2000 if refusal else 1800)


def test_excluded_products_take_no_part_in_a_wider_promotion() -> None:
    what = basket(("tea", "1", "1000"), ("tee:apparel", "1", "2000"), ("hat:apparel", "1", "500"))
    without = promotion(
        "p", "percent_off", percent=10, category_ids=("apparel",), excluded_product_ids=("hat",)
    )
    assert [line.paid_minor for line in priced(what, without).lines] == [1000, 1800, 500]


@pytest.mark.parametrize(("quantity", "off"), [(2, 0), (1, 85)])
def test_a_minimum_of_pieces_counts_a_weighed_line_once(quantity: int, off: int) -> None:
    what = basket(("bananas", "2.000kg", "425"))
    offer = promotion("p", "percent_off", percent=10, minimum_quantity=quantity)
    assert priced(what, offer).saved_minor == off


@pytest.mark.parametrize(
    ("asked", "source"),
    [
        ({}, DiscountSource.PROMOTION),
        ({"member_tier": "gold"}, DiscountSource.MEMBER),
        ({"member_tiers": ("*",)}, DiscountSource.MEMBER),
        ({"member_groups": ("staff",)}, DiscountSource.MEMBER),
        ({"birthday": "month"}, DiscountSource.MEMBER),
        ({"member_tier": "gold", "coupon_code": "tea "}, DiscountSource.COUPON),
    ],
)
def test_a_discount_says_who_gave_it(asked: dict[str, object], source: DiscountSource) -> None:
    buyer = replace(member("gold"), groups=("staff",), birthday="03-20")
    (line,) = priced(replace(GOLD, member=buyer), promotion("p", "percent_off", percent=10, **asked)).lines
    assert [one.source for one in line.discounts] == [source]


# ---- limits ------------------------------------------------------------------------------------


def use(**known: int) -> tuple[PromotionUse, ...]:
    return (PromotionUse(promotion_id="tenth", **known),)


LIMITS: list[tuple[dict[str, int], tuple[PromotionUse, ...], int]] = [
    # limits, uses before, what comes off two pieces of 10.00
    ({"limit_per_sale": 1}, (), 100),
    ({"limit_per_sale": 3}, (), 200),
    ({"limit_per_member": 1}, (), 100),
    ({"limit_per_member": 2}, use(by_member=1), 100),
    ({"limit_per_member": 2}, use(by_member=2), 0),
    ({"limit_per_day": 5}, use(today=4), 100),
    ({"limit_per_day": 5}, use(today=9), 0),
    ({"limit_in_campaign": 100}, use(in_campaign=99), 100),
    ({"limit_in_campaign": 100}, use(in_campaign=-5), 200),
    ({"limit_per_sale": 2, "limit_per_day": 5}, use(today=4), 100),
    ({}, use(by_member=9, today=9, in_campaign=9), 200),
]


@pytest.mark.parametrize(("limits", "uses", "off"), LIMITS)
def test_the_smallest_remaining_limit_holds(
    limits: dict[str, int], uses: tuple[PromotionUse, ...], off: int
) -> None:
    result = priced(replace(GOLD, uses=uses), tenth(**limits))
    assert result.saved_minor == off
    assert result.unused_coupons == (() if off else (("TEA", "limit_reached"),))


def test_of_a_customer_whom_nobody_knows_no_earlier_use_is_known() -> None:
    offer = tenth(limit_per_member=1)
    assert priced(replace(TEA, uses=use(by_member=1)), offer).saved_minor == 100


def test_the_number_of_participants_is_told_with_the_basket() -> None:
    offer = promotion("tenth", "group_buy_price", tiers="10:900", coupon_code="TEA")
    assert priced(TEA, offer).unused_coupons == (("TEA", "too_few_participants"),)
    assert priced(replace(TEA, uses=use(participants=10)), offer).total_minor == 1800


# ---- rows that cannot be evaluated -------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"minimum_minor": -1}, "bad_minimum_minor"),
        ({"minimum_quantity": -1}, "bad_minimum_quantity"),
        ({"limit_per_sale": -1}, "bad_limit_per_sale"),
        ({"limit_per_member": -2}, "bad_limit_per_member"),
        ({"limit_per_day": -1}, "bad_limit_per_day"),
        ({"limit_in_campaign": -1}, "bad_limit_in_campaign"),
        ({"hours": ("25:00-26:00",)}, "bad_hours"),
        ({"weekdays": (0,)}, "bad_weekdays"),
        ({"channels": ("moon",)}, "bad_channels"),
        ({"birthday": "year"}, "bad_birthday"),
        ({"starts_at": "2026-02-01", "ends_at": "2026-01-01"}, "ends_before_it_starts"),
        ({"product_ids": ("tea",), "excluded_product_ids": ("tea", "tee")}, "touches_nothing"),
        ({"category_ids": ("pantry",), "excluded_category_ids": ("pantry",)}, "touches_nothing"),
    ],
)
def test_a_row_that_cannot_be_evaluated_is_skipped_and_the_sale_goes_on(
    fields: dict[str, object], reason: str
) -> None:
    good = promotion("good", "percent_off", percent=5)
    result = priced(TEA, tenth(**fields), good)
    assert result.skipped_promotions == (SkippedPromotion("tenth", reason),)
    assert result.total_minor == 1900
    assert result.unused_coupons == (("TEA", "cannot_be_evaluated"),)


def test_of_two_rows_with_one_id_the_first_holds() -> None:
    first = promotion("p", "percent_off", percent=10, priority=1)
    second = promotion("p", "percent_off", percent=50, priority=2)
    result = priced(TEA, second, first)
    assert (result.total_minor, result.skipped_promotions) == (1800, (SkippedPromotion("p", "duplicate_id"),))


# ---- lines that promotions leave alone ---------------------------------------------------------


def with_kind(what: Basket, product_id: str, kind: ProductKind) -> Basket:
    return replace(
        what,
        lines=tuple(
            replace(line, product=replace(line.product, kind=kind))
            if line.product.product_id == product_id
            else line
            for line in what.lines
        ),
    )


EVERYTHING = (
    promotion("p", "percent_off", percent=10),
    promotion("d", "percent_off_basket", percent=10, priority=200),
)


@pytest.mark.parametrize("kind", [ProductKind.GIFT_CARD, ProductKind.DEPOSIT, ProductKind.SHIPPING])
def test_what_is_no_goods_takes_no_discount_meant_for_goods(kind: ProductKind) -> None:
    what = with_kind(basket(("tea", "1", "1000"), ("other", "1", "500")), "other", kind)
    result = priced(replace(what, discount=ManualDiscount(percent=Decimal(50))), *EVERYTHING)
    assert [line.paid_minor for line in result.lines] == [405, 500]


def test_services_are_promoted_like_goods() -> None:
    what = with_kind(basket(("repair", "1", "1000")), "repair", ProductKind.SERVICE)
    assert priced(what, *EVERYTHING).total_minor == 810


SHIPPED = with_kind(basket(("tea", "2", "1000"), ("post", "1", "590")), "post", ProductKind.SHIPPING)


@pytest.mark.parametrize(
    ("fields", "shipping"),
    [
        ({}, 0),
        ({"minimum_minor": 2000}, 0),
        ({"minimum_minor": 2001}, 590),  # shipping does not count
        ({"minimum_quantity": 3}, 590),
        ({"product_ids": ("tea",)}, 0),
        ({"product_ids": ("tee",)}, 590),
    ],
)
def test_goods_decide_about_shipping(fields: dict[str, object], shipping: int) -> None:
    free = promotion("free", "shipping_off", percent=100, **fields)
    result = priced(SHIPPED, free)
    assert [line.paid_minor for line in result.lines] == [2000, shipping]


def test_without_shipping_a_coupon_for_it_says_so() -> None:
    free = promotion("free", "shipping_off", percent=100, coupon_code="TEA")
    assert priced(TEA, free).unused_coupons == (("TEA", "no_shipping"),)


def test_shipping_at_a_price_set_by_hand_stays_as_it_is() -> None:
    what = override_price(SHIPPED, "line-2", Decimal(300), PriceSource.OVERRIDE)
    free = promotion("free", "shipping_off", percent=100)
    assert [line.paid_minor for line in priced(what, free).lines] == [2000, 300]


# ---- what the customer may still have ----------------------------------------------------------


def offers_of(result: PricedBasket) -> list[tuple[str, tuple[str, ...], int]]:
    return [(one.promotion_id, one.product_ids, one.quantity) for one in result.offers]


def test_a_gift_that_is_earned_and_not_taken_is_offered() -> None:
    gift = promotion("gift", "gift_with_purchase", gift_products="cup,mug", spend_minor=2000)
    assert offers_of(priced(TEA, gift)) == [("gift", ("cup", "mug"), 1)]
    with_gift = basket(("tea", "2", "1000"), ("mug", "1", "900"))
    result = priced(with_gift, gift)
    assert (offers_of(result), result.total_minor) == ([], 2000)
    assert [one.amount_minor for one in result.lines[1].discounts] == [900]


def test_a_gift_is_earned_before_the_document_is_discounted() -> None:
    gift = promotion("gift", "gift_with_purchase", gift_products="mug", spend_minor=2000, priority=900)
    less = promotion("less", "amount_off_basket", amount_minor=100)
    assert offers_of(priced(TEA, less, gift)) == []
    first = replace(gift, priority=1)
    assert offers_of(priced(TEA, less, first)) == [("gift", ("mug",), 1)]


# ---- points ------------------------------------------------------------------------------------


def test_multipliers_of_one_group_do_not_add_up_and_others_multiply() -> None:
    double = promotion("double", "points_multiplier", multiplier=2, exclusion_group="g")
    triple = promotion("triple", "points_multiplier", multiplier=3, exclusion_group="g", product_ids=("tea",))
    what = basket(("tea", "1", "1000"), ("tee", "1", "2000"), member_tier="gold")
    assert priced(what, double).points == 60
    assert priced(what, double, triple).points == 30 + 40
    assert priced(what, double, replace(triple, exclusion_group="")).points == 60 + 40


def test_a_line_that_another_of_the_group_made_cheaper_is_not_multiplied() -> None:
    tenth_off = promotion("tenth", "percent_off", percent=10, exclusion_group="g", product_ids=("tea",))
    double = promotion("double", "points_multiplier", multiplier=2, exclusion_group="g")
    what = basket(("tea", "1", "1000"), ("tee", "1", "2000"), member_tier="gold")
    assert priced(what, tenth_off, double).points == 9 + 40
    assert priced(basket(("tea", "1", "1000"), member_tier="gold"), tenth_off, double).points == 9


def test_a_multiplier_with_a_minimum_counts_what_is_paid() -> None:
    double = promotion("double", "points_multiplier", multiplier=2, minimum_minor=2000)
    what = basket(("tea", "2", "1000"), member_tier="gold")
    assert priced(what, double).points == 40
    assert priced(what, double, promotion("p", "percent_off", percent=1)).points == 19


def test_a_multiplier_that_ends_up_without_lines_is_not_used() -> None:
    triple = promotion("triple", "points_multiplier", multiplier=3, exclusion_group="g")
    double = promotion("double", "points_multiplier", multiplier=2, exclusion_group="g", coupon_code="TEA")
    result = priced(replace(GOLD, coupons=("TEA",)), triple, double)
    assert [one.promotion_id for one in result.promotions] == ["triple"]
    assert result.unused_coupons == (("TEA", "nothing_matches"),)


def test_a_coupon_for_points_is_for_members() -> None:
    double = promotion("double", "points_multiplier", multiplier=2, coupon_code="TEA")
    assert priced(TEA, double).unused_coupons == (("TEA", "other_members"),)
    assert priced(GOLD, double).unused_coupons == ()


def test_only_coupons_that_were_handed_over_are_looked_at() -> None:
    every = [
        promotion(f"c{number}", "amount_off_basket", amount_minor=1, coupon_code=f"C{number}")
        for number in range(300)
    ]
    prepared = prepare(rules(*every))
    assert price(replace(TEA, coupons=("C7",)), prepared, NOW).total_minor == 1999
    assert price(replace(TEA, coupons=()), prepared, NOW).total_minor == 2000
