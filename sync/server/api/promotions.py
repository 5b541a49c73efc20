"""The pages on which promotions are listed, written, tried, published and removed."""

from __future__ import annotations

import msgspec
from litestar import Response, get, post
from msgspec.structs import replace

from retail.catalogue import LocalisedText
from retail.promotions.rule import Promotion
from sync.server.api.visit import GivenForm, GivenVisit, Visit
from sync.server.clock import wall_text
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.kind_forms import KIND_FORMS
from sync.server.editing.promotion_desk import (
    ListedPromotion,
    PromotionEdit,
    key_of_id,
    list_promotions,
    open_new,
    open_promotion,
    publish_edit,
    read_edit,
    remove_promotion,
    seen_in_stores,
    take_over,
    try_edit,
)
from sync.server.editing.publishing import RowsChanged
from sync.server.editing.row_json import promotion_of_json
from sync.server.editing.shop import Shop
from sync.server.editing.typed import Unreadable
from sync.server.refusals import Refused
from sync.server.web.frame import PROMOTIONS, View
from sync.server.web.promotion_page import render_promotion, with_json
from sync.server.web.promotions_page import (
    EDIT,
    NEW,
    REMOVE,
    render_kinds,
    render_promotions,
    render_removal,
)


@get("/promotions", sync_to_thread=True)
def list_page(visit: GivenVisit) -> Response[str]:
    """Show a store's promotions."""
    shop = visit.shop()
    with visit.centre.database.read() as connection:
        listed = list_promotions(connection, shop, wall_text())
    view = visit.view(shop.store_id, PROMOTIONS, **visit.some("q", "state", "done", "about"))
    return visit.page(render_promotions(view, shop, visit.stores(), listed, visit.page_number()))


@get("/promotions/new", sync_to_thread=True)
def new_page(visit: GivenVisit) -> Response[str]:
    """Show the choice of a kind, or the fields of a new promotion, empty or copied from another."""
    shop = visit.shop()
    kind, copied = visit.query.get("kind", ""), visit.query.get("copy", "")
    view = visit.view(shop.store_id, NEW, kind=kind, copy=copied)
    if not copied and kind not in KIND_FORMS:
        return visit.page(render_kinds(view))
    pattern = _named(shop, copied) if copied else None
    with visit.centre.database.read() as connection:
        edit = open_new(connection, shop, kind, pattern)
    return _show(visit, view, edit)


@get("/promotions/edit", sync_to_thread=True)
def edit_page(visit: GivenVisit) -> Response[str]:
    """Show the fields of a promotion."""
    shop = visit.shop()
    promotion = _named(shop, visit.query.get("id", ""))
    view = visit.view(shop.store_id, EDIT, id=promotion.promotion_id)
    with visit.centre.database.read() as connection:
        edit = open_promotion(connection, shop, promotion, wall_text())
    return _show(visit, view, edit)


@post("/promotions/edit", sync_to_thread=True, status_code=200)
def take_edit(visit: GivenVisit, form: GivenForm) -> Response[str]:
    """Check, try or publish what was typed."""
    shop = visit.shop()
    original, kind = form.text("original_id"), form.text("kind")
    if kind not in KIND_FORMS:
        raise Refused("bad_request", "kind")
    view = (
        visit.view(shop.store_id, EDIT, id=original)
        if original
        else visit.view(shop.store_id, NEW, kind=kind)
    )
    if form.text("do") == "publish":
        return _publish(visit, view, shop, form)
    with visit.centre.database.read() as connection:
        if form.text("do") == "json":
            edit = _from_json(visit, shop, form)
        else:
            edit = read_edit(connection, shop, form, wall_text())
        if form.text("do") == "try":
            edit = try_edit(connection, edit)
    return _show(visit, view, edit)


@get("/promotions/remove", sync_to_thread=True)
def removal_page(visit: GivenVisit) -> Response[str]:
    """Ask before a promotion is removed."""
    return _ask_removal(visit, visit.shop(), visit.query.get("id", ""), changed=False)


