"""The stored form of a sale that is not completed yet."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from retail.basket import Basket
from retail.sale import Tender


class OpenSaleState(StrEnum):
    """Where an open sale stands."""

    OPEN = "open"
    HELD = "held"


class OpenSale(msgspec.Struct, frozen=True, kw_only=True):
    """A basket with the tenders already taken for it. Times are RFC 3339 local times."""

    basket: Basket
    state: OpenSaleState = OpenSaleState.OPEN
    tenders: tuple[Tender, ...] = ()
    held_label: str = ""
    cashier_id: str = ""
    opened_at: str = ""
