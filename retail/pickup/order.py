"""An online order that is picked in a store and handed over at its desk, as frozen values.

Every price in an order is what the customer pays: discounts off, tax in. A line is divided into parts, and
each part carries the trail of what became of it, so that a step can be undone by taking its passage away.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from retail.catalogue import LocalisedText, Product
from retail.money import Rounding


class OrderState(StrEnum):
    """Where an order stands; `retail.pickup.transitions` says which may follow which."""

    PLACED = "placed"
    ACCEPTED = "accepted"
    PICKING = "picking"
    PAUSED = "paused"
    PICKED = "picked"
    SHORT = "short"  # nothing of it could be had
    READY = "ready"
    PARTLY_HANDED_OVER = "partly_handed_over"
    HANDED_OVER = "handed_over"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    RETURN_TO_SHELF = "return_to_shelf"
    RETURNED = "returned"


class LineState(StrEnum):
    """Where a part of a line stands. `dropped` and `to_return` are how an order that is over shows it."""

    TO_PICK = "to_pick"
    ASKED = "asked"
    AGREED = "agreed"
    PICKED = "picked"
    SHORT = "short"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"
    RETURNED = "returned"
    WRITTEN_OFF = "written_off"
    DROPPED = "dropped"
    TO_RETURN = "to_return"


class Temperature(StrEnum):
    """How goods are kept; pickers walk in this order, so that what is cold is taken last."""

    AMBIENT = "ambient"
    CHILLED = "chilled"
    FROZEN = "frozen"


class WishKind(StrEnum):
    """What the customer wants when something has run out."""

    NONE = "none"
    SAME_PRICE = "same_price"
    UP_TO_PERCENT = "up_to_percent"
    UP_TO_AMOUNT = "up_to_amount"
    ASK = "ask"


class SubstitutionWish(msgspec.Struct, frozen=True, kw_only=True):
    """The wish for one line: `percent`, or `amount_minor` a unit ordered, is how much dearer it may be."""

    kind: WishKind = WishKind.NONE
    percent: Decimal = Decimal(0)
    amount_minor: int = 0


class ShortReason(StrEnum):
    """Why something could not be picked; `retail.pickup.goods` says which of them change the stock."""

    NOT_FOUND = "not_found"  # the stock says there is some
    DAMAGED = "damaged"
    PAST_ITS_DATE = "past_its_date"
    SOLD_OUT = "sold_out"  # the stock says so too
    SUBSTITUTE_DECLINED = "substitute_declined"
    CUSTOMER_CHANGED = "customer_changed"
    MOVED = "moved"  # the customer collects it at another store, at the same price: nobody types this


class Substitute(msgspec.Struct, frozen=True, kw_only=True):
    """Another product in place of the ordered one, at its own price: `quantity` of it for `covers` ordered.

    `agreed` says that the customer has said yes to this very offer.
    """

    product: Product
    unit_price_minor: Decimal
    quantity: Decimal
    covers: Decimal
    agreed: bool = False


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """What one step made of a part. `quantity` is what was really taken, in the unit of what was taken."""

    state: LineState
    step_id: str
    quantity: Decimal = Decimal(0)
    bag_id: str = ""
    substitute: Substitute | None = None
    reason: str = ""


class LinePart(msgspec.Struct, frozen=True, kw_only=True):
    """Some of a line: how much of what was ordered it covers, and its trail. No trail yet is `to_pick`."""

    covers: Decimal
    trail: tuple[Passage, ...] = ()

    @property
    def now(self) -> Passage:
        return self.trail[-1] if self.trail else _UNTOUCHED

    @property
    def state(self) -> LineState:
        return self.now.state


_UNTOUCHED = Passage(state=LineState.TO_PICK, step_id="")


class PickupLine(msgspec.Struct, frozen=True, kw_only=True):
    """One ordered line of pieces or of a weight. `parts` is empty as long as nothing has become of it.

    `amount_minor` is what the customer was shown for the whole line, with every promotion in it.
    """

    line_id: str
    product: Product
    quantity: Decimal
    unit_price_minor: Decimal
    amount_minor: int
    wish: SubstitutionWish = SubstitutionWish()
    temperature: Temperature = Temperature.AMBIENT
    note: str = ""
    parts: tuple[LinePart, ...] = ()

    @property
    def divided(self) -> tuple[LinePart, ...]:
        """Its parts; what they cover sums to `quantity`."""
        return self.parts or (LinePart(covers=self.quantity),)


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """As much of the customer as a desk needs: `name` such as `R. Tan`, the last digits of the telephone.

    Messages go out by `contact_id`; number and address themselves stay at the centre.
    """

    name: str = ""
    phone_tail: str = ""
    contact_id: str = ""
    member_id: str = ""
    language: str = ""


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """When the customer comes, RFC 3339 with offset."""

    starts_at: str = ""
    ends_at: str = ""


class Bag(msgspec.Struct, frozen=True, kw_only=True):
    """A bag or tote, and the shelf, fridge or freezer where it waits (empty: not put away yet)."""

    bag_id: str
    temperature: Temperature = Temperature.AMBIENT
    location: str = ""


class PickLock(msgspec.Struct, frozen=True, kw_only=True):
    """Who picks an order. A courtesy among people, which no amount of goods or money depends on.

    `lock_id` is the step that took it. In a paused order `staff_id` is who shall go on, empty for anybody.
    """

    lock_id: str = ""
    staff_id: str = ""
    until: str = ""


class PaymentKind(StrEnum):
    """Money that moved for an order."""

    AUTHORISED = "authorised"
    VOIDED = "voided"  # an authorisation, or a part of it, that is given up
    CAPTURED = "captured"  # taken from what was authorised
    PAID = "paid"  # at the desk, or online at once
    REFUNDED = "refunded"


class PaymentEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One movement of money, named by the sale, charge or refund that it was.

    `online_minor` is what the same sale at the desk sold against money that came online: no other sale of the
    order sells that again.
    """

    kind: PaymentKind
    amount_minor: int
    reference: str
    online_minor: int = 0


