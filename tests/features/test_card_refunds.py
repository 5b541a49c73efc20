"""What a card paid goes back by the terminal: stored before it is asked, and never paid back twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from pos_app.bootstrap import Till
from pos_app.devices.ports import DeviceProblem, TerminalAnswer, TerminalOutcome
from pos_app.devices.simulated_terminal import SimulatedTerminal
from pos_app.services.paying import TerminalRequest, replace_verb
from pos_app.services.refunding import SETTING
from pos_app.workers.terminal_worker import ask_terminal
from retail.returns.policy import ReturnPolicy
from retail.returns.record import Return
from retail.sale import Sale, Tender, TenderKind
from tests.fakes.stocked_till import stocked_till
from tests.features.test_returning import TEA, latest_return, sell


class Desk:
    """A till whose terminal answers at once, or as a test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.mute = False
        self.terminal = SimulatedTerminal(folder / "terminal", amounts_decide=False)
        self.till = self._opened()

    def _opened(self) -> Till:
        till = stocked_till(self.folder / "till")
        till.returning.terminals = frozenset({TenderKind.CARD})
        till.view_model.returns.terminal_asked.connect(self._ask)
        return till

    def _ask(self, request: TerminalRequest) -> None:
        self.asked.append(request.verb)
        if self.mute:
            return
        answer = ask_terminal({TenderKind.CARD: self.terminal}, request)
        self.till.view_model.returns.terminal_answered(request, answer)

    def behaves(self, *next_ones: str) -> None:
        (self.folder / "terminal" / "card-control.json").write_bytes(
            msgspec.json.encode({"next": list(next_ones)})
        )

    def restart(self) -> None:
        self.till.close()
        self.till = self._opened()
        self.till.view_model.returns.resume()

    def takes_back(self, sale: Sale) -> None:
        returns = self.till.view_model.returns
        returns.open(sale.receipt_number)
        returns.act("all")
        returns.confirm()

    @property
    def said(self) -> str:
        screen = self.till.view_model.returns.screen
        return f"{screen.note} {screen.feedback.text if screen.feedback is not None else ''}"

    @property
    def refunded(self) -> int:
        return sum(one.times_refunded for one in self.terminal.attempts().values())

    def returned(self) -> Return:
        return latest_return(self.till)


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    del qtbot
    made = Desk(tmp_path)
    yield made
    made.till.close()


def with_policy(desk: Desk, policy: ReturnPolicy) -> None:
    desk.till.returning._policy = lambda: policy


def test_a_card_is_refunded_by_the_terminal_and_the_receipt_says_so(desk: Desk) -> None:
    sale = sell(desk.till, TEA, card=True)
    desk.takes_back(sale)
    returned = desk.returned()
    (tender,) = returned.tenders
    assert (tender.kind, tender.amount_minor, tender.position) == (TenderKind.CARD, sale.total_minor, 1)
    attempt = desk.till.journal.attempt(tender.attempt_id)
    assert attempt is not None
    assert (attempt.state, attempt.basket_id) == ("approved", f"return:{returned.return_id}")
    assert (desk.asked, desk.refunded) == (["refund"], 1)
    assert returned.receipt_number in desk.said
    assert desk.till.journal.local_setting(SETTING) == ""


def test_the_attempt_is_stored_before_the_terminal_hears_of_it(desk: Desk) -> None:
    sale = sell(desk.till, TEA, card=True)
    desk.mute = True
    desk.takes_back(sale)
    (waiting,) = desk.till.journal.unresolved_attempts()
    assert waiting.basket_id.startswith("return:")
    assert desk.till.paying.unresolved() == (), "a return asks for itself"
    assert "is paid back at the terminal" in desk.said
    assert [label for _, label, _ in desk.till.view_model.returns.screen.actions] == ["Ask the terminal"]
    returning = desk.till.returning
    assert returning.view() is not None
    returning.close()
    assert returning.sale == sale, "money may be on its way"
    desk.takes_back(sell(desk.till, TEA))
    assert desk.till.returning.sale == sale


@pytest.mark.parametrize("behaviour", ["declined", "cancelled", "never_heard"])
def test_what_the_terminal_does_not_pay_back_goes_back_in_cash(desk: Desk, behaviour: str) -> None:
    desk.behaves(behaviour)
    sale = sell(desk.till, TEA, card=True)
    desk.takes_back(sale)
    wait_for(desk, lambda: not desk.till.returning.paying_back)
    (tender,) = desk.returned().tenders
    assert (tender.kind, tender.position, tender.attempt_id) == (TenderKind.CASH, 1, "")
    assert "The terminal did not pay back: Paid back in cash" in desk.said
    assert desk.refunded == 0


def test_the_policy_may_give_store_credit_instead(desk: Desk) -> None:
    with_policy(desk, ReturnPolicy(instead_of_terminal=TenderKind.STORE_CREDIT))
    desk.behaves("declined")
    desk.takes_back(sell(desk.till, TEA, card=True))
    (tender,) = desk.returned().tenders
    assert (tender.kind, tender.position) == (TenderKind.STORE_CREDIT, 1)


def wait_for(desk: Desk, condition: Callable[[], bool]) -> None:
    for _ in range(20):
        if condition():
            return
        desk.till.view_model.returns._ask_again()
    assert condition()


