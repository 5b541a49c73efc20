"""To whom a refund goes: the tenders that paid, each at most what it paid.

Law: the trader pays back by the same means as were used to pay, unless the consumer has expressly agreed
otherwise (Directive 2011/83/EU, article 13, for what was bought at a distance; card schemes ask the same
for what a card paid). So store credit for the whole is an order that a policy or a customer chooses, and
cash for what a terminal took (`in_cash`) is for a till whose terminal cannot pay back: the customer agrees.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from retail.money import CashRounding, allocate
from retail.payment import CashTaken, RefundRounding, RefundSettlement, settle_refund
from retail.returns.left import returns_of
from retail.returns.policy import TENDERS_BY_TURN, RefundOrder, ReturnRefused
from retail.returns.record import Because, Return
from retail.sale import RefundTender, Sale, Tender, TenderKind


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """How an amount is paid back: `Σ tenders = refund + cash_rounding`, in minor units.

    A tender of nothing is left out (cash that is rounded down to nothing).
    """

    refund_minor: int
    tenders: tuple[RefundTender, ...]
    cash_rounding_minor: int
    explanation: tuple[Because, ...]

    @property
    def given_minor(self) -> int:
        """What the customer is given, cash rounded."""
        return self.refund_minor + self.cash_rounding_minor

    @property
    def cash_minor(self) -> int:
        """What leaves the drawer."""
        return sum(one.amount_minor for one in self.tenders if one.kind is TenderKind.CASH)


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """A tender of the sale (all cash is one), and what it paid that has not gone back yet."""

    kind: TenderKind
    position: int
    reference: str
    left_minor: int


def split_refund(
    sale: Sale,
    earlier: Iterable[Return],
    refund_minor: int,
    order: RefundOrder,
    *,
    cash_rounding: CashRounding,
    reversal: bool = False,
    in_cash: Collection[TenderKind] = (),
    instead: Mapping[int, TenderKind] | None = None,
) -> Refund:
    """Return how a refund goes back, given all earlier returns of the sale.

    To each tender at most what it paid less what it got back before; cash that was given as change never
    counts. Cash is rounded as `retail.payment.settle_refund` says, so that the last of it is exactly what
    was handed over. What another sale's exchange paid goes back as store credit. `reversal` asks terminals to
    undo their payments instead of refunding them (a void). What tenders of the kinds `in_cash` paid is paid
    out in cash under their own position, so that no tender is paid back twice; `instead` names single tenders
    by position that are paid back otherwise, in cash or as store credit, such as a card whose terminal
    refused. Raises `ReturnRefused("more_than_paid")`, or `AmountRefused` for an amount that cannot be.
    """
    done, instead = returns_of(sale, earlier), instead or {}
    if refund_minor > sale.total_minor - sum(one.refund_minor for one in done):
        raise ReturnRefused("more_than_paid")
    cash = _cash_taken(sale, done)
    if order is RefundOrder.STORE_CREDIT:
        shares = []
        given = _store_credit(refund_minor)
    else:
        parts = _parts(sale, done, cash)
        shares = list(zip(parts, _shares(refund_minor, parts, order), strict=True))
        given = tuple(
            _refund_of(part, amount, instead, reversal=reversal)
            for part, amount in shares
            if amount and not _pays_cash(part, in_cash, instead)
        )
    settlement = settle_refund(refund_minor, given, cash_rounding, cash_next=True, cash_taken=cash)
    wanted = [(part, amount) for part, amount in shares if amount and _pays_cash(part, in_cash, instead)]
    given = (*given, *_cash_back(wanted, settlement.remaining_minor))
    return Refund(
        refund_minor=refund_minor,
        tenders=given,
        cash_rounding_minor=settlement.cash_rounding_minor,
        explanation=(*map(_because, given), *because_of_rounding(settlement)),
    )


def _pays_cash(part: _Part, in_cash: Collection[TenderKind], instead: Mapping[int, TenderKind]) -> bool:
    chosen = instead.get(part.position)
    if chosen is not None and part.kind is not TenderKind.CASH:
        return chosen is TenderKind.CASH
    return part.kind is TenderKind.CASH or part.kind in in_cash


def _cash_back(wanted: Sequence[tuple[_Part, int]], cash_minor: int) -> tuple[RefundTender, ...]:
    """Return the cash for each part; the last takes the rounding. What comes to nothing is left out."""
    found = []
    for place, (part, amount) in enumerate(wanted, start=1):
        given = cash_minor if place == len(wanted) else min(amount, cash_minor)
        cash_minor -= given
        if given:
            found.append(
                RefundTender(
                    kind=TenderKind.CASH,
                    amount_minor=given,
                    position=part.position,
                    reference=part.reference,
                )
            )
    return tuple(found)


def _parts(sale: Sale, done: Sequence[Return], cash: CashTaken) -> list[_Part]:
    """Return the tenders that still have something to get back, in the order of their turns."""
    back = [settled for each in done for settled in _settled(each)]
    found = []
    cash_position = 0  # stays so when the cash was rounded down to nothing
    for position, tender in enumerate(sale.tenders, start=1):
        if tender.kind is TenderKind.CASH:
            cash_position = cash_position or position
            continue
        left = tender.amount_minor - sum(amount for one, amount in back if one.position == position)
        found.append(
            _Part(kind=tender.kind, position=position, reference=tender.reference, left_minor=max(0, left))
        )
    found.append(
        _Part(kind=TenderKind.CASH, position=cash_position, reference="", left_minor=cash.amount_minor)
    )
    found.sort(key=lambda part: TENDERS_BY_TURN.index(part.kind))
    return [part for part in found if part.left_minor]


def _shares(refund_minor: int, parts: Sequence[_Part], order: RefundOrder) -> tuple[int, ...]:
    """Divide a refund over the parts, each at most what it has left."""
    if order is RefundOrder.PROPORTIONAL:
        return allocate(refund_minor, [part.left_minor for part in parts])
    shares = []
    for part in parts:
        share = min(part.left_minor, refund_minor)
        refund_minor -= share
        shares.append(share)
    return tuple(shares)


def _cash_taken(sale: Sale, done: Sequence[Return]) -> CashTaken:
    """Return what the sale's cash still has to get back: change never counts, its rounding does."""
    amount = sale.total_minor - _not_cash(sale.tenders)
    handed_over = amount + sale.cash_rounding_minor
    for each in done:
        for tender, settled in _settled(each):
            if tender.kind is TenderKind.CASH and not _is_instead(sale, tender):
                amount -= settled
                handed_over -= tender.amount_minor
        if not any(tender.kind is TenderKind.CASH for tender in each.tenders):
            amount += each.cash_rounding_minor  # it was rounded down to nothing
    return CashTaken(amount_minor=max(0, amount), handed_over_minor=max(0, handed_over))


