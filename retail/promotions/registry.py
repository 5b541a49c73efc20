"""Every kind of promotion, by the name in its row. A new kind is one file beside this one and a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from retail.promotions.amount_off_basket import AmountOffBasket
from retail.promotions.bundle_saving import BundleSaving
from retail.promotions.kind import Kind
from retail.promotions.n_for_price import NForPrice
from retail.promotions.percent_off import PercentOff
from retail.promotions.rule import Promotion

KINDS: Final[dict[str, Callable[[Promotion], Kind]]] = {
    "percent_off": PercentOff.read,
    "n_for_price": NForPrice.read,
    "bundle_saving": BundleSaving.read,
    "amount_off_basket": AmountOffBasket.read,
}
