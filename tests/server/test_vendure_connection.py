"""The connector to Vendure against a shop on a real socket: stock, lost answers, trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from retail.pickup.order import OrderState
from sync.server.centre import Centre
from sync.server.cli import main
from sync.server.clock import now_text
from sync.server.demo.store import STORE_ID
from sync.server.vendure import arriving as arriving_module
from sync.server.vendure import connector as connector_module
from sync.server.vendure.client import Access, VendureProblem
from sync.server.vendure.connector import ConnectionRefused, Connector, Round, keep_in_step
from tests.fakes.receiver import closed_port
from tests.fakes.vendure_shop import CHANGES, PASSWORD, USER, FakeVendure
from tests.server.ordering import (
    MILK,
    alerts,
    available,
    handing_over,
    order,
    set_stock,
)
from tests.server.vendure_orders import (
    MILK_SKU,
    TEA_SKU,
    connection,
    count,
    details,
    in_step,
    on_sqlite,
    pick,
    placed,
    published,
    rounds,
    selling_shop,
)


@pytest.fixture
def vendure(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeVendure]:
    with selling_shop(monkeypatch) as made:
        yield made


@pytest.fixture
def connector(shop: Centre, vendure: FakeVendure) -> Iterator[Connector]:
    with published(shop, vendure) as made:
        yield made


class Loss:
    """Loses the answer to one change, the `number`th from now on."""

    def __init__(self, number: int) -> None:
        self.left = number

    def __call__(self, operation: str) -> str:
        if operation not in CHANGES:
            return ""
        self.left -= 1
        return "lost" if self.left == 0 else ""


@on_sqlite
def test_whatever_answer_is_lost_nothing_is_done_twice(shop: Centre, vendure: FakeVendure) -> None:
    set_stock(shop, MILK, "60")
    losses = 0
    for number in range(1, 20):
        loss = vendure.fault = Loss(number)
        bought = vendure.buy((MILK_SKU, 3, 780))
        rounds(shop, vendure)
        pick(shop, placed(shop, bought), short=1)
        rounds(shop, vendure)
        assert bought["state"] == "Shipped"
        assert [line["quantity"] for line in bought["lines"]] == [2]
        assert len(bought["notes"]) == len(set(bought["notes"])) == 2
        assert len(bought["fulfillments"]) == 1
        assert count(shop) == number
        assert in_step(shop, vendure)
        if loss.left > 0:
            break
        losses += 1
    assert losses >= 6


@on_sqlite
def test_stock_follows_the_counter_and_only_what_changed_is_written(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    set_stock(shop, MILK, "9")
    assert connector.run_once(now_text()) == Round()  # a count is published with its level, which nobody did
    made = order(shop, (MILK, "2"))
    asked = vendure.asked.count("SetStock")
    assert connector.run_once(now_text()).stock_written == 1
    assert vendure.for_sale(MILK_SKU) == 7
    assert vendure.asked.count("SetStock") == asked + 1
    assert connector.run_once(now_text()).stock_written == 0
    shop.orders.cancel(made.order.order_id, "not wanted")
    connector.run_once(now_text())
    assert vendure.for_sale(MILK_SKU) == 9


@on_sqlite
def test_a_variant_that_is_refused_holds_no_other_up(shop: Centre, vendure: FakeVendure) -> None:
    refusals = iter(["ENTITY_NOT_FOUND", "ENTITY_NOT_FOUND"])
    vendure.fault = lambda operation: next(refusals, "") if operation == "SetStock" else ""
    made = Connector(shop, connection(vendure))
    made.run_once(now_text())
    made.close()
    (detail,) = details(shop, "vendure_not_told")
    assert "ENTITY_NOT_FOUND" in detail
    assert sum(one["on_hand"] > 0 for one in vendure.variants) == 2


@on_sqlite
def test_goods_that_vendure_does_not_count_are_said(shop: Centre, vendure: FakeVendure) -> None:
    vendure.variants[0]["track"], vendure.variants[1]["track"] = "FALSE", "INHERIT"
    vendure.tracks = False
    made = Connector(shop, connection(vendure))
    made.run_once(now_text())
    made.close()
    assert details(shop, "vendure_not_tracked") == ["1016, 1018"]


@on_sqlite
def test_at_no_moment_more_is_for_sale_than_may_be_promised(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    too_much = []

    def look(operation: str) -> str:
        for_sale, promised = vendure.for_sale(MILK_SKU), int(available(shop, MILK))
        if for_sale > promised:
            too_much.append((operation, for_sale, promised))
        return ""

    vendure.fault = look
    orders = [vendure.buy((MILK_SKU, quantity, quantity * 260)) for quantity in (2, 3, 4)]
    connector.run_once(now_text())
    shop.orders.cancel(placed(shop, orders[0]).order_id, "not wanted")
    connector.run_once(now_text())
    pick(shop, placed(shop, orders[1]), short=2)
    connector.run_once(now_text())
    shop.orders.take(handing_over(pick(shop, placed(shop, orders[2]))))
    for _ in range(2):
        connector.run_once(now_text())
    look("at the end")
    assert [one["state"] for one in orders] == ["Cancelled", "Shipped", "Delivered"]
    assert too_much == []
    assert in_step(shop, vendure)


@on_sqlite
def test_what_vendure_refuses_is_said_and_tried_again(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    first, second = vendure.buy((MILK_SKU, 1, 260)), vendure.buy((TEA_SKU, 1, 500))
    connector.run_once(now_text())
    declined = iter(["SETTLE_PAYMENT_ERROR"])
    vendure.fault = lambda operation: next(declined, "") if operation == "Settle" else ""
    pick(shop, placed(shop, first))
    pick(shop, placed(shop, second))
    done = connector.run_once(now_text())
    assert (done.told, done.not_told) == (1, 1)
    assert "SETTLE_PAYMENT_ERROR" in details(shop, "vendure_not_told")[0]
    connector.run_once(now_text())
    assert {first["state"], second["state"]} == {"Shipped"}


@on_sqlite
def test_an_order_that_breaks_vendure_holds_no_other_up(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    bought = vendure.buy((MILK_SKU, 1, 260))
    gone = vendure.buy((TEA_SKU, 1, 500))
    connector.run_once(now_text())
    vendure.orders.remove(gone)
    pick(shop, placed(shop, gone))
    pick(shop, placed(shop, bought))
    broken = iter(["INTERNAL_SERVER_ERROR"])
    vendure.fault = lambda operation: next(broken, "") if operation == "Fulfil" else ""
    assert connector.run_once(now_text()).not_told == 2
    connector.run_once(now_text())
    assert bought["state"] == "Shipped"


@on_sqlite
def test_what_did_not_change_is_looked_at_now_and_then(
    shop: Centre, vendure: FakeVendure, connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendure.buy((MILK_SKU, 1, 260))
    assert connector.run_once(now_text()).taken == 1
    vendure.buy((MILK_SKU, 1, 260), updatedAt="2026-01-01T00:00:00.000Z")
    assert connector.run_once(now_text()).taken == 0
    monkeypatch.setattr(arriving_module, "LOOK_AT_ALL_SECONDS", 0.0)
    connector.run_once(now_text())
    assert count(shop) == 2


@on_sqlite
def test_a_session_that_ended_is_begun_again(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    vendure.tokens.clear()
    bought = vendure.buy((MILK_SKU, 1, 260))
    assert connector.run_once(now_text()).taken == 1
    assert vendure.asked.count("Login") == 2
    assert len(bought["notes"]) == 1


@on_sqlite
def test_questions_are_asked_again_when_the_network_fails(
    shop: Centre, vendure: FakeVendure, connector: Connector
) -> None:
    failing = iter(["502", "lost"])
    vendure.fault = lambda operation: next(failing, "") if operation == "Orders" else ""
    vendure.buy((MILK_SKU, 1, 260))
    assert connector.run_once(now_text()).taken == 1


@on_sqlite
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"password": "wrong"}, "bad_login"),
        ({"url": f"http://127.0.0.1:{closed_port()}/admin-api"}, "unreachable"),
    ],
)
def test_a_shop_that_cannot_be_worked_with_is_named(
    shop: Centre, vendure: FakeVendure, said: dict[str, str], code: str
) -> None:
    access = Access(**({"url": vendure.address, "user": USER, "password": PASSWORD} | said))
    made = Connector(shop, connection(vendure, access=access))
    with pytest.raises(VendureProblem) as caught:
        made.run_once(now_text())
    made.close()
    assert caught.value.code == code
    assert PASSWORD not in repr(access)


@on_sqlite
def test_a_page_that_is_no_vendure_is_named(shop: Centre, vendure: FakeVendure, connector: Connector) -> None:
    vendure.fault = lambda _operation: "404"
    with pytest.raises(VendureProblem) as caught:
        connector.run_once(now_text())
    assert caught.value.code == "not_vendure"


@on_sqlite
def test_connections_that_cannot_be_are_refused(shop: Centre, vendure: FakeVendure) -> None:
    with pytest.raises(ConnectionRefused, match="no store S9"):
        Connector(shop, connection(vendure, store_id="S9"))
    vendure.precision = 3
    made = Connector(shop, connection(vendure))
    with pytest.raises(ConnectionRefused, match="3 decimals"):
        made.check()
    with pytest.raises(VendureProblem) as caught:
        Connector(shop, connection(vendure, location="Nowhere")).run_once(now_text())
    assert caught.value.code == "no_location"
    made.close()


def _failing_once(clock: Callable[[], str]) -> Callable[[], str]:
    failures = iter([OSError("the clock has stopped")])

    def tell() -> str:
        for failure in failures:
            raise failure
        return clock()

    return tell


@on_sqlite
def test_the_loop_goes_on_after_trouble_and_tells_a_person_of_a_long_silence(
    shop: Centre,
    vendure: FakeVendure,
    expected_logs: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected_logs(r"WARNING sync\.server\.vendure\.connector: vendure:s1 must wait: Vendure: not_vendure")
    expected_logs(r"ERROR sync\.server\.vendure\.connector: vendure:s1: a round failed")
    monkeypatch.setattr(connector_module, "SILENT_SECONDS", 0.0)
    monkeypatch.setattr(connector_module, "now_text", _failing_once(now_text))
    stopping = Event()

    def fault(operation: str) -> str:
        if vendure.asked.count("Orders") >= 7:
            stopping.set()
        return "404" if operation == "Orders" and vendure.asked.count("Orders") < 3 else ""

    vendure.fault = fault
    bought = vendure.buy((MILK_SKU, 1, 260), updatedAt="the other day")
    keep_in_step(shop, connection(vendure), stopping, every_seconds=0.0)
    assert "vendure_unreachable" in alerts(shop)
    assert placed(shop, bought).state is OrderState.PLACED
    assert vendure.for_sale(MILK_SKU) == int(available(shop, MILK))


@on_sqlite
def test_the_command_runs_one_round_and_says_what_it_did(
    shop: Centre, vendure: FakeVendure, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n", encoding="utf-8")
    words = ["vendure-sync", "--data", str(shop.settings.data), "--user", USER, "--once"]
    words += ["--url", vendure.address.removesuffix("/admin-api"), "--password-file", str(password)]
    vendure.buy((MILK_SKU, 1, 260))
    assert main([*words, "--store", STORE_ID]) == 0
    assert "taken=1" in capsys.readouterr().out
    assert main([*words, "--store", "S9"]) == 1
    assert "no store S9" in capsys.readouterr().err
    password.unlink()
    assert main([*words, "--store", STORE_ID]) == 1
    assert str(password) in capsys.readouterr().err
