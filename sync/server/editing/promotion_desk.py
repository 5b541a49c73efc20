"""The verbs of editing promotions: list, open, read what was typed, judge, try, publish, remove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from retail.basket import coupon_key
from retail.catalogue import LocalisedText, Product
from retail.promotions.check import ids_named
from retail.promotions.rule import Promotion
from sync.server.database.shop_rows import products_by_id
from sync.server.editing.conditions import told_twice, wrong_conditions
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.kind_forms import KIND_FORMS
from sync.server.editing.promotion_form import new_id, promotion_fields, read_promotion
from sync.server.editing.promotion_problems import problems_of, state_of
from sync.server.editing.publishing import Change, Seen, lock_prices, marks_of, publish_changes
from sync.server.editing.reading import Reading
from sync.server.editing.shop import Finder, Shop, read_shop
from sync.server.editing.trial import Trial, try_promotion


class ListedPromotion(msgspec.Struct, frozen=True):
    """A promotion in the list: its state (see `state_of`) and what is wrong with it."""

    promotion: Promotion
    state: str
    problems: tuple[FieldProblem, ...]


class PromotionEdit(msgspec.Struct, frozen=True, kw_only=True):
    """A promotion on its page: what was typed, the row it says (None while it says none), what is wrong.

    `present` is the row as it stands in the store, None for a new one. `seen` are its marks by store,
    `products` those that it names.
    """

    shop: Shop
    form: Form
    promotion: Promotion | None
    problems: tuple[FieldProblem, ...] = ()
    present: Promotion | None = None
    seen: Seen = {}
    products: Mapping[str, Product] = {}
    trial: Trial | None = None

    @property
    def sound(self) -> bool:
        """Say whether it may be published: nothing is wrong, and doubts were read."""
        return self.promotion is not None and not any(
            not (problem.doubt and self.form.ticked("all_the_same")) for problem in self.problems
        )


def key_of_id(promotion_id: str) -> str:
    """Return the stream key of a promotion."""
    return f"promotion:{promotion_id}"


def list_promotions(connection: Connection, shop: Shop, now: str) -> tuple[ListedPromotion, ...]:
    """Return a store's promotions in the order in which they are applied."""
    problems = _problems(connection, shop, shop.promotions, now)
    return tuple(
        ListedPromotion(one, state_of(one, now), tuple(problems.get(one.promotion_id, ())))
        for one in sorted(shop.promotions, key=lambda one: (one.priority, one.promotion_id))
    )


def open_promotion(connection: Connection, shop: Shop, promotion: Promotion, now: str) -> PromotionEdit:
    """Return the page of a promotion that stands in the store, with what is wrong with it.

    One of a kind that nobody knows is shown with the fields of the first kind, and told to be wrong.
    """
    problems = _judge(connection, shop, promotion, now)
    known = promotion if promotion.kind in KIND_FORMS else replace(promotion, kind=next(iter(KIND_FORMS)))
    fields = promotion_fields(known, shop.digits).with_texts({"original_id": (promotion.promotion_id,)})
    edit = _opened(connection, shop, fields, promotion)
    return replace(edit, present=promotion, problems=tuple(problems))


def open_new(
    connection: Connection, shop: Shop, kind: str, pattern: Promotion | None = None
) -> PromotionEdit:
    """Return the page of a new promotion: an empty one, or with the fields of another that it copies."""
    if pattern is None:
        empty = Promotion(promotion_id="", kind=kind, label=LocalisedText(""))
        return _opened(connection, shop, promotion_fields(empty, shop.digits), None)
    copy = replace(pattern, promotion_id="")
    return _opened(connection, shop, promotion_fields(copy, shop.digits), copy)


def take_over(
    connection: Connection, shop: Shop, promotion: Promotion, form: Form, now: str
) -> PromotionEdit:
    """Return the page with a row's fields, as it was written in JSON; what else was typed stays."""
    fields = promotion_fields(promotion, shop.digits)
    return read_edit(connection, shop, fields_beside(fields, form), now)


def read_edit(connection: Connection, shop: Shop, form: Form, now: str) -> PromotionEdit:
    """Read what was typed and judge it beside the store's other promotions."""
    original = form.text("original_id")
    reading = Reading(form, digits=shop.digits, find=Finder(connection))
    promotion = read_promotion(reading)
    problems = list(reading.problems)
    if original:
        promotion = replace(promotion, promotion_id=original)
    elif not promotion.promotion_id:
        taken = {one.promotion_id for one in shop.promotions}
        promotion = replace(promotion, promotion_id=new_id(promotion, taken))
    elif any(one.promotion_id == promotion.promotion_id for one in shop.promotions):
        problems.append(FieldProblem("promotion_id", _TAKEN))
    problems += wrong_conditions(promotion)
    told = {problem.field for problem in problems}
    problems += [one for one in _judge(connection, shop, promotion, now) if not told_twice(one, told)]
    present = next((one for one in shop.promotions if one.promotion_id == original), None)
    edit = _opened(connection, shop, form, promotion)
    # The marks are those of the page that was shown, not of now.
    return replace(edit, promotion=promotion, problems=tuple(problems), present=present, seen=seen_in(form))


