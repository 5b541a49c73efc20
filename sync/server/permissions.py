"""Who may ask what of the centre: one table, endpoint by endpoint. What is not in it, nobody may.

The guard `sync.server.api.permitted.allowed_only` holds it before any handler runs. Who somebody is, is
proven elsewhere: people by their session, tills and channels by the key that their handlers check.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec


class Who(StrEnum):
    """Who may ask. Managers and clerks see and change their own stores only."""

    OWNER = "owner"
    MANAGER = "manager"
    CLERK = "clerk"
    AUDITOR = "auditor"
    TILL = "till"
    CHANNEL = "channel"
    THIS_MACHINE = "this_machine"  # a program on the centre's own machine, such as one that collects figures
    ANYONE = "anyone"


ROLES: Final = (Who.OWNER, Who.MANAGER, Who.CLERK, Who.AUDITOR)
"""What a person of the back office can be."""

OF_A_STORE: Final = frozenset({Who.MANAGER, Who.CLERK})
"""Roles that have stores of their own; the others have the chain."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may sign in. `stores` are their own, empty for roles that have the chain."""

    person_id: str
    name: str
    role: Who
    stores: tuple[str, ...] = ()

    def sees(self, store_id: str) -> bool:
        """Say whether a store is this person's business."""
        return self.role not in OF_A_STORE or store_id in self.stores

    @property
    def has_chain(self) -> bool:
        """Whether everything of the chain is this person's business."""
        return self.role not in OF_A_STORE

    @property
    def signature(self) -> str:
        """How this person stands in an order's history: no name of a till's staff looks so."""
        return f"office:{self.person_id}"


Allowed = frozenset[Who]

_ANYONE: Final[Allowed] = frozenset({Who.ANYONE})
_TILLS: Final[Allowed] = frozenset({Who.TILL})
_CHANNELS: Final[Allowed] = frozenset({Who.CHANNEL})
_FIGURES: Final[Allowed] = frozenset({Who.THIS_MACHINE, Who.OWNER, Who.AUDITOR})
_PEOPLE: Final[Allowed] = frozenset(ROLES)
_READERS: Final[Allowed] = frozenset({Who.OWNER, Who.MANAGER, Who.AUDITOR})
_WRITERS: Final[Allowed] = frozenset({Who.OWNER, Who.MANAGER})
_AT_ORDERS: Final[Allowed] = frozenset({Who.OWNER, Who.MANAGER, Who.CLERK})
_OWNER_READS: Final[Allowed] = frozenset({Who.OWNER, Who.AUDITOR})
_OWNER: Final[Allowed] = frozenset({Who.OWNER})

