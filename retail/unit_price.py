"""Unit prices for shelf labels and screens: what a kilogram, a litre, 100 g or a piece of something costs.

Which measure a price is shown for, and how it is rounded, is law. Directive 98/6/EC, Article 2(b), asks for
one kilogram, litre, metre, square metre or cubic metre, or another quantity that is widely and customarily
used; national laws say more, each in its entry of `SCHEMES`. The price is the one that the customer pays:
with all taxes, without deposits.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from retail.basket import checked_price
from retail.catalogue import Product
from retail.money import LARGEST_AMOUNT_MINOR, Rounding, round_ratio
from retail.quantity import LARGEST_QUANTITY, SellingUnit

LARGEST_CONTENT: Final = LARGEST_QUANTITY * 1_000
"""No package holds more, in whatever unit: a tonne in grams."""


class UnitPriceRefused(ValueError):
    """A unit price that cannot be told; `code` names the reason for a translated sentence.

    Codes: `unknown_scheme`, `unknown_unit`, `no_content` (a unit, but nothing in it), `negative`,
    `not_a_number`, and `too_large` or `too_small` for the content or for the unit price.
    """

    def __init__(self, code: str, what: object) -> None:
        super().__init__(f"unit price for {what!r} refused: {code}")
        self.code = code
        self.what = what


class Dimension(StrEnum):
    """What is measured."""

    MASS = "mass"
    VOLUME = "volume"
    LENGTH = "length"
    AREA = "area"
    COUNT = "count"


UNITS: Final[dict[str, tuple[Dimension, int]]] = {
    "g": (Dimension.MASS, 1),
    "kg": (Dimension.MASS, 1_000),
    "ml": (Dimension.VOLUME, 1),
    "cl": (Dimension.VOLUME, 10),
    "l": (Dimension.VOLUME, 1_000),
    "m": (Dimension.LENGTH, 1),
    "m2": (Dimension.AREA, 1),
    "piece": (Dimension.COUNT, 1),
}
"""The units of contents and measures: what they measure, and how many of the smallest of that they are."""


class Measure(NamedTuple):
    """A quantity that prices are told for, such as 100 g."""

    quantity: int
    unit: str

    @property
    def dimension(self) -> Dimension:
        return UNITS[self.unit][0]

    @property
    def smallest(self) -> int:
        """The quantity in the smallest unit of its dimension."""
        return self.quantity * UNITS[self.unit][1]


_KILOGRAM: Final = Measure(1, "kg")
_LITRE: Final = Measure(1, "l")
_HUNDREDS: Final = (Measure(100, "g"), Measure(100, "ml"))
_TENS: Final = (Measure(10, "g"), Measure(10, "ml"))
_SINGLE: Final = (_KILOGRAM, _LITRE, Measure(1, "m"), Measure(1, "m2"), Measure(1, "piece"))
_SINGLE_BUT_HUNDREDS: Final = (*_HUNDREDS, *_SINGLE[2:])


class Scheme(NamedTuple):
    """What a law says: the measure for each dimension, what a shop may choose instead, and the rounding.

    `loose` are the measures for goods weighed or measured at the sale, where they are others; `may_be` and
    `loose_may_be` are what a shop's own rules may name. Unit prices below `tenths_below_minor` are told to a
    tenth of a minor unit, all others to a whole one; halves go up.
    """

    standard: tuple[Measure, ...] = _SINGLE
    loose: tuple[Measure, ...] = ()
    may_be: tuple[Measure, ...] = ()
    loose_may_be: tuple[Measure, ...] = ()
    tenths_below_minor: int = 0

    def measure(self, dimension: Dimension, *, loose: bool) -> Measure:
        """Return the measure that the law names."""
        measures = (*self.loose, *self.standard) if loose else self.standard
        return next(one for one in measures if one.dimension is dimension)

    def allows(self, measure: Measure, *, loose: bool) -> bool:
        """Say whether a shop may choose this measure."""
        chosen = (*self.standard, *self.may_be)
        return measure in (chosen + self.loose + self.loose_may_be if loose else chosen)


SCHEMES: Final[dict[str, Scheme]] = {
    # Directive 98/6/EC, Article 2(b): "a different single unit of quantity which is widely and
    # customarily used" is for each country to name, and so for the shop to choose. Nothing on rounding.
    "eu": Scheme(may_be=(*_HUNDREDS, *_TENS)),
    # Preisangabenverordnung 2022, section 5(1): one kilogram or litre, since 28 May 2022 for small packages
    # too; section 5(2): goods sold loose by weight or volume also for 100 g or 100 ml, as is usual.
    "de": Scheme(loose_may_be=_HUNDREDS),
    # Price Marking Order 2004 as amended by S.I. 2024/1055 and S.I. 2025/592 from 6 April 2026: "unit price"
    # in article 1(2) knows one kilogram, litre, metre, square metre, or an item sold by number. Rounded as in
    # Northern Ireland.
    "gb": Scheme(tenths_below_minor=100),
    # Price Marking Order (Northern Ireland) 2004, which those do not amend: Schedule 1 names the products
    # that go by 100 or 10 g or ml, and wine by 75 cl; article 13 has unit prices below one pound to the
    # nearest 0.1p, halves up.
    "ni": Scheme(may_be=(*_HUNDREDS, *_TENS, Measure(75, "cl")), tenths_below_minor=100),
    # Unit Pricing Code (Competition and Consumer (Industry Codes—Unit Pricing) Regulations 2021): 100 g and
    # 100 ml unless it names another; meat, seafood, fruit and vegetables by the kilogram, drinks by the
    # litre, herbs and spices for 10 g, many small items by the hundred. To the cent, halves up.
    "au": Scheme(
        standard=_SINGLE_BUT_HUNDREDS,
        loose=(_KILOGRAM, _LITRE),
        may_be=(_KILOGRAM, _LITRE, *_TENS, Measure(100, "piece")),
    ),
    # Consumer Information Standards (Unit Pricing for Grocery Products) Regulations 2023: as in Australia.
    "nz": Scheme(
        standard=_SINGLE_BUT_HUNDREDS,
        loose=(_KILOGRAM, _LITRE),
        may_be=(_KILOGRAM, _LITRE, *_TENS, Measure(100, "piece")),
    ),
}
"""The laws by their name."""


class UnitMeasure(msgspec.Struct, frozen=True, kw_only=True, tag="unit_measure", tag_field="row"):
    """A shop's choice: unit prices of these products and categories are told for `quantity` of `unit`."""

    rule_id: str
    quantity: int
    unit: str
    product_ids: tuple[str, ...] = ()
    category_ids: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.rule_id


