"""A store's settings and rows become its pricing rules, the same at the till and at the centre."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from retail.catalogue import Category, ListPrice, LocalisedText, TaxClass
from retail.loyalty.program import LoyaltyProgram
from retail.money import Rounding
from retail.price_list import PriceList
from retail.store import StoreSettings
from retail.store_rules import RULE_TAGS, rules_of
from retail.tax import FiscalPosition, Tax, TaxGroup, TaxRounding
from tests.fakes.shop import promotion

SETTINGS = StoreSettings(
    store_id="S1",
    name=LocalisedText("Harbour Lane"),
    currency="BHD",
    currency_digits=3,
    tax_included=False,
    tax_rounding="line",
    rounding="half_even",
    points_per_major_unit=2,
    fiscal_position="home",
)
TAXED = TaxClass(tax_class_id="A", code="A", name=LocalisedText("Standard"), rate=Decimal(10), taxes=("vat",))
ALWAYS = promotion("always", "percent_off", percent=10)
ONLINE = promotion("single-use", "percent_off", percent=50, coupon_code="ONCE", needs_network=True)
ROWS = (
    TAXED,
    Tax(tax_id="vat", rate=Decimal(10)),
    TaxGroup(group_id="vat"),
    FiscalPosition(position_id="home"),
    ALWAYS,
    ONLINE,
    PriceList(list_id="web", name=LocalisedText("Web")),
    ListPrice(list_id="web", product_id="tea", unit_price_minor=Decimal(850)),
    LoyaltyProgram(program_id="second"),
    LoyaltyProgram(program_id="first", points=1),
    Category(category_id="tea", name=LocalisedText("Tea")),
)


def test_every_setting_and_row_has_its_place() -> None:
    rules = rules_of(SETTINGS, ROWS, network=True)
    assert (rules.currency_code, rules.currency_digits, rules.tax_included) == ("BHD", 3, False)
    assert (rules.tax_rounding, rules.rounding) == (TaxRounding.LINE, Rounding.HALF_EVEN)
    assert (rules.points_per_major_unit, rules.fiscal_position) == (2, "home")
    assert rules.tax_classes == (TAXED,)
    assert [one.tax_id for one in rules.taxes] == ["vat"]
    assert [one.group_id for one in rules.tax_groups] == ["vat"]
    assert [one.position_id for one in rules.fiscal_positions] == ["home"]
    assert rules.promotions == (ALWAYS, ONLINE)
    assert [one.list_id for one in rules.price_lists] == ["web"]
    assert [one.product_id for one in rules.list_prices] == ["tea"]
    assert rules.loyalty == LoyaltyProgram(program_id="first", points=1)


def test_without_a_network_what_needs_one_is_left_out() -> None:
    assert rules_of(SETTINGS, ROWS, network=False).promotions == (ALWAYS,)


def test_a_store_without_a_programme_has_none() -> None:
    assert rules_of(SETTINGS, (), network=True).loyalty is None


@pytest.mark.parametrize("field", ["rounding", "tax_rounding"])
def test_a_rounding_that_nobody_knows_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match="sometimes"):
        rules_of(replace(SETTINGS, **{field: "sometimes"}), (), network=True)


def test_the_rows_that_decide_prices_are_named_by_their_tags() -> None:
    for tag, row_type in RULE_TAGS.items():
        assert row_type.__struct_config__.tag == tag  # type: ignore[attr-defined]  # every row is a struct
