"""What a return comes to: each line at what was paid, less what the kept goods cost more, with its tax.

Law: the taxable amount is reduced by what is paid back (Directive 2006/112/EC, article 90), at the rates
and with the amounts of the sale itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

import msgspec

from retail.catalogue import ProductKind
from retail.quantity import checked_quantity
from retail.returns.left import (
    NOTHING,
    Portion,
    first_units,
    kept_after,
    less,
    returned_before,
    returns_of,
    whole_portions,
)
from retail.returns.lost import (
    RulesOfTheDay,
    all_of,
    change_of,
    is_gift,
    lost_before,
    lost_on,
    recomputes,
)
from retail.returns.points_back import points_back
from retail.returns.policy import (
    ReturnPolicy,
    ReturnRefused,
    RulesDiffer,
    WantedLine,
    all_for_sellers_fault,
    is_lifted,
    line_refusal,
)
from retail.returns.record import (
    Because,
    Condition,
    PromotionLost,
    Return,
    ReturnKind,
    ReturnLine,
    ReturnReason,
)
from retail.returns.tax_back import tax_back
from retail.sale import Sale, SaleLine, TaxTotal


class PricedReturn(msgspec.Struct, frozen=True, kw_only=True):
    """What a return comes to, not yet paid back. The figures are those of `Return`.

    `refund_minor` is `Σ lines.charged − promotion_lost`, never below nothing and, with the returns before it,
    never more than was paid.
    """

    kind: ReturnKind
    sale_id: str
    sale_receipt_number: str
    currency: str
    tax_included: bool
    lines: tuple[ReturnLine, ...]
    lost: tuple[PromotionLost, ...]
    promotion_lost_minor: int
    tax_totals: tuple[TaxTotal, ...]
    tax_minor: int
    refund_minor: int
    member_id: str = ""
    points_taken_back: int = 0
    points_given_back: int = 0
    approved_by: str = ""
    explanation: tuple[Because, ...] = ()


def price_return(
    sale: Sale,
    earlier: Iterable[Return],
    wanted: Sequence[WantedLine],
    policy: ReturnPolicy,
    *,
    now: str,
    rules: RulesOfTheDay | None = None,
    for_exchange: bool = False,
    approved_by: str = "",
    gives_points_back: bool = True,
) -> PricedReturn:
    """Return what comes back and what for, given all earlier returns of the sale.

    A line comes back at its part of what was really paid. Where the policy recomputes promotions or charges
    gifts, `rules` price what is kept: what that costs more is withheld (`promotion_lost`), is given back when
    later returns make it cost less, and all of it when nothing is kept. Nothing more is withheld when all of
    it comes back for the seller's fault, or `for_exchange` if the policy says so. So the refunds of all
    returns together are never more than their parts of what was paid, and come to all of it in the end.

    `approved_by` lifts refusals that the policy names. `gives_points_back` is the loyalty programme's. Raises
    `ReturnRefused`, `QuantityRefused` (more decimals than the unit has), `ValueError` for what is no time.
    """
    done = returns_of(sale, earlier)
    explanation: list[Because] = []
    lines = _lines(sale, done, wanted, policy, now=now, approved_by=approved_by, explanation=explanation)
    spared = _why_nothing_is_lost(lines, policy, for_exchange=for_exchange)
    lost = _lost(sale, done, lines, policy, rules, spared, explanation)
    return figures(
        sale,
        done,
        lines,
        lost,
        kind=ReturnKind.RETURN,
        approved_by=approved_by,
        gives_points_back=gives_points_back,
        explanation=explanation,
    )


def figures(
    sale: Sale,
    earlier: Sequence[Return],
    lines: Sequence[ReturnLine],
    lost: Sequence[PromotionLost],
    *,
    kind: ReturnKind,
    approved_by: str,
    gives_points_back: bool,
    explanation: Sequence[Because],
) -> PricedReturn:
    """Return the figures of lines that come back and of what is lost by that, with taxes and points."""
    lost_minor = sum(one.amount_minor for one in lost)
    refund = sum(line.charged_minor for line in lines) - lost_minor
    totals = tax_back(sale, earlier, lines, lost)
    points = points_back(sale, earlier, lines, refund, gives_back=gives_points_back)
    return PricedReturn(
        kind=kind,
        sale_id=sale.sale_id,
        sale_receipt_number=sale.receipt_number,
        currency=sale.currency,
        tax_included=sale.tax_included,
        lines=tuple(lines),
        lost=tuple(lost),
        promotion_lost_minor=lost_minor,
        tax_totals=totals,
        tax_minor=sum(total.tax_minor for total in totals),
        refund_minor=refund,
        member_id=sale.member.member_id if sale.member else "",
        points_taken_back=points.take_back,
        points_given_back=points.give_back,
        approved_by=approved_by,
        explanation=tuple(explanation),
    )


def line_back(line: SaleLine, part: Portion, reason: ReturnReason, condition: Condition) -> ReturnLine:
    """Return a part of a sale's line as what comes back."""
    return ReturnLine(
        line_number=line.line_number,
        product_id=line.product_id,
        sku=line.sku,
        name=line.name,
        category_id=line.category_id,
        unit=line.unit,
        quantity=part.quantity,
        sold_quantity=line.quantity,
        paid_minor=part.paid_minor,
        sold_paid_minor=line.paid_minor,
        tax_class_id=line.tax_class_id,
        tax_code=line.tax_code,
        reason=reason,
        condition=condition,
        taxes=part.taxes,
        product_kind=line.product_kind,
        restock=is_restocked(condition, line.product_kind),
    )


