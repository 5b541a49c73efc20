"""What a shop knows about taxes, as rows: taxes, the groups they are totalled by, fiscal positions."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from retail.catalogue import LocalisedText
from retail.quantity import SellingUnit

SERVICES: Final = ("eat_in", "take_away")
"""How food may be served where that decides about its tax."""


class TaxKind(StrEnum):
    """How a tax is counted.

    `percent` is a percentage of its base. `fixed` is an amount per piece, kilogram, litre or metre.
    `division` is a percentage of its base and itself together (the Brazilian ICMS "por dentro",
    Lei Complementar 87/1996 art. 13 § 1). `group` is a name for several taxes and counts nothing itself.
    """

    PERCENT = "percent"
    FIXED = "fixed"
    DIVISION = "division"
    GROUP = "group"


class Tax(msgspec.Struct, frozen=True, kw_only=True, tag="tax", tag_field="row"):
    """One tax; a `TaxClass` lists those of its goods in the order in which they are counted.

    `rate` is in percent (kinds `percent` and `division`), `amount_minor` minor units of the currency for
    each unit `per` (kind `fixed`), perhaps finer than one. `included` says that prices contain the tax;
    None means: as the store says. The amount of a tax that `affects_next` belongs to the base of the
    later ones of the same line, except of those whose `base_is_affected` is false. `children` are the
    taxes of a `group`. Under `group_id` a tax is totalled on paper. A `reverse_charge` is owed by the
    buyer, so it is shown and not charged; `exemption_reason` is printed where nothing is charged.
    """

    tax_id: str
    name: LocalisedText = LocalisedText("")
    kind: TaxKind = TaxKind.PERCENT
    rate: Decimal = Decimal(0)
    amount_minor: Decimal = Decimal(0)
    per: SellingUnit = SellingUnit.PIECE
    included: bool | None = None
    affects_next: bool = False
    base_is_affected: bool = True
    children: tuple[str, ...] = ()
    group_id: str = ""
    reverse_charge: bool = False
    exemption_reason: str = ""

    @property
    def key(self) -> str:
        return self.tax_id


class TaxGroup(msgspec.Struct, frozen=True, kw_only=True, tag="tax_group", tag_field="row"):
    """Taxes that a document shows as one figure (GST for CGST and SGST), in the order of `position`."""

    group_id: str
    name: LocalisedText = LocalisedText("")
    position: int = 0

    @property
    def key(self) -> str:
        return self.group_id


class FiscalPosition(msgspec.Struct, frozen=True, kw_only=True, tag="fiscal_position", tag_field="row"):
    """Which taxes and tax classes stand for which others, for a customer, a store or a kind of service.

    `tax_classes` maps a class to the one that is used in its place, `taxes` a tax to those charged in its
    place (none: exempt, for the printed `reason`). The class is mapped first, then each of its taxes, each
    once: what a mapping leads to is never mapped again. A class without taxes of its own has one tax with
    the id of the class. `service` (`eat_in`, `take_away`) lets the position hold for baskets so served. A
    position that maps nothing is the way to say: as at home.

    A price that contains taxes stays what it is when `keeps_prices`; otherwise its own taxes are taken out
    of it first (see `retail.tax.position.adapted_price`).
    """

    position_id: str
    name: LocalisedText = LocalisedText("")
    taxes: dict[str, tuple[str, ...]] = {}
    tax_classes: dict[str, str] = {}
    reason: str = ""
    service: str = ""
    keeps_prices: bool = True

    @property
    def key(self) -> str:
        return self.position_id
