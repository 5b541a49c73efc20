"""Bugs that are planted into the product, one at a time, to see whether a race is lost over each.

Each is what somebody might really write: a sum that is left out, a check that is forgotten, a booking that
happens twice. None touches the oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any, NamedTuple
from unittest.mock import patch

from msgspec.structs import replace

from pos_app.services import order_book as order_book_of_till
from retail.availability import reservation as reservations
from retail.pickup.order import LineState, PickupOrder
from retail.pickup.steps import HandOver, PickLine
from sync.server.orders import book as order_book
from sync.server.orders import consequences, desk, placing, promising
from sync.server.projections import goods

Planted = Callable[[], AbstractContextManager[object]]


def lines_are_not_summed() -> AbstractContextManager[object]:
    """Each line of an order is held against the shelf by itself."""

    def each_by_itself(order_id: str, lines: Sequence[Any], *given: Any, **said: Any) -> Any:
        made = [reservations.reserve(order_id, [line], *given, **said) for line in lines]
        first = made[0]
        kept: dict[str, Any] = {}
        for one in (one for each in made for one in each.reservations):
            more = one.quantity + (kept[one.product_id].quantity if one.product_id in kept else 0)
            kept[one.product_id] = replace(one, quantity=more)
        return replace(
            first,
            reservations=tuple(kept.values()),
            grants=tuple(grant for each in made for grant in each.grants),
            complete=all(each.complete for each in made),
        )

    return patch.object(placing, "reserve", each_by_itself)


def cancelled_goods_stay_reserved() -> AbstractContextManager[object]:
    """What an order that is over kept on the shelf is never let go of."""
    real = consequences.reservations_of

    def never_let_go(*given: Any) -> Any:
        order: PickupOrder = given[-2]
        return ([], []) if order.state == "cancelled" else real(*given)

    return patch.object(consequences, "reservations_of", never_let_go)


def holds_stay_when_the_payment_fails() -> AbstractContextManager[object]:
    """A payment that was declined or never came leaves its goods reserved."""
    return patch.object(
        desk.OrderDesk,
        "_end_hold",
        lambda _self, connection, booked, _outcome: desk.order_rows.save_orders(connection, [booked]),
    )


def handed_over_once_more() -> AbstractContextManager[object]:
    """What was handed over already may be handed over again, and is booked again."""
    real = order_book.stock_movements

    def again(before: PickupOrder, after: PickupOrder, step: Any, *, event_id: str) -> Any:
        if isinstance(step, HandOver) and before.state == "handed_over":
            gone = [
                replace(line, parts=tuple(_still_in_its_bag(part) for part in line.divided))
                for line in before.lines
            ]
            return real(replace(before, lines=tuple(gone)), before, step, event_id=event_id)
        return real(before, after, step, event_id=event_id)

    return patch.object(order_book, "stock_movements", again)


def nobody_hears_of_an_oversell() -> AbstractContextManager[object]:
    """The alarm is forgotten where promised goods were sold."""
    real = order_book.raise_alert

    def quiet(connection: Any, code: str, subject: str, detail: str = "") -> None:
        if code != "oversold":
            real(connection, code, subject, detail)

    return patch.object(order_book, "raise_alert", quiet)


def picks_move_nothing() -> AbstractContextManager[object]:
    """A piece that was picked stays on the shelf in the books."""
    real = order_book.stock_movements

    def without_picks(before: PickupOrder, after: PickupOrder, step: Any, *, event_id: str) -> Any:
        return () if isinstance(step, PickLine) else real(before, after, step, event_id=event_id)

    return patch.object(order_book, "stock_movements", without_picks)


def batches_are_booked_twice() -> AbstractContextManager[object]:
    """What a batch moved is booked once more, as when a repeated batch is taken for a new one."""
    real = goods.book

    def twice(connection: Any, steps: Sequence[Any], moved: Iterable[Any] = ()) -> Any:
        real(connection, steps, tuple(moved))
        return real(connection, steps, tuple(moved))

    return patch.object(goods, "book", twice)


def late_steps_are_forgotten() -> AbstractContextManager[object]:
    """A step that the order refuses is not remembered, so that tills go on showing it."""
    real = order_book.applied

    def forgetful(before: PickupOrder, steps: Sequence[Any]) -> Any:
        done = real(before, steps)
        refused = len(done.order.conflicts) > len(before.conflicts) and not done.order.conflicts[-1].taken
        return replace(done, order=before) if refused else done

    return patch.object(order_book, "applied", forgetful)


def oversold_goods_stay_promised() -> AbstractContextManager[object]:
    """A counter sale of the last piece takes it from nobody."""
    return patch.object(order_book, "oversold", lambda _on_hand, _reservations: ())


def quotas_are_ignored() -> AbstractContextManager[object]:
    """A till sells what it likes of a strict product."""
    return patch.object(
        order_book_of_till.OrderBook, "quota_left", lambda _self, _product, _till: Decimal(99)
    )


def what_a_till_may_sell_is_promised_online() -> AbstractContextManager[object]:
    """The safety stock, which is what the tills may sell by themselves, is promised online as well."""
    real = promising.Balance

    def all_of_it(**figures: Any) -> Any:
        return real(**{**figures, "safety_stock": Decimal(0)})

    return patch.object(promising, "Balance", all_of_it)


def _still_in_its_bag(part: Any) -> Any:
    if part.state is not LineState.HANDED_OVER:
        return part
    return replace(part, trail=part.trail[:-1])


class Bug(NamedTuple):
    """A bug, the rules of which one must complain, and a seed that was lost when it was planted."""

    plant: Planted
    rules: frozenset[int]
    seed: int


BUGS: dict[str, Bug] = {
    "lines are not summed": Bug(lines_are_not_summed, frozenset({7}), 15),
    "cancelled goods stay reserved": Bug(cancelled_goods_stay_reserved, frozenset({7}), 2),
    "holds stay when the payment fails": Bug(holds_stay_when_the_payment_fails, frozenset({7}), 1),
    "handed over once more": Bug(handed_over_once_more, frozenset({6}), 11),
    "nobody hears of an oversell": Bug(nobody_hears_of_an_oversell, frozenset({8}), 1),
    "picks move nothing": Bug(picks_move_nothing, frozenset({6}), 1),
    "batches are booked twice": Bug(batches_are_booked_twice, frozenset({5, 6}), 1),
    "late steps are forgotten": Bug(late_steps_are_forgotten, frozenset({5, 11}), 1),
    "oversold goods stay promised": Bug(oversold_goods_stay_promised, frozenset({7}), 3),
    "quotas are ignored": Bug(quotas_are_ignored, frozenset({9}), 4),
    "what a till may sell is promised online": Bug(
        what_a_till_may_sell_is_promised_online, frozenset({9}), 4
    ),
}
"""Each bug, by what is wrong."""
