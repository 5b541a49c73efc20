"""Rows of enrolment codes, tills and devices: who may speak to the centre, and who no longer."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, func, or_, select, update

from retail.receipt_number import MOST_TILLS
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.device_tables import centre_secret, key_escrow
from sync.server.database.statements import insert_missing


class CodeRow(msgspec.Struct, frozen=True):
    """An enrolment code; `used_by` is the device that used it, empty for nobody."""

    code_hash: str
    store_id: str
    till_number: int | None
    expires_at: str
    used_by: str


class DeviceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A device and the till it is. Moments are empty for never."""

    device_id: str
    till_id: str
    till_number: int
    store_id: str
    till_name: str
    software_version: str
    public_key: str
    enrolled_at: str
    heard_at: str
    replaced_at: str
    revoked_at: str
    revoked_by: str
    revoked_why: str
    last_receipt_counter: int


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """What a device is written down with when it becomes a till."""

    device_id: str
    till_id: str
    till_name: str
    software_version: str
    token_hash: str
    public_key: str


_device, _till = tables.device, tables.till
_devices = select(
    _device.c.device_id,
    _device.c.till_id,
    _till.c.till_number,
    _till.c.store_id,
    _device.c.till_name,
    _device.c.software_version,
    _device.c.public_key,
    _device.c.enrolled_at,
    _device.c.heard_at,
    _device.c.replaced_at,
    _device.c.revoked_at,
    _device.c.revoked_by,
    _device.c.revoked_why,
    _till.c.last_receipt_counter,
).join(_till, _till.c.till_id == _device.c.till_id)


def device_by_id(connection: Connection, device_id: str) -> DeviceRow | None:
    """Return a device, or None."""
    return _found(connection, _device.c.device_id == device_id)


def device_by_token(connection: Connection, token: str) -> DeviceRow | None:
    """Return the device whose lasting token this is, or None."""
    return _found(connection, _device.c.token_hash == hashlib.sha256(token.encode()).hexdigest())


def all_devices(connection: Connection) -> list[DeviceRow]:
    """Return every device, by store, till and time."""
    ordered = _devices.order_by(_till.c.store_id, _till.c.till_number, _device.c.enrolled_at)
    return [_read(row) for row in connection.execute(ordered).mappings()]


_keyed = (
    select(
        _device.c.device_id, _device.c.till_id, _till.c.till_number, _till.c.store_id, _device.c.public_key
    )
    .join(_till, _till.c.till_id == _device.c.till_id)
    .where(_device.c.replaced_at.is_(None), _device.c.revoked_at.is_(None), _device.c.public_key != "")
)
_changed = _devices.where(
    or_(*(_device.c[name] >= bindparam("since") for name in ("enrolled_at", "replaced_at", "revoked_at")))
)


def keyed_devices(connection: Connection) -> list[tuple[str, str, int, str, str]]:
    """Return id, till, number, store and key of every device that holds and has a key."""
    return [(row[0], row[1], row[2], row[3], row[4]) for row in connection.execute(_keyed)]


def changed_devices(connection: Connection, since: str) -> list[DeviceRow]:
    """Return the devices that were enrolled, replaced or shut out since a moment."""
    return [_read(row) for row in connection.execute(_changed, {"since": since}).mappings()]


def _found(connection: Connection, which: ColumnElement[bool]) -> DeviceRow | None:
    row = connection.execute(_devices.where(which)).mappings().first()
    return None if row is None else _read(row)


def _read(row: RowMapping) -> DeviceRow:
    known: dict[str, Any] = {name: "" if value is None else value for name, value in row.items()}
    return DeviceRow(**known)


# ---- codes ------------------------------------------------------------------------------------------------


def add_code(
    connection: Connection, *, code_hash: str, store_id: str, till_number: int | None, expires_at: str
) -> None:
    """Write a new enrolment code down."""
    connection.execute(
        tables.enrolment_code.insert().values(
            code_hash=code_hash,
            store_id=store_id,
            till_number=till_number,
            created_at=now_text(),
            expires_at=expires_at,
        )
    )


def lock_code(connection: Connection, code_hash: str) -> CodeRow | None:
    """Return a code and hold it until the transaction ends, or None."""
    row = connection.execute(
        select(tables.enrolment_code).filter_by(code_hash=code_hash).with_for_update()
    ).first()
    if row is None:
        return None
    used_by = row.used_by_device_id or ""
    return CodeRow(row.code_hash, row.store_id, row.till_number, row.expires_at, used_by)


def mark_code_used(connection: Connection, code_hash: str, *, device_id: str, till_number: int) -> None:
    """Note who used a code, and which till it made."""
    table = tables.enrolment_code
    connection.execute(
        update(table)
        .where(table.c.code_hash == code_hash)
        .values(used_at=now_text(), used_by_device_id=device_id, till_number=till_number)
    )


# ---- seats ------------------------------------------------------------------------------------------------


def store_exists(connection: Connection, store_id: str) -> bool:
    """Say whether there is such a store."""
    found = connection.execute(select(tables.store.c.store_id).filter_by(store_id=store_id))
    return found.first() is not None


