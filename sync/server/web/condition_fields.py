"""The parts of a form that promotions and price lists share: what it touches, when and for whom it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from retail.catalogue import Product
from retail.occasion import CHANNELS
from sync.server.editing.field_labels import FIELD_LABELS
from sync.server.editing.shop import Shop
from sync.server.web.fields import Fields
from sync.server.web.frame import View
from sync.server.web.markup import Content, Html, html, tag
from sync.server.web.summaries import WEEKDAYS, channel


def label_of(name: str, view: View) -> str:
    """Return what a field is called."""
    return view.text(FIELD_LABELS[name])


def part(title: str, *content: Content, sentence: str = "") -> Html:
    """Return one part of a form, with its title."""
    told = tag("p", sentence, class_="help wide") if sentence else None
    return tag("fieldset", tag("legend", title), tag("div", told, content, class_="grid"))


def scope_part(view: View, fields: Fields, shop: Shop, products: Mapping[str, Product]) -> Html:
    """Draw what a row touches; `products` are those that it names."""
    say = view.say
    known = shelves(view, shop)
    typed = say(
        "Ids, item numbers or barcodes, one a line or with commas between.",
        "填写编号、货号或条码，每行一个或用逗号分隔。",
    )
    return part(
        say("What it touches", "适用范围"),
        fields.area("product_ids", label_of("product_ids", view), typed),
        fields.ticks("category_ids", label_of("category_ids", view), known),
        fields.area("excluded_product_ids", label_of("excluded_product_ids", view), typed, rows=2),
        fields.ticks("excluded_category_ids", label_of("excluded_category_ids", view), known),
        names(view, products),
        sentence=say(
            "Nothing filled in means everything that takes a discount. What is excluded never counts.",
            "不填表示所有可打折的商品。被排除的商品始终不计。",
        ),
    )


def shelves(view: View, shop: Shop) -> list[tuple[str, str]]:
    """Return the categories by their id."""
    return [(one.category_id, view.text(one.name)) for one in shop.categories]


def names(view: View, products: Mapping[str, Product]) -> Html:
    """Draw what the products that a page names are called."""
    if not products:
        return html()
    entries = [
        tag("li", f"{one.product_id} · {one.sku} · {view.text(one.name)}") for one in products.values()
    ]
    shown = tag(
        "summary", view.say(f"The {len(entries)} products named here", f"此处的 {len(entries)} 种商品")
    )
    return tag("details", shown, tag("ul", entries, class_="names"), class_="wide", open=len(entries) <= 12)


def when_part(view: View, fields: Fields) -> Html:
    """Draw when a row holds."""
    say = view.say
    days = [(str(place), say(*both)) for place, both in enumerate(WEEKDAYS, 1)]
    return part(
        say("When it holds", "有效时间"),
        fields.time("starts_at", label_of("starts_at", view), say("From this moment on.", "从此刻开始。")),
        fields.time(
            "ends_at", label_of("ends_at", view), say("Until just before this moment.", "到此刻之前为止。")
        ),
        fields.ticks("weekdays", label_of("weekdays", view), days),
        fields.line(
            "month_days",
            label_of("month_days", view),
            say("Such as 1, 15.", "例如 1, 15。"),
        ),
        fields.line(
            "hours",
            label_of("hours", view),
            say(
                "Such as 17:00-19:00, also several; 22:00-02:00 runs over midnight.",
                "例如 17:00-19:00，可填多个；22:00-02:00 表示跨过午夜。",
            ),
        ),
        sentence=say(
            "Times are those of the clock on the store's wall. What is left empty does not matter.",
            "时间以门店时钟为准。留空表示不限。",
        ),
    )


def whom_fields(view: View, fields: Fields, shop: Shop) -> Iterable[Html]:
    """Draw for whom and where a row holds."""
    say = view.say
    tiers = ", ".join(shop.tiers or ())
    known = say(f" This store has {tiers}.", f"本店等级：{tiers}。") if tiers else ""
    return (
        fields.line(
            "member_tiers",
            label_of("member_tiers", view),
            say("Such as gold, silver; * is any member.", "例如 gold, silver；* 表示任何会员。") + known,
        ),
        fields.line(
            "member_groups", label_of("member_groups", view), say("Such as employee.", "例如 employee。")
        ),
        fields.ticks(
            "channels",
            label_of("channels", view),
            [(one, channel(one, view)) for one in CHANNELS],
            say("None ticked means both.", "都不选表示两者皆可。"),
        ),
    )
