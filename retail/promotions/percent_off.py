"""A percentage off each line in scope: `10 % off tea`.

Arguments: `percent`, above 0 up to 100, such as `10` or `12.5`. Each line is rounded by the rules' own
rounding, on what remains of the line after earlier promotions.

Limits count pieces, and a line of weighed goods as one; those on which most comes off have it first. A line
of which the limit leaves only some pieces is rounded once for those.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from retail.money import round_ratio
from retail.promotions.arguments import Arguments, Percentage
from retail.promotions.kind import Kind, LineInPlay, Savings, Terms
from retail.promotions.pieces import by_unit
from retail.promotions.rule import Promotion


class PercentOff(Kind, frozen=True):
    """How much of each line comes off."""

    separable: ClassVar[bool] = True

    percentage: Percentage

    @classmethod
    def read(cls, promotion: Promotion) -> PercentOff:
        """Read the arguments; raises `PromotionInvalid`."""
        return cls(Arguments(promotion, "percent").percentage("percent"))

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Take the percentage off what remains of each line."""
        return percentage_of_units(self.percentage, lines, terms)


def percentage_of_units(percentage: Percentage, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
    """Take a percentage off each of the lines, as far as the limit on pieces allows."""
    numerator, denominator, rounding = percentage.numerator, percentage.denominator, terms.rounding
    saved, uses = [], 0
    for line in lines:
        saving = round_ratio(line.remaining_minor * numerator, denominator, rounding)
        if saving:
            saved.append((line, saving))
            uses += line.pieces or 1
    if not saved:
        return "nothing_matches"
    if uses <= terms.most:  # by far the most frequent, and asked at every scan
        return uses, saved

    def saving_of(line: LineInPlay, units: int) -> int:
        return round_ratio(
            line.remaining_minor * units * numerator, denominator * (line.pieces or 1), rounding
        )

    return by_unit(lines, terms.most, saving_of)
