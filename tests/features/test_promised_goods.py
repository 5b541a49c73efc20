"""Goods that are promised to online orders, in the hands of a customer at the counter."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import Till
from pos_app.services.outcomes import Added, Changed, NeedsApproval, Refused
from pos_app.services.pickup_outcomes import PromisedGoods
from retail.availability.counter import Choice, SaleVerdict
from retail.events import PromiseOverridden
from retail.stock_level import StockLevel
from tests.fakes.pickup_till import COOKIE, EGGS, line, order, pickup_till

COOKIE_CODE, EGGS_CODE = "9520000010096", "9520000010171"
FIRST = order(line(COOKIE, "2", 700), order_id="order-1", number="P-1")
SECOND = order(
    line(COOKIE, "1", 350),
    order_id="order-2",
    number="P-2",
    placed_at="2026-03-14T13:00:00+08:00",
    ready_by="2026-03-14T14:53:00+08:00",
)
FOUR_COOKIES = StockLevel(product_id=COOKIE, on_hand=Decimal(4))


@pytest.fixture
def folder(tmp_path: Path, qapp: QCoreApplication) -> Path:
    return tmp_path / "till"


@pytest.fixture
def till(folder: Path) -> Iterator[Till]:
    opened = pickup_till(folder, FIRST, SECOND, levels=[FOUR_COOKIES])
    yield opened
    opened.close()


def overridden(till: Till) -> list[PromiseOverridden]:
    """Return the broken promises that wait to be sent."""
    outgoing = till.outbox.unsent(500, 10_000_000)
    assert outgoing is not None
    decode = msgspec.json.Decoder(PromiseOverridden).decode
    return [decode(each.body) for each in outgoing.events if each.kind == "promise.overridden"]


def sold_out_of_turn(till: Till) -> PromisedGoods:
    """Sell the one that is nobody's, and return what is said of the next."""
    assert isinstance(till.selling.scan(COOKIE_CODE), Added)
    promised = till.selling.scan(COOKIE_CODE)
    assert isinstance(promised, PromisedGoods)
    return promised


def pay(till: Till) -> None:
    till.paying.take_cash(10_000)
    till.paying.complete(print_receipt=False)


def test_what_nobody_is_promised_is_sold_at_once(till: Till) -> None:
    assert isinstance(till.selling.scan(COOKIE_CODE), Added)
    assert isinstance(till.selling.scan(EGGS_CODE), Added)
    pay(till)
    assert overridden(till) == []


def test_the_order_that_would_lose_it_is_shown_and_nothing_is_added_yet(till: Till) -> None:
    promised = sold_out_of_turn(till)
    assert promised.verdict is SaleVerdict.PROMISED
    assert promised.choices == (Choice.SELL_AND_RELEASE, Choice.TAKE_ANOTHER, Choice.ASK_SUPERVISOR)
    assert [(each.number, each.customer, each.quantity, each.minutes_left) for each in promised.orders] == [
        ("P-2", "H. Osei", Decimal(1), 20)
    ]
    assert till.promises.waiting() == promised
    assert [each.quantity for each in till.selling.open_sale.basket.lines] == [1]


def test_sold_all_the_same_it_is_a_fact_of_the_sale(till: Till, folder: Path) -> None:
    sold_out_of_turn(till)
    assert isinstance(till.promises.choose(Choice.SELL_AND_RELEASE), Added)
    assert overridden(till) == []
    assert till.promises.waiting() is None
    pay(till)
    (fact,) = overridden(till)
    assert (fact.product_id, fact.quantity, fact.choice, fact.order_ids, fact.approved_by) == (
        COOKIE,
        Decimal(1),
        "sell_and_release",
        ("order-2",),
        "",
    )


def test_each_further_piece_is_asked_about_again_and_only_it(till: Till) -> None:
    sold_out_of_turn(till)
    till.promises.choose(Choice.SELL_AND_RELEASE)
    third = till.selling.scan(COOKIE_CODE)
    assert isinstance(third, PromisedGoods)
    assert [(each.number, each.quantity) for each in third.orders] == [("P-1", Decimal(1))]


