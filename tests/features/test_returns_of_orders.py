"""The return screen and orders: by whatever the customer shows, part by part, to whoever took the money."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import Till, open_till
from pos_app.services.outcomes import Refused
from pos_app.services.receipt_names import ReceiptNames
from pos_app.services.return_view import FoundReceipt
from pos_app.settings import TillSettings
from pos_app.viewmodels.return_screen import ReturnScreen
from retail.pickup.desk_rules import CodeKey, PickupDesk
from retail.returns.policy import RefundOrder, ReturnPolicy
from retail.sale import Sale, Tender, TenderKind
from sync.pickup_code import PickupPass, public_text, sign
from sync.protocol import OtherReceipt
from tests.fakes.online_shop import desk as collection_desk
from tests.fakes.stocked_till import demo_store, enrolled_as_till_2, stock
from tests.features.test_returning import TEA, latest_return, sell

OURS, THEIRS = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
FULL = "All of this has come back before. Nothing is left to pay back."


def screen(till: Till) -> ReturnScreen:
    return till.view_model.returns.screen


def code(key: Ed25519PrivateKey, *, store_id: str = "S9", key_id: str = "k1") -> str:
    return sign(PickupPass(key_id, store_id, "order-7", "2026-01-01T00:00Z"), key)


@pytest.fixture
def asked(till: Till) -> list[str]:
    found: list[str] = []
    till.view_model.returns.receipt_asked.connect(found.append)
    return found


@pytest.fixture
def names(till: Till) -> ReceiptNames:
    rules: PickupDesk = replace(
        collection_desk("S1"), code_keys=(CodeKey(key_id="k1", public=public_text(OURS)),)
    )
    return ReceiptNames(till.selling.meaning_of, lambda: rules)


@pytest.fixture
def online(till: Till) -> Sale:
    """Two teas that were paid online, as the centre would tell of them."""
    sale = sell(till, TEA, TEA)
    return replace(
        sale,
        sale_id="online-1",
        receipt_number="W-000001-6",
        order_id="order-7",
        order_number="P-0007",
        cash_rounding_minor=0,
        change_minor=0,
        tenders=(Tender(kind=TenderKind.ONLINE, amount_minor=sale.total_minor, reference="pi_7"),),
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" t2-000412-7 ", "T2-000412-7"),
        ("p-0007", "P-0007"),
        ("PKP 482 912", "482912"),
        ("482913", "482913"),
        ("P8KV-22", "P8KV-22"),
    ],
)
def test_whatever_the_customer_shows_is_a_name(names: ReceiptNames, text: str, name: str) -> None:
    assert names.name_of(text) == name


def test_a_code_of_any_of_our_stores_is_a_name_also_when_it_has_expired(names: ReceiptNames) -> None:
    assert names.name_of(code(OURS)) == "order-7"
    assert names.name_of(code(OURS, key_id="k2")) == Refused("return_code_unknown_key")
    assert names.name_of(code(THEIRS)) == Refused("return_code_forged")


def test_a_till_without_keys_asks_for_the_number(till: Till) -> None:
    names = ReceiptNames(till.selling.meaning_of, lambda: None)
    assert names.name_of(code(OURS)) == Refused("return_code_unchecked")


def test_a_code_that_opens_nothing_is_said_where_it_was_scanned(till: Till, asked: list[str]) -> None:
    till.view_model.returns.ask()
    till.view_model.scan(code(THEIRS))
    panel = screen(till).panel
    assert panel is not None
    assert panel.error.startswith("This code is not")
    assert asked == []


def test_what_was_paid_online_goes_back_online_and_opens_no_drawer(till: Till, online: Sale) -> None:
    till.returning.centre_answered(online, ())
    till.returning.choose_all()
    view = till.returning.view()
    assert view is not None
    assert (view.cash_minor, view.given_minor) == (0, online.total_minor)
    till.view_model.returns.refresh()
    assert ("Paid back online, by the office", screen(till).refund) in screen(till).preview
    till.returning.pay_back()
    back = latest_return(till)
    assert [(each.kind, each.position, each.reference) for each in back.tenders] == [
        (TenderKind.ONLINE, 1, "pi_7")
    ]
    (job,) = till.receipts.jobs_for_return(back, print_receipt=True)
    assert not job.opens_drawer


@pytest.mark.parametrize(
    ("policy", "kind"),
    [
        (ReturnPolicy(cash_for_online=True), TenderKind.CASH),
        (ReturnPolicy(refund_order=RefundOrder.STORE_CREDIT), TenderKind.STORE_CREDIT),
    ],
)
def test_the_store_may_give_cash_or_credit_for_it(
    till: Till, online: Sale, policy: ReturnPolicy, kind: TenderKind
) -> None:
    stock(till, {"settings": (*demo_store()["settings"], policy)})
    till.returning.centre_answered(online, ())
    till.returning.choose_all()
    till.view_model.returns.refresh()
    words = {
        TenderKind.CASH: "In cash, for what was paid online",
        TenderKind.STORE_CREDIT: "Paid back as store credit",
    }
    assert words[kind] in [text for text, _ in screen(till).preview]
    till.returning.pay_back()
    assert [each.kind for each in latest_return(till).tenders] == [kind]


def test_an_order_of_several_receipts_asks_which(till: Till, online: Sale, asked: list[str]) -> None:
    returns = till.view_model.returns
    returns.open("p-0007")
    assert asked == ["P-0007"]
    other = OtherReceipt(
        receipt_number="W-000002-1", completed_at="2026-03-14T15:00:00+08:00", total_minor=420, left=False
    )
    returns.receipt_answered("P-0007", FoundReceipt(online, (), (other,)))
    panel = screen(till).panel
    assert panel is not None
    assert (panel.title, [number for number, _ in panel.choices]) == (
        "Which part of P-0007?",
        ["W-000001-6", "W-000002-1"],
    )
    assert panel.choices[1][1] == "W-000002-1 · 2026-03-14 15:00 · 4.20 · all returned"
    assert till.returning.sale is None
    returns.key("1")
    assert (screen(till).sale_title, screen(till).panel, asked) == ("W-000001-6", None, ["P-0007"])

    returns.open("p-0007")
    returns.receipt_answered("P-0007", FoundReceipt(online, (), (other,)))
    returns.choose("W-000002-1")
    assert asked[-1] == "W-000002-1"


def test_what_has_come_back_whole_is_said(till: Till, online: Sale) -> None:
    till.returning.centre_answered(online, ())
    till.returning.choose_all()
    till.returning.pay_back()
    returns = till.view_model.returns
    returns.open("p-0007")
    returns.receipt_answered("P-0007", FoundReceipt(online, (latest_return(till),)))
    feedback = screen(till).feedback
    assert feedback is not None
    assert feedback.text == FULL


def test_that_the_catalogue_is_missing_is_said_until_it_comes(tmp_path: Path, qapp: QCoreApplication) -> None:
    till = open_till(tmp_path / "new", TillSettings())
    try:
        enrolled_as_till_2(till)
        till.start()
        till.view_model.go("sell")
        till.view_model.sell.refresh()
        feedback = till.view_model.sell.screen.feedback
        assert feedback is not None
        assert feedback.text.startswith("This till has not received its catalogue yet.")
        stock(till, demo_store())
        for stream in demo_store():
            till.rows_changed(stream)
        assert till.view_model.sell.screen.feedback is None
    finally:
        till.close()
