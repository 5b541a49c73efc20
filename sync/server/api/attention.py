"""The page of what waits for a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from litestar import Response, get, post
from litestar.response import Redirect

from sync.server.api.visit import GivenForm, GivenVisit
from sync.server.clock import now_text
from sync.server.database import attention_rows
from sync.server.database.shop_rows import read_stores
from sync.server.database.watched_rows import acts_by_cashier
from sync.server.editing.form import Form
from sync.server.refusals import Refused
from sync.server.web.attention_page import Attention, render_attention
from sync.server.web.fields import Fields
from sync.server.web.frame import ATTENTION

WATCHED_DAYS: Final = 30
LARGEST_ID: Final = 2**53


@get("/attention", sync_to_thread=True)
def attention_page(visit: GivenVisit) -> Response[str]:
    """Show what waits, of the stores of whoever is signed in."""
    person = visit.person
    stores = None if person.has_chain else set(person.stores)
    with visit.centre.database.read() as connection:
        shown = Attention(
            alarms=tuple(attention_rows.open_alarms(connection, stores)),
            set_aside=tuple(attention_rows.set_aside(connection, stores)),
            second_versions=tuple(attention_rows.second_versions(connection, stores)),
            priced_otherwise=tuple(attention_rows.priced_otherwise(connection, stores)),
            watched=tuple(
                acts_by_cashier(connection, stores, since=now_text(plus=-timedelta(days=WATCHED_DAYS)))
            ),
            watched_days=WATCHED_DAYS,
        )
        known = {one.store_id: one for one in read_stores(connection)}
    view = visit.view("", ATTENTION)
    fields = Fields(view, Form({}), ())
    done = visit.query.get("done") == "seen"
    return visit.page(render_attention(view, shown, known, fields, visit.token, done=done))


@post("/attention", sync_to_thread=True, status_code=303)
def take_seen(visit: GivenVisit, form: GivenForm) -> Redirect:
    """Mark alarms as seen."""
    texts = form.texts("alert")
    if not all(one.isascii() and one.isdecimal() and int(one) < LARGEST_ID for one in texts):
        raise Refused("bad_request", "alert")
    wanted = {int(one) for one in texts}
    stores = None if visit.person.has_chain else set(visit.person.stores)
    with visit.centre.database.write() as connection:
        own = {one.alert_id for one in attention_rows.open_alarms(connection, stores)}
        everybody = {one.alert_id for one in attention_rows.open_alarms(connection, None)}
        if wanted & (everybody - own):
            raise Refused("not_your_store")
        attention_rows.mark_seen(connection, wanted & own, at=now_text())
    return visit.away(visit.view("", ATTENTION).itself(done="seen"))
