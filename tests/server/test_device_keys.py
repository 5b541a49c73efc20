"""A device proves itself with its own key: what is not signed as it stands opens nothing."""

from __future__ import annotations

import base64
import hashlib
import secrets
import uuid
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from httpx import Response
from litestar.testing import TestClient
from sqlalchemy import select, update

from retail.events import DrawerOpened
from retail.journal import FIRST_HASH, Envelope, seal
from sync.client.signing import DeviceKey
from sync.escrow import EscrowRefused, unwrapped, wrapped
from sync.protocol import DeviceKeyRequest, EscrowRequest, JournalBatch
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database import device_rows, tables
from sync.server.device_list import CLONED, UnknownDevice, revoke_device
from sync.server.device_passes import CHALLENGE_SECONDS, TOKEN_SECONDS, DevicePasses
from sync.server.enrolment import CODE_VALID
from sync.server.limits import RateLimit
from sync.server.refusals import Refused
from sync.signatures import key_bytes, key_text, signature_base
from tests.server.keyed import JSON, KeyedDevice, keyed_device, new_code_of
from tests.server.tills import Till

STREAM = "/v1/streams/prices/changes"


@pytest.fixture
def device(shop: Centre, client: TestClient) -> KeyedDevice:
    """A till that is enrolled with its own key."""
    return keyed_device(shop, client, "keyed-1")


