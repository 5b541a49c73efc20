"""A price list at the till: what the screen, the total, the paper and the record of the sale say of it."""

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
from retail.basket import PriceSource
from retail.catalogue import ListPrice, LocalisedText, Price
from retail.price_list import PriceList
from sync.protocol import Row
from tests.fakes.stocked_till import NOON, demo_store, enrolled_as_till_2, stock

TEA = "9520000010188"


def with_three_for_less() -> dict[str, tuple[Row, ...]]:
    """Return the demo store's rows with one list: everything costs 8.00 from the third piece on."""
    rows = dict(demo_store())
    products = [each.product_id for each in rows["prices"] if isinstance(each, Price)]
    prices = tuple(
        ListPrice(list_id="three", product_id=one, unit_price_minor=Decimal(800), minimum_quantity=Decimal(3))
        for one in products
    )
    rows["prices"] = (
        *rows["prices"],
        PriceList(list_id="three", name=LocalisedText("From three on")),
        *prices,
    )
    return rows


@pytest.fixture
def till(tmp_path: Path, qapp: QCoreApplication) -> Iterator[Till]:
    opened = open_till(tmp_path / "till", TillSettings(), Clock(now=lambda: NOON))
    enrolled_as_till_2(opened)
    stock(opened, with_three_for_less())
    opened.centre_changed(CentreStanding(state=LinkState.SYNCED))
    opened.start()
    yield opened
    opened.close()


def test_the_third_piece_makes_all_three_cheaper(till: Till) -> None:
    for _ in range(2):
        till.view_model.scan(TEA)
    assert till.view_model.sell.screen.lines[0].detail.startswith("8.50 each")
    till.view_model.scan(TEA)
    line = till.view_model.sell.screen.lines[0]
    assert (line.amount, line.detail) == ("24.00", "8.00 each")
    till.view_model.go("pay")
    till.view_model.pay.use_amount(2400)
    till.view_model.pay.complete()
    sale = till.receipts.latest()
    assert sale is not None
    (sold,) = sale.lines
    assert (sold.unit_price_minor, sold.price_source, sold.price_list_id) == (800, PriceSource.LIST, "three")
