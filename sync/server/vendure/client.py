"""Speaks GraphQL to the admin API of one Vendure shop, with timeouts of its own and typed problems.

Questions are asked again when the network failed; what changes something is not, because nobody knows whether
it was done: the next round looks, and does what is missing. One client belongs to one thread.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

import msgspec
import requests

from sync.server.vendure import queries
from sync.server.vendure.shapes import GlobalSettings, Located, ShopOrder, ShopVariant

_log = logging.getLogger(__name__)

CONNECT_SECONDS: Final = 3.05
READ_SECONDS: Final = 20.0
RETRY_AFTER_SECONDS: Final = (0.2, 1.0)
LARGEST_ANSWER_BYTES: Final = 32 * 1024 * 1024
ORDERS_AT_ONCE: Final = 50
VARIANTS_AT_ONCE: Final = 100
_CHUNK_BYTES: Final = 64 * 1024
_TOKEN_HEADER: Final = "vendure-auth-token"  # noqa: S105  # the name of a header, not what it carries
_NOTHING: Final = b"null"

AnswerType = TypeVar("AnswerType")


class VendureProblem(Exception):
    """Vendure cannot be worked with now.

    `code` is `unreachable`, `too_slow`, `not_vendure`, `bad_login`, `not_allowed`, `no_location` or `failed`:
    it did not understand the question, and says why.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"Vendure: {code}" + (f" ({detail})" if detail else ""))
        self.code = code


class _Failed(VendureProblem):
    def __init__(self, error_code: str, said: str) -> None:
        super().__init__("failed", said)
        self.error_code = error_code
        self.said = said


