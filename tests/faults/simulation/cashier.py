"""Whoever works at a simulated till: sells, takes money by cash and card, takes goods back, opens the drawer.

What a screen has said is remembered outside of every till: `shown` is what the judge holds the centre to.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pos_app.database.problems import DatabaseProblem
from pos_app.services.outcomes import Added, NeedsApproval
from pos_app.services.paying import PaymentRefused, TerminalRequest
from retail.events import DrawerOpened
from retail.sale import Sale, TenderKind
from tests.faults.simulation.till_side import SimulatedTill

GOODS = ("P1001", "P1002", "P1003", "P1004", "P1005", "P1006", "P1007", "P1010", "P1013", "P1026")
WEIGHED = ("P1011", "P1012", "P1014")


@dataclass(slots=True)
class Shown:
    """What was said on screens and paper, as plain values for the judge."""

    paid: list[dict[str, Any]] = field(default_factory=list)
    returned: list[dict[str, Any]] = field(default_factory=list)
    printed: list[dict[str, Any]] = field(default_factory=list)
    handed_over: list[dict[str, Any]] = field(default_factory=list)
    baskets_lost: list[str] = field(default_factory=list)


class Cashier:
    """Does one small thing at a time at one till."""

    def __init__(self, till: SimulatedTill, shown: Shown, chance: random.Random) -> None:
        self.till = till
        self._shown = shown
        self._chance = chance
        till.on_paid = self._is_shown_as_paid

    def act(self) -> str:
        """Do something; return it in words. Raises `Crashed` where the till's program ends."""
        acts: tuple[tuple[Callable[[], str], int], ...] = (
            (self.sell, 10),
            (self.take_goods_back, 2),
            (self.open_drawer, 1),
            (self.give_up, 1),
        )
        (act,) = self._chance.choices([one for one, _ in acts], [weight for _, weight in acts])
        try:
            if not self._is_on_duty():
                return "nobody is on duty"
            said = act()
            self.print_what_waits()
        except DatabaseProblem as problem:
            return f"{act.__name__}: {problem.code}"
        return said

    def _is_on_duty(self) -> bool:
        """Put somebody on duty where nobody is; a till that has not fetched its staff and prices waits."""
        staffing = self.till.staffing
        if not self.till.is_ready:
            return False
        cashiers = [one for one in staffing.everybody() if one.role == "cashier"]
        if staffing.on_duty is None and cashiers:
            staffing.sign_in(cashiers[0])
        return staffing.on_duty is not None

    def resolve_doubts(self) -> None:
        """Ask the terminal about every attempt without a result, as the program does when it starts."""
        for request in self.till.paying.unresolved():
            self.till.paying.answered(request, self.till.terminal.query(request.attempt_id))

    def _is_shown_as_paid(self, sale: Sale) -> None:
        self._shown.paid.append(
            {
                "till": self.till.name,
                "sale_id": sale.sale_id,
                "receipt_number": sale.receipt_number,
                "total_minor": sale.total_minor,
                "knew_what_is_strict": self.till.has_heard_what_is_strict(),
            }
        )

    # ---- selling ------------------------------------------------------------------------------

    def sell(self) -> str:
        """Scan some goods, and take the money for them."""
        selling = self.till.selling
        said = []
        if not selling.open_sale.tenders:
            for _ in range(self._chance.choice((1, 1, 2, 3))):
                said.append(self._scan())
        if not selling.open_sale.basket.lines or self._chance.random() < 0.15:
            return " ".join(said)
        return f"{' '.join(said)}, {self.take_money()}"

    def _scan(self) -> str:
        selling = self.till.selling
        if self._chance.random() < 0.2:
            weight = Decimal(self._chance.randint(50, 2500)) / 1000
            outcome = selling.add_weighed(self._chance.choice(WEIGHED), weight)
        else:
            outcome = selling.add_product(self._chance.choice(GOODS))
        return "scan" if isinstance(outcome, Added) else type(outcome).__name__

    def take_money(self) -> str:
        """Take cash, a card, or both, and complete the sale when it is paid."""
        paying = self.till.paying
        self.resolve_doubts()
        due = paying.view(cash_next=False).settlement.remaining_minor
        try:
            if due > 0 and self._chance.random() < 0.35:
                self._by_card(due if self._chance.random() < 0.7 else max(1, due // 2))
            due = paying.view(cash_next=True).settlement.remaining_minor
            if due > 0:
                if self._chance.random() < 0.1:
                    return "goes to fetch cash"
                paying.take_cash(due + self._chance.choice((0, 0, 500)))
            sale = paying.complete(print_receipt=self._chance.random() < 0.5)
        except PaymentRefused as refused:
            return f"cannot take money: {refused.code}"
        return f"sells {sale.receipt_number} {sale.total_minor}"

    def _by_card(self, amount: int) -> None:
        request: TerminalRequest = self.till.paying.start_attempt(TenderKind.CARD, amount)
        self.till.point("before the terminal is asked")
        answer = self.till.terminal.charge(request.attempt_id, request.amount_minor, self._chance)
        self.till.point("after the terminal answered")
        self.till.paying.answered(request, answer)

    # ---- everything else ----------------------------------------------------------------------

    def take_goods_back(self) -> str:
        """Take back some of a sale of this till."""
        sales = self.till.journal.sales(6)
        if not sales:
            return ""
        returning = self.till.returning
        returning.open_own(self._chance.choice(sales).receipt_number)
        returning.centre_silent()
        view = returning.view()
        if view is None:
            return ""
        line = self._chance.choice(view.lines)
        if not line.left.quantity_left:
            return "nothing is left of it"
        returning.choose(line.line.line_number, min(Decimal(1), line.left.quantity_left))
        outcome = returning.pay_back(print_receipt=False)
        if isinstance(outcome, NeedsApproval):
            boss = next((one for one in self.till.staffing.everybody() if one.role == "manager"), None)
            if boss is None:
                return "nobody may allow it"
            outcome = self.till.approving.approve(boss, "fine")
        number = getattr(outcome, "detail", "")
        if getattr(outcome, "what", "") != "returned":
            return f"takes nothing back: {getattr(outcome, 'code', outcome)}"
        made = next(
            one for one in self.till.journal.returns_of(view.sale.sale_id) if one.receipt_number == number
        )
        self._shown.returned.append(
            {"till": self.till.name, "return_id": made.return_id, "refund_minor": made.refund_minor}
        )
        return f"takes goods of {view.sale.receipt_number} back: {made.refund_minor}"

    def open_drawer(self) -> str:
        """Open the drawer without a sale."""
        self.till.journal.record(DrawerOpened(cashier_id="E0001", reason="change"))
        return "opens the drawer"

    def give_up(self) -> str:
        """Put the open sale aside, and perhaps another one back."""
        selling = self.till.selling
        held = selling.view().held
        if held and self._chance.random() < 0.7:
            selling.recall(self._chance.choice(held).basket.basket_id)
            return "takes a held sale up"
        outcome = selling.hold("later")
        return f"holds the sale: {getattr(outcome, 'code', '')}"

    def print_what_waits(self) -> None:
        """Let the printer print what is due; the machine may die while it does."""
        now = self.till.clock.now()
        while (job := self.till.spool.claim(now)) is not None:
            self.till.point("before a receipt is printed")
            self._shown.printed.append(
                {"till": self.till.name, "kind": job.kind, "body": job.body, "copy": job.interrupted}
            )
            self.till.point("after a receipt was printed")
            self.till.spool.finish(job.job_id)