def _settled(returned: Return) -> list[tuple[RefundTender, int]]:
    """Return what each tender of a return paid back of its part: without the rounding of the last cash."""
    found = [(tender, tender.amount_minor) for tender in returned.tenders]
    for place in range(len(found) - 1, -1, -1):
        tender, amount = found[place]
        if tender.kind is TenderKind.CASH:
            found[place] = (tender, amount - returned.cash_rounding_minor)
            break
    return found


def _is_instead(sale: Sale, tender: RefundTender) -> bool:
    """Say whether cash went out for what another kind of tender had paid."""
    return tender.position > 0 and sale.tenders[tender.position - 1].kind is not TenderKind.CASH


def _not_cash(tenders: Iterable[Tender | RefundTender]) -> int:
    return sum(tender.amount_minor for tender in tenders if tender.kind is not TenderKind.CASH)


def _refund_of(
    part: _Part, amount_minor: int, instead: Mapping[int, TenderKind], *, reversal: bool
) -> RefundTender:
    own: TenderKind = TenderKind.STORE_CREDIT if part.kind is TenderKind.EXCHANGE else part.kind
    kind = instead.get(part.position, own)
    return RefundTender(
        kind=kind,
        amount_minor=amount_minor,
        position=part.position,
        reference=part.reference,
        reversal=reversal and kind in (TenderKind.CARD, TenderKind.MOBILE_CODE),
    )


def _store_credit(amount_minor: int) -> tuple[RefundTender, ...]:
    return (RefundTender(kind=TenderKind.STORE_CREDIT, amount_minor=amount_minor),) if amount_minor else ()


def _because(tender: RefundTender) -> Because:
    code = "to_tender" if tender.position else "to_store_credit"
    return Because(code=code, amount_minor=tender.amount_minor, detail=tender.kind)


_ROUNDING_CODES: Final[dict[RefundRounding, str]] = {
    RefundRounding.STEP: "cash_to_step",
    RefundRounding.AS_PAID: "cash_as_paid",
    RefundRounding.NO_MORE_THAN_PAID: "cash_no_more_than_paid",
}


def because_of_rounding(settlement: RefundSettlement) -> tuple[Because, ...]:
    """Explain the rounding of a refund's cash; nothing when there is none."""
    code = _ROUNDING_CODES.get(settlement.rounded)
    return (Because(code=code, amount_minor=settlement.cash_rounding_minor),) if code else ()
