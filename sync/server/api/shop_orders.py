"""The customer's own page of an order, opened by its unguessable key: see it, and do something about it."""

from __future__ import annotations

from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath

from sync.server.api.shop_baskets import AnyAnswer
from sync.server.api.shop_visit import GivenForm, GivenVisit, ShopVisit
from sync.server.orders.moving import Said
from sync.server.orders.values import OrderPage, OrderProblem
from sync.server.shop import basket as steps
from sync.server.shop.basket import BasketProblem, Entry, ShopBasket
from sync.server.web import shop_order
from sync.server.web.shop_order import LONGEST_HERE_NOTE, STARS
from sync.server.web.shop_view import ROOT, order_address

CANCELLED_HERE: Final = "cancelled by the customer"
"""What the store reads as the reason."""

_LONGEST_KEY: Final = 200


@get("/o/{key:str}", sync_to_thread=True)
def order_page(visit: GivenVisit, key: FromPath[str]) -> Response[str]:
    """Show an order as it stands."""
    return _answer(visit, key)


@get("/o/{key:str}/pay", sync_to_thread=True)
def pay_page(visit: GivenVisit, key: FromPath[str]) -> AnyAnswer:
    """Lead on to the provider's page, as long as there is something to pay."""
    found = _found(visit, key)
    if found.released or not found.waiting_for_payment:
        return visit.away(order_address(key))
    view = visit.view(order_address(key, "/pay"), store=found.store.settings)
    return visit.page(shop_order.payment_page(view, found))


@get("/o/{key:str}/here", sync_to_thread=True)
def here_page(visit: GivenVisit, key: FromPath[str]) -> Response[str]:
    """Ask where the customer waits."""
    found = _found(visit, key)
    view = visit.view(order_address(key, "/here"), store=found.store.settings)
    return visit.page(shop_order.arrival_page(view, found))


@post("/o/{key:str}/here", status_code=303, sync_to_thread=True)
def take_here(visit: GivenVisit, form: GivenForm, key: FromPath[str]) -> AnyAnswer:
    """Tell the store that the customer is here."""
    found = _found(visit, key)
    note = " ".join(form.text("note").split())[:LONGEST_HERE_NOTE]
    try:
        visit.centre.orders.arrived(found.order.order_id, note)
    except OrderProblem as problem:
        return _answer(visit, key, problem)
    return visit.away(order_address(key), said="here")


@get("/o/{key:str}/cancel", sync_to_thread=True)
def cancel_page(visit: GivenVisit, key: FromPath[str]) -> Response[str]:
    """Ask whether the order shall really be cancelled."""
    found = _found(visit, key)
    view = visit.view(order_address(key, "/cancel"), store=found.store.settings)
    return visit.page(shop_order.cancel_page(view, found))


@post("/o/{key:str}/cancel", status_code=303, sync_to_thread=True)
def take_cancel(visit: GivenVisit, form: GivenForm, key: FromPath[str]) -> AnyAnswer:  # noqa: ARG001  # checked to be ours
    """Cancel the order."""
    found = _found(visit, key)
    try:
        visit.centre.orders.cancel(found.order.order_id, CANCELLED_HERE)
    except OrderProblem as problem:
        return _answer(visit, key, problem)
    return visit.away(order_address(key), said="cancelled")


@post("/o/{key:str}/answer", status_code=303, sync_to_thread=True)
def take_answer(visit: GivenVisit, form: GivenForm, key: FromPath[str]) -> AnyAnswer:
    """Take the customer's yes or no to a substitute."""
    found = _found(visit, key)
    try:
        visit.centre.orders.answer(
            found.order.order_id, form.text("line"), form.text("asked"), agrees=form.text("agrees") == "yes"
        )
    except OrderProblem as problem:
        return _answer(visit, key, problem)
    return visit.away(order_address(key), said="answered")


@post("/o/{key:str}/elsewhere", status_code=303, sync_to_thread=True)
def take_elsewhere(visit: GivenVisit, form: GivenForm, key: FromPath[str]) -> AnyAnswer:
    """Take the customer's yes or no to collecting something at another store."""
    found = _found(visit, key)
    said = Said(
        order_id=found.order.order_id, offered=form.text("offered"), agrees=form.text("agrees") == "yes"
    )
    try:
        visit.centre.store_moves.answer(said)
    except OrderProblem as problem:
        return _answer(visit, key, problem)
    return visit.away(order_address(key), said="moved" if said.agrees else "answered")


@post("/o/{key:str}/rate", status_code=303, sync_to_thread=True)
def take_rating(visit: GivenVisit, form: GivenForm, key: FromPath[str]) -> AnyAnswer:
    """Take the customer's stars."""
    found = _found(visit, key)
    stars = form.text("stars")
    try:
        if stars not in {str(one) for one in range(1, STARS + 1)}:
            raise OrderProblem("bad_rating")
        visit.centre.orders.rate(found.order.order_id, int(stars))
    except OrderProblem as problem:
        return _answer(visit, key, problem)
    return visit.away(order_address(key), said="rated")


@post("/o/{key:str}/again", status_code=303, sync_to_thread=True)
def order_again(visit: GivenVisit, form: GivenForm, key: FromPath[str]) -> AnyAnswer:  # noqa: ARG001  # checked to be ours
    """Put what the store still has of an order into the basket."""
    found = _found(visit, key)
    store = found.store
    goods = {
        one.product.product_id: one
        for one in visit.goods(store, [line.product.product_id for line in found.order.lines])
    }

    def step(basket: ShopBasket) -> ShopBasket:
        for line in found.order.lines:
            good = goods.get(line.product.product_id)
            if good is None or good.available <= 0 or good.product.unit is not line.product.unit:
                continue
            quantity = min(line.quantity, good.available)
            entry = Entry(
                product_id=good.product.product_id,
                quantity=quantity,
                wish=line.wish,
                seen_minor=good.unit_price_minor,
            )
            basket = steps.with_quantity(basket, entry)
        return basket

    try:
        visit.centre.storefront.baskets.change(visit.session, store.store_id, step)
    except BasketProblem as problem:
        return _answer(visit, key, problem)
    return visit.away(f"{ROOT}/s/{store.store_id}/basket", said="again")


def _found(visit: ShopVisit, key: str) -> OrderPage:
    found = visit.centre.orders.order_by_page_key(key) if len(key) <= _LONGEST_KEY else None
    if found is None:
        raise OrderProblem("unknown_order")
    return found


def _answer(visit: ShopVisit, key: str, problem: OrderProblem | BasketProblem | None = None) -> Response[str]:
    found = _found(visit, key)
    live = visit.query.get("live", "") != "off"
    view = visit.view(
        order_address(key),
        store=found.store.settings,
        query={} if live else {"live": "off"},
        problem="" if problem is None else problem.message.in_language(visit.language),
    )
    return visit.page(shop_order.order_page(view, found, live=live), status=409 if problem else 200)
