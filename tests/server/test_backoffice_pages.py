"""Who may open the pages of the back office, what is taken from a form, and what a page may say."""

from __future__ import annotations

import re
from decimal import Decimal

import msgspec
import pytest
from litestar.connection import ASGIConnection
from litestar.testing import TestClient

from retail.catalogue import Category, LocalisedText, Product
from retail.price_list import PriceList
from retail.promotions.rule import Promotion
from sync.server.api.permitted import SESSION_COOKIE, is_this_machine
from sync.server.app import create_app
from sync.server.bodies import LARGEST_BODY
from sync.server.centre import Centre
from sync.server.demo.store import SHOWN_PROMOTIONS, STORE_ID
from sync.server.editing.kind_forms import KIND_FORMS
from sync.server.form_tokens import KEY_FILE, FormTokens
from sync.server.streams import Publication, publish, read_head
from sync.server.web.markup import Html, html, tag
from tests.server.browsing import Browser, Fill, Page, english_words, from_address
from tests.server.people import PASSWORD

PROMOTIONS, PRICE_LISTS = "/backoffice/promotions", "/backoffice/price-lists"
HOSTILE = "<script>alert(1)</script>\"'&"
ADDRESSES = (
    "/backoffice",
    PROMOTIONS,
    f"{PROMOTIONS}/new",
    f"{PROMOTIONS}/new?kind=percent_off",
    f"{PROMOTIONS}/edit?id=gold-10",
    f"{PROMOTIONS}/remove?id=gold-10",
    PRICE_LISTS,
    f"{PRICE_LISTS}/new",
    f"{PRICE_LISTS}/edit?id=trade",
    f"{PRICE_LISTS}/remove?id=trade",
    f"{PRICE_LISTS}/prices?list=trade",
    f"{PRICE_LISTS}/prices/file?list=trade",
)
POSTS = (
    f"{PROMOTIONS}/edit",
    f"{PROMOTIONS}/remove?id=gold-10",
    f"{PRICE_LISTS}/edit",
    f"{PRICE_LISTS}/remove?id=trade",
    f"{PRICE_LISTS}/prices/edit?list=trade",
    f"{PRICE_LISTS}/prices/import?list=trade",
)
CSV = {"file": ("x.csv", b"sku,price\n", "text/csv")}


def with_list(shop: Centre) -> None:
    with shop.database.write() as connection:
        row = PriceList(list_id="trade", name=LocalisedText("Trade", "批发"), percent=Decimal(-5))
        publish(connection, {("prices", STORE_ID): Publication(puts=[row])})


def head(shop: Centre) -> int:
    with shop.database.read() as connection:
        return read_head(connection, ("prices", STORE_ID)).head


def test_who_is_not_signed_in_sees_and_changes_nothing_from_this_machine_either(shop: Centre) -> None:
    with_list(shop)
    before = head(shop)
    for host in ("127.0.0.1", "192.168.1.5", "::2", "testclient", ""):
        with TestClient(from_address(create_app(shop), host), base_url="http://127.0.0.1") as client:
            for address in ADDRESSES:
                answer = client.get(address, headers={"Cookie": "evertill_session=guessed"})
                assert (address, answer.status_code) == (address, 401)
                assert "Please sign in" in answer.text
                assert "Harbour" not in answer.text
            for address in POSTS:
                assert client.post(address, data={"do": "publish"}).status_code == 401
    assert head(shop) == before


def test_a_form_from_elsewhere_changes_nothing(browser: Browser, shop: Centre) -> None:
    page = browser.read(f"{PROMOTIONS}/edit", id="gold-10")
    before = head(shop)
    good = page.form.fields["token"][0]
    cases: list[tuple[Fill, dict[str, str]]] = [
        ({}, {"Origin": "http://evil.example"}),
        ({}, {"Origin": "null"}),
        ({}, {"Origin": ""}),
        ({}, {"Origin": "http://centre.example:81"}),
        ({}, {"Origin": "file://centre.example"}),
        ({"token": ""}, {}),
        ({"token": good[:-1]}, {}),
        ({"token": "é"}, {}),
    ]
    for fill, headers in cases:
        answer = browser.send(page, "publish", {"label": "Stolen", **fill}, headers=headers)
        assert (fill, headers, answer.status_code) == (fill, headers, 403)
        assert "did not come from a page of this centre" in answer.text
    cookies = [{"Cookie": "evertill_session=other; evertill_forms=other"}, {"Cookie": ""}]
    for headers in cookies:
        assert browser.send(page, "publish", {"label": "Stolen"}, headers=headers).status_code == 401
    secret = shop.staffing.sign_in("owner", PASSWORD, "192.0.2.9")
    other = {"Cookie": f"{SESSION_COOKIE}={secret}"}  # another session of the same person
    assert browser.send(page, "publish", {"label": "Stolen"}, headers=other).status_code == 403
    assert head(shop) == before


