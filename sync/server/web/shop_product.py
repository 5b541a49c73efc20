"""The page of one product: price, offers, and how much of it there is here and nearby."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from retail.catalogue import Category
from retail.quantity import SellingUnit
from sync.server.shop.goods import PLENTY, Elsewhere, ShownGood
from sync.server.web.markup import Html, tag
from sync.server.web.shop_frame import hidden, page, post_form
from sync.server.web.shop_shelves import face, marks, stock
from sync.server.web.shop_view import ROOT, ShopView, address

_KEPT = {"chilled": ("Keep chilled", "冷藏"), "frozen": ("Keep frozen", "冷冻")}


def product_page(
    view: ShopView, good: ShownGood, categories: Mapping[str, Category], elsewhere: Sequence[Elsewhere]
) -> str:
    """Return a product's page."""
    product = good.product
    name = view.text(product.name)
    about = tag(
        "div",
        tag("h1", name),
        tag(
            "p",
            tag("strong", view.unit_money(good.unit_price_minor, product.unit)),
            stock(view, good.available, product.unit),
            class_="price",
        ),
        _tax(view),
        marks(view, good),
        _add(view, good) if good.available > 0 else None,
        _elsewhere(view, good, elsewhere),
        _facts(view, good),
    )
    return page(
        view,
        name,
        _crumbs(view, good, categories),
        tag("div", face(good, categories), about, class_="product"),
    )


def gone_page(view: ShopView) -> str:
    """Return what is said about a product that is not sold here."""
    title = view.say("Not sold here", "本店不售")
    sentence = view.say(
        "This store does not sell this product online (any more).", "该商品已下架，或本店不在网上销售。"
    )
    return page(
        view,
        title,
        tag("h1", title),
        tag("p", sentence, class_="message"),
        tag("p", tag("a", view.say("Back to the shop", "返回商店"), href=view.at(), class_="button")),
    )


def _crumbs(view: ShopView, good: ShownGood, categories: Mapping[str, Category]) -> Html:
    assert view.store is not None, "a store's product"
    category = categories.get(good.product.category_id)
    return tag(
        "nav",
        tag("a", view.text(view.store.name), href=view.at()),
        tag("span", "›", aria_hidden="true"),
        tag("a", view.text(category.name), href=view.at("/category", id=category.category_id))
        if category
        else None,
        class_="crumbs",
        aria_label=view.say("Where you are", "当前位置"),
    )


def _add(view: ShopView, good: ShownGood) -> Html:
    product = good.product
    piece = product.unit is SellingUnit.PIECE
    measure = view.quantity(Decimal(1), product.unit).partition(" ")[2]
    return post_form(
        view,
        view.at("/basket/add"),
        hidden("product", product.product_id),
        hidden("back", view.itself()),
        tag(
            "label",
            view.say("Quantity", "数量") + (f" ({measure})" if measure else ""),
            for_="quantity",
        ),
        tag(
            "div",
            tag(
                "input",
                id="quantity",
                name="quantity",
                value="1",
                inputmode="numeric" if piece else "decimal",
                maxlength="8",
                autocomplete="off",
                class_="number",
            ),
            tag("button", view.say("Add to the basket", "加入购物篮"), class_="main"),
            class_="row",
        ),
    )


def _tax(view: ShopView) -> Html | None:
    assert view.store is not None, "a store's product"
    if view.store.tax_included:
        return None
    return tag("p", view.say("plus tax", "另加税费"), class_="small")


def _elsewhere(view: ShopView, good: ShownGood, elsewhere: Sequence[Elsewhere]) -> Html | None:
    """Return what other stores have: said first where it is sold out here."""
    some = [one for one in elsewhere if one.available > 0]
    if good.available > 0:
        if not some:
            return None
        title = view.say("Also at", "其他门店")
    elif some:
        title = view.say("Sold out here; there is some at", "本店已售完，其他门店有货")
    else:
        return tag("p", view.say("Sold out at every store.", "所有门店均已售完。"), class_="message")
    unit = good.product.unit
    stores = [
        tag(
            "li",
            tag(
                "a",
                view.text(one.name),
                href=address(f"{ROOT}/s/{one.store_id}/product", id=good.product.product_id),
            ),
            f": {view.left(one.available, unit, PLENTY)}",
        )
        for one in some
    ]
    return tag("div", tag("h2", title), tag("ul", stores, class_="elsewhere"))


def _facts(view: ShopView, good: ShownGood) -> Html:
    product = good.product
    facts = [
        (view.say("Item number", "货号"), product.sku),
        (view.say("Keeping", "储存"), view.say(*_KEPT.get(product.temperature, ("", "")))),
        (
            view.say("Age", "年龄限制"),
            view.say(
                f"From {product.minimum_age}; an ID is asked for at the desk.",
                f"年满 {product.minimum_age} 周岁；取货时需出示证件。",
            )
            if product.minimum_age
            else "",
        ),
    ]
    return tag("dl", [(tag("dt", name), tag("dd", text)) for name, text in facts if text], class_="facts")
