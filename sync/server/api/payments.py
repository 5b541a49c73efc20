"""Where customers go to pay and come back from, what a provider says, and the simulated one's page."""

from __future__ import annotations

from functools import partial

import anyio.to_thread
from litestar import MediaType, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from sync.server.api.given import AnyRequest, GivenCentre
from sync.server.api.visit import PAGE_HEADERS, language_of
from sync.server.centre import Centre
from sync.server.channels.signing import SignatureRefused
from sync.server.editing.form import FormUnreadable, read_form
from sync.server.payments.provider import ProviderUnreachable
from sync.server.payments.simulator import Simulator, UnknownPayment
from sync.server.refusals import Refused
from sync.server.settings import SIMULATED_PAYMENTS
from sync.server.web.pay_simulator_page import APPROVE, DECLINE, no_payment_page, payment_page
from sync.server.web.shop_view import ROOT, order_address

LONGEST_ID = 80


@get("/start/{order_id:str}", sync_to_thread=True)
def start(centre: GivenCentre, order_id: FromPath[str]) -> Redirect:
    """Lead on to the provider's page; an order with nothing to pay leads to the shop."""
    try:
        address = centre.cashier.begin(_sound(order_id))
    except ProviderUnreachable as silent:
        raise Refused("provider_silent") from silent
    if address:
        return Redirect(address, status_code=303)
    return _to_order(centre.cashier.page_key_of(order_id))


@get("/return/{charge_id:str}", sync_to_thread=True)
def come_back(centre: GivenCentre, charge_id: FromPath[str]) -> Redirect:
    """Take a customer back to the order's page, after asking the provider what was decided."""
    return _to_order(centre.cashier.come_back(_sound(charge_id)))


@post("/notices/{provider:str}", status_code=204)
async def take_notice(request: AnyRequest, centre: GivenCentre, provider: FromPath[str]) -> None:
    """Hear a provider's signed word that something was decided; what it was is looked up."""
    if provider != centre.cashier.provider_name:
        raise Refused("not_found")
    headers = {name.lower(): value for name, value in request.headers.items()}
    body = await request.body()
    try:
        await anyio.to_thread.run_sync(centre.cashier.take_notice, headers, body)
    except SignatureRefused as refused:
        raise Refused("notice_refused", refused.code) from refused
    except ProviderUnreachable as silent:
        raise Refused("provider_silent") from silent


@get("/simulator/{reference:str}", media_type=MediaType.HTML, sync_to_thread=True)
def simulator_page(request: AnyRequest, centre: GivenCentre, reference: FromPath[str]) -> Response[str]:
    """Show a payment of the simulated provider."""
    try:
        shown = payment_page(_simulator(centre).payment(reference))
    except UnknownPayment:
        chinese = language_of(request).startswith("zh")
        return Response(
            no_payment_page(chinese=chinese),
            status_code=404,
            media_type=MediaType.HTML,
            headers=PAGE_HEADERS,
        )
    return Response(shown, media_type=MediaType.HTML, headers=PAGE_HEADERS)


@post("/simulator/{reference:str}", status_code=303)
async def simulator_decision(request: AnyRequest, centre: GivenCentre, reference: FromPath[str]) -> Redirect:
    """Take the customer's decision at the simulated provider, and send them back to the shop."""
    try:
        decision = read_form(await request.body()).text("decision")
    except FormUnreadable as unreadable:
        raise Refused("bad_request", str(unreadable)) from unreadable
    if decision not in (APPROVE, DECLINE):
        raise Refused("bad_request", "decision")
    try:
        payment = await anyio.to_thread.run_sync(
            partial(_simulator(centre).decide, reference, approves=decision == APPROVE)
        )
    except UnknownPayment as unknown:
        raise Refused("not_found") from unknown
    return Redirect(payment.charge.return_path, status_code=303)


def _simulator(centre: Centre) -> Simulator:
    """Return the simulated provider; without it, no payment is known."""
    if centre.settings.payments != SIMULATED_PAYMENTS:
        raise UnknownPayment
    return centre.simulator


def _to_order(page_key: str) -> Redirect:
    return Redirect(order_address(page_key) if page_key else ROOT, status_code=303)


def _sound(name: str) -> str:
    if len(name) > LONGEST_ID or "\0" in name:
        raise Refused("not_found")
    return name


PAYMENTS = Router(
    path="/pay",
    route_handlers=[start, come_back, take_notice, simulator_page, simulator_decision],
    include_in_schema=False,
)
"""Everything under `/pay`."""
