"""Kill the till before and after each of its named functions; see whether anything was lost or doubled.

    python -m tests.faults.kill_at_failpoints --seed 1

One till folder dies at each failpoint of `kill_failpoints` in turn, first on its way to the first sale, then
while it sells; every next life goes on with the same files. The day and the judgement are those of
`kill_the_till`.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.faults.kill_failpoints import BY_NAME, TELLING, every
from tests.faults.kill_the_till import KillTheTill, Outcome, Round, report
from tests.faults.processes import TillProcess
from tests.faults.trouble import Surrounding

REACHED_SECONDS = 180.0


def _nothing(around: Surrounding) -> str:
    around.settle_terminal()
    return "none"


def _printer(around: Surrounding) -> str:
    around.printer.break_after(100)
    return "printer loses power"


def _terminal(around: Surrounding) -> str:
    around.set_moods(["lost_answer"] * 6)
    return "answers lost at terminal"


NEEDS: dict[str, Callable[[Surrounding], str]] = {"": _nothing, "printer": _printer, "terminal": _terminal}
"""What must go wrong around a till for it to come to a failpoint."""


class KillAtFailpoints(KillTheTill):
    """A life for each failpoint and side, then as many at random moments as are asked for."""

    def __init__(
        self, folder: Path, *, failpoints: Sequence[tuple[str, str]], more: int, seed: int, products: int
    ) -> None:
        self._failpoints = failpoints
        super().__init__(folder, kills=len(failpoints) + more, seed=seed, products=products)

    def plan(self, number: int) -> Round:
        """Return how the life of this number goes."""
        if number > len(self._failpoints):
            return super().plan(number)
        name, side = self._failpoints[number - 1]
        point = BY_NAME[name]
        return Round(
            f"{side} {name}",
            wait=_until_it_dies,
            brew=lambda: NEEDS[point.needs](self._around),
            failpoint=(name, side, self._chance.randint(1, point.most_calls)),
        )


def _until_it_dies(till: TillProcess) -> None:
    deadline = time.monotonic() + REACHED_SECONDS
    while till.ended is None and time.monotonic() < deadline:
        time.sleep(0.01)


def run(folder: Path, failpoints: Sequence[tuple[str, str]], *, seed: int, more: int = 0) -> Outcome:
    """Kill at these failpoints, in their order, and judge."""
    return KillAtFailpoints(folder, failpoints=failpoints, more=more, seed=seed, products=60).run()


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.kill_at_failpoints", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--telling", action="store_true", help="the twelve of the short run only")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing it started is left behind
    with tempfile.TemporaryDirectory(prefix="evertill-failpoints-") as folder:
        return report(run(Path(folder), TELLING if options.telling else every(), seed=options.seed))


if __name__ == "__main__":
    sys.exit(main())
