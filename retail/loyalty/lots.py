"""A member's points as lots: each with its own expiry, the oldest spent first, every change a movement.

Whatever is done to an account begins with taking off what has expired by then. Movements are the ledger:
those of one step sum to the change of the account's balance, those of one lot to the change of the lot,
those without a lot to the change of what is owed. Points are owed only while no lot has any left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from retail.loyalty.program import LoyaltyProgram, Shortfall
from retail.loyalty.refusal import LARGEST_POINTS, PointsRefused, checked_points, checked_some_points
from retail.term import Term, end_of, moment_of

_NEVER: Final = 10**18
"""Later than any expiry, in the microseconds of `retail.occasion.Moment`."""


class PointsLot(msgspec.Struct, frozen=True, kw_only=True):
    """Points that were earned together and expire together; `left` of `points` can still be spent.

    `sale_id` is empty for points that no sale earned (a birthday). `expires_at` is the first moment at which
    they are gone, empty for never. `expired` are those that were lost so: a return of the sale does not take
    them a second time.
    """

    lot_id: str
    earned_at: str
    points: int
    left: int
    sale_id: str = ""
    expires_at: str = ""
    expired: int = 0


class PointsAccount(msgspec.Struct, frozen=True, kw_only=True):
    """All lots of a member, and the points owed to the shop after returns."""

    lots: tuple[PointsLot, ...] = ()
    owed: int = 0

    @property
    def ledger_balance(self) -> int:
        """Return the sum of all movements so far; what has expired since the last one is still in it."""
        return sum(lot.left for lot in self.lots) - self.owed


class MovementKind(StrEnum):
    """Why points moved."""

    EARNED = "earned"
    SPENT = "spent"
    EXPIRED = "expired"
    TAKEN_BACK = "taken_back"
    GIVEN_BACK = "given_back"
    SETTLED = "settled"  # new points pay what is owed; sums to nothing


class PointsMovement(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the ledger; `points` is signed. Without a lot it changes what is owed.

    `reference` is what it was for: a sale, a return, a reward.
    """

    kind: MovementKind
    points: int
    at: str
    lot_id: str = ""
    reference: str = ""


class Posted(NamedTuple):
    """An account after a step, and the step's movements."""

    account: PointsAccount
    movements: tuple[PointsMovement, ...]


class TakenBack(NamedTuple):
    """What a return took: `taken + already_expired + shortfall` is what was to be taken.

    The shortfall is in one of `owed`, `waived` and `to_charge`, as the programme says; what is to be charged
    is worth `retail.loyalty.redeeming.worth_of(to_charge)` in money.
    """

    account: PointsAccount
    movements: tuple[PointsMovement, ...]
    taken: int
    already_expired: int
    shortfall: int
    owed: int
    waived: int
    to_charge: int


class GivenBack(NamedTuple):
    """What a return gave back: `given` points, and `lost` ones whose lot has expired without grace."""

    account: PointsAccount
    movements: tuple[PointsMovement, ...]
    given: int
    lost: int


def new_lot(
    program: LoyaltyProgram, *, lot_id: str, points: int, earned_at: str, sale_id: str = ""
) -> PointsLot:
    """Return a lot of points earned now, which expire as the programme says.

    Raises `PointsRefused` for a number that cannot be, `TermInvalid` for a time that is none.
    """
    expires_at = end_of(program.expiry, earned_at)
    checked_some_points(points)
    return PointsLot(
        lot_id=lot_id, sale_id=sale_id, earned_at=earned_at, expires_at=expires_at, points=points, left=points
    )


def balance(account: PointsAccount, now: str) -> int:
    """Return the points that can be spent now; below zero when points are owed."""
    at = moment_of(now).exact
    return sum(lot.left for lot in account.lots if at < _expiry(lot)) - account.owed


