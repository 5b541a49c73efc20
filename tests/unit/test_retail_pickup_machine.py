"""One order, the centre, two tills that are now and then offline, and anything anybody may try.

The centre folds what arrives; each till shows the centre's row with its own steps on top. Whatever is tried,
in whatever order it arrives, the order stays whole, the money adds up and the ledger says the same.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from retail.pickup.amounts import line_amounts, money_of, shares
from retail.pickup.goods import stock_movements
from retail.pickup.order import (
    LineState,
    OrderState,
    PaymentKind,
    PickupOrder,
    ShortReason,
    Temperature,
    Terms,
)
from retail.pickup.parts import any_part, is_over, taken_product, units
from retail.pickup.reducer import applied, apply, refusal_of, was_taken
from retail.pickup.steps import (
    Accept,
    Answer,
    AskCustomer,
    Cancel,
    Complete,
    CustomerArrived,
    Expire,
    FinishPicking,
    HandOver,
    MarkReady,
    PausePicking,
    PickLine,
    Proof,
    RecordPayment,
    RefuseUnits,
    ReturnUnits,
    ShortLine,
    StageBag,
    StartPicking,
    StartReturn,
    Step,
    StepKind,
    StepRefused,
    SubstituteLine,
    Undo,
    kind_of,
)
from retail.pickup.transitions import LATE_TRANSITIONS, LINE_TRANSITIONS, ORDER_TRANSITIONS
from retail.quantity import SellingUnit
from retail.stock import BalanceKey, Location, StockMovement, balances
from tests.fakes.pickup_orders import (
    ASK,
    CHICKEN,
    CHILLED,
    OAT_MILK,
    SAME_PRICE,
    TOO_LATE,
    TURKEY,
    WINE,
    YOGURT,
    line,
    online,
    order,
    step,
    up_to_percent,
)

PLACES = {Temperature.AMBIENT: "A-1", Temperature.CHILLED: "Fridge", Temperature.FROZEN: "Freezer"}

ORDERS = (
    order(
        line(YOGURT, "3", "150", 400, wish=SAME_PRICE, temperature=CHILLED),
        line(CHICKEN, "0.600", "1990", wish=ASK, temperature=CHILLED),
        line(WINE, "1", "1650"),
        payment=online(PaymentKind.PAID, 3244),
        terms=Terms(no_show_fee_minor=300),
    ),
    order(
        line(YOGURT, "2", "333", 500, wish=up_to_percent("10")),
        line(OAT_MILK, "2", "299", wish=ASK),
        payment=online(PaymentKind.AUTHORISED, 1200),
        terms=Terms(heavier_is_charged=True),
    ),
    order(
        line(CHICKEN, "1.250", "1234", wish=SAME_PRICE),
        line(YOGURT, "1"),
        terms=Terms(heavier_is_charged=True),
    ),
)


class Till:
    """A till: the centre's row as it was last heard, and the steps that the centre has not heard."""

    def __init__(self, name: str, row: PickupOrder) -> None:
        self.name = name
        self.row = row
        self.unsent: list[Step] = []

    @property
    def view(self) -> PickupOrder:
        return applied(self.row, self.unsent).order


tills = st.sampled_from((0, 1))
lines = st.integers(0, 2)
pieces = st.sampled_from(("1", "1", "2", "3"))
weights = st.sampled_from(("0.300", "0.580", "0.600", "0.640", "1.200", "1.300", "2.000"))


