"""Which projections a fact has, and in which order they run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

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
    TillRecovered,
)
from sync.server.database.round_trip import RoundTrip
from sync.server.landed import Landed
from sync.server.orders.levels import publish_goods
from sync.server.projections.asking import Asking
from sync.server.projections.goods import book_goods
from sync.server.projections.goods_back import look_at_returns
from sync.server.projections.members import apply_points, apply_points_back
from sync.server.projections.payments import apply_payments, ask_started
from sync.server.projections.recoveries import apply_recoveries
from sync.server.projections.returns import apply_returns
from sync.server.projections.sales import apply_sales, ask_known
from sync.server.projections.sold_twice import look_at_sales
from sync.server.projections.watched_acts import (
    apply_drawer_openings,
    apply_overridden_promises,
    apply_reprints,
    apply_voids,
)

Kinds = tuple[type[Fact], ...]
Work = TypeVar("Work", bound=Callable[..., Any])

QUESTIONS: tuple[tuple[Kinds, Callable[[RoundTrip, Sequence[Landed[Any]]], Asking]], ...] = (
    ((PaymentStarted, PaymentResolved), ask_started),
    ((SaleCompleted,), ask_known),
)
"""What must be known before anything is written."""

PROJECTIONS: tuple[tuple[Kinds, Callable[[RoundTrip, Sequence[Landed[Any]]], None]], ...] = (
    ((PaymentStarted, PaymentResolved), apply_payments),
    ((BasketVoided,), apply_voids),
    ((ReceiptReprinted,), apply_reprints),
    ((DrawerOpened,), apply_drawer_openings),
    ((PromiseOverridden,), apply_overridden_promises),
    ((SaleCompleted,), apply_sales),
    ((SaleReturned,), apply_returns),
    ((TillRecovered,), apply_recoveries),
)
"""What follows from the facts alone, and is written in one round trip.

`till.enrolled` has none: enrolment itself made the till, the fact only opens the journal.
"""

PUBLISHING: tuple[tuple[Kinds, Callable[[Connection, Sequence[Landed[Any]]], None]], ...] = (
    ((SaleCompleted,), apply_points),
    ((SaleReturned,), apply_points_back),
)
"""They publish, and counter rows of streams are taken last."""


def apply_all(connection: Connection, landed: Sequence[Landed[Fact]]) -> None:
    """Apply events to every projection of their kinds; an error means that none may be kept."""
    check(connection, landed)
    store(connection, landed)
    sales = of_kinds(landed, (SaleCompleted,))
    if sales:
        look_at_sales(connection, sales)
    returns = of_kinds(landed, (SaleReturned,))
    if returns:
        look_at_returns(connection, returns)
    change = book_goods(connection, landed)
    for some, projection in _each(PUBLISHING, landed):
        projection(connection, some)
    publish_goods(connection, change)


def check(connection: Connection, landed: Sequence[Landed[Fact]]) -> None:
    """Raise `Quarantined` when what is here already does not let these events be applied."""
    trip = RoundTrip(connection)
    asked = [ask(trip, some) for some, ask in _each(QUESTIONS, landed)]
    trip.run()
    for answered in asked:
        answered()


def store(connection: Connection, landed: Sequence[Landed[Fact]]) -> None:
    """Write what follows from the facts alone."""
    trip = RoundTrip(connection)
    for some, projection in _each(PROJECTIONS, landed):
        projection(trip, some)
    trip.run()


def of_kinds(landed: Sequence[Landed[Fact]], kinds: Kinds) -> list[Landed[Any]]:
    """Return the events whose facts are of these kinds, in their order."""
    return [event for event in landed if type(event.fact) in kinds]


def _each(
    table: Sequence[tuple[Kinds, Work]], landed: Sequence[Landed[Fact]]
) -> Iterator[tuple[list[Landed[Any]], Work]]:
    """Yield each entry of a table whose kinds are among the events, with those events."""
    present = {type(event.fact) for event in landed}
    for kinds, work in table:
        if not present.isdisjoint(kinds):
            yield of_kinds(landed, kinds), work
