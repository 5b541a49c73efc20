"""Kill the till again and again while it sells, then see whether anything was lost or doubled.

    python -m tests.faults.kill_the_till --kills 50 --seed 1
    python -m tests.faults.kill_the_till --kills 1000 --lanes 6

A real centre, a printer and a network of the test's own, and one till folder: a random cashier sells
through the real widgets, SIGKILL ends the till at a drawn moment, the next life goes on with the same
files. In some rounds the network, the centre, the printer or the terminal fail as well. At the end what
lies open is sold, the whole scripted day is played on the same folder, and the oracle judges. Several lanes
are as many tills at once, each with a centre that keeps running, and with its own judgement.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.kill_lanes import run_lanes, wait_for_turn
from tests.faults.kill_moments import MOMENTS, WHOLE_STARTS, Surroundings, Watch, draw
from tests.faults.kill_nursery import Nursery
from tests.faults.left_behind import left_behind
from tests.faults.network import JOURNAL, Network
from tests.faults.oracle import Complaint, Evidence, TillLeftBehind, figures, gather, judge
from tests.faults.paper import jobs_of
from tests.faults.printer import TestPrinter, paper_of
from tests.faults.processes import CentreProcess, Process, TillProcess, environment
from tests.faults.trouble import Surrounding

CLOSING_TIME = 0
"""The cashier's seed with which what is open is sold and then the scripted day is played."""

ONLY_CLOSING = -1
"""The cashier's seed with which what is open is sold, and no day is played."""

DAY_SECONDS = 420.0
MOST_DAYS = 4
STEP_FAILED, TORN = 1, 3
"""The exit codes of a day in which a step did not come out; `TORN` when a scan had come apart before. A
till that crashes has another one."""
KILLED = -9
FIRST_MOMENTS = ("enrolling", "start", "start")
"""How the first lives die: enrolment and the first catalogue are hit for sure."""


@dataclass(slots=True)
class Outcome:
    """What came of a run."""

    complaints: list[Complaint] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    days: int = 0
    days_given_up: int = 0
    acts_hit: Counter[str] = field(default_factory=Counter)
    moments: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    left_open: Counter[str] = field(default_factory=Counter)
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """How one life goes: what it is called, when it is killed, what goes wrong around it.

    `failpoint` is where the till dies by itself (name, side, so-many-th call), if it is started to.
    """

    moment: str
    wait: Callable[[TillProcess], object]
    brew: Callable[[], str]
    failpoint: tuple[str, str, int] | None = None
    whole_start: bool = False