def refused(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def batch_of(device: KeyedDevice, incarnation: str, count: int, first: int = 1) -> JournalBatch:
    events: list[Envelope] = []
    before = FIRST_HASH if first == 1 else "f" * 64
    for number in range(first, first + count):
        events.append(
            seal(
                DrawerOpened(cashier_id="E0001", reason="change"),
                event_id=uuid.uuid4().hex,
                device_id=device.device_id,
                incarnation=incarnation,
                device_seq=number,
                business_time="2026-03-14T14:33:20+08:00",
                monotonic_ms=number,
                prev_hash=before,
            )
        )
        before = events[-1].hash
    return JournalBatch(device_id=device.device_id, incarnation=incarnation, events=tuple(events))


def alerts(centre: Centre) -> list[tuple[str, str]]:
    with centre.database.read() as connection:
        found = connection.execute(select(tables.alert.c.code, tables.alert.c.subject))
        return [(row.code, row.subject) for row in found]


# ---- signatures -------------------------------------------------------------------------------------------


def test_the_signature_base_is_that_of_the_standard() -> None:
    """RFC 9421, appendix B.2.6, with the key of B.1.4."""
    private = Ed25519PrivateKey.from_private_bytes(key_bytes("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU"))
    assert key_text(private.public_key().public_bytes_raw()) == "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"
    base = signature_base(
        [
            ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("@method", "POST"),
            ("@path", "/foo"),
            ("@authority", "example.com"),
            ("content-type", "application/json"),
            ("content-length", "18"),
        ],
        '("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"',
    )
    assert base64.b64encode(private.sign(base)).decode() == (
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    )


def test_a_signed_request_is_answered(device: KeyedDevice) -> None:
    assert device.get(STREAM, "after=0&limit=10").status_code == 200
    assert device.get("/v1/receipts/T%201").json()["code"] == "unknown_receipt"
    assert device.post("/v1/journal", batch_of(device, "life-1", 2)).json()["acked_seq"] == 2


def test_what_travels_packed_is_signed_as_it_travels(device: KeyedDevice) -> None:
    plain = msgspec.json.encode(batch_of(device, "life-1", 30))
    packed = zstandard.ZstdCompressor().compress(plain)
    signed = device.headers("POST", "/v1/journal", "", packed)
    headers = JSON | signed | {"Content-Encoding": "zstd"}
    assert device.client.post("/v1/journal", content=packed, headers=headers).json()["acked_seq"] == 30
    unpacked = JSON | device.headers("POST", "/v1/journal", "", plain) | {"Content-Encoding": "zstd"}
    assert refused(device.client.post("/v1/journal", content=packed, headers=unpacked)) == (
        401,
        "signature_refused",
    )


def _other_key(device: KeyedDevice) -> None:
    device.key = DeviceKey(secrets.token_hex(32))


def _flipped(signature: str) -> str:
    return signature[:6] + ("A" if signature[6] != "A" else "B") + signature[7:]


SPOILED: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
    "no signature": lambda signed: {**signed, "Signature": ""},
    "no input": lambda signed: {**signed, "Signature-Input": ""},
    "no digest": lambda signed: {**signed, "Content-Digest": ""},
    "another label": lambda signed: {**signed, "Signature": signed["Signature"].replace("till=", "sig1=")},
    "a flipped bit": lambda signed: {**signed, "Signature": _flipped(signed["Signature"])},
    "fewer components": lambda signed: {
        **signed,
        "Signature-Input": signed["Signature-Input"].replace(' "content-digest"', ""),
    },
    "another algorithm": lambda signed: {
        **signed,
        "Signature-Input": signed["Signature-Input"].replace("ed25519", "hmac-sha256"),
    },
    "another device's name": lambda signed: {
        **signed,
        "Signature-Input": signed["Signature-Input"].replace("keyed-1", "keyed-2"),
    },
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED.keys())
def test_a_request_that_is_not_signed_as_it_stands_is_refused(
    device: KeyedDevice, spoil: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    spoiled = spoil(device.headers("GET", STREAM))
    assert refused(device.client.get(STREAM, headers=spoiled)) == (401, "signature_refused")


def test_method_path_query_and_content_are_what_was_signed(device: KeyedDevice, shop: Centre) -> None:
    signed = device.headers("GET", STREAM, "after=0")
    get = device.client.get
    assert get(f"{STREAM}?after=0", headers=signed).status_code == 200
    for path in (f"{STREAM}?after=1", STREAM, "/v1/streams/staff/changes?after=0"):
        assert refused(get(path, headers=signed)) == (401, "signature_refused")
    mine, other = batch_of(device, "life-1", 1), batch_of(device, "life-1", 1)
    headers = JSON | device.headers("POST", "/v1/journal", "", msgspec.json.encode(mine))
    changed = device.client.post("/v1/journal", content=msgspec.json.encode(other), headers=headers)
    assert refused(changed) == (401, "signature_refused")
    with shop.database.read() as connection:
        assert device_rows.landed_count(connection, device.device_id) == 0


def test_a_stolen_token_opens_nothing_without_the_key(device: KeyedDevice) -> None:
    alone = device.client.get(STREAM, headers={"Authorization": f"Bearer {device.token}"})
    assert refused(alone) == (401, "signature_refused")
    _other_key(device)
    assert refused(device.get(STREAM)) == (401, "signature_refused")


def test_a_request_caught_whole_and_sent_again_books_nothing(device: KeyedDevice, shop: Centre) -> None:
    content = msgspec.json.encode(batch_of(device, "life-1", 3))
    headers = JSON | device.headers("POST", "/v1/journal", "", content)
    first = device.client.post("/v1/journal", content=content, headers=headers).json()
    again = device.client.post("/v1/journal", content=content, headers=headers).json()
    assert again == first
    with shop.database.read() as connection:
        assert device_rows.landed_count(connection, device.device_id) == 3


# ---- challenges and tokens --------------------------------------------------------------------------------


def test_challenges_and_tokens_end_by_the_clock_of_the_centre(shop: Centre) -> None:
    now = 1000.0
    passes = DevicePasses(shop.database, seconds=lambda: now)
    challenge, token = passes.challenge("a"), passes.token("a")
    passes.check_challenge(challenge, "a")
    assert passes.device_of_token(token) == "a"
    now += CHALLENGE_SECONDS
    with pytest.raises(Refused, match="challenge_refused"):
        passes.check_challenge(challenge, "a")
    now = 1000.0 + TOKEN_SECONDS
    with pytest.raises(Refused, match="token_expired"):
        passes.device_of_token(token)


def test_a_token_is_no_challenge_and_no_byte_of_either_can_be_changed(shop: Centre) -> None:
    passes = DevicePasses(shop.database)
    challenge, token = passes.challenge("a"), passes.token("a")
    again = DevicePasses(shop.database)
    assert again.device_of_token(token) == "a", "every process of a centre reads them"
    spoiled = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(5, 40)]
    for text in (challenge, "evt1." + challenge[5:], token + "A", "evt1.é", "evt1.", *spoiled):
        with pytest.raises(Refused, match="token_expired"):
            passes.device_of_token(text)
    for text, device_id in ((token, "a"), (challenge, "b"), ("", "a")):
        with pytest.raises(Refused, match="challenge_refused"):
            passes.check_challenge(text, device_id)


def test_a_token_is_for_whoever_answers_with_the_key(device: KeyedDevice, client: TestClient) -> None:
    stranger = DeviceKey(secrets.token_hex(32))
    assert refused(device.answer(device.challenge(), key=stranger)) == (401, "signature_refused")
    nobody = KeyedDevice(client, "nobody")
    assert refused(nobody.answer(nobody.challenge())) == (401, "not_enrolled")
    assert refused(device.answer(nobody.challenge())) == (401, "challenge_refused")


