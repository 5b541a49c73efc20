"""Every answer of picking and handing over has a sentence; none is said by its code."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from pos_app.services.pickup_outcomes import (
    CodeVerdict,
    DeskCode,
    DeskOutcome,
    PickCode,
    PickOutcome,
)
from pos_app.viewmodels.pickup_handover_panels import CODE_DIGITS
from pos_app.viewmodels.pickup_handover_sentences import DeskSentences
from pos_app.viewmodels.pickup_picking_sentences import PickingSentences
from pos_app.viewmodels.pickup_refusals import PickupRefusals
from pos_app.viewmodels.pickup_words import PickupWords
from pos_app.viewmodels.sentences import Sentences
from retail.pickup.handover import Hindrance, Missing
from retail.pickup.order import ShortReason, SubstitutionWish, WishKind
from sync.pickup_code import DIGITS
from tests.fakes.pickup_orders import YOGURT, hand_over, order, ready

NOW = "2026-03-14T14:34:12+08:00"
NOT_SENTENCES = (PickCode.STEP_REFUSED, DeskCode.STEP_REFUSED)
"""Said by the refusal's own code."""

RULES = Path(__file__).parents[2] / "docs" / "pickup-order.md"
_REFUSALS = RULES.read_text(encoding="utf-8").partition("## Why a step was refused")[2].partition("\n## ")[0]
STEP_CODES = [
    *re.findall(
        r"`([a-z_]+)`", "".join(row.split("|")[1] for row in _REFUSALS.splitlines() if row[:1] == "|")
    ),
    "mark_ready_in_picking",
    "unknown_order",
    "not_enrolled",
    "nothing_open",
]
"""The codes of the shopkeeper's own list, one named after a step and a state, and those of the till."""


@pytest.fixture
def sentences(qapp: QCoreApplication) -> Sentences:
    del qapp
    return Sentences(lambda: 2)


@pytest.fixture
def picking(sentences: Sentences) -> PickingSentences:
    words = PickupWords(sentences)
    return PickingSentences(
        words,
        PickupRefusals(sentences),
        now=lambda: NOW,
        number_of=lambda order_id: f"number of {order_id}",
        name_of=lambda staff_id: staff_id.title(),
        place_of=lambda code: f"Shelf {code}",
    )


@pytest.fixture
def desk(sentences: Sentences) -> DeskSentences:
    handed = hand_over(ready(order_id="gone", number="P-7"))
    words = PickupWords(sentences)
    return DeskSentences(
        words,
        PickupRefusals(sentences),
        now=lambda: NOW,
        order_of=lambda order_id: handed if order_id == "gone" else order(),
        name_of=lambda staff_id: staff_id.title(),
    )


def test_a_place_that_is_too_warm_is_named_and_a_tote_of_other_goods_is(picking: PickingSentences) -> None:
    place = picking.slot(PickOutcome(PickCode.WRONG_TEMPERATURE, "o1", bag_id="T-1", detail="B-03"))
    assert (place.lead, place.text[:20]) == ("Shelf B-03", "is no place for T-1:")
    tote = picking.slot(PickOutcome(PickCode.WRONG_TEMPERATURE, "o1", bag_id="T-1"))
    assert (tote.lead, tote.text[:18]) == ("T-1", "is for other goods")


@pytest.mark.parametrize("code", [code for code in PickCode if code not in NOT_SENTENCES])
def test_every_answer_of_picking_is_said_in_words(picking: PickingSentences, code: PickCode) -> None:
    outcome = PickOutcome(code, "o1", "yogurt", YOGURT, Decimal(1), Decimal(1), Decimal(2), "T-1", detail="X")
    slot = picking.slot(outcome)
    assert slot.text
    assert "Not possible" not in slot.text
    assert slot.tone == ("ok" if outcome.done else "ask" if outcome.asks else "bad")
    assert slot.time == "14:34:12"


@pytest.mark.parametrize("code", [code for code in DeskCode if code not in NOT_SENTENCES])
def test_every_answer_of_the_desk_is_said_in_words(desk: DeskSentences, code: DeskCode) -> None:
    missing = (Missing(what=Hindrance.BAG_MISSING, bag_id="T-1"),)
    slot = desk.slot(DeskOutcome(code, "o1", missing=missing, verdict=CodeVerdict.FORGED, bag_id="T-1"))
    assert slot.text
    assert "Not possible" not in slot.text


