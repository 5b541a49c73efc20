"""A till whose disk was copied or put back sells again what it sold: both stand, and somebody is told."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import func, select

from retail.events import PaymentResolved, PaymentStarted, SaleCompleted
from retail.sale import Sale, Tender, TenderKind
from sync.server.centre import Centre
from sync.server.database import tables
from sync.server.enrolment import device_of_id
from sync.server.intake import land
from tests.server.tills import Till


def told(shop: Centre) -> dict[str, tuple[str, str]]:
    """Return subject and detail of each alarm, by its code."""
    with shop.database.read() as connection:
        rows = connection.execute(select(tables.alert.c.code, tables.alert.c.subject, tables.alert.c.detail))
        return {code: (subject, detail) for code, subject, detail in rows}


def booked(shop: Centre) -> int:
    with shop.database.read() as connection:
        count: int = connection.execute(select(func.count()).select_from(tables.sale)).scalar_one()
        return count


def paid_by(sale: Sale, attempt_id: str) -> Sale:
    """Let a card have paid a sale, to the cent."""
    paid = sale.total_minor
    tender = Tender(kind=TenderKind.CARD, amount_minor=paid, attempt_id=attempt_id)
    return replace(sale, tenders=(tender,), cash_rounding_minor=0, change_minor=0)


def test_two_sales_with_one_receipt_number_are_both_booked_and_somebody_is_told(
    shop: Centre, till: Till
) -> None:
    first = till.sale()
    till.send(till.seal(SaleCompleted(sale=first)))
    till.send(till.sell())
    assert told(shop) == {}
    second = replace(till.sale(), receipt_number=first.receipt_number)
    assert till.send(till.seal(SaleCompleted(sale=second))).quarantined == 0
    assert booked(shop) == 3
    both = ", ".join(sorted((first.sale_id, second.sale_id)))
    assert told(shop) == {"receipt_repeated": (first.receipt_number, both)}


def test_a_copy_that_comes_while_the_first_one_lands_is_noticed_too(shop: Centre, till: Till) -> None:
    till.send(till.sell())
    first = till.sale()
    with shop.database.read() as connection:
        before = device_of_id(connection, till.device_id)
    till.send(till.seal(SaleCompleted(sale=first)))
    second = replace(till.sale(), receipt_number=first.receipt_number)
    with shop.database.write() as connection:
        land(connection, before, till.batch(till.seal(SaleCompleted(sale=second))))
    both = ", ".join(sorted((first.sale_id, second.sale_id)))
    assert told(shop) == {"receipt_repeated": (first.receipt_number, both)}


def test_a_receipt_number_below_the_highest_is_no_second_one_by_itself(shop: Centre, till: Till) -> None:
    early, late = till.sale(), till.sale()
    till.send(till.seal(SaleCompleted(sale=late)))
    till.send(till.seal(SaleCompleted(sale=early)))
    assert (booked(shop), told(shop)) == (2, {})


def test_a_card_payment_that_stands_in_two_sales_of_a_basket_is_told(shop: Centre, till: Till) -> None:
    first = paid_by(till.sale(), "attempt-1")
    started = PaymentStarted(
        attempt_id="attempt-1",
        basket_id="basket-1",
        tender=TenderKind.CARD,
        amount_minor=first.total_minor,
        currency="SGD",
    )
    done = PaymentResolved(attempt_id="attempt-1", outcome="approved", reference="", reason="")
    first = replace(first, sale_id="basket-1")
    till.send(till.seal(started), till.seal(done), till.seal(SaleCompleted(sale=first)))
    other = replace(paid_by(till.sale(), "attempt-2"), basket_id="basket-2")
    till.send(till.seal(SaleCompleted(sale=other)))
    assert told(shop) == {}, "a basket that was open at a start, and is sold once"
    again = replace(paid_by(till.sale(), "attempt-1"), basket_id="basket-1")
    till.send(till.seal(SaleCompleted(sale=again)))
    assert booked(shop) == 3
    both = ", ".join((first.receipt_number, again.receipt_number))
    assert told(shop) == {"payment_counted_twice": ("attempt-1", both)}
