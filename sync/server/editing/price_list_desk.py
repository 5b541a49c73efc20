"""The verbs of editing price lists: list, open, read what was typed, judge, publish, remove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from retail.catalogue import LocalisedText, Product
from retail.price_list import PriceList
from sync.server.database.shop_rows import count_list_prices, list_price_texts, products_by_id
from sync.server.editing.conditions import told_twice, wrong_conditions
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.price_list_form import price_list_fields, read_price_list
from sync.server.editing.price_list_problems import (
    list_field_problems,
    list_problems,
    list_state,
    others_broken,
)
from sync.server.editing.promotion_desk import chosen_stores, fields_beside, in_store, seen_in, seen_in_stores
from sync.server.editing.publishing import Change, RowsChanged, Seen, lock_prices, mark_of, publish_changes
from sync.server.editing.reading import Reading
from sync.server.editing.shop import Finder, Shop, read_shop
from sync.server.editing.trial import Trial, try_price_list


class ListedPriceList(msgspec.Struct, frozen=True):
    """A price list in the list of lists: its state, how many prices stand on it, what is wrong with it."""

    row: PriceList
    state: str
    prices: int
    problems: tuple[FieldProblem, ...]


class PriceListEdit(msgspec.Struct, frozen=True, kw_only=True):
    """A price list on its page; see `sync.server.editing.promotion_desk.PromotionEdit`."""

    shop: Shop
    form: Form
    row: PriceList
    problems: tuple[FieldProblem, ...] = ()
    present: PriceList | None = None
    seen: Seen = {}
    products: Mapping[str, Product] = {}
    trial: Trial | None = None

    @property
    def sound(self) -> bool:
        """Say whether it may be published: nothing is wrong. A list may be there before its prices are."""
        return all(problem.doubt for problem in self.problems)


class ListInUse(Exception):
    """Other lists could not be used without this one; `problems` name them."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        super().__init__(problems[0].sentence.en)
        self.problems = tuple(problems)


def key_of_list(list_id: str) -> str:
    """Return the stream key of a price list."""
    return f"price_list:{list_id}"


def list_price_lists(connection: Connection, shop: Shop, now: str) -> tuple[ListedPriceList, ...]:
    """Return a store's lists in the order in which they are asked."""
    counts = count_list_prices(connection, shop.store_id)
    reasons = list_problems(shop, shop.price_lists, counts)
    return tuple(
        ListedPriceList(
            row,
            list_state(row, reasons.get(row.list_id, ()), now),
            counts.get(row.list_id, 0),
            tuple(list_field_problems(row, reasons.get(row.list_id, ()))),
        )
        for row in sorted(shop.price_lists, key=lambda one: (one.position, one.list_id))
    )


def open_list(connection: Connection, shop: Shop, row: PriceList) -> PriceListEdit:
    """Return the page of a list that stands in the store, with what is wrong with it."""
    fields = price_list_fields(row, shop.digits).with_texts({"original_id": (row.list_id,)})
    edit = _opened(connection, shop, fields, row)
    return replace(edit, present=row, problems=tuple(_judge(connection, shop, row)))


def open_new_list(connection: Connection, shop: Shop, pattern: PriceList | None) -> PriceListEdit:
    """Return the page of a new list, empty or with the fields of another that it copies."""
    row = pattern or PriceList(list_id="", name=LocalisedText(""))
    return _opened(connection, shop, price_list_fields(replace(row, list_id=""), shop.digits), row, new=True)


def read_list_edit(connection: Connection, shop: Shop, form: Form) -> PriceListEdit:
    """Read what was typed and judge it beside the store's other lists."""
    original = form.text("original_id")
    reading = Reading(form, digits=shop.digits, find=Finder(connection))
    row = read_price_list(reading)
    problems = list(reading.problems)
    if original:
        row = replace(row, list_id=original)
    elif any(one.list_id == row.list_id for one in shop.price_lists):
        problems.append(FieldProblem("list_id", _TAKEN))
    problems += wrong_conditions(row)
    told = {problem.field for problem in problems}
    problems += [one for one in _judge(connection, shop, row) if not told_twice(one, told)]
    present = next((one for one in shop.price_lists if one.list_id == original), None)
    edit = _opened(connection, shop, form, row)
    return replace(edit, problems=tuple(problems), present=present, seen=seen_in(form))