@pytest.mark.parametrize("verdict", [each for each in CodeVerdict if each is not CodeVerdict.OK])
def test_every_pickup_code_that_opens_nothing_is_explained(desk: DeskSentences, verdict: CodeVerdict) -> None:
    slot = desk.slot(DeskOutcome(DeskCode.CODE_REFUSED, "o1", verdict=verdict, detail="S2"))
    assert slot.tone == "bad"
    assert slot.text.endswith(".")


def test_a_second_handover_is_refused_with_when_and_by_whom(desk: DeskSentences) -> None:
    used = desk.slot(DeskOutcome(DeskCode.CODE_REFUSED, "gone", verdict=CodeVerdict.USED))
    refused = desk.slot(DeskOutcome(DeskCode.STEP_REFUSED, "gone", refusal="second_handover"))
    for slot in (used, refused):
        assert slot.lead == "P-7"
        assert slot.text == ("was handed over by Tomas on Sun 22 November at 14:00. Hand nothing over again.")


@pytest.mark.parametrize("code", STEP_CODES)
def test_every_refusal_of_the_order_s_rules_has_a_sentence(sentences: Sentences, code: str) -> None:
    sentence = PickupRefusals(sentences).sentence(code, "Noor A.")
    assert sentence.endswith(".")
    assert "Not possible" not in sentence


def test_the_keypad_takes_as_many_digits_as_a_pickup_code_has() -> None:
    assert CODE_DIGITS == DIGITS


def test_the_list_of_refusals_is_read() -> None:
    assert len(STEP_CODES) > 50


def test_who_picks_is_said_by_name(picking: PickingSentences) -> None:
    slot = picking.slot(PickOutcome(PickCode.STEP_REFUSED, "o1", refusal="locked_by_other", detail="noor"))
    assert slot.text == "Noor is picking this order."


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ((Missing(what=Hindrance.NOT_VERIFIED),), "code to go"),
        (
            (
                Missing(what=Hindrance.AGE_NOT_CONFIRMED, age=18),
                Missing(what=Hindrance.BAG_MISSING, bag_id="T-1"),
                Missing(what=Hindrance.NOT_PAID, amount_minor=4770),
            ),
            "ID, 1 bag and payment to go",
        ),
        (
            (Missing(what=Hindrance.SLIP_MISSING), *(Missing(what=Hindrance.BAG_MISSING),) * 2),
            "slip and 2 bags to go",
        ),
        ((Missing(what=Hindrance.SECOND_HANDOVER),), "handed over already"),
        ((Missing(what=Hindrance.NOT_READY),), "not ready yet"),
        ((), ""),
    ],
)
def test_what_is_missing_for_a_handover_is_named(
    desk: DeskSentences, missing: tuple[Missing, ...], words: str
) -> None:
    assert desk.missing_words(missing) == words


def test_a_signature_that_the_rules_want_is_missing_too(desk: DeskSentences) -> None:
    assert desk.missing_words((), sign=True) == "signature to go"


def test_places_wishes_and_weights_are_said_as_people_say_them(sentences: Sentences) -> None:
    words = PickupWords(sentences)
    assert words.place("C1-04") == "Aisle C, bay 1, shelf 4"
    assert words.place("cold room") == "cold room"
    assert words.ordered(Decimal("0.600"), YOGURT.unit.KILOGRAM) == "600 g"
    assert words.ordered(Decimal("1.20"), YOGURT.unit.KILOGRAM) == "1.2 kg"
    assert words.difference(140) == "+1.40"
    assert words.difference(-60) == "−0.60"
    assert words.wish(SubstitutionWish(kind=WishKind.UP_TO_AMOUNT, amount_minor=200)) == (
        "customer accepts a swap up to +2.00"
    )
    assert {words.wish(SubstitutionWish(kind=kind)) for kind in WishKind} >= {"customer wants no swap"}
    assert len({words.short_reason(each) for each in ShortReason}) == len(ShortReason)


@pytest.mark.parametrize(
    ("ready_by", "text", "level"),
    [
        ("2026-03-14T14:40:12+08:00", "6 min", "urgent"),
        ("2026-03-14T15:00:12+08:00", "26 min", "soon"),
        ("2026-03-14T15:34:12+08:00", "1 h 0 min", "calm"),
        ("2026-03-14T14:30:12+08:00", "Late 4 min", "late"),
    ],
)
def test_the_countdown_changes_words_and_level_together(
    sentences: Sentences, ready_by: str, text: str, level: str
) -> None:
    chip = PickupWords(sentences).countdown(order(ready_by=ready_by), NOW, None)
    assert chip is not None
    assert (chip.text, chip.level) == (text, level)
