"""Picking one order, or several in one walk: weights, shorts, substitutes, totes, places, the lock.

Used by the UI thread only. Every verb is one short local transaction, with or without a network.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from pos_app.services.pick_scans import PickScans
from pos_app.services.pickup_outcomes import NotDone, PickCode, PickOutcome, SubstituteOffer, SubstituteOffers
from pos_app.services.walking import line_in, minutes_left, nothing_open
from retail.pickup.order import LineState, OrderState, PickupLine, PickupOrder, ShortReason
from retail.pickup.parts import units
from retail.pickup.reducer import apply
from retail.pickup.steps import (
    AskCustomer,
    FinishPicking,
    MarkReady,
    PausePicking,
    ShortLine,
    StartPicking,
    StepKind,
    StepRefused,
    Undo,
)
from retail.quantity import SellingUnit

USUAL_LOCK_MINUTES: Final = 10
"""Where the store's rules have not arrived."""


class Picking(PickScans):
    """What is being picked at this till, and its verbs. `scan` always works."""

    # ---- beginning, going on, stopping --------------------------------------------------------

    def begin(self, order_ids: Sequence[str], *, take_over: bool = False) -> PickOutcome:
        """Take the lock of one or several orders and begin (or go on) picking them together.

        Refused with `locked_by_other` or `handed_to_other` (`detail` is the staff id), then nothing has
        begun; `take_over` says that this person has been spoken to.
        """
        wanted: list[tuple[PickupOrder, StartPicking | None]] = []
        for order_id in dict.fromkeys(order_ids):
            order = self._orders.order(order_id)
            if order is None:
                return _refused("unknown_order", order_id)
            step = None if self._goes_on(order) else self._start(order, taken_over=take_over)
            if step is not None:
                try:
                    apply(order, step)
                except StepRefused as refused:
                    holder = order.lock.staff_id if order.lock is not None else ""
                    return _refused(refused.code, order_id, holder)
            wanted.append((order, step))
        if not wanted:
            return PickOutcome(PickCode.NOT_PICKING)
        for _order, step in wanted:
            if step is not None:
                self._orders.take(step)
        self._walk.start(tuple(order.order_id for order, _ in wanted))
        task = self._walk.task()
        first = wanted[0][0].order_id
        return PickOutcome(PickCode.BEGUN, first if task is None else task.order_id)

    def mine(self) -> tuple[str, ...]:
        """Return the orders whose lock the cashier on duty holds: what a restart goes on with."""
        return tuple(order.order_id for order in self._orders.all() if self._is_mine(order))

    def renew(self) -> PickOutcome:
        """Take each lock again that has run half; called by the screen's timer, and cheap when none has."""
        renewed = PickOutcome(PickCode.RENEWED)
        for order in self._walk.orders:
            if not self._is_mine(order) or self._goes_on(order):
                continue
            taken = self._orders.attempt(order.order_id, lambda order: self._start(order, taken_over=False))
            if isinstance(taken, NotDone):
                return _refused(taken.code, order.order_id, taken.detail)
            renewed = PickOutcome(PickCode.RENEWED, order.order_id, step_id=taken.step_id)
        return renewed

    def leave(self) -> None:
        """Look away: nothing is stored, the locks stay until they run out."""
        self._walk.stop()

    def pause(self, hand_to: str = "") -> PickOutcome:
        """Stop picking, for anybody to go on, or for one (a staff id) only."""
        outcome = PickOutcome(PickCode.NOT_PICKING)
        for order in self._walk.orders:
            if order.state is not OrderState.PICKING:
                continue
            outcome = self._take(
                order.order_id,
                lambda order: PausePicking(**self._orders.header(order), hand_to=hand_to),
                PickCode.PAUSED,
            )
            if not outcome.done:
                return outcome
        self._walk.stop()
        return outcome

    def _is_mine(self, order: PickupOrder) -> bool:
        lock = order.lock
        return order.state is OrderState.PICKING and lock is not None and lock.staff_id == self._orders.who()

    def _goes_on(self, order: PickupOrder) -> bool:
        """Say whether the lock is the cashier's own and good for another while."""
        left = minutes_left(order, self._orders.now())
        return self._is_mine(order) and self._lock_minutes < 2 * left <= 2 * self._lock_minutes

    @property
    def _lock_minutes(self) -> int:
        desk = self._orders.desk
        return USUAL_LOCK_MINUTES if desk is None else desk.lock_minutes

    def _start(self, order: PickupOrder, *, taken_over: bool) -> StartPicking:
        until = dt.datetime.fromisoformat(self._orders.now()) + dt.timedelta(minutes=self._lock_minutes)
        return StartPicking(
            **self._orders.header(order),
            lock_until=until.isoformat(timespec="milliseconds"),
            taken_over=taken_over,
        )

    # ---- what cannot be had -------------------------------------------------------------------

    def short(
        self, order_id: str, line_id: str, reason: ShortReason, quantity: Decimal | None = None
    ) -> PickOutcome:
        """Say that what is open of a line (or so much of it) cannot be had."""
        return self._take_of_line(
            order_id,
            line_id,
            lambda order: ShortLine(
                **self._orders.header(order), line_id=line_id, short_reason=reason, quantity=quantity
            ),
            PickCode.SHORTED,
        )

    def substitutes(self, order_id: str, line_id: str) -> SubstituteOffers | None:
        """Return what could stand in for a line, None when nothing of it is untouched."""
        order = self._orders.order(order_id)
        line = None if order is None else line_in(order, line_id)
        return None if order is None or line is None else self._substitutes.offers(order, line)

    def offer(self, order_id: str, line_id: str, product_id: str) -> SubstituteOffer | None:
        """Return a product that was found or scanned as a substitute for a line, judged.

        None: nothing of the line is untouched, or the product has no price here or cannot stand in at all.
        """
        order = self._orders.order(order_id)
        line = None if order is None else line_in(order, line_id)
        if order is None or line is None:
            return None
        return self._substitutes.offer(order, line, product_id)

    def substitute(
        self, order_id: str, line_id: str, product_id: str, quantity: Decimal | None = None
    ) -> PickOutcome:
        """Take another product for what is open of a line; refused beyond the customer's wish.

        Without a quantity it stands for all that is open; what is sold by weight asks for its weight.
        """
        order = self._orders.order(order_id)
        line = None if order is None else line_in(order, line_id)
        if order is None or line is None:
            return _refused("unknown_line", order_id)
        return self._use_substitute(order, line, product_id, quantity)

    def ask_customer(
        self, order_id: str, line_id: str, product_id: str, quantity: Decimal | None = None
    ) -> PickOutcome:
        """Ask the customer whether another product will do, and go on elsewhere."""
        order = self._orders.order(order_id)
        line = None if order is None else line_in(order, line_id)
        if line is None:
            return _refused("unknown_line", order_id)
        priced = self._substitutes.priced(product_id)
        if priced is None:
            return PickOutcome(PickCode.NOT_IN_CATALOGUE, order_id, line_id, detail=product_id)
        product, unit_price = priced
        wanted = _covered(line, quantity)
        return self._take_of_line(
            order_id,
            line_id,
            lambda order: AskCustomer(
                **self._orders.header(order),
                line_id=line_id,
                product=product,
                unit_price_minor=unit_price,
                quantity=wanted,
                covers=wanted,
            ),
            PickCode.ASKED,
        )

    # ---- the task in hand ---------------------------------------------------------------------

    def choose(self, order_id: str, line_id: str) -> PickOutcome:
        """Take another task of the walk in hand (arrow keys, tap); nothing is stored."""
        if not self._walk.choose(order_id, line_id):
            return PickOutcome(PickCode.ALREADY_COMPLETE, order_id, line_id)
        return PickOutcome(PickCode.CHOSEN, order_id, line_id)

    def later(self, order_id: str, line_id: str) -> PickOutcome:
        """Set a task aside to the end of the walk; nothing is stored."""
        self._walk.set_later(order_id, line_id)
        return PickOutcome(PickCode.SET_LATER, order_id, line_id)

    def pick_one(self) -> PickOutcome:
        """Count one piece of the task in hand by key (`+`), where a label cannot be read."""
        task = self._walk.task()
        order = None if task is None else self._orders.order(task.order_id)
        line = None if task is None or order is None else line_in(order, task.line_id)
        if order is None or line is None:
            return PickOutcome(PickCode.NOT_PICKING)
        if line.product.unit is not SellingUnit.PIECE:
            return self._asks_weight(order, line)
        return self._pick(order, line, Decimal(1))

    def put_one_back(self) -> PickOutcome:
        """Take the last pick of the line in hand back (`-`)."""
        task = self._walk.task()
        order = None if task is None else self._orders.order(task.order_id)
        if task is None or order is None:
            return PickOutcome(PickCode.NOT_PICKING)
        picks = (StepKind.PICK_LINE, StepKind.SUBSTITUTE_LINE)
        for done in reversed(order.history):
            if done.about == task.line_id and done.kind in picks and not done.undone_by:
                return self.undo(task.order_id, done.step_id, PUT_BACK)
        return PickOutcome(PickCode.STEP_REFUSED, task.order_id, task.line_id, refusal="nothing_there")

    def undo(self, order_id: str, step_id: str, reason: str) -> PickOutcome:
        """Take an earlier step back, with who and why."""
        order = self._orders.order(order_id)
        about = next((done.about for done in order.history if done.step_id == step_id), "") if order else ""
        outcome = self._take_of_line(
            order_id,
            about,
            lambda order: Undo(**self._orders.header(order), undoes=step_id, reason=reason.strip()),
            PickCode.UNDONE,
        )
        if outcome.done:
            self._walk.stock_changed()
        return outcome

    # ---- the end ------------------------------------------------------------------------------

    def finish(self, order_id: str) -> PickOutcome:
        """End picking once nothing of the order is open."""
        outcome = self._take(
            order_id,
            lambda order: FinishPicking(
                **self._orders.header(order), lock_id=order.lock.lock_id if order.lock else ""
            ),
            PickCode.FINISHED,
        )
        order = self._orders.order(order_id)
        if outcome.done and order is not None and order.state is OrderState.SHORT:
            self._walk.without(order_id)
            return PickOutcome(PickCode.NOTHING_PICKED, order_id, step_id=outcome.step_id)
        return outcome

    def mark_ready(self, order_id: str) -> PickOutcome:
        """Say that the customer may come; finishes picking first where that is still to be done."""
        order = self._orders.order(order_id)
        if order is not None and order.state is OrderState.PICKING and nothing_open(order):
            unstaged = next((bag for whose, bag in self._walk.to_stage() if whose == order_id), None)
            if unstaged is not None:
                return _refused("bag_not_staged", order_id, unstaged.bag_id)
            finished = self.finish(order_id)
            if finished.code is not PickCode.FINISHED:
                return finished
        outcome = self._take(order_id, lambda order: MarkReady(**self._orders.header(order)), PickCode.READY)
        if outcome.done:
            self._walk.without(order_id)
        return outcome


PUT_BACK: Final = "put_back"
"""The reason of taking one piece back by key; screens translate it."""


def _refused(code: str, order_id: str = "", detail: str = "") -> PickOutcome:
    return PickOutcome(PickCode.STEP_REFUSED, order_id, refusal=code, detail=detail)


def _covered(line: PickupLine, quantity: Decimal | None) -> Decimal:
    return units(line, LineState.TO_PICK) if quantity is None else quantity
