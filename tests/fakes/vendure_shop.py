"""A Vendure shop on a real socket of this machine, for as much of its admin API as the connector asks.

Its answers have the shapes that Vendure 3.5.6 gave, and it keeps to Vendure's own rules: what is paid
allocates stock, a fulfilment takes stock out, a state follows only where it may.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sync.server.clock import now_text

USER, PASSWORD = "manager", "secret"
METHOD = "click-and-collect"
CHANGES = {
    "SetStock": "updateProductVariants",
    "AddNote": "addNoteToOrder",
    "Cancel": "cancelOrder",
    "Settle": "settlePayment",
    "CancelPayment": "cancelPayment",
    "Fulfil": "addFulfillmentToOrder",
    "MoveFulfilment": "transitionFulfillmentToState",
}
"""What changes something, and the field of its answer."""

_OPERATION = re.compile(r"(?:query|mutation) (\w+)")
_MAY_FOLLOW = {
    "Pending": ("Shipped", "Delivered", "Cancelled"),
    "Shipped": ("Delivered", "Cancelled"),
    "Delivered": ("Cancelled",),
    "Cancelled": (),
}


class _Refused(Exception):
    """An error result."""


class FakeVendure:
    """The shop. `asked` are the operations in order.

    `fault` is called with the operation's name before it is done and says what to do: `""` as ever, `"lost"`
    do it and answer nothing, a number: this HTTP status instead, or an error code to refuse it with.
    """

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[str] = []
        self.fault: Callable[[str], str] = lambda _operation: ""
        self.precision = 2
        self.tracks = True
        self.variants: list[dict[str, Any]] = []
        self.orders: list[dict[str, Any]] = []
        self.tokens: set[str] = set()
        self._lock = threading.Lock()

    def add_variant(self, sku: str, *, on_hand: int = 0, track: str = "TRUE") -> None:
        """Sell one more variant."""
        number = str(len(self.variants) + 1)
        self.variants.append({"id": number, "sku": sku, "track": track, "on_hand": on_hand, "allocated": 0})

    def variant(self, sku: str) -> dict[str, Any]:
        """Return a variant by its item number."""
        return next(one for one in self.variants if one["sku"] == sku)

    def for_sale(self, sku: str) -> int:
        """Return how much may still be sold."""
        one = self.variant(sku)
        return int(one["on_hand"] - one["allocated"])

    def buy(self, *lines: tuple[str, int, int], **said: Any) -> dict[str, Any]:
        """Place a paid order of `(sku, quantity, amount)` lines; return it, to be looked at."""
        number = len(self.orders) + 1
        order: dict[str, Any] = {
            "id": str(number),
            "code": f"V{number:04}",
            "state": "PaymentAuthorized",
            "updatedAt": now_text(),
            "currencyCode": "SGD",
            "customer": {
                "firstName": "Rachel",
                "lastName": "Tan",
                "emailAddress": "rachel@shop.example",
                "phoneNumber": "+65 5550 0142",
            },
            "shippingAddress": {"fullName": None, "phoneNumber": None},
            "shippingLines": [{"shippingMethod": {"code": said.pop("method", METHOD)}}],
            "lines": [
                {
                    "id": f"{number}-{place}",
                    "quantity": quantity,
                    "proratedLinePriceWithTax": amount,
                    "productVariant": {"sku": sku},
                }
                for place, (sku, quantity, amount) in enumerate(lines, 1)
            ],
            "payments": [{"id": f"p{number}", "state": "Authorized", "refunds": []}],
            "fulfillments": [],
            "notes": [],
            **said,
        }
        for sku, quantity, _amount in lines:
            self.variant(sku)["allocated"] += quantity
        self.orders.append(order)
        return order

    def changes(self) -> list[str]:
        """Return the operations so far that change something."""
        return [one for one in self.asked if one in CHANGES]

    def answer(self, operation: str, given: dict[str, Any]) -> Any:
        """Do an operation; return the data of its answer."""
        with self._lock:
            try:
                return getattr(self, f"_{operation.lower()}")(**given)
            except _Refused as refused:
                code, field = refused.args
                return {field: {"__typename": "Error", "errorCode": code, "message": f"errorResult.{code}"}}

    # ---- what is asked ------------------------------------------------------------------------

    def _settings(self) -> Any:
        config = {"moneyStrategyPrecision": self.precision}
        return {
            "globalSettings": {"trackInventory": self.tracks, "serverConfig": config},
            "stockLocations": {"items": [{"id": "7", "name": "Harbour Lane"}]},
        }

    def _orders(self, filter: dict[str, Any], skip: int, take: int) -> Any:  # noqa: A002  # Vendure's name
        after = filter.get("updatedAt", {"after": ""})["after"]
        ((field, operators),) = ((name, said) for name, said in filter.items() if name != "updatedAt")
        found = [one for one in self.orders if one[field] in operators["in"] and one["updatedAt"] > after]
        page = [
            {name: value for name, value in one.items() if name != "notes"}
            | {"history": {"items": [{"data": {"note": note}} for note in one["notes"]]}}
            for one in found[skip : skip + take]
        ]
        return {"orders": {"totalItems": len(found), "items": page}}

    def _variants(self, skip: int, take: int) -> Any:
        page = [
            {
                "id": one["id"],
                "sku": one["sku"],
                "trackInventory": one["track"],
                "stockLevels": [{"stockLocationId": "7", "stockOnHand": one["on_hand"]}],
            }
            for one in self.variants[skip : skip + take]
        ]
        return {"productVariants": {"totalItems": len(self.variants), "items": page}}

    # ---- what is changed ----------------------------------------------------------------------

    def _setstock(self, input: list[dict[str, Any]]) -> Any:  # noqa: A002  # Vendure's name
        for one in input:
            (level,) = one["stockLevels"]
            assert level["stockLocationId"] == "7"
            assert level["stockOnHand"] >= 0
            next(each for each in self.variants if each["id"] == one["id"])["on_hand"] = level["stockOnHand"]
        return {"updateProductVariants": [{"id": one["id"]} for one in input]}

    def _addnote(self, input: dict[str, Any]) -> Any:  # noqa: A002  # Vendure's name
        assert input["isPublic"] is False
        self._order(input["id"])["notes"].append(input["note"])
        return {"addNoteToOrder": {"__typename": "Order"}}

    def _cancelpayment(self, id: str) -> Any:  # noqa: A002  # Vendure's name
        (payment,) = (each for one in self.orders for each in one["payments"] if each["id"] == id)
        payment["state"] = "Cancelled"
        return {"cancelPayment": {"__typename": "Payment"}}

    def _settle(self, id: str) -> Any:  # noqa: A002  # Vendure's name
        for order in self.orders:
            for payment in order["payments"]:
                if payment["id"] == id:
                    payment["state"] = "Settled"
                    order["state"] = "PaymentSettled"
        return {"settlePayment": {"__typename": "Payment"}}

    def _cancel(self, input: dict[str, Any]) -> Any:  # noqa: A002  # Vendure's name
        order = self._order(input["orderId"])
        wanted = input.get("lines")
        if wanted is None:
            wanted = [{"orderLineId": one["id"], "quantity": one["quantity"]} for one in order["lines"]]
        if not sum(one["quantity"] for one in wanted):
            raise _Refused("EMPTY_ORDER_LINE_SELECTION_ERROR", "cancelOrder")
        for one in wanted:
            line = next(each for each in order["lines"] if each["id"] == one["orderLineId"])
            if one["quantity"] > line["quantity"]:
                raise _Refused("QUANTITY_TOO_GREAT_ERROR", "cancelOrder")
            variant = self.variant(line["productVariant"]["sku"])
            open_pieces = min(one["quantity"], self._not_fulfilled(order, line))
            variant["allocated"] -= open_pieces
            variant["on_hand"] += one["quantity"] - open_pieces
            line["quantity"] -= one["quantity"]
        if not any(line["quantity"] for line in order["lines"]):
            order["state"] = "Cancelled"
        return {"cancelOrder": {"__typename": "Order"}}

    def _fulfil(self, input: dict[str, Any]) -> Any:  # noqa: A002  # Vendure's name
        lines = input["lines"]
        order = next(one for one in self.orders if lines[0]["orderLineId"] in {x["id"] for x in one["lines"]})
        for one in lines:
            line = next(each for each in order["lines"] if each["id"] == one["orderLineId"])
            if one["quantity"] > self._not_fulfilled(order, line):
                raise _Refused("ITEMS_ALREADY_FULFILLED_ERROR", "addFulfillmentToOrder")
            if one["quantity"] > self.variant(line["productVariant"]["sku"])["on_hand"]:
                raise _Refused("INSUFFICIENT_STOCK_ON_HAND_ERROR", "addFulfillmentToOrder")
        for one in lines:
            line = next(each for each in order["lines"] if each["id"] == one["orderLineId"])
            self._move_stock(line, -one["quantity"])
        order["fulfillments"].append(
            {
                "id": f"f{order['id']}-{len(order['fulfillments'])}",
                "state": "Pending",
                "lines": lines,
                "handler": input["handler"],
            }
        )
        return {"addFulfillmentToOrder": {"__typename": "Fulfillment"}}

    def _movefulfilment(self, id: str, state: str) -> Any:  # noqa: A002  # Vendure's name
        order = next(one for one in self.orders if id in {each["id"] for each in one["fulfillments"]})
        fulfilment = next(one for one in order["fulfillments"] if one["id"] == id)
        if state not in _MAY_FOLLOW[fulfilment["state"]]:
            raise _Refused("FULFILLMENT_STATE_TRANSITION_ERROR", "transitionFulfillmentToState")
        fulfilment["state"] = state
        if state == "Cancelled":
            for part in fulfilment["lines"]:
                line = next(one for one in order["lines"] if one["id"] == part["orderLineId"])
                self._move_stock(line, part["quantity"])
        elif order["state"] != "PaymentAuthorized":
            whole = not any(self._not_fulfilled(order, line) for line in order["lines"])
            order["state"] = state if whole else f"Partially{state}"
        return {"transitionFulfillmentToState": {"__typename": "Fulfillment"}}

    def _order(self, order_id: str) -> dict[str, Any]:
        return next(one for one in self.orders if one["id"] == order_id)

    def _move_stock(self, line: dict[str, Any], quantity: int) -> None:
        variant = self.variant(line["productVariant"]["sku"])
        variant["on_hand"] += quantity
        variant["allocated"] += quantity

    @staticmethod
    def _not_fulfilled(order: dict[str, Any], line: dict[str, Any]) -> int:
        done = sum(
            part["quantity"]
            for one in order["fulfillments"]
            if one["state"] != "Cancelled"
            for part in one["lines"]
            if part["orderLineId"] == line["id"]
        )
        return int(line["quantity"] - done)


@contextmanager
def vendure_shop() -> Iterator[FakeVendure]:
    """Run a shop."""
    shop = FakeVendure()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = _OPERATION.search(request["query"])
            assert found is not None
            operation, given = found[1], request["variables"]
            shop.asked.append(operation)
            fault = shop.fault(operation)
            if fault.isdecimal():
                self._say(int(fault), b"<html>no</html>")
            elif operation == "Login":
                self._log_in(given)
            elif self.headers.get("Authorization", "").removeprefix("Bearer ") not in shop.tokens:
                self._say_error("FORBIDDEN")
            elif fault == "INTERNAL_SERVER_ERROR":
                self._say_error(fault)
            elif fault == "lost":
                shop.answer(operation, given)
                self.close_connection = True
            elif fault:
                self._say_data({CHANGES[operation]: {"errorCode": fault, "message": fault}})
            else:
                self._say_data(shop.answer(operation, given))

        def _log_in(self, given: dict[str, Any]) -> None:
            if (given["user"], given["password"]) != (USER, PASSWORD):
                self._say_data({"login": {"errorCode": "INVALID_CREDENTIALS_ERROR", "message": "no"}})
                return
            token = f"token-{len(shop.asked)}"
            shop.tokens.add(token)
            self._say_data({"login": {"__typename": "CurrentUser"}}, token)

        def _say_error(self, code: str) -> None:
            error = {"message": f"said {code}", "extensions": {"code": code}}
            self._say(200, json.dumps({"errors": [error], "data": None}).encode())

        def _say_data(self, data: Any, token: str = "") -> None:
            self._say(200, json.dumps({"data": data}).encode(), token)

        def _say(self, status: int, body: bytes, token: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if token:
                self.send_header("vendure-auth-token", token)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the standard library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    shop.address = f"http://127.0.0.1:{server.server_address[1]}/admin-api"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
