"""Every kind of promotion, by the name in its row. A new kind is one file beside this one and a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from retail.promotions.amount_off import AmountOff
from retail.promotions.amount_off_basket import AmountOffBasket
from retail.promotions.bundle_price import BundlePrice
from retail.promotions.bundle_saving import BundleSaving
from retail.promotions.buy_x_get_y import BuyXGetY
from retail.promotions.employee_price import EmployeePrice
from retail.promotions.fixed_price import FixedPrice
from retail.promotions.gift_with_purchase import GiftWithPurchase
from retail.promotions.group_buy_price import GroupBuyPrice
from retail.promotions.kind import Kind
from retail.promotions.n_for_price import NForPrice
from retail.promotions.percent_off import PercentOff
from retail.promotions.percent_off_basket import PercentOffBasket
from retail.promotions.points_multiplier import PointsMultiplier
from retail.promotions.quantity_tiers import QuantityTiers
from retail.promotions.rule import Promotion
from retail.promotions.shipping_off import ShippingOff
from retail.promotions.tiered_amount import TieredAmount
from retail.promotions.tiered_percent import TieredPercent

KINDS: Final[dict[str, Callable[[Promotion], Kind]]] = {
    "percent_off": PercentOff.read,
    "percent_off_basket": PercentOffBasket.read,
    "amount_off": AmountOff.read,
    "amount_off_basket": AmountOffBasket.read,
    "fixed_price": FixedPrice.read,
    "n_for_price": NForPrice.read,
    "buy_x_get_y": BuyXGetY.read,
    "bundle_saving": BundleSaving.read,
    "bundle_price": BundlePrice.read,
    "quantity_tiers": QuantityTiers.read,
    "tiered_amount": TieredAmount.read,
    "tiered_percent": TieredPercent.read,
    "gift_with_purchase": GiftWithPurchase.read,
    "group_buy_price": GroupBuyPrice.read,
    "shipping_off": ShippingOff.read,
    "points_multiplier": PointsMultiplier.read,
    "employee_price": EmployeePrice.read,
}
