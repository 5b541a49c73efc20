"""The shelves of the storefront: its stores, a store's home, a category, and what a search found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from retail.catalogue import Category
from retail.quantity import SellingUnit
from sync.server.orders.values import CollectStore
from sync.server.shop.goods import PLENTY, ShownGood
from sync.server.shop.search_index import BuildProgress
from sync.server.web.markup import Content, Html, html, tag
from sync.server.web.shop_frame import hidden, icon, page, picture_address, post_form
from sync.server.web.shop_view import ROOT, ShopView


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a category: its goods, and the ranks behind which the pages around it begin."""

    category: Category
    goods: tuple[ShownGood, ...]
    count: int
    after: str = ""
    before: str = ""
    begun: bool = False


def stores_page(view: ShopView, stores: Sequence[tuple[CollectStore, str]]) -> str:
    """Return the choice of stores; each with its first free time, empty when there is none."""
    title = view.say("Choose your store", "选择门店")
    cards = [
        tag(
            "a",
            icon("map-pin"),
            tag("strong", view.text(store.settings.name)),
            tag("span", store.settings.address) if store.settings.address else None,
            tag(
                "span",
                view.say(f"Collect from {view.moment(first)}", f"最早取货：{view.moment(first)}")
                if first
                else view.say("No free time at the moment", "暂无可预约的取货时间"),
                class_="when" if first else "none",
            ),
            href=f"{ROOT}/s/{store.store_id}",
            class_="store",
        )
        for store, first in stores
    ]
    if not cards:
        nothing = view.say("No store takes online orders yet.", "目前还没有门店接受网上订单。")
        return page(view, title, tag("h1", title), tag("p", nothing, class_="none"))
    lead = view.say("Order online, collect at the desk.", "网上下单，到店自取。")
    return page(
        view, title, tag("h1", title), tag("p", lead, class_="lead"), tag("div", cards, class_="stores")
    )


def home_page(
    view: ShopView,
    categories: Sequence[Category],
    counts: Mapping[str, int],
    popular: Sequence[ShownGood],
    first_slot: str,
    building: BuildProgress | None,
) -> str:
    """Return a store's home: its categories and what most people buy."""
    assert view.store is not None, "a store's home"
    title = view.text(view.store.name)
    when = (
        view.say(
            f"Order now, collect from {view.moment(first_slot)}.",
            f"现在下单，最早 {view.moment(first_slot)} 可取。",
        )
        if first_slot
        else view.say("There is no free time to collect at the moment.", "暂无可预约的取货时间。")
    )
    tiles = [
        tag(
            "a",
            icon(category.icon),
            tag("strong", view.text(category.name)),
            tag("span", f"{counts[category.category_id]:,}") if category.category_id in counts else None,
            href=view.at("/category", id=category.category_id),
            class_=f"tile c-{category.colour}",
        )
        for category in categories
        if not counts or counts.get(category.category_id)
    ]
    return page(
        view,
        title,
        tag("h1", title),
        tag("p", when, class_="lead"),
        _building(view, building),
        tag("nav", tiles, class_="tiles", aria_label=view.say("Categories", "分类")),
        tag("h2", view.say("Popular", "热销商品")) if popular else None,
        grid(view, popular, categories) if popular else None,
    )


def category_page(
    view: ShopView, shelf: Shelf, categories: Sequence[Category], building: BuildProgress | None
) -> str:
    """Return one page of a category."""
    name = view.text(shelf.category.name)
    count = view.say(f"{shelf.count:,} products", f"{shelf.count:,} 种商品")
    here = shelf.category.category_id
    links = [
        tag("a", view.say("← Before", "← 上一页"), href=view.at("/category", id=here, before=shelf.before))
        if shelf.before
        else None,
        tag("a", view.say("From the start", "回到第一页"), href=view.at("/category", id=here))
        if shelf.begun
        else None,
        tag(
            "a",
            view.say("More →", "下一页 →"),
            href=view.at("/category", id=here, after=shelf.after),
            rel="next",
        )
        if shelf.after
        else None,
    ]
    nothing = view.say("Nothing here is sold online at this store.", "本店该分类暂无网上销售的商品。")
    return page(
        view,
        name,
        _crumbs(view, name),
        tag("h1", name),
        tag("p", count, class_="lead"),
        _building(view, building),
        grid(view, shelf.goods, categories) if shelf.goods else tag("p", nothing, class_="none"),
        tag("nav", links, class_="pages", aria_label=view.say("Pages", "分页")) if any(links) else None,
    )


