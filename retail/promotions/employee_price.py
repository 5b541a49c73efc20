"""What staff pay: a percentage off the shelf price, whatever else came off: `staff 30 %`.

Arguments: `percent`, above 0 up to 100, of the shelf price, which is what the line costs before every
discount. It comes off only as far as it is better than what has come off already, so that a line never has
both. With `on_top` = `yes` it comes off in addition, and with `floor_percent` (0 to 100) such a line never
goes below that share of the shelf price. Whose price it is, are the promotion's `member_groups`. It should
be applied last: give it the highest `priority` number.

A floor without `on_top`, and one that the percentage alone would break, are contradictions.

Limits count pieces, and a line of weighed goods as one; those that save most come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from retail.money import Rounding, round_ratio
from retail.promotions.arguments import PERCENT_PLACES, Arguments, Percentage
from retail.promotions.kind import Kind, LineInPlay, PromotionInvalid, Savings, Terms
from retail.promotions.pieces import by_unit, units_of
from retail.promotions.rule import Promotion

_HUNDRED = Decimal(100)


class EmployeePrice(Kind, frozen=True):
    """What comes off the shelf price, whether on top of other discounts, and what always stays to be paid."""

    separable: ClassVar[bool] = True

    percentage: Percentage
    on_top: bool
    floor: tuple[int, int]

    @classmethod
    def read(cls, promotion: Promotion) -> EmployeePrice:
        """Read the arguments; raises `PromotionInvalid`.

        Also with `floor_without_on_top`, and with `floor_above_price` when floor and percentage together
        are over 100.
        """
        arguments = Arguments(promotion, "percent", "on_top", "floor_percent")
        percentage = arguments.percentage("percent")
        on_top = arguments.yes("on_top")
        floor = Decimal(0)
        if "floor_percent" in arguments:
            floor = arguments.decimal("floor_percent", least=Decimal(0), most=_HUNDRED, places=PERCENT_PLACES)
            if not on_top:
                raise PromotionInvalid("floor_without_on_top")
            if floor * percentage.denominator > (percentage.denominator - percentage.numerator) * _HUNDRED:
                raise PromotionInvalid("floor_above_price")
        numerator, denominator = floor.as_integer_ratio()
        return cls(percentage, on_top, (numerator, denominator * 100))

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Take off each line what its staff price leaves to come off."""

        def saving_of(line: LineInPlay, units: int) -> int:
            of_units = units_of(line)
            now = line.remaining_minor * units // of_units
            shelf = line.gross_minor * units // of_units
            off = self.percentage.off(shelf, terms.rounding)
            if not self.on_top:
                return now - (shelf - off)
            numerator, denominator = self.floor
            return min(off, now - round_ratio(shelf * numerator, denominator, Rounding.UP))

        return by_unit(lines, terms.most, saving_of)
