"""What was sold to somebody else is offered at another store, and moved there once, at the same price."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from retail.availability.reservation import ReservationState
from retail.pickup.amounts import money_of
from retail.pickup.order import LineState, OfferState, OrderState, PickupOrder, StoreOffer
from retail.pickup.other_store import open_offers
from retail.pickup.parts import units
from retail.pickup.steps import FinishPicking, MarkReady, PickLine, StageBag, StartPicking, Undo
from retail.quantity import SellingUnit
from retail.stock import StockCause, movements
from sync.server.centre import Centre
from sync.server.clock import now_text, text_after
from sync.server.database import reservation_rows, slot_rows, stock_rows
from sync.server.database.charge_rows import BOOKED, authorised_as, charges_of
from sync.server.database.order_tables import pickup_order
from sync.server.database.outbox_rows import payment_address
from sync.server.orders.book import book
from sync.server.orders.levels import publish_goods
from sync.server.orders.moving import Said
from sync.server.orders.values import PAID_AT_DESK, PAID_ONLINE, OrderProblem, PlaceOrder, WantedLine
from tests.fakes.online_shop import CROISSANT, HERE, OAT_MILK, SISTER, SISTER_NAME, open_online
from tests.server.ordering import alerts, change_desk, ledger_is_whole, messages, set_stock
from tests.server.test_online_sales import on_sqlite
from tests.server.tills import Till
from tests.server.walked_orders import RACHEL, first_slot, hand_over, take

OAT_SKU = "1026"
_numbers = itertools.count(1)


@pytest.fixture
def online(shop: Centre) -> Centre:
    open_online(shop)
    return shop


def ordered(
    centre: Centre, *lines: tuple[str, int], payment: str = PAID_AT_DESK, store: str = HERE
) -> PickupOrder:
    """Place an order that stands, paid for online if it says so."""
    placed = centre.orders.place(
        PlaceOrder(
            store_id=store,
            outside_reference=f"O-{next(_numbers)}",
            lines=tuple(WantedLine(product_id=one, quantity=Decimal(many)) for one, many in lines),
            contact=RACHEL,
            slot_starts_at=first_slot(centre),
            payment=payment,
        )
    )
    if payment == PAID_ONLINE:
        address = centre.cashier.begin(placed.order.order_id)
        centre.simulator.decide(address.rpartition("/")[2], approves=True)
    return now(centre, placed.order)


def now(centre: Centre, order: PickupOrder | str) -> PickupOrder:
    found = centre.orders.order(order if isinstance(order, str) else order.order_id)
    assert found is not None
    return found


def sell_all_but(till: Till, centre: Centre, left: int) -> None:
    """Sell oat milk at the counter until so much lies on the shelf, whatever was promised."""
    with centre.database.read() as connection:
        lies = stock_rows.on_hand(connection, HERE, [OAT_MILK])[OAT_MILK]
    till.send(till.sell(sku=OAT_SKU, quantity=int(lies) - left))


def taken_here(centre: Centre, starts_at: str) -> int:
    with centre.database.read() as connection:
        return slot_rows.booked(connection, HERE).get(starts_at, 0)


def rounds(centre: Centre, minutes: int = 0) -> None:
    moment = text_after(now_text(), timedelta(minutes=minutes))
    centre.keeper.run_once(moment)
    for _ in range(6):
        centre.cashier.run_once(text_after(moment, timedelta(minutes=10)))


def offered(centre: Centre, order: PickupOrder) -> StoreOffer:
    rounds(centre)
    (offer,) = now(centre, order).offers
    return offer


def says(centre: Centre, order: PickupOrder, *, agrees: bool) -> PickupOrder:
    (offer,) = now(centre, order).offers
    return centre.store_moves.answer(Said(order_id=order.order_id, offered=offer.offer_id, agrees=agrees))


def there(centre: Centre, order: PickupOrder) -> PickupOrder:
    """Return the order at the other store."""
    moved_to = now(centre, order).offers[0].moved_to
    assert moved_to is not None
    return now(centre, moved_to.order_id)


def pay_again(centre: Centre) -> None:
    for _ in range(6):
        centre.cashier.run_once(text_after(now_text(), timedelta(minutes=20)))


@on_sqlite
def test_a_line_that_was_sold_to_somebody_else_is_offered_once_where_it_can_be_had(
    online: Centre, till: Till
) -> None:
    order = ordered(online, (OAT_MILK, 2), (CROISSANT, 1))
    rounds(online)
    assert now(online, order).offers == (), "nothing is missing"
    sell_all_but(till, online, 1)
    offer = offered(online, order)
    assert (offer.store_id, offer.store_name, offer.quantity) == (SISTER, SISTER_NAME, Decimal(1))
    assert offer.slot.starts_at >= order.slot.starts_at
    assert "other_store" in messages(online, order.order_id)
    rounds(online)
    assert now(online, order).offers == (offer,)
    assert open_offers(now(online, order)) == (offer,)


def test_a_yes_is_an_order_at_the_other_store_at_the_same_price_with_a_code_of_its_own(
    online: Centre, till: Till
) -> None:
    order = ordered(online, (OAT_MILK, 2), (CROISSANT, 1))
    sell_all_but(till, online, 1)
    offered(online, order)
    here = says(online, order, agrees=True)
    moved = there(online, order)
    half = order.lines[0].amount_minor // 2
    (line,) = moved.lines
    assert (moved.store_id, line.quantity, line.amount_minor) == (SISTER, Decimal(1), half)
    assert moved.moved_from is not None
    assert (moved.moved_from.order_id, moved.moved_from.number) == (order.order_id, order.number)
    assert money_of(here).charge_minor + money_of(moved).charge_minor == money_of(order).charge_minor
    assert money_of(here).refund_minor == 0
    with online.database.read() as connection:
        codes = set(connection.execute(select(pickup_order.c.digits)).scalars())
        kept = reservation_rows.of_orders(connection, [order.order_id, moved.order_id])
    assert len(codes) == 2
    promised = {
        one.store_id: (one.held.quantity, one.short, one.held.state)
        for some in kept.values()
        for one in some
        if one.held.product_id == OAT_MILK
    }
    assert promised == {
        HERE: (Decimal(1), Decimal(0), ReservationState.CONFIRMED),
        SISTER: (Decimal(1), Decimal(0), ReservationState.CONFIRMED),
    }
    assert here.at_risk == ("1",)
    assert messages(online, moved.order_id) == ["confirmed"]
    assert says(online, order, agrees=True) == now(online, order), "a second click changes nothing"
    with pytest.raises(OrderProblem, match="answer_too_late"):
        says(online, order, agrees=False)
    with online.database.read() as connection:
        assert len(connection.execute(select(pickup_order.c.order_id)).all()) == 2
    assert ledger_is_whole(online)


@on_sqlite
def test_what_was_authorised_online_is_taken_in_two_parts_and_nothing_goes_back(
    online: Centre, till: Till
) -> None:
    order = ordered(online, (OAT_MILK, 2), (CROISSANT, 1), payment=PAID_ONLINE)
    total = money_of(order).charge_minor
    sell_all_but(till, online, 1)
    offered(online, order)
    says(online, order, agrees=True)
    moved = there(online, order)
    assert money_of(moved).due_minor == money_of(now(online, order)).due_minor == 0
    with online.database.read() as connection:
        (first, *_) = charges_of(connection, order.order_id)
        (charge,) = charges_of(connection, moved.order_id)
        assert payment_address(connection, moved.order_id) == "", "it was paid for before"
    assert (charge.kind, charge.state) == (first.kind, first.state) == ("authorise", BOOKED)
    assert (charge.provider, charge.provider_reference) == (first.provider, first.provider_reference)
    assert (charge.amount_minor, charge.currency) == (money_of(moved).charge_minor, first.currency)
    for one in (moved, now(online, order)):
        collect(online, one)
    pay_again(online)
    payment = online.simulator.payment(reference_of(online, order))
    assert (payment.taken_minor, payment.left_minor) == (total, 0)
    assert [one for one in alerts(online) if "charge" in one or "refund" in one] == []
    assert "refunded" not in messages(online, order.order_id)


def collect(centre: Centre, order: PickupOrder) -> None:
    """Pick what is open of an order and hand it over."""
    order = take(centre, order, StartPicking, lock_until=text_after(now_text(), timedelta(minutes=10)))
    for line in order.lines:
        order = take(
            centre,
            order,
            PickLine,
            line_id=line.line_id,
            product_id=line.product.product_id,
            quantity=units(line, LineState.TO_PICK),
            bag_id=f"B{line.line_id}",
        )
    order = take(centre, order, FinishPicking)
    for bag in order.bags:
        order = take(centre, order, StageBag, bag_id=bag.bag_id, location="A-1", temperature=bag.temperature)
    hand_over(centre, take(centre, order, MarkReady))


def reference_of(centre: Centre, order: PickupOrder) -> str:
    with centre.database.read() as connection:
        return authorised_as(connection, order.order_id)


@on_sqlite
def test_a_no_and_silence_strike_it_off_and_nothing_is_charged_for_it(online: Centre, till: Till) -> None:
    for left, (minutes, said) in enumerate(((0, "customer"), (121, "centre")), start=1):
        set_stock(online, OAT_MILK, "6")
        order = ordered(online, (OAT_MILK, 2), (CROISSANT, 1), payment=PAID_ONLINE)
        sell_all_but(till, online, left)  # one of them is the first order's
        offered(online, order)
        if minutes:
            rounds(online, minutes)
        else:
            says(online, order, agrees=False)
        here = now(online, order)
        assert [one.state for one in here.offers] == [OfferState.DECLINED]
        assert here.history[-1].by == said
        assert sum(part.covers for part in here.lines[0].divided if part.state is LineState.SHORT) == 1
        assert money_of(here).charge_minor == money_of(order).charge_minor - order.lines[0].amount_minor // 2
        assert "struck" in messages(online, order.order_id)


@on_sqlite
def test_a_store_that_looks_for_it_all_the_same_strikes_nothing_off(online: Centre, till: Till) -> None:
    change_desk(online, struck_if_not_moved=False)
    order = ordered(online, (OAT_MILK, 2))
    sell_all_but(till, online, 1)
    offered(online, order)
    rounds(online, 121)
    here = now(online, order)
    assert (here.lines, here.offers[0].state) == (order.lines, OfferState.DECLINED)
    assert "struck" not in messages(online, order.order_id)


def test_of_two_who_want_the_last_piece_of_that_store_one_has_it_and_the_other_is_told(
    online: Centre, till: Till
) -> None:
    both = [ordered(online, (OAT_MILK, 3)), ordered(online, (OAT_MILK, 3))]
    sell_all_but(till, online, 0)
    rounds(online)
    for order in both:
        assert now(online, order).offers[0].quantity == 3, "the other store has five"

    def yes(order: PickupOrder) -> str:
        try:
            return str(says(online, order, agrees=True).offers[0].state)
        except OrderProblem as problem:
            return problem.code

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(yes, [*both, *both]))
    assert sorted(set(said)) in (["gone_there", "moved"], ["answer_too_late", "gone_there", "moved"])
    states = sorted(str(now(online, order).offers[0].state) for order in both)
    assert states == ["declined", "moved"]
    with online.database.read() as connection:
        there = reservation_rows.reserved(connection, SISTER, [OAT_MILK])
        assert len(connection.execute(select(pickup_order.c.order_id)).all()) == 3
    assert there == {OAT_MILK: Decimal(3)}
    assert all(money_of(now(online, order)).charge_minor == 0 for order in both)
    assert ledger_is_whole(online)


@on_sqlite
def test_an_order_that_is_moved_whole_ends_here_and_gives_its_time_back(online: Centre, till: Till) -> None:
    order = ordered(online, (OAT_MILK, 2))
    taken = taken_here(online, order.slot.starts_at)
    sell_all_but(till, online, 0)
    offered(online, order)
    here = says(online, order, agrees=True)
    assert here.state is OrderState.SHORT
    assert taken_here(online, order.slot.starts_at) == taken - 1
    assert "short" not in messages(online, order.order_id)
    with pytest.raises(OrderProblem, match="cannot_be_undone"):
        take(online, here, Undo, undoes=here.history[-1].step_id, reason="a mistake")
    cancelled = online.orders.cancel(there(online, order).order_id, "changed my mind")
    assert cancelled is not None
    assert money_of(cancelled).charge_minor == 0


@on_sqlite
def test_what_is_on_the_shelf_again_is_not_offered_any_more(online: Centre, till: Till) -> None:
    order = ordered(online, (OAT_MILK, 2))
    sell_all_but(till, online, 1)
    offered(online, order)
    with online.database.write() as connection:
        came = movements(
            StockCause.RECEIPT,
            store_id=HERE,
            product_id=OAT_MILK,
            unit=SellingUnit.PIECE,
            quantity=Decimal(5),
            event_id="delivery",
        )
        publish_goods(connection, book(connection, [], came))
    rounds(online)
    assert open_offers(now(online, order)) == ()
    assert now(online, order).offers[0].state is OfferState.WITHDRAWN
    assert now(online, order).history[-1].reason == "the goods are here again"


@on_sqlite
def test_offers_are_withdrawn_and_a_no_is_taken_back_with_who_and_why(online: Centre, till: Till) -> None:
    order = ordered(online, (OAT_MILK, 2))
    sell_all_but(till, online, 1)
    offer = offered(online, order)
    here = take(online, now(online, order), Undo, undoes=offer.offer_id, reason="found some in the back")
    assert [one.state for one in here.offers] == [OfferState.WITHDRAWN]
    rounds(online)
    assert open_offers(now(online, order)) == (), "a line is offered once"
    with pytest.raises(OrderProblem, match="answer_too_late"):
        online.store_moves.answer(Said(order_id=order.order_id, offered=offer.offer_id, agrees=True))
    set_stock(online, OAT_MILK, "6")
    other = ordered(online, (OAT_MILK, 2))
    sell_all_but(till, online, 0)
    rounds(online)
    struck = says(online, other, agrees=False)
    assert struck.state is OrderState.SHORT
    back = take(online, struck, Undo, undoes=struck.history[-1].step_id, reason="said it by mistake")
    assert (back.state, back.lines) == (OrderState.PLACED, other.lines)


@on_sqlite
def test_what_cannot_be_moved_is_not_offered(online: Centre, till: Till) -> None:
    change_desk(online, offer_minutes=0)
    order = ordered(online, (OAT_MILK, 2))
    sell_all_but(till, online, 1)
    rounds(online)
    assert now(online, order).offers == ()
    change_desk(online, offer_minutes=120, near_store_ids=(SISTER,))
    online.orders.cancel(order.order_id, "changed my mind")
    rounds(online)
    assert now(online, order).offers == ()
    with pytest.raises(OrderProblem, match="unknown_order"):
        online.store_moves.answer(Said(order_id="nobody", offered="x", agrees=True))
