"""More came back than was sold: the same receipt was returned at two tills that could not hear each other."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import msgspec

from retail.catalogue import LocalisedText
from retail.returns.record import Return


class TooMany(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a sale of which `returned` came back in all though only `sold` was sold."""

    line_number: int
    name: LocalisedText
    sold: Decimal
    returned: Decimal


def too_many(returns: Iterable[Return]) -> tuple[TooMany, ...]:
    """Return the lines of one sale of which more came back than was sold, by line number.

    Each return counts once, whatever its order. The sale itself is not needed: a return says what was sold.
    """
    found: dict[int, TooMany] = {}
    for one in {each.return_id: each for each in returns}.values():
        for line in one.lines:
            before = found.get(line.line_number)
            back = line.quantity + (before.returned if before is not None else 0)
            found[line.line_number] = TooMany(
                line_number=line.line_number, name=line.name, sold=line.sold_quantity, returned=back
            )
    return tuple(one for _, one in sorted(found.items()) if one.returned > one.sold)
