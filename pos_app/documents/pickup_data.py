"""What the papers of an order show, as values; apart from the layouts, for a till reads them when it starts.

Times are RFC 3339 in the store's own time. `language` is one of `pos_app.documents.labels.LANGUAGES`;
`digits` and `symbol` are the currency's. Each of the three papers is also the body of its print job, as JSON.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from retail.catalogue import LocalisedText
from retail.pickup.order import SubstitutionWish, Temperature
from retail.quantity import SellingUnit


class PickListOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One order of a walk: `name` such as `H. Osei`, `window` when it is collected (`14:40-15:10`)."""

    number: str
    name: str = ""
    window: str = ""
    items: int = 0
    note: str = ""


class PickListRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to take from one place; `bag` is the tote it goes into, empty when none is chosen yet."""

    order_number: str
    name: LocalisedText
    quantity: Decimal
    unit: SellingUnit = SellingUnit.PIECE
    place: str = ""
    temperature: Temperature = Temperature.AMBIENT
    bag: str = ""
    wish: SubstitutionWish = SubstitutionWish()
    note: str = ""
    minimum_age: int = 0


class PickList(msgspec.Struct, frozen=True, kw_only=True):
    """A walk through the store for one order or a batch; the rows stand in the order of the walk."""

    orders: tuple[PickListOrder, ...]
    rows: tuple[PickListRow, ...]
    printed_at: str
    language: str = "en"
    digits: int = 2
    copy: bool = False


class BagLabel(msgspec.Struct, frozen=True, kw_only=True):
    """The label of one bag: the `place`th of `of` bags of its order."""

    order_number: str
    bag_id: str
    place: int
    of: int
    name: str = ""
    window: str = ""
    temperature: Temperature = Temperature.AMBIENT
    location: str = ""
    minimum_age: int = 0
    language: str = "en"
    copy: bool = False


class SlipLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a handover slip. `state` is `taken`, `swapped`, `short`, `refused` or `left`.

    `instead_of` is what was ordered where it was swapped; `amount_minor` is what the line costs now.
    """

    name: LocalisedText
    quantity: Decimal
    unit: SellingUnit = SellingUnit.PIECE
    state: str = "taken"
    instead_of: LocalisedText = LocalisedText("")
    amount_minor: int = 0


class HandoverSlip(msgspec.Struct, frozen=True, kw_only=True):
    """What changed hands. Amounts are the order's: shown when ordered, charged, paid so far, still due.

    `collector` is `customer` or `proxy`; `handed_at` is empty on a slip that goes with the bags beforehand.
    """

    store_name: LocalisedText
    order_number: str
    lines: tuple[SlipLine, ...]
    shown_minor: int
    charge_minor: int
    paid_minor: int = 0
    due_minor: int = 0
    refund_minor: int = 0
    name: str = ""
    handed_at: str = ""
    handed_by: str = ""
    collector: str = "customer"
    bags: tuple[str, ...] = ()
    signature_wanted: bool = False
    language: str = "en"
    symbol: str = ""
    digits: int = 2
    copy: bool = False
