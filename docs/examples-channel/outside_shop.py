"""A whole outside shop in one file: it places an order at an Evertill centre and hears what becomes of it.

    python docs/examples-channel/outside_shop.py http://127.0.0.1:8000 evc_THE_KEY

It needs nothing but `requests`. Every figure and name comes from the centre that it is pointed at.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import sys
import time
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import requests

TIMEOUT_SECONDS = 10


class Refused(Exception):
    """The centre said no; `code` is stable, the text is for people."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        super().__init__(f"{answer['code']}: {answer['message']['en']}")
        self.code = answer["code"]


class Centre:
    """An Evertill centre, as a channel talks to it."""

    def __init__(self, address: str, key: str) -> None:
        self._address = address.rstrip("/") + "/v1/channel"
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {key}"

    def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        return self._answer(self._session.get(self._address + path, params=query, timeout=TIMEOUT_SECONDS))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Send something. When no answer comes, send the very same again: it is done once."""
        return self._answer(self._session.post(self._address + path, json=body, timeout=TIMEOUT_SECONDS))

    @staticmethod
    def _answer(answer: requests.Response) -> Any:
        if answer.status_code == 429:
            time.sleep(int(answer.headers["Retry-After"]))
        if not answer.ok:
            raise Refused(answer.json())
        return answer.json()


def is_from_centre(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Say whether a webhook is the centre's own and of the last five minutes (Standard Webhooks)."""
    message_id, sent_at = headers["webhook-id"], headers["webhook-timestamp"]
    if abs(time.time() - int(sent_at)) > 300:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{sent_at}.".encode() + body
    ours = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(ours, given) for given in headers["webhook-signature"].split(" "))


def main(address: str, key: str) -> None:
    """Order something that is there, look at it, call it off, and read what changed."""
    centre = Centre(address, key)
    store = centre.get("/stores")["stores"][0]
    store_id = store["store_id"]
    goods = centre.get(f"/stores/{store_id}/products", limit=200)["products"]
    there = next(
        one
        for one in goods
        if Decimal(one["available"]) >= 2 and one["unit"] == "piece" and not one["minimum_age"]
    )
    slots = centre.get(f"/stores/{store_id}/slots", days=7)["slots"]
    slot = next(one for one in slots if not one["refusal"])
    before = 0
    while changes := centre.get("/orders", after=before)["changes"]:
        before = changes[-1]["number"]

    wanted = {
        "reference": f"M-{uuid.uuid4().hex[:12]}",
        "store_id": store_id,
        "lines": [{"product_id": there["product_id"], "quantity": "2", "wish": {"kind": "ask"}}],
        "contact": {"name": "Rachel Tan", "phone": "+65 5550 0142", "language": "en"},
        "slot_starts_at": slot["starts_at"],
        "payment": "channel",
    }
    placed = centre.post("/orders", wanted)
    again = centre.post("/orders", wanted)
    print("placed", placed["order"]["number"], there["name"]["en"], "code", placed["code_digits"])
    print("sent again, done once:", again["repeated"])

    cancelled = centre.post(f"/orders/{wanted['reference']}/cancel", {"reason": "An example only."})
    print("cancelled, to give back:", cancelled["refund_minor"], cancelled["currency"])
    refund = {"refund_reference": f"{wanted['reference']}-1", "amount_minor": cancelled["refund_minor"]}
    print(
        "still to give back:", centre.post(f"/orders/{wanted['reference']}/refunds", refund)["refund_minor"]
    )

    for change in centre.get("/orders", after=before)["changes"]:
        print("heard", change["kind"])


if __name__ == "__main__":
    main(*sys.argv[1:3])
