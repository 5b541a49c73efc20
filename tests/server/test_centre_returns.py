"""A return lands at the centre, is judged by its figures, and stops nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from retail.events import SaleCompleted, SaleReturned
from retail.returns.record import Return
from retail.sale import Sale
from sync.server.centre import Centre
from sync.server.database import tables
from tests.fakes.sold import taken_back, wanted
from tests.server.tills import Till


def returned(sale: Sale) -> Return:
    made = taken_back(sale, (), wanted((1, "1")), now=sale.completed_at)
    return replace(made, store_id=sale.store_id, till_id=sale.till_id, till_number=sale.till_number)


def outcomes(centre: Centre) -> list[tuple[str, str]]:
    with centre.database.read() as connection:
        rows = connection.execute(select(tables.inbox.c.outcome, tables.inbox.c.reason))
        return [(row.outcome, row.reason) for row in rows]


def test_a_return_is_kept_and_the_queue_goes_on(shop: Centre, till: Till) -> None:
    sale = till.sale(quantity=2)
    answer = till.send(
        till.seal(SaleCompleted(sale=sale)), till.seal(SaleReturned(returned=returned(sale))), till.sell()
    )
    assert (answer.acked_seq, answer.quarantined) == (3, 0)
    assert {outcome for outcome, _ in outcomes(shop)} == {"applied"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"refund_minor": 1}, "totals_differ"), ({"till_number": 9}, "other_store")],
)
def test_a_return_that_cannot_be_waits_for_a_person(
    shop: Centre, till: Till, changes: dict[str, int], reason: str
) -> None:
    sale = till.sale(quantity=2)
    wrong = replace(returned(sale), **changes)
    answer = till.send(
        till.seal(SaleCompleted(sale=sale)), till.seal(SaleReturned(returned=wrong)), till.sell()
    )
    assert (answer.acked_seq, answer.quarantined) == (3, 1)
    assert ("quarantined", reason) in outcomes(shop)
