"""The basket behind a sale can be had again, whole or what is kept of it, and is priced as it was."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from msgspec.structs import replace

from retail.basket import (
    Basket,
    ManualDiscount,
    PriceSource,
    add_coupon,
    add_product,
    attach_member,
    discount_basket,
    discount_line,
)
from retail.catalogue import ListPrice, LocalisedText, Product
from retail.price_list import PriceList
from retail.pricing import PricingRules, prepare, price
from retail.quantity import SellingUnit
from retail.sale import AppliedDiscount, DiscountSource, Sale
from retail.sold_basket import sold_basket, under_what
from tests.fakes.shop import NOW, PICTURE_PROMOTIONS, basket, member, picture_basket, product, rules
from tests.fakes.sold import sold, version_1


def again(
    sale: Sale,
    *,
    products: Mapping[str, Product] | None = None,
    prices: Mapping[str, Decimal] | None = None,
    kept: Mapping[int, Decimal] | None = None,
) -> Basket:
    return sold_basket(sale, products=products or {}, prices=prices or {}, kept=kept)


def test_the_picture_is_priced_as_it_was_from_its_sale_alone() -> None:
    what = rules(*PICTURE_PROMOTIONS)
    sale = sold(add_coupon(attach_member(picture_basket(), member("gold")), "spring5"), what)
    for each in (sale, version_1(sale)):
        made = price(again(each), prepare(what), NOW)
        assert (made.total_minor, [line.paid_minor for line in made.lines]) == (
            sale.total_minor,
            [line.paid_minor for line in sale.lines],
        )


def test_the_members_case_is_the_one_that_was_priced() -> None:
    sale = sold(replace(picture_basket(), channel="online", service="eat_in"), rules())
    assert sale.priced_under is not None
    assert sale.member is not None
    sale = replace(
        sale, priced_under=replace(sale.priced_under, birthday="03-14", member_orders=0, member_groups=("x",))
    )
    made = again(sale)
    assert (made.channel, made.service, made.coupons) == ("online", "eat_in", ("SPRING5",))
    assert made.member is not None
    assert (made.member.birthday, made.member.orders, made.member.groups) == ("03-14", 0, ("x",))
    assert again(replace(sale, member=None)).member is None
    plain = version_1(replace(sale, member=None))
    assert again(plain).member is None


def test_a_products_own_rules_are_those_of_the_day() -> None:
    book = product("book", discountable=False)
    made, _ = add_product(
        Basket(basket_id="b"), line_id="1", product=book, quantity=Decimal(1), unit_price_minor=Decimal(900)
    )
    sale = sold(made, rules())
    assert again(sale).lines[0].product.discountable is True
    assert again(sale, products={"book": book}).lines[0].product == book


def test_a_label_keeps_its_amount_and_a_part_of_it_its_part() -> None:
    cheese = product("cheese", unit=SellingUnit.KILOGRAM)
    made, _ = add_product(
        Basket(basket_id="b"),
        line_id="1",
        product=cheese,
        quantity=Decimal("0.250"),
        unit_price_minor=Decimal(3200),
        price_source=PriceSource.EMBEDDED,
        fixed_amount_minor=777,
    )
    sale = sold(made, rules())
    assert again(sale).lines[0].fixed_amount_minor == 777
    assert again(sale, kept={1: Decimal("0.100")}).lines[0].fixed_amount_minor == 311
    old = version_1(sale)
    assert again(old).lines[0].fixed_amount_minor == 777  # not 0.250 kg at 32.00
    weighed = replace(old, lines=(replace(old.lines[0], gross_minor=800),))
    assert again(weighed).lines[0].fixed_amount_minor is None
    near = replace(sale, lines=(replace(sale.lines[0], gross_minor=800),))
    assert again(near).lines[0].fixed_amount_minor == 800


def test_a_price_list_decides_again_where_the_stores_price_is_known() -> None:
    many = PriceList(list_id="many", name=LocalisedText("Many"), percent=Decimal(-10))
    what: PricingRules = replace(rules(), price_lists=(many,))
    sale = sold(basket(("tea", "2", "1000")), what)
    assert sale.lines[0].unit_price_minor == 900
    (known,) = again(sale, prices={"tea": Decimal(1000)}).lines
    assert (known.price_source, known.unit_price_minor) == (PriceSource.STORE, 1000)
    plain = sold(basket(("tea", "2", "1000")), rules())
    assert again(plain, prices={"tea": Decimal(1000)}).lines[0].price_source is PriceSource.STORE
    (unknown,) = again(sale).lines
    assert (unknown.price_source, unknown.unit_price_minor) == (PriceSource.OPEN, 900)
    for prices in ({}, {"tea": Decimal(1000)}):
        assert price(again(sale, prices=prices), prepare(what), NOW).total_minor == 1800


@pytest.mark.parametrize("source", [PriceSource.OPEN, PriceSource.OVERRIDE])
def test_a_price_that_was_typed_stands(source: PriceSource) -> None:
    made = basket(("tea", "1", "700"))
    sale = sold(replace(made, lines=(replace(made.lines[0], price_source=source),)), rules())
    (line,) = again(sale, prices={"tea": Decimal(1000)}).lines
    assert (line.price_source, line.unit_price_minor) == (source, 700)


def test_what_was_given_by_hand_goes_down_with_what_is_kept() -> None:
    made = discount_line(
        basket(("tea", "2", "1000"), ("jam", "1", "500")), "line-1", ManualDiscount(amount_minor=300)
    )
    sale = sold(discount_basket(made, ManualDiscount(amount_minor=220)), rules())
    whole = again(sale)
    assert whole.lines[0].discount == ManualDiscount(amount_minor=300)
    assert whole.discount == ManualDiscount(amount_minor=220)
    half = again(sale, kept={1: Decimal(1)})
    assert [line.line_id for line in half.lines] == ["1"]
    assert half.lines[0].discount == ManualDiscount(amount_minor=150)
    assert half.discount == ManualDiscount(amount_minor=85)  # 8.50 of 22.00 is kept


def test_a_quantity_break_that_is_not_reached_any_more_does_not_count() -> None:
    many = PriceList(list_id="many", name=LocalisedText("Many"))
    row = ListPrice(
        list_id="many", product_id="tea", unit_price_minor=Decimal(800), minimum_quantity=Decimal(6)
    )
    what: PricingRules = replace(rules(), price_lists=(many,))
    made = basket(("tea", "6", "1000"))
    made = replace(made, lines=(replace(made.lines[0], list_prices=(row,)),))
    sale = sold(made, what)
    assert sale.total_minor == 4800
    prices, list_prices = {"tea": Decimal(1000)}, {"tea": (row,)}
    for kept, total in ((None, 4800), ({1: Decimal(6)}, 4800), ({1: Decimal(5)}, 5000)):
        found = sold_basket(sale, products={}, prices=prices, list_prices=list_prices, kept=kept)
        assert price(found, prepare(what), NOW).total_minor == total


@pytest.mark.parametrize(("birthday", "told"), [("03-30", "03-30"), ("04-01", ""), ("", "")])
def test_a_birthday_is_told_in_its_own_month_only(birthday: str, told: str) -> None:
    made = basket(("tea", "1", "850"))
    someone = replace(member("gold"), birthday=birthday, fiscal_position="export", groups=("staff",))
    for who in (None, someone):
        under = under_what(
            attach_member(made, who),
            priced_at=NOW,
            network=False,
            versions={"prices": 7},
            points_redeemed=20,
        )
        assert (under.birthday, under.fiscal_position) == ((told, "export") if who else ("", ""))
        assert (under.prices_version, under.catalogue_version, under.network) == (7, 0, False)
        assert under.points_redeemed == 20


def test_points_are_redeemed_again_for_the_whole_and_spent_for_a_part() -> None:
    sale = sold(basket(("tea", "2", "1000")), rules())
    assert sale.priced_under is not None
    sale = replace(sale, priced_under=replace(sale.priced_under, points_redeemed=400))
    off = AppliedDiscount(source=DiscountSource.POINTS, label=LocalisedText("Points"), amount_minor=400)
    sale = replace(sale, discounts=(off,))
    assert (again(sale).points_to_redeem, again(sale).discount) == (400, None)
    half = again(sale, kept={1: Decimal(1)})
    assert (half.points_to_redeem, half.discount) == (0, ManualDiscount(amount_minor=200))


def test_a_sale_that_was_worth_nothing_has_nothing_to_divide() -> None:
    sale = sold(
        discount_line(basket(("tea", "1", "850")), "line-1", ManualDiscount(amount_minor=850)), rules()
    )
    assert again(sale, kept={1: Decimal(1)}).discount is None
