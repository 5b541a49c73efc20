"""What every page of the back office has: language, links, colours, tables and messages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import msgspec

from retail.catalogue import LocalisedText
from sync.server.permissions import Person, allowed
from sync.server.web.markup import Content, Html, html, tag

_TOKENS = Path(__file__).parents[3] / "resources" / "design" / "tokens.json"
_STYLES = (Path(__file__).with_name("overview.css"), Path(__file__).with_name("forms.css"))

OVERVIEW = "/backoffice"
ORDERS = "/backoffice/orders"
ATTENTION = "/backoffice/attention"
PROMOTIONS = "/backoffice/promotions"
PRICE_LISTS = "/backoffice/price-lists"
DESK = "/backoffice/desk"
DEVICES = "/backoffice/devices"
MEMBERS = "/backoffice/members"
PEOPLE = "/backoffice/people"
ACCOUNT = "/backoffice/account"
SIGN_IN = "/backoffice/sign-in"

PLACES: Final[tuple[tuple[str, str, str], ...]] = (
    (OVERVIEW, "Overview", "总览"),
    (ORDERS, "Orders", "订单"),
    (ATTENTION, "Attention", "待处理"),
    (PROMOTIONS, "Promotions", "促销"),
    (PRICE_LISTS, "Price lists", "价目表"),
    (DESK, "Collection desk", "取货台"),
    (DEVICES, "Tills", "收银机"),
    (MEMBERS, "Members", "会员"),
    (PEOPLE, "People", "人员"),
)
"""Where the links of the header lead; each person sees those that they may open."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Who looks at what: the language (`en` or `zh_CN`), the store, and the page's own address and query.

    `person` is who is signed in.
    """

    language: str
    store_id: str = ""
    path: str = OVERVIEW
    query: tuple[tuple[str, str], ...] = ()
    person: Person | None = None

    def may(self, method: str, path: str) -> bool:
        """Say whether who is signed in may ask for this, so that nobody is offered what would be refused."""
        return self.person is not None and self.person.role in allowed(method, path)

    @property
    def home(self) -> str:
        """The first place that who is signed in may open; for nobody, where to sign in."""
        return next((path for path, *_ in PLACES if self.may("GET", path)), SIGN_IN)

    @property
    def chinese(self) -> bool:
        return self.language.startswith("zh")

    def say(self, english: str, chinese: str) -> str:
        """Return one of two texts."""
        return chinese if self.chinese else english

    def text(self, text: LocalisedText) -> str:
        """Return a text in the language."""
        return text.in_language(self.language)

    def link(self, path: str, *, language: str = "", **query: str) -> str:
        """Return the address of a page about the same store in the same language."""
        given = {"store": self.store_id, **query, "lang": language or self.language}
        return f"{path}?{urlencode({name: text for name, text in given.items() if text})}"

    def itself(self, *, language: str = "", **query: str) -> str:
        """Return this page's own address, with another language or parts of the query."""
        return self.link(self.path, language=language, **{**dict(self.query), **query})


def page(view: View, title: str, *body: Content, refresh_seconds: int = 0) -> str:
    """Return a whole page."""
    other = "en" if view.chinese else "zh_CN"
    places = [(path, view.say(*called)) for path, *called in PLACES if view.may("GET", path)]
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        _refresh(view, refresh_seconds) if refresh_seconds else None,
        tag("title", f"Evertill · {title}"),
        tag("style", Html(_style())),
    )
    here = _place(view)
    header = tag(
        "header",
        tag("strong", "Evertill"),
        tag(
            "nav",
            [
                tag("a", name, href=view.link(path), aria_current="page" if path == here else None)
                for path, name in places
            ],
        ),
        _account(view, here),
        tag(
            "a",
            view.say("中文", "English"),
            href=view.itself(language=other),
            lang=other.replace("_", "-"),
            class_="language",
        ),
    )
    whole = tag("html", head, tag("body", header, tag("main", *body)), lang="zh-CN" if view.chinese else "en")
    return f"<!doctype html>{whole}"


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[Content]],
    empty: str,
    *,
    numbers: Sequence[int] = (),
    class_: str | None = None,
) -> Html:
    """Return a table, or the sentence `empty`; the columns `numbers` are set to the right."""

    def cells(name: str, values: Sequence[Content]) -> list[Html]:
        return [
            tag(
                name,
                value,
                class_="number" if place in numbers else None,
                data_label=heads[place] if name == "td" else None,
            )
            for place, value in enumerate(values)
        ]

    body = [tag("tr", cells("td", row)) for row in rows]
    if not body:
        return tag("p", empty, class_="none")
    return tag("table", tag("thead", tag("tr", cells("th", heads))), tag("tbody", body), class_=class_)


