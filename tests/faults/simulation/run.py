"""Runs seeds: templates made once, a folder for each world, and the judge at the end of it."""

from __future__ import annotations

import logging
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.compiled_statements import compiled_once
from tests.faults.simulation.centre_side import known_callers
from tests.faults.simulation.clockwork import Clockwork, one_world
from tests.faults.simulation.disk import Crashed
from tests.faults.simulation.evidence import Left, gather
from tests.faults.simulation.oracle import Complaint, judge
from tests.faults.simulation.scenario import draw
from tests.faults.simulation.template import make_template
from tests.faults.simulation.till_side import held_polls
from tests.faults.simulation.world import World

MEMORY = Path("/dev/shm")  # a disk that forgets is what a world of moments needs


@dataclass(slots=True)
class Outcome:
    """What came of one seed."""

    seed: int
    complaints: list[Complaint] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    digest: str = ""
    figures: Counter[str] = field(default_factory=Counter)


@contextmanager
def own_folder() -> Iterator[Path]:
    """Give a folder in memory, where there is room for one, and remove it afterwards."""
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="evertill-simulation-", dir=place) as made:
        yield Path(made)


class Simulation:
    """Where seeds are run. Use it in a `with` block. Its files lie in `folder`, or in one of its own."""

    def __init__(self, *, tills: int | None = None, folder: Path | None = None) -> None:
        self._tills = tills
        self._given = folder
        self._template: Path | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Simulation:
        self._folder = self._given or self._stack.enter_context(own_folder())
        self._folder.mkdir(exist_ok=True)
        self._stack.enter_context(compiled_once())
        self._stack.enter_context(held_polls())
        self._stack.enter_context(known_callers())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def run(self, seed: int) -> Outcome:
        """Run a seed and judge what it left."""
        scenario = draw(seed, self._tills)
        template = self._template = self._template or make_template(self._folder / "template")
        folder = self._folder / f"seed-{seed}"
        outcome = Outcome(seed)
        clockwork = Clockwork(seed)
        try:
            with one_world(clockwork, seed), _listening() as said:
                world = World(template, folder, seed, scenario, clockwork, "")
                try:
                    world.run()
                    world.heal()
                    world.facts["warnings"] = [*said]
                    world.leave_evidence()
                except (Exception, Crashed) as error:  # noqa: BLE001  # what breaks a world is a complaint
                    where = traceback.extract_tb(error.__traceback__)[-1]
                    text = f"the world broke: {error!r} in {Path(where.filename).name}:{where.lineno}"
                    outcome.complaints = [Complaint(12, text)]
                    return outcome
                finally:
                    outcome.trace, outcome.digest = world.trace.lines, world.trace.digest
                    world.close()
            left = gather(folder)
            outcome.complaints = judge(left)
            outcome.figures = _figures(left)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return outcome


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Give the warnings of the product to the judge instead of to the log."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(f"{record.name}: {record.getMessage()}")

    listener = Listener(logging.WARNING)
    loggers = [logging.getLogger(name) for name in ("sync", "pos_app")]
    for logger in loggers:
        logger.addHandler(listener)
        logger.propagate = False
    try:
        yield said
    finally:
        for logger in loggers:
            logger.removeHandler(listener)
            logger.propagate = True


def _figures(left: Left) -> Counter[str]:
    found: Counter[str] = Counter()
    found["sales"] = len(left.shown["paid"])
    found["returns"] = len(left.shown["returned"])
    found["receipts printed"] = len(left.shown["printed"])
    found["events"] = len(left.tables["inbox"])
    found["tills"] = len(left.tills)
    found["tills restored"] = len(left.shown["tills_restored"])
    found["centres restored"] = left.shown["centre_restored"]
    found["orders"] = len(left.tables["pickup_order"])
    found["steps"] = len(left.tables["pickup_step"])
    found["handed over"] = len(left.shown["handed_over"])
    found["lives of journals"] = len(left.tables["incarnation"])
    return found
