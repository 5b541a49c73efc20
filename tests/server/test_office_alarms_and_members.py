"""The pages of what waits for a person, of members' data, and of tills that are shut out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from sync.server.__main__ import main
from sync.server.alerts import raise_alert
from sync.server.centre import Centre
from sync.server.clock import now_text, text_after
from sync.server.database import personal_rows, tables
from sync.server.database.order_rows import read_order
from sync.server.demo.load import load_demo
from sync.server.demo.store import STORE_ID
from sync.server.pruning import prune
from sync.server.staffing.members import ErasureRefused, UnknownMember, erase_member, export_member
from sync.server.streams import Publication, changes_page, publish
from tests.fakes.applications import application
from tests.server import ordering
from tests.server.browsing import Browser, Page
from tests.server.conftest import SMALL
from tests.server.office_pages import (
    ATTENTION,
    CROISSANT,
    DEVICES,
    MEMBER,
    MEMBERS,
    form_to,
    member_row,
    order_now,
    owners_browser,
    send,
    shop_over_sqlite,
)
from tests.server.people import signed_in
from tests.server.tills import enrolled_till


@pytest.fixture
def shop(sqlite_shop: Path, tmp_path: Path) -> Iterator[Centre]:
    with shop_over_sqlite(sqlite_shop, tmp_path) as made:
        yield made


@pytest.fixture
def office(shop: Centre) -> Iterator[Browser]:
    with owners_browser(shop) as browser:
        yield browser


# ---- what waits for a person ------------------------------------------------------------------------------


def test_alarms_say_what_to_do_and_are_marked_as_seen(office: Browser, shop: Centre) -> None:
    with shop.database.write() as connection:
        raise_alert(connection, "oversold", f"{STORE_ID} P1 P-0001", "P1: P-0001")
        raise_alert(connection, "something_new", "who knows", "of a newer centre")
    page = office.read(ATTENTION)
    assert "2 open" in page.visible
    assert "Have the shelf counted" in page.visible
    assert "something_new" in page.visible
    boxes = form_to(page, "/attention").boxes["alert"]
    assert len(boxes) == 2
    done = Page(office.send(page, form=form_to(page, "/attention"), fill={"alert": boxes}))
    assert "Nothing waits for you" in done.visible
    form = form_to(page, "/attention")
    assert office.send(page, form=form, fill={"alert": ["x"]}).status_code == 400


def test_a_manager_sees_and_marks_alarms_of_their_stores_only(shop: Centre) -> None:
    with shop.database.write() as connection:
        raise_alert(connection, "oversold", f"{STORE_ID} P1 P-0001", "P1: P-0001")
        raise_alert(connection, "chain_broken", "device-9 life 7", "of nobody's till")
    with application(shop) as app, TestClient(app, base_url="http://centre.example") as client:
        manager = signed_in(shop, client, "manager", STORE_ID)
        page = manager.read(ATTENTION)
        assert ("P-0001" in page.visible, "nobody's till" in page.visible) == (True, False)
        with shop.database.read() as connection:
            every = [str(one) for one in connection.execute(select(tables.alert.c.alert_id)).scalars()]
        refused = manager.send(page, form=form_to(page, "/attention"), fill={"alert": every})
        assert refused.status_code == 403
        assert "1 open" in manager.read(ATTENTION).visible


# ---- members ----------------------------------------------------------------------------------------------


def test_everything_about_a_member_is_one_file(office: Browser, shop: Centre) -> None:
    order = ordering.order(shop, (CROISSANT, "1"), member_id=MEMBER).order
    page = office.follow(office.read(MEMBERS, q=MEMBER), MEMBER)
    assert "1 online orders" in page.visible
    answer = office.send(page, form=form_to(page, "/export"))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="member-{MEMBER}.json"'
    held = answer.json()
    assert held["members"][0]["card_number"] == member_row(shop).card_number
    assert held["orders"][0]["phone"] == "+65 5550 0142"
    assert held["orders"][0]["body"]["order_id"] == order.order_id
    assert held["messages"]
    assert office.read(f"{MEMBERS}/member", id="nobody").status == 404


def test_a_member_is_forgotten_once_no_order_needs_them(office: Browser, shop: Centre) -> None:
    order = ordering.order(shop, (CROISSANT, "1"), member_id=MEMBER, note="Ring twice").order
    name = member_row(shop).display_name.en
    page = office.read(f"{MEMBERS}/member", id=MEMBER)
    assert send(office, page, "/erase").status == 422  # the box was not ticked
    told = send(office, page, "/erase", sure="yes")
    assert told.status == 409
    assert order.number in told.visible
    assert member_row(shop) is not None
    shop.orders.cancel(order.order_id, "changed my mind")
    shop.snapshots.fewest_rows = 0
    described = shop.snapshots.describe(("members", STORE_ID))
    file = shop.snapshots.path(("members", STORE_ID), described.name)
    done = send(office, page, "/erase", sure="yes")
    assert "Forgotten" in done.visible
    assert (file is not None, file is not None and file.exists()) == (True, False)
    assert member_row(shop) is None
    kept = order_now(shop, order.order_id)
    assert (kept.contact.name, kept.contact.phone_tail, kept.contact.member_id, kept.note) == ("", "", "", "")
    assert kept.lines
    with shop.database.read() as connection:
        booked = read_order(connection, order.order_id)
        assert (booked.contact_name, booked.phone, booked.email) == ("", "", "")
        assert ordering.messages(shop, order.order_id) == []
        log = connection.execute(select(tables.stream_change.c.row)).scalars().all()
        with pytest.raises(UnknownMember):
            export_member(connection, MEMBER)
        assert personal_rows.is_erased(connection, MEMBER)
    assert not [row for row in log if name in row or "R. Tan" in row]
    assert send(office, page, "/erase", sure="yes").status == 404


def test_a_till_that_was_behind_holds_what_the_centre_holds_after_an_erasure(shop: Centre) -> None:
    stream = ("members", STORE_ID)
    with shop.database.write() as connection:
        publish(connection, {stream: Publication(puts=[msgspec.structs.replace(member_row(shop), points=1)])})
    with shop.database.read() as connection:
        behind = changes_page(connection, stream, epoch="", after=0, limit=10_000)
        before = connection.execute(
            select(tables.stream_head.c.head).filter_by(stream="members")
        ).scalar_one()
    with shop.database.write() as connection:
        erase_member(connection, MEMBER, by="owner")
    with shop.database.read() as connection:
        page = changes_page(connection, stream, epoch="", after=before - 1, limit=10_000)
    assert not behind.restart
    assert [(change.op, change.key) for change in page.changes] == [("remove", f"member:{MEMBER}")]
    assert page.next_after == page.head == before + 1


def test_customers_of_old_orders_are_forgotten_by_the_hourly_round_and_by_command(
    shop: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    over = ordering.order(shop, (CROISSANT, "1")).order
    open_one = ordering.order(shop, (CROISSANT, "1")).order
    shop.orders.cancel(over.order_id, "no")
    prune(shop.database, text_after(now_text(), timedelta(days=549)))
    with shop.database.read() as connection:
        assert read_order(connection, over.order_id).contact_name == "Rachel Tan"
    prune(shop.database, text_after(now_text(), timedelta(days=551)))
    with shop.database.read() as connection:
        assert read_order(connection, over.order_id).contact_name == ""
        assert read_order(connection, open_one.order_id).contact_name == "Rachel Tan"
    assert main(["forget-old", "--data", str(shop.settings.data)]) == 0
    assert "rows forgotten" in capsys.readouterr().out


def test_a_member_is_exported_and_forgotten_by_command(
    shop: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = ["--data", str(shop.settings.data)], tmp_path / "member.json"
    assert main(["export-member", MEMBER, "--out", str(out), *data]) == 0
    assert msgspec.json.decode(out.read_bytes())["members"][0]["member_id"] == MEMBER
    assert out.stat().st_mode & 0o777 == 0o600
    order = ordering.order(shop, (CROISSANT, "1"), member_id=MEMBER).order
    assert main(["erase-member", MEMBER, *data]) == 1
    assert order.number in capsys.readouterr().err
    with shop.database.write() as connection, pytest.raises(ErasureRefused):
        erase_member(connection, MEMBER, by="owner")
    shop.orders.cancel(order.order_id, "no")
    assert main(["erase-member", MEMBER, *data]) == 0
    assert [main([command, MEMBER, *data]) for command in ("erase-member", "export-member")] == [1, 1]


# ---- tills ------------------------------------------------------------------------------------------------


def test_a_till_is_shut_out_with_a_reason_by_who_may(shop: Centre) -> None:
    with application(shop) as app, TestClient(app, base_url="http://centre.example") as client:
        till = enrolled_till(shop, client, "device-1")
        manager = signed_in(shop, client, "manager", "S2")
        assert "device-1" not in manager.read(DEVICES).source
        client.cookies.clear()
        owner = signed_in(shop, client)
        page = owner.read(DEVICES)
        assert "device-1" in page.visible
        assert send(owner, page, "/revoke", device="", why="x").wrong["device"] == "Choose a till."
        assert send(owner, page, "/revoke", device="device-1", why="").wrong["why"] == "Please say why."
        assert (
            owner.send(
                page, form=form_to(page, "/revoke"), fill={"device": "device-9", "why": "x"}
            ).status_code
            == 404
        )
        changes = "/v1/streams/catalogue/changes"
        assert client.get(changes, headers=till.headers).status_code == 200
        done = send(owner, page, "/revoke", device="device-1", why="It was stolen.")
        assert "Shut out" in done.visible
        assert "office:owner · It was stolen." in done.visible
        refused = client.get(changes, headers=till.headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "till_revoked")


def test_a_manager_shuts_no_till_of_another_store_out(shop: Centre) -> None:
    with application(shop) as app, TestClient(app, base_url="http://centre.example") as client:
        till = enrolled_till(shop, client, "device-1")
        manager = signed_in(shop, client, "manager", "S2")
        page = manager.read("/backoffice/account")
        form = page.forms[0]
        form.action = f"{DEVICES}/revoke"
        answer = manager.send(page, form=form, fill={"device": "device-1", "why": "mine"})
        assert (answer.status_code, "a store that is not yours" in answer.text) == (403, True)
        assert client.get("/v1/streams/catalogue/changes", headers=till.headers).status_code == 200


def test_a_demo_that_is_loaded_again_brings_nobody_back_who_was_forgotten(shop: Centre) -> None:
    with shop.database.write() as connection:
        erase_member(connection, MEMBER, by="owner")
    load_demo(shop.database, SMALL)
    assert member_row(shop) is None
