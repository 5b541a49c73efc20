"""A visit to a page of the back office: who came, in which language, and whether a form is ours.

Who may come at all is decided before, by `sync.server.api.permitted`. What a visit shows and changes is of
the stores of the person who is signed in.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import msgspec
from litestar import MediaType, Response
from litestar.datastructures import Cookie, UploadFile
from litestar.di import NamedDependency
from litestar.response import Redirect

from sync.server.api.given import AnyRequest, GivenCentre
from sync.server.api.permitted import SESSION_COOKIE, person_in
from sync.server.centre import Centre
from sync.server.database.shop_rows import read_stores
from sync.server.editing.form import Form, FormUnreadable, read_form
from sync.server.editing.shop import NoSuchStore, Shop, read_shop
from sync.server.permissions import Person
from sync.server.refusals import Refused
from sync.server.web.frame import View, message_page
from sync.server.web.sign_in_page import render_sign_in

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

FORMS_COOKIE: Final = "evertill_forms"
"""Of a browser in which nobody is signed in: what the form for signing in is bound to."""

COOKIE_PATH: Final = "/backoffice"
FORM_TYPE: Final = "application/x-www-form-urlencoded"


def language_of(request: AnyRequest) -> str:
    """Return the language that the address or the browser asks for, `en` or `zh_CN`."""
    asked = request.query_params.get("lang", "") or request.headers.get("Accept-Language", "")
    return "zh_CN" if asked.startswith("zh") else "en"


class Visit:
    """One request for a page, and what its answer needs."""

    __slots__ = ("_known_forms", "_request", "_secret", "centre", "forms", "language", "query")

    def __init__(self, request: AnyRequest, centre: Centre) -> None:
        """Read address and session; raises `Refused` for an address that no page of ours has."""
        self._request = request
        self.centre = centre
        self.language = language_of(request)
        self.query = _query(request)
        signed_in = "person" in request.state
        self._secret = request.cookies.get(SESSION_COOKIE, "") if signed_in else ""
        self._known_forms = self._secret or request.cookies.get(FORMS_COOKIE, "")
        self.forms = self._known_forms or centre.form_tokens.new_session()

    @property
    def person(self) -> Person:
        """Who is signed in; raises `Refused` where nobody needs to be."""
        return person_in(self._request)

    @property
    def secret(self) -> str:
        """The secret of the session in which somebody is signed in."""
        return self._secret

    @property
    def token(self) -> str:
        """The token that a form on this page carries: bound to who is signed in, or else to the browser."""
        return self.centre.form_tokens.token(self.forms)

    @property
    def posted(self) -> bool:
        """Whether a form was sent."""
        return bool(self._request.method == "POST")

    def view(self, store_id: str, path: str, **query: str) -> View:
        """Return the view of a page about a store; `query` are the parts of its address."""
        return View(
            language=self.language,
            store_id=store_id,
            path=path,
            query=tuple(query.items()),
            person=self._request.state.get("person"),
        )

    def page(self, text: str, *, status: int = 200) -> Response[str]:
        """Answer with a page, and with something to bind forms to for a browser that has nothing."""
        response = Response(text, media_type=MediaType.HTML, status_code=status, headers=PAGE_HEADERS)
        if not self._known_forms:
            response.set_cookie(self._cookie(FORMS_COOKIE, self.forms))
        return response

    def signed_in(self, secret: str, address: str) -> Redirect:
        """Answer somebody who has signed in: the browser keeps the secret and reads another page."""
        answer = self.away(address)
        answer.set_cookie(self._cookie(SESSION_COOKIE, secret))
        return answer

    def signed_out(self, address: str) -> Redirect:
        """Answer somebody who has signed out: the browser forgets the secret."""
        answer = self.away(address)
        answer.delete_cookie(SESSION_COOKIE, path=COOKIE_PATH)
        return answer

    def _cookie(self, name: str, value: str) -> Cookie:
        return Cookie(
            key=name,
            value=value,
            path=COOKIE_PATH,
            httponly=True,
            samesite="strict",
            # Plain HTTP is there on this machine only, or behind somebody who speaks TLS for us.
            secure=self._request.url.scheme == "https"
            or self.centre.settings.public_address.startswith("https:"),
        )

    def away(self, address: str) -> Redirect:
        """Answer a form that was carried out: the browser reads another page."""
        return Redirect(address, status_code=303, headers=PAGE_HEADERS)

    def store_id(self) -> str:
        """Return the store that the address names, or the first; raises `Refused` when there is none."""
        named = self.query.get("store", "")
        if named:
            return named
        with self.centre.database.read() as connection:
            stores = [one for one in read_stores(connection) if self.person.sees(one.store_id)]
        if not stores:
            raise Refused("no_store")
        return stores[0].store_id

    def shop(self) -> Shop:
        """Return the store that the address names, or the first; raises `Refused` when there is none."""
        store_id = self.store_id()
        try:
            with self.centre.database.read() as connection:
                shop = read_shop(connection, store_id)
        except NoSuchStore as unknown:
            raise Refused("no_store") from unknown
        sisters = tuple(one for one in shop.sisters if self.person.sees(one.store_id))
        return msgspec.structs.replace(shop, sisters=sisters)

    def must_see(self, store_id: str) -> None:
        """Refuse what is of a store that is not this person's business."""
        if not self.person.sees(store_id):
            raise Refused("not_your_store")

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
        """Return the id and name of every store of this person."""
        with self.centre.database.read() as connection:
            stores = read_stores(connection)
        return [
            (one.store_id, one.name.in_language(self.language))
            for one in stores
            if self.person.sees(one.store_id)
        ]

    def check(self, form: Form) -> None:
        """Refuse a form that did not come from a page of ours in this browser, or names others' stores."""
        headers = self._request.headers
        origin = urlsplit(headers.get("Origin", ""))
        same = origin.scheme in ("http", "https") and origin.netloc == headers.get("Host", "")
        if not (same and self.centre.form_tokens.holds(self._known_forms, form.text("token"))):
            raise Refused("form_refused")
        for store_id in form.texts("stores"):
            self.must_see(store_id)


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
    """Answer a refusal as a page, in the reader's language; who is not signed in is asked to."""
    if refusal.code == "sign_in_needed":
        return _ask_to_sign_in(request, refusal)
    view = View(language=language_of(request), person=request.state.get("person"))
    sentence = view.text(refusal.answer.message)
    text = message_page(view, view.say("This cannot be shown", "无法显示"), sentence)
    return Response(text, media_type=MediaType.HTML, status_code=refusal.status, headers=PAGE_HEADERS)


def _ask_to_sign_in(request: AnyRequest, refusal: Refused) -> Response[str]:
    visit = Visit(request, request.app.state.centre)
    view = visit.view("", request.url.path)
    wanted = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    after = wanted if request.method == "GET" else ""
    text = render_sign_in(view, visit.token, after=after, told=view.text(refusal.answer.message))
    return visit.page(text, status=refusal.status)


def _query(request: AnyRequest) -> dict[str, str]:
    query = dict(request.query_params.items())
    sound = all(len(text) <= LONGEST_QUERY and text.isprintable() for text in query.values())
    if len(query) > MOST_QUERY or not sound:
        raise Refused("bad_request", "address")
    return {name: str(text) for name, text in query.items()}
