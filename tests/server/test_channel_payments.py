"""Money that is taken online: authorised once, taken when handed over, let go of otherwise; never twice."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from sqlalchemy import select

from retail.pickup.amounts import money_of
from retail.pickup.order import OrderState, PaymentKind, PickupOrder
from sync.server import cli
from sync.server.app import create_app
from sync.server.centre import Centre
from sync.server.channels.signing import SignatureRefused
from sync.server.clock import now_text, text_after
from sync.server.database import tables
from sync.server.database.charge_rows import charges_of
from sync.server.orders.values import PAID_ONLINE, Placed
from sync.server.payments.cashier import Cashier
from sync.server.payments.provider import Answered, Charge, ProviderUnreachable
from sync.server.payments.simulator import Simulator
from sync.server.settings import NO_PAYMENTS, SIMULATED_PAYMENTS, WHEN_READY, Settings
from tests.fakes.online_shop import CROISSANT, FLAT_WHITE, open_online
from tests.server.walked_orders import hand_over, make_ready, place

LATER = timedelta(minutes=10)


@pytest.fixture
def online(shop: Centre) -> Centre:
    """A centre whose demo store sells online."""
    open_online(shop, with_sister=False)
    return shop


@pytest.fixture
def held(online: Centre) -> Placed:
    """An order that waits for its payment."""
    return place(online, CROISSANT, FLAT_WHITE, payment=PAID_ONLINE)


def pay(centre: Centre, placed: Placed, *, approves: bool = True) -> None:
    address = centre.cashier.begin(placed.order.order_id)
    centre.simulator.decide(address.rpartition("/")[2], approves=approves)


def rounds(centre: Centre, cashier: Cashier | None = None, *, after: timedelta = LATER) -> None:
    """Let the loop run until it has nothing to do."""
    for _ in range(10):
        (cashier or centre.cashier).run_once(text_after(now_text(), after))


def standing(centre: Centre, placed: Placed) -> PickupOrder:
    order = centre.orders.order(placed.order.order_id)
    assert order is not None
    return order


def entries(centre: Centre, placed: Placed) -> list[tuple[str, int]]:
    return [(str(one.kind), one.amount_minor) for one in standing(centre, placed).payment.entries]


def charge_states(centre: Centre, placed: Placed) -> list[tuple[str, str]]:
    with centre.database.read() as connection:
        return [(one.kind, one.state) for one in charges_of(connection, placed.order.order_id)]


def alerts(centre: Centre) -> list[str]:
    with centre.database.read() as connection:
        return sorted(connection.execute(select(tables.alert.c.code)).scalars())


def total(placed: Placed) -> int:
    return sum(line.amount_minor for line in placed.order.lines)


def test_an_order_stands_once_it_is_authorised(online: Centre, held: Placed) -> None:
    assert charge_states(online, held) == [("authorise", "waiting")]
    pay(online, held)
    assert standing(online, held).state is OrderState.PLACED
    assert entries(online, held) == [("authorised", total(held))]
    rounds(online)
    assert entries(online, held) == [("authorised", total(held))], "nothing is taken before it is handed over"


def test_what_is_handed_over_is_taken_and_what_is_short_let_go(online: Centre, held: Placed) -> None:
    pay(online, held)
    order = make_ready(online, standing(online, held), short=(FLAT_WHITE,))
    rounds(online)
    assert len(entries(online, held)) == 1
    hand_over(online, order)
    rounds(online)
    charged = money_of(standing(online, held)).charge_minor
    assert 0 < charged < total(held)
    assert entries(online, held)[1:] == [("captured", charged), ("voided", total(held) - charged)]
    money = money_of(standing(online, held))
    assert (money.due_minor, money.capture_minor, money.release_minor, money.refund_minor) == (0, 0, 0, 0)


def test_an_order_that_is_cancelled_is_never_charged(online: Centre, held: Placed) -> None:
    pay(online, held)
    online.orders.cancel(held.order.order_id, "not wanted")
    rounds(online)
    assert entries(online, held) == [("authorised", total(held)), ("voided", total(held))]
    assert charge_states(online, held) == [("authorise", "settled"), ("void", "booked")]


def test_money_taken_at_ready_goes_back_when_nobody_comes(online: Centre, held: Placed) -> None:
    early = Cashier(online.database, online.orders, online.simulator, capture_when_ready=True)
    pay(online, held)
    make_ready(online, standing(online, held))
    rounds(online, early)
    assert entries(online, held)[1:] == [("captured", total(held))]
    online.orders.cancel(held.order.order_id, "changed plans")
    rounds(online, early)
    assert entries(online, held)[2:] == [("refunded", total(held))]
    assert alerts(online) == []


def test_a_payment_that_was_declined_may_be_tried_again(online: Centre, held: Placed) -> None:
    pay(online, held, approves=False)
    assert charge_states(online, held) == [("authorise", "declined")]
    pay(online, held)
    assert [state for _, state in charge_states(online, held)] == ["declined", "booked"]
    assert entries(online, held) == [("authorised", total(held))]


def test_a_window_that_was_closed_after_the_decision_is_found_out(online: Centre, held: Placed) -> None:
    online.simulator.on_notice = lambda _headers, _body: None
    pay(online, held)
    assert charge_states(online, held) == [("authorise", "open")]
    rounds(online)
    assert entries(online, held) == [("authorised", total(held))]


def test_money_that_comes_after_the_goods_were_let_go_is_given_back(online: Centre, held: Placed) -> None:
    address = online.cashier.begin(held.order.order_id)
    online.orders.payment_failed(held.order.order_id)
    online.simulator.decide(address.rpartition("/")[2], approves=True)
    rounds(online)
    assert online.orders.order(held.order.order_id) is None
    payment = online.simulator.payment(address.rpartition("/")[2])
    assert (payment.left_minor, payment.taken_minor) == (0, 0)
    assert charge_states(online, held) == [("authorise", "settled"), ("void", "booked")]
    assert online.cashier.begin(held.order.order_id) == ""


class Forgetful:
    """The simulator behind a line that breaks, before a question arrives or before its answer does."""

    name = "simulator"

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.breaks: list[str] = []

    def ask(self, charge: Charge) -> Answered:
        breaks = self.breaks.pop(0) if self.breaks else ""
        if breaks == "before":
            raise ProviderUnreachable
        answer = self._simulator.ask(charge)
        if breaks == "after":
            raise ProviderUnreachable
        if breaks == "crash":
            raise KeyboardInterrupt
        return answer

    def look_up(self, charge_id: str) -> Answered | None:
        return self._simulator.look_up(charge_id)

    def charge_of_notice(self, headers: object, body: bytes) -> str:
        raise SignatureRefused("forged")


@pytest.mark.parametrize("breaks", ["before", "after", "crash"])
def test_a_question_whose_answer_was_lost_is_asked_again_and_charged_once(
    online: Centre, held: Placed, breaks: str
) -> None:
    pay(online, held)
    hand_over(online, make_ready(online, standing(online, held)))
    provider = Forgetful(online.simulator)
    provider.breaks = [breaks, breaks]
    cashier = Cashier(online.database, online.orders, provider)
    now = text_after(now_text(), LATER)
    for _ in range(8):
        now = text_after(now, timedelta(minutes=2))
        try:
            cashier.run_once(now)
        except KeyboardInterrupt:
            continue
    assert entries(online, held)[1:] == [("captured", total(held))]
    reference = cashier.begin(held.order.order_id)
    assert reference == ""
    assert provider.breaks == []


def test_a_capture_that_is_declined_is_a_persons_business(online: Centre, held: Placed) -> None:
    pay(online, held)
    hand_over(online, make_ready(online, standing(online, held)))
    shutil.rmtree(online.settings.data / "pay-simulator")
    rounds(online)
    assert alerts(online) == ["charge_declined"]
    assert [state for _, state in charge_states(online, held)] == ["booked", "declined"]


def test_what_was_paid_at_the_desk_is_not_refunded_by_a_provider_that_never_had_it(online: Centre) -> None:
    placed = place(online)
    rounds(online)
    assert charge_states(online, placed) == []


@pytest.fixture
def visitor(online: Centre) -> Iterator[TestClient]:
    with TestClient(create_app(online)) as client:
        client.follow_redirects = False
        yield client


def test_a_customer_pays_in_the_browser_and_comes_back(
    online: Centre, held: Placed, visitor: TestClient
) -> None:
    page = online.orders.order_by_page_key(held.page_key)
    assert page is not None
    to_provider = visitor.get(page.payment_address)
    assert to_provider.status_code == 303
    address = to_provider.headers["location"]
    shown = visitor.get(address)
    assert "no money moves" in shown.text
    assert held.order.number in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert visitor.post(address, data={"decision": "perhaps"}).status_code == 400
    decided = visitor.post(address, data={"decision": "approve"})
    assert decided.status_code == 303
    back = visitor.get(decided.headers["location"])
    assert back.status_code == 303
    assert back.headers["location"].endswith(held.page_key)
    assert [kind for kind, _ in entries(online, held)] == [PaymentKind.AUTHORISED]
    assert "was approved" in visitor.get(address).text
    assert visitor.post(address, data={"decision": "decline"}).status_code == 303
    assert [kind for kind, _ in entries(online, held)] == [PaymentKind.AUTHORISED], (
        "the first decision counts"
    )
    assert visitor.get(page.payment_address).headers["location"].endswith(held.page_key)


def test_addresses_of_nothing_lead_nowhere(visitor: TestClient) -> None:
    assert visitor.get("/pay/start/nothing").headers["location"] == "/shop"
    assert visitor.get("/pay/return/nothing").headers["location"] == "/shop"
    assert visitor.get("/pay/simulator/sim_nothing").status_code == 404
    assert visitor.post("/pay/simulator/sim_nothing", data={"decision": "approve"}).status_code == 404
    assert visitor.get("/pay/start/" + "x" * 100).status_code == 404
    assert visitor.post("/pay/notices/other", content=b"{}").json()["code"] == "not_found"


def test_a_forged_notice_is_refused(visitor: TestClient) -> None:
    answer = visitor.post("/pay/notices/simulator", content=b'{"charge_id":"x"}')
    assert (answer.status_code, answer.json()["code"]) == (401, "notice_refused")


def test_without_a_provider_nothing_is_charged_and_what_was_begun_waits_for_one(
    online: Centre, held: Placed
) -> None:
    pay(online, held)
    hand_over(online, make_ready(online, standing(online, held)))
    alone = Centre(replace(online.settings, payments=NO_PAYMENTS))
    try:
        rounds(alone, after=timedelta())
        assert charge_states(alone, held)[1:] == [("capture", "waiting")]
        with TestClient(create_app(alone)) as client:
            assert client.get("/pay/simulator/sim_nothing").status_code == 404
            notice = client.post("/pay/notices/none", content=b"{}")
            assert (notice.status_code, notice.json()["code"]) == (401, "notice_refused")
            later = place(alone, CROISSANT, payment=PAID_ONLINE)
            silent = client.get(f"/pay/start/{later.order.order_id}", follow_redirects=False)
            assert (silent.status_code, silent.json()["code"]) == (503, "provider_silent")
    finally:
        alone.close()
    rounds(online, after=timedelta(days=1))
    assert entries(online, held)[1:] == [("captured", total(held))]


def test_a_centre_that_is_told_so_takes_the_money_when_the_goods_are_ready(online: Centre) -> None:
    early = Centre(replace(online.settings, capture=WHEN_READY))
    try:
        held = place(early, CROISSANT, payment=PAID_ONLINE)
        pay(early, held)
        make_ready(early, standing(early, held))
        rounds(early)
        assert entries(early, held)[1:] == [("captured", total(held))]
    finally:
        early.close()


class Counting:
    """The simulator behind a counter of questions, slow enough that two ask at once."""

    name = "simulator"

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.asked: list[str] = []

    def ask(self, charge: Charge) -> Answered:
        self.asked.append(charge.charge_id)
        time.sleep(0.02)
        return self._simulator.ask(charge)

    def look_up(self, charge_id: str) -> Answered | None:
        return self._simulator.look_up(charge_id)

    def charge_of_notice(self, headers: object, body: bytes) -> str:
        raise SignatureRefused("forged")


@pytest.mark.postgresql
def test_two_centres_at_one_database_take_each_charge_once(
    new_postgresql: Callable[[str], str], tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path, database=new_postgresql("demo_centre"), payments=SIMULATED_PAYMENTS)
    one, two = Centre(settings), Centre(settings)
    try:
        open_online(one, with_sister=False)
        orders = [place(one, CROISSANT, payment=PAID_ONLINE) for _ in range(4)]
        for placed in orders:
            pay(one, placed)
            one.orders.cancel(placed.order.order_id, "not wanted")
        provider = Counting(one.simulator)
        cashiers = [Cashier(centre.database, centre.orders, provider) for centre in (one, two)]
        together = threading.Barrier(4)

        def run(cashier: Cashier) -> None:
            together.wait()
            for _ in range(6):
                cashier.run_once(now_text())

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(run, [*cashiers, *cashiers]))
        assert len(provider.asked) == len(set(provider.asked)) == len(orders)
        for placed in orders:
            assert entries(one, placed) == [("authorised", total(placed)), ("voided", total(placed))]
        assert alerts(one) == []
    finally:
        one.close()
        two.close()


@pytest.mark.parametrize(
    ("said", "payments", "capture"),
    [
        ((), "none", "handover"),
        (("--payments", "simulator", "--capture", "ready"), "simulator", "ready"),
    ],
)
def test_serve_takes_money_online_only_when_it_is_told_by_whom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: tuple[str, ...], payments: str, capture: str
) -> None:
    served: list[Settings] = []
    monkeypatch.setattr("sync.server.serving.serve", lambda settings, _announce: served.append(settings))
    assert cli.main(["serve", "--data", str(tmp_path), *said]) == 0
    assert [(one.payments, one.capture) for one in served] == [(payments, capture)]
    with pytest.raises(SystemExit):
        cli.main(["serve", "--data", str(tmp_path), "--payments", "somebody"])
