"""The promotions that hold for a basket, played over its lines in the order in which discounts are given.

Promotions on lines, the cashier's discounts on lines, promotions on the document, those on shipping, the
cashier's discount on the document. Within a phase lower priority comes first, then the id; a line's
remaining amount is what the next promotion sees.

Goods that take no discount, prices set by hand, gift cards and deposits are no lines of a promotion; who
calls leaves them out. Which of competing promotions has a line is said by a `Plan`, that of
`retail.promotions.competition`; the empty plan lets every promotion touch all that it may.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Final

import msgspec
from msgspec.structs import replace

from retail.basket import ManualDiscount
from retail.discount_by_hand import discount_by_hand, taken_by_hand
from retail.money import LARGEST_AMOUNT_MINOR, Rounding, allocate
from retail.promotions.kind import LineInPlay, Offer, Phase, Savings, Terms
from retail.promotions.prepared import PreparedPromotion
from retail.sale import AppliedDiscount, PromotionApplied

_AMOUNT_BITS: Final = LARGEST_AMOUNT_MINOR.bit_length()

Amounts = list[tuple[LineInPlay, int]]
"""What comes off which line."""


class Candidate(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A promotion that holds for this basket: the lines it may touch, those that count for its minimum, and
    on what terms. `rank` is its place among all promotions of the store."""

    rank: int
    prepared: PreparedPromotion
    lines: list[LineInPlay]
    terms: Terms
    counted: list[LineInPlay] | None = None


class Plan:
    """What has been decided: in each exclusion group which promotion (its rank) has a contested line, and
    how often a promotion is used at most."""

    __slots__ = ("most", "owners")

    def __init__(self) -> None:
        self.owners: dict[str, dict[LineInPlay, int]] = {}
        self.most: dict[int, int] = {}


Taken = tuple[Candidate | ManualDiscount, int, Amounts, bool]
"""A discount that was given: by what, how often it was used, what came off which line, and whether it stands
on the document as a whole."""


class Outcome:
    """What came of playing: the discounts in their order, why the others gave none, and the total.

    `refused` is by the promotion's rank. `bases` are what the lines in scope came to, for promotions that
    have steps. `offers` are what the customer has earned and not taken.
    """

    __slots__ = ("bases", "offers", "refused", "taken", "total_minor")

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.refused: dict[int, str] = {}
        self.bases: dict[int, int] = {}
        self.offers: list[tuple[Candidate, tuple[Offer, ...]]] = []
        self.total_minor = 0

    def value(self) -> tuple[int, int]:
        """Return what the better of two outcomes has less of: what is to be paid, then how many discounts."""
        discounts = 0
        for _, _, amounts, on_document in self.taken:
            discounts += 1 if on_document else sum([1 for _, amount in amounts if amount])
        return self.total_minor, discounts