def test_every_form_is_protected(browser: Browser, shop: Centre) -> None:
    with_list(shop)
    before = head(shop)
    for address in POSTS:
        files = CSV if "import" in address else None
        fields = {"do": "publish", "token": "x"}
        answer = browser.client.post(address, data=fields, files=files, headers={"Origin": browser.origin})
        assert (address, answer.status_code) == (address, 403)
    assert head(shop) == before


@pytest.mark.parametrize("name", ["127.0.0.1:8080", "localhost", "[::1]:9"])
@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_may_call_itself_by_any_of_its_names(address: str, name: str) -> None:
    assert is_this_machine(called(address, name))


@pytest.mark.parametrize(
    "name", ["evil.example", "evil.example:80", "localhost.evil.example", "[", "", "0.0.0.0"]
)
def test_a_name_of_another_house_that_points_here_is_another_machine(name: str) -> None:
    assert not is_this_machine(called("127.0.0.1", name))
    assert not is_this_machine(called("198.51.100.7", "localhost"))


def called(address: str, name: str) -> ASGIConnection:
    """Return a connection from an address that calls this machine by a name."""
    headers = [(b"host", name.encode())]
    return ASGIConnection({"type": "http", "headers": headers, "client": (address, 1)})


def test_a_token_is_of_its_session_and_of_this_centre(browser: Browser, shop: Centre) -> None:
    tokens = FormTokens(shop.settings.data)
    assert tokens.holds("session", tokens.token("session"))
    assert not tokens.holds("other", tokens.token("session"))
    assert not tokens.holds("", tokens.token(""))
    key = shop.settings.data / KEY_FILE
    assert (key.stat().st_mode & 0o777, len(key.read_bytes())) == (0o600, 32)
    assert "Set-Cookie" not in browser.client.get(PROMOTIONS).headers
    browser.client.cookies.clear()
    cookie = browser.client.get("/backoffice/sign-in").headers["Set-Cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/backoffice"))
    assert "Set-Cookie" not in browser.client.get("/backoffice/sign-in").headers


def test_a_body_that_is_no_form_of_ours_is_refused(browser: Browser) -> None:
    form = "application/x-www-form-urlencoded"
    for body, content_type, status in (
        (b"\xff\xfe", form, 400),
        (b"a=%ff", form, 400),
        (b"&".join([b"a=1"] * 6_000), form, 400),
        (b"{}", "application/json", 400),
        (b"a=" + b"1" * LARGEST_BODY, form, 413),
    ):
        headers = {"Origin": browser.origin, "Content-Type": content_type}
        answer = browser.client.post(f"{PROMOTIONS}/edit", content=body, headers=headers)
        assert (body[:10], answer.status_code) == (body[:10], status)


def test_long_and_many_entries_are_told_and_not_published(browser: Browser, shop: Centre) -> None:
    before = head(shop)
    page = browser.read(f"{PROMOTIONS}/new", kind="percent_off")
    fill: Fill = {
        "label": "x" * 201,
        "argument.percent": "9" * 5_000,
        "product_ids": "\n".join(str(number) for number in range(3_000)),
        "category_ids": [str(number) for number in range(2_500)],
        "hours": ",".join(["09:00-10:00", "x" * 300]),
    }
    told = browser.press(page, "publish", fill)
    assert told.status == 422
    assert fill.keys() <= told.wrong.keys()
    assert head(shop) == before


def hostile_rows() -> dict[tuple[str, str], Publication]:
    """Return rows in which every text is hostile."""
    text = LocalisedText(HOSTILE, HOSTILE)
    goods = [
        Category(category_id=HOSTILE, name=text),
        Product(product_id=HOSTILE, sku=HOSTILE, name=text, category_id=HOSTILE, tax_class_id="A"),
    ]
    offer = Promotion(
        promotion_id=HOSTILE,
        kind="percent_off",
        label=text,
        arguments={"percent": HOSTILE},
        product_ids=(HOSTILE,),
        category_ids=(HOSTILE,),
        coupon_code=HOSTILE,
        exclusion_group=HOSTILE,
        hours=(HOSTILE,),
        member_groups=(HOSTILE,),
    )
    listed = PriceList(list_id=HOSTILE, name=text, based_on=HOSTILE, hours=(HOSTILE,))
    return {
        ("catalogue", ""): Publication(puts=goods),
        ("prices", STORE_ID): Publication(puts=[offer, listed]),
    }


