"""The steps of an order: frozen values that become facts of the journal, and how one is refused.

Each carries who took it (`by`: a staff id, `customer` or `centre`), when, why, and `made_in`: the state in
which its maker saw the order. A step that crosses another on its way to the centre is judged by that.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

import msgspec

from retail.catalogue import LocalisedText, Product
from retail.pickup.order import OrderState, OtherOrder, PaymentKind, ShortReason, Slot, Temperature


class StepKind(StrEnum):
    """What a step is called, on disk, on the wire and in the tables."""

    ACCEPT = "accept"
    START_PICKING = "start_picking"
    PAUSE_PICKING = "pause_picking"
    PICK_LINE = "pick_line"
    SHORT_LINE = "short_line"
    SUBSTITUTE_LINE = "substitute_line"
    ASK_CUSTOMER = "ask_customer"
    ANSWER = "answer"
    OFFER_STORE = "offer_store"
    ANSWER_STORE = "answer_store"
    STAGE_BAG = "stage_bag"
    FINISH_PICKING = "finish_picking"
    MARK_READY = "mark_ready"
    CUSTOMER_ARRIVED = "customer_arrived"
    RECORD_PAYMENT = "record_payment"
    EXTEND = "extend"
    REMIND = "remind"
    REFUSE_UNITS = "refuse_units"
    HAND_OVER = "hand_over"
    COMPLETE = "complete"
    CANCEL = "cancel"
    EXPIRE = "expire"
    START_RETURN = "start_return"
    RETURN_UNITS = "return_units"
    UNDO = "undo"


class StepRefused(ValueError):
    """A step that cannot be taken now; `code` is stable and names it, `step_id` and `kind` say which.

    Codes by state: those of `retail.pickup.transitions.refusal_code`. Codes by content are named where the
    step is taken: `retail.pickup.picking`, `retail.pickup.handover`, `retail.pickup.closing`,
    `retail.pickup.undo`; `bad_step` is one that says nothing that could be judged.
    """

    def __init__(self, code: str, step: StepBase, why: str = "") -> None:
        reason = code.replace("_", " ")
        super().__init__(
            f"{kind_of(step).replace('_', ' ')} of order {step.order_id!r} refused: {reason}"
            + (f" ({why})" if why else "")
        )
        self.code = code
        self.kind = kind_of(step)
        self.step_id = step.step_id


class StepBase(msgspec.Struct, frozen=True, kw_only=True, tag_field="step"):
    """What every step says. `step_id` is made once, so a step that arrives twice is taken once."""

    step_id: str
    order_id: str
    by: str
    at: str
    made_in: OrderState
    reason: str = ""


class LineStep(StepBase, frozen=True, kw_only=True):
    """A step about one line."""

    line_id: str


class Accept(StepBase, frozen=True, kw_only=True, tag="accept"):
    """The store takes the order on."""


class StartPicking(StepBase, frozen=True, kw_only=True, tag="start_picking"):
    """Someone begins, goes on, renews the lock or takes over one that has run out.

    `taken_over` says that the person picking has been spoken to, so the lock need not have run out.
    """

    lock_until: str
    taken_over: bool = False


class PausePicking(StepBase, frozen=True, kw_only=True, tag="pause_picking"):
    """The picker stops; `hand_to` is the only one who may go on, empty for anybody."""

    hand_to: str = ""


class PickLine(LineStep, frozen=True, kw_only=True, tag="pick_line"):
    """Something ordered went into a bag: `quantity` pieces, or the weight that the scale showed.

    `product_id` is what was scanned, `lock_id` the picking that the maker believed to be going on.
    """

    product_id: str
    quantity: Decimal
    bag_id: str
    lock_id: str = ""


class ShortLine(LineStep, frozen=True, kw_only=True, tag="short_line"):
    """Something cannot be had; without a quantity, all that is still open of the line."""

    short_reason: ShortReason
    quantity: Decimal | None = None


class SubstituteLine(LineStep, frozen=True, kw_only=True, tag="substitute_line"):
    """Another product went into the bag: `quantity` of it in place of `covers` ordered."""

    product: Product
    unit_price_minor: Decimal
    quantity: Decimal
    covers: Decimal
    bag_id: str
    lock_id: str = ""


class AskCustomer(LineStep, frozen=True, kw_only=True, tag="ask_customer"):
    """The customer is asked whether `quantity` of another product will do for `covers` ordered."""

    product: Product
    unit_price_minor: Decimal
    quantity: Decimal
    covers: Decimal


class Answer(LineStep, frozen=True, kw_only=True, tag="answer"):
    """The customer's yes or no to a question (`asked` is its step id)."""

    asked: str
    agrees: bool


