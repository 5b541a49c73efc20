"""Whoever works at a till of a soak: sells, takes money by cash and card, takes goods back, serves orders.

Goods never run out, so that thirty minutes are as busy at their end as at their beginning. A terminal is
asked by the program's own worker and answers in its own time; nobody sells on until it has.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from pos_app.database.problems import DatabaseProblem
from pos_app.services.outcomes import NeedsApproval
from pos_app.services.paying import PaymentRefused
from pos_app.services.pickup_outcomes import DeskCode
from retail.events import DrawerOpened
from retail.sale import Sale, TenderKind
from sync.protocol import REQUIRED_STREAMS
from tests.faults.race_people import AtTill
from tests.faults.race_shop import RACED, SUBSTITUTE

GOODS = (RACED, SUBSTITUTE, "P1001", "P1002", "P1003", "P1004", "P1005", "P1006", "P1007", "P1010")
WEIGHED = ("P1011", "P1012", "P1014")
PLENTY = 1_000_000
PRINTED_SHARE = 0.3
"""Of sales: a printed receipt costs as much processor time as all else of a sale."""


class FullShelf:
    """A shelf on which there always is another piece, in the place of `race_people.Shelf`."""

    def __init__(self) -> None:
        self.at: Counter[str] = Counter()

    def there(self, _product_id: str) -> int:
        """Return how many pieces a hand finds."""
        return PLENTY

    def follow(self, _till: object) -> None:
        """Nothing is counted."""


class _Desk:
    """A till as the people of a race know it."""

    def __init__(self, opened: Any) -> None:
        self.number = opened.number
        self._till = opened.till

    def __getattr__(self, name: str) -> Any:
        return getattr(self._till, name)


class PeopleAtTill:
    """They do one small thing at a time. What the till refused, and says so, did not happen."""

    def __init__(self, opened: Any, chance: random.Random) -> None:
        self._opened = opened
        self._till = opened.till
        self._chance = chance
        shelf: Any = FullShelf()
        desk: Any = _Desk(opened)
        self._orders = AtTill(desk, shelf, wall=None, chance=chance)  # type: ignore[arg-type]  # looks at no clock
        self._asked: set[str] = set()
        self._tell_of_what_is_paid()

    def _tell_of_what_is_paid(self) -> None:
        """Say each sale to the world at the moment at which the screen does."""
        complete = self._till.paying.complete

        def shown(*, print_receipt: bool) -> Sale:
            sale: Sale = complete(print_receipt=print_receipt)
            self._opened.tell(
                "paid",
                sale_id=sale.sale_id,
                receipt_number=sale.receipt_number,
                total_minor=sale.total_minor,
                # Nothing is kept strictly in a soak (`soak_processes.made_store`): there is nothing to hear.
                knew_what_is_strict=True,
            )
            self._till.view_model.pay.completed.emit(sale)
            return sale

        self._till.paying.complete = shown

    def act(self) -> None:
        """Do something; a disk without room lets it be."""
        acts: tuple[tuple[Callable[[], object], int], ...] = (
            (self._sell, 10),
            (self._take_goods_back, 2),
            (self._open_drawer, 1),
            (self._hold_or_recall, 1),
            (self._orders.pick, 8),
            (self._hand_over, 4),
            (self._orders.put_back, 1),
        )
        (act,) = self._chance.choices([one for one, _ in acts], [weight for _, weight in acts])
        try:
            if self._is_on_duty():
                act()
        except DatabaseProblem:
            return  # the screen says so; what was not committed did not happen

    def ask_about_doubts(self) -> None:
        """Ask the terminal about attempts without a result, once each, as a person who taps the question."""
        try:
            doubts = {one.attempt_id: one for one in self._till.paying.unresolved()}
        except DatabaseProblem:
            return  # as above
        for attempt_id in self._asked & doubts.keys():
            self._opened.threads.terminals.ask(doubts[attempt_id])
        self._asked = set(doubts)

    def _is_on_duty(self) -> bool:
        staffing = self._till.staffing
        if not all(self._till.cache.as_of(stream) for stream in REQUIRED_STREAMS):
            return False
        cashiers = [one for one in staffing.everybody() if one.role == "cashier"]
        if cashiers and (staffing.on_duty is None or self._chance.random() < 0.005):
            staffing.sign_in(self._chance.choice(cashiers))
        return staffing.on_duty is not None

    # ---- selling ------------------------------------------------------------------------------

    def _sell(self) -> None:
        selling = self._till.selling
        if not selling.open_sale.tenders and not selling.open_sale.basket.order_id:
            for _ in range(self._chance.choice((1, 1, 2, 3))):
                self._scan()
        if selling.open_sale.basket.lines:
            self._take_money()

    def _scan(self) -> None:
        if self._chance.random() < 0.2:
            weight = Decimal(self._chance.randint(50, 2500)) / 1000
            self._till.selling.add_weighed(self._chance.choice(WEIGHED), weight)
        else:
            self._till.selling.add_product(self._chance.choice(GOODS))

    def _take_money(self) -> None:
        paying = self._till.paying
        due = paying.view(cash_next=False).settlement.remaining_minor
        try:
            if due > 0 and self._chance.random() < 0.35:
                amount = due if self._chance.random() < 0.7 else max(1, due // 2)
                self._opened.threads.terminals.ask(paying.start_attempt(TenderKind.CARD, amount))
                return
            due = paying.view(cash_next=True).settlement.remaining_minor
            if due > 0:
                paying.take_cash(due + self._chance.choice((0, 0, 500)))
            paying.complete(print_receipt=self._chance.random() < PRINTED_SHARE)
        except PaymentRefused:
            return  # a terminal still has the word, or the limit without a network was reached

    # ---- everything else ----------------------------------------------------------------------

    def _take_goods_back(self) -> None:
        sales = self._till.journal.sales(6)
        if not sales:
            return
        returning = self._till.returning
        returning.open_own(self._chance.choice(sales).receipt_number)
        returning.centre_silent()
        view = returning.view()
        if view is None:
            return
        line = self._chance.choice(view.lines)
        if not line.left.quantity_left:
            return
        returning.choose(line.line.line_number, min(Decimal(1), line.left.quantity_left))
        outcome = returning.pay_back(print_receipt=False)
        if isinstance(outcome, NeedsApproval):
            boss = next((one for one in self._till.staffing.everybody() if one.role == "manager"), None)
            if boss is None:
                return
            outcome = self._till.approving.approve(boss, "fine")
        if getattr(outcome, "what", "") == "returned":
            number = getattr(outcome, "detail", "")
            for made in self._till.journal.returns_of(view.sale.sale_id):
                if made.receipt_number == number:
                    self._opened.tell("returned", return_id=made.return_id, refund_minor=made.refund_minor)
            self._till.view_model.returns.recorded.emit()

    def _open_drawer(self) -> None:
        self._till.journal.record(DrawerOpened(cashier_id="E0001", reason="change"))

    def _hold_or_recall(self) -> None:
        selling = self._till.selling
        held = selling.view().held
        if held and self._chance.random() < 0.7:
            selling.recall(self._chance.choice(held).basket.basket_id)
        else:
            selling.hold("later")

    def _hand_over(self) -> None:
        said = self._orders.hand_over()
        if DeskCode.HANDED_OVER in said or DeskCode.PARTLY_HANDED_OVER in said:
            # Whoever serves here takes the paper slip each time.
            self._opened.tell("handed_over", said=said, others_heard=not self._till.offline, slip=True)