def test_an_answer_that_was_lost_is_asked_for_and_nothing_goes_back_twice(desk: Desk) -> None:
    desk.behaves("lost_answer")
    desk.takes_back(sell(desk.till, TEA, card=True))
    wait_for(desk, lambda: not desk.till.returning.paying_back)
    assert desk.asked[:2] == ["refund", "query"]
    assert desk.refunded == 1
    assert desk.returned().tenders[0].kind is TenderKind.CARD


def test_a_terminal_that_is_away_is_asked_again_until_it_answers(desk: Desk) -> None:
    sale = sell(desk.till, TEA, card=True)
    desk.mute = True
    desk.takes_back(sale)
    returns = desk.till.view_model.returns
    returns._lost_answers._seconds = lambda: 10**6
    request = desk.till.returning.request
    assert request is not None
    returns.terminal_answered(request, DeviceProblem("timed_out", "no answer"))
    assert desk.asked == ["refund", "query"], "however late: what became of it is asked once more at once"
    returns.terminal_answered(replace_verb(request, "query"), DeviceProblem("timed_out", "no answer"))
    feedback = returns.screen.feedback
    assert feedback is not None
    assert feedback.text.startswith("The terminal does not answer. Nothing is paid back twice.")
    assert [label for _, label, _ in returns.screen.actions] == ["Ask the terminal"]
    desk.mute = False
    desk.terminal.refund(request.attempt_id, request.amount_minor, request.currency, "4711")
    returns.confirm()
    assert desk.asked[-1] == "query"
    assert (desk.refunded, desk.returned().tenders[0].kind) == (1, TenderKind.CARD)


@pytest.mark.parametrize("approved", [True, False])
def test_a_till_that_ends_in_the_middle_goes_on_where_it_was(desk: Desk, approved: bool) -> None:
    sale = sell(desk.till, TEA, card=True)
    desk.mute = True
    desk.takes_back(sale)
    request = desk.till.returning.request
    assert request is not None
    if approved:
        desk.terminal.refund(request.attempt_id, request.amount_minor, request.currency, "4711")
    desk.mute = False
    desk.restart()
    assert desk.asked[:2] == ["refund", "query"]
    assert desk.refunded == int(approved)
    kind = TenderKind.CARD if approved else TenderKind.CASH
    assert [one.kind for one in desk.returned().tenders] == [kind]
    desk.restart()
    assert len(desk.till.journal.returns_of(sale.sale_id)) == 1


def test_a_return_that_was_recorded_before_the_end_is_not_recorded_again(desk: Desk) -> None:
    sale = sell(desk.till, TEA, card=True)
    kept: list[str] = []
    finish = desk.till.returning._refunding.finish

    def remember() -> None:
        kept.append(desk.till.journal.local_setting(SETTING) or "")
        finish()

    desk.till.returning._refunding.finish = remember  # type: ignore[method-assign]  # the program ends before it
    desk.takes_back(sale)
    desk.till.journal.set_local_setting(SETTING, kept[0])
    desk.restart()
    assert not desk.till.returning.paying_back
    assert len(desk.till.journal.returns_of(sale.sale_id)) == 1


def test_of_two_cards_one_goes_back_by_the_terminal_and_the_other_in_cash(desk: Desk) -> None:
    selling, paying = desk.till.selling, desk.till.paying
    selling.scan(TEA)
    half = selling.priced().total_minor // 2
    rest = selling.priced().total_minor - half
    paid = [
        Tender(kind=TenderKind.CARD, amount_minor=half, attempt_id="a1", reference="4711"),
        Tender(kind=TenderKind.CARD, amount_minor=rest, attempt_id="a2", reference="4712"),
    ]
    changed = replace(selling.open_sale, tenders=tuple(paid))
    desk.till.journal.save_open_sale(changed)
    selling.tenders_changed(changed)
    sale = paying.complete(print_receipt=False)
    desk.behaves("approved", "declined")
    desk.takes_back(sale)
    back = {one.position: (one.kind, one.amount_minor) for one in desk.returned().tenders}
    assert {one: kind for one, (kind, _) in back.items()} == {1: TenderKind.CARD, 2: TenderKind.CASH}
    assert back[1][1] == half


def test_a_refund_in_doubt_that_belongs_to_no_return_is_asked_about(desk: Desk) -> None:
    sale = sell(desk.till, TEA, card=True)
    desk.mute = True
    desk.takes_back(sale)
    desk.till.journal.set_local_setting(SETTING, "")  # as a salvage leaves it
    desk.mute = False
    desk.restart()
    assert desk.till.journal.unresolved_attempts() == ()
    assert desk.till.journal.returns_of(sale.sale_id) == ()


def test_the_word_that_came_first_stands(desk: Desk) -> None:
    desk.takes_back(sell(desk.till, TEA, card=True))
    request = desk.till.returning.request
    assert request is None
    (tender,) = desk.returned().tenders
    late = TerminalRequest("cancel", tender.attempt_id, TenderKind.CARD, 1, "SGD", pays_back=True)
    desk.till.view_model.returns.terminal_answered(late, TerminalAnswer(TerminalOutcome.CANCELLED))
    desk.till.view_model.pay.terminal_answered(late, TerminalAnswer(TerminalOutcome.CANCELLED))
    attempt = desk.till.journal.attempt(tender.attempt_id)
    assert attempt is not None
    assert attempt.state == "approved"