class Play:
    """A basket's lines and the promotions that hold for it. May be played any number of times.

    `lines` are in an order that does not depend on how they were scanned; `by_hand` are the cashier's
    discounts on lines, `of_basket` the one on the whole, which falls on the `discountable` lines.
    """

    __slots__ = (
        "_has_exclusive",
        "_later",
        "_on_lines",
        "_remembered",
        "by_hand",
        "candidates",
        "discountable",
        "lines",
        "of_basket",
        "rounding",
    )

    def __init__(
        self,
        lines: Sequence[LineInPlay],
        candidates: Sequence[Candidate],
        rounding: Rounding,
        *,
        by_hand: Sequence[tuple[LineInPlay, ManualDiscount]] = (),
        of_basket: ManualDiscount | None = None,
        discountable: Sequence[LineInPlay] = (),
    ) -> None:
        self.lines = lines
        self.candidates = candidates
        self.rounding = rounding
        self.by_hand = by_hand
        self.of_basket = of_basket
        self.discountable = discountable
        self._on_lines = [one for one in candidates if one.prepared.phase is Phase.LINES]
        self._later = candidates[len(self._on_lines) :]
        self._has_exclusive = any(one.prepared.exclusive for one in candidates)
        self._remembered: dict[tuple[int, ...], Savings | str] | None = None

    def remember(self) -> None:
        """Keep from now on what promotions make of the same lines at the same prices: for playing often."""
        self._remembered = {}

    def without(self, coupons: Collection[str]) -> Play:
        """Return the same without the promotions of some coupons."""
        return Play(
            self.lines,
            [one for one in self.candidates if one.prepared.coupon not in coupons],
            self.rounding,
            by_hand=self.by_hand,
            of_basket=self.of_basket,
            discountable=self.discountable,
        )

    def part(self, lines: Iterable[LineInPlay], ranks: Collection[int] | None = None) -> Play:
        """Return what happens to some lines before the document is looked at; with `ranks` only by those."""
        wanted = set(lines)
        candidates = []
        for one in self.candidates:
            if one.prepared.phase is Phase.LINES and (ranks is None or one.rank in ranks):
                touched = [line for line in one.lines if line in wanted]
                if touched:
                    candidates.append(Candidate(one.rank, one.prepared, touched, one.terms))
        by_hand = [(line, discount) for line, discount in self.by_hand if line in wanted]
        ordered = [line for line in self.lines if line in wanted]
        return Play(ordered, candidates, self.rounding, by_hand=by_hand)

    def run(self, plan: Plan) -> Outcome:
        """Take everything off the lines, from the beginning; the lines are left as they then are."""
        for line in self.lines:
            line.remaining_minor = line.gross_minor
        if self._has_exclusive:
            for line in self.lines:
                line.promoted = line.closed = False
        outcome = Outcome()
        carefully = self._has_exclusive or bool(plan.owners or plan.most) or self._remembered is not None
        taken = outcome.taken
        for candidate in self._on_lines:
            prepared = candidate.prepared
            if carefully or prepared.looks_first:
                self._use(candidate, plan, outcome)
                continue
            savings = prepared.kind.savings(candidate.lines, candidate.terms)
            if isinstance(savings, str):
                outcome.refused[candidate.rank] = savings
            else:
                for line, amount in savings[1]:
                    line.remaining_minor -= amount
                taken.append((candidate, savings[0], savings[1], False))
        self._discount_lines_by_hand(outcome)
        for candidate in self._later:
            self._use(candidate, plan, outcome)
        if self.of_basket is not None:
            self._discount_basket_by_hand(self.of_basket, outcome)
        outcome.total_minor = sum([line.remaining_minor for line in self.lines])
        return outcome

    def _use(self, candidate: Candidate, plan: Plan, outcome: Outcome) -> None:
        """Use one promotion on what it may touch under the plan."""
        prepared, terms = candidate.prepared, candidate.terms
        free = candidate.lines
        if self._has_exclusive or prepared.group in plan.owners:
            free = self._free(candidate, plan)
        if candidate.rank in plan.most:
            terms = replace(terms, most=min(terms.most, plan.most[candidate.rank]))
        if not free or not terms.most:
            refusal = "nothing_matches" if candidate.counted is None else "no_shipping"
            outcome.refused[candidate.rank] = refusal
            return
        if prepared.looks_first and not self._looks_good(candidate, free, terms, outcome):
            outcome.refused[candidate.rank] = "below_minimum"
            return
        if self._remembered is None or prepared.separable or prepared.kind.on_document:
            savings = prepared.kind.savings(free, terms)
        else:
            savings = self._remembered_savings(candidate, free, terms, self._remembered)
        if isinstance(savings, str):
            outcome.refused[candidate.rank] = savings
            return
        times, amounts = savings
        for line, amount in amounts:
            line.remaining_minor -= amount
        on_document = prepared.kind.on_document
        if self._has_exclusive:
            for line in free if on_document else [line for line, amount in amounts if amount]:
                line.promoted = True
                line.closed = prepared.exclusive
        outcome.taken.append((candidate, times, amounts, on_document))

    def _looks_good(
        self, candidate: Candidate, lines: Sequence[LineInPlay], terms: Terms, outcome: Outcome
    ) -> bool:
        """Say whether the lines reach the minimum; note their sum, and what the customer may still have."""
        prepared = candidate.prepared
        counted = lines if candidate.counted is None else candidate.counted
        outcome.bases[candidate.rank] = base = sum([line.remaining_minor for line in counted])
        if prepared.has_minimum and not reaches_minimum(prepared, base, counted):
            return False
        if prepared.has_offers:
            outcome.offers.append((candidate, prepared.kind.offers(lines, terms)))
        return True

    def _remembered_savings(
        self,
        candidate: Candidate,
        lines: Sequence[LineInPlay],
        terms: Terms,
        remembered: dict[tuple[int, ...], Savings | str],
    ) -> Savings | str:
        key = (
            candidate.rank,
            terms.most,
            *[line.order << _AMOUNT_BITS | line.remaining_minor for line in lines],
        )
        found = remembered.get(key)
        if found is None:
            found = remembered[key] = candidate.prepared.kind.savings(lines, terms)
        return found

    def _free(self, candidate: Candidate, plan: Plan) -> list[LineInPlay]:
        """Return the lines that a promotion may touch now.

        A line that an exclusive promotion has touched is closed to others; an exclusive promotion takes only
        lines that no other has touched.
        """
        prepared = candidate.prepared
        lines = candidate.lines
        if prepared.group in plan.owners:
            owners, rank = plan.owners[prepared.group], candidate.rank
            lines = [line for line in lines if owners.get(line, rank) == rank]
        if not self._has_exclusive:
            return lines
        if prepared.exclusive:
            return [line for line in lines if not line.promoted]
        return [line for line in lines if not line.closed]

    def _discount_lines_by_hand(self, outcome: Outcome) -> None:
        for line, discount in self.by_hand:
            amount = taken_by_hand(discount, line.remaining_minor, self.rounding)
            if amount:
                line.remaining_minor -= amount
                outcome.taken.append((discount, 1, [(line, amount)], False))

    def _discount_basket_by_hand(self, discount: ManualDiscount, outcome: Outcome) -> None:
        remaining = [line.remaining_minor for line in self.discountable]
        amount = taken_by_hand(discount, sum(remaining), self.rounding)
        if amount:
            shares = list(zip(self.discountable, allocate(amount, remaining), strict=True))
            for line, share in shares:
                line.remaining_minor -= share
            outcome.taken.append((discount, 1, shares, True))


