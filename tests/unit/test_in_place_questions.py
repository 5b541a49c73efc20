"""Typing into the questions that the screens ask in their hand panes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot

from pos_app.viewmodels import (
    panels,
    pickup_handover_panels,
    pickup_picking_panels,
    return_presenter,
)
from pos_app.viewmodels.in_place_questions import (
    LONGEST_TEXT,
    InPlaceQuestion,
    InPlaceQuestions,
    grams,
)
from pos_app.viewmodels.keypad import after_key


@pytest.mark.parametrize(
    ("typed", "key", "then"),
    [
        ("", "7", "7"),
        ("7", "00", "700"),
        ("1234", "5", "1234"),
        ("123", "45", "1234"),
        ("12", "back", "1"),
        ("", "back", ""),
        ("12", "clear", ""),
        ("12", "x", "12"),
        ("12", "٣", "12"),
        ("", "0", "0"),
    ],
)
def test_a_key_adds_its_digits_or_takes_some_away(typed: str, key: str, then: str) -> None:
    assert after_key(typed, key, 4) == then


def test_zeros_in_front_go_where_they_mean_nothing() -> None:
    assert after_key("", "00", 4, keeps_zeros=False) == ""
    assert after_key("", "05", 4, keeps_zeros=False) == "5"
    assert after_key("5", "00", 4, keeps_zeros=False) == "500"


def pressed(question: InPlaceQuestion, keys: str) -> str:
    for key in keys:
        question = question.with_key(key)
    return question.typed


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        (panels.Question("quantity"), "123456789"),
        (panels.Question("price"), "123456789"),
        (panels.Question("coupon"), "001234567890"),
        (panels.Question("more"), ""),
        (panels.Question("age"), ""),
        (pickup_handover_panels.Question("digits"), "001234"),
        (pickup_handover_panels.Question("sign"), ""),
        (pickup_picking_panels.Question("weight"), "123456789"),
        (pickup_picking_panels.Question("tote"), "001234567890"),
        (pickup_picking_panels.Question("pause"), ""),
        (return_presenter.Question("quantity"), "1234567"),
        (return_presenter.Question("reason"), ""),
    ],
)
def test_what_keys_type_depends_on_what_is_asked(question: InPlaceQuestion, typed: str) -> None:
    assert pressed(question, "001234567890") == typed


def test_whoever_types_has_read_what_was_wrong() -> None:
    wrong = panels.Question("quantity", typed="99", error="Too many")
    assert wrong.with_key("back") == panels.Question("quantity", typed="9")
    assert panels.Question("note", error="Too long").with_text("a") == panels.Question("note", typed="a")


def test_a_text_is_cut_where_it_is_too_long() -> None:
    assert panels.Question("note").with_text("x" * 200).typed == "x" * LONGEST_TEXT
    assert return_presenter.Question("number").with_text("9" * 50).typed == "9" * 40


def test_what_was_found_for_a_text_goes_with_the_text() -> None:
    found = panels.Question("member", typed="lim", choices=(("m1", "Lim"),))
    assert found.with_text("lim").choices == found.choices
    assert found.with_text("lima").choices == ()


def test_grams_are_typed_and_kilograms_meant() -> None:
    assert panels.Question("weight", typed="1250").weight == Decimal("1.250")
    assert panels.Question("weight").weight == 0
    assert panels.Question("note", typed="a note").number == 0
    assert grams(Decimal("1.250")) == "1250"


class Screen(InPlaceQuestions):
    """A screen that counts how often it is built again."""

    built = 0

    def ask(self, question: InPlaceQuestion | None) -> None:
        self._question = question

    @property
    def typed(self) -> str:
        return self._question.typed if self._question is not None else ""

    def _refresh(self) -> None:
        self.built += 1


def test_a_screen_types_into_the_question_that_is_open(qtbot: QtBot) -> None:
    del qtbot
    screen = Screen()
    screen.panel_key("7")
    screen.panel_text("seven")
    assert not screen.panel_cancel()
    assert (screen.typed, screen.built) == ("", 0), "nothing is asked"
    screen.ask(panels.Question("quantity"))
    screen.panel_key("7")
    screen.panel_text("a text is no number")
    assert (screen.typed, screen.built) == ("7", 1)
    screen.ask(panels.Question("note"))
    screen.panel_text("gift wrap")
    assert (screen.typed, screen.built) == ("gift wrap", 2)
    assert screen.panel_cancel()
    assert (screen.typed, screen.built) == ("", 3)
