"""Where the pages of the back office stand, and what all of them have in common."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide

from sync.server.api import promotions
from sync.server.api.visit import answer_refusal, form_of, this_machine_only, visit_of
from sync.server.refusals import Refused

BACKOFFICE = Router(
    path="/backoffice",
    route_handlers=[
        promotions.list_page,
        promotions.new_page,
        promotions.edit_page,
        promotions.take_edit,
        promotions.removal_page,
        promotions.take_removal,
    ],
    guards=[this_machine_only],
    dependencies={
        "visit": Provide(visit_of, sync_to_thread=False),
        "form": Provide(form_of),
    },
    exception_handlers={Refused: answer_refusal},
    include_in_schema=False,
)