class OfferStore(LineStep, frozen=True, kw_only=True, tag="offer_store"):
    """The customer is asked whether another store will do for `quantity` that ran out here."""

    store_id: str
    store_name: LocalisedText
    quantity: Decimal
    answer_until: str
    slot: Slot = Slot()
    struck_if_not: bool = True


class AnswerStore(LineStep, frozen=True, kw_only=True, tag="answer_store"):
    """Yes, or no, or silence until the offer ended (`offered` is its step id).

    With a yes `quantity` was moved to another order, which has it under lock already.
    """

    offered: str
    agrees: bool
    quantity: Decimal = Decimal(0)
    moved_to: OtherOrder | None = None


class StageBag(StepBase, frozen=True, kw_only=True, tag="stage_bag"):
    """A bag was put away: its label and the place were scanned."""

    bag_id: str
    location: str
    temperature: Temperature


class FinishPicking(StepBase, frozen=True, kw_only=True, tag="finish_picking"):
    """Nothing is left to pick."""

    lock_id: str = ""


class MarkReady(StepBase, frozen=True, kw_only=True, tag="mark_ready"):
    """All bags are put away: the customer may come."""


class CustomerArrived(StepBase, frozen=True, kw_only=True, tag="customer_arrived"):
    """The customer is here; `note` says where, such as `bay 3, blue van`."""

    note: str = ""


class RecordPayment(StepBase, frozen=True, kw_only=True, tag="record_payment"):
    """Money moved for the order; `reference` is the sale, charge or refund, and counts once.

    `online_minor` is what of the sale had come online before, and is no money that moves now.
    """

    payment: PaymentKind
    amount_minor: int
    reference: str
    online_minor: int = 0


class Extend(StepBase, frozen=True, kw_only=True, tag="extend"):
    """The order is kept until another time."""

    collect_until: str


class Remind(StepBase, frozen=True, kw_only=True, tag="remind"):
    """The customer was reminded, so many minutes before the order expires."""

    minutes_before: int


class RefuseUnits(LineStep, frozen=True, kw_only=True, tag="refuse_units"):
    """The customer does not take something, or may not; without a quantity, all that is there of the line."""

    quantity: Decimal | None = None


class Proof(StrEnum):
    """What showed that this is the customer of this order."""

    CODE = "code"  # the signed pickup code
    IDENTITY = "identity"  # a document with the name on the order


class Collector(StrEnum):
    """Who stands at the desk."""

    CUSTOMER = "customer"
    PROXY = "proxy"


class HandOver(StepBase, frozen=True, kw_only=True, tag="hand_over"):
    """Bags changed hands. What is in bags that were not ticked stays here.

    `age_confirmed` is the age that the collector was seen to have reached, never the birth date.
    `covered_minor` is what the desk saw as paid or authorised for the order. `slip_taken` says that the paper
    slip was taken off the bags, as is asked where the store's other tills cannot be heard.
    """

    bags: tuple[str, ...]
    proof: Proof
    collector: Collector = Collector.CUSTOMER
    age_confirmed: int = 0
    covered_minor: int = 0
    slip_taken: bool = False
    signature_id: str = ""


class Complete(StepBase, frozen=True, kw_only=True, tag="complete"):
    """Everything is settled: the order is put away for good."""


class Cancel(StepBase, frozen=True, kw_only=True, tag="cancel"):
    """The order, or what is left of it, is not wanted any more."""


class Expire(StepBase, frozen=True, kw_only=True, tag="expire"):
    """Nobody came in time."""


class StartReturn(StepBase, frozen=True, kw_only=True, tag="start_return"):
    """Someone begins to put the goods back."""


class ReturnUnits(LineStep, frozen=True, kw_only=True, tag="return_units"):
    """Goods left their bag again; without a quantity, all of the line. What cannot be sold is written off."""

    quantity: Decimal | None = None
    fit_for_sale: bool = True


class Undo(StepBase, frozen=True, kw_only=True, tag="undo"):
    """An earlier step is taken back; `undoes` is its id, `reason` is needed."""

    undoes: str


Step = (
    Accept
    | StartPicking
    | PausePicking
    | PickLine
    | ShortLine
    | SubstituteLine
    | AskCustomer
    | Answer
    | OfferStore
    | AnswerStore
    | StageBag
    | FinishPicking
    | MarkReady
    | CustomerArrived
    | RecordPayment
    | Extend
    | Remind
    | RefuseUnits
    | HandOver
    | Complete
    | Cancel
    | Expire
    | StartReturn
    | ReturnUnits
    | Undo
)
"""Everything that can be done to an order."""


def kind_of(step: StepBase) -> StepKind:
    """Return what a step is called."""
    return StepKind(str(step.__struct_config__.tag))
