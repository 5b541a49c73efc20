"""The journal: one transaction makes a sale, and nothing half of one is ever left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pos_app.database.connection import Database
from pos_app.database.files import open_journal
from pos_app.database.journal import Journal, NotEnrolled, SaleAlreadyCompleted
from pos_app.database.open_sales import OpenSaleState
from pos_app.database.outbox import Outbox
from pos_app.database.projections import AttemptUnknown
from pos_app.database.spool import Spool
from retail.events import BasketVoided, DrawerOpened, PaymentResolved, SaleCompleted, TillEnrolled
from retail.journal import fact_of, verify_chain
from retail.payment import IllegalStep
from retail.receipt_number import receipt_number
from retail.sale import Sale, Tender, TenderKind
from tests.database.till_files import KEY, NOW, RECEIPT, TILL, attempt, complete, journal_on, open_sale, sale


def test_enrolment_is_the_first_fact(journal: Journal, outbox: Outbox) -> None:
    outgoing = outbox.unsent(10, 10_000)
    assert outgoing is not None
    assert [fact_of(each) for each in outgoing.events] == [
        TillEnrolled(store_id="S1", till_id="S1-T2", till_number=2, software_version="0.1.0")
    ]
    assert journal.identity() == TILL


def test_nothing_is_recorded_before_enrolment(journal_database: Database) -> None:
    journal = journal_on(journal_database)
    with pytest.raises(NotEnrolled):
        journal.record(DrawerOpened(cashier_id="noor", reason="change"))
    assert journal.identity() is None
    assert journal.next_receipt_counter() == 1


def test_a_completed_sale_takes_the_next_number_and_leaves_no_open_sale(
    journal: Journal, spool: Spool
) -> None:
    journal.save_open_sale(open_sale())
    made = complete(journal, "basket-1")
    assert made.receipt_number == "T2-000412-7"
    assert journal.next_receipt_counter() == 413
    assert journal.open_sales() == ()
    assert journal.sale("T2-000412-7") == made
    assert spool.waiting()[0] == 1


def test_receipt_numbers_are_gapless_although_completing_failed_between(journal: Journal) -> None:
    complete(journal, "basket-1")
    with pytest.raises(ZeroDivisionError):
        journal.complete_sale("basket-2", lambda counter: sale("basket-2", counter // 0), lambda _sale: ())
    with pytest.raises(ZeroDivisionError):
        journal.complete_sale("basket-2", lambda counter: sale("basket-2", counter), lambda _sale: 1 // 0)
    complete(journal, "basket-2")
    assert [each.receipt_number for each in journal.sales()] == [receipt_number(2, 413), "T2-000412-7"]


def test_completing_twice_makes_one_sale(journal: Journal, spool: Spool) -> None:
    complete(journal, "basket-1")
    with pytest.raises(SaleAlreadyCompleted) as refused:
        complete(journal, "basket-1")
    assert refused.value.receipt_number == "T2-000412-7"
    assert len(journal.sales()) == 1
    assert journal.next_receipt_counter() == 413
    assert spool.waiting()[0] == 1


def test_the_chain_holds_over_a_restart(tmp_path: Path, journal_database: Database, journal: Journal) -> None:
    complete(journal, "basket-1")
    journal_database.close()
    again = open_journal(tmp_path, KEY)
    reopened = journal_on(again)
    complete(reopened, "basket-2")
    outgoing = Outbox(again, reopened).unsent(100, 1_000_000)
    again.close()
    assert outgoing is not None
    assert verify_chain(outgoing.events) == 3


def test_open_sales_come_back_in_the_order_they_were_begun(journal: Journal) -> None:
    first, second = open_sale("basket-1"), open_sale("basket-2", lines=50)
    for each in (first, second):
        journal.save_open_sale(each)
    held = type(first)(basket=first.basket, state=OpenSaleState.HELD, held_label="hat", opened_at=NOW)
    journal.save_open_sale(held)
    assert journal.open_sales() == (held, second)


def test_a_voided_sale_is_gone_and_remembered(journal: Journal, outbox: Outbox) -> None:
    journal.save_open_sale(open_sale())
    fact = BasketVoided(basket_id="basket-1", cashier_id="noor", line_count=1, total_minor=840)
    journal.void_open_sale(open_sale(), fact)
    outgoing = outbox.unsent(10, 100_000)
    assert journal.open_sales() == ()
    assert outgoing is not None
    assert fact_of(outgoing.events[-1]) == fact


def test_an_attempt_is_stored_with_its_sale_and_resolved_once(journal: Journal) -> None:
    journal.start_payment(attempt(), open_sale())
    assert [each.attempt_id for each in journal.unresolved_attempts()] == ["attempt-1"]
    tender = Tender(kind=TenderKind.CARD, amount_minor=840, attempt_id="attempt-1")
    paid = type(open_sale())(basket=open_sale().basket, tenders=(tender,), opened_at=NOW)
    journal.resolve_payment(PaymentResolved(attempt_id="attempt-1", outcome="approved", reference="A1"), paid)
    assert journal.unresolved_attempts() == ()
    assert journal.attempts_open("basket-1") == ()
    assert [(each.state, each.reference) for each in journal.attempts("basket-1")] == [("approved", "A1")]
    assert journal.open_sales() == (paid,)


def test_an_impossible_result_changes_nothing(journal: Journal, outbox: Outbox) -> None:
    journal.start_payment(attempt(), open_sale())
    journal.resolve_payment(PaymentResolved(attempt_id="attempt-1", outcome="declined"), None)
    before = outbox.waiting()
    with pytest.raises(IllegalStep):
        journal.resolve_payment(PaymentResolved(attempt_id="attempt-1", outcome="approved"), None)
    with pytest.raises(AttemptUnknown):
        journal.resolve_payment(PaymentResolved(attempt_id="attempt-2", outcome="approved"), None)
    assert outbox.waiting() == before
    assert journal.attempts("basket-1")[0].state == "declined"


def test_sales_are_found_by_receipt_cashier_or_date(journal: Journal) -> None:
    complete(journal, "basket-1")
    complete(journal, "basket-2")
    assert [each.sale_id for each in journal.sales(text="000413")] == ["basket-2"]
    assert len(journal.sales(text="Noor")) == 2
    assert len(journal.sales(text="2026-03-14")) == 2
    assert journal.sales(text="nobody") == ()
    assert [each.sale_id for each in journal.sales(limit=1)] == ["basket-2"]
    assert journal.sale("T2-999999-9") is None


def test_settings_of_the_till_are_kept(journal: Journal) -> None:
    assert journal.local_setting("theme") is None
    journal.set_local_setting("theme", "dark")
    journal.set_local_setting("theme", "light")
    assert journal.local_setting("theme") == "light"


def test_the_outbox_counts_what_the_centre_does_not_have(journal: Journal, outbox: Outbox) -> None:
    complete(journal, "basket-1")
    journal.record(DrawerOpened(cashier_id="noor", reason="change"))
    waiting = outbox.waiting()
    assert (waiting.count, waiting.sales, waiting.since) == (3, 1, NOW)
    outbox.acknowledge("incarnation-1", 2, "epoch-1")
    assert (outbox.waiting().count, outbox.waiting().sales) == (1, 0)
    outbox.acknowledge("incarnation-1", 3, "epoch-1")
    assert outbox.waiting().count == 0
    assert outbox.unsent(10, 1_000_000) is None
    assert all(each.at_centre for each in journal.sales())


def test_a_batch_keeps_to_its_limits_but_never_stalls(journal: Journal, outbox: Outbox) -> None:
    for number in range(5):
        complete(journal, f"basket-{number}")
    one = outbox.unsent(500, 10)
    some = outbox.unsent(3, 1_000_000)
    assert one is not None
    assert some is not None
    assert [each.device_seq for each in one.events] == [1]
    assert [each.device_seq for each in some.events] == [1, 2, 3]


def test_a_centre_restored_from_a_backup_gets_everything_again(journal: Journal, outbox: Outbox) -> None:
    complete(journal, "basket-1")
    outbox.acknowledge("incarnation-1", 2, "epoch-1")
    outbox.acknowledge("incarnation-1", 1, "epoch-2")
    outgoing = outbox.unsent(10, 1_000_000)
    assert outgoing is not None
    assert [each.device_seq for each in outgoing.events] == [2]


def test_another_incarnation_starts_at_one_and_keeps_the_old_rows(journal: Journal, outbox: Outbox) -> None:
    complete(journal, "basket-1")
    outbox.acknowledge("incarnation-1", 2, "epoch-1")
    outbox.begin_incarnation()
    complete(journal, "basket-2")
    outgoing = outbox.unsent(10, 1_000_000)
    assert outgoing is not None
    assert outgoing.incarnation != "incarnation-1"
    assert verify_chain(outgoing.events) == 2
    assert [each.at_centre for each in journal.sales()] == [False, True]


_SELL_UNTIL_KILLED = """
import sys
from pathlib import Path
from pos_app.database.files import open_journal
from tests.database.till_files import KEY, complete, journal_on, open_sale
journal = journal_on(open_journal(Path(sys.argv[1]), KEY))
number = len(journal.sales(100_000))
while True:
    number += 1
    journal.save_open_sale(open_sale(f"basket-{number}", lines=20))
    print(complete(journal, f"basket-{number}").receipt_number, flush=True)