def reaches_minimum(prepared: PreparedPromotion, base_minor: int, lines: Sequence[LineInPlay]) -> bool:
    """Say whether the lines are enough; of goods by weight each line counts as one piece."""
    row = prepared.promotion
    if base_minor < row.minimum_minor:
        return False
    return not row.minimum_quantity or sum([line.pieces or 1 for line in lines]) >= row.minimum_quantity


def record(outcome: Outcome) -> tuple[list[AppliedDiscount], list[PromotionApplied]]:
    """Write the discounts on their lines; return those of the document, and what promotions were used."""
    of_document: list[AppliedDiscount] = []
    applied: list[PromotionApplied] = []
    for source, times, amounts, on_document in outcome.taken:
        named = (
            source.prepared.discount if isinstance(source, Candidate) else partial(discount_by_hand, source)
        )
        total = 0
        for line, amount in amounts:
            assert amount >= 0 <= line.remaining_minor, source
            total += amount
            if on_document:
                line.document_discount_minor += amount
            elif amount:
                line.discounts.append(named(amount))
        if on_document:
            of_document.append(named(total))
        if isinstance(source, Candidate):
            prepared = source.prepared
            promotion_id = prepared.promotion.promotion_id
            assert times <= source.terms.most, promotion_id
            applied.append(PromotionApplied(promotion_id=promotion_id, times=times, amount_minor=total))
            if prepared.group:
                for line, amount in amounts:
                    if amount:
                        line.groups |= {prepared.group}
    return of_document, applied
