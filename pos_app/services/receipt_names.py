"""What a customer shows for goods to come back: a receipt, an order's number, or its pickup code."""

from __future__ import annotations

from collections.abc import Callable

from pos_app.services.outcomes import Refused
from retail.barcode import PICKUP_PREFIX, SIGNED_PICKUP_PREFIX, PickupCode, Scan
from retail.pickup.desk_rules import PickupDesk
from sync.pickup_code import CodeRefused, of_chain


class ReceiptNames:
    """Finds out what the centre is asked for. A store that takes no online orders cannot check codes."""

    def __init__(self, meaning_of: Callable[[str], Scan], desk: Callable[[], PickupDesk | None]) -> None:
        self._meaning_of = meaning_of
        self._desk = desk

    def name_of(self, text: str) -> str | Refused:
        """Return a receipt number, an order's number or id, or the digits of a code; or why a code is none.

        A code that was used, or has expired, is as good as any: the order says what can come back of it.
        """
        meaning = self._meaning_of(text.strip())
        if not isinstance(meaning, PickupCode):
            return text.strip().upper()
        code = meaning.code
        if not code.startswith(SIGNED_PICKUP_PREFIX):
            return code.removeprefix(PICKUP_PREFIX)
        desk = self._desk()
        if desk is None:
            return Refused("return_code_unchecked")
        try:
            return of_chain(code, desk.code_keys).order_id
        except CodeRefused as refused:
            return Refused(f"return_code_{refused.code}")
