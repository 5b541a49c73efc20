"""Which step an order allows in which state, what becomes of it, and where a part of a line may go.

Where a step has several outcomes, the goods decide: the last bag, the last line. `docs/pickup-order.md` tells
these tables to people, and a test holds the two together.
"""

from __future__ import annotations

from typing import Final

from retail.pickup.order import LineState, OrderState
from retail.pickup.steps import Step, StepKind, StepRefused, kind_of

Transitions = dict[OrderState, dict[StepKind, tuple[OrderState, ...]]]

ORDER_TRANSITIONS: Final[Transitions] = {
    OrderState.PLACED: {
        StepKind.ACCEPT: (OrderState.ACCEPTED,),
        StepKind.START_PICKING: (OrderState.PICKING,),
        StepKind.OFFER_STORE: (OrderState.PLACED,),
        StepKind.ANSWER_STORE: (OrderState.PLACED, OrderState.SHORT),
        StepKind.CUSTOMER_ARRIVED: (OrderState.PLACED,),
        StepKind.RECORD_PAYMENT: (OrderState.PLACED,),
        StepKind.EXTEND: (OrderState.PLACED,),
        StepKind.CANCEL: (OrderState.CANCELLED,),
    },
    OrderState.ACCEPTED: {
        StepKind.START_PICKING: (OrderState.PICKING,),
        StepKind.OFFER_STORE: (OrderState.ACCEPTED,),
        StepKind.ANSWER_STORE: (OrderState.ACCEPTED, OrderState.SHORT),
        StepKind.CUSTOMER_ARRIVED: (OrderState.ACCEPTED,),
        StepKind.RECORD_PAYMENT: (OrderState.ACCEPTED,),
        StepKind.EXTEND: (OrderState.ACCEPTED,),
        StepKind.CANCEL: (OrderState.CANCELLED,),
    },
    OrderState.PICKING: {
        StepKind.START_PICKING: (OrderState.PICKING,),
        StepKind.PAUSE_PICKING: (OrderState.PAUSED,),
        StepKind.PICK_LINE: (OrderState.PICKING,),
        StepKind.SHORT_LINE: (OrderState.PICKING,),
        StepKind.SUBSTITUTE_LINE: (OrderState.PICKING,),
        StepKind.ASK_CUSTOMER: (OrderState.PICKING,),
        StepKind.ANSWER: (OrderState.PICKING,),
        StepKind.STAGE_BAG: (OrderState.PICKING,),
        StepKind.FINISH_PICKING: (OrderState.PICKED, OrderState.SHORT, OrderState.HANDED_OVER),
        StepKind.OFFER_STORE: (OrderState.PICKING,),
        StepKind.ANSWER_STORE: (OrderState.PICKING,),
        StepKind.CUSTOMER_ARRIVED: (OrderState.PICKING,),
        StepKind.RECORD_PAYMENT: (OrderState.PICKING,),
        StepKind.EXTEND: (OrderState.PICKING,),
        StepKind.CANCEL: (OrderState.CANCELLED,),
    },
    OrderState.PAUSED: {
        StepKind.START_PICKING: (OrderState.PICKING,),
        StepKind.ANSWER: (OrderState.PAUSED,),
        StepKind.STAGE_BAG: (OrderState.PAUSED,),
        StepKind.OFFER_STORE: (OrderState.PAUSED,),
        StepKind.ANSWER_STORE: (OrderState.PAUSED,),
        StepKind.CUSTOMER_ARRIVED: (OrderState.PAUSED,),
        StepKind.RECORD_PAYMENT: (OrderState.PAUSED,),
        StepKind.EXTEND: (OrderState.PAUSED,),
        StepKind.CANCEL: (OrderState.CANCELLED,),
    },
    OrderState.PICKED: {
        StepKind.STAGE_BAG: (OrderState.PICKED,),
        StepKind.MARK_READY: (OrderState.READY,),
        StepKind.CUSTOMER_ARRIVED: (OrderState.PICKED,),
        StepKind.RECORD_PAYMENT: (OrderState.PICKED,),
        StepKind.EXTEND: (OrderState.PICKED,),
        StepKind.CANCEL: (OrderState.CANCELLED,),
    },
    OrderState.SHORT: {
        StepKind.RECORD_PAYMENT: (OrderState.SHORT,),
        StepKind.COMPLETE: (OrderState.COMPLETED,),
    },
    OrderState.READY: {
        StepKind.STAGE_BAG: (OrderState.READY,),
        StepKind.CUSTOMER_ARRIVED: (OrderState.READY,),
        StepKind.RECORD_PAYMENT: (OrderState.READY,),
        StepKind.EXTEND: (OrderState.READY,),
        StepKind.REMIND: (OrderState.READY,),
        StepKind.REFUSE_UNITS: (OrderState.READY, OrderState.HANDED_OVER, OrderState.RETURN_TO_SHELF),
        StepKind.RETURN_UNITS: (OrderState.READY,),
        StepKind.HAND_OVER: (OrderState.HANDED_OVER, OrderState.PARTLY_HANDED_OVER),
        StepKind.CANCEL: (OrderState.CANCELLED,),
        StepKind.EXPIRE: (OrderState.EXPIRED,),
    },
    OrderState.PARTLY_HANDED_OVER: {
        StepKind.STAGE_BAG: (OrderState.PARTLY_HANDED_OVER,),
        StepKind.CUSTOMER_ARRIVED: (OrderState.PARTLY_HANDED_OVER,),
        StepKind.RECORD_PAYMENT: (OrderState.PARTLY_HANDED_OVER,),
        StepKind.EXTEND: (OrderState.PARTLY_HANDED_OVER,),
        StepKind.REMIND: (OrderState.PARTLY_HANDED_OVER,),
        StepKind.REFUSE_UNITS: (OrderState.PARTLY_HANDED_OVER, OrderState.HANDED_OVER),
        StepKind.RETURN_UNITS: (OrderState.PARTLY_HANDED_OVER,),
        StepKind.HAND_OVER: (OrderState.HANDED_OVER, OrderState.PARTLY_HANDED_OVER),
        StepKind.CANCEL: (OrderState.CANCELLED,),
        StepKind.EXPIRE: (OrderState.EXPIRED,),
    },
    OrderState.HANDED_OVER: {
        StepKind.RECORD_PAYMENT: (OrderState.HANDED_OVER,),
        StepKind.RETURN_UNITS: (OrderState.HANDED_OVER,),
        StepKind.COMPLETE: (OrderState.COMPLETED,),
    },
    OrderState.COMPLETED: {
        StepKind.RECORD_PAYMENT: (OrderState.COMPLETED,),
    },
    OrderState.CANCELLED: {
        StepKind.STAGE_BAG: (OrderState.CANCELLED,),
        StepKind.RECORD_PAYMENT: (OrderState.CANCELLED,),
        StepKind.START_RETURN: (OrderState.RETURN_TO_SHELF,),
    },
    OrderState.EXPIRED: {
        StepKind.STAGE_BAG: (OrderState.EXPIRED,),
        StepKind.RECORD_PAYMENT: (OrderState.EXPIRED,),
        StepKind.START_RETURN: (OrderState.RETURN_TO_SHELF,),
    },
    OrderState.RETURN_TO_SHELF: {
        StepKind.STAGE_BAG: (OrderState.RETURN_TO_SHELF,),
        StepKind.RECORD_PAYMENT: (OrderState.RETURN_TO_SHELF,),
        StepKind.RETURN_UNITS: (OrderState.RETURN_TO_SHELF, OrderState.RETURNED),
    },
    OrderState.RETURNED: {
        StepKind.RECORD_PAYMENT: (OrderState.RETURNED,),
    },
}
"""What may be done by someone who sees the order as it is; for undoing see `retail.pickup.undo`."""

