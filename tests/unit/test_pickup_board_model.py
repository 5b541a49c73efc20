"""The pickup board's view-models: what stands where, what the clock says, what is done, what rings."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from pos_app.services.pickup_outcomes import CodeVerdict, FoundByCode, ShownStock
from retail.catalogue import LocalisedText
from retail.pickup.order import OrderState, OtherOrder
from retail.pickup.steps import (
    AnswerStore,
    Cancel,
    CustomerArrived,
    OfferStore,
    PausePicking,
    Remind,
    StartPicking,
)
from tests.fakes.pickup_board import (
    BoardDesk,
    at,
    begun,
    due,
    goods,
    meaning_of,
    mock_orders,
    new,
    waits,
)
from tests.fakes.pickup_orders import CHILLED, FROZEN, do, picked_up

CODE = "PKP4821908"


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[BoardDesk]:
    desk = BoardDesk(*mock_orders())
    desk.pickup.enter()
    yield desk
    desk.board.close()


def numbers(desk: BoardDesk) -> tuple[list[str], list[str], list[str]]:
    return desk.cards("new"), desk.cards("picking"), desk.cards("ready")


# ---- what stands where --------------------------------------------------------------------------------


def test_orders_stand_as_in_the_designs_picture(desk: BoardDesk) -> None:
    assert numbers(desk) == (
        ["P-4833", "P-4835", "P-4838", "P-4841"],
        ["P-4829", "P-4831", "P-4836"],
        ["P-4817", "P-4821", "P-4824", "P-4826", "P-4798"],
    )
    assert [each.count for each in desk.board.screen.columns] == ["4", "3", "5"]
    assert [each.number for each in desk.board.screen.alarms] == ["1", "4"]
    assert desk.pickup.waiting == 4
    assert desk.pickup.heading == ("Pickup", "Saturday 14 March")


def test_a_new_card_says_what_and_when_and_whether_it_is_paid(desk: BoardDesk) -> None:
    card = desk.card("P-4833")
    assert (card.items, card.collect, card.money_words) == ("12 items", "Collect 14:30–15:00", "Paid")
    assert [(tag.text, tag.tone) for tag in card.tags] == [
        ("Ambient 7", "plain"),
        ("Chilled 4", "info"),
        ("Frozen 1", "info"),
    ]
    assert card.spoken == (
        "P-4833, R. Tan, Late 4 min, 12 items, Collect 14:30–15:00, Ambient 7, Chilled 4, Frozen 1, Paid"
    )
    assert desk.card("P-4841").items == "1 item"
    assert desk.card("P-4838").money_words == "Due 86.10"


def test_a_card_being_picked_names_the_picker_and_how_far_it_is(desk: BoardDesk) -> None:
    picker = desk.card("P-4829").picker
    assert (picker.name, picker.initials, picker.words) == ("Tomas K.", "TK", "7 of 12")
    asked = desk.card("P-4836")
    assert asked.picker.words == "4 of 9"
    assert asked.tags[0].text == "Asked customer about 1 swap"


def test_a_ready_card_says_where_its_bags_are(desk: BoardDesk) -> None:
    here = desk.card("P-4817")
    assert here.look == "here"
    assert here.chip.text == "Here, 3 min"
    assert [place.text for place in here.places] == ["B-03", "Fridge 2", "Freezer 2"]
    assert [tag.text for tag in here.tags] == ["Check ID 18+"]
    assert here.money_words == "Due 47.70"
    several = desk.card("P-4824")
    assert [place.text for place in several.places] == ["A-12 · 3 bags", "Freezer 1"]
    assert several.side == "Ready 25 min"
    assert desk.card("P-4798").notice.text == "Return to stock 18:00"


def test_paused_picked_and_risky_orders_say_so(desk: BoardDesk) -> None:
    paused = do(begun(new("P-1", "A", ("16:00", "16:30"), goods(2)), "tomas", 1), PausePicking)
    for_noor = do(
        begun(new("P-2", "B", ("16:00", "16:30"), goods(2)), "tomas", 1), PausePicking, hand_to="noor"
    )
    picked = picked_up(do(new("P-3", "C", ("16:00", "16:30"), goods(1)), StartPicking))
    risky = new("P-4", "D", ("16:00", "16:30"), goods(2), at_risk=("ambient-0", "ambient-1"))
    arrived = do(new("P-5", "E", ("16:00", "16:30"), goods(1)), CustomerArrived)
    desk.book.put(paused, for_noor, picked, risky, arrived)
    desk.board.refresh()
    assert (desk.card("P-1").picker.name, desk.card("P-1").picker.initials) == ("Paused", "")
    assert desk.card("P-2").picker.name == "Paused for Noor A."
    assert desk.card("P-3").tags[0].text == "To put away"
    assert (desk.card("P-4").tags[0].text, desk.card("P-4").tags[0].tone) == ("At risk: 2", "bad")
    assert desk.card("P-5").tags[0].text == "Customer is here"
    assert desk.card("P-5").chip.level == "calm"


def test_two_questions_are_two_swaps(desk: BoardDesk) -> None:
    one = next(each for each in mock_orders() if each.number == "P-4836")
    line = one.lines[-1]
    desk.book.put(replace(one, lines=(*one.lines, replace(line, line_id="swap-2"))))
    desk.board.refresh()
    assert desk.card("P-4836").tags[0].text == "Asked customer about 2 swaps"


def test_who_waits_longest_stands_first(desk: BoardDesk) -> None:
    later = next(each for each in desk.book.all() if each.number == "P-4798")
    desk.book.put(do(later, CustomerArrived, at=at("14:29")))
    desk.board.refresh()
    assert desk.cards("ready")[:2] == ["P-4798", "P-4817"]
    assert desk.card("P-4798").notice is None


def test_an_order_of_another_day_says_the_day(desk: BoardDesk) -> None:
    other = new("P-9", "Z", ("09:00", "09:30"), goods(1), ready_by=at("09:00", "2026-03-16"))
    slot = replace(other.slot, starts_at=at("09:00", "2026-03-16"), ends_at=at("09:30", "2026-03-16"))
    desk.book.put(
        replace(other, slot=slot),
        replace(other, order_id="P-10", number="P-10", slot=replace(slot, starts_at="")),
    )
    desk.board.refresh()
    assert desk.card("P-9").collect == "Collect 3/16 09:00–09:30"
    assert desk.card("P-10").collect == ""


def test_an_order_that_is_over_is_gone_from_the_board(desk: BoardDesk) -> None:
    cancelled = do(new("P-6", "F", ("16:00", "16:30"), goods(1)), Cancel, reason="changed her mind")
    desk.book.put(cancelled)
    desk.board.refresh()
    assert all("P-6" not in column for column in numbers(desk))


def test_a_store_without_a_desk_says_so(qtbot: QtBot) -> None:
    desk = BoardDesk(desk=None)
    desk.pickup.enter()
    assert desk.board.screen.no_desk


def test_an_empty_board_says_what_to_do_first(qtbot: QtBot) -> None:
    desk = BoardDesk()
    desk.pickup.enter()
    assert [each.empty_title for each in desk.board.screen.columns] == [
        "No new order",
        "Nobody is picking",
        "Nothing to collect",
    ]
    assert desk.board.screen.band_title == "No order is chosen"
    desk.board.act("open")
    desk.board.act_main()
    desk.board.move(1, 0)
    assert desk.board.screen.main is None


# ---- the clock ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "text", "level", "edge"),
    [
        ("13:00", "1 h 45 min", "calm", "border"),
        ("14:14", "31 min", "calm", "border"),
        ("14:15", "30 min", "soon", "warningSolid"),
        ("14:34", "11 min", "soon", "warningSolid"),
        ("14:35", "10 min", "urgent", "warningSolid"),
        ("14:45", "0 min", "urgent", "warningSolid"),
        ("14:49", "Late 4 min", "late", "danger"),
    ],
)
def test_the_countdown_changes_words_icon_and_colour_together(
    desk: BoardDesk, clock: str, text: str, level: str, edge: str
) -> None:
    desk.book.time = at(clock)
    desk.board.refresh()
    card = desk.card("P-4835")
    assert (card.chip.text, card.chip.level, card.edge) == (text, level, edge)


def test_only_cards_whose_minute_changed_are_written_again(desk: BoardDesk) -> None:
    desk.book.time = "2026-03-14T14:34:20+08:00"
    desk.board.refresh()
    before = desk.board.screen
    told: list[int] = []
    desk.board.changed.connect(lambda: told.append(1))
    desk.book.time = "2026-03-14T14:34:59+08:00"
    desk.board.refresh()
    assert told == []
    assert desk.board.screen is before
    desk.book.time = "2026-03-14T14:35:01+08:00"
    desk.board.refresh()
    assert told == [1]
    waits_there = [card.number for card in desk.board.screen.columns[2].cards if card.notice]
    assert waits_there == ["P-4798"]
    unchanged = next(card for card in before.columns[2].cards if card.number == "P-4798")
    assert desk.card("P-4798") is unchanged


def test_the_order_that_nobody_collected_goes_back(desk: BoardDesk) -> None:
    desk.book.time = at("18:01")
    desk.board.refresh()
    assert desk.card("P-4798").notice.text == "Return to stock"
    desk.book.time = at("12:00", "2026-03-18")
    desk.board.refresh()
    assert desk.card("P-4821").notice.text == "Return to stock"


def test_long_times_are_told_in_hours_and_days(desk: BoardDesk) -> None:
    desk.book.put(
        replace(next(o for o in desk.book.all() if o.number == "P-4821"), collect_until=""),
    )
    desk.book.time = at("18:22")
    desk.board.refresh()
    assert desk.card("P-4821").side == "Ready 4 h"
    desk.book.time = at("15:00", "2026-03-17")
    desk.board.refresh()
    assert desk.card("P-4821").side == "Ready 3 days"


def test_a_customer_who_has_just_come_is_here_now(desk: BoardDesk) -> None:
    desk.book.time = at("14:31")
    desk.board.refresh()
    assert desk.card("P-4817").chip.text == "Here now"


def test_an_order_without_a_time_has_no_countdown(desk: BoardDesk) -> None:
    desk.book.put(new("P-7", "G", ("16:00", "16:30"), goods(1), ready_by=""))
    desk.board.refresh()
    assert desk.card("P-7").chip is None
    assert desk.cards("new")[-1] == "P-7"


def test_offline_the_board_says_how_old_its_orders_are(desk: BoardDesk) -> None:
    desk.as_of = at("14:18")
    desk.board.refresh()
    assert desk.pickup.heading[1] == "Saturday 14 March · orders as of 14:18, 16 min old"


def test_the_board_is_chinese_where_the_language_is(qtbot: QtBot) -> None:
    desk = BoardDesk(*mock_orders(), language="zh_CN")
    desk.pickup.enter()
    assert desk.pickup.heading[1] == "3月14日 星期六"
    assert desk.card("P-4826").places[0].text == "挂架 C-02 · 1 bag"


# ---- moving, filters, marks ---------------------------------------------------------------------------


def test_arrows_walk_over_the_board_and_past_empty_columns(desk: BoardDesk) -> None:
    board = desk.board
    assert board.screen.selected_id == "P-4833"
    board.move(0, 1)
    assert board.screen.selected_id == "P-4835"
    board.move(1, 0)
    assert board.screen.selected_id == "P-4831"
    board.move(0, 9)
    assert board.screen.selected_id == "P-4836"
    board.move(1, 0)
    board.move(1, 0)
    assert board.screen.selected_id == "P-4824"
    for order_id in ("P-4829", "P-4831", "P-4836"):
        desk.book.drop(order_id)
    board.refresh()
    board.move(-1, 0)
    assert board.screen.selected_id == "P-4838"
    board.move(-1, 0)
    assert board.screen.selected_id == "P-4838"


def test_the_card_below_is_chosen_when_the_chosen_one_goes(desk: BoardDesk) -> None:
    desk.board.select("P-4835")
    desk.book.drop("P-4835")
    desk.board.refresh()
    assert desk.board.screen.selected_id == "P-4838"
    for order_id in ("P-4833", "P-4838", "P-4841"):
        desk.book.drop(order_id)
    desk.board.refresh()
    assert desk.board.screen.selected_id == "P-4829"


def test_alarms_and_temperatures_filter(desk: BoardDesk) -> None:
    board = desk.board
    board.toggle_alarm("late")
    assert numbers(desk) == (["P-4833"], [], [])
    assert board.screen.columns[1].count == "3"
    assert board.screen.columns[1].empty_title == "Nothing fits the filter"
    board.toggle_alarm("soon")
    assert numbers(desk) == (["P-4835", "P-4838"], ["P-4829", "P-4831"], [])
    board.toggle_alarm("soon")
    board.choose_temperature("frozen")
    assert numbers(desk) == (["P-4833"], [], ["P-4817", "P-4824"])
    assert [each.selected for each in board.screen.temperatures] == [False, False, False, True]
    assert board.step_back()
    assert len(desk.cards("ready")) == 5
    assert not board.step_back()


def test_text_finds_number_name_and_phone(desk: BoardDesk) -> None:
    desk.board.search(" osei ")
    assert numbers(desk) == ([], ["P-4829"], [])
    desk.board.search("4838")
    assert numbers(desk) == (["P-4838"], [], [])


def test_new_orders_are_marked_and_picked_together(desk: BoardDesk) -> None:
    board = desk.board
    asked: list[tuple[str, ...]] = []
    board.pick_asked.connect(asked.append)
    board.toggle_mark("P-4838")
    board.toggle_mark("P-4833")
    assert board.screen.marked == {"P-4833", "P-4838"}
    assert board.screen.columns[0].hint == "2 marked"
    assert board.screen.band_title == "2 orders in one walk"
    assert board.screen.band_detail == "33 items, about 25 min to pick"
    assert board.screen.main is not None
    assert board.screen.main.label == "Pick 2 together"
    board.act_main()
    assert asked == [("P-4833", "P-4838")]
    assert board.screen.marked == frozenset()


def test_marks_are_taken_off_and_only_new_orders_have_them(desk: BoardDesk) -> None:
    board = desk.board
    board.toggle_mark("P-4833")
    board.toggle_mark("P-4833")
    assert board.screen.marked == frozenset()
    board.toggle_mark("P-4821")
    assert board.screen.marked == frozenset()
    assert board.screen.feedback is not None
    assert board.screen.feedback.tone == "bad"
    board.toggle_mark("P-4835")
    assert board.step_back()
    assert board.screen.marked == frozenset()
    board.toggle_mark("P-4835")
    desk.book.put(do(next(o for o in desk.book.all() if o.number == "P-4835"), StartPicking))
    board.refresh()
    assert board.screen.marked == frozenset()


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


def test_an_open_card_shows_the_whole_order(desk: BoardDesk) -> None:
    desk.book.put(
        new(
            "P-20",
            "Li N.",
            ("16:00", "16:30"),
            (*goods(1, note="ripe ones"), *goods(1, CHILLED), *goods(1, FROZEN)),
            **due(note="call first", channel="bigmart", outside_reference="BM-77", at_risk=("chilled-0",)),
        )
    )
    desk.book.shelf = {"ambient-0": ShownStock(Decimal(7), "A1-01")}
    desk.board.select("P-20")
    desk.board.act("open")
    detail = desk.board.screen.detail
    assert detail is not None
    assert dict(detail.facts) == {
        "Collect": "16:00–16:30",
        "Total": "7.50",
        "Payment": "Due 7.50",
        "Phone": "…P-20",
        "Note": "call first",
        "Ordered at": "BM-77",
    }
    assert [(each.quantity, each.detail, each.tone) for each in detail.lines] == [
        ("1", "A1-01, stock 7 · ripe ones", "plain"),
        ("1", "sold at a counter: it may be missing", "bad"),
        ("1", "", "info"),
    ]
    desk.board.act("mark")
    assert desk.board.screen.detail is not None
    assert desk.board.screen.detail.actions[0].label == "Take the mark off"
    assert desk.board.step_back()
    assert desk.board.screen.detail is None


def test_another_card_opens_at_once(desk: BoardDesk) -> None:
    desk.board.toggle_detail("P-4829")
    desk.board.toggle_detail("P-4836")
    assert desk.board.screen.detail is not None
    assert desk.board.screen.detail.title == "P-4836 · Mei X."
    assert "customer asked" in desk.board.screen.detail.lines[-1].detail
    desk.board.toggle_detail("P-4836")
    assert desk.board.screen.detail is None


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
    assert numbers(desk) == ([], [], ["P-4824"])
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


def test_cards_say_what_is_offered_at_and_came_from_another_store(desk: BoardDesk) -> None:
    queen = LocalisedText("Queen Street", "皇后街")
    lost = new("P-1", "A", ("16:00", "16:30"), goods(2), at_risk=("ambient-0",))
    asked = do(
        lost,
        OfferStore,
        line_id="ambient-0",
        store_id="S2",
        store_name=queen,
        quantity="1",
        answer_until="2026-11-22T15:05:00+08:00",
    )
    there = OtherOrder(order_id="o-2", number="P-0007", store_id="S2", store_name=queen)
    moved = do(
        asked,
        AnswerStore,
        line_id="ambient-0",
        offered=asked.offers[0].offer_id,
        agrees=True,
        quantity="1",
        moved_to=there,
    )
    declined = do(asked, AnswerStore, line_id="ambient-0", offered=asked.offers[0].offer_id, agrees=False)
    taken_over = new("P-9", "B", ("16:00", "16:30"), goods(1), moved_from=there)
    desk.book.put(asked, taken_over)
    desk.board.refresh()
    assert [tag.text for tag in desk.card("P-1").tags][:2] == ["At risk: 1", "Other store?"]
    assert desk.card("P-9").tags[0].text == "From Queen Street"
    said = []
    for one in (asked, moved, declined):
        desk.book.put(one)
        desk.board.refresh()
        if desk.board.screen.detail is None:
            desk.board.toggle_detail("P-1")
        detail = desk.board.screen.detail
        assert detail is not None
        said.append(detail.lines[0].detail)
    assert "customer asked until 15:05: collect at Queen Street?" in said[0]
    assert "moved to Queen Street: P-0007" in said[1]
    assert "not collected at Queen Street" in said[2]
    desk.board.toggle_detail("P-9")
    found = desk.board.screen.detail
    assert found is not None
    assert dict(found.facts)["Taken over from"] == "Queen Street P-0007"
