"""Fetches product pictures: one request each, and nothing that is not what its name says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.client.problems import TransportProblem
from sync.protocol import MAX_PICTURE_BYTES, PICTURE_TYPES, is_picture_name, picture_name

if TYPE_CHECKING:
    from sync.client.transport import Transport


def fetch_picture(transport: Transport, name: str) -> bytes:
    """Return the picture of this name; raises `TransportProblem`, `refused` when the centre has none.

    The name is a digest of the content, so a picture that was damaged on its way is noticed.
    """
    if not is_picture_name(name):
        raise TransportProblem("refused", "no picture has such a name")
    content = transport.fetch(
        f"/v1/pictures/{name}", tuple(PICTURE_TYPES.values()), most_bytes=MAX_PICTURE_BYTES
    )
    if picture_name(content) != name:
        raise TransportProblem("not_the_centre", "the picture is not what its name says", status=200)
    return content
