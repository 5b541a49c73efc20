"""Race fifty buyers and two tills for ten pieces, seed after seed, and let the oracle judge each.

    python -m tests.faults.race --seeds 1000
    python -m tests.faults.race --seed 17        one seed, with its whole story

The centre and the tills are the real ones, with their files; only the network between them and the clock are
the seed's. A seed tells one story: the same seed does the same again.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sync.protocol import STREAMS
from tests.faults.fixed_hashes import start_again_with_fixed_hashes
from tests.faults.oracle import Complaint
from tests.faults.race_oracle import judge, looking_into, promises_held, refused_steps
from tests.faults.race_people import AtTill, Buyer, Shelf
from tests.faults.race_shop import RaceShop, Wall, make_template, one_world

BUYERS = 50
STEPS = 140
POLICIES = ("soft", "strict")
HEALING_ROUNDS = 12
CHARGES_IN_A_ROW = 5


@dataclass(slots=True)
class Outcome:
    """What came of one seed: complaints, the story, and what there was to judge."""

    seed: int
    complaints: list[Complaint] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)


class Race:
    """One seed in one folder."""

    def __init__(self, template: Path, folder: Path, seed: int, wall: Wall) -> None:
        self._chance = random.Random(f"race {seed}")
        self._wall = wall
        self._shop = RaceShop(template, folder, wall, random.Random(f"ids {seed}"))
        self._shelf = Shelf()
        self._buyers = [Buyer(number, self._shop, self._chance) for number in range(1, BUYERS + 1)]
        self._staff = {
            number: AtTill(till, self._shelf, wall, self._chance) for number, till in self._shop.tills.items()
        }
        self.outcome = Outcome(seed)
        for line in self._shop.lines.values():
            line.trouble = self._trouble
        self._healing = False
        self._looking = looking_into(self._shop.centre_file)

    def _trouble(self) -> str:
        drawn = self._chance.random()
        if self._healing or drawn >= 0.06:
            return ""
        return "lost" if drawn < 0.03 else "doubled" if drawn < 0.045 else "late"

    def run(self) -> Outcome:
        """Play the seed and judge what is left."""
        try:
            for _ in range(STEPS):
                self._wall.seconds += self._chance.randint(1, 60)
                self._step()
                if self.outcome.complaints:
                    return self.outcome
            self._heal()
            self._judge()
        finally:
            self._looking.close()
            self._shop.close()
        return self.outcome

    def _step(self) -> None:
        drawn = self._chance.random()
        if drawn < 0.34:
            for _ in range(self._chance.randint(1, 2)):
                self._tell(self._a_buyer().act())
        elif drawn < 0.8:
            self._tell(self._chance.choice(list(self._staff.values())).act())
        elif drawn < 0.84:
            self._tell(self._line_fails_or_heals())
        elif drawn < 0.86:
            self._tell(self._restart())
        elif drawn < 0.88:
            self._tell(self._centre_works())
        for number in self._shop.tills:
            if self._chance.random() < 0.16:
                self._synchronise(number)
        self.outcome.complaints += promises_held(self._looking)

    def _a_buyer(self) -> Buyer:
        waiting = [one for one in self._buyers if not one.placed]
        standing = [one for one in self._buyers if one.order_id]
        if waiting and (not standing or self._chance.random() < 0.65):
            return waiting[0]
        return self._chance.choice(standing or self._buyers)

    def _line_fails_or_heals(self) -> str:
        number, line = self._chance.choice(list(self._shop.lines.items()))
        if line.late and self._chance.random() < 0.5:
            line.arrives_late()
            return f"a late request of till {number} arrives"
        line.cut = not line.cut
        return f"the line of till {number} is {'cut' if line.cut else 'whole again'}"

    def _restart(self) -> str:
        number, till = self._chance.choice(list(self._shop.tills.items()))
        till.close()
        till.open()
        self._shelf.follow(till)
        return f"till {number} is restarted"

    def _centre_works(self) -> str:
        centre, now = self._shop.centre, self._wall.text()
        drawn = self._chance.random()
        if drawn < 0.15:
            self._wall.seconds += 1800
        charges = centre.cashier.run_once(now)
        return f"the centre looks after {centre.keeper.run_once(now)} orders and {charges} charges"

    def _synchronise(self, number: int) -> None:
        problem = self._shop.tills[number].synchronise()
        if not problem or problem == "timed_out":
            self._shelf.put_back_refused(refused_steps(self._looking))
        if problem != "unreachable":
            self._tell(f"till {number} synchronises {problem}")

    def _heal(self) -> None:
        self._healing = True
        for line in self._shop.lines.values():
            line.cut = False
            while line.late:
                line.arrives_late()
        for _ in range(HEALING_ROUNDS):
            self._wall.seconds += 30
            self._shop.centre.cashier.run_once(self._wall.text())
            for till in self._shop.tills.values():
                problem = till.synchronise()
                assert not problem, problem
            if not any(till.outbox.waiting().count for till in self._shop.tills.values()):
                break
        # Charges are asked for, booked and followed by the next; then everybody hears of it once more.
        for _ in range(CHARGES_IN_A_ROW):
            self._wall.seconds += 30
            self._shop.centre.cashier.run_once(self._wall.text())
        for till in self._shop.tills.values():
            assert not till.synchronise(STREAMS)

    def _judge(self) -> None:
        shown = {
            number: {order.order_id: str(order.state) for order in till.orders.all()}
            for number, till in self._shop.tills.items()
        }
        folder = self._shop.folder
        self._shop.close()
        complaints, figures = judge(folder, shown)
        self.outcome.complaints += complaints
        self.outcome.figures.update(figures)

    def _tell(self, said: str) -> None:
        if said:
            self.outcome.story.append(f"{self._wall.text()[11:19]}  {said}")


class Track:
    """Where seeds are run: the templates, made once, and a folder for each seed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates = {policy: make_template(folder / policy, policy) for policy in POLICIES}

    def run(self, seed: int) -> Outcome:
        """Run a seed; even ones race for goods that are strictly kept."""
        wall = Wall()
        folder = self._folder / f"seed-{seed}"
        with one_world(wall, random.Random(f"world {seed}")):
            race = Race(self._templates[POLICIES[seed % 2 == 0]], folder, seed, wall)
            try:
                return race.run()
            finally:
                shutil.rmtree(folder)


