"""What a till hands over once it is enrolled: its public key if it had none, its databases' key in escrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.client.ports import Credentials, IdentityStore
from sync.protocol import DeviceKeyRequest, EscrowRequest, KeyAnswer

if TYPE_CHECKING:
    from sync.client.transport import Transport


class KeyHandover:
    """Done once in the life of a program, after the facts; what the centre has already is not sent again."""

    def __init__(self, identity: IdentityStore) -> None:
        self._identity = identity
        self._done: Credentials | None = None

    def go_on(self, credentials: Credentials, transport: Transport) -> None:
        """Take the next step if there is one; raises `TransportProblem` and `StoreUnavailable`."""
        if credentials.key is None or self._done == credentials or transport.speaks_previous:
            return  # a centre of the version before takes no keys; it is asked again once it was updated
        if credentials.token:
            # Enrolled by the version before. From now on the key counts, and the next round speaks with it.
            transport.post("/v1/device-keys", DeviceKeyRequest(public_key=credentials.key.public), KeyAnswer)
            self._identity.key_accepted()
            return
        escrow_key = transport.escrow_key()
        wrapped = self._identity.wrapped_key(escrow_key) if escrow_key else ""
        if wrapped:
            transport.post("/v1/escrow", EscrowRequest(wrapped=wrapped), KeyAnswer)
            self._identity.key_in_escrow(escrow_key)
        self._done = credentials
