"""Promotions are written in the back office: nothing half valid is published, nobody overwrites unseen."""

from __future__ import annotations

import msgspec
import pytest

from retail.catalogue import Category, LocalisedText, Product
from retail.loyalty.program import LoyaltyProgram, Tier
from retail.promotions.check import ids_named
from retail.promotions.registry import KINDS
from retail.promotions.rule import Promotion
from sync.protocol import Row
from sync.server.centre import Centre
from sync.server.clock import now_text
from sync.server.database import tables
from sync.server.database.shop_rows import row_texts
from sync.server.database.statements import insert_missing
from sync.server.demo.store import SHOWN_PROMOTIONS, STORE_ID, store_settings
from sync.server.editing.kind_forms import KIND_FORMS
from sync.server.editing.row_json import json_text
from sync.server.streams import Publication, publish, read_head, stream_of
from tests.server.browsing import Browser, Fill, Page, path_of
from tests.unit.test_promotion_forms import EVERY_FIELD, EXAMPLES

PRICES = ("prices", STORE_ID)
LIST, NEW, EDIT, REMOVE = (f"/backoffice/promotions{end}" for end in ("", "/new", "/edit", "/remove"))


def promotion(shop: Centre, promotion_id: str, store_id: str = STORE_ID) -> Promotion | None:
    key = f"promotion:{promotion_id}"
    with shop.database.read() as connection:
        text = row_texts(connection, ("prices", store_id), [key]).get(key)
    return msgspec.json.decode(text, type=Promotion) if text else None


def head(shop: Centre, store_id: str = STORE_ID) -> int:
    with shop.database.read() as connection:
        return read_head(connection, ("prices", store_id)).head


def put(shop: Centre, *rows: Row, store_id: str = STORE_ID, removes: tuple[str, ...] = ()) -> None:
    with shop.database.write() as connection:
        for row in rows:
            publish(connection, {stream_of(row, store_id): Publication(puts=[row])})
        if removes:
            publish(connection, {("prices", store_id): Publication(removes=removes)})


def new_page(browser: Browser, kind: str = "percent_off") -> Page:
    return browser.read(NEW, store=STORE_ID, kind=kind)


TEN_PERCENT: Fill = {"label": "Ten off", "argument.percent": "10"}


def test_the_list_says_what_each_promotion_is_and_whether_it_holds(browser: Browser, shop: Centre) -> None:
    broken = Promotion(promotion_id="broken", kind="percent_off", label=LocalisedText("Broken"))
    over = msgspec.structs.replace(
        SHOWN_PROMOTIONS[2], promotion_id="over", ends_at="2020-01-01T00:00", exclusion_group="old"
    )
    later = msgspec.structs.replace(over, promotion_id="later", ends_at="", starts_at="2999-01-01T00:00")
    put(shop, broken, over, later)
    page = browser.read(LIST)
    assert page.status == 200
    shown = ("2 for 7.00", "SPRING5", "members gold", "Several for one price", "always", "from 2999-01-01")
    assert [text for text in shown if text not in page.visible] == []
    for state, name in (("now", "active now"), ("later", "later"), ("over", "over"), ("broken", "cannot be")):
        shown = browser.read(LIST, state=state)
        assert name in shown.visible
    assert "“Percentage off” is needed." in browser.read(LIST, state="broken").visible
    assert "It ended at 2020-01-01T00:00." in browser.read(LIST, state="over").visible
    assert "1 of 11" in browser.read(LIST, q="spring").visible
    assert "Nothing here." in browser.read(LIST, q="<nothing>").visible


def test_a_long_list_is_shown_in_pages(browser: Browser, shop: Centre) -> None:
    first = SHOWN_PROMOTIONS[0]
    rows = [msgspec.structs.replace(first, promotion_id=f"n{number:03d}") for number in range(120)]
    with shop.database.write() as connection:
        publish(connection, {PRICES: Publication(puts=rows)})
    page = browser.read(LIST, q="n")
    assert "1 / 2" in page.visible
    second = browser.follow(page, "Next")
    assert "2 / 2" in second.visible
    assert "n119" in second.visible
    assert "n119" not in page.visible
    assert "2 / 2" in browser.read(LIST, page="77").visible
    assert browser.read(LIST, page="-1").status == 400