def add(account: PointsAccount, lot: PointsLot, now: str) -> Posted:
    """Return the account with a new lot; what is owed is paid from it first.

    Raises `PointsRefused` with `lot_exists` for a lot that is there already (a fact that came twice),
    `contradictory` for one that is not new, or for a number that cannot be.
    """
    checked_some_points(lot.points)
    if lot.left != lot.points or lot.expired:
        raise PointsRefused("contradictory", lot.left)
    if any(present.lot_id == lot.lot_id for present in account.lots):
        raise PointsRefused("lot_exists", lot.points)
    if account.ledger_balance + lot.points > LARGEST_POINTS:
        raise PointsRefused("too_large", lot.points)
    book = _Book(account, now, lot.sale_id or lot.lot_id)
    book.expire()
    book.lots.append(lot)
    book.note(MovementKind.EARNED, lot.points, lot.lot_id)
    book.expire()
    book.settle()
    return book.posted()


def expire(account: PointsAccount, now: str) -> Posted:
    """Return the account without what has expired; raises `TermInvalid` for a time that is none."""
    book = _Book(account, now, "")
    book.expire()
    return book.posted()


def spend(account: PointsAccount, points: int, now: str, reference: str) -> Posted:
    """Return the account without the points of a redemption, those that expire first taken first.

    Raises `PointsRefused` with `not_enough`, or `expired` when there were enough but for their expiry.
    """
    checked_some_points(points)
    book = _Book(account, now, reference)
    book.expire()
    there = sum(lot.left for lot in book.lots) - book.owed
    if points > there:
        lost = sum(lot.expired for lot in book.lots)
        raise PointsRefused("expired" if points <= there + lost else "not_enough", points)
    book.take(book.in_order(), points, MovementKind.SPENT)
    return book.posted()


def take_back(
    account: PointsAccount, points: int, now: str, *, sale_id: str, reference: str, shortfall: Shortfall
) -> TakenBack:
    """Return the account without points that a returned sale had earned.

    First what is left of the sale's own lots, then what expired of them unused (gone already, and not taken
    twice), then other lots, those that expire first taken first. What is missing after that is the
    `shortfall`, dealt with as the programme's policy says: the balance never goes below zero unsaid.
    Raises `PointsRefused` for a number that cannot be.
    """
    checked_points(points)
    book = _Book(account, now, reference)
    book.expire()
    places = book.in_order()
    own = [place for place in places if sale_id and book.lots[place].sale_id == sale_id]
    taken = book.take(own, points, MovementKind.TAKEN_BACK)
    already_expired = book.forgive(own, points - taken)
    taken += book.take(places, points - taken - already_expired, MovementKind.TAKEN_BACK)
    missing = points - taken - already_expired
    owed = missing if shortfall is Shortfall.OWE else 0
    if owed:
        book.owed += owed
        book.note(MovementKind.TAKEN_BACK, -owed, "")
    after, movements = book.posted()
    return TakenBack(
        account=after,
        movements=movements,
        taken=taken,
        already_expired=already_expired,
        shortfall=missing,
        owed=owed,
        waived=missing if shortfall is Shortfall.WAIVE else 0,
        to_charge=missing if shortfall is Shortfall.CHARGE else 0,
    )


def give_back(
    account: PointsAccount,
    spent: Sequence[PointsMovement],
    points: int,
    now: str,
    *,
    reference: str,
    given_before: int = 0,
    grace_days: int = 0,
) -> GivenBack:
    """Return the account with redeemed points back in the lots they came from, with their old expiry.

    `spent` are the movements of the redemption, `given_before` how many of its points earlier returns gave
    back. What was spent last goes back first: it lives longest. A lot that has expired meanwhile lives on
    for `grace_days` with what it gets back; without grace that is lost, and said. Raises `PointsRefused`
    with `more_than_spent`, `unknown_lot`, or for a number that cannot be.
    """
    checked_points(points)
    checked_points(given_before)
    book = _Book(account, now, reference)
    book.expire()
    lost = 0
    for lot_id, share in _last_spent(spent, points, given_before):
        lost += book.put_back(lot_id, share, Term(days=grace_days))
    book.settle()
    after, movements = book.posted()
    return GivenBack(after, movements, points - lost, lost)