def is_restocked(condition: Condition, kind: ProductKind) -> bool:
    """Say whether something that comes back can be sold again."""
    return condition is Condition.SELLABLE and kind is ProductKind.GOODS


def _lines(
    sale: Sale,
    done: Sequence[Return],
    wanted: Sequence[WantedLine],
    policy: ReturnPolicy,
    *,
    now: str,
    approved_by: str,
    explanation: list[Because],
) -> tuple[ReturnLine, ...]:
    """Return what comes back at what was paid; raises `ReturnRefused` or `QuantityRefused`."""
    if not wanted:
        raise ReturnRefused("nothing_to_return")
    if len({one.line_number for one in wanted}) < len(wanted):
        raise ReturnRefused("line_repeated")
    before = returned_before(sale, done)
    sold = {
        line.line_number: (line, whole) for line, whole in zip(sale.lines, whole_portions(sale), strict=True)
    }
    found = []
    for one in sorted(wanted, key=lambda each: each.line_number):
        if one.line_number not in sold:
            raise ReturnRefused("unknown_line", one.line_number)
        line, whole = sold[one.line_number]
        here = before.get(one.line_number, NOTHING)
        after = here.quantity + checked_quantity(one.quantity, line.unit)
        if after > line.quantity:
            raise ReturnRefused(
                "already_returned" if here.quantity == line.quantity else "more_than_left", one.line_number
            )
        refusal = line_refusal(sale, line, one.reason, policy, now)
        if refusal and not is_lifted(refusal, policy, approved_by):
            raise ReturnRefused(refusal, one.line_number)
        if refusal:
            explanation.append(Because(code="allowed", line_number=one.line_number, detail=refusal))
        part = less(first_units(whole, after), here, one.line_number)
        found.append(line_back(line, part, one.reason, one.condition))
        explanation.append(
            Because(code="at_price_paid", line_number=one.line_number, amount_minor=part.charged_minor)
        )
    return tuple(found)


def _why_nothing_is_lost(lines: Sequence[ReturnLine], policy: ReturnPolicy, *, for_exchange: bool) -> str:
    """Return why no promotion is taken back though the policy does (a code), or nothing when it is."""
    if not recomputes(policy):
        return ""
    if all_for_sellers_fault([line.reason for line in lines]):
        return "fault_keeps_promotions"
    return "exchange_keeps_promotions" if for_exchange and policy.exchange_keeps_promotions else ""


def _lost(
    sale: Sale,
    done: Sequence[Return],
    lines: Sequence[ReturnLine],
    policy: ReturnPolicy,
    rules: RulesOfTheDay | None,
    spared: str,
    explanation: list[Because],
) -> tuple[PromotionLost, ...]:
    """Return what is withheld now, by line; negative is given back."""
    before = lost_before(done)
    back = {number: part.quantity for number, part in returned_before(sale, done).items()}
    for line in lines:
        back[line.line_number] = back.get(line.line_number, Decimal(0)) + line.quantity
    kept = kept_after(sale, back)
    target: tuple[PromotionLost, ...] = ()
    if kept and spared:
        target = before
        explanation.append(Because(code=spared))
    elif kept and recomputes(policy):
        found = lost_on(sale, kept, rules, policy) if rules is not None else None
        if found is None and policy.rules_differ is RulesDiffer.REFUSE:
            raise ReturnRefused("rules_differ")
        target = before if found is None else found
        if found is None:
            explanation.append(Because(code="rules_differ"))
    now = change_of(target, before)
    worth = sum(line.charged_minor for line in lines)
    if sum(one.amount_minor for one in now) > worth:
        explanation.append(Because(code="nothing_refunded", amount_minor=worth))
        return all_of(lines)
    gifts = {line.line_number for line in sale.lines if is_gift(line)}
    withheld = {one.line_number for one in before}
    explanation.extend(_because(one, withheld, gifts) for one in now)
    return now


def _because(lost: PromotionLost, withheld: Collection[int], gifts: Collection[int]) -> Because:
    amount, number = lost.amount_minor, lost.line_number
    if amount < 0:
        code = "promotion_given_back" if number in withheld else "promotion_moved"
        return Because(code=code, line_number=number, amount_minor=-amount)
    code = "gift_kept" if number in gifts else "promotion_lost"
    return Because(code=code, line_number=number, amount_minor=amount)
