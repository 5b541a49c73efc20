"""Where the pages of the storefront stand, and what all of them have in common."""

from __future__ import annotations

from litestar import Router
from litestar.di import Provide

from sync.server.api import shop_baskets, shop_browsing, shop_checkout, shop_orders
from sync.server.api.shop_visit import answer_failure, answer_problem, answer_refusal, form_of, visit_of
from sync.server.orders.values import OrderProblem
from sync.server.refusals import Refused

STOREFRONT = Router(
    path="/shop",
    route_handlers=[
        shop_browsing.stores_page,
        shop_browsing.home_page,
        shop_browsing.category_page,
        shop_browsing.search_page,
        shop_browsing.product_page,
        shop_browsing.style_sheet,
        shop_browsing.picture,
        shop_browsing.nothing_here,
        shop_baskets.basket_page,
        shop_baskets.add,
        shop_baskets.set_line,
        shop_baskets.set_coupon,
        shop_baskets.set_member,
        shop_checkout.checkout_page,
        shop_checkout.take_checkout,
        shop_orders.order_page,
        shop_orders.pay_page,
        shop_orders.here_page,
        shop_orders.take_here,
        shop_orders.cancel_page,
        shop_orders.take_cancel,
        shop_orders.take_answer,
        shop_orders.take_elsewhere,
        shop_orders.take_rating,
        shop_orders.order_again,
    ],
    dependencies={
        "visit": Provide(visit_of, sync_to_thread=False),
        "form": Provide(form_of),
    },
    exception_handlers={
        Refused: answer_refusal,
        OrderProblem: answer_problem,
        Exception: answer_failure,
    },
    include_in_schema=False,
)
