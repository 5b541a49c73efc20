"""Bugs of the till: each gives a block in which a function of the product is exchanged for a wrong one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
from msgspec.structs import replace

from pos_app.database import files
from pos_app.database.connection import Database
from pos_app.database.journal import Journal
from pos_app.database.migrations import JOURNAL
from pos_app.database.outbox import Outbox
from pos_app.database.problems import DatabaseProblem
from pos_app.database.spool import Spool
from pos_app.database.streams import Streams
from pos_app.services import returning
from retail import journal as sealing
from retail.events import PaymentStarted
from retail.journal import Envelope
from sync.client import follower, pull, push
from sync.client.ports import Cursor, IncomingChange
from sync.client.problems import TransportProblem
from sync.server import judging
from tests.faults import race_shop


def synchronous_is_normal() -> AbstractContextManager[object]:
    """The journal is not forced to the disk at each commit."""

    def opened(folder: Path, key: str) -> Database:
        return files._opened(Database(folder / files.JOURNAL_FILE, key, "NORMAL"), JOURNAL)

    return patch.object(race_shop, "open_journal", opened)


def fsync_is_tried_again() -> AbstractContextManager[object]:
    """A commit that could not be forced to the disk is taken for done on the second try."""
    real = Database.write

    @contextmanager
    def write(self: Database, **options: bool) -> Iterator[Any]:
        entered = real(self, **options)
        connection = entered.__enter__()
        try:
            yield connection
        except BaseException:
            if not entered.__exit__(*sys.exc_info()):
                raise
        else:
            try:
                entered.__exit__(None, None, None)
            except DatabaseProblem as problem:
                if "disk I/O error" not in str(problem):
                    raise

    @contextmanager
    def planted() -> Iterator[None]:
        with (
            patch.object(Database, "write", write),
            patch.object(Database, "_distrust", lambda _self, _held: None),
            patch.object(Database, "_after_failed_write", lambda _self, problem: problem),
        ):
            yield

    return planted()


def cursor_before_rows() -> AbstractContextManager[object]:
    """The cursor moves in a transaction of its own, before the rows are written."""
    real = Streams.apply_changes

    def in_two(
        self: Streams, stream: str, epoch: str, changes: Sequence[IncomingChange], next_after: int
    ) -> Cursor:
        real(self, stream, epoch, (), next_after)
        return real(self, stream, epoch, changes, next_after)

    return patch.object(Streams, "apply_changes", in_two)


def checksums_are_not_compared() -> AbstractContextManager[object]:
    """What the centre's checksum says is not looked at."""
    real = pull.apply_page

    def careless(store: Any, stream: str, cursor: Cursor, page: Any) -> Any:
        try:
            return real(store, stream, cursor, page)
        except pull.MustRestart as restart:
            if restart.reason != "checksum_mismatch":
                raise
            return pull.Applied(store.cursor(stream), rows_changed=True, at_head=True)

    @contextmanager
    def planted() -> Iterator[None]:
        with patch.object(pull, "apply_page", careless), patch.object(follower, "apply_page", careless):
            yield

    return planted()


def hash_without_body() -> AbstractContextManager[object]:
    """The chain covers everything but what happened; both sides agree on that."""
    real = sealing.content_hash

    def blind(envelope: Envelope) -> str:
        return real(replace(envelope, body=""))

    def blind_of_text(text: bytes) -> str:
        return blind(msgspec.json.decode(text, type=Envelope))

    @contextmanager
    def planted() -> Iterator[None]:
        with (
            patch.object(sealing, "content_hash", blind),
            patch.object(judging, "hash_of_text", blind_of_text),
        ):
            yield

    return planted()


def acknowledged_when_sent() -> AbstractContextManager[object]:
    """What was given to the network is taken for arrived."""
    real = push.Pusher.push_once

    def hasty(self: push.Pusher) -> int:
        outgoing = self._journal.unsent(self._most_events, push.MAX_BATCH_BYTES)
        try:
            return real(self)
        except TransportProblem:
            if outgoing is not None:
                last = outgoing.events[-1].device_seq
                self._journal.acknowledge(outgoing.incarnation, last, "")
            raise

    return _believed(hasty)


def dropped_when_refused() -> AbstractContextManager[object]:
    """A batch that the centre answers with a refusal is not sent again."""
    real = push.Pusher.push_once

    def gives_up(self: push.Pusher) -> int:
        outgoing = self._journal.unsent(self._most_events, push.MAX_BATCH_BYTES)
        try:
            return real(self)
        except TransportProblem as problem:
            if outgoing is not None and 400 <= problem.status < 500:
                last = outgoing.events[-1].device_seq
                self._journal.acknowledge(outgoing.incarnation, last, "")
            raise

    return _believed(gives_up)