def test_every_kind_is_offered_and_its_page_asks_for_its_arguments(browser: Browser) -> None:
    choice = browser.read(NEW)
    for wanted in KINDS:
        page = browser.read(NEW, kind=wanted)
        assert KIND_FORMS[wanted].name.en in choice.visible
        names = {*page.form.fields, *page.form.boxes}
        for argument in KIND_FORMS[wanted].arguments:
            assert any(name.startswith(f"argument.{argument.name}") for name in names)
            assert argument.label.en in page.visible
            assert argument.sentence.en in page.visible


def test_a_promotion_is_made_tried_and_published(browser: Browser, shop: Centre) -> None:
    before = head(shop)
    page = browser.press(
        new_page(browser),
        "try",
        {**TEN_PERCENT, "product_ids": "1001", "try_basket": "2 x 1001; 1 x P1026", "argument.percent": "50"},
    )
    assert (page.status, head(shop)) == (200, before)
    for text in ("Flat white, large", "11.00", "Ten off −5.50", "saves 5.50"):
        assert text in page.visible
    done = browser.press(page, "publish")
    assert path_of(str(done.links["Promotions"])) == LIST
    assert "Published." in done.visible
    row = promotion(shop, "ten-off")
    assert row is not None
    assert (row.product_ids, row.arguments, row.label.en) == (("P1001",), {"percent": "50"}, "Ten off")
    assert head(shop) == before + 1


def goods_for(rows: list[Promotion]) -> list[Row]:
    """Return a product or a category for every id that promotions name."""
    named = [ids_named(row) for row in rows]
    products = {one for ids, _ in named for one in ids}
    categories = {one for _, ids in named for one in ids}
    return [
        *(Category(category_id=one, name=LocalisedText(one)) for one in categories),
        *(
            Product(product_id=one, sku=one, name=LocalisedText(one), category_id="dairy", tax_class_id="A")
            for one in products
        ),
    ]


def test_every_kind_is_published_from_its_page_as_it_stands(browser: Browser, shop: Centre) -> None:
    rows = [*EXAMPLES, EVERY_FIELD]
    with shop.database.write() as connection:
        publish(
            connection,
            {("catalogue", ""): Publication(puts=goods_for(rows)), PRICES: Publication(puts=rows)},
        )
    for row in rows:
        page = browser.read(EDIT, id=row.promotion_id)
        assert set(page.wrong) <= {"ends_at"}, (row.promotion_id, page.wrong)
        done = browser.press(page, "publish", {"label_zh": "改", "all_the_same": "yes"})
        assert "Published." in done.visible, (row.promotion_id, done.wrong)
        changed = promotion(shop, row.promotion_id)
        assert changed == msgspec.structs.replace(row, label=LocalisedText(row.label.en, "改"))


