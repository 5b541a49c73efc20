"""Whether another product may stand in for one that has run out, and what the customer would pay for it."""

from __future__ import annotations

from enum import StrEnum

import msgspec
from msgspec.structs import replace

from retail.money import round_ratio
from retail.pickup.amounts import dearest, most_charged, own_price
from retail.pickup.order import LinePart, LineState, PickupLine, Substitute, Terms, WishKind
from retail.quantity import WEIGHT_PLACES, QuantityRefused, checked_quantity


class Verdict(StrEnum):
    """What a picker may do with a substitute."""

    USE = "use"
    ASK = "ask"
    NO = "no"


class SubstituteVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict with its figures, minor units; `code` says why it may not simply be used.

    `difference_minor` is its own price less what was shown for what it replaces. Codes:
    `no_substitute_wanted`, `ask_first`, `too_dear`.
    """

    verdict: Verdict
    charge_minor: int
    difference_minor: int
    code: str = ""


def judge_substitute(line: PickupLine, terms: Terms, substitute: Substitute) -> SubstituteVerdict:
    """Judge a substitute for some of a line by the customer's wish, before anybody is asked.

    What it replaces is counted at its proportion of the line; dividing the line may move that by one
    minor unit, never above what was shown for the whole line.
    """
    share = round_ratio(
        line.amount_minor * int(substitute.covers.scaleb(WEIGHT_PLACES)),
        int(line.quantity.scaleb(WEIGHT_PLACES)),
        terms.rounding,
    )
    price = own_price(substitute, substitute.quantity, terms)
    verdict, code = Verdict.USE, ""
    if line.wish.kind is WishKind.NONE:
        verdict, code = Verdict.NO, "no_substitute_wanted"
    elif line.wish.kind is WishKind.ASK:
        verdict, code = Verdict.ASK, "ask_first"
    elif price > dearest(line, substitute.covers, share, terms):
        verdict, code = Verdict.ASK, "too_dear"
    charge = min(price, most_charged(line, substitute.covers, share))
    return SubstituteVerdict(
        verdict=verdict,
        charge_minor=price if verdict is Verdict.ASK else charge,
        difference_minor=price - share,
        code=code,
    )


def left_of_offer(part: LinePart) -> Substitute | None:
    """Return what is left of what a part is offered: some of it may have been found or struck off meanwhile.

    An offer that is of no quantity anybody can take in that proportion stays whole.
    """
    offer = part.now.substitute
    if offer is None:
        return None
    left = offer.quantity * part.covers / offer.covers
    try:
        return replace(offer, quantity=checked_quantity(left, offer.product.unit), covers=part.covers)
    except QuantityRefused:
        return offer


def agreed_part(line: PickupLine, offer: Substitute) -> LinePart | None:
    """Return the part of a line for which the customer agreed to this product, if it is large enough."""
    for part in line.divided:
        agreed = part.now.substitute
        if (
            part.state is LineState.AGREED
            and agreed is not None
            and agreed.product.product_id == offer.product.product_id
            and part.covers >= offer.covers
        ):
            return part
    return None
