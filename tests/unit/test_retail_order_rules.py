"""An online order is paid at a desk at what was shown, with tax inside, whatever the store's prices are."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from retail.basket import Basket, BasketLine, PriceSource
from retail.catalogue import LocalisedText, TaxClass
from retail.order_rules import order_rules
from retail.pricing import prepare, price
from retail.tax import Tax
from tests.fakes.shop import NOW, product, promotion, rules

EXCLUDED = Tax(tax_id="state", name=LocalisedText("State tax"), rate=Decimal(8), included=False)
OWED_BY_BUYER = Tax(
    tax_id="owed", name=LocalisedText("Reverse charge"), rate=Decimal(20), reverse_charge=True
)
LISTED = TaxClass(
    tax_class_id="tax-S", code="S", name=LocalisedText("State"), rate=Decimal(0), taxes=("state",)
)
OWED = TaxClass(tax_class_id="tax-R", code="R", name=LocalisedText("Owed"), rate=Decimal(0), taxes=("owed",))
STORE = replace(
    rules(promotion("half", "percent_off", percent=50)),
    tax_included=False,
    taxes=(EXCLUDED, OWED_BY_BUYER),
    tax_classes=(*rules().tax_classes, LISTED, OWED),
)


def basket_of(*amounts: tuple[str, int]) -> Basket:
    """Return a basket of `(tax class, amount)`, as an order is paid at the desk."""
    return Basket(
        basket_id="basket-1",
        order_id="P-1",
        lines=tuple(
            BasketLine(
                line_id=str(number),
                product=product(f"p{number}", tax=tax_class),
                quantity=Decimal(3),
                unit_price_minor=Decimal(400),
                price_source=PriceSource.ORDER,
                fixed_amount_minor=amount,
            )
            for number, (tax_class, amount) in enumerate(amounts)
        ),
    )


def test_tax_is_inside_where_the_store_adds_it_to_its_own_prices() -> None:
    paid = price(basket_of(("tax-A", 1090), ("tax-S", 1080)), prepare(order_rules(STORE)), NOW)
    assert paid.total_minor == 2170
    assert {total.code: (total.net_minor, total.tax_minor) for total in paid.tax_totals} == {
        "A": (1000, 90),
        "S": (1000, 80),
    }
    added = price(basket_of(("tax-A", 1090), ("tax-S", 1080)), prepare(STORE), NOW)
    assert added.total_minor == 2170 + 98 + 86


def test_what_the_buyer_owes_stays_outside() -> None:
    paid = price(basket_of(("tax-R", 1200)), prepare(order_rules(STORE)), NOW)
    assert (paid.total_minor, paid.tax_minor) == (1200, 0)


@given(
    st.lists(
        st.tuples(st.sampled_from(("tax-A", "tax-Z", "tax-S", "tax-R")), st.integers(1, 99_999)),
        min_size=1,
        max_size=6,
    )
)
def test_the_basket_always_comes_to_what_was_shown(amounts: list[tuple[str, int]]) -> None:
    paid = price(basket_of(*amounts), prepare(order_rules(STORE)), NOW)
    assert paid.total_minor == sum(amount for _, amount in amounts)
    assert paid.promotions == ()
