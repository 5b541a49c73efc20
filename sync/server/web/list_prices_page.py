"""The page of the prices on one list: found, written, removed one by one, or brought from a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from retail.price_list import PriceList
from sync.server.csv_lines import Problem
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.list_price_csv import MOST_LINES
from sync.server.editing.list_price_desk import ListPriceRow
from sync.server.editing.typed import major_text, plain_text
from sync.server.web.fields import Fields
from sync.server.web.frame import PRICE_LISTS, View, message, page, pages, table
from sync.server.web.markup import Content, Html, html, tag
from sync.server.web.price_lists_page import EDIT_LIST, PRICES
from sync.server.web.promotions_page import done_message

EDIT_PRICE: Final = f"{PRICES}/edit"
BRING: Final = f"{PRICES}/import"
FILE: Final = f"{PRICES}/file"

PAGE_PRICES: Final = 100

PRICES_DONE: Final[dict[str, tuple[str, str]]] = {
    "published": ("Published. Tills have it a moment later: ", "已发布，收银机稍后即会更新："),
    "removed": ("Removed: ", "已删除："),
    "brought": ("Brought from the file (added / changed / removed): ", "已导入（新增 / 修改 / 删除）："),
}


class PricesShown(msgspec.Struct, frozen=True, kw_only=True):
    """What the page shows: some of a list's prices, the form of one, and what is wrong with it or a file."""

    row: PriceList
    digits: int
    prices: Sequence[ListPriceRow]
    place: int
    count: int
    total: int
    seen: str
    form: Form
    problems: Sequence[FieldProblem] = ()
    file_problems: Sequence[Problem] = ()
    changed: bool = False


def render_list_prices(view: View, shown: PricesShown, token: str) -> str:
    """Return the page."""
    say, row = view.say, shown.row
    title = f"{say('Prices', '价格')}: {view.text(row.name)}"
    heads = (
        say("Item", "商品"),
        say("From quantity", "起始数量"),
        say("Price", "价格"),
        say("In the store", "门店价"),
        "",
    )
    meanwhile = say(
        "Somebody else has changed it meanwhile. Nothing was published; this is how it stands now.",
        "其他人刚刚修改了内容。尚未发布；以下为当前内容。",
    )
    return page(
        view,
        title,
        tag("h1", title, tag("small", f"{row.list_id} · {view.store_id}")),
        done_message(view, PRICES_DONE),
        message("warn", meanwhile) if shown.changed else None,
        _file_problems(view, shown.file_problems),
        _one(view, shown, token),
        _find(view, shown),
        table(
            heads,
            [_price(one, view, shown.digits) for one in shown.prices],
            say("No price here.", "没有价格。"),
            numbers=(1, 2, 3),
            class_="list",
        ),
        pages(view, shown.place, shown.count),
        _many(view, shown, token),
        tag(
            "div",
            tag(
                "a",
                say("Back to the price lists", "返回价目表"),
                href=view.link(PRICE_LISTS),
                class_="button",
            ),
            tag("a", say("Edit the list's rule", "编辑推算规则"), href=view.link(EDIT_LIST, id=row.list_id)),
            class_="actions",
        ),
    )


def _one(view: View, shown: PricesShown, token: str) -> Html:
    say, form = view.say, shown.form
    fields = Fields(view, form, shown.problems)
    editing = form.text("original_key")
    title = say("Edit a price", "编辑价格") if editing else say("Add a price", "添加价格")
    remove = tag("button", say("Remove this price", "删除此价格"), name="do", value="remove", class_="remove")
    stop = tag("a", say("Leave it", "取消"), href=view.link(PRICES, list=shown.row.list_id), class_="button")
    return tag(
        "form",
        fields.hidden("token", token),
        fields.hidden("original_key", editing),
        fields.hidden("price_seen", form.text("price_seen")),
        tag(
            "fieldset",
            tag("legend", title),
            tag(
                "div",
                fields.line(
                    "product",
                    say("Product", "商品"),
                    say("An id, item number or barcode.", "编号、货号或条码。"),
                ),
                fields.line("price", say("Price", "价格"), say("Such as 4.50.", "例如 4.50。"), numeric=True),
                fields.line(
                    "from_quantity",
                    say("From quantity", "起始数量"),
                    say("Empty is any quantity.", "留空表示不限数量。"),
                    numeric=True,
                ),
                class_="grid",
            ),
            tag(
                "div",
                tag("button", say("Publish", "发布"), name="do", value="publish", class_="main"),
                [remove, stop] if editing else None,
                class_="actions",
            ),
        ),
        method="post",
        action=view.link(EDIT_PRICE, list=shown.row.list_id),
    )


