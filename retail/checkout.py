"""From a priced and paid basket to the frozen record of the sale."""

from __future__ import annotations

from collections.abc import Iterable

from retail.basket import BasketMember
from retail.payment import IllegalStep, Settlement
from retail.pricing import PricedBasket, PricedLine
from retail.receipt_number import NotAReceiptNumber, parse_receipt_number, receipt_number
from retail.sale import Sale, SaleLine, SaleMember, Tender

__all__ = ["NotAReceiptNumber", "compose_sale", "parse_receipt_number", "receipt_number"]


def compose_sale(
    priced: PricedBasket,
    settlement: Settlement,
    tenders: Iterable[Tender],
    *,
    sale_id: str,
    receipt_number: str,
    store_id: str,
    till_id: str,
    till_number: int,
    cashier_id: str,
    cashier_name: str,
    completed_at: str,
    currency: str,
    tax_included: bool,
    member: BasketMember | None,
    member_balance: int | None = None,
    note: str = "",
) -> Sale:
    """Return the completed sale.

    `member_balance` is the member's points after this sale as the till knows them; left out, it is the
    balance known when the member was attached plus what this sale earns. Raises `IllegalStep`:
    `empty_basket`, `not_paid`, or `stale_settlement` when the settlement belongs to other figures.
    """
    taken = tuple(tenders)
    if not priced.lines:
        raise IllegalStep("empty_basket")
    if settlement.total_minor != priced.total_minor or settlement.paid_minor != sum(
        tender.amount_minor for tender in taken
    ):
        raise IllegalStep("stale_settlement")
    if not settlement.complete:
        raise IllegalStep("not_paid")
    return Sale(
        sale_id=sale_id,
        receipt_number=receipt_number,
        store_id=store_id,
        till_id=till_id,
        till_number=till_number,
        cashier_id=cashier_id,
        cashier_name=cashier_name,
        completed_at=completed_at,
        currency=currency,
        tax_included=tax_included,
        lines=tuple(_sale_line(number, line) for number, line in enumerate(priced.lines, start=1)),
        item_count=priced.item_count,
        subtotal_minor=priced.subtotal_minor,
        discounts=priced.discounts,
        saved_minor=priced.saved_minor,
        tax_totals=priced.tax_totals,
        tax_minor=priced.tax_minor,
        total_minor=priced.total_minor,
        tenders=taken,
        cash_rounding_minor=settlement.cash_rounding_minor,
        change_minor=settlement.change_minor,
        member=_sale_member(member, priced.points, member_balance),
        note=note,
    )


def _sale_line(number: int, priced: PricedLine) -> SaleLine:
    line = priced.line
    product = line.product
    return SaleLine(
        line_number=number,
        product_id=product.product_id,
        sku=product.sku,
        name=product.name,
        category_id=product.category_id,
        unit=product.unit,
        quantity=line.quantity,
        unit_price_minor=line.unit_price_minor,
        price_source=line.price_source,
        gross_minor=priced.gross_minor,
        discounts=priced.discounts,
        document_discount_minor=priced.document_discount_minor,
        paid_minor=priced.paid_minor,
        tax_class_id=priced.tax_class_id,
        tax_code=priced.tax_code,
        scanned_code=line.scanned_code,
        options=line.options,
        note=line.note,
    )


def _sale_member(member: BasketMember | None, earned: int, balance: int | None) -> SaleMember | None:
    if member is None:
        return None
    return SaleMember(
        member_id=member.member_id,
        tier=member.tier,
        card_tail=member.card_tail,
        points_earned=earned,
        points_balance=member.points + earned if balance is None else balance,
    )
