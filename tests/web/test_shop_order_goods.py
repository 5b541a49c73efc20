"""The goods on an order's page: how much of everything, what was paid where, and what is still asked."""

from __future__ import annotations

from typing import Any

import pytest

from retail.availability.slot import SlotRules
from retail.catalogue import LocalisedText
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import PaymentKind, PickupOrder, Terms
from retail.pickup.steps import (
    Answer,
    AskCustomer,
    Expire,
    FinishPicking,
    OfferStore,
    RecordPayment,
    RefuseUnits,
    ShortLine,
    SubstituteLine,
)
from retail.store import StoreSettings
from sync.server.channels.order_view import seen_order
from sync.server.orders.values import CollectStore, ContactDetails, OrderPage
from sync.server.web.shop_order_goods import elsewhere, order_lines, question
from sync.server.web.shop_view import ShopView
from tests.fakes.pickup_orders import (
    ASK,
    COLLECT_UNTIL,
    OAT_MILK,
    SAME_PRICE,
    TOO_LATE,
    do,
    line,
    made_ready,
    online,
    order,
    pick,
    picking,
    ready,
)

STORE = StoreSettings(store_id="S1", name=LocalisedText("Harbour", "海港"))


def view(language: str = "en") -> ShopView:
    return ShopView(language=language, store=STORE)


def page_of(of: PickupOrder) -> OrderPage:
    return OrderPage(
        order=of,
        store=CollectStore(settings=STORE, desk=PickupDesk(store_id="S1", slots=SlotRules(opening=()))),
        contact=ContactDetails(name="R. Tan"),
        code_text="code",
        digits="123456",
        page_key="key",
        payment="desk",
    )


def swap(quantity: str, **more: Any) -> dict[str, Any]:
    return {
        "line_id": "yogurt",
        "product": OAT_MILK,
        "unit_price_minor": "100",
        "quantity": quantity,
        "covers": quantity,
        **more,
    }


def asked(covers: str) -> PickupOrder:
    return do(picking(line(quantity="3", wish=ASK)), AskCustomer, **swap(covers))


def test_of_a_substitute_only_what_was_kept_is_said_to_be_there() -> None:
    of = do(picking(line(quantity="3", wish=SAME_PRICE)), SubstituteLine, **swap("3", bag_id="T-1"))
    assert "picked: 3 × oat-milk" in order_lines(view(), of)
    some = do(
        made_ready(do(of, FinishPicking)), RefuseUnits, line_id="yogurt", quantity="1", reason="not wanted"
    )
    shown = order_lines(view(), some)
    assert "picked: 2 × oat-milk" in shown
    assert "1 given back" in shown
    assert "已拣：2 × oat-milk" in order_lines(view("zh_CN"), some)


def test_the_question_is_about_what_is_not_found_or_struck_off_meanwhile() -> None:
    for of in (
        do(asked("3"), ShortLine, line_id="yogurt", quantity="1", short_reason="not_found"),
        pick(asked("3"), "yogurt", "1"),
    ):
        (part,) = [one for one in of.lines[0].divided if one.state == "asked"]
        assert "Would 2 × oat-milk at $1.00 do?" in question(view(), page_of(of), of.lines[0], part)
        assert "换成 2 × oat-milk" in question(view("zh_CN"), page_of(of), of.lines[0], part)
        (seen,) = [one for one in seen_order(of).lines[0].parts if one.question]
        assert (seen.quantity, seen.covers) == (2, 2)


def test_of_an_agreed_substitute_only_what_is_left_to_pick_is_said() -> None:
    of = asked("3")
    (part,) = of.lines[0].divided
    agreed = do(of, Answer, line_id="yogurt", asked=part.now.step_id, agrees=True)
    assert "3 × oat-milk" in order_lines(view(), agreed)
    struck = do(agreed, ShortLine, line_id="yogurt", quantity="1", short_reason="not_found")
    assert "2 × oat-milk" in order_lines(view(), struck)
    assert "3 × oat-milk" not in order_lines(view(), struck)


def test_another_store_is_offered_for_what_is_still_open() -> None:
    of = do(
        picking(line(quantity="3")),
        OfferStore,
        line_id="yogurt",
        store_id="S2",
        store_name=LocalisedText("Queen Street", "皇后街"),
        quantity="2",
        answer_until=COLLECT_UNTIL,
        slot=order().slot,
    )
    assert "2 × yogurt was sold" in elsewhere(view(), page_of(of), of.offers[0])
    found = pick(of, "yogurt", "2")
    assert "1 × yogurt was sold" in elsewhere(view(), page_of(found), found.offers[0])
    assert "1 × yogurt 已在店内售出" in elsewhere(view("zh_CN"), page_of(found), found.offers[0])


def test_what_was_paid_online_and_at_the_desk_stand_apart() -> None:
    of = ready(line(), line(OAT_MILK, "1", "250"), payment=online(PaymentKind.AUTHORISED, 600, 850))
    assert "Paid online</dt><dd>$6.00" in order_lines(view(), of)
    assert "Due at the desk</dt><dd>$2.50" in order_lines(view(), of)
    paid = do(of, RecordPayment, payment=PaymentKind.PAID, amount_minor=250, reference="sale-1")
    shown = order_lines(view(), paid)
    assert "Paid online</dt><dd>$6.00" in shown
    assert "Paid at the desk</dt><dd>$2.50" in shown
    assert "Due at the desk" not in shown
    here = do(ready(), RecordPayment, payment=PaymentKind.PAID, amount_minor=600, reference="sale-2")
    assert "已在门店付款</dt><dd>$6.00" in order_lines(view("zh_CN"), here)
    assert "在线支付" not in order_lines(view("zh_CN"), here)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Kept because nobody came"), ("zh_CN", "逾期未取费用")]
)
def test_what_is_kept_of_an_order_that_nobody_fetched_is_a_line_of_its_own(language: str, said: str) -> None:
    of = ready(terms=Terms(no_show_fee_minor=200), payment=online(PaymentKind.PAID, 600))
    assert said not in order_lines(view(language), of)
    expired = do(of, Expire, at=TOO_LATE)
    assert f"{said}</dt><dd>$2.00" in order_lines(view(language), expired)
