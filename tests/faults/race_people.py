"""The people of a race: buyers in front of a browser, and cashiers and pickers at two tills.

Everybody does one small thing at a time, drawn by the seed, so that whatever they do lies between the things
that the others do. What they hold in their hands is real: nobody sells or picks a piece that is not there.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from pos_app.services.outcomes import Added, NeedsApproval
from pos_app.services.paying import PaymentRefused
from pos_app.services.pickup_outcomes import DeskCode, PromisedGoods, StepDone
from retail.availability.counter import Choice
from retail.pickup.order import LineState, OrderState, PickupOrder, ShortReason, SubstitutionWish, WishKind
from retail.pickup.parts import bags_with_goods, units
from retail.pickup.steps import StepKind
from sync.server.demo.store import STORE_ID
from sync.server.orders.values import (
    PAID_AT_DESK,
    PAID_ONLINE,
    ContactDetails,
    OrderProblem,
    PlaceOrder,
    WantedLine,
)
from tests.faults.race_shop import PIECES, RACED, SUBSTITUTE, RaceShop, RacingTill, Wall

TO_PICK = (OrderState.PLACED, OrderState.ACCEPTED, OrderState.PICKING, OrderState.PAUSED, OrderState.PICKED)
AT_DESK = (OrderState.READY, OrderState.PARTLY_HANDED_OVER)
GOING_BACK = (OrderState.CANCELLED, OrderState.EXPIRED, OrderState.RETURN_TO_SHELF)
WISHES = (
    SubstitutionWish(),
    SubstitutionWish(kind=WishKind.SAME_PRICE),
    SubstitutionWish(kind=WishKind.UP_TO_PERCENT, percent=Decimal(100)),
    SubstitutionWish(kind=WishKind.ASK),
)


@dataclass(slots=True)
class Shelf:
    """The pieces that are really there: what is written in no book."""

    at: Counter[str] = field(default_factory=lambda: Counter(PIECES))
    in_hand: dict[int, Counter[str]] = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)
    taken_by_step: dict[str, Counter[str]] = field(default_factory=dict)

    def there(self, product_id: str) -> int:
        """Return how many pieces a hand finds on the shelf."""
        held = sum(each[product_id] for each in self.in_hand.values())
        return self.at[product_id] - held

    def follow(self, till: RacingTill) -> None:
        """Take over what hands did at a till, as its journal has it; what is short was never there."""
        for position, kind, product_id, quantity, body in till.shelf_moves(self.seen.get(till.number, 0)):
            self.seen[till.number] = position
            if kind == "pickup.stepped":
                step = json.loads(body)["step"]
                if step["step"] == "short_line" or _undoes_short(till, step):
                    continue
                self.taken_by_step.setdefault(step["step_id"], Counter())[product_id] += int(quantity)
            self.at[product_id] += int(quantity)
        counted: Counter[str] = Counter()
        for line in till.selling.open_sale.basket.lines:
            if not till.selling.open_sale.basket.order_id:
                counted[line.product.product_id] += int(line.quantity)
        for held in till.selling.view().held:
            if not held.basket.order_id:
                for line in held.basket.lines:
                    counted[line.product.product_id] += int(line.quantity)
        self.in_hand[till.number] = counted

    def put_back_refused(self, refused: set[str]) -> None:
        """What a step took that did not count in the end goes back to the shelf."""
        for step_id in refused & self.taken_by_step.keys():
            for product_id, quantity in self.taken_by_step.pop(step_id).items():
                self.at[product_id] -= quantity


def _undoes_short(till: RacingTill, step: dict[str, str]) -> bool:
    order = till.orders.order(step["order_id"])
    done = () if order is None else order.history
    return any(one.step_id == step.get("undoes") and one.kind == StepKind.SHORT_LINE for one in done)


class Buyer:
    """One customer at home: what they want is drawn once, and asked for again in the very same words."""

    def __init__(self, number: int, shop: RaceShop, chance: random.Random) -> None:
        self.number = number
        self._shop = shop
        self._chance = chance
        self.order_id = ""
        self.placed = False
        self._request: PlaceOrder | None = None
        self._lines = self._wanted()
        self._pays = PAID_ONLINE if chance.random() < 0.4 else PAID_AT_DESK
        self._partial = chance.random() < 0.3

    def _wanted(self) -> tuple[WantedLine, ...]:
        chance = self._chance
        wish = chance.choice(WISHES)
        lines = [WantedLine(product_id=RACED, quantity=Decimal(chance.choice((1, 1, 1, 2))), wish=wish)]
        drawn = chance.random()
        if drawn < 0.2:  # the same product once more, on a line of its own
            lines.append(WantedLine(product_id=RACED, quantity=Decimal(1), wish=wish, note="a gift"))
        elif drawn < 0.35:
            lines.append(WantedLine(product_id=SUBSTITUTE, quantity=Decimal(1), wish=wish))
        return tuple(lines)

    def act(self) -> str:
        """Do the next thing that a buyer might do; return it in words."""
        if not self.placed:
            return self._place()
        if not self.order_id:
            return ""
        chance = self._chance.random()
        if chance < 0.3:
            return self._place()
        if chance < 0.45:
            return self._cancel()
        if chance < 0.6:
            return self._arrive()
        return self._pay() if self._pays == PAID_ONLINE else self._answer()

    def _place(self) -> str:
        desk = self._shop.centre.orders
        if self._request is None:
            slots = [one for one in desk.slots(STORE_ID, 1) if not one.refusal]
            if not slots:
                return ""
            self._request = PlaceOrder(
                store_id=STORE_ID,
                outside_reference=f"basket-{self.number}",
                lines=self._lines,
                contact=ContactDetails(name=f"Buyer {self.number}", phone=f"+65 5550 {self.number:04d}"),
                slot_starts_at=self._chance.choice(slots[:4]).starts_at,
                payment=self._pays,
                allow_partial=self._partial,
            )
        again = " again" if self.placed else ""
        self.placed = True
        asked = "+".join(f"{one.quantity} {one.product_id}" for one in self._lines)
        try:
            placed = desk.place(self._request)
        except OrderProblem as problem:
            if problem.code in {"slot_gone", "too_late", "slot_full"}:
                self._request = None
            return f"buyer {self.number} asks{again} for {asked}: {problem.code}"
        assert placed.repeated is bool(self.order_id), "the same order was placed twice"
        self.order_id = placed.order.order_id
        return f"buyer {self.number} places{again} {asked} ({self._pays}): {placed.order.number}"

    def _pay(self) -> str:
        centre = self._shop.centre
        address = centre.cashier.begin(self.order_id)
        if not address:
            return self._answer()
        approves = self._chance.random() < 0.7
        centre.simulator.decide(address.rsplit("/", 1)[1], approves=approves)
        return f"buyer {self.number} {'pays' if approves else 'is declined'} online"

    def _cancel(self) -> str:
        return self._try("cancels", lambda: self._shop.centre.orders.cancel(self.order_id, "changed my mind"))

    def _arrive(self) -> str:
        return self._try("is here", lambda: self._shop.centre.orders.arrived(self.order_id, "blue car"))

    def _answer(self) -> str:
        order = self._shop.centre.orders.order(self.order_id)
        asked = [
            (line.line_id, part.now.step_id)
            for line in (() if order is None else order.lines)
            for part in line.divided
            if part.state is LineState.ASKED
        ]
        if not asked:
            return ""
        line_id, step_id = self._chance.choice(asked)
        agrees = self._chance.random() < 0.6
        desk = self._shop.centre.orders
        return self._try(
            f"says {'yes' if agrees else 'no'}",
            lambda: desk.answer(self.order_id, line_id, step_id, agrees=agrees),
        )

    def _try(self, what: str, do: Callable[[], object]) -> str:
        try:
            do()
        except OrderProblem as problem:
            return f"buyer {self.number} {what}: {problem.code}"
        return f"buyer {self.number} {what}"


class AtTill:
    """Whoever works at a till."""

    def __init__(self, till: RacingTill, shelf: Shelf, wall: Wall, chance: random.Random) -> None:
        self.till = till
        self._shelf = shelf
        self._wall = wall
        self._chance = chance

    def act(self) -> str:
        """Do one small thing; return it in words, empty when there was nothing to do."""
        acts: tuple[tuple[Callable[[], str], int], ...] = (
            (self.sell, 7),
            (self.pick, 12),
            (self.hand_over, 6),
            (self.put_back, 3),
            (self.undo, 2),
            (self.change_shift, 1),
        )
        (act,) = self._chance.choices([one for one, _ in acts], [weight for _, weight in acts])
        said = act()
        self._shelf.follow(self.till)
        return f"till {self.till.number} {said}" if said else ""

    def change_shift(self) -> str:
        """Put somebody else on duty."""
        staff = self._chance.choice([one for one in self.till.staffing.everybody() if one.role == "cashier"])
        self.till.staffing.sign_in(staff)
        return f"is worked by {staff.display_name}"

    # ---- at the counter -----------------------------------------------------------------------

    def sell(self) -> str:
        """Put a piece on the open sale, or take the money for it."""
        selling = self.till.selling
        if selling.open_sale.basket.order_id:
            return self._take_money()
        if selling.open_sale.basket.lines and self._chance.random() < 0.6:
            return self._take_money()
        product_id = RACED if self._chance.random() < 0.8 else SUBSTITUTE
        if self._shelf.there(product_id) < 1:
            return ""
        outcome = selling.add_product(product_id)
        words = f"scans {product_id} at the counter"
        if isinstance(outcome, Added):
            return words
        assert isinstance(outcome, PromisedGoods), outcome
        return f"{words}: {outcome.verdict}, {self._choose(outcome)}"

    def _choose(self, promised: PromisedGoods) -> str:
        choice = self._chance.choice(promised.choices)
        if choice is Choice.ASK_SUPERVISOR and self._chance.random() < 0.5:
            choice = Choice.TAKE_ANOTHER
        outcome = self.till.promises.choose(choice)
        if isinstance(outcome, NeedsApproval):
            boss = next(one for one in self.till.staffing.everybody() if one.role == "manager")
            outcome = self.till.approving.approve(boss, "the customer insists")
        return f"{choice} → {type(outcome).__name__}"

    def _take_money(self) -> str:
        paying = self.till.paying
        due = paying.view(cash_next=True).settlement.remaining_minor
        try:
            if due > 0:
                paying.take_cash(due + self._chance.choice((0, 0, 500)))
            sale = paying.complete(print_receipt=False)
        except PaymentRefused as refused:
            return f"cannot take money: {refused.code}"
        of = f" for {sale.order_number}" if sale.order_id else ""
        return f"sells {sale.receipt_number}: {sale.total_minor}{of}"

    # ---- picking ------------------------------------------------------------------------------

    def pick(self) -> str:
        """Go on with an order: begin, a piece, a short, a substitute, a question, a bag, ready."""
        orders = [one for one in self.till.orders.all() if one.state in TO_PICK]
        if not orders:
            return ""
        # Most go on with what they have begun.
        mine = [one for one in orders if one.order_id in self.till.picking.mine()]
        order = self._chance.choice(mine if mine and self._chance.random() < 0.7 else orders)
        if order.state in (OrderState.PLACED, OrderState.ACCEPTED, OrderState.PAUSED):
            if order.state is OrderState.PLACED and self._chance.random() < 0.1:
                return self._said("accepts", order, self.till.orders.accept(order.order_id))
            return self._begin(order)
        if order.state is OrderState.PICKED:
            return self._ready(order)
        return self._begin(order) if self._chance.random() < 0.2 else self._pick_some(order)

    def _begin(self, order: PickupOrder) -> str:
        take_over = self._chance.random() < 0.5
        outcome = self.till.picking.begin([order.order_id], take_over=take_over)
        return f"begins {order.number}: {outcome.code} {outcome.refusal}"

    def _pick_some(self, order: PickupOrder) -> str:
        picking, drawn = self.till.picking, self._chance.random()
        if all(one.order_id != order.order_id for one in picking.view().orders):
            return self._begin(order)
        line = next((one for one in order.lines if units(one, LineState.TO_PICK, LineState.AGREED)), None)
        if line is None:
            return self._ready(order)
        picking.assign_tote(f"T-{order.number[2:]}-{self.till.number}", order.order_id, line.temperature)
        picking.choose(order.order_id, line.line_id)
        if drawn < 0.06:
            outcome = picking.pause()
            return f"pauses {order.number}: {outcome.code} {outcome.refusal}"
        if drawn < 0.12:
            outcome = picking.put_one_back()
            return f"puts one of {order.number} back: {outcome.code} {outcome.refusal}"
        if drawn < 0.2 or not self._shelf.there(line.product.product_id):
            return self._without(order, line.line_id)
        outcome = picking.pick_one()
        return f"picks one for {order.number}: {outcome.code} {outcome.refusal}"

    def _without(self, order: PickupOrder, line_id: str) -> str:
        picking, drawn = self.till.picking, self._chance.random()
        if drawn < 0.4:
            if not self._shelf.there(SUBSTITUTE):
                return ""
            outcome = picking.substitute(order.order_id, line_id, SUBSTITUTE, Decimal(1))
            if outcome.refusal == "ask_first":
                outcome = picking.ask_customer(order.order_id, line_id, SUBSTITUTE)
            return f"substitutes in {order.number}: {outcome.code} {outcome.refusal}"
        shown = self.till.orders.stock(RACED).on_hand
        reason = ShortReason.NOT_FOUND if shown > 0 else ShortReason.SOLD_OUT
        one = Decimal(1) if self._chance.random() < 0.5 else None
        outcome = picking.short(order.order_id, line_id, reason, one)
        return f"shorts {order.number} ({reason}): {outcome.code} {outcome.refusal}"

    def _ready(self, order: PickupOrder) -> str:
        picking = self.till.picking
        walking = any(one.order_id == order.order_id for one in picking.view().orders)
        if order.state is OrderState.PICKING and not walking:
            return self._begin(order)
        for bag in order.bags:
            if not bag.location and bag.bag_id in bags_with_goods(order):
                outcome = picking.stage(order.order_id, bag.bag_id, f"A{self._chance.randint(1, 6)}")
                return f"puts bag {bag.bag_id} away: {outcome.code} {outcome.refusal}"
        outcome = picking.mark_ready(order.order_id)
        return f"says {order.number} is ready: {outcome.code} {outcome.refusal}"

    # ---- at the desk --------------------------------------------------------------------------

    def hand_over(self) -> str:
        """Serve whoever is at the desk, step by step."""
        desk = self.till.handing_over
        view = desk.view()
        if view is None or self._chance.random() < 0.15:
            return self._open_at_desk()
        order = view.order
        if view.paying:
            return self._take_money()
        drawn = self._chance.random()
        if drawn < 0.06 and view.bags:
            line = self._chance.choice(order.lines)
            outcome = desk.refuse_line(line.line_id, "does not want it", Decimal(1))
            return f"takes a piece of {order.number} back: {outcome.code} {outcome.refusal}"
        desk.identity_seen()
        desk.slip_taken()
        for bag in view.bags:
            desk.tick(bag.bag_id)
        if view.due_minor and order.state in AT_DESK:
            outcome = desk.begin_payment(hand_over_when_paid=drawn < 0.5)
            return f"asks for the money of {order.number}: {outcome.code} {outcome.amount_minor}"
        outcome = desk.hand_over()
        missing = ",".join(one.what for one in outcome.missing)
        return f"hands {order.number} over: {outcome.code} {outcome.refusal}{missing}"

    def _open_at_desk(self) -> str:
        desk = self.till.handing_over
        closed = desk.close()
        if closed.code is DeskCode.MONEY_TAKEN:
            return self._take_money()
        orders = [one for one in self.till.orders.all() if one.state in AT_DESK]
        if not orders:
            return ""
        order = self._chance.choice(orders)
        return f"opens {order.number} at the desk: {desk.open(order.order_id).code}"

    # ---- putting back and undoing -------------------------------------------------------------

    def put_back(self) -> str:
        """Bring goods of an order that is over back to the shelf, a line at a time."""
        orders = [one for one in self.till.orders.all() if one.state in GOING_BACK]
        if not orders:
            return ""
        order = self._chance.choice(orders)
        if order.state is not OrderState.RETURN_TO_SHELF:
            return self._said("takes back", order, self.till.orders.start_return(order.order_id))
        line = self._chance.choice(order.lines)
        fit = self._chance.random() < 0.8
        outcome = self.till.orders.return_units(order.order_id, line.line_id, fit_for_sale=fit)
        return self._said("puts goods back of", order, outcome)

    def undo(self) -> str:
        """Take back some step that was taken lately, whoever took it."""
        orders = [one for one in self.till.orders.all() if one.history]
        if not orders:
            return ""
        order = self._chance.choice(orders)
        done = self._chance.choice(order.history[-4:])
        outcome = self.till.orders.undo(order.order_id, done.step_id, "a mistake")
        return self._said(f"undoes {done.kind} of", order, outcome)

    @staticmethod
    def _said(what: str, order: PickupOrder, outcome: object) -> str:
        code = "" if isinstance(outcome, StepDone) else f": {getattr(outcome, 'code', outcome)}"
        return f"{what} {order.number}{code}"
