"""The list of orders in the back office: by state, store and text, page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from retail.store import StoreSettings
from sync.server.database.office_order_rows import PAGE, STATES, OrderInList, OrderList
from sync.server.editing.form import Form
from sync.server.web import order_words
from sync.server.web.fields import Fields
from sync.server.web.frame import ORDERS, View, amount, chip, moment, page, pages, table
from sync.server.web.markup import Content, Html, tag

ORDER: Final = f"{ORDERS}/order"


def render_orders(
    view: View, listed: OrderList, stores: Mapping[str, StoreSettings], asked: Form, place: int
) -> str:
    """Return the page; `asked` are the filters, `place` counts from 1."""
    say = view.say
    title = say("Orders", "订单")
    heads = (
        say("Number", "编号"),
        say("State", "状态"),
        say("Customer", "顾客"),
        say("Collects", "取货时间"),
        say("Total", "合计"),
        say("Store", "门店"),
        say("Placed", "下单时间"),
    )
    return page(
        view,
        title,
        tag("h1", title, tag("small", say(f"{listed.total} found", f"共 {listed.total} 个"))),
        _filters(view, stores, asked),
        table(
            heads,
            [_row(view, one, stores) for one in listed.orders],
            say("No order is like that.", "没有符合条件的订单。"),
            numbers=(4,),
            class_="list whole",
        ),
        pages(view, place, -(-listed.total // PAGE)),
    )


def _filters(view: View, stores: Mapping[str, StoreSettings], asked: Form) -> Html:
    say = view.say
    fields = Fields(view, asked, ())
    states = [("", say("every state", "所有状态"))]
    states += [(str(one), say(*order_words.STATES[one])) for one in STATES]
    places = [("", say("every store", "所有门店"))]
    places += [(one, f"{view.text(store.name)} · {one}") for one, store in stores.items()]
    return tag(
        "form",
        fields.choice("state", say("State", "状态"), states),
        fields.choice("store", say("Store", "门店"), places) if len(stores) > 1 else None,
        fields.line("q", say("Number, name, telephone", "编号、姓名、电话")),
        fields.hidden("lang", view.language),
        tag("button", say("Show", "显示")),
        method="get",
        action=ORDERS,
        class_="bar",
    )


def _row(view: View, one: OrderInList, stores: Mapping[str, StoreSettings]) -> Sequence[Content]:
    store = stores.get(one.store_id)
    digits = store.currency_digits if store else 2
    link = view.link(ORDER, store=one.store_id, id=one.order_id)
    return (
        tag("a", one.number, href=link),
        state_chip(view, one.state),
        one.contact_name,
        slot_text(one.slot_starts_at),
        amount(one.total_minor, digits),
        one.store_id,
        moment(one.placed_at)[:16],
    )


def state_chip(view: View, state: str) -> Html:
    """Return the state of an order as a label."""
    called = view.say(*order_words.words(order_words.STATES, state))
    return chip(called, order_words.TONES.get(state, "plain"))


def slot_text(starts_at: str) -> str:
    """Return when somebody collects, as the store's clock shows it."""
    return starts_at[:16].replace("T", " ")
