"""Facts go up: whatever the journal holds above `acked_seq`, again and again until it is acknowledged."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sync.client.ports import AcknowledgedTooMuch, JournalSource, Outgoing
from sync.client.problems import TransportProblem
from sync.protocol import MAX_BATCH_BYTES, MAX_BATCH_EVENTS, JournalAnswer, JournalBatch

if TYPE_CHECKING:
    from sync.client.transport import Transport

_log = logging.getLogger(__name__)

TOO_LARGE, TOO_SLOW = 413, 408

FEW_EVENTS = 16
"""So many are sent at once on the worst of lines: a few kilobytes."""


class Conflict(Exception):
    """The centre has other facts under numbers that this till wrote; both are kept. A person must judge."""


class Pusher:
    """Sends batches, one at a time. A batch may arrive twice and counts once: the centre sees to that."""

    def __init__(self, journal: JournalSource, transport: Transport) -> None:
        self._journal = journal
        self._transport = transport
        self._most_events = MAX_BATCH_EVENTS

    def push_once(self) -> int:
        """Send the next batch and store what the centre has; return how many envelopes were sent.

        Returns 0 when nothing waits. Raises `TransportProblem` (try later, nothing is lost) and `Conflict`
        (the queue has gone on, but a person is needed).
        """
        outgoing = self._journal.unsent(self._most_events, MAX_BATCH_BYTES - 1024)
        if outgoing is None:
            return 0
        batch = JournalBatch(
            device_id=outgoing.device_id, incarnation=outgoing.incarnation, events=outgoing.events
        )
        try:
            answer = self._transport.post("/v1/journal", batch, JournalAnswer)
        except TransportProblem as problem:
            self._after_problem(problem, outgoing)
            raise
        first, last = outgoing.events[0].device_seq, outgoing.events[-1].device_seq
        in_force = self._in_force(outgoing.incarnation)
        self._store(outgoing.incarnation, answer.acked_seq, answer.epoch, last)
        self._journal.receipts_seen(answer.last_receipt_counter)
        if in_force and answer.acked_seq < first - 1:
            _log.warning("the centre has less than before (%d): sending again", answer.acked_seq)
        elif in_force and answer.acked_seq < first:
            raise TransportProblem("not_the_centre", "a batch was taken but not acknowledged")
        self._most_events = min(2 * self._most_events, MAX_BATCH_EVENTS)
        return len(outgoing.events)

    def greet(self) -> None:
        """Ask the centre what it has of this till, before anything is sent or sold under its numbers.

        A centre that was restored from a backup is sent the rest again. A disk that was rolled back or
        copied, which the centre knows more or something else of, goes on under a new incarnation, and above
        the receipts that were printed. Raises `TransportProblem`, and `Conflict` when that was so.
        """
        numbering = self._journal.numbering()
        if numbering is None:
            return
        life = numbering.incarnation
        batch = JournalBatch(device_id=numbering.device_id, incarnation=life, events=())
        answer = self._transport.post("/v1/journal", batch, JournalAnswer)
        self._journal.receipts_seen(answer.last_receipt_counter)
        if not self._journal.agrees(life, answer.acked_seq, answer.head_hash):
            again = self._journal.begin_incarnation(life, answer.acked_seq)
            raise Conflict(f"number {answer.acked_seq} is another fact at the centre; {again} written again")
        self._store(life, answer.acked_seq, answer.epoch, 0)

    def ask_acknowledged(self, epoch: str) -> None:
        """Ask a centre of another epoch what it has: one restored from a backup is sent the rest again."""
        numbering = self._journal.numbering()
        if numbering is not None and numbering.epoch != epoch:
            self.greet()

    def _after_problem(self, problem: TransportProblem, outgoing: Outgoing) -> None:
        if problem.status == 409 and problem.answer is not None and problem.answer.acked_seq is not None:
            answer = problem.answer
            self._journal.contradicted(outgoing.incarnation, answer.conflicts)
            self._store(outgoing.incarnation, answer.acked_seq or 0, "", outgoing.events[-1].device_seq)
            raise Conflict(str(answer.message.en)) from problem
        half = len(outgoing.events) // 2
        if problem.status == TOO_LARGE:
            self._most_events = max(1, half)
        elif problem.is_offline or problem.status == TOO_SLOW:
            # A line may carry little in the time that a request has, and would never carry the whole batch.
            self._most_events = max(FEW_EVENTS, half)

    def _in_force(self, incarnation: str) -> bool:
        numbering = self._journal.numbering()
        return numbering is not None and numbering.incarnation == incarnation

    def _store(self, incarnation: str, acked_seq: int, epoch: str, sent_up_to: int) -> None:
        try:
            self._journal.acknowledge(incarnation, acked_seq, epoch, sent_up_to=sent_up_to)
        except AcknowledgedTooMuch as too_much:
            # The disk is an older copy of itself: its next numbers are taken. New numbers, and a person.
            self._journal.begin_incarnation(incarnation)
            raise Conflict(str(too_much)) from too_much
