"""The return screen at a real till: a receipt is scanned, goods are scanned back, money is paid back."""

from __future__ import annotations

import msgspec
import pytest

from pos_app.bootstrap import Till
from pos_app.documents.receipt_data import ReturnReceipt
from pos_app.services.return_view import FoundReceipt
from pos_app.viewmodels.return_screen import ReturnScreen
from retail.events import ReceiptReprinted
from retail.returns.record import Condition, ReturnReason
from retail.sale import Sale
from tests.fakes.full_disk import full_disk, use_up
from tests.features.test_returning import MANAGER, TEA, TEE, latest_fact, latest_return, sell


def screen(till: Till) -> ReturnScreen:
    return till.view_model.returns.screen


def said(till: Till) -> str:
    shown = screen(till).feedback
    return shown.text if shown else ""


@pytest.fixture
def asked(till: Till) -> list[str]:
    found: list[str] = []
    till.view_model.returns.receipt_asked.connect(found.append)
    return found


@pytest.fixture
def sale(till: Till, asked: list[str]) -> Sale:
    """Three teas, sold and open as a return; the centre has not answered yet."""
    made = sell(till, TEA, TEA, TEA)
    till.view_model.scan(made.receipt_number)
    return made


def test_a_receipt_opens_the_return_and_the_open_sale_stays(till: Till) -> None:
    made = sell(till, TEA)
    till.view_model.scan(TEE)
    till.view_model.scan(made.receipt_number)
    assert (till.view_model.mode, screen(till).sale_title) == ("returns", made.receipt_number)
    till.view_model.returns.step_back()
    assert till.view_model.mode == "sell"
    assert len(till.view_model.sell.screen.lines) == 1
    assert till.returning.sale is None


def test_goods_are_scanned_back_paid_back_and_the_band_says_what_to_give(till: Till, sale: Sale) -> None:
    returns = till.view_model.returns
    till.view_model.scan(TEA)
    assert screen(till).rows[0][1:3] == ("3", "1")
    assert screen(till).refund == "8.50"
    till.view_model.scan(TEE)
    assert said(till) == "This is not on the receipt, or all of it is chosen already."
    returns.confirm()
    assert (screen(till).refund, screen(till).rows) == ("8.50", ())
    assert latest_return(till).receipt_number in screen(till).note
    till.view_model.scan(sale.receipt_number)
    assert screen(till).rows[0][1] == "2"


def test_a_quantity_is_typed_and_too_much_is_said_in_its_place(till: Till, sale: Sale) -> None:
    returns = till.view_model.returns
    returns.key("4")
    returns.confirm()
    panel = screen(till).panel
    assert panel is not None
    assert panel.error == "More than is left of this line. Nothing was changed."
    returns.key("back")
    returns.key("2")
    returns.confirm()
    assert (screen(till).panel, screen(till).rows[0][2]) == (None, "2")
    returns.change(1)
    returns.change(-1)
    assert screen(till).rows[0][2] == "2"


def test_reason_and_condition_are_chosen_and_shown(till: Till, sale: Sale) -> None:
    returns = till.view_model.returns
    for kind, choice in (("reason", "faulty"), ("condition", "damaged")):
        returns.act(kind)
        returns.choose(choice)
    assert ("Faulty · Damaged, not for sale", "") in screen(till).preview
    returns.act("pay_back")
    (line,) = latest_return(till).lines
    assert (line.reason, line.condition) == (ReturnReason.FAULTY, Condition.DAMAGED)
    assert line.quantity == 3
    assert not line.restock


def test_what_the_centre_says_is_taken_over_and_offline_is_said(
    till: Till, sale: Sale, asked: list[str]
) -> None:
    returns = till.view_model.returns
    assert asked == [sale.receipt_number]
    returns.receipt_answered(sale.receipt_number, "offline")
    assert screen(till).note == "The centre does not answer: only this till's returns are known."
    returns.open(sale.receipt_number)
    returns.receipt_answered(sale.receipt_number, FoundReceipt(sale))
    assert screen(till).note == "Paid back at what was really paid."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("offline", "Not a receipt of this till, and the centre does not answer."),
        ("unknown_receipt", "No receipt and no order has this number."),
        ("order_without_receipt", "Nothing was paid for this order"),
        ("order_not_handed_over", "Nothing of this order was handed over yet."),
        ("many_receipts", "More than one sale has this number."),
    ],
)
def test_another_tills_receipt_that_cannot_be_had_is_said_where_it_was_typed(
    till: Till, asked: list[str], answer: str, words: str
) -> None:
    returns = till.view_model.returns
    till.view_model.sell.open_panel("more")
    till.view_model.sell.panel_choose("returns")
    assert till.view_model.mode == "returns"
    returns.type_text("t3-000007-1")
    returns.confirm()
    assert asked == ["T3-000007-1"]
    assert "T3-000007-1" in screen(till).empty
    returns.receipt_answered("T3-000007-1", answer)
    panel = screen(till).panel
    assert panel is not None
    assert (panel.entry, panel.error.startswith(words)) == ("T3-000007-1", True)


