"""How a device proves who it is: challenges, short tokens, keys of its own; and what it leaves in escrow."""

from __future__ import annotations

from litestar import get, post
from litestar.params import JSONBody

from sync.protocol import (
    AuthorityAnswer,
    ChallengeAnswer,
    ChallengeRequest,
    DeviceKeyRequest,
    EscrowRequest,
    KeyAnswer,
    TokenAnswer,
    TokenRequest,
)
from sync.server.api.given import AnyRequest, GivenCentre, refusals
from sync.server.api.till import calling_device, check_protocol
from sync.server.authority import authority_of
from sync.server.database.device_rows import keep_wrapped_key
from sync.server.device_passes import CHALLENGE_SECONDS, TOKEN_SECONDS
from sync.server.device_requests import token_for
from sync.server.enrolment import LONGEST_TEXT, take_key
from sync.server.escrow_key import check_wrapped
from sync.server.refusals import Refused


@post("/v1/challenges", status_code=200, sync_to_thread=True, responses=refusals(400, 426, 429))
def give_challenge(
    request: AnyRequest, data: JSONBody[ChallengeRequest], centre: GivenCentre
) -> ChallengeAnswer:
    """Give a device something to sign. Whether there is such a device is not said."""
    check_protocol(request)
    centre.challenge_limit.take(request.client.host if request.client else "")
    if not 1 <= len(data.device_id) <= LONGEST_TEXT:
        raise Refused("bad_request", "device_id")
    return ChallengeAnswer(
        challenge=centre.device_passes.challenge(data.device_id), valid_seconds=CHALLENGE_SECONDS
    )


@post("/v1/tokens", status_code=200, sync_to_thread=True, responses=refusals(400, 401, 403, 426, 429))
def give_token(request: AnyRequest, data: JSONBody[TokenRequest], centre: GivenCentre) -> TokenAnswer:
    """Give a device that signed its challenge a short token. It holds with the device's signature only."""
    check_protocol(request)
    centre.challenge_limit.take(request.client.host if request.client else "")
    with centre.database.read() as connection:
        token = token_for(
            connection,
            centre.device_passes,
            device_id=data.device_id,
            challenge=data.challenge,
            answer=data.signature,
        )
    return TokenAnswer(token=token, valid_seconds=TOKEN_SECONDS, escrow_key=centre.escrow_key.public)


@post("/v1/device-keys", status_code=200, sync_to_thread=True, responses=refusals(400, 401, 403, 426, 429))
def take_device_key(request: AnyRequest, data: JSONBody[DeviceKeyRequest], centre: GivenCentre) -> KeyAnswer:
    """Take the key of a device that was enrolled before devices had keys; its lasting token ends with it."""
    device = calling_device(request, centre)
    with centre.database.write() as connection:
        take_key(connection, device, data.public_key)
    return KeyAnswer(device_id=device.device_id)


@post("/v1/escrow", status_code=200, sync_to_thread=True, responses=refusals(400, 401, 403, 426, 429))
def take_wrapped_key(request: AnyRequest, data: JSONBody[EscrowRequest], centre: GivenCentre) -> KeyAnswer:
    """Keep the key of a till's databases, wrapped for this centre, for the day when the till is dead."""
    device = calling_device(request, centre)
    check_wrapped(data.wrapped)
    with centre.database.write() as connection:
        keep_wrapped_key(connection, device.device_id, data.wrapped)
    return KeyAnswer(device_id=device.device_id)


@get("/v1/authority", sync_to_thread=True, responses=refusals(404, 429))
def read_authority(request: AnyRequest, centre: GivenCentre) -> AuthorityAnswer:
    """Give the certificate of this centre's own authority. A till believes it only if it has its pin."""
    centre.challenge_limit.take(request.client.host if request.client else "")
    found = authority_of(centre.settings)
    if not found:
        raise Refused("no_authority")
    return AuthorityAnswer(certificate=found)
