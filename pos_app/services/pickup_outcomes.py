"""What became of a step of an online order, as frozen values that a view-model turns into sentences.

Codes are stable. A refusal of an order's rules carries the code that `docs/pickup-order.md` explains.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from retail.availability.counter import AtRisk, Choice, SaleVerdict
from retail.catalogue import LocalisedText, Product
from retail.pickup.amounts import LineAmount, OrderMoney
from retail.pickup.handover import AtDesk, Missing
from retail.pickup.order import Bag, PickupOrder, SubstitutionWish, Temperature
from retail.pickup.pick_list import PickTask, Progress
from retail.pickup.steps import StepKind
from retail.pickup.substitution import Verdict

# ---- any step -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step was taken and is stored. `order` is how it stands now; `step_id` is what an undo names."""

    order: PickupOrder
    step_id: str
    kind: StepKind


@dataclass(frozen=True, slots=True)
class NotDone:
    """Nothing changed, and nothing was stored.

    `code` is one of "Why a step was refused" in `docs/pickup-order.md`, or `unknown_order`,
    `not_enrolled`, `nothing_open`. `detail` is what it is about: a staff id for `locked_by_other` and
    `handed_to_other`, a bag, a quantity.
    """

    code: str
    order_id: str = ""
    detail: str = ""


StepOutcome = StepDone | NotDone
"""Every answer to one step of one order."""


# ---- finding an order ---------------------------------------------------------------------------------


class CodeVerdict(StrEnum):
    """What a pickup code is good for here."""

    OK = "ok"
    NOT_READY = "not_ready"  # ours and genuine; the order is not ready yet
    USED = "used"  # everything was handed over already; the order says when and by whom
    PAST_ITS_DATE = "past_its_date"  # nobody came in time; the goods go back, or went back
    CANCELLED = "cancelled"
    SHORT = "short"  # nothing of the order could be had
    FORGED = "forged"
    OTHER_STORE = "other_store"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_ORDER = "unknown_order"  # genuine, but the order has not reached this till
    UNREADABLE = "unreadable"
    WRONG_DIGITS = "wrong_digits"  # no order here has them
    TOO_MANY_TRIES = "too_many_tries"  # wrong digits were typed too often; scanning goes on working
    NO_DESK = "no_desk"  # this store takes no online orders, or its rules have not arrived


@dataclass(frozen=True, slots=True)
class FoundByCode:
    """What a pickup code opened. `order` is None for every verdict that knows no order of this store.

    `store_id` is the other store's, `wait_seconds` how long no digits may be tried.
    """

    verdict: CodeVerdict
    order: PickupOrder | None = None
    store_id: str = ""
    wait_seconds: int = 0


@dataclass(frozen=True, slots=True)
class ShownStock:
    """A product's stock here and now, in its selling unit, and the code of its shelf (empty: unknown)."""

    on_hand: Decimal
    place: str = ""


# ---- picking ------------------------------------------------------------------------------------------


class PickCode(StrEnum):
    """What became of a scan or a key while picking."""

    # done
    BEGUN = "begun"
    PICKED = "picked"  # more of the line is open
    LINE_COMPLETE = "line_complete"  # picked, and nothing of the line is open any more
    SUBSTITUTED = "substituted"
    SHORTED = "shorted"
    ASKED = "asked"
    SET_LATER = "set_later"
    TOTE_ASSIGNED = "tote_assigned"
    BAG_IN_HAND = "bag_in_hand"  # a bag to put away was scanned; its place comes next
    STAGED = "staged"
    PAUSED = "paused"
    FINISHED = "finished"  # nothing is left to pick; the bags are put away next
    NOTHING_PICKED = "nothing_picked"  # finished, and nothing of the order could be had
    READY = "ready"
    UNDONE = "undone"
    RENEWED = "renewed"
    CHOSEN = "chosen"
    # something is asked first
    NEEDS_WEIGHT = "needs_weight"
    NEEDS_TOTE = "needs_tote"  # scan a tote for this temperature first
    NEEDS_BAG = "needs_bag"  # a place was scanned, and no bag before it
    # refused: nothing was counted
    WRONG_PRODUCT = "wrong_product"
    WRONG_ORDER = "wrong_order"  # another order of this walk wants it; `order_id` says which
    ALREADY_COMPLETE = "already_complete"
    LINE_IS_SHORT = "line_is_short"
    NOT_IN_CATALOGUE = "not_in_catalogue"
    UNREADABLE = "unreadable"
    GOODS_EXPIRED = "goods_expired"
    LABEL_WITHOUT_WEIGHT = "label_without_weight"
    TOTE_IN_USE = "tote_in_use"  # by another order; `detail` is its number
    WRONG_TEMPERATURE = "wrong_temperature"  # of goods and bag, or of bag and place: `detail` is the place
    UNKNOWN_PLACE = "unknown_place"
    PICKUP_CODE = "pickup_code"  # a customer is here: `order_id` is whose it is, if it is known
    NOT_FOR_PICKING = "not_for_picking"  # a readable code of another kind; `detail` names the kind
    NOT_PICKING = "not_picking"  # no order is being picked here
    STEP_REFUSED = "step_refused"  # `refusal` is the code of the order's rules


