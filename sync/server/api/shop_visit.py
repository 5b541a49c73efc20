"""A visit to the storefront: which store, which language, whose basket, and whether a form is ours.

Anybody may come. What a visitor has is found by a random cookie; nothing that names a person stands in an
address, and a form counts only when it came from a page of ours in the same browser.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from litestar import MediaType, Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.response import Redirect
from sqlalchemy import Connection

from retail.catalogue import Category
from retail.store import StoreSettings
from sync.server.api.given import AnyRequest, GivenCentre
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database.shop_rows import CATALOGUE, read_categories
from sync.server.database.storefront_rows import read_heads
from sync.server.editing.form import Form, FormUnreadable, read_form
from sync.server.orders.order_lines import at_the_store
from sync.server.orders.shelf import Shelf
from sync.server.orders.values import CollectStore, OrderProblem
from sync.server.refusals import Refused
from sync.server.shop.basket import ShopBasket
from sync.server.shop.baskets import new_basket
from sync.server.shop.goods import ShownGood, labelled, promised
from sync.server.shop.pricing import PricedShopBasket, priced_basket, with_availability
from sync.server.web.shop_frame import message_page
from sync.server.web.shop_view import ROOT, ShopView, address

PAGE_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
SESSION_COOKIE: Final = "evertill_shop"
LANGUAGE_COOKIE: Final = "evertill_language"
KEPT_SECONDS: Final = 30 * 24 * 3600
FORM_TYPE: Final = "application/x-www-form-urlencoded"
LONGEST_QUERY: Final = 300
MOST_QUERY: Final = 12

SAID: Final[dict[str, tuple[str, str]]] = {
    "added": ("It is in your basket.", "已加入购物篮。"),
    "changed": ("Your basket has changed.", "购物篮已更新。"),
    "removed": ("It is out of your basket.", "已从购物篮移除。"),
    "here": ("The store knows that you are here.", "已通知门店您已到店。"),
    "cancelled": ("Your order is cancelled.", "订单已取消。"),
    "moved": (
        "Thank you: the other store keeps it for you, with a code of its own.",
        "谢谢，另一家门店已为您保留，并有单独的取货码。",
    ),
    "answered": ("Thank you: the store has your answer.", "谢谢，门店已收到您的答复。"),
    "rated": ("Thank you for your rating.", "感谢您的评价。"),
    "again": ("What the store still sells of it is in your basket.", "仍在销售的商品已加入购物篮。"),
    "already": ("This order was placed already; here it is.", "该订单已提交，详情如下。"),
}
"""What is said about what was just done, by the code in the address."""

_SESSION: Final = re.compile(r"[A-Za-z0-9_-]{20,64}")
_log = logging.getLogger(__name__)


class ShopVisit:
    """One request, and what its answer needs."""

    def __init__(self, request: AnyRequest, centre: Centre) -> None:
        """Read address and cookies; raises `Refused` for an address that no page of ours has."""
        self.request = request
        self.centre = centre
        self.query = _query(request)
        asked = self.query.pop("lang", "")
        self._asked_language = asked if asked in ("en", "zh_CN") else ""
        self.language = self._asked_language or language_of(request)
        known = request.cookies.get(SESSION_COOKIE, "")
        self._known_session = known if _SESSION.fullmatch(known) else ""
        self.session = self._known_session or centre.form_tokens.new_session()

    # ---- who and where ------------------------------------------------------------------------

    @property
    def caller(self) -> str:
        """Where the request comes from, to count how often."""
        return self.request.client.host if self.request.client is not None else ""

    def store(self, store_id: str) -> CollectStore:
        """Return a store that sells online; raises `OrderProblem` for any other."""
        with self.centre.database.read() as connection:
            return self.shelf(connection, store_id).store

    def shelf(self, connection: Connection, store_id: str) -> Shelf:
        """Return the shelf of a store; raises `OrderProblem("unknown_store")`."""
        return self.centre.storefront.shelves.of(connection, store_id)

    def now(self, store: CollectStore) -> str:
        """Return the present moment as the clock on the store's wall shows it."""
        return at_the_store(now_text(), store.desk.offset)

    def view(
        self,
        path: str,
        *,
        store: StoreSettings | None = None,
        basket: ShopBasket | None = None,
        query: Mapping[str, str] | None = None,
        notice: str = "",
        problem: str = "",
    ) -> ShopView:
        """Return how this visitor looks at a page; `query` are the parts of its address that stay."""
        said = SAID.get(self.query.get("said", ""), ("", ""))[self.language.startswith("zh")]
        return ShopView(
            language=self.language,
            token=self.centre.form_tokens.token(_bound(self.session)),
            store=store,
            path=path,
            query=query or {},
            pieces=basket.pieces if basket else 0,
            order_key=basket.placed[0][1] if basket and basket.placed else "",
            notice=notice or ("" if problem else said),
            to_basket=store is not None and self.query.get("said") == "added",
            problem=problem,
        )

    # ---- baskets and goods --------------------------------------------------------------------

    def basket(self, connection: Connection, store_id: str) -> ShopBasket:
        """Return the visitor's basket for a store, an empty one where there is none."""
        known = self.centre.storefront.baskets.read(connection, self._known_session, store_id)
        return known or new_basket()

    def priced(self, store_id: str) -> tuple[CollectStore, PricedShopBasket]:
        """Return the visitor's basket with its prices, and with what may be promised of it."""
        with self.centre.database.read() as connection:
            shelf = self.shelf(connection, store_id)
            store = shelf.store
            basket = self.basket(connection, store_id)
            found = priced_basket(connection, shelf, basket, self.now(store))
        available = self.available(store_id, [one.entry.product_id for one in found.entries if one.product])
        return store, with_availability(found, available)

    def goods(self, store: CollectStore, product_ids: Iterable[str]) -> tuple[ShownGood, ...]:
        """Return goods as they stand on the shelf; what is not sold here online is left out."""
        with self.centre.database.read() as connection:
            shelf = self.shelf(connection, store.store_id)
            found = labelled(connection, shelf, product_ids, self.now(store))
        return promised(found, self.available(store.store_id, found))

    def available(self, store_id: str, product_ids: Collection[str]) -> Mapping[str, Decimal]:
        """Return what may be promised of products."""
        return self.centre.orders.availability(store_id, tuple(product_ids)) if product_ids else {}

    def categories(self, connection: Connection) -> tuple[Category, ...]:
        """Return the categories in the order of the shelves, and have the look-ups follow the catalogue."""
        head = read_heads(connection, (CATALOGUE,))[CATALOGUE]
        self.centre.storefront.index.freshen(head)
        return self.centre.storefront.categories(head, lambda: read_categories(connection))

    # ---- answers ------------------------------------------------------------------------------

    def page(self, text: str, *, status: int = 200) -> Response[str]:
        """Answer with a page; a browser that has no session yet gets one."""
        response = Response(text, media_type=MediaType.HTML, status_code=status, headers=PAGE_HEADERS)
        if not self._known_session:
            response.set_cookie(self._cookie(SESSION_COOKIE, self.session))
        if self._asked_language:
            response.set_cookie(self._cookie(LANGUAGE_COOKIE, self._asked_language))
        return response

    def away(self, path: str, **query: str) -> Redirect:
        """Answer a form that was carried out: the browser reads another page of ours."""
        return Redirect(address(path, **query), status_code=303, headers=PAGE_HEADERS)

    def back(self, form: Form, store_id: str, said: str) -> Redirect:
        """Send the browser back to the page of this store that the form stood on."""
        parts = urlsplit(form.text("back"))
        home = f"{ROOT}/s/{store_id}"
        ours = (
            not parts.scheme
            and not parts.netloc
            and (parts.path == home or parts.path.startswith(f"{home}/"))
        )
        if not ours or "//" in parts.path or "\\" in parts.path:
            return self.away(f"{home}/basket", said=said)
        query = {name: text for name, text in parse_qsl(parts.query)[:MOST_QUERY] if name != "said"}
        return self.away(parts.path, **query, said=said)

    def check(self, form: Form) -> None:
        """Refuse a form that did not come from a page of ours in this browser."""
        headers = self.request.headers
        origin = urlsplit(headers.get("Origin", ""))
        same = origin.scheme in ("http", "https") and origin.netloc == headers.get("Host", "")
        known = self._known_session
        if not (same and known and self.centre.form_tokens.holds(_bound(known), form.text("token"))):
            raise Refused("form_refused")

    def _cookie(self, name: str, value: str) -> Cookie:
        # Lax, not strict: whoever comes back from the payment page has to find the basket.
        return Cookie(
            key=name,
            value=value,
            path=ROOT,
            max_age=KEPT_SECONDS,
            httponly=True,
            secure=self.request.url.scheme == "https",
            samesite="lax",
        )


