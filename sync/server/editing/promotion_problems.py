"""What is wrong with promotions, in both languages and at the field where it can be put right.

`retail.promotions.check` judges; this says it in Chinese too, and finds the field.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from retail.basket import coupon_key
from retail.catalogue import LocalisedText
from retail.occasion import Conditions, Moment, Occasion
from retail.promotions.check import PromotionProblem, check_promotions
from retail.promotions.kind import PromotionInvalid
from retail.promotions.prepared import PreparedPromotion
from retail.promotions.rule import Promotion
from sync.server.editing.argument_texts import field_of
from sync.server.editing.conditions import REASON_FIELDS, time_field
from sync.server.editing.field_labels import FIELD_LABELS
from sync.server.editing.form import FieldProblem
from sync.server.editing.kind_forms import KIND_FORMS
from sync.server.editing.shop import Shop

DOUBTS: Final = frozenset(
    {"already_over", "never_holds", "unused_scope", "for_everybody", "duplicate_coupon", "unknown_tier"}
)
"""Codes of what may be meant so: it is told, and published only after it was read."""

CHINESE_REASONS: Final[dict[str, str]] = {
    "unknown_kind": "没有此类促销。",
    "one_kind_of_group": "组合需要商品组或分类组，二选一。",
    "too_few_groups": "组合至少需要两组，且每组不能为空。",
    "bad_group_count": "组合中每组至少一件。",
    "groups_overlap": "同一商品或分类出现在两组中。",
    "price_or_percent": "价格与百分比须填且只能填一项。",
    "amount_or_percent": "金额与百分比须填且只能填一项。",
    "several_discounts": "百分比、金额、价格只能填一项。",
    "which_of_another_set": "已另选赠品时，不能再指定“赠送哪些”。",
    "saves_more_than_spent": "某一级的减免超过了门槛金额。",
    "spend_or_buy": "消费金额与购买件数须填且只能填一项。",
    "floor_without_on_top": "只有与其他优惠叠加时才能设最低比例。",
    "floor_above_price": "仅员工折扣就已低于最低比例。",
    "ends_before_it_starts": "结束时间早于开始时间。",
    "duplicate_id": "已有相同编号的促销，只有一个会生效。",
    "touches_nothing": "所选商品全部被排除，因此不适用于任何商品。",
}
"""The reasons of `retail.promotions.check.REASONS`."""

_CHINESE_CODES: Final[dict[str, str]] = {
    "unknown_product": "门店没有商品“{}”。",
    "unknown_category": "门店没有分类“{}”。",
    "unknown_tier": "门店没有会员等级“{}”。",
    "already_over": "已于 {} 结束。",
    "never_holds": "在开始和结束之间，没有符合所设日期和时段的时刻。",
    "unused_scope": "组合的适用范围是各组商品，另填的商品和分类不起作用。",
    "for_everybody": "员工价未指定会员群组，将对所有人生效。",
    "duplicate_coupon": "优惠券 {} 也属于另一个促销。",
}

_REASON_ARGUMENTS: Final[dict[str, str]] = {
    "price_or_percent": "price_minor",
    "amount_or_percent": "percent",
    "several_discounts": "percent",
    "which_of_another_set": "which",
    "saves_more_than_spent": "tiers",
    "spend_or_buy": "spend_minor",
    "floor_without_on_top": "floor_percent",
    "floor_above_price": "floor_percent",
}
"""At which argument a reason is told."""

_REASON_FIELDS: Final[dict[str, str]] = {
    **REASON_FIELDS,
    "unknown_kind": "kind",
    "touches_nothing": "excluded_product_ids",
    "duplicate_id": "promotion_id",
}

_CODE_FIELDS: Final[dict[str, str]] = {
    "unknown_tier": "member_tiers",
    "already_over": "ends_at",
    "never_holds": "ends_at",
    "unused_scope": "product_ids",
    "for_everybody": "member_groups",
    "duplicate_coupon": "coupon_code",
    "duplicate_id": "promotion_id",
}

_GROUP_REASONS: Final = ("one_kind_of_group", "too_few_groups", "bad_group_count", "groups_overlap")

_BEGINNINGS: Final[dict[str, LocalisedText]] = {
    "missing_": LocalisedText("“{}” is needed.", "需要填写“{}”。"),
    "bad_": LocalisedText(
        "“{}” cannot be read, or is outside what is allowed.", "“{}”无法识别，或超出允许范围。"
    ),
    "unknown_": LocalisedText(
        "This kind of promotion has no argument “{}”; it is left out when you publish.",
        "此类促销没有参数“{}”；发布时将去掉。",
    ),
}


def problems_of(
    promotions: Sequence[Promotion], shop: Shop, *, product_ids: Collection[str], now: str
) -> dict[str, list[FieldProblem]]:
    """Return what is wrong with each promotion of a store, by its id.

    `product_ids` are those that the store has, of all that the promotions name.
    """
    found = check_promotions(
        promotions,
        product_ids=product_ids,
        category_ids=[one.category_id for one in shop.categories],
        tiers=shop.tiers,
        now=now,
    )
    by_id = {one.promotion_id: one for one in promotions}
    problems: dict[str, list[FieldProblem]] = {}
    for problem in found:
        told = _told(problem, by_id[problem.promotion_id])
        problems.setdefault(problem.promotion_id, []).append(told)
    return problems


def state_of(promotion: Promotion, now: str) -> str:
    """Return `broken` (it cannot be evaluated), `over`, `later` or `now`.

    A promotion whose weekday or hour it is not is `later`. For whom it holds does not matter here.
    """
    try:
        PreparedPromotion(promotion)
    except PromotionInvalid:
        return "broken"
    conditions = Conditions(
        starts_at=promotion.starts_at,
        ends_at=promotion.ends_at,
        weekdays=promotion.weekdays,
        month_days=promotion.month_days,
        hours=promotion.hours,
    )
    refusal = conditions.refusal(Occasion(Moment(now)))
    return {"": "now", "expired": "over"}.get(refusal, "later")


STATES: Final = ("now", "later", "over", "broken")


def _told(problem: PromotionProblem, promotion: Promotion) -> FieldProblem:
    if problem.code == "cannot_be_evaluated":
        return FieldProblem(_reason_field(problem.reason, promotion), _reason_text(problem, promotion))
    field = _CODE_FIELDS.get(problem.code) or _field_that_names(problem, promotion)
    if problem.code == "duplicate_id":
        return FieldProblem(field, LocalisedText(problem.sentence, CHINESE_REASONS["duplicate_id"]))
    about = {"already_over": promotion.ends_at, "duplicate_coupon": coupon_key(promotion.coupon_code)}
    chinese = _CHINESE_CODES[problem.code].format(about.get(problem.code) or _quoted(problem.sentence))
    return FieldProblem(field, LocalisedText(problem.sentence, chinese), problem.code in DOUBTS)


def _reason_text(problem: PromotionProblem, promotion: Promotion) -> LocalisedText:
    if problem.reason in CHINESE_REASONS:
        return LocalisedText(problem.sentence, CHINESE_REASONS[problem.reason])
    beginning = next(one for one in _BEGINNINGS if problem.reason.startswith(one))
    name = problem.reason.removeprefix(beginning)
    labels = {}
    if promotion.kind in KIND_FORMS:
        labels = {argument.name: argument.label for argument in KIND_FORMS[promotion.kind].arguments}
    label = labels.get(name, FIELD_LABELS.get(name, LocalisedText(name)))
    sentence = _BEGINNINGS[beginning]
    return LocalisedText(sentence.en.format(label.en), sentence.zh.format(label.in_language("zh")))


def _reason_field(reason: str, promotion: Promotion) -> str:
    if reason == "bad_time":
        return time_field(promotion)
    if reason in _REASON_FIELDS:
        return _REASON_FIELDS[reason]
    if reason in _GROUP_REASONS:
        given = promotion.arguments.get("group_categories", "").strip()
        return field_of("group_categories" if given else "group_products")
    if reason in _REASON_ARGUMENTS:
        return field_of(_REASON_ARGUMENTS[reason])
    name = reason.partition("_")[2]
    if name in Promotion.__struct_fields__ and name not in promotion.arguments:
        return name
    known = {argument.name for argument in KIND_FORMS[promotion.kind].arguments}
    return field_of(name) if name in known else ""


def _field_that_names(problem: PromotionProblem, promotion: Promotion) -> str:
    """Return the field that names the product or category which the store does not have."""
    unknown, what = _quoted(problem.sentence), problem.code.removeprefix("unknown_")
    for name in (f"{what}_ids", f"excluded_{what}_ids"):
        if unknown in getattr(promotion, name):
            return name
    ending = {"product": "_products", "category": "_categories"}[what]
    named = [name for name in promotion.arguments if name.endswith(ending)]
    return field_of(next((one for one in named if unknown in promotion.arguments[one]), named[0]))


def _quoted(sentence: str) -> str:
    return sentence.partition("“")[2].rpartition("”")[0]
