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
    PromiseOverridden,
    ReceiptReprinted,
    SaleCompleted,
    SaleReturned,
)
from sync.server.landed import Landed
from sync.server.orders.levels import publish_goods
from sync.server.projections.goods import book_goods
from sync.server.projections.members import apply_points
from sync.server.projections.payments import apply_resolved, apply_started
from sync.server.projections.returns import apply_returns
from sync.server.projections.sales import apply_sales
from sync.server.projections.watched_acts import (
    apply_drawer_openings,
    apply_overridden_promises,
    apply_reprints,
    apply_voids,
)

Projection = Callable[[Connection, Sequence[Landed[Any]]], None]

PROJECTIONS: tuple[tuple[type[Fact], Projection], ...] = (
    (PaymentStarted, apply_started),
    (PaymentResolved, apply_resolved),
    (BasketVoided, apply_voids),
    (ReceiptReprinted, apply_reprints),
    (DrawerOpened, apply_drawer_openings),
    (PromiseOverridden, apply_overridden_promises),
    (SaleCompleted, apply_sales),
    (SaleReturned, apply_returns),
)
"""`till.enrolled` has none: enrolment itself made the till, the fact only opens the journal."""

PUBLISHING: tuple[tuple[type[Fact], Projection], ...] = ((SaleCompleted, apply_points),)
"""They publish, and counter rows of streams are taken last."""


def apply_all(connection: Connection, landed: Sequence[Landed[Fact]]) -> None:
    """Apply events to every projection of their kinds; an error means that none may be kept."""
    _apply(connection, landed, PROJECTIONS)
    change = book_goods(connection, landed)
    _apply(connection, landed, PUBLISHING)
    publish_goods(connection, change)


def _apply(
    connection: Connection,
    landed: Sequence[Landed[Fact]],
    projections: Sequence[tuple[type[Fact], Projection]],
) -> None:
    for kind, projection in projections:
        of_kind = [event for event in landed if isinstance(event.fact, kind)]
        if of_kind:
            projection(connection, of_kind)