def test_what_is_put_back_on_the_shelf_breaks_no_promise(till: Till) -> None:
    sold_out_of_turn(till)
    till.promises.choose(Choice.SELL_AND_RELEASE)
    assert till.selling.undo() == Changed("undo")
    assert till.selling.open_sale.overrides == ()
    pay(till)
    assert overridden(till) == []


def test_a_voided_line_breaks_no_promise(till: Till) -> None:
    sold_out_of_turn(till)
    till.promises.choose(Choice.SELL_AND_RELEASE)
    till.selling.scan(EGGS_CODE)
    till.selling.void_line(till.selling.open_sale.basket.lines[0].line_id)
    pay(till)
    assert overridden(till) == []


def test_another_piece_is_taken(till: Till) -> None:
    sold_out_of_turn(till)
    assert isinstance(till.promises.choose(Choice.TAKE_ANOTHER), Changed)
    assert till.promises.choose(Choice.SELL_AND_RELEASE) == Refused("promise_gone")
    assert [each.quantity for each in till.selling.open_sale.basket.lines] == [1]


def test_a_supervisor_allows_it_and_is_named(till: Till) -> None:
    sold_out_of_turn(till)
    asked = till.promises.choose(Choice.ASK_SUPERVISOR)
    assert isinstance(asked, NeedsApproval)
    supervisor = next(each for each in till.cache.staff() if each.role == "supervisor")
    assert isinstance(till.approving.approve(supervisor), Added)
    pay(till)
    (fact,) = overridden(till)
    assert (fact.choice, fact.approved_by) == ("ask_supervisor", supervisor.staff_id)


def test_a_larger_quantity_is_asked_about_too(till: Till) -> None:
    till.selling.scan(COOKIE_CODE)
    line_id = till.selling.open_sale.basket.lines[0].line_id
    promised = till.selling.step_quantity(line_id, 1)
    assert isinstance(promised, PromisedGoods)
    assert isinstance(till.promises.choose(Choice.SELL_AND_RELEASE), Changed)
    assert [each.quantity for each in till.selling.open_sale.basket.lines] == [2]
    assert isinstance(till.selling.step_quantity(line_id, -1), Changed)


def test_a_choice_made_survives_a_restart_with_the_sale(till: Till, folder: Path) -> None:
    sold_out_of_turn(till)
    till.promises.choose(Choice.SELL_AND_RELEASE)
    till.close()
    again = pickup_till(folder)
    pay(again)
    assert len(overridden(again)) == 1
    again.close()


def test_a_sale_that_is_held_meanwhile_takes_the_question_with_it(till: Till) -> None:
    sold_out_of_turn(till)
    till.selling.hold()
    assert till.promises.waiting() is None
    assert till.promises.choose(Choice.SELL_AND_RELEASE) == Refused("promise_gone")
    assert till.selling.open_sale.basket.lines == ()


def test_a_strict_product_is_never_oversold_by_a_cashier_alone(folder: Path) -> None:
    strict = StockLevel(product_id=COOKIE, on_hand=Decimal(4), policy="strict", quotas={"S1-T2": Decimal(1)})
    till = pickup_till(folder, FIRST, SECOND, levels=[strict])
    promised = sold_out_of_turn(till)
    assert promised.verdict is SaleVerdict.SUPERVISOR_ONLY
    assert till.promises.choose(Choice.SELL_AND_RELEASE) == Refused("choice_not_offered")
    till.promises.cancel()
    till.close()


