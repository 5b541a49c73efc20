"""A percentage off each line in scope.

Arguments: `percent`, above 0 up to 100, such as `10` or `12.5`. Each line is rounded by the rules' own
rounding, on what remains of the line after earlier promotions.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from retail.money import round_ratio
from retail.promotions.kind import Kind, LineInPlay, Savings, Terms, decimal_argument
from retail.promotions.rule import Promotion

_LEAST_PERCENT = Decimal("0.0001")


class PercentOff(Kind, frozen=True):
    """The percentage as an exact ratio `numerator / denominator` of the amount."""

    separable: ClassVar[bool] = True

    numerator: int
    denominator: int

    @classmethod
    def read(cls, promotion: Promotion) -> PercentOff:
        """Read the arguments; raises `PromotionInvalid`."""
        percent = decimal_argument(promotion, "percent", least=_LEAST_PERCENT, most=Decimal(100))
        numerator, denominator = percent.as_integer_ratio()
        return cls(numerator, denominator * 100)

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings:
        """Take the percentage off what remains of each line."""
        numerator, denominator, rounding = self.numerator, self.denominator, terms.rounding
        return len(lines), [
            (line, round_ratio(line.remaining_minor * numerator, denominator, rounding)) for line in lines
        ]
