"""A simulated chain: its tills, its centre, whoever works there, and one event after another.

Everything happens in one thread, in the order of one heap. At the end all troubles stop, everybody is
given time,
and what is left is for the judge.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sync.protocol import STREAMS
from sync.server.database.sessions import StreamId
from sync.server.database.upgrade import epoch_of
from sync.server.streams import read_head, stream_id
from tests.faults.simulation.cashier import Cashier, Shown
from tests.faults.simulation.centre_side import CentreSide
from tests.faults.simulation.clockwork import Clockwork, Trace
from tests.faults.simulation.disk import Crashed
from tests.faults.simulation.head_office import HeadOffice, keep_strictly
from tests.faults.simulation.network import Line
from tests.faults.simulation.order_people import BUYERS, OrderPeople
from tests.faults.simulation.scenario import Scenario
from tests.faults.simulation.template import FIRST_STORE, till_folder
from tests.faults.simulation.till_side import SimulatedTill
from tests.faults.simulation.troubles import TROUBLES

HEALING_ROUNDS = 40
HEALING_SECONDS = 30.0
SHOWN_FILE = "shown.json"


class World:
    """One seed in one folder."""

    def __init__(
        self, template: Path, folder: Path, seed: int, scenario: Scenario, clockwork: Clockwork, address: str
    ) -> None:
        self.folder = folder
        self.scenario = scenario
        self.clockwork = clockwork
        self.trace = Trace(clockwork)
        self.shown = Shown()
        self.chance = random.Random(f"world {seed}")
        self.facts: dict[str, list[str]] = {
            "tills_restored": [],
            "complaints": [],
            "warnings": [],
            "promised_too_much": [],
        }
        devices = json.loads((template / "devices.json").read_bytes())
        shutil.copytree(template / "centre", folder / "centre")
        self.centre = CentreSide(
            folder / "centre",
            scenario.processes,
            random.Random(f"processes {seed}"),
            self.trace,
            address=address,
            page_rows=scenario.page_rows,
        )
        self._strict_from = keep_strictly(self.centre.one()) if scenario.policy == "strict" else 0
        self.centre.published = self._published
        self.tills: dict[int, SimulatedTill] = {}
        self.cashiers: dict[int, Cashier] = {}
        for store_id, numbers in scenario.tills.items():
            for number in numbers:
                self._add_till(template, store_id, number, devices[str(number)], seed)
        self.office = HeadOffice(self.centre, list(scenario.tills), random.Random(f"office {seed}"))
        self.orders: OrderPeople | None = None
        if scenario.orders:
            here = [till for till in self.tills.values() if till.store_id == FIRST_STORE]
            chance = random.Random(f"orders {seed}")
            self.orders = OrderPeople(self.centre, here, self.shown, clockwork, chance)
        self._pulling: set[int] = set()

    def _add_till(self, template: Path, store_id: str, number: int, device_id: str, seed: int) -> None:
        shutil.copytree(till_folder(template, number), till_folder(self.folder, number))
        line = Line(device_id, self.clockwork, self.trace, random.Random(f"line {seed} {number}"))
        line.serve = self.centre.serve
        line.bad = self.scenario.bad_network
        till = SimulatedTill(
            till_folder(self.folder, number),
            number,
            store_id,
            line,
            self.clockwork,
            random.Random(f"ids {seed} {number}"),
            has_plug=self.scenario.has_plug,
        )
        till.wakes_pull = lambda: self._pull_soon(till)
        till.strict_from = self._strict_from if store_id == FIRST_STORE else 0
        self.tills[number] = till
        self.cashiers[number] = Cashier(till, self.shown, random.Random(f"cashier {seed} {number}"))

    # ---- the events of a day ------------------------------------------------------------------

    def run(self) -> None:
        """Let the day go by."""
        end = self.clockwork.seconds + self.scenario.minutes * 60
        for till in self.tills.values():
            self._comes_online(till)
        self._later(self.chance.uniform(0, 60), "acts", self._somebody_acts)
        self._later(self.chance.uniform(0, 200), "office", self._office_acts)
        if self.orders is not None:
            self._later(self.chance.uniform(0, 20), "buyers", self._buyer_acts)
        for kind, often in self.scenario.troubles.items():
            for _ in range(often):
                self._later(self.chance.uniform(0, end - self.clockwork.seconds), kind, TROUBLES[kind], self)
        self._turn_until(end)

    def _later(self, seconds: float, what: str, action: Callable[..., None], *values: Any) -> None:
        self.clockwork.after(seconds, what, lambda: action(*values))

    def _turn_until(self, end: float) -> None:
        while (happens := self.clockwork.next_before(end)) is not None:
            happens[1]()

    def _somebody_acts(self) -> None:
        cashier = self.chance.choice(list(self.cashiers.values()))
        till, act = cashier.till, cashier.act
        if self.orders is not None and till.number in self.orders.desks and self.chance.random() < 0.75:
            act = self.orders.desks[till.number].act
        self.at(till, lambda: self._tell(till, act()), "act")
        if self.orders is not None and till.number in self.orders.desks and till.is_ready:
            self.orders.shelf.follow(till)
        # What was sold is sent at once.
        self._push_soon(till)
        pause = self.scenario.minutes * 60 / self.scenario.acts
        self._later(self.chance.uniform(0.2, 1.8) * pause, "acts", self._somebody_acts)

    def _office_acts(self) -> None:
        if not self.centre.down:
            self.trace.tell(f"centre: {self.office.act()}")
        pause = self.scenario.minutes * 60 / 5
        self._later(self.chance.uniform(0.2, 1.8) * pause, "office", self._office_acts)

    def _buyer_acts(self) -> None:
        assert self.orders is not None
        self.trace.tell(f"online: {self.orders.buyer_acts()}")
        self._look_at_promises()
        pause = self.scenario.minutes * 60 / BUYERS / 2
        self._later(self.chance.uniform(0.2, 1.8) * pause, "buyers", self._buyer_acts)

    def _look_at_promises(self) -> None:
        if self.orders is not None:
            self.facts["promised_too_much"] += self.orders.promised_too_much()
            self.orders.put_back_refused()

    def _tell(self, till: SimulatedTill, said: str) -> None:
        if said:
            self.trace.tell(f"{till.name}: {said}")

    # ---- a till's own rounds ------------------------------------------------------------------

    def _comes_online(self, till: SimulatedTill) -> None:
        life = till.lives
        self._later(self.chance.uniform(0, 5), "push", self._push, till, life)
        self._pull_soon(till)

    def _push(self, till: SimulatedTill, life: int) -> None:
        if till.lives != life:
            return
        delays: list[float] = []
        self.at(till, lambda: delays.append(till.push()), "push")
        if delays and till.lives == life:
            self._later(delays[0], "push", self._push, till, life)

    def _push_soon(self, till: SimulatedTill) -> None:
        def once() -> None:
            self.at(till, lambda: till.push() and None, "push")

        self._later(self.chance.uniform(0.01, 2), "push", once)

    def _pull_soon(self, till: SimulatedTill, seconds: float = 0.05) -> None:
        if till.number not in self._pulling:
            self._pulling.add(till.number)
            self._later(seconds, "pull", self._pull, till)

    def _pull(self, till: SimulatedTill) -> None:
        self._pulling.discard(till.number)
        again: list[float | None] = [None]
        self.at(till, lambda: again.append(till.pull()), "pull")
        if again[-1] is not None:
            self._pull_soon(till, max(0.01, again[-1]))

    def _published(self, streams: Iterable[StreamId]) -> None:
        """Wake the polls that wait for these streams: what the centre holds open is answered now."""
        for till in self.tills.values():
            poll, mine = till.heard.poll, [name for name, scope in streams if scope in ("", till.store_id)]
            if poll is not None and any(poll.waits_for(name) for name in mine):
                self._later(self.chance.uniform(0.01, 3), "poll", self._answer, till)

    def _answer(self, till: SimulatedTill) -> None:
        if till.heard.poll is not None:
            self.at(till, till.heard.poll.answered, "poll")

    # ---- a program's end ----------------------------------------------------------------------

    def at(self, till: SimulatedTill, do: Callable[[], None], doing: str) -> None:
        """Do something at a till; when its program ends there, start it again."""
        before = till.selling.open_sale
        try:
            do()
        except Crashed as crash:
            self.crashed(till, f"{doing}, {crash.where}", before if doing != "act" else None)

    def crashed(self, till: SimulatedTill, where: str, basket: Any) -> None:
        """Start a till again that died."""
        power_lost = self.scenario.has_plug and self.chance.random() < 0.6
        self.trace.tell(f"{till.name}: {'loses its power' if power_lost else 'dies'} ({where})")
        till.found_again(power_lost=power_lost)
        if basket is not None and not self._is_kept(till, basket, power_lost=power_lost):
            self.shown.baskets_lost.append(f"{till.name}: {basket.basket.basket_id}")
        self.started_again(till)

    @staticmethod
    def _is_kept(till: SimulatedTill, before: Any, *, power_lost: bool) -> bool:
        """An open basket survives a crash; one that nothing was paid for may be older after a power cut."""
        now = till.selling.open_sale
        if power_lost and not before.tenders:
            return True
        if not before.basket.lines and not before.tenders:
            return True
        return bool((now.basket.lines, now.tenders) == (before.basket.lines, before.tenders))

    def started_again(self, till: SimulatedTill) -> None:
        """Do what a till does when it starts."""
        self.at(till, self.cashiers[till.number].resolve_doubts, "start")
        self._comes_online(till)

    # ---- healing ------------------------------------------------------------------------------

    def heal(self) -> None:
        """End every trouble and give everybody time; whoever is not done then is stuck."""
        self.trace.tell("everything heals")
        self.centre.down = False
        for till in self.tills.values():
            till.doomed_in = 0
            till.wire.cut, till.wire.bad = False, 0.0
            for disk in till.disks:
                disk.is_full, disk.error = False, ""
            # An answer that a full disk could not take is asked for again by whoever stands there.
            self.cashiers[till.number].resolve_doubts()
        for _ in range(HEALING_ROUNDS):
            self._turn_until(self.clockwork.seconds + HEALING_SECONDS)
            if self.orders is not None:
                self.orders.centre_works()
            for till in self.tills.values():
                self._step(till)
            self._look_at_promises()
            if not any(till.outbox.waiting().count or self._behind(till) for till in self.tills.values()):
                break
        else:
            self.facts["complaints"] += [f"{till.name} is stuck" for till in self.tills.values()]
        self.clockwork.forget()

    def _step(self, till: SimulatedTill) -> None:
        """Let a till do all that it can do now."""
        till.engine.try_now()
        till.push()
        while till.pull() == 0.0:
            pass
        if self._behind(till):
            self._answer(till)
        while till.pull() == 0.0:
            pass

    def _behind(self, till: SimulatedTill) -> list[str]:
        """Return the streams that do not stand where the centre's do."""
        stand = {name: till.streams.cursor(name) for name in STREAMS}
        return [
            name
            for name, head in self._heads(till.store_id).items()
            if (cursor := stand[name]) is None or (cursor.epoch, cursor.after) != head
        ]

    def _heads(self, store_id: str) -> dict[str, tuple[str, int]]:
        with self.centre.processes[0].database.read() as connection:
            epoch = epoch_of(connection)
            return {name: (epoch, read_head(connection, stream_id(name, store_id)).head) for name in STREAMS}

    # ---- what is left for the judge -----------------------------------------------------------

    def leave_evidence(self) -> None:
        """Write down what screens and terminals said, and what the centre counts; then close every file."""
        totals = []
        for till in self.tills.values():
            who = till.journal.identity()
            assert who is not None
            answer = self.centre.totals(who.device_id, who.incarnation, who.acked_seq)
            totals.append({"device_id": who.device_id, "incarnation": who.incarnation, **json.loads(answer)})
        left = {
            "paid": self.shown.paid,
            "returned": self.shown.returned,
            "printed": self.shown.printed,
            "handed_over": self.shown.handed_over,
            "orders_shown": self._orders_shown(),
            "baskets_lost": self.shown.baskets_lost,
            "terminals": {till.name: till.terminal.books for till in self.tills.values()},
            "totals": totals,
            "tills": [
                {"name": till.name, "store_id": till.store_id, "folder": till.folder.name, "number": number}
                for number, till in self.tills.items()
            ],
            "rows_lost": [name for till in self.tills.values() for name in till.wire.rows_lost],
            "centre_restored": self.centre.restored,
            **self.facts,
        }
        (self.folder / SHOWN_FILE).write_text(json.dumps(left))

    def _orders_shown(self) -> dict[str, dict[str, str]]:
        """Return what the screens of the first store say of each order."""
        if self.orders is None:
            return {}
        shown: dict[str, dict[str, str]] = {}
        for number in self.orders.desks:
            till = self.tills[number]
            till.orders.refresh("orders")
            shown[till.name] = {one.order_id: str(one.state) for one in till.orders.all()}
        return shown

    def close(self) -> None:
        """Close every file."""
        for till in self.tills.values():
            till.close()
        self.centre.close()
