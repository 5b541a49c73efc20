"""The cache's questions: codes, prices, search in two languages, people, rules."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pos_app.database.cache import Cache
from pos_app.database.streams import Streams
from retail.barcode import BarcodeRule
from retail.catalogue import Category, LocalisedText, QuickKey, TaxClass
from retail.promotions.rule import Promotion
from retail.search_text import search_query
from retail.staff import StaffMember
from retail.store import StoreSettings
from tests.database.till_files import NOW, bootstrap, keyed, member, price, product

CATALOGUE = [
    product(
        "p1",
        "Oat milk, barista 1 L",
        "燕麦牛奶",
        pinyin="yan mai niu nai",
        codes=("9500000000018",),
        popularity=5,
    ),
    product(
        "p2", "Whole milk 1 L", "全脂牛奶", pinyin="quan zhi niu nai", codes=("9500000000025",), popularity=9
    ),
    product("p3", "Café crème", "咖啡", pinyin="ka fei", codes=("00042",), category_id="cafe"),
    product("p4", "Milk chocolate", "牛奶巧克力", pinyin="niu nai qiao ke li", codes=("9500000000032",)),
    product("p5", "Cow and grass", "牛与草", pinyin="niu yu cao"),
    product("p6", "Cologne 47110 Original", "古龙水", pinyin="gu long shui"),
    Category(category_id="dairy", name=LocalisedText("Dairy", "乳品"), position=2),
    Category(category_id="cafe", name=LocalisedText("Café", "咖啡"), position=1),
    TaxClass(tax_class_id="Z", code="Z", name=LocalisedText("Zero"), rate=Decimal(0)),
]


@pytest.fixture(autouse=True)
def _stocked(streams: Streams) -> None:
    bootstrap(streams, "catalogue", CATALOGUE)
    bootstrap(streams, "prices", [price("p1", "420"), price("p2", "290.5")])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("milk", ["p2", "p1", "p4"]),
        ("MILK who", ["p2"]),
        ("m", ["p2", "p1", "p4"]),
        ("牛奶", ["p2", "p1", "p4"]),
        ("牛", ["p2", "p1", "p4", "p5"]),
        ("牛草", []),
        ("奶牛", []),
        ("nn", ["p2", "p1", "p4"]),
        ("nnq", ["p4"]),
        ("ymnn", ["p1"]),
        ("niun", ["p2", "p1", "p4"]),
        ("niu nai", ["p2", "p1", "p4"]),
        ("cafe creme", ["p3"]),
        ("ＭＩＬＫ", ["p2", "p1", "p4"]),
        ("95000000000", ["p1", "p2", "p4"]),
        ("sku-p3", ["p3"]),
        ("4711", ["p6"]),
        ("47110 col", ["p6"]),
        ("47111", []),
        ("48110", []),
        ("zzz", []),
        ("", []),
        ("  ", []),
        ('"', []),
        ('milk" OR *', []),
        ("NEAR(", []),
        ("x" * 500, []),
        ("\x00", []),
    ],
)
def test_search_finds_by_word_character_pinyin_initials_and_code(
    cache: Cache, typed: str, found: list[str]
) -> None:
    assert [each.product.product_id for each in cache.search(typed)] == found


def test_search_gives_prices_and_keeps_to_its_limit(cache: Cache) -> None:
    first, second = cache.search("milk", 2)
    assert (first.unit_price_minor, second.unit_price_minor) == (Decimal("290.5"), Decimal(420))


def test_a_query_is_always_quoted() -> None:
    assert search_query('牛奶 oat-milk "x') == '"牛 奶"* "oat"* "milk"* "x"*'


def test_a_product_is_found_by_any_equal_form_of_its_code(cache: Cache) -> None:
    found = cache.product_by_code(("09500000000018", "9500000000018"))
    assert found is not None
    assert found.product == CATALOGUE[0]
    assert found.unit_price_minor == Decimal(420)
    assert cache.product_by_code(("1", "2")) is None
    assert cache.product_by_code(()) is None


def test_an_item_number_is_found_with_or_without_leading_zeros(cache: Cache) -> None:
    for number in ("00042", "42"):
        found = cache.item_by_plu(number)
        assert (found is not None) == (number == "00042")
    assert cache.item_by_plu("000000") is None


def test_a_product_without_a_price_has_none(cache: Cache) -> None:
    found = cache.product("p3")
    assert found is not None
    assert found.unit_price_minor is None
    assert cache.product("p999") is None


def test_categories_and_their_products_come_in_order(cache: Cache) -> None:
    assert [each.category_id for each in cache.categories()] == ["cafe", "dairy"]
    dairy = [each.product.product_id for each in cache.products_in("dairy")]
    assert dairy[:2] == ["p2", "p1"]
    assert [each.product.product_id for each in cache.products_in("dairy", 1, 1)] == ["p1"]
    assert cache.products_in("nowhere") == ()


def test_quick_keys_come_with_their_products(cache: Cache, streams: Streams) -> None:
    keys = [
        QuickKey(position=2, product_id="p1"),
        QuickKey(position=1, product_id="gone"),
        QuickKey(position=3, action="gift_card"),
    ]
    bootstrap(streams, "settings", keys)
    quick = cache.quick_keys()
    assert [each.quick_key.position for each in quick] == [1, 2, 3]
    assert [each.found is not None for each in quick] == [False, True, False]


def test_members_are_found_by_card_name_and_last_digits(cache: Cache, streams: Streams) -> None:
    other = member("M2", "A. Tan", "陈先生", "MBR00001234")
    bootstrap(streams, "members", [member("M1"), other])
    assert cache.member_by_card("MBR00008817") == member("M1")
    assert cache.member_by_card("MBR") is None
    assert [each.member_id for each in cache.member_search("lin")] == ["M1"]
    assert [each.member_id for each in cache.member_search("陈")] == ["M2"]
    assert [each.member_id for each in cache.member_search("1234")] == ["M2"]
    assert len(cache.member_search("4471")) == 2
    assert cache.member_search("") == ()


def test_staff_and_rules_are_read_whole(cache: Cache, streams: Streams) -> None:
    noor = StaffMember(staff_id="noor", display_name="Noor A.", badge_code="STF0001")
    bootstrap(streams, "staff", [noor, StaffMember(staff_id="kim", display_name="Kim")])
    assert cache.staff_by_badge("STF0001") == noor
    assert cache.staff_by_badge("") is None
    assert len(cache.staff()) == 2
    rules = [BarcodeRule(position=2, pattern="20IIIIINNNNNC", kind="weight")]
    bootstrap(streams, "settings", [*rules, StoreSettings(store_id="S1", name=LocalisedText("Harbour Lane"))])
    assert cache.barcode_rules() == tuple(rules)
    store = cache.settings()
    assert store is not None
    assert store.name.en == "Harbour Lane"
    promotion = Promotion(promotion_id="x", kind="percent_off", label=LocalisedText("-10%"))
    bootstrap(streams, "prices", [promotion])
    found = cache.rules()
    assert promotion in found.rows
    assert found.settings == store
    assert found.versions["prices"] == 1
    assert [each.tax_class_id for each in cache.tax_classes()] == ["Z"]


def test_the_till_may_sell_once_all_that_is_needed_is_in(cache: Cache, streams: Streams) -> None:
    assert not cache.is_ready()
    assert cache.as_of() == ""
    for stream in ("staff", "settings"):
        bootstrap(streams, stream, [])
    assert cache.is_ready()
    assert cache.as_of() == NOW
    assert cache.as_of("members") == ""
    assert cache.counts() == {"catalogue": 9, "prices": 2, "staff": 0, "settings": 0}
    assert cache.settings() is None


def test_a_row_of_a_later_version_is_kept_and_passed_over(
    cache: Cache, streams: Streams, expected_logs: object
) -> None:
    expected_logs(r"WARNING pos_app.database")  # type: ignore[operator]  # the announcing fixture
    rows = [
        *keyed([product("p1")]),
        ("hologram:h1", b'{"row":"hologram","shines":true}'),
        ("product:p9", b'{"row":"product","product_id":"p9","unit":"barrel"}'),
    ]
    streams.begin_bootstrap("catalogue", "epoch-1", 1, 3)
    streams.stage("catalogue", rows, rows[-1][0])
    assert streams.finish_bootstrap("catalogue", lambda: True)
    assert cache.counts()["catalogue"] == 3
    assert cache.product("p9") is None
    assert cache.product("p1") is not None
