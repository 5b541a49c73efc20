"""The page of a store's collection desk."""

from __future__ import annotations

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from retail.pickup.desk_rules import PickupDesk
from sync.server.api.visit import GivenForm, GivenVisit, Visit
from sync.server.editing.desk_editing import DeskEdit, open_desk, publish_desk, read_desk_edit, seen_now
from sync.server.editing.publishing import RowsChanged
from sync.server.web.desk_page import render_desk
from sync.server.web.frame import DESK


@get("/desk", sync_to_thread=True)
def desk_page(visit: GivenVisit) -> Response[str]:
    """Show how a store runs its collection desk."""
    store = visit.shop().settings
    with visit.centre.database.read() as connection:
        edit = open_desk(connection, store)
    return _show(visit, edit, done=visit.query.get("done") == "published")


@post("/desk", sync_to_thread=True, status_code=200)
def take_desk(visit: GivenVisit, form: GivenForm) -> Response[str] | Redirect:
    """Publish what was typed."""
    store = visit.shop().settings
    try:
        with visit.centre.database.write() as connection:
            edit = publish_desk(connection, store, form, visit.centre.code_keys.known_to)
    except RowsChanged as changed:
        with visit.centre.database.read() as connection:
            edit = seen_now(connection, read_desk_edit(connection, store, form))
        text = changed.rows[0].text
        theirs = msgspec.json.decode(text, type=PickupDesk) if text else None
        return _show(visit, edit, theirs=theirs, conflict=True)
    if edit.problems:
        return _show(visit, edit)
    return visit.away(visit.view(store.store_id, DESK).itself(done="published"))


def _show(
    visit: Visit,
    edit: DeskEdit,
    *,
    done: bool = False,
    theirs: PickupDesk | None = None,
    conflict: bool = False,
) -> Response[str]:
    text = render_desk(
        visit.view(edit.store.store_id, DESK),
        edit,
        visit.stores(),
        visit.token,
        capture=visit.centre.settings.capture,
        done=done,
        theirs=theirs,
        conflict=conflict,
    )
    return visit.page(text, status=409 if conflict else 422 if edit.problems else 200)
