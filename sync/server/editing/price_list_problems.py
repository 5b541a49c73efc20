"""What is wrong with price lists and the prices on them, in both languages and at its field.

`retail.price_book` judges all lists of a store together; this says it in sentences.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from retail.catalogue import ListPrice, LocalisedText
from retail.occasion import Moment, Occasion
from retail.price_book import PriceListsRefused, check_price_lists
from retail.price_list import PriceList, SkippedPriceRow, conditions_of
from sync.server.editing.conditions import REASON_FIELDS, condition_sentence, time_field
from sync.server.editing.form import FieldProblem
from sync.server.editing.shop import Shop
from sync.server.editing.typed import amount_sentence

_T = LocalisedText

LIST_REASONS: Final[dict[str, tuple[str, LocalisedText]]] = {
    "no_id": ("list_id", _T("It needs an id.", "需要填写编号。")),
    "duplicate": ("list_id", _T("Another list has this id.", "已有使用此编号的价目表。")),
    "unknown_currency": ("currency_code", _T("There is no such currency.", "没有这种货币。")),
    "other_currency": (
        "currency_code",
        _T("The store sells in another currency.", "门店使用另一种货币。"),
    ),
    "bad_percent": (
        "percent",
        _T(
            "The percentage must be above -100 and up to 1000, with at most four decimals.",
            "百分比须大于 -100、不超过 1000，最多四位小数。",
        ),
    ),
    "bad_amount": ("amount_minor", _T("The amount is too large or too fine.", "金额过大或过于精细。")),
    "bad_rounding": (
        "round_to_minor",
        _T(
            "The steps must not be below nothing, and what is taken off must be less than a step.",
            "取整单位不能为负，再减的金额须小于取整单位。",
        ),
    ),
    "unknown_list": ("based_on", _T("There is no list that it is derived from.", "所依据的价目表不存在。")),
    "cycle": (
        "based_on",
        _T("Lists are derived from each other in a circle.", "价目表之间互相推算，形成循环。"),
    ),
    "based_on_skipped_list": (
        "based_on",
        _T("The list that it is derived from cannot be used.", "所依据的价目表无法使用。"),
    ),
    "empty": (
        "",
        _T(
            "It has neither a rule nor a price yet, so it does nothing. Add its prices.",
            "尚无推算规则和价格，因此不起作用。请添加价格。",
        ),
    ),
}
"""Field and sentence for each reason of `SkippedPriceRow` that a list can have, but for its conditions."""

_PRICE_REASONS: Final[dict[str, tuple[str, LocalisedText]]] = {
    "unknown_list": ("", _T("There is no such list.", "没有这个价目表。")),
    "bad_quantity": (
        "from_quantity",
        _T(
            "Write a quantity from 0 to 99999 with at most three decimals.",
            "请填写 0 到 99999 的数量，最多三位小数。",
        ),
    ),
    "duplicate": (
        "from_quantity",
        _T("There is a price from this quantity already.", "此数量起已有价格。"),
    ),
}

LIST_STATES: Final = ("now", "later", "over", "broken")


def list_problems(shop: Shop, lists: Sequence[PriceList], counts: Collection[str]) -> dict[str, list[str]]:
    """Return the reasons why lists cannot be used, by id; `counts` are those that have prices."""
    found: dict[str, list[str]] = {}
    for problem in _refused(shop, lists, ()):
        if problem.reason != "empty" or problem.key not in counts:
            found.setdefault(problem.key, []).append(problem.reason)
    return found


def list_field_problems(row: PriceList, reasons: Iterable[str]) -> list[FieldProblem]:
    """Return the reasons of one list at their fields; having no price yet is a doubt only."""
    problems = []
    for reason in reasons:
        field = time_field(row) if reason == "bad_time" else REASON_FIELDS.get(reason, "")
        if reason in LIST_REASONS:
            field = LIST_REASONS[reason][0]
        problems.append(FieldProblem(field, _sentence(reason), reason == "empty"))
    return problems


def others_broken(
    shop: Shop, lists: Sequence[PriceList], counts: Collection[str], own: str
) -> list[FieldProblem]:
    """Return which other lists could be used before a change and not with these lists any more."""
    before = list_problems(shop, shop.price_lists, counts)
    problems = []
    for list_id, reasons in list_problems(shop, lists, counts).items():
        new = [reason for reason in reasons if reason not in before.get(list_id, ())]
        if list_id != own and new:
            sentence = _sentence(new[0])
            told = _T(
                f"The list “{list_id}” could no longer be used: {sentence.en}",
                f"价目表“{list_id}”将无法使用：{sentence.zh}",
            )
            problems.append(FieldProblem("based_on", told))
    return problems


def price_problems(shop: Shop, prices: Sequence[ListPrice]) -> list[FieldProblem]:
    """Return what is wrong with prices on lists, at their fields."""
    return [
        FieldProblem(*_price_reason(problem.reason))
        for problem in _refused(shop, shop.price_lists, prices)
        if problem.row == "list_price"
    ]


def list_state(row: PriceList, reasons: Collection[str], now: str) -> str:
    """Return `broken`, `over`, `later` or `now`; for whom it holds does not matter here."""
    if set(reasons) - {"empty"}:
        return "broken"
    whom = Occasion(
        Moment(now),
        channel=next(iter(row.channels), "store"),
        is_member=True,
        tier=next(iter(row.member_tiers), ""),
        groups=row.member_groups,
    )
    return {"": "now", "expired": "over"}.get(conditions_of(row).refusal(whom), "later")


def _sentence(reason: str) -> LocalisedText:
    return LIST_REASONS[reason][1] if reason in LIST_REASONS else condition_sentence(reason)


def _price_reason(reason: str) -> tuple[str, LocalisedText]:
    return _PRICE_REASONS[reason] if reason in _PRICE_REASONS else ("price", amount_sentence(reason))


def _refused(
    shop: Shop, lists: Sequence[PriceList], prices: Sequence[ListPrice]
) -> tuple[SkippedPriceRow, ...]:
    try:
        check_price_lists(lists, prices, currency_code=shop.settings.currency)
    except PriceListsRefused as refused:
        return refused.problems
    return ()
