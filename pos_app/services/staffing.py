"""Who works the till: signing in by badge or PIN, and locking."""

from __future__ import annotations

import hashlib
import hmac

from pos_app.database.cache import Cache
from pos_app.database.journal import Journal
from retail.staff import StaffMember

_SIGNED_IN = "cashier_id"


def pin_matches(pin: str, pin_hash: str) -> bool:
    """Check a PIN against `scrypt$N$r$p$salt$digest` (hex), as the centre wrote it (RFC 7914)."""
    try:
        scheme, cost, block_size, parallel, salt, digest = pin_hash.split("$")
        if scheme != "scrypt":
            return False
        made = hashlib.scrypt(
            pin.encode(),
            salt=bytes.fromhex(salt),
            n=int(cost),
            r=int(block_size),
            p=int(parallel),
            dklen=len(digest) // 2,
        )
    except ValueError:
        return False
    return hmac.compare_digest(made.hex(), digest)


class Staffing:
    """The cashier on duty, remembered over a restart."""

    def __init__(self, journal: Journal, cache: Cache) -> None:
        self._journal = journal
        self._cache = cache
        self._on_duty: StaffMember | None = None

    @property
    def on_duty(self) -> StaffMember | None:
        """Return the cashier signed in, or None."""
        return self._on_duty

    def restore(self) -> StaffMember | None:
        """Sign the cashier of before the restart in again; with nobody before, the store's first cashier."""
        staff = self._cache.staff()
        remembered = self._journal.local_setting(_SIGNED_IN)
        known = {each.staff_id: each for each in staff}
        self._on_duty = known.get(remembered or "") or (staff[0] if staff else None)
        return self._on_duty

    def sign_in(self, staff: StaffMember) -> None:
        """Put a staff member on duty."""
        self._journal.set_local_setting(_SIGNED_IN, staff.staff_id)
        self._on_duty = staff

    def with_pin(self, pin: str) -> StaffMember | None:
        """Return who has this PIN: the cashier on duty first, then anybody in the store."""
        everybody = self._cache.staff()
        ordered = sorted(everybody, key=lambda each: each != self._on_duty)
        return next((each for each in ordered if each.pin_hash and pin_matches(pin, each.pin_hash)), None)
