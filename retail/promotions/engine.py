"""Applies a store's promotions to the lines of a basket, and says why the others did nothing.

Which promotions hold is asked of their conditions, coupons and limits; which of competing ones the customer
gets is decided by `retail.promotions.competition`; in which order they are applied is that of
`retail.promotions.play`. Last come those that multiply points: they move no money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Final

import msgspec

from retail.basket import ManualDiscount, PromotionUse
from retail.money import Rounding
from retail.occasion import Conditions, Occasion
from retail.promotions.competition import best_plan, coupon_choices
from retail.promotions.index import PromotionIndex
from retail.promotions.kind import LineInPlay, Offer, Phase, Terms
from retail.promotions.play import Candidate, Outcome, Plan, Play, reaches_minimum, record
from retail.promotions.search import Budget
from retail.sale import AppliedDiscount, PromotionApplied

_PHASE: Final = attrgetter("prepared.phase")
"""By what promotions are put in order before they are played."""


class Customer(msgspec.Struct, frozen=True):
    """Who buys when and where: the occasion, the coupons handed over, what promotions were used before."""

    occasion: Occasion
    coupons: Sequence[str]
    uses: Mapping[str, PromotionUse]


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """What lies on the counter, each in the order that does not depend on scanning.

    `goods` are the lines that promotions may touch, `shipping` those that promotions on shipping may;
    `by_hand` are the cashier's discounts on lines, `of_basket` the one on the whole, which falls on the
    `discountable` lines.
    """

    lines: Sequence[LineInPlay]
    goods: Sequence[LineInPlay]
    shipping: Sequence[LineInPlay] = ()
    by_hand: Sequence[tuple[LineInPlay, ManualDiscount]] = ()
    of_basket: ManualDiscount | None = None
    discountable: Sequence[LineInPlay] = ()


class Promoted(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it; what belongs to a line stands on the line.

    `discounts` are those of the document. `coupon_reasons` are the coupons that did nothing, with the code of
    the reason. `offers` are what the customer has earned and not taken, `multipliers` those of the points of
    lines.
    """

    discounts: list[AppliedDiscount]
    applied: list[PromotionApplied]
    coupon_reasons: dict[str, str]
    offers: list[tuple[str, Offer]]
    multipliers: dict[LineInPlay, Decimal]


def promote(index: PromotionIndex, table: Table, customer: Customer, rounding: Rounding) -> Promoted:
    """Take off the lines what promotions and the cashier give; the lines are left as they then are."""
    coupons = customer.coupons
    reasons = {code: index.coupon_reasons.get(code, "unknown") for code in coupons}
    candidates, of_points = _candidates(index, table, customer, rounding, reasons)
    play = Play(
        table.lines,
        candidates,
        rounding,
        by_hand=table.by_hand,
        of_basket=table.of_basket,
        discountable=table.discountable,
    )
    choices = coupon_choices((*candidates, *of_points)) if len(coupons) > 1 else [frozenset()]
    left_out, play, plan, outcome = _best(play, choices)
    discounts, applied = record(outcome)
    used = {source.prepared.coupon for source, _, _, _ in outcome.taken if isinstance(source, Candidate)}
    multipliers: dict[LineInPlay, Decimal] = {}
    if of_points:
        of_points = [one for one in of_points if one.prepared.coupon not in left_out]
        for one in _multiply(of_points, multipliers):
            used.add(one.prepared.coupon)
            promotion_id = one.prepared.promotion.promotion_id
            applied.append(PromotionApplied(promotion_id=promotion_id, times=1, amount_minor=0))
    if coupons:
        _explain(play, plan, outcome, reasons)
        reasons |= dict.fromkeys(left_out, "not_combinable")
    return Promoted(
        discounts=discounts,
        applied=applied,
        coupon_reasons={code: reason for code, reason in reasons.items() if code not in used},
        offers=[
            (source.prepared.promotion.promotion_id, offer)
            for source, offers in outcome.offers
            for offer in offers
        ],
        multipliers=multipliers,
    )


