"""Asks the centre for the sale of a receipt, and for what came back of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from sync.protocol import ReceiptAnswer

if TYPE_CHECKING:
    from sync.client.transport import Transport


def fetch_receipt(transport: Transport, number: str) -> ReceiptAnswer:
    """Return the sale of a receipt number, or of an order's number, id or digits; raises `TransportProblem`.

    `refused` with the centre's code as detail: `unknown_receipt`, `order_not_handed_over`,
    `order_without_receipt`, `many_receipts`.
    """
    return transport.get(f"/v1/receipts/{quote(number, safe='')}", ReceiptAnswer)
