"""The JSON door: a case in, an answer or a refusal with its code and a sentence out."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from retail.__main__ import main
from retail.door.answering import VERBS, answer, schema
from retail.pricing import PricedBasket, prepare, price
from tests.fakes.shop import NOW, PICTURE_PROMOTIONS, picture_basket, rules

ANSWERS = [
    ("round", {"value": "2.5"}, {"minor": 3}),
    ("round", {"value": "2.5", "rounding": "half_even"}, {"minor": 2}),
    ("allocate", {"total": 100, "weights": [1, 1, 1]}, {"shares": [34, 33, 33]}),
    ("change", {"amount_minor": 60, "denominations_minor": [50, 20]}, None),
    (
        "change",
        {"amount_minor": 60, "denominations_minor": [50, 20], "available": {"20": 3}},
        {"pieces": [[20, 3]]},
    ),
    ("barcode", {"text": "MBR00008817"}, {"meaning": "MemberCard", "number": "MBR00008817"}),
    ("barcode", {"text": ""}, {"meaning": "Unreadable", "code": "", "reason": "empty"}),
    ("barcode", {"text": "134567890123456789"}, {"meaning": "PaymentCode", "digits": 18}),
    (
        "barcode",
        {
            "text": "2012345012844",
            "rules": [{"row": "barcode_rule", "position": 1, "pattern": "20IIIIINNNNNC", "kind": "weight"}],
        },
        {
            "meaning": "EmbeddedCode",
            "item_code": "12345",
            "amount_minor": None,
            "weight": "1.284",
            "code": "2012345012844",
        },
    ),
    (
        "settle",
        {
            "total_minor": 6022,
            "tenders": [
                {"kind": "mobile_code", "amount_minor": 4000},
                {"kind": "cash", "amount_minor": 5000},
            ],
            "cash_rounding": {"increment_minor": 5},
        },
        {
            "total_minor": 6022,
            "cash_rounding_minor": -2,
            "due_minor": 6020,
            "paid_minor": 9000,
            "remaining_minor": 0,
            "change_minor": 2980,
            "complete": True,
        },
    ),
]


@pytest.mark.parametrize(("verb", "case", "expected"), ANSWERS)
def test_a_case_is_answered(verb: str, case: object, expected: object) -> None:
    code, text = answer(verb, json.dumps(case).encode())
    assert code == 0
    assert expected is None or json.loads(text) == expected


def test_the_pictures_basket_is_priced_like_in_the_till() -> None:
    case = {"basket": picture_basket(), "rules": rules(*PICTURE_PROMOTIONS), "now": NOW}
    code, text = answer("price", msgspec.json.encode(case))
    assert code == 0
    priced = price(picture_basket(), prepare(rules(*PICTURE_PROMOTIONS)), NOW)
    assert msgspec.json.decode(text, type=PricedBasket) == priced


def test_tax_is_totalled_by_class() -> None:
    case = {"paid": [["tax-A", 3620], ["tax-Z", 2402]], "tax_classes": rules().tax_classes, "included": True}
    code, text = answer("tax", msgspec.json.encode(case))
    assert code == 0
    assert [(one["code"], one["tax_minor"]) for one in json.loads(text)["tax_totals"]] == [
        ("A", 299),
        ("Z", 0),
    ]


REFUSALS = [
    ("fly", "{}", 2, "unknown_verb"),
    ("round", "", 1, "bad_case"),
    ("round", "{}", 1, "bad_case"),
    ("round", '{"value":"2.5","colour":"red"}', 1, "bad_case"),
    ("round", '{"value":"NaN"}', 1, "not_a_number"),
    ("allocate", '{"total":1,"weights":[0]}', 1, "allocation_impossible"),
    ("change", '{"amount_minor":3,"denominations_minor":[5]}', 1, "change_impossible"),
    ("settle", '{"total_minor":-1}', 1, "negative"),
    ("settle", '{"total_minor":1,"tenders":[{"kind":"card","amount_minor":2}]}', 1, "over_tender"),
    ("settle", '{"total_minor":1,"cash_rounding":{"increment_minor":0}}', 1, None),
    ("tax", '{"paid":[["tax-X",1]],"tax_classes":[],"included":true}', 1, "unknown_tax_class"),
    (
        "price",
        '{"basket":{"basket_id":"b"},"rules":{"currency_code":"XXX","currency_digits":2,"tax_included":true},'
        '"now":"2026-03-14T14:33:00+08:00"}',
        1,
        "unknown_currency",
    ),
    (
        "price",
        '{"basket":{"basket_id":"b"},"rules":{"currency_code":"SGD","currency_digits":2,"tax_included":true},'
        '"now":"noon"}',
        1,
        "value_error",
    ),
]


@pytest.mark.parametrize(("verb", "case", "exit_code", "error"), REFUSALS)
def test_a_refusal_has_a_code_and_a_sentence(verb: str, case: str, exit_code: int, error: str | None) -> None:
    code, text = answer(verb, case.encode())
    assert code == exit_code
    refusal = json.loads(text)["error"]
    assert error is None or refusal["code"] == error
    assert refusal["sentence"]


def test_the_door_opens_from_a_shell() -> None:
    def run(*arguments: str, case: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "retail", *arguments]
        return subprocess.run(command, input=case, capture_output=True, text=True, timeout=60, check=False)

    done = run("allocate", case='{"total":5,"weights":[3,7]}')
    assert (done.returncode, json.loads(done.stdout)) == (0, {"shares": [2, 3]})
    assert run("allocate", case="{}").returncode == 1
    assert run("fly").returncode == 2
    lost = run()
    assert lost.returncode == 2
    assert "case.json" in lost.stderr
    assert set(VERBS) >= {"price", "change", "barcode", "round", "allocate"}


DOOR_PAGE = Path(__file__).resolve().parents[2] / "docs" / "json-door.md"


def documented() -> dict[str, list[Any]]:
    """Return the case and the answer of each verb in the documentation."""
    sections = DOOR_PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    return {
        section.partition("\n")[0]: [
            json.loads(block.partition("\n```")[0]) for block in section.split("```json\n")[1:]
        ]
        for section in sections
    }


def holds(whole: Any, part: Any) -> bool:
    """Say whether every field of a documented answer, which may leave some out, is in the real one."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            name in whole and holds(whole[name], value) for name, value in part.items()
        )
    return bool(whole == part)