def test_an_expired_token_says_so(device: KeyedDevice, shop: Centre) -> None:
    shop.device_passes = DevicePasses(shop.database, seconds=lambda: 0.0)
    device.get_token()
    shop.device_passes = DevicePasses(shop.database)
    assert refused(device.get(STREAM)) == (401, "token_expired")


def test_checking_a_token_and_a_signature_writes_nothing(device: KeyedDevice, shop: Centre) -> None:
    device.get(STREAM)  # notes that the till was heard
    with shop.database.read() as connection:
        before = connection.exec_driver_sql("PRAGMA data_version") if shop.database.is_sqlite else None
        seen = [] if before is None else [before.scalar()]
        for _ in range(3):
            assert device.get(STREAM).status_code == 200
        if before is not None:
            assert connection.exec_driver_sql("PRAGMA data_version").scalar() == seen[0]


def test_challenges_are_given_out_at_a_measured_pace(shop: Centre, client: TestClient) -> None:
    shop.challenge_limit = RateLimit(per_second=0.001, burst=3)
    device = KeyedDevice(client, "a")
    asked = [client.post("/v1/challenges", json={"device_id": "a"}).status_code for _ in range(4)]
    assert asked == [200, 200, 200, 429]
    assert refused(device.answer("evq1.x")) == (429, "too_many_requests")


# ---- enrolment --------------------------------------------------------------------------------------------


def test_a_code_holds_ten_minutes(shop: Centre, client: TestClient) -> None:
    assert timedelta(minutes=10) == CODE_VALID
    code = new_code_of(shop)
    with shop.database.write() as connection:
        late = now_text(plus=-timedelta(milliseconds=1))
        connection.execute(update(tables.enrolment_code).values(expires_at=late))
    assert refused(KeyedDevice(client, "a").enrol(code)) == (403, "code_refused")


def test_a_used_code_is_repeated_by_the_same_device_with_the_same_key_only(
    shop: Centre, client: TestClient
) -> None:
    code, device = new_code_of(shop), KeyedDevice(client, "a")
    assert device.enrol(code).json() == device.enrol(code).json()
    _other_key(device)
    assert refused(device.enrol(code)) == (403, "code_refused")
    assert refused(KeyedDevice(client, "b").enrol(code)) == (403, "code_refused")


def test_a_code_does_not_make_a_till_another_one_nor_take_its_name(
    shop: Centre, client: TestClient, device: KeyedDevice
) -> None:
    other = new_code_of(shop, till_number=3)
    assert refused(device.enrol(other, till_id="S1-T2")) == (403, "other_till")
    thief = KeyedDevice(client, device.device_id)
    assert refused(thief.enrol(other)) == (403, "code_refused")
    assert device.get(STREAM).status_code == 200
    assert device.enrol(new_code_of(shop), till_id="S1-T2").json()["till_number"] == 2


@pytest.mark.parametrize("key", ["x", "AAAA", "A" * 43 + "é", "A" * 44])
def test_what_is_no_key_is_refused(till: Till, key: str) -> None:
    answer = till.client.post("/v1/device-keys", json={"public_key": key}, headers=till.headers)
    assert refused(answer) == (400, "bad_request")
    assert till.get(STREAM).status_code == 200, "the token still holds"


def test_a_till_of_the_version_before_goes_on_until_it_has_a_key(till: Till, client: TestClient) -> None:
    device = KeyedDevice(client, till.device_id)
    body = msgspec.json.encode(DeviceKeyRequest(public_key=device.key.public))
    assert till.get(STREAM).status_code == 200
    taken = client.post("/v1/device-keys", content=body, headers=JSON | till.headers)
    assert taken.json() == {"device_id": till.device_id}
    assert refused(till.get(STREAM)) == (401, "key_needed"), "the lasting token alone opens nothing any more"
    device.get_token()
    assert device.get(STREAM).status_code == 200
    again = device.post("/v1/device-keys", DeviceKeyRequest(public_key=device.key.public))
    assert again.status_code == 200, "an answer that was lost is asked for again"
    other = DeviceKeyRequest(public_key=DeviceKey(secrets.token_hex(32)).public)
    assert refused(device.post("/v1/device-keys", other)) == (400, "bad_request")


# ---- shut out ---------------------------------------------------------------------------------------------