class OrderPayment(msgspec.Struct, frozen=True, kw_only=True):
    """The money so far. `ceiling_minor` is what the customer agreed to online; None when the desk is paid."""

    ceiling_minor: int | None = None
    entries: tuple[PaymentEntry, ...] = ()


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The store's rules as they were when the order was placed: they never change under an order.

    `weight_tolerance_percent` is how far from the ordered weight a weighed line may end; what is heavier
    costs more only if `heavier_is_charged`. `gift_percent` is how much dearer a substitute at the ordered
    price may be. Above the ceiling only with `charge_above_ceiling`.
    """

    weight_tolerance_percent: Decimal = Decimal(10)
    heavier_is_charged: bool = False
    gift_percent: Decimal = Decimal(25)
    charge_above_ceiling: bool = False
    proxy_allowed: bool = True
    no_show_fee_minor: int = 0
    rounding: Rounding = Rounding.HALF_UP


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """A step that was taken: who, when, why, about which line or bag, and the order's states around it."""

    step_id: str
    kind: str
    by: str
    at: str
    before: OrderState
    after: OrderState
    about: str = ""
    reason: str = ""
    undone_by: str = ""


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person should see: a step refused when it arrived, or one taken that crossed another."""

    step_id: str
    kind: str
    by: str
    at: str
    code: str
    taken: bool
    about: str = ""


class OtherOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order of another store that goods were moved to, or came from."""

    order_id: str
    number: str
    store_id: str
    store_name: LocalisedText


class OfferState(StrEnum):
    """Where the offer of another store stands."""

    OPEN = "open"
    MOVED = "moved"
    DECLINED = "declined"  # by the customer, by silence, or because nothing was left there
    WITHDRAWN = "withdrawn"  # before anybody answered


class StoreOffer(msgspec.Struct, frozen=True, kw_only=True):
    """What ran out here and another store has: the customer may say yes until `answer_until` (RFC 3339).

    `offer_id` is the step that made it, `answered_by` the one that ended it. `slot` is when it could be
    collected there. With `struck_if_not` what is not moved is struck off and not charged, else somebody looks
    for it here all the same.
    """

    offer_id: str
    line_id: str
    store_id: str
    store_name: LocalisedText
    quantity: Decimal
    answer_until: str
    slot: Slot = Slot()
    struck_if_not: bool = True
    state: OfferState = OfferState.OPEN
    answered_by: str = ""
    moved_to: OtherOrder | None = None


class PickupOrder(msgspec.Struct, frozen=True, kw_only=True, tag="pickup_order", tag_field="row"):
    """An order as the centre knows it; with a till's own steps applied, as that till shows it.

    `version` rises by one with each step taken or refused. `ready_by` is when it must be ready,
    `collect_until` when it expires; times are RFC 3339. `reminded` are the reminders sent, in minutes
    before `collect_until`. `code_digest` is what the digits of the pickup code are checked against offline
    (`sync.pickup_code`). `at_risk` are lines whose goods were sold at a counter: they may be missing, and
    `offers` are the other stores offered for them. `moved_from` is the order whose goods this one took over.
    """

    order_id: str
    store_id: str = ""
    number: str = ""
    channel: str = "shop"
    outside_reference: str = ""
    placed_at: str = ""
    currency: str = ""
    state: OrderState = OrderState.PLACED
    version: int = 0
    slot: Slot = Slot()
    ready_by: str = ""
    collect_until: str = ""
    contact: Contact = Contact()
    lines: tuple[PickupLine, ...] = ()
    payment: OrderPayment = OrderPayment()
    note: str = ""
    here_since: str = ""
    here_note: str = ""
    lock: PickLock | None = None
    bags: tuple[Bag, ...] = ()
    reminded: tuple[int, ...] = ()
    terms: Terms = Terms()
    code_digest: str = ""
    at_risk: tuple[str, ...] = ()
    history: tuple[Done, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    offers: tuple[StoreOffer, ...] = ()
    moved_from: OtherOrder | None = None

    @property
    def key(self) -> str:
        return self.order_id
