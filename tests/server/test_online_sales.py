"""Orders that were paid online are sold when they are handed over, and can be returned like anything else."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from httpx import Response
from litestar.testing import TestClient
from sqlalchemy import func, select

from retail.events import SaleReturned
from retail.journal import Envelope, verify_chain
from retail.money import CashRounding
from retail.pickup.amounts import money_of
from retail.pickup.order import OrderState, PaymentKind, PickupOrder
from retail.pickup.steps import HandOver, Proof, RecordPayment, Undo
from retail.receipt_number import receipt_number
from retail.returns.completion import compose_return
from retail.returns.policy import RefundOrder, ReturnPolicy
from retail.returns.priced_return import price_return
from retail.returns.record import Return
from retail.returns.refund import split_refund
from retail.sale import Sale, TenderKind
from sync.protocol import ReceiptAnswer
from sync.server.centre import Centre
from sync.server.clock import now_text, text_after
from sync.server.database import tables
from sync.server.database.charge_rows import charges_of
from sync.server.database.order_tables import pickup_order
from sync.server.database.overview_rows import read_overview
from sync.server.database.own_rows import own_device
from sync.server.database.receipt_rows import sales_of_order
from sync.server.judging import return_differences, sale_differences
from sync.server.orders.values import PAID_ONLINE, PAID_TO_CHANNEL, Placed
from tests.fakes.online_shop import CROISSANT, FLAT_WHITE, HERE, open_online
from tests.fakes.sold import everything, wanted
from tests.server.tills import Till, enrolled_till
from tests.server.walked_orders import hand_over, make_ready, place, take

LATER = timedelta(minutes=10)
on_sqlite = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
"""What the database has no part in is tried over one of them."""


@pytest.fixture
def online(shop: Centre) -> Centre:
    open_online(shop, with_sister=False)
    return shop


@pytest.fixture
def ready(online: Centre) -> PickupOrder:
    """An order that was authorised online and waits at the desk."""
    return make_ready(online, standing(online, paid(online)))


def paid(centre: Centre, *, member_id: str = "") -> Placed:
    placed = place(centre, CROISSANT, FLAT_WHITE, payment=PAID_ONLINE, member_id=member_id)
    address = centre.cashier.begin(placed.order.order_id)
    centre.simulator.decide(address.rpartition("/")[2], approves=True)
    return placed


def standing(centre: Centre, placed: Placed | PickupOrder) -> PickupOrder:
    order_id = placed.order.order_id if isinstance(placed, Placed) else placed.order_id
    order = centre.orders.order(order_id)
    assert order is not None
    return order


def rounds(centre: Centre) -> None:
    for _ in range(6):
        centre.cashier.run_once(text_after(now_text(), LATER))


def sales(centre: Centre, order: PickupOrder) -> tuple[Sale, ...]:
    with centre.database.read() as connection:
        return sales_of_order(connection, order.order_id)


def alerts(centre: Centre) -> list[tuple[str, str]]:
    with centre.database.read() as connection:
        rows = connection.execute(select(tables.alert.c.code, tables.alert.c.subject))
        return [(row.code, row.subject) for row in rows]


def refunds(centre: Centre, order: PickupOrder) -> list[tuple[int, str]]:
    with centre.database.read() as connection:
        charges = charges_of(connection, order.order_id)
    return [(one.amount_minor, one.state) for one in charges if one.kind == "return"]


def found(answer: Response) -> ReceiptAnswer:
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=ReceiptAnswer)


def returned(till: Till, sale: Sale, *lines: tuple[int, str], earlier: tuple[Return, ...] = ()) -> Return:
    """Take goods back at a till, which pays back the way it was paid."""
    place = till.enrolled
    priced = price_return(
        sale,
        earlier,
        wanted(*lines) if lines else everything(sale),
        ReturnPolicy(),
        now=sale.completed_at,
    )
    return compose_return(
        priced,
        split_refund(
            sale, earlier, priced.refund_minor, RefundOrder.SAME_MEANS, cash_rounding=CashRounding()
        ),
        return_id=f"back-{till.device_id}-{len(earlier)}",
        receipt_number=receipt_number(place.till_number, 1 + len(earlier)),
        store_id=place.store_id,
        till_id=place.till_id,
        till_number=place.till_number,
        cashier_id="E0001",
        cashier_name="Noor A.",
        completed_at=sale.completed_at,
    )


def own_journal(centre: Centre) -> list[Envelope]:
    with centre.database.read() as connection:
        texts = connection.execute(
            select(tables.inbox.c.envelope)
            .where(tables.inbox.c.device_id == own_device(HERE))
            .order_by(tables.inbox.c.device_seq)
        ).scalars()
        return [msgspec.json.decode(text, type=Envelope) for text in texts]


def test_what_is_handed_over_is_one_sale_that_agrees_with_the_order(
    online: Centre, ready: PickupOrder
) -> None:
    assert sales(online, ready) == ()
    done = hand_over(online, ready)
    (sale,) = sales(online, ready)
    assert list(sale_differences(sale)) == []
    assert (sale.receipt_number[:9], sale.till_number, sale.order_number) == ("W-000001-", 0, ready.number)
    (tender,) = sale.tenders
    assert (tender.kind, tender.amount_minor) == (TenderKind.ONLINE, money_of(done).charge_minor)
    assert tender.reference, "what the provider calls it"
    assert verify_chain(own_journal(online)) == 1
    with online.database.read() as connection:
        figures = next(one for one in read_overview(connection).stores if one.settings.store_id == HERE)
    assert (figures.sales, figures.total_minor) == (1, sale.total_minor)


@on_sqlite
def test_a_handover_that_is_heard_twice_is_sold_once(online: Centre, ready: PickupOrder) -> None:
    done = hand_over(online, ready)
    step = next(one for one in done.history if one.kind == "hand_over")
    again = HandOver(
        step_id=step.step_id,
        order_id=done.order_id,
        by=step.by,
        at=step.at,
        made_in=OrderState.READY,
        bags=("B1",),
        proof=Proof.CODE,
        covered_minor=10**6,
    )
    online.orders.take(again)
    rounds(online)
    assert len(sales(online, ready)) == len(own_journal(online)) == 1


@on_sqlite
def test_what_is_paid_at_the_desk_is_the_tills_sale_alone(online: Centre) -> None:
    order = make_ready(online, place(online, CROISSANT).order)
    due = money_of(order).due_minor
    take(online, order, RecordPayment, payment=PaymentKind.PAID, amount_minor=due, reference="sale-of-till")
    hand_over(online, standing(online, order))
    assert sales(online, order) == ()
    assert own_journal(online) == []


def test_a_handover_that_is_taken_back_undoes_its_sale_and_the_next_one_sells_again(
    online: Centre, ready: PickupOrder
) -> None:
    done = hand_over(online, ready)
    (sale,) = sales(online, ready)
    step = next(one for one in done.history if one.kind == "hand_over")
    back = take(online, done, Undo, undoes=step.step_id, reason="wrong customer")
    assert back.state is OrderState.READY
    with online.database.read() as connection:
        (undone,) = connection.execute(select(tables.sale_return)).all()
    assert (undone.kind, undone.sale_id, undone.refund_minor) == ("void", sale.sale_id, sale.total_minor)
    hand_over(online, back)
    second = next(one for one in sales(online, ready) if one.sale_id != sale.sale_id)
    assert second.total_minor == sale.total_minor
    assert verify_chain(own_journal(online)) == 3
    rounds(online)
    assert refunds(online, ready) == []
    with online.database.read() as connection:
        shelf = connection.execute(
            select(func.count()).where(tables.sale_return_line.c.restocked == 1)
        ).scalar_one()
    assert shelf == 0, "the goods lay at the desk, not on the shelf"


def test_the_till_finds_the_sale_by_each_of_its_names(online: Centre, ready: PickupOrder, till: Till) -> None:
    with online.database.read() as connection:
        row = connection.execute(select(pickup_order)).one()
    for name in (ready.number, ready.order_id, row.digits):
        refused = till.get(f"/v1/receipts/{name}")
        assert (refused.status_code, refused.json()["code"]) == (409, "order_not_handed_over")
    hand_over(online, ready)
    (sale,) = sales(online, ready)
    for name in (sale.receipt_number, ready.number, ready.order_id, row.digits):
        answer = found(till.get(f"/v1/receipts/{name}"))
        assert (answer.sale, answer.returns, answer.others) == (sale, (), ())
    assert till.get("/v1/receipts/W-000099-1").json()["code"] == "unknown_receipt"


def test_what_comes_back_is_refunded_once_by_whoever_took_the_money(
    online: Centre, ready: PickupOrder, till: Till
) -> None:
    done = hand_over(online, ready)
    rounds(online)
    (sale,) = sales(online, ready)
    back = returned(till, sale, (1, "1"))
    assert list(return_differences(back)) == []
    fact = till.seal(SaleReturned(returned=back))
    till.send(fact)
    till.send(fact)
    rounds(online)
    assert refunds(online, ready) == [(back.refund_minor, "booked")]
    payment = online.simulator.payment(sale.tenders[0].reference)
    assert payment.taken_minor == sale.total_minor - back.refund_minor
    now = standing(online, ready)
    assert money_of(now).due_minor == money_of(now).refund_minor == 0
    assert now.state is done.state
    rest = returned(till, sale, (1, "1"), (2, "2"), earlier=(back,))
    till.send(till.seal(SaleReturned(returned=rest)))
    rounds(online)
    assert online.simulator.payment(sale.tenders[0].reference).taken_minor == 0
    assert found(till.get(f"/v1/receipts/{ready.number}")).returns == (back, rest)
    assert alerts(online) == []


@on_sqlite
def test_a_refund_waits_until_the_money_was_taken(online: Centre, ready: PickupOrder, till: Till) -> None:
    hand_over(online, ready)
    (sale,) = sales(online, ready)
    till.send(till.seal(SaleReturned(returned=returned(till, sale))))
    online.cashier.run_once(now_text())  # the order is not captured yet
    rounds(online)
    assert refunds(online, ready) == [(sale.total_minor, "booked")]
    assert alerts(online) == []


def test_two_tills_that_did_not_hear_each_other_are_both_believed_and_somebody_is_told(
    online: Centre, ready: PickupOrder, till: Till, client: TestClient
) -> None:
    hand_over(online, ready)
    rounds(online)
    (sale,) = sales(online, ready)
    other = enrolled_till(online, client, "device-2")
    for one in (till, other):
        one.send(one.seal(SaleReturned(returned=returned(one, sale))))
    rounds(online)
    codes = dict(alerts(online))
    tills = f"{till.enrolled.till_id}, {other.enrolled.till_id}"
    assert codes["returned_more_than_sold"].startswith(f"{sale.receipt_number} · {tills}")
    assert "refund_by_hand" in codes, "the provider is not asked for more than it took"
    assert refunds(online, ready) == [(sale.total_minor, "booked")]
    answer = found(till.get(f"/v1/receipts/{sale.receipt_number}"))
    assert len(answer.returns) == 2


@on_sqlite
def test_what_a_channel_was_paid_for_is_sold_and_paid_back_by_the_channel(online: Centre, till: Till) -> None:
    placed = place(online, CROISSANT, payment=PAID_TO_CHANNEL)
    done = hand_over(online, make_ready(online, placed.order))
    (sale,) = sales(online, done)
    assert sale.tenders[0].reference == f"{done.channel}:{done.outside_reference}"
    till.send(till.seal(SaleReturned(returned=returned(till, sale))))
    ((code, subject),) = alerts(online)
    assert (code, subject.split(" ")[0]) == ("refund_by_channel", HERE)


@on_sqlite
def test_what_was_collected_in_parts_is_offered_part_by_part(online: Centre, till: Till) -> None:
    order = standing(online, paid(online))
    first = hand_over(online, make_ready(online, order, bags=("B1", "B2")), "B1")
    second = hand_over(online, first, "B2")
    made = sales(online, order)
    assert sum(one.total_minor for one in made) == money_of(second).charge_minor
    answer = found(till.get(f"/v1/receipts/{order.number}"))
    numbers = {answer.sale.receipt_number, *(one.receipt_number for one in answer.others)}
    assert numbers == {one.receipt_number for one in made}
    till.send(till.seal(SaleReturned(returned=returned(till, answer.sale))))
    later = found(till.get(f"/v1/receipts/{order.number}"))
    assert later.sale.receipt_number == answer.others[0].receipt_number
    assert [one.left for one in later.others] == [False]


@on_sqlite
def test_a_handover_undone_after_a_return_is_left_to_a_person(
    online: Centre, ready: PickupOrder, till: Till
) -> None:
    done = hand_over(online, ready)
    (sale,) = sales(online, ready)
    till.send(till.seal(SaleReturned(returned=returned(till, sale, (1, "1")))))
    step = next(one for one in done.history if one.kind == "hand_over")
    take(online, standing(online, done), Undo, undoes=step.step_id, reason="wrong customer")
    assert ("handover_undone_after_return", f"{HERE} {done.number} {sale.receipt_number}") in alerts(online)


@on_sqlite
def test_members_earn_when_they_collect_and_lose_it_with_what_comes_back(online: Centre, till: Till) -> None:
    def points() -> int:
        with online.database.read() as connection:
            table = tables.member_points
            return int(connection.execute(select(func.coalesce(func.sum(table.c.points), 0))).scalar_one())

    done = hand_over(online, make_ready(online, standing(online, paid(online, member_id="M0001"))))
    (sale,) = sales(online, done)
    assert sale.member is not None
    assert points() == sale.member.points_earned > 0
    till.send(till.seal(SaleReturned(returned=returned(till, sale))))
    assert points() == 0
