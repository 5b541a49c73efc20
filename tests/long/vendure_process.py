"""A real Vendure in a process of its own, its shopkeeper and its customers."""

from __future__ import annotations

import csv
import os
import select
import socket
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

import requests

SCRIPT = Path(__file__).with_name("vendure") / "index.cjs"
USER, PASSWORD = "superadmin", "only-for-this-run"
START_SECONDS = 300
METHOD = "click-and-collect"


class ShopProduct(NamedTuple):
    """A product of the shop: its price as customers see it, in minor units."""

    sku: str
    name: str
    price_minor: int


class Api:
    """One of Vendure's two APIs, for one person."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._session = requests.Session()
        self._session.trust_env = False
        self._token = ""

    def ask(self, query: str, **variables: object) -> Any:
        """Return the only field of an answer; an error, or a refusal, ends the run."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        body = {"query": query, "variables": variables}
        answer = self._session.post(self._address, json=body, headers=headers, timeout=30)
        self._token = answer.headers.get("vendure-auth-token", self._token)
        said = answer.json()
        assert "errors" not in said, said["errors"]
        (found,) = said["data"].values()
        assert not (isinstance(found, dict) and "errorCode" in found), found
        return found


class VendureProcess:
    """A shop in Singapore that sells these products, with nothing in stock."""

    def __init__(self, packages: Path, folder: Path, products: list[ShopProduct]) -> None:
        folder.mkdir(parents=True)
        self._products = products
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        words = ["--packages", str(packages), "--data", str(folder), "--port", str(self.port)]
        words += ["--products", str(_written(folder / "products.csv", products))]
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "TMPDIR"}}
        with (folder / "vendure.log").open("wb") as log:
            self._process = subprocess.Popen(
                ["node", str(SCRIPT), *words],
                env=kept | {"VENDURE_USER": USER, "VENDURE_PASSWORD": PASSWORD, "HOME": str(folder)},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.admin = Api(f"{self.address}/admin-api")

    def wait(self) -> None:
        """Wait until it takes requests, and open the shop."""
        assert self._process.stdout is not None
        deadline = time.monotonic() + START_SECONDS
        while True:
            left = deadline - time.monotonic()
            assert left > 0, "Vendure did not come up in time"
            assert select.select([self._process.stdout], [], [], left)[0], "Vendure says nothing"
            line = self._process.stdout.readline()
            assert line, f"Vendure ended with {self._process.wait()}; see vendure.log"
            if line.strip() == "listening":
                break
        self._open_shop()

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(timeout=30)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _open_shop(self) -> None:
        """Do what a shopkeeper does once: currency, prices, and a shipping method to collect."""
        ask = self.admin.ask
        ask(
            "mutation($u: String!, $p: String!) { login(username: $u, password: $p) "
            "{ __typename ... on ErrorResult { errorCode message } } }",
            u=USER,
            p=PASSWORD,
        )
        ask(
            'mutation { updateChannel(input: { id: "1", pricesIncludeTax: true, '
            "availableCurrencyCodes: [SGD, USD], defaultCurrencyCode: SGD }) { __typename } }"
        )
        price = {one.sku: one.price_minor for one in self._products}
        ask(
            "mutation($i: [UpdateProductVariantInput!]!) { updateProductVariants(input: $i) { id } }",
            i=[
                {"id": one["id"], "prices": [{"currencyCode": "SGD", "price": price[sku]}]}
                for sku, one in self.variants().items()
            ],
        )
        ask(
            "mutation($i: CreateShippingMethodInput!) { createShippingMethod(input: $i) { id } }",
            i={
                "code": METHOD,
                "fulfillmentHandler": "manual-fulfillment",
                "checker": {
                    "code": "default-shipping-eligibility-checker",
                    "arguments": [{"name": "orderMinimum", "value": "0"}],
                },
                "calculator": {
                    "code": "default-shipping-calculator",
                    "arguments": [
                        {"name": "rate", "value": "0"},
                        {"name": "includesTax", "value": "auto"},
                        {"name": "taxRate", "value": "0"},
                    ],
                },
                "translations": [{"languageCode": "en", "name": "Click & collect", "description": ""}],
            },
        )

    def variants(self) -> dict[str, Any]:
        """Return the variants by item number, with `onHand` and `allocated`."""
        found = self.admin.ask(
            "{ productVariants { items { id sku name stockLevels { stockOnHand stockAllocated } } } }"
        )["items"]
        for one in found:
            (level,) = one["stockLevels"]
            one |= {"onHand": level["stockOnHand"], "allocated": level["stockAllocated"]}
        return {one["sku"]: one for one in found}

    def for_sale(self, sku: str) -> int:
        """Return how much Vendure may still sell."""
        one = self.variants()[sku]
        return int(one["onHand"] - one["allocated"])

    def set_stock(self, sku: str, quantity: int) -> None:
        """Set what lies in stock, as somebody in the shop might."""
        given = {
            "id": self.variants()[sku]["id"],
            "stockLevels": [{"stockLocationId": "1", "stockOnHand": quantity}],
        }
        self.admin.ask(
            "mutation($i: [UpdateProductVariantInput!]!) { updateProductVariants(input: $i) { id } }",
            i=[given],
        )

    def order(self, code: str) -> Any:
        """Return an order as the shopkeeper sees it, its notes as texts."""
        (found,) = self.admin.ask(
            """query($c: String!) { orders(options: { filter: { code: { eq: $c } } }) { items {
              id code state totalWithTax payments { id state amount }
              lines { id quantity orderPlacedQuantity productVariant { sku } }
              fulfillments { state method trackingCode lines { quantity } }
              history(options: { filter: { type: { eq: "ORDER_NOTE" } } }) { items { isPublic data } }
            } } }""",
            c=code,
        )["items"]
        assert not any(one["isPublic"] for one in found["history"]["items"])
        found["notes"] = [one["data"]["note"] for one in found["history"]["items"]]
        return found

    def buy(self, *wanted: tuple[str, int], method: str = METHOD) -> str:
        """Order as a customer does: basket, details, collection, card; return the order's code."""
        customer = Api(f"{self.address}/shop-api")
        ids = {sku: one["id"] for sku, one in self.variants().items()}
        refused = "__typename ... on ErrorResult { errorCode message }"
        for sku, quantity in wanted:
            customer.ask(
                "mutation($v: ID!, $q: Int!) "
                f"{{ addItemToOrder(productVariantId: $v, quantity: $q) {{ {refused} }} }}",
                v=ids[sku],
                q=quantity,
            )
        customer.ask(
            f"mutation($i: CreateCustomerInput!) {{ setCustomerForOrder(input: $i) {{ {refused} }} }}",
            i={
                "firstName": "Rachel",
                "lastName": "Tan",
                "emailAddress": "rachel@shop.example",
                "phoneNumber": "+65 5550 0142",
            },
        )
        customer.ask(
            f"mutation($i: CreateAddressInput!) {{ setOrderShippingAddress(input: $i) {{ {refused} }} }}",
            i={"streetLine1": "1 Harbour Lane", "countryCode": "SG"},
        )
        offered = {one["code"]: one["id"] for one in customer.ask("{ eligibleShippingMethods { id code } }")}
        customer.ask(
            f"mutation($i: [ID!]!) {{ setOrderShippingMethod(shippingMethodId: $i) {{ {refused} }} }}",
            i=[offered[method]],
        )
        customer.ask(f'mutation {{ transitionOrderToState(state: "ArrangingPayment") {{ {refused} }} }}')
        placed = customer.ask(
            'mutation { addPaymentToOrder(input: { method: "card", metadata: {} }) '
            "{ __typename ... on ErrorResult { errorCode message } ... on Order { code state } } }"
        )
        assert placed["state"] == "PaymentAuthorized", placed
        return str(placed["code"])

    def cancel(self, code: str) -> None:
        """Cancel an order in Vendure."""
        self.admin.ask(
            "mutation($i: CancelOrderInput!) { cancelOrder(input: $i) "
            "{ __typename ... on ErrorResult { errorCode message } } }",
            i={"orderId": self.order(code)["id"], "reason": "The customer called.", "cancelShipping": True},
        )

    def give_back(self, code: str, amount_minor: int) -> None:
        """Refund some of an order."""
        (payment,) = self.order(code)["payments"]
        refund = self.admin.ask(
            "mutation($i: RefundOrderInput!) { refundOrder(input: $i) "
            "{ __typename ... on ErrorResult { errorCode message } ... on Refund { id state } } }",
            i={
                "paymentId": payment["id"],
                "amount": amount_minor,
                "reason": "short",
                "lines": [],
                "shipping": 0,
                "adjustment": 0,
            },
        )
        if refund["state"] != "Settled":
            self.admin.ask(
                "mutation($i: SettleRefundInput!) { settleRefund(input: $i) "
                "{ __typename ... on ErrorResult { errorCode message } } }",
                i={"id": refund["id"], "transactionId": "bank-1"},
            )


def _written(path: Path, products: list[ShopProduct]) -> Path:
    names = [
        "name",
        "slug",
        "description",
        "assets",
        "facets",
        "optionGroups",
        "optionValues",
        "sku",
        "price",
    ]
    names += ["taxCategory", "stockOnHand", "trackInventory", "variantAssets", "variantFacets"]
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, names, restval="")
        rows.writeheader()
        for one in products:
            price = f"{one.price_minor // 100}.{one.price_minor % 100:02}"
            given = {"taxCategory": "standard", "stockOnHand": "0", "trackInventory": "true"}
            rows.writerow({"name": one.name, "slug": f"p-{one.sku}", "sku": one.sku, "price": price} | given)
    return path


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
