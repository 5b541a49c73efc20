"""The basket of the storefront: priced as at a till, kept by a cookie, and bad input changes nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from sqlalchemy import text

from retail.basket import Basket, BasketMember, add_coupon, add_product
from retail.catalogue import LocalisedText, Price, Product
from retail.member import Member
from retail.pricing import prepare, price
from retail.store_rules import rules_of
from sync.server.centre import Centre
from sync.server.clock import now_text, wall_text
from sync.server.database.old_rows import forget_baskets
from sync.server.database.shop_rows import (
    list_prices_of,
    prices_of,
    products_by_id,
    read_rule_rows,
    read_stores,
)
from sync.server.limits import RateLimit
from sync.server.shop.basket import MOST_LINES, BasketProblem, Entry, ShopBasket, with_quantity
from sync.server.shop.storefront import Storefront
from sync.server.streams import Publication, publish
from tests.fakes.online_shop import CROISSANT, FLAT_WHITE, HERE, OAT_MILK, SOURDOUGH, TEE
from tests.server.browsing import Browser, Page
from tests.web.customers import BASKET, HOME, add, submit

CARD = "MBR00008817"


def line(browser: Browser, product_id: str, **fill: str) -> Page:
    """Change a line of the basket."""
    return submit(browser, browser.read(BASKET), "/basket/line", fill, product=product_id)


def test_a_basket_costs_what_it_costs_at_a_till(shop: Centre, browser: Browser) -> None:
    for product_id, quantity in ((OAT_MILK, "3"), (FLAT_WHITE, "1"), (CROISSANT, "1"), ("P1011", "1.284")):
        add(browser, product_id, quantity)
    add(browser, TEE, "2")
    submit(browser, browser.read(BASKET), "/basket/coupon", {"code": " spring5 "})
    page = submit(browser, browser.read(BASKET), "/basket/member", {"number": CARD})
    with shop.database.read() as connection:
        ids = (OAT_MILK, FLAT_WHITE, CROISSANT, "P1011", TEE)
        products, prices = products_by_id(connection, ids), prices_of(connection, HERE, ids)
        on_lists = list_prices_of(connection, HERE, ids)
        settings = next(one for one in read_stores(connection) if one.store_id == HERE)
        rules = prepare(rules_of(settings, read_rule_rows(connection, HERE), network=True))
        member = connection.execute(
            text("SELECT row FROM stream_row WHERE stream = 'members' AND key = 'member:M0001'")
        ).scalar_one()
    assert "gold" in member
    basket = Basket(
        basket_id="till",
        channel="online",
        member=BasketMember(member_id="M0001", display_name=LocalisedText("M. Lin"), tier="gold"),
    )
    for product_id, quantity in zip(ids, ("3", "1", "1", "1.284", "2"), strict=True):
        basket, _ = add_product(
            basket,
            line_id=product_id,
            product=products[product_id],
            quantity=Decimal(quantity),
            unit_price_minor=prices[product_id].unit_price_minor,
            list_prices=on_lists.get(product_id, ()),
        )
    at_till = price(add_coupon(basket, "SPRING5"), rules, wall_text())
    total = f"${at_till.total_minor // 100}.{at_till.total_minor % 100:02d}"
    assert total in page.visible
    assert at_till.saved_minor > 500
    for discount in (*at_till.discounts, *(one for each in at_till.lines for one in each.discounts)):
        assert discount.label.en in page.visible
    for tax in at_till.tax_totals:
        if tax.tax_minor:
            assert f"${tax.tax_minor // 100}.{tax.tax_minor % 100:02d}" in page.visible
    assert f"{at_till.points} points" in page.visible


def test_what_was_added_is_counted_in_the_bar_and_said(browser: Browser) -> None:
    page = add(browser, OAT_MILK, "2")
    assert "It is in your basket." in page.visible
    assert page.links["See the basket"] == BASKET
    add(browser, OAT_MILK)
    assert "3 in it" in browser.read(HOME).visible


def test_a_quantity_changes_and_a_line_goes(browser: Browser) -> None:
    add(browser, CROISSANT, "2")
    assert "$18.00" in line(browser, CROISSANT, quantity="5").visible
    assert "empty" in line(browser, CROISSANT, do="remove").visible


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "more than nothing"),
        ("-3", "more than nothing"),
        ("NaN", "cannot be ordered"),
        ("Infinity", "cannot be ordered"),
        ("1e3", "Only 40 left"),
        ("999999999", "more than one order"),
        ("1.5", "by the piece"),
        ("two", "as a number"),
        ("", "as a number"),
        ("１", "as a number"),
        ("1" * 40, "as a number"),
    ],
)
def test_a_quantity_that_nobody_can_mean_changes_nothing(browser: Browser, typed: str, said: str) -> None:
    add(browser, CROISSANT, "2")
    page = line(browser, CROISSANT, quantity=typed)
    assert page.status == 409
    assert said in page.visible
    assert "2 in it" in browser.read(BASKET).visible


def test_no_more_than_may_be_promised_goes_into_a_basket(browser: Browser) -> None:
    page = add(browser, OAT_MILK, "7")
    assert page.status == 409
    assert "Only 6 left" in page.visible
    add(browser, OAT_MILK, "4")
    page = add(browser, OAT_MILK, "3")
    assert "Only 6 left, and 4 of it in your basket already" in page.visible
    assert "4 in it" in browser.read(BASKET).visible


def test_what_is_sold_out_cannot_be_added_by_a_form_made_by_hand(browser: Browser) -> None:
    page = browser.read(f"{HOME}/product", id=CROISSANT)
    forged = submit(browser, page, "/basket/add", {"product": SOURDOUGH})
    assert forged.status == 409
    assert "sold out" in forged.visible
    unknown = submit(browser, page, "/basket/add", {"product": "P0"})
    assert unknown.status == 404


def test_goods_that_left_meanwhile_are_marked_and_stop_the_order(shop: Centre, browser: Browser) -> None:
    add(browser, OAT_MILK, "2")
    add(browser, CROISSANT)
    with shop.database.write() as connection:
        publish(connection, {("prices", HERE): Publication(removes=[f"price:{OAT_MILK}"])})
    page = browser.read(BASKET)
    assert "No longer sold here online" in page.visible
    assert "marked in red" in page.visible
    assert "Choose a time" not in page.links
    assert browser.read(f"{HOME}/checkout").visible == page.visible
    assert "Choose a time" in line(browser, OAT_MILK, do="remove").links


def test_a_price_that_changed_is_shown_beside_the_old_one(shop: Centre, browser: Browser) -> None:
    add(browser, CROISSANT, "2")
    with shop.database.write() as connection:
        dearer = Price(product_id=CROISSANT, unit_price_minor=Decimal(410))
        publish(connection, {("prices", HERE): Publication(puts=[dearer])})
    page = browser.read(BASKET)
    assert "now $4.10, was $3.60" in page.visible
    assert "$8.20" in page.visible
    assert "was $3.60" not in line(browser, CROISSANT, quantity="2").visible


@pytest.mark.parametrize(
    ("wish", "kept"),
    [
        ("none", "none"),
        ("same_price", "same_price"),
        ("up_to_percent:20", "up_to_percent:20"),
        ("ask", "ask"),
    ],
)
def test_a_wish_about_substitutes_is_kept(browser: Browser, wish: str, kept: str) -> None:
    add(browser, CROISSANT)
    page = line(browser, CROISSANT, wish=wish)
    form = next(one for one in page.forms if "wish" in one.fields)
    assert form.fields["wish"] == [kept]


@pytest.mark.parametrize("wish", ["", "free", "up_to_percent:100000", "up_to_percent:-5", "up_to_amount:5"])
def test_a_wish_that_was_not_offered_is_refused(browser: Browser, wish: str) -> None:
    add(browser, CROISSANT)
    page = line(browser, CROISSANT, wish=wish, quantity="9")
    assert page.status == 409
    assert "cannot be read" in page.visible
    assert "1 in it" in page.visible


def test_a_coupon_says_why_it_is_not_used(browser: Browser) -> None:
    add(browser, CROISSANT)
    page = submit(browser, browser.read(BASKET), "/basket/coupon", {"code": "spring5"})
    assert "needs a larger basket" in page.visible
    page = submit(browser, page, "/basket/coupon", {"code": "NOSUCH"}, code="")
    assert "is not known here" in page.visible
    page = submit(browser, page, "/basket/coupon", remove="NOSUCH")
    assert "NOSUCH" not in page.visible
    assert submit(browser, page, "/basket/coupon", {"code": " "}, code="").status == 409
    page = submit(browser, page, "/basket/coupon", {"code": "welcome10"}, code="")
    assert "is used" in page.visible


def test_a_members_number_brings_the_members_prices_and_shows_nobodys_name(browser: Browser) -> None:
    add(browser, TEE)
    page = submit(browser, browser.read(BASKET), "/basket/member", {"number": f" {CARD.lower()} "})
    assert "Gold" in page.visible
    assert "ending 8817" in page.visible
    assert "Lin" not in page.visible
    assert "1284" not in page.visible
    assert "Gold" not in submit(browser, page, "/basket/member", remove="1").visible


def test_an_unknown_member_is_said_and_guessing_is_slowed_down(shop: Centre, browser: Browser) -> None:
    # A busy machine may need longer for thirty guesses than it takes until some of them are forgiven.
    shop.storefront.guess_limit = RateLimit(per_second=2, burst=20, clock=lambda: 0.0)
    add(browser, TEE)
    page = browser.read(BASKET)
    answers = [submit(browser, page, "/basket/member", {"number": f"MBR{n:08d}"}) for n in range(30)]
    assert "No member has this number" in answers[0].visible
    assert [answer.status for answer in answers] == [409] * 20 + [429] * 10


def test_a_card_that_was_replaced_opens_nothing_any_more(shop: Centre) -> None:
    cards, stream = shop.storefront.member_cards, ("members", HERE)
    lin = Member(member_id="M0001", display_name=LocalisedText("M. Lin"), tier="gold", card_number=CARD)
    with shop.database.read() as connection:
        assert cards.find(connection, HERE, CARD) == "M0001"
        assert cards.find(connection, HERE, "m0001") == "M0001"
        assert cards.find(connection, HERE, "") == ""
    with shop.database.write() as connection:
        publish(connection, {stream: Publication(puts=[replace(lin, card_number="MBR99")])})
    with shop.database.read() as connection:
        assert cards.find(connection, HERE, CARD) == ""
        assert cards.find(connection, HERE, "MBR99") == "M0001"
    with shop.database.write() as connection:
        publish(connection, {stream: Publication(removes=["member:M0001"])})
    with shop.database.read() as connection:
        assert cards.find(connection, HERE, "MBR99") == ""


def test_a_basket_holds_so_many_products_and_no_more() -> None:
    basket = ShopBasket(reference="r")
    for number in range(MOST_LINES):
        basket = with_quantity(basket, Entry(product_id=f"P{number}", quantity=Decimal(1)))
    with pytest.raises(BasketProblem, match="too_many_lines"):
        with_quantity(basket, Entry(product_id="one more", quantity=Decimal(1)))
    assert with_quantity(basket, Entry(product_id="P1", quantity=Decimal(2))).pieces == MOST_LINES + 1


def test_two_tabs_change_one_basket(client: TestClient) -> None:
    first, second = Browser(client), Browser(client)
    one = first.read(f"{HOME}/product", id=CROISSANT)
    other = second.read(f"{HOME}/product", id=OAT_MILK)
    submit(first, one, "/basket/add")
    submit(second, other, "/basket/add")
    page = first.read(BASKET)
    assert "Butter croissant" in page.visible
    assert "Oat milk" in page.visible


def test_a_line_that_another_tab_removed_is_said(browser: Browser) -> None:
    add(browser, CROISSANT)
    page = browser.read(BASKET)
    line(browser, CROISSANT, do="remove")
    stale = submit(browser, page, "/basket/line", {"quantity": "4"}, product=CROISSANT)
    assert stale.status == 409
    assert "not in your basket any more" in stale.visible


def test_an_old_basket_is_thrown_away_and_its_cookie_gets_a_new_one(shop: Centre, browser: Browser) -> None:
    add(browser, CROISSANT)
    with shop.database.write() as connection:
        assert forget_baskets(connection, before=now_text(plus=timedelta(days=1)), limit=10) == 1
    assert "empty" in browser.read(BASKET).visible
    assert "1 in it" in add(browser, OAT_MILK).visible


def test_a_session_is_stored_nowhere(shop: Centre, client: TestClient, browser: Browser) -> None:
    add(browser, CROISSANT)
    session = client.cookies["evertill_shop"]
    with shop.database.read() as connection:
        rows = connection.execute(text("SELECT basket_key, body FROM shop_basket")).all()
    assert len(rows) == 1
    assert session not in str(rows)


@pytest.mark.parametrize("change", ["token", "origin", "cookie", "type"])
def test_a_form_from_elsewhere_changes_nothing(client: TestClient, browser: Browser, change: str) -> None:
    page = browser.read(f"{HOME}/product", id=CROISSANT)
    form = next(one for one in page.forms if one.action.endswith("/add"))
    fill = {"token": "0" * 64} if change == "token" else {}
    headers = {"Origin": "http://evil.example"} if change == "origin" else {}
    if change == "type":
        headers = {"Content-Type": "text/plain"}
    if change == "cookie":
        client.cookies.clear()
    answer = browser.send(page, form=form, fill=dict(fill), headers=headers)
    assert answer.status_code == (400 if change == "type" else 403)
    assert "in it" not in browser.read(HOME).visible


@pytest.mark.parametrize(
    "back",
    ["http://evil.example/", "//evil.example/shop/s/S1", "/shop/s/S1//evil", "/shop/s/S1\\evil", "/", ""],
)
def test_nobody_is_sent_elsewhere_after_adding(browser: Browser, back: str) -> None:
    page = browser.read(f"{HOME}/product", id=CROISSANT)
    form = next(one for one in page.forms if one.action.endswith("/add"))
    answer = browser.send(page, form=form, fill={"back": back}, follow=False)
    assert answer.headers["location"].startswith(BASKET)


def test_after_adding_the_customer_is_where_they_were(browser: Browser) -> None:
    page = browser.read(f"{HOME}/search", q="奶 milk")
    page = browser.read(f"{HOME}/category", id="dairy")
    answer = browser.send(
        page, form=next(one for one in page.forms if one.action.endswith("/add")), follow=False
    )
    assert answer.headers["location"] == f"{HOME}/category?id=dairy&said=added"


def test_what_became_a_piece_cannot_be_had_by_the_gram(shop: Centre, browser: Browser) -> None:
    add(browser, "P1011", "1.25")
    with shop.database.write() as connection:
        banana: Product = products_by_id(connection, ["P1011"])["P1011"]
        by_piece = replace(banana, unit=products_by_id(connection, [CROISSANT])[CROISSANT].unit)
        publish(connection, {("catalogue", ""): Publication(puts=[by_piece])})
    assert "No longer sold here" in browser.read(BASKET).visible


def test_the_storefront_opens_on_an_empty_centre(shop: Centre) -> None:
    made = Storefront(shop.settings.data, shop.database)
    made.open()
    assert made.index.wait(20)
    made.close()
