"""Enrolment: a one-time code makes a device a store's till, and a token proves it from then on.

Codes and tokens are kept as SHA-256 only. A code names a store and may name a till number; it works
once, but the same device may repeat it while it is valid, because the answer can get lost.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import msgspec
from sqlalchemy import ColumnElement, Connection, func, select, update

from sync.protocol import EnrolmentAnswer, EnrolmentRequest
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.upgrade import epoch_of
from sync.server.refusals import Refused

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without the letters and digits that people mix up on paper."""

CODE_VALID = timedelta(hours=24)
HIGHEST_TILL_NUMBER = 999
LONGEST_TEXT = 80


class UnknownStore(LookupError):
    """There is no such store."""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """An enrolled device and the till it is."""

    device_id: str
    till_id: str
    till_number: int
    store_id: str
    replaced: bool


def new_code(connection: Connection, *, store_id: str, till_number: int | None = None) -> str:
    """Make a one-time code such as `7KQ2-M9XD`; raises `UnknownStore`."""
    if connection.execute(select(tables.store.c.store_id).filter_by(store_id=store_id)).first() is None:
        raise UnknownStore(store_id)
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    connection.execute(
        tables.enrolment_code.insert().values(
            code_hash=_digest(letters),
            store_id=store_id,
            till_number=till_number,
            created_at=now_text(),
            expires_at=now_text(plus=CODE_VALID),
        )
    )
    return f"{letters[:4]}-{letters[4:]}"


def enrol(connection: Connection, request: EnrolmentRequest) -> EnrolmentAnswer:
    """Make the device a till and give it a token; raises `Refused` when the code does not hold.

    A device that takes the place of another on the same till leaves that one able to send what its
    journal still holds, and nothing else.
    """
    texts = (request.device_id, request.till_name, request.software_version)
    if not request.device_id or any(len(text) > LONGEST_TEXT or "\0" in text for text in texts):
        raise Refused("bad_request", "device_id, till_name, software_version")
    code = _take_code(connection, request)
    till_number = code.till_number or _next_till_number(connection, code.store_id)
    till_id = f"{code.store_id}-T{till_number}"
    _ensure_till(connection, till_id=till_id, store_id=code.store_id, till_number=till_number)
    token = secrets.token_urlsafe(32)
    _seat_device(connection, request, till_id=till_id, token=token)
    table = tables.enrolment_code
    connection.execute(
        update(table)
        .where(table.c.code_hash == code.code_hash)
        .values(used_at=now_text(), used_by_device_id=request.device_id, till_number=till_number)
    )
    return EnrolmentAnswer(
        token=token,
        store_id=code.store_id,
        till_id=till_id,
        till_number=till_number,
        epoch=epoch_of(connection),
        last_receipt_counter=connection.execute(
            select(tables.till.c.last_receipt_counter).filter_by(till_id=till_id)
        ).scalar_one(),
    )


def device_of_id(connection: Connection, device_id: str) -> Device:
    """Return an enrolled device; raises `Refused` when there is none of that id."""
    return _device(connection, tables.device.c.device_id == device_id)


def device_of_token(connection: Connection, token: str) -> Device:
    """Return whose token this is; raises `Refused` when it is nobody's."""
    return _device(connection, tables.device.c.token_hash == hashlib.sha256(token.encode()).hexdigest())


def _device(connection: Connection, which: ColumnElement[bool]) -> Device:
    device, till = tables.device, tables.till
    row = connection.execute(
        select(
            device.c.device_id, device.c.till_id, device.c.replaced_at, till.c.till_number, till.c.store_id
        )
        .join(till, till.c.till_id == device.c.till_id)
        .where(which)
    ).first()
    if row is None:
        raise Refused("not_enrolled")
    return Device(
        device_id=row.device_id,
        till_id=row.till_id,
        till_number=row.till_number,
        store_id=row.store_id,
        replaced=row.replaced_at is not None,
    )


class _Code(msgspec.Struct, frozen=True):
    code_hash: str
    store_id: str
    till_number: int | None


def _digest(code: str) -> str:
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()


def _take_code(connection: Connection, request: EnrolmentRequest) -> _Code:
    row = connection.execute(
        select(tables.enrolment_code).filter_by(code_hash=_digest(request.code)).with_for_update()
    ).first()
    if row is None or row.expires_at < now_text():
        raise Refused("code_refused")
    if row.used_at is not None and row.used_by_device_id != request.device_id:
        raise Refused("code_refused")
    return _Code(row.code_hash, row.store_id, row.till_number)


def _next_till_number(connection: Connection, store_id: str) -> int:
    # The store's row is the lock: two tills that enrol at once get two numbers.
    connection.execute(select(tables.store.c.store_id).filter_by(store_id=store_id).with_for_update())
    highest = connection.execute(
        select(func.max(tables.till.c.till_number)).where(tables.till.c.store_id == store_id)
    ).scalar()
    return int(highest or 0) + 1


def _ensure_till(connection: Connection, *, till_id: str, store_id: str, till_number: int) -> None:
    if connection.execute(select(tables.till.c.till_id).filter_by(till_id=till_id)).first() is None:
        connection.execute(
            tables.till.insert().values(
                till_id=till_id, store_id=store_id, till_number=till_number, last_receipt_counter=0
            )
        )


def _seat_device(connection: Connection, request: EnrolmentRequest, *, till_id: str, token: str) -> None:
    table = tables.device
    connection.execute(
        update(table)
        .where(
            table.c.till_id == till_id,
            table.c.device_id != request.device_id,
            table.c.replaced_at.is_(None),
        )
        .values(replaced_at=now_text())
    )
    seat = {
        "till_id": till_id,
        "till_name": request.till_name,
        "software_version": request.software_version,
        "token_hash": hashlib.sha256(token.encode()).hexdigest(),
        "enrolled_at": now_text(),
        "replaced_at": None,
    }
    known = connection.execute(select(table.c.device_id).filter_by(device_id=request.device_id)).first()
    if known is None:
        connection.execute(table.insert().values(device_id=request.device_id, **seat))
    else:
        connection.execute(update(table).where(table.c.device_id == request.device_id).values(**seat))
