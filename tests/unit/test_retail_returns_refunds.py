"""How a return is paid back: to the tenders that paid, in exchange, as a void, without a receipt."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.catalogue import ProductKind
from retail.money import AmountRefused, CashRounding, Rounding
from retail.payment import IllegalStep, settle
from retail.pricing import prepare, price
from retail.quantity import SellingUnit
from retail.receipt_number import receipt_number
from retail.returns.completion import compose_return
from retail.returns.exchange import Exchange, exchange
from retail.returns.policy import (
    TENDERS_BY_TURN,
    RefundOrder,
    ReturnPolicy,
    ReturnRefused,
    WithoutReceipt,
)
from retail.returns.priced_return import PricedReturn, price_return
from retail.returns.record import EXPLANATIONS, Return, ReturnKind
from retail.returns.refund import Refund, split_refund
from retail.returns.unreceipted import UnreceiptedLine, price_without_receipt, refund_without_receipt
from retail.returns.void import SALE_STEPS, SaleState, sale_state, void_sale
from retail.sale import RefundTender, Sale, Tender, TenderKind
from sync.server.judging import return_differences
from tests.fakes.shop import NOW, basket, product, promotion, rules
from tests.fakes.sold import (
    FIVE_CENTS,
    NEXT_DAY,
    cash,
    everything,
    paid_by,
    recorded,
    sold,
    taken_back,
    wanted,
)

CARD, MOBILE, CASH = TenderKind.CARD, TenderKind.MOBILE_CODE, TenderKind.CASH
GIFT_CARD, CREDIT, POINTS = TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT, TenderKind.POINTS
SAME, PROPORTIONAL = RefundOrder.SAME_MEANS, RefundOrder.PROPORTIONAL


def picture_sale(*tenders: Tender) -> Sale:
    """Return a sale of 60.22, usually paid with 40.00 by mobile code and 50.00 in cash, change 29.80."""
    given = tenders or (paid_by(MOBILE, 4000), cash(5000))
    return sold(basket(("hamper", "1", "6022")), None, *given)


def split(
    sale: Sale,
    amount: int,
    order: RefundOrder = SAME,
    *,
    earlier: Sequence[Return] = (),
    rounding: CashRounding = FIVE_CENTS,
) -> list[tuple[str, int, int]]:
    made = split_refund(sale, earlier, amount, order, cash_rounding=rounding)
    assert {one.code for one in made.explanation} <= set(EXPLANATIONS)
    assert sum(one.amount_minor for one in made.tenders) == amount + made.cash_rounding_minor
    return [(one.kind.value, one.amount_minor, one.position) for one in made.tenders]


def test_the_whole_goes_back_to_each_tender_as_it_came() -> None:
    made = split_refund(picture_sale(), (), 6022, SAME, cash_rounding=FIVE_CENTS)
    assert [(one.kind, one.amount_minor, one.position, one.reference) for one in made.tenders] == [
        (MOBILE, 4000, 1, "ref-mobile_code"),
        (CASH, 2020, 2, ""),
    ]
    assert made.cash_rounding_minor == -2
    assert [one.code for one in made.explanation] == ["to_tender", "to_tender", "cash_as_paid"]


def test_a_card_comes_first_and_cash_last() -> None:
    sale = picture_sale(cash(1000), paid_by(GIFT_CARD, 1000), paid_by(CARD, 2000), cash(2020))
    assert split(sale, 1500) == [("card", 1500, 3)]
    assert split(sale, 2500) == [("card", 2000, 3), ("gift_card", 500, 2)]
    assert split(sale, 3503) == [("card", 2000, 3), ("gift_card", 1000, 2), ("cash", 505, 1)]


def test_every_tender_has_its_turn() -> None:
    assert sorted(TENDERS_BY_TURN) == sorted(TenderKind)
    assert TENDERS_BY_TURN[-1] is CASH


def test_each_tender_gets_back_at_most_what_it_paid_less_what_it_got_before() -> None:
    sale = sold(basket(("tee", "3", "2000")), None, paid_by(CARD, 2500), paid_by(GIFT_CARD, 3500))
    one = taken_back(sale, (), wanted((1, "1")))
    assert [(each.kind, each.amount_minor) for each in one.tenders] == [(CARD, 2000)]
    two = taken_back(sale, (one,), wanted((1, "1")))
    assert [(each.kind, each.amount_minor) for each in two.tenders] == [(CARD, 500), (GIFT_CARD, 1500)]
    assert split(sale, 2000, earlier=(one, two)) == [("gift_card", 2000, 2)]


def test_a_proportional_refund_is_divided_by_largest_remainder() -> None:
    sale = picture_sale(paid_by(CARD, 3000), paid_by(GIFT_CARD, 2000), paid_by(POINTS, 1022))
    assert split(sale, 1000, PROPORTIONAL) == [
        ("card", 498, 1),
        ("gift_card", 332, 2),
        ("points", 170, 3),
    ]
    assert split(sale, 6022, PROPORTIONAL) == [
        ("card", 3000, 1),
        ("gift_card", 2000, 2),
        ("points", 1022, 3),
    ]


def test_the_whole_may_become_store_credit() -> None:
    assert split(picture_sale(), 1503, RefundOrder.STORE_CREDIT) == [("store_credit", 1503, 0)]
    assert split(picture_sale(), 0, RefundOrder.STORE_CREDIT) == []


def test_change_is_not_paid_back() -> None:
    sale = picture_sale(cash(10000))
    assert split(sale, 6022) == [("cash", 6020, 1)]
    with pytest.raises(ReturnRefused) as refused:
        split(sale, 6023)
    assert refused.value.code == "more_than_paid"


def test_no_more_is_paid_back_than_was_paid_after_the_returns_before() -> None:
    sale = sold(basket(("tee", "2", "2000")), None, paid_by(CARD, 4000))
    one = taken_back(sale, (), wanted((1, "1")))
    with pytest.raises(ReturnRefused) as refused:
        split(sale, 2001, earlier=(one,))
    assert refused.value.code == "more_than_paid"
    with pytest.raises(AmountRefused):
        split(sale, -1, earlier=(one,))


def test_cash_is_rounded_each_time_and_the_last_of_it_is_what_is_left() -> None:
    sale = sold(basket(("pen", "3", "674")), None)  # 20.22, paid 20.20
    done: list[Return] = []
    for _ in range(3):
        done.append(taken_back(sale, done, wanted((1, "1"))))
    assert [one.tenders[0].amount_minor for one in done] == [675, 675, 670]
    assert [one.cash_rounding_minor for one in done] == [1, 1, -4]


def test_cash_that_is_rounded_to_nothing_is_no_tender() -> None:
    sale = sold(basket(("bag", "4", "2"), ("tea", "1", "850")), None)
    one = taken_back(sale, (), wanted((1, "1")))
    assert (one.tenders, one.cash_rounding_minor, one.refund_minor) == ((), -2, 2)


def test_a_sale_whose_cash_came_to_nothing_gives_nothing_back() -> None:
    sale = sold(basket(("bag", "1", "2")), None)
    assert (sale.tenders, sale.cash_rounding_minor) == ((), -2)
    assert split(sale, 2) == []


def test_a_step_that_always_favoured_the_customer_still_does() -> None:
    down = CashRounding(10, Rounding.DOWN)
    sale = sold(basket(("pen", "2", "555")), None, rounding=down)  # 11.10
    assert split(sale, 555, rounding=down) == [("cash", 560, 1)]


def test_cash_for_a_card_that_is_gone_leaves_nothing_for_cash_later() -> None:
    sale = sold(basket(("tee", "3", "2000")), None, paid_by(CARD, 5000), cash(1000))
    one = taken_back(sale, (), wanted((1, "1")))
    in_cash = replace(one, tenders=(RefundTender(kind=CASH, amount_minor=2000, position=2),))
    for order in (SAME, PROPORTIONAL):
        assert split(sale, 4000, order, earlier=(in_cash,)) == [("card", 4000, 1)]


def test_a_tender_that_got_too_much_owes_nothing_to_the_others() -> None:
    sale = sold(basket(("tee", "3", "2000")), None, paid_by(CARD, 1000), paid_by(GIFT_CARD, 5000))
    one = taken_back(sale, (), wanted((1, "1")))
    too_much = replace(one, tenders=(RefundTender(kind=CARD, amount_minor=2000, position=1),))
    for order in (SAME, PROPORTIONAL):
        assert split(sale, 4000, order, earlier=(too_much,)) == [("gift_card", 4000, 2)]


def in_cash(sale: Sale, amount: int, *, earlier: Sequence[Return] = ()) -> Refund:
    made = split_refund(sale, earlier, amount, SAME, cash_rounding=FIVE_CENTS, in_cash={CARD})
    assert sum(one.amount_minor for one in made.tenders) == amount + made.cash_rounding_minor
    return made


def test_cash_for_what_a_terminal_took_names_the_tender_that_it_is_for() -> None:
    sale = picture_sale(paid_by(CARD, 4000), cash(2020))
    part = in_cash(sale, 1502)
    assert [(one.kind, one.amount_minor, one.position, one.reference) for one in part.tenders] == [
        (CASH, 1500, 1, "ref-card")
    ]
    whole = in_cash(sale, 6022)
    assert [(one.kind, one.amount_minor, one.position) for one in whole.tenders] == [
        (CASH, 4000, 1),
        (CASH, 2020, 2),
    ]
    assert in_cash(sale, 1).tenders == ()


def test_one_card_of_two_may_be_paid_back_otherwise() -> None:
    sale = picture_sale(paid_by(CARD, 4000), paid_by(CARD, 2022))

    def back(
        instead: dict[int, TenderKind], *, kinds: tuple[TenderKind, ...] = ()
    ) -> list[tuple[str, int, int]]:
        made = split_refund(sale, (), 6022, SAME, cash_rounding=FIVE_CENTS, in_cash=kinds, instead=instead)
        return [(str(one.kind), one.amount_minor, one.position) for one in made.tenders]

    assert back({}) == [("card", 4000, 1), ("card", 2022, 2)]
    assert back({2: CASH}) == [("card", 4000, 1), ("cash", 2020, 2)]
    assert back({2: TenderKind.STORE_CREDIT}) == [("card", 4000, 1), ("store_credit", 2022, 2)]
    assert back({1: TenderKind.STORE_CREDIT}, kinds=(CARD,)) == [("store_credit", 4000, 1), ("cash", 2020, 2)]
    with_cash = picture_sale(paid_by(CARD, 4000), cash(2020))
    made = split_refund(
        with_cash, (), 6022, SAME, cash_rounding=FIVE_CENTS, instead={2: TenderKind.STORE_CREDIT}
    )
    assert [one.kind for one in made.tenders] == [CARD, CASH], "cash stays cash"


@given(
    st.integers(min_value=0, max_value=6000),
    st.lists(st.integers(min_value=1, max_value=5), min_size=1, max_size=8),
    st.booleans(),
)
def test_cash_for_a_card_piece_by_piece_never_stops_short(card: int, pieces: list[int], later: bool) -> None:
    tenders = (paid_by(CARD, card),) if card else ()
    sale = sold(basket(("tee", "20", "301")), None, *tenders)
    done: list[Return] = []
    left = 20
    for number, wish in enumerate([*pieces, 20], start=1):
        quantity = min(wish, left)
        if not quantity:
            break
        left -= quantity
        priced = price_return(sale, done, wanted((1, str(quantity))), ReturnPolicy(), now=NEXT_DAY)
        kinds = () if later and number % 2 else (CARD,)
        refund = split_refund(sale, done, priced.refund_minor, SAME, cash_rounding=FIVE_CENTS, in_cash=kinds)
        assert (
            sum(one.amount_minor for one in refund.tenders)
            == priced.refund_minor + refund.cash_rounding_minor
        )
        done.append(
            compose_return(
                priced,
                refund,
                return_id=f"return-{number}",
                receipt_number=receipt_number(2, 500 + number),
                store_id="S1",
                till_id="S1-T2",
                till_number=2,
                cashier_id="staff-1",
                cashier_name="Noor A.",
                completed_at=NEXT_DAY,
            )
        )
    assert sum(each.refund_minor for each in done) == sale.total_minor
    by_card = sum(one.amount_minor for each in done for one in each.tenders if one.kind is CARD)
    assert by_card <= card


def test_what_an_exchange_paid_goes_back_as_store_credit() -> None:
    sale = picture_sale(paid_by(TenderKind.EXCHANGE, 6022))
    made = split_refund(sale, (), 1000, SAME, cash_rounding=FIVE_CENTS)
    (tender,) = made.tenders
    assert (tender.kind, tender.position, tender.reference) == (CREDIT, 1, "ref-exchange")
    again = recorded(sale, (), price_return(sale, (), everything(sale), ReturnPolicy(), now=NOW))
    assert [(one.kind, one.amount_minor) for one in again.tenders] == [(CREDIT, 6022)]


# Exchanges ----------------------------


def swap(returned: int, bought: int) -> tuple[Sale, PricedReturn, Exchange]:
    sale = sold(basket(("tee", "1", str(returned)), ("cap", "1", "1000")), None)
    back = price_return(sale, (), wanted((1, "1")), ReturnPolicy(), now=NEXT_DAY, for_exchange=True)
    return sale, back, exchange(back, price(basket(("hat", "1", str(bought))), prepare(rules()), NEXT_DAY))


@pytest.mark.parametrize(
    ("returned", "bought", "figures"),
    [
        (2000, 2000, (2000, 0, 0)),
        (2000, 2522, (2000, 522, 0)),
        (2000, 1478, (1478, 0, 522)),
    ],
)
def test_only_the_difference_of_an_exchange_changes_hands(
    returned: int, bought: int, figures: tuple[int, int, int]
) -> None:
    sale, back, made = swap(returned, bought)
    assert (made.credit_minor, made.due_minor, made.refund_minor) == figures
    tender = made.sale_tender("return-1")
    assert tender == Tender(kind=TenderKind.EXCHANGE, amount_minor=figures[0], reference="return-1")
    due = settle(bought, (tender,), FIVE_CENTS, cash_next=True)
    assert due.remaining_minor == (520 if figures[1] else 0)
    done = recorded(sale, (), back, exchanged=made.refund_tender("sale-2"))
    assert done.exchange_sale_id == "sale-2"
    assert [(one.kind.value, one.amount_minor) for one in done.tenders] == [("exchange", figures[0])] + (
        [("cash", 520)] if figures[2] else []
    )
    assert "to_exchange" in [one.code for one in done.explanation]
    assert list(return_differences(done)) == []
    rest = taken_back(sale, (done,), wanted((2, "1")))
    assert rest.refund_minor == 1000


def test_an_exchange_for_nothing_has_no_tender() -> None:
    gift = promotion("Free", "percent_off", percent=100)
    sale = sold(basket(("tee", "1", "2000")), rules(gift))
    back = price_return(sale, (), everything(sale), ReturnPolicy(), now=NEXT_DAY)
    made = exchange(back, price(basket(("hat", "1", "500")), prepare(rules()), NEXT_DAY))
    assert (made.credit_minor, made.due_minor) == (0, 500)
    assert (made.sale_tender("return-1"), made.refund_tender("sale-2")) == (None, None)


def test_what_is_given_is_the_refund_with_its_cash_rounded() -> None:
    sale = picture_sale(paid_by(CARD, 3000), cash(5000))
    back = price_return(sale, (), everything(sale), ReturnPolicy(), now=NEXT_DAY)
    whole = split_refund(sale, (), back.refund_minor, RefundOrder.SAME_MEANS, cash_rounding=CashRounding(5))
    assert whole.given_minor == back.refund_minor + sale.cash_rounding_minor
    assert whole.cash_minor == whole.given_minor - 3000


# Voids --------------------------------


def test_a_void_undoes_the_whole_sale_and_each_of_its_tenders() -> None:
    sale = picture_sale(paid_by(CARD, 3000), paid_by(MOBILE, 1000), cash(5000))
    priced = void_sale(sale, (), now="2026-03-14T21:00:00+08:00", approved_by="staff-9")
    assert (priced.kind, priced.refund_minor, priced.tax_minor) == (ReturnKind.VOID, 6022, sale.tax_minor)
    done = recorded(sale, (), priced, reversal=True)
    assert [(one.kind, one.amount_minor, one.reversal) for one in done.tenders] == [
        (CARD, 3000, True),
        (MOBILE, 1000, True),
        (CASH, 2020, False),
    ]
    assert (done.cash_rounding_minor, done.approved_by) == (sale.cash_rounding_minor, "staff-9")
    assert sale_state(sale, (done,)) is SaleState.VOIDED
    assert list(return_differences(done)) == []


def test_a_void_takes_back_what_a_return_would_not() -> None:
    sale = picture_sale()
    sale = replace(sale, lines=(replace(sale.lines[0], product_kind=ProductKind.GIFT_CARD),))
    assert void_sale(sale, (), now=NOW).refund_minor == 6022


def test_only_a_sale_of_today_of_which_nothing_came_back_is_voided() -> None:
    sale = sold(basket(("tee", "2", "2000")), None)
    with pytest.raises(ReturnRefused) as too_late:
        void_sale(sale, (), now="2026-03-15T00:00:00+08:00")
    assert too_late.value.code == "not_same_day"
    one = taken_back(sale, (), wanted((1, "1")))
    two = taken_back(sale, (one,), wanted((1, "1")))
    void = recorded(sale, (), void_sale(sale, (), now=NOW))
    for earlier, code in (
        ((one,), "partly_returned_to_voided"),
        ((one, two), "returned_to_voided"),
        ((void,), "voided_to_voided"),
    ):
        with pytest.raises(IllegalStep) as refused:
            void_sale(sale, earlier, now=NOW)
        assert refused.value.code == code


def test_the_states_of_a_sale_are_those_of_the_table() -> None:
    sale = sold(basket(("tee", "2", "2000")), None)
    one = taken_back(sale, (), wanted((1, "1")))
    two = taken_back(sale, (one,), wanted((1, "1")))
    states = [sale_state(sale, earlier) for earlier in ((), (one,), (one, two))]
    assert states == [SaleState.COMPLETED, SaleState.PARTLY_RETURNED, SaleState.RETURNED]
    assert set(SALE_STEPS) == set(SaleState)
    assert all(after in SALE_STEPS[before] for before, after in itertools.pairwise(states))


# Without a receipt ---------------------


CREDIT_ONLY = ReturnPolicy(without_receipt=WithoutReceipt.STORE_CREDIT)
TEA = product("tea", "pantry", "tax-A")


def unreceipted(*prices: str, quantity: str = "1") -> UnreceiptedLine:
    return UnreceiptedLine(
        product=TEA, quantity=Decimal(quantity), recent_prices_minor=tuple(map(Decimal, prices))
    )


def priced_without(
    *lines: UnreceiptedLine, policy: ReturnPolicy = CREDIT_ONLY, approved_by: str = "staff-9"
) -> PricedReturn:
    half_price = prepare(rules(promotion("Half", "percent_off", percent=50)))
    return price_without_receipt(lines, policy, half_price, now=NOW, approved_by=approved_by)


def test_without_a_receipt_the_lowest_recent_price_is_paid_and_no_promotion_counts() -> None:
    made = priced_without(unreceipted("850", "799", "825", quantity="2"), unreceipted("850"))
    assert (made.kind, made.refund_minor, made.approved_by) == (ReturnKind.WITHOUT_RECEIPT, 2448, "staff-9")
    assert [(one.line_number, one.quantity, one.paid_minor) for one in made.lines] == [
        (1, 2, 1598),
        (2, 1, 850),
    ]
    assert sum(tax.amount_minor for line in made.lines for tax in line.taxes) == made.tax_minor == 202
    done = recorded_without(made, CREDIT_ONLY)
    assert [(one.kind, one.amount_minor) for one in done.tenders] == [(CREDIT, 2448)]
    assert (done.sale_id, done.sale_receipt_number) == ("", "")
    assert list(return_differences(done)) == []


def recorded_without(made: PricedReturn, policy: ReturnPolicy) -> Return:
    refund = refund_without_receipt(made.refund_minor, policy, cash_rounding=FIVE_CENTS)
    assert {one.code for one in refund.explanation} <= set(EXPLANATIONS)
    return composed(made, refund)


def composed(made: PricedReturn, refund: Refund, exchanged: RefundTender | None = None) -> Return:
    return compose_return(
        made,
        refund,
        return_id="return-1",
        receipt_number="T2-000500-0",
        store_id="S1",
        till_id="S1-T2",
        till_number=2,
        cashier_id="staff-1",
        cashier_name="Noor A.",
        completed_at=NOW,
        exchanged=exchanged,
        note="no bag",
    )


def test_without_a_receipt_cash_is_rounded_like_any_cash() -> None:
    policy = ReturnPolicy(without_receipt=WithoutReceipt.CASH)
    done = recorded_without(priced_without(unreceipted("848"), policy=policy), policy)
    assert [(one.kind, one.amount_minor, one.position) for one in done.tenders] == [(CASH, 850, 0)]
    assert (done.cash_rounding_minor, done.note) == (2, "no bag")
    assert refund_without_receipt(2, policy, cash_rounding=FIVE_CENTS).tenders == ()


def test_what_comes_back_without_a_receipt_is_refused_by_policy() -> None:
    limited = replace(CREDIT_ONLY, without_receipt_most_minor=1000)
    gift_card = replace(unreceipted("850"), product=replace(TEA, kind=ProductKind.GIFT_CARD))
    cases = [
        ((unreceipted("850"),), ReturnPolicy(), "staff-9", "without_receipt", 0),
        ((unreceipted("850"),), CREDIT_ONLY, "", "approval_needed", 0),
        ((), CREDIT_ONLY, "staff-9", "nothing_to_return", 0),
        ((unreceipted("850"), unreceipted()), CREDIT_ONLY, "staff-9", "no_recent_price", 2),
        ((gift_card,), CREDIT_ONLY, "staff-9", "kind_not_returnable", 1),
        ((unreceipted("1001"),), replace(limited, approvable=()), "staff-9", "above_limit", 0),
    ]
    for lines, policy, approved_by, code, number in cases:
        with pytest.raises(ReturnRefused) as refused:
            priced_without(*lines, policy=policy, approved_by=approved_by)
        assert (refused.value.code, refused.value.line_number) == (code, number)
    allowed = priced_without(unreceipted("1001"), policy=limited)
    assert [one.detail for one in allowed.explanation] == ["", "above_limit"]
    with pytest.raises(ReturnRefused):
        refund_without_receipt(850, ReturnPolicy(), cash_rounding=FIVE_CENTS)


def test_weighed_goods_come_back_without_a_receipt_too() -> None:
    cheese = UnreceiptedLine(
        product=product("cheese", unit=SellingUnit.KILOGRAM),
        quantity=Decimal("0.250"),
        recent_prices_minor=(Decimal(3200),),
    )
    assert priced_without(cheese).refund_minor == 800


# The record ----------------------------


def test_a_refund_of_other_figures_makes_no_return() -> None:
    sale = picture_sale()
    made = price_return(sale, (), everything(sale), ReturnPolicy(), now=NEXT_DAY)
    other = split_refund(sale, (), 6000, SAME, cash_rounding=FIVE_CENTS)
    right = split_refund(sale, (), 6022, SAME, cash_rounding=FIVE_CENTS)
    for refund, code in ((other, "stale_refund"), (replace(right, tenders=right.tenders[:1]), "not_paid")):
        with pytest.raises(IllegalStep) as refused:
            composed(made, refund)
        assert refused.value.code == code
    with pytest.raises(IllegalStep) as refused:
        composed(made, right, RefundTender(kind=TenderKind.EXCHANGE, amount_minor=22))
    assert refused.value.code == "stale_refund"


def test_a_return_reads_back_from_json_as_it_was() -> None:
    done = taken_back(picture_sale(), (), wanted((1, "1")))
    assert msgspec.json.decode(msgspec.json.encode(done), type=Return) == done
