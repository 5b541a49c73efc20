"""The back office: a first page for the people of the house."""

from __future__ import annotations

from litestar import MediaType, Response, get

from sync.server.api.given import AnyRequest, GivenCentre
from sync.server.api.visit import PAGE_HEADERS, answer_refusal, language_of, this_machine_only
from sync.server.projections.overview import read_overview
from sync.server.refusals import Refused
from sync.server.web.frame import View
from sync.server.web.overview_page import render_overview


@get(
    "/",
    media_type=MediaType.HTML,
    include_in_schema=False,
    sync_to_thread=True,
    guards=[this_machine_only],
    exception_handlers={Refused: answer_refusal},
)
def first_page(request: AnyRequest, centre: GivenCentre) -> Response[str]:
    """Show the catalogue's and the sales' figures; to this machine only, as nobody signs in yet."""
    with centre.database.read() as connection:
        overview = read_overview(connection)
    text = render_overview(overview, View(language=language_of(request)))
    return Response(text, media_type=MediaType.HTML, headers=PAGE_HEADERS)
