"""Waiting for the payment terminal, and asking it again after an answer was lost."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from pos_app.devices.ports import TerminalAnswer, TerminalOutcome
from pos_app.services.paying import TerminalRequest, replace_verb
from pos_app.viewmodels import lost_answers
from pos_app.viewmodels.lost_answers import QUERY_GIVES_UP_S, LostAnswers, way_out
from retail.sale import TenderKind

CHARGE = TerminalRequest("charge", "attempt 1", TenderKind.CARD, 850, "SGD")
QUERY = replace_verb(CHARGE, "query")


class Watch:
    """A clock that a test moves, and a count of what was asked again."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lost_answers, "QUERY_EVERY_MS", 1)
        self.now = 1000
        self.asked = 0
        self.answers = LostAnswers(lambda: self.now)
        self.answers.ask_again.connect(self._asked)

    def _asked(self) -> None:
        self.asked += 1


@pytest.fixture
def watch(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Watch:
    del qtbot
    return Watch(monkeypatch)


def test_a_wait_is_counted_from_its_beginning_to_its_end(watch: Watch) -> None:
    assert (watch.answers.waits, watch.answers.waited_s) == (False, 0)
    watch.answers.begin()
    watch.now += 7
    assert (watch.answers.waits, watch.answers.waited_s) == (True, 7)
    watch.answers.begin()
    assert watch.answers.waited_s == 0
    watch.answers.end()
    assert (watch.answers.waits, watch.answers.waited_s) == (False, 0)


@pytest.mark.parametrize("verb", ["charge", "refund"])
def test_what_became_of_a_demand_is_asked_at_once_however_long_it_took(watch: Watch, verb: str) -> None:
    watch.answers.begin()
    watch.now += QUERY_GIVES_UP_S + 60
    assert watch.answers.lost(replace_verb(CHARGE, verb))
    assert (watch.asked, watch.answers.waits) == (1, True)


@pytest.mark.parametrize("verb", ["query", "cancel"])
def test_a_question_that_got_no_answer_is_put_again_a_little_later(
    watch: Watch, qtbot: QtBot, verb: str
) -> None:
    watch.answers.begin()
    watch.now += QUERY_GIVES_UP_S - 1
    assert watch.answers.lost(replace_verb(CHARGE, verb))
    assert watch.asked == 0, "not at once"
    qtbot.waitUntil(lambda: watch.asked == 1)


def test_after_so_long_the_cashier_decides_and_nothing_is_waited_for(watch: Watch, qtbot: QtBot) -> None:
    watch.answers.begin()
    watch.now += QUERY_GIVES_UP_S
    assert not watch.answers.lost(QUERY)
    assert not watch.answers.waits
    qtbot.wait(20)
    assert watch.asked == 0


def test_nothing_is_asked_of_an_answer_that_nobody_waits_for(watch: Watch, qtbot: QtBot) -> None:
    assert not watch.answers.lost(CHARGE)
    assert not watch.answers.lost(QUERY)
    qtbot.wait(20)
    assert watch.asked == 0


@pytest.mark.parametrize("then", ["begin", "end"])
def test_a_wait_that_ended_or_began_anew_takes_the_next_question_with_it(
    watch: Watch, qtbot: QtBot, then: str
) -> None:
    watch.answers.begin()
    assert watch.answers.lost(QUERY)
    getattr(watch.answers, then)()
    qtbot.wait(20)
    assert watch.asked == 0


def test_an_attempt_that_the_terminal_does_not_know_is_stopped() -> None:
    unknown = TerminalAnswer(TerminalOutcome.UNKNOWN)
    assert way_out(QUERY, unknown) == replace_verb(CHARGE, "cancel")
    assert way_out(replace_verb(CHARGE, "cancel"), unknown) is None, "its answer is final"
    for outcome in TerminalOutcome:
        if outcome is not TerminalOutcome.UNKNOWN:
            assert way_out(QUERY, TerminalAnswer(outcome)) is None
