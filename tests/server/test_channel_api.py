"""Outside shops: what they may ask, what they are answered, and that each sees its own orders only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from httpx import Response
from litestar.testing import TestClient

from retail.pickup.order import OrderState, ShortReason
from retail.pickup.steps import AskCustomer, ShortLine, StartPicking
from sync.server.bodies import LARGEST_BODY
from sync.server.centre import Centre
from sync.server.channels.book import new_channel
from sync.server.clock import now_text, text_after
from sync.server.database.shop_rows import products_by_id
from sync.server.limits import RateLimit
from sync.server.orders.desk import OrderDesk
from sync.server.orders.keeping import Keeper
from sync.server.orders.values import PAID_ONLINE
from tests.fakes.applications import application
from tests.fakes.online_shop import CROISSANT, FLAT_WHITE, HERE, OAT_MILK, open_online
from tests.server.walked_orders import first_slot, make_ready, place, take


class Market:
    """An outside shop with its key."""

    def __init__(self, client: TestClient, key: str, centre: Centre) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {key}"}
        self.centre = centre

    def get(self, path: str) -> Response:
        return self.client.get(f"/v1/channel{path}", headers=self.headers)

    def post(self, path: str, body: Any) -> Response:
        return self.client.post(f"/v1/channel{path}", json=body, headers=self.headers)

    def order(
        self, reference: str = "M-1", product: str = CROISSANT, quantity: str = "2", **said: Any
    ) -> Any:
        return {
            "reference": reference,
            "store_id": HERE,
            "lines": [{"product_id": product, "quantity": quantity}],
            "contact": {"name": "Rachel Tan", "phone": "+65 9123 4567"},
            "slot_starts_at": first_slot(self.centre),
            **said,
        }


@pytest.fixture
def market(shop: Centre) -> Iterator[Market]:
    """A channel of a centre whose loops do not run: each test moves what it wants moved."""
    open_online(shop, with_sister=False)
    with shop.database.write() as connection:
        made = new_channel(connection, "market")
    with application(shop) as app:
        yield Market(TestClient(app), made.key, shop)


def test_an_order_is_placed_once_however_often_it_is_sent(market: Market) -> None:
    wanted = market.order()
    first = market.post("/orders", wanted)
    assert first.status_code == 201, first.text
    again = market.post("/orders", wanted)
    assert again.status_code == 200
    assert again.json() == first.json() | {"repeated": True}
    answer = first.json()
    assert answer["order"]["state"] == "placed"
    assert answer["order"]["payment"] == "paid"
    assert answer["code_text"].startswith("EVP1.")
    assert len(answer["code_digits"]) == 6
    other = market.post("/orders", {**wanted, "note": "another"})
    assert (other.status_code, other.json()["code"]) == (409, "reference_used")


def test_every_refusal_says_why_in_both_languages(market: Market) -> None:
    for status, code, body in (
        (409, "not_enough", market.order(product=OAT_MILK, quantity="7")),
        (409, "price_changed", market.order(expected_total_minor=1)),
        (404, "unknown_store", market.order(store_id="S9")),
        (400, "unknown_product", market.order(product="P-none")),
        (400, "no_lines", market.order(lines=[])),
        (400, "bad_payment", market.order(payment="online")),
        (400, "bad_contact", market.order(contact={"name": "R"})),
        (400, "bad_request", market.order(reference="a/b")),
        (400, "bad_request", market.order(surprise=1)),
    ):
        answer = market.post("/orders", body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert answer.json()["message"]["en"]
        assert answer.json()["message"]["zh"]
    assert market.post("/orders", market.order(product=OAT_MILK, quantity="7")).json()["left"] == "6"
    assert market.post("/orders", market.order(expected_total_minor=1)).json()["total_minor"] > 1
    assert market.get("/orders").json()["changes"] == []


def test_a_channel_sees_its_own_orders_only(market: Market) -> None:
    market.post("/orders", market.order())
    with market.centre.database.write() as connection:
        other = Market(market.client, new_channel(connection, "other").key, market.centre)
    assert other.get("/orders/M-1").json()["code"] == "unknown_order"
    assert other.post("/orders/M-1/cancel", {"reason": "mine"}).status_code == 404
    assert other.get("/orders").json()["changes"] == []
    assert market.get("/orders/M-1").json()["order"]["state"] == "placed"


def test_nobody_gets_in_without_a_key_or_too_often(market: Market) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer evc_guess"},
        {"Authorization": "Basic x"},
        {"Authorization": "Bearer "},
    ):
        answer = market.client.get("/v1/channel/stores", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "unknown_channel")
    market.centre.channel_limit = RateLimit(per_second=0.001, burst=1)
    assert market.get("/stores").status_code == 200
    refused = market.get("/stores")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


def test_a_shop_reads_stores_goods_and_slots(market: Market) -> None:
    assert [one["store_id"] for one in market.get("/stores").json()["stores"]] == [HERE]
    named = market.get(f"/stores/{HERE}/products?product_id={OAT_MILK}&product_id=P-none").json()
    assert [(one["product_id"], one["available"]) for one in named["products"]] == [(OAT_MILK, "6")]
    seen, after = set(), ""
    while True:
        page = market.get(f"/stores/{HERE}/products?limit=25&after={after}").json()
        assert not seen & {one["product_id"] for one in page["products"]}
        seen |= {one["product_id"] for one in page["products"]}
        after = page["next_after"]
        if not after:
            break
    assert {OAT_MILK, CROISSANT} <= seen
    slots = market.get(f"/stores/{HERE}/slots?days=2").json()["slots"]
    assert any(not one["refusal"] for one in slots)
    assert market.get("/stores/S9/slots").status_code == 404
    assert market.get(f"/stores/{HERE}/slots?days=99").status_code == 400
    market.post("/orders", market.order(product=OAT_MILK, quantity="4"))
    left = market.get(f"/stores/{HERE}/products?product_id={OAT_MILK}").json()["products"][0]
    assert left["available"] == "2"


def test_what_changed_is_read_from_a_number_on(market: Market) -> None:
    market.post("/orders", market.order("M-1"))
    market.post("/orders", market.order("M-2"))
    first = market.get("/orders?limit=1").json()
    assert [one["order"]["outside_reference"] for one in first["changes"]] == ["M-1"]
    market.post("/orders/M-1/cancel", {"reason": "not wanted"})
    rest = market.get(f"/orders?after={first['next_after']}").json()
    assert [(one["kind"], one["order"]["outside_reference"]) for one in rest["changes"]] == [
        ("order.placed", "M-2"),
        ("order.cancelled", "M-1"),
    ]
    end = market.get(f"/orders?after={rest['next_after']}").json()
    assert end == {"changes": [], "next_after": rest["next_after"]}


def test_a_cancelled_order_is_refunded_by_whoever_had_the_money(market: Market) -> None:
    market.post("/orders", market.order())
    cancelled = market.post("/orders/M-1/cancel", {"reason": "not wanted"}).json()
    assert cancelled["state"] == "cancelled"
    assert market.post("/orders/M-1/cancel", {"reason": "not wanted"}).json() == cancelled
    owed = cancelled["refund_minor"]
    assert owed == cancelled["shown_minor"] > 0
    refund = {"refund_reference": "B-1", "amount_minor": owed}
    assert market.post("/orders/M-1/refunds", refund).json()["refund_minor"] == 0
    assert market.post("/orders/M-1/refunds", refund).json()["refund_minor"] == 0
    more = market.post("/orders/M-1/refunds", {"refund_reference": "B-2", "amount_minor": 1})
    assert (more.status_code, more.json()["code"]) == (409, "more_than_paid")


def test_what_is_short_is_seen_by_the_channel(market: Market) -> None:
    market.post("/orders", market.order())
    order = market.centre.orders.orders_in(OrderState.PLACED)[0]
    order = take(market.centre, order, StartPicking, lock_until=text_after(now_text(), timedelta(minutes=5)))
    take(market.centre, order, ShortLine, line_id=order.lines[0].line_id, short_reason=ShortReason.SOLD_OUT)
    seen = market.get("/orders/M-1").json()["order"]
    assert [part["state"] for part in seen["lines"][0]["parts"]] == ["short"]
    assert seen["charge_minor"] == 0
    bad = market.post("/orders/M-1/answers", {"line_id": "none", "question": "x", "agrees": True})
    assert bad.status_code in (400, 409)


def test_the_interface_is_described(market: Market) -> None:
    described = market.client.get("/openapi.json").json()
    paths = {path: verbs for path, verbs in described["paths"].items() if path.startswith("/v1/channel")}
    assert len(paths) == 8
    for verbs in paths.values():
        for verb in verbs.values():
            assert verb["summary"]
            assert verb["security"] == [{"channelKey": []}]
            assert {"401", "429"} <= verb["responses"].keys()
    order = described["components"]["schemas"]["AskedOrder"]
    assert order["properties"]["reference"]["examples"] == ["M-1001"]
    placing = paths["/v1/channel/orders"]["post"]["requestBody"]["content"]["application/json"]
    assert placing["schema"]["examples"][0]["reference"] == "M-1001"


def test_every_address_of_the_interface_is_described(market: Market) -> None:
    described = market.client.get("/openapi.json").json()["paths"]
    served = {
        (re.sub(r":\w+}", "}", route.path), method.lower())
        for route in market.client.app.routes
        for method in getattr(route, "methods", ())
        if route.path.startswith(("/v1/", "/health")) and method != "OPTIONS"
    }
    assert len(served) > 15
    assert served == {(path, verb) for path, verbs in described.items() for verb in verbs}


def keeper(centre: Centre, now: str) -> Keeper:
    """Return a keeper whose desk lives at a moment."""
    return Keeper(centre.database, OrderDesk(centre.database, centre.code_keys, clock=lambda: now))


def test_a_hold_ends_a_customer_is_reminded_and_what_nobody_collects_expires(market: Market) -> None:
    centre = market.centre
    held = place(centre, payment=PAID_ONLINE)
    ready = make_ready(centre, place(centre).order)
    assert keeper(centre, now_text()).run_once(now_text()) == 0
    hour = text_after(now_text(), timedelta(hours=1))
    assert keeper(centre, hour).run_once(hour) == 1
    assert centre.orders.order(held.order.order_id) is None
    almost = text_after(ready.collect_until, -timedelta(hours=1))
    for _ in range(2):
        keeper(centre, almost).run_once(almost)
    reminded = centre.orders.order(ready.order_id)
    assert reminded is not None
    assert reminded.reminded == (120,)
    late = text_after(ready.collect_until, timedelta(minutes=1))
    for _ in range(2):
        keeper(centre, late).run_once(late)
    expired = centre.orders.order(ready.order_id)
    assert expired is not None
    assert expired.state is OrderState.EXPIRED
    assert [done.by for done in expired.history[-2:]] == ["centre", "centre"]


def test_a_channel_answers_a_substitute_for_its_customer(market: Market) -> None:
    wanted = market.order()
    wanted["lines"][0]["wish"] = {"kind": "ask"}
    assert market.post("/orders", wanted).status_code == 201
    (order,) = market.centre.orders.orders_in(OrderState.PLACED)
    order = take(market.centre, order, StartPicking, lock_until=text_after(now_text(), timedelta(minutes=5)))
    with market.centre.database.read() as connection:
        other = products_by_id(connection, [FLAT_WHITE])[FLAT_WHITE]
    take(
        market.centre,
        order,
        AskCustomer,
        line_id=order.lines[0].line_id,
        product=other,
        unit_price_minor=Decimal(120),
        quantity=Decimal(2),
        covers=Decimal(2),
    )
    asked = market.get("/orders/M-1").json()["order"]["lines"][0]
    (part,) = asked["parts"]
    assert (part["state"], part["product_id"]) == ("asked", FLAT_WHITE)
    assert market.get("/orders").json()["changes"][-1]["kind"] == "order.asked"
    answer = {"line_id": asked["line_id"], "question": part["question"], "agrees": True}
    agreed = market.post("/orders/M-1/answers", answer)
    assert agreed.status_code == 200, agreed.text
    assert agreed.json()["lines"][0]["parts"][0]["state"] == "agreed"
    late = market.post("/orders/M-1/answers", {**answer, "agrees": False})
    assert (late.status_code, late.json()["code"]) == (409, "answer_too_late")
    assert market.get("/orders/M-1").json()["order"] == agreed.json()


MISSES: tuple[tuple[str, str, Any], ...] = (
    ("get", "/stores", None),
    ("get", f"/stores/{HERE}/products", None),
    ("get", f"/stores/{HERE}/slots", None),
    ("get", "/orders", None),
    ("get", "/orders/M-1", None),
    ("post", "/orders/M-1/cancel", {"reason": "not wanted"}),
    ("post", "/orders/M-1/answers", {"line_id": "1", "question": "x", "agrees": True}),
    ("post", "/orders/M-1/refunds", {"refund_reference": "B-1", "amount_minor": 1}),
)
"""Every call of the interface but the order itself, as one who is not known makes it."""

BAD: tuple[tuple[str, str, Any, int], ...] = (
    ("get", "/stores/S9/products", None, 404),
    ("get", "/stores/S9/slots", None, 404),
    ("get", "/stores/%00/slots", None, 404),
    ("get", f"/stores/{HERE}/products?limit=0", None, 400),
    ("get", f"/stores/{HERE}/products?after=%00", None, 400),
    ("get", f"/stores/{HERE}/slots?days=many", None, 400),
    ("get", "/orders?after=-1", None, 400),
    ("get", "/orders?limit=1000", None, 400),
    ("get", "/orders/none", None, 404),
    ("get", "/orders/%00", None, 404),
    ("post", "/orders", [], 400),
    ("post", "/orders", {"reference": "M-1"}, 400),
    ("post", "/orders", b"{", 400),
    ("post", "/orders", b'{"note":"' + b"x" * LARGEST_BODY + b'"}', 413),
    ("post", "/orders/none/cancel", {"reason": "not wanted"}, 404),
    ("post", "/orders/none/answers", {"line_id": "1", "question": "x", "agrees": True}, 404),
    ("post", "/orders/none/refunds", {"refund_reference": "B-1", "amount_minor": 1}, 404),
    ("post", "/orders/M-9/cancel", {}, 400),
    ("post", "/orders/M-9/cancel", {"reason": ""}, 400),
    ("post", "/orders/M-9/answers", {"line_id": "1", "question": "x", "agrees": True}, 409),
    ("post", "/orders/M-9/answers", {"line_id": "1", "question": "x", "agrees": "yes"}, 400),
    ("post", "/orders/M-9/refunds", {"refund_reference": "B-1", "amount_minor": 10**9}, 409),
    ("post", "/orders/M-9/refunds", {"refund_reference": "B-1", "amount_minor": -1}, 400),
    ("post", "/orders/M-9/refunds", {"refund_reference": "B-1", "amount_minor": 0.5}, 400),
    ("put", "/orders", {}, 405),
    ("get", "/nothing", None, 404),
)
"""What nobody should send, and the status it gets."""


def test_bad_input_gets_the_documented_answer_in_both_languages_and_changes_nothing(market: Market) -> None:
    described = market.client.get("/openapi.json").json()["paths"]
    assert market.post("/orders", market.order("M-9")).status_code == 201
    before = market.get("/orders/M-9").json()
    misses = [*MISSES, ("post", "/orders", market.order())]
    strangers = [(*one, 401, {}) for one in misses]
    nameless = [
        ("post", "/orders", market.order(store_id="S\0"), 404),
        ("post", "/orders", market.order(product="P\0"), 400),
        ("post", "/orders", market.order(note="\0"), 400),
        ("post", "/orders", market.order(slot_starts_at="\0"), 409),
    ]
    for method, path, body, status, key in (
        *strangers,
        *((*one, market.headers) for one in (*BAD, *nameless)),
    ):
        content = body if isinstance(body, bytes) else None if body is None else msgspec.json.encode(body)
        headers = {**key, **({} if content is None else {"Content-Type": "application/json"})}
        answer = market.client.request(method, f"/v1/channel{path}", headers=headers, content=content)
        where = f"{method} {path} {str(body)[:60]}: {answer.status_code} {answer.text[:200]}"
        assert answer.status_code == status, where
        told = answer.json()
        assert told["code"], where
        assert told["message"]["en"], where
        assert re.search("[一-鿿]", told["message"]["zh"]), where
        if status != 405 and path != "/nothing":
            assert str(status) in described[_as_described(path)][method]["responses"], where
    assert market.get("/orders/M-9").json() == before
    assert len(market.get("/orders").json()["changes"]) == 1


def _as_described(path: str) -> str:
    path = re.sub("^/stores/[^/]+/", "/stores/{store_id}/", path.partition("?")[0])
    return "/v1/channel" + re.sub("^/orders/[^/]+", "/orders/{reference}", path)
