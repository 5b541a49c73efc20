"""From a priced and paid return to its frozen record."""

from __future__ import annotations

from retail.payment import IllegalStep
from retail.returns.priced_return import PricedReturn
from retail.returns.record import Because, Return
from retail.returns.refund import Refund
from retail.sale import RefundTender, TenderKind


def compose_return(
    priced: PricedReturn,
    refund: Refund,
    *,
    return_id: str,
    receipt_number: str,
    store_id: str,
    till_id: str,
    till_number: int,
    cashier_id: str,
    cashier_name: str,
    completed_at: str,
    exchanged: RefundTender | None = None,
    note: str = "",
) -> Return:
    """Return the completed return.

    `refund` is what is paid back, `exchanged` (`Exchange.refund_tender`) what another sale took. Tenders
    through a terminal have their `attempt_id` by now. Raises `IllegalStep`: `stale_refund` when the refund
    belongs to other figures, `not_paid` when its tenders do not come to it.
    """
    tenders, because = _paid_back(priced, refund, exchanged)
    return Return(
        return_id=return_id,
        receipt_number=receipt_number,
        kind=priced.kind,
        sale_id=priced.sale_id,
        sale_receipt_number=priced.sale_receipt_number,
        store_id=store_id,
        till_id=till_id,
        till_number=till_number,
        cashier_id=cashier_id,
        cashier_name=cashier_name,
        completed_at=completed_at,
        currency=priced.currency,
        tax_included=priced.tax_included,
        lines=priced.lines,
        tax_totals=priced.tax_totals,
        tax_minor=priced.tax_minor,
        refund_minor=priced.refund_minor,
        tenders=tenders,
        cash_rounding_minor=refund.cash_rounding_minor,
        promotion_lost_minor=priced.promotion_lost_minor,
        lost=priced.lost,
        member_id=priced.member_id,
        points_taken_back=priced.points_taken_back,
        points_given_back=priced.points_given_back,
        approved_by=priced.approved_by,
        exchange_sale_id=exchanged.reference if exchanged is not None else "",
        note=note,
        explanation=(*priced.explanation, *because),
    )


def _paid_back(
    priced: PricedReturn, refund: Refund, exchanged: RefundTender | None
) -> tuple[tuple[RefundTender, ...], tuple[Because, ...]]:
    """Return the tenders that pay a return back, with what explains them; raises `IllegalStep`."""
    tenders, because, credit = refund.tenders, refund.explanation, 0
    if exchanged is not None:
        credit = exchanged.amount_minor
        tenders = (exchanged, *tenders)
        because = (Because(code="to_exchange", amount_minor=credit, detail=TenderKind.EXCHANGE), *because)
    if refund.refund_minor + credit != priced.refund_minor:
        raise IllegalStep("stale_refund")
    given = sum(tender.amount_minor for tender in tenders)
    if given != priced.refund_minor + refund.cash_rounding_minor:
        raise IllegalStep("not_paid")
    return tenders, because
