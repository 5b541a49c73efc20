"""The pages on which price lists are listed, written, tried, published and removed."""

from __future__ import annotations

import msgspec
from litestar import Response, get, post
from msgspec.structs import replace

from retail.catalogue import LocalisedText
from retail.price_list import PriceList
from sync.server.api.visit import GivenForm, GivenVisit, Visit
from sync.server.clock import wall_text
from sync.server.database.shop_rows import list_price_texts
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.list_price_desk import ListGone, named_list
from sync.server.editing.price_list_desk import (
    ListInUse,
    PriceListEdit,
    key_of_list,
    list_price_lists,
    mark_of_prices,
    open_list,
    open_new_list,
    publish_list_edit,
    read_list_edit,
    remove_list,
    take_over_list,
    try_list_edit,
)
from sync.server.editing.promotion_desk import seen_in_stores
from sync.server.editing.publishing import RowsChanged
from sync.server.editing.row_json import price_list_of_json
from sync.server.editing.shop import Shop
from sync.server.editing.typed import Unreadable
from sync.server.refusals import Refused
from sync.server.web.frame import PRICE_LISTS, View
from sync.server.web.price_list_page import render_price_list, with_list_json
from sync.server.web.price_lists_page import (
    EDIT_LIST,
    NEW_LIST,
    REMOVE_LIST,
    render_list_removal,
    render_price_lists,
)


@get("/price-lists", sync_to_thread=True)
def list_page(visit: GivenVisit) -> Response[str]:
    """Show a store's price lists."""
    shop = visit.shop()
    with visit.centre.database.read() as connection:
        listed = list_price_lists(connection, shop, wall_text())
    view = visit.view(shop.store_id, PRICE_LISTS, **visit.some("done", "about"))
    return visit.page(render_price_lists(view, shop, visit.stores(), listed))


@get("/price-lists/new", sync_to_thread=True)
def new_page(visit: GivenVisit) -> Response[str]:
    """Show the fields of a new list, empty or copied from another."""
    shop = visit.shop()
    copied = visit.query.get("copy", "")
    pattern = _named(shop, copied) if copied else None
    with visit.centre.database.read() as connection:
        edit = open_new_list(connection, shop, pattern)
    return _show(visit, visit.view(shop.store_id, NEW_LIST, copy=copied), edit)


@get("/price-lists/edit", sync_to_thread=True)
def edit_page(visit: GivenVisit) -> Response[str]:
    """Show the fields of a list."""
    shop = visit.shop()
    row = _named(shop, visit.query.get("id", ""))
    with visit.centre.database.read() as connection:
        edit = open_list(connection, shop, row)
    return _show(visit, visit.view(shop.store_id, EDIT_LIST, id=row.list_id), edit)


@post("/price-lists/edit", sync_to_thread=True, status_code=200)
def take_edit(visit: GivenVisit, form: GivenForm) -> Response[str]:
    """Check, try or publish what was typed."""
    shop = visit.shop()
    original = form.text("original_id")
    view = (
        visit.view(shop.store_id, EDIT_LIST, id=original) if original else visit.view(shop.store_id, NEW_LIST)
    )
    if form.text("do") == "publish":
        return _publish(visit, view, shop, form)
    if form.text("do") == "json":
        return _show(visit, view, _from_json(visit, shop, form))
    with visit.centre.database.read() as connection:
        edit = read_list_edit(connection, shop, form)
        if form.text("do") == "try":
            edit = try_list_edit(connection, edit)
    return _show(visit, view, edit)


@get("/price-lists/remove", sync_to_thread=True)
def removal_page(visit: GivenVisit) -> Response[str]:
    """Ask before a list is removed."""
    return _ask_removal(visit)


@post("/price-lists/remove", sync_to_thread=True, status_code=200)
def take_removal(visit: GivenVisit, form: GivenForm) -> Response[str]:
    """Remove a list with its prices."""
    shop = visit.shop()
    row = _named(shop, visit.query.get("id", ""))
    try:
        with visit.centre.database.write() as connection:
            remove_list(connection, shop.store_id, row.list_id, form)
    except RowsChanged:
        return _ask_removal(visit, changed=True)
    except ListInUse as used:
        return _ask_removal(visit, problems=used.problems)
    return visit.away(visit.view(shop.store_id, PRICE_LISTS).itself(done="removed", about=row.list_id))


def _publish(visit: Visit, view: View, shop: Shop, form: Form) -> Response[str]:
    try:
        with visit.centre.database.write() as connection:
            edit = publish_list_edit(connection, shop.store_id, form)
    except RowsChanged as changed:
        return _show_conflict(visit, view, form, changed)
    if not edit.sound:
        return _show(visit, view, edit)
    done = visit.view(shop.store_id, PRICE_LISTS)
    return visit.away(done.itself(done="published", about=edit.row.list_id))


def _show_conflict(visit: Visit, view: View, form: Form, changed: RowsChanged) -> Response[str]:
    """Show what somebody else has made of the row, beside what was typed; publishing again overwrites it."""
    shop = visit.shop()
    first = changed.rows[0]
    with visit.centre.database.read() as connection:
        edit = read_list_edit(connection, shop, form)
        edit = replace(edit, seen=seen_in_stores(connection, shop, first.key))
    theirs = msgspec.json.decode(first.text, type=PriceList) if first.text else None
    return _show(visit, view, edit, theirs=theirs, conflict=True)


def _from_json(visit: Visit, shop: Shop, form: Form) -> PriceListEdit:
    """Put a row that was written as JSON into the fields; what is wrong with it is told at its box."""
    original = form.text("original_id")
    with visit.centre.database.read() as connection:
        try:
            row = price_list_of_json(form.text("json"))
            if original and row.list_id != original:
                raise Unreadable(_ANOTHER_ID)
        except Unreadable as unreadable:
            edit = read_list_edit(connection, shop, form)
            return replace(edit, present=None, problems=(FieldProblem("json", unreadable.sentence),))
        return take_over_list(connection, shop, row, form)


def _show(
    visit: Visit, view: View, edit: PriceListEdit, *, theirs: PriceList | None = None, conflict: bool = False
) -> Response[str]:
    text = render_price_list(view, with_list_json(edit), visit.token, theirs=theirs, conflict=conflict)
    return visit.page(text, status=409 if conflict else 200 if edit.sound or not visit.posted else 422)


def _ask_removal(
    visit: Visit, *, changed: bool = False, problems: tuple[FieldProblem, ...] = ()
) -> Response[str]:
    shop = visit.shop()
    row = _named(shop, visit.query.get("id", ""))
    view = visit.view(shop.store_id, REMOVE_LIST, id=row.list_id)
    with visit.centre.database.read() as connection:
        listed = list_price_lists(connection, shop, wall_text())
        seen = seen_in_stores(connection, shop, key_of_list(row.list_id))
        prices_seen = mark_of_prices(list_price_texts(connection, shop.store_id, row.list_id))
    one = next(each for each in listed if each.row == row)
    text = render_list_removal(view, one, seen, prices_seen, visit.token, changed=changed, problems=problems)
    return visit.page(text, status=409 if changed or problems else 200)


def _named(shop: Shop, list_id: str) -> PriceList:
    try:
        return named_list(shop, list_id)
    except ListGone as gone:
        raise Refused("no_row") from gone


_ANOTHER_ID = LocalisedText(
    "The id cannot be changed. Duplicate the list to have it under another id.",
    "编号不能修改。如需其他编号，请复制此价目表。",
)
