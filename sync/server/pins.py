"""PINs of staff: kept as scrypt (RFC 7914) in the form `scrypt$N$r$p$salt$digest`, both in hex."""

from __future__ import annotations

import hashlib

_COST, _BLOCK_SIZE, _PARALLEL = 2**14, 8, 1


def pin_hash(pin: str, salt: bytes) -> str:
    """Return what is stored and sent to tills instead of a PIN."""
    digest = hashlib.scrypt(pin.encode(), salt=salt, n=_COST, r=_BLOCK_SIZE, p=_PARALLEL, dklen=32)
    return f"scrypt${_COST}${_BLOCK_SIZE}${_PARALLEL}${salt.hex()}${digest.hex()}"