def amount(minor: int, digits: int) -> str:
    """Return an amount as it is read, such as `1,234.50`; a minus stands before it."""
    whole, rest = divmod(abs(minor), 10**digits)
    sign = "−" if minor < 0 else ""
    return f"{sign}{whole:,}.{rest:0{digits}d}" if digits else f"{sign}{whole:,}"


def moment(text: str) -> str:
    """Return an RFC 3339 moment as it is read."""
    return text[:19].replace("T", " ")


def chip(text: str, tone: str) -> Html:
    """Return a small label; tones are `good`, `info`, `plain`, `warn` and `bad`."""
    return tag("span", text, class_=f"chip {tone}")


def message(tone: str, *content: Content) -> Html:
    """Return a message across the page."""
    return tag("div", *content, class_=f"message {tone}", role="alert" if tone == "bad" else "status")


def message_page(view: View, title: str, sentence: str) -> str:
    """Return a page with nothing but a sentence, and the way back."""
    back = tag("a", view.say("Back to the first page", "返回首页"), href=view.link(view.home))
    return page(view, title, tag("h1", title), message("bad", sentence), tag("p", back))


def store_choice(view: View, stores: Iterable[tuple[str, str]]) -> Html:
    """Return links to the same page of other stores; nothing where there is only one."""
    every = tuple(stores)
    links = [
        tag(
            "a",
            name,
            href=msgspec.structs.replace(view, store_id=store_id).link(view.path),
            aria_current="true" if store_id == view.store_id else None,
        )
        for store_id, name in every
    ]
    return tag("p", links, class_="stores") if len(every) > 1 else html()


def pages(view: View, place: int, count: int) -> Html:
    """Return links to the pages before and after, where a list has several; places count from 1."""
    if count <= 1:
        return html()
    back = (
        tag("a", view.say("Before", "上一页"), href=view.itself(page=str(place - 1))) if place > 1 else None
    )
    on = (
        tag("a", view.say("Next", "下一页"), href=view.itself(page=str(place + 1))) if place < count else None
    )
    return tag("p", back, tag("span", f"{place} / {count}"), on, class_="pages")


def _place(view: View) -> str:
    """Return which of the places in the header a page belongs to."""
    paths = [ACCOUNT, *(path for path, *_ in PLACES if path != OVERVIEW)]
    return next((path for path in paths if view.path.startswith(path)), view.path)


def _account(view: View, here: str) -> Html:
    if view.person is None:
        return html()
    current = "page" if here == ACCOUNT else None
    return tag("a", view.person.name, href=view.link(ACCOUNT), class_="account", aria_current=current)


def _refresh(view: View, seconds: int) -> Html:
    # Such a reading says of itself that nobody was here: an open page keeps no session alive.
    return tag("meta", http_equiv="refresh", content=f"{seconds}; url={view.itself(refresh='yes')}")


@cache
def _style() -> str:
    colours = json.loads(_TOKENS.read_text(encoding="utf-8"))["color"]

    def variables(theme: str) -> str:
        return "".join(f"--{name}:{value};" for name, value in colours[theme].items())

    return (
        f":root{{color-scheme:light dark;{variables('light')}}}"
        f"@media (prefers-color-scheme:dark){{:root{{{variables('dark')}}}}}"
        + "".join(path.read_text(encoding="utf-8") for path in _STYLES)
    )