def test_what_people_write_is_never_a_tag(browser: Browser, shop: Centre) -> None:
    with shop.database.write() as connection:
        publish(connection, hostile_rows())
    for address, query in (
        (PROMOTIONS, {}),
        (PROMOTIONS, {"q": HOSTILE, "done": "published", "about": HOSTILE}),
        (PRICE_LISTS, {"done": "published", "about": HOSTILE}),
        (f"{PROMOTIONS}/edit", {"id": HOSTILE}),
        (f"{PROMOTIONS}/remove", {"id": HOSTILE}),
        (f"{PROMOTIONS}/new", {"copy": HOSTILE}),
        (f"{PRICE_LISTS}/edit", {"id": HOSTILE}),
        (f"{PRICE_LISTS}/remove", {"id": HOSTILE}),
        (f"{PRICE_LISTS}/prices", {"list": HOSTILE}),
    ):
        page = browser.read(address, **query)
        assert (address, page.status) == (address, 200)
        assert_harmless(page)
    page = browser.read(f"{PROMOTIONS}/new", kind="percent_off")
    typed: Fill = {name: HOSTILE for name in page.form.fields if name not in ("token", "kind")}
    assert_harmless(browser.press(page, "try", {**typed, "original_id": ""}))
    assert_harmless(browser.press(page, "json", {"json": f'{{"{HOSTILE}"'}))


def assert_harmless(page: Page) -> None:
    assert "<script" not in page.source
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_markup_escapes_everything_that_it_did_not_make() -> None:
    assert tag("p", "<b>", tag("i", "&"), None, ["x"], class_='a"b') == (
        '<p class="a&quot;b">&lt;b&gt;<i>&amp;</i>x</p>'
    )
    assert tag("input", hidden=True, checked=False, value=None, data_x=1) == '<input hidden data-x="1">'
    assert html(Html("<b>") + "<i>") == "&lt;b&gt;&lt;i&gt;"


def test_pages_stand_without_scripts_and_ask_nobody_else(browser: Browser, shop: Centre) -> None:
    with_list(shop)
    for address in ADDRESSES[:-1]:
        page = browser.read(address)
        assert page.status == 200
        assert re.findall(r"<script|<img|<link|javascript:|\son\w+=|https?://", page.source) == []


KNOWN_ENGLISH = {
    "Evertill", "English", "JSON", "SPRING", "WELCOME", "docs", "gold", "silver", "employee", "wholesale",
    "from_quantity", "price", "percent_off", "trade", "Owner",
}  # fmt: skip
"""Names, codes and examples that stand in Chinese pages as they are."""


def test_the_chinese_pages_are_chinese_to_the_last_word(browser: Browser, shop: Centre) -> None:
    with_list(shop)
    for address in [*ADDRESSES[:-1], *(f"{PROMOTIONS}/new?kind={kind}" for kind in KIND_FORMS)]:
        page = browser.read(f"{address}{'&' if '?' in address else '?'}lang=zh_CN")
        assert page.language == "zh-CN"
        assert_chinese(page, address)


def test_what_is_wrong_is_told_in_chinese(browser: Browser, shop: Centre) -> None:
    page = browser.read(f"{PROMOTIONS}/new", kind="percent_off", lang="zh_CN")
    fill: Fill = {
        "argument.percent": "0",
        "hours": "9",
        "starts_at": "?",
        "product_ids": "7777777",
        "category_ids": ["99"],
        "priority": "?",
        "minimum_minor": "1,5",
        "month_days": "32",
    }
    told = browser.press(page, "publish", fill)
    assert {*fill, "label"} <= told.wrong.keys()
    assert_chinese(told, "problems")


def test_who_was_faster_and_what_comes_off_are_told_in_chinese(browser: Browser, shop: Centre) -> None:
    first = msgspec.structs.replace(SHOWN_PROMOTIONS[2], promotion_id="x", ends_at="2020-01-01T00:00")
    with shop.database.write() as connection:
        publish(connection, {("prices", STORE_ID): Publication(puts=[first])})
    mine = browser.read(f"{PROMOTIONS}/edit", id="x", lang="zh_CN")
    with shop.database.write() as connection:
        changed = msgspec.structs.replace(first, priority=3)
        publish(connection, {("prices", STORE_ID): Publication(puts=[changed])})
    told = browser.press(mine, "publish", {"all_the_same": "yes"})
    assert told.status == 409
    assert_chinese(told, "conflict")
    tried = browser.press(mine, "try", {"try_basket": "1 x 1001"})
    assert "没有优惠" in tried.visible
    assert_chinese(tried, "trial")


def assert_chinese(page: Page, about: str) -> None:
    as_it_is = ("style", "title", "textarea", "code", "pre", "strong")
    texts = [text for place, text in page.texts if place not in as_it_is]
    found = {word for text in texts for word in english_words(text)} - KNOWN_ENGLISH
    assert (about, found) == (about, set())
    assert re.search("[\u4e00-\u9fff]", page.visible)


def test_the_language_of_the_browser_is_spoken_and_can_be_changed(browser: Browser) -> None:
    browser.client.headers["Accept-Language"] = "zh-CN,zh;q=0.9"
    page = browser.read(f"{PROMOTIONS}?q=gold")
    assert page.language == "zh-CN"
    english = browser.follow(page, "English")
    assert english.language == "en"
    assert "1 of 8" in english.visible


def test_the_overview_leads_to_both_pages(browser: Browser) -> None:
    page = browser.read("/")
    assert page.visible.startswith("Evertill Overview")
    assert browser.follow(page, "Promotions").status == 200
    assert browser.follow(page, "Price lists").status == 200