@post("/promotions/remove", sync_to_thread=True, status_code=200)
def take_removal(visit: GivenVisit, form: GivenForm) -> Response[str]:
    """Remove a promotion."""
    shop = visit.shop()
    promotion = _named(shop, visit.query.get("id", ""))
    try:
        with visit.centre.database.write() as connection:
            remove_promotion(connection, shop, promotion.promotion_id, form)
    except RowsChanged:
        return _ask_removal(visit, visit.shop(), promotion.promotion_id, changed=True)
    view = visit.view(shop.store_id, PROMOTIONS)
    return visit.away(view.itself(done="removed", about=promotion.promotion_id))


def _publish(visit: Visit, view: View, shop: Shop, form: Form) -> Response[str]:
    try:
        with visit.centre.database.write() as connection:
            edit = publish_edit(connection, shop.store_id, form, wall_text())
    except RowsChanged as changed:
        return _show_conflict(visit, view, form, changed)
    if not edit.sound or edit.promotion is None:
        return _show(visit, view, edit)
    done = visit.view(shop.store_id, PROMOTIONS)
    return visit.away(done.itself(done="published", about=edit.promotion.promotion_id))


def _show_conflict(visit: Visit, view: View, form: Form, changed: RowsChanged) -> Response[str]:
    """Show what somebody else has made of the row, beside what was typed; publishing again overwrites it."""
    shop = visit.shop()
    first = changed.rows[0]
    promotion_id = first.key.removeprefix(key_of_id(""))
    with visit.centre.database.read() as connection:
        edit = read_edit(connection, shop, form, wall_text())
        now_seen = seen_in_stores(connection, shop, first.key)
    theirs = msgspec.json.decode(first.text, type=Promotion) if first.text else None
    edit = replace(edit, seen=now_seen)
    if edit.promotion is not None:
        edit = replace(edit, promotion=replace(edit.promotion, promotion_id=promotion_id))
    return _show(visit, view, edit, theirs=theirs, conflict=True)


def _from_json(visit: Visit, shop: Shop, form: Form) -> PromotionEdit:
    """Put a row that was written as JSON into the fields; what is wrong with it is told at its box."""
    original = form.text("original_id")
    with visit.centre.database.read() as connection:
        try:
            promotion = promotion_of_json(form.text("json"))
            if original and promotion.promotion_id != original:
                raise Unreadable(_ANOTHER_ID)
        except Unreadable as unreadable:
            edit = read_edit(connection, shop, form, wall_text())
            told = FieldProblem("json", unreadable.sentence)
            return replace(edit, promotion=None, problems=(told,))
        return take_over(connection, shop, promotion, form, wall_text())


def _show(
    visit: Visit,
    view: View,
    edit: PromotionEdit,
    *,
    theirs: Promotion | None = None,
    conflict: bool = False,
) -> Response[str]:
    wrong = any(not problem.doubt for problem in edit.problems)
    text = render_promotion(view, with_json(edit), visit.token, theirs=theirs, conflict=conflict)
    # 409: the row is not as it was seen. 422: understood, and not to be carried out (RFC 9110).
    return visit.page(text, status=409 if conflict else 422 if wrong and visit.posted else 200)


def _ask_removal(visit: Visit, shop: Shop, promotion_id: str, *, changed: bool) -> Response[str]:
    promotion = _named(shop, promotion_id)
    view = visit.view(shop.store_id, REMOVE, id=promotion_id)
    with visit.centre.database.read() as connection:
        listed = list_promotions(connection, shop, wall_text())
        seen = seen_in_stores(connection, shop, key_of_id(promotion_id))
    one: ListedPromotion = next(each for each in listed if each.promotion == promotion)
    text = render_removal(view, shop, one, seen, visit.token, changed=changed)
    return visit.page(text, status=409 if changed else 200)


def _named(shop: Shop, promotion_id: str) -> Promotion:
    found = next((one for one in shop.promotions if one.promotion_id == promotion_id), None)
    if found is None:
        raise Refused("no_row")
    return found


_ANOTHER_ID = LocalisedText(
    "The id cannot be changed. Duplicate the promotion to have it under another id.",
    "编号不能修改。如需其他编号，请复制此促销。",
)