def test_a_device_that_is_shut_out_is_told_so_at_once(shop: Centre, device: KeyedDevice) -> None:
    with shop.database.write() as connection:
        assert revoke_device(connection, device.device_id, by="E0001", why="stolen")
        assert not revoke_device(connection, device.device_id, by="E0002", why="again")
        row = device_rows.device_by_id(connection, device.device_id)
    assert row is not None
    assert (row.revoked_by, row.revoked_why, bool(row.revoked_at)) == ("E0001", "stolen", True)
    assert refused(device.get(STREAM)) == (403, "till_revoked")
    assert refused(device.post("/v1/journal", batch_of(device, "life-1", 1))) == (403, "till_revoked")
    assert refused(device.answer(device.challenge())) == (403, "till_revoked")
    with shop.database.read() as connection:
        assert device_rows.landed_count(connection, device.device_id) == 0


def test_a_code_lets_a_device_in_again_that_was_shut_out(shop: Centre, device: KeyedDevice) -> None:
    with shop.database.write() as connection:
        revoke_device(connection, device.device_id, by="x", why="a mistake")
    assert device.enrol(new_code_of(shop), till_id="S1-T2").status_code == 201
    device.get_token()
    assert device.get(STREAM).status_code == 200


def test_a_lasting_token_ends_with_the_trust_as_well(shop: Centre, till: Till) -> None:
    with shop.database.write() as connection:
        revoke_device(connection, till.device_id, by="x", why="sold")
    assert refused(till.get(STREAM)) == (403, "till_revoked")


def test_nobody_is_shut_out_by_a_name_that_nobody_has(shop: Centre) -> None:
    with pytest.raises(UnknownDevice), shop.database.write() as connection:
        revoke_device(connection, "no such device", by="x")


# ---- clones -----------------------------------------------------------------------------------------------


def test_two_copies_of_a_disk_that_sell_in_two_lives_are_told(shop: Centre, device: KeyedDevice) -> None:
    device.post("/v1/journal", batch_of(device, "life-1", 2))
    device.post("/v1/journal", batch_of(device, "life-2", 1))
    assert alerts(shop) == [], "a disk that was put back begins a new life, and that is all"
    device.post("/v1/journal", batch_of(device, "life-1", 1, first=3))
    assert (CLONED, device.device_id) in alerts(shop)


def test_what_is_left_of_an_earlier_life_or_only_arrives_again_is_no_clone(
    shop: Centre, device: KeyedDevice
) -> None:
    first = batch_of(device, "life-1", 4)
    device.post("/v1/journal", msgspec.structs.replace(first, events=first.events[:2]))
    device.post("/v1/journal", batch_of(device, "life-2", 0))
    device.post("/v1/journal", first)
    device.post("/v1/journal", batch_of(device, "life-2", 1))
    device.post("/v1/journal", first)
    assert alerts(shop) == []


# ---- escrow -----------------------------------------------------------------------------------------------


def test_a_wrapped_key_opens_at_its_centre_and_for_its_device_only(shop: Centre, device: KeyedDevice) -> None:
    key = secrets.token_hex(32)
    escrow_key = device.get_token().escrow_key
    text = wrapped(key, device_id=device.device_id, centre_key=escrow_key)
    assert text != wrapped(key, device_id=device.device_id, centre_key=escrow_key)
    for _ in range(2):
        assert device.post("/v1/escrow", EscrowRequest(wrapped=text)).status_code == 200
    with shop.database.read() as connection:
        kept = device_rows.wrapped_keys(connection, device.device_id)
    assert kept == [text]
    assert key not in text
    assert shop.escrow_key.opened(kept, device.device_id) == [key]
    assert shop.escrow_key.opened(kept, "another") == []
    assert (shop.settings.data / "escrow.key").stat().st_mode & 0o777 == 0o600


def test_a_damaged_wrapped_key_does_not_open() -> None:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey  # noqa: PLC0415  # here only

    private = X25519PrivateKey.generate()
    centre_key = key_text(private.public_key().public_bytes_raw())
    text = wrapped("ab" * 32, device_id="d", centre_key=centre_key)
    assert unwrapped(text, device_id="d", private=private) == "ab" * 32
    for at in (0, 50, 100):
        spoiled = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        with pytest.raises(EscrowRefused):
            unwrapped(spoiled, device_id="d", private=private)


def test_what_is_no_wrapped_key_is_refused(device: KeyedDevice) -> None:
    assert refused(device.post("/v1/escrow", EscrowRequest(wrapped="AAAA"))) == (400, "bad_request")


def test_a_digest_is_that_of_the_content() -> None:
    """RFC 9530, appendix B: the SHA-256 of `{"hello": "world"}` and a line feed."""
    from sync.signatures import content_digest  # noqa: PLC0415  # beside its use

    digest = content_digest(hashlib.sha256(b'{"hello": "world"}\n').digest())
    assert digest == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
