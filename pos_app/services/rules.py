"""The store's rules as the cache knows them now, prepared once for every scan that follows."""

from __future__ import annotations

from dataclasses import dataclass

from pos_app.database.cache import Cache
from retail.barcode import BarcodeRule
from retail.catalogue import LocalisedText
from retail.money import CashRounding, Rounding
from retail.order_rules import order_rules
from retail.pricing import PreparedRules, prepare
from retail.promotions.rule import Promotion
from retail.store import StoreSettings
from retail.store_rules import rules_of


class StoreNotReady(Exception):
    """The till has not yet received what it needs to sell (catalogue, prices, staff, settings)."""


@dataclass(frozen=True, slots=True)
class StoreRules:
    """Everything that decides an amount in this store, read in one go.

    `of_orders` are for baskets that pay an online order, whose prices are final.
    """

    settings: StoreSettings
    online: PreparedRules
    offline: PreparedRules
    of_orders: PreparedRules
    versions: dict[str, int]
    barcodes: tuple[BarcodeRule, ...]
    cash_rounding: CashRounding
    coupon_labels: dict[str, LocalisedText]
    network_coupons: frozenset[str]

    def prepared(self, *, network: bool, order_id: str = "") -> PreparedRules:
        """Return the pricing rules that hold with or without a network, or for an order's payment."""
        if order_id:
            return self.of_orders
        return self.online if network else self.offline


class RulesInForce:
    """Keeps the prepared rules, and reads them again when the centre changed them."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._rules: StoreRules | None = None

    @property
    def current(self) -> StoreRules:
        """Return the rules in force; raises `StoreNotReady` before the first synchronisation."""
        if self._rules is None:
            self._rules = self._read()
        return self._rules

    def forget(self) -> None:
        """Read again at the next use; called when rows of a stream changed."""
        self._rules = None

    def _read(self) -> StoreRules:
        found = self._cache.rules()
        settings = found.settings
        if settings is None or not self._cache.is_ready():
            raise StoreNotReady
        promotions = [each for each in found.rows if isinstance(each, Promotion)]
        with_network = rules_of(settings, found.rows, network=True)
        online = prepare(with_network)
        needs_network = any(each.needs_network for each in promotions)
        offline = prepare(rules_of(settings, found.rows, network=False)) if needs_network else online
        return StoreRules(
            settings=settings,
            online=online,
            offline=offline,
            of_orders=prepare(order_rules(with_network)),
            versions=found.versions,
            barcodes=self._cache.barcode_rules(),
            cash_rounding=CashRounding(settings.cash_rounding_minor, Rounding(settings.cash_rounding_mode)),
            coupon_labels={each.coupon_code: each.label for each in promotions if each.coupon_code},
            network_coupons=frozenset(
                each.coupon_code for each in promotions if each.coupon_code and each.needs_network
            ),
        )
