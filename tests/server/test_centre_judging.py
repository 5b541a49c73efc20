"""The centre's arithmetic accepts every sale and return of a till, and none with a figure changed."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

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
from retail.catalogue import LocalisedText, TaxClass
from retail.checkout import compose_sale
from retail.events import Fact, SaleCompleted, SaleReturned
from retail.journal import FIRST_HASH, Envelope, seal
from retail.money import CashRounding, Rounding
from retail.payment import settle
from retail.price_list import PriceList
from retail.pricing import PricingRules, prepare, price
from retail.quantity import SellingUnit
from retail.returns.record import PromotionLost, Return
from retail.sale import Sale, Tender, TenderKind
from retail.tax import Tax, TaxKind, TaxRounding
from sync.server.demo.goods import shown_goods
from sync.server.demo.store import TAX_CLASSES, promotions
from sync.server.enrolment import Device
from sync.server.judging import (
    QUARANTINE_REASONS,
    Quarantined,
    judge,
    return_differences,
    sale_differences,
)
from sync.server.web.overview_page import ALERTS
from tests.fakes.shop import NOW, basket, promotion, rules
from tests.fakes.sold import sold, taken_back, version_1, wanted

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


def returned(sale: Sale) -> Return:
    """Take the first line of a sale back, one unit at a time where it can be."""
    line = sale.lines[0]
    unit = Decimal(1) if line.unit is SellingUnit.PIECE else line.quantity
    return taken_back(sale, (), wanted((1, str(unit))), now=sale.completed_at)


@given(sales())
@settings(max_examples=150, deadline=None)
def test_no_return_of_a_till_is_quarantined_for_its_figures(sale: Sale) -> None:
    assert list(return_differences(returned(sale))) == []


@given(sales())
@settings(max_examples=50, deadline=None)
def test_a_sale_of_version_1_is_judged_by_what_it_has(sale: Sale) -> None:
    assert list(sale_differences(version_1(sale))) == []


def sale_of_taxes() -> Sale:
    """Return a sale with two taxes in one class, a promotion and a price list's price."""
    duty = Tax(
        tax_id="duty", name=LocalisedText("Duty"), kind=TaxKind.FIXED, amount_minor=Decimal(20), included=True
    )
    vat = Tax(tax_id="vat", name=LocalisedText("VAT"), rate=Decimal(9), included=True)
    both = TaxClass(
        tax_class_id="tax-A", code="A", name=LocalisedText("Both"), rate=Decimal(9), taxes=("duty", "vat")
    )
    night = PriceList(list_id="night", name=LocalisedText("Night"), percent=Decimal(-10))
    what = replace(
        rules(promotion("Tea -15%", "percent_off", percent=15)),
        tax_classes=(both,),
        taxes=(duty, vat),
        price_lists=(night,),
    )
    made = basket(("tea", "3", "850"), ("jam", "2", "455"))
    lines = tuple(replace(line, product=replace(line.product, tax_class_id="tax-A")) for line in made.lines)
    return sold(replace(made, lines=lines), what)


def test_a_sale_with_all_that_version_2_has_agrees_with_itself() -> None:
    sale = sale_of_taxes()
    assert [len(total.parts) for total in sale.tax_totals] == [2]
    assert [line.price_list_id for line in sale.lines] == ["night", "night"]
    assert [one.amount_minor for one in sale.promotions] == [sale.saved_minor]
    assert list(sale_differences(sale)) == []
    assert list(return_differences(returned(sale))) == []


def test_a_tax_that_its_parts_do_not_make_is_noticed() -> None:
    sale = sale_of_taxes()
    (total,) = sale.tax_totals
    part = replace(total.parts[0], tax_minor=total.parts[0].tax_minor + 1)
    changed = replace(sale, tax_totals=(replace(total, parts=(part, *total.parts[1:])),))
    assert [one.partition(":")[0] for one in sale_differences(changed)] == [
        "tax class A",
        "tax duty of class A",
    ]


def test_taxes_of_lines_that_do_not_make_those_of_their_class_are_noticed() -> None:
    sale = sale_of_taxes()
    first, second = sale.lines
    dearer = replace(first.taxes[1], amount_minor=first.taxes[1].amount_minor + 1)
    changed = replace(sale, lines=(replace(first, taxes=(first.taxes[0], dearer)), second))
    assert list(sale_differences(changed)) == [
        f"tax vat of class A: {sale.tax_totals[0].parts[1].tax_minor} stated, "
        f"{sale.tax_totals[0].parts[1].tax_minor + 1} on its lines"
    ]
    unknown = replace(first.taxes[1], tax_id="other")
    changed = replace(sale, lines=(replace(first, taxes=(*first.taxes, unknown)), second))
    assert list(sale_differences(changed)) == [
        f"tax other of class tax-A: {unknown.amount_minor} on lines, none stated"
    ]
    nothing = replace(unknown, amount_minor=0)
    assert (
        list(sale_differences(replace(sale, lines=(replace(first, taxes=(*first.taxes, nothing)), second))))
        == []
    )