def _last_spent(spent: Iterable[PointsMovement], points: int, given_before: int) -> Iterable[tuple[str, int]]:
    """Return from which lots the next points to be given back came; raises `PointsRefused`."""
    found: list[tuple[str, int]] = []
    skip, wanted = given_before, points
    for movement in reversed([one for one in spent if one.kind is MovementKind.SPENT]):
        there = -movement.points
        skipped = min(skip, there)
        skip -= skipped
        share = min(wanted, there - skipped)
        wanted -= share
        if share:
            found.append((movement.lot_id, share))
    if skip or wanted:
        raise PointsRefused("more_than_spent", points)
    return found


def _expiry(lot: PointsLot) -> int:
    return moment_of(lot.expires_at).exact if lot.expires_at else _NEVER


class _Book:
    """An account while a step is written: its lots, what is owed, and the movements so far."""

    def __init__(self, account: PointsAccount, now: str, reference: str) -> None:
        self.lots = list(account.lots)
        self.owed = account.owed
        self.movements: list[PointsMovement] = []
        self._now = now
        self._at = moment_of(now).exact
        self._reference = reference

    def note(self, kind: MovementKind, points: int, lot_id: str) -> None:
        self.movements.append(
            PointsMovement(kind=kind, points=points, at=self._now, lot_id=lot_id, reference=self._reference)
        )

    def posted(self) -> Posted:
        return Posted(PointsAccount(lots=tuple(self.lots), owed=self.owed), tuple(self.movements))

    def in_order(self) -> list[int]:
        """Return the places of the lots: first what expires first, then what was earned first."""

        def order(place: int) -> tuple[int, int, str]:
            lot = self.lots[place]
            return _expiry(lot), moment_of(lot.earned_at).exact, lot.lot_id

        return sorted(range(len(self.lots)), key=order)

    def expire(self) -> None:
        for place, lot in enumerate(self.lots):
            if lot.left and _expiry(lot) <= self._at:
                self.lots[place] = replace(lot, left=0, expired=lot.expired + lot.left)
                self.note(MovementKind.EXPIRED, -lot.left, lot.lot_id)

    def take(self, places: Iterable[int], points: int, kind: MovementKind) -> int:
        """Take points out of lots in the order given, as far as they go; return how many."""
        wanted = points
        for place in places:
            lot = self.lots[place]
            share = min(wanted, lot.left)
            if share:
                self.lots[place] = replace(lot, left=lot.left - share)
                self.note(kind, -share, lot.lot_id)
                wanted -= share
        return points - wanted

    def forgive(self, places: Iterable[int], points: int) -> int:
        """Set points against those that have expired unused; return how many. Nothing moves by it."""
        wanted = points
        for place in places:
            lot = self.lots[place]
            share = min(wanted, lot.expired)
            self.lots[place] = replace(lot, expired=lot.expired - share)
            wanted -= share
        return points - wanted

    def put_back(self, lot_id: str, points: int, grace: Term) -> int:
        """Put points back into their lot; return how many are lost because it has expired."""
        place = next((place for place, lot in enumerate(self.lots) if lot.lot_id == lot_id), None)
        if place is None:
            raise PointsRefused("unknown_lot", points)
        lot = self.lots[place]
        if lot.left + lot.expired + points > lot.points:
            raise PointsRefused("more_than_spent", points)
        if _expiry(lot) <= self._at:
            if grace.is_none:
                self.lots[place] = replace(lot, expired=lot.expired + points)
                return points
            lot = replace(lot, expires_at=end_of(grace, self._now))
        self.lots[place] = replace(lot, left=lot.left + points)
        self.note(MovementKind.GIVEN_BACK, points, lot_id)
        return 0

    def settle(self) -> None:
        """Pay what is owed from whatever is there."""
        paid = self.take(self.in_order(), self.owed, MovementKind.SETTLED) if self.owed else 0
        if paid:
            self.owed -= paid
            self.note(MovementKind.SETTLED, paid, "")
