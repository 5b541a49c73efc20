"""What Vendure's admin API answers, as frozen values: only the fields that are asked for."""

from __future__ import annotations

from typing import Any, Final

import msgspec

CANCELLED: Final = "Cancelled"
AUTHORISED: Final = "PaymentAuthorized"
SETTLED: Final = "PaymentSettled"

TO_TAKE: Final = (AUTHORISED, SETTLED)
"""The states in which an order that somebody has placed and paid waits for its goods."""


class _Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Vendure writes names in camel case."""


class Named(_Shape, frozen=True, kw_only=True):
    """The code of a shipping method."""

    code: str


class ShippingLine(_Shape, frozen=True, kw_only=True):
    """How an order is to reach its customer."""

    shipping_method: Named


class Customer(_Shape, frozen=True, kw_only=True):
    """Who ordered."""

    first_name: str = ""
    last_name: str = ""
    email_address: str = ""
    phone_number: str | None = None


class Address(_Shape, frozen=True, kw_only=True):
    """As much of an address as is used here."""

    full_name: str | None = None
    phone_number: str | None = None


class VariantNamed(_Shape, frozen=True, kw_only=True):
    """A product variant by its item number."""

    sku: str


class OrderLine(_Shape, frozen=True, kw_only=True):
    """One line: how many without what was cancelled, and what they cost, discounts off and tax in."""

    id: str
    quantity: int
    amount_minor: int = msgspec.field(name="proratedLinePriceWithTax")
    variant: VariantNamed = msgspec.field(name="productVariant")

    @property
    def sku(self) -> str:
        return self.variant.sku


class FulfillmentLine(_Shape, frozen=True, kw_only=True):
    """How much of a line a fulfilment has."""

    order_line_id: str
    quantity: int


class Fulfillment(_Shape, frozen=True, kw_only=True):
    """Goods on their way."""

    id: str
    state: str
    lines: tuple[FulfillmentLine, ...] = ()


class Refund(_Shape, frozen=True, kw_only=True):
    """Money that was given back, or is to be."""

    id: str
    total: int
    state: str


class Payment(_Shape, frozen=True, kw_only=True):
    """Money that was promised or given."""

    id: str
    state: str
    refunds: tuple[Refund, ...] = ()

    @property
    def is_authorised(self) -> bool:
        return self.state == "Authorized"

    @property
    def is_taken(self) -> bool:
        return self.state == "Settled"


class Note(_Shape, frozen=True, kw_only=True):
    """An entry of an order's history; `data` is Vendure's own."""

    data: dict[str, Any]


class Notes(_Shape, frozen=True, kw_only=True):
    """The notes of an order."""

    items: tuple[Note, ...] = ()


class ShopOrder(_Shape, frozen=True, kw_only=True):
    """An order as Vendure has it."""

    id: str
    code: str
    state: str
    updated_at: str
    currency_code: str
    lines: tuple[OrderLine, ...]
    customer: Customer | None = None
    shipping_address: Address | None = None
    shipping_lines: tuple[ShippingLine, ...] = ()
    payments: tuple[Payment, ...] | None = None
    fulfillments: tuple[Fulfillment, ...] | None = None
    history: Notes = Notes()

    @property
    def going(self) -> tuple[Fulfillment, ...]:
        """Its fulfilments that were not called off."""
        return tuple(one for one in self.fulfillments or () if one.state != CANCELLED)

    def not_fulfilled(self) -> dict[str, int]:
        """Return how much of each line, by its id, is in no fulfilment yet; lines with nothing left out."""
        left = {line.id: line.quantity for line in self.lines}
        for fulfilment in self.going:
            for part in fulfilment.lines:
                left[part.order_line_id] = left.get(part.order_line_id, 0) - part.quantity
        return {line_id: quantity for line_id, quantity in left.items() if quantity > 0}

    def has_note(self, text: str) -> bool:
        """Say whether this very note stands in its history."""
        return any(one.data.get("note") == text for one in self.history.items)


class ShopLevel(_Shape, frozen=True, kw_only=True):
    """What Vendure has of a variant at one location."""

    stock_location_id: str
    stock_on_hand: int


class ShopVariant(_Shape, frozen=True, kw_only=True):
    """A product variant with its stock. `track_inventory` is `TRUE`, `FALSE` or `INHERIT`."""

    id: str
    sku: str
    track_inventory: str
    stock_levels: tuple[ShopLevel, ...] = ()


class Located(_Shape, frozen=True, kw_only=True):
    """A stock location."""

    id: str
    name: str


class ServerConfig(_Shape, frozen=True, kw_only=True):
    """How the server was configured."""

    money_strategy_precision: int


class GlobalSettings(_Shape, frozen=True, kw_only=True):
    """What holds for the whole shop."""

    track_inventory: bool
    server_config: ServerConfig