def _believed(push_once: Callable[[push.Pusher], int]) -> AbstractContextManager[object]:
    """Push like this, and never ask the centre what it has: a till that greets it finds the loss out."""

    @contextmanager
    def planted() -> Iterator[None]:
        with (
            patch.object(push.Pusher, "push_once", push_once),
            patch.object(push.Pusher, "greet", lambda _self: None),
        ):
            yield

    return planted()


def retry_is_a_new_event() -> AbstractContextManager[object]:
    """What is sent a second time has another id, and so another hash."""
    real = Outbox.unsent
    sent: set[str] = set()

    def renamed(self: Outbox, most_events: int, most_bytes: int) -> Any:
        outgoing = real(self, most_events, most_bytes)
        if outgoing is None:
            return None
        events = tuple(_renamed(one) if one.event_id in sent else one for one in outgoing.events)
        sent.update(one.event_id for one in outgoing.events)
        return replace(outgoing, events=events)

    return patch.object(Outbox, "unsent", renamed)


def _renamed(envelope: Envelope) -> Envelope:
    new = replace(envelope, event_id=f"{envelope.event_id[:-4]}0000")
    return replace(new, hash=sealing.content_hash(new))


def incarnation_is_reused() -> AbstractContextManager[object]:
    """A disk that was put back goes on with its old numbers, and nobody compares."""

    @contextmanager
    def planted() -> Iterator[None]:
        with (
            patch.object(Outbox, "begin_incarnation", lambda *_: 0),
            patch.object(Outbox, "contradicted", lambda *_: 0),
            patch.object(Outbox, "agrees", lambda *_: True),
        ):
            yield

    return planted()


def epoch_is_ignored() -> AbstractContextManager[object]:
    """A till does not ask a centre of another epoch what it has."""
    return patch.object(push.Pusher, "greet", lambda _self: None)


def terminal_is_asked_first() -> AbstractContextManager[object]:
    """An attempt is stored when the terminal has answered, not before it is asked."""
    start, find = Journal.start_payment, Journal.attempt
    waiting: dict[str, tuple[PaymentStarted, Any]] = {}

    def later(_self: Journal, fact: PaymentStarted, sale: Any) -> None:
        waiting[fact.attempt_id] = (fact, sale)

    def found(self: Journal, attempt_id: str) -> Any:
        if attempt_id in waiting:
            start(self, *waiting.pop(attempt_id))
        return find(self, attempt_id)

    @contextmanager
    def planted() -> Iterator[None]:
        with patch.object(Journal, "start_payment", later), patch.object(Journal, "attempt", found):
            yield

    return planted()


def copies_are_originals() -> AbstractContextManager[object]:
    """A job that may have come out already is printed again without the word COPY."""
    real = Spool.claim

    def again(self: Spool, now: str) -> Any:
        job = real(self, now)
        return None if job is None else replace(job, interrupted=False)

    return patch.object(Spool, "claim", again)


def baskets_in_memory() -> AbstractContextManager[object]:
    """An open sale is stored only when money was taken for it."""
    real: Callable[[Journal, Any], None] = Journal.save_open_sale

    def seldom(self: Journal, sale: Any) -> None:
        if sale.tenders:
            real(self, sale)

    return patch.object(Journal, "save_open_sale", seldom)


def returns_without_bound() -> AbstractContextManager[object]:
    """What came back before is not taken off what may come back now."""
    return patch.object(returning, "_each_once", lambda *_returns: ())


def snapshot_in_two_steps() -> AbstractContextManager[object]:
    """The cursor of a snapshot is stored first, and its rows take their place afterwards."""
    real = Streams.finish_bootstrap

    def in_two(self: Streams, stream: str, keep_going: Callable[[], bool]) -> bool:
        with self._database.read() as connection:
            staged = connection.exec_driver_sql(
                "SELECT epoch, as_of, checksum, staged FROM bootstraps WHERE stream = ?", (stream,)
            ).one()
        with self._database.write() as connection:
            connection.exec_driver_sql(
                "INSERT OR REPLACE INTO cursors (stream, epoch, after_seq, checksum, row_count, current_at) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (stream, staged.epoch, staged.as_of, staged.checksum, staged.staged, self._now()),
            )
        return real(self, stream, keep_going)

    return patch.object(Streams, "finish_bootstrap", in_two)
