"""The key that signs pickup codes: its secret half stays in the centre's folder, tills get the public one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from retail.pickup.desk_rules import CodeKey, PickupDesk
from sync.pickup_code import PickupPass, public_text, sign
from sync.server.key_files import kept_secret

KEY_FILE: Final = "pickup-code.key"


class CodeKeys:
    """Signs with the key in a folder; it is made, readable by its owner alone, when there is none.

    A centre that lost its folder signs with a new key. The old public half stays in the desks' rows, so the
    codes that were given out before go on to open what they opened.
    """

    def __init__(self, folder: Path) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(_secret_in(folder))
        public = public_text(self._private)
        self.own = CodeKey(key_id=hashlib.sha256(public.encode()).hexdigest()[:8], public=public)

    def code_text(self, *, store_id: str, order_id: str, expires_at: str) -> str:
        """Return the signed code of an order; the same order has the same code always."""
        said = PickupPass(self.own.key_id, store_id, order_id, expires_at)
        return sign(said, self._private)

    def known_to(self, desk: PickupDesk) -> PickupDesk:
        """Return a desk's rules with the public half of this key in them."""
        if self.own in desk.code_keys:
            return desk
        others = tuple(one for one in desk.code_keys if one.key_id != self.own.key_id)
        return replace(desk, code_keys=(*others, self.own))


def _secret_in(folder: Path) -> bytes:
    return kept_secret(folder / KEY_FILE, lambda: Ed25519PrivateKey.generate().private_bytes_raw())
