"""What a cashier meets with codes that are more than a number: dates, weights, prices, cards, places."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import Till, open_till
from pos_app.services.clock import Clock
from pos_app.services.standing import CentreStanding, LinkState
from pos_app.settings import TillSettings
from pos_app.viewmodels.sentences import Sentences
from retail.barcode import UNREADABLE_REASONS, BarcodeRule, PaymentCode, ProductCode, check_digit
from retail.catalogue import LocalisedText, Price, Product
from retail.quantity import SellingUnit
from sync.protocol import Row
from tests.fakes.stocked_till import NOON, demo_store, enrolled_as_till_2, stock

OAT_MILK = "(01)09520000010263"
GOODS = {
    "olives": SellingUnit.KILOGRAM,
    "cable": SellingUnit.METRE,
    "oil": SellingUnit.LITRE,
    "eggs": SellingUnit.PIECE,
}
RULES = (
    BarcodeRule(position=1, pattern="20IIIIINNNNNC", kind="weight"),
    BarcodeRule(position=2, pattern="23IIIIINNNNNWWWWWC", kind="price"),
    BarcodeRule(position=3, pattern="24IIIIINNNNNC", kind="count"),
    BarcodeRule(position=4, pattern="22.....{NNDDD}", kind="price"),
    BarcodeRule(position=5, pattern="5678IIIIIIIIIIIIIII", kind="payment"),
    BarcodeRule(position=6, pattern="BADGE-.*", kind="staff"),
)


def gtin(payload: str) -> str:
    return f"{payload}{check_digit(payload)}"


def trade_item(name: str) -> str:
    return "0" + gtin(f"95200000900{list(GOODS).index(name)}")


def rows() -> dict[str, tuple[Row, ...]]:
    """Return the demo store's rows, with goods of every unit at 10.00 each and rules of many kinds."""
    found = dict(demo_store())
    shelf = next(row for row in found["catalogue"] if isinstance(row, Product))
    found["catalogue"] += tuple(
        Product(
            product_id=name,
            sku=name,
            name=LocalisedText(name.capitalize()),
            category_id=shelf.category_id,
            tax_class_id=shelf.tax_class_id,
            unit=unit,
            codes=(trade_item(name), f"9000{place}"),
            minimum_age=18 if name == "oil" else 0,
        )
        for place, (name, unit) in enumerate(GOODS.items())
    )
    found["prices"] += tuple(Price(product_id=name, unit_price_minor=Decimal(1000)) for name in GOODS)
    found["settings"] = (*(row for row in found["settings"] if not isinstance(row, BarcodeRule)), *RULES)
    return found


@pytest.fixture
def till(tmp_path: Path, qapp: QCoreApplication) -> Iterator[Till]:
    opened = open_till(tmp_path / "till", TillSettings(), Clock(now=lambda: NOON))
    enrolled_as_till_2(opened)
    stock(opened, rows())
    opened.centre_changed(CentreStanding(state=LinkState.SYNCED))
    opened.start()
    yield opened
    opened.close()


def scan(till: Till, text: str) -> str:
    """Scan, and return what the cashier is told."""
    till.view_model.scan(text)
    shown = till.view_model.sell.screen.feedback
    return f"{shown.bold_lead} {shown.text}".strip() if shown else ""


def lines(till: Till) -> list[tuple[str, str]]:
    """Return quantity and amount of each line."""
    return [(line.quantity, line.amount) for line in till.view_model.sell.screen.lines]


# ---- dates (it is 14 March 2026) ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ("(17)260313", "Expired on 2026-03-13: this must not be sold. Put the item aside."),
        ("(7003)2603141432", "Expired on 2026-03-14: this must not be sold. Put the item aside."),
        ("(16)260313", "To be sold by 2026-03-13 at the latest. Put the item aside."),
    ],
)
def test_what_has_expired_is_not_sold(till: Till, dates: str, told: str) -> None:
    assert scan(till, OAT_MILK + dates) == told
    assert lines(till) == []


@pytest.mark.parametrize(
    "dates", ["(17)260314", "(7003)2603141433", "(16)260300", "(15)260314", "(11)200101"]
)
def test_the_last_good_day_is_a_good_day(till: Till, dates: str) -> None:
    assert scan(till, OAT_MILK + dates) == "Oat milk, barista 1 L added, 4.20"
    assert lines(till) == [("1", "4.20")]


def test_past_its_best_is_sold_and_told(till: Till) -> None:
    told = scan(till, OAT_MILK + "(15)260228")
    assert told == "Oat milk, barista 1 L added, but it was best before 2026-02-28. Tell the customer."
    assert lines(till) == [("1", "4.20")]
    assert till.view_model.sell.screen.feedback is not None
    assert till.view_model.sell.screen.feedback.tone == "warn"


def test_the_whole_code_stays_with_the_line(till: Till) -> None:
    scan(till, OAT_MILK + "(10)LOT7(21)S1")
    assert till.selling.open_sale.basket.lines[0].scanned_code == OAT_MILK + "(10)LOT7(21)S1"


