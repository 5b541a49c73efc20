"""The rows of price lists: other prices than the store's, for some channels, hours, members or quantities.

`retail.price_book` reads them all together and says what a product costs now.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from retail.basket import PRICE_PLACES, PriceRefused, checked_price
from retail.catalogue import ListPrice, LocalisedText
from retail.money import CURRENCIES, LARGEST_AMOUNT_MINOR, Rounding
from retail.occasion import Conditions
from retail.quantity import LARGEST_QUANTITY, WEIGHT_PLACES

LARGEST_PERCENT: Final = Decimal(1_000)
"""No rule raises prices by more than this."""


class PriceList(msgspec.Struct, frozen=True, kw_only=True, tag="price_list", tag_field="row"):
    """One price list as data: when and for whom it holds, and how it derives prices.

    The rule: a derived price is `(price × (100 + percent) / 100 + amount_minor)`, rounded to a multiple of
    `round_to_minor` (at least one) by `rounding`, less `below_step_minor`: steps of 100 less 1 make prices
    that end in .99. A step of 0 is one minor unit, or four decimals of it where the price that is derived
    from has decimals itself. `price` is the store's, or that of the list `based_on`, whose conditions do
    not count here; what that list does not price, this one does not derive. It is derived for the products
    and categories named (none named: for all) that are not excluded; rows of `ListPrice` hold for any.

    Conditions read as those of a promotion do (`retail.occasion`). `currency_code` empty is the store's.
    """

    list_id: str
    name: LocalisedText
    position: int = 100
    currency_code: str = ""
    based_on: str = ""
    percent: Decimal = Decimal(0)
    amount_minor: Decimal = Decimal(0)
    round_to_minor: Decimal = Decimal(0)
    rounding: Rounding = Rounding.HALF_UP
    below_step_minor: Decimal = Decimal(0)
    product_ids: tuple[str, ...] = ()
    category_ids: tuple[str, ...] = ()
    excluded_product_ids: tuple[str, ...] = ()
    excluded_category_ids: tuple[str, ...] = ()
    starts_at: str = ""
    ends_at: str = ""
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    hours: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    member_tiers: tuple[str, ...] = ()
    member_groups: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.list_id

    @property
    def derives(self) -> bool:
        """Say whether the list has a rule that prices are derived by."""
        return bool(self.based_on or self.percent or self.amount_minor or self.round_to_minor)


class SkippedPriceRow(msgspec.Struct, frozen=True):
    """A price list or a price on one that cannot be used: its tag, its key, and why (a stable code).

    Reasons for a list: `no_id`, `duplicate`, `unknown_currency`, `other_currency`, `bad_percent`,
    `bad_amount`, `bad_rounding`, `unknown_list` (that it is based on), `cycle`, `based_on_skipped_list`,
    `empty` (neither a rule nor a price), and those of `retail.occasion.ConditionInvalid`. For a price:
    `unknown_list`, `bad_quantity`, `duplicate`, and the codes of `retail.basket.PriceRefused`.
    """

    row: str
    key: str
    reason: str


def list_fault(row: PriceList, currency_code: str) -> str:
    """Return what is wrong with a list by itself (a reason of `SkippedPriceRow`), or nothing.

    `currency_code` is the store's.
    """
    if not row.list_id:
        return "no_id"
    if row.currency_code and row.currency_code not in CURRENCIES:
        return "unknown_currency"
    if row.currency_code not in ("", currency_code):
        return "other_currency"
    if not _is_plain(row.percent, PRICE_PLACES) or not -100 < row.percent <= LARGEST_PERCENT:
        return "bad_percent"
    if not _is_plain(row.amount_minor, PRICE_PLACES) or row.amount_minor.copy_abs() > LARGEST_AMOUNT_MINOR:
        return "bad_amount"
    step, below = row.round_to_minor, row.below_step_minor
    if not (_is_plain(step, PRICE_PLACES) and _is_plain(below, PRICE_PLACES)):
        return "bad_rounding"
    if not 0 <= step <= LARGEST_AMOUNT_MINOR or below < 0 or (below and below >= step):
        return "bad_rounding"
    return ""


def price_fault(row: ListPrice) -> str:
    """Return what is wrong with a price of its own (a reason of `SkippedPriceRow`), or nothing."""
    if not _is_plain(row.minimum_quantity, WEIGHT_PLACES):
        return "bad_quantity"
    if not 0 <= row.minimum_quantity <= LARGEST_QUANTITY:
        return "bad_quantity"
    try:
        checked_price(row.unit_price_minor)
    except PriceRefused as refused:
        return refused.code
    return ""


def conditions_of(row: PriceList) -> Conditions:
    """Read when and for whom a list holds; raises `ConditionInvalid`."""
    return Conditions(
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        weekdays=row.weekdays,
        month_days=row.month_days,
        hours=row.hours,
        channels=row.channels,
        member_tiers=row.member_tiers,
        member_groups=row.member_groups,
    )


def _is_plain(value: Decimal, places: int) -> bool:
    """Say whether a value is a finite number of at most so many decimals."""
    # Not `abs`, which raises for exponents that decimal arithmetic does not have.
    return value.is_finite() and (value.copy_abs() > LARGEST_AMOUNT_MINOR or value == round(value, places))
