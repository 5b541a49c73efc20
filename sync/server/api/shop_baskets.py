"""The storefront's basket: what is put in, changed and taken out, with coupons and the member's number."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec.structs import replace

from retail.catalogue import LocalisedText
from sync.server.api.shop_browsing import entered, shown_product
from sync.server.api.shop_visit import GivenForm, GivenVisit, ShopVisit
from sync.server.orders.values import CollectStore
from sync.server.shop import basket as steps
from sync.server.shop.basket import BasketProblem, Entry, ShopBasket
from sync.server.shop.goods import ShownGood
from sync.server.web.shop_basket import basket_page as shown_basket
from sync.server.web.shop_product import gone_page
from sync.server.web.shop_view import ROOT, ShopView

AnyAnswer = Response[str] | Redirect
Step = Callable[[ShopBasket], ShopBasket]


@get("/s/{store_id:str}/basket", sync_to_thread=True)
def basket_page(visit: GivenVisit, store_id: FromPath[str]) -> Response[str]:
    """Show the basket with its prices of this moment."""
    return answer_basket(visit, store_id)


@post("/s/{store_id:str}/basket/add", status_code=303, sync_to_thread=True)
def add(visit: GivenVisit, form: GivenForm, store_id: FromPath[str]) -> AnyAnswer:
    """Put some of a product into the basket, beside what is there of it."""
    store, _ = entered(visit, store_id)
    product_id = form.text("product")
    good = next(iter(visit.goods(store, [product_id])), None)
    if good is None:
        view = visit.view(f"{ROOT}/s/{store_id}/product", store=store.settings)
        return visit.page(gone_page(view), status=404)
    try:
        wanted = steps.read_quantity(form.text("quantity") or "1", good.product)
        _change(
            visit,
            store,
            lambda basket: _with_more(basket, good, wanted, visit.view("", store=store.settings)),
        )
    except BasketProblem as problem:
        text = problem.message.in_language(visit.language)
        return shown_product(visit, store_id, product_id, problem=text, status=409)
    return visit.back(form, store_id, "added")


@post("/s/{store_id:str}/basket/line", status_code=303, sync_to_thread=True)
def set_line(visit: GivenVisit, form: GivenForm, store_id: FromPath[str]) -> AnyAnswer:
    """Change a line: how much, what to do when it has run out, or out with it."""
    store, _ = entered(visit, store_id)
    product_id = form.text("product")
    if form.text("do") == "remove":
        return _changed(visit, store, lambda basket: steps.without(basket, product_id), "removed")
    good = next(iter(visit.goods(store, [product_id])), None)
    if good is None:
        return answer_basket(visit, store_id, status=409)
    kind, _, percent = form.text("wish").partition(":")

    def step(basket: ShopBasket) -> ShopBasket:
        steps.entry_of(basket, product_id)
        wanted = steps.read_quantity(form.text("quantity"), good.product)
        wished = steps.with_wish(basket, product_id, steps.read_wish(kind, percent))
        _check_left(good, wanted, visit.view("", store=store.settings))
        entry = Entry(product_id=product_id, quantity=wanted, seen_minor=good.unit_price_minor)
        return steps.with_quantity(wished, entry)

    return _changed(visit, store, step, "changed")


@post("/s/{store_id:str}/basket/coupon", status_code=303, sync_to_thread=True)
def set_coupon(visit: GivenVisit, form: GivenForm, store_id: FromPath[str]) -> AnyAnswer:
    """Put a coupon on the basket, or take one off it."""
    store, _ = entered(visit, store_id)
    visit.centre.storefront.guess_limit.take(visit.caller)
    former = form.text("remove")

    def step(basket: ShopBasket) -> ShopBasket:
        if former:
            return steps.without_coupon(basket, former)
        return steps.with_coupon(basket, form.text("code"))

    return _changed(visit, store, step, "changed")


@post("/s/{store_id:str}/basket/member", status_code=303, sync_to_thread=True)
def set_member(visit: GivenVisit, form: GivenForm, store_id: FromPath[str]) -> AnyAnswer:
    """Order as a member, by the number on the card; or as a guest again."""
    store, _ = entered(visit, store_id)
    if form.text("remove"):
        return _changed(visit, store, lambda basket: replace(basket, member_id=""), "changed")
    visit.centre.storefront.guess_limit.take(visit.caller)
    with visit.centre.database.read() as connection:
        member_id = visit.centre.storefront.member_cards.find(connection, store_id, form.text("number"))

    def step(basket: ShopBasket) -> ShopBasket:
        if not member_id:
            raise BasketProblem(
                "unknown_member",
                LocalisedText(
                    "No member has this number. Nothing was changed.", "没有此会员号。未作任何更改。"
                ),
            )
        return replace(basket, member_id=member_id)

    return _changed(visit, store, step, "changed")


def answer_basket(visit: ShopVisit, store_id: str, *, problem: str = "", status: int = 200) -> Response[str]:
    """Answer with the page of the basket."""
    store, priced = visit.priced(store_id)
    with visit.centre.database.read() as connection:
        categories = {one.category_id: one for one in visit.categories(connection)}
    view = visit.view(
        f"{ROOT}/s/{store_id}/basket", store=store.settings, basket=priced.basket, problem=problem
    )
    return visit.page(shown_basket(view, priced, categories), status=status)


def _change(visit: ShopVisit, store: CollectStore, step: Step) -> ShopBasket:
    return visit.centre.storefront.baskets.change(visit.session, store.store_id, step)


def _changed(visit: ShopVisit, store: CollectStore, step: Step, said: str) -> AnyAnswer:
    try:
        _change(visit, store, step)
    except BasketProblem as problem:
        text = problem.message.in_language(visit.language)
        return answer_basket(visit, store.store_id, problem=text, status=409)
    return visit.away(f"{ROOT}/s/{store.store_id}/basket", said=said)


def _with_more(basket: ShopBasket, good: ShownGood, wanted: Decimal, view: ShopView) -> ShopBasket:
    product_id = good.product.product_id
    held = sum((one.quantity for one in basket.entries if one.product_id == product_id), Decimal(0))
    _check_left(good, held + wanted, view, held)
    entry = Entry(product_id=product_id, quantity=held + wanted, seen_minor=good.unit_price_minor)
    return steps.with_quantity(basket, entry)


def _check_left(good: ShownGood, wanted: Decimal, view: ShopView, held: Decimal = Decimal(0)) -> None:
    """Refuse more than may be promised; raises `BasketProblem` with how much there is."""
    if wanted <= good.available:
        return
    unit = good.product.unit
    left, there = view.quantity(good.available, unit), view.quantity(held, unit)
    if good.available <= 0:
        sentence = LocalisedText("This has just sold out. Nothing was changed.", "刚刚售完。未作任何更改。")
    elif held:
        sentence = LocalisedText(
            f"Only {left} left, and {there} of it in your basket already. Nothing was changed.",
            f"仅剩 {left}，购物篮中已有 {there}。未作任何更改。",
        )
    else:
        sentence = LocalisedText(f"Only {left} left. Nothing was changed.", f"仅剩 {left}。未作任何更改。")
    raise BasketProblem("not_enough", sentence)
