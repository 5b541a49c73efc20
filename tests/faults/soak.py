"""Let twenty tills sell for half an hour while everything fails in turn: is anything lost, what grows?

    python -m tests.faults.soak --minutes 30 --tills 20 --seed 1

A real centre process and real tills without windows, several in a process. People never stop working at
them, while networks are cut, slow or answered by others, the centre is killed, frozen and kept from its
database, tills are killed, disks are full, printers lose power, prices and goods change and customers order.
Memory, threads and open files of every process are looked at every few seconds. At the end everything heals
and drains, and the judge of the simulation, which knows nothing of the product, holds journals, centre, paper
and terminals against each other.

In the first third every process is killed; after that one process of tills goes on dying, and all others
live: the second third is there to warm up, and the last shows whether they grow.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import OperationalError

from sync.server.centre import Centre
from sync.server.settings import SIMULATED_PAYMENTS, Settings
from tests.faults.printer import TestPrinter
from tests.faults.race_people import Buyer
from tests.faults.simulation.head_office import HeadOffice
from tests.faults.simulation.template import FIRST_STORE
from tests.faults.soak_evidence import Judgement, judged
from tests.faults.soak_figures import Throttle, Verdict, Watched, verdict
from tests.faults.soak_network import BAD, SoakNetwork, Weather
from tests.faults.soak_processes import SoakCentre, TillsProcess, made_store, stands_as

SAMPLE_SECONDS = 5.0
TICK_SECONDS = 0.1
DRAIN_SECONDS = 240.0
TILLS_IN_A_PROCESS = 5
SHARE_OF_A_PROCESSOR = 0.55
MOST_SLOPE_OF_A_TILL_MB = 1.0
"""In ten minutes. The centre, and each process, is held to `soak_figures.MOST_RATIO` besides."""

MOST_SLOPE_OF_THE_CENTRE_MB = 5.0
"""In ten minutes: what its database driver keeps of a file that grows all the time."""

LIVING_BUYERS = 12


@dataclass(slots=True)
class Outcome:
    """What came of a run."""

    judgement: Judgement
    verdicts: list[Verdict] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    spoiled: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    seconds: float = 0.0
    processor_seconds: Mapping[str, float] = field(default_factory=dict)


class Soak:
    """One run in one folder."""

    def __init__(self, folder: Path, *, seconds: float, tills: int, seed: int, share: float) -> None:
        self._seconds = seconds
        self._chance = random.Random(f"soak {seed}")
        self._folder = folder
        codes = made_store(folder / "centre", tills)
        self._settings = Settings(data=folder / "centre", payments=SIMULATED_PAYMENTS)
        self.centre = Centre(
            self._settings
        )  # of the office and the customers: another process than that of tills
        self._served = SoakCentre(folder / "centre")
        self._served.start()
        numbers = list(codes)
        groups = [numbers[at : at + TILLS_IN_A_PROCESS] for at in range(0, len(numbers), TILLS_IN_A_PROCESS)]
        self._network = SoakNetwork(self._served.port, len(groups), seed)
        self._printer = TestPrinter(folder / "paper", seed)
        self._throttle = Throttle(share, pause=min(0.5, seconds / 60))
        self._tills = [
            TillsProcess(
                folder,
                {number: codes[number] for number in group},
                centre=line.url,
                printer=self._printer.address,
                seed=seed,
            )
            for group, line in zip(groups, self._network.lines, strict=True)
        ]
        self._watched: list[Watched] = []
        self._office = HeadOffice(self, [FIRST_STORE], random.Random(f"office {seed}"))  # type: ignore[arg-type]
        self._buyers: list[Buyer] = []
        self._customers = random.Random(f"customers {seed}")
        self._troubles: Counter[str] = Counter()
        self._complaints: list[str] = []
        self._later: list[tuple[float, Callable[[], None]]] = []
        # Whoever writes at the centre may have to wait for it, and no trouble may wait with them.
        self._people = ThreadPoolExecutor(1, "office and customers")

    # ---- what the office and the customers know of the centre ------------------------------------

    def one(self) -> Centre:
        """Return the office's own process of the centre."""
        return self.centre

    def restart(self) -> None:
        """Nothing: processes are killed by the plan."""

    # ---- the run --------------------------------------------------------------------------------

    def run(self) -> Outcome:
        """Work, fail, heal, drain, judge. The processes are ended whatever happens."""
        try:
            self._watch("centre", self._served.pid, 0)
            for each in self._tills:
                self._start_tills(each)
            for each in self._tills:
                each.wait_until_ready()
            began = time.monotonic()
            self._live(began)
            ended = time.monotonic()
            self._drain()
        finally:
            self._people.shutdown(cancel_futures=True)
            for each in self._tills:
                each.kill()
                self._complaints += each.deaths
            self._network.close()
            self._printer.close()
            self._served.kill()
        judgement = judged(self._folder, [each.numbers for each in self._tills], self.centre)
        self.centre.close()
        outcome = Outcome(judgement, troubles=self._troubles, complaints=self._complaints)
        outcome.seconds, outcome.processor_seconds = ended - began, self._throttle.used
        for line in self._network.lines:
            outcome.spoiled += line.spoiled
        outcome.verdicts = self._verdicts(began, ended)
        return outcome

    def _live(self, began: float) -> None:
        plan = self._plan(began)
        looked = adjusted = 0.0
        # A trouble for which there was no time on a busy machine comes late, but it comes.
        while (now := time.monotonic()) < began + self._seconds or plan:
            if now - looked >= SAMPLE_SECONDS:
                looked = now
                for each in self._watched:
                    each.look(now)
            if now - adjusted >= min(10.0, self._seconds / 5):
                adjusted = now
                self._adjust()
            while plan and plan[0][0] <= now:
                _, name, do = plan.pop(0)
                self._troubles[name] += 1
                do()
            for due, do in [one for one in self._later if one[0] <= now]:
                self._later.remove((due, do))
                do()
            time.sleep(TICK_SECONDS)

    def _plan(self, began: float) -> list[tuple[float, str, Callable[[], None]]]:
        """Return every trouble and change of the run with its moment."""
        third = self._seconds / 3
        plan: list[tuple[float, str, Callable[[], None]]] = []

        def often(name: str, every: float, do: Callable[[], None], *, until: float = self._seconds) -> None:
            every = min(every, self._seconds)
            moment = self._chance.uniform(0.1, 0.6) * every
            while moment < until:
                plan.append((began + moment, name, do))
                moment += self._chance.uniform(0.6, 1.4) * every

        often("bad network", 12.0, self._bad_network)
        often("printer loses power", 60.0, self._break_printer)
        often("centre frozen", 90.0, self._freeze_centre)
        often("database of the centre locked", 150.0, self._lock_database)
        often("disk full", 60.0, self._fill_disk)
        often("office", 6.0, self._office_acts)
        often("customer", 4.0, self._customer_acts)
        often("centre killed", 80.0, self._kill_centre, until=third)
        often("tills killed", 75.0, lambda: self._kill_tills(self._tills[0]))
        for each in self._tills[1:]:
            moment = began + self._chance.uniform(0.3, 0.8) * third
            plan.append((moment, "tills killed", lambda each=each: self._kill_tills(each)))
        return sorted(plan, key=lambda one: one[0])

    def _adjust(self) -> None:
        """Keep all together within the share of one processor."""
        pids = {os.getpid(): "network, office and customers", self._served.pid: "centre"}
        if self._throttle.look(pids | {each.pid: "tills" for each in self._tills}):
            for each in self._tills:
                each.say(f"pause {self._throttle.pause * len(self._tills):.3f}")

    # ---- troubles -------------------------------------------------------------------------------

    def _after(self, seconds: float, do: Callable[[], None]) -> None:
        self._later.append((time.monotonic() + min(seconds, self._seconds / 6), do))

    def _bad_network(self) -> None:
        line = self._chance.choice(self._network.lines)
        weather = self._chance.choice(BAD)
        self._network.set_weather(line, weather)
        self._after(self._chance.uniform(2.0, 12.0), lambda: self._network.set_weather(line, Weather.FAIR))

    def _break_printer(self) -> None:
        self._printer.break_after(self._chance.randint(1, 6_000))

    def _freeze_centre(self) -> None:
        self._served.freeze()
        self._after(self._chance.uniform(1.0, 8.0), self._served.thaw)

    def _lock_database(self) -> None:
        seconds = min(self._chance.uniform(1.0, 5.0), self._seconds / 10)

        def lock() -> None:
            with self.centre.database.write():
                time.sleep(seconds)

        self._people.submit(self._do, lock)

    def _fill_disk(self) -> None:
        each = self._chance.choice(self._tills)
        each.say("disk full")
        self._after(self._chance.uniform(2.0, 15.0), lambda: each.say("disk well"))

    def _kill_centre(self) -> None:
        self._served.thaw()
        self._served.kill()
        self._served.start()
        self._watch("centre", self._served.pid, 0)

    def _kill_tills(self, each: TillsProcess) -> None:
        each.kill()
        self._start_tills(each)

    def _start_tills(self, each: TillsProcess) -> None:
        each.start()
        each.say(f"pause {self._throttle.pause * len(self._tills):.3f}")
        self._watch(f"tills {each.numbers[0]}-{each.numbers[-1]}", each.pid, len(each.numbers))

    def _watch(self, name: str, pid: int, tills: int) -> None:
        self._watched.append(Watched(name, pid, tills))

    # ---- what goes on at the centre ---------------------------------------------------------------

    def _do(self, act: Callable[[], object]) -> None:
        """Do something at the centre, on the thread of its people."""
        try:
            act()
        except OperationalError:
            return  # the database is locked; they try again some other time
        except Exception as problem:  # noqa: BLE001  # a thread's mistakes are for the report
            self._complaints.append(f"the office or a customer: {problem!r}")

    def _office_acts(self) -> None:
        self._people.submit(self._do, self._office.act)

    def _customer_acts(self) -> None:
        if self._chance.random() < 0.25:
            number = self._troubles["customer"]
            self._buyers = [*self._buyers, Buyer(number, self, self._customers)][-LIVING_BUYERS:]  # type: ignore[arg-type]
        if self._buyers:
            self._people.submit(self._do, self._chance.choice(self._buyers).act)

    # ---- the end ----------------------------------------------------------------------------------

    def _drain(self) -> None:
        """Heal everything, and wait until every till has sent and fetched all."""
        self._people.shutdown(cancel_futures=True)
        self._served.thaw()
        self._printer.stay_well()
        for line in self._network.lines:
            self._network.set_weather(line, Weather.FAIR)
        for each in self._tills:
            each.say("finish")
        deadline = time.monotonic() + DRAIN_SECONDS
        while (left := self._not_done()) and time.monotonic() < deadline:
            if any(each.dead for each in self._tills):
                break  # nothing that it has not sent will come any more
            time.sleep(0.5)
        self._complaints += left
        for each in self._tills:
            self._complaints += each.end()

    def _not_done(self) -> list[str]:
        """Return what still waits; when nothing does, the centre is stopped, and looked at once more."""
        left = self._looked_at()
        if left:
            return left
        self._served.stop()
        left = self._looked_at()
        if left:
            self._served.start()
        return left

    def _looked_at(self) -> list[str]:
        said = []
        for each in self._tills:
            for stand in each.stands():
                said += stands_as(stand, self.centre)
        return said

    def _verdicts(self, began: float, ended: float) -> list[Verdict]:
        found = []
        for each in self._watched:
            most = each.tills * MOST_SLOPE_OF_A_TILL_MB or MOST_SLOPE_OF_THE_CENTRE_MB
            one = verdict(each, began, ended, most_slope_mb=most)
            if one is not None:
                found.append(one)
        return found


