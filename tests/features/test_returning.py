"""Goods come back to the till that sold them: a part, the rest, and never more than was sold."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from pos_app.bootstrap import Till
from pos_app.database.problems import DatabaseProblem
from pos_app.documents.receipt_data import ReturnReceipt
from pos_app.services.outcomes import Changed, NeedsApproval, Refused
from pos_app.services.return_view import Known, ReturnView
from pos_app.services.returning import Returning
from retail.events import Fact, SaleReturned
from retail.journal import fact_of
from retail.returns.policy import ReturnPolicy
from retail.returns.record import Condition, Return, ReturnReason
from retail.sale import Sale, Tender, TenderKind
from tests.fakes.full_disk import full_disk, use_up
from tests.fakes.stocked_till import demo_store, stock, stocked_till

TEA, TEE = "9520000010188", "9520000010218"
MANAGER = "STF0004"


def sell(till: Till, *codes: str, card: bool = False) -> Sale:
    for code in codes:
        till.view_model.scan(code)
    till.view_model.go("pay")
    if card:
        selling = till.selling
        paid = Tender(
            kind=TenderKind.CARD, amount_minor=selling.priced().total_minor, attempt_id="a1", reference="4711"
        )
        selling.tenders_changed(replace(selling.open_sale, tenders=(paid,)))
    else:
        till.view_model.pay.use_amount(20_000)
    till.view_model.pay.complete()
    sale = till.receipts.latest()
    assert sale is not None
    return sale


def view(till: Till) -> ReturnView:
    shown = till.returning.view()
    assert shown is not None
    return shown


def latest_fact(till: Till) -> Fact:
    unsent = till.outbox.unsent(1_000, 10_000_000)
    assert unsent is not None
    return fact_of(unsent.events[-1])


def latest_return(till: Till) -> Return:
    fact = latest_fact(till)
    assert isinstance(fact, SaleReturned)
    return fact.returned


def facts(till: Till) -> int:
    return till.outbox.waiting().count


@pytest.fixture
def returning(till: Till) -> Returning:
    return till.returning


def test_a_part_comes_back_then_the_rest_and_a_third_time_is_refused(
    till: Till, returning: Returning
) -> None:
    sale = sell(till, TEA, TEA, TEA)
    assert returning.open_own(sale.receipt_number)
    returning.choose(1, Decimal(1))
    part = view(till)
    assert part.priced is not None
    assert part.priced.refund_minor == sale.lines[0].paid_minor // 3
    outcome = returning.pay_back()
    assert isinstance(outcome, Changed)
    assert outcome.what == "returned"
    assert latest_return(till).receipt_number == outcome.detail
    assert returning.sale is None

    returning.open_own(sale.receipt_number)
    assert view(till).lines[0].left.quantity_left == 2
    returning.choose_all()
    assert isinstance(returning.pay_back(), Changed)

    returning.open_own(sale.receipt_number)
    before = facts(till)
    assert returning.choose(1, Decimal(1)) == Refused("return_already_returned")
    assert returning.pay_back() == Refused("return_nothing_to_return")
    assert facts(till) == before


def test_what_came_back_is_known_after_a_restart(folder: Path, till: Till) -> None:
    sale = sell(till, TEA)
    till.returning.open_own(sale.receipt_number)
    till.returning.choose_all()
    till.returning.pay_back()
    till.close()
    again = stocked_till(folder)
    again.returning.open_own(sale.receipt_number)
    assert again.returning.choose(1, Decimal(1)) == Refused("return_already_returned")
    again.close()


def test_a_return_is_one_transaction_with_its_receipt_and_the_drawer(
    till: Till, returning: Returning
) -> None:
    sale = sell(till, TEA)
    jobs, next_number = till.spool.waiting()[0], till.journal.next_receipt_counter()
    returning.open_own(sale.receipt_number)
    returning.choose_all()
    with full_disk(till):
        use_up(till)
        with pytest.raises(DatabaseProblem):
            returning.pay_back()
    assert (till.spool.waiting()[0], till.journal.next_receipt_counter()) == (jobs, next_number)
    assert view(till).priced is not None, "what was chosen is still there"
    assert isinstance(returning.pay_back(), Changed)
    assert (till.spool.waiting()[0], till.journal.next_receipt_counter()) == (jobs + 1, next_number + 1)
    returned = latest_return(till)
    data = till.receipts.data_of_return(returned)
    assert msgspec.json.decode(msgspec.json.encode(data), type=ReturnReceipt) == data
    assert till.receipts.jobs_for_return(returned, print_receipt=True)[0].opens_drawer
    assert [each.kind for each in till.receipts.jobs_for_return(returned, print_receipt=False)] == ["drawer"]


def test_what_a_card_paid_goes_back_in_cash_under_the_cards_own_place(
    till: Till, returning: Returning
) -> None:
    sale = sell(till, TEA, card=True)
    returning.open_own(sale.receipt_number)
    returning.choose_all()
    assert view(till).cash_minor > 0
    returning.pay_back()
    assert [(each.kind, each.position, each.reference) for each in latest_return(till).tenders] == [
        (TenderKind.CASH, 1, "4711")
    ]


def test_a_large_refund_waits_for_somebody_who_may_allow_it(till: Till, returning: Returning) -> None:
    sale = sell(till, *([TEE] * 4))
    returning.open_own(sale.receipt_number)
    returning.choose_all()
    before = facts(till)
    assert isinstance(returning.pay_back(), NeedsApproval)
    assert facts(till) == before
    manager = till.cache.staff_by_badge(MANAGER)
    assert manager is not None
    allowed = till.approving.approve(manager)
    assert isinstance(allowed, Changed)
    assert latest_return(till).approved_by == manager.staff_id


def test_what_is_too_late_is_lifted_by_who_may_and_by_nobody_else(till: Till, returning: Returning) -> None:
    sale = sell(till, TEA)
    late = replace(
        sale, completed_at="2025-12-01T10:00:00.000+08:00", sale_id="late", receipt_number="T9-000001-1"
    )
    returning.centre_answered(late, ())
    returning.choose_all()
    assert (view(till).outside, view(till).refused) == ("too_late", "")
    assert isinstance(returning.pay_back(), NeedsApproval)
    returning.because(1, ReturnReason.FAULTY)
    assert view(till).outside == ""
    assert isinstance(returning.pay_back(), Changed)


def test_what_the_centre_knows_of_other_tills_is_not_returned_twice(till: Till, returning: Returning) -> None:
    sale = sell(till, TEA, TEA)
    returning.open_own(sale.receipt_number)
    returning.choose(1, Decimal(1))
    returning.pay_back()
    elsewhere = replace(latest_return(till), return_id="elsewhere", receipt_number="T3-000007-1")
    returning.open_own(sale.receipt_number)
    assert view(till).known is Known.ASKING
    returning.choose_all()
    returning.centre_answered(sale, [latest_return(till), elsewhere])
    assert (view(till).known, view(till).lines[0].left.quantity_left) == (Known.ANSWERED, Decimal(0))
    assert returning.pay_back() == Refused("return_nothing_to_return")


def test_more_came_back_than_was_sold_is_said_and_opens_nothing(till: Till, returning: Returning) -> None:
    sale = sell(till, TEA)
    returning.open_own(sale.receipt_number)
    returning.choose_all()
    returning.pay_back()
    twice = replace(latest_return(till), return_id="elsewhere")
    assert returning.centre_answered(sale, [twice]) == Refused("return_earlier_differ", sale.receipt_number)
    assert returning.sale is None


def test_goods_are_scanned_back_one_by_one_and_no_more_than_were_sold(
    till: Till, returning: Returning
) -> None:
    sale = sell(till, TEA, TEA, TEE)
    returning.open_own(sale.receipt_number)
    product = sale.lines[0].product_id
    assert [returning.scanned(product) for _ in range(3)] == [1, 1, 0]
    assert returning.scanned("nothing of it") == 0
    returning.in_condition(1, Condition.DAMAGED)
    assert [each.quantity for each in view(till).lines] == [2, 0]
    returning.choose(1, Decimal(0))
    assert view(till).priced is None


@pytest.mark.parametrize(
    ("line", "quantity", "code"),
    [
        (9, "1", "line_gone"),
        (1, "3", "return_more_than_left"),
        (1, "0.5", "fraction_of_piece"),
        (1, "-1", "fraction_of_piece"),
    ],
)
def test_a_wrong_quantity_changes_nothing(
    till: Till, returning: Returning, line: int, quantity: str, code: str
) -> None:
    sale = sell(till, TEA, TEA)
    returning.open_own(sale.receipt_number)
    assert returning.choose(line, Decimal(quantity)) == Refused(code)
    assert view(till).priced is None


def test_the_stores_own_policy_decides(till: Till, returning: Returning) -> None:
    sale = sell(till, TEA)
    stock(
        till,
        {
            "settings": (
                *demo_store()["settings"],
                ReturnPolicy(final_product_ids=(sale.lines[0].product_id,), approvable=()),
            )
        },
    )
    returning.open_own(sale.receipt_number)
    returning.choose_all()
    assert view(till).refused == "return_final_sale"
    assert returning.pay_back() == Refused("return_final_sale")


def test_a_sale_of_another_currency_or_none_is_not_opened(till: Till, returning: Returning) -> None:
    sale = sell(till, TEA)
    assert not returning.open_own("T2-999999-1")
    foreign = replace(sale, currency="EUR")
    assert returning.centre_answered(foreign, ()) == Refused("return_other_currency", sale.receipt_number)
    assert returning.view() is None