def _find(view: View, shown: PricesShown) -> Html:
    say, query = view.say, dict(view.query)
    fields = Fields(view, Form({"q": (query.get("q", ""),)}), ())
    return tag(
        "form",
        fields.hidden("store", view.store_id),
        fields.hidden("lang", view.language),
        fields.hidden("list", shown.row.list_id),
        fields.line(
            "q", say("Find an item", "查找商品"), placeholder=say("id, item number, code", "编号、货号、条码")
        ),
        tag("button", say("Show", "显示")),
        tag("p", say(f"{shown.total} prices", f"共 {shown.total} 个价格"), class_="help"),
        method="get",
        action=PRICES,
        class_="bar",
    )


def _price(one: ListPriceRow, view: View, digits: int) -> Sequence[Content]:
    say, price, product = view.say, one.price, one.product
    gone = tag("span", say("not in the catalogue", "不在商品目录中"), class_="wrong")
    named = html(view.text(product.name), tag("span", product.sku, class_="sub")) if product else gone
    return (
        html(named, None if product else tag("span", price.product_id, class_="sub")),
        plain_text(price.minimum_quantity),
        major_text(price.unit_price_minor, digits),
        major_text(one.shelf_price.unit_price_minor, digits) if one.shelf_price else "—",
        tag(
            "span",
            tag("a", say("Edit", "编辑"), href=view.link(PRICES, list=price.list_id, key=price.key)),
            class_="links",
        ),
    )


def _many(view: View, shown: PricesShown, token: str) -> Html:
    say = view.say
    fields = Fields(view, Form({}), ())
    told = say(
        f"A CSV file with the columns sku, price and from_quantity, at most {MOST_LINES:,} lines. If one "
        "line is wrong, nothing is published. Prices that it does not name stay as they are.",
        f"CSV 文件，列为 sku、price、from_quantity，最多 {MOST_LINES:,} 行。"
        "有一行出错则全部不发布。未列出的价格保持不变。",
    )
    return tag(
        "form",
        fields.hidden("token", token),
        fields.hidden("seen", shown.seen),
        tag(
            "fieldset",
            tag("legend", say("Many at once", "批量处理")),
            tag(
                "div",
                fields.file("file", say("CSV file", "CSV 文件"), told, ".csv,text/csv"),
                fields.tick(
                    "whole",
                    say(
                        "The file is the whole list: remove what it does not name",
                        "文件即整张表：删除未列出的价格",
                    ),
                ),
                class_="grid",
            ),
            tag(
                "div",
                tag("button", say("Bring in", "导入")),
                tag(
                    "a",
                    say("Get them as CSV", "导出 CSV"),
                    href=view.link(FILE, list=shown.row.list_id),
                    class_="button",
                ),
                class_="actions",
            ),
        ),
        method="post",
        enctype="multipart/form-data",
        action=view.link(BRING, list=shown.row.list_id),
    )


def _file_problems(view: View, problems: Sequence[Problem]) -> Html:
    if not problems:
        return html()
    title = view.say("The file cannot be used; nothing was published:", "文件有误，未发布任何内容：")
    lines = [tag("li", view.text(problem.message)) for problem in problems]
    return message("bad", tag("strong", title), tag("ul", lines))
