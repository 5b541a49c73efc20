"""The same till in other stores: no decimals, three decimals, tax on top, and price labels of a scale."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication

from pos_app.bootstrap import Till, open_till
from pos_app.services.clock import Clock
from pos_app.services.standing import CentreStanding, LinkState
from pos_app.settings import TillSettings
from retail.store import StoreSettings
from sync.protocol import Row
from tests.fakes.stocked_till import NOON, demo_store, enrolled_as_till_2, stock

TEA, RICE, TEE = "9520000010188", "9520000010201", "9520000010218"

YEN = {
    "currency": "JPY",
    "currency_symbol": "¥",
    "currency_digits": 0,
    "cash_rounding_minor": 1,
    "denominations_minor": (10000, 5000, 1000, 500, 100, 50, 10, 5, 1),
    "smallest_note_minor": 1000,
}
DINAR = {
    "currency": "KWD",
    "currency_symbol": "KD",
    "currency_digits": 3,
    "cash_rounding_minor": 5,
    "denominations_minor": (20000, 10000, 5000, 1000, 500, 250, 100, 50, 20, 10, 5),
    "smallest_note_minor": 250,
}
TAX_ON_TOP = {"tax_included": False, "tax_rounding": "line"}


def with_settings(**changed: object) -> dict[str, tuple[Row, ...]]:
    rows = dict(demo_store())
    rows["settings"] = tuple(
        replace(each, **changed) if isinstance(each, StoreSettings) else each for each in rows["settings"]
    )
    return rows


@pytest.fixture
def till(request: pytest.FixtureRequest, tmp_path: Path, qapp: QCoreApplication) -> Iterator[Till]:
    opened = open_till(tmp_path / "till", TillSettings(), Clock(now=lambda: NOON))
    enrolled_as_till_2(opened)
    stock(opened, with_settings(**request.param))
    opened.centre_changed(CentreStanding(state=LinkState.SYNCED))
    opened.start()
    yield opened
    opened.close()


@pytest.mark.parametrize("till", [YEN], indirect=True)
def test_a_currency_without_decimals(till: Till) -> None:
    till.view_model.scan(TEA)
    assert till.view_model.sell.screen.total == "850"
    till.view_model.go("pay")
    till.view_model.pay.use_amount(1000)
    shown = till.view_model.pay.screen
    assert (shown.entry, shown.band_amount) == ("1,000", "150")
    assert [each.label for each in shown.hand_back] == ["¥100", "¥50"]
    till.view_model.pay.complete()
    assert till.receipts.sales()[0].total_minor == 850


@pytest.mark.parametrize("till", [DINAR], indirect=True)
def test_a_currency_with_three_decimals_and_rounding_to_five_fils(till: Till) -> None:
    till.view_model.scan("9520000010263")  # 420 fils
    till.view_model.scan("9520000010232")  # 20 fils
    till.view_model.sell.tap_tile("P1011")
    for key in "1284":
        till.view_model.sell.panel_key(key)
    till.view_model.sell.panel_confirm()  # 1.284 kg at 290 fils: 372.36, so 372
    assert till.view_model.sell.screen.total == "0.812"
    till.view_model.go("pay")
    till.view_model.pay.use_amount(1000)
    shown = till.view_model.pay.screen
    assert [each.amount for each in shown.tenders if each.state == "rounding"] == ["−0.002"]
    assert shown.band_amount == "0.190"
    till.view_model.pay.complete()
    assert till.receipts.sales()[0].total_minor == 812


@pytest.mark.parametrize("till", [TAX_ON_TOP], indirect=True)
def test_tax_on_top_has_a_line_of_its_own_in_the_sum(till: Till) -> None:
    till.view_model.scan(TEE)  # 29.00 at 9 %: 2.61 on top
    assert till.view_model.sell.screen.total == "31.61"
    till.view_model.go("pay")
    assert [(each.label, each.amount) for each in till.view_model.pay.screen.sums] == [
        ("1 item", "29.00"),
        ("Tax", "2.61"),
    ]
    till.view_model.pay.use_amount(5000)
    till.view_model.pay.complete()
    sale = till.receipts.latest()
    assert sale is not None
    assert (sale.total_minor, sale.tax_minor, sale.cash_rounding_minor) == (3161, 261, -1)


@pytest.mark.parametrize("till", [{}], indirect=True)
def test_a_price_label_of_the_scale_costs_what_it_says(till: Till) -> None:
    till.view_model.scan("2104011003727")  # bananas for 3.72
    row = till.view_model.sell.screen.lines[0]
    assert (row.amount, row.weighed) == ("3.72", True)
    assert row.detail.startswith("1.283 kg"), "the weight is derived from the price, never the price from it"


@pytest.mark.parametrize("till", [{}], indirect=True)
def test_a_sign_in_page_in_the_centres_place_is_told(till: Till) -> None:
    till.centre_changed(CentreStanding(state=LinkState.OFFLINE, offline_since=NOON, problem="not_the_centre"))
    banner = till.view_model.status.screen.banner
    assert banner is not None
    assert "sign-in page" in banner.detail
    till.view_model.scan(TEA)
    assert till.view_model.sell.screen.total == "8.50", "selling goes on"
