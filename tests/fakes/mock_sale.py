"""The sale of the receipt's design picture, built by hand: every figure stands as it is printed."""

from __future__ import annotations

from decimal import Decimal

from pos_app.documents.receipt import PickupItem, PickupSlip, ReceiptData
from pos_app.documents.receipt_data import ReturnReceipt
from retail.basket import PriceSource
from retail.catalogue import LocalisedText
from retail.quantity import SellingUnit
from retail.returns.policy import WantedLine
from retail.returns.record import ReturnReason
from retail.sale import (
    AppliedDiscount,
    DiscountSource,
    Sale,
    SaleLine,
    SaleMember,
    TaxTotal,
    Tender,
    TenderKind,
)
from tests.fakes.sold import taken_back

OFFER = DiscountSource.PROMOTION


def _line(
    number: int,
    en: str,
    zh: str,
    quantity: str,
    price: str,
    gross: int,
    coupon_share: int,
    tax: str,
    *,
    unit: SellingUnit = SellingUnit.PIECE,
    off: tuple[AppliedDiscount, ...] = (),
    options: str = "",
) -> SaleLine:
    return SaleLine(
        line_number=number,
        product_id=f"p-{number}",
        sku=f"SKU{number:04d}",
        name=LocalisedText(en, zh),
        category_id="cafe",
        unit=unit,
        quantity=Decimal(quantity),
        unit_price_minor=Decimal(price),
        price_source=PriceSource.STORE,
        gross_minor=gross,
        discounts=off,
        document_discount_minor=coupon_share,
        paid_minor=gross - sum(discount.amount_minor for discount in off) - coupon_share,
        tax_class_id=f"tax-{tax}",
        tax_code=tax,
        options=options,
    )


def _off(source: DiscountSource, en: str, zh: str, minor: int) -> tuple[AppliedDiscount, ...]:
    return (AppliedDiscount(source=source, label=LocalisedText(en, zh), amount_minor=minor),)


def mock_lines() -> tuple[SaleLine, ...]:
    """The seven lines of the picture; the coupon's shares follow the amounts, largest remainder."""
    kilogram = SellingUnit.KILOGRAM
    return (
        _line(
            1,
            "Oat milk, barista 1 L",
            "燕麦奶",
            "2",
            "420",
            840,
            53,
            "Z",
            off=_off(OFFER, "2 for 7.00", "2 件 7.00", 140),
        ),
        _line(2, "Sourdough loaf 750 g", "", "1", "680", 680, 52, "Z"),
        _line(3, "Cavendish bananas", "", "1.284", "290", 372, 29, "Z", unit=kilogram),
        _line(4, "Flat white, large", "", "2", "550", 1100, 84, "A", options="oat milk, extra shot"),
        _line(
            5,
            "Butter croissant",
            "黄油可颂",
            "1",
            "360",
            360,
            16,
            "A",
            off=_off(OFFER, "Coffee + pastry", "咖啡 + 糕点", 150),
        ),
        _line(
            6,
            "Heavy cotton tee, sage, M",
            "",
            "1",
            "2900",
            2900,
            200,
            "A",
            off=_off(DiscountSource.MEMBER, "Gold member -10%", "金卡会员 -10%", 290),
        ),
        _line(7, "Jasmine tea", "茉莉花茶 100 g", "1", "850", 850, 66, "Z"),
    )


def mock_sale() -> Sale:
    """Receipt T2-000412-7 of Harbour Lane Market: 60.22, paid 40.00 by mobile code and 50.00 in cash."""
    return Sale(
        sale_id="0195941f-5a5e-7000-8000-000000000412",
        receipt_number="T2-000412-7",
        store_id="S1",
        till_id="S1-T2",
        till_number=2,
        cashier_id="staff-noor",
        cashier_name="Noor A.",
        completed_at="2026-03-14T14:33:20+08:00",
        currency="SGD",
        tax_included=True,
        lines=mock_lines(),
        item_count=9,
        subtotal_minor=7102,
        discounts=_off(DiscountSource.COUPON, "SPRING5", "SPRING5", 500),
        saved_minor=1080,
        tax_totals=(
            TaxTotal(
                tax_class_id="tax-A",
                code="A",
                rate=Decimal(9),
                net_minor=3321,
                tax_minor=299,
                gross_minor=3620,
            ),
            TaxTotal(
                tax_class_id="tax-Z", code="Z", rate=Decimal(0), net_minor=2402, tax_minor=0, gross_minor=2402
            ),
        ),
        tax_minor=299,
        total_minor=6022,
        tenders=(
            Tender(kind=TenderKind.MOBILE_CODE, amount_minor=4000, attempt_id="a-1", reference="7741"),
            Tender(kind=TenderKind.CASH, amount_minor=5000),
        ),
        cash_rounding_minor=-2,
        change_minor=2980,
        member=SaleMember(
            member_id="m-1", tier="gold", card_tail="8817", points_earned=60, points_balance=1344
        ),
    )


def mock_pickup() -> PickupSlip:
    """The order that the customer of the picture still has to collect."""
    return PickupSlip(
        order_number="P-4852",
        day="Sun 15 March",
        window="10:00-10:30",
        items=(PickupItem(name=LocalisedText("Linen apron", "亚麻围裙")),),
        code_text="EVT1:P-4852:582416",
        spoken_code="582 416",
    )


def mock_receipt(language: str = "both", *, copy: bool = False, pickup: bool = True) -> ReceiptData:
    """The whole picture, in any of the receipt's languages (in `both` as drawn: some words English only)."""
    chinese = language == "zh_CN"
    return ReceiptData(
        store_name=LocalisedText("Harbour Lane Market", "海港里市集" if chinese else ""),
        sale=mock_sale(),
        address=LocalisedText("14 Harbour Lane"),
        telephone="5550 0142",
        tax_number="HL-0099-4471",
        language=language,
        symbol="$",
        digits=2,
        copy=copy,
        pickup=mock_pickup() if pickup else None,
        returns_text=LocalisedText(
            "Returns within 30 days with this receipt", "凭小票 30 天内可退货" if chinese else ""
        ),
        thanks_text=LocalisedText("Thank you", "谢谢惠顾"),
    )


def mock_return(language: str = "both") -> ReturnReceipt:
    """Two lines of the picture's sale come back on the next day: one piece, and what was weighed."""
    sale = mock_sale()
    weighed = next(line for line in sale.lines if line.unit is not SellingUnit.PIECE)
    wishes = (
        WantedLine(line_number=1, quantity=Decimal(1), reason=ReturnReason.FAULTY),
        WantedLine(line_number=weighed.line_number, quantity=weighed.quantity),
    )
    paper = mock_receipt(language)
    return ReturnReceipt(
        store_name=paper.store_name,
        returned=taken_back(sale, (), wishes),
        address=paper.address,
        telephone=paper.telephone,
        tax_number=paper.tax_number,
        language=language,
        symbol=paper.symbol,
        digits=paper.digits,
        thanks_text=paper.thanks_text,
    )
