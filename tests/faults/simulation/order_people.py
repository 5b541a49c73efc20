"""Online orders in a simulated chain: buyers at the centre, pickers and desks at the tills.

They are the people of the race (`tests.faults.race_people`), among more troubles. What they take in their
hands is
real: a piece lies on the shelf, in a hand or in a bag, and the paper slip of an order can be taken once.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from pos_app.database.problems import DatabaseProblem
from pos_app.services.pickup_outcomes import DeskCode, DeskOutcome
from sync.server.centre import Centre
from tests.faults.race_people import AtTill, Buyer, Shelf
from tests.faults.simulation.cashier import Shown
from tests.faults.simulation.centre_side import CentreSide
from tests.faults.simulation.clockwork import Clockwork
from tests.faults.simulation.till_side import SimulatedTill

BUYERS = 12
CHARGES_IN_A_ROW = 4


class _Shop:
    """The shop as a buyer's browser meets it: any process of the centre."""

    def __init__(self, side: CentreSide) -> None:
        self._side = side

    @property
    def centre(self) -> Centre:
        return self._side.one()


class AtDesk(AtTill):
    """Whoever works with orders at a till; now and then the slip of an order is not there to be taken."""

    def __init__(
        self, till: SimulatedTill, shelf: Shelf, shown: Shown, clockwork: Clockwork, chance: random.Random
    ) -> None:
        super().__init__(till, shelf, clockwork, chance)
        self._of_world = till
        self._goods = shelf
        self._shown = shown

    def act(self) -> str:
        """Do one small thing; return it in words. What the disk refused did not happen."""
        if self.till.staffing.on_duty is None or not self._of_world.is_ready:
            return ""
        try:
            return super().act()
        except DatabaseProblem as problem:
            return f"till {self.till.number}: {problem.code}"

    def hand_over(self) -> str:
        """Serve whoever is at the desk; what the screen lets happen without the slip is remembered."""
        desk = self.till.handing_over
        slip_is_there = self._chance.random() < 0.6
        take_slip: Callable[[], DeskOutcome] = desk.slip_taken
        if not slip_is_there:
            desk.slip_taken = lambda: DeskOutcome(DeskCode.NO_ORDER)
        try:
            said = super().hand_over()
        finally:
            desk.slip_taken = take_slip
        if DeskCode.HANDED_OVER in said or DeskCode.PARTLY_HANDED_OVER in said:
            view = desk.view()
            self._shown.handed_over.append(
                {
                    "till": self._of_world.name,
                    "said": said,
                    "others_heard": self.till.believes_online,
                    "slip": slip_is_there or (view is not None and view.at_desk.slip_taken),
                }
            )
        return said


class OrderPeople:
    """All of them in one world."""

    def __init__(
        self,
        side: CentreSide,
        tills: list[SimulatedTill],
        shown: Shown,
        clockwork: Clockwork,
        chance: random.Random,
    ) -> None:
        self._side = side
        self._clockwork = clockwork
        self._chance = chance
        self.shelf = Shelf()
        shop: Any = _Shop(side)
        self._buyers = [Buyer(number, shop, chance) for number in range(1, BUYERS + 1)]
        self.desks = {till.number: AtDesk(till, self.shelf, shown, clockwork, chance) for till in tills}

    def buyer_acts(self) -> str:
        """Let a buyer do something, or the centre look after its orders."""
        if self._side.down:
            return ""
        if self._chance.random() < 0.15:
            return self.centre_works()
        waiting = [one for one in self._buyers if not one.placed]
        standing = [one for one in self._buyers if one.order_id]
        if waiting and (not standing or self._chance.random() < 0.65):
            return waiting[0].act()
        return self._chance.choice(standing or self._buyers).act()

    def centre_works(self) -> str:
        """Let the centre do what it does by itself: holds that end, charges, orders nobody fetched."""
        centre, now = self._side.one(), self._clockwork.text()
        charges = centre.cashier.run_once(now)
        return f"the centre looks after {centre.keeper.run_once(now)} orders and {charges} charges"

    def put_back_refused(self) -> None:
        """Put goods back that were taken for steps which the centre did not take."""
        with self._side.one().database.read() as connection:
            refused = connection.execute(text("SELECT step_id FROM pickup_step WHERE outcome = 'refused'"))
            self.shelf.put_back_refused(set(refused.scalars()))

    def promised_too_much(self) -> list[str]:
        """Return where more is promised than lies on the shelf: never so between two transactions."""
        with self._side.one().database.read() as connection:
            rows = connection.execute(
                text(
                    "SELECT r.product_id, SUM(r.quantity_milli), MAX(b.quantity_milli) FROM reservation r "
                    "JOIN stock_balance b ON b.store_id = r.store_id AND b.product_id = r.product_id "
                    "AND b.location = 'shelf' WHERE r.state IN ('held', 'confirmed') "
                    "GROUP BY r.store_id, r.product_id"
                )
            ).all()
        return [
            f"{product}: {promised} thousandths promised, {lies} on the shelf"
            for product, promised, lies in rows
            if promised > max(0, lies)
        ]