LATE_TRANSITIONS: Final[Transitions] = {
    OrderState.PICKING: {
        StepKind.HAND_OVER: (OrderState.PICKING, OrderState.PARTLY_HANDED_OVER, OrderState.HANDED_OVER),
        StepKind.REFUSE_UNITS: (OrderState.PICKING,),
    },
    OrderState.PAUSED: {
        StepKind.PICK_LINE: (OrderState.PAUSED,),
        StepKind.SHORT_LINE: (OrderState.PAUSED,),
        StepKind.SUBSTITUTE_LINE: (OrderState.PAUSED,),
        StepKind.ASK_CUSTOMER: (OrderState.PAUSED,),
        StepKind.HAND_OVER: (OrderState.PAUSED, OrderState.PARTLY_HANDED_OVER, OrderState.HANDED_OVER),
        StepKind.REFUSE_UNITS: (OrderState.PAUSED,),
    },
    OrderState.PICKED: {
        StepKind.HAND_OVER: (OrderState.PARTLY_HANDED_OVER, OrderState.HANDED_OVER),
        StepKind.REFUSE_UNITS: (OrderState.PICKED, OrderState.HANDED_OVER, OrderState.RETURN_TO_SHELF),
    },
    OrderState.CANCELLED: {
        StepKind.PICK_LINE: (OrderState.CANCELLED,),
        StepKind.SHORT_LINE: (OrderState.CANCELLED,),
        StepKind.SUBSTITUTE_LINE: (OrderState.CANCELLED,),
        StepKind.HAND_OVER: (OrderState.CANCELLED, OrderState.HANDED_OVER),
        StepKind.REFUSE_UNITS: (OrderState.CANCELLED,),
    },
    OrderState.EXPIRED: {
        StepKind.HAND_OVER: (OrderState.EXPIRED, OrderState.HANDED_OVER),
        StepKind.REFUSE_UNITS: (OrderState.EXPIRED,),
    },
    OrderState.RETURN_TO_SHELF: {
        StepKind.PICK_LINE: (OrderState.RETURN_TO_SHELF,),
        StepKind.SHORT_LINE: (OrderState.RETURN_TO_SHELF,),
        StepKind.SUBSTITUTE_LINE: (OrderState.RETURN_TO_SHELF,),
        StepKind.HAND_OVER: (OrderState.RETURN_TO_SHELF, OrderState.HANDED_OVER),
        StepKind.REFUSE_UNITS: (OrderState.RETURN_TO_SHELF,),
    },
    OrderState.RETURNED: {
        StepKind.PICK_LINE: (OrderState.RETURN_TO_SHELF,),
        StepKind.SUBSTITUTE_LINE: (OrderState.RETURN_TO_SHELF,),
    },
}
"""What a step still does whose maker saw the order in another state, where it was allowed.

Only what hands have done already stands here: goods in a bag, goods given away. It counts, because the
goods are where they are, and is shown to a person (`Conflict`). A decision that comes too late is void.
"""

