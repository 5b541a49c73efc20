"""The pages of orders and of the collection desk; every page of the office is Chinese and harmless."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import OrderState, SubstitutionWish, WishKind
from retail.pickup.steps import AskCustomer, StartPicking
from sync.server.alerts import raise_alert
from sync.server.centre import Centre
from sync.server.clock import now_text, text_after
from sync.server.database import shop_rows, tables
from sync.server.demo.store import STORE_ID
from sync.server.orders.values import WantedLine
from sync.server.streams import Publication, publish
from tests.fakes.applications import application
from tests.server import ordering
from tests.server.browsing import Browser, Page
from tests.server.office_pages import (
    ATTENTION,
    CROISSANT,
    DESK,
    MEMBERS,
    ORDERS,
    form_to,
    member_row,
    order_now,
    owners_browser,
    read,
    send,
    shop_over_sqlite,
)
from tests.server.people import signed_in
from tests.server.test_backoffice_pages import KNOWN_ENGLISH, assert_chinese, assert_harmless
from tests.server.walked_orders import hand_over, make_ready, take


@pytest.fixture
def shop(sqlite_shop: Path, tmp_path: Path) -> Iterator[Centre]:
    with shop_over_sqlite(sqlite_shop, tmp_path) as made:
        yield made


@pytest.fixture
def office(shop: Centre) -> Iterator[Browser]:
    with owners_browser(shop) as browser:
        yield browser


# ---- orders -----------------------------------------------------------------------------------------------


def test_orders_are_found_by_state_store_and_text(office: Browser, shop: Centre) -> None:
    first = ordering.order(shop, (CROISSANT, "2")).order
    second = ordering.order(shop, (ordering.MILK, "1")).order
    make_ready(shop, first)
    everything = office.read(ORDERS)
    assert "2 found" in everything.visible
    ready = office.read(ORDERS, state="ready")
    assert (first.number in ready.links, second.number in ready.links) == (True, False)
    for text in (second.number.lower(), "rachel t", "5550 0142", "EXAMPLE.com"):
        assert second.number in office.read(ORDERS, q=text).links
    for nothing in ("%", "_", "nobody"):
        assert "No order is like that" in office.read(ORDERS, q=nothing).visible
    assert office.read(ORDERS, state="boiling").status == 400
    assert office.read(ORDERS, page="0").status == 400
    assert "0 found" in office.read(ORDERS, store="S9").visible


def test_a_long_list_has_pages(office: Browser, shop: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.server.database.office_order_rows.PAGE", 2)
    monkeypatch.setattr("sync.server.web.orders_page.PAGE", 2)
    numbers = [ordering.order(shop, (CROISSANT, "1")).order.number for _ in range(3)]
    first = office.read(ORDERS, state="open")
    second = office.follow(first, "Next")
    shown = [[number for number in numbers if number in page.links] for page in (first, second)]
    assert [len(some) for some in shown] == [2, 1]
    assert sorted(shown[0] + shown[1]) == sorted(numbers)
    assert "2 / 2" in second.visible


def test_the_page_of_an_order_shows_goods_money_steps_and_messages(office: Browser, shop: Centre) -> None:
    order = make_ready(shop, ordering.order(shop, (CROISSANT, "2")).order)
    page = read(office, order.order_id)
    for text in (
        "Rachel Tan",
        "+65 5550 0142",
        "rachel@example.com",
        "2 picked",
        "Picking finished",
        "tomas",
    ):
        assert text in page.visible, text
    assert f"Order {order.number}: we have it" in page.visible
    assert "Due at the desk" in page.visible
    assert office.read(f"{ORDERS}/order", id="nothing").status == 404


def test_an_order_is_cancelled_with_a_reason_and_by_name(office: Browser, shop: Centre) -> None:
    order = ordering.order(shop, (CROISSANT, "2")).order
    page = read(office, order.order_id)
    told = send(office, page, "/cancel", why_cancelled=" ")
    assert (told.status, told.wrong["why_cancelled"]) == (422, "Please say why.")
    assert order_now(shop, order.order_id).state is OrderState.PLACED
    done = send(office, page, "/cancel", why_cancelled="The oven broke.")
    assert "The order is cancelled" in done.visible
    after = order_now(shop, order.order_id)
    assert after.state is OrderState.CANCELLED
    assert (after.history[-1].by, after.history[-1].reason) == ("office:owner", "The oven broke.")
    assert "office:owner" in done.visible
    assert ordering.booked(shop, order.slot.starts_at) == 0
    assert not [form for form in done.forms if form.action.partition("?")[0].endswith(("/cancel", "/extend"))]


def test_only_steps_that_the_state_allows_are_offered_and_taken(office: Browser, shop: Centre) -> None:
    order = make_ready(shop, ordering.order(shop, (CROISSANT, "2")).order)
    page = read(office, order.order_id)
    hand_over(shop, order)
    late = send(office, page, "/cancel", why_cancelled="Too late.")
    assert late.status == 409
    assert "The order was handed over already" in late.visible
    assert order_now(shop, order.order_id).state is OrderState.HANDED_OVER
    assert not [form for form in late.forms if form.action.partition("?")[0].endswith(("/cancel", "/extend"))]


def test_an_order_is_kept_longer_by_the_clock_of_the_store(office: Browser, shop: Centre) -> None:
    order = make_ready(shop, ordering.order(shop, (CROISSANT, "2")).order)
    page = read(office, order.order_id)
    assert form_to(page, "/extend").fields["until"] == [order.collect_until[:16]]
    for until, why in (
        ("2020-01-01T10:00", "past already"),
        ("2999-01-01T10:00", "60 days"),
        ("tomorrow", "Write a day and a time"),
        ("", "Write a day and a time"),
    ):
        told = send(office, page, "/extend", until=until)
        assert (told.status, why in told.wrong["until"]) == (422, True), until
    until = text_after(now_text(), timedelta(days=9))[:16]
    assert "kept until the new time" in send(office, page, "/extend", until=until, why_longer="Asked").visible
    after = order_now(shop, order.order_id)
    assert after.collect_until == f"{until}:00+08:00"
    assert (after.history[-1].kind, after.history[-1].reason) == ("extend", "Asked")


def test_a_question_is_answered_for_the_customer_who_telephoned(office: Browser, shop: Centre) -> None:
    wish = SubstitutionWish(kind=WishKind.ASK)
    wanted = WantedLine(product_id=ordering.MILK, quantity=Decimal(2), wish=wish)
    order = ordering.order(shop, lines=(wanted,)).order
    order = take(shop, order, StartPicking, lock_until=ordering.LOCK_UNTIL)
    with shop.database.read() as connection:
        offered = shop_rows.products_by_id(connection, [ordering.OAT_MILK])[ordering.OAT_MILK]
    line = order.lines[0].line_id
    take(
        shop,
        order,
        AskCustomer,
        line_id=line,
        product=offered,
        unit_price_minor=Decimal(300),
        quantity=Decimal(2),
        covers=Decimal(2),
    )
    page = read(office, order.order_id)
    assert "the customer is asked about Oat milk" in page.visible
    assert send(office, page, "/answer", agrees="yes").status == 422
    done = send(office, page, "/answer", agrees="yes", reason="By telephone")
    assert "The answer is written down" in done.visible
    assert order_now(shop, order.order_id).lines[0].parts[0].state.value == "agreed"
    again = send(office, page, "/answer", agrees="no", reason="By telephone")
    assert again.status == 409


def test_an_oversell_is_shown_with_its_answers_and_marked_as_seen(office: Browser, shop: Centre) -> None:
    ordering.set_stock(shop, ordering.MILK, "2")
    order = ordering.order(shop, (ordering.MILK, "2")).order
    ordering.set_stock(shop, ordering.MILK, "-30")
    with shop.database.write() as connection:
        subject = f"{STORE_ID} {ordering.MILK} {order.number}"
        raise_alert(connection, "oversold", subject, f"{ordering.MILK}: {order.number}")
        raise_alert(connection, "oversold", f"{STORE_ID} P9 {order.number}9", f"P9: {order.number}9")
    page = read(office, order.order_id)
    assert "Goods promised to an order were sold" in page.visible
    assert "Have the shelf counted" in page.visible
    done = send(office, page, "/seen")
    assert "Marked as seen" in done.visible
    assert "Goods promised to an order were sold" not in done.visible
    with shop.database.read() as connection:
        left = connection.execute(select(tables.alert.c.subject).where(tables.alert.c.resolved_at.is_(None)))
        assert [one for one in left.scalars() if order.number + "9" in one]


def test_a_clerk_of_another_store_gets_no_order_by_its_id(shop: Centre) -> None:
    order = ordering.order(shop, (CROISSANT, "2")).order
    with application(shop) as app, TestClient(app, base_url="http://centre.example") as client:
        clerk = signed_in(shop, client, "clerk", "S2")
        assert "0 found" in clerk.read(ORDERS).visible
        for address in (
            f"{ORDERS}/order?id={order.order_id}",
            f"{ORDERS}/order?id={order.order_id}&store=S2",
        ):
            shown = clerk.read(address)
            assert (shown.status, order.number in shown.source) == (403, False)
        page = clerk.read("/backoffice/account")
        fill = {"why_cancelled": "mine"}
        form = page.forms[0]
        form.action = f"{ORDERS}/cancel?id={order.order_id}"
        assert clerk.send(page, form=form, fill=fill).status_code == 403
    assert order_now(shop, order.order_id).state is OrderState.PLACED


def test_an_auditor_reads_orders_and_is_offered_no_step(shop: Centre) -> None:
    order = ordering.order(shop, (CROISSANT, "2")).order
    with application(shop) as app, TestClient(app, base_url="http://centre.example") as client:
        auditor = signed_in(shop, client, "auditor")
        page = read(auditor, order.order_id)
        assert (page.status, page.forms) == (200, [])
        assert auditor.read(DESK).forms[0].buttons == []


# ---- the collection desk ----------------------------------------------------------------------------------


def desk_of(shop: Centre, store_id: str = STORE_ID) -> PickupDesk:
    with shop.database.read() as connection:
        (row,) = shop_rows.read_rows(connection, ("settings", store_id), "pickup_desk", PickupDesk)
    return row


def test_a_desk_that_is_published_as_it_stands_is_the_same(office: Browser, shop: Centre) -> None:
    before = desk_of(shop)
    done = office.press(office.read(DESK))
    assert "Published" in done.visible
    assert desk_of(shop) == before


def test_a_desk_is_changed_and_reaches_the_tills(office: Browser, shop: Centre) -> None:
    fill = {
        "opening.1": "09:00-12:30, 13:30–20:00",
        "opening.7": "",
        "closed_days": "2026-12-25\n2027-01-01",
        "pickers": "3",
        "measure": "orders",
        "reminders": "60, 600",
        "no_show_fee_minor": "2.50",
        "gift_percent": "12.5",
        "places": "C9; chilled; Fridge nine; 九号冷藏柜\nX1; ambient",
        "signature_wanted": "yes",
    }
    assert "Published" in office.press(office.read(DESK), fill=fill).visible
    desk = desk_of(shop)
    monday = [(one.opens, one.closes) for one in desk.slots.opening if one.weekday == 1]
    assert monday == [("09:00", "12:30"), ("13:30", "20:00")]
    assert not [one for one in desk.slots.opening if one.weekday == 7]
    assert (desk.slots.closed_days, desk.slots.pickers) == (("2026-12-25", "2027-01-01"), 3)
    assert (desk.slots.measure.value, desk.reminders, desk.signature_wanted) == ("orders", (600, 60), True)
    assert (desk.terms.no_show_fee_minor, desk.terms.gift_percent) == (250, Decimal("12.5"))
    assert [(one.code, one.temperature.value, one.name.zh) for one in desk.places] == [
        ("C9", "chilled", "九号冷藏柜"),
        ("X1", "ambient", ""),
    ]
    assert desk.code_keys == (shop.code_keys.own,)


IMPOSSIBLE = (
    ("opening.3", "9-17", "09:00-20:00"),
    ("opening.3", "17:00-09:00", "09:00-20:00"),
    ("opening.3", "09:00-24:01", "09:00-20:00"),
    ("opening.1", "09:00-12:00, 11:00-13:00", "overlap"),
    ("closed_days", "Christmas", "2026-12-25"),
    ("slot_minutes", "4", "from 5"),
    ("pickers", "-1", "from 0"),
    ("usual_per_hour", "0", "from 1"),
    ("collect_hours", "1e9", "from 1"),
    ("reminders", "0", "from 1"),
    ("reminders", "9999", "before the order is there"),
    ("urgent_minutes", "999", "cannot turn red"),
    ("offset", "Singapore", "+08:00"),
    ("gift_percent", "1001", "from 0 to 1000"),
    ("no_show_fee_minor", "-1", "not be negative"),
    ("places", "C1; warm; Fridge", "This is no place"),
    ("places", "C1; chilled; a\nC1; frozen; b", "This is no place"),
)
"""Field, what is typed into it, and a part of what is said then."""


def test_a_desk_that_cannot_be_is_told_at_its_field_and_changes_nothing(
    office: Browser, shop: Centre
) -> None:
    before, page = desk_of(shop), office.read(DESK)
    for field, text, told in IMPOSSIBLE:
        shown = office.press(page, fill={field: text})
        assert (shown.status, told in shown.wrong[field]) == (422, True), (field, text, shown.wrong)
        assert form_to(shown, "/desk").fields[field] == [text]
    assert office.press(page, fill={"measure": "kilos"}).wrong["measure"] == "Choose one of the entries."
    assert desk_of(shop) == before


def test_who_was_slower_at_a_desk_sees_both(office: Browser, shop: Centre) -> None:
    mine = office.read(DESK)
    office.press(office.read(DESK), fill={"pickers": "5"})
    told = office.press(mine, fill={"pickers": "7"})
    assert told.status == 409
    assert "Somebody else has changed it meanwhile" in told.visible
    assert desk_of(shop).slots.pickers == 5
    assert "Published" in office.press(told).visible
    assert desk_of(shop).slots.pickers == 7


def test_a_store_without_a_desk_gets_one_and_takes_orders_only_when_it_says_so(
    office: Browser, shop: Centre
) -> None:
    with shop.database.write() as connection:
        (first,) = shop_rows.read_stores(connection)
        sister = msgspec.structs.replace(first, store_id="S2")
        publish(connection, {("settings", "S2"): Publication(puts=[sister])})
    page = office.read(DESK, store="S2")
    assert "This store has no desk yet" in page.visible
    office.press(page)
    assert desk_of(shop, "S2").sells_online is False
    office.press(office.read(DESK, store="S2"), fill={"sells_online": "yes"})
    assert {one.store_id for one in shop.orders.stores()} == {"S1", "S2"}


# ---- all of them ------------------------------------------------------------------------------------------

PAGES = ("/backoffice/account", "/backoffice/people", "/backoffice/devices", ORDERS, DESK, ATTENTION, MEMBERS)


def test_the_new_pages_are_chinese_to_the_last_word_and_harmless(office: Browser, shop: Centre) -> None:
    order = make_ready(shop, ordering.order(shop, (CROISSANT, "2")).order)
    hostile = "<script>alert(1)</script>"
    with shop.database.write() as connection:
        raise_alert(connection, "oversold", f"{STORE_ID} P1 {order.number}", f"{hostile}: {order.number}")
        row = msgspec.structs.replace(member_row(shop), member_id=hostile, card_number=hostile)
        publish(connection, {("members", STORE_ID): Publication(puts=[row])})
    names = {"Owner", "Rachel", "rachel", "example", "shop", "basket", "tomas", "office", "owner", "POST"}
    names |= {
        "ambient",
        "chilled",
        "frozen",
        "python",
        "sync",
        "server",
        "serve",
        "capture",
        "member",
        "gold",
    }
    pages = [office.read(address, lang="zh_CN") for address in PAGES]
    pages += [read(office, order.order_id, lang="zh_CN"), office.read("/backoffice/sign-in", lang="zh_CN")]
    pages.append(office.read(f"{MEMBERS}/member", id=hostile, lang="zh_CN"))
    KNOWN_ENGLISH.update(names | {hostile, "script", "alert", "silver"})
    for page in pages:
        assert page.status == 200
        assert_harmless(page)
        _plain(page)
        assert_chinese(page, page.source[:200])


def _plain(page: Page) -> None:
    """Leave out what stands in a page as people typed it."""
    typed = ("Lin", "Okafor", "Haddad", "Nair", "Rachel Tan", "basket-", "rachel@example.com")
    page.texts = [(place, text) for place, text in page.texts if not any(one in text for one in typed)]