PERMISSIONS: Final[dict[tuple[str, str], Allowed]] = {
    # the centre itself
    ("GET", "/"): _ANYONE,
    ("GET", "/openapi.json"): _ANYONE,
    ("GET", "/health"): _ANYONE,
    ("GET", "/v1/health"): _ANYONE,
    ("GET", "/metrics"): _FIGURES,
    # tills
    ("POST", "/v1/enrolments"): _ANYONE,  # whoever has a code; it is checked inside
    ("POST", "/v1/challenges"): _ANYONE,  # a till that says who it is; the answer proves it
    ("POST", "/v1/tokens"): _ANYONE,
    ("GET", "/v1/authority"): _ANYONE,
    ("POST", "/v1/device-keys"): _TILLS,
    ("POST", "/v1/escrow"): _TILLS,
    ("POST", "/v1/journal"): _TILLS,
    ("POST", "/v1/streams/wait"): _TILLS,
    ("GET", "/v1/streams/{stream}/changes"): _TILLS,
    ("GET", "/v1/streams/{stream}/snapshot"): _TILLS,
    ("GET", "/v1/snapshots/{stream}"): _TILLS,
    ("GET", "/v1/snapshots/{stream}/{name}"): _TILLS,
    ("GET", "/v1/control-totals"): _TILLS,
    ("GET", "/v1/receipts/{number}"): _TILLS,
    ("GET", "/v1/pictures/{name}"): _TILLS,
    # channels
    ("GET", "/v1/channel/stores"): _CHANNELS,
    ("GET", "/v1/channel/stores/{store_id}/products"): _CHANNELS,
    ("GET", "/v1/channel/stores/{store_id}/slots"): _CHANNELS,
    ("GET", "/v1/channel/orders"): _CHANNELS,
    ("POST", "/v1/channel/orders"): _CHANNELS,
    ("GET", "/v1/channel/orders/{reference}"): _CHANNELS,
    ("POST", "/v1/channel/orders/{reference}/cancel"): _CHANNELS,
    ("POST", "/v1/channel/orders/{reference}/answers"): _CHANNELS,
    ("POST", "/v1/channel/orders/{reference}/refunds"): _CHANNELS,
    # customers
    ("GET", "/shop"): _ANYONE,
    ("GET", "/shop/s/{store_id}"): _ANYONE,
    ("GET", "/shop/s/{store_id}/category"): _ANYONE,
    ("GET", "/shop/s/{store_id}/search"): _ANYONE,
    ("GET", "/shop/s/{store_id}/product"): _ANYONE,
    ("GET", "/shop/style/{name}"): _ANYONE,
    ("GET", "/shop/pictures/{name}"): _ANYONE,
    ("GET", "/shop/{anything}"): _ANYONE,  # says that there is no such page
    ("GET", "/shop/s/{store_id}/basket"): _ANYONE,
    ("POST", "/shop/s/{store_id}/basket/add"): _ANYONE,
    ("POST", "/shop/s/{store_id}/basket/line"): _ANYONE,
    ("POST", "/shop/s/{store_id}/basket/coupon"): _ANYONE,
    ("POST", "/shop/s/{store_id}/basket/member"): _ANYONE,
    ("GET", "/shop/s/{store_id}/checkout"): _ANYONE,
    ("POST", "/shop/s/{store_id}/checkout"): _ANYONE,
    ("GET", "/shop/o/{key}"): _ANYONE,  # the key of an order's page is 24 random bytes
    ("GET", "/shop/o/{key}/pay"): _ANYONE,
    ("GET", "/shop/o/{key}/here"): _ANYONE,
    ("POST", "/shop/o/{key}/here"): _ANYONE,
    ("GET", "/shop/o/{key}/cancel"): _ANYONE,
    ("POST", "/shop/o/{key}/cancel"): _ANYONE,
    ("POST", "/shop/o/{key}/answer"): _ANYONE,
    ("POST", "/shop/o/{key}/elsewhere"): _ANYONE,
    ("POST", "/shop/o/{key}/rate"): _ANYONE,
    ("POST", "/shop/o/{key}/again"): _ANYONE,
    ("GET", "/pay/start/{order_id}"): _ANYONE,
    ("GET", "/pay/return/{charge_id}"): _ANYONE,
    ("POST", "/pay/notices/{provider}"): _ANYONE,  # signed by the provider
    ("GET", "/pay/simulator/{reference}"): _ANYONE,
    ("POST", "/pay/simulator/{reference}"): _ANYONE,
    # people: signing in, and their own account
    ("GET", "/backoffice/sign-in"): _ANYONE,
    ("POST", "/backoffice/sign-in"): _ANYONE,
    ("GET", "/backoffice/account"): _PEOPLE,
    ("POST", "/backoffice/account/password"): _PEOPLE,
    ("POST", "/backoffice/account/sign-out"): _PEOPLE,
    # people: the pages
    ("GET", "/backoffice"): _READERS,
    ("GET", "/backoffice/orders"): _PEOPLE,
    ("GET", "/backoffice/orders/order"): _PEOPLE,
    ("POST", "/backoffice/orders/cancel"): _AT_ORDERS,
    ("POST", "/backoffice/orders/extend"): _AT_ORDERS,
    ("POST", "/backoffice/orders/answer"): _AT_ORDERS,
    ("POST", "/backoffice/orders/seen"): _AT_ORDERS,
    ("GET", "/backoffice/desk"): _READERS,
    ("POST", "/backoffice/desk"): _WRITERS,
    ("GET", "/backoffice/promotions"): _READERS,
    ("GET", "/backoffice/promotions/new"): _READERS,
    ("GET", "/backoffice/promotions/edit"): _READERS,
    ("POST", "/backoffice/promotions/edit"): _WRITERS,
    ("GET", "/backoffice/promotions/remove"): _WRITERS,
    ("POST", "/backoffice/promotions/remove"): _WRITERS,
    ("GET", "/backoffice/price-lists"): _READERS,
    ("GET", "/backoffice/price-lists/new"): _READERS,
    ("GET", "/backoffice/price-lists/edit"): _READERS,
    ("POST", "/backoffice/price-lists/edit"): _WRITERS,
    ("GET", "/backoffice/price-lists/remove"): _WRITERS,
    ("POST", "/backoffice/price-lists/remove"): _WRITERS,
    ("GET", "/backoffice/price-lists/prices"): _READERS,
    ("POST", "/backoffice/price-lists/prices/edit"): _WRITERS,
    ("POST", "/backoffice/price-lists/prices/import"): _WRITERS,
    ("GET", "/backoffice/price-lists/prices/file"): _READERS,
    ("GET", "/backoffice/attention"): _READERS,
    ("POST", "/backoffice/attention"): _WRITERS,
    ("GET", "/backoffice/devices"): _READERS,
    ("POST", "/backoffice/devices/revoke"): _WRITERS,
    ("GET", "/backoffice/members"): _OWNER_READS,
    ("GET", "/backoffice/members/member"): _OWNER_READS,
    ("POST", "/backoffice/members/export"): _OWNER_READS,
    ("POST", "/backoffice/members/erase"): _OWNER,
    ("GET", "/backoffice/people"): _OWNER_READS,
}
"""Every endpoint by method and path."""


def allowed(method: str, path: str) -> Allowed:
    """Return who may ask for an endpoint: nobody for one that is not in the table."""
    return PERMISSIONS.get((method, path), frozenset())
