"""A visit to a page of the back office: who may come, in which language, and whether a form is ours.

Nobody signs in yet, so the pages answer on the centre's own machine only. The name in the `Host` header has
to be this machine's too: a page of another site that has its own name point here is turned away.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from litestar import MediaType, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie, UploadFile
from litestar.di import NamedDependency
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from sync.server.api.given import AnyRequest, GivenCentre
from sync.server.centre import Centre
from sync.server.database.shop_rows import read_stores
from sync.server.editing.form import Form, FormUnreadable, read_form
from sync.server.editing.shop import NoSuchStore, Shop, read_shop
from sync.server.refusals import Refused
from sync.server.web.frame import View, message_page

LONGEST_QUERY: Final = 200
"""Of one value in an address."""

MOST_QUERY: Final = 20
MOST_PAGES: Final = 100_000

PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

SESSION_COOKIE: Final = "evertill_forms"
FORM_TYPE: Final = "application/x-www-form-urlencoded"


def this_machine_only(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Refuse whoever is not on this machine, or calls it by a name that is not its own; a guard."""
    host = connection.client.host if connection.client is not None else ""
    if not (_is_this_machine(host) and _is_this_machine(_host_name(connection.headers.get("Host", "")))):
        raise Refused("this_machine_only")


def language_of(request: AnyRequest) -> str:
    """Return the language that the address or the browser asks for, `en` or `zh_CN`."""
    asked = request.query_params.get("lang", "") or request.headers.get("Accept-Language", "")
    return "zh_CN" if asked.startswith("zh") else "en"


class Visit:
    """One request for a page, and what its answer needs."""

    __slots__ = ("_known_session", "_request", "centre", "language", "query", "session")

    def __init__(self, request: AnyRequest, centre: Centre) -> None:
        """Read address and session; raises `Refused` for an address that no page of ours has."""
        self._request = request
        self.centre = centre
        self.language = language_of(request)
        self.query = _query(request)
        self._known_session = request.cookies.get(SESSION_COOKIE, "")
        self.session = self._known_session or centre.form_tokens.new_session()

    @property
    def token(self) -> str:
        """The token that a form on this page carries."""
        return self.centre.form_tokens.token(self.session)

    @property
    def posted(self) -> bool:
        """Whether a form was sent."""
        return bool(self._request.method == "POST")

    def view(self, store_id: str, path: str, **query: str) -> View:
        """Return the view of a page about a store; `query` are the parts of its address."""
        return View(language=self.language, store_id=store_id, path=path, query=tuple(query.items()))

    def page(self, text: str, *, status: int = 200) -> Response[str]:
        """Answer with a page, and with a session for a browser that has none."""
        response = Response(text, media_type=MediaType.HTML, status_code=status, headers=PAGE_HEADERS)
        if not self._known_session:
            # Not `Secure`: it is plain HTTP on this machine.
            cookie = Cookie(
                key=SESSION_COOKIE, value=self.session, path="/backoffice", httponly=True, samesite="strict"
            )
            response.set_cookie(cookie)
        return response

    def away(self, address: str) -> Redirect:
        """Answer a form that was carried out: the browser reads another page."""
        return Redirect(address, status_code=303, headers=PAGE_HEADERS)

    def store_id(self) -> str:
        """Return the store that the address names, or the first; raises `Refused` when there is none."""
        named = self.query.get("store", "")
        if named:
            return named
        with self.centre.database.read() as connection:
            stores = read_stores(connection)
        if not stores:
            raise Refused("no_store")
        return stores[0].store_id

    def shop(self) -> Shop:
        """Return the store that the address names, or the first; raises `Refused` when there is none."""
        store_id = self.store_id()
        try:
            with self.centre.database.read() as connection:
                return read_shop(connection, store_id)
        except NoSuchStore as unknown:
            raise Refused("no_store") from unknown

    def some(self, *names: str) -> dict[str, str]:
        """Return parts of the address, those that it has."""
        return {name: self.query[name] for name in names if name in self.query}

    def page_number(self) -> int:
        """Return which page of a list the address asks for, from 1; raises `Refused` for none."""
        text = self.query.get("page", "1")
        if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= MOST_PAGES:
            raise Refused("bad_request", "page")
        return int(text)

    def stores(self) -> list[tuple[str, str]]:
        """Return every store's id and name."""
        with self.centre.database.read() as connection:
            return [(one.store_id, one.name.in_language(self.language)) for one in read_stores(connection)]

    def check(self, form: Form) -> None:
        """Refuse a form that did not come from a page of ours in this browser."""
        headers = self._request.headers
        origin = urlsplit(headers.get("Origin", ""))
        same = origin.scheme in ("http", "https") and origin.netloc == headers.get("Host", "")
        if not (same and self.centre.form_tokens.holds(self._known_session, form.text("token"))):
            raise Refused("form_refused")


GivenVisit = NamedDependency[Visit]
"""The visit; a handler takes it by the name `visit`."""

GivenForm = NamedDependency[Form]
"""The form that was sent, known to be ours; a handler takes it by the name `form`."""


def visit_of(request: AnyRequest, centre: GivenCentre) -> Visit:
    """Give a handler its visit."""
    return Visit(request, centre)


class Upload(msgspec.Struct, frozen=True):
    """A file that was sent with a form: its text."""

    form: Form
    text: str


GivenUpload = NamedDependency[Upload]
"""A file and its form, known to be ours; a handler takes it by the name `upload`."""


async def form_of(request: AnyRequest, visit: GivenVisit) -> Form:
    """Give a handler the form that was sent; raises `Refused` for one that is not ours."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip() != FORM_TYPE:
        raise Refused("bad_request", "form")
    try:
        form = read_form(await request.body())
    except FormUnreadable as unreadable:
        raise Refused("bad_request", "form") from unreadable
    visit.check(form)
    return form


async def upload_of(request: AnyRequest, visit: GivenVisit) -> Upload:
    """Give a handler the file that was sent; raises `Refused` for one that is not ours or no UTF-8."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip() != "multipart/form-data":
        raise Refused("bad_request", "form")
    sent = await request.form()
    form = Form.of_pairs((name, text) for name, text in sent.multi_items() if isinstance(text, str))
    visit.check(form)
    file = sent.get("file")
    if not isinstance(file, UploadFile):
        raise Refused("bad_request", "file")
    try:
        return Upload(form, (await file.read()).decode("utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise Refused("bad_request", "UTF-8") from wrong


def answer_refusal(request: AnyRequest, refusal: Refused) -> Response[str]:
    """Answer a refusal as a page, in the reader's language."""
    view = View(language=language_of(request))
    sentence = view.text(refusal.answer.message)
    text = message_page(view, view.say("This cannot be shown", "无法显示"), sentence)
    return Response(text, media_type=MediaType.HTML, status_code=refusal.status, headers=PAGE_HEADERS)


def _query(request: AnyRequest) -> dict[str, str]:
    query = dict(request.query_params.items())
    sound = all(len(text) <= LONGEST_QUERY and text.isprintable() for text in query.values())
    if len(query) > MOST_QUERY or not sound:
        raise Refused("bad_request", "address")
    return {name: str(text) for name, text in query.items()}


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    # A socket for both families shows 127.0.0.1 as ::ffff:127.0.0.1.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _host_name(host: str) -> str:
    """Return the name in a `Host` header, without port and brackets."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
