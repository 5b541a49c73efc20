"""The basket's steps: what they do, and what they refuse without changing anything."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from retail.basket import (
    Basket,
    DiscountRefused,
    LineNotFound,
    ManualDiscount,
    PriceRefused,
    PriceSource,
    PromotionUse,
    add_coupon,
    add_product,
    age_to_check,
    attach_member,
    confirm_age,
    discount_basket,
    discount_line,
    embedded_quantity,
    find_line,
    note_line,
    override_price,
    remove_coupon,
    set_quantity,
    void_line,
)
from retail.circumstances import redeem_points, set_uses
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused
from retail.quantity import QuantityRefused, SellingUnit
from tests.fakes.shop import basket, member, product

TEA = product("jasmine-tea")
BANANAS = product("bananas", unit=SellingUnit.KILOGRAM)
EMPTY = Basket(basket_id="basket-1")


def with_tea(quantity: str = "1") -> Basket:
    return basket(("jasmine-tea", quantity, "850"))


def add(
    to: Basket, line_id: str, *, quantity: str = "1", price: str = "850", options: str = ""
) -> tuple[Basket, str]:
    return add_product(
        to,
        line_id=line_id,
        product=TEA,
        quantity=Decimal(quantity),
        unit_price_minor=Decimal(price),
        options=options,
    )


def test_a_second_scan_of_the_same_piece_joins_its_line() -> None:
    one, first = add(EMPTY, "line-1")
    two, second = add(one, "line-2", quantity="3")
    assert (first, second) == ("line-1", "line-1")
    assert [line.quantity for line in two.lines] == [Decimal(4)]


def test_a_step_leaves_the_old_basket_as_it_was() -> None:
    before = with_tea()
    add(before, "line-2", quantity="5")
    set_quantity(before, "line-1", Decimal(7))
    void_line(before, "line-1")
    assert before == with_tea()


@pytest.mark.parametrize(
    "other",
    [
        lambda present: override_price(present, "line-1", Decimal(700), PriceSource.OVERRIDE),
        lambda present: discount_line(present, "line-1", ManualDiscount(percent=Decimal(10))),
        lambda present: note_line(present, "line-1", "gift"),
    ],
)
def test_a_line_with_something_of_its_own_is_not_joined(other: object) -> None:
    changed = other(with_tea())  # type: ignore[operator]  # each parameter is a step
    two, line_id = add(changed, "line-2")
    assert line_id == "line-2"
    assert len(two.lines) == 2


def test_another_price_or_other_options_make_another_line() -> None:
    two, _ = add(with_tea(), "line-2", price="800")
    three, _ = add(two, "line-3", options="no sugar")
    assert len(three.lines) == 3


def test_each_weighing_is_a_line_of_its_own() -> None:
    made = EMPTY
    for line_id in ("line-1", "line-2"):
        made, _ = add_product(
            made, line_id=line_id, product=BANANAS, quantity=Decimal("0.5"), unit_price_minor=Decimal(290)
        )
    assert len(made.lines) == 2


BAD_QUANTITIES = [
    (TEA, "0", "zero"),
    (TEA, "-1", "zero"),
    (TEA, "10000000", "too_large"),
    (TEA, "1.5", "fraction_of_piece"),
    (TEA, "NaN", "not_a_number"),
    (TEA, "Infinity", "not_a_number"),
    (BANANAS, "0", "zero"),
    (BANANAS, "0.0005", "too_precise"),
    (BANANAS, "100000", "too_large"),
]


@pytest.mark.parametrize(("what", "quantity", "code"), BAD_QUANTITIES)
def test_a_quantity_that_cannot_be_sold_is_refused(what: object, quantity: str, code: str) -> None:
    with pytest.raises(QuantityRefused) as refused:
        add_product(
            EMPTY,
            line_id="line-1",
            product=what,  # type: ignore[arg-type]  # a product of the table
            quantity=Decimal(quantity),
            unit_price_minor=Decimal(100),
        )
    assert refused.value.code == code


@pytest.mark.parametrize("quantity", ["0", "10000000", "0.5"])
def test_setting_a_bad_quantity_is_refused_too(quantity: str) -> None:
    with pytest.raises(QuantityRefused):
        set_quantity(with_tea(), "line-1", Decimal(quantity))


def test_joining_never_passes_the_largest_quantity() -> None:
    full, _ = add(EMPTY, "line-1", quantity="99999", price="1")
    with pytest.raises(QuantityRefused) as refused:
        add(full, "line-2", price="1")
    assert refused.value.code == "too_large"


BAD_PRICES = [
    ("0", "zero"),
    ("-5", "negative"),
    (str(LARGEST_AMOUNT_MINOR + 1), "too_large"),
    ("1.00001", "too_precise"),
    ("NaN", "not_a_number"),
    ("-Infinity", "not_a_number"),
]


@pytest.mark.parametrize(("price", "code"), BAD_PRICES)
def test_a_price_of_nothing_or_of_nonsense_is_refused(price: str, code: str) -> None:
    with pytest.raises(PriceRefused) as adding:
        add(EMPTY, "line-1", price=price)
    with pytest.raises(PriceRefused) as overriding:
        override_price(with_tea(), "line-1", Decimal(price), PriceSource.OVERRIDE)
    assert adding.value.code == overriding.value.code == code


def test_a_price_may_be_finer_than_a_cent() -> None:
    made, _ = add(EMPTY, "line-1", price="0.4512")
    assert made.lines[0].unit_price_minor == Decimal("0.4512")


def test_a_line_of_a_huge_amount_is_refused_at_every_door() -> None:
    with pytest.raises(AmountRefused):
        add(EMPTY, "line-1", quantity="99999", price=str(LARGEST_AMOUNT_MINOR))
    dear, _ = add(EMPTY, "line-1", price=str(LARGEST_AMOUNT_MINOR))
    with pytest.raises(AmountRefused):
        set_quantity(dear, "line-1", Decimal(2))
    with pytest.raises(AmountRefused):
        add(dear, "line-2", price=str(LARGEST_AMOUNT_MINOR))
    with pytest.raises(AmountRefused):
        override_price(with_tea("99999"), "line-1", Decimal(LARGEST_AMOUNT_MINOR), PriceSource.OPEN)


def labelled(amount: int = 507) -> Basket:
    made, _ = add_product(
        EMPTY,
        line_id="line-1",
        product=BANANAS,
        quantity=embedded_quantity(max(amount, 1), Decimal(290), SellingUnit.KILOGRAM),
        unit_price_minor=Decimal(290),
        price_source=PriceSource.EMBEDDED,
        fixed_amount_minor=amount,
        scanned_code="2112345005072",
    )
    return made


def test_the_amount_on_a_label_stands_and_the_quantity_follows() -> None:
    line = labelled().lines[0]
    assert (line.fixed_amount_minor, line.quantity) == (507, Decimal("1.748"))


def test_a_label_keeps_its_quantity() -> None:
    with pytest.raises(QuantityRefused) as refused:
        set_quantity(labelled(), "line-1", Decimal(2))
    assert refused.value.code == "fixed_by_label"


def test_a_label_of_nothing_is_refused() -> None:
    with pytest.raises(AmountRefused):
        labelled(0)


def test_overriding_the_price_of_a_label_makes_an_ordinary_line() -> None:
    line = override_price(labelled(), "line-1", Decimal(200), PriceSource.OVERRIDE).lines[0]
    assert (line.fixed_amount_minor, line.price_source) == (None, PriceSource.OVERRIDE)


def test_an_overridden_price_keeps_who_allowed_it_and_why() -> None:
    line = override_price(
        with_tea(), "line-1", Decimal(700), PriceSource.OVERRIDE, approved_by="E0002", reason=" torn box "
    ).lines[0]
    assert (line.price_approved_by, line.price_reason) == ("E0002", "torn box")


def test_an_approval_is_for_one_price_only() -> None:
    allowed = override_price(with_tea(), "line-1", Decimal(700), PriceSource.OVERRIDE, approved_by="E0002")
    line = override_price(allowed, "line-1", Decimal(840), PriceSource.OVERRIDE).lines[0]
    assert (line.price_approved_by, line.price_reason) == ("", "")


def test_the_first_override_keeps_what_the_shelf_says_and_the_next_ones_leave_it() -> None:
    once = override_price(with_tea(), "line-1", Decimal(800), PriceSource.OVERRIDE)
    twice = override_price(once, "line-1", Decimal(750), PriceSource.OVERRIDE, shelf_price_minor=Decimal(1))
    assert with_tea().lines[0].shelf_price_minor is None
    assert [each.lines[0].shelf_price_minor for each in (once, twice)] == [Decimal(850)] * 2


def test_where_a_price_list_decides_its_price_is_the_shelfs() -> None:
    member_price = Decimal(820)
    made = override_price(
        with_tea(), "line-1", Decimal(800), PriceSource.OVERRIDE, shelf_price_minor=member_price
    )
    assert made.lines[0].shelf_price_minor == member_price


@pytest.mark.parametrize(("approved_by", "reason"), [("E0002", ""), ("", "torn box")])
def test_a_piece_without_the_approval_does_not_join_one_with_it(approved_by: str, reason: str) -> None:
    allowed = override_price(
        with_tea(), "line-1", Decimal(850), PriceSource.STORE, approved_by=approved_by, reason=reason
    )
    two, line_id = add(allowed, "line-2")
    assert (line_id, len(two.lines)) == ("line-2", 2)


@pytest.mark.parametrize(
    ("amount", "price", "unit", "quantity"),
    [
        (507, "290", SellingUnit.KILOGRAM, "1.748"),
        (1, "99999", SellingUnit.KILOGRAM, "0.001"),
        (507, "290", SellingUnit.PIECE, "1"),
        (10**12, "0.0001", SellingUnit.KILOGRAM, "99999"),
    ],
)
def test_the_quantity_behind_a_label_is_always_one_that_can_be_sold(
    amount: int, price: str, unit: SellingUnit, quantity: str
) -> None:
    assert embedded_quantity(amount, Decimal(price), unit) == Decimal(quantity)


BAD_DISCOUNTS = [
    (ManualDiscount(), "empty"),
    (ManualDiscount(percent=Decimal(10), amount_minor=100), "both"),
    (ManualDiscount(percent=Decimal(0)), "zero"),
    (ManualDiscount(amount_minor=0), "zero"),
    (ManualDiscount(percent=Decimal(-5)), "negative"),
    (ManualDiscount(amount_minor=-5), "negative"),
    (ManualDiscount(percent=Decimal("100.01")), "over_hundred_percent"),
    (ManualDiscount(percent=Decimal("NaN")), "not_a_number"),
    (ManualDiscount(amount_minor=LARGEST_AMOUNT_MINOR + 1), "too_large"),
]


@pytest.mark.parametrize(("discount", "code"), BAD_DISCOUNTS)
def test_a_discount_that_makes_no_sense_is_refused(discount: ManualDiscount, code: str) -> None:
    with pytest.raises(DiscountRefused) as on_line:
        discount_line(with_tea(), "line-1", discount)
    with pytest.raises(DiscountRefused) as on_basket:
        discount_basket(with_tea(), discount)
    assert on_line.value.code == on_basket.value.code == code


def test_a_discount_is_never_more_than_the_line() -> None:
    with pytest.raises(DiscountRefused) as refused:
        discount_line(with_tea(), "line-1", ManualDiscount(amount_minor=851))
    assert refused.value.code == "more_than_line"
    with pytest.raises(DiscountRefused):
        discount_line(labelled(), "line-1", ManualDiscount(amount_minor=508))


def test_a_discount_comes_and_goes() -> None:
    discount = ManualDiscount(amount_minor=850, reason="damaged")
    given = discount_line(with_tea(), "line-1", discount)
    assert given.lines[0].discount == discount
    assert discount_line(given, "line-1", None) == with_tea()
    whole = discount_basket(with_tea(), ManualDiscount(percent=Decimal(100)))
    assert discount_basket(whole, None) == with_tea()


def test_a_product_that_takes_no_discount_refuses_one() -> None:
    made, _ = add_product(
        EMPTY,
        line_id="line-1",
        product=product("gift-card", discountable=False),
        quantity=Decimal(1),
        unit_price_minor=Decimal(2000),
    )
    with pytest.raises(DiscountRefused) as refused:
        discount_line(made, "line-1", ManualDiscount(percent=Decimal(10)))
    assert refused.value.code == "not_discountable"


@pytest.mark.parametrize(
    "step",
    [
        lambda present: find_line(present, "gone"),
        lambda present: set_quantity(present, "gone", Decimal(1)),
        lambda present: override_price(present, "gone", Decimal(1), PriceSource.OPEN),
        lambda present: discount_line(present, "gone", None),
        lambda present: note_line(present, "gone", "x"),
        lambda present: void_line(present, "gone"),
    ],
)
def test_a_step_on_a_line_that_is_gone_says_so(step: object) -> None:
    with pytest.raises(LineNotFound) as refused:
        step(with_tea())  # type: ignore[operator]  # each parameter is a step
    assert refused.value.line_id == "gone"


def test_a_void_takes_only_its_line() -> None:
    three = basket(("oat-milk", "2", "420"), ("jasmine-tea", "1", "850"), ("bananas", "1.2kg", "290"))
    left = void_line(three, "line-2")
    assert [line.line_id for line in left.lines] == ["line-1", "line-3"]


def test_a_note_is_kept_without_outer_spaces_and_can_be_emptied() -> None:
    noted = note_line(with_tea(), "line-1", "  gift wrap ")
    assert find_line(noted, "line-1").note == "gift wrap"
    assert note_line(noted, "line-1", "") == with_tea()


def test_a_member_comes_and_goes() -> None:
    gold = attach_member(with_tea(), member("gold"))
    assert gold.member == member("gold")
    assert attach_member(gold, None) == with_tea()


def test_points_and_limits_of_a_member_go_with_the_member() -> None:
    used = PromotionUse(promotion_id="tea-week", by_member=2, today=9)
    gold = redeem_points(set_uses(attach_member(with_tea(), member("gold")), [used]), 300)
    forgotten = (PromotionUse(promotion_id="tea-week", today=9),)
    for other in (None, replace(member("gold"), member_id="member-2")):
        changed = attach_member(gold, other)
        assert (changed.points_to_redeem, changed.uses) == (0, forgotten)


def test_a_member_who_is_read_again_keeps_the_points_given() -> None:
    gold = redeem_points(attach_member(with_tea(), member("gold")), 300)
    again = attach_member(gold, replace(member("gold"), points=900))
    assert again.points_to_redeem == 300
    assert again.member is not None
    assert again.member.points == 900


def test_a_coupon_is_there_once_in_capitals() -> None:
    once = add_coupon(with_tea(), " spring5 ")
    assert once.coupons == ("SPRING5",)
    assert add_coupon(once, "SPRING5") is once
    assert remove_coupon(once, "Spring5") == with_tea()
    assert remove_coupon(with_tea(), "SPRING5") == with_tea()


def test_a_blank_coupon_is_refused() -> None:
    with pytest.raises(DiscountRefused) as refused:
        add_coupon(with_tea(), "  ")
    assert refused.value.code == "empty"


def test_the_highest_age_that_is_not_confirmed_is_asked_for() -> None:
    made = EMPTY
    for line_id, age in (("line-1", 0), ("line-2", 16), ("line-3", 18)):
        made, _ = add_product(
            made,
            line_id=line_id,
            product=product(f"drink-{age}", minimum_age=age),
            quantity=Decimal(1),
            unit_price_minor=Decimal(900),
        )
    assert age_to_check(EMPTY) == 0
    assert age_to_check(made) == 18
    assert age_to_check(confirm_age(made, 16)) == 18
    assert age_to_check(confirm_age(made, 18)) == 0
    assert confirm_age(confirm_age(made, 18), 16).age_confirmed == 18
