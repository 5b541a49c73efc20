"""State comes down: pages of changes per stream, each stored together with its cursor.

One thread stores; a listener per stream holds a long poll open and does nothing but wait for it, so
that a change of any stream arrives at once and nothing else waits behind 25 seconds of silence.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from sync.client.ports import Cursor, IncomingChange, StreamStore
from sync.client.problems import READ_SECONDS, TransportProblem
from sync.protocol import LONG_POLL_SECONDS, MAX_PAGE_ROWS, Change, ChangePage

if TYPE_CHECKING:
    from sync.client.transport import Transport


class MustRestart(Exception):
    """A stream must be fetched from nothing.

    `reason` is `new_epoch`, `too_old_cursor`, `checksum_mismatch` or `never_fetched`.
    """

    def __init__(self, stream: str, reason: str) -> None:
        super().__init__(f"{stream}: {reason}")
        self.stream = stream
        self.reason = reason


class Applied(msgspec.Struct, frozen=True):
    """What a page did: where the stream stands now, whether rows changed, whether it is complete."""

    cursor: Cursor
    rows_changed: bool
    at_head: bool


def ask(transport: Transport, stream: str, cursor: Cursor, wait_seconds: int) -> ChangePage:
    """Ask for the changes after a cursor, holding on for some while none is there."""
    return transport.get(
        f"/v1/streams/{stream}/changes",
        ChangePage,
        {"epoch": cursor.epoch, "after": cursor.after, "limit": MAX_PAGE_ROWS, "wait": wait_seconds},
        read_seconds=wait_seconds + READ_SECONDS,
    )


def apply_page(store: StreamStore, stream: str, cursor: Cursor, page: ChangePage) -> Applied:
    """Store a page; raises `MustRestart`, and `TransportProblem` for a page that cannot be one.

    At the head of the stream the checksum of what is stored must be the centre's.
    """
    _check_page(stream, cursor, page)
    if page.restart or page.epoch != cursor.epoch:
        raise MustRestart(stream, "new_epoch" if page.epoch != cursor.epoch else "too_old_cursor")
    if page.changes or page.next_after != cursor.after:
        cursor = store.apply_changes(
            stream, page.epoch, [_incoming(change) for change in page.changes], page.next_after
        )
    at_head = page.next_after == page.head
    if at_head and page.checksum != cursor.checksum:
        raise MustRestart(stream, "checksum_mismatch")
    return Applied(cursor, bool(page.changes), at_head)


def _check_page(stream: str, cursor: Cursor, page: ChangePage) -> None:
    if page.stream != stream:
        raise TransportProblem("not_the_centre", f"{page.stream!r} came for {stream!r}", status=200)
    if page.restart:
        return
    if not cursor.after <= page.next_after <= page.head or (page.changes and page.next_after == cursor.after):
        raise TransportProblem("not_the_centre", f"a page of {stream} that leads nowhere", status=200)


def _incoming(change: Change) -> IncomingChange:
    if change.op == "put":
        return IncomingChange(key=change.key, row=bytes(change.row))
    if change.op == "remove":
        return IncomingChange(key=change.key, row=None)
    raise TransportProblem("not_the_centre", f"a change of kind {change.op!r}", status=200)


class Heard(msgspec.Struct, frozen=True):
    """What a listener came back with: a page, or why there is none."""

    stream: str
    cursor: Cursor
    page: ChangePage | None
    problem: TransportProblem | None = None


class Listener:
    """Waits for one stream's changes on a thread of its own; touches nothing but the network."""

    def __init__(self, stream: str, transport: Transport, heard: queue.SimpleQueue[Heard | None]) -> None:
        self._stream = stream
        self._transport = transport
        self._heard = heard
        self._questions: queue.SimpleQueue[Cursor | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._listen, name=f"listen-{stream}", daemon=True)
        self._thread.start()

    def listen_after(self, cursor: Cursor) -> None:
        """Hold a long poll open after this cursor; the answer goes to the queue of answers, once."""
        self._questions.put(cursor)

    def stop(self) -> None:
        """Break the long poll off; the thread ends."""
        self._questions.put(None)
        self._transport.break_off()

    def join(self, seconds: float) -> None:
        """Wait for the thread to end."""
        self._thread.join(seconds)

    def _listen(self) -> None:
        while (cursor := self._questions.get()) is not None:
            try:
                page = ask(self._transport, self._stream, cursor, LONG_POLL_SECONDS)
            except TransportProblem as problem:
                self._heard.put(Heard(self._stream, cursor, None, problem))
            else:
                self._heard.put(Heard(self._stream, cursor, page))
        self._transport.close()


def catch_up(
    transport: Transport, store: StreamStore, stream: str, keep_going: Callable[[], bool]
) -> Applied:
    """Fetch a stream up to its head without waiting for new changes, or as far as `keep_going` lets it."""
    changed = False
    while True:
        cursor = store.cursor(stream)
        if cursor is None:
            raise MustRestart(stream, "never_fetched")
        applied = apply_page(store, stream, cursor, ask(transport, stream, cursor, 0))
        changed = changed or applied.rows_changed
        if applied.at_head:
            store.confirm_current(stream)
        if applied.at_head or not keep_going():
            return Applied(applied.cursor, changed, applied.at_head)
