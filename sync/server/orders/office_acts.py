"""What people of the back office do with an order: only steps that its state allows, by the order desk."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Final

import msgspec

from retail.catalogue import LocalisedText
from retail.pickup.order import LineState, PickupOrder
from retail.pickup.parts import shown_state
from retail.pickup.steps import Answer, Extend, StepKind
from retail.pickup.transitions import ORDER_TRANSITIONS
from sync.server.clock import now_text
from sync.server.editing.typed import Unreadable, read_line
from sync.server.orders.desk import OrderDesk
from sync.server.permissions import Person

LONGEST_REASON: Final = 200
LONGEST_EXTENSION: Final = dt.timedelta(days=60)


class OpenQuestion(msgspec.Struct, frozen=True):
    """A substitute that the customer is asked about: the line, the step that asked, and what is offered."""

    line_id: str
    asked: str
    name: LocalisedText
    offered: LocalisedText


def may(order: PickupOrder, kind: StepKind) -> bool:
    """Say whether an order's state allows a step."""
    return kind in ORDER_TRANSITIONS[order.state]


def open_questions(order: PickupOrder) -> list[OpenQuestion]:
    """Return what the customer is asked and has not answered, while an answer is still taken."""
    if not may(order, StepKind.ANSWER):
        return []
    return [
        OpenQuestion(line.line_id, part.now.step_id, line.product.name, part.now.substitute.product.name)
        for line in order.lines
        for part in line.divided
        if shown_state(order, part) is LineState.ASKED and part.now.substitute is not None
    ]


def read_reason(text: str) -> str:
    """Read why somebody does something; raises `Unreadable`."""
    reason = read_line(text, LONGEST_REASON)
    if not reason:
        raise Unreadable(LocalisedText("Please say why.", "请说明原因。"))
    return reason


def read_until(text: str, offset: str) -> str:
    """Read until when an order is kept, as the clock of the store shows it; raises `Unreadable`."""
    try:
        until = dt.datetime.fromisoformat(f"{text}{offset}")
        left = until - dt.datetime.now(dt.UTC)
    except (ValueError, TypeError, OverflowError) as unreadable:
        raise Unreadable(
            LocalisedText(
                "Write a day and a time, such as 2026-12-24T18:00.",
                "请填写日期和时间，例如 2026-12-24T18:00。",
            )
        ) from unreadable
    if left <= dt.timedelta(0):
        raise Unreadable(LocalisedText("This time is past already.", "该时间已过。"))
    if left > LONGEST_EXTENSION:
        raise Unreadable(LocalisedText("At most 60 days from now.", "最多从现在起 60 天。"))
    return until.isoformat(timespec="seconds")


def cancel(desk: OrderDesk, order: PickupOrder, person: Person, reason: str) -> None:
    """Call an order off; raises `OrderProblem`."""
    desk.cancel(order.order_id, reason, by=person.signature)


def extend(desk: OrderDesk, order: PickupOrder, person: Person, until: str, reason: str) -> None:
    """Keep an order until another time; raises `OrderProblem`."""
    desk.take(
        Extend(
            step_id=uuid.uuid4().hex,
            order_id=order.order_id,
            by=person.signature,
            at=now_text(),
            made_in=order.state,
            reason=reason,
            collect_until=until,
        )
    )


def answer(
    desk: OrderDesk,
    order: PickupOrder,
    person: Person,
    line_id: str,
    asked: str,
    *,
    agrees: bool,
    reason: str,
) -> None:
    """Write down what the customer said about a substitute, such as by telephone; raises `OrderProblem`."""
    desk.take(
        Answer(
            step_id=uuid.uuid4().hex,
            order_id=order.order_id,
            by=person.signature,
            at=now_text(),
            made_in=order.state,
            reason=reason,
            line_id=line_id,
            asked=asked,
            agrees=agrees,
        )
    )