def _candidates(
    index: PromotionIndex, table: Table, customer: Customer, rounding: Rounding, reasons: dict[str, str]
) -> tuple[list[Candidate], list[Candidate]]:
    """Return the promotions that hold, by phase, rank; those on points by themselves."""
    occasion, coupons, uses = customer.occasion, customer.coupons, customer.uses
    found: list[Candidate] = []
    of_points: list[Candidate] = []
    usual = Terms(rounding)
    asked: dict[Conditions, str] = {}
    for rank, prepared, lines in index.touching(table.goods, coupons):
        if not lines or (prepared.coupon and prepared.coupon not in coupons):
            continue
        conditions = prepared.conditions
        refusal = asked.get(conditions)
        if refusal is None:
            refusal = asked[conditions] = conditions.refusal(occasion)
        phase = prepared.phase
        if not refusal and phase is Phase.POINTS and not occasion.is_member:
            refusal = "other_members"
        terms = usual
        if not refusal and (prepared.limited or uses):
            use = uses.get(prepared.promotion.promotion_id)
            most = prepared.most(use, is_member=occasion.is_member)
            terms = Terms(rounding, most, 0 if use is None else use.participants)
            if not most:
                refusal = "limit_reached"
        if refusal:
            if prepared.coupon in reasons:
                reasons[prepared.coupon] = refusal
        elif phase is Phase.POINTS:
            of_points.append(Candidate(rank, prepared, lines, terms))
        elif phase is Phase.SHIPPING:
            found.append(Candidate(rank, prepared, list(table.shipping), terms, lines))
        else:
            found.append(Candidate(rank, prepared, lines, terms))
    found.sort(key=_PHASE)
    return found, of_points


def _best(play: Play, choices: Sequence[frozenset[str]]) -> tuple[frozenset[str], Play, Plan, Outcome]:
    """Return which coupons the customer is better off without, and what comes of it; played last."""
    left_out, best = choices[0], play.without(choices[0]) if choices[0] else play
    plan, outcome = best_plan(best, Budget.of(len(play.lines), len(choices)))
    for other in choices[1:]:
        otherwise = play.without(other)
        other_plan, other_outcome = best_plan(otherwise, Budget.of(len(play.lines), len(choices)))
        if other_outcome.value() < outcome.value():
            left_out, best, plan, outcome = other, otherwise, other_plan, other_outcome
    if len(choices) > 1:
        outcome = best.run(plan)
    return left_out, best, plan, outcome


def _explain(play: Play, plan: Plan, outcome: Outcome, reasons: dict[str, str]) -> None:
    """Write down why promotions that hold gave nothing for their coupon.

    What would have found something to take off, had not another of its group taken the line, or had it not
    stood aside, is told `better_offer`.
    """
    for candidate in play.candidates:
        coupon = candidate.prepared.coupon
        refusal = outcome.refused.get(candidate.rank)
        if coupon and refusal:
            owners = plan.owners.get(candidate.prepared.group, {}) if candidate.prepared.group else {}
            lost = any(owners.get(line, candidate.rank) != candidate.rank for line in candidate.lines)
            reasons[coupon] = "better_offer" if lost or plan.most.get(candidate.rank) == 0 else refusal


def _multiply(candidates: Sequence[Candidate], multipliers: dict[LineInPlay, Decimal]) -> list[Candidate]:
    """Multiply the points of lines; return the promotions that did.

    Those of one exclusion group take different lines, the highest multiplier first; those of different
    groups, or of none, are multiplied with each other. A line of which another promotion of the group has
    taken something off is not multiplied.
    """
    found = []
    for candidate in candidates:
        prepared, group = candidate.prepared, candidate.prepared.group
        lines = [line for line in candidate.lines if not group or group not in line.groups]
        base = sum([line.remaining_minor for line in lines])
        if lines and (not prepared.has_minimum or reaches_minimum(prepared, base, lines)):
            multiplier = prepared.kind.points_multiplier(lines, candidate.terms)
            found.append((candidate, lines, multiplier))
    found.sort(key=lambda one: (-one[2], one[0].rank))
    used = []
    for candidate, lines, multiplier in found:
        group = candidate.prepared.group
        taken = [line for line in lines if not group or group not in line.groups]
        for line in taken:
            multipliers[line] = multipliers.get(line, Decimal(1)) * multiplier
            if group:
                line.groups |= {group}
        if taken:
            used.append(candidate)
    return used
