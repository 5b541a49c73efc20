"""The record of a sale: it explains each of its figures, and is not made before the sale is paid."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest

from retail.basket import (
    Basket,
    BasketMember,
    ManualDiscount,
    PriceSource,
    discount_basket,
    discount_line,
    override_price,
)
from retail.catalogue import LocalisedText, ProductKind
from retail.checkout import compose_sale, receipt_number
from retail.money import CashRounding
from retail.payment import IllegalStep, Settlement, settle
from retail.price_list import PriceList
from retail.pricing import PricedBasket, prepare, price
from retail.sale import PricedUnder, Sale, Tender, TenderKind
from retail.tax import TaxRounding
from tests.fakes.shop import NOW, PICTURE_PROMOTIONS, basket, member, picture_basket, priced, rules

MOBILE = Tender(kind=TenderKind.MOBILE_CODE, amount_minor=4000, attempt_id="attempt-1", reference="7741")
CASH = Tender(kind=TenderKind.CASH, amount_minor=5000)


def compose(
    what: PricedBasket,
    settlement: Settlement,
    tenders: tuple[Tender, ...],
    *,
    who: BasketMember | None = None,
    balance: int | None = None,
    included: bool = True,
    under: PricedUnder | None = None,
) -> Sale:
    return compose_sale(
        what,
        settlement,
        tenders,
        sale_id="sale-1",
        receipt_number=receipt_number(2, 412),
        store_id="S1",
        till_id="till-2",
        till_number=2,
        cashier_id="staff-1",
        cashier_name="Noor A.",
        completed_at="2026-03-14T14:33:00+08:00",
        currency="SGD",
        tax_included=included,
        member=who,
        member_balance=balance,
        note="paper bag",
        priced_under=under,
    )


def picture_sale() -> Sale:
    what = priced(picture_basket(), *PICTURE_PROMOTIONS)
    tenders = (MOBILE, CASH)
    settlement = settle(what.total_minor, tenders, CashRounding(5), cash_next=False)
    return compose(what, settlement, tenders, who=member("gold"))


def test_the_pictures_sale_is_recorded_with_its_figures() -> None:
    sale = picture_sale()
    assert sale.receipt_number == "T2-000412-7"
    assert (sale.item_count, sale.subtotal_minor, sale.saved_minor, sale.total_minor) == (9, 7102, 1080, 6022)
    assert (sale.cash_rounding_minor, sale.change_minor, sale.tax_minor) == (-2, 2980, 299)
    assert sale.member is not None
    assert (sale.member.points_earned, sale.member.points_balance, sale.member.card_tail) == (
        60,
        1344,
        "8817",
    )
    assert sale.note == "paper bag"


def test_every_figure_of_a_sale_follows_from_the_others() -> None:
    sale = picture_sale()
    assert [line.line_number for line in sale.lines] == [1, 2, 3, 4, 5, 6, 7]
    for line in sale.lines:
        off = sum(one.amount_minor for one in line.discounts)
        assert line.gross_minor - off - line.document_discount_minor == line.paid_minor
    assert sum(line.paid_minor for line in sale.lines) == sale.total_minor
    tendered = sum(one.amount_minor for one in sale.tenders)
    assert tendered - sale.change_minor == sale.total_minor + sale.cash_rounding_minor


def test_a_sale_reads_back_from_json_as_it_was() -> None:
    sale = picture_sale()
    assert msgspec.json.decode(msgspec.json.encode(sale), type=Sale) == sale


def test_the_tills_own_points_balance_wins() -> None:
    what = priced(basket(("tea", "1", "850"), member_tier="gold"))
    cash = (Tender(kind=TenderKind.CASH, amount_minor=850),)
    settlement = settle(850, cash, CashRounding(5), cash_next=False)
    sale = compose(what, settlement, cash, who=member("gold"), balance=2000)
    assert sale.member is not None
    assert sale.member.points_balance == 2000


def test_a_sale_without_a_member_has_none() -> None:
    what = priced(basket(("tea", "1", "850")))
    cash = (Tender(kind=TenderKind.CASH, amount_minor=1000),)
    sale = compose(what, settle(850, cash, CashRounding(), cash_next=False), cash)
    assert (sale.member, sale.change_minor) == (None, 150)


def test_a_sale_given_away_whole_needs_no_tender() -> None:
    gift = discount_basket(basket(("tea", "1", "850")), ManualDiscount(amount_minor=850))
    sale = compose(priced(gift), settle(0, (), CashRounding(5), cash_next=True), ())
    assert (sale.total_minor, sale.saved_minor, sale.tenders) == (0, 850, ())


def test_a_tender_short_of_the_total_makes_no_sale() -> None:
    what = priced(basket(("tea", "1", "850")))
    short = (Tender(kind=TenderKind.CASH, amount_minor=800),)
    with pytest.raises(IllegalStep) as refused:
        compose(what, settle(850, short, CashRounding(), cash_next=False), short)
    assert refused.value.code == "not_paid"


def test_an_empty_basket_makes_no_sale() -> None:
    empty = priced(Basket(basket_id="basket-1"))
    with pytest.raises(IllegalStep) as refused:
        compose(empty, settle(0, (), CashRounding(), cash_next=False), ())
    assert refused.value.code == "empty_basket"


def test_a_settlement_of_other_figures_makes_no_sale() -> None:
    what = priced(basket(("tea", "1", "850")))
    cash = (Tender(kind=TenderKind.CASH, amount_minor=1000),)
    other_total = settle(800, cash, CashRounding(), cash_next=False)
    other_tenders = settle(850, cash, CashRounding(), cash_next=False)
    for settlement, tenders in ((other_total, cash), (other_tenders, (*cash, *cash))):
        with pytest.raises(IllegalStep) as refused:
            compose(what, settlement, tenders)
        assert refused.value.code == "stale_settlement"


def test_a_line_keeps_the_price_list_it_was_priced_by_and_who_allowed_its_price() -> None:
    night = PriceList(list_id="night", name=LocalisedText("Night"), percent=Decimal(-10))
    made = basket(("tea", "2", "850"), ("coffee", "1", "650"))
    made = override_price(
        made, "line-2", Decimal(500), PriceSource.OVERRIDE, approved_by="staff-9", reason="dented"
    )
    what = price(made, prepare(msgspec.structs.replace(rules(), price_lists=(night,))), NOW)
    paid = (Tender(kind=TenderKind.CARD, amount_minor=what.total_minor),)
    sale = compose(what, settle(what.total_minor, paid, CashRounding(), cash_next=False), paid)
    tea, coffee = sale.lines
    assert (tea.unit_price_minor, tea.price_source, tea.price_list_id) == (765, PriceSource.LIST, "night")
    assert (tea.gross_minor, tea.price_approved_by) == (1530, "")
    assert (coffee.unit_price_minor, coffee.price_source) == (500, PriceSource.OVERRIDE)
    assert (coffee.price_approved_by, coffee.price_reason) == ("staff-9", "dented")


def test_a_discount_by_hand_keeps_who_allowed_it() -> None:
    given = ManualDiscount(amount_minor=100, reason="dented", approved_by="staff-9")
    what = priced(discount_basket(discount_line(basket(("tea", "1", "850")), "line-1", given), given))
    paid = (Tender(kind=TenderKind.CARD, amount_minor=650),)
    sale = compose(what, settle(650, paid, CashRounding(), cash_next=False), paid)
    assert [one.approved_by for one in (*sale.lines[0].discounts, *sale.discounts)] == ["staff-9"] * 2


def test_every_promotion_of_a_sale_says_what_it_took_off() -> None:
    sale = picture_sale()
    assert {one.promotion_id: one.amount_minor for one in sale.promotions} == {
        "2 for 7.00": 140,
        "Coffee + pastry": 150,
        "Gold -10%": 290,
        "SPRING5": 500,
    }


@pytest.mark.parametrize("included", [True, False])
@pytest.mark.parametrize("rounding", TaxRounding)
def test_the_taxes_of_the_lines_are_those_of_the_document(included: bool, rounding: TaxRounding) -> None:
    made = basket(("tea", "1", "850"), ("jam", "3", "333"), ("soap", "1", "199"))
    lines = tuple(
        msgspec.structs.replace(
            line, product=msgspec.structs.replace(line.product, tax_class_id=f"tax-{letter}")
        )
        for line, letter in zip(made.lines, "AAZ", strict=True)
    )
    ruled = rules(tax_included=included, tax_rounding=rounding)
    what = price(msgspec.structs.replace(made, lines=lines), prepare(ruled), NOW)
    paid = (Tender(kind=TenderKind.CARD, amount_minor=what.total_minor),)
    sale = compose(
        what, settle(what.total_minor, paid, CashRounding(), cash_next=False), paid, included=included
    )
    standard = [line.taxes for line in sale.lines[:2]]
    assert [tax.tax_id for taxes in standard for tax in taxes] == ["tax-A", "tax-A"]
    assert all(tax.included is included for taxes in standard for tax in taxes)
    assert sum(tax.amount_minor for taxes in standard for tax in taxes) == sale.tax_minor
    on_top = 0 if included else sale.tax_minor
    assert sum(line.paid_minor for line in sale.lines) + on_top == sale.total_minor


def test_a_sale_says_under_what_it_was_priced_and_what_kind_each_product_is() -> None:
    made = basket(("visit", "1", "850"))
    service = msgspec.structs.replace(made.lines[0].product, kind=ProductKind.SERVICE)
    line = msgspec.structs.replace(made.lines[0], product=service)
    what = priced(msgspec.structs.replace(made, lines=(line,)))
    cash = (Tender(kind=TenderKind.CASH, amount_minor=850),)
    under = PricedUnder(priced_at=NOW, catalogue_version=12, channel="online")
    sale = compose(what, settle(850, cash, CashRounding(), cash_next=False), cash, under=under)
    assert sale.priced_under == under
    assert sale.lines[0].product_kind is ProductKind.SERVICE


def test_points_that_were_redeemed_leave_the_balance() -> None:
    what = msgspec.structs.replace(
        priced(basket(("tea", "1", "850"), member_tier="gold")), points_redeemed=200
    )
    cash = (Tender(kind=TenderKind.CASH, amount_minor=850),)
    settlement = settle(850, cash, CashRounding(), cash_next=False)
    sale = compose(what, settlement, cash, who=member("gold"))
    assert sale.member is not None
    assert (sale.member.points_earned, sale.member.points_redeemed) == (8, 200)
    assert sale.member.points_balance == 1284 + 8 - 200


def test_a_gift_card_pays_a_part_and_cash_the_rest() -> None:
    what = priced(basket(("tea", "1", "850")))
    tenders = (
        Tender(kind=TenderKind.GIFT_CARD, amount_minor=500, reference="card-1"),
        Tender(kind=TenderKind.CASH, amount_minor=500),
    )
    sale = compose(what, settle(850, tenders, CashRounding(5), cash_next=False), tenders)
    assert (sale.tenders, sale.change_minor) == (tenders, 150)
