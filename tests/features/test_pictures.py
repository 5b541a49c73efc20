"""A cashier looks a product up and sees its picture, when there is one and when it has come."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pos_app.bootstrap import Till
from pos_app.services.standing import CentreStanding, LinkState
from retail.catalogue import Product
from sync.client.ports import IncomingChange

OAT_MILK, SOURDOUGH = "9520000010263", "9520000010072"
PICTURE = "0123456789abcdef.png"


@pytest.fixture
def asked(till: Till) -> list[str]:
    """Give the oat milk a picture at the centre, and hear which pictures are asked for."""
    found = till.lookup.product("P1026")
    assert found is not None
    row: Product = msgspec.structs.replace(found.product, picture=PICTURE)
    cursor = till.streams.cursor("catalogue")
    assert cursor is not None
    change = IncomingChange(key="product:P1026", row=msgspec.json.encode(row))
    till.streams.apply_changes("catalogue", cursor.epoch, [change], cursor.after + 1)
    till.rows_changed("catalogue")
    heard: list[str] = []
    till.pictures.asked.connect(heard.append)
    return heard


def picture(till: Till) -> str:
    panel = till.view_model.sell.screen.panel
    assert panel is not None
    assert panel.kind == "price_check"
    return panel.picture


def test_a_price_check_shows_the_picture_after_it_has_come(
    till: Till, asked: list[str], tmp_path: Path
) -> None:
    sell = till.view_model.sell
    sell.open_panel("price_check")
    till.view_model.scan(OAT_MILK)
    assert "4.20" in (sell.screen.panel.detail if sell.screen.panel else "")
    assert (picture(till), asked) == ("", [PICTURE])

    file = str(tmp_path / PICTURE)
    till.pictures.show(PICTURE, file)
    assert picture(till) == file

    till.view_model.scan(SOURDOUGH)
    assert picture(till) == ""
    till.view_model.scan(OAT_MILK)
    assert picture(till) == file
    assert asked == [PICTURE]
    sell.panel_cancel()
    assert sell.screen.panel is None
    assert sell.screen.lines == ()


def test_selling_asks_for_no_picture(till: Till, asked: list[str]) -> None:
    till.view_model.scan(OAT_MILK)
    till.view_model.sell.open_panel("quantity")
    till.view_model.sell.panel_key("3")
    assert asked == []


def test_the_product_look_up_shows_it_too(till: Till, asked: list[str], tmp_path: Path) -> None:
    stock = till.view_model.stock
    stock.scan(OAT_MILK)
    assert (stock.screen.picture, asked) == ("", [PICTURE])
    file = str(tmp_path / PICTURE)
    till.pictures.show(PICTURE, file)
    assert stock.screen.picture == file
    stock.filter("sourdough")
    assert stock.screen.picture == ""


def test_a_picture_that_did_not_come_is_asked_for_when_the_network_is_back(
    till: Till, asked: list[str]
) -> None:
    till.centre_changed(CentreStanding(state=LinkState.OFFLINE))
    till.view_model.sell.open_panel("price_check")
    till.view_model.scan(OAT_MILK)
    till.pictures.show(PICTURE, "")
    till.view_model.refresh()
    assert (picture(till), asked) == ("", [PICTURE])
    till.centre_changed(CentreStanding(state=LinkState.SYNCED))
    assert asked == [PICTURE, PICTURE]
