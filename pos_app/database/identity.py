"""Who this till is, as the centre enrolled it."""

from __future__ import annotations

import msgspec


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `journal.db`. `acked_seq` is what the centre has; the outbox is every row above it.

    `incarnation` is a new UUID at each install or restore, so that a cloned or rolled-back disk never
    uses a number twice. `next_receipt_counter` is the counter of the next receipt number.
    """

    device_id: str
    incarnation: str
    store_id: str
    till_id: str
    till_number: int
    token: str
    server_url: str
    epoch: str = ""
    acked_seq: int = 0
    next_receipt_counter: int = 1

    def __repr__(self) -> str:
        return f"Identity({self.till_id} of {self.store_id}, device {self.device_id})"


class NotEnrolled(Exception):
    """The till has no identity yet: nothing can be recorded or sent."""
