"""Enrolment: a one-time code makes a device a store's till, and the device's own key proves it from then on.

Codes are kept as SHA-256 only. A code names a store and may name a till number; it holds ten minutes and
works once, but the same device with the same key may repeat it while it holds, as the answer can get lost.
A device of the version before has no key and gets a lasting token instead, kept as SHA-256 only.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from sync.protocol import EnrolmentAnswer, EnrolmentRequest
from sync.server.clock import now_text
from sync.server.database import device_rows
from sync.server.database.device_rows import CodeRow, DeviceRow, Seat
from sync.server.database.upgrade import epoch_of
from sync.server.refusals import Refused
from sync.signatures import key_bytes

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without the letters and digits that people mix up on paper."""

CODE_VALID = timedelta(minutes=10)
LONGEST_TEXT = 80


class UnknownStore(LookupError):
    """There is no such store."""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """An enrolled device and the till it is. `public_key` is empty while a lasting token proves it.

    `last_receipt_counter` is the highest receipt that its till was seen to have printed.
    """

    device_id: str
    till_id: str
    till_number: int
    store_id: str
    replaced: bool
    public_key: str = ""
    revoked: bool = False
    last_receipt_counter: int = 0


def new_code(connection: Connection, *, store_id: str, till_number: int | None = None) -> str:
    """Make a one-time code such as `7KQ2-M9XD`; raises `UnknownStore`."""
    if not device_rows.store_exists(connection, store_id):
        raise UnknownStore(store_id)
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    device_rows.add_code(
        connection,
        code_hash=_digest(letters),
        store_id=store_id,
        till_number=till_number,
        expires_at=now_text(plus=CODE_VALID),
    )
    return f"{letters[:4]}-{letters[4:]}"


def enrol(connection: Connection, request: EnrolmentRequest) -> EnrolmentAnswer:
    """Make the device a till; raises `Refused` when the code does not hold.

    A device that takes the place of another on the same till leaves that one able to send what its
    journal still holds, and nothing else. A device that was shut out is let in again: whoever made the code
    trusts it.
    """
    _check_texts(request)
    code = device_rows.lock_code(connection, _digest(request.code))
    if code is None or code.expires_at < now_text():
        raise Refused("code_refused")
    known = device_rows.device_by_id(connection, request.device_id)
    _check_first_use(code, request, known)
    till_number = _number_for(connection, code, known)
    till_id = f"{code.store_id}-T{till_number}"
    _check_same_till(request, till_id, known)
    counter = device_rows.ensure_till(
        connection, till_id=till_id, store_id=code.store_id, till_number=till_number
    )
    token = secrets.token_urlsafe(32)
    device_rows.seat_device(
        connection,
        Seat(
            device_id=request.device_id,
            till_id=till_id,
            till_name=request.till_name,
            software_version=request.software_version,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            public_key=request.public_key,
        ),
    )
    device_rows.mark_code_used(
        connection, code.code_hash, device_id=request.device_id, till_number=till_number
    )
    return EnrolmentAnswer(
        token="" if request.public_key else token,
        store_id=code.store_id,
        till_id=till_id,
        till_number=till_number,
        epoch=epoch_of(connection),
        last_receipt_counter=counter,
    )


def take_key(connection: Connection, device: Device, public_key: str) -> None:
    """Let a device prove itself with its own key from now on; raises `Refused` for another key than it has.

    The lasting token that it had opens nothing any more; doing it again changes nothing.
    """
    _check_key(public_key)
    if device.public_key == public_key:
        return
    if device.public_key:
        raise Refused("bad_request", "public_key")
    device_rows.set_public_key(connection, device.device_id, public_key)


def device_of_id(connection: Connection, device_id: str) -> Device:
    """Return an enrolled device; raises `Refused` when there is none of that id."""
    return _device(device_rows.device_by_id(connection, device_id))


def keyed_devices(connection: Connection) -> dict[str, Device]:
    """Return every device that may read streams and proves itself with a key, by its id.

    Without what their tills printed, which changes with every sale.
    """
    return {
        device_id: Device(
            device_id=device_id,
            till_id=till_id,
            till_number=till_number,
            store_id=store_id,
            replaced=False,
            public_key=public_key,
        )
        for device_id, till_id, till_number, store_id, public_key in device_rows.keyed_devices(connection)
    }


def changed_devices(connection: Connection, since: str) -> dict[str, Device]:
    """Return the devices that were enrolled, replaced or shut out since a moment as they are now, by id.

    Without what their tills printed, as `keyed_devices` has them: who only sold is still the same.
    """
    changed = device_rows.changed_devices(connection, since)
    return {row.device_id: replace(_device(row), last_receipt_counter=0) for row in changed}


def device_of_token(connection: Connection, token: str) -> Device:
    """Return whose lasting token this is; raises `Refused` when it is nobody's."""
    return _device(device_rows.device_by_token(connection, token))


def _device(row: DeviceRow | None) -> Device:
    if row is None:
        raise Refused("not_enrolled")
    return Device(
        device_id=row.device_id,
        till_id=row.till_id,
        till_number=row.till_number,
        store_id=row.store_id,
        replaced=bool(row.replaced_at),
        public_key=row.public_key,
        revoked=bool(row.revoked_at),
        last_receipt_counter=row.last_receipt_counter,
    )


def _digest(code: str) -> str:
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(letters.encode()).hexdigest()


def _check_texts(request: EnrolmentRequest) -> None:
    texts = (request.device_id, request.till_name, request.software_version, request.till_id)
    if not request.device_id or any(len(text) > LONGEST_TEXT or "\0" in text for text in texts):
        raise Refused("bad_request", "device_id, till_name, software_version")
    if request.public_key:
        _check_key(request.public_key)
        if '"' in request.device_id or not request.device_id.isascii() or not request.device_id.isprintable():
            raise Refused("bad_request", "device_id")  # it stands in the header of every signed request


def _check_key(public_key: str) -> None:
    try:
        key_bytes(public_key)
    except ValueError as wrong:
        raise Refused("bad_request", "public_key") from wrong


def _check_first_use(code: CodeRow, request: EnrolmentRequest, known: DeviceRow | None) -> None:
    """Refuse a used code, unless the device that used it repeats it with the same key."""
    if not code.used_by:
        return
    if code.used_by != request.device_id or known is None or known.public_key != request.public_key:
        raise Refused("code_refused")


def _number_for(connection: Connection, code: CodeRow, known: DeviceRow | None) -> int:
    """Return the number that a code names, else the one that the device has already, else a new one."""
    if code.till_number:
        return code.till_number
    if known is not None and known.store_id == code.store_id and not known.replaced_at:
        return known.till_number
    number = device_rows.next_till_number(connection, code.store_id)
    if number is None:
        raise Refused("no_till_number", code.store_id)
    return number


def _check_same_till(request: EnrolmentRequest, till_id: str, known: DeviceRow | None) -> None:
    """Refuse to make a till another one, and to take the name of another till's device with another key."""
    if request.till_id and request.till_id != till_id:
        raise Refused("other_till", till_id)
    if known is None or known.till_id == till_id or not known.public_key:
        return
    if known.public_key != request.public_key:
        raise Refused("code_refused")
