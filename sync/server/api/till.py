"""What tills call: enrolment, journal, changes, snapshots."""

from __future__ import annotations

import random
import time
from typing import Annotated

import anyio.to_thread
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from sync.protocol import (
    LONG_POLL_SECONDS,
    MAX_PAGE_ROWS,
    PREVIOUS_VERSION,
    PROTOCOL_HEADER,
    PROTOCOL_VERSION,
    ChangePage,
    EnrolmentAnswer,
    EnrolmentRequest,
    JournalAnswer,
    JournalBatch,
    SnapshotPage,
)
from sync.server.api.given import AnyRequest, GivenCentre, encoded, refusals
from sync.server.centre import Centre
from sync.server.control_totals import ControlTotals, control_totals
from sync.server.database.journal_rows import known_of
from sync.server.database.sessions import StreamId
from sync.server.database.upgrade import epoch_of
from sync.server.device_list import CloneWatch
from sync.server.device_requests import asked_by
from sync.server.enrolment import Device, device_of_id, enrol
from sync.server.intake import Judged, Receipt, judge_batch, land
from sync.server.refusals import Refused
from sync.server.snapshots import snapshot_page
from sync.server.streams import UnknownStream, stream_id

Wait = Annotated[int, QueryParameter(ge=0, le=LONG_POLL_SECONDS, description="Seconds to wait for a change.")]
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE_ROWS, description="About how many rows a page has.")]
Cursor = Annotated[int, QueryParameter(ge=0, le=2**53)]
Number = Annotated[int, QueryParameter(ge=1, le=2**53)]

_SPOKEN = frozenset({str(PROTOCOL_VERSION), str(PREVIOUS_VERSION)})
_READING = refusals(400, 401, 403, 404, 426, 429)

LONGEST_RANGE = 50_000
"""Events that one request for control totals may span: more than any shift has."""


def is_spoken(version: str | None) -> bool:
    """Say whether this is the version that the centre speaks, or the one before; who says none speaks it."""
    return version is None or version in _SPOKEN


def check_protocol(request: AnyRequest) -> None:
    """Refuse a till that speaks neither this version nor the one before."""
    spoken = request.headers.get(PROTOCOL_HEADER)
    if not is_spoken(spoken):
        raise Refused("protocol_mismatch", f"{str(spoken)[:20]} / {PROTOCOL_VERSION}")


def calling_device(request: AnyRequest, centre: Centre) -> Device:
    """Return the enrolled device that a request comes from, or refuse."""
    check_protocol(request)
    with centre.database.read() as connection:
        device = asked_by(connection, request, centre.device_passes)
    centre.request_limit.take(device.device_id)
    centre.hearing.heard(device.device_id)
    return device


def reading_device(request: AnyRequest, centre: Centre) -> Device:
    """Return the calling device if it may read streams: one that was replaced may not."""
    device = calling_device(request, centre)
    if device.replaced:
        raise Refused("till_replaced")
    return device


@post("/v1/enrolments", sync_to_thread=True, responses=refusals(400, 403, 426, 429))
def enrol_till(request: AnyRequest, data: JSONBody[EnrolmentRequest], centre: GivenCentre) -> EnrolmentAnswer:
    """Make a device a till, with a one-time code from the back office."""
    check_protocol(request)
    centre.enrolment_limit.take(request.client.host if request.client else "")
    try:
        return centre.database.write_again(lambda connection: enrol(connection, data))
    except IntegrityError:
        # The same device came with another code in the same moment: it is known now, and judged as such.
        return centre.database.write_again(lambda connection: enrol(connection, data))


@post(
    "/v1/journal",
    status_code=200,
    sync_to_thread=True,
    responses=refusals(400, 401, 403, 409, 413, 426, 429),
)
def take_journal(request: AnyRequest, data: JSONBody[JournalBatch], centre: GivenCentre) -> JournalAnswer:
    """Land a batch of the journal. Sending it again is safe and gets the same answer."""
    device = calling_device(request, centre)
    judged = judge_batch(device, data)
    receipt, epoch = centre.database.write_again(lambda connection: _land(connection, device, data, judged))
    centre.metrics.landed.inc(len(data.events))
    centre.metrics.quarantined.inc(receipt.quarantined)
    if receipt.conflicts:
        numbers = ", ".join(str(number) for number in receipt.conflicts[:10])
        raise Refused("conflict", numbers, acked_seq=receipt.acked_seq, conflicts=receipt.conflicts)
    answer = JournalAnswer(acked_seq=receipt.acked_seq, epoch=epoch, quarantined=receipt.quarantined)
    if data.events:
        return answer
    # An empty batch is a till's greeting: it is told what this centre knows of it.
    with centre.database.read() as connection:
        known = known_of(connection, device.till_id, device.device_id, data.incarnation)
    return replace(answer, head_hash=known.head_hash, last_receipt_counter=known.last_receipt_counter)


