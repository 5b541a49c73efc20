"""What was given by hand in a basket: how much each is, what a step gives anew, and who allowed it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.basket import (
    Basket,
    ManualDiscount,
    PriceSource,
    discount_basket,
    discount_line,
    override_price,
    set_quantity,
    void_line,
)
from retail.given_by_hand import GivenByHand, given_by_hand, newly_given, with_approval
from retail.staff import Act, Approval, Permission
from tests.fakes.shop import basket, priced, promotion

PRICE, LINE, SALE = Permission.PRICE_OVERRIDE, Permission.LINE_DISCOUNT, Permission.SALE_DISCOUNT


def shop_basket() -> Basket:
    """Two tees at 29.00, and a tea at 8.50."""
    return basket(("tee", "2", "2900"), ("tea", "1", "850"))


def found(what: Basket) -> tuple[GivenByHand, ...]:
    return given_by_hand(what, priced(what))


def figures(what: Basket) -> list[tuple[Permission, str, str, int, int]]:
    return [
        (
            each.act.permission,
            each.act.about,
            str(each.act.percent),
            int(each.before_minor),
            int(each.after_minor),
        )
        for each in found(what)
    ]


def percent(value: str, approved_by: str = "", reason: str = "") -> ManualDiscount:
    return ManualDiscount(percent=Decimal(value), approved_by=approved_by, reason=reason)


def money(minor: int) -> ManualDiscount:
    return ManualDiscount(amount_minor=minor)


def overridden(
    what: Basket, minor: str, source: PriceSource = PriceSource.OVERRIDE, reason: str = ""
) -> Basket:
    return override_price(what, "line-2", Decimal(minor), source, reason=reason)


def allowance(permission: Permission, about: str, size: str = "30", reason: str = "") -> Approval:
    act = Act(permission=permission, percent=Decimal(size), about=about)
    return Approval(act=act, requested_by="noor", approved_by="mei", reason=reason)


def test_a_basket_as_scanned_has_nothing_given_by_hand() -> None:
    assert found(shop_basket()) == ()


def test_each_price_and_discount_is_measured_with_its_figures() -> None:
    what = discount_line(overridden(shop_basket(), "680"), "line-1", percent("30"))
    what = discount_basket(what, money(474))
    assert figures(what) == [
        (LINE, "line-1", "30", 5800, 4060),
        (PRICE, "line-2", "20.0000", 850, 680),
        (SALE, "basket-1", "10.0000", 4740, 4266),
    ]


def test_several_overrides_are_measured_as_the_one_that_they_make() -> None:
    what = overridden(overridden(shop_basket(), "765"), "680")
    assert figures(what) == [(PRICE, "line-2", "20.0000", 850, 680)]


def test_an_override_of_a_basket_stored_without_its_shelf_price_counts_as_none() -> None:
    line = replace(overridden(shop_basket(), "680").lines[1], shelf_price_minor=None)
    stored = Basket(basket_id="basket-1", lines=(line,))
    assert figures(stored) == [(PRICE, "line-2", "0.0000", 680, 680)]


def test_a_price_that_was_typed_because_there_is_none_is_not_measured() -> None:
    assert found(overridden(shop_basket(), "1", PriceSource.OPEN)) == ()


def test_money_off_a_line_is_measured_after_its_promotions() -> None:
    what = discount_line(shop_basket(), "line-1", money(580))
    half = promotion("half", "percent_off", percent=50, product_ids=("tee",))
    (of_line,) = given_by_hand(what, priced(what, half))
    assert of_line.act.percent == 20
    assert (int(of_line.before_minor), int(of_line.after_minor)) == (2900, 2320)


def test_money_off_where_nothing_is_left_to_come_off_counts_as_everything() -> None:
    free = promotion("free", "percent_off", percent=100, product_ids=("tee", "tea"))
    what = discount_basket(discount_line(shop_basket(), "line-1", money(100)), money(100))
    assert [each.act.percent for each in given_by_hand(what, priced(what, free))] == [100, 100]


@pytest.mark.parametrize(
    ("step", "given"),
    [
        (lambda what: discount_line(what, "line-1", percent("30")), [(LINE, "line-1")]),
        (lambda what: discount_basket(what, percent("5")), [(SALE, "basket-1")]),
        (lambda what: overridden(what, "850"), [(PRICE, "line-2")]),
        (lambda what: set_quantity(what, "line-1", Decimal(3)), []),
        (lambda what: void_line(what, "line-1"), []),
    ],
)
def test_what_a_step_gives(step: Callable[[Basket], Basket], given: list[tuple[Permission, str]]) -> None:
    before = shop_basket()
    new = newly_given(found(before), found(step(before)))
    assert [(each.act.permission, each.act.about) for each in new] == given


def test_what_stands_already_is_not_given_again() -> None:
    before = discount_basket(discount_line(shop_basket(), "line-1", percent("30")), percent("5"))
    assert newly_given(found(before), found(overridden(before, "800")))[0].act.permission is PRICE
    assert newly_given(found(before), found(before)) == ()


def test_a_smaller_discount_in_the_place_of_an_allowed_one_is_given_anew() -> None:
    before = discount_line(shop_basket(), "line-1", percent("30", approved_by="mei"))
    after = discount_line(shop_basket(), "line-1", percent("20"))
    assert len(newly_given(found(before), found(after))) == 1


def test_fewer_pieces_make_money_off_a_line_a_larger_discount() -> None:
    before = discount_line(shop_basket(), "line-1", money(580))
    after = set_quantity(before, "line-1", Decimal(1))
    (grown,) = newly_given(found(before), found(after))
    assert (grown.act.permission, grown.act.percent) == (LINE, Decimal(20))
    assert newly_given(found(after), found(before)) == ()


def test_a_line_taken_off_makes_money_off_the_sale_a_larger_discount() -> None:
    before = discount_basket(shop_basket(), money(665))
    (grown,) = newly_given(found(before), found(void_line(before, "line-1")))
    assert (grown.act.permission, grown.act.percent) == (SALE, Decimal("78.2353"))


@pytest.mark.parametrize(("allowed", "left"), [("30", 0), ("29.9999", 1)])
def test_what_was_just_allowed_is_not_asked_again_unless_it_is_more(allowed: str, left: int) -> None:
    after = discount_line(shop_basket(), "line-1", percent("30"))
    granted = (allowance(LINE, "line-1", allowed), allowance(SALE, "line-1"))
    assert len(newly_given((), found(after), granted)) == left


def test_who_allowed_it_stands_where_it_was_given() -> None:
    what = discount_basket(
        discount_line(overridden(shop_basket(), "680"), "line-1", percent("30")), percent("5")
    )
    for each in (
        allowance(PRICE, "line-2", reason="torn box"),
        allowance(LINE, "line-1"),
        allowance(SALE, "basket-1", reason="goodwill"),
    ):
        what = with_approval(what, each)
    tee, tea = what.lines
    assert tee.discount == percent("30", approved_by="mei")
    assert (tee.price_approved_by, tea.discount) == ("", None)
    assert (tea.price_approved_by, tea.price_reason) == ("mei", "torn box")
    assert what.discount == percent("5", approved_by="mei", reason="goodwill")
    assert [each.approved_by for each in found(what)] == ["mei"] * 3


def test_a_reason_that_was_given_before_stays_when_the_approval_has_none() -> None:
    what = discount_line(
        overridden(shop_basket(), "680", reason="torn box"), "line-1", percent("5", reason="old")
    )
    what = with_approval(with_approval(what, allowance(PRICE, "line-2")), allowance(LINE, "line-1"))
    assert what.lines[0].discount == percent("5", approved_by="mei", reason="old")
    assert what.lines[1].price_reason == "torn box"


@pytest.mark.parametrize(
    "other",
    [
        allowance(LINE, "line-2"),
        allowance(LINE, "gone"),
        allowance(SALE, "basket-1"),
        Approval(act=Act(permission=Permission.VOID_LINE, about="line-1"), requested_by="a", approved_by="b"),
    ],
)
def test_an_approval_of_what_is_not_there_changes_nothing(other: Approval) -> None:
    what = discount_line(shop_basket(), "line-1", percent("30"))
    assert with_approval(what, other) == what


@given(st.integers(1, 99), st.integers(1, 50))
def test_no_path_through_quantities_gives_more_than_was_measured(minor: int, pieces: int) -> None:
    """Money off many pieces, then fewer of them: either nothing grew, or what grew is measured."""
    many = basket(("tea", str(pieces), "100"))
    before = discount_line(many, "line-1", money(min(minor, 100 * pieces)))
    after = set_quantity(before, "line-1", Decimal(1))
    ((size,), grown) = ([each.act.percent for each in found(after)], newly_given(found(before), found(after)))
    assert bool(grown) == (pieces > 1 and size != found(before)[0].act.percent)
