"""What outside shops send and are answered, as frozen values: the words of `docs/channel-api.md`."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from retail.catalogue import LocalisedText
from retail.pickup.order import SubstitutionWish
from sync.protocol import ErrorAnswer
from sync.server.channels.order_view import SeenOrder
from sync.server.database.order_tables import PAID_TO_CHANNEL

Reference = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z0-9._:~-]{1,80}$",
        description="The outside shop's own name for its order.",
        examples=["M-1001"],
    ),
]
StoreId = Annotated[str, Meta(max_length=40, examples=["S1"])]
ProductId = Annotated[str, Meta(max_length=80, examples=["P1006"])]


class AskedLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One wanted line: pieces, or kilograms of what is weighed, as decimal text."""

    product_id: ProductId
    quantity: Annotated[Decimal, Meta(examples=["2"])]
    wish: SubstitutionWish = SubstitutionWish()
    note: Annotated[str, Meta(max_length=500)] = ""


class AskedContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The customer: a name, and a telephone number or an e-mail address."""

    name: Annotated[str, Meta(max_length=80, examples=["Rachel Tan"])]
    phone: Annotated[str, Meta(max_length=40, examples=["+65 9123 4567"])] = ""
    email: Annotated[str, Meta(max_length=254, examples=["rachel@shop.example"])] = ""
    language: Annotated[str, Meta(examples=["en", "zh_CN"])] = "en"


class AskedOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order to place. The same `reference` with the same content is the same order, once.

    `payment` is `channel` (the outside shop has the money) or `desk` (the customer pays when collecting).
    With `expected_total_minor`, another total places nothing (`price_changed` says the total as it is now).
    `allow_partial` takes what there is of a line that is too few.
    """

    reference: Reference
    store_id: StoreId
    lines: tuple[AskedLine, ...]
    contact: AskedContact
    slot_starts_at: Annotated[str, Meta(max_length=40, examples=["2026-11-22T16:00:00+08:00"])]
    payment: Annotated[str, Meta(examples=["channel", "desk"])] = PAID_TO_CHANNEL
    note: Annotated[str, Meta(max_length=500)] = ""
    allow_partial: bool = False
    age_confirmed: bool = False
    expected_total_minor: int | None = None


class AskedCancel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why an order is not wanted any more; the store reads it."""

    reason: Annotated[str, Meta(min_length=1, max_length=200, examples=["The customer changed their mind."])]


class AskedAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The customer's yes or no to a substitute: `question` is that of a part that is `asked`."""

    line_id: Annotated[str, Meta(max_length=80)]
    question: Annotated[str, Meta(max_length=80)]
    agrees: bool


class AskedRefund(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money that the outside shop has given back; each `refund_reference` counts once."""

    refund_reference: Reference
    amount_minor: Annotated[int, Meta(gt=0, examples=[350])]


class PlacedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An order in the book. `repeated`: it was there already, and nothing was done.

    `code_text` is what the QR code of the pickup says, `code_digits` what is read out instead; `page_path` is
    the customer's own page at the centre.
    """

    order: SeenOrder
    code_text: str
    code_digits: str
    page_path: str
    repeated: bool


class FeedChange(msgspec.Struct, frozen=True, kw_only=True):
    """One change: `kind` as in webhooks, and the order as it stands now."""

    number: int
    kind: str
    at: str
    order: SeenOrder


class FeedPage(msgspec.Struct, frozen=True, kw_only=True):
    """Changes in order. Ask again with `after=next_after`; an empty page says that there is nothing newer."""

    changes: tuple[FeedChange, ...]
    next_after: int


class SeenStore(msgspec.Struct, frozen=True, kw_only=True):
    """A store that hands out orders. `offset` is that of the clock on its wall."""

    store_id: str
    name: LocalisedText
    address: str
    telephone: str
    currency: str
    currency_digits: int
    offset: str


class SeenStores(msgspec.Struct, frozen=True, kw_only=True):
    """Every store that sells online."""

    stores: tuple[SeenStore, ...]


class SeenProduct(msgspec.Struct, frozen=True, kw_only=True):
    """A product of a store: what it costs on the shelf and how much of it may be promised now.

    An order costs what the store charges with its promotions, so a basket may be cheaper.
    """

    product_id: str
    sku: str
    name: LocalisedText
    unit: str
    unit_price_minor: Decimal
    available: Decimal
    minimum_age: int


class ProductPage(msgspec.Struct, frozen=True, kw_only=True):
    """Products by id. Ask again with `after=next_after`; empty: these were the last."""

    products: tuple[SeenProduct, ...]
    next_after: str


class SeenSlot(msgspec.Struct, frozen=True, kw_only=True):
    """A time to collect; one with a `refusal` (`slot_full`, `too_late`) cannot be chosen."""

    starts_at: str
    ends_at: str
    refusal: str


class SeenSlots(msgspec.Struct, frozen=True, kw_only=True):
    """The slots of the coming days."""

    slots: tuple[SeenSlot, ...]


class OrderErrorAnswer(ErrorAnswer, frozen=True, kw_only=True):
    """A refusal with what it is about: which line or product, how much is left, what the basket costs now."""

    line_id: str = ""
    product_id: str = ""
    left: Decimal | None = None
    total_minor: int | None = None
