"""A till returns what another till sold: the receipt comes from a real centre, and offline it is said."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from pos_app.bootstrap import Till
from pos_app.services.return_view import FoundReceipt, Known
from pos_app.workers.receipt_worker import ReceiptWorker
from retail.sale import Sale
from sync.client.ports import Credentials
from tests.database.till_files import complete
from tests.fakes.stocked_till import stocked_till
from tests.sync.both_sides import CentreProcess, TillSide, wait_until

Made = Callable[[Callable[[], Credentials | None]], ReceiptWorker]


@pytest.fixture
def other(tmp_path: Path, qtbot: QtBot) -> Iterator[Till]:
    """Open the till at which the goods come back."""
    del qtbot
    opened = stocked_till(tmp_path / "other")
    yield opened
    opened.close()


@pytest.fixture
def working(other: Till, till: TillSide) -> Iterator[Made]:
    """Join the return screen to a worker, as the program does."""
    workers: list[ReceiptWorker] = []

    def make(credentials: Callable[[], Credentials | None]) -> ReceiptWorker:
        made = ReceiptWorker(credentials, release=till.journal_database.release_thread)
        other.view_model.returns.receipt_asked.connect(made.ask)
        made.answered.connect(other.view_model.returns.receipt_answered)
        made.start()
        workers.append(made)
        return made

    yield make
    ended = [each.stop() for each in workers]  # each is stopped, whatever the one before said
    assert all(ended)


@pytest.fixture
def sold(enrolled: TillSide) -> Sale:
    """Two packs of oat milk, sold at the first till; the centre has the sale."""
    sale = complete(enrolled.journal, "basket-1")
    enrolled.start()
    wait_until(lambda: enrolled.outbox.waiting().count == 0)
    return sale


def nobody() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_what_another_till_sold_comes_back_here_and_never_twice(
    qtbot: QtBot, centre: CentreProcess, enrolled: TillSide, sold: Sale, other: Till, working: Made
) -> None:
    returns = other.view_model.returns
    working(enrolled.outbox.credentials)
    with qtbot.waitSignal(returns.changed):
        returns.open(sold.receipt_number)
    qtbot.waitUntil(lambda: returns.screen.sale_title == sold.receipt_number)
    assert other.journal.sale(sold.receipt_number) is None, "this till did not sell it"
    returns.act("all")
    returns.confirm()
    assert other.journal.returns_of(sold.sale_id)[0].refund_minor == sold.total_minor
    returns.open(sold.receipt_number)
    qtbot.waitUntil(lambda: returns.screen.sale_title == sold.receipt_number)
    assert [row[1] for row in returns.screen.rows] == ["0"], "the centre has not heard of it, this till has"


def test_the_centre_says_what_it_does_not_have_and_a_stranger_gets_nothing(
    qtbot: QtBot, centre: CentreProcess, enrolled: TillSide, working: Made
) -> None:
    worker = working(enrolled.outbox.credentials)
    with qtbot.waitSignal(worker.answered) as answered:
        worker.ask("T9-000001-1")
    assert answered.args == ["T9-000001-1", "unknown_receipt"]
    stranger = working(lambda: Credentials(server_url=centre.url, token="nobody", device_id="d"))
    with qtbot.waitSignal(stranger.answered) as refused:
        stranger.ask("T9-000001-1")
    assert refused.args == ["T9-000001-1", "not_enrolled"]


def test_offline_it_is_said_at_once_and_works_when_the_network_is_back(
    qtbot: QtBot, centre: CentreProcess, enrolled: TillSide, sold: Sale, other: Till, working: Made
) -> None:
    known = enrolled.outbox.credentials()
    assert known is not None
    address = [nobody()]
    worker = working(lambda: replace(known, server_url=address[0]))
    returns = other.view_model.returns
    with qtbot.waitSignal(worker.answered):
        returns.open(sold.receipt_number)
    panel = returns.screen.panel
    assert panel is not None
    assert panel.error.startswith("Not a receipt of this till, and the centre does not answer.")
    address[0] = centre.url
    with qtbot.waitSignal(worker.answered) as answered:
        returns.confirm()
    assert answered.args == [sold.receipt_number, FoundReceipt(sold)]
    view = other.returning.view()
    assert view is not None
    assert view.known is Known.ANSWERED


def test_a_till_that_is_not_enrolled_asks_nobody(qtbot: QtBot, working: Made) -> None:
    worker = working(lambda: None)
    with qtbot.waitSignal(worker.answered) as answered:
        worker.ask("T9-000001-1")
    assert answered.args == ["T9-000001-1", "not_enrolled"]