def try_edit(connection: Connection, edit: PromotionEdit) -> PromotionEdit:
    """Return the edit with its trial; one that is wrong is not tried."""
    if edit.promotion is None or any(not problem.doubt for problem in edit.problems):
        return edit
    reading = Reading(edit.form, digits=edit.shop.digits, find=Finder(connection))
    trial = try_promotion(connection, edit.shop, edit.promotion, reading)
    return replace(edit, trial=trial, problems=(*edit.problems, *reading.problems))


def publish_edit(connection: Connection, store_id: str, form: Form, now: str) -> PromotionEdit:
    """Publish what was typed in the store and in those that are ticked, if it is sound.

    Nothing was published when the edit that comes back is not sound. Raises `RowsChanged`, `NoSuchStore`.
    """
    stores = chosen_stores(read_shop(connection, store_id), form)
    lock_prices(connection, stores)
    shop = read_shop(connection, store_id)
    edit = read_edit(connection, shop, form, now)
    if not edit.sound or edit.promotion is None:
        return edit
    for sister in stores[1:]:
        there = _judge(connection, read_shop(connection, sister), edit.promotion, now)
        wrong = [problem for problem in there if not (problem.doubt and form.ticked("all_the_same"))]
        if wrong:
            return replace(edit, problems=tuple(in_store(problem, sister) for problem in wrong))
    key = key_of_id(edit.promotion.promotion_id)
    publish_changes(
        connection,
        [
            Change(store_id=store, seen={key: edit.seen.get(store, "")}, puts=[edit.promotion])
            for store in stores
        ],
    )
    return edit


def remove_promotion(connection: Connection, shop: Shop, promotion_id: str, form: Form) -> None:
    """Remove a promotion from the store and those that are ticked; raises `RowsChanged`."""
    seen, key = seen_in(form), key_of_id(promotion_id)
    publish_changes(
        connection,
        [
            Change(store_id=store, seen={key: seen.get(store, "")}, removes=[key])
            for store in chosen_stores(shop, form)
        ],
    )


def seen_in_stores(connection: Connection, shop: Shop, key: str) -> dict[str, str]:
    """Return how a row stands in the store and in its sisters: a mark by store, empty where it is not."""
    stores = [shop.store_id, *(one.store_id for one in shop.sisters)]
    return {store: marks_of(connection, store, [key])[key] for store in stores}


def seen_in(form: Form) -> dict[str, str]:
    """Return the marks that a page carried, by store."""
    return {name.removeprefix("seen."): form.text(name) for name in form.names() if name.startswith("seen.")}


_TAKEN = LocalisedText(
    "Another promotion has this id. Change that one, or choose another id.",
    "已有使用此编号的促销。请修改该促销，或另选编号。",
)


def fields_beside(fields: Form, form: Form) -> Form:
    """Return a row's fields with what else was typed on the page: the trial, the marks, the stores."""
    beside = [name for name in form.names() if name.startswith(("try_", "seen.", "original_id", "stores"))]
    return fields.with_texts({name: form.texts(name) for name in beside})


def _opened(connection: Connection, shop: Shop, form: Form, row: Promotion | None) -> PromotionEdit:
    named: Iterable[str] = ids_named(row)[0] if row is not None else ()
    key = key_of_id(row.promotion_id) if row is not None and row.promotion_id else ""
    stores = [shop.store_id, *(one.store_id for one in shop.sisters)]
    return PromotionEdit(
        shop=shop,
        form=form,
        promotion=row,
        seen=seen_in_stores(connection, shop, key) if key else dict.fromkeys(stores, ""),
        products=products_by_id(connection, named),
    )


def _judge(connection: Connection, shop: Shop, promotion: Promotion, now: str) -> list[FieldProblem]:
    """Return what is wrong with a promotion in a store; of the others only its coupon's are looked at."""
    coupon = coupon_key(promotion.coupon_code)
    beside = [
        one
        for one in shop.promotions
        if one.promotion_id != promotion.promotion_id and coupon and coupon_key(one.coupon_code) == coupon
    ]
    return _problems(connection, shop, [promotion, *beside], now).get(promotion.promotion_id, [])


def _problems(
    connection: Connection, shop: Shop, promotions: Sequence[Promotion], now: str
) -> dict[str, list[FieldProblem]]:
    named = {one for promotion in promotions for one in ids_named(promotion)[0]}
    return problems_of(promotions, shop, product_ids=products_by_id(connection, named).keys(), now=now)


def chosen_stores(shop: Shop, form: Form) -> list[str]:
    """Return the store and those of its sisters that are ticked."""
    ticked = set(form.texts("stores"))
    return [shop.store_id, *(one.store_id for one in shop.sisters if one.store_id in ticked)]


def in_store(problem: FieldProblem, store_id: str) -> FieldProblem:
    sentence = problem.sentence
    told = LocalisedText(f"{store_id}: {sentence.en}", f"{store_id}：{sentence.in_language('zh')}")
    return FieldProblem(problem.field, told, problem.doubt)
