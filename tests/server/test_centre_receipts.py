"""A till asks the centre for a receipt of another till before goods come back."""

from __future__ import annotations

import uuid

import msgspec
from litestar.testing import TestClient
from msgspec.structs import replace

from retail.events import SaleCompleted, SaleReturned
from retail.returns.record import Return
from retail.sale import Sale
from sync.protocol import ReceiptAnswer
from sync.server.centre import Centre
from tests.fakes.sold import taken_back, wanted
from tests.server.ordering import OAT_MILK, order
from tests.server.tills import Till, enrolled_till


def returned(sale: Sale, by: Till) -> Return:
    made = taken_back(sale, (), wanted((1, "1")), now=sale.completed_at)
    return replace(
        made,
        return_id=uuid.uuid4().hex,
        store_id=by.enrolled.store_id,
        till_id=by.enrolled.till_id,
        till_number=by.enrolled.till_number,
    )


def asked(till: Till, number: str) -> ReceiptAnswer:
    answer = till.get(f"/v1/receipts/{number}")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=ReceiptAnswer)


def test_another_till_gets_the_sale_as_it_was_with_all_that_came_back(
    shop: Centre, client: TestClient, till: Till
) -> None:
    other = enrolled_till(shop, client, "second till")
    sale = till.sale(quantity=3)
    till.send(till.seal(SaleCompleted(sale=sale)))
    assert asked(other, sale.receipt_number) == ReceiptAnswer(sale=sale)
    first, second = returned(sale, till), returned(sale, other)
    till.send(till.seal(SaleReturned(returned=first)))
    other.send(other.seal(SaleReturned(returned=second)))
    found = asked(other, sale.receipt_number)
    assert found.sale == sale
    assert {each.return_id for each in found.returns} == {first.return_id, second.return_id}


def test_what_nobody_sold_is_said_and_a_stranger_hears_nothing(shop: Centre, till: Till) -> None:
    unknown = till.get("/v1/receipts/T9-999999-9")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_receipt")
    assert till.get("/v1/receipts/" + "9" * 100).status_code == 400
    till.headers = {"Authorization": "Bearer nobody"}
    assert till.get("/v1/receipts/T9-999999-9").status_code == 401


def test_an_order_paid_at_the_desk_leads_to_its_sale_and_any_other_says_why_not(
    shop: Centre, till: Till
) -> None:
    placed = order(shop, (OAT_MILK, "1")).order
    unpaid = till.get(f"/v1/receipts/{placed.number}")
    assert (unpaid.status_code, unpaid.json()["code"]) == (409, "order_not_handed_over")
    sale = replace(till.sale(), order_id=placed.order_id, order_number=placed.number)
    till.send(till.seal(SaleCompleted(sale=sale)))
    assert asked(till, placed.number).sale.order_number == placed.number


def test_a_number_that_several_other_stores_have_is_not_guessed(shop: Centre, till: Till) -> None:
    sale = till.sale()
    till.send(till.seal(SaleCompleted(sale=sale)))
    till.send(till.seal(SaleCompleted(sale=replace(till.sale(), receipt_number=sale.receipt_number))))
    answer = till.get(f"/v1/receipts/{sale.receipt_number}")
    assert (answer.status_code, answer.json()["code"]) == (409, "many_receipts")
