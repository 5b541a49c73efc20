"""`sale.completed` and `sale.returned` → the member's points: granted or taken back once, then published."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from retail.events import SaleCompleted, SaleReturned
from sync.server.landed import Landed
from sync.server.points import Granted, book_points


def points_of_sales(landed: Sequence[Landed[SaleCompleted]]) -> list[Granted]:
    """Return what sales granted."""
    members = [(event.fact.sale.sale_id, event.fact.sale.member) for event in landed]
    return [
        Granted(source_id=sale_id, member_id=member.member_id, points=member.points_earned)
        for sale_id, member in members
        if member is not None and member.points_earned
    ]


def points_of_returns(landed: Sequence[Landed[SaleReturned]]) -> list[Granted]:
    """Return what returns gave back, less what they took back."""
    found = []
    for event in landed:
        returned = event.fact.returned
        points = returned.points_given_back - returned.points_taken_back
        if returned.member_id and points:
            found.append(Granted(source_id=returned.return_id, member_id=returned.member_id, points=points))
    return found


def apply_points(connection: Connection, landed: Sequence[Landed[SaleCompleted]]) -> None:
    """Grant the points of sales, and publish the members' rows."""
    book_points(connection, points_of_sales(landed))


def apply_points_back(connection: Connection, landed: Sequence[Landed[SaleReturned]]) -> None:
    """Take back the points of returns, and publish the members' rows."""
    book_points(connection, points_of_returns(landed))