@dataclass(frozen=True, slots=True)
class PickOutcome:
    """What became of a scan or a key while picking; only what the code needs is filled in.

    `quantity` is what this step counted (or weighed), `picked` and `wanted` how far its line is now.
    `step_id` is what an undo names, empty when nothing was stored. `detail` is a shelf code, a staff id,
    a bag or digits; never a payment code.
    """

    code: PickCode
    order_id: str = ""
    line_id: str = ""
    product: Product | None = None
    quantity: Decimal = Decimal(0)
    picked: Decimal = Decimal(0)
    wanted: Decimal = Decimal(0)
    bag_id: str = ""
    temperature: Temperature = Temperature.AMBIENT
    refusal: str = ""
    detail: str = ""
    step_id: str = ""

    @property
    def done(self) -> bool:
        """True when something was stored or remembered: the high tone."""
        return self.code in DONE_CODES

    @property
    def asks(self) -> bool:
        """True when nothing is wrong, and something else is wanted first."""
        return self.code in ASKING_CODES


DONE_CODES = frozenset(list(PickCode)[: list(PickCode).index(PickCode.NEEDS_WEIGHT)])
ASKING_CODES = frozenset({PickCode.NEEDS_WEIGHT, PickCode.NEEDS_TOTE, PickCode.NEEDS_BAG})


@dataclass(frozen=True, slots=True)
class Tote:
    """The bag that goods of one temperature of one order go into."""

    order_id: str
    temperature: Temperature
    bag_id: str


@dataclass(frozen=True, slots=True)
class PickingView:
    """What is being picked here. Empty `orders`: nothing is.

    `tasks` are what is still open, in the order of the walk, those set aside for later at the end; `task`
    is the one in hand. `stock` is by product id. `bag_in_hand` waits for its place to be scanned.
    """

    orders: tuple[PickupOrder, ...] = ()
    tasks: tuple[PickTask, ...] = ()
    task: PickTask | None = None
    progress: dict[str, Progress] | None = None
    totes: tuple[Tote, ...] = ()
    later: tuple[tuple[str, str], ...] = ()
    stock: dict[str, ShownStock] | None = None
    bag_in_hand: str = ""
    to_stage: tuple[tuple[str, Bag], ...] = ()


@dataclass(frozen=True, slots=True)
class SubstituteOffer:
    """A product that could stand in; `charge_minor` is what the customer would pay for what it replaces.

    `difference_minor` is its own price less what was shown. `verdict` says whether it may be used at once,
    has to be asked for, or cannot be (`code` says why, from `retail.pickup.substitution`).
    """

    product: Product
    unit_price_minor: Decimal
    quantity: Decimal
    covers: Decimal
    stock: ShownStock
    verdict: Verdict
    charge_minor: int
    difference_minor: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class SubstituteOffers:
    """The customer's wish for a line, and the products of its shelf that could stand in, best first."""

    order_id: str
    line_id: str
    wish: SubstitutionWish
    offers: tuple[SubstituteOffer, ...]


# ---- handing over -------------------------------------------------------------------------------------


