"""What was ordered and paid online comes back at tills: by its code, once, and noticed when it was twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from pos_app.bootstrap import Till, open_till
from pos_app.services.clock import local_now
from pos_app.settings import TillSettings
from pos_app.viewmodels.return_screen import ReturnScreen
from pos_app.workers.receipt_worker import ReceiptWorker
from retail.pickup.order import PickupOrder
from retail.returns.record import Return
from retail.sale import Sale, TenderKind
from sync.client.engine import Engine
from sync.client.enrolment import enrol
from sync.client.transport import Transport
from sync.server.centre import Centre
from sync.server.clock import now_text, text_after
from sync.server.database.charge_rows import charges_of
from sync.server.database.overview_rows import read_overview
from sync.server.database.receipt_rows import sales_of_order
from sync.server.database.stock_rows import on_hand
from sync.server.demo.desk import pickup_desk
from sync.server.demo.load import Wanted, load_demo
from sync.server.enrolment import new_code
from sync.server.orders.values import PAID_ONLINE
from sync.server.settings import SIMULATED_PAYMENTS, Settings
from sync.server.streams import Publication, publish
from tests.fakes.online_shop import CROISSANT, FLAT_WHITE, HERE, desk, open_online
from tests.features.test_returning import latest_return
from tests.server.walked_orders import hand_over, make_ready, place
from tests.sync.both_sides import CentreProcess, wait_until

BADGE = "STF0001"


def shelf(centre: Centre) -> Decimal:
    with centre.database.read() as connection:
        return on_hand(connection, HERE, [CROISSANT])[CROISSANT]


class Collected:
    """A centre's folder with an order that was paid online: one that was collected, one that still waits."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(data=folder, payments=SIMULATED_PAYMENTS)
        centre = Centre(self.settings)
        try:
            load_demo(centre.database, Wanted(products=60), code_keys=(centre.code_keys.own,))
            open_online(centre, {}, with_sister=False)
            rules = replace(pickup_desk(), slots=desk(HERE).slots, code_keys=(centre.code_keys.own,))
            with centre.database.write() as connection:
                publish(connection, {("settings", HERE): Publication(puts=[rules])})
                self.codes = [new_code(connection, store_id=HERE) for _ in range(2)]
            self.waiting = self._paid(centre)
            self.order = hand_over(centre, self._paid(centre))
            self.code = self._code_of(centre, self.order)
            self.shelf = shelf(centre)
            for _ in range(4):
                centre.cashier.run_once(text_after(now_text(), timedelta(minutes=10)))
        finally:
            centre.close()

    def _paid(self, centre: Centre) -> PickupOrder:
        placed = place(centre, CROISSANT, FLAT_WHITE, payment=PAID_ONLINE)
        address = centre.cashier.begin(placed.order.order_id)
        centre.simulator.decide(address.rpartition("/")[2], approves=True)
        order = centre.orders.order(placed.order.order_id)
        assert order is not None
        return make_ready(centre, order)

    def _code_of(self, centre: Centre, order: PickupOrder) -> str:
        return centre.code_keys.code_text(
            store_id=order.store_id, order_id=order.order_id, expires_at=order.collect_until
        )

    def sale(self) -> Sale:
        """Return what was sold online."""
        centre = Centre(self.settings)
        try:
            with centre.database.read() as connection:
                return sales_of_order(connection, self.order.order_id)[0]
        finally:
            centre.close()


class Desk:
    """A till with its two threads to the centre, and the one that asks for receipts."""

    def __init__(self, folder: Path, centre: CentreProcess, code: str) -> None:
        self.till: Till = open_till(folder, TillSettings())
        transport = Transport(centre.url)
        enrol(
            transport,
            self.till.outbox,
            server_url=centre.url,
            code=code,
            till_name="Till",
            software_version="test",
        )
        transport.close()
        self.receipts = ReceiptWorker(
            self.till.outbox.credentials, release=self.till.files.journal.release_thread
        )
        returns = self.till.view_model.returns
        returns.receipt_asked.connect(self.receipts.ask)
        self.receipts.answered.connect(returns.receipt_answered)
        self.receipts.start()
        self._heard: list[str] = []
        self.hear(lambda: {"catalogue", "settings", "staff"} <= set(self._heard))
        self.till.view_model.scan(BADGE)

    def hear(self, enough: Callable[[], bool]) -> None:
        """Be in touch with the centre until something is so."""
        till = self.till
        engine = Engine(
            till.outbox,
            till.outbox,
            till.streams,
            now=local_now,
            on_status=lambda _status: None,
            on_rows=self._heard.append,
            probe_seconds=0.3,
        )
        threads = [threading.Thread(target=run, daemon=True) for run in (engine.run_push, engine.run_pull)]
        for thread in threads:
            thread.start()
        try:
            wait_until(enough, 30)
        finally:
            engine.stop()
            for thread in threads:
                thread.join(5)
        for stream in dict.fromkeys(self._heard):
            till.rows_changed(stream)

    def has_sent(self) -> bool:
        return self.till.outbox.waiting().count == 0

    def close(self) -> None:
        assert self.receipts.stop()
        self.till.close()

    @property
    def screen(self) -> ReturnScreen:
        return self.till.view_model.returns.screen

    def takes_all_back(self) -> Return:
        """Pay everything back that the open sale has left."""
        self.till.view_model.returns.act("all")
        self.till.view_model.returns.confirm()
        return latest_return(self.till)


