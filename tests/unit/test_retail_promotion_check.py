"""What the back office is told about promotions before tills get them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from msgspec.structs import replace

from retail.promotions.check import REASONS, PromotionProblem, check_promotions, sentence_for
from retail.promotions.rule import Promotion
from tests.fakes.shop import promotion

ROOT = Path(__file__).parents[2]
NOW = "2026-03-14T14:33:00+08:00"  # a Saturday
NEVER = ["p: never_holds"]


def problems(*promotions: Promotion, now: str = NOW, tiers: tuple[str, ...] | None = ("gold",)) -> list[str]:
    found = check_promotions(
        promotions, product_ids={"tea", "cup"}, category_ids={"pantry"}, tiers=tiers, now=now
    )
    assert all(one.sentence.endswith(".") for one in found)
    return [f"{one.promotion_id}: {one.code}" for one in found]


def percent(promotion_id: str = "p", **fields: object) -> Promotion:
    return promotion(promotion_id, "percent_off", **({"percent": 10} | fields))


def test_promotions_that_are_well_have_no_problem() -> None:
    assert problems() == []
    assert (
        problems(
            percent("a", product_ids=("tea",), member_tiers=("*", "gold"), starts_at="2026-01-01T00:00:00"),
            percent("b", category_ids=("pantry",), coupon_code="TEA", ends_at="2026-04-01T00:00:00"),
            promotion("c", "bundle_saving", saving_minor=5, group_products="2*tea|cup"),
            promotion("d", "employee_price", percent=30, member_groups=("employee",)),
        )
        == []
    )


def test_a_promotion_that_cannot_be_evaluated_is_told_with_its_reason() -> None:
    (problem,) = check_promotions([percent(percent="110")], product_ids=(), category_ids=())
    assert problem == PromotionProblem(
        promotion_id="p",
        code="cannot_be_evaluated",
        sentence="“percent” cannot be read, or is outside what is allowed.",
        reason="bad_percent",
    )


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("unknown_kind", "There is no such kind of promotion."),
        ("missing_tiers", "It needs “tiers”, which is not given."),
        ("unknown_per_cent", "This kind of promotion has no argument “per_cent”."),
        ("bad_hours", "“hours” cannot be read, or is outside what is allowed."),
    ],
)
def test_reasons_are_told_in_a_sentence(reason: str, sentence: str) -> None:
    assert sentence_for(reason) == sentence


def test_every_reason_in_the_code_has_its_sentence() -> None:
    raised = {
        argument.value
        for path in (ROOT / "retail").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name | ast.Attribute)
        and getattr(node.func, "id", getattr(node.func, "attr", ""))
        in ("PromotionInvalid", "ConditionInvalid", "exactly_one", "at_most_one", "sorted_ids", "_days")
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    assert len(raised) > 15
    assert all(sentence_for(reason).endswith(".") for reason in raised)
    assert set(REASONS) - raised == set()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (percent(product_ids=("tea", "gone")), ["p: unknown_product"]),
        (percent(excluded_product_ids=("gone", "lost")), ["p: unknown_product", "p: unknown_product"]),
        (percent(category_ids=("gone",)), ["p: unknown_category"]),
        (percent(excluded_category_ids=("gone",)), ["p: unknown_category"]),
        (percent(member_tier="silver"), ["p: unknown_tier"]),
        (percent(member_tiers=("gold", "silver")), ["p: unknown_tier"]),
        (promotion("p", "buy_x_get_y", buy=1, get=1, get_products="tea,gone"), ["p: unknown_product"]),
        (promotion("p", "buy_x_get_y", buy=1, get=1, get_categories="gone"), ["p: unknown_category"]),
        (promotion("p", "gift_with_purchase", buy=1, gift_products="gone"), ["p: unknown_product"]),
        (
            promotion("p", "bundle_saving", saving_minor=1, group_products="tea|2*gone"),
            ["p: unknown_product"],
        ),
        (
            promotion("p", "bundle_price", price_minor=1, group_categories="pantry|gone,lost"),
            ["p: unknown_category", "p: unknown_category"],
        ),
    ],
)
def test_what_the_store_does_not_have_is_told(row: Promotion, expected: list[str]) -> None:
    assert problems(row) == expected


def test_member_tiers_that_nobody_knows_are_not_checked() -> None:
    assert problems(percent(member_tier="silver"), tiers=None) == []


@pytest.mark.parametrize(
    ("fields", "now", "expected"),
    [
        ({"ends_at": "2026-03-14T14:33:00+08:00"}, NOW, ["p: already_over"]),
        ({"ends_at": "2026-03-14T14:33:00"}, NOW, ["p: already_over"]),
        ({"ends_at": "2026-03-14T14:33:00+08:00"}, "", []),
        ({"ends_at": "2026-03-15T00:00:00+08:00", "weekdays": (7,)}, NOW, NEVER),
        ({"ends_at": "2026-03-15T00:00:01+08:00", "weekdays": (7,)}, NOW, []),
        ({"ends_at": "2026-03-15T00:00:01+09:00", "weekdays": (7,)}, NOW, NEVER),
        ({"ends_at": "2026-03-15T12:00:00", "weekdays": (7,), "hours": ("12:00-14:00",)}, NOW, NEVER),
        ({"ends_at": "2026-03-15T12:01:00", "weekdays": (7,), "hours": ("12:00-14:00",)}, NOW, []),
        ({"ends_at": "2026-03-14T23:00:00", "hours": ("22:00-02:00",)}, NOW, []),
        ({"ends_at": "2026-03-14T22:00:00", "hours": ("22:00-02:00",)}, NOW, NEVER),
        ({"starts_at": "2026-04-01", "ends_at": "2026-04-30", "month_days": (31,)}, "", NEVER),
        ({"starts_at": "2026-04-01", "ends_at": "2026-06-01", "month_days": (31,)}, "", []),
        ({"starts_at": "2026-03-16T00:00:00Z", "ends_at": "2026-03-16T15:00:00Z", "weekdays": (1,)}, "", []),
        ({"starts_at": "2026-03-16T16:00Z", "ends_at": "2026-03-16T18:00Z", "weekdays": (1,)}, NOW, NEVER),
        ({"starts_at": "0001-01-01T00:00:00", "ends_at": "9999-12-31T23:59:59Z"}, NOW, []),
        ({"ends_at": "1000-02-28T00:00:00"}, NOW, ["p: already_over"]),
        ({"starts_at": "2026-04-01T00:00:00", "weekdays": (7,)}, NOW, []),
        ({"ends_at": "2026-04-01T00:00:00", "weekdays": (7,)}, "", []),
        ({"ends_at": "2026-03-15T00:00:00", "hours": ("noon",)}, NOW, ["p: cannot_be_evaluated"]),
    ],
)  # fmt: skip
def test_what_is_over_or_never_holds_is_told(
    fields: dict[str, object], now: str, expected: list[str]
) -> None:
    assert problems(percent(**fields), now=now) == expected


def test_products_beside_the_groups_of_a_bundle_are_told_to_do_nothing() -> None:
    row = promotion(
        "p", "bundle_saving", saving_minor=5, group_products="tea|2*cup", product_ids=("tea", "cup")
    )
    assert problems(row) == []
    row = replace(row, product_ids=("tea", "pot"))
    assert problems(row) == ["p: unknown_product", "p: unused_scope"]
    row = promotion("p", "bundle_price", percent=5, group_products="tea|cup", category_ids=("pantry",))
    assert problems(row) == ["p: unused_scope"]


def test_a_staff_price_for_everybody_is_told() -> None:
    assert problems(promotion("p", "employee_price", percent=30)) == ["p: for_everybody"]
    assert problems(promotion("p", "employee_price", percent=30, coupon_code="STAFF")) == []


def test_a_coupon_or_an_id_on_several_promotions_is_told_for_each_of_them() -> None:
    assert problems(percent("a", coupon_code="tea "), percent("b", coupon_code="TEA"), percent("c")) == [
        "a: duplicate_coupon",
        "b: duplicate_coupon",
    ]
    assert problems(percent("a"), percent("a")) == ["a: duplicate_id", "a: duplicate_id"]


def test_all_that_is_wrong_with_one_promotion_is_told_at_once() -> None:
    row = percent(percent="x", product_ids=("gone",), member_tier="silver", ends_at="2026-01-01T00:00:00")
    assert problems(row) == [
        "p: cannot_be_evaluated",
        "p: unknown_product",
        "p: unknown_tier",
        "p: already_over",
    ]


def test_a_moment_that_is_no_time_is_our_callers_mistake() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        problems(now="noon")
