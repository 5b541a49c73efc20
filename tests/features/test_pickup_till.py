"""An online order at the till from the board to the customer's hands, without a network all along."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import Till
from pos_app.services.pickup_outcomes import CodeVerdict, DeskCode, PickCode
from retail.basket import PriceSource
from retail.gtin import check_digit
from retail.pickup.amounts import money_of
from retail.pickup.handover import Hindrance
from retail.pickup.order import LineState, OrderState, ShortReason, Temperature
from retail.pickup.steps import Collector
from retail.stock_level import StockLevel
from tests.fakes.pickup_orders import ASK, up_to_percent
from tests.fakes.pickup_till import (
    BEANS,
    CHICKEN,
    COOKIE,
    DIGITS,
    EGGS,
    MILK,
    OAT_MILK,
    OTHER_KEY,
    WINE,
    Centre,
    Wall,
    code_of,
    line,
    order,
    pickup_till,
    scale_label,
)

ORDER = order(
    line(COOKIE, "2", 700),
    line(CHICKEN, "0.600", 1200),
    line(BEANS, "1", 300),
    line(MILK, "1", 420, wish=up_to_percent("100")),
)
LEVELS = (
    StockLevel(product_id=COOKIE, on_hand=Decimal(9), place="A1-04"),
    StockLevel(product_id=CHICKEN, on_hand=Decimal(5), place="A3-02"),
    StockLevel(product_id=BEANS, on_hand=Decimal(3), place="A2-01"),
    StockLevel(product_id=MILK, on_hand=Decimal(0), place="C1-04"),
    StockLevel(product_id=OAT_MILK, on_hand=Decimal(6), place="C1-05"),
)
COOKIE_CODE, BEANS_CODE, EGGS_CODE = "9520000010096", "9520000010195", "9520000010171"


@pytest.fixture
def folder(tmp_path: Path, qapp: QCoreApplication) -> Path:
    return tmp_path / "till"


@pytest.fixture
def till(folder: Path) -> Iterator[Till]:
    opened = pickup_till(folder, ORDER, levels=LEVELS, online=False)
    yield opened
    opened.close()


def reopened(till: Till, folder: Path, wall: Wall | None = None) -> Till:
    """Return the till after a restart, still without a network."""
    till.close()
    return pickup_till(folder, wall=wall, online=False)


def stands(till: Till, order_id: str = "order-1") -> OrderState:
    found = till.orders.order(order_id)
    assert found is not None
    return found.state


def test_an_order_is_picked_handed_over_and_paid_without_a_network_and_with_a_restart_after_each_step(
    folder: Path,
) -> None:
    till = pickup_till(folder, ORDER, levels=LEVELS, online=False)
    assert [each.number for each in till.orders.all()] == ["P-4829"]
    assert till.picking.begin(["order-1"]).code is PickCode.BEGUN
    view = till.picking.view()
    assert [(task.product_id, task.location) for task in view.tasks] == [
        (COOKIE, "A1-04"),
        (BEANS, "A2-01"),
        (CHICKEN, "A3-02"),
        (MILK, "C1-04"),
    ]
    assert till.picking.scan(COOKIE_CODE).code is PickCode.NEEDS_TOTE
    assert till.picking.scan("BAG-T-14").code is PickCode.TOTE_ASSIGNED
    assert till.picking.scan(COOKIE_CODE).code is PickCode.PICKED
    till = reopened(till, folder)
    assert till.picking.mine() == ("order-1",)
    assert till.picking.begin(till.picking.mine()).code is PickCode.BEGUN
    complete = till.picking.scan(COOKIE_CODE)
    assert (complete.code, complete.bag_id, complete.picked) == (
        PickCode.LINE_COMPLETE,
        "T-14",
        Decimal(2),
    )
    assert till.orders.stock(COOKIE).on_hand == 7
    short = till.picking.short("order-1", BEANS, ShortReason.NOT_FOUND)
    assert short.code is PickCode.SHORTED
    assert till.orders.stock(BEANS).on_hand == 2
    till = reopened(till, folder)
    till.picking.begin(till.picking.mine())
    weighed = till.picking.scan(scale_label("30030", 550))
    assert (weighed.code, weighed.quantity) == (PickCode.LINE_COMPLETE, Decimal("0.550"))
    offers = till.picking.substitutes("order-1", MILK)
    assert offers is not None
    assert offers.offers[0].product.product_id == OAT_MILK
    assert offers.offers[0].stock.on_hand == 6
    till.picking.scan("BAG-T-15")
    swapped = till.picking.substitute("order-1", MILK, OAT_MILK)
    assert (swapped.code, swapped.bag_id) == (PickCode.SUBSTITUTED, "T-15")
    till = reopened(till, folder)
    till.picking.begin(till.picking.mine())
    assert [bag.bag_id for _, bag in till.picking.view().to_stage] == ["T-14", "T-15"]
    assert till.picking.mark_ready("order-1").refusal == "bag_not_staged"
    assert till.picking.scan("BAG-T-14").code is PickCode.BAG_IN_HAND
    assert till.picking.scan("LOC-FRIDGE-2").code is PickCode.WRONG_TEMPERATURE
    assert till.picking.scan("LOC-B-03").code is PickCode.STAGED
    assert till.picking.scan("BAG-T-15").code is PickCode.BAG_IN_HAND
    assert till.picking.scan("LOC-FRIDGE-2").code is PickCode.STAGED
    assert till.picking.mark_ready("order-1").code is PickCode.READY
    till = reopened(till, folder)
    hand_over_with_payment(till)
    till = reopened(till, folder)
    assert till.handing_over.scan(code_of()).verdict is CodeVerdict.USED
    again = till.handing_over.open("order-1")
    assert again.code is DeskCode.OPENED
    assert [each.what for each in till.handing_over.hand_over().missing] == [Hindrance.SECOND_HANDOVER]
    till.close()


def hand_over_with_payment(till: Till) -> None:
    """Hand the ready order over at a till with a sale begun, which comes back afterwards."""
    till.selling.scan(EGGS_CODE)
    begun = till.selling.open_sale.basket.basket_id
    assert till.handing_over.scan(code_of()).code is DeskCode.OPENED
    view = till.handing_over.view()
    assert view is not None
    assert {each.what for each in view.missing} == {
        Hindrance.SLIP_MISSING,
        Hindrance.BAG_MISSING,
        Hindrance.NOT_PAID,
    }
    assert till.handing_over.scan("BAG-T-14").code is DeskCode.BAG_TICKED
    assert till.handing_over.scan("BAG-T-14").code is DeskCode.ALREADY_TICKED
    assert till.handing_over.scan("BAG-T-99").code is DeskCode.UNKNOWN_BAG
    assert till.handing_over.tick("T-15").code is DeskCode.BAG_TICKED
    assert till.handing_over.slip_taken().code is DeskCode.SLIP_TAKEN
    due = till.handing_over.begin_payment()
    assert (due.code, due.amount_minor) == (DeskCode.PAYMENT_BEGUN, view.due_minor)
    assert till.selling.priced().total_minor == view.due_minor
    assert till.selling.scan(EGGS_CODE).code == "order_sale"  # type: ignore[union-attr]  # refused
    till.paying.take_cash(10_000)
    sale = till.paying.complete(print_receipt=True)
    assert (sale.order_id, sale.order_number, sale.total_minor) == ("order-1", "P-4829", view.due_minor)
    assert {each.price_source for each in sale.lines} == {PriceSource.ORDER}
    assert sale.tax_included
    assert till.selling.open_sale.basket.basket_id == begun
    paid = till.orders.order("order-1")
    assert paid is not None
    assert money_of(paid).due_minor == 0
    assert till.handing_over.hand_over().code is DeskCode.HANDED_OVER
    assert stands(till) is OrderState.HANDED_OVER
    assert till.orders.stock(COOKIE).on_hand == 7  # the sale moved nothing once more


def test_payment_and_handover_are_one_transaction_when_the_desk_asks_for_both(
    till: Till,
) -> None:
    ready(till)
    desk = till.handing_over
    desk.scan(code_of())
    desk.tick("T-14")
    desk.tick("T-15")
    desk.slip_taken()
    desk.begin_payment(hand_over_when_paid=True)
    till.paying.take_cash(10_000)
    before = till.outbox.waiting().count
    till.paying.complete(print_receipt=False)
    assert till.outbox.waiting().count == before + 3  # the sale, its payment, the handover
    assert stands(till) is OrderState.HANDED_OVER


def ready(till: Till, order_id: str = "order-1", first_tote: int = 14) -> None:
    """Pick every piece of an order by key and put its bags away."""
    assert till.picking.begin([order_id]).code is PickCode.BEGUN
    found = till.orders.order(order_id)
    assert found is not None
    totes = {Temperature.AMBIENT: f"T-{first_tote}", Temperature.CHILLED: f"T-{first_tote + 1}"}
    for temperature in {each.temperature for each in found.lines}:
        till.picking.assign_tote(totes[temperature], order_id, temperature)
    while (task := till.picking.view().task) is not None:
        weighed = task.product_id == CHICKEN
        outcome = till.picking.weigh(task.quantity) if weighed else till.picking.pick_one()
        assert outcome.done, outcome
    for _, bag in till.picking.view().to_stage:
        place = "B-03" if bag.temperature is Temperature.AMBIENT else "FRIDGE-2"
        assert till.picking.stage(order_id, bag.bag_id, place).code is PickCode.STAGED
    assert till.picking.mark_ready(order_id).code is PickCode.READY


def test_a_handover_waits_for_what_is_still_missing_after_the_payment(till: Till) -> None:
    ready(till)
    till.handing_over.scan(code_of())
    till.handing_over.begin_payment(hand_over_when_paid=True)
    till.paying.take_cash(10_000)
    till.paying.complete(print_receipt=False)
    assert stands(till) is OrderState.READY
    missing = till.handing_over.hand_over().missing
    assert {each.what for each in missing} == {Hindrance.SLIP_MISSING, Hindrance.BAG_MISSING}


# ---- scans while picking ---------------------------------------------------------------------------


def test_wrong_scans_are_refused_and_never_counted(till: Till) -> None:
    scan = till.picking.scan
    assert scan(COOKIE_CODE).code is PickCode.NOT_PICKING
    till.picking.begin(["order-1"])
    scan("BAG-T-14")
    before = till.outbox.waiting().count
    assert scan(EGGS_CODE).code is PickCode.WRONG_PRODUCT
    assert scan("9520000019999").code is PickCode.UNREADABLE
    assert scan(f"959999999999{check_digit('959999999999')}").code is PickCode.NOT_IN_CATALOGUE
    assert scan("MBR00008817").detail == "member_card"
    assert scan("CPN-SPRING5").code is PickCode.NOT_FOR_PICKING
    assert scan("LOC-B-03").code is PickCode.NEEDS_BAG
    assert scan("LOC-Z-99").code is PickCode.NEEDS_BAG
    assert scan(code_of()).refusal == "not_ready"
    assert till.outbox.waiting().count == before
    assert scan(COOKIE_CODE).done
    assert scan(COOKIE_CODE).code is PickCode.LINE_COMPLETE
    assert scan(COOKIE_CODE).code is PickCode.ALREADY_COMPLETE
    till.picking.short("order-1", BEANS, ShortReason.SOLD_OUT)
    assert scan(BEANS_CODE).code is PickCode.LINE_IS_SHORT
    assert till.outbox.waiting().count == before + 3


def test_a_weight_is_asked_for_and_one_that_is_too_heavy_is_refused(till: Till) -> None:
    till.picking.begin(["order-1"])
    till.picking.assign_tote("T-14", "order-1", Temperature.AMBIENT)
    till.picking.choose("order-1", CHICKEN)
    assert till.picking.pick_one().code is PickCode.NEEDS_WEIGHT
    assert till.picking.weigh(Decimal("0.900")).refusal == "too_heavy"
    assert till.picking.weigh(Decimal("0.580")).code is PickCode.LINE_COMPLETE


def test_a_piece_is_put_back_by_key_and_the_stock_with_it(till: Till) -> None:
    till.picking.begin(["order-1"])
    till.picking.scan("BAG-T-14")
    assert till.picking.put_one_back().refusal == "nothing_there"
    till.picking.scan(COOKIE_CODE)
    assert till.orders.stock(COOKIE).on_hand == 8
    assert till.picking.put_one_back().code is PickCode.UNDONE
    assert till.orders.stock(COOKIE).on_hand == 9
    assert till.picking.view().task is not None


def test_a_task_set_aside_comes_last(till: Till) -> None:
    till.picking.begin(["order-1"])
    assert till.picking.later("order-1", COOKIE).code is PickCode.SET_LATER
    assert [task.product_id for task in till.picking.view().tasks] == [BEANS, CHICKEN, MILK, COOKIE]


def test_the_customer_is_asked_and_what_was_agreed_is_scanned(till: Till) -> None:
    asking = order(line(MILK, "2", 840, wish=ASK), order_id="order-2", number="P-2")
    centre = Centre(asking)
    centre.tell(till)
    till.picking.begin(["order-2"])
    assert till.picking.substitute("order-2", MILK, OAT_MILK).code is PickCode.NEEDS_TOTE
    till.picking.scan("BAG-T-20")
    assert till.picking.substitute("order-2", MILK, OAT_MILK).refusal == "ask_first"
    asked = till.picking.ask_customer("order-2", MILK, OAT_MILK)
    assert asked.code is PickCode.ASKED
    assert till.picking.finish("order-2").refusal == "answer_waiting"
    centre.hear(till)
    centre.answers("order-2", MILK, asked.step_id, agrees=True)
    centre.tell(till)
    scanned = till.picking.scan("9520000010263")
    assert (scanned.code, scanned.quantity) == (PickCode.SUBSTITUTED, Decimal(1))
    assert till.picking.scan("9520000010263").code is PickCode.SUBSTITUTED
    assert till.picking.view().task is None


def test_several_orders_are_picked_in_one_walk_and_never_mixed(till: Till) -> None:
    second = order(line(COOKIE, "1", 350), line(EGGS, "1", 600), order_id="order-2", number="P-2")
    Centre(ORDER, second).tell(till)
    till.picking.begin(["order-1", "order-2"])
    tasks = till.picking.view().tasks
    assert [(task.product_id, task.order_id) for task in tasks[:2]] == [
        (COOKIE, "order-1"),
        (COOKIE, "order-2"),
    ]
    till.picking.scan("BAG-T-14")
    assert till.picking.scan(EGGS_CODE).code is PickCode.WRONG_ORDER
    till.picking.scan(COOKIE_CODE)
    till.picking.scan(COOKIE_CODE)
    assert till.picking.scan(COOKIE_CODE).code is PickCode.NEEDS_TOTE  # the other order's turn
    in_use = till.picking.scan("BAG-T-14")
    assert (in_use.code, in_use.detail) == (PickCode.TOTE_IN_USE, "P-4829")
    assert till.picking.scan("BAG-T-20").order_id == "order-2"
    assert till.picking.scan(COOKIE_CODE).order_id == "order-2"


def test_a_paused_order_goes_to_the_one_it_was_handed_to(till: Till) -> None:
    till.picking.begin(["order-1"])
    assert till.picking.pause(hand_to="E0003").code is PickCode.PAUSED
    assert till.picking.view().orders == ()
    refused = till.picking.begin(["order-1"])
    assert (refused.refusal, refused.detail) == ("handed_to_other", "E0003")
    assert till.picking.begin(["order-1"], take_over=True).code is PickCode.BEGUN


def test_nothing_to_be_had_ends_the_order(till: Till) -> None:
    till.picking.begin(["order-1"])
    for product_id in (COOKIE, CHICKEN, BEANS, MILK):
        assert till.picking.short("order-1", product_id, ShortReason.DAMAGED).done
    assert till.picking.mark_ready("order-1").code is PickCode.NOTHING_PICKED
    assert stands(till) is OrderState.SHORT


def test_a_step_is_undone_with_its_reason_and_not_without(till: Till) -> None:
    till.picking.begin(["order-1"])
    short = till.picking.short("order-1", BEANS, ShortReason.NOT_FOUND)
    assert till.orders.stock(BEANS).on_hand == 2
    assert till.picking.undo("order-1", short.step_id, " ").refusal == "reason_missing"
    assert till.picking.undo("order-1", short.step_id, "found behind the rice").code is PickCode.UNDONE
    assert till.orders.stock(BEANS).on_hand == 3


# ---- codes at the desk -----------------------------------------------------------------------------


def test_codes_are_told_apart_without_a_network(till: Till) -> None:
    ready(till)
    scan = till.handing_over.scan
    assert scan(code_of(key=OTHER_KEY)).verdict is CodeVerdict.FORGED
    assert scan(code_of(store_id="S2")).verdict is CodeVerdict.OTHER_STORE
    assert scan(code_of("order-99")).verdict is CodeVerdict.UNKNOWN_ORDER
    assert scan(code_of()[:-4]).verdict is CodeVerdict.FORGED
    assert scan("EVP1.abc").verdict is CodeVerdict.UNREADABLE
    assert till.handing_over.view() is None
    assert scan(f"PKP{DIGITS}").code is DeskCode.OPENED
    assert scan(code_of()).code is DeskCode.VERIFIED


def test_a_code_of_another_order_offers_to_switch(till: Till) -> None:
    second = order(line(COOKIE, "1", 350), order_id="order-2", number="P-2")
    Centre(ORDER, second).tell(till)
    ready(till)
    ready(till, "order-2", 20)
    till.handing_over.scan(code_of())
    other = till.handing_over.scan(code_of("order-2"))
    assert (other.code, other.order_id) == (DeskCode.OTHER_ORDER, "order-2")
    view = till.handing_over.view()
    assert view is not None
    assert view.order.order_id == "order-1"
    assert till.handing_over.close().code is DeskCode.CLOSED
    assert till.handing_over.scan(code_of("order-2")).code is DeskCode.OPENED


def test_wrong_digits_have_to_wait_and_a_scan_never_does(folder: Path) -> None:
    wall = Wall()
    till = pickup_till(folder, ORDER, levels=LEVELS, wall=wall)
    ready(till)
    guesses = [f"{each}{check_digit(str(each))}" for each in range(10_000, 10_006)]
    verdicts = [till.handing_over.type_digits(each).verdict for each in guesses]
    assert verdicts == [CodeVerdict.WRONG_DIGITS] * 5 + [CodeVerdict.TOO_MANY_TRIES]
    assert till.handing_over.type_digits(DIGITS).verdict is CodeVerdict.TOO_MANY_TRIES
    assert till.handing_over.scan(code_of()).code is DeskCode.OPENED
    till.handing_over.close()
    wall.monotonic_ms += 31_000
    assert till.handing_over.type_digits(DIGITS).code is DeskCode.OPENED
    till.close()


def test_a_mistyped_digit_is_no_try(till: Till) -> None:
    ready(till)
    mistyped = DIGITS.replace("7", "1", 1)
    for _ in range(9):
        assert till.handing_over.type_digits(mistyped).verdict is CodeVerdict.UNREADABLE
    assert till.handing_over.type_digits(f"{DIGITS[:3]} {DIGITS[3:]}").code is DeskCode.OPENED


@pytest.mark.parametrize("year", ["2025", "2027"])
def test_a_clock_that_is_wrong_by_a_year_refuses_nobody(folder: Path, year: str) -> None:
    wall = Wall(f"{year}-03-14T14:33:00.000+08:00")
    till = pickup_till(folder, ORDER, levels=LEVELS, wall=wall, online=False)
    ready(till)
    hand_over_with_payment(till)
    assert stands(till) is OrderState.HANDED_OVER
    till.close()


def test_an_order_that_nobody_fetched_says_so(folder: Path) -> None:
    wall = Wall()
    till = pickup_till(folder, ORDER, levels=LEVELS, wall=wall)
    ready(till)
    centre = Centre(ORDER)
    centre.hear(till)
    centre.expires("order-1")
    centre.tell(till)
    assert till.handing_over.scan(code_of()).verdict is CodeVerdict.PAST_ITS_DATE
    assert till.orders.start_return("order-1").__class__.__name__ == "StepDone"
    before = {each: till.orders.stock(each).on_hand for each in (COOKIE, CHICKEN)}
    for each in (COOKIE, CHICKEN, BEANS, MILK):
        till.orders.return_units("order-1", each, fit_for_sale=each != CHICKEN)
    assert stands(till) is OrderState.RETURNED
    assert till.orders.stock(COOKIE).on_hand == before[COOKIE] + 2
    assert till.orders.stock(CHICKEN).on_hand == before[CHICKEN]
    till.close()


# ---- the desk --------------------------------------------------------------------------------------

WINE_ORDER = order(line(WINE, "1", 1650), line(COOKIE, "2", 700), order_id="order-1")


def test_wine_needs_an_age_and_may_be_refused(folder: Path) -> None:
    till = pickup_till(folder, WINE_ORDER)
    ready(till)
    desk = till.handing_over
    desk.scan(code_of())
    desk.tick("T-14")
    view = desk.view()
    assert view is not None
    assert (view.age, view.born_on_or_before) == (18, "2008-03-14")
    desk.begin_payment()
    assert desk.refuse_line(WINE, "").refusal == "reason_missing"
    assert till.selling.open_sale.basket.order_id == ""  # what was to be paid is not the same any more
    assert desk.refuse_line(WINE, "no document").code is DeskCode.REFUSED_LINE
    view = desk.view()
    assert view is not None
    assert (view.age, view.due_minor) == (0, 700)
    begun = desk.begin_payment()
    assert begun.amount_minor == 700
    till.paying.take_cash(700)
    assert desk.refuse_line(COOKIE, "changed my mind").code is DeskCode.MONEY_TAKEN
    till.paying.complete(print_receipt=False)
    assert desk.hand_over().code is DeskCode.HANDED_OVER
    till.close()


def test_age_seen_lets_the_wine_go(folder: Path) -> None:
    till = pickup_till(folder, WINE_ORDER)
    ready(till)
    desk = till.handing_over
    desk.open("order-1")
    desk.identity_seen()
    desk.tick("T-14")
    desk.begin_payment()
    till.paying.take_cash(5_000)
    till.paying.complete(print_receipt=False)
    assert [each.what for each in desk.hand_over().missing] == [Hindrance.AGE_NOT_CONFIRMED]
    desk.age_seen()
    desk.collector(Collector.PROXY)
    assert [each.what for each in desk.hand_over().missing] == [Hindrance.PROXY_NEEDS_CODE]
    desk.collector(Collector.CUSTOMER)
    done = desk.hand_over()
    assert done.code is DeskCode.HANDED_OVER
    assert desk.undo(done.step_id, "the wrong customer").code is DeskCode.UNDONE
    assert stands(till) is OrderState.READY
    till.close()


def test_one_bag_goes_and_is_paid_and_the_other_later(till: Till) -> None:
    ready(till)
    desk = till.handing_over
    desk.scan(code_of())
    desk.slip_taken()
    assert desk.leave("T-15").code is DeskCode.BAG_LEFT
    desk.tick("T-14")
    first = desk.begin_payment()
    assert first.amount_minor == 700 + 1200 + 300
    till.paying.take_cash(first.amount_minor)
    till.paying.complete(print_receipt=False)
    assert desk.hand_over().code is DeskCode.PARTLY_HANDED_OVER
    desk.tick("T-15")
    second = desk.begin_payment()
    assert second.amount_minor == 420
    till.paying.take_cash(500)
    till.paying.complete(print_receipt=False)
    assert desk.hand_over().code is DeskCode.HANDED_OVER


def test_goods_are_given_back_by_scanning_them(till: Till) -> None:
    ready(till)
    desk = till.handing_over
    desk.scan(code_of())
    assert desk.scan(COOKIE_CODE).code is DeskCode.NOT_FOR_DESK
    desk.give_back("does not want them")
    assert desk.scan(EGGS_CODE).code is DeskCode.NOT_IN_ORDER
    back = desk.scan(COOKIE_CODE)
    assert (back.code, back.line_id, back.quantity) == (DeskCode.GIVEN_BACK, COOKIE, Decimal(1))
    view = desk.view()
    assert view is not None
    assert view.due_minor == 350 + 1200 + 300 + 420
    desk.give_back("")
    assert desk.scan(COOKIE_CODE).code is DeskCode.NOT_FOR_DESK


def test_a_payment_that_was_begun_survives_a_restart_and_the_held_sale_comes_back(
    till: Till, folder: Path
) -> None:
    ready(till)
    till.selling.scan(EGGS_CODE)
    till.handing_over.scan(code_of())
    due = till.handing_over.begin_payment().amount_minor
    till.paying.take_cash(1_000)
    till.close()
    again = pickup_till(folder, online=False)
    assert again.selling.open_sale.basket.order_id == "order-1"
    again.paying.take_cash(10_000)
    sale = again.paying.complete(print_receipt=False)
    assert sale.total_minor == due
    assert [each.product.product_id for each in again.selling.open_sale.basket.lines] == [EGGS]
    paid = again.orders.order("order-1")
    assert paid is not None
    assert [entry.reference for entry in paid.payment.entries] == [sale.sale_id]
    again.close()


def test_a_payment_given_up_leaves_what_is_due_and_the_sale_before_it(till: Till) -> None:
    ready(till)
    till.selling.scan(EGGS_CODE)
    till.handing_over.scan(code_of())
    till.handing_over.begin_payment()
    assert till.handing_over.close().code is DeskCode.CLOSED
    assert [each.product.product_id for each in till.selling.open_sale.basket.lines] == [EGGS]
    till.handing_over.scan(code_of())
    view = till.handing_over.view()
    assert view is not None
    assert view.due_minor == 2620


# ---- two tills -------------------------------------------------------------------------------------


def test_two_tills_hand_over_the_same_order_and_the_second_is_shown(folder: Path, tmp_path: Path) -> None:
    paid = order(line(COOKIE, "2", 0), order_id="order-1")
    centre = Centre(paid)
    first = pickup_till(folder, paid)
    second = pickup_till(tmp_path / "till-3", paid, number=3)
    ready(first)
    centre.hear(first)
    centre.tell(first, second)
    for till in (first, second):
        till.handing_over.scan(code_of())
        till.handing_over.tick("T-14")
        assert till.handing_over.hand_over().code is DeskCode.HANDED_OVER  # neither hears the other
    centre.hear(first)
    centre.hear(second)
    centre.tell(first, second)
    for till in (first, second):
        shown = till.orders.order("order-1")
        assert shown is not None
        assert [(each.code, each.taken) for each in shown.conflicts] == [("second_handover", False)]
    assert first.orders.order("order-1") == second.orders.order("order-1") == centre.orders["order-1"]
    first.close()
    second.close()


def test_two_tills_pick_the_same_order_and_both_show_what_the_centre_shows(
    folder: Path, tmp_path: Path
) -> None:
    centre = Centre(ORDER)
    first = pickup_till(folder, ORDER, online=False)
    second = pickup_till(tmp_path / "till-3", ORDER, number=3, online=False)
    second.staffing.sign_in(second.cache.staff()[2])
    for till, tote in ((first, "T-14"), (second, "T-30")):
        till.picking.begin(["order-1"])
        till.picking.scan(f"BAG-{tote}")
        assert till.picking.scan(COOKIE_CODE).done
    first.picking.scan(COOKIE_CODE)
    centre.hear(first)
    centre.hear(second)
    centre.tell(first, second)
    shown = first.orders.order("order-1")
    assert shown == second.orders.order("order-1") == centre.orders["order-1"]
    assert shown is not None
    assert {each.code for each in shown.conflicts} == {"locked_by_other", "already_complete"}
    picked = [part for each in shown.lines for part in each.divided if part.state is LineState.PICKED]
    assert [part.now.bag_id for part in picked] == ["T-14", "T-14"]
    refused = second.picking.scan(BEANS_CODE)
    assert (refused.refusal, refused.detail) == ("locked_by_other", "E0001")
    first.close()
    second.close()


def test_an_order_cancelled_online_while_it_is_picked_shows_what_to_put_back(till: Till) -> None:
    centre = Centre(ORDER)
    till.picking.begin(["order-1"])
    till.picking.scan("BAG-T-14")
    till.picking.scan(COOKIE_CODE)
    centre.cancels("order-1")
    centre.tell(till)
    assert stands(till) is OrderState.CANCELLED
    assert till.picking.scan(COOKIE_CODE).refusal == "order_cancelled"
    assert till.picking.view().tasks == ()
    centre.hear(till)
    centre.tell(till)
    assert till.orders.order("order-1") == centre.orders["order-1"]
    assert till.orders.start_return("order-1").__class__.__name__ == "StepDone"