"""


def test_kill_9_while_selling_loses_no_sale_that_was_shown(
    tmp_path: Path, journal_database: Database, journal: Journal
) -> None:
    shown: list[str] = []
    for _ in range(5):
        selling = subprocess.Popen(
            [sys.executable, "-c", _SELL_UNTIL_KILLED, str(tmp_path)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert selling.stdout is not None
        shown += [selling.stdout.readline().strip() for _ in range(7)]
        os.kill(selling.pid, signal.SIGKILL)
        shown += selling.stdout.read().split()
        selling.wait()
        selling.stdout.close()
    kept = [each.receipt_number for each in reversed(journal.sales(10_000))]
    assert set(shown) <= set(kept)
    assert kept == [receipt_number(2, 412 + number) for number in range(len(kept))]
    outgoing = Outbox(journal_database, journal).unsent(10_000, 10_000_000)
    assert outgoing is not None
    assert verify_chain(outgoing.events) == len(kept) + 1
    assert len([fact for fact in map(fact_of, outgoing.events) if isinstance(fact, SaleCompleted)]) == len(
        kept
    )
    assert Spool(journal_database, lambda: NOW).waiting()[0] == len(kept)


def test_print_jobs_and_the_sale_are_one(journal: Journal, spool: Spool) -> None:
    def jobs(made: Sale) -> tuple[object, ...]:
        raise ValueError(made.receipt_number)

    with pytest.raises(ValueError, match="T2-000412-7"):
        journal.complete_sale("basket-1", lambda counter: sale("basket-1", counter), jobs)  # type: ignore[arg-type]  # raises
    assert spool.waiting() == (0, "", "")
    assert RECEIPT.opens_drawer
