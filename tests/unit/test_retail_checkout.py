"""The record of a sale: it explains each of its figures, and is not made before the sale is paid."""

from __future__ import annotations

import msgspec
import pytest

from retail.basket import Basket, BasketMember, ManualDiscount, discount_basket
from retail.checkout import compose_sale, receipt_number
from retail.money import CashRounding
from retail.payment import IllegalStep, Settlement, settle
from retail.pricing import PricedBasket
from retail.sale import Sale, Tender, TenderKind
from tests.fakes.shop import PICTURE_PROMOTIONS, basket, member, picture_basket, priced

MOBILE = Tender(kind=TenderKind.MOBILE_CODE, amount_minor=4000, attempt_id="attempt-1", reference="7741")
CASH = Tender(kind=TenderKind.CASH, amount_minor=5000)


def compose(
    what: PricedBasket,
    settlement: Settlement,
    tenders: tuple[Tender, ...],
    *,
    who: BasketMember | None = None,
    balance: int | None = None,
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
        tax_included=True,
        member=who,
        member_balance=balance,
        note="paper bag",
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
