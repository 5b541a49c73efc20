"""Placing orders: what may be promised is promised once, whoever asks at the same time."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import func, select

from retail.availability.reservation import ReservationState
from retail.availability.slot import Measure
from retail.pickup.order import OrderState, PaymentEntry, PaymentKind, PickupOrder
from sync.pickup_code import CodeRefused, checked, digest_of
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database.order_tables import payment_charge, pickup_order
from sync.server.demo.store import STORE_ID
from sync.server.orders import placing
from sync.server.orders.code_keys import KEY_FILE, CodeKeys
from sync.server.orders.desk import OrderDesk
from sync.server.orders.problem_texts import PROBLEMS
from sync.server.orders.values import ContactDetails, OrderProblem, PlaceOrder, WantedLine
from tests.server.ordering import (
    CHICKEN,
    CONTACT,
    MILK,
    OAT_MILK,
    WINE,
    available,
    booked,
    change_desk,
    free_slot,
    ledger_is_whole,
    messages,
    order,
    published,
    reservations,
    set_stock,
    silence,
    wish,
)
from tests.server.tills import Till


def refused(shop: Centre, request: PlaceOrder) -> OrderProblem:
    """Return why an order is refused; nothing of it may be kept."""
    with pytest.raises(OrderProblem) as problem:
        shop.orders.place(request)
    with shop.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(pickup_order)).scalar() == 0
    assert booked(shop, request.slot_starts_at) == 0
    return problem.value


def test_an_order_is_priced_as_in_the_store_and_published(shop: Centre) -> None:
    before = available(shop, OAT_MILK)
    placed = order(shop, (OAT_MILK, "3"), (CHICKEN, "1.2"), expected_total_minor=1120 + 1536)
    assert [line.amount_minor for line in placed.order.lines] == [1120, 1536]
    assert placed.order.number == "P-0001"
    assert placed.order.contact.name == "R. Tan"
    assert placed.order.contact.phone_tail == "0142"
    assert available(shop, OAT_MILK) == before - 3
    held = reservations(shop, placed.order.order_id)
    assert {one.state for one in held.values()} == {ReservationState.CONFIRMED}
    row = published(shop, f"pickup_order:{placed.order.order_id}")
    assert row is not None
    assert msgspec.json.decode(row, type=PickupOrder) == placed.order
    assert "rachel@example.com" not in row
    assert "5550" not in row
    assert messages(shop, placed.order.order_id) == ["confirmed"]
    page = shop.orders.order_by_page_key(placed.page_key)
    assert page is not None
    assert (page.order, page.contact, page.digits) == (placed.order, CONTACT, placed.digits)
    assert shop.orders.order_by_page_key("guessed") is None


def test_the_same_order_again_is_the_same_order(shop: Centre) -> None:
    request = wish(shop, (MILK, "2"))
    first, left = shop.orders.place(request), available(shop, MILK)
    again = shop.orders.place(request)
    assert again == replace(first, repeated=True)
    assert available(shop, MILK) == left
    with pytest.raises(OrderProblem) as other:
        shop.orders.place(replace(request, note="another"))
    assert other.value.code == "reference_used"
    found = shop.orders.order_of_reference("shop", request.outside_reference)
    assert found is not None
    assert found.order == first.order


def test_two_buyers_of_the_last_piece_and_one_gets_it(shop: Centre) -> None:
    set_stock(shop, OAT_MILK, "1")
    slot = free_slot(shop)
    wanted = [wish(shop, (OAT_MILK, "1"), slot_starts_at=slot) for _ in range(6)]
    outcomes: list[str] = []
    start = threading.Barrier(len(wanted))

    def buy(request: PlaceOrder) -> None:
        start.wait()
        try:
            shop.orders.place(request)
            outcomes.append("placed")
        except OrderProblem as problem:
            outcomes.append(problem.code)

    buyers = [threading.Thread(target=buy, args=(one,)) for one in wanted]
    for one in buyers:
        one.start()
    for one in buyers:
        one.join()
    assert sorted(outcomes) == ["not_enough"] * 5 + ["placed"]
    assert available(shop, OAT_MILK) == 0
    assert booked(shop, slot) == 1


def test_one_order_sent_twice_at_the_same_moment_is_placed_once(shop: Centre) -> None:
    request = wish(shop, (MILK, "1"))
    placed = []
    start = threading.Barrier(4)

    def send() -> None:
        start.wait()
        placed.append(shop.orders.place(request))

    senders = [threading.Thread(target=send) for _ in range(4)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert len({one.order.order_id for one in placed}) == 1
    assert sorted(one.repeated for one in placed) == [False, True, True, True]


def test_two_lines_of_one_product_are_not_promised_the_same_goods(shop: Centre) -> None:
    set_stock(shop, MILK, "3")
    problem = refused(shop, wish(shop, (MILK, "2"), (MILK, "2")))
    assert (problem.code, problem.line_id, problem.left) == ("not_enough", "2", Decimal(3))
    partly = order(shop, (MILK, "2"), (MILK, "2"), allow_partial=True)
    assert [line.quantity for line in partly.order.lines] == [2, 1]
    assert available(shop, MILK) == 0


def test_a_slot_fills_and_is_free_again(shop: Centre) -> None:
    slot = free_slot(shop)
    rules = shop.orders.stores()[0].desk.slots
    change_desk(
        shop, slots=replace(rules, measure=Measure.ORDERS, usual_per_hour=2, pickers=1, slot_minutes=60)
    )
    slot = free_slot(shop, 5)
    first = order(shop, (MILK, "1"), slot_starts_at=slot)
    order(shop, (MILK, "1"), slot_starts_at=slot)
    with pytest.raises(OrderProblem) as full:
        order(shop, (MILK, "1"), slot_starts_at=slot)
    assert full.value.code == "slot_full"
    assert booked(shop, slot) == 2
    (offered,) = [one for one in shop.orders.slots(STORE_ID) if one.starts_at == slot]
    assert (offered.refusal, offered.free) == ("slot_full", 0)
    shop.orders.cancel(first.order.order_id, "changed my mind")
    assert booked(shop, slot) == 1
    order(shop, (MILK, "1"), slot_starts_at=slot)


def test_what_cannot_be_ordered_says_why_in_both_languages(shop: Centre) -> None:
    request = wish(shop, (MILK, "1"))
    line = request.lines[0]
    slot = dt.datetime.fromisoformat(request.slot_starts_at)
    cases: list[tuple[str, PlaceOrder]] = [
        ("unknown_store", replace(request, store_id="S9")),
        ("no_lines", replace(request, lines=())),
        ("unknown_product", replace(request, lines=(replace(line, product_id="P0"),))),
        ("no_price", replace(request, lines=(replace(line, product_id="P1025"),))),
        ("bad_quantity", replace(request, lines=(replace(line, quantity=Decimal("1.5")),))),
        ("not_enough", replace(request, lines=(replace(line, quantity=Decimal(9999)),))),
        ("under_age_unconfirmed", replace(request, lines=(replace(line, product_id=WINE),))),
        ("price_changed", replace(request, expected_total_minor=1)),
        ("bad_contact", replace(request, contact=ContactDetails(name="Nobody"))),
        ("bad_contact", replace(request, contact=ContactDetails(name=" ", phone="5550142"))),
        ("bad_reference", replace(request, outside_reference="")),
        ("bad_payment", replace(request, payment="shells")),
        ("slot_gone", replace(request, slot_starts_at="")),
        ("closed", replace(request, slot_starts_at=(slot + dt.timedelta(minutes=1)).isoformat())),
        ("too_late", replace(request, slot_starts_at=(slot - dt.timedelta(days=9)).isoformat())),
    ]
    for code, wrong in cases:
        problem = refused(shop, wrong)
        assert problem.code == code
        assert problem.message == PROBLEMS[code]
        assert problem.message.zh


def test_a_store_without_a_desk_takes_no_orders(shop: Centre) -> None:
    request = wish(shop, (MILK, "1"))
    assert [one.store_id for one in shop.orders.stores()] == [STORE_ID]
    change_desk(shop, sells_online=False)
    assert shop.orders.stores() == ()
    assert refused(shop, request).code == "not_online"


def test_an_adult_who_says_so_may_order_wine(shop: Centre) -> None:
    assert order(shop, (WINE, "1"), age_confirmed=True).order.lines[0].product.minimum_age == 18


def test_goods_are_held_until_they_are_paid(shop: Centre) -> None:
    before = available(shop, MILK)
    placed = order(shop, (MILK, "2"), payment="online")
    order_id = placed.order.order_id
    assert available(shop, MILK) == before - 2
    assert published(shop, f"pickup_order:{order_id}") is None
    assert messages(shop, order_id) == []
    with shop.database.read() as connection:
        charge = connection.execute(select(payment_charge)).one()
    assert (charge.kind, charge.amount_minor, charge.state) == ("authorise", 520, "waiting")
    page = shop.orders.order_by_page_key(placed.page_key)
    assert page is not None
    assert page.waiting_for_payment
    entry = PaymentEntry(kind=PaymentKind.AUTHORISED, amount_minor=520, reference="charge-1")
    paid = shop.orders.confirm_payment(order_id, entry)
    assert paid.payment.entries == (entry,)
    assert shop.orders.confirm_payment(order_id, entry) == paid
    assert published(shop, f"pickup_order:{order_id}") is not None
    assert messages(shop, order_id) == ["confirmed"]
    assert reservations(shop, order_id)[MILK].state is ReservationState.CONFIRMED
    shop.orders.payment_failed(order_id)
    assert shop.orders.order(order_id) == paid


def test_who_does_not_pay_in_time_loses_the_goods_to_others(shop: Centre) -> None:
    before = available(shop, MILK)
    slot = free_slot(shop)
    placed = order(shop, (MILK, "2"), payment="online", slot_starts_at=slot)
    assert shop.orders.release_expired_holds() == ()
    late = OrderDesk(shop.database, shop.code_keys, clock=lambda: now_text(plus=dt.timedelta(minutes=16)))
    assert late.release_expired_holds() == (placed.order.order_id,)
    assert late.release_expired_holds() == ()
    assert available(shop, MILK) == before
    assert booked(shop, slot) == 0
    assert reservations(shop, placed.order.order_id)[MILK].state is ReservationState.EXPIRED
    entry = PaymentEntry(kind=PaymentKind.PAID, amount_minor=520, reference="late")
    with pytest.raises(OrderProblem) as too_late:
        shop.orders.confirm_payment(placed.order.order_id, entry)
    assert too_late.value.code == "payment_failed"
    page = shop.orders.order_by_page_key(placed.page_key)
    assert page is not None
    assert page.released
    assert messages(shop, placed.order.order_id) == ["released"]


def test_an_order_that_the_channel_was_paid_for_has_nothing_due(shop: Centre) -> None:
    placed = order(shop, (MILK, "1"), payment="channel", channel="market")
    (entry,) = placed.order.payment.entries
    assert (entry.kind, entry.amount_minor) == (PaymentKind.PAID, 260)


def test_a_silent_store_promises_less_and_all_again_when_it_is_heard(shop: Centre, till: Till) -> None:
    change_desk(
        shop,
        slots=replace(
            shop.orders.stores()[0].desk.slots,
            opening=tuple(
                replace(one, opens="00:00", closes="24:00")
                for one in shop.orders.stores()[0].desk.slots.opening
            ),
        ),
    )
    till.send(till.sell(sku="1016", quantity=56))
    free = available(shop, MILK)
    silence(shop, now_text(plus=-dt.timedelta(hours=24)))
    # 56 pieces in 28 days of 24 hours: 2 a day.
    fresh = OrderDesk(shop.database, shop.code_keys)
    assert free - fresh.availability(STORE_ID, [MILK])[MILK] in (Decimal(2), Decimal(3))
    till.get("/v1/streams/settings/changes")
    silence(shop, now_text())
    assert OrderDesk(shop.database, shop.code_keys).availability(STORE_ID, [MILK])[MILK] == free


def test_a_code_opens_its_own_order_in_its_own_store_only(shop: Centre) -> None:
    placed = order(shop, (MILK, "1"))
    keys = shop.orders.stores()[0].desk.code_keys
    assert shop.code_keys.own in keys
    assert checked(placed.code_text, keys, STORE_ID).order_id == placed.order.order_id
    assert digest_of(placed.order.order_id, f"PKP {placed.digits}") == placed.order.code_digest
    for code, text, store_id in (
        ("other_store", placed.code_text, "S2"),
        ("forged", placed.code_text[:-4] + "AAAA", STORE_ID),
    ):
        with pytest.raises(CodeRefused) as wrong:
            checked(text, keys, store_id)
        assert wrong.value.code == code


def test_the_signing_key_is_its_owners_alone_and_lasts(shop: Centre) -> None:
    path = shop.settings.data / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert CodeKeys(shop.settings.data).own == shop.code_keys.own
    path.unlink()
    before = shop.orders.stores()[0].desk.code_keys
    renewed = Centre(shop.settings)
    try:
        assert renewed.orders.stores()[0].desk.code_keys == (*before, renewed.code_keys.own)
    finally:
        renewed.close()


def test_what_is_paid_is_asked_for_by_nobody_twice(shop: Centre) -> None:
    placed = order(shop, (MILK, "1"), (MILK, "1"), payment="online")
    assert shop.orders.cancel(placed.order.order_id, "no") is None
    assert shop.orders.cancel(placed.order.order_id, "no") is None
    assert shop.orders.order(placed.order.order_id) is None
    with pytest.raises(OrderProblem) as again:
        shop.orders.place(
            PlaceOrder(
                store_id=STORE_ID,
                outside_reference=placed.order.outside_reference,
                lines=(WantedLine(product_id=MILK, quantity=Decimal(1)),) * 2,
                contact=CONTACT,
                slot_starts_at=placed.order.slot.starts_at,
                payment="online",
            )
        )
    assert again.value.code == "payment_failed"
    assert ledger_is_whole(shop)
    assert placed.order.state is OrderState.PLACED


def test_the_digits_of_an_open_order_are_given_to_no_other(
    shop: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter(["100007", "100007", "200004", "100007"])
    monkeypatch.setattr(placing, "new_digits", lambda: next(drawn))
    first, second = order(shop, (MILK, "1")), order(shop, (MILK, "1"))
    assert (first.digits, second.digits) == ("100007", "200004")
    assert (first.order.number, second.order.number) == ("P-0001", "P-0002")
    shop.orders.cancel(first.order.order_id, "no")
    assert order(shop, (MILK, "1")).digits == "100007"
