"""One connection: which shop, which store, and what a round has in its hands."""

from __future__ import annotations

from typing import Final

import msgspec

from retail.pickup.order import WishKind
from sync.server.alerts import raise_alert
from sync.server.centre import Centre
from sync.server.vendure.client import Access

CHANNEL_PREFIX: Final = "vendure:"
FULFILMENT_METHOD: Final = "Evertill"
"""By what a fulfilment of ours is known to people in Vendure."""


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """A store that hands out the orders of a Vendure shop.

    Its orders are those with the shipping `method`; the stock of `location`, the first one when empty,
    follows the store's. `handler` makes fulfilments. `ages_asked` says that the shop asks buyers for their
    age where a product needs it; without it such orders are not taken. `substitutes` is what its customers
    want when something has run out; one that has a limit of its own cannot be given for all.
    """

    name: str
    store_id: str
    access: Access
    method: str = "click-and-collect"
    handler: str = "manual-fulfillment"
    location: str = ""
    language: str = "en"
    ages_asked: bool = False
    substitutes: WishKind = WishKind.NONE

    @property
    def channel_id(self) -> str:
        """What the orders of this connection are known by here."""
        return CHANNEL_PREFIX + self.name


def alert(centre: Centre, code: str, subject: str, detail: str) -> None:
    """Have a person look at something, once for a code and a subject."""
    with centre.database.write() as connection:
        raise_alert(connection, code, subject, detail[:500])
