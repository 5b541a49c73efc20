"""The pages of the office in a browser, over a shop of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from litestar.testing import TestClient

from retail.member import Member
from retail.pickup.order import PickupOrder
from sync.server.centre import Centre
from sync.server.database import shop_rows
from sync.server.database.order_rows import read_order
from sync.server.demo.store import STORE_ID
from sync.server.settings import SIMULATED_PAYMENTS, Settings
from tests.fakes.applications import application
from tests.server.browsing import Browser, FormOnPage, Page
from tests.server.people import signed_in

DEVICES = "/backoffice/devices"
ORDERS, DESK, ATTENTION, MEMBERS = (
    f"/backoffice/{one}" for one in ("orders", "desk", "attention", "members")
)
CROISSANT, MEMBER = "P1006", "M0001"


@contextmanager
def shop_over_sqlite(file: Path, folder: Path) -> Iterator[Centre]:
    """Open a copy of a shop in a folder: what pages say does not depend on the database."""
    (folder / "centre.db").write_bytes(file.read_bytes())
    centre = Centre(Settings(data=folder, payments=SIMULATED_PAYMENTS))
    yield centre
    centre.close()


@contextmanager
def owners_browser(shop: Centre) -> Iterator[Browser]:
    """Open a browser in which an owner is signed in."""
    with application(shop) as app, TestClient(app, base_url="http://centre.example") as client:
        yield signed_in(shop, client)


def form_to(page: Page, ending: str) -> FormOnPage:
    """Return the form of a page that is sent to such an address."""
    return next(form for form in page.forms if form.action.partition("?")[0].endswith(ending))


def send(office: Browser, page: Page, ending: str, **fill: str) -> Page:
    """Fill a form of a page in, send it, and return the page that answers."""
    return Page(office.send(page, form=form_to(page, ending), fill=dict(fill)))


def read(office: Browser, order_id: str, **query: str) -> Page:
    """Return the page of an order."""
    return office.read(f"{ORDERS}/order", store=STORE_ID, id=order_id, **query)


def order_now(shop: Centre, order_id: str) -> PickupOrder:
    """Return an order as it stands."""
    with shop.database.read() as connection:
        found = read_order(connection, order_id)
    assert found is not None
    return found.order


def member_row(shop: Centre) -> Member | None:
    """Return the member as tills are told of them, None when they are not any more."""
    with shop.database.read() as connection:
        texts = shop_rows.row_texts(connection, ("members", STORE_ID), [f"member:{MEMBER}"])
    return msgspec.json.decode(texts[f"member:{MEMBER}"], type=Member) if texts else None
