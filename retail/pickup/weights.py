"""How heavy a weighed line may end, and how much of the order a weight stands for."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from retail.pickup.order import LinePart, LineState, PickupLine, Terms
from retail.pickup.parts import OPEN

_TAKEN = (LineState.PICKED, LineState.HANDED_OVER, LineState.REFUSED)


class WeightWindow(msgspec.Struct, frozen=True, kw_only=True):
    """What may still go into the bag: from `least` on the line is complete, above `most` it is too heavy."""

    least: Decimal
    most: Decimal


def open_part(line: PickupLine) -> LinePart | None:
    """Return the part that is picked next: one not yet touched before one the customer was asked about."""
    for state in OPEN:
        for part in line.divided:
            if part.state is state:
                return part
    return None


def weight_window(line: PickupLine, terms: Terms) -> WeightWindow | None:
    """Return what may still be weighed for a line, None when nothing is open.

    The tolerance holds for all that is taken of the line together, so two light pieces may make up for each
    other; what is short or substituted is no longer expected.
    """
    part = open_part(line)
    if part is None:
        return None
    taken = [one for one in line.divided if one.state in _TAKEN and one.now.substitute is None]
    expected = part.covers + sum((one.covers for one in taken), Decimal(0))
    weighed = sum((one.now.quantity for one in taken), Decimal(0))
    tolerance = expected * terms.weight_tolerance_percent / 100
    return WeightWindow(
        least=max(Decimal(0), expected - tolerance - weighed), most=expected + tolerance - weighed
    )


def covered_by(line: PickupLine, terms: Terms, weight: Decimal) -> Decimal | None:
    """Return how much of what was ordered a weight stands for, None when it is too heavy or nothing is open.

    Within the tolerance it is all that was still open; a lighter piece stands for its own weight.
    """
    window, part = weight_window(line, terms), open_part(line)
    if window is None or part is None or weight > window.most:
        return None
    return part.covers if weight >= window.least else min(weight, part.covers)
