"""A small shop as values: products, rules, promotions, and the basket of the design's pictures."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from retail.basket import Basket, BasketMember, add_coupon, add_product, attach_member
from retail.catalogue import LocalisedText, Product, TaxClass
from retail.money import Rounding
from retail.pricing import PricedBasket, PricingRules, prepare, price
from retail.promotions.rule import Promotion
from retail.quantity import SellingUnit
from retail.tax import TaxRounding

NOW = "2026-03-14T14:33:00+08:00"
STANDARD = TaxClass(tax_class_id="tax-A", code="A", name=LocalisedText("Standard"), rate=Decimal(9))
ZERO = TaxClass(tax_class_id="tax-Z", code="Z", name=LocalisedText("Zero"), rate=Decimal(0))


def product(
    product_id: str,
    category: str = "pantry",
    tax: str = "tax-Z",
    *,
    unit: SellingUnit = SellingUnit.PIECE,
    minimum_age: int = 0,
    discountable: bool = True,
) -> Product:
    return Product(
        product_id=product_id,
        sku=f"SKU-{product_id}",
        name=LocalisedText(product_id.replace("-", " ").capitalize()),
        category_id=category,
        tax_class_id=tax,
        unit=unit,
        minimum_age=minimum_age,
        discountable=discountable,
    )


def basket(*lines: tuple[str, str, str], member_tier: str = "", coupons: tuple[str, ...] = ()) -> Basket:
    """Return a basket of `(product id, quantity, unit price in minor units)`, all in one category and class.

    `product:category` puts a line elsewhere; a quantity ending in `kg` is weighed.
    """
    made = Basket(basket_id="basket-1")
    for number, (name, quantity, unit_price) in enumerate(lines, start=1):
        product_id, _, category = name.partition(":")
        unit = SellingUnit.KILOGRAM if quantity.endswith("kg") else SellingUnit.PIECE
        made, _ = add_product(
            made,
            line_id=f"line-{number}",
            product=product(product_id, category or "pantry", unit=unit),
            quantity=Decimal(quantity.removesuffix("kg")),
            unit_price_minor=Decimal(unit_price),
        )
    if member_tier:
        made = attach_member(made, member(member_tier))
    for code in coupons:
        made = add_coupon(made, code)
    return made


def member(tier: str) -> BasketMember:
    return BasketMember(
        member_id="member-8817",
        display_name=LocalisedText("M. Lin", "林女士"),
        tier=tier,
        card_tail="8817",
        points=1284,
    )


def promotion(promotion_id: str, kind: str, /, *, priority: int = 100, **fields: object) -> Promotion:
    """Return a promotion; `percent=…`, `price_minor=…` and such become arguments, known fields stay."""
    known = {name: fields.pop(name) for name in list(fields) if name in Promotion.__struct_fields__}
    made = Promotion(
        promotion_id=promotion_id,
        kind=kind,
        label=LocalisedText(promotion_id),
        arguments={name: str(value) for name, value in fields.items()},
        priority=priority,
    )
    return replace(made, **known)


def rules(
    *promotions: Promotion,
    tax_included: bool = True,
    tax_rounding: TaxRounding = TaxRounding.DOCUMENT,
    rounding: Rounding = Rounding.HALF_UP,
    tax_classes: tuple[TaxClass, ...] = (STANDARD, ZERO),
    currency: tuple[str, int] = ("SGD", 2),
) -> PricingRules:
    return PricingRules(
        currency_code=currency[0],
        currency_digits=currency[1],
        tax_included=tax_included,
        tax_rounding=tax_rounding,
        rounding=rounding,
        tax_classes=tax_classes,
        promotions=promotions,
        points_per_major_unit=1,
    )


def priced(what: Basket, *promotions: Promotion, now: str = NOW) -> PricedBasket:
    """Price a basket under the shop's usual rules with these promotions."""
    return price(what, prepare(rules(*promotions)), now)


PICTURE_PROMOTIONS = (
    promotion("2 for 7.00", "n_for_price", quantity=2, price_minor=700, product_ids=("oat-milk",)),
    promotion(
        "Coffee + pastry", "bundle_saving", saving_minor=150, group_products="flat-white|butter-croissant"
    ),
    promotion("Gold -10%", "percent_off", percent=10, category_ids=("apparel",), member_tier="gold"),
    promotion("SPRING5", "amount_off_basket", amount_minor=500, minimum_minor=5000, coupon_code="SPRING5"),
)


def picture_basket() -> Basket:
    """Return the basket of the design's Sell, Pay and receipt pictures."""
    kilogram, piece = SellingUnit.KILOGRAM, SellingUnit.PIECE
    made = Basket(basket_id="basket-412")
    for product_id, category, tax, unit, quantity, unit_price, options in (
        ("oat-milk", "dairy", "tax-Z", piece, "2", "420", ""),
        ("sourdough-loaf", "bakery", "tax-Z", piece, "1", "680", ""),
        ("bananas", "produce", "tax-Z", kilogram, "1.284", "290", ""),
        ("flat-white", "cafe", "tax-A", piece, "2", "550", "oat milk, extra shot"),
        ("butter-croissant", "bakery", "tax-A", piece, "1", "360", ""),
        ("cotton-tee", "apparel", "tax-A", piece, "1", "2900", ""),
        ("jasmine-tea", "pantry", "tax-Z", piece, "1", "850", ""),
    ):
        made, _ = add_product(
            made,
            line_id=f"line-{product_id}",
            product=product(product_id, category, tax, unit=unit),
            quantity=Decimal(quantity),
            unit_price_minor=Decimal(unit_price),
            options=options,
        )
    return add_coupon(attach_member(made, member("gold")), "SPRING5")
