"""Who works in a store, and what they may do."""

from __future__ import annotations

import msgspec


class StaffMember(msgspec.Struct, frozen=True, kw_only=True, tag="staff", tag_field="row"):
    """Someone who may work a till; the PIN never leaves the centre in clear (`pin_hash` is scrypt)."""

    staff_id: str
    display_name: str
    badge_code: str = ""
    pin_hash: str = ""
    role: str = "cashier"

    @property
    def key(self) -> str:
        return self.staff_id
