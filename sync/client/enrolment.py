"""Making a device a till of a store, with a one-time code from the back office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.client.ports import IdentityStore
from sync.protocol import EnrolmentAnswer, EnrolmentRequest

if TYPE_CHECKING:
    from sync.client.transport import Transport


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

    The device's id is stored before it is sent: a till that lost the answer may use its code again.
    """
    answer = transport.post(
        "/v1/enrolments",
        EnrolmentRequest(
            code=code.strip(),
            device_id=store.device_id(),
            till_name=till_name,
            software_version=software_version,
        ),
        EnrolmentAnswer,
    )
    store.enrolled(answer, server_url=server_url, software_version=software_version)
    return answer