@pytest.fixture
def collected(tmp_path: Path) -> Collected:
    return Collected(tmp_path / "centre")


@pytest.fixture
def centre(collected: Collected, tmp_path: Path) -> Iterator[CentreProcess]:
    process = CentreProcess(tmp_path / "centre")
    process.start()
    yield process
    process.kill()


@pytest.fixture
def desks(
    centre: CentreProcess, collected: Collected, tmp_path: Path, qtbot: QtBot
) -> Iterator[tuple[Desk, Desk]]:
    del qtbot
    opened: list[Desk] = []
    try:
        for number, code in enumerate(collected.codes):
            opened.append(Desk(tmp_path / f"till-{number}", centre, code))
        yield opened[0], opened[1]
    finally:
        for each in opened:
            each.close()


def test_an_online_order_comes_back_by_its_code_at_two_tills_that_cannot_hear_each_other(
    qtbot: QtBot, centre: CentreProcess, collected: Collected, desks: tuple[Desk, Desk]
) -> None:
    sale = collected.sale()
    for each in desks:
        each.till.view_model.returns.ask()
        each.till.view_model.scan(collected.code)
    qtbot.waitUntil(lambda: all(each.screen.sale_title == sale.receipt_number for each in desks))
    centre.kill()
    returned = [each.takes_all_back() for each in desks]
    assert [one.refund_minor for one in returned] == [sale.total_minor] * 2
    assert [(one.kind, one.reference) for one in returned[0].tenders] == [
        (TenderKind.ONLINE, sale.tenders[0].reference)
    ]
    centre.start()
    for each in desks:
        each.hear(each.has_sent)
    centre.kill()

    office = Centre(collected.settings)
    try:
        for _ in range(3):
            office.cashier.run_once(text_after(now_text(), timedelta(minutes=10)))
        with office.database.read() as connection:
            alerts = {one.code: one.subject for one in read_overview(connection).alerts}
            refunds = [
                one for one in charges_of(connection, collected.order.order_id) if one.kind == "return"
            ]
        tills = sorted(one.till_id for one in returned)
        assert alerts["returned_more_than_sold"].startswith(f"{sale.receipt_number} · {', '.join(tills)}")
        assert "refund_by_hand" in alerts
        assert [(one.amount_minor, one.state) for one in refunds] == [(sale.total_minor, "booked")]
        assert office.simulator.payment(sale.tenders[0].reference).taken_minor == 0
        assert shelf(office) == collected.shelf + 4, "two at each till"
    finally:
        office.close()


def test_what_cannot_come_back_is_said_in_words(
    qtbot: QtBot, centre: CentreProcess, collected: Collected, desks: tuple[Desk, Desk]
) -> None:
    desk_here, _ = desks
    returns = desk_here.till.view_model.returns

    def said(text: str) -> str:
        returns.ask()
        returns.open(text)
        qtbot.waitUntil(lambda: not desk_here.screen.empty.startswith("Asking"))
        panel, feedback = desk_here.screen.panel, desk_here.screen.feedback
        return panel.error if panel is not None else feedback.text if feedback is not None else ""

    assert said(collected.waiting.number).startswith("Nothing of this order was handed over yet.")
    assert said("P-9999").startswith("No receipt and no order has this number.")
    forged = collected.code[:-6] + ("AAAAAA" if not collected.code.endswith("AAAAAA") else "BBBBBB")
    assert said(forged).startswith("This code is not genuine.")
    assert said(collected.order.number) == ""
    assert desk_here.screen.sale_title == collected.sale().receipt_number
    desk_here.takes_all_back()
    desk_here.hear(desk_here.has_sent)
    assert said(collected.order.number).startswith("All of this has come back before.")
    centre.kill()
    returns.step_back()
    assert said(collected.order.number).startswith("Not a receipt of this till, and the centre does not")