GivenVisit = NamedDependency[ShopVisit]
"""The visit; a handler takes it by the name `visit`."""

GivenForm = NamedDependency[Form]
"""The form that was sent, known to be ours; a handler takes it by the name `form`."""


def visit_of(request: AnyRequest, centre: GivenCentre) -> ShopVisit:
    """Give a handler its visit."""
    return ShopVisit(request, centre)


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


def language_of(request: AnyRequest) -> str:
    """Return the language that the visitor chose before, or that the browser prefers: `en` or `zh_CN`."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen in ("en", "zh_CN"):
        return chosen
    best, best_weight = "en", 0.0
    for part in request.headers.get("Accept-Language", "")[:LONGEST_QUERY].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            asked = float(weight or 1)
        except ValueError:
            continue
        language = "zh_CN" if name.lower().startswith("zh") else "en" if name.lower().startswith("en") else ""
        if language and asked > best_weight:
            best, best_weight = language, asked
    return best


def answer_refusal(request: AnyRequest, refusal: Refused) -> Response[str]:
    """Answer a refusal as a page, in the visitor's language."""
    view = ShopView(language=language_of(request))
    if refusal.code == "form_refused":
        sentence = view.say(
            "This page was open for too long, or cookies are switched off. Nothing was changed; "
            "please open the shop again.",
            "页面已过期，或浏览器禁用了 Cookie。未作任何更改，请重新打开商店。",
        )
    else:
        sentence = view.text(refusal.answer.message)
    return _answer(view, refusal.status, sentence)