def report(outcome: Outcome, *, judge_growth: bool) -> int:
    """Print the figures and the verdict; return the exit code."""
    used = sum(outcome.processor_seconds.values())
    lines = [
        f"{outcome.seconds:.0f} s, {used:.0f} s of CPU ({used / outcome.seconds:.0%} of one processor): "
        + ", ".join(f"{name} {seconds:.0f}" for name, seconds in outcome.processor_seconds.items()),
        *(f"{count:7d}  {name}" for name, count in outcome.judgement.figures.items()),
        "troubles: " + ", ".join(f"{name} {count}" for name, count in outcome.troubles.most_common()),
        "spoiled on the wire: " + ", ".join(f"{name} {n}" for name, n in outcome.spoiled.most_common()),
        *(str(each) for each in outcome.verdicts),
    ]
    complaints = [*outcome.complaints, *outcome.judgement.complaints]
    if judge_growth:
        complaints += [said for each in outcome.verdicts for said in each.complaints]
        if len({each.name for each in outcome.verdicts}) < 2:
            complaints.append("too few processes lived through two thirds of the run")
    passed = "passed: nothing lost, nothing doubled" + (", nothing grows" if judge_growth else "")
    lines += [
        *complaints[:60],
        "FAILED" if complaints else passed,
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return int(bool(complaints))


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--tills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=SHARE_OF_A_PROCESSOR, help="of one processor")
    parser.add_argument("--keep", type=Path, help="a new folder for all that is left behind")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing it started is left behind

    def soak_in(folder: Path) -> int:
        soak = Soak(
            folder,
            seconds=options.minutes * 60,
            tills=options.tills,
            seed=options.seed,
            share=options.share,
        )
        return report(soak.run(), judge_growth=options.minutes >= 5)

    if options.keep is not None:
        options.keep.mkdir(parents=True)
        return soak_in(options.keep)
    with tempfile.TemporaryDirectory(prefix="evertill-soak-") as folder:
        return soak_in(Path(folder))


if __name__ == "__main__":
    sys.exit(main())