class SkippedUnitMeasure(msgspec.Struct, frozen=True):
    """A choice that cannot be followed, and why (a stable code).

    Reasons: `unknown_unit`, `not_allowed` (by the scheme), `empty` (for no product), `contradictory` (an
    earlier one, by id, names another measure for the same product or category).
    """

    rule_id: str
    reason: str


class UnitPrice(msgspec.Struct, frozen=True):
    """What `per_quantity` of `per_unit` costs, in minor units, rounded as the law says.

    `equals_price` says that it is the product's own price, so that a label need not tell it twice
    (Directive 98/6/EC, Article 3(1)).
    """

    amount_minor: Decimal
    per_quantity: int
    per_unit: str
    equals_price: bool


class UnitPricing:
    """How one shop tells unit prices: the law it is under, and its own choices. Read-only once made."""

    __slots__ = ("_by_category", "_by_product", "_scheme", "skipped")

    def __init__(self, scheme: str, rules: Iterable[UnitMeasure] = ()) -> None:
        """Read the shop's choices; one that cannot be followed lands in `skipped`.

        Raises `UnitPriceRefused("unknown_scheme")`.
        """
        found = SCHEMES.get(scheme)
        if found is None:
            raise UnitPriceRefused("unknown_scheme", scheme)
        self._scheme = found
        self._by_product: dict[tuple[str, Dimension], Measure] = {}
        self._by_category: dict[tuple[str, Dimension], Measure] = {}
        skipped: list[SkippedUnitMeasure] = []
        for rule in sorted(rules, key=lambda one: one.rule_id):
            reason = self._take(rule)
            if reason:
                skipped.append(SkippedUnitMeasure(rule.rule_id, reason))
        self.skipped = tuple(skipped)

    def _take(self, rule: UnitMeasure) -> str:
        """Follow a choice from now on, or return why it cannot be."""
        if rule.unit not in UNITS:
            return "unknown_unit"
        measure = Measure(rule.quantity, rule.unit)
        if not self._scheme.allows(measure, loose=True):
            return "not_allowed"
        places = [(self._by_product, (one, measure.dimension)) for one in rule.product_ids]
        places += [(self._by_category, (one, measure.dimension)) for one in rule.category_ids]
        if not places:
            return "empty"
        if any(table.get(key, measure) != measure for table, key in places):
            return "contradictory"
        for table, key in places:
            table[key] = measure
        return ""

    def unit_price(self, product: Product, price_minor: Decimal) -> UnitPrice | None:
        """Return what a measure of the product costs, None for one whose content nobody gave.

        `price_minor` is for one selling unit, with taxes and without deposits. Raises `UnitPriceRefused`
        for a content that cannot be, `PriceRefused` for such a price.
        """
        checked_price(price_minor)
        loose = product.unit is not SellingUnit.PIECE
        if not (loose or product.content_unit or product.net_content):
            return None
        content, unit = (Decimal(1), str(product.unit)) if loose else _content(product)
        dimension, factor = UNITS[unit]
        measure = self._measure(product, dimension, loose=loose)
        price, per_price = price_minor.as_integer_ratio()
        held, per_held = content.as_integer_ratio()
        numerator = price * per_held * measure.smallest
        denominator = per_price * held * factor
        tenths = numerator < self._scheme.tenths_below_minor * denominator
        steps = 10 if tenths else 1
        amount = Decimal(round_ratio(numerator * steps, denominator, Rounding.HALF_UP)) / steps
        if amount > LARGEST_AMOUNT_MINOR:
            raise UnitPriceRefused("too_large", amount)
        if amount == 0:
            raise UnitPriceRefused("too_small", price_minor)
        holds_as_much = per_held * measure.smallest == held * factor
        return UnitPrice(amount, measure.quantity, measure.unit, equals_price=holds_as_much)

    def _measure(self, product: Product, dimension: Dimension, *, loose: bool) -> Measure:
        """Return the shop's measure for the product, else for its category, else the law's."""
        chosen = self._by_product.get((product.product_id, dimension)) or self._by_category.get(
            (product.category_id, dimension)
        )
        if chosen is not None and self._scheme.allows(chosen, loose=loose):
            return chosen
        return self._scheme.measure(dimension, loose=loose)


def _content(product: Product) -> tuple[Decimal, str]:
    """Return what one piece holds, and in which unit; raises `UnitPriceRefused`."""
    content = product.net_content
    if product.content_unit not in UNITS:
        raise UnitPriceRefused("unknown_unit", product.content_unit)
    if not content.is_finite():
        raise UnitPriceRefused("not_a_number", content)
    if content == 0:
        raise UnitPriceRefused("no_content", content)
    if content < 0:
        raise UnitPriceRefused("negative", content)
    if content > LARGEST_CONTENT:
        raise UnitPriceRefused("too_large", content)
    if content.adjusted() < -6:
        raise UnitPriceRefused("too_small", content)
    return content, product.content_unit
