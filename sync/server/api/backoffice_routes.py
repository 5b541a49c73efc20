"""Where the pages of the back office stand, and what all of them have in common."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide

from sync.server.api import (
    attention,
    backoffice,
    desk,
    devices,
    list_prices,
    members,
    office_orders,
    people,
    price_lists,
    promotions,
    signing_in,
)
from sync.server.api.visit import answer_refusal, form_of, upload_of, visit_of
from sync.server.refusals import Refused

BACKOFFICE = Router(
    path="/backoffice",
    route_handlers=[
        backoffice.first_page,
        signing_in.sign_in_page,
        signing_in.take_sign_in,
        signing_in.account_page,
        signing_in.take_password,
        signing_in.take_sign_out,
        office_orders.list_page,
        office_orders.order_page,
        office_orders.take_cancel,
        office_orders.take_extend,
        office_orders.take_answer,
        office_orders.take_seen,
        desk.desk_page,
        desk.take_desk,
        attention.attention_page,
        attention.take_seen,
        devices.devices_page,
        devices.take_revoke,
        members.members_page,
        members.member_page,
        members.take_export,
        members.take_erasure,
        people.people_page,
        promotions.list_page,
        promotions.new_page,
        promotions.edit_page,
        promotions.take_edit,
        promotions.removal_page,
        promotions.take_removal,
        price_lists.list_page,
        price_lists.new_page,
        price_lists.edit_page,
        price_lists.take_edit,
        price_lists.removal_page,
        price_lists.take_removal,
        list_prices.prices_page,
        list_prices.take_price,
        list_prices.take_file,
        list_prices.prices_file,
    ],
    dependencies={
        "visit": Provide(visit_of, sync_to_thread=False),
        "form": Provide(form_of),
        "upload": Provide(upload_of),
    },
    exception_handlers={Refused: answer_refusal},
    include_in_schema=False,
)
