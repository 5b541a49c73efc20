"""PINs of the store's staff: whose a typed one is, and how often a wrong one may be tried.

A check costs 50 to 100 ms for each person, on purpose (scrypt, RFC 7914), so it is a value that any thread
can work out; nothing of it is stored or logged.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable

from retail.staff import StaffMember

FREE_TRIES = 5
"""Wrong PINs before nobody may try for a while; badges go on working."""

WAIT_SECONDS = 30
"""How long each wrong PIN takes to be forgiven. Trying all of 10,000 PINs then takes more than three days."""


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


class PinCheck:
    """A typed PIN and the people whose it may be, the likeliest first. Equal only to itself."""

    def __init__(self, pin: str, candidates: tuple[StaffMember, ...]) -> None:
        self._pin = pin
        self._candidates = candidates

    def owner(self, given_up: Callable[[], bool] = lambda: False) -> StaffMember | None:
        """Return whose PIN it is. Slow: not for the screen's thread. `given_up` ends it early."""
        for each in self._candidates:
            if given_up():
                return None
            if each.pin_hash and pin_matches(self._pin, each.pin_hash):
                return each
        return None


class PinTries:
    """Counts wrong PINs on this till, wherever they are typed. A right one forgives none: time does.

    The generic cell rate algorithm (ITU-T I.371): each wrong PIN is paid off after `WAIT_SECONDS`, and at
    most `FREE_TRIES` may be owed. So nobody gains tries by typing a PIN of their own in between.
    """

    def __init__(self, monotonic_ms: Callable[[], int]) -> None:
        self._monotonic_ms = monotonic_ms
        self._paid_off_at_ms = 0

    def wait_seconds(self) -> int:
        """Return how long nobody may try, 0 when somebody may."""
        owed_ms = self._paid_off_at_ms - self._monotonic_ms()
        return max(0, -(-(owed_ms - (FREE_TRIES - 1) * WAIT_SECONDS * 1000) // 1000))

    def was_wrong(self) -> None:
        """Count a wrong PIN."""
        self._paid_off_at_ms = max(self._paid_off_at_ms, self._monotonic_ms()) + WAIT_SECONDS * 1000