WRONG: list[tuple[str, Fill, str, str]] = [
    ("percent_off", {"argument.percent": "101"}, "argument.percent", "outside what is allowed"),
    ("percent_off", {"label": ""}, "label", "needs a name"),
    ("percent_off", {"argument.percent": ""}, "argument.percent", "is needed"),
    ("amount_off", {"argument.amount_minor": "5,00"}, "argument.amount_minor", "no amount"),
    ("amount_off", {"argument.amount_minor": "5.001"}, "argument.amount_minor", "more digits"),
    ("amount_off", {"argument.amount_minor": "0"}, "argument.amount_minor", "outside what is allowed"),
    ("fixed_price", {"argument.price_minor": "-1"}, "argument.price_minor", "negative"),
    ("percent_off", {"product_ids": "1001, nothing"}, "product_ids", "no product “nothing”"),
    ("percent_off", {"category_ids": ["toys"]}, "category_ids", "the category “toys”"),
    ("percent_off", {"hours": "25:00"}, "hours", "17:00-19:00"),
    ("percent_off", {"month_days": "0"}, "month_days", "from 1 to 31"),
    ("percent_off", {"starts_at": "soon"}, "starts_at", "Write a time"),
    ("percent_off", {"starts_at": "2026-02-01", "ends_at": "2026-01-01"}, "ends_at", "before it starts"),
    ("percent_off", {"limit_per_sale": "-1"}, "limit_per_sale", "whole number"),
    ("percent_off", {"priority": "first"}, "priority", "whole number"),
    ("percent_off", {"minimum_minor": "1e9"}, "minimum_minor", "no amount"),
    ("percent_off", {"coupon_code": "x" * 81}, "coupon_code", "At most 80"),
    ("percent_off", {"label": "a\0b"}, "label", "cannot be printed"),
    ("percent_off", {"weekdays": ["8"]}, "weekdays", "from 1 to 7"),
    ("percent_off", {"channels": ["moon"]}, "channels", "Choose one"),
    ("percent_off", {"promotion_id": "gold-10"}, "promotion_id", "has this id"),
    ("tiered_amount", {"argument.tiers.0.first": "50"}, "argument.tiers", "outside what is allowed"),
    (
        "tiered_amount",
        {"argument.tiers.0.first": "5", "argument.tiers.0.second": "6"},
        "argument.tiers",
        "more off than",
    ),
    ("bundle_price", {"argument.percent": "5"}, "argument.group_products", "groups as products or as"),
    ("shipping_off", {}, "argument.percent", "amount or a percentage"),
    ("gift_with_purchase", {"argument.gift_products": "1001"}, "argument.spend_minor", "sum to spend or"),
    ("gift_with_purchase", {"argument.gift_products": "zzz"}, "argument.gift_products", "“zzz”"),
    (
        "buy_x_get_y",
        {"argument.buy": "1", "argument.get": "1", "argument.percent": "5", "argument.price_minor": "1"},
        "argument.percent",
        "several discounts",
    ),
    (
        "percent_off",
        {"excluded_product_ids": "1001", "product_ids": "1001"},
        "excluded_product_ids",
        "touches",
    ),
]
"""Kind, what is typed, at which field the sentence stands, and a part of it."""


def test_what_is_wrong_is_told_at_its_field_and_changes_nothing(browser: Browser, shop: Centre) -> None:
    before = head(shop)
    pages = {wanted: new_page(browser, wanted) for wanted in {case[0] for case in WRONG}}
    for wanted, fill, field, says in WRONG:
        usual: Fill = {"label": "X", **({"argument.percent": "10"} if wanted == "percent_off" else {})}
        given = {**usual, **fill}
        wrong = browser.press(pages[wanted], "publish", given)
        assert (fill, wrong.status) == (fill, 422)
        assert says in wrong.wrong.get(field, ""), (fill, wrong.wrong)
        for name, text in given.items():
            if isinstance(text, str) and "\0" not in text:
                assert wrong.form.fields[name] == [text]
    assert head(shop) == before


def test_everything_that_is_wrong_is_told_at_once(browser: Browser) -> None:
    fill = {"label": "", "hours": "9-5", "product_ids": "nothing", "argument.percent": "0", "priority": "?"}
    page = browser.press(new_page(browser), "check", fill)
    assert {"label", "hours", "product_ids", "argument.percent", "priority"} <= page.wrong.keys()


@pytest.mark.parametrize(
    ("wanted", "fill", "field"),
    [
        ("percent_off", {"ends_at": "2020-01-01T00:00"}, "ends_at"),
        ("percent_off", {"coupon_code": "spring5"}, "coupon_code"),
        ("employee_price", {}, "member_groups"),
        ("percent_off", {"member_tiers": "platinum"}, "member_tiers"),
        (
            "percent_off",
            {"starts_at": "2999-02-01", "ends_at": "2999-02-28", "month_days": "31"},
            "ends_at",
        ),
    ],
)
def test_a_doubt_is_published_only_after_it_was_read(
    browser: Browser, shop: Centre, wanted: str, fill: Fill, field: str
) -> None:
    put(shop, LoyaltyProgram(tiers=(Tier(tier_id="gold"),)))
    asked = browser.press(new_page(browser, wanted), "publish", {**TEN_PERCENT, **fill})
    assert promotion(shop, "ten-off") is None
    assert field in asked.wrong
    assert "all_the_same" in asked.form.boxes
    done = browser.press(asked, "publish", {"all_the_same": "yes"})
    assert "Published." in done.visible
    assert promotion(shop, "ten-off") is not None


