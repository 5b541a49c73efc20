"""Picking and the desk where something is in the way: locks, labels, totes, cards, payments put aside."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import Till
from pos_app.database.identity import NotEnrolled
from pos_app.services.outcomes import Changed, NeedsApproval, Refused
from pos_app.services.pickup_outcomes import DeskCode, NotDone, PickCode
from retail.gtin import check_digit
from retail.pickup.handover import Hindrance
from retail.pickup.order import Contact, OrderState, ShortReason, Temperature
from retail.pickup.substitution import Verdict
from retail.sale import TenderKind
from retail.stock_level import StockLevel
from retail.store import StoreSettings
from tests.fakes.pickup_orders import SAME_PRICE, up_to_percent
from tests.fakes.pickup_till import (
    BEANS,
    CHICKEN,
    COOKIE,
    EGGS,
    MILK,
    OAT_MILK,
    WINE,
    Wall,
    code_of,
    line,
    order,
    pickup_till,
    rows,
)
from tests.fakes.stocked_till import stock

COOKIE_CODE, EGGS_CODE, OAT_CODE = "9520000010096", "9520000010171", "9520000010263"
COOKIES = order(line(COOKIE, "2", 700))


@pytest.fixture
def folder(tmp_path: Path, qapp: QCoreApplication) -> Path:
    return tmp_path / "till"


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def till(folder: Path, wall: Wall) -> Iterator[Till]:
    opened = pickup_till(folder, COOKIES, wall=wall)
    yield opened
    opened.close()


def at_desk(till: Till) -> None:
    """Pick the cookies, put them away and open the order at the desk with its code."""
    till.picking.begin(["order-1"])
    till.picking.scan("BAG-T-14")
    while till.picking.view().task is not None:
        till.picking.pick_one()
    till.picking.stage("order-1", "T-14", "b-03")
    assert till.picking.mark_ready("order-1").code is PickCode.READY
    assert till.handing_over.scan(code_of()).code is DeskCode.OPENED


# ---- the lock --------------------------------------------------------------------------------------


def test_a_lock_is_renewed_when_it_has_run_half(till: Till, wall: Wall) -> None:
    till.picking.begin(["order-1"])
    waiting = till.outbox.waiting().count
    assert till.picking.renew().code is PickCode.RENEWED
    assert till.outbox.waiting().count == waiting
    wall.now = "2026-03-14T14:39:00.000+08:00"
    assert till.picking.renew().step_id
    shown = till.orders.order("order-1")
    assert shown is not None
    assert shown.lock is not None
    assert shown.lock.until == "2026-03-14T14:49:00.000+08:00"


def test_an_order_is_taken_over_when_its_lock_has_run_out(till: Till, wall: Wall) -> None:
    noor, _, arun, _ = till.cache.staff()
    till.picking.begin(["order-1"])
    till.staffing.sign_in(arun)
    refused = till.picking.begin(["order-1"])
    assert (refused.refusal, refused.detail) == ("locked_by_other", noor.staff_id)
    assert till.picking.pick_one().code is PickCode.NEEDS_TOTE
    till.picking.assign_tote("T-14")
    assert till.picking.pick_one().refusal == "locked_by_other"
    wall.now = "2026-03-14T14:44:00.000+08:00"
    assert till.picking.begin(["order-1"]).code is PickCode.BEGUN
    assert till.picking.pick_one().code is PickCode.PICKED
    till.staffing.sign_in(noor)
    assert till.picking.mine() == ()
    assert till.picking.finish("order-1").refusal == "locked_by_other"


def test_nothing_is_begun_when_one_of_several_cannot_be(folder: Path) -> None:
    till = pickup_till(folder, COOKIES, order(line(BEANS), order_id="order-2", state=OrderState.CANCELLED))
    waiting = till.outbox.waiting().count
    assert till.picking.begin(["order-1", "order-2"]).refusal == "order_cancelled"
    assert till.picking.begin(["order-1", "order-9"]).refusal == "unknown_order"
    assert till.picking.begin([]).code is PickCode.NOT_PICKING
    assert till.outbox.waiting().count == waiting
    till.close()


# ---- labels, totes, substitutes ----------------------------------------------------------------------


def test_a_price_label_says_how_much_there_is_by_the_stores_price(folder: Path) -> None:
    till = pickup_till(folder, order(line(CHICKEN, "0.500", 1000)))
    till.picking.begin(["order-1"])
    till.picking.scan("BAG-T-14")
    found = till.cache.item_by_plu("30030")
    assert found is not None
    assert found.unit_price_minor is not None
    price = int(found.unit_price_minor / 2)
    digits = f"2130030{price:05d}"
    weighed = till.picking.scan(f"{digits}{check_digit(digits)}")
    assert (weighed.code, weighed.quantity) == (PickCode.LINE_COMPLETE, Decimal("0.500"))
    nothing = "213003000000"
    assert till.picking.scan(f"{nothing}{check_digit(nothing)}").code is PickCode.LABEL_WITHOUT_WEIGHT
    till.close()


def test_goods_past_their_date_never_go_into_a_bag(till: Till) -> None:
    till.picking.begin(["order-1"])
    till.picking.scan("BAG-T-14")
    expired = till.picking.scan("(01)09520000010096(17)250101")
    assert (expired.code, expired.detail) == (PickCode.GOODS_EXPIRED, "2025-01-01")


def test_a_tote_takes_one_temperature_of_one_order(folder: Path) -> None:
    till = pickup_till(folder, order(line(COOKIE), line(MILK)))
    till.picking.begin(["order-1"])
    assert till.picking.assign_tote("T-14").temperature is Temperature.AMBIENT
    wrong = till.picking.assign_tote("T-14", "order-1", Temperature.CHILLED)
    assert (wrong.code, wrong.temperature) == (PickCode.WRONG_TEMPERATURE, Temperature.AMBIENT)
    till.picking.pick_one()
    till.picking.leave()
    till.picking.begin(["order-1"])
    assert till.picking.scan("BAG-T-14").code is PickCode.WRONG_TEMPERATURE  # the milk is in hand
    assert till.picking.assign_tote("T-15", "order-9").code is PickCode.NOT_PICKING
    till.close()


def test_a_tote_of_an_order_that_was_handed_over_is_free_again(till: Till, folder: Path) -> None:
    at_desk(till)
    assert till.orders.of_bag("T-14") is not None
    till.handing_over.tick("T-14")
    till.handing_over.begin_payment()
    till.paying.take_cash(1_000)
    till.paying.complete(print_receipt=False)
    assert till.handing_over.hand_over().code is DeskCode.HANDED_OVER
    second = order(line(EGGS, temperature=Temperature.AMBIENT), order_id="order-2", number="P-2")
    stock(till, {"orders": (COOKIES, second)})
    till.rows_changed("orders")
    till.picking.begin(["order-2"])
    assert till.picking.scan("BAG-T-14").code is PickCode.TOTE_ASSIGNED


def test_a_place_that_the_store_does_not_have_is_refused(till: Till) -> None:
    till.picking.begin(["order-1"])
    till.picking.scan("BAG-T-14")
    till.picking.pick_one()
    assert till.picking.stage("order-1", "T-14", "Z-99").code is PickCode.UNKNOWN_PLACE
    assert till.picking.stage("order-1", "T-77", "B-03").refusal == "unknown_bag"


def test_a_dear_substitute_is_offered_for_asking_only(folder: Path) -> None:
    levels = [StockLevel(product_id=OAT_MILK, on_hand=Decimal(6), place="C1-05")]
    wanting = order(line(MILK, "1", 100, wish=up_to_percent("10")), line(BEANS, wish=SAME_PRICE))
    till = pickup_till(folder, wanting, levels=levels)
    till.picking.begin(["order-1"])
    offer = till.picking.offer("order-1", MILK, OAT_MILK)
    assert offer is not None
    assert (offer.verdict, offer.code, offer.stock.place) == (Verdict.ASK, "too_dear", "C1-05")
    assert offer.difference_minor == offer.charge_minor - 100
    assert till.picking.offer("order-1", MILK, COOKIE) is None  # not as cold
    assert till.picking.offer("order-1", "no-line", OAT_MILK) is None
    till.picking.short("order-1", MILK, ShortReason.SOLD_OUT)
    assert till.picking.offer("order-1", MILK, OAT_MILK) is None
    assert till.picking.substitutes("order-1", MILK) is None
    till.close()


def test_a_customer_without_a_wish_is_offered_nothing(till: Till) -> None:
    till.picking.begin(["order-1"])
    offers = till.picking.substitutes("order-1", COOKIE)
    assert offers is not None
    assert offers.offers == ()
    assert till.picking.substitute("order-1", COOKIE, "no-product").code is PickCode.NOT_IN_CATALOGUE
    assert till.picking.ask_customer("order-1", COOKIE, "no-product").code is PickCode.NOT_IN_CATALOGUE
    assert till.picking.substitute("order-1", "no-line", OAT_MILK).refusal == "unknown_line"
    assert till.picking.ask_customer("order-1", "no-line", OAT_MILK).refusal == "unknown_line"


def test_a_weighed_substitute_asks_for_its_weight(folder: Path) -> None:
    till = pickup_till(folder, order(line(CHICKEN, "0.500", 5000, wish=SAME_PRICE)))
    till.picking.begin(["order-1"])
    till.picking.scan("BAG-T-14")
    apples = "P1012"
    assert till.picking.substitute("order-1", CHICKEN, apples).code is PickCode.NEEDS_WEIGHT
    assert till.picking.weigh(Decimal("0.480")).code is PickCode.SUBSTITUTED
    assert till.picking.view().task is None
    till.close()


def test_where_tax_is_added_a_substitute_is_offered_with_it(folder: Path) -> None:
    till = pickup_till(folder, order(line(COOKIE, "1", 5000, wish=SAME_PRICE)))
    inside = till.picking.offer("order-1", COOKIE, BEANS)
    taxed = till.picking.offer("order-1", COOKIE, "P1008")
    assert inside is not None
    assert taxed is not None
    settings = tuple(
        replace(row, tax_included=False) if isinstance(row, StoreSettings) else row
        for row in rows()["settings"]
    )
    stock(till, {"settings": settings})
    till.rows_changed("settings")
    added = till.picking.offer("order-1", COOKIE, "P1008")
    assert added is not None
    assert added.unit_price_minor == round(taxed.unit_price_minor * Decimal("1.09"))
    till.close()


# ---- the desk --------------------------------------------------------------------------------------


def test_nothing_is_done_at_a_desk_without_an_order(till: Till) -> None:
    desk = till.handing_over
    for outcome in (
        desk.close(),
        desk.identity_seen(),
        desk.begin_payment(),
        desk.hand_over(),
        desk.refuse_line("x", "y"),
        desk.give_back("y"),
        desk.tick("T-14"),
        desk.scan(COOKIE_CODE),
        desk.scan("MBR00008817"),
    ):
        assert outcome.code is DeskCode.NO_ORDER
    assert desk.untick("T-14").code is DeskCode.UNKNOWN_BAG
    assert desk.leave("T-14").code is DeskCode.UNKNOWN_BAG
    assert desk.scan("BAG-T-14").code is DeskCode.UNKNOWN_BAG
    assert desk.open("order-9").refusal == "unknown_order"
    assert desk.give_up_payment().code is DeskCode.NOTHING_DUE


def test_a_bag_opens_its_order_and_is_ticked(till: Till) -> None:
    at_desk(till)
    till.handing_over.close()
    assert till.handing_over.scan("BAG-T-14").code is DeskCode.BAG_TICKED
    assert till.handing_over.untick("T-14").code is DeskCode.BAG_UNTICKED
    view = till.handing_over.view()
    assert view is not None
    assert [each.what for each in view.missing] == [
        Hindrance.NOT_VERIFIED,
        Hindrance.BAG_MISSING,
        Hindrance.NOT_PAID,
    ]


def test_an_order_that_is_not_ready_is_neither_paid_nor_handed_over(till: Till) -> None:
    till.handing_over.open("order-1")
    for outcome in (till.handing_over.begin_payment(), till.handing_over.hand_over()):
        assert outcome.code is DeskCode.MISSING
        assert [each.what for each in outcome.missing] == [Hindrance.NOT_READY]
    assert till.handing_over.scan(code_of()).code is DeskCode.CODE_REFUSED


def test_a_member_card_is_held_against_the_order(folder: Path) -> None:
    member = next(row for row in rows()["members"])
    theirs = order(line(COOKIE, "2", 700), contact=Contact(name="M. Lin", member_id=member.key))
    till = pickup_till(folder, theirs)
    at_desk(till)
    card = getattr(member, "card_number")  # noqa: B009  # rows of a stream have no type of their own here
    assert till.handing_over.scan(card).code is DeskCode.MEMBER_MATCHES
    other = [each for each in rows()["members"] if each.key != member.key][0]  # noqa: RUF015  # plain
    assert till.handing_over.scan(getattr(other, "card_number")).code is DeskCode.OTHER_MEMBER  # noqa: B009
    assert till.handing_over.scan("STF0001").detail == "staff_badge"
    till.close()


def test_what_is_paid_online_is_only_handed_over(folder: Path) -> None:
    till = pickup_till(folder, order(line(COOKIE, "2", 0)))
    at_desk(till)
    assert till.handing_over.begin_payment().code is DeskCode.NOTHING_DUE
    till.handing_over.tick("T-14")
    assert till.handing_over.hand_over().code is DeskCode.HANDED_OVER
    till.close()


def test_a_bag_left_behind_goes_after_all(till: Till) -> None:
    at_desk(till)
    desk = till.handing_over
    desk.leave("T-14")
    assert desk.begin_payment().code is DeskCode.NOTHING_DUE
    assert desk.leave("T-14", stays=False).code is DeskCode.BAG_BROUGHT
    desk.leave("T-14")
    assert desk.tick("T-14").code is DeskCode.BAG_TICKED
    assert desk.begin_payment().amount_minor == 700


def test_a_payment_put_aside_is_begun_anew_and_only_once(till: Till) -> None:
    at_desk(till)
    till.selling.scan(EGGS_CODE)
    till.handing_over.begin_payment()
    assert till.selling.hold() == Changed("hold")
    assert till.handing_over.begin_payment().code is DeskCode.PAYMENT_BEGUN
    assert till.handing_over.begin_payment().code is DeskCode.PAYMENT_BEGUN
    held = till.selling.view().held
    assert [each.basket.order_id for each in held] == [""]
    assert till.handing_over.give_up_payment().code is DeskCode.PAYMENT_GIVEN_UP
    assert [each.product.product_id for each in till.selling.open_sale.basket.lines] == [EGGS]
    assert till.selling.view().held == ()


def test_money_that_was_taken_is_never_given_up(till: Till) -> None:
    at_desk(till)
    till.handing_over.begin_payment()
    till.paying.take_cash(100)
    assert till.handing_over.give_up_payment().code is DeskCode.MONEY_TAKEN
    assert till.handing_over.close().code is DeskCode.MONEY_TAKEN
    assert till.handing_over.leave("T-14").code is DeskCode.MONEY_TAKEN
    again = till.handing_over.begin_payment()
    assert (again.code, again.amount_minor) == (DeskCode.PAYMENT_BEGUN, 700)
    assert [each.kind for each in till.selling.open_sale.tenders] == [TenderKind.CASH]


def test_the_sale_of_an_order_is_not_changed_by_hand(till: Till) -> None:
    at_desk(till)
    till.selling.scan(EGGS_CODE)
    till.handing_over.begin_payment()
    line_id = till.selling.open_sale.basket.lines[0].line_id
    refused = Refused("order_sale")
    assert till.selling.scan(EGGS_CODE) == refused
    assert till.selling.set_quantity(line_id, Decimal(1)) == refused
    assert till.selling.override_price(line_id, 1) == refused
    assert till.selling.add_coupon("SPRING5") in (refused, Refused("coupon_unknown", "SPRING5"))
    asked = till.selling.void_sale()
    assert isinstance(asked, NeedsApproval)
    supervisor = next(each for each in till.cache.staff() if each.role == "supervisor")
    assert isinstance(till.approving.approve(supervisor, "mistake"), Changed)
    assert [each.product.product_id for each in till.selling.open_sale.basket.lines] == [EGGS]


def test_a_restart_between_payment_and_the_sale_before_it_loses_neither(till: Till, folder: Path) -> None:
    at_desk(till)
    till.selling.scan(EGGS_CODE)
    till.handing_over.begin_payment()
    till.paying.take_cash(1_000)
    completed = till.selling.completed
    till.selling.completed = lambda: None  # type: ignore[method-assign]  # the program ends right here
    till.paying.complete(print_receipt=False)
    till.selling.completed = completed  # type: ignore[method-assign]  # as above
    till.close()
    again = pickup_till(folder)
    assert [each.product.product_id for each in again.selling.open_sale.basket.lines] == [EGGS]
    paid = again.orders.order("order-1")
    assert paid is not None
    assert len(paid.payment.entries) == 1
    again.close()


def test_money_is_written_down_for_an_order_that_the_centre_took_away_meanwhile(till: Till) -> None:
    at_desk(till)
    till.handing_over.begin_payment(hand_over_when_paid=True)
    till.paying.take_cash(1_000)
    stock(till, {"orders": ()})
    till.rows_changed("orders")
    sale = till.paying.complete(print_receipt=False)
    assert (sale.order_id, sale.order_number) == ("order-1", "")
    outgoing = till.outbox.unsent(500, 10_000_000)
    assert outgoing is not None
    assert [each.kind for each in outgoing.events[-2:]] == ["sale.completed", "pickup.stepped"]
    assert '"record_payment"' in outgoing.events[-1].body
    assert till.handing_over.view() is None


def test_the_wrong_handover_is_undone_only_with_its_reason(till: Till) -> None:
    at_desk(till)
    assert till.handing_over.undo("no-step", "").code is DeskCode.STEP_REFUSED
    assert till.handing_over.undo("no-step", "it was another").refusal == "unknown_step"


def test_a_till_that_is_not_enrolled_takes_no_step(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise NotEnrolled

    monkeypatch.setattr(till.journal, "record", nobody)
    assert till.orders.accept("order-1") == NotDone("not_enrolled", "order-1")


def test_wine_in_an_order_is_picked_like_anything_else(folder: Path) -> None:
    till = pickup_till(folder, order(line(WINE, "1", 1650)))
    till.picking.begin(["order-1"])
    till.picking.scan("BAG-T-14")
    assert till.picking.pick_one().code is PickCode.LINE_COMPLETE
    till.close()
