"""What goes wrong around a till besides its own death: network, centre, printer and terminal."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.network import Network
from tests.faults.printer import TestPrinter
from tests.faults.processes import CentreProcess

TERMINAL_MOODS = (
    "approved",
    "approved",
    "slow",
    "lost_answer",
    "late_approval",
    "never_heard",
    "declined",
    "cancelled",
)
"""What the simulated terminal does with the next charges, in its own words."""


@dataclass(slots=True)
class Surrounding:
    """Everything around the till."""

    centre: CentreProcess
    network: Network
    printer: TestPrinter
    till_folder: Path
    _later: list[threading.Timer] = field(default_factory=list)

    def brew(self, chance: random.Random) -> str:
        """Let something go wrong during the life of the till that begins now; return what."""
        self._set_mood(chance)
        kind = chance.choices(list(TROUBLES), weights=[weight for weight, _do in TROUBLES.values()])[0]
        TROUBLES[kind][1](self, chance)
        return kind

    def heal(self) -> None:
        """Make everything well again, and the centre run."""
        for timer in self._later:
            timer.join()
        self._later.clear()
        self.network.mend()
        self.printer.stay_well()
        self.centre.thaw()

    def settle_terminal(self) -> None:
        """Let the terminal approve from now on."""
        self._write_mood([])

    def set_moods(self, moods: list[str]) -> None:
        """Let the terminal do this with its next charges, in its own words."""
        self._write_mood(moods)

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        """Do something while the till lives, or when it is dead: `heal` waits for it."""
        timer = threading.Timer(seconds, do)
        timer.start()
        self._later.append(timer)

    def _set_mood(self, chance: random.Random) -> None:
        moods = chance.choices(TERMINAL_MOODS, k=chance.randint(0, 6))
        self._write_mood(moods, slow_ms=chance.choice((200, 700, 1500)))

    def _write_mood(self, moods: list[str], slow_ms: int = 0) -> None:
        folder = self.till_folder / "terminal"
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("card", "mobile"):
            (folder / f"{name}-control.json").write_text(json.dumps({"next": moods, "slow_ms": slow_ms}))


def _nothing(_around: Surrounding, _chance: random.Random) -> None:
    """Let the till die in peace."""


def _cut(around: Surrounding, chance: random.Random) -> None:
    if chance.random() < 0.5:
        around.network.cut()
        return
    around.after(chance.uniform(1.0, 4.0), around.network.cut)


def _cut_and_mend(around: Surrounding, chance: random.Random) -> None:
    begin = chance.uniform(0.5, 3.0)
    around.after(begin, around.network.cut)
    around.after(begin + chance.uniform(0.3, 2.0), around.network.mend)


def _lose_answer(around: Surrounding, _chance: random.Random) -> None:
    around.network.lose_next_answer()


def _kill_centre(around: Surrounding, chance: random.Random) -> None:
    def kill_and_start() -> None:
        around.centre.kill()
        around.centre.start()

    around.after(chance.uniform(0.5, 5.0), kill_and_start)


def _freeze_centre(around: Surrounding, chance: random.Random) -> None:
    begin = chance.uniform(0.5, 4.0)
    around.after(begin, around.centre.freeze)
    around.after(begin + chance.uniform(0.5, 3.0), around.centre.thaw)


def _break_printer(around: Surrounding, chance: random.Random) -> None:
    # A receipt is about 5,700 bytes; after 4,500 of them, its picture, the words begin.
    around.printer.break_after(chance.choice((chance.randint(1, 6_000), chance.randint(4_500, 5_700))))


TROUBLES: dict[str, tuple[int, Callable[[Surrounding, random.Random], None]]] = {
    "none": (9, _nothing),
    "network cut": (3, _cut),
    "network cut and mended": (2, _cut_and_mend),
    "answer lost": (3, _lose_answer),
    "centre killed": (3, _kill_centre),
    "centre frozen": (2, _freeze_centre),
    "printer loses power": (3, _break_printer),
}
"""Each trouble with how often it is drawn."""
