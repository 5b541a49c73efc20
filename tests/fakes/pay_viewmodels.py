"""A Pay view-model that holds the values of the design's mock and remembers what it was asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from pos_app.viewmodels.screens import (
    HandBack,
    PayScreen,
    SuggestedAmount,
    SumRow,
    TenderButton,
    TenderRow,
    TerminalWait,
)

MOBILE = TenderRow(
    "attempt-1",
    "Mobile code",
    "Approved 14:32:50 · ref 7741",
    "40.00",
    "mobileCode",
    "approved",
    removable=True,
)
ROUNDING = TenderRow("rounding", "Cash rounding to 0.05", "", "−0.02", "coins", "rounding")
CASH = TenderRow("entry", "Cash", "To pay 20.20", "50.00", "cash", "entry", selected=True)
CHECKING = TenderRow(
    "attempt-2", "Mobile code", "Checking with the terminal", "20.22", "mobileCode", "checking"
)
DECLINED = TenderRow("attempt-3", "Card", "Declined: not enough funds", "60.22", "card", "declined")

BUTTONS = (
    TenderButton("cash", "Cash", "cash", "F5", selected=True),
    TenderButton("card", "Card", "card", "F6"),
    TenderButton("mobile_code", "Mobile code", "mobileCode", "F7"),
    TenderButton("other", "Gift, points…", "giftCard", "F8"),
)

SUGGESTIONS = tuple(
    SuggestedAmount(minor, f"{minor // 100}.{minor % 100:02d}", exact=minor == 2020, selected=minor == 5000)
    for minor in (2020, 2100, 2200, 2500, 3000, 5000, 7000, 10000)
)

MOCK = PayScreen(
    sale_title="Sale 0412",
    member_label="M. Lin, Gold",
    sums=(
        SumRow("9 items", "71.02"),
        SumRow("3 promotions", "−5.80", icon="promotion", tone="promo"),
        SumRow("Coupon SPRING5", "−5.00", icon="coupon", tone="promo"),
    ),
    total_label="Total",
    total_detail="includes tax 2.99",
    total="60.22",
    tenders=(MOBILE, ROUNDING, CASH),
    hint="Scan a payment code, gift card or voucher to add it here",
    buttons=BUTTONS,
    entry_label="Cash received",
    entry_hint="Type or tap an amount",
    entry="50.00",
    suggestions=SUGGESTIONS,
    hand_back=(
        HandBack("$20", "× 1", note=True),
        HandBack("$5", "× 1", note=True),
        HandBack("$2", "× 2", note=True),
        HandBack("50¢", "× 1", note=False),
        HandBack("20¢", "× 1", note=False),
        HandBack("10¢", "× 1", note=False),
    ),
    hand_back_detail="4 notes, 3 coins",
    band_title="Change due",
    band_detail="40.00 + 50.00 − 60.20",
    band_tone="ok",
    currency_symbol="$",
    band_amount="29.80",
    receipt_choice="Receipt: print",
    complete_label="Complete sale",
    can_complete=True,
)

WAITING = replace(
    MOCK,
    tenders=(),
    hand_back=(),
    hand_back_detail="",
    band_title="Still to pay",
    band_detail="",
    band_tone="plain",
    band_amount="60.22",
    can_complete=False,
    wait=TerminalWait(
        "Customer confirms on the phone", "Mobile code, 60.22. Nothing is charged twice.", 12, can_cancel=True
    ),
)

IN_DOUBT = replace(
    WAITING,
    tenders=(MOBILE, CHECKING),
    wait=None,
    error="The terminal gives no answer. Nothing was charged twice. Ask again, or hold the sale.",
    band_amount="20.22",
)

AFTER_DECLINE = replace(
    WAITING,
    tenders=(DECLINED,),
    wait=None,
    can_complete=True,
    error="Declined: not enough funds. Nothing was taken. Try again or pay another way.",
)


class FakePay(QObject):
    """Shows any PayScreen; `calls` holds what was asked, in order."""

    changed = Signal()

    def __init__(self, screen: PayScreen = MOCK) -> None:
        super().__init__()
        self.screen = screen
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def show(self, screen: PayScreen) -> None:
        """Replace the screen."""
        self.screen = screen
        self.changed.emit()

    def choose_tender(self, kind: str) -> None:
        self.calls.append(("choose_tender", (kind,)))

    def press(self, key: str) -> None:
        self.calls.append(("press", (key,)))

    def use_amount(self, minor: int) -> None:
        self.calls.append(("use_amount", (minor,)))

    def cancel_wait(self) -> None:
        self.calls.append(("cancel_wait", ()))

    def resolve(self, tender_id: str) -> None:
        self.calls.append(("resolve", (tender_id,)))

    def remove_tender(self, tender_id: str) -> None:
        self.calls.append(("remove_tender", (tender_id,)))

    def toggle_receipt(self) -> None:
        self.calls.append(("toggle_receipt", ()))

    def complete(self) -> None:
        self.calls.append(("complete", ()))

    def back(self) -> None:
        self.calls.append(("back", ()))

    def scan(self, text: str) -> None:
        self.calls.append(("scan", (text,)))
