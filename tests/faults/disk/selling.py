"""A till that sells a scripted run while everything it does to its folder is recorded.

    python -m tests.faults.disk.selling FOLDER RECORDING --sales 6

Real files, services and databases, in a process of its own. What was promised to the world is written to the
standard output right after the call that promises it has returned: a sale, and a payment attempt before the
terminal would be asked. The planted bugs are put in from outside; the product has no switch for them.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import Till, open_till
from pos_app.database import files
from pos_app.database.connection import Database
from pos_app.database.journal import Journal
from pos_app.database.mirror import Mirror
from pos_app.database.mirror_rows import MirrorSource
from pos_app.devices.ports import TerminalAnswer, TerminalOutcome
from pos_app.services.clock import Clock
from pos_app.services.mirroring import Mirroring
from pos_app.services.standing import CentreStanding, LinkState
from pos_app.settings import TillSettings
from retail.sale import Sale, TenderKind
from tests.fakes.stocked_till import NOON, demo_store, enrolled_as_till_2, stock
from tests.faults.disk.recording import Recorder
from tests.faults.disk.watched_folder import WatchedFolder

PRODUCTS = ("P1001", "P1002", "P1003")


def tell(**facts: object) -> None:
    """Acknowledge something to the world: one line of JSON on the standard output."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def tell_of(sale: Sale) -> None:
    """Acknowledge a sale."""
    tell(sale=sale.sale_id, receipt=sale.receipt_number, total_minor=sale.total_minor)


def started_till(folder: Path) -> Till:
    """Open the folder's till as at the start of the day; a new one is enrolled and stocked."""
    till = open_till(folder, TillSettings(), Clock(now=lambda: NOON))
    if till.journal.identity() is None:
        enrolled_as_till_2(till)
    if not till.cache.counts():
        stock(till, demo_store(12, 2))
    till.centre_changed(CentreStanding(state=LinkState.SYNCED))
    till.start()
    return till


def sell(till: Till, number: int, tell_sale: Callable[[Sale], None] = tell_of) -> Sale:
    """Sell two products: every third sale in part by card, the others in cash."""
    till.selling.add_product(PRODUCTS[number % 3])
    till.selling.add_product(PRODUCTS[(number + 1) % 3])
    if number % 3 == 2:
        _pay_by_card(till, till.paying.view(cash_next=False).settlement.remaining_minor // 2)
    remaining_minor = till.paying.view(cash_next=True).settlement.remaining_minor
    if remaining_minor:
        till.paying.take_cash(remaining_minor)
    sale = till.paying.complete(print_receipt=True)
    tell_sale(sale)
    return sale


def _pay_by_card(till: Till, amount_minor: int) -> None:
    request = till.paying.start_attempt(TenderKind.CARD, amount_minor)
    tell(attempt=request.attempt_id, states=["started", "approved"])
    till.paying.answered(request, TerminalAnswer(TerminalOutcome.APPROVED, reference="ref-1"))
    tell(attempt=request.attempt_id, states=["approved"])


class Workers:
    """What the till's workers do between sales: mirror, print, hear from the centre, fold the log back."""

    def __init__(self, till: Till) -> None:
        self._till = till
        source = MirrorSource(till.files.journal)
        self._mirroring = Mirroring(source, Mirror(till.files.mirror_folder, till.files.keys.database))

    def work(self, number: int) -> None:
        """Take a step of each; every fourth time the logs are folded back."""
        till = self._till
        while self._mirroring.run_once():
            pass
        job = till.spool.claim(NOON)
        if job is not None:
            till.spool.finish(job.job_id)
        waiting = till.outbox.unsent(500, 1_000_000)
        if waiting is not None and number % 2:
            till.outbox.acknowledge(waiting.incarnation, waiting.events[-1].device_seq, "epoch-1")
        if number % 4 == 3:
            till.files.journal.checkpoint()
            till.files.cache.checkpoint()

    def close(self) -> None:
        """Let go of the mirror."""
        self._mirroring.close()


def day(folder: Path, sales: int, tell_sale: Callable[[Sale], None]) -> None:
    """Sell in two lives of the till: it is closed in the middle, and the power goes in the second."""
    for life in range(2):
        till = started_till(folder)
        workers = Workers(till)
        for number in range(life * sales // 2, (life + 1) * sales // 2):
            sell(till, number, tell_sale)
            workers.work(number)
        workers.close()
        till.close()


def _normal() -> Callable[[Sale], None]:
    """Planted: the journal is written with `synchronous=NORMAL`."""

    def database(path: Path, key: str, _synchronous: str, **options: Any) -> Database:
        return Database(path, key, "NORMAL", **options)

    files.Database = database  # type: ignore[assignment,misc]  # put in from outside
    return tell_of


def _early() -> Callable[[Sale], None]:
    """Planted: a sale is acknowledged inside its transaction, before it is committed."""
    complete_sale = Journal.complete_sale

    @functools.wraps(complete_sale)
    def early(journal: Journal, basket_id: str, make_sale, *rest):  # type: ignore[no-untyped-def]
        def make(counter: int) -> Sale:
            sale = make_sale(counter)
            tell_of(sale)
            return sale

        return complete_sale(journal, basket_id, make, *rest)

    Journal.complete_sale = early  # type: ignore[method-assign]  # put in from outside
    return lambda _sale: None


PLANTED: dict[str, Callable[[], Callable[[Sale], None]]] = {
    "none": lambda: tell_of,
    "normal": _normal,
    "early": _early,
}
"""What is wrong with the till, each with how a sale is then acknowledged."""


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.disk.selling", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("recording", type=Path)
    parser.add_argument("--sales", type=int, default=6)
    parser.add_argument("--planted", choices=PLANTED, default="none")
    parser.add_argument("--lies", type=int, default=0, help="the sync of this number does nothing")
    options = parser.parse_args()
    _application = QCoreApplication([])  # a till has timers
    demo_store(12, 2)
    options.folder.mkdir(parents=True)
    recorder = Recorder(lies=frozenset({options.lies}))
    with WatchedFolder(options.folder, recorder):
        day(options.folder, options.sales, PLANTED[options.planted]())
    recorder.save(options.recording)
    return 0


if __name__ == "__main__":
    sys.exit(main())
