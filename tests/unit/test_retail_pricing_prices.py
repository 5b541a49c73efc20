"""What a basket costs beside its promotions: price lists, fiscal positions, taxes, points, bad lines."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from retail.basket import (
    Basket,
    BasketLine,
    DiscountRefused,
    ManualDiscount,
    PriceRefused,
    PriceSource,
    add_product,
)
from retail.basket_points import POINTS_LABEL
from retail.catalogue import ListPrice, LocalisedText, ProductKind
from retail.loyalty.program import LoyaltyProgram, ProgramInvalid, RedeemAs
from retail.money import AmountRefused
from retail.price_list import PriceList, SkippedPriceRow
from retail.pricing import PricedBasket, PricingRules, prepare, price
from retail.quantity import QuantityRefused, SellingUnit
from retail.sale import DiscountSource, LineTax
from retail.tax import FiscalPosition, TaxRounding, TaxRowRefused, UnknownFiscalPosition, UnknownService
from tests.fakes.shop import NOW, STANDARD, ZERO, basket, member, product, promotion, rules
from tests.fakes.taxes import fixed, percent, tax_class


def under(what: Basket, made: PricingRules) -> PricedBasket:
    return price(what, prepare(made), NOW)


# ---- price lists -------------------------------------------------------------------------------

THREE_FOR_LESS = PriceList(list_id="three", name=LocalisedText("Three"))
ON_THREE = (
    ListPrice(list_id="three", product_id="tea", unit_price_minor=Decimal(800), minimum_quantity=Decimal(3)),
    ListPrice(list_id="three", product_id="bananas", unit_price_minor=Decimal("199.5")),
)
LISTED = replace(rules(), price_lists=(THREE_FOR_LESS,), list_prices=ON_THREE)


def line(product_id: str, quantity: str, unit_price: str, **fields: object) -> BasketLine:
    unit = SellingUnit.KILOGRAM if product_id == "bananas" else SellingUnit.PIECE
    made = BasketLine(
        line_id=f"line-{product_id}-{quantity}-{unit_price}",
        product=product(product_id, unit=unit),
        quantity=Decimal(quantity),
        unit_price_minor=Decimal(unit_price),
    )
    return replace(made, **fields)


def of(*lines: BasketLine, **fields: object) -> Basket:
    return replace(Basket(basket_id="basket-1", lines=lines), **fields)


def prices_of(result: PricedBasket) -> list[tuple[Decimal, PriceSource, str]]:
    return [(one.unit_price_minor, one.price_source, one.price_list_id) for one in result.lines]


def test_a_quantity_break_counts_the_product_in_the_whole_basket() -> None:
    two, one_with_note = line("tea", "2", "1000"), line("tea", "1", "1000", note="gift")
    result = under(of(two, one_with_note), LISTED)
    assert prices_of(result) == [(Decimal(800), PriceSource.LIST, "three")] * 2
    assert (result.subtotal_minor, result.lines[0].line.unit_price_minor) == (2400, 1000)
    assert prices_of(under(of(two), LISTED)) == [(Decimal(1000), PriceSource.STORE, "")]


def test_promotions_come_off_the_list_price() -> None:
    made = replace(LISTED, promotions=(promotion("p", "percent_off", percent=10),))
    assert under(of(line("tea", "3", "1000")), made).total_minor == 2160


@pytest.mark.parametrize(
    "source", [PriceSource.OPEN, PriceSource.OVERRIDE, PriceSource.LIST], ids=lambda source: source.value
)
def test_a_price_that_is_not_the_stores_stays(source: PriceSource) -> None:
    result = under(of(line("tea", "3", "950", price_source=source)), LISTED)
    assert prices_of(result) == [(Decimal(950), source, "")]


def test_a_weight_on_a_label_follows_the_list_and_an_amount_does_not() -> None:
    weight = line("bananas", "1.284", "290", price_source=PriceSource.EMBEDDED)
    amount = line("bananas", "1.748", "290", price_source=PriceSource.EMBEDDED, fixed_amount_minor=508)
    result = under(of(weight, amount), LISTED)
    assert [one.gross_minor for one in result.lines] == [256, 508]
    assert [one.price_source for one in result.lines] == [PriceSource.LIST, PriceSource.EMBEDDED]


@pytest.mark.parametrize("kind", [ProductKind.GIFT_CARD, ProductKind.DEPOSIT])
def test_money_paid_in_advance_is_on_no_list(kind: ProductKind) -> None:
    card = line("tea", "3", "1000")
    card = replace(card, product=replace(card.product, kind=kind))
    assert prices_of(under(of(card), LISTED)) == [(Decimal(1000), PriceSource.STORE, "")]


def test_a_list_that_does_not_hold_now_is_not_asked() -> None:
    evening = replace(THREE_FOR_LESS, hours=("18:00-20:00",))
    assert under(of(line("tea", "3", "1000")), replace(LISTED, price_lists=(evening,))).total_minor == 3000


def test_a_list_that_cannot_be_used_is_reported_and_the_sale_goes_on() -> None:
    broken = replace(THREE_FOR_LESS, list_id="broken", based_on="nowhere")
    result = under(of(line("tea", "3", "1000")), replace(LISTED, price_lists=(broken, THREE_FOR_LESS)))
    assert result.skipped_price_rows == (SkippedPriceRow("price_list", "broken", "unknown_list"),)
    assert result.total_minor == 2400


# ---- taxes -------------------------------------------------------------------------------------

FOOD = tax_class("food", "vat", code="F")
DRINK = tax_class("drink", "vat", "deposit", code="D")
TAXED = PricingRules(
    currency_code="EUR",
    currency_digits=2,
    tax_included=True,
    tax_classes=(FOOD, DRINK, ZERO),
    taxes=(percent("vat", "10"), fixed("deposit", "25", included=False), percent("reduced", "5")),
    fiscal_positions=(
        FiscalPosition(position_id="away", taxes={"vat": ("reduced",)}, service="take_away"),
        FiscalPosition(position_id="export", taxes={"vat": ()}, keeps_prices=False, reason="export"),
        FiscalPosition(position_id="to-zero", tax_classes={"food": "tax-Z"}),
    ),
)


def taxed(tax_class_id: str, quantity: str, unit_price: str) -> BasketLine:
    made = line(f"a-{tax_class_id}", quantity, unit_price)
    return replace(made, product=replace(made.product, tax_class_id=tax_class_id))


def test_taxes_that_prices_do_not_include_are_on_top_of_those_that_they_do() -> None:
    result = under(of(taxed("food", "1", "1100"), taxed("drink", "2", "550")), TAXED)
    assert (result.subtotal_minor, result.tax_minor, result.total_minor) == (2200, 250, 2250)
    assert [(one.code, one.tax_minor, len(one.parts)) for one in result.tax_totals] == [
        ("D", 150, 2),
        ("F", 100, 1),
    ]
    assert result.lines[1].taxes == (
        LineTax(tax_id="vat", amount_minor=100, included=True),
        LineTax(tax_id="deposit", amount_minor=50, included=False),
    )


def test_a_free_drink_still_owes_its_deposit() -> None:
    free = promotion("free", "percent_off", percent=100)
    result = under(of(taxed("drink", "2", "550")), replace(TAXED, promotions=(free,)))
    assert (result.lines[0].paid_minor, result.total_minor) == (0, 50)


@pytest.mark.parametrize(
    ("fields", "store", "position", "tax"),
    [
        ({}, "", "", 100),
        ({"service": "take_away"}, "", "away", 52),
        ({"service": "eat_in"}, "", "", 100),
        ({"fiscal_position": "to-zero"}, "", "to-zero", 0),
        ({"member": replace(member("gold"), fiscal_position="away")}, "", "away", 52),
        ({}, "away", "away", 52),
    ],
)
def test_the_fiscal_position_is_the_baskets_the_members_or_the_stores(
    fields: dict[str, object], store: str, position: str, tax: int
) -> None:
    result = under(of(taxed("food", "1", "1100"), **fields), replace(TAXED, fiscal_position=store))
    assert (result.fiscal_position, result.tax_minor, result.total_minor) == (position, tax, 1100)


def test_a_line_has_the_class_that_is_used_in_its_place() -> None:
    result = under(of(taxed("food", "1", "1100"), fiscal_position="to-zero"), TAXED)
    assert (result.lines[0].tax_class_id, result.lines[0].tax_code) == ("tax-Z", "Z")


def test_a_position_that_does_not_keep_prices_takes_the_tax_out_of_them() -> None:
    store_price = taxed("food", "1", "1100")
    typed = replace(store_price, line_id="typed", price_source=PriceSource.OPEN)
    result = under(of(store_price, typed, fiscal_position="export"), TAXED)
    assert [one.unit_price_minor for one in result.lines] == [1000, 1100]
    assert (result.total_minor, result.tax_minor) == (2100, 0)


def test_by_line_each_line_knows_its_own_tax() -> None:
    made = rules(tax_rounding=TaxRounding.LINE, tax_classes=(STANDARD,))
    tee = product("tee", tax="tax-A")
    lines = [replace(line("tee", "1", "999"), line_id=str(number), product=tee) for number in range(2)]
    result = under(of(*lines), made)
    assert [one.taxes[0].amount_minor for one in result.lines] == [82, 82]
    assert under(of(*lines), rules(tax_classes=(STANDARD,))).lines[0].taxes == ()


def test_what_a_basket_cannot_be_taxed_by_is_refused() -> None:
    with pytest.raises(UnknownFiscalPosition):
        under(of(taxed("food", "1", "1100"), fiscal_position="moon"), TAXED)
    with pytest.raises(UnknownService):
        under(of(taxed("food", "1", "1100"), service="in_the_bath"), TAXED)
    with pytest.raises(TaxRowRefused):
        prepare(replace(TAXED, taxes=()))


# ---- points ------------------------------------------------------------------------------------

PROGRAM = LoyaltyProgram(
    name=LocalisedText("Leaf points"),
    points=1,
    worth_points=100,
    worth_minor=100,
    step_points=100,
    not_redeemable_category_ids=("tobacco",),
)
WITH_PROGRAM = replace(rules(), loyalty=PROGRAM)
GOLD = replace(basket(("tea", "1", "1000"), ("tee", "1", "2000")), member=member("gold"))


def test_points_come_off_every_line_and_earn_nothing() -> None:
    result = under(replace(GOLD, points_to_redeem=600), WITH_PROGRAM)
    assert (result.points_redeemed, result.points_refused) == (600, "")
    assert [(one.net_minor, one.document_discount_minor, one.paid_minor) for one in result.lines] == [
        (1000, 200, 800),
        (2000, 400, 1600),
    ]
    assert [(one.source, one.label.en, one.amount_minor) for one in result.discounts] == [
        (DiscountSource.POINTS, "Leaf points", 600)
    ]
    assert (result.total_minor, result.saved_minor, result.points) == (2400, 600, 24)


def test_points_come_after_every_other_discount() -> None:
    made = replace(WITH_PROGRAM, promotions=(promotion("p", "percent_off", percent=10),))
    what = replace(GOLD, points_to_redeem=2700, discount=ManualDiscount(percent=Decimal(50)))
    result = under(what, made)
    assert (result.points_redeemed, result.total_minor) == (1300, 50)
    assert result.points_refused == "more_than_share"


REFUSED: list[tuple[dict[str, object], dict[str, object], int, str]] = [
    # basket, programme, points taken, why not all
    ({"points_to_redeem": 100, "member": None}, {}, 0, "no_member"),
    ({"points_to_redeem": 150}, {}, 100, "not_a_step"),
    ({"points_to_redeem": 50}, {}, 0, "not_a_step"),
    ({"points_to_redeem": -100}, {}, 0, "negative"),
    ({"points_to_redeem": 9000}, {}, 3000, "more_than_share"),
    ({"points_to_redeem": 2000}, {"largest_share": Decimal(50)}, 1500, "more_than_share"),
    ({"points_to_redeem": 100}, {"redeem_as": RedeemAs.TENDER}, 0, "not_offered"),
    ({"points_to_redeem": 100}, {"worth_points": 0, "worth_minor": 0}, 0, "not_offered"),
]


@pytest.mark.parametrize(("fields", "program", "taken", "refusal"), REFUSED)
def test_points_that_cannot_be_taken_are_told(
    fields: dict[str, object], program: dict[str, object], taken: int, refusal: str
) -> None:
    made = replace(rules(), loyalty=replace(PROGRAM, **program))
    result = under(replace(GOLD, **fields), made)
    assert (result.points_redeemed, result.points_refused) == (taken, refusal)
    assert result.total_minor == 3000 - taken


def test_a_shop_without_a_programme_takes_no_points() -> None:
    result = under(replace(GOLD, points_to_redeem=100), rules())
    assert (result.total_minor, result.points_refused, result.points) == (3000, "not_offered", 30)


def test_points_buy_no_gift_card_nothing_that_takes_no_discount_and_no_excluded_category() -> None:
    what = basket(
        ("tea", "1", "1000"), ("card", "1", "5000"), ("book", "1", "700"), ("pipe:tobacco", "1", "900")
    )
    lines = list(what.lines)
    lines[1] = replace(lines[1], product=replace(lines[1].product, kind=ProductKind.GIFT_CARD))
    lines[2] = replace(lines[2], product=replace(lines[2].product, discountable=False))
    what = replace(what, lines=tuple(lines), member=member("gold"), points_to_redeem=5000)
    result = under(what, WITH_PROGRAM)
    assert [one.paid_minor for one in result.lines] == [0, 5000, 700, 900]


def test_a_programme_without_a_name_calls_them_points() -> None:
    made = replace(rules(), loyalty=replace(PROGRAM, name=LocalisedText("")))
    assert under(replace(GOLD, points_to_redeem=100), made).discounts[0].label == POINTS_LABEL


def test_a_programme_multiplies_the_points_of_lines() -> None:
    double = promotion("double", "points_multiplier", multiplier=2, product_ids=("tee",))
    assert under(GOLD, replace(WITH_PROGRAM, promotions=(double,))).points == 10 + 40


def test_a_programme_that_cannot_be_run_is_refused_before_any_sale() -> None:
    with pytest.raises(ProgramInvalid):
        prepare(replace(rules(), loyalty=replace(PROGRAM, worth_minor=0)))


# ---- lines that nobody can have ----------------------------------------------------------------


BANANAS = product("bananas", unit=SellingUnit.KILOGRAM)
BAD_LINES: list[tuple[dict[str, object], type[ValueError], str]] = [
    ({"quantity": Decimal("NaN")}, QuantityRefused, "not_a_number"),
    ({"quantity": Decimal("sNaN")}, QuantityRefused, "not_a_number"),
    ({"quantity": Decimal("Infinity")}, QuantityRefused, "not_a_number"),
    ({"quantity": Decimal(0)}, QuantityRefused, "zero"),
    ({"quantity": Decimal(-1)}, QuantityRefused, "zero"),
    ({"quantity": Decimal("1E+30")}, QuantityRefused, "too_large"),
    ({"quantity": Decimal("1.5")}, QuantityRefused, "fraction_of_piece"),
    (
        {"quantity": Decimal("1.0001"), "product": product("b", unit=SellingUnit.KILOGRAM)},
        QuantityRefused,
        "too_precise",
    ),
    ({"unit_price_minor": Decimal("NaN")}, PriceRefused, "not_a_number"),
    ({"unit_price_minor": Decimal(-1)}, PriceRefused, "negative"),
    ({"unit_price_minor": Decimal("1E+30")}, PriceRefused, "too_large"),
    ({"unit_price_minor": Decimal("0.00001")}, PriceRefused, "too_precise"),
    ({"fixed_amount_minor": -5}, AmountRefused, "negative"),
    ({"fixed_amount_minor": 10**15}, AmountRefused, "too_large"),
    ({"discount": ManualDiscount(percent=Decimal(-5))}, DiscountRefused, "negative"),
    ({"discount": ManualDiscount(percent=Decimal(101))}, DiscountRefused, "over_hundred_percent"),
    ({"discount": ManualDiscount(percent=Decimal("NaN"))}, DiscountRefused, "not_a_number"),
    ({"discount": ManualDiscount(amount_minor=-5)}, DiscountRefused, "negative"),
    ({"discount": ManualDiscount()}, DiscountRefused, "empty"),
]


@pytest.mark.parametrize(("fields", "refusal", "code"), BAD_LINES)
def test_what_no_line_may_have_is_refused_with_its_reason(
    fields: dict[str, object], refusal: type[ValueError], code: str
) -> None:
    with pytest.raises(refusal) as refused:
        under(of(replace(line("tea", "1", "1000"), **fields)), rules())
    assert getattr(refused.value, "code") == code  # noqa: B009 (each refusal has its own class)


def test_a_discount_on_the_whole_basket_that_nobody_could_mean_is_refused() -> None:
    with pytest.raises(DiscountRefused):
        under(of(line("tea", "1", "1000"), discount=ManualDiscount(amount_minor=-1)), rules())


def test_a_line_that_costs_nothing_is_priced() -> None:
    assert under(of(line("tea", "1", "0")), rules()).total_minor == 0


def test_lines_that_are_alike_but_for_their_price_are_priced_in_any_order() -> None:
    made, _ = add_product(
        basket(("tea", "1", "1000")),
        line_id="second",
        product=product("tea"),
        quantity=Decimal(1),
        unit_price_minor=Decimal(999),
    )
    made = replace(made, lines=(*made.lines, replace(made.lines[0], line_id="third", options="large")))
    offers = rules(promotion("d", "amount_off_basket", amount_minor=100))
    first = under(made, offers)
    second = under(replace(made, lines=made.lines[::-1]), offers)
    assert [one.paid_minor for one in second.lines[::-1]] == [one.paid_minor for one in first.lines]
