"""The walks of an order: the tables of `docs/pickup-order.md`, typed again, and orders held against them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.faults.race_evidence import Left, parts_of

WAITING = ("extend", "customer_arrived", "record_payment")
WALK: dict[str, dict[str, str]] = {
    "placed": {"accept": "accepted", "start_picking": "picking", "cancel": "cancelled"},
    "accepted": {"start_picking": "picking", "cancel": "cancelled"},
    "picking": {
        **dict.fromkeys(
            ("start_picking", "pick_line", "short_line", "substitute_line", "ask_customer", "answer"),
            "picking",
        ),
        "stage_bag": "picking",
        "pause_picking": "paused",
        "finish_picking": "picked short handed_over",
        "cancel": "cancelled",
    },
    "paused": {"start_picking": "picking", "answer": "paused", "stage_bag": "paused", "cancel": "cancelled"},
    "picked": {"stage_bag": "picked", "mark_ready": "ready", "cancel": "cancelled"},
    "short": {"record_payment": "short", "complete": "completed"},
    "ready": {
        **dict.fromkeys(("stage_bag", "remind", "return_units"), "ready"),
        "refuse_units": "ready handed_over return_to_shelf",
        "hand_over": "handed_over partly_handed_over",
        "cancel": "cancelled",
        "expire": "expired",
    },
    "partly_handed_over": {
        **dict.fromkeys(("stage_bag", "remind", "return_units"), "partly_handed_over"),
        "refuse_units": "partly_handed_over handed_over",
        "hand_over": "handed_over partly_handed_over",
        "cancel": "cancelled",
        "expire": "expired",
    },
    "handed_over": {
        "record_payment": "handed_over",
        "return_units": "handed_over",
        "complete": "completed",
    },
    "completed": {"record_payment": "completed"},
    "cancelled": {"stage_bag": "cancelled", "record_payment": "cancelled", "start_return": "return_to_shelf"},
    "expired": {"stage_bag": "expired", "record_payment": "expired", "start_return": "return_to_shelf"},
    "return_to_shelf": {
        "stage_bag": "return_to_shelf",
        "record_payment": "return_to_shelf",
        "return_units": "return_to_shelf returned",
    },
    "returned": {"record_payment": "returned"},
}
for _state in ("placed", "accepted", "picking", "paused", "picked", "ready", "partly_handed_over"):
    WALK[_state] |= dict.fromkeys(WAITING, _state)

LATE: dict[str, dict[str, str]] = {
    "picking": {"hand_over": "picking partly_handed_over handed_over", "refuse_units": "picking"},
    "paused": {
        **dict.fromkeys(
            ("pick_line", "short_line", "substitute_line", "ask_customer", "refuse_units"), "paused"
        ),
        "hand_over": "paused partly_handed_over handed_over",
    },
    "picked": {
        "hand_over": "partly_handed_over handed_over",
        "refuse_units": "picked handed_over return_to_shelf",
    },
    "cancelled": {
        **dict.fromkeys(("pick_line", "short_line", "substitute_line", "refuse_units"), "cancelled"),
        "hand_over": "cancelled handed_over",
    },
    "expired": {"hand_over": "expired handed_over", "refuse_units": "expired"},
    "return_to_shelf": {
        **dict.fromkeys(("pick_line", "short_line", "substitute_line", "refuse_units"), "return_to_shelf"),
        "hand_over": "return_to_shelf handed_over",
    },
    "returned": {"pick_line": "return_to_shelf", "substitute_line": "return_to_shelf"},
}

PARTS: dict[str, str] = {
    "to_pick": "picked short asked",
    "asked": "agreed to_pick picked short",
    "agreed": "picked short",
    "picked": "handed_over refused returned written_off",
    "refused": "returned written_off",
    "short": "",
    "handed_over": "",
    "returned": "",
    "written_off": "",
}
"""Where a part of a line may go."""


def walks_are_legal(left: Left) -> Iterator[str]:
    """Rule 4: every order is in a state of the table, and came there by steps of the table."""
    for order in left.orders.values():
        state = "placed"
        befores = {done["step_id"]: done["before"] for done in order["history"]}
        undone = {done["undone_by"]: done["step_id"] for done in order["history"] if done["undone_by"]}
        for done in order["history"]:
            where = f"{order['number']}: {done['kind']} in {done['before']} led to {done['after']}"
            if done["before"] != state:
                yield f"{where}, but it was {state}"
            if done["kind"] == "undo":
                back = befores.get(undone.get(done["step_id"], ""), "")
                if done["after"] not in {done["before"], back, "paused" if back == "picking" else back}:
                    yield f"{where}, and undid what began in {back!r}"
            else:
                may = (WALK, LATE)
                if not any(
                    done["after"] in t.get(done["before"], {}).get(done["kind"], "").split() for t in may
                ):
                    yield where
            state = done["after"]
        if order["state"] != state or state not in WALK:
            yield f"{order['number']} is {order['state']}, its history ends in {state}"
        yield from _parts_are_legal(order)


def _parts_are_legal(order: dict[str, Any]) -> Iterator[str]:
    for line in order["lines"]:
        parts = parts_of(line)
        if sum(Decimal(part["covers"]) for part in parts) != Decimal(line["quantity"]):
            yield f"{order['number']} {line['line_id']}: its parts are not what was ordered"
        for part in parts:
            state = "to_pick"
            for passage in part["trail"]:
                if passage["state"] not in PARTS[state].split():
                    yield f"{order['number']}: a part went from {state} to {passage['state']}"
                state = passage["state"]
