"""The page of the tills, and shutting one out."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.response import Redirect

from retail.catalogue import LocalisedText
from sync.server.api.visit import GivenForm, GivenVisit, Visit
from sync.server.database.device_rows import DeviceRow, all_devices
from sync.server.device_list import revoke_device
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.typed import Unreadable
from sync.server.orders.office_acts import read_reason
from sync.server.refusals import Refused
from sync.server.web.devices_page import render_devices
from sync.server.web.frame import DEVICES


@get("/devices", sync_to_thread=True)
def devices_page(visit: GivenVisit) -> Response[str]:
    """Show the tills of the stores of whoever is signed in."""
    return _show(visit, Form({}), done=visit.query.get("done", ""))


@post("/devices/revoke", sync_to_thread=True, status_code=200)
def take_revoke(visit: GivenVisit, form: GivenForm) -> Response[str] | Redirect:
    """Shut a till out."""
    device_id = form.text("device")
    if not device_id:
        return _show(visit, form, FieldProblem("device", LocalisedText("Choose a till.", "请选择收银机。")))
    with visit.centre.database.read() as connection:
        device = next((one for one in all_devices(connection) if one.device_id == device_id), None)
    if device is None:
        raise Refused("no_row")
    visit.must_see(device.store_id)
    try:
        why = read_reason(form.text("why"))
    except Unreadable as unreadable:
        return _show(visit, form, FieldProblem("why", unreadable.sentence))
    with visit.centre.database.write() as connection:
        revoke_device(connection, device_id, by=visit.person.signature, why=why)
    return visit.away(visit.view("", DEVICES).itself(done=device_id))


def _show(visit: Visit, form: Form, problem: FieldProblem | None = None, *, done: str = "") -> Response[str]:
    devices = _own(visit)
    text = render_devices(
        visit.view("", DEVICES),
        devices,
        visit.token,
        form=form,
        problems=() if problem is None else (problem,),
        done=done,
    )
    return visit.page(text, status=422 if problem else 200)


def _own(visit: Visit) -> list[DeviceRow]:
    with visit.centre.database.read() as connection:
        return [one for one in all_devices(connection) if visit.person.sees(one.store_id)]