class DeskCode(StrEnum):
    """What became of a scan or a key at the collection desk."""

    # done
    OPENED = "opened"
    VERIFIED = "verified"  # the code in hand is this order's
    IDENTITY_SEEN = "identity_seen"
    AGE_SEEN = "age_seen"
    COLLECTOR_SET = "collector_set"
    BAG_TICKED = "bag_ticked"
    BAG_UNTICKED = "bag_unticked"
    BAG_LEFT = "bag_left"  # it stays here this time
    BAG_BROUGHT = "bag_brought"  # it goes after all
    SLIP_TAKEN = "slip_taken"
    REFUSED_LINE = "refused_line"
    GIVING_BACK = "giving_back"  # what is scanned from now on is given back
    GIVING_BACK_ENDED = "giving_back_ended"
    GIVEN_BACK = "given_back"
    MEMBER_MATCHES = "member_matches"
    PAYMENT_BEGUN = "payment_begun"  # `amount_minor` is in the Pay screen
    PAYMENT_GIVEN_UP = "payment_given_up"
    HANDED_OVER = "handed_over"
    PARTLY_HANDED_OVER = "partly_handed_over"
    UNDONE = "undone"
    CLOSED = "closed"
    # asked first
    OTHER_ORDER = "other_order"  # a genuine code of another order: offer to switch; `order_id` is that one
    # refused: nothing changed
    CODE_REFUSED = "code_refused"  # `verdict` says why
    MISSING = "missing"  # `missing` says what stands in the way
    NOTHING_DUE = "nothing_due"
    MONEY_TAKEN = "money_taken"  # the order's payment has tenders: complete it or give them back first
    UNKNOWN_BAG = "unknown_bag"  # no bag of this order
    ALREADY_TICKED = "already_ticked"
    NOT_IN_ORDER = "not_in_order"  # the scanned product is in none of its bags
    NOT_IN_CATALOGUE = "not_in_catalogue"
    UNREADABLE = "unreadable"
    OTHER_MEMBER = "other_member"
    NOT_FOR_DESK = "not_for_desk"  # a readable code of another kind; `detail` names the kind
    NO_ORDER = "no_order"  # no order is open at the desk
    STEP_REFUSED = "step_refused"  # `refusal` is the code of the order's rules


@dataclass(frozen=True, slots=True)
class DeskOutcome:
    """What became of a scan or a key at the collection desk; only what the code needs is filled in."""

    code: DeskCode
    order_id: str = ""
    line_id: str = ""
    bag_id: str = ""
    amount_minor: int = 0
    quantity: Decimal = Decimal(0)
    verdict: CodeVerdict | None = None
    missing: tuple[Missing, ...] = ()
    product: Product | None = None
    refusal: str = ""
    detail: str = ""
    step_id: str = ""
    receipt_number: str = ""

    @property
    def done(self) -> bool:
        """True when something was stored or remembered: the high tone."""
        return self.code in DONE_AT_DESK


DONE_AT_DESK = frozenset(list(DeskCode)[: list(DeskCode).index(DeskCode.OTHER_ORDER)])


@dataclass(frozen=True, slots=True)
class HandOverView:
    """An order at the desk: what was done, what is missing, and what it costs, in minor units.

    `bags` are those with goods, `due_minor` what must be paid before those taken now change hands,
    `online_minor` what of the same bags came online (0 when nothing is due: then all of it did), and
    `refund_minor` what the centre gives back of what was paid online. `age` is the age to check (0: none)
    and `born_on_or_before` the date to compare with, ISO 8601. `seen_at` is when the code or the document
    was seen. `paying` says that its payment is the open sale now.
    """

    order: PickupOrder
    at_desk: AtDesk
    missing: tuple[Missing, ...]
    bags: tuple[Bag, ...]
    amounts: tuple[LineAmount, ...]
    money: OrderMoney
    due_minor: int
    refund_minor: int
    online_minor: int = 0
    age: int = 0
    born_on_or_before: str = ""
    seen_at: str = ""
    paying: bool = False
    giving_back: bool = False


# ---- promised goods at Sell -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderAtRisk:
    """An order that would lose goods: its number, its customer as shown, and how much it would lose."""

    order_id: str
    number: str
    customer: str
    quantity: Decimal
    minutes_left: int | None = None


@dataclass(frozen=True, slots=True)
class PromisedGoods:
    """Nothing was added yet: what was scanned is promised to orders. `Promises.choose` goes on.

    `choices` are what may be done, in the order in which they are shown; `supervisor_only` goods have no
    `sell_and_release`.
    """

    product: Product
    quantity: Decimal
    verdict: SaleVerdict
    choices: tuple[Choice, ...]
    orders: tuple[OrderAtRisk, ...]
    at_risk: tuple[AtRisk, ...] = ()

    @property
    def name(self) -> LocalisedText:
        return self.product.name
