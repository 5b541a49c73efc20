"""Goods that come back without a receipt: by policy, by approval, at the lowest price of late."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from retail.basket import Basket, PriceSource, add_product
from retail.catalogue import Product
from retail.money import CashRounding
from retail.payment import settle_refund
from retail.pricing import PreparedRules, PricedBasket, price
from retail.returns.policy import ReturnPolicy, ReturnRefused, WithoutReceipt, is_lifted
from retail.returns.priced_return import PricedReturn, is_restocked
from retail.returns.record import Because, Condition, ReturnKind, ReturnLine, ReturnReason
from retail.returns.refund import Refund, because_of_rounding
from retail.sale import RefundTender, TenderKind
from retail.shared_taxes import shared_taxes


class UnreceiptedLine(msgspec.Struct, frozen=True, kw_only=True):
    """Something that comes back without a receipt.

    `recent_prices_minor` are the unit prices at which it was really sold of late, in minor units; how far
    back that goes is the caller's business (chains name months).
    """

    product: Product
    quantity: Decimal
    recent_prices_minor: tuple[Decimal, ...]
    reason: ReturnReason = ReturnReason.CHANGED_MIND
    condition: Condition = Condition.SELLABLE


def price_without_receipt(
    wanted: Sequence[UnreceiptedLine],
    policy: ReturnPolicy,
    prepared: PreparedRules,
    *,
    now: str,
    approved_by: str,
) -> PricedReturn:
    """Return what goods without a receipt come to: each at its lowest recent price, without promotions.

    Tax is that of a sale of today under `prepared`, because no other is known. Raises `ReturnRefused`
    (`without_receipt`, `approval_needed`, `nothing_to_return`, `no_recent_price`, `kind_not_returnable`,
    `above_limit`), or what a basket and its pricing refuse.
    """
    if policy.without_receipt is WithoutReceipt.REFUSED:
        raise ReturnRefused("without_receipt")
    if not approved_by:
        raise ReturnRefused("approval_needed")
    if not wanted:
        raise ReturnRefused("nothing_to_return")
    priced = price(_basket(wanted, policy), prepared, now)
    refund = priced.total_minor
    explanation = [
        Because(code="lowest_recent_price", line_number=number, amount_minor=line.paid_minor)
        for number, line in enumerate(priced.lines, start=1)
    ]
    if policy.without_receipt_most_minor and refund > policy.without_receipt_most_minor:
        if not is_lifted("above_limit", policy, approved_by):
            raise ReturnRefused("above_limit")
        explanation.append(Because(code="allowed", detail="above_limit"))
    return PricedReturn(
        kind=ReturnKind.WITHOUT_RECEIPT,
        sale_id="",
        sale_receipt_number="",
        currency=prepared.rules.currency_code,
        tax_included=prepared.rules.tax_included,
        lines=_lines(wanted, priced, included=prepared.rules.tax_included),
        lost=(),
        promotion_lost_minor=0,
        tax_totals=priced.tax_totals,
        tax_minor=priced.tax_minor,
        refund_minor=refund,
        approved_by=approved_by,
        explanation=tuple(explanation),
    )


def refund_without_receipt(refund_minor: int, policy: ReturnPolicy, *, cash_rounding: CashRounding) -> Refund:
    """Return how goods without a receipt are paid for: as store credit, or in cash where the policy says so.

    Never to a card: card schemes pay back to the card that paid, and nobody knows which that was. Raises
    `ReturnRefused("without_receipt")` or `AmountRefused`.
    """
    if policy.without_receipt is WithoutReceipt.REFUSED:
        raise ReturnRefused("without_receipt")
    in_cash = policy.without_receipt is WithoutReceipt.CASH
    settlement = settle_refund(
        refund_minor, (), cash_rounding if in_cash else CashRounding(), cash_next=in_cash
    )
    kind = TenderKind.CASH if in_cash else TenderKind.STORE_CREDIT
    given = settlement.due_minor
    because = () if in_cash else (Because(code="to_store_credit", amount_minor=given, detail=kind),)
    return Refund(
        refund_minor=refund_minor,
        tenders=(RefundTender(kind=kind, amount_minor=given),) if given else (),
        cash_rounding_minor=settlement.cash_rounding_minor,
        explanation=(*because, *because_of_rounding(settlement)),
    )


def _basket(wanted: Sequence[UnreceiptedLine], policy: ReturnPolicy) -> Basket:
    basket = Basket(basket_id="without receipt")
    for number, one in enumerate(wanted, start=1):
        if one.product.kind not in policy.returnable_kinds:
            raise ReturnRefused("kind_not_returnable", number)
        if not one.recent_prices_minor:
            raise ReturnRefused("no_recent_price", number)
        line, _ = add_product(
            Basket(basket_id=basket.basket_id),
            line_id=str(number),
            product=one.product,
            quantity=one.quantity,
            unit_price_minor=min(one.recent_prices_minor),
            price_source=PriceSource.OVERRIDE,  # a price set by hand takes no promotion
        )
        basket = msgspec.structs.replace(basket, lines=(*basket.lines, *line.lines))
    return basket


def _lines(
    wanted: Sequence[UnreceiptedLine], priced: PricedBasket, *, included: bool
) -> tuple[ReturnLine, ...]:
    taxes = shared_taxes(
        [(line.tax_class_id, line.paid_minor, line.taxes) for line in priced.lines],
        priced.tax_totals,
        included=included,
    )
    return tuple(
        ReturnLine(
            line_number=number,
            product_id=one.product.product_id,
            sku=one.product.sku,
            name=one.product.name,
            category_id=one.product.category_id,
            unit=one.product.unit,
            quantity=one.quantity,
            sold_quantity=one.quantity,
            paid_minor=line.paid_minor,
            sold_paid_minor=line.paid_minor,
            tax_class_id=line.tax_class_id,
            tax_code=line.tax_code,
            reason=one.reason,
            condition=one.condition,
            taxes=of_line,
            product_kind=one.product.kind,
            restock=is_restocked(one.condition, one.product.kind),
        )
        for number, (one, line, of_line) in enumerate(zip(wanted, priced.lines, taxes, strict=True), start=1)
    )