LINE_TRANSITIONS: Final[dict[LineState, dict[StepKind, tuple[LineState, ...]]]] = {
    LineState.TO_PICK: {
        StepKind.PICK_LINE: (LineState.PICKED,),
        StepKind.SUBSTITUTE_LINE: (LineState.PICKED,),
        StepKind.SHORT_LINE: (LineState.SHORT,),
        StepKind.ASK_CUSTOMER: (LineState.ASKED,),
        StepKind.ANSWER_STORE: (LineState.SHORT,),
    },
    LineState.ASKED: {
        StepKind.ANSWER: (LineState.AGREED, LineState.TO_PICK),
        StepKind.PICK_LINE: (LineState.PICKED,),
        StepKind.SHORT_LINE: (LineState.SHORT,),
    },
    LineState.AGREED: {
        StepKind.SUBSTITUTE_LINE: (LineState.PICKED,),
        StepKind.PICK_LINE: (LineState.PICKED,),
        StepKind.SHORT_LINE: (LineState.SHORT,),
    },
    LineState.PICKED: {
        StepKind.HAND_OVER: (LineState.HANDED_OVER,),
        StepKind.REFUSE_UNITS: (LineState.REFUSED,),
        StepKind.RETURN_UNITS: (LineState.RETURNED, LineState.WRITTEN_OFF),
    },
    LineState.REFUSED: {
        StepKind.RETURN_UNITS: (LineState.RETURNED, LineState.WRITTEN_OFF),
    },
    LineState.SHORT: {},
    LineState.HANDED_OVER: {},
    LineState.RETURNED: {},
    LineState.WRITTEN_OFF: {},
}
"""Where a part of a line may go. The way back is to undo the step that brought it where it is."""

OVER: Final[dict[OrderState, dict[LineState, LineState]]] = {
    OrderState.HANDED_OVER: {
        LineState.TO_PICK: LineState.DROPPED,
        LineState.ASKED: LineState.DROPPED,
        LineState.AGREED: LineState.DROPPED,
    },
    OrderState.COMPLETED: {
        LineState.TO_PICK: LineState.DROPPED,
        LineState.ASKED: LineState.DROPPED,
        LineState.AGREED: LineState.DROPPED,
    },
    **{
        state: {
            LineState.TO_PICK: LineState.DROPPED,
            LineState.ASKED: LineState.DROPPED,
            LineState.AGREED: LineState.DROPPED,
            LineState.PICKED: LineState.TO_RETURN,
        }
        for state in (
            OrderState.CANCELLED,
            OrderState.EXPIRED,
            OrderState.RETURN_TO_SHELF,
            OrderState.RETURNED,
        )
    },
}
"""How an order that is over shows its parts: what was not picked will not be, what is in a bag goes back."""

_REFUSED_BY_STATE: Final[dict[OrderState, str]] = {
    OrderState.SHORT: "order_short",
    OrderState.HANDED_OVER: "already_handed_over",
    OrderState.COMPLETED: "already_handed_over",
    OrderState.CANCELLED: "order_cancelled",
    OrderState.EXPIRED: "order_expired",
    OrderState.RETURN_TO_SHELF: "goods_going_back",
    OrderState.RETURNED: "goods_went_back",
}


def refusal_code(state: OrderState, kind: StepKind) -> str:
    """Return the code of a step that a state does not allow, such as `second_handover`.

    An order that is over names what it is (`order_cancelled`, `order_expired`, `order_short`,
    `already_handed_over`, `goods_going_back`, `goods_went_back`), any other what was tried and where
    (`mark_ready_in_picking`). A handover before its time is `not_ready`.
    """
    if kind is StepKind.HAND_OVER:
        if state in (OrderState.HANDED_OVER, OrderState.COMPLETED):
            return "second_handover"
        if state not in _REFUSED_BY_STATE:
            return "not_ready"
    return _REFUSED_BY_STATE.get(state, f"{kind}_in_{state}")


def allowed_outcomes(state: OrderState, step: Step) -> tuple[tuple[OrderState, ...], bool]:
    """Return the states that may follow, and whether the step is late; raises `StepRefused`.

    Late is a step that the present state does not allow, but the one that its maker saw did.
    """
    kind = kind_of(step)
    outcomes = ORDER_TRANSITIONS[state].get(kind)
    if outcomes is not None:
        return outcomes, False
    late = LATE_TRANSITIONS.get(state, {}).get(kind)
    if late is None or step.made_in is state or kind not in ORDER_TRANSITIONS[step.made_in]:
        raise StepRefused(refusal_code(state, kind), step)
    return late, True
