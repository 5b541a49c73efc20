"""The centre's arithmetic accepts every sale that a till can make, and no sale with a figure changed."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.basket import (
    Basket,
    BasketMember,
    ManualDiscount,
    PriceSource,
    add_coupon,
    add_product,
    attach_member,
    discount_basket,
    discount_line,
    embedded_quantity,
)
from retail.catalogue import LocalisedText
from retail.checkout import compose_sale
from retail.money import CashRounding, Rounding
from retail.payment import settle
from retail.pricing import PricingRules, prepare, price
from retail.quantity import SellingUnit
from retail.sale import Sale, Tender, TenderKind
from retail.tax import TaxRounding
from sync.server.demo.goods import shown_goods
from sync.server.demo.store import TAX_CLASSES, promotions
from sync.server.judging import QUARANTINE_REASONS, sale_differences
from sync.server.web.overview_page import ALERTS

GOODS = [entry for entry in shown_goods() if entry.unit_price_minor is not None]
SHOWN = promotions(GOODS, 7, 5)


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """Sell anything under any rules of rounding and tax."""
    basket = Basket(basket_id="b")
    lines = draw(st.lists(st.sampled_from(GOODS), min_size=1, max_size=6))
    for place, entry in enumerate(lines):
        assert entry.unit_price_minor is not None
        whole = entry.product.unit is SellingUnit.PIECE
        grams = draw(st.integers(1, 9) if whole else st.integers(5, 4000))
        quantity = Decimal(grams) if whole else Decimal(grams).scaleb(-3)
        amount = draw(st.integers(5, 2000)) if not whole and draw(st.booleans()) else None
        if amount is not None:
            quantity = embedded_quantity(amount, entry.unit_price_minor, entry.product.unit)
        basket, line_id = add_product(
            basket,
            line_id=str(place),
            product=entry.product,
            quantity=quantity,
            unit_price_minor=entry.unit_price_minor,
            price_source=PriceSource.STORE if amount is None else PriceSource.EMBEDDED,
            fixed_amount_minor=amount,
        )
        if draw(st.booleans()):
            percent = Decimal(draw(st.integers(1, 100)))
            basket = discount_line(basket, line_id, ManualDiscount(percent=percent))
    if draw(st.booleans()):
        basket = discount_basket(basket, ManualDiscount(percent=Decimal(draw(st.integers(1, 30)))))
    if draw(st.booleans()):
        member = BasketMember(member_id="M0001", display_name=LocalisedText("M"), tier="gold")
        basket = attach_member(basket, member)
    if draw(st.booleans()):
        basket = add_coupon(basket, "SPRING5")
    rules = PricingRules(
        currency_code="SGD",
        currency_digits=2,
        tax_included=draw(st.booleans()),
        tax_rounding=draw(st.sampled_from(TaxRounding)),
        rounding=draw(st.sampled_from(Rounding)),
        tax_classes=TAX_CLASSES,
        promotions=SHOWN,
        points_per_major_unit=1,
    )
    return paid(basket, rules, draw(st.sampled_from((1, 5, 10, 100))))


def paid(basket: Basket, rules: PricingRules, rounding_minor: int) -> Sale:
    """Price a basket and pay it in cash."""
    priced = price(basket, prepare(rules), "2026-03-14T14:33:20+08:00")
    tender = Tender(kind=TenderKind.CASH, amount_minor=(priced.total_minor // 1000 + 1) * 1000)
    settlement = settle(
        priced.total_minor, [tender], CashRounding(rounding_minor, Rounding.HALF_UP), cash_next=True
    )
    return compose_sale(
        priced,
        settlement,
        [tender],
        sale_id="s",
        receipt_number="T1-000001-0",
        store_id="S1",
        till_id="S1-T1",
        till_number=1,
        cashier_id="E0001",
        cashier_name="Noor A.",
        completed_at="2026-03-14T14:33:20+08:00",
        currency="SGD",
        tax_included=rules.tax_included,
        member=basket.member,
    )


@given(sales())
@settings(max_examples=150, deadline=None)
def test_no_sale_of_a_till_is_quarantined_for_its_figures(sale: Sale) -> None:
    assert list(sale_differences(sale)) == []


@given(
    sales(),
    st.sampled_from(
        ("subtotal_minor", "saved_minor", "tax_minor", "total_minor", "cash_rounding_minor", "change_minor")
    ),
    st.integers(-500, 500).filter(bool),
)
@settings(max_examples=100, deadline=None)
def test_a_figure_that_is_changed_is_noticed(sale: Sale, figure: str, by: int) -> None:
    changed = msgspec.structs.replace(sale, **{figure: getattr(sale, figure) + by})
    assert list(sale_differences(changed)) != []


@given(
    sales(),
    st.sampled_from(("gross_minor", "document_discount_minor", "paid_minor")),
    st.integers(-500, 500).filter(bool),
)
@settings(max_examples=100, deadline=None)
def test_a_line_that_is_changed_is_noticed(sale: Sale, figure: str, by: int) -> None:
    line = sale.lines[0]
    line = msgspec.structs.replace(line, **{figure: getattr(line, figure) + by})
    changed = msgspec.structs.replace(sale, lines=(line, *sale.lines[1:]))
    assert list(sale_differences(changed)) != []


def test_every_reason_for_quarantine_is_said_in_both_languages() -> None:
    named = {code.removeprefix("quarantined.") for code in ALERTS if code.startswith("quarantined.")}
    assert named == set(QUARANTINE_REASONS)
    assert all(english and chinese for english, chinese in ALERTS.values())