def test_a_copy_has_an_id_of_its_own(browser: Browser, shop: Centre) -> None:
    page = browser.follow(browser.read(LIST, q="gold-10"), "Duplicate")
    assert page.form.fields["promotion_id"] == [""]
    browser.press(page, "publish", {"label": "Silver"})
    copied, first = promotion(shop, "silver"), promotion(shop, "gold-10")
    assert copied is not None
    assert first is not None
    label = LocalisedText("Silver", first.label.zh)
    assert copied == msgspec.structs.replace(first, promotion_id="silver", label=label)


def test_a_promotion_is_removed_after_a_question(browser: Browser, shop: Centre) -> None:
    asked = browser.follow(browser.read(LIST, q="gold-10"), "Remove")
    assert promotion(shop, "gold-10") is not None
    done = browser.press(asked)
    assert "Removed:" in done.visible
    assert promotion(shop, "gold-10") is None
    assert browser.press(asked).status == 404


def test_two_who_change_the_same_promotion_hear_of_each_other(browser: Browser, shop: Centre) -> None:
    mine, theirs = browser.read(EDIT, id="gold-10"), browser.read(EDIT, id="gold-10")
    browser.press(theirs, "publish", {"argument.percent": "30"})
    before = head(shop)
    told = browser.press(mine, "publish", {"argument.percent": "20"})
    assert (told.status, head(shop)) == (409, before)
    assert "Somebody else has changed it" in told.visible
    assert '"percent": "30"' in told.visible
    assert '"percent": "20"' in told.visible
    assert told.form.fields["argument.percent"] == ["20"]
    browser.press(told, "publish")
    row = promotion(shop, "gold-10")
    assert row is not None
    assert row.arguments == {"percent": "20"}


def test_one_who_changes_what_another_has_removed_hears_of_it(browser: Browser, shop: Centre) -> None:
    page = browser.read(EDIT, id="gold-10")
    put(shop, removes=("promotion:gold-10",))
    told = browser.press(page, "publish", {"argument.percent": "20"})
    assert (told.status, promotion(shop, "gold-10")) == (409, None)
    assert "has removed it" in told.visible
    browser.press(told, "publish")
    assert promotion(shop, "gold-10") is not None


def test_a_removal_of_what_has_changed_asks_again(browser: Browser, shop: Centre) -> None:
    asked = browser.read(REMOVE, id="gold-10")
    first = promotion(shop, "gold-10")
    assert first is not None
    put(shop, msgspec.structs.replace(first, priority=7))
    again = browser.press(asked)
    assert again.status == 409
    assert "changed it meanwhile" in again.visible
    browser.press(again)
    assert promotion(shop, "gold-10") is None


def test_json_goes_into_the_fields_and_is_published_from_there(browser: Browser, shop: Centre) -> None:
    page = browser.read(EDIT, id="gold-10")
    row = msgspec.json.decode(page.form.fields["json"][0], type=Promotion)
    assert row == promotion(shop, "gold-10")
    written = msgspec.structs.replace(
        row, kind="tiered_percent", arguments={"tiers": "5000:5|10000:10"}, hours=("08:00-10:00",)
    )
    filled = browser.press(page, "json", {"json": json_text(written)})
    assert filled.form.fields["argument.tiers.1.first"] == ["100.00"]
    assert promotion(shop, "gold-10") == row
    browser.press(filled, "publish")
    assert promotion(shop, "gold-10") == written


@pytest.mark.parametrize(
    "text",
    ["{", '{"promotion_id": "other", "kind": "percent_off", "label": {"en": "x"}}', '{"kindd": 1}', "[1]"],
)
def test_json_that_cannot_be_taken_is_told_at_its_box(browser: Browser, shop: Centre, text: str) -> None:
    before = head(shop)
    page = browser.press(browser.read(EDIT, id="gold-10"), "json", {"json": text})
    assert (page.status, head(shop)) == (422, before)
    assert page.wrong["json"]
    assert page.form.fields["json"] == [text]


def test_a_row_of_a_kind_that_nobody_knows_can_be_put_right(browser: Browser, shop: Centre) -> None:
    label = LocalisedText("Odd")
    put(shop, Promotion(promotion_id="odd", kind="free_beer", label=label, arguments={"pints": "1"}))
    page = browser.read(EDIT, id="odd")
    assert "There is no such kind of promotion." in page.visible
    done = browser.press(page, "publish", {"argument.percent": "5"})
    assert "Published." in done.visible
    row = promotion(shop, "odd")
    assert row is not None
    assert (row.kind, row.arguments) == ("percent_off", {"percent": "5"})