def answer_problem(request: AnyRequest, problem: OrderProblem) -> Response[str]:
    """Answer what the order book cannot do as a page, in the visitor's language."""
    view = ShopView(language=language_of(request))
    unknown = problem.code in ("unknown_store", "unknown_order", "unknown_product")
    return _answer(view, 404 if unknown else 409, view.text(problem.message))


def answer_failure(request: AnyRequest, error: Exception) -> Response[str]:
    """Answer what nobody expected as a page; the log has the rest."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    view = ShopView(language=language_of(request))
    sentence = view.say(
        "This did not work. Nothing was ordered or changed; please try again in a moment.",
        "操作未成功，未下单也未作任何更改。请稍后再试。",
    )
    return _answer(view, 500, sentence)


def _answer(view: ShopView, status: int, sentence: str) -> Response[str]:
    text = message_page(view, view.say("Sorry", "抱歉"), sentence)
    return Response(text, media_type=MediaType.HTML, status_code=status, headers=PAGE_HEADERS)


def _query(request: AnyRequest) -> dict[str, str]:
    query: dict[str, Any] = dict(request.query_params.items())
    sound = all(len(text) <= LONGEST_QUERY and text.isprintable() for text in query.values())
    if len(query) > MOST_QUERY or not sound:
        raise Refused("bad_request", "address")
    return {name: str(text) for name, text in query.items()}


def _bound(session: str) -> str:
    """Return what the storefront's tokens are made for: never the same as the back office's."""
    return f"shop {session}"
