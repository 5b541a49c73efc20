"""Whatever a network does to its requests, a till's journal drains, and each fact is at the centre once.

`python -m tests.faults.wire` gives a till a thousand facts, spoils request after request (cut at each byte of
the first 4 KiB, in both directions, and every other way), then heals the network and looks at both sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from unittest.mock import patch

import msgspec

from sync.client import engine as engines
from sync.client import push
from tests.database.till_files import complete
from tests.faults.wire.proxy import Fault, Spoil, SpoilingProxy
from tests.sync.both_sides import CentreProcess, TillSide, wait_until

BATCH: Final = 24
"""Facts in a request: enough that it has more than four KiB, few enough that there are many requests."""

TRIES: Final = 4

ANOTHER_AFTER: Final = 4

OTHERS: Final = tuple(one for one in Spoil if one not in (Spoil.CUT_REQUEST, Spoil.CUT_ANSWER))


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to; `complaints` are empty when nothing was lost, doubled or stuck."""

    facts: int
    spoiled: int
    batches: int
    complaints: tuple[str, ...]


def faults(*, last_byte: int, step: int) -> Iterator[Fault]:
    """Yield every fault: both cuts at each step of a request's first bytes, and others after every fourth."""
    for number, at in enumerate(range(0, last_byte, step)):
        yield Fault(Spoil.CUT_REQUEST, at)
        yield Fault(Spoil.CUT_ANSWER, at)
        if number % ANOTHER_AFTER == 0:
            yield Fault(OTHERS[number // ANOTHER_AFTER % len(OTHERS)])


def run(
    centre: CentreProcess, till: TillSide, proxy: SpoilingProxy, wanted: Iterable[Fault], *, facts: int
) -> Outcome:
    """Spoil a till's requests, heal the network, and say what is wrong at the end.

    The till is enrolled through the proxy. Sales are completed from time to time, so that there always is a
    batch to send, and those that are left of `facts` at the end.
    """
    known = till.journal.identity()
    assert known is not None
    written = 1  # the enrolment
    # Nothing is fetched meanwhile: only the journal's requests are spoiled.
    with patch.object(push, "MAX_BATCH_EVENTS", BATCH), patch.object(engines, "STREAMS", ()):
        engine = till.new_engine()
        for fault in wanted:
            if fault.spoil is Spoil.CUT_ANSWER and fault.at > proxy.longest_answer > 0:
                continue  # no answer is so long: nothing would be cut
            proxy.spoil(fault)
            spoiled = proxy.spoiled
            for _ in range(TRIES):
                while till.outbox.waiting().count < BATCH:
                    complete(till.journal, f"basket-{written}")
                    written += 1
                engine.run_once(5.0)
                if proxy.spoiled > spoiled:
                    break  # a round may only learn that the centre has what was sent before
        while written < facts:
            complete(till.journal, f"basket-{written}")
            written += 1
    proxy.spoil(None)
    till.new_engine()
    till.start()
    wait_until(lambda: till.outbox.waiting().count == 0, 120.0)
    till.stop()
    return Outcome(
        facts=written,
        spoiled=proxy.spoiled,
        batches=proxy.batches,
        complaints=tuple(_complaints(centre, written, known.device_id)),
    )


def _complaints(centre: CentreProcess, written: int, device_id: str) -> Iterator[str]:
    """Look at the centre's inbox and its sales with nothing of the product's code."""
    numbers = [
        row[0] for row in centre.ask("SELECT device_seq FROM inbox WHERE device_id = ? ORDER BY 1", device_id)
    ]
    if numbers != list(range(1, written + 1)):
        missing = sorted(set(range(1, written + 1)) - set(numbers))
        yield f"{len(numbers)} facts of {written}; missing {missing[:10]}"
    sales = [row[0] for row in centre.ask("SELECT receipt_number FROM sale WHERE till_id = 'S1-T2'")]
    if len(sales) != written - 1 or len(set(sales)) != len(sales):
        yield f"{len(sales)} sales, {len(set(sales))} receipts of {written - 1}"
    for code, subject in centre.ask("SELECT code, subject FROM alert"):
        yield f"alarm {code} about {subject}"
