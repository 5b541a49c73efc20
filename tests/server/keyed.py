"""A device with a key of its own, as the centre's tests need one: it signs what the test client sends."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
from httpx import Response
from litestar.testing import TestClient

from sync.client.signing import DeviceKey
from sync.protocol import (
    ChallengeAnswer,
    ChallengeRequest,
    EnrolmentAnswer,
    EnrolmentRequest,
    TokenAnswer,
    TokenRequest,
)
from sync.server.centre import Centre
from sync.server.demo.store import STORE_ID
from sync.server.enrolment import new_code
from sync.signatures import token_proof

JSON = {"Content-Type": "application/json"}


class KeyedDevice:
    """Speaks as a till does, one request at a time, so that a test can spoil any part of it."""

    def __init__(self, client: TestClient, device_id: str) -> None:
        self.client = client
        self.device_id = device_id
        self.key = DeviceKey(secrets.token_hex(32))
        self.token = ""

    def enrol(self, code: str, **more: str) -> Response:
        """Ask to be enrolled."""
        request = EnrolmentRequest(
            code=code,
            device_id=self.device_id,
            till_name="Till",
            software_version="test",
            public_key=self.key.public,
            **more,
        )
        return self.client.post("/v1/enrolments", content=msgspec.json.encode(request), headers=JSON)

    def challenge(self) -> str:
        """Ask for a challenge."""
        asked = msgspec.json.encode(ChallengeRequest(device_id=self.device_id))
        given = self.client.post("/v1/challenges", content=asked, headers=JSON)
        return msgspec.json.decode(given.content, type=ChallengeAnswer).challenge

    def answer(self, challenge: str, *, key: DeviceKey | None = None) -> Response:
        """Answer a challenge, with this device's key or another."""
        signature = (key or self.key).signature(token_proof(self.device_id, challenge))
        request = TokenRequest(device_id=self.device_id, challenge=challenge, signature=signature)
        return self.client.post("/v1/tokens", content=msgspec.json.encode(request), headers=JSON)

    def get_token(self) -> TokenAnswer:
        """Get a token, and show it from now on."""
        given = self.answer(self.challenge())
        assert given.status_code == 200, given.text
        answer = msgspec.json.decode(given.content, type=TokenAnswer)
        self.token = answer.token
        return answer

    def headers(self, method: str, path: str, query: str = "", content: bytes = b"") -> dict[str, str]:
        """Return the headers of a request that this device signs."""
        authorization = f"Bearer {self.token}"
        signed = self.key.request_headers(
            self.device_id,
            method=method,
            path=path,
            query=query,
            content=content,
            authorization=authorization,
        )
        return {"Authorization": authorization, **signed}

    def get(self, path: str, query: str = "") -> Response:
        """Read something."""
        address = f"{path}?{query}" if query else path
        return self.client.get(address, headers=self.headers("GET", path, query))

    def post(self, path: str, body: Any) -> Response:
        """Send something."""
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return self.client.post(path, content=content, headers=JSON | self.headers("POST", path, "", content))


def new_code_of(centre: Centre, till_number: int | None = None) -> str:
    """Make an enrolment code of the demo store."""
    with centre.database.write() as connection:
        return new_code(connection, store_id=STORE_ID, till_number=till_number)


def keyed_device(centre: Centre, client: TestClient, device_id: str, till_number: int = 2) -> KeyedDevice:
    """Enrol a device with a key and get its first token."""
    device = KeyedDevice(client, device_id)
    answer = device.enrol(new_code_of(centre, till_number))
    assert answer.status_code == 201, answer.text
    assert msgspec.json.decode(answer.content, type=EnrolmentAnswer).token == ""
    device.get_token()
    return device
