"""Time and identifiers, handed to whoever needs them so that tests and simulations can decide both."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


def uuid7() -> str:
    """Return a new UUID version 7 (RFC 9562 section 5.7): milliseconds since 1970, then random bits."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def local_now() -> str:
    """Return the wall clock as RFC 3339 with milliseconds and the local offset."""
    return datetime.now().astimezone().isoformat(timespec="milliseconds")


def monotonic_ms() -> int:
    """Return milliseconds of a clock that never goes back; only differences mean anything."""
    return time.monotonic_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """The till's sense of time (`now`, `monotonic_ms`) and its source of identifiers (`new_id`)."""

    now: Callable[[], str] = local_now
    monotonic_ms: Callable[[], int] = monotonic_ms
    new_id: Callable[[], str] = uuid7
