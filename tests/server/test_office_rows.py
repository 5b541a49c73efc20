"""What the back office asks of the database, over SQLite and over PostgreSQL alike."""

from __future__ import annotations

from retail.events import DrawerOpened
from sync.server.alerts import raise_alert
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database import attention_rows
from sync.server.database.order_rows import read_order
from sync.server.database.people_rows import people
from sync.server.database.watched_rows import acts_by_cashier
from sync.server.demo.store import STORE_ID
from sync.server.staffing.members import erase_member, export_member
from tests.server import ordering
from tests.server.browsing import Browser
from tests.server.tills import Till

CROISSANT, MEMBER = "P1006", "M0001"
PAGES = ("", "/orders", "/attention", "/desk", "/devices", "/members", "/people", "/account")


def test_every_page_is_read_and_a_member_forgotten_on_either_database(
    browser: Browser, shop: Centre, till: Till
) -> None:
    order = ordering.order(shop, (CROISSANT, "1"), member_id=MEMBER).order
    broken = till.seal(DrawerOpened(cashier_id="E0001", reason="change"))
    till.send(broken)
    with shop.database.write() as connection:
        for subject in (
            f"{STORE_ID} P1 {order.number}",
            "device-1 life 7",
            f"{order.order_id} desk",
            "nobody",
        ):
            raise_alert(connection, "oversold", subject, f"P1: {order.number}")
    for path in PAGES:
        assert browser.read(f"/backoffice{path}", q="").status == 200, path
    page = browser.read("/backoffice/orders", q=order.number, state="placed", store=STORE_ID)
    assert "1 found" in page.visible
    assert browser.follow(page, order.number).status == 200
    with shop.database.read() as connection:
        alarms = {one.subject: one.store_id for one in attention_rows.open_alarms(connection, None)}
        acts = acts_by_cashier(connection, {STORE_ID}, since="2020")
        assert acts_by_cashier(connection, {"S9"}, since="2020") == []
        assert [one.person.person_id for one in people(connection)] == ["owner"]
    assert [one for one in alarms if not alarms[one]] == ["nobody"]
    assert [(one.cashier_id, one.counts) for one in acts] == [("E0001", {"drawer.opened": 1})]
    shop.orders.cancel(order.order_id, "no")
    with shop.database.write() as connection:
        held = export_member(connection, MEMBER)
        erase_member(connection, MEMBER, by="owner")
    assert (len(held["orders"]), len(held["members"])) == (1, 1)
    with shop.database.read() as connection:
        booked = read_order(connection, order.order_id)
        assert booked is not None
        assert (booked.contact_name, booked.order.contact.name) == ("", "")
    with shop.database.write() as connection:
        assert attention_rows.mark_seen(connection, [1, 2, 999], at=now_text()) == 2
