"""Promised goods at the till: what may be sold, and the choices when it is promised to an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Final

import msgspec

from retail.availability.promise import FigureRefused
from retail.availability.reservation import Reservation, oversold
from retail.money import allocate
from retail.occasion import Moment
from retail.quantity import WEIGHT_PLACES, SellingUnit, checked_quantity


class SalePolicy(StrEnum):
    """How hard an online promise is against a customer with the goods in hand."""

    SOFT = "soft"  # warn, and sell
    STRICT = "strict"  # never oversold: each till sells its own quota, and nobody else is promised it


class SaleVerdict(StrEnum):
    """Whether goods in a customer's hand may be sold."""

    SELL = "sell"
    PROMISED = "promised"
    SUPERVISOR_ONLY = "supervisor_only"


class Choice(StrEnum):
    """What can be done about a promised piece."""

    SELL_AND_RELEASE = "sell_and_release"
    TAKE_ANOTHER = "take_another"
    ASK_SUPERVISOR = "ask_supervisor"


CHOICES: Final[dict[SaleVerdict, tuple[Choice, ...]]] = {
    SaleVerdict.SELL: (),
    SaleVerdict.PROMISED: (Choice.SELL_AND_RELEASE, Choice.TAKE_ANOTHER, Choice.ASK_SUPERVISOR),
    SaleVerdict.SUPERVISOR_ONLY: (Choice.TAKE_ANOTHER, Choice.ASK_SUPERVISOR),
}
"""The choices that go with each verdict."""


class AtRisk(msgspec.Struct, frozen=True, kw_only=True):
    """An order that would lose goods; `minutes_left` until it must be ready, negative when that is past.

    None when nobody said when.
    """

    order_id: str
    reservation_id: str
    quantity: Decimal
    minutes_left: int | None = None


class SaleDecision(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict, what the cashier may choose, and which orders lose what if it is sold all the same."""

    verdict: SaleVerdict
    choices: tuple[Choice, ...]
    at_risk: tuple[AtRisk, ...] = ()


class ChoiceRefused(ValueError):
    """A choice that may not be made; codes: `not_offered`, `supervisor_missing`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"choice refused: {code}")
        self.code = code


def may_sell(
    policy: SalePolicy,
    quantity: Decimal,
    *,
    unit: SellingUnit,
    on_hand: Decimal,
    reservations: Sequence[Reservation],
    now: str,
    quota_left: Decimal | None = None,
) -> SaleDecision:
    """Say whether so much of one product may be sold, given what is promised of it in this store.

    `on_hand` is what the till shows, `quota_left` what it may still sell of a strict product by itself (None:
    whoever asks knows every figure of this moment, as no till does). What is not promised is always sold,
    whatever the stock says: the customer has it in hand. Raises `QuantityRefused`, `FigureRefused`.
    """
    wanted = checked_quantity(quantity, unit)
    if not on_hand.is_finite() or (quota_left is not None and not quota_left.is_finite()):
        raise FigureRefused("not_a_number", (on_hand, quota_left))
    if policy is SalePolicy.STRICT and quota_left is not None:
        within = wanted <= quota_left
        verdict = SaleVerdict.SELL if within else SaleVerdict.SUPERVISOR_ONLY
        return _decided(verdict, () if within else _at_risk(wanted, on_hand, reservations, now))
    losing = _at_risk(wanted, on_hand, reservations, now)
    if not losing:
        return _decided(SaleVerdict.SELL, ())
    strict = policy is SalePolicy.STRICT
    return _decided(SaleVerdict.SUPERVISOR_ONLY if strict else SaleVerdict.PROMISED, losing)


def _decided(verdict: SaleVerdict, at_risk: tuple[AtRisk, ...]) -> SaleDecision:
    return SaleDecision(verdict=verdict, choices=CHOICES[verdict], at_risk=at_risk)


def _at_risk(
    wanted: Decimal, on_hand: Decimal, reservations: Sequence[Reservation], now: str
) -> tuple[AtRisk, ...]:
    """Return what selling would newly take away: what is lost already is not this customer's doing."""
    needed = {one.reservation_id: one.needed_at for one in reservations}
    lost = {one.reservation_id: one.short for one in oversold(on_hand, reservations)}
    return tuple(
        AtRisk(
            order_id=one.order_id,
            reservation_id=one.reservation_id,
            quantity=one.short - lost.get(one.reservation_id, Decimal(0)),
            minutes_left=_minutes_until(needed[one.reservation_id], now),
        )
        for one in oversold(on_hand - wanted, reservations)
        if one.short > lost.get(one.reservation_id, Decimal(0))
    )


def _minutes_until(needed_at: str, now: str) -> int | None:
    if not needed_at:
        return None
    return (Moment(needed_at).exact - Moment(now).exact) // 60_000_000


def checked_choice(decision: SaleDecision, choice: Choice, *, supervisor_id: str = "") -> tuple[AtRisk, ...]:
    """Return which orders lose goods by a choice; raises `ChoiceRefused`.

    Selling, by the cashier or with a supervisor's word, takes from the orders at risk; taking another
    piece takes from none.
    """
    if choice not in decision.choices:
        raise ChoiceRefused("not_offered")
    if choice is Choice.TAKE_ANOTHER:
        return ()
    if choice is Choice.ASK_SUPERVISOR and not supervisor_id:
        raise ChoiceRefused("supervisor_missing")
    return decision.at_risk


def split_quota(available: Decimal, sales: Mapping[str, int], unit: SellingUnit) -> dict[str, Decimal]:
    """Return how much of a strict product each till may sell by itself; together never more than there is.

    In proportion to what each till usually sells (`sales`), by largest remainder, ties by till id; alike
    where nobody has sold any. Only whole pieces or grams. Raises `FigureRefused`, `AllocationImpossible`.
    """
    if not available.is_finite():
        raise FigureRefused("not_a_number", available)
    if available < 0:
        raise FigureRefused("negative", available)
    steps_per_unit = 1 if unit is SellingUnit.PIECE else 10**WEIGHT_PLACES
    steps = int((available * steps_per_unit).to_integral_value(ROUND_DOWN))
    tills = sorted(sales)
    weights = [sales[till] for till in tills]
    shares = allocate(steps, weights if any(weights) else [1] * len(tills))
    return {till: Decimal(share) / steps_per_unit for till, share in zip(tills, shares, strict=True)}


def renewed_quotas(
    held: Mapping[str, Decimal],
    sold: Mapping[str, Decimal],
    *,
    free: Decimal,
    most: Decimal,
    sales: Mapping[str, int],
    unit: SellingUnit,
) -> dict[str, Decimal]:
    """Return what each till may sell of a strict product by itself, now that it was heard what they `sold`.

    What was given to a till stays its own until it is sold: the till may be offline, and counts on it. All
    together they get no more than `most`, which is never promised online, nor than is `free` on the shelf;
    what is missing of that is shared as `split_quota` does. Raises `FigureRefused`, `AllocationImpossible`.
    """
    nothing = Decimal(0)
    kept = {till: max(nothing, held.get(till, nothing) - sold.get(till, nothing)) for till in {*held, *sales}}
    more = split_quota(max(nothing, min(most, free) - sum(kept.values())), sales, unit)
    return {till: kept[till] + more.get(till, nothing) for till in sorted(kept)}
