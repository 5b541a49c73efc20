"""What is asked of the order book and what it answers, for the storefront and for sales channels alike."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from retail.catalogue import LocalisedText
from retail.pickup.desk_rules import PickupDesk
from retail.pickup.order import PickupOrder, SubstitutionWish
from retail.store import StoreSettings
from sync.server.database.order_tables import PAID_AT_DESK as PAID_AT_DESK
from sync.server.database.order_tables import PAID_ONLINE as PAID_ONLINE
from sync.server.database.order_tables import PAID_TO_CHANNEL as PAID_TO_CHANNEL
from sync.server.database.order_tables import SHOP_CHANNEL as SHOP_CHANNEL
from sync.server.orders.problem_texts import sentence

PAYMENTS: tuple[str, ...] = (PAID_AT_DESK, PAID_ONLINE, PAID_TO_CHANNEL)
"""Who takes the money: the desk when the customer comes; this shop's payment page, for which goods are held
meanwhile; or the channel, which has it already and names it by its own reference."""


class WantedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a basket: pieces, or kilograms of what is weighed.

    `shown_amount_minor` is what another shop has sold the line for, tax in: it is the price, whatever the
    store itself charges. An order that comes to another total that way raises an alarm.
    """

    product_id: str
    quantity: Decimal
    wish: SubstitutionWish = SubstitutionWish()
    note: str = ""
    shown_amount_minor: int | None = None


class ContactDetails(msgspec.Struct, frozen=True, kw_only=True):
    """The customer. `phone` and `email` never leave the centre; one of them is needed to be told anything.

    `language` is such as `en` or `zh_CN`.
    """

    name: str
    phone: str = ""
    email: str = ""
    language: str = "en"


class PlaceOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it is wished for. The same `(channel, outside_reference)` is the same order, once.

    `expected_total_minor` is what the customer was shown: another total places nothing (`price_changed`).
    `allow_partial` takes what there is of a line that is too few. `age_confirmed` says that the customer has
    stated to be old enough for everything in the basket; the desk looks at a document all the same.
    """

    store_id: str
    channel: str = SHOP_CHANNEL
    outside_reference: str
    lines: tuple[WantedLine, ...]
    contact: ContactDetails
    slot_starts_at: str
    member_id: str = ""
    coupons: tuple[str, ...] = ()
    note: str = ""
    payment: str = PAID_AT_DESK
    allow_partial: bool = False
    age_confirmed: bool = False
    expected_total_minor: int | None = None


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """An order in the book. `repeated` says that it was there already and nothing was done.

    `code_text` is what the QR code says, `digits` what is read out instead; `page_key` opens the customer's
    page. `payment_address` is the provider's page, empty when nothing is paid online or it is not known yet.
    """

    order: PickupOrder
    code_text: str
    digits: str
    page_key: str
    payment_address: str = ""
    repeated: bool = False


class CollectStore(msgspec.Struct, frozen=True, kw_only=True):
    """A store that takes online orders."""

    settings: StoreSettings
    desk: PickupDesk

    @property
    def store_id(self) -> str:
        return self.settings.store_id


class OrderPage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the customer's own page shows.

    `waiting_for_payment` is a held order whose goods are kept until `hold_until`; `released` one that was
    never paid. `rating` is 1 to 5, 0 when the customer has not said. `other_pages` opens the pages of the
    orders that goods of this one were moved to, or came from, by order id.
    """

    order: PickupOrder
    store: CollectStore
    contact: ContactDetails
    code_text: str
    digits: str
    page_key: str
    payment: str
    payment_address: str = ""
    waiting_for_payment: bool = False
    released: bool = False
    hold_until: str = ""
    rating: int = 0
    other_pages: dict[str, str] = {}


class OrderProblem(Exception):
    """Something that cannot be done with an order; `code` is stable, `message` says it in both languages.

    `line_id` and `product_id` say what it is about; `left` is how much of it there is (`not_enough`), and
    `total_minor` what the basket costs now (`price_changed`).
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        line_id: str = "",
        product_id: str = "",
        left: Decimal | None = None,
        total_minor: int | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.line_id = line_id
        self.product_id = product_id
        self.left = left
        self.total_minor = total_minor

    @property
    def message(self) -> LocalisedText:
        """What a person reads."""
        return sentence(self.code)
