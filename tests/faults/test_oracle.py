"""The oracle can fail: it is silent about a sound shop, and each planted bug makes it complain."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.oracle import figures
from tests.faults.paper import Reader, Unreadable, jobs_of
from tests.faults.sound_shop import CARD_SALE, CASH_SALE, SoundShop, receipt, sale

UNSOLD = "T1-000003-6"
CASH = {"kind": "cash", "amount_minor": 1000, "attempt_id": ""}

Plant = Callable[[SoundShop], None]


@pytest.fixture
def shop(tmp_path: Path) -> SoundShop:
    return SoundShop.opened(tmp_path)


def test_a_sound_shop_gives_no_cause_for_complaint(shop: SoundShop) -> None:
    assert shop.complaints() == []
    assert figures(shop.evidence())["receipt numbers on paper"] == 2


def test_a_receipt_printed_again_as_a_copy_is_no_complaint(shop: SoundShop) -> None:
    shop.paper.append(receipt(CASH_SALE, "7.90", copy=True))
    assert shop.complaints() == []


def test_a_receipt_cut_short_and_finished_as_a_copy_is_no_complaint(shop: SoundShop) -> None:
    shop.paper[1:] = [receipt(CARD_SALE, "8.50", cut=False), receipt(CARD_SALE, "8.50", copy=True)]
    assert shop.complaints() == []


def test_money_of_a_card_may_wait_on_a_sale_that_is_open(shop: SoundShop) -> None:
    shop.charge("attempt-2", 100, "basket-open")
    shop.left["open_baskets"] = frozenset({"basket-open"})
    assert [each.text for each in shop.complaints()] == ["1 open sales at the till"]


def lose_a_sale(shop: SoundShop) -> None:
    shop.sql("DELETE FROM inbox WHERE event_id = 'event-3'")


def unbook_a_sale(shop: SoundShop) -> None:
    shop.sql("DELETE FROM sale WHERE receipt_number = ?", CARD_SALE)


def sell_at_another_price(shop: SoundShop) -> None:
    shop.sql("UPDATE sale SET price_check = 'differs' WHERE receipt_number = ?", CARD_SALE)


def leave_a_price_unchecked(shop: SoundShop) -> None:
    shop.sql("UPDATE sale SET price_check = 'waiting' WHERE receipt_number = ?", CASH_SALE)


def book_a_sale_twice(shop: SoundShop) -> None:
    shop.sql("INSERT INTO sale SELECT * FROM sale WHERE receipt_number = ?", CARD_SALE)


def land_a_sale_twice(shop: SoundShop) -> None:
    shop.sell(sale(CASH_SALE, 790, CASH, change=210))


def print_another_total(shop: SoundShop) -> None:
    shop.paper[0] = receipt(CASH_SALE, "7.80", kicks=1)


def skip_a_number(shop: SoundShop) -> None:
    shop.sell(sale("T1-000004-4", 790, CASH, change=210))


def number_as_another_till(shop: SoundShop) -> None:
    shop.sql("UPDATE till SET till_number = 2")


def change_content_at_the_centre(shop: SoundShop) -> None:
    shop.sql("UPDATE inbox SET envelope = replace(envelope, '790', '780') WHERE event_id = 'event-2'")


def break_the_chain(shop: SoundShop) -> None:
    with closing(sqlite3.connect(shop.database)) as connection:
        (text,) = connection.execute("SELECT envelope FROM inbox WHERE event_id = 'event-2'").fetchone()
    envelope = json.loads(text) | {"prev_hash": "f" * 64}
    shop.sql("UPDATE inbox SET envelope = ? WHERE event_id = 'event-2'", json.dumps(envelope))


def rewrite_the_tills_journal(shop: SoundShop) -> None:
    life, seq, _digest, kind, body = shop.journal[1]
    shop.journal[1] = (life, seq, "e" * 64, kind, body)


def lag_behind_with_the_head(shop: SoundShop) -> None:
    shop.sql("UPDATE incarnation SET acked_seq = 2")


def change_a_tender(shop: SoundShop) -> None:
    shop.sql("UPDATE sale_tender SET amount_minor = 900 WHERE kind = 'cash'")


def sell_out_of_balance(shop: SoundShop) -> None:
    shop.sell(sale(UNSOLD, 790, CASH, change=200))
    shop.paper.append(receipt(UNSOLD, "7.90"))


def sell_lines_that_do_not_add_up(shop: SoundShop) -> None:
    shop.sell(sale(UNSOLD, 790, CASH, change=210) | {"lines": [{"paid_minor": 780}]})
    shop.paper.append(receipt(UNSOLD, "7.90"))


def charge_a_card_twice(shop: SoundShop) -> None:
    shop.books["attempt-1"]["times_charged"] = 2


def charge_and_forget(shop: SoundShop) -> None:
    shop.charge("attempt-2", 100, "basket-nowhere")


def charge_behind_the_centres_back(shop: SoundShop) -> None:
    shop.books["attempt-2"] = {"amount_minor": 100, "outcome": "approved", "times_charged": 1}


def take_a_declined_card_for_money(shop: SoundShop) -> None:
    shop.books["attempt-1"] |= {"outcome": "declined", "times_charged": 0}


def take_a_reversed_card_for_money(shop: SoundShop) -> None:
    shop.books["attempt-1"] |= {"outcome": "cancelled", "reason": "reversed"}


def invent_a_card_payment(shop: SoundShop) -> None:
    del shop.books["attempt-1"]


def use_one_charge_for_two_sales(shop: SoundShop) -> None:
    tender = {"kind": "card", "amount_minor": 850, "attempt_id": "attempt-1"}
    shop.sell(sale(UNSOLD, 850, tender))
    shop.paper.append(receipt(UNSOLD, "8.50"))


def print_again_without_copy(shop: SoundShop) -> None:
    shop.paper.append(receipt(CASH_SALE, "7.90"))


def print_again_on_the_same_connection(shop: SoundShop) -> None:
    shop.paper[1] += receipt(CARD_SALE, "8.50")


def finish_without_copy(shop: SoundShop) -> None:
    shop.paper.insert(0, receipt(CASH_SALE, "7.90", cut=False))


def open_the_drawer_with_the_copy_too(shop: SoundShop) -> None:
    shop.paper.append(receipt(CASH_SALE, "7.90", kicks=1, copy=True))


def open_the_drawer_for_a_card(shop: SoundShop) -> None:
    shop.paper[1] = receipt(CARD_SALE, "8.50", kicks=1)


def open_the_drawer_for_nothing(shop: SoundShop) -> None:
    shop.paper.append(b"\x10\x14\x01\x00\x01")


def leave_a_fact_unsent(shop: SoundShop) -> None:
    shop.left["acked_seq"] = 2


def leave_a_print_job(shop: SoundShop) -> None:
    shop.left["jobs_waiting"] = 1


def leave_an_attempt_in_doubt(shop: SoundShop) -> None:
    shop.left["attempts_open"] = 1


def quarantine_an_event(shop: SoundShop) -> None:
    shop.sql("UPDATE inbox SET outcome = 'quarantined' WHERE event_id = 'event-1'")


def raise_an_alarm(shop: SoundShop) -> None:
    shop.sql("INSERT INTO alert VALUES ('chain_broken')")


def keep_a_conflict(shop: SoundShop) -> None:
    shop.sql("INSERT INTO conflict VALUES ('event-1')")


def tear_the_paper_off(shop: SoundShop) -> None:
    shop.paper[1] = receipt(CARD_SALE, "8.50", cut=False)


PLANTS: tuple[tuple[int, Plant, str], ...] = (
    (1, lambda shop: shop.paper.append(receipt(UNSOLD, "1.00")), f"{UNSOLD} is on paper; landed 0"),
    (1, lose_a_sale, f"{CARD_SALE} is on paper; landed 0"),
    (1, unbook_a_sale, f"{CARD_SALE} is on paper; landed 1 times, booked 0"),
    (1, book_a_sale_twice, f"{CARD_SALE} booked 2 times"),
    (1, land_a_sale_twice, f"{CASH_SALE} landed 2 times"),
    (1, print_another_total, "780 on paper, 790 at the centre"),
    (2, skip_a_number, "missing [3], too many [4]"),
    (2, land_a_sale_twice, "missing [3], too many [1]"),
    (2, number_as_another_till, f"{CASH_SALE} is a sale of"),
    (3, lose_a_sale, "the centre's head is not number 2"),
    (3, change_content_at_the_centre, "does not have the hash of its content"),
    (3, break_the_chain, "does not follow its predecessor"),
    (3, rewrite_the_tills_journal, "is not at the centre as it was written"),
    (3, lag_behind_with_the_head, "the centre's head is not number 3"),
    (3, lambda shop: shop.fact({"kind": "drawer.opened"}, lost=True), "number 4 (drawer.opened)"),
    (4, change_a_tender, "control totals"),
    (4, unbook_a_sale, "control totals"),
    (4, sell_out_of_balance, "1000 tendered, total 790"),
    (4, sell_lines_that_do_not_add_up, "lines come to 780"),
    (4, lambda shop: shop.sell(sale(UNSOLD, 790, CASH, change=210), lost=True), "the till wrote"),
    (5, charge_a_card_twice, "charged 2 times"),
    (5, charge_and_forget, "stands in 0 sales"),
    (5, charge_behind_the_centres_back, "the centre does not know it"),
    (5, take_a_declined_card_for_money, "the terminal says declined"),
    (5, take_a_reversed_card_for_money, "the terminal says cancelled"),
    (5, invent_a_card_payment, "in no terminal's books"),
    (5, use_one_charge_for_two_sales, "stands in 2 sales"),
    (6, print_again_without_copy, "2 times without COPY"),
    (6, print_again_on_the_same_connection, "2 times without COPY"),
    (6, finish_without_copy, "2 times without COPY"),
    (6, open_the_drawer_with_the_copy_too, "opened 2 times for"),
    (6, open_the_drawer_for_a_card, "a sale without cash"),
    (6, open_the_drawer_for_nothing, "opened 2 times, for 1 occasions"),
    (7, leave_a_fact_unsent, "1 facts not acknowledged"),
    (7, leave_a_print_job, "1 print jobs"),
    (7, leave_an_attempt_in_doubt, "1 payment attempts"),
    (7, quarantine_an_event, "quarantined"),
    (7, raise_an_alarm, "chain_broken"),
    (7, keep_a_conflict, "conflict"),
    (7, tear_the_paper_off, "never came out of the printer whole"),
    (8, sell_at_another_price, f"{CARD_SALE}: the centre's price check says differs"),
    (8, leave_a_price_unchecked, f"{CASH_SALE}: the centre's price check says waiting"),
)
"""Bugs, with the rule that must find each and what it must say."""


@pytest.mark.parametrize(
    ("rule", "plant", "says"), PLANTS, ids=[f"rule {rule}: {says}" for rule, _plant, says in PLANTS]
)
def test_a_planted_bug_is_found(shop: SoundShop, rule: int, plant: Plant, says: str) -> None:
    plant(shop)
    found = [each.text for each in shop.complaints() if each.rule == rule]
    assert any(says in text for text in found), found


def test_a_receipt_is_read_whatever_pieces_it_comes_in() -> None:
    whole = receipt(CASH_SALE, "1,207.90", kicks=1)
    reader = Reader()
    pieces = [token for byte in whole for token in reader.feed(bytes([byte]))]
    assert pieces == list(Reader().feed(whole))
    (job,) = jobs_of([whole])
    assert (job.numbers, job.total_minor, job.kicks, job.cut) == ([CASH_SALE], 120_790, 1, True)
    assert "副本" in job.text


def test_an_unknown_command_is_not_guessed_at() -> None:
    with pytest.raises(Unreadable):
        jobs_of([b"\x1b@\x1b\x01\x02"])