def take_over_list(connection: Connection, shop: Shop, row: PriceList, form: Form) -> PriceListEdit:
    """Return the page with a row's fields, as it was written in JSON; what else was typed stays."""
    fields = price_list_fields(row, shop.digits)
    return read_list_edit(connection, shop, fields_beside(fields, form))


def try_list_edit(connection: Connection, edit: PriceListEdit) -> PriceListEdit:
    """Return the edit with its trial; one that is wrong is not tried."""
    if not edit.sound:
        return edit
    reading = Reading(edit.form, digits=edit.shop.digits, find=Finder(connection))
    trial = try_price_list(connection, edit.shop, edit.row, reading)
    return replace(edit, trial=trial, problems=(*edit.problems, *reading.problems))


def publish_list_edit(connection: Connection, store_id: str, form: Form) -> PriceListEdit:
    """Publish what was typed in the store and in those that are ticked, if it is sound.

    Nothing was published when the edit that comes back is not sound. Raises `RowsChanged`, `NoSuchStore`.
    """
    stores = chosen_stores(read_shop(connection, store_id), form)
    lock_prices(connection, stores)
    shop = read_shop(connection, store_id)
    edit = read_list_edit(connection, shop, form)
    if not edit.sound:
        return edit
    for sister in stores[1:]:
        there = _judge(connection, read_shop(connection, sister), edit.row)
        wrong = [problem for problem in there if not problem.doubt]
        if wrong:
            return replace(edit, problems=tuple(in_store(problem, sister) for problem in wrong))
    key = key_of_list(edit.row.list_id)
    publish_changes(
        connection,
        [Change(store_id=one, seen={key: edit.seen.get(one, "")}, puts=[edit.row]) for one in stores],
    )
    return edit


def remove_list(connection: Connection, store_id: str, list_id: str, form: Form) -> int:
    """Remove a list and every price on it; return how many prices there were.

    Raises `ListInUse` when another is derived from it, `RowsChanged` when it or one of its prices is not as
    it was seen, `NoSuchStore`.
    """
    lock_prices(connection, [read_shop(connection, store_id).store_id])
    shop = read_shop(connection, store_id)
    rest = [one for one in shop.price_lists if one.list_id != list_id]
    broken = others_broken(shop, rest, count_list_prices(connection, store_id), list_id)
    if broken:
        raise ListInUse(broken)
    key = key_of_list(list_id)
    prices = list_price_texts(connection, store_id, list_id)
    if form.text("prices_seen") != mark_of_prices(prices):
        raise RowsChanged(())
    seen = {key: seen_in(form).get(store_id, "")}
    publish_changes(connection, [Change(store_id=store_id, seen=seen, removes=[key, *prices])])
    return len(prices)


def mark_of_prices(texts: Mapping[str, str]) -> str:
    """Return a mark of all prices on a list, from their texts by stream key."""
    return mark_of("\n".join(text for _, text in sorted(texts.items())))


def _opened(
    connection: Connection, shop: Shop, form: Form, row: PriceList, *, new: bool = False
) -> PriceListEdit:
    stores = [shop.store_id, *(one.store_id for one in shop.sisters)]
    nothing = dict.fromkeys(stores, "")
    seen = nothing if new else seen_in_stores(connection, shop, key_of_list(row.list_id))
    named = {*row.product_ids, *row.excluded_product_ids}
    return PriceListEdit(shop=shop, form=form, row=row, seen=seen, products=products_by_id(connection, named))


def _judge(connection: Connection, shop: Shop, row: PriceList) -> list[FieldProblem]:
    """Return what is wrong with a list in a store, by itself, and with others because of it."""
    counts = count_list_prices(connection, shop.store_id)
    lists = [*(one for one in shop.price_lists if one.list_id != row.list_id), row]
    problems = list_field_problems(row, list_problems(shop, lists, counts).get(row.list_id, ()))
    shelves = {one.category_id for one in shop.categories}
    for name in ("category_ids", "excluded_category_ids"):
        for unknown in [one for one in getattr(row, name) if one not in shelves]:
            told = LocalisedText(f"The store has no category “{unknown}”.", f"门店没有分类“{unknown}”。")
            problems.append(FieldProblem(name, told))
    return [*problems, *others_broken(shop, lists, counts, row.list_id)]


_TAKEN = LocalisedText(
    "Another list has this id. Change that one, or choose another id.",
    "已有使用此编号的价目表。请修改该价目表，或另选编号。",
)