def test_a_till_sells_its_own_quota_of_a_strict_product_with_or_without_a_network(folder: Path) -> None:
    strict = StockLevel(product_id=EGGS, on_hand=Decimal(9), policy="strict", quotas={"S1-T2": Decimal(2)})
    till = pickup_till(folder, FIRST, levels=[strict], online=False)
    assert isinstance(till.selling.scan(EGGS_CODE), Added)
    pay(till)
    assert isinstance(till.selling.scan(EGGS_CODE), Added)
    over = till.selling.scan(EGGS_CODE)
    assert isinstance(over, PromisedGoods)
    assert (over.verdict, over.orders) == (SaleVerdict.SUPERVISOR_ONLY, ())
    till.close()


def test_what_was_acknowledged_is_off_the_quota_before_the_new_figures_arrive(folder: Path) -> None:
    strict = StockLevel(
        product_id=EGGS,
        on_hand=Decimal(9),
        policy="strict",
        quotas={"S1-T2": Decimal(2)},
        sold={"S1-T2": Decimal(0)},
    )
    till = pickup_till(folder, FIRST, levels=[strict])
    assert isinstance(till.selling.scan(EGGS_CODE), Added)
    pay(till)
    outgoing = till.outbox.unsent(500, 10_000_000)
    assert outgoing is not None
    till.outbox.acknowledge(outgoing.incarnation, outgoing.events[-1].device_seq, "epoch-1")
    assert isinstance(till.selling.scan(EGGS_CODE), Added)
    assert isinstance(till.selling.scan(EGGS_CODE), PromisedGoods)
    till.promises.cancel()
    till.close()


def test_what_lies_in_a_held_sale_is_off_the_quota(folder: Path) -> None:
    strict = StockLevel(product_id=EGGS, on_hand=Decimal(9), policy="strict", quotas={"S1-T2": Decimal(2)})
    till = pickup_till(folder, FIRST, levels=[strict])
    assert isinstance(till.selling.scan(EGGS_CODE), Added)
    till.selling.hold()
    assert isinstance(till.selling.scan(EGGS_CODE), Added)
    assert isinstance(till.selling.scan(EGGS_CODE), PromisedGoods)
    till.promises.cancel()
    till.close()


def test_what_is_promised_no_more_meanwhile_is_simply_sold(till: Till) -> None:
    sold_out_of_turn(till)
    till.orders.cancel("order-2", "the customer called")
    assert till.promises.waiting() is None
    assert isinstance(till.promises.choose(Choice.ASK_SUPERVISOR), Added)
    pay(till)
    assert overridden(till) == []


def test_an_approval_that_comes_when_nothing_is_promised_any_more_breaks_nothing(till: Till) -> None:
    sold_out_of_turn(till)
    till.promises.choose(Choice.ASK_SUPERVISOR)
    till.orders.cancel("order-2", "the customer called")
    supervisor = next(each for each in till.cache.staff() if each.role == "supervisor")
    assert isinstance(till.approving.approve(supervisor), Added)
    pay(till)
    assert overridden(till) == []


def test_a_quantity_that_nobody_can_sell_is_refused_as_ever(till: Till) -> None:
    assert till.selling.add_product(COOKIE, Decimal(0)) == Refused("zero", "0")
    assert till.selling.add_product(COOKIE, Decimal("1.5")) == Refused("fraction_of_piece", "1.5")
    till.selling.scan(COOKIE_CODE)
    line_id = till.selling.open_sale.basket.lines[0].line_id
    assert till.selling.set_quantity(line_id, Decimal("NaN")) == Refused("not_a_number")
    assert till.selling.set_quantity("no-line", Decimal(2)) == Refused("line_gone")


def test_what_was_picked_is_off_the_shelf_and_promised_no_more(till: Till) -> None:
    till.picking.begin(["order-1", "order-2"])
    till.picking.assign_tote("T-14", "order-1")
    till.picking.assign_tote("T-20", "order-2")
    for _ in range(3):
        assert till.picking.scan(COOKIE_CODE).done
    assert till.orders.reservations(COOKIE) == ()
    assert isinstance(till.selling.scan(COOKIE_CODE), Added)
    assert isinstance(till.selling.scan(COOKIE_CODE), Added)
