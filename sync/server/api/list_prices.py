"""The pages of the prices on one list: shown, written and removed one by one, brought and got as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from litestar import Response, get, post
from sqlalchemy import Connection

from retail.price_list import PriceList
from sync.server.api.visit import PAGE_HEADERS, GivenForm, GivenUpload, GivenVisit, Visit
from sync.server.csv_lines import Problem
from sync.server.database.shop_rows import products_named
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.list_price_desk import (
    FileRefused,
    ListGone,
    bring_file,
    file_of,
    named_list,
    price_with_key,
    prices_on_list,
    remove_price,
    with_products,
    write_price,
)
from sync.server.editing.publishing import RowsChanged
from sync.server.editing.shop import Shop
from sync.server.editing.typed import major_text, plain_text
from sync.server.refusals import Refused
from sync.server.web.frame import View
from sync.server.web.list_prices_page import PAGE_PRICES, PricesShown, render_list_prices
from sync.server.web.price_lists_page import PRICES

CSV_HEADERS: Final = {
    **PAGE_HEADERS,
    "Content-Disposition": 'attachment; filename="prices.csv"',
}


@get("/price-lists/prices", sync_to_thread=True)
def prices_page(visit: GivenVisit) -> Response[str]:
    """Show the prices on a list, some at a time; with `key` the fields of one of them."""
    view, shown = _shown(visit)
    return visit.page(render_list_prices(view, shown, visit.token))


@post("/price-lists/prices/edit", sync_to_thread=True, status_code=200)
def take_price(visit: GivenVisit, form: GivenForm) -> Response[str]:
    """Publish or remove one price."""
    store_id, list_id = visit.store_id(), visit.query.get("list", "")
    try:
        with visit.centre.database.write() as connection:
            if form.text("do") == "remove":
                about, done = remove_price(connection, store_id, list_id, form), "removed"
            else:
                written = write_price(connection, store_id, list_id, form)
                if written.price is None:
                    view, shown = _shown(visit, form=form, problems=written.problems)
                    return visit.page(render_list_prices(view, shown, visit.token), status=422)
                about, done = written.price.key, "published"
    except ListGone as gone:
        raise Refused("no_row") from gone
    except RowsChanged:
        view, shown = _shown(visit, changed=True)
        return visit.page(render_list_prices(view, shown, visit.token), status=409)
    view = visit.view(store_id, PRICES, list=list_id)
    return visit.away(view.itself(done=done, about=about))


@post("/price-lists/prices/import", sync_to_thread=True, status_code=200)
def take_file(visit: GivenVisit, upload: GivenUpload) -> Response[str]:
    """Publish the prices of a CSV file, all of them or none."""
    store_id, list_id = visit.store_id(), visit.query.get("list", "")
    try:
        with visit.centre.database.write() as connection:
            brought = bring_file(
                connection,
                store_id,
                list_id,
                upload.text,
                seen=upload.form.text("seen"),
                whole=upload.form.ticked("whole"),
            )
    except ListGone as gone:
        raise Refused("no_row") from gone
    except RowsChanged:
        view, shown = _shown(visit, changed=True)
        return visit.page(render_list_prices(view, shown, visit.token), status=409)
    except FileRefused as refused:
        view, shown = _shown(visit, file_problems=refused.problems)
        return visit.page(render_list_prices(view, shown, visit.token), status=422)
    about = f"{brought.added} / {brought.changed} / {brought.removed}"
    return visit.away(visit.view(store_id, PRICES, list=list_id).itself(done="brought", about=about))


@get("/price-lists/prices/file", sync_to_thread=True)
def prices_file(visit: GivenVisit) -> Response[str]:
    """Give the prices on a list as CSV."""
    shop = visit.shop()
    try:
        row = named_list(shop, visit.query.get("list", ""))
    except ListGone as gone:
        raise Refused("no_row") from gone
    with visit.centre.database.read() as connection:
        text = file_of(connection, shop, row.list_id)
    return Response(text, media_type="text/csv; charset=utf-8", headers=CSV_HEADERS)


def _shown(
    visit: Visit,
    *,
    form: Form | None = None,
    problems: Sequence[FieldProblem] = (),
    file_problems: Sequence[Problem] = (),
    changed: bool = False,
) -> tuple[View, PricesShown]:
    """Read what the page shows: the prices that the address asks for, and the fields of one."""
    shop = visit.shop()
    try:
        row = named_list(shop, visit.query.get("list", ""))
    except ListGone as gone:
        raise Refused("no_row") from gone
    sought = visit.query.get("q", "")
    with visit.centre.database.read() as connection:
        prices, seen = prices_on_list(connection, shop, row.list_id)
        total = len(prices)
        if sought:
            named = {one.product_id for one in products_named(connection, [sought]).values()}
            prices = [one for one in prices if one.product_id in named]
        count = max(1, -(-len(prices) // PAGE_PRICES))
        place = min(visit.page_number(), count)
        some = with_products(connection, shop, prices[(place - 1) * PAGE_PRICES : place * PAGE_PRICES])
        if form is None:
            form = _form_of(connection, shop, row, "" if changed else visit.query.get("key", ""))
    shown = PricesShown(
        row=row,
        digits=shop.digits,
        prices=some,
        place=place,
        count=count,
        total=total,
        seen=seen,
        form=form,
        problems=problems,
        file_problems=file_problems,
        changed=changed,
    )
    query = visit.some("q", "page", "key", "done", "about")
    return visit.view(shop.store_id, PRICES, list=row.list_id, **query), shown


def _form_of(connection: Connection, shop: Shop, row: PriceList, key: str) -> Form:
    """Return the fields of the price with this key, empty ones without a key."""
    price, mark = price_with_key(connection, shop, row.list_id, key) if key else (None, "")
    if price is None:
        return Form({})
    quantity = plain_text(price.minimum_quantity) if price.minimum_quantity else ""
    return Form(
        {
            "product": (price.product_id,),
            "price": (major_text(price.unit_price_minor, shop.digits),),
            "from_quantity": (quantity,),
            "original_key": (price.key,),
            "price_seen": (mark,),
        }
    )
