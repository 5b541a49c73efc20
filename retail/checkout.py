"""From a priced and paid basket to the frozen record of the sale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retail.basket import BasketMember
from retail.payment import IllegalStep, Settlement
from retail.pricing import PricedBasket, PricedLine
from retail.receipt_number import NotAReceiptNumber, parse_receipt_number, receipt_number
from retail.sale import LineTax, PricedUnder, Sale, SaleLine, SaleMember, Tender
from retail.shared_taxes import shared_taxes

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
    priced_under: PricedUnder | None = None,
    order_id: str = "",
    order_number: str = "",
) -> Sale:
    """Return the completed sale.

    `member_balance` is the member's points after this sale as the till knows them; left out, it is the
    balance known when the member was attached plus what this sale earns less what it redeems.
    Raises `IllegalStep`: `empty_basket`, `not_paid`, or `stale_settlement` when the settlement belongs to
    other figures.
    """
    taken = tuple(tenders)
    _check_paid(priced, settlement, taken)
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
        lines=_sale_lines(priced, tax_included=tax_included),
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
        member=_sale_member(member, priced, member_balance),
        note=note,
        promotions=priced.promotions,
        priced_under=priced_under,
        order_id=order_id,
        order_number=order_number,
    )


def _check_paid(priced: PricedBasket, settlement: Settlement, taken: Sequence[Tender]) -> None:
    if not priced.lines:
        raise IllegalStep("empty_basket")
    if settlement.total_minor != priced.total_minor or settlement.paid_minor != sum(
        tender.amount_minor for tender in taken
    ):
        raise IllegalStep("stale_settlement")
    if not settlement.complete:
        raise IllegalStep("not_paid")


def _sale_lines(priced: PricedBasket, *, tax_included: bool) -> tuple[SaleLine, ...]:
    taxes = shared_taxes(
        [(line.tax_class_id, line.paid_minor, line.taxes) for line in priced.lines],
        priced.tax_totals,
        included=tax_included,
    )
    lines = zip(priced.lines, taxes, strict=True)
    return tuple(_sale_line(number, line, of_line) for number, (line, of_line) in enumerate(lines, start=1))


def _sale_line(number: int, priced: PricedLine, taxes: tuple[LineTax, ...]) -> SaleLine:
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
        unit_price_minor=priced.unit_price_minor,
        price_source=priced.price_source,
        gross_minor=priced.gross_minor,
        discounts=priced.discounts,
        document_discount_minor=priced.document_discount_minor,
        paid_minor=priced.paid_minor,
        tax_class_id=priced.tax_class_id,
        tax_code=priced.tax_code,
        scanned_code=line.scanned_code,
        options=line.options,
        note=line.note,
        product_kind=product.kind,
        price_list_id=priced.price_list_id,
        price_approved_by=line.price_approved_by,
        price_reason=line.price_reason,
        amount_on_label=line.fixed_amount_minor is not None,
        taxes=taxes,
        catalogue_version=line.catalogue_version,
        prices_version=line.prices_version,
    )


def _sale_member(member: BasketMember | None, priced: PricedBasket, balance: int | None) -> SaleMember | None:
    if member is None:
        return None
    after = member.points + priced.points - priced.points_redeemed
    return SaleMember(
        member_id=member.member_id,
        tier=member.tier,
        card_tail=member.card_tail,
        points_earned=priced.points,
        points_balance=after if balance is None else balance,
        points_redeemed=priced.points_redeemed,
    )
