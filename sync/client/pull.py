"""State comes down: pages of changes per stream, each stored together with its cursor.

One thread stores; another holds one long poll open for all streams and does nothing but wait for it, so
that a change of any stream arrives at once and nothing else waits behind 25 seconds of silence.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from sync.client.ports import Cursor, IncomingChange, StreamStore
from sync.client.problems import READ_SECONDS, TransportProblem
from sync.protocol import (
    LONG_POLL_SECONDS,
    MAX_PAGE_ROWS,
    Change,
    ChangePage,
    StreamCursor,
    WaitAnswer,
    WaitRequest,
)

if TYPE_CHECKING:
    from sync.client.transport import Transport

_log = logging.getLogger(__name__)


NO_SUCH_ADDRESS = (404, "not_found")
"""What a centre of before says to who would wait for all streams at once."""

LOOK_SECONDS = 5
"""How often it is asked stream by stream then."""


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


def wait_for_news(transport: Transport, cursors: Mapping[str, Cursor], wait_seconds: int) -> WaitAnswer:
    """Ask in which streams there is news after these cursors, holding on for some while there is none."""
    places = tuple(
        StreamCursor(stream=stream, epoch=cursor.epoch, after=cursor.after)
        for stream, cursor in cursors.items()
    )
    try:
        return transport.post(
            "/v1/streams/wait",
            WaitRequest(cursors=places, wait=wait_seconds),
            WaitAnswer,
            read_seconds=wait_seconds + READ_SECONDS,
        )
    except TransportProblem as problem:
        if (problem.status, problem.detail) != NO_SUCH_ADDRESS:
            raise
    return _ask_each(transport, cursors, min(wait_seconds, LOOK_SECONDS))


def _ask_each(transport: Transport, cursors: Mapping[str, Cursor], wait_seconds: int) -> WaitAnswer:
    """Ask a centre of before, which waits for one stream at a time: the last is waited for, the orders."""
    pages: list[ChangePage] = []
    *others, last = cursors
    for stream in (*others, last):
        wait = wait_seconds if stream is last and not pages else 0
        page = ask(transport, stream, cursors[stream], wait)
        if page.changes or page.restart:
            pages.append(page)
    return WaitAnswer(pages=tuple(pages))


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
    """What a listener came back with: in which streams there is news, or why it does not know.

    `cursors` is what it asked with, `date` what the centre's clock showed, empty when nobody answered.
    """

    cursors: Mapping[str, Cursor]
    answer: WaitAnswer | None
    problem: TransportProblem | None = None
    date: str = ""


class Listener:
    """Waits for news of all streams on a thread of its own; touches nothing but the network."""

    def __init__(self, transport: Transport, heard: queue.SimpleQueue[Heard | None]) -> None:
        self._transport = transport
        self._heard = heard
        self._questions: queue.SimpleQueue[tuple[Mapping[str, Cursor], int] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._listen, name="listen", daemon=True)
        self._thread.start()

    def listen_after(self, cursors: Mapping[str, Cursor], wait_seconds: int = LONG_POLL_SECONDS) -> None:
        """Hold a long poll open after these cursors; the answer goes to the queue of answers, once.

        Whatever goes wrong is an answer too: a till that waits for a thread that has ended would be deaf.
        """
        self._questions.put((cursors, wait_seconds))

    def stop(self) -> None:
        """Break the long poll off; the thread ends."""
        self._questions.put(None)
        self._transport.break_off()

    def join(self, seconds: float) -> None:
        """Wait for the thread to end."""
        self._thread.join(seconds)

    def _listen(self) -> None:
        while (question := self._questions.get()) is not None:
            cursors, wait_seconds = question
            try:
                answer = wait_for_news(self._transport, cursors, wait_seconds)
            except TransportProblem as problem:
                self._heard.put(Heard(cursors, None, problem))
            except Exception as error:  # noqa: BLE001  # the last line of defence: said, and asked again
                _log.exception("waiting for news failed")
                mistake = TransportProblem("unreachable", type(error).__name__)
                self._heard.put(Heard(cursors, None, mistake))
            else:
                self._heard.put(Heard(cursors, answer, date=self._transport.last_date))
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
