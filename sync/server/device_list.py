"""The devices that a centre knows, and shutting one of them out."""

from __future__ import annotations

from sqlalchemy import Connection

from sync.server.alerts import raise_alert
from sync.server.database import device_rows

CLONED = "cloned_till"
"""The alert when two copies of one till's disk are at work."""

LONGEST_WHY = 500


class UnknownDevice(LookupError):
    """There is no such device."""


def revoke_device(connection: Connection, device_id: str, *, by: str, why: str = "") -> bool:
    """Shut a device out from now on; return whether it was not shut out before.

    What it has sent stays, and what its journal still holds stays on it; its tokens and its key open nothing
    until somebody enrols it again with a new code. Raises `UnknownDevice`.
    """
    if device_rows.device_by_id(connection, device_id) is None:
        raise UnknownDevice(device_id)
    return device_rows.revoke(connection, device_id, who=by[:80], why=why[:LONGEST_WHY])


class CloneWatch:
    """Looks at the journal lives of a device before a batch lands, and judges afterwards.

    A till begins a new life when its disk was put back to an older state. It writes in no other from then on,
    and sends what is left of the old one first. New facts of one life after facts of a later one mean that
    two copies of the disk sell at the same time, with the same key. What only arrives again says nothing.
    """

    def __init__(self, connection: Connection, device_id: str, incarnation: str) -> None:
        self._device_id = device_id
        self._incarnation = incarnation
        lives = device_rows.lives_of(connection, device_id)
        mine = lives.get(incarnation)
        self._acked_seq = mine.acked_seq if mine else 0
        self._later = sorted(
            other
            for other, life in lives.items()
            if mine and life.acked_seq and life.first_received_at > mine.first_received_at
        )

    def landed_up_to(self, connection: Connection, acked_seq: int) -> None:
        """Raise an alert when the batch brought anything new to a life that should have ended."""
        if self._later and acked_seq > self._acked_seq:
            detail = f"{self._incarnation} / {', '.join(self._later)}"
            raise_alert(connection, CLONED, self._device_id, detail[:500])
