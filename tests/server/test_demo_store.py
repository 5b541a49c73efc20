"""The demo store holds what the screens show, and its example sale comes to 60.22."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from retail.barcode import EmbeddedCode, ProductCode, read
from retail.basket import Basket, BasketMember, add_coupon, add_product, attach_member
from retail.pricing import PricedBasket, PricingRules, prepare, price
from retail.quantity import SellingUnit
from sync.protocol import STREAM_OF_ROW
from sync.server.catalogue_csv import Entry, gtin_check_digit
from sync.server.demo import store
from sync.server.demo.goods import demo_goods, shown_goods
from sync.server.demo.load import Wanted, demo_rows
from sync.server.demo.vocabulary import FOLDER, bases, categories
from sync.server.streams import tag_of


@pytest.fixture(scope="module")
def goods() -> list[Entry]:
    return demo_goods(5_000)


def test_five_thousand_products_differ_in_name_number_and_code(goods: list[Entry]) -> None:
    products = [entry.product for entry in goods]
    assert len(products) == 5_000
    for values in (
        [product.product_id for product in products],
        [product.name.en for product in products],
        [product.name.zh for product in products],
        [code for product in products for code in product.codes],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_every_long_code_is_a_gtin_with_its_check_digit(goods: list[Entry]) -> None:
    codes = [code for entry in goods for code in entry.product.codes if len(code) >= 8]
    assert len(codes) > 4_000
    assert all(len(code) == 13 and gtin_check_digit(code[:-1]) == code[-1] for code in codes)
    assert all(isinstance(read(code, store.BARCODE_RULES), ProductCode) for code in codes)


def test_the_same_seed_makes_the_same_goods_and_a_longer_list_begins_with_the_shorter(
    goods: list[Entry],
) -> None:
    assert demo_goods(300) == goods[:300]
    assert demo_goods(300, seed=8) != goods[:300]


def test_there_is_something_of_everything(goods: list[Entry]) -> None:
    products = [entry.product for entry in goods]
    assert {product.category_id for product in products} == {each.category_id for each in categories()}
    assert {product.tax_class_id for product in products} == {"A", "B", "Z"}
    assert sum(product.unit is SellingUnit.KILOGRAM for product in products) > 100
    assert any(product.minimum_age == 18 for product in products)
    assert any(product.open_price for product in products)
    assert all(product.initials and product.pinyin for product in products)
    assert all(entry.unit_price_minor or entry.product.open_price for entry in goods)


def test_every_icon_is_on_the_list_of_icons(goods: list[Entry]) -> None:
    listed = set((FOLDER / "icons.txt").read_text().split())
    used = {entry.product.icon for entry in goods} | {base.icon for base in bases()}
    used |= {key.icon for key in store.quick_keys()} | {category.icon for category in categories()}
    assert used - {""} <= listed


def test_quick_keys_show_what_the_picture_shows() -> None:
    entries = {entry.product.product_id: entry for entry in shown_goods()}
    keys = store.quick_keys()
    assert [key.position for key in keys] == list(range(1, 26))
    prices = [entries[key.product_id].unit_price_minor for key in keys]
    assert prices == [
        *(Decimal(minor) for minor in (550, 450, 520, 600, 180, 360, 680, 420, 280, 750, 290, 450, 90, 220)),
        *(Decimal(minor) for minor in (390, 260, 590, 850, 320, 1490, 2900, 600, 20)),
        None,
        None,
    ]
    assert [key.action for key in keys[-2:]] == ["gift_card", "open_price"]
    assert (keys[0].label.en, keys[0].label.zh) == ("Flat white", "澳白咖啡")


def test_rows_travel_in_their_streams() -> None:
    for stream, rows in demo_rows(demo_goods(50), Wanted(products=50)).items():
        assert {STREAM_OF_ROW[tag_of(row)] for row in rows} == {stream}


def test_a_scale_label_of_the_demo_store_is_read() -> None:
    digits = "2004011" + "01284"
    scan = read(digits + gtin_check_digit(digits), store.BARCODE_RULES)
    assert isinstance(scan, EmbeddedCode)
    assert (scan.item_code, scan.weight) == ("04011", Decimal("1.284"))


def example_basket(*, coupon: str = "SPRING5") -> PricedBasket:
    """Price the sale of the picture with the demo store's rules."""
    goods = {entry.product.sku: entry for entry in shown_goods()}
    basket = Basket(basket_id="b")
    for place, (sku, quantity) in enumerate(
        (
            ("1026", "2"),
            ("1007", "1"),
            ("1011", "1.284"),
            ("1001", "2"),
            ("1006", "1"),
            ("1021", "1"),
            ("1018", "1"),
        )
    ):
        entry = goods[sku]
        assert entry.unit_price_minor is not None
        basket, _line = add_product(
            basket,
            line_id=str(place),
            product=entry.product,
            quantity=Decimal(quantity),
            unit_price_minor=entry.unit_price_minor,
        )
    member = store.members(7)[0]
    basket = attach_member(
        basket,
        BasketMember(
            member_id=member.member_id,
            display_name=member.display_name,
            tier=member.tier,
            points=member.points,
        ),
    )
    settings = store.store_settings()
    rules = PricingRules(
        currency_code=settings.currency,
        currency_digits=settings.currency_digits,
        tax_included=settings.tax_included,
        tax_classes=store.TAX_CLASSES,
        promotions=store.promotions(demo_goods(500), 7, 60),
        points_per_major_unit=settings.points_per_major_unit,
    )
    return price(add_coupon(basket, coupon), prepare(rules), "2026-03-14T14:33:20+08:00")


def test_the_example_sale_comes_to_what_the_pictures_show() -> None:
    priced = example_basket()
    assert (priced.subtotal_minor, priced.saved_minor, priced.total_minor) == (7102, 1080, 6022)
    assert (priced.tax_minor, priced.points, priced.item_count) == (299, 60, 9)
    taxes = {tax.code: (tax.net_minor, tax.tax_minor, tax.gross_minor) for tax in priced.tax_totals}
    assert taxes == {"A": (3321, 299, 3620), "Z": (2402, 0, 2402)}
    labels = [discount.label.en for line in priced.lines for discount in line.discounts]
    assert labels == ["2 for 7.00", "Coffee + pastry", "Gold −10%"]
    assert priced.skipped_promotions == ()


def test_every_generated_promotion_can_be_evaluated() -> None:
    promotions = store.promotions(demo_goods(2_000), 7, 200)
    assert len(promotions) == 200
    assert len({promotion.promotion_id for promotion in promotions}) == 200
    rules = PricingRules(
        currency_code="SGD",
        currency_digits=2,
        tax_included=True,
        tax_classes=store.TAX_CLASSES,
        promotions=promotions,
    )
    assert price(Basket(basket_id="b"), prepare(rules), "2026-03-14T14:33:20+08:00").skipped_promotions == ()
