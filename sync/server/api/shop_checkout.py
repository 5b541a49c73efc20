"""The storefront's checkout: what is shown is what is ordered, once, or nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec.structs import replace

from retail.catalogue import LocalisedText
from sync.server.api.shop_baskets import AnyAnswer, answer_basket
from sync.server.api.shop_browsing import DAYS_AHEAD
from sync.server.api.shop_visit import GivenForm, GivenVisit, ShopVisit
from sync.server.orders.values import PAID_ONLINE, CollectStore, OrderProblem, Placed
from sync.server.shop.basket import emptied
from sync.server.shop.baskets import new_reference
from sync.server.shop.details import Details, blank, read_details, ways_to_pay
from sync.server.shop.pricing import PricedShopBasket, wish_of
from sync.server.web.shop_checkout import checkout_page as shown_checkout
from sync.server.web.shop_view import ROOT, order_address

OF_SLOT: Final = frozenset(
    {"slot_full", "too_late", "closed", "slot_gone", "bad_slot", "bad_time", "bad_day"}
)
OF_CONTACT: Final = frozenset({"bad_contact"})
OF_GOODS: Final = frozenset(
    {"no_lines", "unknown_product", "no_price", "not_enough", "bad_quantity", "bad_basket", "not_pickable"}
)
"""Problems by the part of the page where they are put right; any other stands on top of it."""

_BASKET_CHANGED: Final = LocalisedText(
    "Your basket was changed meanwhile, perhaps in another tab. Nothing was ordered: please look again.",
    "购物篮已在其他页面被更改。尚未下单，请重新确认。",
)


@get("/s/{store_id:str}/checkout", sync_to_thread=True)
def checkout_page(visit: GivenVisit, store_id: FromPath[str]) -> AnyAnswer:
    """Ask when, who and how to pay."""
    store, priced = visit.priced(store_id)
    if not priced.can_be_ordered:
        return visit.away(f"{ROOT}/s/{store_id}/basket")
    return _answer(visit, store, priced, blank(language=visit.language, slot_starts_at=""))


@post("/s/{store_id:str}/checkout", status_code=303, sync_to_thread=True)
def take_checkout(visit: GivenVisit, form: GivenForm, store_id: FromPath[str]) -> AnyAnswer:
    """Place the order: the basket as it was shown, at the total that was shown."""
    store, priced = visit.priced(store_id)
    reference = form.text("reference")
    former = priced.basket.page_of(reference)
    if former:
        return visit.away(order_address(former), said="already")
    details = read_details(
        form,
        language=visit.language,
        minimum_age=priced.minimum_age,
        ways=_ways(visit, store),
    )
    shown = form.text("total")
    if reference != priced.basket.reference or form.text("seen") != priced.basket.fingerprint:
        problem = _BASKET_CHANGED.in_language(visit.language)
        return answer_basket(visit, store_id, problem=problem, status=409)
    if not priced.can_be_ordered:
        return answer_basket(visit, store_id, status=409)
    if details.problems or not (shown.isascii() and shown.isdecimal() and len(shown) < 20):
        view = visit.view("", store=store.settings)
        problem = view.say("Please look at what is marked in red.", "请检查标红的内容。")
        return _answer(visit, store, priced, details, problem=problem, status=422)
    try:
        placed = _place(visit, store, priced, details, int(shown))
    except OrderProblem as problem:
        return _refused(visit, store_id, details, problem, int(shown))
    visit.centre.storefront.baskets.change(
        visit.session,
        store_id,
        lambda basket: (
            emptied(basket, placed.page_key, new_reference()) if basket.reference == reference else basket
        ),
    )
    if details.payment == PAID_ONLINE:
        return visit.away(order_address(placed.page_key, "/pay"))
    return visit.away(order_address(placed.page_key))


def _place(
    visit: ShopVisit, store: CollectStore, priced: PricedShopBasket, details: Details, shown_minor: int
) -> Placed:
    wish = replace(
        wish_of(store.store_id, priced.basket),
        contact=details.contact,
        slot_starts_at=details.slot_starts_at,
        note=details.note,
        payment=details.payment,
        age_confirmed=details.age_confirmed,
        expected_total_minor=shown_minor,
    )
    return visit.centre.orders.place(wish)


def _refused(
    visit: ShopVisit, store_id: str, details: Details, problem: OrderProblem, shown_minor: int
) -> Response[str]:
    """Answer what the order book would not take, where it can be put right, with everything as it is now."""
    store, priced = visit.priced(store_id)
    view = visit.view("", store=store.settings)
    sentence = view.text(problem.message)
    if problem.code in OF_GOODS:
        name = next(
            (
                f"{view.text(one.product.name)}{view.say(': ', '：')}"
                for one in priced.entries
                if one.product is not None and one.product.product_id == problem.product_id
            ),
            "",
        )
        return answer_basket(visit, store_id, problem=f"{name}{sentence}", status=409)
    if problem.code == "price_changed":
        sentence += view.say(
            f" It was {view.money(shown_minor)} and is {view.money(priced.total_minor)} now.",
            f"原为 {view.money(shown_minor)}，现为 {view.money(priced.total_minor)}。",
        )
    at_field: Mapping[str, LocalisedText] = {}
    if problem.code in OF_SLOT:
        at_field = {"slot": problem.message}
        details = replace(details, slot_starts_at="")
    if problem.code in OF_CONTACT:
        at_field = {"phone": problem.message}
    nothing = view.say("Nothing was ordered.", "尚未下单。")
    return _answer(
        visit,
        store,
        priced,
        replace(details, problems=at_field),
        problem=f"{sentence} {nothing}",
        status=409,
    )


def _answer(
    visit: ShopVisit,
    store: CollectStore,
    priced: PricedShopBasket,
    details: Details,
    *,
    problem: str = "",
    status: int = 200,
) -> Response[str]:
    slots = visit.centre.orders.slots(store.store_id, DAYS_AHEAD)
    view = visit.view(
        f"{ROOT}/s/{store.store_id}/checkout", store=store.settings, basket=priced.basket, problem=problem
    )
    ways = _ways(visit, store)
    return visit.page(shown_checkout(view, store, priced, slots, details, ways), status=status)


def _ways(visit: ShopVisit, store: CollectStore) -> tuple[str, ...]:
    return ways_to_pay(at_desk=store.desk.pay_at_desk, online=visit.centre.settings.takes_payments)
