"""How a store runs its collection desk: one row that the centre, the storefront and the tills share."""

from __future__ import annotations

import msgspec

from retail.availability.slot import SlotRules
from retail.catalogue import LocalisedText
from retail.pickup.order import Temperature, Terms


class StagingPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A shelf, fridge or freezer where bags wait; `code` is what its label says after `LOC`."""

    code: str
    name: LocalisedText
    temperature: Temperature = Temperature.AMBIENT


class CodeKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key that signs pickup codes: `public` is an Ed25519 key (RFC 8032), base64url."""

    key_id: str
    public: str


class PickupDesk(msgspec.Struct, frozen=True, kw_only=True, tag="pickup_desk", tag_field="row"):
    """A store's rules of collection. A store without this row takes no online orders.

    Minutes: `hold_minutes` is how long goods are kept for someone who is paying, `lock_minutes` how long a
    picker has an order without touching it, `ready_before_slot` when an order must be ready before its slot,
    `reminders` are sent so long before it expires. `soon_minutes` and `urgent_minutes` colour the countdown.
    `collect_hours` after the slot an order that nobody collected expires. `near_store_ids` are the stores
    that a customer is sent to for what is sold out here, the nearest first; without them any other stores.
    `offer_minutes` is how long a customer has to say whether another store will do for what was sold to
    somebody else (0: none is offered); what is not moved then is struck off with `struck_if_not_moved`, and
    looked for here otherwise.
    """

    store_id: str
    slots: SlotRules
    offset: str = "+00:00"
    terms: Terms = Terms()
    places: tuple[StagingPlace, ...] = ()
    code_keys: tuple[CodeKey, ...] = ()
    hold_minutes: int = 15
    lock_minutes: int = 10
    ready_before_slot: int = 0
    collect_hours: int = 48
    reminders: tuple[int, ...] = (1440, 120)
    soon_minutes: int = 30
    urgent_minutes: int = 10
    signature_wanted: bool = False
    pay_at_desk: bool = True
    sells_online: bool = True
    near_store_ids: tuple[str, ...] = ()
    offer_minutes: int = 120
    struck_if_not_moved: bool = True

    @property
    def key(self) -> str:
        return self.store_id
