"""What goods a scan names, with the quantity its label says: the same reading and look-up as selling uses."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pos_app.database.cache import Cache, PricedProduct
from pos_app.services.label_quantity import day_of, measured_on, quantity_of_label
from retail.barcode import EmbeddedCode, ProductCode
from retail.freshness import Freshness, freshness
from retail.label_price import LabelPriceRefused, label_price_minor
from retail.quantity import SellingUnit
from retail.store import StoreSettings


@dataclass(frozen=True, slots=True)
class Goods:
    """A product in hand; `quantity` is what its label says in the product's unit, None when nothing."""

    found: PricedProduct
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NoGoods:
    """Codes: `not_in_catalogue`, `goods_expired` (`detail` is the day), `label_without_weight`."""

    code: str
    detail: str = ""


def goods_of(
    scan: ProductCode | EmbeddedCode, cache: Cache, settings: StoreSettings, now: str
) -> Goods | NoGoods:
    """Return the goods that a code names at a moment of the store's clock."""
    if isinstance(scan, EmbeddedCode):
        found = cache.item_by_plu(scan.item_code)
    else:
        found = cache.product_by_code(scan.candidates)
    if found is None:
        return NoGoods("not_in_catalogue", scan.code)
    if isinstance(scan, ProductCode):
        state = freshness(scan, now)
        if state in (Freshness.EXPIRED, Freshness.SELL_BY_PASSED):
            return NoGoods("goods_expired", day_of(scan.expiry or scan.expires_at or scan.sell_by, now))
    said = measured_on(scan, found.product.unit)
    if said is not None or found.product.unit is SellingUnit.PIECE:
        return Goods(found, said)
    return _by_price(found, scan, settings)


def _by_price(
    found: PricedProduct, label: ProductCode | EmbeddedCode, settings: StoreSettings
) -> Goods | NoGoods:
    """Return how much a label with a price alone stands for, as the store's price of a unit tells it."""
    try:
        amount = label_price_minor(label, currency_code=settings.currency, digits=settings.currency_digits)
    except LabelPriceRefused as refused:
        return NoGoods("label_without_weight", str(refused.price))
    if amount is None:
        return Goods(found) if isinstance(label, ProductCode) else NoGoods("label_without_weight", label.code)
    if amount <= 0 or not found.unit_price_minor:
        return NoGoods("label_without_weight", label.code)
    quantity, _ = quantity_of_label(found.product, amount, found.unit_price_minor, None)
    return Goods(found, quantity)
