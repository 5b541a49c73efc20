"""The shelves of the storefront: stores, categories, search, products, languages, headers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace

from retail.catalogue import LocalisedText
from retail.pickup.desk_rules import PickupDesk
from sync.server.centre import Centre
from sync.server.database.shop_rows import products_by_id, read_rows
from sync.server.demo.store import store_settings
from sync.server.shop.search_index import BuildProgress
from sync.server.streams import Publication, publish
from sync.server.web.shop_frame import style, style_address
from tests.fakes.online_shop import CROISSANT, HERE, OAT_MILK, SISTER, SOURDOUGH, desk
from tests.server.browsing import Browser, english_words
from tests.web.customers import BASKET, CHECKOUT, HOME, add

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}


def test_a_customer_chooses_a_store(browser: Browser) -> None:
    page = browser.read("/shop")
    assert "Harbour Lane Market" in page.visible
    assert "Queen Street Market" in page.visible
    assert f'href="{HOME}"' in page.source
    assert "Popular" in browser.read(HOME).visible


def test_a_store_that_stopped_selling_online_is_not_offered(shop: Centre, browser: Browser) -> None:
    settings = ("settings", SISTER)
    with shop.database.write() as connection:
        desk = read_rows(connection, settings, "pickup_desk", PickupDesk)[0]
        publish(connection, {settings: Publication(puts=[replace(desk, sells_online=False)])})
    assert "Queen Street" not in browser.read("/shop").visible
    page = browser.read(f"/shop/s/{SISTER}")
    assert page.status == 409
    assert "takes no online orders" in page.visible


@pytest.mark.parametrize(
    "address",
    [
        "/shop/s/NOWHERE",
        f"{HOME}/category?id=nothing",
        f"{HOME}/product?id=P0",
        "/shop/o/guessed",
        "/shop/what/is/this",
        "/shop/style/old.css",
        "/shop/pictures/none.png",
    ],
)
def test_what_is_not_there_is_said_on_a_page(browser: Browser, address: str) -> None:
    page = browser.read(address)
    assert page.status == 404
    assert "href=" in page.source


@pytest.mark.parametrize("query", ["after=abc", "after=-1", "before=99999999999999999999", "id=%00"])
def test_an_address_that_no_page_of_ours_has_is_refused(browser: Browser, query: str) -> None:
    joined = f"{HOME}/category?{query}" if query.startswith("id") else f"{HOME}/category?id=dairy&{query}"
    page = browser.read(joined)
    assert page.status == 400
    assert "cannot be read" in page.visible


def test_a_category_is_read_page_by_page_and_every_product_comes_once(shop: Centre, browser: Browser) -> None:
    whole = [one.product_id for one in shop.storefront.index.after("pantry", -1, 1000)]
    shop_page, seen = browser.read(f"{HOME}/category", id="pantry"), []
    while True:
        seen += [form.fields["product"][0] for form in shop_page.forms if "product" in form.fields]
        if "More →" not in shop_page.links:
            break
        shop_page = browser.follow(shop_page, "More →")
    assert seen == whole


def test_paging_back_shows_the_page_before(
    shop: Centre, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.server.api.shop_browsing.ON_A_PAGE", 2)

    def shown(page: object) -> list[str]:
        return [form.fields["product"][0] for form in page.forms if "product" in form.fields]  # type: ignore[attr-defined]

    first = browser.read(f"{HOME}/category", id="cafe")
    second = browser.follow(first, "More →")
    third = browser.follow(second, "More →")
    assert len({*shown(first), *shown(second), *shown(third)}) == 6
    assert shown(browser.follow(third, "← Before")) == shown(second)
    assert shown(browser.follow(browser.follow(third, "← Before"), "← Before")) == shown(first)
    assert shown(browser.follow(third, "From the start")) == shown(first)


def test_stock_is_said_in_words_here_and_at_other_stores(browser: Browser) -> None:
    page = browser.read(f"{HOME}/product", id=OAT_MILK)
    assert "6 left" in page.visible
    assert "Also at" in page.visible
    assert "5 left" in page.visible
    gone = browser.read(f"{HOME}/product", id=SOURDOUGH)
    assert "sold out" in gone.visible
    assert "Sold out here; there is some at" in gone.visible
    assert "Queen Street Market" in gone.links
    assert "3 left" in gone.visible
    assert not [form for form in gone.forms if form.action.endswith("/add")]
    assert "in stock" in browser.read(f"{HOME}/product", id=CROISSANT).visible


def test_customers_are_sent_to_the_stores_that_a_store_calls_near(browser: Browser, shop: Centre) -> None:
    def sent_to_queen_street(*near: str) -> bool:
        here = replace(desk(HERE), near_store_ids=near)
        with shop.database.write() as connection:
            publish(connection, {("settings", HERE): Publication(puts=[here])})
        return "Queen Street Market" in browser.read(f"{HOME}/product", id=SOURDOUGH).links

    third = replace(store_settings(), store_id="S3", name=LocalisedText("King Street"))
    with shop.database.write() as connection:
        publish(connection, {("settings", "S3"): Publication(puts=[third, desk("S3")])})
    assert sent_to_queen_street()
    assert sent_to_queen_street("S3", SISTER)
    assert not sent_to_queen_street("S3"), "it is another store that is near"
    assert sent_to_queen_street("S9"), "none of those that are near sells online"


def test_a_product_shows_its_price_and_the_offers_on_it(browser: Browser) -> None:
    page = browser.read(f"{HOME}/product", id=OAT_MILK)
    assert "$4.20" in page.visible
    assert "2 for 7.00" in page.visible


def test_a_product_without_a_price_here_is_not_sold_here(shop: Centre, browser: Browser) -> None:
    prices = ("prices", SISTER)
    with shop.database.write() as connection:
        publish(connection, {prices: Publication(removes=[f"price:{OAT_MILK}"])})
    page = browser.read(f"/shop/s/{SISTER}/product", id=OAT_MILK)
    assert page.status == 404
    assert "does not sell this product online" in page.visible


def test_search_finds_chinese_pinyin_initials_and_codes(browser: Browser) -> None:
    for typed in ("燕麦", "yanmai", "oat milk", "OAT MI", "ymn", "9520000010263", "1026"):
        page = browser.read(f"{HOME}/search", q=typed)
        assert "Oat milk, barista 1 L" in page.visible, typed
    assert "Nothing was found" in browser.read(f"{HOME}/search", q="龘龘").visible
    assert "Type a name" in browser.read(f"{HOME}/search", q="  ").visible


def test_search_text_is_text_and_never_a_tag(browser: Browser) -> None:
    page = browser.read(f"{HOME}/search", q="\"><script>alert(1)</script> ' OR *")
    assert page.status == 200
    assert "<script" not in page.source


def test_a_new_product_is_found_as_soon_as_the_index_follows(shop: Centre, browser: Browser) -> None:
    with shop.database.write() as connection:
        milk = products_by_id(connection, [OAT_MILK])[OAT_MILK]
        named = replace(milk, name=LocalisedText("Quokka biscuit", "短尾矮袋鼠饼干"))
        publish(connection, {("catalogue", ""): Publication(puts=[named])})
    browser.read(HOME)
    assert shop.storefront.index.wait(20)
    assert "Quokka biscuit" in browser.read(f"{HOME}/search", q="quok").visible
    assert "Quokka biscuit" in browser.read(f"{HOME}/search", q="袋鼠").visible


def test_while_the_shelves_are_filled_the_pages_say_so(
    shop: Centre, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = shop.storefront.index
    monkeypatch.setattr(index, "_standing", None)
    monkeypatch.setattr(index, "freshen", lambda _head: None)
    monkeypatch.setattr(index, "progress", BuildProgress(20, 60))
    for address in (HOME, f"{HOME}/search?q=milk", f"{HOME}/category?id=dairy"):
        page = browser.read(address)
        assert "shelves are being filled" in page.visible
        assert "20 of 60" in page.visible
    assert browser.read(f"{HOME}/product", id=OAT_MILK).status == 200


def test_language_follows_the_browser_until_one_is_chosen(client: TestClient, browser: Browser) -> None:
    assert browser.read(HOME).language == "en"
    client.headers["Accept-Language"] = CHINESE["Accept-Language"]
    assert browser.read(HOME).language == "zh-CN"
    chosen = browser.follow(browser.read(HOME), "English")
    assert chosen.language == "en"
    assert browser.read(HOME).language == "en"
    assert "lang=" not in chosen.links["Harbour Lane Market"]


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("fr,zh-TW;q=0.4,en;q=0.3", "zh-CN"),
        ("en-GB,zh;q=0.9", "en"),
        ("de", "en"),
        ("zh;q=oops,en", "en"),
        ("", "en"),
    ],
)
def test_the_browsers_preferences_are_weighed(
    client: TestClient, browser: Browser, asked: str, language: str
) -> None:
    client.headers["Accept-Language"] = asked
    assert browser.read("/shop").language == language


def test_chinese_pages_have_no_english_words_but_names(client: TestClient, browser: Browser) -> None:
    add(browser, CROISSANT)
    client.headers["Accept-Language"] = CHINESE["Accept-Language"]
    names = {"Evertill", "English", "Harbour", "Lane", "Queen", "Street"}
    for address in ("/shop", HOME, f"{HOME}/product?id={SOURDOUGH}", BASKET, CHECKOUT, f"{HOME}/search?q="):
        words = set(english_words(browser.read(address).visible)) - names
        assert not words, address


def test_a_page_allows_no_scripts_and_shows_nothing_of_others(client: TestClient) -> None:
    answer = client.get(HOME)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "unsafe" not in policy
    assert " style=" not in answer.text
    assert " onclick" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_the_cookie_travels_encrypted_where_the_page_did(shop: Centre, client: TestClient) -> None:
    secure = client.get(f"https://shop.example{HOME}")
    assert "secure" in secure.headers["set-cookie"].lower()


def test_the_style_is_small_and_may_be_kept_for_ever(client: TestClient) -> None:
    assert len(style().encode()) < 12 * 1024
    answer = client.get(style_address())
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert style_address() in client.get("/shop").text


def test_a_picture_is_shown_to_anybody(shop: Centre, client: TestClient) -> None:
    with shop.database.read() as connection:
        milk = products_by_id(connection, [OAT_MILK])[OAT_MILK]
    content = shop.pictures.read(milk.picture)
    assert content
    answer = client.get(f"/shop/pictures/{milk.picture}")
    assert answer.status_code == 200
    assert answer.content == content


def test_weighed_goods_are_asked_for_by_the_kilogram(browser: Browser) -> None:
    page = browser.read(f"{HOME}/product", id="P1011")
    assert "/kg" in page.visible
    assert "Quantity (kg)" in page.visible
    assert add(browser, "P1011", "1.25").status == 200
    assert "1.25" in browser.read(BASKET).source
    assert Decimal("1.25") == _held(browser)


def _held(browser: Browser) -> Decimal:
    page = browser.read(BASKET)
    return Decimal(next(form.fields["quantity"][0] for form in page.forms if form.action.endswith("/line")))


def test_only_the_visited_store_is_in_the_basket(browser: Browser) -> None:
    add(browser, OAT_MILK)
    assert "Oat milk" in browser.read(BASKET).visible
    assert "empty" in browser.read(f"/shop/s/{SISTER}/basket").visible
    assert HERE in BASKET