def say(text: object) -> None:
    """Write a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line says; 1 when a seed failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, default=25)
    parser.add_argument("--start", type=int, default=1)
    parser.add_argument("--seed", type=int, default=None, help="replay one seed and tell its story")
    parser.add_argument("--keep-going", action="store_true", help="name every seed that fails")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="evertill-race-") as folder:
        track = Track(Path(folder))
        if wanted.seed is not None:
            return _replay(track, wanted.seed)
        return _run_many(track, range(wanted.start, wanted.start + wanted.seeds), wanted.keep_going)


def _replay(track: Track, seed: int) -> int:
    outcome = track.run(seed)
    say("\n".join(outcome.story))
    say(dict(outcome.figures))
    for complaint in outcome.complaints:
        say(f"COMPLAINT {complaint.rule}: {complaint.text}")
    return bool(outcome.complaints)


def _run_many(track: Track, seeds: range, keep_going: bool) -> int:
    began, done, figures, failed = time.monotonic(), 0, Counter[str](), dict[int, Outcome]()
    for seed in seeds:
        outcome = track.run(seed)
        done += 1
        figures.update(outcome.figures)
        if outcome.complaints:
            failed[seed] = outcome
            say(f"seed {seed}: " + "; ".join(f"{one.rule}: {one.text}" for one in outcome.complaints[:4]))
            if not keep_going:
                say("\n".join(outcome.story))
                break
    seconds = time.monotonic() - began
    say(f"{done} seeds in {seconds:.0f} s, {done / seconds:.2f} a second; {len(failed)} failed")
    say(", ".join(f"{name} {count}" for name, count in sorted(figures.items())))
    return bool(failed)


if __name__ == "__main__":
    start_again_with_fixed_hashes("tests.faults.race")
    sys.exit(main())
