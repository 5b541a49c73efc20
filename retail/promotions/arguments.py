"""Reads the arguments of a promotion's row: texts by name, in a small grammar that a person can write.

Numbers are digits with at most one point (`10`, `12.5`): no sign, no exponent, no spaces inside. Ids are
separated by `,`. Tiers are `threshold:value` separated by `|`, such as `5000:500|10000:1200`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

import msgspec

from retail.basket import PRICE_PLACES
from retail.money import LARGEST_AMOUNT_MINOR, Rounding, round_ratio
from retail.promotions.kind import PromotionInvalid
from retail.promotions.rule import Promotion

PERCENT_PLACES: Final = 4
"""A percentage is at most this fine."""

_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.([0-9]{1,9}))?")
_HUNDRED: Final = Decimal(100)


class Percentage(msgspec.Struct, frozen=True):
    """A percentage above 0 up to 100, as an exact ratio `numerator / denominator` of an amount."""

    numerator: int
    denominator: int

    @classmethod
    def of(cls, percent: Decimal) -> Percentage:
        """Return a percentage as a ratio."""
        numerator, denominator = percent.as_integer_ratio()
        return cls(numerator, denominator * 100)

    def off(self, amount_minor: int, rounding: Rounding) -> int:
        """Return this share of an amount, rounded."""
        return round_ratio(amount_minor * self.numerator, self.denominator, rounding)


EVERYTHING: Final = Percentage(1, 1)
"""All of it: what is given for nothing."""

Tier = tuple[int, Decimal]
"""From which count or amount on, and what then holds."""


class Arguments:
    """The arguments of one promotion. A text of spaces alone counts as not given.

    Everything here raises `PromotionInvalid`: `missing_<name>`, `bad_<name>`, and at once
    `unknown_<name>` for a name that the kind does not know, so that a typing error is never ignored.
    """

    __slots__ = ("_texts",)

    def __init__(self, promotion: Promotion, *names: str) -> None:
        """Take the arguments of a row whose kind knows these names."""
        for name in sorted(promotion.arguments):
            if name not in names:
                raise PromotionInvalid(f"unknown_{name}")
        self._texts = {name: text.strip() for name, text in promotion.arguments.items() if text.strip()}

    def __contains__(self, name: str) -> bool:
        return name in self._texts

    def text(self, name: str) -> str:
        """Return an argument as it was written."""
        if name not in self._texts:
            raise PromotionInvalid(f"missing_{name}")
        return self._texts[name]

    def decimal(self, name: str, *, least: Decimal, most: Decimal, places: int) -> Decimal:
        """Return a number between bounds (both allowed) with at most so many decimals."""
        value = _number(self.text(name), places)
        if value is None or not least <= value <= most:
            raise PromotionInvalid(f"bad_{name}")
        return value

    def whole(self, name: str, *, least: int = 1, most: int = LARGEST_AMOUNT_MINOR) -> int:
        """Return a whole number between bounds (both allowed)."""
        return int(self.decimal(name, least=Decimal(least), most=Decimal(most), places=0))

    def whole_or(self, name: str, without: int, *, least: int = 1, most: int = LARGEST_AMOUNT_MINOR) -> int:
        """Return a whole number, or `without` when it is not given."""
        return self.whole(name, least=least, most=most) if name in self else without

    def unit_price(self, name: str) -> Decimal:
        """Return a price of one piece, kilogram, litre or metre in minor units, above 0."""
        finest = Decimal(1).scaleb(-PRICE_PLACES)
        return self.decimal(name, least=finest, most=Decimal(LARGEST_AMOUNT_MINOR), places=PRICE_PLACES)

    def percentage(self, name: str) -> Percentage:
        """Return a percentage above 0 up to 100."""
        finest = Decimal(1).scaleb(-PERCENT_PLACES)
        return Percentage.of(self.decimal(name, least=finest, most=_HUNDRED, places=PERCENT_PLACES))

    def choice(self, name: str, choices: Sequence[str], without: str = "") -> str:
        """Return one of the words; `without` stands for an argument that is not given, if that may be."""
        if without and name not in self:
            return without
        word = self.text(name)
        if word not in choices:
            raise PromotionInvalid(f"bad_{name}")
        return word

    def yes(self, name: str) -> bool:
        """Return whether a question is answered with `yes`; not given is `no`."""
        return self.choice(name, ("yes", "no"), "no") == "yes"

    def ids(self, name: str) -> tuple[str, ...]:
        """Return the ids of a list, sorted, each once; none when it is not given."""
        return sorted_ids(self.text(name).split(","), f"bad_{name}") if name in self else ()

    def at_most_one(self, names: Sequence[str], contradiction: str) -> str:
        """Return which of the names is given, or nothing; several raise the reason `contradiction`."""
        given = [name for name in names if name in self]
        if len(given) > 1:
            raise PromotionInvalid(contradiction)
        return given[0] if given else ""

    def exactly_one(self, names: Sequence[str], contradiction: str) -> str:
        """Return which of the names is given; none or several raise the reason `contradiction`."""
        given = self.at_most_one(names, contradiction)
        if not given:
            raise PromotionInvalid(contradiction)
        return given

    def tiers(
        self,
        name: str,
        *,
        most_threshold: int = LARGEST_AMOUNT_MINOR,
        most: Decimal = Decimal(LARGEST_AMOUNT_MINOR),
        places: int,
        falling: bool = False,
    ) -> tuple[Tier, ...]:
        """Return tiers by rising threshold (whole, from 1), with values above 0 that rise or fall with it.

        A tier that is reached later and gives less contradicts the one before it: `bad_<name>`.
        """
        tiers = []
        for part in self.text(name).split("|"):
            threshold_text, separator, value_text = part.partition(":")
            threshold = _number(threshold_text.strip(), 0)
            value = _number(value_text.strip(), places)
            if not separator or threshold is None or value is None:
                raise PromotionInvalid(f"bad_{name}")
            if not 1 <= threshold <= most_threshold or not 0 < value <= most:
                raise PromotionInvalid(f"bad_{name}")
            tiers.append((int(threshold), value))
        for (before, less), (after, more) in pairwise(tiers):
            if before >= after or (less <= more if falling else less >= more):
                raise PromotionInvalid(f"bad_{name}")
        return tuple(tiers)


def reached(tiers: Iterable[Tier], count: int) -> Decimal | None:
    """Return the value of the highest tier that a count or amount has reached, `None` for not even one."""
    found = None
    for threshold, value in tiers:
        if count < threshold:
            break
        found = value
    return found


def sorted_ids(parts: Iterable[str], reason: str) -> tuple[str, ...]:
    """Return the ids without the spaces around them, sorted, each once; raises `reason` for an empty one."""
    ids = {part.strip() for part in parts}
    if "" in ids:
        raise PromotionInvalid(reason)
    return tuple(sorted(ids))


def _number(text: str, places: int) -> Decimal | None:
    """Read a plain number with at most so many decimals; `None` when it is none."""
    found = _NUMBER.fullmatch(text)
    if found is None or len((found[1] or "").rstrip("0")) > places:
        return None
    return Decimal(text)