class KillTheTill:
    """One run in one folder: `kills` lives that end at drawn moments, then the day."""

    def __init__(self, folder: Path, *, kills: int, seed: int, products: int) -> None:
        self._folder = folder
        self._kills = kills
        self._seed = seed
        self._chance = random.Random(seed)
        self._till_folder = folder / "till" / "data"
        self._watched = Surroundings(self._till_folder, paper=Watch(), wire=Watch(), enrolment=Watch())
        self._centre = CentreProcess(folder / "centre", products=products)
        self._centre.start()
        self._printer = TestPrinter(folder / "paper", seed, on_bytes=self._watched.paper.seen)
        self._network = Network(self._centre.port, on_request=self._requested)
        self._around = Surrounding(self._centre, self._network, self._printer, self._till_folder)
        self._nursery = Nursery(environment(folder / "till" / "home"), folder / "nursery.log")
        self._till: TillProcess | None = None
        self.outcome = Outcome()
        self.before_day: Callable[[], object] = lambda: None

    def run(self) -> Outcome:
        """Kill, play the day, judge. The processes are ended whatever happens."""
        try:
            for number in range(1, self._kills + 1):
                self._round(number)
            self.before_day()
            self._days()
        finally:
            if self._till is not None:
                self._till.kill()
            self._nursery.stop()
            self._around.heal()
            self._network.close()
            self._printer.close()
            self._centre.stop()
        self._judge()
        return self.outcome

    def plan(self, number: int) -> Round:
        """Return how the life of this number goes."""
        moment = FIRST_MOMENTS[number - 1] if number <= len(FIRST_MOMENTS) else draw(self._chance)
        return Round(
            moment,
            wait=lambda till: MOMENTS[moment][1](self._chance, till, self._watched),
            brew=lambda: self._around.brew(self._chance) if self._has_sold else "none",
            whole_start=moment in WHOLE_STARTS,
        )

    def _round(self, number: int) -> None:
        plan = self.plan(number)
        trouble = plan.brew()
        began = time.monotonic()
        till = self._new_life(self._seed * 1000 + number, plan)
        plan.wait(till)
        came_there = till.ended == KILLED
        exit_code = till.kill()
        lived = time.monotonic() - began
        act = till.doing
        self._around.heal()
        outcome = self.outcome
        outcome.kills += exit_code == KILLED
        outcome.moments[plan.moment] += 1
        outcome.troubles[trouble] += 1
        outcome.acts_hit[act] += 1
        if exit_code != KILLED:
            self._complain(f"life {number} ended by itself with {exit_code}: {till.output[-1500:]}")
        elif plan.failpoint is not None and not came_there:
            self._complain(f"life {number} never came to {plan.moment}: {till.output[-1500:]}")
        left = left_behind(self._till_folder)
        numbers = self._paper_is_journalled(number, left)
        open_ends = _open_ends(left)
        outcome.left_open.update(name for name, count in open_ends.items() if count)
        ends = ", ".join(f"{count} {name}" for name, count in open_ends.items() if count)
        what = f"{number:3d}  {plan.moment:9s} {lived:5.1f} s  {act:8s} {trouble:22s}"
        _say(f"{what} {numbers:3d} on paper  {ends}")

    def _requested(self, request: str) -> None:
        (self._watched.wire if request == JOURNAL else self._watched.enrolment).seen()

    @property
    def _has_sold(self) -> bool:
        """Say whether this till has its catalogue: without one it rightly waits for the centre."""
        return any(act != "start" for act in self.outcome.acts_hit)

    def _new_life(self, seed: int, plan: Round | None = None) -> TillProcess:
        """Start the till: forked ready to go, or with its whole start where that is what is killed."""

        def forked(words: list[str], log: Path) -> Process:
            return self._nursery.start(words, log, plan.failpoint if plan else None)

        self._till = TillProcess(
            self._till_folder,
            centre=self._network.url,
            code=self._centre.enrolment_code,
            printer=self._printer.address,
            seed=seed,
            start=None if plan is None or plan.whole_start else forked,
        )
        return self._till

    def _paper_is_journalled(self, number: int, left: TillLeftBehind) -> int:
        """Check the commit rule on what the kill left: only what is in the journal is on paper."""
        on_paper = {each for job in jobs_of(paper_of(self._folder / "paper")) for each in job.numbers}
        if on_paper:
            bodies = "".join(row[4] for row in left.journal)
            for each in sorted(on_paper):
                if f'"{each}"' not in bodies:
                    self._complain(f"after life {number}: {each} is on paper and not in the till's journal")
        return len(on_paper)

    def _days(self) -> None:
        """Play the day until it goes through. Its hands may fail on a busy machine; a wrong till stays wrong.

        A scan is typed in the till's own thread: its keys come apart when something else has the processor,
        and the day says so. When that is so each time, what lies open is sold without a scan: the judgement
        is about the till.
        """
        for number in range(1, MOST_DAYS + 1):
            self.outcome.days = number
            exit_code, said = self._day(CLOSING_TIME)
            if exit_code not in {STEP_FAILED, TORN}:
                break
        if exit_code == TORN:
            self.outcome.days_given_up = 1
            exit_code, said = self._day(ONLY_CLOSING)
        if exit_code != 0:
            self._complain(f"the scripted day ended with {exit_code}: {said}")

    def _day(self, seed: int) -> tuple[int | None, str]:
        """Sell what is open, play the whole day, and let the till end by itself; return how it ended."""
        self._around.settle_terminal()
        began = time.monotonic()
        till = self._new_life(seed)
        exit_code = till.wait(DAY_SECONDS)
        if exit_code is None:
            till.kill()
        _say(f"the scripted day ended with {exit_code} after {time.monotonic() - began:.0f} s")
        _say("".join(f"     {line}\n" for line in till.output.splitlines()).rstrip())
        return exit_code, till.output[-1500:]

    def _judge(self) -> None:
        terminal = self._till_folder / "terminal"
        self._centre.check_prices()
        evidence = gather(
            self._centre.database,
            paper_of(self._folder / "paper"),
            [terminal / "card-attempts.json", terminal / "mobile-attempts.json"],
            left_behind(self._till_folder),
        )
        self.outcome.evidence = evidence
        self.outcome.complaints += judge(evidence)
        self.outcome.figures = {
            **figures(evidence),
            "answers lost on the wire": self._network.answers_lost,
            "times the printer lost power": self._printer.times_broken,
            "days played until one went through": self.outcome.days,
            "days given up, as no scan could be typed": self.outcome.days_given_up,
        }

    def _complain(self, text: str) -> None:
        self.outcome.complaints.append(Complaint(0, text))


def _open_ends(left: TillLeftBehind) -> dict[str, int]:
    """Return what a kill left for the next life to finish."""
    return {
        "unsent": left.unsent,
        "printing": left.jobs_printing,
        "to print": left.jobs_waiting - left.jobs_printing,
        "in doubt": left.attempts_open,
        "open": len(left.open_baskets),
    }


def report(outcome: Outcome) -> int:
    """Print the verdict; return the exit code."""
    for what, counts in (
        ("killed while the cashier did", outcome.acts_hit),
        ("moments", outcome.moments),
        ("troubles", outcome.troubles),
        ("kills that left something", outcome.left_open),
    ):
        _say(f"{what}: " + ", ".join(f"{name} {count}" for name, count in counts.most_common()))
    for name, count in outcome.figures.items():
        _say(f"{count:6d}  {name}")
    for each in outcome.complaints:
        _say(f"rule {each.rule}: {each.text}")
    verdict = "FAILED" if outcome.complaints else "passed: every printed sale is at the centre exactly once"
    _say(f"{outcome.kills} kills, {verdict}")
    return 1 if outcome.complaints else 0


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kill_the_till", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--products", type=int, default=300)
    parser.add_argument("--lanes", type=int, default=1, help="so many tills and centres at once")
    parser.add_argument("--in-lane", action="store_true", help="play the day only when told to on stdin")
    parser.add_argument("--keep", type=Path, help="a new folder for all that is left behind")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing it started is left behind
    if options.lanes > 1:
        return run_lanes("tests.faults.kill_the_till", options.kills, options.lanes, options.seed)
    if options.keep is not None:
        options.keep.mkdir(parents=True)
        return _run_in(options.keep, options)
    with tempfile.TemporaryDirectory(prefix="evertill-kill-") as folder:
        return _run_in(Path(folder), options)


def _run_in(folder: Path, options: argparse.Namespace) -> int:
    run = KillTheTill(folder, kills=options.kills, seed=options.seed, products=options.products)
    if options.in_lane:
        run.before_day = wait_for_turn
    return report(run.run())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