def test_a_promotion_that_took_off_something_else_is_noticed() -> None:
    sale = sale_of_taxes()
    (used,) = sale.promotions
    other = replace(sale, promotions=(replace(used, amount_minor=used.amount_minor + 1),))
    assert [one.partition(":")[0] for one in sale_differences(other)] == ["promotion Tea -15%"]
    unknown = replace(sale, promotions=(used, replace(used, promotion_id="another")))
    assert [one.partition(":")[0] for one in sale_differences(unknown)] == ["promotion another"]


def test_a_price_that_does_not_make_its_line_is_noticed() -> None:
    sale = sale_of_taxes()
    line = replace(sale.lines[0], unit_price_minor=Decimal(850))  # the store's price, not the list's
    assert any("gross" in one for one in sale_differences(replace(sale, lines=(line, sale.lines[1]))))


@given(
    sales(),
    st.sampled_from(("refund_minor", "tax_minor", "promotion_lost_minor", "cash_rounding_minor")),
    st.integers(-500, 500).filter(bool),
)
@settings(max_examples=100, deadline=None)
def test_a_figure_of_a_return_that_is_changed_is_noticed(sale: Sale, figure: str, by: int) -> None:
    one = returned(sale)
    changed = msgspec.structs.replace(one, **{figure: getattr(one, figure) + by})
    assert list(return_differences(changed)) != []


def test_whatever_a_return_cannot_be_is_noticed() -> None:
    one = returned(sale_of_taxes())
    (line,) = one.lines
    total = one.tax_totals[0]
    loss = PromotionLost(line_number=1, tax_class_id="tax-A", amount_minor=5)
    changes: list[Return] = [
        replace(one, lines=(replace(line, quantity=Decimal(4)),)),
        replace(one, lines=(replace(line, quantity=Decimal(0)),)),
        replace(one, lines=(replace(line, sold_paid_minor=line.paid_minor - 1),)),
        replace(one, lost=(loss,)),
        replace(one, tax_totals=(replace(total, net_minor=total.net_minor + 1),)),
        replace(one, tenders=(replace(one.tenders[0], amount_minor=0),)),
        replace(one, tenders=(*one.tenders, *one.tenders)),
        replace(one, points_taken_back=-1),
        replace(one, points_given_back=-1),
    ]
    assert [bool(list(return_differences(changed))) for changed in changes] == [True] * len(changes)
    minus = replace(
        one,
        lines=(),
        refund_minor=-5,
        promotion_lost_minor=5,
        lost=(loss,),
        tenders=(),
        cash_rounding_minor=5,
        tax_minor=0,
        tax_totals=(replace(total, net_minor=-5, tax_minor=0, gross_minor=-5, parts=()),),
    )
    assert list(return_differences(minus)) == ["the refund or a tender is negative"]


DEVICE = Device(device_id="d-1", store_id="S1", till_id="S1-T2", till_number=2, replaced=False)


def sealed(fact: Fact) -> Envelope:
    return seal(
        fact,
        event_id="e-1",
        device_id="d-1",
        incarnation="i-1",
        device_seq=1,
        business_time=NOW,
        monotonic_ms=1,
        prev_hash=FIRST_HASH,
    )


def test_a_return_is_judged_like_a_sale() -> None:
    one = returned(sale_of_taxes())
    fact = SaleReturned(returned=one)
    assert judge(sealed(fact), DEVICE) == fact
    for changed, reason in (
        (replace(one, refund_minor=one.refund_minor + 1), "totals_differ"),
        (replace(one, store_id="S2"), "other_store"),
    ):
        with pytest.raises(Quarantined) as quarantined:
            judge(sealed(SaleReturned(returned=changed)), DEVICE)
        assert quarantined.value.reason == reason


@pytest.mark.parametrize("quantity", ["NaN", "sNaN", "Infinity", "1E+999999"])
def test_a_quantity_that_is_no_number_is_quarantined_and_not_in_the_way(quantity: str) -> None:
    sale = replace(sale_of_taxes(), store_id="S1", till_id="S1-T2", till_number=2)
    lines = tuple(replace(line, quantity=Decimal(quantity)) for line in sale.lines)
    with pytest.raises(Quarantined) as quarantined:
        judge(sealed(SaleCompleted(sale=replace(sale, lines=lines))), DEVICE)
    assert quarantined.value.reason == "totals_differ"
