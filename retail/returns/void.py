"""Undoing a whole sale, and the states that a sale goes through."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from msgspec.structs import replace

from retail.payment import IllegalStep
from retail.returns.left import is_voided, returnable, returns_of, whole_portions
from retail.returns.policy import ReturnRefused, days_between
from retail.returns.priced_return import PricedReturn, figures, line_back
from retail.returns.record import Condition, Return, ReturnKind, ReturnReason
from retail.sale import Sale


class SaleState(StrEnum):
    """Where a sale stands after the returns there were."""

    COMPLETED = "completed"
    PARTLY_RETURNED = "partly_returned"
    RETURNED = "returned"
    VOIDED = "voided"


SALE_STEPS: Final[dict[SaleState, tuple[SaleState, ...]]] = {
    SaleState.COMPLETED: (SaleState.PARTLY_RETURNED, SaleState.RETURNED, SaleState.VOIDED),
    SaleState.PARTLY_RETURNED: (SaleState.PARTLY_RETURNED, SaleState.RETURNED),
    SaleState.RETURNED: (),
    SaleState.VOIDED: (),
}
"""Which state may follow which. A sale is undone whole or not at all; a fact is never taken back."""


def sale_state(sale: Sale, earlier: Iterable[Return]) -> SaleState:
    """Return where a sale stands; raises `ReturnRefused` for returns that do not fit it."""
    done = returns_of(sale, earlier)
    if is_voided(done):
        return SaleState.VOIDED
    if not done:
        return SaleState.COMPLETED
    left = any(line.quantity_left for line in returnable(sale, done))
    return SaleState.PARTLY_RETURNED if left else SaleState.RETURNED


def void_sale(
    sale: Sale, earlier: Iterable[Return], *, now: str, approved_by: str = "", gives_points_back: bool = True
) -> PricedReturn:
    """Return a whole sale as if it had never been: every line, tax and point, with nothing withheld.

    Pay it back with `split_refund(…, RefundOrder.SAME_MEANS, reversal=True)`: each tender gets exactly what
    it paid. The policy of returns does not apply: this is a mistake that is undone. Raises `IllegalStep` for
    a sale of which something has come back (`returned_to_voided` and such), `ReturnRefused("not_same_day")`
    on another day than its own.
    """
    done = _nothing_came_back(sale, earlier)
    if days_between(sale.completed_at, now):
        raise ReturnRefused("not_same_day")
    return _undone(sale, done, approved_by=approved_by, restock=True, gives_points_back=gives_points_back)


def undo_online_sale(sale: Sale, earlier: Iterable[Return]) -> PricedReturn:
    """Return the sale of a handover that was taken back, on whatever day: nothing of it was sold after all.

    No goods go to a shelf and no money moves: they lie at the desk, and the order has what was paid. Raises
    `IllegalStep` when something has come back already, or it was undone before.
    """
    done = _nothing_came_back(sale, earlier)
    return _undone(sale, done, approved_by="", restock=False, gives_points_back=True)


def _nothing_came_back(sale: Sale, earlier: Iterable[Return]) -> tuple[Return, ...]:
    """Return the returns of a sale that can still be undone; raises `IllegalStep` for one that cannot."""
    done = returns_of(sale, earlier)
    state = sale_state(sale, done)
    if SaleState.VOIDED not in SALE_STEPS[state]:
        raise IllegalStep(f"{state}_to_{SaleState.VOIDED}")
    return done


def _undone(
    sale: Sale, done: Sequence[Return], *, approved_by: str, restock: bool, gives_points_back: bool
) -> PricedReturn:
    lines = [
        line_back(line, whole, ReturnReason.MISTAKE, Condition.SELLABLE)
        for line, whole in zip(sale.lines, whole_portions(sale), strict=True)
    ]
    return figures(
        sale,
        done,
        lines if restock else [replace(line, restock=False) for line in lines],
        (),
        kind=ReturnKind.VOID,
        approved_by=approved_by,
        gives_points_back=gives_points_back,
        explanation=(),
    )