class OneOrder(RuleBasedStateMachine):
    """What people and programs do with one order, at two tills and at the centre."""

    @initialize(of=st.sampled_from(ORDERS), far=st.sampled_from(("placed", "picking", "ready", "ready")))
    def place(self, of: PickupOrder, far: str = "placed") -> None:
        self.placed = of
        self.centre = of
        self.tills = [Till("till-1", of), Till("till-2", of)]
        self.ledger: list[StockMovement] = []
        self.everything: list[Step] = []
        self.payments = 0
        if far == "picking":
            self.moves_on(till=0, kind=StartPicking)
        elif far == "ready":
            self.brings_it_to_the_desk(till=0)
        self.syncs(till=0)
        self.hears(till=1)

    # Making steps

    def _line(self, of: PickupOrder, index: int) -> str:
        return of.lines[index % len(of.lines)].line_id

    def _make(self, till: int, kind: type[Any], **fields: Any) -> None:
        """Make a step at a till, as its services do: only what its own view allows goes into the journal."""
        at = self.tills[till]
        view = at.view
        made: Step = step(view, kind, by=at.name, **fields)
        try:
            after = apply(view, made)
        except StepRefused:
            return
        self._held_by_the_table(view, made, after)
        at.unsent.append(made)

    def _held_by_the_table(self, before: PickupOrder, made: Step, after: PickupOrder) -> None:
        kind = kind_of(made)
        if kind is not StepKind.UNDO:
            table = ORDER_TRANSITIONS[before.state] | LATE_TRANSITIONS.get(before.state, {})
            assert after.state in table[kind]
        assert apply(after, made) == after

    def _at_centre(self, kind: type[Any], **fields: Any) -> None:
        self._arrives(step(self.centre, kind, **fields))

    def _arrives(self, made: Step) -> None:
        before = self.centre
        self.centre = applied(before, [made]).order
        self.everything.append(made)
        assert was_taken(self.centre, made.step_id) is (refusal_of(self.centre, made.step_id) is None)
        if was_taken(before, made.step_id):
            assert self.centre == before
        self.ledger += stock_movements(before, self.centre, made, event_id=made.step_id)

    # At the tills

    @rule(till=tills, kind=st.sampled_from((Accept, StartPicking, PausePicking, FinishPicking, MarkReady)))
    def moves_on(self, till: int, kind: type[Any]) -> None:
        self._make(till, kind)

    @rule(till=tills)
    def takes_over(self, till: int) -> None:
        self._make(till, StartPicking, taken_over=True)

    @rule(till=tills, index=lines, count=pieces, weight=weights)
    def picks(self, till: int, index: int, count: str, weight: str) -> None:
        of = self.tills[till].view
        wanted = of.lines[index % len(of.lines)]
        is_piece = wanted.product.unit is SellingUnit.PIECE
        self._make(
            till,
            PickLine,
            line_id=wanted.line_id,
            product_id=wanted.product.product_id,
            quantity=count if is_piece else weight,
            bag_id=f"{self.tills[till].name}-{wanted.temperature}",
        )

    @rule(till=tills, index=lines, reason=st.sampled_from(ShortReason), all_of_it=st.booleans())
    def is_short(self, till: int, index: int, reason: ShortReason, all_of_it: bool) -> None:
        view = self.tills[till].view
        line_id = self._line(view, index)
        quantity = {} if all_of_it else {"quantity": "1"}
        self._make(till, ShortLine, line_id=line_id, short_reason=reason, **quantity)

    @rule(
        till=tills,
        index=lines,
        to=st.sampled_from((OAT_MILK, TURKEY)),
        price=st.sampled_from(("90", "170", "365", "2100")),
        asks=st.booleans(),
        data=st.data(),
    )
    def substitutes(self, till: int, index: int, to: Any, price: str, asks: bool, data: Any) -> None:
        view = self.tills[till].view
        wanted = view.lines[index % len(view.lines)]
        covers = data.draw(pieces) if wanted.product.unit is SellingUnit.PIECE else "0.600"
        fields = {
            "line_id": wanted.line_id,
            "product": to,
            "unit_price_minor": price,
            "quantity": data.draw(pieces) if to is OAT_MILK else data.draw(weights),
            "covers": covers,
        }
        if asks:
            self._make(till, AskCustomer, **fields)
        else:
            bag_id = f"{self.tills[till].name}-{wanted.temperature}"
            self._make(till, SubstituteLine, bag_id=bag_id, **fields)

    @rule(till=tills)
    def puts_bags_away(self, till: int) -> None:
        for bag in self.tills[till].view.bags:
            self._make(
                till,
                StageBag,
                bag_id=bag.bag_id,
                location=PLACES[bag.temperature],
                temperature=bag.temperature,
            )

    @rule(till=tills)
    def brings_it_to_the_desk(self, till: int) -> None:
        """Do whatever is left of picking, as fast as it goes: most orders do get that far."""
        self._make(till, StartPicking, taken_over=True)
        for wanted in self.tills[till].view.lines:
            left = units(wanted, LineState.TO_PICK)
            if left:
                self._make(
                    till,
                    PickLine,
                    line_id=wanted.line_id,
                    product_id=wanted.product.product_id,
                    quantity=str(left),
                    bag_id=f"{self.tills[till].name}-{wanted.temperature}",
                )
            self._make(till, ShortLine, line_id=wanted.line_id, short_reason=ShortReason.SOLD_OUT)
        self._make(till, FinishPicking)
        self.puts_bags_away(till)
        self._make(till, MarkReady)

    @rule(till=tills, index=lines, quantity=st.sampled_from((None, "1")))
    def gives_back(self, till: int, index: int, quantity: str | None) -> None:
        line_id = self._line(self.tills[till].view, index)
        self._make(till, RefuseUnits, line_id=line_id, quantity=quantity, reason="not wanted")

    @rule(till=tills, first_bag_only=st.booleans())
    def hands_over(self, till: int, first_bag_only: bool) -> None:
        view = self.tills[till].view
        bags = tuple(bag.bag_id for bag in view.bags)[: 1 if first_bag_only else None]
        self._pay(till)
        money = money_of(self.tills[till].view)
        covered = money.paid_minor + money.capture_minor + money.release_minor
        self._make(till, HandOver, bags=bags, proof=Proof.CODE, age_confirmed=18, covered_minor=covered)

    def _pay(self, till: int) -> None:
        due = money_of(self.tills[till].view).due_minor
        if due:
            self.payments += 1
            reference = f"sale-{self.payments}"
            self._make(till, RecordPayment, payment=PaymentKind.PAID, amount_minor=due, reference=reference)

    @rule(till=tills, index=lines, fit=st.booleans())
    def puts_back(self, till: int, index: int, fit: bool) -> None:
        self._make(till, StartReturn)
        line_id = self._line(self.tills[till].view, index)
        self._make(till, ReturnUnits, line_id=line_id, fit_for_sale=fit)

    @rule(till=tills, data=st.data())
    def takes_back(self, till: int, data: Any) -> None:
        history = self.tills[till].view.history
        if history:
            chosen = data.draw(st.integers(1, min(4, len(history))))
            self._make(till, Undo, undoes=history[-chosen].step_id, reason="a mistake")

    @rule(till=tills)
    def completes(self, till: int) -> None:
        self._make(till, Complete)

    # At the centre

    @precondition(lambda self: self.centre.state is not OrderState.PLACED)
    @rule()
    def cancels(self) -> None:
        self._at_centre(Cancel, by="customer", reason="no time")

    @precondition(lambda self: self.centre.state in (OrderState.READY, OrderState.PARTLY_HANDED_OVER))
    @rule()
    def expires(self) -> None:
        self._at_centre(Expire, by="centre", at=TOO_LATE)

    @precondition(lambda self: not self.centre.here_since)
    @rule()
    def arrives(self) -> None:
        self._at_centre(CustomerArrived, by="customer")

    @precondition(lambda self: any_part(self.centre, LineState.ASKED))
    @rule(agrees=st.booleans())
    def answers(self, agrees: bool) -> None:
        for one in self.centre.lines:
            for part in one.divided:
                if part.state is LineState.ASKED:
                    self._at_centre(
                        Answer, by="customer", line_id=one.line_id, asked=part.now.step_id, agrees=agrees
                    )
                    return

    @precondition(lambda self: self.centre.history)
    @rule()
    def settles(self) -> None:
        money = money_of(self.centre)
        for kind, amount in (
            (PaymentKind.CAPTURED, money.capture_minor if self.centre.state is OrderState.HANDED_OVER else 0),
            (PaymentKind.REFUNDED, money.refund_minor),
        ):
            if amount:
                self.payments += 1
                self._at_centre(
                    RecordPayment,
                    by="centre",
                    payment=kind,
                    amount_minor=amount,
                    reference=f"centre-{self.payments}",
                )

    # The wire

    @rule(till=tills, count=st.integers(1, 12), twice=st.booleans())
    def sends(self, till: int, count: int, twice: bool) -> None:
        at = self.tills[till]
        for made in at.unsent[:count]:
            self._arrives(made)
        if twice:
            before = self.centre
            for made in at.unsent[:count]:
                self._arrives(made)
            assert self.centre == before
        del at.unsent[:count]

    @rule(till=tills)
    def syncs(self, till: int) -> None:
        self.sends(till=till, count=len(self.tills[till].unsent), twice=False)
        self.hears(till=till)

    @rule(till=tills)
    def hears(self, till: int) -> None:
        # The wire carries JSON; and a till that has sent but not yet forgotten shows what the centre shows.
        self.tills[till].row = msgspec.json.decode(msgspec.json.encode(self.centre), type=PickupOrder)

    @precondition(lambda self: self.everything)
    @rule(data=st.data())
    def an_old_step_comes_again(self, data: Any) -> None:
        before = self.centre
        self._arrives(data.draw(st.sampled_from(self.everything)))
        assert self.centre == before

    # What always holds

    def _orders(self) -> list[PickupOrder]:
        return [self.centre, *(till.view for till in self.tills)]

    @invariant()
    def every_line_is_whole(self) -> None:
        for of in self._orders():
            for one in of.lines:
                assert sum(part.covers for part in one.divided) == one.quantity
                assert all(part.covers > 0 for part in one.divided)
                assert len({tuple(passage.step_id for passage in part.trail) for part in one.divided}) == len(
                    one.divided
                )
                for part in one.divided:
                    self._follows_the_table(part.trail)

    @staticmethod
    def _follows_the_table(trail: Any) -> None:
        before = LineState.TO_PICK
        for passage in trail:
            assert any(passage.state in after for after in LINE_TRANSITIONS[before].values())
            before = passage.state

    @invariant()
    def nothing_is_handed_over_twice_or_beyond_what_was_ordered(self) -> None:
        for of in self._orders():
            gone = Counter(
                part.now.step_id
                for one in of.lines
                for part in one.divided
                if part.state is LineState.HANDED_OVER
            )
            standing = {
                done.step_id for done in of.history if done.kind == "hand_over" and not done.undone_by
            }
            assert set(gone) <= standing
            for one in of.lines:
                taken = sum(
                    (
                        part.now.quantity
                        for part in one.divided
                        if part.state in (LineState.PICKED, LineState.HANDED_OVER, LineState.REFUSED)
                        and part.now.substitute is None
                    ),
                    Decimal(0),
                )
                tolerance = 0 if one.product.unit is SellingUnit.PIECE else of.terms.weight_tolerance_percent
                assert taken <= one.quantity * (100 + tolerance) / 100
                assert units(one, LineState.HANDED_OVER) <= one.quantity

    @invariant()
    def the_money_adds_up(self) -> None:
        for of in self._orders():
            money = money_of(of)
            assert money.charge_minor == (
                money.paid_minor + money.capture_minor + money.due_minor - money.refund_minor
            )
            assert min(msgspec.structs.astuple(money)) >= 0
            amounts = line_amounts(of)
            assert sum(one.charge_minor for one in amounts) == money.charge_minor - money.fee_minor
            assert all(sum(shares(one)) == one.amount_minor for one in of.lines)
            ceiling = of.payment.ceiling_minor
            assert ceiling is None or money.charge_minor <= ceiling
            if all(part.now.substitute is None for one in of.lines for part in one.divided):
                within = of.terms.heavier_is_charged
                assert all(one.charge_minor <= one.shown_minor or within for one in amounts)

    @invariant()
    def states_and_goods_say_the_same(self) -> None:
        for of in self._orders():
            state = of.state
            if state in (OrderState.HANDED_OVER, OrderState.COMPLETED, OrderState.SHORT, OrderState.RETURNED):
                assert not any_part(of, LineState.PICKED)
            if state in (OrderState.COMPLETED, OrderState.RETURNED):
                assert not any_part(of, LineState.REFUSED)
            if state in (OrderState.HANDED_OVER, OrderState.COMPLETED) and not any_part(of, LineState.SHORT):
                assert any_part(of, LineState.HANDED_OVER)
            if state in (OrderState.READY, OrderState.PICKED, OrderState.PARTLY_HANDED_OVER):
                assert any_part(of, LineState.PICKED)
            if state is OrderState.PICKING:
                assert of.lock is not None
                assert of.lock.staff_id
            if is_over(of):
                assert money_of(of).due_minor == 0 or any_part(of, LineState.HANDED_OVER)

    @invariant()
    def each_step_has_one_outcome(self) -> None:
        for of in self._orders():
            taken = [done.step_id for done in of.history]
            refused = [one.step_id for one in of.conflicts if not one.taken]
            assert len(set(taken)) == len(taken)
            assert len(set(refused)) == len(refused)
            assert not set(taken) & set(refused)
            assert of.version == len(taken) + len(refused)

    @invariant()
    def the_ledger_says_what_the_order_says(self) -> None:
        expected: dict[BalanceKey, Decimal] = {}
        for one in self.centre.lines:
            for part in one.divided:
                if part.state in (LineState.PICKED, LineState.REFUSED):
                    key = BalanceKey("S1", taken_product(one, part).product_id, Location.PICKUP)
                    expected[key] = expected.get(key, Decimal(0)) + part.now.quantity
        found = balances(self.ledger)
        assert {
            key: sum_ for key, sum_ in found.items() if key.location is Location.PICKUP and sum_
        } == expected

    @invariant()
    def in_pieces_or_at_once_is_the_same(self) -> None:
        assert applied(self.placed, self.everything).order == self.centre

    def teardown(self) -> None:
        """Let everybody hear everything: then all show the same."""
        if not hasattr(self, "tills"):
            return
        for till in self.tills:
            for made in till.unsent:
                self._arrives(made)
        for till in self.tills:
            till.row = self.centre
            assert till.view == self.centre
            till.unsent.clear()
        self.every_line_is_whole()
        self.the_money_adds_up()
        self.states_and_goods_say_the_same()
        self.the_ledger_says_what_the_order_says()


TestOneOrder = OneOrder.TestCase
TestOneOrder.settings = settings(stateful_step_count=30)
