"""The storefront's shelves: stores, a store's home, categories, search, products; style and pictures."""

from __future__ import annotations

from typing import Final

from litestar import Response, get
from litestar.params import FromPath

from sync.protocol import PICTURE_TYPES
from sync.server.api.given import GivenCentre
from sync.server.api.shop_visit import GivenVisit, ShopVisit
from sync.server.orders.values import CollectStore, OrderProblem
from sync.server.refusals import Refused
from sync.server.shop.basket import ShopBasket
from sync.server.shop.goods import Elsewhere
from sync.server.shop.search_index import BuildProgress, ProductIndex
from sync.server.web import shop_frame, shop_product, shop_shelves
from sync.server.web.shop_view import ROOT

ON_A_PAGE: Final = 24
FOUND_AT_MOST: Final = 48
POPULAR: Final = 12
NEAR: Final = 10
"""How many other stores are asked for a product."""

DAYS_AHEAD: Final = 7
FOR_EVER: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}
_LARGEST_RANK: Final = 1 << 62


@get(sync_to_thread=True)
def stores_page(visit: GivenVisit) -> Response[str]:
    """Show the stores that sell online."""
    stores = [(store, first_slot(visit, store)) for store in visit.centre.orders.stores()]
    return visit.page(shop_shelves.stores_page(visit.view(ROOT), stores))


@get("/s/{store_id:str}", sync_to_thread=True)
def home_page(visit: GivenVisit, store_id: FromPath[str]) -> Response[str]:
    """Show a store's categories, and what most people buy."""
    store, basket = entered(visit, store_id)
    with visit.centre.database.read() as connection:
        categories = visit.categories(connection)
    index = visit.centre.storefront.index
    popular = [one for one in visit.goods(store, index.popular(2 * POPULAR)) if one.available > 0][:POPULAR]
    view = visit.view(f"{ROOT}/s/{store_id}", store=store.settings, basket=basket)
    first = first_slot(visit, store)
    text = shop_shelves.home_page(view, categories, index.counts(), popular, first, building(index))
    return visit.page(text)


@get("/s/{store_id:str}/category", sync_to_thread=True)
def category_page(visit: GivenVisit, store_id: FromPath[str]) -> Response[str]:
    """Show one page of a category, found by where the one before it ended."""
    store, basket = entered(visit, store_id)
    with visit.centre.database.read() as connection:
        categories = visit.categories(connection)
    wanted = visit.query.get("id", "")
    category = next((one for one in categories if one.category_id == wanted), None)
    if category is None:
        raise Refused("not_found")
    after, before = visit.query.get("after", ""), visit.query.get("before", "")
    index = visit.centre.storefront.index
    if before:
        found = index.before(wanted, _rank(before), ON_A_PAGE + 1)
        more_before, found = len(found) > ON_A_PAGE, found[-ON_A_PAGE:]
        more_after = True
    else:
        found = index.after(wanted, _rank(after) if after else -1, ON_A_PAGE + 1)
        more_after, found = len(found) > ON_A_PAGE, found[:ON_A_PAGE]
        more_before = bool(after)
    shelf = shop_shelves.Shelf(
        category=category,
        goods=visit.goods(store, [one.product_id for one in found]),
        count=index.counts().get(wanted, 0),
        after=str(found[-1].rank) if found and more_after else "",
        before=str(found[0].rank) if found and more_before else "",
        begun=bool(after or before),
    )
    here = {"id": wanted, "after": after, "before": before}
    view = visit.view(f"{ROOT}/s/{store_id}/category", store=store.settings, basket=basket, query=here)
    return visit.page(shop_shelves.category_page(view, shelf, categories, building(index)))


@get("/s/{store_id:str}/search", sync_to_thread=True)
def search_page(visit: GivenVisit, store_id: FromPath[str]) -> Response[str]:
    """Show what was found for what was typed, as the till finds it."""
    store, basket = entered(visit, store_id)
    with visit.centre.database.read() as connection:
        categories = visit.categories(connection)
    typed = visit.query.get("q", "").strip()
    index = visit.centre.storefront.index
    goods = visit.goods(store, index.find(typed, FOUND_AT_MOST)) if typed else ()
    view = visit.view(f"{ROOT}/s/{store_id}/search", store=store.settings, basket=basket, query={"q": typed})
    return visit.page(shop_shelves.search_page(view, typed, goods, categories, building(index)))