def test_a_large_refund_is_allowed_by_a_badge_without_leaving_the_screen(
    till: Till, asked: list[str]
) -> None:
    sale = sell(till, *([TEE] * 4))
    till.view_model.scan(sale.receipt_number)
    till.view_model.returns.act("all")
    till.view_model.returns.confirm()
    panel = screen(till).panel
    assert panel is not None
    assert panel.title == f"Pay back {screen(till).refund} for receipt {sale.receipt_number}"
    till.view_model.scan("STF9999")
    till.view_model.scan(TEE)
    assert till.returning.sale is not None
    till.view_model.scan(MANAGER)
    assert (till.view_model.mode, screen(till).rows) == ("returns", ())
    assert latest_return(till).approved_by


def test_a_chosen_return_is_not_lost_to_another_receipt_and_a_full_disk_is_said(
    till: Till, sale: Sale
) -> None:
    till.view_model.scan(TEA)
    till.view_model.scan("T2-000999-9")
    assert till.view_model.mode == "returns"
    with full_disk(till):
        use_up(till)
        till.view_model.returns.confirm()
    assert said(till).startswith("The disk is full.")
    assert screen(till).rows[0][2] == "1"


def test_the_shift_screen_shows_a_sale_as_its_receipt_does(till: Till) -> None:
    sell(till, "MBR00008817", "9520000010263", "9520000010263", TEE, TEE, TEA, "CPNSPRING5")
    till.view_model.go("shift")
    rows = till.view_model.shift.screen.detail_rows
    assert rows[:8] == (
        ("2 × Oat milk, barista 1 L", "8.40"),
        ("2 for 7.00", "−1.40"),
        ("2 × Heavy cotton tee, sage, M", "58.00"),
        ("Gold −10%", "−5.80"),
        ("Jasmine tea 茉莉花茶 100 g", "8.50"),
        ("Coupon SPRING5", "−5.00"),
        ("Total", "62.70"),
        ("Cash", "200.00"),
    )


def test_the_members_screen_looks_for_nobody_before_something_is_typed(till: Till) -> None:
    till.view_model.go("members")
    members = till.view_model.members
    assert members.screen.empty == "Scan a card, or type a name. Who fits appears here."
    members.filter("nobody of this name")
    assert members.screen.empty == "No member fits. Check the spelling, or scan the card."


def test_the_shift_screen_has_the_return_beside_its_sale_and_prints_it_again_as_a_copy(
    till: Till, sale: Sale
) -> None:
    till.view_model.returns.act("all")
    till.view_model.returns.confirm()
    returned = latest_return(till)
    till.view_model.go("shift")
    shift = till.view_model.shift
    assert shift.screen.row_ids[:2] == (returned.receipt_number, sale.receipt_number)
    assert shift.screen.rows[0][3:5] == (f"Return of {sale.receipt_number}", "−25.50")
    till.view_model.scan(returned.receipt_number)
    assert (shift.screen.row_ids, shift.screen.selected_id) == (
        (returned.receipt_number,),
        returned.receipt_number,
    )
    assert ("Paid back", "−25.50") in shift.screen.detail_rows
    before = till.spool.waiting()[0]
    shift.act("reprint")
    assert till.spool.waiting()[0] == before + 1
    jobs = list(iter(lambda: till.spool.claim("2099-01-01T00:00:00Z"), None))
    assert (jobs[-1].kind, jobs[-1].opens_drawer) == ("return", False)
    printed = msgspec.json.decode(jobs[-1].body, type=ReturnReceipt)
    assert (printed.copy, printed.returned) == (True, returned)
    fact = latest_fact(till)
    assert isinstance(fact, ReceiptReprinted)
    assert fact.receipt_number == returned.receipt_number
