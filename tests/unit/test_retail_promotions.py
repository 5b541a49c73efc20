"""Promotions: worked examples of each kind, and how they meet each other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.basket import Basket, ManualDiscount, PriceSource, discount_line, override_price
from retail.catalogue import LocalisedText
from retail.occasion import Moment
from retail.pricing import PricedBasket, prepare, price
from retail.promotions.prepared import SkippedPromotion
from retail.promotions.rule import Promotion
from retail.sale import DiscountSource
from tests.fakes.shop import NOW, basket, priced, product, promotion, rules

Line = tuple[str, str, str]


def savings(what: Basket, *promotions: Promotion) -> list[int]:
    """Return what promotions took off each line."""
    return [
        sum(discount.amount_minor for discount in line.discounts) for line in priced(what, *promotions).lines
    ]


PERCENT_EXAMPLES: list[tuple[str, list[Line], list[int]]] = [
    # percent, lines (product, quantity, price), what comes off each
    ("10", [("tee", "1", "2900")], [290]),
    ("10", [("tee", "2", "2900")], [580]),
    ("10", [("tea", "1", "850"), ("tee", "1", "2900")], [85, 290]),
    ("12.5", [("tea", "1", "850")], [106]),  # 106.25
    ("15", [("tea", "1", "850")], [128]),  # 127.5, half up
    ("50", [("mint", "1", "1")], [1]),  # half a cent, up
    ("33.3333", [("tea", "3", "100")], [100]),
    ("100", [("tea", "3", "100")], [300]),
    ("25", [("bananas", "1.284kg", "290")], [93]),  # of 3.72
    ("0.5", [("tea", "1", "99")], [0]),
]


@pytest.mark.parametrize(("percent", "lines", "off"), PERCENT_EXAMPLES)
def test_a_percentage_comes_off_each_line(percent: str, lines: list[Line], off: list[int]) -> None:
    assert savings(basket(*lines), promotion("p", "percent_off", percent=percent)) == off


N_FOR_PRICE_EXAMPLES: list[tuple[int, int, list[Line], list[int]]] = [
    # n, price, lines, what comes off each
    (2, 700, [("milk", "1", "420")], [0]),
    (2, 700, [("milk", "2", "420")], [140]),
    (2, 700, [("milk", "3", "420")], [140]),
    (2, 700, [("milk", "4", "420")], [280]),
    (2, 700, [("milk", "5", "420")], [280]),
    (3, 500, [("soap", "3", "199")], [97]),
    (3, 500, [("soap", "7", "199")], [194]),
    (2, 900, [("milk", "2", "420")], [0]),  # dearer than the pieces: left alone
    (2, 840, [("milk", "2", "420")], [0]),
    (2, 500, [("milk", "1", "420"), ("oats", "1", "300")], [128, 92]),  # 2.20 by what the pieces cost
    (2, 500, [("oats", "1", "300"), ("milk", "2", "420")], [0, 340]),  # the two dear ones together
    (3, 800, [("oats", "2", "300"), ("milk", "2", "420")], [89, 251]),  # 2 milk and 1 oats
    (2, 500, [("milk", "1", "420"), ("bananas", "2.000kg", "290")], [0, 0]),  # weighed goods stay out
    (4, 1000, [("milk", "100", "420")], [17000]),
    (2, 1, [("mint", "3", "1")], [1]),
    (3, 900, [("a", "1", "500"), ("b", "1", "400"), ("c", "1", "300")], [125, 100, 75]),
    (3, 900, [("a", "1", "500"), ("b", "1", "400")], [0, 0]),
]


@pytest.mark.parametrize(("n", "price_minor", "lines", "off"), N_FOR_PRICE_EXAMPLES)
def test_n_pieces_for_one_price(n: int, price_minor: int, lines: list[Line], off: list[int]) -> None:
    offer = promotion("n", "n_for_price", quantity=n, price_minor=price_minor)
    assert savings(basket(*lines), offer) == off


BUNDLE_EXAMPLES: list[tuple[list[Line], list[int]]] = [
    ([("coffee:cafe", "1", "550")], [0]),
    ([("coffee:cafe", "1", "550"), ("croissant:pastry", "1", "360")], [0, 150]),
    ([("croissant:pastry", "1", "360"), ("coffee:cafe", "1", "550")], [150, 0]),
    ([("coffee:cafe", "2", "550"), ("croissant:pastry", "1", "360")], [0, 150]),  # the picture's
    ([("coffee:cafe", "2", "550"), ("croissant:pastry", "3", "360")], [0, 300]),
    ([("coffee:cafe", "1", "550"), ("roll:pastry", "1", "420"), ("bun:pastry", "1", "200")], [0, 150, 0]),
    ([("coffee:cafe", "2", "550"), ("roll:pastry", "1", "420"), ("bun:pastry", "1", "200")], [0, 150, 150]),
    ([("coffee:cafe", "1", "550"), ("bun:pastry", "1", "100")], [50, 100]),  # runs over to the coffee
    ([("coffee:cafe", "1", "20"), ("bun:pastry", "1", "100")], [20, 100]),  # never below nothing
    ([("coffee:cafe", "1", "550"), ("cake:pastry", "0.5kg", "2000")], [0, 0]),  # weighed goods stay out
]


@pytest.mark.parametrize(("lines", "off"), BUNDLE_EXAMPLES)
def test_a_bundle_saves_on_its_last_group(lines: list[Line], off: list[int]) -> None:
    offer = promotion("b", "bundle_saving", saving_minor=150, group_categories="cafe|pastry")
    assert savings(basket(*lines), offer) == off


def test_a_bundle_of_products_has_groups_of_several() -> None:
    offer = promotion(
        "b", "bundle_saving", saving_minor=100, group_products="soup, salad | roll | water,juice"
    )
    meal = basket(("salad", "1", "700"), ("roll", "1", "150"), ("juice", "2", "300"))
    assert savings(meal, offer) == [0, 0, 100]
    no_roll = basket(("soup", "1", "700"), ("salad", "1", "700"), ("juice", "1", "300"))
    assert savings(no_roll, offer) == [0, 0, 0]


BASKET_EXAMPLES: list[tuple[int, int, list[Line], list[int]]] = [
    # amount, minimum, lines, each line's share
    (500, 5000, [("tee", "1", "2900"), ("tea", "2", "850")], [0, 0]),  # 46.00 is below
    (500, 4600, [("tee", "1", "2900"), ("tea", "2", "850")], [315, 185]),  # reached is enough
    (500, 0, [("mint", "1", "300")], [300]),  # never below nothing
    (100, 0, [("a", "1", "1000"), ("b", "1", "1000"), ("c", "1", "1000")], [34, 33, 33]),
    (1, 0, [("a", "1", "1000"), ("b", "1", "1000")], [1, 0]),
]


@pytest.mark.parametrize(("amount", "minimum", "lines", "shares"), BASKET_EXAMPLES)
def test_an_amount_off_the_basket_is_allocated(
    amount: int, minimum: int, lines: list[Line], shares: list[int]
) -> None:
    offer = promotion("s", "amount_off_basket", amount_minor=amount, minimum_minor=minimum)
    result = priced(basket(*lines), offer)
    assert [line.document_discount_minor for line in result.lines] == shares
    assert sum(discount.amount_minor for discount in result.discounts) == sum(shares)


def test_an_amount_off_some_products_counts_and_touches_only_those() -> None:
    offer = promotion("s", "amount_off_basket", amount_minor=200, minimum_minor=1000, product_ids=("tea",))
    enough = priced(basket(("tea", "2", "850"), ("tee", "1", "2900")), offer)
    assert [line.document_discount_minor for line in enough.lines] == [200, 0]
    short = priced(basket(("tea", "1", "850"), ("tee", "1", "2900")), offer)
    assert short.discounts == ()


TEA_AND_TEE = basket(("tea", "1", "1000"), ("tee:apparel", "1", "2000"))


@pytest.mark.parametrize(
    ("scope", "off"),
    [
        ({}, [100, 200]),
        ({"product_ids": ("tea",)}, [100, 0]),
        ({"category_ids": ("apparel",)}, [0, 200]),
        ({"product_ids": ("tea",), "category_ids": ("apparel",)}, [100, 200]),
        ({"product_ids": ("tee",), "category_ids": ("apparel",)}, [0, 200]),
        ({"product_ids": ("gone",)}, [0, 0]),
        ({"category_ids": ("gone",)}, [0, 0]),
    ],
)
def test_a_promotion_touches_what_it_names(scope: dict[str, tuple[str, ...]], off: list[int]) -> None:
    assert savings(TEA_AND_TEE, promotion("p", "percent_off", percent=10, **scope)) == off


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "holds"),
    [
        ("", "", True),
        ("2026-03-14T14:33:00+08:00", "", True),
        ("2026-03-14T14:33:01+08:00", "", False),
        ("", "2026-03-14T14:33:00+08:00", False),
        ("", "2026-03-14T14:33:01+08:00", True),
        ("2026-03-14T06:33:00Z", "2026-03-14T06:34:00Z", True),
        ("2026-03-14T07:00:00+09:00", "2026-03-14T15:00:00+09:00", False),
        ("2026-03-14T14:33:00", "2026-03-14T18:00:00", True),  # the clock on the wall
        ("2026-03-14T15:00:00", "", False),
    ],
)
def test_a_promotion_holds_from_its_start_until_before_its_end(
    starts_at: str, ends_at: str, holds: bool
) -> None:
    offer = promotion("p", "percent_off", percent=10, starts_at=starts_at, ends_at=ends_at)
    assert savings(basket(("tea", "1", "1000")), offer) == [100 if holds else 0]


@pytest.mark.parametrize(("tier", "off"), [("gold", 100), ("silver", 0), ("", 0)])
def test_a_members_promotion_is_for_its_tier(tier: str, off: int) -> None:
    offer = promotion("p", "percent_off", percent=10, member_tier="gold")
    result = priced(basket(("tea", "1", "1000"), member_tier=tier), offer)
    assert result.saved_minor == off
    assert all(one.source is DiscountSource.MEMBER for line in result.lines for one in line.discounts)


COUPON_CASES = [
    ({}, ("SPRING5",), ()),
    ({}, ("AUTUMN",), (("AUTUMN", "unknown"),)),
    ({"minimum_minor": 5000}, ("SPRING5",), (("SPRING5", "below_minimum"),)),
    ({"starts_at": "2027-01-01T00:00:00+08:00"}, ("SPRING5",), (("SPRING5", "not_yet"),)),
    ({"ends_at": "2026-01-01T00:00:00+08:00"}, ("SPRING5",), (("SPRING5", "expired"),)),
    ({"member_tier": "gold"}, ("SPRING5",), (("SPRING5", "other_members"),)),
    ({"product_ids": ("gone",)}, ("SPRING5",), (("SPRING5", "nothing_matches"),)),
    ({"amount_minor": "lots"}, ("SPRING5",), (("SPRING5", "cannot_be_evaluated"),)),
    ({}, ("SPRING5", "AUTUMN"), (("AUTUMN", "unknown"),)),
]


@pytest.mark.parametrize(("fields", "coupons", "unused"), COUPON_CASES)
def test_a_coupon_that_takes_nothing_off_says_why(
    fields: dict[str, object], coupons: tuple[str, ...], unused: tuple[tuple[str, str], ...]
) -> None:
    terms = {"amount_minor": 500, "coupon_code": "spring5"} | fields
    result = priced(
        basket(("tea", "2", "1000"), coupons=coupons), promotion("s", "amount_off_basket", **terms)
    )
    assert result.unused_coupons == unused
    assert [one.source for one in result.discounts] == [
        DiscountSource.COUPON for code in coupons if code not in dict(unused)
    ]


def test_without_its_coupon_a_promotion_does_nothing() -> None:
    offer = promotion("s", "amount_off_basket", amount_minor=500, coupon_code="SPRING5")
    assert priced(basket(("tea", "1", "1000")), offer).saved_minor == 0


def test_one_of_two_promotions_of_a_coupon_is_enough_to_use_it() -> None:
    offers = (
        promotion("a", "percent_off", percent=10, coupon_code="TEA", product_ids=("tea",)),
        promotion(
            "b", "percent_off", percent=10, coupon_code="TEA", product_ids=("tee",), member_tier="gold"
        ),
    )
    assert (
        priced(basket(("tea", "1", "1000"), ("tee", "1", "1"), coupons=("TEA",)), *offers).unused_coupons
        == ()
    )


def test_a_coupon_on_an_empty_basket_matches_nothing() -> None:
    offer = promotion("s", "amount_off_basket", amount_minor=500, coupon_code="SPRING5")
    assert priced(basket(coupons=("SPRING5",)), offer).unused_coupons == (("SPRING5", "nothing_matches"),)


def test_promotions_are_applied_by_priority_on_what_remains() -> None:
    half = promotion("half", "percent_off", percent=50, priority=1)
    tenth = promotion("tenth", "percent_off", percent=10, priority=2)
    for order in ((half, tenth), (tenth, half)):
        (line,) = priced(basket(("tea", "1", "1000")), *order).lines
        assert [(one.promotion_id, one.amount_minor) for one in line.discounts] == [
            ("half", 500),
            ("tenth", 50),
        ]


def test_an_exclusive_promotion_closes_its_lines() -> None:
    alone = promotion("alone", "percent_off", percent=20, product_ids=("tea",), exclusive=True, priority=1)
    every = promotion("every", "percent_off", percent=10)
    coupon = promotion("coupon", "amount_off_basket", amount_minor=300)
    result = priced(TEA_AND_TEE, alone, every, coupon)
    assert [line.net_minor for line in result.lines] == [800, 1800]
    assert [line.document_discount_minor for line in result.lines] == [0, 300]


def test_an_exclusive_promotion_stays_off_lines_that_have_one() -> None:
    first = promotion("first", "percent_off", percent=10, product_ids=("tea",), priority=1)
    alone = promotion("alone", "percent_off", percent=20, exclusive=True)
    assert savings(TEA_AND_TEE, first, alone) == [100, 400]
    whole = promotion("whole", "amount_off_basket", amount_minor=5000, exclusive=True)
    result = priced(TEA_AND_TEE, first, whole)
    assert [line.document_discount_minor for line in result.lines] == [0, 2000]


def test_when_every_line_is_closed_nothing_more_comes_off() -> None:
    alone = promotion("alone", "percent_off", percent=20, exclusive=True, priority=1)
    every = promotion("every", "percent_off", percent=10)
    whole = promotion("whole", "amount_off_basket", amount_minor=100, coupon_code="MORE")
    result = priced(basket(("tea", "1", "1000"), coupons=("MORE",)), alone, every, whole)
    assert result.saved_minor == 200
    assert result.unused_coupons == (("MORE", "nothing_matches"),)


def test_n_for_price_counts_what_an_earlier_promotion_left() -> None:
    first = promotion("first", "percent_off", percent=10, priority=1)
    pair = promotion("pair", "n_for_price", quantity=2, price_minor=700)
    assert savings(basket(("milk", "2", "420")), first, pair) == [84 + 56]


def test_products_without_discounts_are_never_touched() -> None:
    made = basket(("tea", "1", "1000"), ("gift-card", "1", "5000"))
    closed = replace(made.lines[1], product=product("gift-card", discountable=False))
    made = replace(made, lines=(made.lines[0], closed), discount=ManualDiscount(percent=Decimal(10)))
    offers = (
        promotion("p", "percent_off", percent=10),
        promotion("s", "amount_off_basket", amount_minor=400, minimum_minor=2000),
    )
    result = priced(made, *offers)
    assert [line.paid_minor for line in result.lines] == [810, 5000]


def test_a_price_set_by_hand_is_not_promoted() -> None:
    made = override_price(basket(("tea", "1", "1000")), "line-1", Decimal(900), PriceSource.OVERRIDE)
    assert savings(made, promotion("p", "percent_off", percent=10)) == [0]


def test_a_discount_by_hand_comes_after_the_promotions_of_its_line() -> None:
    made = discount_line(basket(("tea", "1", "1000")), "line-1", ManualDiscount(percent=Decimal(50)))
    (line,) = priced(made, promotion("p", "percent_off", percent=10)).lines
    assert [(one.source, one.amount_minor) for one in line.discounts] == [
        (DiscountSource.PROMOTION, 100),
        (DiscountSource.MANUAL, 450),
    ]


INVALID = [
    ("buy_the_moon", {}, "unknown_kind"),
    ("percent_off", {}, "missing_percent"),
    ("percent_off", {"percent": "0"}, "bad_percent"),
    ("percent_off", {"percent": "-5"}, "bad_percent"),
    ("percent_off", {"percent": "101"}, "bad_percent"),
    ("percent_off", {"percent": "NaN"}, "bad_percent"),
    ("percent_off", {"percent": "ten"}, "bad_percent"),
    ("n_for_price", {"price_minor": "700"}, "missing_quantity"),
    ("n_for_price", {"quantity": "1", "price_minor": "700"}, "bad_quantity"),
    ("n_for_price", {"quantity": "2.5", "price_minor": "700"}, "bad_quantity"),
    ("n_for_price", {"quantity": "2", "price_minor": "0"}, "bad_price_minor"),
    ("n_for_price", {"quantity": "2", "price_minor": "1e30"}, "bad_price_minor"),
    ("bundle_saving", {"saving_minor": "150"}, "one_kind_of_group"),
    (
        "bundle_saving",
        {"saving_minor": "150", "group_products": "a|b", "group_categories": "c|d"},
        "one_kind_of_group",
    ),
    ("bundle_saving", {"saving_minor": "150", "group_products": "a"}, "too_few_groups"),
    ("bundle_saving", {"saving_minor": "150", "group_products": "a|,"}, "too_few_groups"),
    ("bundle_saving", {"saving_minor": "150", "group_products": "a,b|b"}, "groups_overlap"),
    ("bundle_saving", {"saving_minor": "0", "group_products": "a|b"}, "bad_saving_minor"),
    ("amount_off_basket", {}, "missing_amount_minor"),
    ("amount_off_basket", {"amount_minor": "5", "minimum_minor": "-1"}, "bad_minimum_minor"),
]


@pytest.mark.parametrize(("kind", "arguments", "reason"), INVALID)
def test_a_promotion_that_cannot_be_evaluated_is_skipped_and_reported(
    kind: str, arguments: dict[str, str], reason: str
) -> None:
    broken = promotion("broken", kind, arguments=arguments)
    good = promotion("good", "percent_off", percent=10)
    result = priced(basket(("tea", "1", "1000")), broken, good)
    assert result.skipped_promotions == (SkippedPromotion("broken", reason),)
    assert result.saved_minor == 100


@pytest.mark.parametrize("field", ["starts_at", "ends_at"])
def test_a_promotion_with_an_unreadable_time_is_skipped_and_reported(field: str) -> None:
    broken = promotion("broken", "percent_off", percent=10, **{field: "next Tuesday"})
    assert priced(basket(("tea", "1", "1000")), broken).skipped_promotions == (
        SkippedPromotion("broken", "bad_time"),
    )


@pytest.mark.parametrize("now", ["", "noon", "2026-03-14T14:33:00"])
def test_a_moment_needs_its_offset(now: str) -> None:
    with pytest.raises(ValueError, match=r"time|isoformat"):
        Moment(now)


def test_a_promotion_keeps_its_label_and_id_on_the_line() -> None:
    offer = replace(promotion("p-1", "percent_off", percent=10), label=LocalisedText("Tea week", "茶周"))
    (line,) = priced(basket(("tea", "1", "1000")), offer).lines
    assert [(one.label.zh, one.promotion_id) for one in line.discounts] == [("茶周", "p-1")]


CATEGORIES = ("pantry", "cafe", "pastry")
ARGUMENTS = {
    "percent_off": ("percent",),
    "n_for_price": ("quantity", "price_minor"),
    "bundle_saving": ("saving_minor", "group_categories"),
    "amount_off_basket": ("amount_minor",),
}


@pytest.mark.parametrize("is_turned", [False, True])
def test_of_two_prices_of_one_product_the_scan_order_decides_nothing_though_one_has_a_discount_by_hand(
    is_turned: bool,
) -> None:
    what = basket(("milk", "1", "420"), ("milk", "1", "400"))
    what = discount_line(what, "line-2", ManualDiscount(percent=Decimal(10)))
    what = replace(what, lines=what.lines[::-1] if is_turned else what.lines)
    result = priced(what, promotion("half", "percent_off", percent=50, limit_per_sale=1))
    assert {line.line.line_id: line.paid_minor for line in result.lines} == {"line-1": 210, "line-2": 360}


def test_what_needs_no_coupon_is_given_beside_the_better_of_two_coupons_that_do_not_combine() -> None:
    offers = (
        promotion("A", "percent_off", percent=10, coupon_code="A", combinable=False),
        promotion("B", "percent_off", percent=20, coupon_code="B", combinable=False),
        promotion("all", "amount_off_basket", amount_minor=100),
    )
    result = priced(basket(("tea", "1", "1000"), coupons=("A", "B")), *offers)
    assert [(one.promotion_id, one.amount_minor) for one in result.promotions] == [("B", 200), ("all", 100)]


@pytest.mark.parametrize(
    ("lines", "off"),
    [
        ([("tea", "1", "1000")], [100]),  # 10.00 is too little for the other
        ([("tea", "1", "1000"), ("tee", "1", "1000")], [300, 300]),
        ([("tea", "1", "1000"), ("tee", "1", "499")], [100, 100]),
        ([("tea", "1", "1000"), ("tee", "1", "500")], [300, 300]),
    ],
)
def test_of_one_group_the_better_is_taken_once_its_minimum_is_reached(
    lines: list[Line], off: list[int]
) -> None:
    one = promotion("one", "amount_off", amount_minor=100, per="piece", exclusion_group="g")
    other = promotion(
        "three", "amount_off", amount_minor=300, per="piece", exclusion_group="g", minimum_minor=1500
    )
    assert savings(basket(*lines), one, other) == off


@pytest.mark.parametrize(
    ("oats", "off"),
    [
        ("300", [168, 50]),  # a fifth of the milk; 0.50 is more than a tenth of 3.00
        ("900", [168, 90]),
    ],
)
def test_an_exclusive_offer_on_one_product_leaves_the_others_to_the_better_of_a_group(
    oats: str, off: list[int]
) -> None:
    offers = (
        promotion("piece", "amount_off", amount_minor=50, per="piece", exclusive=True, exclusion_group="g"),
        promotion("tenth", "percent_off", percent=10, exclusive=True, exclusion_group="g"),
        promotion("milk", "percent_off", percent=20, product_ids=("milk",), exclusive=True),
    )
    assert savings(basket(("milk", "2", "420"), ("oats", "1", oats)), *offers) == off


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    lines = []
    for number in range(draw(st.integers(0, 8))):
        category = draw(st.sampled_from(CATEGORIES))
        weighed = draw(st.booleans())
        quantity = f"{draw(st.integers(1, 5000)) / 1000:.3f}kg" if weighed else str(draw(st.integers(1, 12)))
        lines.append((f"product-{number % 5}:{category}", quantity, str(draw(st.integers(1, 5000)))))
    tier = draw(st.sampled_from(("", "gold")))
    return basket(
        *lines, member_tier=tier, coupons=draw(st.sampled_from(((), ("SPRING5",), ("X", "SPRING5"))))
    )


@st.composite
def promotions(draw: st.DrawFn) -> tuple[Promotion, ...]:
    made = []
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(sorted(ARGUMENTS)))
        arguments: dict[str, object] = {
            "percent": draw(st.integers(1, 100)),
            "quantity": draw(st.integers(2, 4)),
            "price_minor": draw(st.integers(1, 9000)),
            "saving_minor": draw(st.integers(1, 3000)),
            "group_categories": draw(st.sampled_from(("cafe|pastry", "pantry|cafe|pastry"))),
            "amount_minor": draw(st.integers(1, 9000)),
        }
        terms = {name: arguments[name] for name in ARGUMENTS[kind]} | {
            "exclusive": draw(st.booleans()),
            "member_tier": draw(st.sampled_from(("", "", "gold"))),
            "coupon_code": draw(st.sampled_from(("", "", "SPRING5"))),
            "category_ids": draw(st.sampled_from(((), ("cafe",), ("pantry", "pastry")))),
            "product_ids": draw(st.sampled_from(((), ("product-1",), ("product-2", "product-3")))),
        }
        made.append(promotion(f"p{number}", kind, priority=draw(st.integers(1, 3)), **terms))
    return tuple(made)


def check_sums(result: PricedBasket) -> None:
    for line in result.lines:
        off = sum(one.amount_minor for one in line.discounts)
        assert line.gross_minor - off == line.net_minor
        assert line.net_minor - line.document_discount_minor == line.paid_minor
        assert line.paid_minor >= 0
        assert all(one.amount_minor > 0 for one in line.discounts)
    assert sum(line.gross_minor for line in result.lines) == result.subtotal_minor
    assert sum(line.paid_minor for line in result.lines) == result.total_minor
    assert result.subtotal_minor - result.saved_minor == result.total_minor
    assert sum(one.amount_minor for one in result.discounts) == sum(
        line.document_discount_minor for line in result.lines
    )
    assert sum(one.gross_minor for one in result.tax_totals) == result.total_minor


@given(baskets(), promotions())
def test_whatever_is_promoted_the_figures_add_up(what: Basket, offers: tuple[Promotion, ...]) -> None:
    result = priced(what, *offers)
    check_sums(result)
    assert not result.skipped_promotions
    assert {code for code, _ in result.unused_coupons} <= set(what.coupons)


@given(baskets(), promotions())
def test_pricing_twice_or_with_promotions_in_another_order_is_the_same(
    what: Basket, offers: tuple[Promotion, ...]
) -> None:
    prepared = prepare(rules(*offers))
    first = price(what, prepared, NOW)
    assert price(what, prepared, NOW) == first
    assert priced(what, *reversed(offers)) == first


@given(baskets(), st.integers(1, 100), st.randoms(use_true_random=False))
def test_line_promotions_that_do_not_stack_do_not_depend_on_the_order_of_scans(
    what: Basket, percent: int, order: object
) -> None:
    offers = (
        promotion("a", "percent_off", percent=percent, category_ids=("cafe",), exclusive=True),
        promotion("b", "n_for_price", quantity=2, price_minor=500, product_ids=("product-1", "product-2")),
    )
    shuffled = list(what.lines)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert (
        priced(replace(what, lines=tuple(shuffled)), *offers).total_minor == priced(what, *offers).total_minor
    )


@given(baskets(), promotions())
def test_a_promotion_never_makes_a_basket_dearer(what: Basket, offers: tuple[Promotion, ...]) -> None:
    assert priced(what, *offers).total_minor <= priced(what).total_minor
