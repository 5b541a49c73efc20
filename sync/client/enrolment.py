"""Making a device a till of a store, with a one-time code from the back office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.client.ports import IdentityStore
from sync.protocol import PIN_MARK, EnrolmentAnswer, EnrolmentRequest

if TYPE_CHECKING:
    from sync.client.transport import Transport


def parted_code(text: str) -> tuple[str, str]:
    """Return an enrolment code, and the pin of the centre's authority that came with it or nothing."""
    code, _mark, pin = text.strip().partition(PIN_MARK)
    return code.strip(), pin.strip().lower()


def enrol(
    transport: Transport,
    store: IdentityStore,
    *,
    server_url: str,
    code: str,
    till_name: str,
    software_version: str,
) -> EnrolmentAnswer:
    """Ask the centre for a place and store it; raises `TransportProblem`, then the till is as before.

    The device's id and key are stored before they are sent: a till that lost the answer may use its code
    again. A till that is enrolled already, and is shut out or has lost its key, goes on with its journal.
    """
    answer = transport.post(
        "/v1/enrolments",
        EnrolmentRequest(
            code=parted_code(code)[0],
            device_id=store.device_id(),
            till_name=till_name,
            software_version=software_version,
            public_key=store.public_key(),
            till_id=store.till_id(),
        ),
        EnrolmentAnswer,
        anonymous=True,
    )
    store.enrolled(answer, server_url=server_url, software_version=software_version)
    return answer
