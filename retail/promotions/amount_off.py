"""An amount off each piece, each kilogram or each line: `1.00 off every bottle`.

Arguments: `amount_minor` (from 1), and `per`: `piece` (weighed goods stay out), `measure` (each kilogram,
litre or metre; what is sold by the piece stays out) or `line` (once for each line, whatever it holds). Never
more than the piece or the line still costs. What comes off a weight is rounded by the rules' own rounding.

Limits count pieces for `piece`, lines for `measure` and `line`; those that save most come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from retail.money import round_to_minor
from retail.promotions.arguments import Arguments
from retail.promotions.kind import Kind, LineInPlay, Savings, Terms
from retail.promotions.pieces import by_unit
from retail.promotions.rule import Promotion

_PER = ("piece", "measure", "line")


class AmountOff(Kind, frozen=True):
    """What comes off in minor units, and off what."""

    separable: ClassVar[bool] = True

    amount_minor: int
    per: str

    @classmethod
    def read(cls, promotion: Promotion) -> AmountOff:
        """Read the arguments; raises `PromotionInvalid`."""
        arguments = Arguments(promotion, "amount_minor", "per")
        return cls(arguments.whole("amount_minor"), arguments.choice("per", _PER))

    def savings(self, lines: Sequence[LineInPlay], terms: Terms) -> Savings | str:
        """Take the amount off every piece, measure or line in scope."""
        amount = self.amount_minor
        if self.per == "line":
            return by_unit(
                lines, terms.most, lambda line, _: min(amount, line.remaining_minor), units=lambda _: 1
            )
        if self.per == "piece":
            return by_unit(
                [line for line in lines if line.pieces],
                terms.most,
                lambda line, units: min(amount * units, line.remaining_minor * units // line.pieces),
            )
        return by_unit(
            [line for line in lines if not line.pieces],
            terms.most,
            lambda line, _: min(round_to_minor(amount * line.quantity, terms.rounding), line.remaining_minor),
        )
