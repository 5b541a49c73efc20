"""The pages of orders in the back office: the list, one order, and what may be done about it."""

from __future__ import annotations

from collections.abc import Callable

from litestar import Response, get, post
from litestar.response import Redirect

from retail.catalogue import LocalisedText
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import PickupOrder
from sync.server.api.visit import GivenForm, GivenVisit, Visit
from sync.server.clock import now_text
from sync.server.database.attention_rows import alarms_of_order, mark_seen
from sync.server.database.charge_rows import charges_of
from sync.server.database.office_order_rows import STATES, list_orders, refused_steps, told_about
from sync.server.database.order_rows import BookedOrder, read_order
from sync.server.database.shop_rows import read_rows, read_stores
from sync.server.editing.form import FieldProblem, Form
from sync.server.editing.typed import Unreadable
from sync.server.messages.texts import LETTERS
from sync.server.orders import office_acts
from sync.server.orders.problem_texts import sentence
from sync.server.orders.values import OrderProblem
from sync.server.refusals import Refused
from sync.server.web.frame import ORDERS
from sync.server.web.order_page import OrderInOffice, render_order
from sync.server.web.orders_page import ORDER, render_orders


@get("/orders", sync_to_thread=True)
def list_page(visit: GivenVisit) -> Response[str]:
    """Show the orders of the stores of whoever is signed in."""
    state, store, text = (visit.query.get(name, "") for name in ("state", "store", "q"))
    if state not in ("", *STATES):
        raise Refused("bad_request", "state")
    person = visit.person
    stores = {store} if store else None if person.has_chain else set(person.stores)
    with visit.centre.database.read() as connection:
        listed = list_orders(
            connection, stores=stores, state=state, text=text.strip(), page=visit.page_number()
        )
        known = {one.store_id: one for one in read_stores(connection) if person.sees(one.store_id)}
    asked = Form({"state": (state,), "store": (store,), "q": (text,)})
    view = visit.view(store, ORDERS, **visit.some("state", "q"))
    return visit.page(render_orders(view, listed, known, asked, visit.page_number()))


@get("/orders/order", sync_to_thread=True)
def order_page(visit: GivenVisit) -> Response[str]:
    """Show one order."""
    return _show(visit)


@post("/orders/cancel", sync_to_thread=True, status_code=200)
def take_cancel(visit: GivenVisit, form: GivenForm) -> Response[str] | Redirect:
    """Call an order off."""

    def cancel(order: PickupOrder) -> None:
        reason = office_acts.read_reason(form.text("why_cancelled"))
        office_acts.cancel(visit.centre.orders, order, visit.person, reason)

    return _carry_out(visit, form, "cancel", "why_cancelled", cancel)


@post("/orders/extend", sync_to_thread=True, status_code=200)
def take_extend(visit: GivenVisit, form: GivenForm) -> Response[str] | Redirect:
    """Keep an order longer."""

    def extend(order: PickupOrder) -> None:
        until = office_acts.read_until(form.text("until"), _offset(visit, order.store_id))
        reason = form.text("why_longer")[: office_acts.LONGEST_REASON]
        office_acts.extend(visit.centre.orders, order, visit.person, until, reason)

    return _carry_out(visit, form, "extend", "until", extend)


@post("/orders/answer", sync_to_thread=True, status_code=200)
def take_answer(visit: GivenVisit, form: GivenForm) -> Response[str] | Redirect:
    """Write down what a customer said about a substitute."""

    def answer(order: PickupOrder) -> None:
        reason = office_acts.read_reason(form.text("reason"))
        office_acts.answer(
            visit.centre.orders,
            order,
            visit.person,
            form.text("line"),
            form.text("asked"),
            agrees=form.text("agrees") == "yes",
            reason=reason,
        )

    return _carry_out(visit, form, "answer", "reason", answer)


@post("/orders/seen", sync_to_thread=True, status_code=200)
def take_seen(visit: GivenVisit, form: GivenForm) -> Response[str] | Redirect:
    """Mark what an order raised as seen."""

    def see(order: PickupOrder) -> None:
        with visit.centre.database.write() as connection:
            alarms = alarms_of_order(connection, order.store_id, order.number, order.order_id)
            mark_seen(connection, [one.alert_id for one in alarms], at=now_text())

    return _carry_out(visit, form, "seen", "", see)


def _carry_out(
    visit: Visit, form: Form, name: str, field: str, act: Callable[[PickupOrder], None]
) -> Response[str] | Redirect:
    """Do something to the order that the address names; what cannot be done is told at its field."""
    order = _booked(visit).order
    try:
        act(order)
    except Unreadable as unreadable:
        return _show(visit, form=form, problem=FieldProblem(field, unreadable.sentence), status=422)
    except OrderProblem as problem:
        told: LocalisedText = sentence(problem.code)
        return _show(visit, form=form, problem=FieldProblem("", told), status=409)
    return visit.away(visit.view(order.store_id, ORDER, id=order.order_id).itself(done=name))


def _booked(visit: Visit) -> BookedOrder:
    with visit.centre.database.read() as connection:
        booked = read_order(connection, visit.query.get("id", ""))
    if booked is None:
        raise Refused("no_row")
    visit.must_see(booked.order.store_id)
    return booked


def _show(
    visit: Visit, *, form: Form | None = None, problem: FieldProblem | None = None, status: int = 200
) -> Response[str]:
    booked = _booked(visit)
    order, offset = booked.order, _offset(visit, booked.order.store_id)
    with visit.centre.database.read() as connection:
        stores = {one.store_id: one for one in read_stores(connection)}
        store = stores.get(order.store_id)
        found = OrderInOffice(
            booked=booked,
            digits=store.currency_digits if store else 2,
            offset=offset,
            alarms=tuple(alarms_of_order(connection, order.store_id, order.number, order.order_id)),
            refused=tuple(refused_steps(connection, order.order_id)),
            charges=tuple(charges_of(connection, order.order_id)),
            told=tuple(told_about(connection, order.order_id)),
            subjects={kind: letter.subject for kind, letter in LETTERS.items()},
        )
    view = visit.view(order.store_id, ORDER, id=order.order_id)
    typed = form or Form({"until": (order.collect_until[:16],)})
    problems = () if problem is None else (problem,)
    done = visit.query.get("done", "") if form is None else ""
    text = render_order(view, found, visit.token, form=typed, problems=problems, done=done)
    return visit.page(text, status=status)


def _offset(visit: Visit, store_id: str) -> str:
    """Return how far the clock of a store is from UTC."""
    with visit.centre.database.read() as connection:
        desks = read_rows(connection, ("settings", store_id), "pickup_desk", PickupDesk)
    return desks[0].offset if desks else "+00:00"
