"""The pickup board's view-models: what is done from it, what rings, and what scans mean there."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from pos_app.services.pickup_outcomes import CodeVerdict, FoundByCode, ShownStock
from retail.catalogue import LocalisedText
from retail.pickup.order import OrderState
from retail.pickup.steps import (
    Cancel,
    Remind,
    StartPicking,
)
from tests.fakes.pickup_board import (
    BoardDesk,
    at,
    goods,
    meaning_of,
    mock_board,
    mock_orders,
    new,
    numbers_of,
    waits,
)
from tests.fakes.pickup_orders import do, picked_up

CODE = "PKP4821908"


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[BoardDesk]:
    del qtbot
    with mock_board() as made:
        yield made


# ---- what is done -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "label", "detail"),
    [
        ("P-4833", "Start picking", "12 items, about 9 min to pick"),
        ("P-4831", "Continue", "Noor A. · 2 to go"),
        ("P-4829", "Take over", "Tomas K. · 5 to go"),
        ("P-4836", "Take over", "Tomas K. · 5 to go · 1 asked"),
        ("P-4817", "Hand over", "bay 3 · B-03 · Fridge 2 · Freezer 2"),
        ("P-4821", "Hand over", "A-11 · 1 bag"),
    ],
)
def test_the_band_says_what_comes_next(desk: BoardDesk, number: str, label: str, detail: str) -> None:
    desk.board.select(number)
    screen = desk.board.screen
    assert screen.main is not None
    assert (screen.main.label, screen.main.key, screen.band_detail) == (label, "Enter", detail)


def test_a_lock_that_ran_out_is_gone_on_with(desk: BoardDesk) -> None:
    desk.book.time = at("14:46")
    desk.board.select("P-4829")
    assert desk.board.screen.main is not None
    assert desk.board.screen.main.label == "Continue"


def test_picked_goods_are_put_away(desk: BoardDesk) -> None:
    desk.book.put(picked_up(do(new("P-3", "C", ("16:00", "16:30"), goods(1)), StartPicking)))
    desk.board.select("P-3")
    assert desk.board.screen.main is not None
    assert desk.board.screen.main.label == "Put away"


def test_enter_leads_to_picking_and_to_handing_over(desk: BoardDesk) -> None:
    desk.board.act_main()
    assert desk.picking.calls == [("open", ("P-4833",))]
    assert desk.pickup.page == "picking"
    assert desk.pickup.heading == ("Picking", "Pickup  ›  P-4833")
    desk.picking.left.emit("board")
    assert desk.pickup.page == "board"
    desk.board.select("P-4821")
    desk.board.act_main()
    assert desk.handover.calls == [("open", "P-4821")]
    assert desk.pickup.heading == ("Hand over", "Pickup  ›  P-4821")
    desk.handover.left.emit("P-4824")
    assert desk.board.screen.selected_id == "P-4824"


def test_the_pick_list_prints_in_the_order_of_the_walk(desk: BoardDesk) -> None:
    desk.book.shelf = {
        "ambient-0": ShownStock(Decimal(3), "A1-01"),
        "chilled-0": ShownStock(Decimal(1), "C1-04"),
    }
    queued: list[int] = []
    desk.pickup.queued.connect(lambda: queued.append(1))
    desk.board.select("P-4835")
    desk.board.act("print")
    (view,) = desk.papers.printed
    assert [(task.location, task.product_id) for task in view.tasks] == [
        ("A1-01", "ambient-0"),
        ("", "ambient-1"),
        ("C1-04", "chilled-0"),
    ]
    assert queued == [1]
    desk.board.select("P-4821")
    desk.board.act("print")
    assert len(desk.papers.printed) == 1
    assert desk.board.screen.feedback is not None
    assert desk.board.screen.feedback.text == "Nothing of this order is left to pick."


def test_the_customer_of_a_ready_order_is_reminded_once(desk: BoardDesk) -> None:
    desk.board.select("P-4798")
    desk.board.act("tell")
    (step,) = desk.book.steps
    assert isinstance(step, Remind)
    assert step.minutes_before == 206
    desk.board.act("tell")
    assert len(desk.book.steps) == 1
    assert desk.board.screen.feedback is not None
    assert desk.board.screen.feedback.tone == "bad"


def test_the_customer_of_a_new_order_is_not_told_yet_and_the_board_says_why(desk: BoardDesk) -> None:
    desk.board.act("tell")
    assert desk.book.steps == []
    feedback = desk.board.screen.feedback
    assert feedback is not None
    assert feedback.text.startswith("The customer is told when the order is ready")


def test_goods_of_a_cancelled_order_are_put_back_and_that_is_undone(desk: BoardDesk) -> None:
    ready = waits(new("P-8", "H", ("14:00", "14:30"), goods(2)), "13:50", ("B-9", "A-11"))
    desk.book.put(do(ready, Cancel, reason="changed his mind"))
    board = desk.board
    board.select("P-8")
    assert desk.card("P-8").notice.text == "Return to stock"
    assert board.screen.main is not None
    assert board.screen.main.label == "Put back"
    assert board.screen.band_detail == "2 items to put back · A-11 · 1 bag"
    board.act_main()
    assert board.screen.main.label == "All is back"
    assert board.screen.detail is not None
    assert [each.enabled for each in board.screen.detail.actions] == [False, False]
    board.act("line_back")
    assert board.screen.feedback is not None
    assert board.screen.feedback.text == "Choose a line first."
    board.choose_line("ambient-0")
    board.act("line_waste")
    assert state(desk, "P-8") is OrderState.RETURN_TO_SHELF
    board.undo()
    assert board.screen.feedback.text == "Undone"
    board.act_main()
    assert state(desk, "P-8") is OrderState.RETURNED
    assert "P-8" not in desk.cards("ready")
    assert board.screen.feedback.undo
    board.undo()
    assert state(desk, "P-8") is OrderState.RETURN_TO_SHELF


def test_what_cannot_be_put_back_is_refused_with_a_sentence(desk: BoardDesk) -> None:
    ready = waits(new("P-8", "H", ("14:00", "14:30"), goods(2)), "13:50", ("B-9", "A-11"))
    desk.book.put(do(ready, Cancel, reason="changed his mind"))
    desk.board.select("P-8")
    sounds: list[str] = []
    desk.board.sounded.connect(sounds.append)
    desk.board.act_main()
    desk.book.put(replace(ready, state=OrderState.HANDED_OVER))
    desk.board.undo()
    assert sounds == ["refuse"]


def state(desk: BoardDesk, order_id: str) -> OrderState:
    order = desk.book.order(order_id)
    assert order is not None
    return order.state


# ---- what rings ---------------------------------------------------------------------------------------


@pytest.fixture
def heard(desk: BoardDesk) -> list[str]:
    sounds: list[str] = []
    desk.pickup.sounded.connect(sounds.append)
    desk.pickup.noticed.connect(lambda notice: sounds.append(f"{notice.bold_lead} {notice.text}".strip()))
    desk.pickup.orders_changed()
    return sounds


def test_orders_that_were_there_at_the_start_do_not_ring(heard: list[str]) -> None:
    assert heard == []


def test_a_new_order_rings_once(desk: BoardDesk, heard: list[str]) -> None:
    desk.book.put(new("P-30", "Q", ("16:00", "16:30"), goods(1)))
    desk.pickup.orders_changed("orders")
    desk.pickup.orders_changed("orders")
    assert heard == ["new_order", "P-30 New pickup order, collect 16:00–16:30"]
    assert desk.pickup.waiting == 5
    desk.pickup.open_notice()
    assert desk.board.screen.selected_id == "P-30"


def test_an_order_that_is_fetched_again_does_not_ring(desk: BoardDesk, heard: list[str]) -> None:
    gone = desk.book.order("P-4833")
    assert gone is not None
    desk.book.drop("P-4833")
    desk.pickup.orders_changed("orders")
    desk.book.put(gone, replace(gone, order_id="P-old", state=OrderState.COMPLETED))
    desk.pickup.orders_changed("orders")
    assert heard == []


def test_a_first_load_is_quiet_and_what_comes_after_it_rings(qtbot: QtBot) -> None:
    desk = BoardDesk()
    desk.complete_since = ""
    sounds: list[str] = []
    desk.pickup.sounded.connect(sounds.append)
    desk.pickup.orders_changed()
    desk.book.put(*mock_orders())
    desk.pickup.orders_changed("orders")
    desk.complete_since = at("14:34")
    desk.pickup.orders_changed("orders")
    assert sounds == []
    some = [new(f"P-4{place}", "Q", ("16:00", "16:30"), goods(1)) for place in range(2)]
    desk.book.put(*(replace(each, slot=replace(each.slot, starts_at="", ends_at="")) for each in some))
    notices: list[str] = []
    desk.pickup.noticed.connect(lambda notice: notices.append(notice.text))
    desk.pickup.orders_changed("orders")
    assert (sounds, notices) == (["new_order"], ["2 new pickup orders"])
    desk.book.put(
        replace(some[0], order_id="P-50", number="P-50", slot=replace(some[0].slot, starts_at="", ends_at=""))
    )
    desk.pickup.orders_changed("orders")
    assert notices[-1] == "New pickup order"


def test_changed_rules_write_every_card_anew(desk: BoardDesk) -> None:
    assert desk.book.desk is not None
    desk.book.desk = replace(desk.book.desk, places=())
    desk.pickup.orders_changed("settings")
    assert desk.card("P-4826").places[0].text == "C-02 · 1 bag"


# ---- scans --------------------------------------------------------------------------------------------


def said(desk: BoardDesk) -> str:
    feedback = desk.board.screen.feedback
    assert feedback is not None
    return f"{feedback.bold_lead} {feedback.text}".strip()


def test_a_bags_label_opens_its_order_where_it_is_worked_on(desk: BoardDesk) -> None:
    desk.pickup.scan("BAG-A-1")
    assert desk.handover.calls == [("open", "P-4821")]
    desk.pickup.show_board()
    desk.pickup.scan("T-29-ambient")
    assert desk.picking.calls[-1] == ("open", ("P-4829",))
    desk.pickup.show_board()
    desk.pickup.scan("BAG-Z9")
    assert said(desk) == "Bag Z9 belongs to no order here."


def test_sell_sends_pickup_codes_and_labels_here_where_there_is_a_desk(desk: BoardDesk) -> None:
    def takes(text: str) -> bool:
        return desk.pickup.takes(text, meaning_of(text))

    assert takes(CODE)
    assert takes("BAG-A-1")
    assert takes("T-29-ambient")
    assert not takes("6901234567892")
    assert not takes("BAG-Z9")
    desk.book.desk = None
    assert not takes(CODE)


def test_a_notice_about_a_new_order_opens_its_card(desk: BoardDesk) -> None:
    desk.pickup.open_order("P-4838")
    assert (desk.pickup.page, desk.board.screen.selected_id) == ("board", "P-4838")


def test_a_pickup_code_opens_the_desk(desk: BoardDesk) -> None:
    order = desk.book.order("P-4821")
    desk.book.codes[CODE] = FoundByCode(CodeVerdict.OK, order)
    desk.pickup.scan(CODE)
    assert desk.handover.calls == [("scan", CODE)]
    assert desk.pickup.page == "handover"
    desk.pickup.scan("anything")
    assert desk.handover.calls[-1] == ("scan", "anything")


def test_a_code_of_an_order_that_is_not_ready_shows_its_card(desk: BoardDesk) -> None:
    desk.book.codes[CODE] = FoundByCode(CodeVerdict.NOT_READY, desk.book.order("P-4838"))
    desk.pickup.scan(CODE)
    assert desk.board.screen.selected_id == "P-4838"
    assert said(desk) == "P-4838 is not ready yet."


@pytest.mark.parametrize("verdict", list(CodeVerdict))
def test_a_code_without_an_order_is_refused_in_words(desk: BoardDesk, verdict: CodeVerdict) -> None:
    desk.book.codes[CODE] = FoundByCode(verdict, store_id="S9", wait_seconds=20)
    sounds: list[str] = []
    desk.pickup.sounded.connect(sounds.append)
    desk.pickup.scan(CODE)
    assert desk.pickup.page == "board"
    assert sounds == ["refuse"]
    assert "{" not in said(desk)


def test_typed_digits_are_tried_as_the_customers_code(desk: BoardDesk) -> None:
    desk.book.codes[CODE] = FoundByCode(CodeVerdict.OK, desk.book.order("P-4821"))
    desk.board.search("4821908")
    desk.board.enter_search("4821908")
    assert desk.handover.calls == [("scan", CODE)]
    desk.pickup.show_board()
    desk.board.search("Kaya")
    desk.board.enter_search("Kaya")
    assert desk.pickup.page == "board"


def test_a_members_card_filters_the_board(desk: BoardDesk) -> None:
    member = SimpleNamespace(
        card_number="MBR1", member_id="M-P-4824", display_name=LocalisedText("Zhou Q."), tier="gold"
    )
    desk.lookup.by_card["MBR1"] = member
    desk.pickup.scan("MBR1")
    assert numbers_of(desk) == ([], [], ["P-4824"])
    assert said(desk) == "Orders of Zhou Q.. Esc shows all."
    desk.board.step_back()
    member.member_id = "M-nobody"
    desk.pickup.scan("MBR1")
    assert said(desk) == "Zhou Q. has no order here."
    desk.pickup.scan("MBR2")
    assert said(desk).startswith("No member has card")


def test_a_product_shows_its_stock_and_price(desk: BoardDesk) -> None:
    goods_of = SimpleNamespace(product=goods(1)[0].product, unit_price_minor=Decimal(290))
    desk.lookup.by_scan["6901234567892"] = goods_of
    desk.book.shelf["ambient-0"] = ShownStock(Decimal(14), "C1-04")
    desk.pickup.scan("6901234567892")
    assert said(desk) == "ambient-0 stock here 14 · C1-04 · 2.90"
    desk.pickup.scan("4006381333931")
    assert said(desk) == "4006 3813 3393 1 is not in the catalogue"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("CPN-SPRING5", "This is a coupon. Use it in Sell: Ctrl 1."),
        ("134567890123456789", "This is a payment code. Nothing was charged, and it was not kept."),
        ("LOC-A11", "A11 is a place. Scan it while bags are put away."),
        ("6901234567890", "6901 2345 6789 0 was damaged or misread: the check digit is wrong. Scan again."),
        ("ENR-ABCD-EFGH", "This code is not used here. Nothing was changed."),
        ("GFT12345670", "This is a gift card. Nothing was added, and nothing was taken from it."),
    ],
)
def test_other_codes_say_where_they_belong(desk: BoardDesk, text: str, sentence: str) -> None:
    desk.pickup.scan(text)
    assert said(desk) == sentence


def test_a_code_that_was_read_while_somebody_paid_waits(desk: BoardDesk) -> None:
    desk.book.codes[CODE] = FoundByCode(CodeVerdict.OK, desk.book.order("P-4821"))
    notices: list[str] = []
    desk.pickup.noticed.connect(lambda notice: notices.append(notice.text))
    desk.pickup.say_next()
    desk.pickup.offer(CODE)
    assert notices == [
        "Pickup code read. It opens after this sale.",
        "Open the pickup order that was scanned",
    ]
    desk.pickup.open_notice()
    assert desk.handover.calls == [("scan", CODE)]
