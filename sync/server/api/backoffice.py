"""The back office: a first page for the people of the house."""

from __future__ import annotations

from ipaddress import ip_address

from litestar import MediaType, Response, get
from litestar.params import FromQuery

from sync.server.api.given import AnyRequest, GivenCentre
from sync.server.projections.overview import read_overview
from sync.server.refusals import Refused
from sync.server.web.overview_page import render_overview

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@get("/", media_type=MediaType.HTML, include_in_schema=False, sync_to_thread=True)
def first_page(request: AnyRequest, centre: GivenCentre, lang: FromQuery[str] = "") -> Response[str]:
    """Show the catalogue's and the sales' figures; to this machine only, as nobody signs in yet."""
    if request.client is None or not _is_this_machine(request.client.host):
        raise Refused("this_machine_only")
    language = lang or ("zh_CN" if request.headers.get("Accept-Language", "").startswith("zh") else "en")
    with centre.database.read() as connection:
        overview = read_overview(connection)
    return Response(render_overview(overview, language), media_type=MediaType.HTML, headers=_HEADERS)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
