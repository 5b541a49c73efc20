"""The pages of members' personal data: find, show, export, forget."""

from __future__ import annotations

import re

import msgspec
from litestar import Response, get, post
from litestar.response import Redirect

from sync.server.api.visit import PAGE_HEADERS, GivenForm, GivenVisit, Visit
from sync.server.database.personal_rows import everything_about, find_members, open_orders
from sync.server.refusals import Refused
from sync.server.staffing.members import ErasureRefused, UnknownMember, erase_member, export_member
from sync.server.web.frame import MEMBERS
from sync.server.web.members_page import MEMBER, MemberOnPage, render_member, render_members


@get("/members", sync_to_thread=True)
def members_page(visit: GivenVisit) -> Response[str]:
    """Show members by a text in their row."""
    text = visit.query.get("q", "").strip()
    with visit.centre.database.read() as connection:
        found = find_members(connection, text)
    view = visit.view("", MEMBERS, **visit.some("q"))
    return visit.page(render_members(view, found, text, done=visit.query.get("done", "")))


@get("/members/member", sync_to_thread=True)
def member_page(visit: GivenVisit) -> Response[str]:
    """Show what is held about one member."""
    return _show(visit)


@post("/members/export", sync_to_thread=True, status_code=200)
def take_export(visit: GivenVisit, form: GivenForm) -> Response[bytes]:  # noqa: ARG001  # judged by being given
    """Give everything that is held about a member, as a file."""
    member_id = visit.query.get("id", "")
    with visit.centre.database.read() as connection:
        try:
            held = export_member(connection, member_id)
        except UnknownMember as unknown:
            raise Refused("no_row") from unknown
    name = re.sub(r"[^A-Za-z0-9_-]", "_", member_id)[:60]
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="member-{name}.json"'}
    content = msgspec.json.format(msgspec.json.encode(held), indent=2)
    return Response(content, media_type="application/json", headers=headers)


@post("/members/erase", sync_to_thread=True, status_code=200)
def take_erasure(visit: GivenVisit, form: GivenForm) -> Response[str] | Redirect:
    """Forget a member."""
    if not form.ticked("sure"):
        return _show(visit)
    member_id = visit.query.get("id", "")
    try:
        with visit.centre.database.write() as connection:
            streams = erase_member(connection, member_id, by=visit.person.person_id)
    except UnknownMember as unknown:
        raise Refused("no_row") from unknown
    except ErasureRefused:
        return _show(visit, refused=True)
    for stream in streams:
        visit.centre.snapshots.forget(stream)
    return visit.away(visit.view("", MEMBERS).itself(done=member_id))


def _show(visit: Visit, *, refused: bool = False) -> Response[str]:
    member_id = visit.query.get("id", "")
    with visit.centre.database.read() as connection:
        held = everything_about(connection, member_id)
        waiting = open_orders(connection, member_id)
        found = [one for one in find_members(connection, member_id) if one.member.member_id == member_id]
    counts = tuple((name, len(some)) for name, some in held.items() if name != "member_id")
    if not any(count for _name, count in counts):
        raise Refused("no_row")
    shown = MemberOnPage(
        member_id=member_id,
        found=found[0] if found else None,
        counts=counts,
        open_orders=tuple(waiting),
    )
    view = visit.view("", MEMBER, id=member_id)
    status = 409 if refused else 422 if visit.posted else 200
    return visit.page(render_member(view, shown, visit.token, refused=refused), status=status)