@get("/v1/streams/{stream:str}/changes", responses=_READING)
async def read_changes(
    request: AnyRequest,
    centre: GivenCentre,
    stream: FromPath[str],
    epoch: FromQuery[str] = "",
    after: Cursor = 0,
    limit: Limit = MAX_PAGE_ROWS,
    wait: Wait = 0,
) -> Response[ChangePage]:
    """Give the versions after a cursor; with `wait`, hold the answer until there is one.

    Tills of before wait with this for each stream; those of now wait for all at once (`api.waiting`).
    """
    device = await anyio.to_thread.run_sync(reading_device, request, centre)
    wanted = stream_of_device(stream, device)
    # A little jitter, so that the tills of a chain do not all come back in the same moment.
    deadline = time.monotonic() + wait * random.uniform(0.9, 1.0)  # noqa: S311  # jitter is no secret
    with centre.wakeups.listening((wanted,)) as ear:
        waited = False
        while True:
            # All who were woken together ask together, so that one read is enough for them.
            page, body = await centre.looks.changes(wanted, epoch=epoch, after=after, limit=limit)
            if waited:
                # Whatever woke this till: one that was shut out meanwhile is told nothing new.
                await anyio.to_thread.run_sync(_check_still_trusted, centre, device)
            left = deadline - time.monotonic()
            if page.changes or page.restart or left <= 0 or not await ear.heard(left):
                return encoded(request, body)
            waited = True


@get("/v1/streams/{stream:str}/snapshot", sync_to_thread=True, responses=_READING)
def read_snapshot(
    request: AnyRequest,
    centre: GivenCentre,
    stream: FromPath[str],
    epoch: FromQuery[str] = "",
    as_of: Cursor = 0,
    after_key: FromQuery[str] = "",
    limit: Limit = MAX_PAGE_ROWS,
) -> SnapshotPage:
    """Give a page of a stream's rows in key order. Another epoch than the centre's starts from the front."""
    device = reading_device(request, centre)
    wanted = stream_of_device(stream, device)
    if "\0" in after_key:
        raise Refused("bad_request", "after_key")
    with centre.database.read() as connection:
        if epoch not in ("", epoch_of(connection)):
            as_of, after_key = 0, ""
        return snapshot_page(connection, wanted, as_of=as_of, after_key=after_key, limit=limit)


@get("/v1/control-totals", sync_to_thread=True, responses=refusals(400, 401, 426, 429))
def read_control_totals(
    request: AnyRequest, centre: GivenCentre, incarnation: FromQuery[str], first_seq: Number, last_seq: Number
) -> ControlTotals:
    """Give what the centre has of the caller's own journal, for the close of a shift."""
    device = calling_device(request, centre)
    if not first_seq <= last_seq < first_seq + LONGEST_RANGE or "\0" in incarnation:
        raise Refused("bad_request", "incarnation, first_seq, last_seq")
    with centre.database.read() as connection:
        return control_totals(
            connection,
            device_id=device.device_id,
            incarnation=incarnation,
            first_seq=first_seq,
            last_seq=last_seq,
        )


def _land(connection: Connection, device: Device, batch: JournalBatch, judged: Judged) -> tuple[Receipt, str]:
    clones = CloneWatch(connection, device.device_id, batch.incarnation)
    receipt = land(connection, device, batch, judged)
    clones.landed_up_to(connection, receipt.acked_seq)
    return receipt, epoch_of(connection)


def _check_still_trusted(centre: Centre, device: Device) -> None:
    with centre.database.read() as connection:
        if device_of_id(connection, device.device_id).revoked:
            raise Refused("till_revoked")


def stream_of_device(name: str, device: Device) -> StreamId:
    """Return the stream that a device calls by this name; refuses one that there is not."""
    return stream_of_store(name, device.store_id)


def stream_of_store(name: str, store_id: str) -> StreamId:
    """Return the stream that the tills of a store call by this name; refuses one that there is not."""
    try:
        return stream_id(name, store_id)
    except UnknownStream as unknown:
        raise Refused("unknown_stream", name[:40]) from unknown
