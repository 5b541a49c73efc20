"""What every page of the storefront has: the bar with search and basket, messages, style and icons."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Final

from sync.server.web.markup import Content, Html, html, tag
from sync.server.web.shop_view import ROOT, ShopView, address, order_address

_RESOURCES: Final = Path(__file__).parents[3] / "resources"
_COLOURS: Final = (
    *("canvas", "surface", "sunken", "hover", "border", "borderStrong", "text", "text2", "text3"),
    *("primary", "primaryHover", "onPrimary", "primaryTint", "onPrimaryTint"),
    *("frame", "frameRaised", "frameLine", "onFrame", "onFrame2", "pay", "payHover", "onPay"),
    *("warningTint", "onWarningTint", "danger", "dangerTint", "onDangerTint"),
    *("promoTint", "onPromoTint", "promo", "focus", "focusOnFrame"),
)
"""Those of the design's colours that the storefront uses."""

_ICON_NAME: Final = re.compile(r"[a-z0-9-]{1,40}")


def page(
    view: ShopView,
    title: str,
    *body: Content,
    refresh_seconds: int = 0,
    go_to: str = "",
    search: str = "",
) -> str:
    """Return a whole page; `go_to` is where a browser goes by itself at once.

    A page that comes again by itself comes without what was said of the last thing done.
    """
    again = f"; url={address(view.path, **view.query)}" if view.notice else ""
    refresh = f"0; url={go_to}" if go_to else f"{refresh_seconds}{again}" if refresh_seconds else ""
    name = view.text(view.store.name) if view.store else "Evertill"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="refresh", content=refresh) if refresh else None,
        tag("title", f"{title} · {name}"),
        tag("link", rel="stylesheet", href=style_address()),
    )
    said = html(
        tag("p", view.problem, class_="message bad", role="alert") if view.problem else None,
        tag(
            "p",
            view.notice,
            tag("a", view.say("See the basket", "查看购物篮"), href=view.at("/basket"))
            if view.to_basket
            else None,
            class_="message good",
            role="status",
        )
        if view.notice
        else None,
    )
    whole = tag(
        "html",
        head,
        tag(
            "body",
            tag("a", view.say("To the content", "跳到正文"), href="#main", class_="skip"),
            _bar(view, name, search),
            tag("main", said, *body, id="main"),
            _foot(view),
        ),
        lang="zh-CN" if view.chinese else "en",
    )
    return f"<!doctype html>{whole}"


def _bar(view: ShopView, name: str, search: str) -> Html:
    other = "en" if view.chinese else "zh_CN"
    language = tag(
        "a",
        view.say("中文", "English"),
        href=view.itself(lang=other),
        lang=other.replace("_", "-"),
        class_="language",
    )
    if view.store is None:
        return tag("header", tag("a", name, href=ROOT, class_="brand"), language)
    basket = tag(
        "a",
        icon("shopping-basket"),
        tag("span", view.say("Basket", "购物篮")),
        tag(
            "b",
            str(view.pieces),
            tag("span", view.say(" in it", " 件"), class_="unseen"),
        )
        if view.pieces
        else None,
        href=view.at("/basket"),
        class_="basket",
    )
    looking = tag(
        "form",
        tag(
            "input",
            type="search",
            name="q",
            value=search,
            placeholder=view.say("Search", "搜索商品"),
            aria_label=view.say("Search products", "搜索商品"),
            maxlength="80",
            autocomplete="off",
        ),
        tag("button", icon("search"), aria_label=view.say("Search", "搜索"), class_="quiet"),
        action=view.at("/search"),
        role="search",
    )
    return tag("header", tag("a", name, href=view.at(), class_="brand"), looking, basket, language)


def _foot(view: ShopView) -> Html:
    links = [tag("a", view.say("All stores", "全部门店"), href=ROOT)]
    if view.order_key:
        links.append(
            tag("a", view.say("Your last order", "您的最近订单"), href=order_address(view.order_key))
        )
    about = (view.store.address, view.store.telephone) if view.store is not None else ()
    return tag("footer", tag("nav", links), tag("p", ", ".join(text for text in about if text)))


def post_form(view: ShopView, action: str, *content: Content, class_: str | None = None) -> Html:
    """Return a form that is sent, with the token that shows that it is ours."""
    token = tag("input", type="hidden", name="token", value=view.token)
    return tag("form", token, *content, method="post", action=action, class_=class_)


def hidden(name: str, value: str) -> Html:
    """Return a field that nobody sees."""
    return tag("input", type="hidden", name=name, value=value)


def message_page(view: ShopView, title: str, sentence: str, back: str = "", back_text: str = "") -> str:
    """Return a page with nothing but a sentence and a way on."""
    way = back or (view.at() if view.store else ROOT)
    label = back_text or view.say("Back to the shop", "返回商店")
    return page(
        view,
        title,
        tag("h1", title),
        tag("p", sentence, class_="message bad", role="alert"),
        tag("p", tag("a", label, href=way, class_="button")),
    )


def icon(name: str, class_: str = "icon") -> Html:
    """Return a line icon by the name that a product or category has; a basket for one that we have not."""
    return tag("span", _drawn(name if _ICON_NAME.fullmatch(name) else "shopping-basket"), class_=class_)


@cache
def _drawn(name: str) -> Html:
    path = _RESOURCES / "icons" / f"{name}.svg"
    if not path.is_file():
        path = _RESOURCES / "icons" / "shopping-basket.svg"
    drawing = path.read_text(encoding="utf-8").strip().replace("<svg ", '<svg aria-hidden="true" ', 1)
    return Html(drawing.replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def picture_address(name: str) -> str:
    """Return where a product's picture is."""
    return f"{ROOT}/pictures/{name}"


def style_address() -> str:
    """Return where the style is: its name changes with its content, so it may be kept for ever."""
    return f"{ROOT}/style/{_style_hash()}.css"


@cache
def style() -> str:
    """Return the style of every page: the design's colours, light and dark, and the rules."""
    tokens = json.loads((_RESOURCES / "design" / "tokens.json").read_text(encoding="utf-8"))

    def colours(theme: str) -> dict[str, str]:
        plain = {f"--{name}": tokens["color"][theme][name] for name in _COLOURS}
        return plain | {f"--c-{name}": value for name, value in tokens["category"][theme].items()}

    light, dark = colours("light"), colours("dark")
    in_light = ";".join(f"{name}:{value}" for name, value in light.items())
    in_dark = ";".join(f"{name}:{value}" for name, value in dark.items() if value != light[name])
    shelves = "".join(f".c-{name}{{--c:var(--c-{name})}}" for name in tokens["category"]["light"])
    rules = Path(__file__).with_name("shop.css").read_text(encoding="utf-8")
    return (
        f":root{{color-scheme:light dark;{in_light}}}"
        f"@media(prefers-color-scheme:dark){{:root{{{in_dark}}}}}{shelves}{_squeezed(rules)}"
    )


def _squeezed(rules: str) -> str:
    """Return rules without comments, line ends and the spaces that only people need."""
    without = re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)
    return re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r":\s+", ":", re.sub(r"\s+", " ", without))).strip()


@cache
def _style_hash() -> str:
    return hashlib.blake2b(style().encode(), digest_size=8).hexdigest()


def link_button(text: str, path: str, *, class_: str = "button", **query: str) -> Html:
    """Return a link that looks like a button."""
    return tag("a", text, href=address(path, **query), class_=class_)
