"""The pickup board's view-model: what stands where, what the clock says, moving and filtering, open cards."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from pos_app.services.pickup_outcomes import ShownStock
from retail.catalogue import LocalisedText
from retail.pickup.order import OtherOrder
from retail.pickup.steps import (
    AnswerStore,
    Cancel,
    CustomerArrived,
    OfferStore,
    PausePicking,
    StartPicking,
)
from tests.fakes.pickup_board import (
    BoardDesk,
    at,
    begun,
    due,
    goods,
    mock_board,
    mock_orders,
    new,
    numbers_of,
)
from tests.fakes.pickup_orders import CHILLED, FROZEN, do, picked_up


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[BoardDesk]:
    del qtbot
    with mock_board() as made:
        yield made


# ---- what stands where --------------------------------------------------------------------------------


def test_orders_stand_as_in_the_designs_picture(desk: BoardDesk) -> None:
    assert numbers_of(desk) == (
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
    assert all("P-6" not in column for column in numbers_of(desk))


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
    assert numbers_of(desk) == (["P-4833"], [], [])
    assert board.screen.columns[1].count == "3"
    assert board.screen.columns[1].empty_title == "Nothing fits the filter"
    board.toggle_alarm("soon")
    assert numbers_of(desk) == (["P-4835", "P-4838"], ["P-4829", "P-4831"], [])
    board.toggle_alarm("soon")
    board.choose_temperature("frozen")
    assert numbers_of(desk) == (["P-4833"], [], ["P-4817", "P-4824"])
    assert [each.selected for each in board.screen.temperatures] == [False, False, False, True]
    assert board.step_back()
    assert len(desk.cards("ready")) == 5
    assert not board.step_back()


def test_text_finds_number_name_and_phone(desk: BoardDesk) -> None:
    desk.board.search(" osei ")
    assert numbers_of(desk) == ([], ["P-4829"], [])
    desk.board.search("4838")
    assert numbers_of(desk) == (["P-4838"], [], [])


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
