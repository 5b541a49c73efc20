"""Each kind of promotion: what comes off which line, in its own unit of use, and what it cannot read."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retail.money import Rounding
from retail.promotions.kind import LARGEST_COUNT, Kind, LineInPlay, Offer, Phase, PromotionInvalid, Terms
from retail.promotions.pieces import Pieces, Shares
from retail.promotions.registry import KINDS
from tests.fakes.promotion_kinds import line
from tests.fakes.shop import promotion

USUAL = Terms()


def read(name: str, /, **fields: object) -> Kind:
    return KINDS[name](promotion("offer", name, **fields))


def off(kind: Kind, lines: list[LineInPlay], under: Terms = USUAL) -> tuple[int, list[int]]:
    """Return how often it was used, and what comes off each of the lines."""
    result = kind.savings(lines, under)
    assert not isinstance(result, str), result
    amounts = dict(result[1])
    assert all(amounts.values())
    return result[0], [amounts.get(one, 0) for one in lines]


def shelf(*lines: tuple[str, int, int]) -> list[LineInPlay]:
    """Return lines of (product, pieces, price) in their order."""
    return [line(product, pieces, price, order=order) for order, (product, pieces, price) in enumerate(lines)]


def weighed(product: str, weight: str, price_minor: int) -> LineInPlay:
    return line(product, 0, price_minor, weight=weight, order=99)


ONE_OF_EACH = shelf(("p0", 1, 500), ("p2", 1, 400), ("p4", 1, 300))


def limited(most: int) -> Terms:
    return Terms(most=most)


def test_a_limited_percentage_takes_the_dearest_pieces() -> None:
    lines = [*shelf(("p0", 3, 99), ("p1", 2, 1000)), weighed("p2", "1.5", 400)]
    kind = read("percent_off", percent=10)
    assert off(kind, lines) == (6, [30, 200, 60])
    assert off(kind, lines, limited(2)) == (2, [0, 200, 0])
    assert off(kind, lines, limited(3)) == (3, [0, 200, 60])
    assert off(kind, lines, limited(4)) == (4, [10, 200, 60])


def test_pieces_on_which_nothing_comes_off_are_no_uses() -> None:
    kind = read("percent_off", percent=10)
    assert kind.savings(shelf(("p0", 3, 1)), Terms()) == "nothing_matches"
    assert kind.savings(shelf(("p0", 2, 4)), limited(1)) == "nothing_matches"  # 0.8 on both, 0.4 on one
    assert off(kind, shelf(("p0", 1, 1), ("p1", 1, 50)), limited(1)) == (1, [0, 5])


def test_a_percentage_of_the_basket_never_exceeds_its_amount() -> None:
    lines = shelf(("p0", 1, 3000), ("p1", 1, 1000))
    assert off(read("percent_off_basket", percent=10), lines) == (1, [300, 100])
    assert off(read("percent_off_basket", percent=10, at_most_minor=200), lines) == (1, [150, 50])
    assert read("percent_off_basket", percent=10).savings([], Terms()) == "nothing_matches"


def test_an_amount_comes_off_pieces_measures_or_lines() -> None:
    lines = [*shelf(("p0", 3, 500), ("p1", 1, 60)), weighed("p2", "1.284", 290)]
    assert off(read("amount_off", amount_minor=100, per="piece"), lines) == (4, [300, 60, 0])
    assert off(read("amount_off", amount_minor=100, per="measure"), lines) == (1, [0, 0, 128])
    assert off(read("amount_off", amount_minor=100, per="line"), lines) == (3, [100, 60, 100])
    assert off(read("amount_off", amount_minor=9999, per="measure"), lines) == (1, [0, 0, 372])


@pytest.mark.parametrize(("per", "amounts"), [("piece", [200, 0]), ("line", [100, 60])])
def test_a_limited_amount_counts_pieces_or_lines(per: str, amounts: list[int]) -> None:
    kind = read("amount_off", amount_minor=100, per=per)
    assert off(kind, shelf(("p0", 3, 500), ("p1", 1, 60)), limited(2)) == (2, amounts)


def test_an_amount_off_weights_is_rounded_by_the_stores_rule() -> None:
    kind = read("amount_off", amount_minor=50, per="measure")
    assert off(kind, [weighed("p0", "0.33", 290)], Terms(Rounding.DOWN))[1] == [16]
    assert off(kind, [weighed("p0", "0.33", 290)], Terms(Rounding.UP))[1] == [17]


def test_a_fixed_price_is_never_dearer_than_now() -> None:
    lines = [*shelf(("p0", 2, 500), ("p1", 2, 300)), weighed("p2", "0.75", 999)]
    kind = read("fixed_price", price_minor="399.5")
    assert off(kind, lines) == (3, [1000 - 799, 0, 749 - 300])
    assert off(kind, lines, limited(1)) == (1, [0, 0, 449])
    assert off(kind, shelf(("p0", 3, 500)), limited(1)) == (1, [100])  # 5.00 − 3.995, half up


def test_n_for_price_is_limited_in_groups_and_counts_them() -> None:
    kind = read("n_for_price", quantity=2, price_minor=700)
    assert off(kind, shelf(("p0", 7, 420))) == (3, [420])
    assert off(kind, shelf(("p0", 7, 420)), limited(2)) == (2, [280])
    assert off(kind, shelf(("p0", 2, 300), ("p1", 3, 500)), limited(9)) == (2, [37, 363])
    assert kind.savings(shelf(("p0", 1, 900)), Terms()) == "nothing_matches"
    assert off(kind, shelf(("p0", 2, 420), ("p1", 2, 350))) == (
        1,
        [140, 0],
    )  # a group that saves nothing is no use


def test_a_group_costs_exactly_its_price_where_pieces_are_not_worth_whole_cents() -> None:
    lines = shelf(("p0", 3, 334), ("p1", 1, 333))
    lines[0].remaining_minor = 1000
    _, amounts = off(read("n_for_price", quantity=2, price_minor=600), lines)
    assert 1333 - sum(amounts) == 1200


def test_buy_two_get_the_cheapest_of_three() -> None:
    kind = read("buy_x_get_y", buy=2, get=1)
    assert off(kind, ONE_OF_EACH) == (1, [0, 0, 300])
    assert kind.savings(ONE_OF_EACH[:2], Terms()) == "nothing_matches"
    six = shelf(("p0", 4, 500), ("p1", 2, 300))
    assert off(kind, six) == (2, [500, 300])
    assert off(kind, six, limited(1)) == (1, [500, 0])


def test_many_groups_of_one_line_are_counted_at_once_and_limited_within_it() -> None:
    kind = read("buy_x_get_y", buy=1, get=1)
    many = shelf(("p0", 99_999, 10), ("p1", 3, 20))
    assert off(kind, many) == (50_001, [499_990 + 10, 20])
    assert off(kind, many, limited(3)) == (3, [20, 20])
    assert off(kind, shelf(("p0", 10, 10)), limited(3)) == (3, [30])


def test_the_same_product_is_bought_and_got_product_by_product() -> None:
    kind = read("buy_x_get_y", buy=1, get=1, which="same")
    lines = shelf(("p0", 1, 500), ("p1", 3, 100), ("p2", 2, 400), ("p0", 1, 450))
    assert off(kind, lines) == (3, [0, 100, 400, 450])
    assert off(kind, lines, limited(1)) == (1, [0, 0, 0, 450])
    assert off(kind, lines, limited(2)) == (2, [0, 0, 400, 450])
    unlike = shelf(("p0", 1, 900), ("p0", 1, 10), ("p1", 2, 400))
    assert off(kind, unlike, limited(1)) == (1, [0, 0, 400])
    assert kind.savings(ONE_OF_EACH, Terms()) == "nothing_matches"
    assert off(read("buy_x_get_y", buy=1, get=1), ONE_OF_EACH) == (1, [0, 400, 0])


@pytest.mark.parametrize(
    ("discount", "expected"),
    [
        ({}, 350),
        ({"percent": 50}, 175),
        ({"percent": "33.3333"}, 117),
        ({"amount_minor": 200}, 250),
        ({"price_minor": 100}, 200),
        ({"price_minor": 300}, 0),
    ],
)
def test_what_is_got_is_free_or_cheaper(discount: dict[str, object], expected: int) -> None:
    kind = read("buy_x_get_y", buy=1, get=2, **discount)
    lines = shelf(("p0", 1, 500), ("p1", 1, 300), ("p2", 1, 50))
    if expected:
        assert sum(off(kind, lines)[1]) == expected
    else:
        assert kind.savings(lines, Terms()) == "nothing_matches"


def test_pieces_of_another_set_are_got_the_dearest_first() -> None:
    kind = read("buy_x_get_y", buy=2, get=1, category_ids=("c0",), get_products="p2,p4")
    lines = shelf(("p0", 4, 500), ("p2", 1, 100), ("p4", 3, 250))
    assert off(kind, lines) == (2, [0, 0, 500])
    assert off(kind, lines, limited(1)) == (1, [0, 0, 250])
    assert kind.savings(lines[1:], Terms()) == "nothing_matches"
    assert kind.scope(promotion("o", "buy_x_get_y", product_ids=("x",), category_ids=("c0",))) == (
        ("x", "p2", "p4"),
        ("c0",),
    )


def test_a_piece_of_both_sets_is_bought_or_got_but_never_both() -> None:
    kind = read("buy_x_get_y", buy=1, get=1, get_categories="c0")
    assert off(kind, shelf(("p0", 2, 500))) == (1, [500])
    assert off(kind, shelf(("p0", 3, 500), ("p4", 1, 100))) == (2, [1000, 0])
    assert kind.savings(shelf(("p0", 1, 500)), Terms()) == "nothing_matches"
    assert kind.scope(promotion("o", "buy_x_get_y")) == ((), ())
    two_for_one = read("buy_x_get_y", buy=1, get=2, get_categories="c0")
    assert off(two_for_one, shelf(("p0", 1, 500), ("p1", 1, 400))) == (1, [500, 0])


def test_what_is_free_and_not_taken_yet_is_offered() -> None:
    kind = read("buy_x_get_y", buy=1, get=2, category_ids=("c0",), get_products="p4")
    coffee = shelf(("p0", 2, 500))
    assert kind.offers(coffee, Terms()) == (Offer(("p4",), 4),)
    assert kind.offers(coffee, limited(1)) == (Offer(("p4",), 2),)
    assert kind.offers([*coffee, *shelf(("p4", 3, 100))], Terms()) == (Offer(("p4",), 1),)
    assert kind.offers([*coffee, *shelf(("p4", 9, 100))], Terms()) == ()
    both = read("buy_x_get_y", buy=1, get=1, get_products="p0")
    assert both.offers(coffee, Terms()) == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"get_categories": "c2"},
        {"get_products": "p4", "percent": 50},
        {"get_products": "p4", "amount_minor": 50},
        {"get_products": "p4", "price_minor": 50},
        {},
    ],
)
def test_what_is_not_free_or_has_no_name_is_not_offered(fields: dict[str, object]) -> None:
    kind = read("buy_x_get_y", buy=1, get=1, category_ids=("c0",), **fields)
    assert kind.offers(shelf(("p0", 2, 500)), Terms()) == ()


def test_a_bundles_saving_is_limited_in_bundles() -> None:
    kind = read("bundle_saving", saving_minor=150, group_categories="c0|c1")
    lines = shelf(("p0", 3, 500), ("p2", 2, 400))
    assert off(kind, lines) == (2, [0, 300])
    assert off(kind, lines, limited(1)) == (1, [0, 150])
    assert kind.savings(lines[:1], Terms()) == "nothing_matches"


def test_a_bundle_takes_the_dearest_pieces_of_each_group() -> None:
    kind = read("bundle_saving", saving_minor=450, group_products="p0|p2")
    assert off(kind, shelf(("p0", 1, 100), ("p2", 1, 50), ("p2", 1, 400))) == (1, [50, 0, 400])


def test_a_group_of_several_pieces_shares_the_saving() -> None:
    kind = read("bundle_saving", saving_minor=100, group_products="p0|3*p2,p3")
    lines = shelf(("p0", 2, 500), ("p2", 4, 400), ("p3", 2, 200))
    assert off(kind, lines) == (2, [0, 133, 67])
    assert kind.savings(lines[:1], Terms()) == "nothing_matches"
    assert kind.scope(promotion("o", "bundle_saving")) == (["p0", "p2", "p3"], ())


def test_a_bundle_has_one_price() -> None:
    kind = read("bundle_price", price_minor=990, group_products="p0,p1|p2|p4")
    assert off(kind, ONE_OF_EACH) == (1, [88, 70, 52])
    two = [*ONE_OF_EACH, *shelf(("p1", 1, 450), ("p2", 1, 400), ("p4", 1, 300))]
    assert off(kind, two)[0] == 2
    assert off(kind, two, limited(1)) == (1, [88, 70, 52, 0, 0, 0])
    assert kind.scope(promotion("o", "bundle_price")) == (["p0", "p1", "p2", "p4"], ())


def test_a_bundle_dearer_than_its_pieces_is_left_alone() -> None:
    kind = read("bundle_price", price_minor=900, group_products="p0|p2")
    lines = shelf(("p0", 2, 500), ("p2", 1, 450), ("p2", 1, 100))
    assert off(kind, lines) == (1, [26, 24, 0])


def test_a_bundle_of_counted_groups_may_cost_a_share_less() -> None:
    kind = read("bundle_price", percent=20, group_categories="2*c0|c1")
    lines = shelf(("p0", 3, 500), ("p2", 2, 400))
    assert off(kind, lines) == (1, [200, 80])
    assert off(kind, shelf(("p0", 4, 500), ("p2", 2, 400)), limited(1)) == (1, [200, 80])
    assert kind.savings(lines[1:], Terms()) == "nothing_matches"
    assert kind.scope(promotion("o", "bundle_price")) == ((), ["c0", "c1"])


def test_the_more_pieces_the_more_comes_off_each() -> None:
    kind = read("quantity_tiers", tiers="3:10|6:20")
    assert kind.savings(shelf(("p0", 2, 500)), Terms()) == "below_minimum"
    assert off(kind, [*shelf(("p0", 2, 500), ("p1", 1, 99)), weighed("p2", "9", 100)]) == (3, [100, 10, 0])
    assert off(kind, shelf(("p0", 5, 500), ("p1", 1, 100))) == (6, [500, 20])
    assert off(kind, shelf(("p0", 5, 500), ("p1", 1, 100)), limited(2)) == (2, [200, 0])


def test_the_more_is_spent_the_more_comes_off() -> None:
    amount = read("tiered_amount", tiers="5000:500|10000:1200")
    percent = read("tiered_percent", tiers="5000:5|10000:12.5")
    for kind, expected in ((amount, (500, 500, 1200)), (percent, (250, 500, 1250))):
        assert kind.savings(shelf(("p0", 1, 4999)), Terms()) == "below_minimum"
        for price, saving in zip((5000, 9999, 10000), expected, strict=True):
            assert off(kind, shelf(("p0", 1, price))) == (1, [saving])
        assert list(kind.steps()) == [5000, 10000]
    assert off(read("tiered_amount", tiers="500:500"), shelf(("p0", 1, 600))) == (1, [500])


def test_an_amount_off_the_basket_tells_from_where_on() -> None:
    assert read("amount_off_basket", amount_minor=5).steps() == ()
    row = promotion("o", "amount_off_basket", arguments={"amount_minor": "5", "minimum_minor": "70"})
    kind = KINDS["amount_off_basket"](row)
    assert kind.steps() == (70,)
    assert kind.savings(shelf(("p0", 1, 69)), Terms()) == "below_minimum"
    assert off(kind, shelf(("p0", 1, 70))) == (1, [5])


def test_a_gift_is_free_once_enough_is_bought() -> None:
    kind = read("gift_with_purchase", gift_products="p4", spend_minor=1000)
    assert kind.phase is Phase.DOCUMENT
    assert kind.steps() == (1000,)
    assert kind.savings(shelf(("p0", 1, 999), ("p4", 1, 300)), Terms()) == "below_minimum"
    assert off(kind, shelf(("p0", 1, 1000), ("p4", 2, 300))) == (1, [0, 300])
    assert off(kind, shelf(("p0", 3, 1000), ("p4", 2, 300))) == (1, [0, 300])
    assert kind.savings(shelf(("p4", 9, 300)), Terms()) == "below_minimum"


def test_a_gift_that_is_not_in_the_basket_is_offered() -> None:
    kind = read("gift_with_purchase", gift_products="p4,p5", buy=2, gift_quantity=3, repeat="yes")
    assert kind.steps() == ()
    lines = shelf(("p0", 5, 100))
    assert kind.savings(lines, Terms()) == "gift_not_in_basket"
    assert kind.offers(lines, Terms()) == (Offer(("p4", "p5"), 6),)
    assert kind.offers(lines, limited(1)) == (Offer(("p4", "p5"), 3),)
    some = [*lines, *shelf(("p4", 3, 100), ("p5", 1, 700))]
    assert kind.offers(some, Terms()) == (Offer(("p4", "p5"), 2),)
    assert off(kind, some) == (2, [0, 300, 700])
    assert off(kind, some, limited(1)) == (1, [0, 200, 700])
    assert kind.offers([*lines, *shelf(("p4", 6, 100))], Terms()) == ()
    assert kind.offers(shelf(("p0", 1, 100)), Terms()) == ()


def test_a_gift_belongs_to_the_scope() -> None:
    kind = read("gift_with_purchase", gift_products="p4", buy=2)
    assert kind.scope(promotion("o", "gift_with_purchase")) == ((), ())
    assert kind.scope(promotion("o", "gift_with_purchase", product_ids=("p0",), category_ids=("c1",))) == (
        ("p0", "p4"),
        ("c1",),
    )


def test_a_gift_that_costs_nothing_is_no_saving() -> None:
    free = shelf(("p0", 2, 100), ("p4", 1, 100))
    free[1].remaining_minor = 0
    kind = read("gift_with_purchase", gift_products="p4", buy=2)
    assert kind.savings(free, Terms()) == "nothing_matches"


def test_a_group_purchase_gets_cheaper_with_each_step() -> None:
    kind = read("group_buy_price", tiers="10:900|50:800.5")
    lines = shelf(("p0", 2, 1000), ("p1", 1, 850))
    assert kind.savings(lines, Terms(participants=9)) == "too_few_participants"
    assert off(kind, lines, Terms(participants=10)) == (2, [200, 0])
    assert off(kind, lines, Terms(participants=50)) == (3, [399, 49])
    assert off(kind, lines, Terms(participants=50, most=1)) == (1, [199, 0])


def test_something_off_shipping_is_shown_on_its_lines() -> None:
    lines = shelf(("parcel", 1, 690), ("express", 1, 310))
    assert off(read("shipping_off", percent=100), lines) == (1, [690, 310])
    assert off(read("shipping_off", percent=50), lines) == (1, [345, 155])
    assert off(read("shipping_off", amount_minor=200), lines) == (1, [138, 62])
    assert off(read("shipping_off", amount_minor=2000), lines) == (1, [690, 310])
    assert read("shipping_off", percent=100).savings([], Terms()) == "nothing_matches"
    kind = read("shipping_off", percent=100)
    assert (kind.phase, kind.on_document) == (Phase.SHIPPING, False)


def test_points_are_multiplied_and_nothing_else() -> None:
    kind = read("points_multiplier", multiplier="1.5")
    assert kind.phase is Phase.POINTS
    assert kind.points_multiplier(ONE_OF_EACH, Terms()) == Decimal("1.5")


@pytest.mark.parametrize(
    ("arguments", "already_off", "expected"),
    [
        ({"percent": 30}, 0, 300),
        ({"percent": 30}, 100, 200),
        ({"percent": 30}, 300, 0),
        ({"percent": 30}, 500, 0),
        ({"percent": 30, "on_top": "no"}, 100, 200),
        ({"percent": 30, "on_top": "yes"}, 100, 300),
        ({"percent": 30, "on_top": "yes"}, 900, 100),
        ({"percent": 30, "on_top": "yes", "floor_percent": 65}, 100, 250),
        ({"percent": 30, "on_top": "yes", "floor_percent": "65.01"}, 100, 249),
        ({"percent": 30, "on_top": "yes", "floor_percent": 65}, 400, 0),
        ({"percent": 30, "on_top": "yes", "floor_percent": 70}, 0, 300),
    ],
)
def test_staff_pay_a_share_less_than_the_shelf_price(
    arguments: dict[str, object], already_off: int, expected: int
) -> None:
    kind = read("employee_price", **arguments)
    lines = [line("p0", 1, 1000, discounted_minor=already_off)]
    if expected:
        assert off(kind, lines) == (1, [expected])
    else:
        assert kind.savings(lines, Terms()) == "nothing_matches"


def test_a_limited_staff_price_counts_pieces() -> None:
    lines = [*shelf(("p0", 3, 1000), ("p1", 2, 500)), weighed("p2", "2", 3000)]
    kind = read("employee_price", percent=30)
    assert off(kind, lines, limited(3)) == (3, [600, 0, 1800])


def test_the_registry_names_each_kind_by_its_file() -> None:
    for name, reader in KINDS.items():
        assert reader.__self__.__module__ == f"retail.promotions.{name}"  # type: ignore[attr-defined]  # a method


def test_pieces_are_taken_from_the_dearest_down_and_only_once() -> None:
    lines = shelf(("p0", 2, 100), ("p1", 1, 300), ("p2", 1, 100))
    pool = Pieces([*lines, weighed("p3", "5", 900)])
    assert pool.left == 4
    assert [(take.line.product_id, take.first, take.pieces) for take in pool.take(2)] == [
        ("p1", 0, 1),
        ("p0", 0, 1),
    ]
    assert [(take.line.product_id, take.first, take.pieces) for take in pool.take(9)] == [
        ("p0", 1, 1),
        ("p2", 0, 1),
    ]
    assert (pool.left, pool.take(1)) == (0, [])


def test_the_pieces_of_a_line_are_together_worth_the_line() -> None:
    lines = shelf(("p0", 3, 333))
    lines[0].remaining_minor = 1000
    pool = Pieces(lines)
    assert [pool.take(1)[0].worth_minor for _ in range(3)] == [333, 333, 334]


def test_prices_that_differ_by_the_least_possible_are_told_apart() -> None:
    huge = 10**12 - 1
    lines = [line("p0", 99_998, 1, order=0), line("p1", 99_999, 1, order=1)]
    lines[0].remaining_minor = huge // 99_999 * 99_998
    lines[1].remaining_minor = huge // 99_999 * 99_999 + 1
    assert Pieces(lines).take(1)[0].line is lines[1]


def test_shares_of_nothing_are_no_saving() -> None:
    shares = Shares()
    shares.divide(0, (), ())
    assert shares.savings(3) == "nothing_matches"


GROUPS = {"group_products": "a|b"}
BAD_NUMBERS = (
    "",
    "  ",
    "0",
    "-5",
    "NaN",
    "ten",
    "1e3",
    "1_000",
    "１０",
    "1.5.2",
    ".5",
    "5.",
    "+5",
    "Infinity",
)

INVALID: list[tuple[str, dict[str, str], str]] = [
    *[
        ("percent_off", {"percent": text}, "bad_percent" if text.strip() else "missing_percent")
        for text in (*BAD_NUMBERS, "101", "100.0001", "12.34567")
    ],
    *[
        (
            "amount_off_basket",
            {"amount_minor": text},
            "bad_amount_minor" if text.strip() else "missing_amount_minor",
        )
        for text in (*BAD_NUMBERS, "2.5", "1000000000000", "9" * 40)
    ],
    ("percent_off", {}, "missing_percent"),
    ("percent_off", {"percent": "10", "per_cent": "10"}, "unknown_per_cent"),
    ("percent_off", {"b": "1", "a": "1"}, "unknown_a"),
    ("percent_off_basket", {"percent": "10", "at_most_minor": "0"}, "bad_at_most_minor"),
    ("amount_off", {"amount_minor": "100"}, "missing_per"),
    ("amount_off", {"amount_minor": "100", "per": "kilo"}, "bad_per"),
    ("amount_off_basket", {"amount_minor": "5", "minimum_minor": "-1"}, "bad_minimum_minor"),
    ("fixed_price", {"price_minor": "0"}, "bad_price_minor"),
    ("fixed_price", {"price_minor": "1.00001"}, "bad_price_minor"),
    ("n_for_price", {"price_minor": "700"}, "missing_quantity"),
    ("n_for_price", {"quantity": "1", "price_minor": "700"}, "bad_quantity"),
    ("n_for_price", {"quantity": "100000", "price_minor": "700"}, "bad_quantity"),
    ("buy_x_get_y", {"buy": "2"}, "missing_get"),
    ("buy_x_get_y", {"get": "2"}, "missing_buy"),
    ("buy_x_get_y", {"buy": "0", "get": "1"}, "bad_buy"),
    ("buy_x_get_y", {"buy": "1", "get": "1", "percent": "50", "price_minor": "1"}, "several_discounts"),
    ("buy_x_get_y", {"buy": "1", "get": "1", "which": "dearest"}, "bad_which"),
    ("buy_x_get_y", {"buy": "1", "get": "1", "which": "same", "get_products": "a"}, "which_of_another_set"),
    ("buy_x_get_y", {"buy": "1", "get": "1", "which": "same", "get_categories": "a"}, "which_of_another_set"),
    ("buy_x_get_y", {"buy": "1", "get": "1", "get_products": "a,,b"}, "bad_get_products"),
    ("bundle_saving", {"saving_minor": "150"}, "one_kind_of_group"),
    ("bundle_saving", {"saving_minor": "1", "group_categories": "a|b"} | GROUPS, "one_kind_of_group"),
    ("bundle_saving", {"saving_minor": "150", "group_products": "a"}, "too_few_groups"),
    ("bundle_saving", {"saving_minor": "150", "group_products": "a|,"}, "too_few_groups"),
    ("bundle_saving", {"saving_minor": "150", "group_products": "a|2*"}, "too_few_groups"),
    ("bundle_saving", {"saving_minor": "150", "group_products": "a|0*b"}, "bad_group_count"),
    ("bundle_saving", {"saving_minor": "150", "group_products": "a,b|b"}, "groups_overlap"),
    ("bundle_saving", {"saving_minor": "0"} | GROUPS, "bad_saving_minor"),
    ("bundle_price", GROUPS, "price_or_percent"),
    ("bundle_price", {"price_minor": "5", "percent": "5"} | GROUPS, "price_or_percent"),
    ("quantity_tiers", {}, "missing_tiers"),
    *[
        ("quantity_tiers", {"tiers": text}, "bad_tiers")
        for text in (
            "3",
            "3:",
            ":10",
            "3:10|",
            "3:10;6:20",
            "0:10",
            "3:0",
            "3:101",
            "6:10|3:20",
            "3:20|6:10",
            "3:10|3:20",
            "3:10|6:10",
            "2.5:10",
            "100000:10",
        )
    ],
    ("tiered_amount", {"tiers": "5000:5.5"}, "bad_tiers"),
    ("tiered_amount", {"tiers": "5000:5001"}, "saves_more_than_spent"),
    ("tiered_percent", {"tiers": "5000:101"}, "bad_tiers"),
    ("gift_with_purchase", {"buy": "1"}, "missing_gift_products"),
    ("gift_with_purchase", {"gift_products": " , ", "buy": "1"}, "bad_gift_products"),
    ("gift_with_purchase", {"gift_products": "a"}, "spend_or_buy"),
    ("gift_with_purchase", {"gift_products": "a", "buy": "1", "spend_minor": "1"}, "spend_or_buy"),
    ("gift_with_purchase", {"gift_products": "a", "buy": "1", "repeat": "maybe"}, "bad_repeat"),
    ("gift_with_purchase", {"gift_products": "a", "buy": "1", "gift_quantity": "0"}, "bad_gift_quantity"),
    ("group_buy_price", {"tiers": "10:900|50:900"}, "bad_tiers"),
    ("group_buy_price", {"tiers": "10:900|50:950"}, "bad_tiers"),
    ("shipping_off", {}, "amount_or_percent"),
    ("shipping_off", {"percent": "5", "amount_minor": "5"}, "amount_or_percent"),
    ("points_multiplier", {"multiplier": "1"}, "bad_multiplier"),
    ("points_multiplier", {"multiplier": "2.125"}, "bad_multiplier"),
    ("employee_price", {"percent": "30", "floor_percent": "50"}, "floor_without_on_top"),
    ("employee_price", {"percent": "30", "on_top": "yes", "floor_percent": "70.0001"}, "floor_above_price"),
    ("employee_price", {"percent": "30", "on_top": "yes", "floor_percent": "100.5"}, "bad_floor_percent"),
]


@pytest.mark.parametrize(("kind", "arguments", "reason"), INVALID)
def test_arguments_that_are_missing_bad_or_contradictory_are_told(
    kind: str, arguments: dict[str, str], reason: str
) -> None:
    with pytest.raises(PromotionInvalid) as invalid:
        read(kind, arguments=arguments)
    assert invalid.value.reason == reason


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_name_that_the_kind_does_not_know_is_never_ignored(name: str) -> None:
    with pytest.raises(PromotionInvalid, match="unknown_colour"):
        read(name, colour="red")


def test_spaces_around_arguments_and_ids_do_not_matter() -> None:
    one = read("bundle_price", price_minor=" 990 ", group_products=" 2 * a , b | c ")
    assert one == read("bundle_price", price_minor="990.0", group_products="2*b,a|c")
    assert read("quantity_tiers", tiers=" 3 : 10 | 6 : 20 ") == read("quantity_tiers", tiers="3:10|6:20")
    assert read("buy_x_get_y", buy=1, get=1, get_products="b, a,b") == read(
        "buy_x_get_y", buy=1, get=1, get_products="a,b"
    )


def test_nothing_is_used_more_often_than_the_largest_count() -> None:
    lines = shelf(("p0", 60_000, 100), ("p1", 60_000, 100))
    assert off(read("percent_off", percent=100), lines)[0] == LARGEST_COUNT
