"""Which projections a fact has, and in which order they run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection

from retail.events import (
    BasketVoided,
    DrawerOpened,
    Fact,
    PaymentResolved,
    PaymentStarted,
    ReceiptReprinted,
    SaleCompleted,
)
from sync.server.landed import Landed
from sync.server.projections.members import apply_points
from sync.server.projections.payments import apply_resolved, apply_started
from sync.server.projections.sales import apply_sales
from sync.server.projections.watched_acts import apply_drawer_openings, apply_reprints, apply_voids

Projection = Callable[[Connection, Sequence[Landed[Any]]], None]

PROJECTIONS: tuple[tuple[type[Fact], Projection], ...] = (
    (PaymentStarted, apply_started),
    (PaymentResolved, apply_resolved),
    (BasketVoided, apply_voids),
    (ReceiptReprinted, apply_reprints),
    (DrawerOpened, apply_drawer_openings),
    (SaleCompleted, apply_sales),
    # Last: it publishes, and counter rows of streams are taken last.
    (SaleCompleted, apply_points),
)
"""`till.enrolled` has none: enrolment itself made the till, the fact only opens the journal."""


def apply_all(connection: Connection, landed: Sequence[Landed[Fact]]) -> None:
    """Apply events to every projection of their kinds; an error means that none may be kept."""
    for kind, projection in PROJECTIONS:
        of_kind = [event for event in landed if isinstance(event.fact, kind)]
        if of_kind:
            projection(connection, of_kind)
