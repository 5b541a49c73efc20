"""The back office: a first page for the people of the house."""

from __future__ import annotations

from litestar import Response, get
from litestar.response import Redirect

from sync.server.api.given import AnyRequest
from sync.server.api.visit import PAGE_HEADERS, GivenVisit, language_of
from sync.server.database.overview_rows import read_overview
from sync.server.web.frame import OVERVIEW, View
from sync.server.web.overview_page import render_overview


@get("/", include_in_schema=False, sync_to_thread=False, status_code=303)
def root(request: AnyRequest) -> Redirect:
    """Lead to the back office."""
    address = View(language=language_of(request)).itself()
    return Redirect(address, status_code=303, headers=PAGE_HEADERS)


@get("/", sync_to_thread=True)
def first_page(visit: GivenVisit) -> Response[str]:
    """Show the figures of the stores of whoever is signed in."""
    stores = None if visit.person.has_chain else visit.person.stores
    with visit.centre.database.read() as connection:
        overview = read_overview(connection, stores)
    return visit.page(render_overview(overview, visit.view("", OVERVIEW)))