@get("/s/{store_id:str}/product", sync_to_thread=True)
def product_page(visit: GivenVisit, store_id: FromPath[str]) -> Response[str]:
    """Show a product, and how much of it there is here and at other stores."""
    return shown_product(visit, store_id, visit.query.get("id", ""))


@get("/style/{name:str}", sync_to_thread=False)
def style_sheet(name: FromPath[str]) -> Response[str]:
    """Give the style; another name is another style."""
    if not shop_frame.style_address().endswith(f"/{name}"):
        raise Refused("not_found")
    return Response(shop_frame.style(), media_type="text/css; charset=utf-8", headers=FOR_EVER)


@get("/pictures/{name:str}", sync_to_thread=True)
def picture(centre: GivenCentre, name: FromPath[str]) -> Response[bytes]:
    """Give a product's picture by the name that the product has."""
    content = centre.pictures.read(name)
    if content is None:
        raise Refused("no_picture")
    return Response(content, media_type=PICTURE_TYPES[name.rpartition(".")[2]], headers=FOR_EVER)


@get("/{anything:path}", sync_to_thread=False)
def nothing_here(anything: FromPath[str]) -> Response[str]:  # noqa: ARG001  # the framework names it
    """Say in words that there is no such page."""
    raise Refused("not_found")


def entered(visit: ShopVisit, store_id: str) -> tuple[CollectStore, ShopBasket]:
    """Return the store of a page and the visitor's basket there; raises `OrderProblem`."""
    with visit.centre.database.read() as connection:
        store = visit.shelf(connection, store_id).store
        return store, visit.basket(connection, store_id)


def shown_product(
    visit: ShopVisit, store_id: str, product_id: str, *, problem: str = "", status: int = 200
) -> Response[str]:
    """Answer with a product's page."""
    store, basket = entered(visit, store_id)
    with visit.centre.database.read() as connection:
        categories = {one.category_id: one for one in visit.categories(connection)}
    view = visit.view(
        f"{ROOT}/s/{store_id}/product",
        store=store.settings,
        basket=basket,
        query={"id": product_id},
        problem=problem,
    )
    goods = visit.goods(store, [product_id])
    if not goods:
        return visit.page(shop_product.gone_page(view), status=404)
    text = shop_product.product_page(view, goods[0], categories, _elsewhere(visit, store_id, product_id))
    return visit.page(text, status=status)


def first_slot(visit: ShopVisit, store: CollectStore) -> str:
    """Return when the first free time begins, empty when there is none."""
    slots = visit.centre.orders.slots(store.store_id, DAYS_AHEAD)
    return next((one.starts_at for one in slots if not one.refusal), "")


def building(index: ProductIndex) -> BuildProgress | None:
    """Return how far the look-ups are while there are none yet; None as soon as they answer."""
    return None if index.ready else index.progress or BuildProgress(0, 0)


def _near(visit: ShopVisit, store_id: str) -> list[CollectStore]:
    """Return the stores that the store names as near, in its order; where it names none, the first ones."""
    stores = {one.store_id: one for one in visit.centre.orders.stores()}
    here = stores.pop(store_id, None)
    named = here.desk.near_store_ids if here is not None else ()
    return [stores[one] for one in named if one in stores][:NEAR] or list(stores.values())[:NEAR]


def _elsewhere(visit: ShopVisit, store_id: str, product_id: str) -> list[Elsewhere]:
    found = []
    for other in _near(visit, store_id):
        try:
            goods = visit.goods(other, [product_id])
        except OrderProblem:
            continue  # it has stopped selling online since the stores were listed
        found += [
            Elsewhere(store_id=other.store_id, name=other.settings.name, available=good.available)
            for good in goods
        ]
    return found


def _rank(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= _LARGEST_RANK):
        raise Refused("bad_request", "address")
    return int(text)
