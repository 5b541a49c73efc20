"""The page of who may use the back office."""

from __future__ import annotations

from typing import Final

from litestar import Response, get

from sync.server.api.visit import GivenVisit
from sync.server.database.people_rows import latest_acts, people
from sync.server.web.frame import PEOPLE
from sync.server.web.people_page import render_people

SHOWN_ACTS: Final = 100


@get("/people", sync_to_thread=True)
def people_page(visit: GivenVisit) -> Response[str]:
    """Show everybody who may sign in, and what was sent last."""
    with visit.centre.database.read() as connection:
        everybody, acts = people(connection), latest_acts(connection, SHOWN_ACTS)
    return visit.page(render_people(visit.view("", PEOPLE), everybody, acts))