class VendureRefused(Exception):
    """Vendure understood and will not; `code` is its own, such as `ORDER_STATE_TRANSITION_ERROR`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """Where a shop is and who calls it. `channel_token` is for shops of several Vendure channels."""

    url: str
    user: str
    password: str
    channel_token: str = ""

    def __repr__(self) -> str:
        """Say nothing that a log should not have."""
        return f"Access({self.url!r}, {self.user!r})"


class _Settings(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    global_settings: GlobalSettings
    stock_locations: dict[str, tuple[Located, ...]]


class _Page(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    items: list[msgspec.Raw]
    total_items: int


class VendureClient:
    """One shop's admin API. Every call raises `VendureProblem`; a change may raise `VendureRefused`."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._session = requests.Session()
        self._session.trust_env = False
        self._token = ""

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def settings(self) -> tuple[GlobalSettings, tuple[Located, ...]]:
        """Return what holds for the whole shop, and its stock locations."""
        found = self._ask(queries.SETTINGS, {}, _Settings)
        return found.global_settings, found.stock_locations["items"]

    def orders_in(self, states: tuple[str, ...], changed_after: str = "") -> Iterator[ShopOrder]:
        """Yield the orders in these states, the oldest first; only those that changed after a moment."""
        wanted: dict[str, object] = {"state": {"in": list(states)}}
        if changed_after:
            wanted["updatedAt"] = {"after": changed_after}
        yield from self._orders(wanted)

    def orders_of(self, codes: list[str]) -> Iterator[ShopOrder]:
        """Yield the orders of these codes."""
        for start in range(0, len(codes), ORDERS_AT_ONCE):
            yield from self._orders({"code": {"in": codes[start : start + ORDERS_AT_ONCE]}})

    def _orders(self, wanted: Mapping[str, object]) -> Iterator[ShopOrder]:
        yield from self._all(queries.ORDERS, "orders", {"filter": wanted}, ORDERS_AT_ONCE, ShopOrder)

    def variants(self) -> Iterator[ShopVariant]:
        """Yield every product variant with its stock."""
        yield from self._all(queries.VARIANTS, "productVariants", {}, VARIANTS_AT_ONCE, ShopVariant)

    def set_stock(self, location_id: str, on_hand: Mapping[str, int]) -> None:
        """Set what lies at a location, by variant id."""
        given = [
            {"id": one, "stockLevels": [{"stockLocationId": location_id, "stockOnHand": quantity}]}
            for one, quantity in on_hand.items()
        ]
        self._change(queries.SET_STOCK, "updateProductVariants", {"input": given})

    def add_note(self, order: ShopOrder, text: str) -> None:
        """Write a note that customers do not see."""
        given = {"id": order.id, "note": text, "isPublic": False}
        self._change(queries.ADD_NOTE, "addNoteToOrder", {"input": given})

    def cancel(self, order: ShopOrder, reason: str, quantities: Mapping[str, int] | None = None) -> None:
        """Cancel an order with its shipping; or, by line id, some pieces of it."""
        given: dict[str, object] = {"orderId": order.id, "reason": reason}
        if quantities is None:
            given["cancelShipping"] = True
        else:
            given["lines"] = _lines(quantities)
        self._change(queries.CANCEL, "cancelOrder", {"input": given})

    def settle(self, payment_id: str) -> None:
        """Take the money that was authorised."""
        self._change(queries.SETTLE, "settlePayment", {"id": payment_id})

    def let_go(self, payment_id: str) -> None:
        """Let go of money that was authorised."""
        self._change(queries.CANCEL_PAYMENT, "cancelPayment", {"id": payment_id})

    def fulfil(self, quantities: Mapping[str, int], handler: str, method: str, code: str) -> None:
        """Add a fulfilment of pieces, by line id."""
        arguments = [{"name": "method", "value": method}, {"name": "trackingCode", "value": code}]
        given = {"lines": _lines(quantities), "handler": {"code": handler, "arguments": arguments}}
        self._change(queries.FULFIL, "addFulfillmentToOrder", {"input": given})

    def move_fulfilment(self, fulfilment_id: str, state: str) -> None:
        """Bring a fulfilment into a state."""
        given = {"id": fulfilment_id, "state": state}
        self._change(queries.MOVE_FULFILMENT, "transitionFulfillmentToState", given)

    # ---- inside -------------------------------------------------------------------------------

    def _all(
        self, query: str, field: str, variables: Mapping[str, object], take: int, item: type[AnswerType]
    ) -> Iterator[AnswerType]:
        """Yield every item of a list, page by page; one that comes twice because the list grew, twice."""
        skip = 0
        while True:
            given = {**variables, "skip": skip, "take": take}
            page = self._ask(query, given, dict[str, _Page])[field]
            for raw in page.items:
                yield _decoded(bytes(raw), item)
            skip += take
            if skip >= page.total_items or not page.items:
                return

    def _ask(self, query: str, variables: Mapping[str, object], answer_type: type[AnswerType]) -> AnswerType:
        for pause in RETRY_AFTER_SECONDS:
            try:
                return _decoded(self._said(query, variables), answer_type)
            except VendureProblem as problem:
                if problem.code not in ("unreachable", "too_slow"):
                    raise
                _log.info("asking again: %s", problem)
                time.sleep(pause)
        return _decoded(self._said(query, variables), answer_type)

    def _change(self, query: str, field: str, variables: Mapping[str, object]) -> None:
        try:
            result = _decoded(self._said(query, variables), dict[str, Any]).get(field)
        except _Failed as failed:
            raise VendureRefused(failed.error_code, failed.said) from failed
        if isinstance(result, dict) and "errorCode" in result:
            said = (result["message"], result.get("paymentErrorMessage", ""))
            raise VendureRefused(result["errorCode"], " ".join(filter(None, said)))

    def _said(self, query: str, variables: Mapping[str, object]) -> bytes:
        """Return the data of an answer; logs in when Vendure does not know us, or not any more."""
        if not self._token:
            self._log_in()
        data, codes, why = self._exchange(query, variables)
        if "FORBIDDEN" in codes:
            self._log_in()
            data, codes, why = self._exchange(query, variables)
        if codes:
            raise VendureProblem("not_allowed", why) if "FORBIDDEN" in codes else _Failed(codes[0], why)
        return data

    def _log_in(self) -> None:
        self._token = ""
        given = {"user": self._access.user, "password": self._access.password}
        data, codes, why = self._exchange(queries.LOGIN, given)
        result = {} if codes else _decoded(data, dict[str, dict[str, Any]])["login"]
        if codes or "errorCode" in result or not self._token:
            raise VendureProblem("bad_login", why or str(result.get("errorCode", "no token")))

    def _exchange(self, query: str, variables: Mapping[str, object]) -> tuple[bytes, tuple[str, ...], str]:
        """Post one request; return its data, and the codes and words of its errors."""
        headers = {"Content-Type": "application/json", "User-Agent": "Evertill"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        if self._access.channel_token:
            headers["vendure-token"] = self._access.channel_token
        body = msgspec.json.encode({"query": query, "variables": variables})
        try:
            with self._session.post(
                self._access.url,
                data=body,
                headers=headers,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer:
                self._token = answer.headers.get(_TOKEN_HEADER, self._token)
                content = _content(answer)
        except requests.Timeout as slow:
            raise VendureProblem("too_slow") from slow
        except requests.RequestException as failed:
            raise VendureProblem("unreachable", type(failed).__name__) from failed
        if answer.status_code >= 500 and b'"errors"' not in content:
            raise VendureProblem("unreachable", f"HTTP {answer.status_code}")
        said = _decoded(content, _Answer)
        errors = said.errors or ()
        if not errors and bytes(said.data) == _NOTHING:
            raise VendureProblem("not_vendure", f"HTTP {answer.status_code}")
        return (
            bytes(said.data),
            tuple(str(one.extensions.get("code", "UNKNOWN")) for one in errors),
            "; ".join(one.message for one in errors)[:300],
        )


class _Error(msgspec.Struct, frozen=True, kw_only=True):
    message: str
    extensions: dict[str, Any] = {}


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    data: msgspec.Raw = msgspec.Raw(_NOTHING)
    errors: tuple[_Error, ...] | None = None


def _lines(quantities: Mapping[str, int]) -> list[dict[str, object]]:
    return [{"orderLineId": one, "quantity": quantity} for one, quantity in quantities.items()]


def _content(answer: requests.Response) -> bytes:
    """Read an answer to its end, which comes within the time and below the size that an answer may have."""
    deadline = time.monotonic() + READ_SECONDS
    read = bytearray()
    for chunk in answer.iter_content(_CHUNK_BYTES):
        read += chunk
        if len(read) > LARGEST_ANSWER_BYTES:
            raise VendureProblem("not_vendure", "the answer is too large")
        if time.monotonic() > deadline:
            raise VendureProblem("too_slow")
    return bytes(read)


def _decoded(content: bytes, answer_type: type[AnswerType]) -> AnswerType:
    try:
        return msgspec.json.decode(content, type=answer_type)
    except (msgspec.DecodeError, UnicodeDecodeError) as unreadable:
        raise VendureProblem("not_vendure", str(unreadable)[:200]) from unreadable