def search_page(
    view: ShopView,
    typed: str,
    goods: Sequence[ShownGood],
    categories: Sequence[Category],
    building: BuildProgress | None,
) -> str:
    """Return what was found."""
    title = view.say(f"“{typed}”", f"“{typed}”") if typed else view.say("Search", "搜索")
    said: Content = None
    if not typed:
        said = tag(
            "p",
            view.say("Type a name, pinyin, or the number on the label.", "请输入名称、拼音或条码。"),
            class_="none",
        )
    elif not goods and building is None:
        said = tag(
            "p",
            view.say("Nothing was found. Fewer letters find more.", "没有找到商品。少输入几个字试试。"),
            class_="none",
        )
    return page(
        view,
        title,
        tag("h1", title),
        _building(view, building),
        said,
        grid(view, goods, categories) if goods else None,
        search=typed,
    )


def grid(view: ShopView, goods: Sequence[ShownGood], categories: Sequence[Category]) -> Html:
    """Return goods as cards, each with its button."""
    by_id = {one.category_id: one for one in categories}
    return tag("ul", [tag("li", _card(view, good, by_id)) for good in goods], class_="goods")


def _card(view: ShopView, good: ShownGood, categories: Mapping[str, Category]) -> Html:
    product = good.product
    return html(
        tag(
            "a",
            face(good, categories),
            tag("span", view.text(product.name), class_="name"),
            href=view.at("/product", id=product.product_id),
        ),
        tag(
            "p",
            tag("strong", view.unit_money(good.unit_price_minor, product.unit)),
            stock(view, good.available, product.unit),
            class_="price",
        ),
        marks(view, good),
        add_form(view, good) if good.available > 0 else None,
    )


def face(good: ShownGood, categories: Mapping[str, Category]) -> Html:
    """Return the product's picture, or its icon on the colour of its shelf."""
    product = good.product
    category = categories.get(product.category_id)
    colour = category.colour if category else "home"
    if product.picture:
        drawn = tag(
            "img", src=picture_address(product.picture), alt="", loading="lazy", width=160, height=120
        )
    else:
        drawn = icon(product.icon or (category.icon if category else ""))
    return tag("span", drawn, class_=f"face c-{colour}")


def marks(view: ShopView, good: ShownGood) -> Html:
    """Return small labels: promotions, age, cold."""
    product = good.product
    labels = [tag("span", view.text(one), class_="mark promo") for one in good.offers[:2]]
    if product.minimum_age:
        labels.append(tag("span", f"{product.minimum_age}+", class_="mark age"))
    return tag("p", labels, class_="marks") if labels else html()


def stock(view: ShopView, available: Decimal, unit: SellingUnit) -> Html:
    """Return how much there is, in words."""
    tone = "out" if available <= 0 else "in" if available >= PLENTY else "few"
    return tag("span", view.left(available, unit, PLENTY), class_=f"stock {tone}")


def add_form(view: ShopView, good: ShownGood) -> Html:
    """Return the button that puts one into the basket."""
    name = view.text(good.product.name)
    return post_form(
        view,
        view.at("/basket/add"),
        hidden("product", good.product.product_id),
        hidden("back", view.itself()),
        tag(
            "button",
            view.say("Add", "加入"),
            class_="add",
            aria_label=view.say(f"Add {name} to the basket", f"将 {name} 加入购物篮"),
        ),
    )


def _crumbs(view: ShopView, name: str) -> Html:
    assert view.store is not None, "a store's shelf"
    home = tag("a", view.text(view.store.name), href=view.at())
    return tag(
        "nav",
        home,
        tag("span", "›", aria_hidden="true"),
        tag("span", name, aria_current="page"),
        class_="crumbs",
        aria_label=view.say("Where you are", "当前位置"),
    )


def _building(view: ShopView, building: BuildProgress | None) -> Html:
    if building is None:
        return html()
    done = (
        view.say(
            f" {building.done:,} of {building.total:,} products are there.",
            f"已完成 {building.done:,} / {building.total:,} 种。",
        )
        if building.total
        else ""
    )
    sentence = view.say(
        "The shelves are being filled: not everything can be found yet.",
        "货架正在整理，部分商品暂时搜索不到。",
    )
    return tag("p", f"{sentence}{done}", class_="message", role="status")
