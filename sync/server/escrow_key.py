"""The key that opens what tills left in escrow: it lies in the centre's folder, and nowhere in the database.

Whoever takes the database alone can open no till's disk, and whoever takes the folder of a centre on
PostgreSQL alone has no wrapped keys. Keep both in backups, apart.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.escrow import WRAPPED_BYTES, EscrowRefused, unwrapped
from sync.server.key_files import kept_secret
from sync.server.refusals import Refused
from sync.signatures import key_bytes, key_text

KEY_FILE: Final = "escrow.key"


class EscrowKey:
    """Opens wrapped keys with the key in a folder; made, readable by its owner alone, when there is none."""

    def __init__(self, folder: Path) -> None:
        self._private = X25519PrivateKey.from_private_bytes(_secret_in(folder))
        self.public = key_text(self._private.public_key().public_bytes_raw())

    def opened(self, wrapped: list[str], device_id: str) -> list[str]:
        """Return the database keys of a device that open, in the same order."""
        keys = []
        for one in wrapped:
            with suppress(EscrowRefused):  # wrapped for the key of a folder that was lost: another may open
                keys.append(unwrapped(one, device_id=device_id, private=self._private))
        return keys


def check_wrapped(text: str) -> None:
    """Refuse what cannot be a wrapped key."""
    try:
        key_bytes(text, WRAPPED_BYTES)
    except ValueError as wrong:
        raise Refused("bad_request", "wrapped") from wrong


def _secret_in(folder: Path) -> bytes:
    return kept_secret(folder / KEY_FILE, lambda: X25519PrivateKey.generate().private_bytes_raw())
