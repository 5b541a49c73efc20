"""What became of a cashier's step, as frozen values that a view-model turns into a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pos_app.database.open_sales import OpenSale
from pos_app.services.pickup_outcomes import PromisedGoods
from retail.basket import ManualDiscount
from retail.catalogue import LocalisedText, Product
from retail.pricing import PricedBasket
from retail.staff import Act, ApprovalNeeded, StaffMember


@dataclass(frozen=True, slots=True)
class BasketView:
    """The open sale with its price, and what stands beside it.

    `sale_number` is the receipt counter this sale will get if nothing is sold before it.
    """

    open_sale: OpenSale
    priced: PricedBasket
    sale_number: int
    held: tuple[OpenSale, ...]
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Added:
    """A line was added, or its quantity grew; `best_before` is the day (ISO 8601) that has passed for it."""

    line_id: str
    name: LocalisedText
    amount_minor: int
    best_before: str = ""


@dataclass(frozen=True, slots=True)
class NeedsPrice:
    """The product has no fixed price: the cashier must type one."""

    product: Product
    quantity: Decimal | None


@dataclass(frozen=True, slots=True)
class NeedsWeight:
    """The product is sold by weight and none is known."""

    product: Product


@dataclass(frozen=True, slots=True)
class NeedsAge:
    """The customer's age must be checked before this product may be sold."""

    product: Product
    age: int
    text: str
    quantity: Decimal | None


@dataclass(frozen=True, slots=True)
class NotInCatalogue:
    """A readable code that no product carries."""

    code: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing changed. `code` is stable; `detail` is the figure or text it is about."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MemberAttached:
    """A member's card was read."""

    name: LocalisedText
    tier: str


@dataclass(frozen=True, slots=True)
class CouponAdded:
    """A coupon is on the sale; `unused_because` is empty when it takes effect."""

    code: str
    unused_because: str = ""


@dataclass(frozen=True, slots=True)
class CashierRecognised:
    """A staff badge was read."""

    staff: StaffMember


@dataclass(frozen=True, slots=True)
class ReceiptRecognised:
    """A receipt's barcode was read."""

    receipt_number: str


@dataclass(frozen=True, slots=True)
class PaymentCodeRead:
    """A customer's payment code was read; it is never shown or stored."""

    text: str

    def __repr__(self) -> str:
        return "PaymentCodeRead(…)"


@dataclass(frozen=True, slots=True)
class Changed:
    """A step took effect; `what` names it for the sentence with Undo.

    `allowed_by` is the name of who allowed it, where somebody had to; `detail` what else it is about.
    """

    what: str
    name: LocalisedText | None = None
    amount_minor: int = 0
    line_id: str = ""
    allowed_by: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to do, with the figures of now in minor units.

    `before_minor` and `after_minor` are unit prices for a price, else what the line or the sale comes to;
    `discount` is the one that is to be given; `detail` is a receipt's number, or why the drawer is to open.
    """

    act: Act
    name: LocalisedText | None = None
    before_minor: Decimal = Decimal(0)
    after_minor: Decimal = Decimal(0)
    discount: ManualDiscount | None = None
    detail: str = ""

    @property
    def change_minor(self) -> Decimal:
        """What it changes: negative for what is given away."""
        return self.after_minor - self.before_minor


@dataclass(frozen=True, slots=True)
class NeedsApproval:
    """Nothing changed yet: somebody must allow this first."""

    needed: ApprovalNeeded
    asked: Asked


Outcome = (
    Added
    | NeedsPrice
    | NeedsWeight
    | NeedsAge
    | NotInCatalogue
    | Refused
    | MemberAttached
    | CouponAdded
    | CashierRecognised
    | ReceiptRecognised
    | PaymentCodeRead
    | Changed
    | NeedsApproval
    | PromisedGoods
)
"""Every answer to a cashier's step."""