# ---- weights, counts and prices -------------------------------------------------------------------

MEASURED = [
    (f"(01){trade_item('olives')}(3103)001284", ("1.284", "12.84")),
    (f"(01){trade_item('olives')}(3105)001284", ("0.013", "0.13")),
    (f"(01){trade_item('olives')}(3202)000100", ("0.454", "4.54")),  # a pound
    (f"(01){trade_item('cable')}(3112)000150", ("1.500", "15.00")),
    (f"(01){trade_item('eggs')}(30)12", ("12", "120.00")),
    (f"(01){trade_item('eggs')}(3103)000700", ("1", "10.00")),  # a piece keeps its price, whatever it weighs
    (f"(01){trade_item('olives')}(3103)000500(3922)499", ("0.500", "4.99")),
    (f"(01){trade_item('olives')}(3922)499", ("0.499", "4.99")),
    (f"(01){trade_item('eggs')}(3932)702499", ("1", "4.99")),
    (gtin("239000001299" + "01284"), ("1.284", "12.99")),
    (gtin("249000300012"), ("12", "120.00")),
    (gtin("229000012990"), ("1.299", "12.99")),
]


@pytest.mark.parametrize(("code", "line"), MEASURED)
def test_what_a_code_says_of_quantity_and_price_counts(till: Till, code: str, line: tuple[str, str]) -> None:
    scan(till, code)
    assert [f"{each.quantity:f}" for each in till.selling.open_sale.basket.lines] == [line[0]]
    assert [amount for _, amount in lines(till)] == [line[1]]


@pytest.mark.parametrize("measure", ["(3153)000750", "(3922)750"])
def test_the_age_is_asked_before_a_measured_code_is_sold(till: Till, measure: str) -> None:
    scan(till, f"(01){trade_item('oil')}{measure}")
    sell = till.view_model.sell
    assert sell.screen.panel is not None
    assert sell.screen.panel.kind == "age"
    assert lines(till) == []
    sell.panel_confirm()
    assert [amount for _, amount in lines(till)] == ["7.50"]


REFUSED = [
    (
        f"(01){trade_item('eggs')}(3932)978499",
        "The price in the code is in another currency. Nothing was added.",
    ),
    (
        f"(01){trade_item('eggs')}(3923)4995",
        "The price in the code is finer than the smallest coin. Nothing was added.",
    ),
    (f"(01){trade_item('eggs')}(3920){'9' * 15}", "The price in the code is too high. Nothing was added."),
    (f"(01){trade_item('eggs')}(3922)0", "A price of nothing cannot be charged. Nothing was changed."),
    (f"(01){trade_item('eggs')}(30)0", "A quantity of 0 cannot be sold. Use Void to take the line off."),
    (gtin("209000301284"), "The label says a weight of goods sold by the piece, or the other way round."),
    (gtin("249000000012"), "The label says a weight of goods sold by the piece, or the other way round."),
    (gtin("229000012995"), "The price in the code is finer than the smallest coin. Nothing was added."),
    ("(01)04006381333931(10)A", "0400 6381 3339 31 is not in the catalogue"),
    ("GFT1234567890128", "This is a gift card. Nothing was added, and nothing was taken from it."),
    ("GFT1234567890129", "················ was damaged or misread: the check digit is wrong. Scan again."),
    ("LOC-A-03", "This is the label of a place, A-03. Nothing was added."),
    ("ENR-7KQ2-M9XD", "This code makes a device a till. Nothing was added. Keep it to yourself."),
    ("(00)395011013000000034", "This is the label of a pallet or carton. Scan the goods themselves."),
    ("https://example.com", "This is a web address, not a product's code. Scan the bars beside it."),
]


@pytest.mark.parametrize(("code", "told"), REFUSED)
def test_what_cannot_be_sold_is_told_and_changes_nothing(till: Till, code: str, told: str) -> None:
    assert scan(till, code) == told
    assert lines(till) == []


# ---- rules of the store, wherever the scan goes ---------------------------------------------------


def test_a_payment_code_of_a_rule_is_one_in_every_screen(till: Till) -> None:
    assert till.selling.meaning_of("5678123456789012345") == PaymentCode("5678123456789012345")
    scan(till, OAT_MILK)
    till.view_model.scan("5678123456789012345")
    assert till.view_model.mode == "pay"


def test_before_the_rules_have_arrived_the_usual_codes_are_known(
    tmp_path: Path, qapp: QCoreApplication
) -> None:
    opened = open_till(tmp_path / "new", TillSettings(), Clock(now=lambda: NOON))
    try:
        assert isinstance(opened.selling.meaning_of("4006381333931"), ProductCode)
    finally:
        opened.close()


# ---- sentences ------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", UNREADABLE_REASONS)
def test_every_reason_has_a_sentence(reason: str) -> None:
    sentences = Sentences(lambda: 2)
    assert not sentences.refusal(f"scan_{reason}", "x").startswith("Not possible")
