"""How a letter leaves the centre, whatever carries it."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one customer. `key` is the same whenever the same message is made."""

    key: str
    kind: str
    name: str
    email: str
    phone: str
    language: str
    subject: str
    text: str


class NotSent(Exception):
    """The letter was certainly not taken; `code` says why, `again` that it may be another time."""

    def __init__(self, code: str, *, again: bool) -> None:
        super().__init__(f"letter not sent: {code}")
        self.code = code
        self.again = again


class Uncertain(Exception):
    """The letter may have been taken: the other side fell silent after it had everything."""


class Carrier(Protocol):
    """Carries letters: a mail server, a file, whatever else is to come."""

    def send(self, letter: Letter) -> None:
        """Send a letter and return when it was taken; raises `NotSent` and `Uncertain`."""