def next_till_number(connection: Connection, store_id: str) -> int | None:
    """Return the next free number of a store, held until the transaction ends; None when all are taken.

    After the highest comes the lowest that nobody has: a till beyond `MOST_TILLS` could print no receipt.
    """
    # The store's row is the lock: two tills that enrol at once get two numbers.
    connection.execute(select(tables.store.c.store_id).filter_by(store_id=store_id).with_for_update())
    found = connection.execute(select(_till.c.till_number).where(_till.c.store_id == store_id))
    taken = set(found.scalars())
    after = max(taken, default=0) + 1
    if after <= MOST_TILLS:
        return after
    return next((number for number in range(1, MOST_TILLS + 1) if number not in taken), None)


def ensure_till(connection: Connection, *, till_id: str, store_id: str, till_number: int) -> int:
    """Make sure that a till is written down, and hold it until the transaction ends; return its last counter.

    Held, because of two devices that take one till's place at once only the later one may stay.
    """
    row = {"till_id": till_id, "store_id": store_id, "till_number": till_number, "last_receipt_counter": 0}
    insert_missing(connection, _till, [row])
    counter = select(_till.c.last_receipt_counter).filter_by(till_id=till_id).with_for_update()
    counted = connection.execute(counter)
    return int(counted.scalar_one())


def seat_device(connection: Connection, seat: Seat) -> None:
    """Make a device its till's own; another one that was is replaced. What was revoked holds again."""
    connection.execute(
        update(_device)
        .where(
            _device.c.till_id == seat.till_id,
            _device.c.device_id != seat.device_id,
            _device.c.replaced_at.is_(None),
        )
        .values(replaced_at=now_text())
    )
    values = {
        **msgspec.structs.asdict(seat),
        "enrolled_at": now_text(),
        "replaced_at": None,
        "revoked_at": None,
        "revoked_by": "",
        "revoked_why": "",
    }
    known = connection.execute(select(_device.c.device_id).filter_by(device_id=seat.device_id)).first()
    if known is None:
        connection.execute(_device.insert().values(**values))
    else:
        connection.execute(update(_device).where(_device.c.device_id == seat.device_id).values(**values))


def set_public_key(connection: Connection, device_id: str, public_key: str) -> None:
    """Let a device prove itself with a key from now on; its token is told from nobody's, and refused."""
    connection.execute(update(_device).where(_device.c.device_id == device_id).values(public_key=public_key))


def revoke(connection: Connection, device_id: str, *, who: str, why: str) -> bool:
    """Shut a device out, and note who did and why; return whether it was not shut out before."""
    done = connection.execute(
        update(_device)
        .where(_device.c.device_id == device_id, _device.c.revoked_at.is_(None))
        .values(revoked_at=now_text(), revoked_by=who, revoked_why=why)
    )
    return done.rowcount == 1


# ---- lives ------------------------------------------------------------------------------------------------


class LifeRow(msgspec.Struct, frozen=True):
    """A journal life of a device, as far as the centre has it."""

    acked_seq: int
    first_received_at: str


def lives_of(connection: Connection, device_id: str) -> dict[str, LifeRow]:
    """Return the journal lives of a device by their incarnation."""
    life = tables.incarnation
    rows = connection.execute(
        select(life.c.incarnation, life.c.acked_seq, life.c.first_received_at).where(
            life.c.device_id == device_id
        )
    )
    return {row.incarnation: LifeRow(row.acked_seq, row.first_received_at) for row in rows}


# ---- secrets ----------------------------------------------------------------------------------------------


def centre_secret_of(connection: Connection, name: str) -> bytes:
    """Return a secret of the centre's own, made at the first call; every process gets the same."""
    row = {"name": name, "secret": secrets.token_hex(32), "created_at": now_text()}
    insert_missing(connection, centre_secret, [row])
    found = connection.execute(select(centre_secret.c.secret).filter_by(name=name)).scalar_one()
    return bytes.fromhex(found)


def keep_wrapped_key(connection: Connection, device_id: str, wrapped: str) -> None:
    """Keep a till's wrapped database key beside those of before."""
    digest = hashlib.sha256(wrapped.encode()).hexdigest()
    row = {"device_id": device_id, "wrapped_hash": digest, "wrapped": wrapped, "received_at": now_text()}
    insert_missing(connection, key_escrow, [row])


def wrapped_keys(connection: Connection, device_id: str) -> list[str]:
    """Return a till's wrapped database keys, the latest first."""
    table = key_escrow
    ordered = (
        select(table.c.wrapped)
        .where(table.c.device_id == device_id)
        .order_by(table.c.received_at.desc(), table.c.wrapped_hash)
    )
    return list(connection.execute(ordered).scalars())


def landed_count(connection: Connection, device_id: str) -> int:
    """Return how many facts of a device have landed."""
    inbox = tables.inbox
    counted = select(func.count()).select_from(inbox).where(inbox.c.device_id == device_id)
    return int(connection.execute(counted).scalar_one())
