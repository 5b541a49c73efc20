"""In which stores a row is published or removed, and how the editor has seen it there."""

from __future__ import annotations

from collections.abc import Mapping

from sync.server.editing.shop import Shop
from sync.server.web.fields import Fields
from sync.server.web.frame import View
from sync.server.web.markup import Html, html, tag


def seen_fields(fields: Fields, seen: Mapping[str, str]) -> Html:
    """Draw the marks that say how a row was seen in each store."""
    return html(fields.hidden(f"seen.{store_id}", mark) for store_id, mark in seen.items())


def store_fields(
    view: View,
    shop: Shop,
    seen: Mapping[str, str],
    title: str,
    *,
    ticked: tuple[str, ...] = (),
    only_where_it_is: bool = False,
) -> Html:
    """Draw the store's sisters to be ticked, and what each has of the row; nothing where there is none."""
    say = view.say
    own = seen.get(shop.store_id, "")
    boxes = []
    for store in shop.sisters:
        there = seen.get(store.store_id, "")
        if only_where_it_is and not there:
            continue
        has = say("has none yet", "尚无")
        if there:
            has = say("has the same", "内容相同") if there == own else say("has another one", "内容不同")
        boxes.append(
            tag(
                "label",
                tag(
                    "input",
                    type="checkbox",
                    name="stores",
                    value=store.store_id,
                    checked=store.store_id in ticked,
                ),
                tag("span", f"{view.text(store.name)} · {store.store_id} ({has})"),
                class_="tick",
            )
        )
    if not boxes:
        return html()
    return tag("fieldset", tag("legend", title), tag("div", boxes, class_="ticks"))
