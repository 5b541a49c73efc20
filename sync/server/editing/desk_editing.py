"""The verbs of editing a store's collection desk: open, read what was typed, publish to the tills."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import msgspec
from sqlalchemy import Connection

from retail.catalogue import Product
from retail.pickup.desk_rules import PickupDesk
from retail.store import StoreSettings
from sync.server.database.shop_rows import read_rows, row_texts
from sync.server.editing.desk_form import desk_fields, read_desk, usual_desk
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.publishing import Change, mark_of, publish_changes
from sync.server.editing.reading import Reading

STREAM = "settings"


class DeskEdit(msgspec.Struct, frozen=True, kw_only=True):
    """A desk on its page: what was typed, what is wrong with it, how the row was seen (empty: none yet)."""

    store: StoreSettings
    form: Form
    row: PickupDesk
    seen: str = ""
    problems: tuple[FieldProblem, ...] = ()


def open_desk(connection: Connection, store: StoreSettings) -> DeskEdit:
    """Return the page of a store's desk as it stands, or as it would begin."""
    desk = _held(connection, store.store_id) or usual_desk(store.store_id)
    return DeskEdit(
        store=store,
        form=desk_fields(desk, store.currency_digits),
        row=desk,
        seen=_mark(connection, store.store_id),
    )


def read_desk_edit(connection: Connection, store: StoreSettings, form: Form) -> DeskEdit:
    """Read what was typed and judge it."""
    before = _held(connection, store.store_id) or usual_desk(store.store_id)
    reading = Reading(form, digits=store.currency_digits, find=_no_products)
    row = read_desk(reading, before)
    return DeskEdit(store=store, form=form, row=row, seen=form.text("seen"), problems=tuple(reading.problems))


def publish_desk(
    connection: Connection,
    store: StoreSettings,
    form: Form,
    with_keys: Callable[[PickupDesk], PickupDesk],
) -> DeskEdit:
    """Publish what was typed if nothing is wrong with it; raises `RowsChanged` when somebody was faster.

    `with_keys` adds the key by which tills check pickup codes.
    """
    edit = read_desk_edit(connection, store, form)
    if not edit.problems:
        key = f"pickup_desk:{store.store_id}"
        change = Change(
            store_id=store.store_id, stream=STREAM, seen={key: edit.seen}, puts=(with_keys(edit.row),)
        )
        publish_changes(connection, [change])
    return edit


def seen_now(connection: Connection, edit: DeskEdit) -> DeskEdit:
    """Return the edit as having seen the row as it stands now: publishing again overwrites it."""
    return msgspec.structs.replace(edit, seen=_mark(connection, edit.store.store_id))


def _held(connection: Connection, store_id: str) -> PickupDesk | None:
    return next(iter(read_rows(connection, (STREAM, store_id), "pickup_desk", PickupDesk)), None)


def _mark(connection: Connection, store_id: str) -> str:
    key = f"pickup_desk:{store_id}"
    return mark_of(row_texts(connection, (STREAM, store_id), [key]).get(key, ""))


def _no_products(_texts: Collection[str]) -> Mapping[str, Product]:
    return {}
