"""A landed event on its way to the projections."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from retail.events import Fact
from retail.journal import Envelope
from sync.server.enrolment import Device

F_co = TypeVar("F_co", bound=Fact, covariant=True)


class Landed(msgspec.Struct, Generic[F_co], frozen=True, kw_only=True):
    """An event in the inbox, with its fact read and judged sound."""

    envelope: Envelope
    fact: F_co
    device: Device