def test_every_verb_is_documented_with_an_example() -> None:
    assert {verb: len(blocks) for verb, blocks in documented().items()} == dict.fromkeys(VERBS, 2)


@pytest.mark.parametrize("verb", VERBS)
def test_a_documented_example_is_answered_as_it_says(verb: str) -> None:
    case, said = documented()[verb]
    code, text = answer(verb, json.dumps(case).encode())
    assert (code, holds(json.loads(text), said)) == (0, True), text.decode()


@pytest.mark.parametrize("verb", VERBS)
def test_a_case_with_a_field_too_many_is_refused(verb: str) -> None:
    case = documented()[verb][0] | {"unheard_of": 1}
    code, text = answer(verb, json.dumps(case).encode())
    assert code == 1
    assert json.loads(text)["error"]["code"] == "bad_case"


@pytest.mark.parametrize("verb", VERBS)
def test_a_schema_names_every_field_of_a_documented_case(verb: str) -> None:
    code, text = schema(verb)
    assert code == 0
    described = json.loads(text)
    name = described["$ref"].rpartition("/")[2]
    assert documented()[verb][0].keys() <= described["$defs"][name]["properties"].keys()
    assert described["$defs"][name]["description"]


def test_there_is_no_schema_of_an_unknown_verb() -> None:
    code, text = schema("haggle")
    assert code == 2
    assert json.loads(text)["error"]["code"] == "unknown_verb"


@pytest.mark.parametrize(
    ("verb", "change", "code"),
    [
        ("price", {"now": "yesterday"}, "value_error"),
        ("price", {"now": "2026-03-14T14:33:00"}, "value_error"),
        ("tax", {"fiscal_position": "abroad"}, "unknown_fiscal_position"),
        ("tax", {"tax_rounding": "sometimes"}, "bad_case"),
        ("return", {"now": "2036-03-15T10:00:00+08:00"}, "too_late"),
        ("return", {"wanted": [{"line_number": 1, "quantity": "4"}]}, "more_than_left"),
        ("points", {"multiplier": "-1"}, "bad_multiplier"),
        ("unit-price", {"scheme": "none"}, "unknown_scheme"),
        ("promise", {"balance": {"on_hand": "NaN"}}, "not_a_number"),
        ("reserve", {"hold_minutes": -1}, None),
        ("round", {"value": "NaN"}, "not_a_number"),
        ("allocate", {"weights": []}, "allocation_impossible"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code_and_a_sentence(
    verb: str, change: dict[str, Any], code: str | None
) -> None:
    exit_code, text = answer(verb, json.dumps(documented()[verb][0] | change).encode())
    error = json.loads(text).get("error")
    assert exit_code == 1, text.decode()
    assert error["sentence"]
    assert code is None or error["code"] == code


def test_a_return_may_be_priced_with_the_rules_of_the_day() -> None:
    case = documented()["return"][0]
    case["rules"] = documented()["price"][0]["rules"]
    case["policy"] = {"promotions": "recompute"}
    case["prices"] = {"oat-milk": "420", "bread": "680"}
    code, text = answer("return", json.dumps(case).encode())
    assert code == 0
    assert json.loads(text)["priced_return"]["refund_minor"] < 420


def test_the_command_prints_a_schema(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["schema", "round"]) == 0
    assert b"RoundCase" in capsysbinary.readouterr().out


def test_the_command_answers_what_comes_in(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"value": "2.5"}')))
    assert main(["round"]) == 0
    assert json.loads(capsysbinary.readouterr().out) == {"minor": 3}


@pytest.mark.parametrize("words", [[], ["price", "tax"], ["schema", "price", "tax"]])
def test_the_command_explains_itself(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "python -m retail VERB" in capsys.readouterr().err
