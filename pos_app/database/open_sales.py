"""The stored form of a sale that is not completed yet."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from retail.basket import Basket
from retail.events import PromiseOverridden
from retail.sale import Tender


class OpenSaleState(StrEnum):
    """Where an open sale stands."""

    OPEN = "open"
    HELD = "held"


class OpenSale(msgspec.Struct, frozen=True, kw_only=True):
    """A basket with the tenders already taken for it. Times are RFC 3339 local times.

    `overrides` are promises that its goods break, to be recorded when it is completed. `held_for_order` is
    the online order whose payment it makes room for: it is opened again after that.
    """

    basket: Basket
    state: OpenSaleState = OpenSaleState.OPEN
    tenders: tuple[Tender, ...] = ()
    held_label: str = ""
    cashier_id: str = ""
    opened_at: str = ""
    overrides: tuple[PromiseOverridden, ...] = ()
    held_for_order: str = ""
