"""Loyalty: the programme, what a sale earns, what points are worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.catalogue import ProductKind
from retail.loyalty import points_for
from retail.loyalty.earning import Earned, earn, exclusion
from retail.loyalty.program import (
    LARGEST_MULTIPLIER,
    Bonus,
    LoyaltyProgram,
    PointsRounding,
    PreparedProgram,
    ProgramInvalid,
    Shortfall,
    Tier,
    prepare_program,
)
from retail.loyalty.redeeming import (
    Redemption,
    check_redemption,
    payable_with_points,
    redeemable,
    worth_of,
)
from retail.loyalty.refusal import LARGEST_POINTS, PointsRefused, checked_points, checked_some_points
from retail.money import LARGEST_AMOUNT_MINOR, AmountRefused
from retail.term import Term

GOLD = Tier(tier_id="gold", from_spend_minor=100_000, multiplier=Decimal("1.5"))


class Line(msgspec.Struct, frozen=True):
    """A line with what earning reads of it."""

    product_id: str = "tea"
    remaining_minor: int = 1000
    category_id: str = "food"
    product_kind: ProductKind = ProductKind.GOODS
    pieces: int = 1


def prepared(**settings: Any) -> PreparedProgram:
    return prepare_program(LoyaltyProgram(**settings))


SIMPLE = prepared(points=1, step_minor=100)

LINES = st.lists(
    st.builds(
        Line,
        product_id=st.sampled_from(["tea", "milk", "card", "ham"]),
        remaining_minor=st.integers(0, 50_000),
        category_id=st.sampled_from(["food", "tobacco"]),
        product_kind=st.sampled_from(ProductKind),
        pieces=st.integers(0, 9),
    ),
    max_size=8,
)
PROGRAMS = st.builds(
    LoyaltyProgram,
    points=st.integers(0, 20),
    step_minor=st.sampled_from([1, 100, 1000, 250]),
    whole_steps=st.booleans(),
    rounding=st.sampled_from(PointsRounding),
    minimum_spend_minor=st.sampled_from([0, 500, 20_000]),
    bonuses=st.sampled_from(
        [
            (),
            (Bonus(bonus_id="b", points=25, product_ids=("tea", "ham"), pieces=3),),
            (
                Bonus(bonus_id="b", points=5, category_ids=("food",)),
                Bonus(bonus_id="c", points=7, product_ids=("ham",)),
            ),
        ]
    ),
    excluded_product_ids=st.sampled_from([(), ("card",)]),
    excluded_category_ids=st.sampled_from([(), ("tobacco",)]),
    excluded_kinds=st.sampled_from([(), (ProductKind.SERVICE,), (ProductKind.GOODS,)]),
    tiers=st.just((GOLD,)),
)


@pytest.mark.parametrize(
    ("total", "digits", "per_unit", "points"),
    [(1999, 2, 1, 19), (0, 2, 1, 0), (-5, 2, 1, 0), (1999, 2, 0, 0), (500, 0, 2, 1000), (1999, 3, 10, 19)],
)
def test_points_of_a_total(total: int, digits: int, per_unit: int, points: int) -> None:
    assert points_for(total, digits, per_unit) == points


# The programme


def test_a_programme_without_settings_earns_nothing_and_says_so() -> None:
    earned = earn(prepared(), [Line()])
    assert (earned.points, earned.reason, earned.by_line()) == (0, "no_program", (0,))


def test_a_programme_is_a_row_that_travels_with_every_setting() -> None:
    program = LoyaltyProgram(points=1, tiers=(GOLD,), expiry=Term(months=12), shortfall=Shortfall.WAIVE)
    wire = msgspec.json.encode(program)
    assert msgspec.json.decode(wire)["row"] == "loyalty_program"
    assert msgspec.json.decode(wire, type=LoyaltyProgram) == program
    assert program.key == "loyalty"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"points": -1}, "bad_points"),
        ({"points": LARGEST_POINTS + 1}, "bad_points"),
        ({"step_minor": 0}, "bad_step_minor"),
        ({"minimum_spend_minor": -1}, "bad_minimum_spend_minor"),
        ({"tier_days": 0}, "bad_tier_days"),
        ({"birthday_points": -1}, "bad_birthday_points"),
        ({"worth_points": -1}, "bad_worth_points"),
        ({"worth_minor": LARGEST_AMOUNT_MINOR + 1}, "bad_worth_minor"),
        ({"smallest_points": 0}, "bad_smallest_points"),
        ({"step_points": 0}, "bad_step_points"),
        ({"offline_points": -1}, "bad_offline_points"),
        ({"grace_days": -1}, "bad_grace_days"),
        ({"expiry": Term(days=-1)}, "bad_expiry"),
        ({"tier_kept": Term(months=-1)}, "bad_tier_kept"),
        ({"largest_share": Decimal(0)}, "bad_largest_share"),
        ({"largest_share": Decimal(101)}, "bad_largest_share"),
        ({"largest_share": Decimal("NaN")}, "bad_largest_share"),
        ({"worth_points": 100}, "half_a_worth"),
        ({"worth_minor": 100}, "half_a_worth"),
        ({"shortfall": Shortfall.CHARGE}, "charge_without_worth"),
        ({"tiers": (Tier(tier_id=""),)}, "bad_tier"),
        ({"tiers": (Tier(tier_id="a", from_spend_minor=-1),)}, "bad_tier"),
        ({"tiers": (Tier(tier_id="a", multiplier=Decimal("NaN")),)}, "bad_tier"),
        ({"tiers": (Tier(tier_id="a", multiplier=Decimal(-1)),)}, "bad_tier"),
        ({"tiers": (Tier(tier_id="a", multiplier=Decimal("1.00001")),)}, "bad_tier"),
        ({"tiers": (Tier(tier_id="a", multiplier=Decimal(LARGEST_MULTIPLIER + 1)),)}, "bad_tier"),
        ({"tiers": (Tier(tier_id="a"), Tier(tier_id="a", from_spend_minor=1))}, "tiers_meet"),
        ({"tiers": (Tier(tier_id="a"), Tier(tier_id="b"))}, "tiers_meet"),
        ({"bonuses": (Bonus(bonus_id="b", points=1),)}, "bad_bonus"),
        ({"bonuses": (Bonus(bonus_id="b", points=0, product_ids=("p",)),)}, "bad_bonus"),
        ({"bonuses": (Bonus(bonus_id="b", points=1, category_ids=("c",), pieces=0),)}, "bad_bonus"),
    ],
)
def test_a_programme_that_cannot_be_run_is_refused(settings: dict[str, Any], code: str) -> None:
    with pytest.raises(ProgramInvalid) as refused:
        prepared(program_id="club", **settings)
    assert (refused.value.code, refused.value.program_id) == (code, "club")


def test_the_largest_and_the_smallest_settings_are_allowed() -> None:
    most = LARGEST_POINTS
    program = prepared(
        points=most,
        step_minor=LARGEST_AMOUNT_MINOR,
        minimum_spend_minor=LARGEST_AMOUNT_MINOR,
        tier_days=1,
        birthday_points=most,
        worth_points=most,
        worth_minor=LARGEST_AMOUNT_MINOR,
        smallest_points=most,
        step_points=most,
        offline_points=most,
        grace_days=36_525,
        largest_share=Decimal("0.01"),
        shortfall=Shortfall.CHARGE,
        bonuses=(Bonus(bonus_id="b", points=most, product_ids=("p",)),),
        tiers=(
            Tier(tier_id="a", multiplier=Decimal(0)),
            Tier(tier_id="b", multiplier=Decimal(1000), from_spend_minor=LARGEST_AMOUNT_MINOR),
        ),
    )
    assert [tier.tier_id for tier in program.tiers] == ["a", "b"]
    assert prepared(bonuses=(Bonus(bonus_id="b", points=1, category_ids=("c",)),), grace_days=0)


# Earning


@pytest.mark.parametrize(
    ("program", "paid", "points"),
    [
        (SIMPLE, [1999], 19),
        (SIMPLE, [99], 0),
        (SIMPLE, [150, 150], 3),
        (prepared(points=1, rounding=PointsRounding.LINE), [150, 150], 2),
        (prepared(points=1, step_minor=1000), [3999], 3),
        (prepared(points=5), [199], 9),
        (prepared(points=5, whole_steps=True), [199], 5),
        (prepared(points=5, whole_steps=True), [199, 1], 10),
        (prepared(points=5, whole_steps=True, rounding=PointsRounding.LINE), [199, 1], 5),
        (prepared(points=1, minimum_spend_minor=1000), [999], 0),
        (prepared(points=1, minimum_spend_minor=1000), [1000], 10),
    ],
)
def test_fractions_of_points_are_dropped_where_the_programme_says(
    program: PreparedProgram, paid: list[int], points: int
) -> None:
    earned = earn(program, [Line(remaining_minor=amount) for amount in paid])
    assert earned.points == points
    assert sum(earned.by_line()) == points


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "nothing_earns"),
        ([Line(remaining_minor=0)], "nothing_earns"),
        ([Line(product_kind=ProductKind.GIFT_CARD)], "nothing_earns"),
        ([Line(remaining_minor=499)], "below_minimum"),
        ([Line(remaining_minor=500)], ""),
    ],
)
def test_why_nothing_is_earned_is_said(lines: list[Line], reason: str) -> None:
    earned = earn(prepared(points=1, minimum_spend_minor=500), lines)
    assert (earned.reason, earned.points > 0) == (reason, not reason)


@pytest.mark.parametrize("kind", [ProductKind.GIFT_CARD, ProductKind.SHIPPING, ProductKind.DEPOSIT])
@pytest.mark.parametrize("settings", [{}, {"excluded_product_ids": ("other",)}])
def test_money_that_comes_back_never_earns(kind: ProductKind, settings: dict[str, Any]) -> None:
    program = prepared(points=1, bonuses=(Bonus(bonus_id="b", points=9, product_ids=("card",)),), **settings)
    lines = [Line(), Line("card", 5000, product_kind=kind), Line("haircut", product_kind=ProductKind.SERVICE)]
    earned = earn(program, lines)
    assert (earned.points, earned.eligible_minor, earned.by_line()) == (20, 2000, (10, 0, 10))
    assert exclusion(program, lines[1]) == "kind"


def test_what_the_programme_excludes_earns_nothing() -> None:
    program = prepared(
        points=1,
        excluded_product_ids=("formula",),
        excluded_category_ids=("tobacco",),
        excluded_kinds=(ProductKind.SERVICE,),
    )
    lines = [
        Line(),
        Line("formula"),
        Line(category_id="tobacco"),
        Line(product_kind=ProductKind.SERVICE),
        Line(remaining_minor=0),
    ]
    assert earn(program, lines).by_line() == (10, 0, 0, 0, 0)
    reasons = [exclusion(program, line) for line in lines]
    assert reasons == ["", "product", "category", "kind", "nothing_paid"]


def test_a_tier_and_a_promotion_make_the_amount_count_more_and_round_once() -> None:
    program = prepared(points=1, tiers=(GOLD,))
    lines = [Line(remaining_minor=190), Line(remaining_minor=190)]
    assert earn(program, lines, tier="gold").points == 5
    assert earn(program, lines, tier="bronze").points == 3
    assert earn(program, lines, multiplier=Decimal(2)).points == 7
    assert earn(program, lines, tier="gold", multiplier=Decimal(2)).points == 11
    assert earn(program, lines, line_multipliers=[Decimal(3), Decimal(1)]).points == 7
    assert earn(program, lines, line_multipliers=[Decimal(3), Decimal(1)]).by_line() == (5, 2)
    assert earn(program, lines, multiplier=Decimal(0)).by_line() == (0, 0)


@pytest.mark.parametrize("multiplier", ["NaN", "-1", "1.23456", "Infinity", "1001"])
def test_a_multiplier_that_cannot_be_is_refused(multiplier: str) -> None:
    for settings in ({"multiplier": Decimal(multiplier)}, {"line_multipliers": [Decimal(multiplier)]}):
        with pytest.raises(PointsRefused) as refused:
            earn(SIMPLE, [Line()], **settings)  # type: ignore[arg-type]  # mypy does not see which it is
        assert refused.value.code == "bad_multiplier"


def test_bonus_points_count_full_groups_of_pieces_over_all_lines() -> None:
    program = prepared(
        points=1,
        tiers=(GOLD,),
        bonuses=(
            Bonus(bonus_id="b", points=50, product_ids=("tea",), pieces=2),
            Bonus(bonus_id="c", points=10, category_ids=("cheese",)),
        ),
    )
    lines = [
        Line("tea", 100),
        Line("milk", 100),
        Line("tea", 100, pieces=4),
        Line("brie", 100, "cheese", pieces=0),
    ]
    earned = earn(program, lines, tier="gold")
    assert (earned.base, earned.bonus, earned.points) == (6, 110, 116)
    assert earned.by_line() == (22, 2, 81, 11)
    assert earn(program, [Line("tea", 100)]).bonus == 0


def test_a_gift_that_was_not_paid_for_brings_no_bonus() -> None:
    program = prepared(points=1, bonuses=(Bonus(bonus_id="b", points=50, product_ids=("cup",)),))
    assert earn(program, [Line(), Line("cup", 0)]).bonus == 0


def test_a_programme_may_have_bonus_points_only() -> None:
    program = prepared(bonuses=(Bonus(bonus_id="b", points=50, product_ids=("tea",)),))
    assert earn(program, [Line(), Line("milk")]).by_line() == (50, 0)


def test_what_points_paid_earns_no_points_again_unless_the_programme_says_so() -> None:
    lines = [Line(remaining_minor=1500), Line(remaining_minor=500)]
    assert earn(SIMPLE, lines, paid_with_points_minor=500).points == 15
    assert earn(SIMPLE, lines, paid_with_points_minor=2000).points == 0
    assert earn(SIMPLE, lines, paid_with_points_minor=600, total_minor=2400).points == 15
    again = prepared(points=1, points_paid_earns=True)
    assert earn(again, lines, paid_with_points_minor=500).points == 20


def test_more_than_the_sale_is_not_paid_with_points() -> None:
    with pytest.raises(PointsRefused) as refused:
        earn(SIMPLE, [Line()], paid_with_points_minor=1001)
    assert refused.value.code == "more_than_paid"
    with pytest.raises(AmountRefused) as negative:
        earn(SIMPLE, [Line()], paid_with_points_minor=-1)
    assert negative.value.code == "negative"


@pytest.mark.parametrize(("amount", "code"), [(-1, "negative"), (LARGEST_AMOUNT_MINOR + 1, "too_large")])
def test_an_amount_that_cannot_be_earns_a_refusal(amount: int, code: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        earn(SIMPLE, [Line(remaining_minor=amount), Line(remaining_minor=5)])
    assert refused.value.code == code
    assert refused.value.amount == (amount if amount < 0 else amount + 5)


def test_more_points_than_can_be_kept_are_refused() -> None:
    with pytest.raises(PointsRefused) as refused:
        earn(prepared(points=1000), [Line(remaining_minor=LARGEST_AMOUNT_MINOR)])
    assert refused.value.code == "too_large"


@given(program=PROGRAMS, lines=LINES, tier=st.sampled_from(["", "gold"]))
def test_the_points_of_the_lines_sum_to_those_of_the_sale(
    program: LoyaltyProgram, lines: list[Line], tier: str
) -> None:
    settled = prepare_program(program)
    earned = earn(settled, lines, tier=tier)
    by_line = earned.by_line()
    assert sum(by_line) == earned.points == earned.base + earned.bonus
    assert len(by_line) == len(lines)
    assert all(points >= 0 for points in by_line)
    for line, points in zip(lines, by_line, strict=True):
        if exclusion(settled, line):
            assert points == 0


@given(program=PROGRAMS, lines=LINES, data=st.data())
def test_what_is_earned_does_not_depend_on_the_order_of_the_lines(
    program: LoyaltyProgram, lines: list[Line], data: st.DataObject
) -> None:
    settled = prepare_program(program)
    mixed = data.draw(st.permutations(lines))
    assert earn(settled, lines).points == earn(settled, mixed).points


@given(lines=LINES, more=LINES)
def test_another_line_never_earns_less(lines: list[Line], more: list[Line]) -> None:
    assert earn(SIMPLE, lines).points <= earn(SIMPLE, lines + more).points


@given(lines=LINES)
def test_the_simple_programme_is_what_points_of_a_total_always_were(lines: list[Line]) -> None:
    goods = [line for line in lines if line.product_kind is ProductKind.GOODS]
    assert earn(SIMPLE, goods).points == points_for(sum(line.remaining_minor for line in goods), 2, 1)


def test_what_was_earned_is_a_value() -> None:
    assert earn(SIMPLE, [Line()]) == Earned(points=10, base=10, eligible_minor=1000, weights=(1000,))


# Redeeming

CLUB = {"worth_points": 100, "worth_minor": 100, "smallest_points": 500, "step_points": 100}


@pytest.mark.parametrize(
    ("settings", "balance", "amount", "points", "worth"),
    [
        (CLUB, 1284, 5000, 1200, 1200),
        (CLUB, 499, 5000, 0, 0),
        (CLUB, 550, 5000, 500, 500),
        (CLUB, 1284, 730, 700, 700),
        (CLUB, 1284, 499, 0, 0),
        (CLUB, -20, 5000, 0, 0),
        (CLUB | {"largest_share": Decimal(50)}, 5000, 2001, 1000, 1000),
        (CLUB | {"step_points": 1}, 5000, 731, 731, 731),
        ({"worth_points": 500, "worth_minor": 250, "step_points": 500}, 1284, 5000, 1000, 500),
        ({"worth_points": 100, "worth_minor": 1}, 250, 5000, 200, 2),
        ({"worth_points": 100, "worth_minor": 1}, 99, 5000, 0, 0),
        ({"worth_points": 3, "worth_minor": 2}, 5, 100, 5, 3),
        ({"worth_points": 1, "worth_minor": 1}, 5000, 731, 731, 731),
        ({"worth_points": 3, "worth_minor": 2}, 4, 100, 3, 2),
        ({}, 5000, 5000, 0, 0),
    ],
)
def test_the_most_that_may_be_redeemed(
    settings: dict[str, Any], balance: int, amount: int, points: int, worth: int
) -> None:
    assert redeemable(prepared(**settings), balance, amount) == Redemption(points, worth)


def test_without_the_centre_less_may_be_redeemed() -> None:
    program = prepared(**CLUB, offline_points=600)
    assert redeemable(program, 5000, 5000, online=False) == (600, 600)
    assert redeemable(prepared(**CLUB), 5000, 5000, online=False) == (0, 0)


@pytest.mark.parametrize(
    ("points", "balance", "amount", "code"),
    [
        (0, 1284, 5000, "zero"),
        (-100, 1284, 5000, "negative"),
        (LARGEST_POINTS + 1, 1284, 5000, "too_large"),
        (1300, 1284, 5000, "not_enough"),
        (700, 1284, 5000, "offline_limit"),
        (400, 1284, 5000, "below_smallest"),
        (550, 1284, 5000, "not_a_step"),
        (600, 1284, 599, "more_than_share"),
    ],
)
def test_points_that_may_not_be_redeemed_are_refused(
    points: int, balance: int, amount: int, code: str
) -> None:
    program = prepared(**CLUB, offline_points=600)
    with pytest.raises(PointsRefused) as refused:
        check_redemption(program, points, balance, amount, online=code != "offline_limit")
    assert (refused.value.code, refused.value.points) == (code, points)


def test_points_that_may_be_redeemed_have_their_worth() -> None:
    program = prepared(**CLUB, offline_points=600)
    for online in (True, False):
        assert check_redemption(program, 600, 600, 600, online=online) == Redemption(600, 600)


@pytest.mark.parametrize(
    ("settings", "points", "code"),
    [
        ({}, 100, "not_offered"),
        ({"worth_points": 100, "worth_minor": 1}, 99, "worth_nothing"),
        ({"worth_points": 100, "worth_minor": 1}, 150, "more_than_worth"),
    ],
)
def test_nobody_gives_points_for_nothing(settings: dict[str, Any], points: int, code: str) -> None:
    with pytest.raises(PointsRefused) as refused:
        check_redemption(prepared(**settings), points, 1000, 1000)
    assert refused.value.code == code


@pytest.mark.parametrize(("amount", "code"), [(-1, "negative"), (LARGEST_AMOUNT_MINOR + 1, "too_large")])
def test_points_are_not_redeemed_for_an_amount_that_cannot_be(amount: int, code: str) -> None:
    with pytest.raises(AmountRefused) as refused:
        redeemable(prepared(**CLUB), 1000, amount)
    assert refused.value.code == code


def test_the_worth_of_points_is_rounded_down() -> None:
    program = prepared(worth_points=3, worth_minor=1)
    assert [worth_of(program, points) for points in (0, 2, 3, 8)] == [0, 0, 1, 2]


def test_points_buy_no_gift_cards_no_deposits_and_nothing_that_is_barred() -> None:
    program = prepared(**CLUB, not_redeemable_category_ids=("tobacco",))
    lines = [
        Line(remaining_minor=700),
        Line(product_kind=ProductKind.GIFT_CARD),
        Line(product_kind=ProductKind.DEPOSIT),
        Line(remaining_minor=300, product_kind=ProductKind.SHIPPING),
        Line(category_id="tobacco"),
    ]
    assert payable_with_points(program, lines) == 1000


@given(
    worth=st.tuples(st.integers(1, 700), st.integers(1, 700)),
    smallest=st.integers(1, 900),
    step=st.integers(1, 300),
    share=st.decimals(1, 100, places=2),
    balance=st.integers(-50, 20_000),
    amount=st.integers(0, 30_000),
)
def test_the_most_that_may_be_redeemed_is_allowed_and_no_step_more_is(
    worth: tuple[int, int], smallest: int, step: int, share: Decimal, balance: int, amount: int
) -> None:
    program = prepared(
        worth_points=worth[0],
        worth_minor=worth[1],
        smallest_points=smallest,
        step_points=step,
        largest_share=share,
    )
    most = redeemable(program, balance, amount)
    if most.points:
        assert check_redemption(program, most.points, balance, amount) == most
    for more in range(most.points + 1, min(balance, most.points + 3 * step) + 1):
        try:
            found = check_redemption(program, more, balance, amount)
        except PointsRefused:
            continue
        assert found.worth_minor <= most.worth_minor


@pytest.mark.parametrize(("points", "code"), [(-1, "negative"), (LARGEST_POINTS + 1, "too_large")])
def test_a_number_of_points_that_cannot_be_is_refused(points: int, code: str) -> None:
    for check in (checked_points, checked_some_points):
        with pytest.raises(PointsRefused) as refused:
            check(points)
        assert refused.value.code == code
    assert checked_points(0) == 0
    assert checked_some_points(LARGEST_POINTS) == LARGEST_POINTS
