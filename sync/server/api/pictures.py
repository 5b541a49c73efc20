"""Product pictures, for tills that are about to show one."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from sync.protocol import PICTURE_TYPES
from sync.server.api.given import AnyRequest, GivenCentre, refusals
from sync.server.api.till import reading_device
from sync.server.refusals import Refused

FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
"""The name says what is in it, so an answer never grows old."""


@get(
    "/v1/pictures/{name:str}",
    media_type="image/png",
    sync_to_thread=True,
    responses=refusals(401, 403, 404, 426, 429),
)
def read_picture(request: AnyRequest, centre: GivenCentre, name: FromPath[str]) -> Response[bytes]:
    """Give a picture by the name that a product row has; PNG or JPEG, as the name's ending says."""
    reading_device(request, centre)
    content = centre.pictures.read(name)
    if content is None:
        raise Refused("no_picture")
    return Response(content, media_type=PICTURE_TYPES[name.rpartition(".")[2]], headers=FOR_EVER)
