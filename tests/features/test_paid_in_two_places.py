"""One order paid partly online and partly at the desk: one sale, made by the till, whatever happens to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from litestar.testing import TestClient
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from pos_app.bootstrap import Till
from pos_app.database.identity import Identity
from pos_app.services.outcomes import Changed
from pos_app.services.paying import PaymentRefused
from pos_app.services.pickup_outcomes import DeskCode
from pos_app.services.standing import CentreStanding, LinkState
from retail.pickup.amounts import money_of
from retail.pickup.handover import Hindrance
from retail.pickup.order import OrderState, PaymentKind, PickupOrder
from retail.pickup.steps import RecordPayment, Undo
from retail.sale import Sale, TenderKind
from sync.protocol import JournalBatch
from sync.server.app import create_app
from sync.server.centre import Centre
from sync.server.clock import now_text, text_after
from sync.server.database import tables
from sync.server.database.charge_rows import charges_of
from sync.server.database.overview_rows import read_overview
from sync.server.database.receipt_rows import sales_of_order
from sync.server.database.stock_rows import broken_balances, on_hand
from sync.server.demo.load import Wanted, load_demo
from sync.server.orders.values import PAID_ONLINE
from sync.server.settings import SIMULATED_PAYMENTS, Settings
from tests.fakes.online_shop import CROISSANT, FLAT_WHITE, HERE, open_online
from tests.fakes.pickup_till import Wall, pickup_till
from tests.fakes.stocked_till import new_folder, stock
from tests.server.tills import Till as Sender
from tests.server.tills import enrolled_till
from tests.server.walked_orders import make_ready, place, take

ONLINE_PART = 500


@cache
def _made_before() -> tuple[Path, str]:
    """Make a centre's folder with an order of which a part is authorised online, once per test run."""
    folder = new_folder()
    centre = Centre(Settings(data=folder, payments=SIMULATED_PAYMENTS))
    load_demo(centre.database, Wanted(products=60, members=20))
    open_online(centre, {}, with_sister=False)
    placed = place(centre, CROISSANT, FLAT_WHITE, payment=PAID_ONLINE, member_id="M0001")
    address = centre.cashier.begin(placed.order.order_id)
    centre.simulator.decide(address.rpartition("/")[2], approves=True)
    order = centre.orders.order(placed.order.order_id)
    assert order is not None
    ready = make_ready(centre, order, bags=("B1", "B2"))
    take(
        centre,
        ready,
        RecordPayment,
        payment=PaymentKind.VOIDED,
        amount_minor=money_of(ready).charge_minor - ONLINE_PART,
        reference="a-part-of-it",
    )
    centre.close()
    return folder, ready.order_id


