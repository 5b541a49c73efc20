"""The circumstances of an open sale that decide prices and taxes: steps that change them on a basket.

As the steps of `retail.basket`, each returns a new basket and changes nothing when it refuses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from retail.basket import Basket, PromotionUse
from retail.loyalty.refusal import checked_points
from retail.money import LARGEST_AMOUNT_MINOR
from retail.occasion import CHANNELS
from retail.tax.refusals import UnknownFiscalPosition, UnknownService
from retail.tax.rows import SERVICES


class CircumstanceRefused(ValueError):
    """A circumstance that a sale cannot have; `code` names the reason for a translated sentence.

    Codes: `unknown_channel`, `no_member` (points of nobody), and of what is known about promotions
    `no_promotion`, `duplicate`, `negative`, `too_large`.
    """

    def __init__(self, code: str, what: object) -> None:
        super().__init__(f"{what!r} refused: {code}")
        self.code = code
        self.what = what


def set_channel(basket: Basket, channel: str) -> Basket:
    """Return the basket as sold in this channel; raises `CircumstanceRefused("unknown_channel")`."""
    if channel not in CHANNELS:
        raise CircumstanceRefused("unknown_channel", channel)
    return replace(basket, channel=channel)


def set_service(basket: Basket, service: str) -> Basket:
    """Return the basket as eaten in or taken away, empty for neither; raises `UnknownService`."""
    if service and service not in SERVICES:
        raise UnknownService(service)
    return replace(basket, service=service)


def set_fiscal_position(basket: Basket, position_id: str, known: Collection[str]) -> Basket:
    """Return the basket taxed under a fiscal position, empty for that of the member or the store.

    `known` are the ids that the store has; raises `UnknownFiscalPosition` for any other.
    """
    if position_id and position_id not in known:
        raise UnknownFiscalPosition(position_id)
    return replace(basket, fiscal_position=position_id)


def redeem_points(basket: Basket, points: int) -> Basket:
    """Return the basket with so many of the member's points given for a discount, 0 for none.

    Whether the member has them, and what they are worth, is for `retail.loyalty.redeeming` to say. Raises
    `PointsRefused`, or `CircumstanceRefused("no_member")`.
    """
    if checked_points(points) and basket.member is None:
        raise CircumstanceRefused("no_member", points)
    return replace(basket, points_to_redeem=points)


def set_uses(basket: Basket, uses: Iterable[PromotionUse]) -> Basket:
    """Return the basket with what is known of promotions with limits, in place of what was known before.

    They stand in the order of their ids, whatever order they come in. Raises `CircumstanceRefused`.
    """
    found: dict[str, PromotionUse] = {}
    for use in uses:
        if not use.promotion_id:
            raise CircumstanceRefused("no_promotion", use)
        if use.promotion_id in found:
            raise CircumstanceRefused("duplicate", use)
        counts = (use.by_member, use.today, use.in_campaign, use.participants)
        if min(counts) < 0:
            raise CircumstanceRefused("negative", use)
        if max(counts) > LARGEST_AMOUNT_MINOR:
            raise CircumstanceRefused("too_large", use)
        found[use.promotion_id] = use
    return replace(basket, uses=tuple(found[promotion_id] for promotion_id in sorted(found)))
