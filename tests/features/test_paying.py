"""A cashier takes money: cash with change, split tenders, a terminal that loses its answer, a crash."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from pos_app.bootstrap import Till
from pos_app.devices.ports import DeviceProblem, PaymentTerminal, TerminalAnswer, TerminalOutcome
from pos_app.devices.simulated_terminal import SimulatedTerminal
from pos_app.services.paying import PaymentRefused, TerminalRequest
from pos_app.services.standing import CentreStanding, LinkState
from pos_app.viewmodels import lost_answers
from pos_app.viewmodels.screens import PayScreen
from retail.sale import Tender, TenderKind
from tests.fakes.stocked_till import stocked_till

TEA, RICE = "9520000010188", "9520000010201"
PAYMENT_CODE = "281234567890123456"


class TerminalDesk:
    """Asks a terminal at once, on this thread; requests can be held back to stand for a crash."""

    def __init__(self, till: Till, terminal: PaymentTerminal) -> None:
        self.till = till
        self.terminal = terminal
        self.unplugged = False
        self.asked: list[TerminalRequest] = []
        till.view_model.pay.terminal_asked.connect(self.ask)

    def ask(self, request: TerminalRequest) -> None:
        self.asked.append(request)
        if not self.unplugged:
            self.till.view_model.pay.terminal_answered(request, self._answer(request))

    def _answer(self, request: TerminalRequest) -> TerminalAnswer | DeviceProblem:
        try:
            if request.verb == "charge":
                return self.terminal.charge(
                    request.attempt_id, request.amount_minor, request.currency, request.payment_code
                )
            if request.verb == "query":
                return self.terminal.query(request.attempt_id)
            return self.terminal.cancel(request.attempt_id)
        except DeviceProblem as problem:
            return problem


@pytest.fixture
def control(tmp_path: Path) -> Path:
    (tmp_path / "terminal").mkdir()
    return tmp_path / "terminal" / "card-control.json"


@pytest.fixture
def desk(till: Till, tmp_path: Path, control: Path) -> TerminalDesk:
    return TerminalDesk(till, SimulatedTerminal(tmp_path / "terminal", amounts_decide=False))


def screen(till: Till) -> PayScreen:
    return till.view_model.pay.screen


def type_amount(till: Till, digits: str) -> None:
    for key in digits:
        till.view_model.pay.press(key)


def pay_for(till: Till, *codes: str) -> None:
    for code in codes:
        till.view_model.scan(code)
    till.view_model.go("pay")
    assert till.view_model.mode == "pay"


def test_cash_with_change_shown_as_notes_and_coins(till: Till) -> None:
    pay_for(till, TEA, RICE)  # 23.40
    assert [each.label for each in screen(till).suggestions][:2] == ["23.40", "24.00"]
    type_amount(till, "5000")
    shown = screen(till)
    assert (shown.band_title, shown.band_amount) == ("Change due", "26.60")
    assert [(each.label, each.count) for each in shown.hand_back] == [
        ("$20", "× 1"),
        ("$5", "× 1"),
        ("$1", "× 1"),
        ("50¢", "× 1"),
        ("10¢", "× 1"),
    ]
    assert shown.hand_back_detail == "2 notes, 3 coins"
    till.view_model.pay.complete()
    assert till.view_model.mode == "sell"
    assert till.view_model.sell.screen.band_title == "Change due"
    assert till.view_model.sell.screen.total == "26.60"
    assert till.spool.waiting()[0] == 1, "the receipt waits for the printer"
    sale = till.receipts.latest()
    assert sale is not None
    assert (sale.total_minor, sale.change_minor) == (2340, 2660)


def test_the_change_stays_until_the_next_scan(till: Till) -> None:
    pay_for(till, TEA)
    type_amount(till, "1000")
    till.view_model.pay.complete()
    till.view_model.scan(RICE)
    assert till.view_model.sell.screen.band_title == ""
    assert till.view_model.sell.screen.total == "14.90"
    assert till.view_model.sell.screen.sale_title == "Sale 0413"


def test_cash_short_of_the_total_is_a_part_payment_and_the_rest_is_named(till: Till) -> None:
    pay_for(till, TEA)
    type_amount(till, "500")
    till.view_model.pay.complete()
    assert till.view_model.mode == "pay"
    assert screen(till).error == "3.50 is still to pay."
    assert screen(till).band_amount == "3.50"
    assert till.receipts.latest() is None


def test_nothing_typed_is_not_a_payment(till: Till) -> None:
    pay_for(till, TEA)
    till.view_model.pay.complete()
    assert screen(till).error == "Type an amount first."
    assert till.receipts.latest() is None


def test_mobile_code_and_cash_with_rounding_split_a_sale(till: Till, desk: TerminalDesk) -> None:
    till.view_model.scan("9520000010232")  # paper bag 0.20
    pay_for(till, TEA, RICE)  # 23.60
    type_amount(till, "1018")
    till.view_model.scan(PAYMENT_CODE)
    assert screen(till).tenders[0].title == "Mobile code"
    assert "Approved" in screen(till).tenders[0].detail
    till.view_model.pay.choose_tender("cash")
    type_amount(till, "2000")
    shown = screen(till)
    assert [each.title for each in shown.tenders] == ["Mobile code", "Cash rounding to 0.05", "Cash"]
    assert shown.tenders[1].amount == "−0.02"
    assert shown.band_amount == "6.60"
    assert shown.band_detail == "10.18 + 20.00 − 23.58"
    till.view_model.pay.complete()
    sale = till.receipts.latest()
    assert sale is not None
    assert sale.cash_rounding_minor == -2
    assert sum(each.amount_minor for each in sale.tenders) - sale.change_minor == 2360 - 2


def test_a_card_for_the_whole_amount_completes_the_sale(till: Till, desk: TerminalDesk) -> None:
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    till.view_model.pay.complete()
    assert till.view_model.mode == "sell"
    assert till.view_model.sell.screen.band_title == "Paid"
    assert till.spool.waiting()[0] == 1


def test_a_declined_card_takes_nothing_and_cash_still_can(
    till: Till, desk: TerminalDesk, control: Path
) -> None:
    control.write_text('{"next": ["declined"]}')
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    till.view_model.pay.complete()
    assert "Declined" in screen(till).error
    assert screen(till).tenders == ()
    till.view_model.pay.choose_tender("cash")
    type_amount(till, "850")
    till.view_model.pay.complete()
    assert till.receipts.latest() is not None


def test_a_lost_answer_is_asked_after_and_never_charged_again(
    till: Till, desk: TerminalDesk, control: Path
) -> None:
    control.write_text('{"next": ["lost_answer"]}')
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    till.view_model.pay.complete()
    assert [each.verb for each in desk.asked] == ["charge", "query"]
    assert till.view_model.mode == "sell", "the query said approved, so the sale is complete"
    assert isinstance(desk.terminal, SimulatedTerminal)
    assert [each.times_charged for each in desk.terminal.attempts().values()] == [1]


def test_an_attempt_nobody_heard_of_is_stopped_for_certain(
    till: Till, desk: TerminalDesk, control: Path
) -> None:
    control.write_text('{"next": ["never_heard"]}')
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    till.view_model.pay.complete()
    assert [each.verb for each in desk.asked] == ["charge", "query", "cancel"]
    assert "Nothing was taken" in screen(till).error
    assert screen(till).tenders == ()


def test_a_crash_after_the_charge_is_in_doubt_and_is_resolved_by_asking(
    till: Till, desk: TerminalDesk, folder: Path
) -> None:
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    desk.unplugged = True  # the till dies before the answer arrives
    till.view_model.pay.complete()
    request = desk.asked[0]
    desk.terminal.charge(request.attempt_id, request.amount_minor, request.currency)
    till.close()

    again = stocked_till(folder)
    try:
        assert len(again.paying.unresolved()) == 1, "in doubt after the crash"
        with pytest.raises(Exception, match="in_doubt"):
            again.paying.complete(print_receipt=True)
        asked = TerminalDesk(again, desk.terminal)
        again.view_model.pay.resume_unresolved()
        assert [each.verb for each in asked.asked] == ["query"]
        again.view_model.go("pay")
        assert again.view_model.pay.screen.tenders[0].title == "Card"
        assert again.paying.complete(print_receipt=True).total_minor == 850
        assert isinstance(desk.terminal, SimulatedTerminal)
        assert [each.times_charged for each in desk.terminal.attempts().values()] == [1]
    finally:
        again.close()


def test_a_basket_open_at_a_start_is_a_sale_of_its_own_on_each_copy_of_the_disk(
    till: Till, desk: TerminalDesk, folder: Path, tmp_path: Path
) -> None:
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    desk.unplugged = True  # the till dies before the answer arrives
    till.view_model.pay.complete()
    request = desk.asked[0]
    basket_id = till.selling.open_sale.basket.basket_id
    till.close()
    shutil.copytree(folder, tmp_path / "copy")

    sold = []
    for each in (folder, tmp_path / "copy"):
        again = stocked_till(each)
        try:
            answer = TerminalAnswer(TerminalOutcome.APPROVED, "1234")
            again.paying.answered(again.paying.unresolved()[0], answer)
            assert again.selling.sale_id == again.selling.sale_id, "one id for all that a run tries"
            sold.append(again.paying.complete(print_receipt=True))
            assert not again.paying.unresolved()
            assert not again.journal.open_sales()
            again.view_model.scan(RICE)
            begun_here = again.selling.open_sale.basket.basket_id
            assert again.selling.sale_id == begun_here, "nobody else can have begun this one"
        finally:
            again.close()
    assert len({basket_id, *(sale.sale_id for sale in sold)}) == 3
    assert {sale.basket_id for sale in sold} == {basket_id}
    assert [[each.attempt_id for each in sale.tenders] for sale in sold] == [[request.attempt_id]] * 2


def test_a_sale_with_money_on_it_cannot_be_given_up_or_made_smaller_than_it(
    till: Till, desk: TerminalDesk
) -> None:
    pay_for(till, TEA, RICE)
    till.view_model.pay.choose_tender("card")
    type_amount(till, "2000")
    till.view_model.pay.take()
    till.view_model.pay.back()
    sell = till.view_model.sell
    sell.void_sale()
    sell.panel_confirm()
    assert sell.screen.panel is not None
    assert "Money was taken" in sell.screen.panel.error
    sell.panel_cancel()
    sell.select_line(sell.screen.lines[1].line_id)
    sell.void_line()
    assert len(sell.screen.lines) == 2
    assert sell.screen.feedback is not None
    assert "already paid" in sell.screen.feedback.text


def doubt(till: Till, desk: TerminalDesk) -> None:
    """Charge a card for the whole sale with a terminal that says nothing, and give up waiting."""
    till.view_model.pay.choose_tender("card")
    desk.unplugged = True
    till.view_model.pay.complete()
    till.view_model.pay._lost_answers._seconds = lambda: 10**6
    for _ in range(2):
        till.view_model.pay.terminal_answered(desk.asked[-1], DeviceProblem("timed_out", "no answer"))
    assert not till.view_model.pay.waiting
    desk.unplugged = False


def test_cash_waits_while_a_card_is_in_doubt_and_the_sale_becomes_no_smaller(
    till: Till, desk: TerminalDesk
) -> None:
    pay_for(till, TEA, RICE)
    doubt(till, desk)
    till.view_model.pay.choose_tender("cash")
    type_amount(till, "5000")
    till.view_model.pay.complete()
    assert "Ask the terminal again" in screen(till).error
    assert [each.state for each in screen(till).tenders if each.tender_id != "entry"] == ["checking"]
    till.view_model.pay.back()
    sell = till.view_model.sell
    sell.select_line(sell.screen.lines[1].line_id)
    sell.void_line()
    assert len(sell.screen.lines) == 2
    assert sell.screen.feedback is not None
    assert "already paid" in sell.screen.feedback.text


def test_what_was_paid_twice_is_shown_and_one_of_both_is_given_back(till: Till, desk: TerminalDesk) -> None:
    pay_for(till, TEA)
    doubt(till, desk)
    # As a till stored it that took cash while the card was in doubt.
    cash = Tender(kind=TenderKind.CASH, amount_minor=850)
    paid = replace(till.selling.open_sale, tenders=(cash,))
    till.journal.save_open_sale(paid)
    till.selling.tenders_changed(paid)
    desk.terminal.charge(desk.asked[0].attempt_id, 850, "SGD")
    till.view_model.pay.resolve(desk.asked[0].attempt_id)
    assert [each.amount for each in screen(till).tenders] == ["8.50", "8.50"]
    assert (screen(till).band_title, screen(till).band_amount) == ("Paid too much", "8.50")
    assert "Give a payment back first" in screen(till).error
    assert not screen(till).can_complete
    till.view_model.pay.complete()
    with pytest.raises(PaymentRefused, match="overpaid"):
        till.paying.complete(print_receipt=False)
    with pytest.raises(PaymentRefused, match="overpaid"):
        till.paying.take_cash(100)
    till.view_model.pay.remove_tender("cash:0")
    assert [each.title for each in screen(till).tenders] == ["Card"]
    till.view_model.pay.complete()
    receipt = till.receipts.latest()
    assert receipt is not None
    assert till.view_model.mode == "sell"


def test_a_price_that_sinks_while_it_is_paid_holds_as_it_was_shown(till: Till, desk: TerminalDesk) -> None:
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    type_amount(till, "500")
    till.view_model.pay.take()
    before = till.selling.priced()
    till.selling.rules_changed()
    till.selling.network_changed()
    assert till.selling.priced() is before
    till.view_model.pay.remove_tender(screen(till).tenders[0].tender_id)
    till.selling.rules_changed()
    assert till.selling.priced() is not before


def test_an_approved_card_is_reversed_by_the_terminal(till: Till, desk: TerminalDesk) -> None:
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    type_amount(till, "500")
    till.view_model.pay.take()
    tender = screen(till).tenders[0]
    till.view_model.pay.remove_tender(tender.tender_id)
    assert desk.asked[-1].verb == "cancel"
    assert screen(till).tenders == ()


def test_a_reversal_whose_answer_is_lost_is_asked_for_again(
    till: Till, desk: TerminalDesk, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(lost_answers, "QUERY_EVERY_MS", 1)
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    type_amount(till, "500")
    till.view_model.pay.take()
    desk.unplugged = True
    till.view_model.pay.remove_tender(screen(till).tenders[0].tender_id)
    desk.unplugged = False
    desk.terminal.cancel(desk.asked[-1].attempt_id)  # it was given back, but nobody heard of it
    till.view_model.pay.terminal_answered(desk.asked[-1], DeviceProblem("timed_out", "no answer"))
    assert [each.amount for each in screen(till).tenders] == ["5.00"]
    qtbot.waitUntil(lambda: not till.view_model.pay.waiting)
    assert [each.verb for each in desk.asked] == ["charge", "cancel", "cancel"]
    assert screen(till).tenders == ()


def test_a_terminal_that_stays_away_is_asked_for_so_long_and_then_by_the_cashier(
    till: Till, desk: TerminalDesk
) -> None:
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    desk.unplugged = True
    till.view_model.pay.complete()
    till.view_model.pay._lost_answers._seconds = lambda: 10**6
    till.view_model.pay.terminal_answered(desk.asked[-1], DeviceProblem("timed_out", "no answer"))
    assert till.view_model.pay.waiting, "what became of it is asked once more at once"
    till.view_model.pay.terminal_answered(desk.asked[-1], DeviceProblem("timed_out", "no answer"))
    assert not till.view_model.pay.waiting
    assert "The terminal does not answer. Nothing is charged twice." in screen(till).error
    desk.unplugged = False
    till.view_model.pay.resolve(desk.asked[0].attempt_id)
    assert [each.verb for each in desk.asked] == ["charge", "query", "query", "cancel"]
    assert not till.paying.unresolved(), "nobody had heard of it, and nobody will"


class StubbornTerminal:
    """A terminal that approves everything and takes nothing back."""

    def charge(self, attempt_id: str, amount: int, currency: str, code: str = "") -> TerminalAnswer:
        return TerminalAnswer(TerminalOutcome.APPROVED, "1234")

    def query(self, attempt_id: str) -> TerminalAnswer:
        return TerminalAnswer(TerminalOutcome.APPROVED, "1234")

    cancel = query

    def close(self) -> None:
        """Nothing is held open."""


def test_a_reversal_that_comes_too_late_keeps_the_tender_and_completes_nothing(till: Till) -> None:
    desk = TerminalDesk(till, StubbornTerminal())
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    type_amount(till, "500")
    till.view_model.pay.take()
    till.view_model.pay.remove_tender(screen(till).tenders[0].tender_id)
    assert [each.verb for each in desk.asked] == ["charge", "cancel"]
    assert "Too late to cancel" in screen(till).error
    assert [each.amount for each in screen(till).tenders] == ["5.00"]
    assert till.receipts.latest() is None


def test_an_answer_after_the_final_one_changes_nothing_and_a_contradiction_is_logged(
    till: Till, desk: TerminalDesk, control: Path, expected_logs: Callable[[str], None]
) -> None:
    expected_logs("is declined, but now said to be approved")
    control.write_text('{"next": ["declined"]}')
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    till.view_model.pay.complete()
    request = desk.asked[0]
    till.view_model.pay.terminal_answered(request, TerminalAnswer(TerminalOutcome.CANCELLED))
    till.view_model.pay.terminal_answered(request, TerminalAnswer(TerminalOutcome.APPROVED, "9999"))
    assert screen(till).tenders == ()
    facts = [each.kind for each in (till.outbox.unsent(100, 1_000_000) or pytest.fail("nothing")).events]
    assert facts.count("payment.resolved") == 1


def test_more_than_the_rest_on_a_card_is_refused(till: Till, desk: TerminalDesk) -> None:
    pay_for(till, TEA)
    till.view_model.pay.choose_tender("card")
    type_amount(till, "2000")
    till.view_model.pay.complete()
    assert "Only cash gives change" in screen(till).error
    assert desk.asked == []


def test_a_mobile_code_waits_for_the_network(till: Till, desk: TerminalDesk) -> None:
    pay_for(till, TEA)
    till.centre_changed(CentreStanding(state=LinkState.OFFLINE))
    till.view_model.scan(PAYMENT_CODE)
    assert "wait for the network" in screen(till).error
    assert desk.asked == []


def test_a_card_has_a_limit_without_the_network(till: Till, desk: TerminalDesk) -> None:
    pay_for(till, "9520000010218", "9520000010218")  # two tees, 58.00
    till.centre_changed(CentreStanding(state=LinkState.OFFLINE))
    till.view_model.pay.choose_tender("card")
    till.view_model.pay.complete()
    assert screen(till).error == "Without the network a card pays 50.00 at most. Split the payment."
    assert desk.asked == []
    type_amount(till, "5000")
    till.view_model.pay.take()
    assert screen(till).band_amount == "8.00"


def test_a_payment_code_scanned_in_sell_opens_pay_and_charges_once(till: Till, desk: TerminalDesk) -> None:
    till.view_model.scan(TEA)
    till.view_model.scan(PAYMENT_CODE)
    assert [each.verb for each in desk.asked] == ["charge"]
    assert till.receipts.latest() is not None


def test_receipt_numbers_are_gapless_also_over_a_restart(till: Till, folder: Path) -> None:
    for _ in range(2):
        pay_for(till, TEA)
        till.view_model.pay.use_amount(850)
        till.view_model.pay.complete()
    till.close()
    again = stocked_till(folder)
    try:
        pay_for(again, TEA)
        again.view_model.pay.use_amount(850)
        again.view_model.pay.complete()
        numbers = [each.receipt_number for each in again.receipts.sales()]
    finally:
        again.close()
    assert [each.split("-")[1] for each in numbers] == ["000414", "000413", "000412"]