class Office:
    """A centre in this process, with an order of which a part is paid online, and tills that send to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        made, order_id = _made_before()
        shutil.copytree(made, folder / "centre", ignore=shutil.ignore_patterns("*.lock"))
        self.centre = Centre(Settings(data=folder / "centre", payments=SIMULATED_PAYMENTS))
        self.client = TestClient(create_app(self.centre))
        self.order = self.now(order_id)
        self.shelf_before = {one: count + 2 for one, count in self.shelf().items()}
        self.tills: list[tuple[Till, Sender]] = []

    def now(self, order_id: str = "") -> PickupOrder:
        order = self.centre.orders.order(order_id or self.order.order_id)
        assert order is not None
        return order

    def till(self) -> Till:
        number = len(self.tills) + 1
        sender = enrolled_till(self.centre, self.client, f"device-{number}")
        made = pickup_till(
            self.folder / f"till-{number}",
            self.now(),
            wall=Wall(now_text()),
            identity=Identity(
                device_id=sender.device_id,
                incarnation=sender.incarnation,
                store_id=sender.enrolled.store_id,
                till_id=sender.enrolled.till_id,
                till_number=sender.enrolled.till_number,
                token="token",
                server_url="http://127.0.0.1:1",
                next_receipt_counter=1,
            ),
        )
        made.centre_changed(CentreStanding(state=LinkState.OFFLINE))
        self.tills.append((made, sender))
        return made

    def hear(self, till: Till, *, again: bool = False) -> None:
        """Take over what a till has to say; `again` sends the same a second time."""
        sender = next(sender for one, sender in self.tills if one is till)
        outgoing = till.outbox.unsent(500, 10_000_000)
        if outgoing is None:
            return
        batch = JournalBatch(
            device_id=sender.device_id, incarnation=sender.incarnation, events=tuple(outgoing.events)
        )
        for _ in range(2 if again else 1):
            answer = sender.post(batch)
            assert answer.status_code == 200, answer.text
        till.outbox.acknowledge(sender.incarnation, outgoing.events[-1].device_seq, "epoch-1")

    def tell(self, till: Till) -> None:
        stock(till, {"orders": (self.now(),)})
        till.rows_changed("orders")

    def settle(self) -> None:
        for _ in range(6):
            self.centre.cashier.run_once(text_after(now_text(), timedelta(minutes=10)))

    def sales(self) -> tuple[Sale, ...]:
        with self.centre.database.read() as connection:
            return sales_of_order(connection, self.order.order_id)

    def charges(self) -> list[tuple[str, int, str]]:
        with self.centre.database.read() as connection:
            found = charges_of(connection, self.order.order_id)
        return [(one.kind, one.amount_minor, one.state) for one in found if one.kind != "authorise"]

    def alerts(self) -> set[str]:
        with self.centre.database.read() as connection:
            return set(connection.execute(select(tables.alert.c.code)).scalars())

    def shelf(self) -> dict[str, Decimal]:
        with self.centre.database.read() as connection:
            assert not broken_balances(connection)
            return dict(on_hand(connection, HERE, [CROISSANT, FLAT_WHITE]))

    def points(self) -> int:
        with self.centre.database.read() as connection:
            table = tables.member_points
            return int(connection.execute(select(func.coalesce(func.sum(table.c.points), 0))).scalar_one())

    def close(self) -> None:
        for till, _ in self.tills:
            till.close()
        self.centre.close()


@pytest.fixture
def office(tmp_path: Path, qtbot: QtBot) -> Iterator[Office]:
    del qtbot
    made = Office(tmp_path)
    yield made
    made.close()


def at_desk(till: Till, order: PickupOrder, *bags: str) -> None:
    """Do everything at the desk but the payment."""
    desk = till.handing_over
    desk.open(order.order_id)
    desk.identity_seen()
    desk.slip_taken()
    for bag in ("B1", "B2"):
        if bag in (bags or ("B1", "B2")):
            desk.tick(bag)
        else:
            desk.leave(bag)


def pays(till: Till) -> Sale:
    begun = till.handing_over.begin_payment()
    assert begun.code is DeskCode.PAYMENT_BEGUN
    till.paying.take_cash(begun.amount_minor)
    return till.paying.complete(print_receipt=True)


def test_one_sale_with_both_tenders_is_made_at_the_handover_offline_and_none_by_the_centre(
    office: Office,
) -> None:
    till = office.till()
    at_desk(till, office.order)
    due = money_of(office.order).due_minor
    view = till.handing_over.view()
    assert view is not None
    assert (view.due_minor, view.online_minor) == (due, ONLINE_PART)
    sale = pays(till)
    assert [(one.kind, one.amount_minor) for one in sale.tenders] == [
        (TenderKind.ONLINE, ONLINE_PART),
        (TenderKind.CASH, due),
    ]
    assert sale.total_minor == due + ONLINE_PART == sum(line.amount_minor for line in office.order.lines)
    assert [line.quantity for line in sale.lines] == [Decimal(2), Decimal(2)]
    shown = till.orders.order(office.order.order_id)
    assert shown is not None
    assert shown.state is OrderState.HANDED_OVER, "in the very transaction of the sale"
    assert till.handing_over.begin_payment().code is DeskCode.MISSING, "nobody sells it twice here"
    office.hear(till, again=True)
    office.settle()
    assert office.sales() == (sale,)
    assert office.charges() == [("capture", ONLINE_PART, "booked")]
    assert sale.member is not None
    assert office.points() == sale.member.points_earned > 0
    with office.centre.database.read() as connection:
        figures = next(one for one in read_overview(connection).stores if one.settings.store_id == HERE)
    assert (figures.sales, figures.total_minor) == (1, sale.total_minor)
    assert office.alerts() == set()
    assert office.shelf() == {one: count - 2 for one, count in office.shelf_before.items()}


def test_what_comes_back_goes_to_each_tender_as_it_was_paid_and_to_the_shelf_once(office: Office) -> None:
    till = office.till()
    at_desk(till, office.order)
    sale = pays(till)
    office.hear(till)
    office.settle()
    returning = till.returning
    assert returning.open_own(sale.receipt_number)
    returning.choose_all()
    view = returning.view()
    assert view is not None
    assert view.refund is not None
    back = [(one.kind, one.amount_minor) for one in view.refund.tenders]
    assert sorted(back) == [
        (TenderKind.CASH, sale.total_minor - ONLINE_PART),
        (TenderKind.ONLINE, ONLINE_PART),
    ]
    supervisor = next(each for each in till.cache.staff() if each.role == "supervisor")
    if not isinstance(returning.pay_back(print_receipt=False), Changed):
        assert isinstance(till.approving.approve(supervisor, "mistake"), Changed)
    office.hear(till, again=True)
    office.settle()
    assert office.charges()[1:] == [("return", ONLINE_PART, "booked")]
    assert office.shelf() == office.shelf_before
    assert office.points() == 0
    assert office.alerts() == set()


def test_in_parts_each_bag_is_in_one_sale_whoever_made_it(office: Office) -> None:
    till = office.till()
    first, second = (line.amount_minor for line in office.order.lines)
    left = ONLINE_PART - first
    assert 0 < left < second
    at_desk(till, office.order, "B1")
    assert till.handing_over.begin_payment().code is DeskCode.NOTHING_DUE
    assert till.handing_over.hand_over().code is DeskCode.PARTLY_HANDED_OVER
    at_desk(till, office.order)
    sale = pays(till)
    assert [one.amount_minor for one in sale.tenders] == [left, second - left]
    office.hear(till, again=True)
    sold = {each.receipt_number[:2]: [one.product_id for one in each.lines] for each in office.sales()}
    assert sold == {"W-": [CROISSANT], sale.receipt_number[:2]: [FLAT_WHITE]}
    assert sum(each.total_minor for each in office.sales()) == first + second
    office.settle()
    assert office.charges() == [("capture", ONLINE_PART, "booked")]
    assert office.alerts() == set()


def test_the_payment_comes_last_because_it_hands_over(office: Office) -> None:
    till = office.till()
    desk = till.handing_over
    desk.open(office.order.order_id)
    refused = desk.begin_payment()
    assert refused.code is DeskCode.MISSING
    assert Hindrance.NOT_VERIFIED in {one.what for one in refused.missing}
    assert not till.selling.open_sale.basket.lines
    at_desk(till, office.order)
    assert desk.begin_payment().code is DeskCode.PAYMENT_BEGUN
    assert desk.untick("B1").code is DeskCode.BAG_UNTICKED
    till.paying.take_cash(100_000)
    with pytest.raises(PaymentRefused, match="handover_first"):
        till.paying.complete(print_receipt=False)
    desk.tick("B1")
    assert till.paying.complete(print_receipt=False).order_id == office.order.order_id


def test_what_changed_while_the_customer_paid_is_not_sold_and_the_money_goes_back(office: Office) -> None:
    till = office.till()
    at_desk(till, office.order)
    till.handing_over.begin_payment()
    till.paying.take_cash(100_000)
    office.centre.orders.cancel(office.order.order_id, "changed my mind")
    office.tell(till)
    with pytest.raises(PaymentRefused, match="order_changed"):
        till.paying.complete(print_receipt=False)
    till.paying.remove_cash(1)
    assert till.handing_over.give_up_payment().code is DeskCode.PAYMENT_GIVEN_UP
    office.hear(till)
    office.settle()
    assert office.sales() == ()
    assert office.charges() == [("void", ONLINE_PART, "booked")]


def test_after_a_restart_in_the_middle_of_paying_the_order_is_opened_again_first(
    office: Office,
) -> None:
    till = office.till()
    at_desk(till, office.order)
    till.handing_over.begin_payment()
    till.paying.take_cash(100_000)
    till.handing_over._begin("")  # what was seen at the desk is forgotten with the program
    with pytest.raises(PaymentRefused, match="handover_first"):
        till.paying.complete(print_receipt=False)
    at_desk(till, office.order)
    assert till.handing_over.begin_payment().code is DeskCode.PAYMENT_BEGUN
    assert till.paying.complete(print_receipt=False).total_minor == money_of(office.order).charge_minor


def test_handed_over_at_two_tills_that_hear_nobody_is_one_handover_and_somebody_is_told(
    office: Office,
) -> None:
    both = office.till(), office.till()
    for till in both:
        at_desk(till, office.order)
        pays(till)
    for till in both:
        office.hear(till)
    office.settle()
    assert [one.code for one in office.now().conflicts] == ["second_handover"]
    assert "order_conflict" in office.alerts()
    assert {sale.till_id for sale in office.sales()} == {
        sender.enrolled.till_id for _, sender in office.tills
    }
    assert office.shelf() == {one: count - 2 for one, count in office.shelf_before.items()}


def test_a_handover_that_is_taken_back_leaves_the_one_sale_and_the_next_makes_no_other(
    office: Office,
) -> None:
    till = office.till()
    at_desk(till, office.order)
    sale = pays(till)
    office.hear(till)
    step = next(one for one in office.now().history if one.kind == "hand_over")
    take(office.centre, office.now(), Undo, undoes=step.step_id, reason="wrong customer")
    office.tell(till)
    at_desk(till, office.order)
    view = till.handing_over.view()
    assert view is not None
    assert (view.due_minor, view.missing) == (0, ())
    assert till.handing_over.hand_over().code is DeskCode.HANDED_OVER
    office.hear(till)
    assert office.sales() == (sale,)


def test_a_payment_voided_unheard_leaves_the_sale_and_somebody_is_told_what_is_due(office: Office) -> None:
    till = office.till()
    at_desk(till, office.order)
    sale = pays(till)
    office.centre.orders.cancel(office.order.order_id, "changed my mind")
    office.settle()
    office.hear(till)
    now = office.now()
    assert now.state is OrderState.HANDED_OVER
    assert {one.code for one in now.conflicts} == {"hand_over_after_cancelled", "handed_over_unpaid"}
    assert money_of(now).due_minor == ONLINE_PART
    assert office.sales() == (sale,)
    assert "order_conflict" in office.alerts()