def test_another_kind_brings_its_own_fields(browser: Browser) -> None:
    page = browser.press(new_page(browser), "check", {"kind": "n_for_price", "label": "Two"})
    assert "argument.quantity" in page.form.fields
    assert page.form.fields["label"] == ["Two"]


def second_store(shop: Centre) -> None:
    settings = msgspec.structs.replace(store_settings("S2"), name=LocalisedText("Second", "二店"))
    foreign = msgspec.structs.replace(settings, store_id="S3", currency="JPY", currency_digits=0)
    with shop.database.write() as connection:
        for row in (settings, foreign):
            stores = [{"store_id": row.store_id, "name": row.name.en, "created_at": now_text()}]
            insert_missing(connection, tables.store, stores)
            publish(connection, {("settings", row.store_id): Publication(puts=[row])})


def test_a_promotion_is_published_in_several_stores_at_once(browser: Browser, shop: Centre) -> None:
    second_store(shop)
    page = new_page(browser)
    assert page.form.boxes["stores"] == ["S2"]
    assert "has none yet" in page.visible
    browser.press(page, "publish", {**TEN_PERCENT, "stores": ["S2", "S3", "nowhere"]})
    assert promotion(shop, "ten-off", "S2") == promotion(shop, "ten-off")
    assert promotion(shop, "ten-off", "S3") is None
    assert (head(shop, "S2"), head(shop, "nowhere")) == (1, 0)
    asked = browser.read(REMOVE, id="ten-off")
    assert "has the same" in asked.visible
    browser.press(asked, "", {"stores": ["S2"]})
    assert (promotion(shop, "ten-off", "S2"), promotion(shop, "ten-off")) == (None, None)


def test_what_is_wrong_in_one_store_is_published_in_none(browser: Browser, shop: Centre) -> None:
    second_store(shop)
    put(shop, msgspec.structs.replace(SHOWN_PROMOTIONS[3]), store_id="S2")
    fill = {**TEN_PERCENT, "coupon_code": "SPRING5", "all_the_same": ""}
    put(shop, removes=("promotion:spring5",))
    page = browser.press(new_page(browser), "publish", {**fill, "stores": ["S2"]})
    assert page.wrong["coupon_code"].startswith("S2:")
    assert (promotion(shop, "ten-off"), promotion(shop, "ten-off", "S2")) == (None, None)


def test_another_promotion_of_the_same_id_in_another_store_is_no_surprise(
    browser: Browser, shop: Centre
) -> None:
    second_store(shop)
    other = msgspec.structs.replace(SHOWN_PROMOTIONS[2], promotion_id="ten-off")
    put(shop, other, store_id="S2")
    told = browser.press(new_page(browser), "publish", {**TEN_PERCENT, "stores": ["S2"]})
    assert told.status == 409
    assert promotion(shop, "ten-off") is None
    assert promotion(shop, "ten-off", "S2") == other


def test_a_store_without_digits_types_whole_amounts(browser: Browser, shop: Centre) -> None:
    put(shop, msgspec.structs.replace(store_settings(), currency="JPY", currency_digits=0))
    page = browser.press(
        new_page(browser, "amount_off"),
        "publish",
        {"label": "Yen", "argument.amount_minor": "5.00", "argument.per": "piece"},
    )
    assert "more digits" in page.wrong["argument.amount_minor"]
    browser.press(page, "publish", {"argument.amount_minor": "5"})
    row = promotion(shop, "yen")
    assert row is not None
    assert row.arguments["amount_minor"] == "5"


def test_a_page_that_nobody_has_is_told_as_a_page(browser: Browser) -> None:
    for address, status in (
        (f"{EDIT}?id=nothing", 404),
        (f"{LIST}?store=nowhere", 404),
        (f"{LIST}?q={'x' * 201}", 400),
        (f"{LIST}?q=%00", 400),
        (f"{NEW}?copy=nothing", 404),
    ):
        answer = browser.client.get(address)
        assert (address, answer.status_code) == (address, status)
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "无法显示" in browser.client.get(address, headers={"Accept-Language": "zh-CN"}).text
